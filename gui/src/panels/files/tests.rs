//! The panel's state, and the panel on both sides.

use std::path::Path;
use std::sync::Arc;

use beistand_node::words::{Language, Words};
use beistand_node::{FeatureCommand, FilesEnd, NodeCommand};
use egui::DroppedFile;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::app::words;
use crate::panels::SessionStage;
use crate::state::{PageAction, SessionFacts};
use crate::theme;
use crate::views::PageContext;

struct FilesStage {
    panel: FilesPanel,
    side: PanelSide,
    words: Words,
    actions: Vec<PageAction>,
}

fn draw(ui: &mut Ui, stage: &mut FilesStage) {
    theme::apply(ui.ctx());
    let facts = SessionFacts::default();
    let mut page = PageContext { words: &stage.words, now: Instant::now(), actions: &mut stage.actions };
    let mut cx = PanelContext::new(stage.side, SessionStage::Running, &facts, &mut page);
    stage.panel.panel_ui(ui, &mut cx.speaking());
}

fn shown(side: PanelSide) -> Harness<'static, FilesStage> {
    let mut panel = FilesPanel::default();
    panel.apply(FilesEvent::Question(question(2)), Instant::now());
    let stage = FilesStage { panel, side, words: words(Language::English), actions: Vec::new() };
    let mut test = Harness::builder().with_size([420.0, 1000.0]).build_ui_state(draw, stage);
    test.run_steps(3);
    test
}

fn sent(test: &mut Harness<'static, FilesStage>) -> Vec<FilesCommand> {
    test.run_steps(2);
    let actions = std::mem::take(&mut test.state_mut().actions);
    let command = |action| match action {
        PageAction::Send(NodeCommand::Feature(FeatureCommand::Files(command))) => command,
        other => panic!("{other:?}"),
    };
    actions.into_iter().map(command).collect()
}

#[derive(Debug)]
struct DroppedSample;

impl DroppedFile for DroppedSample {
    fn path(&self) -> &Path {
        Path::new("/home/anna/a.txt")
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("nobody reads it here".to_owned())
    }
}

#[test]
fn what_is_dropped_is_offered_by_the_helper_and_by_the_user_only_with_a_hand() {
    let dropped = vec![DroppedSample.path().to_owned()];
    let mut test = shown(PanelSide::Technician);
    test.input_mut().dropped_files.push(Arc::new(DroppedSample));
    assert_eq!(sent(&mut test), [FilesCommand::Send(dropped.clone())]);
    test.get_by_label("Receive").click();
    assert_eq!(sent(&mut test), [FilesCommand::Accept { number: 2, folder: None }]);
    let mut test = shown(PanelSide::Host);
    let before = test.state().panel.offered();
    test.input_mut().dropped_files.push(Arc::new(DroppedSample));
    assert!(sent(&mut test).is_empty());
    assert_eq!(test.state().panel.chosen, dropped);
    assert_ne!(test.state().panel.offered(), before, "it is to be read first");
    for widening in ["Send to your helper", "Receive"] {
        test.get_by_label(widening).click();
        assert!(sent(&mut test).is_empty(), "{widening}");
    }
    test.get_by_label("Refuse").click();
    assert_eq!(sent(&mut test), [FilesCommand::No { number: 2 }]);
}

fn question(number: u32) -> FilesQuestion {
    let (names, folder) = (vec!["a".to_owned()], PathBuf::from("/x"));
    FilesQuestion { number, names, files: 1, folders: 0, bytes: 5, folder }
}

fn ended(id: u32) -> FilesEvent {
    let (way, title, end) = (FilesWay::Receiving, "a".to_owned(), FilesEnd::Done);
    FilesEvent::Ended { id, way, title, end, kept: 1, skipped: 0, found: 0, path: None }
}

#[test]
fn a_question_is_open_until_its_own_end_and_another_one_is_another_offer() {
    let mut panel = FilesPanel::default();
    let apply = |panel: &mut FilesPanel, event| panel.apply(event, Instant::now());
    assert_eq!(panel.offered(), 0);
    assert!(matches!(apply(&mut panel, FilesEvent::Question(question(1))), Attention::Toast(_)));
    let first = panel.offered();
    apply(&mut panel, ended(4));
    assert_eq!(panel.offered(), first, "of another one");
    apply(&mut panel, FilesEvent::Question(question(3)));
    assert!(![0, first].contains(&panel.offered()));
    apply(&mut panel, ended(1));
    apply(&mut panel, ended(3));
    assert_eq!(panel.offered(), 0);
    panel.chosen.push(PathBuf::from("/x"));
    assert_ne!(panel.offered(), 0, "what is to be sent is to be read first");
}

#[test]
fn what_is_under_way_is_shown_until_its_own_end_and_the_oldest_lines_go() {
    let mut panel = FilesPanel::default();
    for event in FilesPanel::sample() {
        panel.apply(event, Instant::now());
    }
    assert_eq!(panel.offers.under_way_mut().count(), 1);
    panel.apply(ended(7), Instant::now());
    assert_eq!(panel.offers.under_way_mut().count(), 1, "of another one");
    for _ in 0..2 * MAX_LINES {
        assert_eq!(panel.apply(ended(3), Instant::now()), Attention::Count);
    }
    assert_eq!((panel.offers.under_way_mut().count(), panel.lines.len()), (0, MAX_LINES));
}
