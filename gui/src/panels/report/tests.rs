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

fn draft() -> ReportEvent {
    ReportEvent::Draft { number: 1, report: lines::sample() }
}

fn sent(test: &mut Harness<'static, ReportDesk>) -> Vec<PageAction> {
    test.run_steps(2);
    std::mem::take(&mut test.state_mut().actions)
}

#[test]
fn a_part_that_is_unticked_is_no_longer_shown_and_wireless_names_are_unticked() {
    let mut test = shown(PanelSide::Host, draft());
    assert!(test.query_by_label_contains("312 MiB of 465 GiB").is_some());
    assert!(test.query_by_label_contains("At home").is_none());
    test.get_by_label("Disks").click();
    test.run_steps(2);
    assert!(test.query_by_label_contains("312 MiB of 465 GiB").is_none());
}

#[test]
fn without_a_hand_nothing_is_sent_but_it_can_be_dropped() {
    let mut test = shown(PanelSide::Host, draft());
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

#[test]
fn a_report_stays_while_another_is_awaited_and_where_none_comes() {
    let mut test = shown(PanelSide::Technician, ReportEvent::Received(lines::sample()));
    let apply = |test: &mut Harness<'static, ReportDesk>, event| {
        test.state_mut().panel.apply(event, Instant::now());
        test.run_steps(3);
    };
    for event in [ReportEvent::Asked, ReportEvent::Dropped] {
        apply(&mut test, event);
        assert!(test.query_by_label_contains("nothing can be saved").is_some());
    }
    assert!(test.query_by_label("Compare with the one before").is_none());
    apply(&mut test, ReportEvent::Asked);
    apply(&mut test, ReportEvent::Received(lines::sample()));
    assert!(test.query_by_label("Compare with the one before").is_some());
}

#[test]
fn what_is_offered_is_what_the_user_has_read() {
    let offered = |number, report| {
        let mut panel = ReportPanel::default();
        panel.apply(ReportEvent::Draft { number, report }, Instant::now());
        panel.offered()
    };
    let like = |folder: &str| {
        let values = vec![folder.to_owned(), "1".to_owned(), "2".to_owned()];
        let finding = beistand_node::ReportFinding::from_elsewhere(
            ReportPart::Disks,
            beistand_node::ReportKind::DiskSpace,
            beistand_node::ReportVerdict::Fine,
            values,
        );
        MachineReport::new(7, ReportPartSet::default(), finding.into_iter().collect())
    };
    assert_eq!(offered(1, like("/a")), offered(1, like("/a")));
    assert_ne!(offered(1, like("/a")), offered(2, like("/a")));
    assert_ne!(offered(1, like("/a")), offered(1, like("/b")));
}
