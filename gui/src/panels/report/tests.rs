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

struct ReportDesk {
    panel: ReportPanel,
    side: PanelSide,
    words: Words,
    actions: Vec<PageAction>,
}

fn draw(ui: &mut Ui, desk: &mut ReportDesk) {
    theme::apply(ui.ctx());
    let granted = PermissionSet::NONE.with(Permission::Diagnostics);
    let facts = SessionFacts { granted, ..SessionFacts::default() };
    let mut page = PageContext { words: &desk.words, now: Instant::now(), actions: &mut desk.actions };
    let mut cx = PanelContext::new(desk.side, SessionStage::Running, &facts, &mut page);
    desk.panel.panel_ui(ui, &mut cx.speaking());
}

fn shown(side: PanelSide, event: ReportEvent) -> Harness<'static, ReportDesk> {
    let mut panel = ReportPanel::default();
    panel.apply(event, Instant::now());
    let desk = ReportDesk { panel, side, words: words(Language::English), actions: Vec::new() };
    let mut test = Harness::builder().with_size([420.0, 900.0]).build_ui_state(draw, desk);
    test.run_steps(3);
    test
}

fn sent(test: &mut Harness<'static, ReportDesk>) -> Vec<PageAction> {
    test.run_steps(2);
    std::mem::take(&mut test.state_mut().actions)
}

#[test]
fn a_part_that_is_unticked_is_no_longer_shown_and_wireless_names_are_unticked() {
    let mut test = shown(PanelSide::Host, ReportEvent::Draft(lines::sample()));
    assert!(test.query_by_label_contains("312 MiB of 465 GiB").is_some());
    assert!(test.query_by_label_contains("At home").is_none());
    test.get_by_label("Disks").click();
    test.run_steps(2);
    assert!(test.query_by_label_contains("312 MiB of 465 GiB").is_none());
}

#[test]
fn without_a_hand_nothing_is_sent_but_it_can_be_dropped() {
    let mut test = shown(PanelSide::Host, ReportEvent::Draft(lines::sample()));
    test.get_by_label("Send to the helper").click();
    assert!(sent(&mut test).is_empty());
    test.get_by_label("Don't send").click();
    let actions = sent(&mut test);
    let [PageAction::Send(NodeCommand::Feature(FeatureCommand::Report(command)))] = &actions[..] else {
        panic!("{actions:?}")
    };
    assert_eq!(*command, ReportCommand::Drop);
}

#[test]
fn a_helper_asks_and_sees_why_and_what_to_do() {
    let mut test = shown(PanelSide::Technician, ReportEvent::Received(lines::sample()));
    assert!(test.query_by_label_contains("nothing can be saved").is_some());
    test.get_by_label("Ask for a report").click();
    assert_eq!(sent(&mut test).len(), 1);
}
