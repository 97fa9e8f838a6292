//! The technician's pages: paste, connect, view.

use std::sync::{Mutex, mpsc};
use std::time::Duration;

use beistand_gui::app::StartPage;
use beistand_gui::backend::fake;
use beistand_gui::keys::{KeyHabits, KeyWay};
use beistand_gui::panels::PanelName;
use beistand_gui::state::{ConnectForm, MAX_INVITE_BYTES, OpenPage, SessionWay, TechnicianPhase};
use beistand_node::{
    ConnectStep, ContactMark, ControlCommand, ControlEvent, EndWord, EndedBy, FeatureCommand, FeatureEvent,
    Figures, InputEvent, NodeCommand, NodeEvent, Permission, PermissionSet, PointerButton, RequestInfo, Size,
    SystemKind, ViewCommand, ViewEvent, ViewMonitor,
};
use egui::{Key, pos2, vec2};
use egui_kittest::kittest::Queryable as _;

use crate::common::{Test, input, next_drawing, open, permissions, settle, technician, view_only, viewing};

fn filled() -> Test {
    let mut test = open(StartPage::Technician(ConnectForm::default()), [560.0, 640.0]);
    test.harness.get_by_label("Invite").focus();
    test.steps(2);
    test.harness.event(egui::Event::Paste(fake::invite().words));
    test.steps(2);
    test.harness.get_by_label("Your name").focus();
    test.steps(2);
    test.harness.event(egui::Event::Text("Anna".to_owned()));
    test.steps(2);
    test
}

fn invite_text(test: &Test) -> String {
    match &test.state().page {
        OpenPage::Technician(technician) => technician.form.invite.text().to_owned(),
        OpenPage::Home | OpenPage::Host(_) => panic!("the technician's page"),
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
    assert_eq!((asked[0].invite.clone(), asked[0].wants), (fake::invite().words, beistand_node::offers()));
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
    for text in ["Looking for the other computer", "Waiting for them to say yes", "Read these out", "cactus"]
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
fn an_error_says_what_to_do_and_tries_again_with_the_same_text() {
    let mut test = filled();
    test.click("Connect");
    let end = fake::end(EndWord::NotFound, EndedBy::Nobody, 4, "cause-not-found");
    test.say(end, |state| technician(state, |phase| matches!(phase, TechnicianPhase::Ended(_))));
    assert!(test.shows("not found"));
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

/// Drawings that all of a page's animations take.
const ANIMATIONS: usize = 20;

#[test]
fn nothing_is_drawn_while_nothing_changes() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.pass_time();
    test.harness.hover_at(middle(&test));
    settle(&mut test.harness, ANIMATIONS);
    assert_eq!(next_drawing(&test.harness), Duration::MAX);
    assert!(!test.harness.ctx.has_requested_repaint());
}

#[test]
fn a_picture_is_drawn_at_once_and_once() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.pass_time();
    settle(&mut test.harness, ANIMATIONS);
    let size = Size::new(1920, 1080).expect("valid");
    for step in 1..4 {
        let (asked, log) = mpsc::channel();
        let asked = Mutex::new(asked);
        test.harness.ctx.set_request_repaint_callback(move |info| {
            let _ = asked.lock().expect("no panic while it was held").send(info.delay);
        });
        fake::draw_desktop(&test.node.picture(), size, step);
        let delays: Vec<_> = log.try_iter().collect();
        assert!(delays.len() == 1 && delays[0] < Duration::from_millis(1), "{delays:?}");
        test.harness.step();
        assert_eq!(next_drawing(&test.harness), Duration::MAX, "no second drawing of picture {step}");
    }
}

/// Where the middle of the host's screen is drawn.
fn middle(test: &Test) -> egui::Pos2 {
    test.harness.get_by_label("Their screen").rect().center()
}

fn pointer_moves(test: &Test) -> Vec<(u16, u16)> {
    let moved = |command| match input(command) {
        Some(InputEvent::PointerMove { x, y }) => Some((*x, *y)),
        _ => None,
    };
    test.node.heard().iter().filter_map(moved).collect()
}

#[test]
fn the_mouse_reaches_the_host_in_its_own_pixels() {
    let mut test = viewing(PermissionSet::DESKTOP);
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(1);
    let moves = pointer_moves(&test);
    let (x, y) = *moves.last().expect("a move");
    assert!((959..=961).contains(&x) && (539..=541).contains(&y), "{moves:?}");
    test.harness.drag_at(at);
    test.harness.drop_at(at);
    test.steps(2);
    assert_eq!(test.heard_names(), ["Left true", "Left false"]);
    test.harness.hover_at(at);
    test.harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: vec2(0.0, -1.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: egui::Modifiers::NONE,
    });
    test.steps(1);
    let heard: Vec<_> = test.heard().iter().filter_map(|command| input(command).cloned()).collect();
    assert_eq!(heard, [InputEvent::Wheel { dx: 0, dy: 120 }]);
}

#[test]
fn a_drag_across_the_pictures_edge_goes_on_along_it_until_the_button_is_let_go() {
    let mut test = viewing(PermissionSet::DESKTOP);
    let picture = test.harness.get_by_label("Their screen").rect();
    test.harness.drag_at(picture.center());
    test.steps(1);
    test.heard();
    test.harness.hover_at(pos2(picture.center().x, picture.bottom() + 500.0));
    test.steps(1);
    let moves = pointer_moves(&test);
    assert_eq!(moves.last().map(|(_, y)| *y), Some(1079), "{moves:?}");
    test.harness.drop_at(pos2(picture.center().x, picture.bottom() + 500.0));
    test.steps(1);
    assert_eq!(test.heard_names().last().map(String::as_str), Some("Left false"));
    test.harness.hover_at(pos2(picture.center().x, picture.bottom() + 400.0));
    test.steps(1);
    assert!(pointer_moves(&test).is_empty(), "without a button it stays here");
}

#[test]
fn the_buttons_for_back_and_forward_and_the_wheel_to_the_side_reach_the_host() {
    let mut test = viewing(PermissionSet::DESKTOP);
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(1);
    test.heard();
    for (button, pressed) in [(egui::PointerButton::Extra1, true), (egui::PointerButton::Extra1, false)] {
        let modifiers = egui::Modifiers::NONE;
        test.harness.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers });
    }
    // A wheel of fine steps, turned to the right: a notch is eight of them.
    for _ in 0..8 {
        test.harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Line,
            delta: vec2(-0.125, 0.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: egui::Modifiers::NONE,
        });
    }
    test.steps(2);
    let heard: Vec<_> = test.heard().iter().filter_map(|command| input(command).cloned()).collect();
    let back = |pressed| InputEvent::Button { button: PointerButton::Back, pressed };
    assert!(heard.starts_with(&[back(true), back(false)]), "{heard:?}");
    let turned: i16 =
        heard.iter().map(|event| if let InputEvent::Wheel { dx, dy: 0 } = event { *dx } else { 0 }).sum();
    assert_eq!(turned, 120, "{heard:?}");
}

#[test]
fn one_of_several_screens_is_asked_for_in_the_toolbar() {
    let mut test = viewing(view_only());
    let monitor = |name: &str, x, width| ViewMonitor {
        name: name.to_owned(),
        x,
        y: 0,
        width,
        height: 1024,
        shared: true,
        shown: true,
    };
    let monitors = ViewEvent::Monitors(vec![monitor("left", 0, 1920), monitor("right", 1920, 1280)]);
    test.node.say(NodeEvent::Feature(FeatureEvent::View(monitors)));
    while !test.shows("All screens") {
        std::thread::yield_now();
        test.steps(1);
    }
    test.click("All screens ⏷");
    test.click("Screen 2: 1280 × 1024 (right)");
    let heard = test.heard();
    let wish = |command: &NodeCommand| match command {
        NodeCommand::Feature(FeatureCommand::View(ViewCommand::Watch(name))) => name.clone(),
        _ => None,
    };
    assert_eq!(heard.iter().filter_map(wish).collect::<Vec<_>>(), ["right"]);
}

#[test]
fn moves_of_one_frame_are_one() {
    let mut test = viewing(PermissionSet::DESKTOP);
    let at = middle(&test);
    test.steps(1);
    test.node.heard();
    for step in 0..20 {
        test.harness.input_mut().events.push(egui::Event::PointerMoved(at + vec2(step as f32, 0.0)));
    }
    test.steps(1);
    assert_eq!(pointer_moves(&test).len(), 1);
}

#[test]
fn the_mouse_stays_here_beside_the_picture_and_without_permission() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.harness.hover_at(pos2(640.0, 10.0));
    test.steps(2);
    assert!(pointer_moves(&test).is_empty());

    let mut test = viewing(view_only());
    let at = middle(&test);
    test.harness.hover_at(at);
    test.harness.drag_at(at);
    test.steps(2);
    assert!(test.node.heard().is_empty());
}

#[test]
fn a_held_button_is_released_when_the_mouse_is_taken_away() {
    let mut test = viewing(PermissionSet::DESKTOP);
    let at = middle(&test);
    test.harness.drag_at(at);
    test.steps(2);
    assert_eq!(test.heard_names(), ["Left true"]);
    test.say(
        NodeEvent::Permissions {
            granted: view_only(),
            revoked: PermissionSet::NONE.with(Permission::Pointer),
        },
        |state| state.viewing().is_some_and(|viewing| !viewing.facts.granted.contains(Permission::Pointer)),
    );
    let heard: Vec<_> = test.heard().iter().filter_map(|command| input(command).cloned()).collect();
    assert_eq!(heard, [InputEvent::Button { button: PointerButton::Left, pressed: false }]);
    assert!(test.shows("No longer allowed: use the mouse"));
}

#[test]
fn keys_go_to_the_host_only_while_its_picture_has_the_hand() {
    let mut test = viewing(PermissionSet::DESKTOP);
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.to_host());
    test.click("Messages");
    assert!(!test.keys.to_host(), "the hand is at the toolbar");
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.to_host());
    test.harness.get_by_label("Write a message").click();
    test.steps(2);
    test.harness.hover_at(at);
    test.steps(2);
    assert!(!test.keys.to_host(), "a text field has the focus");
    test.say(NodeEvent::Paused(true), |state| state.viewing().is_some_and(|viewing| viewing.facts.paused()));
    assert!(!test.keys.to_host());
}

#[test]
fn without_permission_keys_stay_here() {
    let mut test = viewing(view_only());
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(2);
    assert!(!test.keys.to_host());
}

#[test]
fn special_keys_are_sent_from_the_menu() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("Keys");
    test.click("Alt + Tab");
    assert_eq!(test.heard_names(), ["AltLeft true", "Tab true", "Tab false", "AltLeft false"]);
}

#[test]
fn the_way_keys_arrive_is_chosen_in_the_menu_and_kept() {
    let mut test = viewing(PermissionSet::DESKTOP);
    assert_eq!(KeyHabits::chosen(&test.harness.ctx).way, KeyWay::AsAtHome);
    test.click("Keys");
    test.click("By the key's place");
    assert_eq!(KeyHabits::chosen(&test.harness.ctx).way, KeyWay::ByPlace);
    assert!(!test.shows("By the key's place"), "the menu is closed");
}

#[test]
fn the_copied_text_is_typed_unless_it_is_too_long() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("Keys");
    test.click("Type the text that you copied");
    // The window system hands it over in its own time.
    test.steps(3);
    test.harness.event(egui::Event::Paste("a".repeat(100_000)));
    test.steps(2);
    assert!(test.heard().is_empty());
    assert!(test.shows("That text is too long to be typed. Paste it in parts."));
    test.click("Type the text that you copied");
    test.steps(3);
    test.harness.event(egui::Event::Paste("Zwölf\n€".to_owned()));
    test.steps(2);
    let heard = test.heard();
    let is_typed = |command: &NodeCommand| {
        matches!(command, NodeCommand::Feature(FeatureCommand::Control(ControlCommand::Type(events)))
            if matches!(&events[..], [InputEvent::Text(text)] if text.as_str() == "Zwölf\n€"))
    };
    assert!(heard.iter().any(is_typed), "{heard:?}");
}

#[test]
fn full_screen_hides_the_toolbar_until_the_top_edge_is_touched() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.harness.key_press(Key::F11);
    test.steps(3);
    assert!(!test.shows("Full screen") && !test.shows("Statistics"));
    test.harness.hover_at(pos2(640.0, 0.0));
    test.steps(3);
    assert!(test.shows("Statistics"));
    test.harness.hover_at(pos2(640.0, 400.0));
    test.steps(3);
    assert!(!test.shows("Statistics"));
    test.harness.key_press(Key::Escape);
    test.steps(2);
    assert!(test.state().viewing().is_some_and(|viewing| viewing.extent.is_screen()), "Escape is the host's");
}

/// What comes before a drawing in which the window has just become `size` points large: a press at `at`.
fn press_as_the_window_grows(test: &mut Test, size: egui::Vec2, at: egui::Pos2) {
    test.harness.set_size(size);
    press(test, at);
}

fn press(test: &mut Test, at: egui::Pos2) {
    let button = egui::Event::PointerButton {
        pos: at,
        button: egui::PointerButton::Primary,
        pressed: true,
        modifiers: egui::Modifiers::NONE,
    };
    test.harness.input_mut().events.extend([egui::Event::PointerMoved(at), button]);
    test.harness.step();
}

#[test]
fn a_press_in_the_first_picture_after_going_full_screen_reaches_the_host() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("1:1");
    test.harness.key_press(Key::F11);
    test.steps(3);
    test.heard();
    // Below and beside everything that the window showed so far; the picture lies in the middle of the
    // screen.
    press_as_the_window_grows(&mut test, vec2(2048.0, 1200.0), pos2(1900.0, 1100.0));
    assert_eq!(test.heard_names(), ["Left true"]);
    assert!(test.keys.to_host(), "and what is typed next goes there too");
}

#[test]
fn a_press_where_a_scroll_bar_was_reaches_the_host() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("1:1");
    test.harness.key_press(Key::F11);
    test.steps(3);
    test.heard();
    press_as_the_window_grows(&mut test, vec2(2048.0, 1200.0), pos2(1276.0, 400.0));
    assert_eq!(test.heard_names(), ["Left true"]);
}

#[test]
fn a_press_where_the_picture_was_but_a_panel_is_now_stays_here() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.harness.key_press(Key::F11);
    test.steps(3);
    assert!(test.state().viewing().is_some_and(|viewing| viewing.extent.is_screen()));
    test.harness.key_press(Key::F11);
    test.harness.step();
    // The toolbar is back from this drawing on.
    press(&mut test, pos2(640.0, 10.0));
    assert!(test.heard().is_empty());
}

#[test]
fn what_lies_on_the_picture_keeps_its_presses() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("1:1");
    let at = pos2(1276.0, 400.0);
    test.harness.hover_at(at);
    test.steps(2);
    press(&mut test, at);
    assert!(test.heard().is_empty(), "the scroll bar's");

    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("Keys");
    let item = test.harness.get_by_label("F11").rect().center();
    assert!(test.harness.get_by_label("Their screen").rect().contains(item));
    press(&mut test, item);
    assert!(test.heard().is_empty(), "the menu's");
}

#[test]
fn one_to_one_shows_every_pixel_and_ends_with_one_click() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("1:1");
    assert_eq!(test.harness.get_by_label("Their screen").rect().size(), vec2(1920.0, 1080.0));
    test.click("Statistics");
    let figures = Figures { shown: 9, ..Figures::default() };
    test.node.say(NodeEvent::Feature(FeatureEvent::View(ViewEvent::Figures(figures))));
    test.steps(2);
    assert!(test.state().viewing().is_some_and(|viewing| viewing.panels.is_open(PanelName::View)));
    let asked = FeatureCommand::from(ViewCommand::Stages);
    let heard = test.heard();
    let is_asked = |command: &NodeCommand| matches!(command, NodeCommand::Feature(one) if *one == asked);
    assert!(!heard.is_empty() && heard.iter().all(is_asked), "what is told on demand: {heard:?}");
    test.click("End");
    // A slow machine may have asked again meanwhile.
    let heard: Vec<_> = test.heard().into_iter().filter(|command| !is_asked(command)).collect();
    assert!(matches!(heard[..], [NodeCommand::End]), "{heard:?}");
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

/// A session in which the picture has the keyboard.
fn typing() -> Test {
    let mut test = viewing(PermissionSet::DESKTOP);
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(2);
    test
}

const THERE: &str = "Keyboard: there";
const HERE: &str = "Keyboard: here";
const HINT: &str = "Press Ctrl + Alt and let go to get them back.";

#[test]
fn shortcuts_go_to_the_host_while_the_picture_has_the_keyboard_and_it_is_said_how_to_get_them_back() {
    let mut test = typing();
    assert!(test.keys.shortcuts_held());
    assert!(test.shows(THERE) && test.shows(HINT));
    test.pass_time();
    assert!(!test.shows(HINT) && test.shows(THERE), "the sign stays");
    // A menu, a text field, the toolbar, and the user's pause take them away at once.
    test.click("Keys");
    assert!(!test.keys.shortcuts_held() && test.shows(HERE));
    test.harness.key_press(Key::Escape);
    test.steps(3);
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.shortcuts_held() && !test.shows(HINT), "it is said once");
    test.click("Messages");
    assert!(!test.keys.shortcuts_held());
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.shortcuts_held());
    test.harness.get_by_label("Write a message").click();
    test.steps(2);
    test.harness.hover_at(at);
    test.steps(2);
    assert!(!test.keys.shortcuts_held(), "a text field has the focus");
    test.click("Messages");
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.shortcuts_held());
    test.say(NodeEvent::Paused(true), |state| state.viewing().is_some_and(|viewing| viewing.facts.paused()));
    assert!(!test.keys.shortcuts_held());
}

#[test]
fn shortcuts_come_back_when_the_way_the_permission_or_the_session_is_lost() {
    let mut test = typing();
    let lost = |state: &beistand_gui::state::AppState| {
        state.viewing().is_some_and(|viewing| viewing.facts.way == SessionWay::Lost)
    };
    test.say(NodeEvent::Reconnecting, lost);
    test.steps(2);
    assert!(!test.keys.shortcuts_held());
    let mut test = typing();
    test.say(permissions(view_only()), |state| {
        state.viewing().is_some_and(|viewing| viewing.facts.granted == view_only())
    });
    assert!(!test.keys.shortcuts_held());
    let mut test = typing();
    let end = fake::end(EndWord::Ended, EndedBy::Peer, 0, "cause-not-found");
    test.say(end, |state| technician(state, |phase| matches!(phase, TechnicianPhase::Ended(_))));
    assert!(!test.keys.shortcuts_held());
}

#[test]
fn the_sign_in_the_toolbar_sends_the_keyboard_there_and_back() {
    let mut test = typing();
    test.click(THERE);
    assert!(!test.keys.to_host() && !test.keys.shortcuts_held());
    assert!(test.shows(HERE));
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(2);
    assert!(!test.keys.to_host(), "the pointer alone does not give it away again");
    test.click(HERE);
    assert!(test.keys.to_host() && test.keys.shortcuts_held());
    test.click(THERE);
    assert!(!test.keys.to_host());
    test.harness.hover_at(at);
    for pressed in [true, false] {
        let button = egui::PointerButton::Primary;
        let modifiers = egui::Modifiers::NONE;
        test.harness.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers });
        test.steps(1);
    }
    assert!(test.keys.to_host() && test.keys.shortcuts_held(), "a click into the picture does");
}

#[test]
fn whoever_keeps_their_shortcuts_here_has_them_for_the_session() {
    let mut test = typing();
    let at = middle(&test);
    test.click("Keys");
    test.click("Send my desktop's shortcuts too");
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.to_host() && !test.keys.shortcuts_held());
    test.click("Keys");
    test.click("Send my desktop's shortcuts too");
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.shortcuts_held());
}

#[test]
fn where_shortcuts_can_not_be_had_the_menu_says_so_and_typing_goes_on() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.node.take_keyboard(true);
    let at = middle(&test);
    test.harness.hover_at(at);
    test.steps(2);
    assert!(test.keys.to_host() && !test.keys.shortcuts_held());
    test.click("Keys");
    assert!(test.shows("Another program on this computer has the keyboard at the moment."));
}

#[test]
fn the_menu_has_what_makes_sense_on_the_other_sides_system() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("Keys");
    assert!(!test.shows("Ctrl + Alt + Del") && test.shows("Alt + Tab"), "nothing is known of it yet");
    test.harness.key_press(Key::Escape);
    let system = |kind| NodeEvent::Feature(FeatureEvent::Control(ControlEvent::System(kind)));
    test.node.say(system(SystemKind::X11));
    test.catch_up();
    test.click("Keys");
    assert!(test.shows("Ctrl + Alt + Del") && !test.shows("Ctrl + Shift + Esc"));
    test.click("Ctrl + Alt + Del");
    let names = ["ControlLeft", "AltLeft", "Delete"];
    let pressed = names.iter().map(|name| format!("{name} true"));
    let expected: Vec<_> = pressed.chain(names.iter().rev().map(|name| format!("{name} false"))).collect();
    assert_eq!(test.heard_names(), expected);
    test.node.say(system(SystemKind::MacOs));
    test.catch_up();
    test.click("Keys");
    assert!(test.shows("Command + Space") && !test.shows("Ctrl + Alt + Del"));
}

#[test]
fn how_somebody_types_is_remembered_for_this_contact_alone() {
    let asked = |number| {
        let contact = Some(ContactMark::sample(number));
        NodeEvent::Request(RequestInfo { contact, ..fake::request() })
    };
    let connect = |test: &mut Test, number| {
        test.node.say(asked(number));
        test.say(permissions(PermissionSet::DESKTOP), |state| state.viewing().is_some());
    };
    let end = |test: &mut Test| {
        let end = fake::end(EndWord::Lost, EndedBy::Nobody, 5, "cause-not-found");
        test.say(end, |state| technician(state, |phase| matches!(phase, TechnicianPhase::Ended(_))));
        test.click("Try again");
    };
    let way = |test: &Test| KeyHabits::chosen(&test.harness.ctx).way;
    let mut test = filled();
    test.click("Connect");
    connect(&mut test, 1);
    assert_eq!(way(&test), KeyWay::AsAtHome);
    test.click("Keys");
    test.click("By the key's place");
    assert_eq!(way(&test), KeyWay::ByPlace);
    end(&mut test);
    connect(&mut test, 2);
    assert_eq!(way(&test), KeyWay::AsAtHome, "somebody else");
    end(&mut test);
    connect(&mut test, 1);
    assert_eq!(way(&test), KeyWay::ByPlace);
}
