//! From the form to the picture, and back from an end: what is pasted and typed, each step of the way,
//! errors. What happens in the session is not tested here.

use std::time::Duration;

use beistand_gui::app::StartPage;
use beistand_gui::backend::fake;
use beistand_gui::state::{ConnectForm, MAX_INVITE_BYTES, OpenPage, TechnicianPhase};
use beistand_node::{ConnectStep, EndWord, EndedBy, NodeEvent, NodeReach, PermissionSet};
use egui_kittest::kittest::Queryable as _;

use super::{ANIMATIONS, filled};
use crate::common::{Test, next_drawing, open, permissions, settle, technician};

fn invite_text(test: &Test) -> String {
    match &test.state().page {
        OpenPage::Technician(technician) => technician.form.invite.text().to_owned(),
        OpenPage::Home | OpenPage::Host(_) | OpenPage::Changes(_) | OpenPage::Acquaintances(_) => {
            panic!("the technician's page")
        }
    }
}

#[test]
fn typing_and_pasting_reaches_no_node_until_connect() {
    let mut test = filled();
    assert_eq!(invite_text(&test), fake::invite().words);
    assert!(test.node.asked().is_empty());
    test.click("Connect");
    let asked = test.node.asked();
    assert_eq!((asked.len(), asked[0].name.as_str()), (1, "Anna"));
    assert_eq!(
        (asked[0].invite.clone(), asked[0].wants),
        (fake::invite().words, ConnectForm::default().wants)
    );
}

#[test]
fn the_helper_chooses_what_to_ask_for() {
    let mut test = filled();
    test.harness.set_size([560.0, 1400.0].into());
    test.steps(2);
    test.harness.get_by_label_contains("What you ask for").click();
    // It opens slowly.
    test.steps(ANIMATIONS);
    test.click("use the keyboard");
    test.click("Connect");
    let wants = ConnectForm::default().wants.without(beistand_node::Permission::Keyboard);
    assert_eq!(test.node.asked()[0].wants, wants);
}

#[test]
fn connect_wants_an_invite_and_a_name() {
    let mut test = open(StartPage::Technician(ConnectForm::default()), [560.0, 640.0]);
    test.click("Connect");
    assert!(test.node.asked().is_empty());
}

#[test]
fn a_huge_paste_is_refused_and_changes_nothing() {
    let mut test = filled();
    test.harness.get_by_label("Invite").focus();
    test.steps(2);
    test.harness.event(egui::Event::Paste("x".repeat(10 << 20)));
    test.steps(2);
    assert!(test.shows("That is too long, so it was not read"));
    assert_eq!(invite_text(&test), fake::invite().words);
    // What only together is too long is refused as well.
    test.harness.event(egui::Event::Paste("y".repeat(MAX_INVITE_BYTES)));
    test.steps(2);
    assert_eq!(invite_text(&test), fake::invite().words);
}

#[test]
fn the_way_is_shown_step_by_step_and_can_be_cancelled() {
    let mut test = filled();
    test.click("Connect");
    test.say(NodeEvent::Request(fake::request()), |state| {
        technician(state, |phase| matches!(phase, TechnicianPhase::Connecting(now) if now.request.is_some()))
    });
    for text in
        ["Looking for the other computer", "Waiting for them to say yes", "Read these four words", "cactus"]
    {
        assert!(test.shows(text), "{text}");
    }
    settle(&mut test.harness, ANIMATIONS);
    assert!(next_drawing(&test.harness) >= Duration::from_millis(500), "waiting costs next to nothing");
    test.click("Cancel");
    assert_eq!(test.heard_names(), ["End"]);
    assert_eq!(invite_text(&test), fake::invite().words, "the text is kept");
}

#[test]
fn whoever_is_offline_reads_so_while_the_other_computer_is_looked_for() {
    let mut test = filled();
    test.click("Connect");
    assert!(test.shows("00:00 · This takes up to 20 seconds."));
    test.pass_time();
    assert!(!test.shows("00:00 ·") && test.shows(" · This takes up to 20 seconds."));
    test.say(NodeEvent::Reach(NodeReach::Nobody), |state| {
        technician(state, |phase| matches!(phase, TechnicianPhase::Connecting(now) if now.reach.is_some()))
    });
    assert!(test.shows("This computer isn't connected to any network."));
}

#[test]
fn an_error_says_what_to_do_and_tries_again_with_the_same_text() {
    let mut test = filled();
    test.click("Connect");
    let end = fake::end(EndWord::NotFound, EndedBy::Nobody, 4, "cause-not-found");
    test.say(end, |state| technician(state, |phase| matches!(phase, TechnicianPhase::Ended(_))));
    assert!(test.shows("Their computer was not found") && test.shows("Is Beistand open there"));
    assert_eq!(test.state().exit_code, 4);
    test.click("Try again");
    assert_eq!(test.node.asked().len(), 2);
    assert_eq!(test.node.asked()[1].invite, fake::invite().words);
}

#[test]
fn progress_then_permissions_open_the_viewer() {
    let mut test = filled();
    test.click("Connect");
    test.say(NodeEvent::Progress(ConnectStep::Securing), |state| {
        technician(state, |phase| {
            matches!(phase, TechnicianPhase::Connecting(now) if now.step == Some(ConnectStep::Securing))
        })
    });
    let granted = PermissionSet::DESKTOP;
    test.say(permissions(granted), |state| state.viewing().is_some());
    assert!(test.shows("Screen, Mouse, Keyboard"));
}

#[test]
fn what_is_sent_to_a_page_that_does_not_expect_it_changes_nothing() {
    let mut test = filled();
    test.click("Connect");
    test.node.say(NodeEvent::Paused(true));
    test.node.say(NodeEvent::Invite(fake::invite()));
    test.say(NodeEvent::Progress(ConnectStep::Searching), |state| {
        technician(state, |phase| {
            matches!(phase, TechnicianPhase::Connecting(now) if now.step == Some(ConnectStep::Searching))
        })
    });
}
