//! Who is at the other end: what the windows are called, who is known from before, and the way back after a
//! slip.

use std::time::Duration;

use beistand_gui::app::StartPage;
use beistand_gui::backend::fake;
use beistand_gui::panels::PanelName;
use beistand_gui::state::{AppState, ConnectForm, HostPhase, TechnicianPhase, WAY_BACK_TIME};
use beistand_node::words::{Phrase, args};
use beistand_node::{
    Acquaintance, EndWord, EndedBy, FilesEvent, FilesWay, MeetingCommand, MeetingEvent, NodeCommand,
    NodeEvent, Origin, PastPeer, PastSession, Permission, PermissionSet, Recognition, RequestInfo,
    ReturnTicket, TechnicianCard,
};
use egui_kittest::kittest::Queryable as _;

use crate::common::{Look, Test, arm, host, open, open_as, permissions, technician, view_only, viewing};

/// The first of May 2026.
const MAY: u64 = 1_777_593_600;

fn anna() -> Acquaintance {
    Acquaintance::sample("Anna Berger", MAY)
}

/// The question of somebody of whom this is known, in a window with room for all of it.
fn asked_by(recognition: Recognition) -> Test {
    let mut test = open_as(StartPage::Host, Look::of_size([1100.0, 820.0]));
    test.say(NodeEvent::Invite(fake::invite()), |state| {
        host(state, |phase| matches!(phase, HostPhase::Waiting))
    });
    let request = RequestInfo { recognition, ..fake::request() };
    test.say(NodeEvent::Request(request), AppState::asks_for_consent);
    test.heard();
    test
}

/// The same, allowed.
fn helped_by(recognition: Recognition) -> Test {
    let mut test = asked_by(recognition);
    test.tick_one_by_one();
    arm(&mut test);
    test.click("Allow what is ticked");
    test.say(permissions(view_only()), |state| state.host_session().is_some());
    test.heard();
    test
}

fn ended() -> NodeEvent {
    fake::end(EndWord::Ended, EndedBy::Us, 0, "cause-stopped")
}

/// Says how it ended, with the way back before it.
fn end_with_way_back(test: &mut Test) {
    let ticket = ReturnTicket::sample("Anna Berger", [7; 32], view_only());
    test.node.say(NodeEvent::WayBack(ticket));
    test.say(ended(), |state| !state.under_way());
}

const BACK: &str = "Back to the session";

fn click_back(test: &mut Test) {
    test.harness.get_by_label_contains(BACK).click();
    test.steps(3);
}

#[test]
fn a_badge_is_shown_where_it_says_something() {
    assert!(!asked_by(Recognition::Stranger).shows("not verified"));
    let known = asked_by(Recognition::Known(anna()));
    assert!(known.shows("known since May 2026") && !known.shows("not verified"));
    assert!(asked_by(Recognition::Other(anna())).shows("not verified"));
    let renamed = asked_by(Recognition::Known(Acquaintance::sample("Tess", MAY)));
    assert!(renamed.shows("not verified") && !renamed.shows("known since"), "it was another name");
    assert!(renamed.shows("you know this helper as “Tess”"));
}

#[test]
fn who_has_a_known_name_and_another_key_is_vouched_for_by_a_hand_before_the_yes() {
    let mut test = asked_by(Recognition::Other(anna()));
    assert!(test.shows("another computer than that of Anna Berger, whom you have known since May 2026"));
    arm(&mut test);
    test.click("Allow what is ticked");
    assert!(test.state().asks_for_consent() && test.heard().is_empty(), "not before");
    test.node.press_from(Origin::Injected);
    test.click("I asked on the phone: it really is them");
    assert!(test.heard().is_empty(), "a program's click");
    test.node.press_from(Origin::Physical);
    test.click("I asked on the phone: it really is them");
    assert!(matches!(test.heard().as_slice(), [NodeCommand::Vouch { request: 7 }]));
    arm(&mut test);
    test.click("Allow what is ticked");
    assert!(test.heard_names().contains(&"allow 7 view".to_owned()));
}

#[test]
fn they_match_takes_a_hand() {
    let mut test = helped_by(Recognition::Stranger);
    test.node.say(MeetingEvent::Met(Recognition::Stranger).into());
    test.catch_up();
    let matched = |test: &Test| {
        test.heard().iter().any(|command| match command {
            NodeCommand::Feature(command) => *command == MeetingCommand::Matched.into(),
            _ => false,
        })
    };
    arm(&mut test);
    let press = |test: &mut Test| {
        test.harness.get_by_label("They matched").scroll_to_me();
        test.steps(3);
        arm(test);
        test.click("They matched");
    };
    test.node.press_from(Origin::Injected);
    press(&mut test);
    assert!(!matched(&test), "a program's click");
    test.node.press_from(Origin::Physical);
    press(&mut test);
    assert!(matched(&test));
    test.node.say(MeetingEvent::Known(anna()).into());
    test.catch_up();
    assert!(!test.shows("They matched") && test.shows("will know Anna Berger again"));
}

#[test]
fn the_four_pictures_are_there_to_be_compared_while_the_session_runs() {
    let pictures = |test: &Test| fake::request().sas.0.iter().all(|(_, name)| test.shows(name));
    let mut test = helped_by(Recognition::Stranger);
    test.node.say(MeetingEvent::Met(Recognition::Stranger).into());
    test.catch_up();
    assert!(pictures(&test) && test.shows("Do you both see these four pictures?"));
    let mut test = viewing(view_only());
    let connecting = NodeEvent::Request(fake::request());
    test.say(connecting, |state| {
        state.viewing().is_some_and(|viewing| viewing.facts.pictures == Some(fake::request().sas))
    });
    let host = |recognition| MeetingEvent::Host {
        name: "Anna".to_owned(),
        system: "Debian 12".to_owned(),
        recognition,
    };
    test.node.say(host(Recognition::Stranger).into());
    test.catch_up();
    test.open_panel(PanelName::Meeting);
    assert!(pictures(&test) && test.shows("Who is at the other end"));
    test.heard();
    test.click("They matched");
    let compared = NodeCommand::Feature(MeetingCommand::Compared.into());
    assert_eq!(format!("{:?}", test.heard()), format!("{:?}", [compared]));
    test.node.say(MeetingEvent::Known(anna()).into());
    test.catch_up();
    assert!(!test.shows("They matched") && test.shows("will know Anna Berger"));
    assert!(pictures(&test), "they can be looked at for as long as it runs");
}

#[test]
fn the_way_back_is_the_users_press_and_is_over_after_half_a_minute() {
    let mut test = helped_by(Recognition::Stranger);
    end_with_way_back(&mut test);
    assert!(test.shows("This was the session with Anna Berger") && test.shows("See your screen"));
    click_back(&mut test);
    assert!(test.node.returned().is_empty(), "nobody has read it yet");
    arm(&mut test);
    test.node.press_from(Origin::Injected);
    click_back(&mut test);
    assert!(test.node.returned().is_empty(), "a program's click");
    test.node.press_from(Origin::Physical);
    click_back(&mut test);
    assert_eq!(test.node.returned().len(), 1);
    assert!(host(test.state(), |phase| matches!(phase, HostPhase::Starting)));
    test.say(NodeEvent::EmergencyKey { broken: None }, |state| {
        state.host_session().is_some_and(|session| session.name == "Anna Berger")
    });
    // It was ended again, and nobody presses.
    end_with_way_back(&mut test);
    assert!(test.shows(BACK));
    test.pass(WAY_BACK_TIME + Duration::from_secs(1));
    assert!(!test.shows(BACK) && test.shows("This was the session with Anna Berger"));
}

#[test]
fn where_nothing_is_offered_there_is_no_way_back() {
    let mut test = helped_by(Recognition::Stranger);
    test.say(ended(), |state| !state.under_way());
    assert!(!test.shows(BACK));
}

#[test]
fn windows_are_called_after_who_is_at_the_other_end() {
    let mut test = asked_by(Recognition::Stranger);
    assert_eq!(test.title(), "Beistand", "nobody has said yes");
    arm(&mut test);
    test.click("No");
    assert_eq!(test.title(), "Beistand");
    let mut test = viewing(view_only());
    assert_eq!(test.title(), "Beistand", "it isn't known yet");
    let host = MeetingEvent::Host {
        name: "Anna".to_owned(),
        system: "Debian 12".to_owned(),
        recognition: Recognition::Stranger,
    };
    test.say(host.into(), |state| state.viewing().is_some_and(|viewing| viewing.panels.peer().is_some()));
    assert_eq!(test.title(), "Anna’s computer (Debian 12) – Beistand");
    end_with_way_back(&mut test);
    assert!(test.shows("This was the session with Anna’s computer (Debian 12)"));
    click_back(&mut test);
    assert_eq!(test.node.returned().len(), 1, "the helper only looks for them");
    assert!(technician(test.state(), |phase| matches!(phase, TechnicianPhase::Connecting(_))));
}

#[test]
fn the_end_is_asked_about_once_where_a_file_is_on_its_way_and_nowhere_else() {
    let ends = |test: &Test| test.heard().iter().any(|command| matches!(command, NodeCommand::End));
    let begun = FilesEvent::Begun { id: 1, way: FilesWay::Sending, title: "a.pdf".to_owned(), folder: None };
    let mut test = viewing(view_only());
    test.say(begun.clone().into(), |state| {
        state.viewing().is_some_and(|viewing| viewing.panels.lost_by_end().is_some())
    });
    test.heard();
    test.click("End");
    assert!(!ends(&test) && test.shows("End anyway?"));
    test.pass(Duration::from_secs(1));
    test.click("End anyway?");
    assert!(ends(&test));
    let mut test = helped_by(Recognition::Stranger);
    test.say(begun.into(), |state| {
        state.host_session().is_some_and(|session| session.panels.lost_by_end().is_some())
    });
    test.click("End now");
    assert!(!ends(&test) && test.shows("A file is still on its way."));
    test.pass(Duration::from_secs(1));
    test.click("End anyway?");
    assert!(ends(&test));
    let mut test = helped_by(Recognition::Stranger);
    test.click("End now");
    assert!(ends(&test), "nothing is lost");
}

#[test]
fn ones_own_name_is_proposed_and_remembered() {
    let mut form = ConnectForm { name: "Tess".to_owned(), ..ConnectForm::default() };
    form.invite.set(fake::invite().words);
    let mut test = open(StartPage::Technician(form), [560.0, 900.0]);
    assert_eq!(test.node.name(), "Tess");
    assert_eq!(test.node.asked()[0].name, "Tess");
    // Without one nobody asks as nobody.
    let mut form =
        ConnectForm { wants: PermissionSet::NONE.with(Permission::View), ..ConnectForm::default() };
    form.invite.set(fake::invite().words);
    test = open(StartPage::Technician(form), [560.0, 900.0]);
    assert_eq!(test.node.asked()[0].name, test.words.text("terminal-helper"));
}

#[test]
fn who_is_known_is_listed_and_forgotten() {
    let mut test = open(StartPage::Home, [560.0, 900.0]);
    assert!(!test.shows("People this computer knows"));
    test.node.know(vec![anna()]);
    test.harness.get_by_label_contains("Give help").click();
    test.steps(3);
    test.click("Back");
    test.click("People this computer knows");
    assert!(test.shows("Anna Berger") && test.shows("Known since May 2026"));
    test.click("Forget Anna Berger");
    assert!(!test.shows("Anna Berger") && test.shows("Nobody is known here yet"));
}

#[test]
fn who_was_helped_lately_is_listed_below_the_form_and_connects_to_nobody() {
    let mut test = open(StartPage::Home, [560.0, 1600.0]);
    let known = PastPeer { known: Some(anna()), may_return: true };
    let (first, second) = (PastSession::sample("Anna Berger", 1), PastSession::sample("Ben", 2));
    test.node.has_helped(vec![(second.clone(), PastPeer::default()), (first.clone(), known)]);
    test.harness.get_by_label_contains("Give help").click();
    test.steps(3);
    assert!(test.shows("Anna Berger (Debian 12)") && test.shows("21 min"));
    assert!(test.shows("Known since May 2026") && test.shows("You may still come back"));
    test.click(&format!("Remove Ben (Debian 12), {}", second.when()));
    assert!(!test.shows("Ben (") && test.shows("Anna Berger (Debian 12)"));
    test.click("Forget all of them");
    assert!(!test.shows("Anna Berger") && !test.shows("helped lately"));
    assert!(test.node.asked().is_empty() && test.node.returned().is_empty(), "nobody was called");
}

#[test]
fn a_card_is_an_organisations_word_and_no_more() {
    let card = || TechnicianCard::sample("Anna Berger", "Muster IT");
    let allowed = |test: &Test| test.heard_names().iter().any(|name| name.starts_with("allow"));
    let mut test = asked_by(Recognition::Carded(card()));
    assert!(test.shows("from “Muster IT”") && !test.shows("not verified"));
    // It is asked as of everybody: nothing is ticked but seeing, and a yes takes a hand.
    test.node.press_from(Origin::Injected);
    arm(&mut test);
    test.tick_one_by_one();
    arm(&mut test);
    test.click("Allow what is ticked");
    assert!(test.state().asks_for_consent() && !allowed(&test), "a program's click");

    let renamed = asked_by(Recognition::Carded(TechnicianCard::sample("Tess", "Muster IT")));
    assert!(renamed.shows("not verified") && renamed.shows("Tess from “Muster IT”, as this program's"));
    let mut other = asked_by(Recognition::OtherThanCard(card()));
    assert!(other.shows("not verified") && other.shows("This is not the computer of Anna Berger"));
    arm(&mut other);
    other.click("Allow what is ticked");
    assert!(other.state().asks_for_consent() && !allowed(&other), "not before they are vouched for");
}

#[test]
fn where_the_list_of_those_who_are_known_cant_be_read_its_page_says_so() {
    let mut test = open(StartPage::Home, [560.0, 900.0]);
    test.node.spoil_list(Phrase::with("known-unreadable", args![file = "/home/anna/acquaintances"]));
    test.harness.get_by_label_contains("Give help").click();
    test.steps(3);
    test.click("Back");
    test.click("People this computer knows");
    assert!(test.shows("is damaged") && test.shows("/home/anna/acquaintances"));
    assert!(!test.shows("Nobody is known here yet"), "that isn't certain");
}
