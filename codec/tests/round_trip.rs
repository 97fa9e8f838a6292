//! What the other side sees: any size, any content, any sequence of changes.

use beistand_codec::{
    Av1Decoder, ByteBudget, Damage, DecodeError, EncodeError, Frame, Rav1eScreenEncoder, Rect, ScreenDecoder,
    ScreenEncoder, Size, psnr_rgb,
};
use beistand_sequences::{Kind, Sequence};
use proptest::prelude::*;

/// More calls than any picture of these tests takes to become sharp.
const REFINE_CALLS_MAX: usize = 200;

/// An encoder and a decoder, and the picture that the decoder's side sees.
struct Rav1eCodec {
    encoder: Rav1eScreenEncoder,
    decoder: Av1Decoder,
    screen: Frame,
}

impl Rav1eCodec {
    fn new(size: Size) -> Self {
        Self { encoder: Rav1eScreenEncoder::new(), decoder: Av1Decoder::new(), screen: Frame::new(size) }
    }

    /// Sends what changed; returns the bytes it took.
    fn show(&mut self, picture: &Frame, damage: &Damage, budget: ByteBudget) -> usize {
        let coded = self.encoder.encode(picture, damage, budget).expect("encodes");
        for unit in &coded.units {
            assert_eq!(self.decoder.decode(unit, &mut self.screen).expect("decodes"), unit.rect);
        }
        coded.len()
    }

    fn show_all(&mut self, picture: &Frame) -> usize {
        self.show(picture, &Damage::all(picture.size()), ByteBudget::UNLIMITED)
    }

    /// Refines until nothing is left to refine.
    fn rest(&mut self, picture: &Frame, budget: ByteBudget) {
        for _ in 0..REFINE_CALLS_MAX {
            if !self.encoder.refinable() {
                return;
            }
            assert!(
                self.show(picture, &Damage::none(picture.size()), budget) > 0,
                "refining sends something"
            );
        }
        panic!("refinement does not end");
    }
}

fn size(width: u16, height: u16) -> Size {
    Size::new(width, height).expect("valid")
}

/// A sequence and its first picture.
fn open(kind: Kind, size: Size, seed: u64) -> (Sequence, Frame) {
    let mut sequence = Sequence::new(kind, size, seed);
    let mut picture = Frame::new(size);
    sequence.next(&mut picture);
    (sequence, picture)
}

fn desktop(size: Size, seed: u64) -> Frame {
    open(Kind::Idle, size, seed).1
}

fn any_kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(Kind::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sharp_at_rest_whatever_happened(
        (width, height) in (16u16..=300, 16u16..=300),
        seed in any::<u16>(),
        kinds in prop::collection::vec((any_kind(), 0usize..4), 1..4),
        budget in prop::sample::select(vec![ByteBudget::UNLIMITED, ByteBudget(20_000), ByteBudget(500)]),
    ) {
        let mut picture = desktop(size(width, height), seed.into());
        let mut ends = Rav1eCodec::new(picture.size());
        ends.show(&picture, &Damage::all(picture.size()), budget);
        for (kind, pictures) in kinds {
            let mut sequence;
            (sequence, picture) = open(kind, picture.size(), seed.into());
            ends.show(&picture, &Damage::all(picture.size()), budget);
            for _ in 0..pictures {
                let damage = sequence.next(&mut picture);
                ends.show(&picture, &damage, budget);
            }
        }
        ends.rest(&picture, budget);
        let psnr = psnr_rgb(&picture, &ends.screen);
        prop_assert!(psnr > 41.0, "{psnr} dB");
    }
}

#[test]
fn a_letter_is_sharp_at_once_and_small() {
    let (mut sequence, mut picture) = open(Kind::Typing, size(600, 400), 1);
    let mut ends = Rav1eCodec::new(picture.size());
    ends.show_all(&picture);
    ends.rest(&picture, ByteBudget::UNLIMITED);
    for _ in 0..20 {
        let damage = sequence.next(&mut picture);
        let bytes = ends.show(&picture, &damage, ByteBudget::UNLIMITED);
        assert!(bytes < 2000, "{bytes} bytes");
        let psnr = psnr_rgb(&picture, &ends.screen);
        assert!(psnr > 40.0, "{psnr} dB");
    }
}

#[test]
fn a_redraw_in_the_same_colours_costs_nothing() {
    let picture = desktop(size(300, 200), 2);
    let mut ends = Rav1eCodec::new(picture.size());
    ends.show_all(&picture);
    ends.rest(&picture, ByteBudget::UNLIMITED);
    assert_eq!(ends.show_all(&picture), 0);
    assert!(!ends.encoder.refinable());
}

#[test]
fn a_new_size_starts_anew() {
    let mut ends = Rav1eCodec::new(size(200, 150));
    ends.show_all(&desktop(size(200, 150), 3));
    let larger = desktop(size(330, 90), 3);
    ends.screen = Frame::new(larger.size());
    ends.show(&larger, &Damage::none(larger.size()), ByteBudget::UNLIMITED);
    ends.rest(&larger, ByteBudget::UNLIMITED);
    assert!(psnr_rgb(&larger, &ends.screen) > 40.0);
}

#[test]
fn a_second_decoder_joins_with_a_key_picture() {
    let picture = desktop(size(280, 270), 4);
    let mut ends = Rav1eCodec::new(picture.size());
    ends.show_all(&picture);
    ends.rest(&picture, ByteBudget::UNLIMITED);
    (ends.decoder, ends.screen) = (Av1Decoder::new(), Frame::new(picture.size()));
    ends.encoder.request_key();
    ends.show(&picture, &Damage::none(picture.size()), ByteBudget::UNLIMITED);
    ends.rest(&picture, ByteBudget::UNLIMITED);
    assert!(psnr_rgb(&picture, &ends.screen) > 40.0);
}

#[test]
fn a_budget_makes_it_smaller() {
    let picture = desktop(size(512, 512), 5);
    let bytes = |budget| Rav1eCodec::new(picture.size()).show(&picture, &Damage::all(picture.size()), budget);
    let unlimited = bytes(ByteBudget::UNLIMITED);
    assert!(bytes(ByteBudget(unlimited as u32 / 3)) < unlimited * 2 / 3);
}

#[test]
fn motion_under_a_budget_stays_near_it() {
    let (mut sequence, mut picture) = open(Kind::Video, size(800, 600), 6);
    let mut ends = Rav1eCodec::new(picture.size());
    ends.show_all(&picture);
    ends.rest(&picture, ByteBudget::UNLIMITED);
    let budget = 30_000;
    let total: usize = (0..10)
        .map(|_| {
            let damage = sequence.next(&mut picture);
            ends.show(&picture, &damage, ByteBudget(budget))
        })
        .sum();
    assert!(total < 10 * budget as usize * 3 / 2, "{total} bytes");
}

#[test]
fn damage_of_another_size_is_refused() {
    let picture = Frame::new(size(64, 64));
    let wrong = Damage::all(size(64, 65));
    let refused = Rav1eScreenEncoder::new().encode(&picture, &wrong, ByteBudget::UNLIMITED);
    assert!(matches!(refused, Err(EncodeError::Damage)));
}

#[test]
fn a_part_outside_the_screen_is_refused() {
    let picture = desktop(size(64, 64), 7);
    let coded = Rav1eScreenEncoder::new()
        .encode(&picture, &Damage::all(picture.size()), ByteBudget::UNLIMITED)
        .expect("encodes");
    let mut unit = coded.units[0].clone();
    unit.rect = Rect::new(1, 0, 64, 64).expect("valid");
    let mut screen = Frame::new(picture.size());
    let refused = Av1Decoder::new().decode(&unit, &mut screen);
    assert!(matches!(refused, Err(DecodeError::OutsideScreen)));
}
