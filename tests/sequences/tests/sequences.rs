//! What is promised of every sequence: the same pictures for a seed, other ones for another, damage that is
//! exact.

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
            Kind::Scroll | Kind::Document | Kind::Drag | Kind::Slides | Kind::Video => {
                assert_eq!(moving, PICTURES - 1, "{kind:?}");
            }
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

/// Figures can be compared only while the pictures stay the same: change these on purpose, with the figures.
#[test]
fn the_pictures_are_those_of_the_published_figures() {
    const FINGERPRINTS: [(Kind, u64); 7] = [
        (Kind::Idle, 0xC0E4C681D9EC4D2D),
        (Kind::Typing, 0x6D09B51B466C694D),
        (Kind::Scroll, 0xCC80A21E179A40BC),
        (Kind::Document, 0x99C67859AFAE4DFF),
        (Kind::Drag, 0xC45492F0E84B655C),
        (Kind::Slides, 0xACA625CBDC8D03EF),
        (Kind::Video, 0x6C1010448CB48424),
    ];
    let size = Size::new(640, 400).expect("valid");
    let fingerprint = |kind| {
        let shown = pictures(&mut Sequence::new(kind, size, 7), PICTURES);
        // FNV-1a over all pictures.
        let bytes = shown.iter().flat_map(|(frame, _)| frame.pixels());
        bytes.fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3)
        })
    };
    assert_eq!(FINGERPRINTS.map(|(kind, _)| (kind, fingerprint(kind))), FINGERPRINTS);
}
