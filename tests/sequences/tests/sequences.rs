//! What is promised of every sequence: the same pictures for a seed, other ones for another, damage that is exact.

use beistand_codec::{Damage, Frame, Size};
use beistand_sequences::{Antialias, Kind, Sequence};
use proptest::prelude::*;

const PICTURES: usize = 12;

fn pictures(sequence: &mut Sequence, count: usize) -> Vec<(Frame, Damage)> {
    let mut frame = Frame::new(sequence.size());
    (0..count)
        .map(|_| {
            let damage = sequence.next(&mut frame);
            (frame.clone(), damage)
        })
        .collect()
}

fn any_kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(Kind::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn deterministic_and_honest_at_any_size(
        kind in any_kind(),
        (width, height) in (1u16..=500, 1u16..=400),
        seed in any::<u64>(),
        antialias in prop::sample::select(vec![Antialias::Grey, Antialias::Lcd]),
    ) {
        let size = Size::new(width, height).expect("valid");
        let mut sequence = Sequence::with_antialias(kind, size, seed, antialias);
        let first = pictures(&mut sequence, PICTURES);
        let again = pictures(&mut Sequence::with_antialias(kind, size, seed, antialias), PICTURES);
        prop_assert!(first == again);
        prop_assert_eq!(&first[0].1, &Damage::all(size));
        for pair in first.windows(2) {
            let mut changed = Damage::all(size);
            changed.keep_changed(&pair[0].0, &pair[1].0);
            prop_assert_eq!(&pair[1].1, &changed);
        }
    }
}

#[test]
fn every_kind_but_idle_moves() {
    let size = Size::new(640, 400).expect("valid");
    for kind in Kind::ALL {
        let shown = pictures(&mut Sequence::new(kind, size, 3), PICTURES);
        let moving = shown[1..].iter().filter(|(_, damage)| !damage.is_empty()).count();
        match kind {
            Kind::Idle => assert_eq!(moving, 0),
            Kind::Typing => assert!(moving >= PICTURES / 2, "{moving}"),
            _ => assert_eq!(moving, PICTURES - 1, "{kind:?}"),
        }
    }
}

#[test]
fn another_seed_is_another_picture() {
    let size = Size::new(320, 200).expect("valid");
    for kind in Kind::ALL {
        let [a, b] = [1, 2].map(|seed| pictures(&mut Sequence::new(kind, size, seed), 1).remove(0).0);
        assert_ne!(a, b, "{kind:?}");
    }
}

#[test]
fn lcd_text_has_coloured_edges() {
    let size = Size::new(640, 400).expect("valid");
    let [grey, lcd] = [Antialias::Grey, Antialias::Lcd].map(|antialias| {
        let frame =
            pictures(&mut Sequence::with_antialias(Kind::Document, size, 1, antialias), 1).remove(0).0;
        // Within the column of text, where everything is black on white in grey.
        let coloured = |pixel: &&[u8]| pixel[0].abs_diff(pixel[2]) > 16;
        frame.pixels().chunks_exact(4).filter(coloured).count()
    });
    assert!(lcd > grey, "{lcd} coloured pixels with LCD, {grey} without");
}
