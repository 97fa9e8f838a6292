//! Links that are opened on the desktop: they fill the paste page's field, connect to nobody, and wait where
//! something is under way.

use beistand_gui::app::StartPage;
use beistand_gui::backend::fake;
use beistand_gui::state::{ConnectForm, InviteField, MAX_INVITE_BYTES, OpenPage, TechnicianPhase};
use beistand_gui::theme;
use beistand_node::words::Language;
use beistand_node::{DesktopCall, EndWord, EndedBy, PermissionSet};

use crate::common::{Look, Test, asked, drawing, invited, open, open_as, technician, viewing};

fn link() -> String {
    fake::invite().link
}

fn open_link(test: &mut Test, text: impl Into<String>) {
    assert!(test.node.call(DesktopCall::Open(text.into())));
    test.steps(3);
}

/// What is in the field of the paste page, where that is open.
fn field(test: &Test) -> Option<String> {
    match &test.state().page {
        OpenPage::Technician(page) if matches!(page.phase, TechnicianPhase::Form) => {
            Some(page.form.invite.text().to_owned())
        }
        OpenPage::Technician(_)
        | OpenPage::Home
        | OpenPage::Host(_)
        | OpenPage::Changes(_)
        | OpenPage::Acquaintances(_) => None,
    }
}

#[test]
fn an_opened_link_fills_the_field_and_connects_to_nobody() {
    let named = ConnectForm { name: "Tess".to_owned(), ..ConnectForm::default() };
    for start in [StartPage::Home, StartPage::Technician(named)] {
        let mut test = open(start, [560.0, 640.0]);
        open_link(&mut test, link());
        assert_eq!(field(&test), Some(link()));
        test.steps(10);
        assert!(test.node.asked().is_empty(), "nobody was called");
        assert_eq!((test.node.hosts(), test.node.returned().len()), (0, 0));
    }
}

#[test]
fn an_opened_link_waits_while_something_is_under_way() {
    for (mut test, quiet) in [(invited(), false), (asked(), true)] {
        test.heard();
        open_link(&mut test, link());
        assert_eq!(field(&test), None);
        assert_eq!(test.shows("It waits until you are finished here"), !quiet, "the question is not covered");
        assert!(!test.shows("Use it"));
        assert!(test.heard().is_empty());
    }
    let mut test = viewing(PermissionSet::DESKTOP);
    open_link(&mut test, link());
    let end = fake::end(EndWord::Ended, EndedBy::Peer, 0, "cause-ended");
    test.say(end, |state| technician(state, |phase| matches!(phase, TechnicianPhase::Ended(_))));
    assert_eq!(field(&test), None, "how it ended is still to be read");
    test.click("Use it");
    assert_eq!(field(&test), Some(link()));
    assert_eq!(test.node.asked().len(), 1, "the session that is over, and no other");
}

#[test]
fn a_link_that_is_opened_beside_a_session_is_used_in_a_tab_of_its_own() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.heard();
    open_link(&mut test, link());
    assert_eq!(field(&test), None, "not by itself");
    test.click("Use it");
    assert_eq!(field(&test), Some(link()));
    assert!(test.shows("Computer 1") && test.node.asked().len() == 1, "the session goes on");
    assert!(!test.heard().iter().any(|command| matches!(command, beistand_node::NodeCommand::End)));
}

#[test]
fn an_opened_link_never_takes_the_place_of_another_invite_by_itself() {
    let mut invite = InviteField::default();
    invite.set(fake::invite().words);
    let form = ConnectForm { invite, name: "Tess".to_owned(), ..ConnectForm::default() };
    for (choice, then) in [("Leave it", fake::invite().words), ("Use it", link())] {
        // With an invite in it the page would connect at once.
        let mut test = open(
            StartPage::Technician(ConnectForm { invite: InviteField::default(), ..form.clone() }),
            [560.0, 640.0],
        );
        test.harness.event(egui::Event::Paste(fake::invite().words));
        test.steps(2);
        open_link(&mut test, link());
        assert_eq!(field(&test), Some(fake::invite().words));
        test.click(choice);
        assert_eq!(field(&test), Some(then));
        assert!(!test.shows("Leave it") && test.node.asked().is_empty());
    }
}

#[test]
fn a_hostile_link_is_as_harmless_as_a_hostile_paste() {
    let two = format!("{}\nbeistand:{}", link(), "B".repeat(60));
    let controls = "beistand:\u{0}\u{1b}[2J\u{202e}\u{200b}\u{7f}".to_owned();
    let too_long = "beistand:".to_owned() + &"a".repeat(MAX_INVITE_BYTES);
    for (text, kept) in [(two, true), (controls, true), (too_long, false), ("beistand:".to_owned(), true)] {
        let mut test = open(StartPage::Home, [560.0, 640.0]);
        open_link(&mut test, text.clone());
        assert_eq!(field(&test), Some(if kept { text } else { String::new() }));
        assert_eq!(test.shows("That is too long"), !kept);
        test.harness.key_press(egui::Key::Enter);
        test.steps(2);
        assert!(test.node.asked().is_empty(), "it is no invite");
    }
}

#[test]
fn many_calls_of_the_desktop_wait_in_a_short_queue() {
    let mut test = open(StartPage::Home, [560.0, 640.0]);
    let taken =
        (0..20).filter(|number| test.node.call(DesktopCall::Open(format!("beistand:{number}")))).count();
    assert!((1..=8).contains(&taken), "{taken}");
    test.steps(3);
    assert_eq!(field(&test).as_deref(), Some("beistand:0"));
    assert!(test.shows("Use it"), "and the newest waits");
}

#[test]
fn the_strip_of_a_link_that_waits_can_be_read_and_covers_nothing() {
    for language in Language::ALL {
        for theme_kind in [egui::Theme::Light, egui::Theme::Dark] {
            let look = Look { language, theme: theme_kind, ..Look::of_size(theme::LEAST_SIZE) };
            let mut test = open_as(StartPage::Technician(ConnectForm::default()), look);
            test.harness.event(egui::Event::Paste(fake::invite().words));
            test.steps(2);
            open_link(&mut test, link());
            let page = if theme_kind == egui::Theme::Light { theme::LIGHT.page } else { theme::DARK.page };
            let shapes = &test.harness.output().shapes;
            let faults = drawing::faults(shapes, page, false);
            assert!(faults.is_empty(), "{look:?}: {faults:#?}");
            let said = test.words.text("page-link-ready");
            assert!(drawing::texts(shapes, page).iter().any(|text| text.text.contains(&said)), "{look:?}");
        }
    }
}
