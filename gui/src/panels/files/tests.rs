//! The panel's state.

use beistand_node::FilesEnd;

use super::*;

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
    assert_eq!(panel.under_way.len(), 1);
    panel.apply(ended(7), Instant::now());
    assert_eq!(panel.under_way.len(), 1, "of another one");
    for _ in 0..2 * MAX_LINES {
        assert_eq!(panel.apply(ended(3), Instant::now()), Attention::Count);
    }
    assert_eq!((panel.under_way.len(), panel.lines.len()), (0, MAX_LINES));
}
