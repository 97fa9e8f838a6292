//! The chat panel on both sides, before consent and in a session.

use std::time::SystemTime;

use beistand_node::words::{Language, Words};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::app::words;
use crate::state::{PageAction, SessionFacts};
use crate::theme;
use crate::views::PageContext;
use beistand_node::{FeatureCommand, NodeCommand};

/// A chat panel on a page of its own.
struct ChatDesk {
    panel: ChatPanel,
    side: PanelSide,
    stage: SessionStage,
    words: Words,
    actions: Vec<PageAction>,
}

type ChatTest = Harness<'static, ChatDesk>;

fn draw(ui: &mut Ui, desk: &mut ChatDesk) {
    theme::apply(ui.ctx());
    let facts = SessionFacts::default();
    let mut page = PageContext { words: &desk.words, now: Instant::now(), actions: &mut desk.actions };
    let mut cx = PanelContext::new(desk.side, desk.stage, &facts, &mut page).with_peer("Anna Berger");
    match desk.stage {
        SessionStage::Running => desk.panel.panel_ui(ui, &mut cx.speaking()),
        SessionStage::Asking => desk.panel.question_ui(ui, &mut cx.speaking()),
    }
}

fn chat(side: PanelSide, stage: SessionStage, events: impl IntoIterator<Item = ChatEvent>) -> ChatTest {
    let mut panel = ChatPanel::default();
    for event in events {
        panel.apply(event, Instant::now());
    }
    let desk = ChatDesk { panel, side, stage, words: words(Language::English), actions: Vec::new() };
    let mut test = Harness::builder().with_size([320.0, 480.0]).build_ui_state(draw, desk);
    test.run_steps(3);
    test
}

fn line(number: u32, from: LineFrom, text: &str) -> ChatEvent {
    let (text, at) = (text.to_owned(), SystemTime::UNIX_EPOCH);
    ChatEvent::Line(ChatLine { number, from, text, at })
}

fn shows(test: &ChatTest, text: &str) -> bool {
    test.query_all_by_label_contains(text).next().is_some()
}

fn write(test: &mut ChatTest, text: &str) {
    test.get_by_label("Write a message").click();
    test.run_steps(2);
    test.event(egui::Event::Text(text.to_owned()));
    test.run_steps(2);
}

fn said(test: &mut ChatTest) -> Vec<String> {
    let actions = std::mem::take(&mut test.state_mut().actions);
    let text = |action| match action {
        PageAction::Send(NodeCommand::Feature(FeatureCommand::Chat(ChatCommand::Say(text)))) => Some(text),
        _ => None,
    };
    actions.into_iter().filter_map(text).collect()
}

const SIDES: [PanelSide; 2] = [PanelSide::Host, PanelSide::Technician];

#[test]
fn both_sides_write_with_enter_and_with_the_button() {
    for side in SIDES {
        let mut test = chat(side, SessionStage::Running, []);
        write(&mut test, " hello ");
        test.key_press(Key::Enter);
        test.run_steps(2);
        assert_eq!(said(&mut test), ["hello"]);
        write(&mut test, "and more");
        test.get_by_label("Send").click();
        test.run_steps(2);
        assert_eq!(said(&mut test), ["and more"], "the line before is gone from the field");
        test.get_by_label("Send").click();
        test.run_steps(2);
        assert!(said(&mut test).is_empty(), "nothing is no message");
    }
}

#[test]
fn a_line_says_whose_it_is_and_whether_it_arrived() {
    let lines =
        [line(1, LineFrom::Us, "one"), line(1, LineFrom::Peer, "two"), line(2, LineFrom::Us, "three")];
    let mut test = chat(PanelSide::Host, SessionStage::Running, lines);
    assert!(shows(&test, "Anna Berger ·"));
    assert_eq!(test.query_all_by_label_contains("on its way").count(), 2);
    test.state_mut().panel.apply(ChatEvent::Delivered { number: 1 }, Instant::now());
    test.run_steps(2);
    assert_eq!(test.query_all_by_label_contains("on its way").count(), 1);
    assert_eq!(test.query_all_by_label_contains("delivered").count(), 1);
}

#[test]
fn only_the_other_sides_lines_call_for_attention() {
    let mut panel = ChatPanel::default();
    let now = Instant::now();
    assert_eq!(panel.apply(line(1, LineFrom::Us, "ours"), now), Attention::Quiet);
    let Attention::Toast(phrase) = panel.apply(line(1, LineFrom::Peer, "theirs"), now) else {
        panic!("a passing notice")
    };
    assert_eq!(words(Language::English).say(&phrase), "They wrote: theirs");
    assert_eq!(panel.apply(ChatEvent::Delivered { number: 1 }, now), Attention::Quiet);
}

#[test]
fn what_was_not_sent_is_said_and_is_back_in_the_field() {
    let refused = ChatEvent::Refused { text: "the line".to_owned() };
    let mut test = chat(PanelSide::Technician, SessionStage::Running, [refused]);
    assert!(shows(&test, "Not sent: the line"));
    test.get_by_label("Send").click();
    test.run_steps(2);
    assert_eq!(said(&mut test), ["the line"]);
    assert!(!shows(&test, "Not sent"));
}

#[test]
fn the_field_stays_in_sight_below_many_lines() {
    for side in SIDES {
        let test = chat(side, SessionStage::Running, sample());
        for label in ["Write a message", "Send"] {
            let place = test.get_by_label(label).rect();
            assert!(place.bottom() <= 480.0, "{side:?}: {label} at {place}");
        }
    }
}

#[test]
fn a_refused_line_leaves_what_is_being_written_alone() {
    let mut test = chat(PanelSide::Technician, SessionStage::Running, []);
    write(&mut test, "new");
    test.state_mut().panel.apply(ChatEvent::Refused { text: "old".to_owned() }, Instant::now());
    test.run_steps(2);
    test.get_by_label("Send").click();
    test.run_steps(2);
    assert_eq!(said(&mut test), ["new"]);
}

#[test]
fn a_line_is_copied_whole() {
    let mut test = chat(PanelSide::Host, SessionStage::Running, [line(1, LineFrom::Peer, "192.168.0.12")]);
    test.get_by_label("Copy this message").click();
    test.run_steps(2);
    assert!(matches!(&test.state().actions[..], [PageAction::Copy(text)] if text == "192.168.0.12"));
}

#[test]
fn a_link_is_text_like_any_other() {
    let link = "https://example.org/setup.exe";
    let test = chat(PanelSide::Host, SessionStage::Running, [line(1, LineFrom::Peer, link)]);
    assert!(shows(&test, link));
    assert!(test.query_by_role(egui::Role::Link).is_none());
    test.get_by_label(link).click();
    assert!(test.state().actions.is_empty());
    assert!(test.output().platform_output.commands.is_empty());
}

#[test]
fn while_they_are_asked_users_only_read() {
    let lines = [line(1, LineFrom::Peer, "It is me, Anna")];
    let test = chat(PanelSide::Host, SessionStage::Asking, lines);
    assert!(shows(&test, "It is me, Anna"));
    assert!(test.query_by_role(egui::Role::TextInput).is_none());
    assert!(test.query_by_role(egui::Role::Button).is_none());
}

#[test]
fn while_the_user_is_asked_a_helper_writes_a_few_lines() {
    let lines = (1..MAX_LINES_ASKING as u32).map(|number| line(number, LineFrom::Us, "hello"));
    let mut test = chat(PanelSide::Technician, SessionStage::Asking, lines);
    write(&mut test, "the last one");
    test.key_press(Key::Enter);
    test.run_steps(2);
    assert_eq!(said(&mut test), ["the last one"]);
    test.state_mut().panel.apply(line(MAX_LINES_ASKING as u32, LineFrom::Us, "the last one"), Instant::now());
    test.run_steps(2);
    assert!(shows(&test, "once they have said yes"));
    assert!(test.query_by_role(egui::Role::TextInput).is_none());
}

#[test]
fn a_search_leaves_the_lines_that_have_it() {
    for side in SIDES {
        let mut lines: Vec<_> =
            (1..6).map(|number| line(number, LineFrom::Peer, "Take your time.")).collect();
        let mut test = chat(side, SessionStage::Running, lines.clone());
        assert!(test.query_by_label("Search in the messages").is_none(), "a few lines need no search");
        lines.push(line(6, LineFrom::Us, "The DRIVER is from 2016"));
        test = chat(side, SessionStage::Running, lines);
        test.get_by_label("Search in the messages").click();
        test.run_steps(2);
        test.event(egui::Event::Text("driver".to_owned()));
        test.run_steps(2);
        assert!(shows(&test, "One message has this."), "{side:?}");
        assert!(shows(&test, "The DRIVER is from 2016") && !shows(&test, "Take your time."), "{side:?}");
        test.event(egui::Event::Text("s".to_owned()));
        test.run_steps(2);
        assert!(shows(&test, "No message has this."), "{side:?}");
        assert!(!shows(&test, "The DRIVER"), "{side:?}");
    }
}

#[test]
fn old_lines_make_room() {
    let mut panel = ChatPanel::default();
    for number in 0..500 {
        panel.apply(line(number, LineFrom::Peer, "x"), Instant::now());
    }
    assert_eq!(panel.lines.iter().len(), list::LINES);
    assert_eq!(panel.lines.iter().next_back().map(|line| line.number), Some(499));
}

#[test]
fn of_the_longest_lines_only_those_in_sight_are_laid_out() {
    let longest = "\u{202e}wide ".repeat(MAX_CHARS / 6);
    let lines = (0..list::LINES as u32).map(|number| line(number, LineFrom::Peer, &longest));
    let mut test = chat(PanelSide::Technician, SessionStage::Running, lines);
    let laid_out = |test: &ChatTest| test.query_all_by_label("Copy this message").count();
    assert!(laid_out(&test) <= 2, "{} at the end", laid_out(&test));
    test.state_mut().panel.apply(line(500, LineFrom::Peer, "the newest"), Instant::now());
    test.run_steps(3);
    assert!(shows(&test, "the newest"), "the end is in sight");
    let middle = egui::pos2(160.0, 200.0);
    test.event(egui::Event::PointerMoved(middle));
    for _ in 0..400 {
        let delta = egui::vec2(0.0, 100_000.0);
        let (unit, modifiers) = (egui::MouseWheelUnit::Point, egui::Modifiers::NONE);
        let (phase, source) = (egui::TouchPhase::Move, egui::MouseWheelSource::Unknown);
        test.event(egui::Event::MouseWheel { unit, delta, modifiers, phase, source });
        test.run_steps(1);
        assert!(laid_out(&test) <= 3, "{} on the way up", laid_out(&test));
    }
}
