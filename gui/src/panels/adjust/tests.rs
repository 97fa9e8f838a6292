//! The panel on both sides.

use beistand_node::words::{Language, Words};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::app::words;
use crate::panels::SessionStage;
use crate::state::{PageAction, SessionFacts};
use crate::theme;
use crate::views::PageContext;
use beistand_node::{FeatureCommand, NodeCommand, PermissionSet};

struct AdjustDesk {
    panel: AdjustPanel,
    side: PanelSide,
    words: Words,
    actions: Vec<PageAction>,
}

fn draw(ui: &mut Ui, desk: &mut AdjustDesk) {
    theme::apply(ui.ctx());
    let granted = PermissionSet::NONE.with(Permission::Adjust);
    let facts = SessionFacts { granted, ..SessionFacts::default() };
    let mut page = PageContext { words: &desk.words, now: Instant::now(), actions: &mut desk.actions };
    let mut cx = PanelContext::new(desk.side, SessionStage::Running, &facts, &mut page);
    desk.panel.panel_ui(ui, &mut cx.speaking());
}

fn shown(side: PanelSide) -> Harness<'static, AdjustDesk> {
    let mut panel = AdjustPanel::default();
    for event in AdjustPanel::sample() {
        panel.apply(event, Instant::now());
    }
    let desk = AdjustDesk { panel, side, words: words(Language::English), actions: Vec::new() };
    let mut test = Harness::builder().with_size([420.0, 1400.0]).build_ui_state(draw, desk);
    test.run_steps(3);
    test
}

fn sent(test: &mut Harness<'static, AdjustDesk>) -> Vec<AdjustCommand> {
    test.run_steps(2);
    let actions = std::mem::take(&mut test.state_mut().actions);
    let command = |action| match action {
        PageAction::Send(NodeCommand::Feature(FeatureCommand::Adjust(command))) => command,
        other => panic!("{other:?}"),
    };
    actions.into_iter().map(command).collect()
}

#[test]
fn without_a_hand_no_setting_is_changed_but_the_user_can_say_no_and_undo() {
    let mut test = shown(PanelSide::Host);
    assert!(test.query_by_label_contains("Max wants to change").is_some());
    for widening in ["Allow this change", "Keep it"] {
        test.get_by_label(widening).click();
        assert!(sent(&mut test).is_empty(), "{widening}");
    }
    test.get_by_label("Don't change it").click();
    assert_eq!(sent(&mut test), [AdjustCommand::No { number: 1 }]);
    let undo = test.get_all_by_label("Undo").next().unwrap();
    undo.click();
    assert_eq!(sent(&mut test), [AdjustCommand::Undo { change: 2 }], "the newest comes first");
}

#[test]
fn a_helper_reads_the_settings_and_asks_for_what_they_choose() {
    let mut test = shown(PanelSide::Technician);
    assert!(test.query_by_label_contains("Firewall: not available").is_some());
    assert!(test.query_by_label("Ask for this change").is_none(), "nothing is chosen");
    test.state_mut().panel.picked = Some((AdjustKind::Keyboard, "us".to_owned()));
    test.run_steps(2);
    test.get_by_label("Ask for this change").click();
    let set = AdjustCommand::Set { kind: AdjustKind::Keyboard, value: "us".to_owned() };
    assert_eq!(sent(&mut test), [set]);
    assert!(test.query_by_label("Ask for this change").is_none(), "it was asked for");
    test.get_by_label("Read the settings").click();
    assert_eq!(sent(&mut test), [AdjustCommand::List]);
}

#[test]
fn what_a_hand_can_allow_is_new_with_each_question_and_each_trial() {
    let mut panel = AdjustPanel::default();
    assert_eq!(panel.offered(), 0);
    let wish =
        AdjustWish { kind: AdjustKind::Scale, from: "100".to_owned(), to: "125".to_owned(), undoes: None };
    let mut seen = vec![];
    for number in [1, 2] {
        let (wish, who) = (wish.clone(), "Max".to_owned());
        panel.apply(AdjustEvent::Question { number, wish, who }, Instant::now());
        seen.push(panel.offered());
    }
    let change = AdjustChange {
        number: 7,
        kind: AdjustKind::Resolution,
        from: "1x1".to_owned(),
        to: "2x2".to_owned(),
    };
    panel.apply(AdjustEvent::Changed { change, trial_secs: 15 }, Instant::now());
    seen.push(panel.offered());
    panel.apply(AdjustEvent::Kept { change: 7 }, Instant::now());
    panel.apply(AdjustEvent::Dropped { number: 2 }, Instant::now());
    assert_eq!(panel.offered(), 0, "nothing waits any more");
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 3);
    for _ in 0..2 * MAX_CHANGES {
        let number = panel.changes.len() as u32 + 100;
        let change = AdjustChange { number, kind: AdjustKind::Scale, from: String::new(), to: String::new() };
        panel.apply(AdjustEvent::Earlier(change), Instant::now());
    }
    assert!(panel.changes.len() <= MAX_CHANGES);
}
