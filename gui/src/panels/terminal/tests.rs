//! The terminal's panel on both sides.

use beistand_node::words::{Language, Words};
use beistand_node::{FeatureCommand, NodeCommand, PermissionSet, TerminalEnd};
use egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::app::words;
use crate::panels::SessionStage;
use crate::state::{PageAction, SessionFacts};
use crate::theme;
use crate::views::PageContext;

const BOTH: PermissionSet = PermissionSet::NONE.with(Permission::Terminal).with(Permission::TerminalType);

struct TerminalDesk {
    panel: TerminalPanel,
    side: PanelSide,
    granted: PermissionSet,
    words: Words,
    actions: Vec<PageAction>,
}

type PanelTest = Harness<'static, TerminalDesk>;

fn draw(ui: &mut Ui, desk: &mut TerminalDesk) {
    theme::apply(ui.ctx());
    let facts = SessionFacts { granted: desk.granted, ..SessionFacts::default() };
    let mut page = PageContext { words: &desk.words, now: Instant::now(), actions: &mut desk.actions };
    let mut cx = PanelContext::new(desk.side, SessionStage::Running, &facts, &mut page);
    desk.panel.panel_ui(ui, &mut cx.speaking());
}

fn test(side: PanelSide, granted: PermissionSet, events: Vec<TerminalEvent>) -> PanelTest {
    let mut panel = TerminalPanel::default();
    for event in events {
        panel.apply(event, Instant::now());
    }
    let desk = TerminalDesk { panel, side, granted, words: words(Language::English), actions: Vec::new() };
    let mut test = Harness::builder().with_size([640.0, 480.0]).build_ui_state(draw, desk);
    test.run_steps(3);
    test
}

fn opened(by: Role) -> (TerminalScreen, TerminalEvent) {
    let screen = TerminalScreen::new(TerminalSize::USUAL);
    (screen.clone(), TerminalEvent::Opened { terminal: 1, by, screen })
}

fn commands(test: &mut PanelTest) -> Vec<TerminalCommand> {
    let actions = std::mem::take(&mut test.state_mut().actions);
    let command = |action| match action {
        PageAction::Send(NodeCommand::Feature(FeatureCommand::Terminal(command))) => Some(command),
        _ => None,
    };
    actions.into_iter().filter_map(command).collect()
}

fn typed(test: &mut PanelTest) -> Vec<u8> {
    let bytes = |command| match command {
        TerminalCommand::Type { bytes, .. } => bytes,
        _ => Vec::new(),
    };
    commands(test).into_iter().flat_map(bytes).collect()
}

fn focus(test: &mut PanelTest) {
    test.get_by_label("Screen of the terminal").click();
    test.run_steps(2);
}

#[test]
fn what_is_typed_into_the_screen_is_sent_and_keys_of_the_window_are_too() {
    for side in [PanelSide::Host, PanelSide::Technician] {
        let mut test = test(side, BOTH, vec![opened(Role::Technician).1]);
        commands(&mut test);
        test.event(egui::Event::Text("x".to_owned()));
        test.run_steps(2);
        assert_eq!(typed(&mut test), b"", "nobody has clicked into it");
        focus(&mut test);
        test.event(egui::Event::Text("ls".to_owned()));
        test.key_press(Key::Enter);
        test.run_steps(2);
        test.key_press(Key::Tab);
        test.run_steps(2);
        test.key_press(Key::Escape);
        test.run_steps(2);
        assert_eq!(typed(&mut test), b"ls\r\t\x1b");
    }
}

#[test]
fn who_may_only_look_types_nothing_and_opens_nothing() {
    let looks = PermissionSet::NONE.with(Permission::Terminal);
    let mut test = test(PanelSide::Technician, looks, vec![opened(Role::Host).1]);
    focus(&mut test);
    test.event(egui::Event::Text("ls".to_owned()));
    test.run_steps(2);
    assert!(commands(&mut test).is_empty());
    assert!(test.query_by_label("Open a terminal").is_none());
    assert!(test.query_by_label("Close").is_none());
}

#[test]
fn the_helpers_terminal_follows_the_helpers_panel_and_not_the_users() {
    let resized = |commands: Vec<TerminalCommand>| {
        commands.iter().filter(|command| matches!(command, TerminalCommand::Resize { .. })).count()
    };
    let mut helper = test(PanelSide::Technician, BOTH, vec![opened(Role::Technician).1]);
    assert!(resized(commands(&mut helper)) > 0);
    let mut user = test(PanelSide::Host, BOTH, vec![opened(Role::Technician).1]);
    assert_eq!(resized(commands(&mut user)), 0);
}

#[test]
fn what_is_marked_is_copied_and_what_is_searched_is_found() {
    let (screen, event) = opened(Role::Host);
    screen.print(b"needle one\r\nneedle two\r\nend");
    let mut test = test(PanelSide::Host, BOTH, vec![event]);
    test.get_by_label("Search").click();
    test.run_steps(2);
    test.event(egui::Event::Text("NEEDLE".to_owned()));
    test.run_steps(2);
    for _ in 0..2 {
        test.key_press(Key::Enter);
        test.run_steps(2);
    }
    assert_eq!(screen.selected().as_deref(), Some("needle"));
    focus(&mut test);
    assert_eq!(screen.selected(), None, "a click marks nothing");
    assert!(screen.find("two"));
    test.key_press_modifiers(egui::Modifiers::CTRL | egui::Modifiers::SHIFT, Key::C);
    test.run_steps(2);
    let copied =
        test.state().actions.iter().any(|action| matches!(action, PageAction::Copy(text) if text == "two"));
    assert!(copied, "{:?}", test.state().actions);
}

fn answer(terminal: u32, answer: LeftoverAnswer) -> TerminalCommand {
    TerminalCommand::Leftover { terminal: Some(terminal), answer }
}

#[test]
fn two_programs_that_still_run_are_two_questions() {
    let leftover = |terminal, program: &str| {
        let program = program.to_owned();
        TerminalEvent::Leftover { terminal, program, seconds: 30 }
    };
    let mut test = test(PanelSide::Host, BOTH, vec![leftover(1, "make"), leftover(2, "apt-get")]);
    test.get_all_by_label("End it").next_back().expect("two of them").click();
    test.run_steps(2);
    assert_eq!(commands(&mut test), [answer(2, LeftoverAnswer::End)]);
    test.get_by_label("Let it run on").click();
    test.run_steps(2);
    assert_eq!(commands(&mut test), [answer(1, LeftoverAnswer::Keep)]);
    assert!(test.query_by_label("Let it run on").is_none());
}

#[test]
fn the_user_is_asked_about_what_still_runs_and_closes_at_any_time() {
    let leftover = TerminalEvent::Leftover { terminal: 1, program: "make".to_owned(), seconds: 30 };
    let mut test = test(PanelSide::Host, BOTH, vec![opened(Role::Technician).1, leftover]);
    test.get_by_label("Let it run on").click();
    test.run_steps(2);
    assert_eq!(commands(&mut test), [answer(1, LeftoverAnswer::Keep)]);
    assert!(test.query_by_label("Let it run on").is_none());
    test.get_by_label("Close").click();
    test.run_steps(2);
    assert_eq!(commands(&mut test), [TerminalCommand::Close(Some(1))]);
    let closed = TerminalEvent::Closed { terminal: 1, why: TerminalEnd::ByUser };
    test.state_mut().panel.apply(closed, Instant::now());
    test.run_steps(2);
    assert!(test.query_by_label("Screen of the terminal").is_none());
}

#[test]
fn a_program_that_runs_is_lost_by_the_end_until_it_is_over() {
    let mut panel = TerminalPanel::default();
    let now = Instant::now();
    let busy = |terminal, busy| TerminalEvent::Busy { terminal, busy };
    for (event, is_lost) in [
        (busy(1, true), true),
        (busy(2, true), true),
        (busy(1, false), true),
        (TerminalEvent::Closed { terminal: 2, why: TerminalEnd::ByUser }, false),
    ] {
        panel.apply(event, now);
        assert_eq!(panel.lost_by_end().is_some(), is_lost);
    }
}
