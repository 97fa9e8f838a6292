//! The panel's state.

use beistand_node::{RepairEnd, RepairOutcome};

use super::*;

fn question(number: u32, id: u32) -> RepairQuestion {
    let wish = RepairWish::Deed(RepairDeed::ResetHosts);
    RepairQuestion { number, id, who: "Anna".to_owned(), wish, before: DeedSight::NOTHING, can_undo: true }
}

fn ended(id: u32) -> RepairEvent {
    let (before, after) = (DeedSight::NOTHING, DeedSight::NOTHING);
    let outcome = RepairOutcome { end: RepairEnd::Denied, entry: 0, before, after, detail: String::new() };
    RepairEvent::Ended { id, wish: RepairWish::Deed(RepairDeed::ResetHosts), outcome }
}

#[test]
fn a_question_is_open_until_its_own_end_and_another_one_is_another_offer() {
    let mut panel = RepairPanel::default();
    let apply = |panel: &mut RepairPanel, event| panel.apply(event, Instant::now());
    assert_eq!(panel.offered(), 0);
    assert!(matches!(apply(&mut panel, RepairEvent::Question(question(1, 5))), Attention::Toast(_)));
    let first = panel.offered();
    assert!(first != 0);
    apply(&mut panel, ended(4));
    assert_eq!(panel.offered(), first, "of another one");
    apply(&mut panel, RepairEvent::Question(question(2, 5)));
    assert!(![0, first].contains(&panel.offered()), "asked again, it is another question");
    apply(&mut panel, ended(5));
    assert_eq!(panel.offered(), 0);
}

#[test]
fn the_oldest_lines_go() {
    let mut panel = RepairPanel::default();
    for _ in 0..2 * MAX_LINES {
        assert_eq!(panel.apply(ended(1), Instant::now()), Attention::Count);
    }
    assert_eq!(panel.lines.len(), MAX_LINES);
}
