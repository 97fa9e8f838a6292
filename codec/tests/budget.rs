//! The screen encoder within a byte budget: what doesn't fit comes later, and in the end all is there.

use beistand_codec::{
    Av1Decoder, Av1ScreenEncoder, ByteBudget, Damage, Frame, ScreenDecoder, ScreenEncoder, Size, psnr_rgb,
};
use beistand_sequences::{Kind, Sequence};

/// A picture at rest is as close as colour conversion lets it be.
const AT_REST_DB: f64 = 44.0;

/// Calls after which any picture must be at rest, with any budget of these tests.
const CALLS_MAX: usize = 3000;

struct BudgetedCodec {
    encoder: Av1ScreenEncoder,
    decoder: Av1Decoder,
    screen: Frame,
}

impl BudgetedCodec {
    fn new(size: Size) -> Self {
        Self { encoder: Av1ScreenEncoder::new(), decoder: Av1Decoder::new(), screen: Frame::new(size) }
    }

    /// The bytes that showing a picture took.
    fn show(&mut self, picture: &Frame, damage: &Damage, budget: ByteBudget) -> usize {
        let coded = self.encoder.encode(picture, damage, budget).expect("encodes");
        for unit in &coded.units {
            self.decoder.decode(unit, &mut self.screen).expect("decodes");
        }
        coded.len()
    }

    fn come_to_rest(&mut self, picture: &Frame, budget: ByteBudget) -> usize {
        let nothing = Damage::none(picture.size());
        for call in 0..CALLS_MAX {
            if !self.encoder.refinable() {
                return call;
            }
            let bytes = self.show(picture, &nothing, budget);
            assert!(bytes as f64 <= f64::from(budget.0) * 1.1, "{bytes} bytes of {budget:?} in call {call}");
        }
        panic!("no rest after {CALLS_MAX} calls");
    }
}

#[test]
fn every_frame_keeps_its_budget_and_all_comes_to_rest() {
    let size = Size::new(640, 360).expect("a size");
    for kind in [Kind::Slides, Kind::Document, Kind::Drag, Kind::Typing] {
        for budget in [4_000, 12_000, 40_000].map(ByteBudget) {
            let mut sequence = Sequence::new(kind, size, 3);
            let mut picture = Frame::new(size);
            let mut ends = BudgetedCodec::new(size);
            for number in 0..6 {
                let damage = sequence.next(&mut picture);
                let bytes = ends.show(&picture, &damage, budget);
                let most = f64::from(budget.0) * 1.1;
                assert!(bytes as f64 <= most, "{kind:?} {number}: {bytes} bytes of {budget:?}");
            }
            ends.come_to_rest(&picture, budget);
            let psnr = psnr_rgb(&picture, &ends.screen);
            assert!(psnr > AT_REST_DB, "{kind:?} at rest within {budget:?}: {psnr} dB");
        }
    }
}

#[test]
fn without_a_limit_text_is_exact_at_once() {
    let size = Size::new(640, 360).expect("a size");
    let mut sequence = Sequence::new(Kind::Typing, size, 5);
    let mut picture = Frame::new(size);
    let mut ends = BudgetedCodec::new(size);
    let damage = sequence.next(&mut picture);
    ends.show(&picture, &damage, ByteBudget::UNLIMITED);
    ends.come_to_rest(&picture, ByteBudget(u32::MAX - 1));
    for _ in 0..20 {
        let damage = sequence.next(&mut picture);
        ends.show(&picture, &damage, ByteBudget::UNLIMITED);
        assert!(psnr_rgb(&picture, &ends.screen) > AT_REST_DB);
    }
}

#[test]
fn nothing_to_show_costs_nothing() {
    let size = Size::new(320, 200).expect("a size");
    let mut ends = BudgetedCodec::new(size);
    let picture = Frame::new(size);
    ends.show(&picture, &Damage::all(size), ByteBudget::UNLIMITED);
    ends.come_to_rest(&picture, ByteBudget(u32::MAX - 1));
    assert_eq!(ends.show(&picture, &Damage::none(size), ByteBudget::UNLIMITED), 0);
    assert_eq!(ends.show(&picture, &Damage::all(size), ByteBudget::UNLIMITED), 0, "damage without a change");
}
