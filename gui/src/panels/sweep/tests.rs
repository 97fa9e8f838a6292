//! What is shown of searches.

use beistand_node::SweepEnd;
use beistand_node::words::Language;

use super::*;

fn apply(panel: &mut SweepPanel, event: SweepEvent) -> Attention {
    panel.apply(event, Instant::now())
}

#[test]
fn what_is_found_is_by_category_the_worst_first_and_known_things_are_left_out() {
    let mut panel = SweepPanel::default();
    let (id, kind) = (1, SweepKind::Everything);
    let begun = apply(&mut panel, SweepEvent::Begun { id, kind, subject: String::new() });
    assert!(matches!(begun, Attention::Toast(_)));
    let [bad, unknown, known] = samples();
    let milder = SweepFinding { standing: SweepStanding::Known, name: "b".to_owned(), ..bad.clone() };
    for finding in [known, unknown, milder, bad] {
        apply(&mut panel, SweepEvent::Finding { id, kind, finding });
    }
    let shown: Vec<_> = panel.found.shown().map(|finding| (finding.category, finding.standing)).collect();
    let expected = [
        (SweepCategory::Autostart, SweepStanding::Suspicious),
        (SweepCategory::Extensions, SweepStanding::Unknown),
    ];
    assert_eq!(shown, expected);
    let text = panel.found.text(&beistand_node::words::Words::of_node(Language::German));
    assert!(
        text.contains("Verdächtig") && text.contains("Wo: /home/anna") && !text.contains("cupsd"),
        "{text}"
    );
    let ended = SweepEvent::Ended { id, kind, end: SweepEnd::Done, seen: 4, left_off: 0 };
    assert_eq!(apply(&mut panel, ended), Attention::Count);
    assert!(panel.running.is_none());
}

#[test]
fn a_search_begins_without_what_it_found_before_and_keeps_the_rest() {
    let mut panel = SweepPanel::default();
    let id = 1;
    for finding in samples() {
        apply(&mut panel, SweepEvent::Finding { id, kind: SweepKind::Everything, finding });
    }
    let kind = SweepKind::Only(SweepCategory::Autostart);
    apply(&mut panel, SweepEvent::Begun { id, kind, subject: String::new() });
    let left: Vec<_> = panel.found.shown().map(|finding| finding.category).collect();
    assert_eq!(left, [SweepCategory::Extensions]);
    for _ in 0..3000 {
        let [finding, ..] = samples();
        apply(&mut panel, SweepEvent::Finding { id, kind, finding });
    }
    assert!(panel.found.shown().count() <= 1024);
}
