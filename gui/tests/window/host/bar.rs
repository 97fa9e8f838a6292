//! The bar of a session in a window of its own: what it shows, takes back and grants. What a program can do
//! to it is walked through in `hand_check`.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use beistand_gui::app::words;
use beistand_gui::backend::CommandSender;
use beistand_gui::backend::fake::FakeNode;
use beistand_gui::panels::{PanelName, Panels, UnderWay, permission_words};
use beistand_gui::state::SessionFacts;
use beistand_gui::theme;
use beistand_gui::views::session_bar::{BarSession, SessionBar, session_bar_ui};
use beistand_node::words::{Language, args};
use beistand_node::{
    AdjustChange, AdjustCommand, AdjustEvent, AdjustKind, CheckupCommand, CheckupEnd, CheckupEvent,
    CheckupKind, CommandInbox, DeedSight, FeatureCommand, FeatureEvent, NodeCommand, Origin, Permission,
    PermissionSet, RepairCommand, RepairDeed, RepairEnd, RepairEvent, RepairOutcome, RepairWish,
    SweepCommand, SweepEnd, SweepEvent, SweepKind, ViewCommand, ViewEvent, ViewMonitor, command_channel,
};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::INJECTED;
use crate::common::drawing;

/// The bar alone, as in its own window, and what it tells the node.
fn bar(node: &FakeNode, granted: PermissionSet) -> (Harness<'static, SessionBar>, CommandInbox) {
    let session = BarSession {
        wants: PermissionSet::DESKTOP,
        facts: SessionFacts { granted, ..SessionFacts::default() },
        panels: vec![(PanelName::Chat, 0)],
        shares: Vec::new(),
        under_way: Vec::new(),
        asked: None,
    };
    let (commands, heard) = command_channel(16);
    let origin = Arc::new(Mutex::new(Box::new(node.clone()) as Box<_>));
    let bar = SessionBar::new(session, words(Language::English), CommandSender::new(commands), origin);
    let draw = |ui: &mut egui::Ui, bar: &mut SessionBar| {
        beistand_gui::theme::apply(ui.ctx());
        session_bar_ui(ui, bar);
    };
    let mut harness = Harness::builder().with_size([600.0, 320.0]).build_ui_state(draw, bar);
    harness.get_by_label("What they may do").click();
    // Until what can be granted has been in sight for a while.
    harness.run_steps(12);
    (harness, heard)
}

#[test]
fn a_screen_is_hidden_in_the_bar_by_anybodys_click_while_the_helpers_hands_are_off() {
    let node = FakeNode::default();
    let (mut harness, mut heard) = bar(&node, PermissionSet::DESKTOP);
    let monitor = |name: &str, x| ViewMonitor {
        name: name.to_owned(),
        x,
        y: 0,
        width: 1920,
        height: 1080,
        shared: true,
        shown: true,
    };
    let mut panels = Panels::default();
    let monitors = ViewEvent::Monitors(vec![monitor("left", 0), monitor("right", 1920)]);
    panels.apply(monitors.into(), Instant::now());
    harness.state_mut().session.shares = panels.shares();
    harness.run_steps(2);
    node.press_from(Origin::Injected);
    harness.get_by_label_contains("Screen 1").click();
    harness.run_steps(3);
    let heard: Vec<_> = std::iter::from_fn(|| heard.try_recv()).collect();
    let [NodeCommand::GrantDialog { visible: true }, NodeCommand::Feature(hidden)] = heard.as_slice() else {
        panic!("{heard:?}")
    };
    assert_eq!(*hidden, FeatureCommand::from(ViewCommand::Hide("left".to_owned())));
}

fn click_keyboard(harness: &mut Harness<'static, SessionBar>) {
    harness.get_by_label_contains("Use your keyboard").click();
    harness.run_steps(3);
}

#[test]
fn the_opened_bar_revokes_at_once_even_by_a_programs_click() {
    let node = FakeNode::default();
    node.press_from(Origin::Injected);
    let (mut harness, mut heard) = bar(&node, PermissionSet::DESKTOP);
    assert!(matches!(heard.try_recv(), Some(NodeCommand::GrantDialog { visible: true })));
    click_keyboard(&mut harness);
    assert!(matches!(heard.try_recv(), Some(NodeCommand::Revoke(Permission::Keyboard))));
}

#[test]
fn the_opened_bar_grants_by_hand_only() {
    let node = FakeNode::default();
    let (mut harness, mut heard) = bar(&node, PermissionSet::DESKTOP.without(Permission::Keyboard));
    assert!(matches!(heard.try_recv(), Some(NodeCommand::GrantDialog { visible: true })));
    node.press_from(Origin::Injected);
    click_keyboard(&mut harness);
    assert!(heard.try_recv().is_none());
    assert!(harness.query_by_label(INJECTED).is_some());
    node.press_from(Origin::Physical);
    click_keyboard(&mut harness);
    assert!(matches!(heard.try_recv(), Some(NodeCommand::Grant(Permission::Keyboard))));
    harness.get_by_label("What they may do").click();
    harness.run_steps(3);
    assert!(matches!(heard.try_recv(), Some(NodeCommand::GrantDialog { visible: false })));
}

#[test]
fn what_needs_a_permission_is_taken_back_with_it_and_given_only_after_it() {
    let node = FakeNode::default();
    let both = PermissionSet::NONE.with(Permission::Terminal).with(Permission::TerminalType);
    let (mut harness, mut heard) = bar(&node, both);
    let boxes = |harness: &Harness<'static, SessionBar>, index: usize| {
        harness.get_all_by_role(egui::accesskit::Role::CheckBox).nth(index).expect("drawn").click();
    };
    harness.state_mut().session.wants = both;
    harness.run_steps(20);
    assert!(matches!(heard.try_recv(), Some(NodeCommand::GrantDialog { visible: true })));
    boxes(&harness, 0);
    harness.run_steps(3);
    let revoked: Vec<_> = std::iter::from_fn(|| heard.try_recv()).collect();
    let [NodeCommand::Revoke(one), NodeCommand::Revoke(other)] = *revoked else { panic!("{revoked:?}") };
    assert_eq!(PermissionSet::NONE.with(one).with(other), both);
    harness.state_mut().session.facts.granted = PermissionSet::NONE;
    harness.run_steps(20);
    boxes(&harness, 1);
    harness.run_steps(3);
    assert!(heard.try_recv().is_none());
    boxes(&harness, 0);
    harness.run_steps(3);
    assert!(matches!(heard.try_recv(), Some(NodeCommand::Grant(Permission::Terminal))));
}

/// The bar as the window system has made it, after it was opened on a screen of this height.
fn opened_on(screen: [f32; 2], wants: PermissionSet, language: Language) -> Harness<'static, SessionBar> {
    let (mut harness, heard) = bar(&FakeNode::default(), wants);
    drop(heard);
    let state = harness.state_mut();
    (state.session.wants, state.words) = (wants, words(language));
    let root = egui::ViewportId::ROOT;
    harness.input_mut().viewports.entry(root).or_default().monitor_size = Some(screen.into());
    harness.run_steps(2);
    // It is closed and opened again.
    let more = harness.state().words.text("page-bar-more");
    for _ in 0..2 {
        harness.get_by_label(&more).click();
        // The size comes with the drawing in which the click arrives.
        for _ in 0..3 {
            harness.step();
            let commands = &harness.output().viewport_output[&root].commands;
            let size = commands.iter().rev().find_map(|command| match command {
                egui::ViewportCommand::InnerSize(size) => Some(*size),
                _ => None,
            });
            if let Some(size) = size {
                harness.set_size(size);
            }
        }
    }
    harness.run_steps(20);
    harness
}

#[test]
fn all_permissions_are_in_sight_in_the_opened_bar_on_every_screen() {
    let all = Permission::ALL;
    let sets = [&all[..5], &[&all[..5], &all[8..12]].concat(), &all[..13]];
    for wants in sets.map(|few| few.iter().copied().collect::<PermissionSet>()) {
        for screen in [[1280.0, 720.0], [800.0, 600.0], [640.0, 400.0], [640.0, 360.0]] {
            for language in Language::ALL {
                let harness = opened_on(screen, wants, language);
                let size = harness.ctx.content_rect().size();
                let known = format!("{} on {screen:?} in {language:?}, {size}", wants.words());
                assert!(size.y <= screen[1] - 72.0 || screen[1] < 400.0, "{known}");
                let shapes = &harness.output().shapes;
                let texts = drawing::texts(shapes, theme::LIGHT.card);
                let titles: Vec<_> =
                    wants.iter().map(|one| harness.state().words.text(permission_words(one).title)).collect();
                for title in &titles {
                    let drawn = texts.iter().filter(|text| text.text == *title);
                    let times = titles.iter().filter(|other| *other == title).count();
                    assert!(drawn.count() >= times, "{title} of {known}");
                }
                let faults = drawing::faults(shapes, theme::LIGHT.card, screen[1] >= 400.0);
                assert!(faults.is_empty(), "{known}: {faults:#?}");
            }
        }
    }
}

#[test]
fn what_is_under_way_is_named_in_the_bar_and_stopped_by_anybodys_press() {
    let node = FakeNode::default();
    let (mut harness, mut heard) = bar(&node, PermissionSet::DESKTOP);
    let mut panels = Panels::default();
    let mut apply = |event: FeatureEvent| {
        panels.apply(event, Instant::now());
        panels.under_way()
    };
    let wish = RepairWish::Deed(RepairDeed::ResetHosts);
    let change =
        AdjustChange { number: 3, kind: AdjustKind::Network, from: "on".to_owned(), to: "off".to_owned() };
    let (before, after) = (DeedSight::NOTHING, DeedSight::NOTHING);
    let outcome = RepairOutcome { end: RepairEnd::Done, entry: 1, before, after, detail: String::new() };
    let (kind, search, subject) = (CheckupKind::Cpu, SweepKind::Everything, String::new());
    let begun: [(FeatureEvent, FeatureEvent, FeatureCommand); 4] = [
        (
            CheckupEvent::Begun { id: 1, kind, subject: subject.clone() }.into(),
            CheckupEvent::Ended { id: 1, kind, end: CheckupEnd::Done }.into(),
            CheckupCommand::Stop.into(),
        ),
        (
            SweepEvent::Begun { id: 1, kind: search, subject }.into(),
            SweepEvent::Ended { id: 1, kind: search, end: SweepEnd::Done, seen: 0, left_off: 0 }.into(),
            SweepCommand::Stop.into(),
        ),
        (
            RepairEvent::Begun { id: 1, wish: wish.clone() }.into(),
            RepairEvent::Ended { id: 1, wish, outcome }.into(),
            RepairCommand::Stop.into(),
        ),
        (
            AdjustEvent::Changed { change, trial_secs: 30 }.into(),
            AdjustEvent::Kept { change: 3 }.into(),
            AdjustCommand::Undo { change: 3 }.into(),
        ),
    ];
    for (begin, end, stop) in begun {
        let under_way = apply(begin);
        let [UnderWay { what, .. }] = under_way.as_slice() else { panic!("{under_way:?}") };
        let label = harness.state().words.with("page-bar-stop-of", args![what = what.clone()]);
        harness.state_mut().session.under_way.clone_from(&under_way);
        harness.run_steps(2);
        assert!(harness.query_by_label_contains("Under way: ").is_some());
        node.press_from(Origin::Injected);
        harness.get_by_label(&label).click();
        harness.run_steps(3);
        let said: Vec<_> = std::iter::from_fn(|| heard.try_recv()).collect();
        let Some(NodeCommand::Feature(said)) = said.last() else { panic!("{said:?}") };
        assert_eq!(*said, stop);
        assert_eq!(apply(end), [], "it is over");
    }
}
