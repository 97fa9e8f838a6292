//! How coarse: from how busy a rectangle looks to how many bytes it will take.
//!
//! rav1e's own rate control needs a continued stream and swings widely; a still's size is predictable enough
//! from its gradients, corrected by what the last ones really took.

use crate::{BYTES_PER_PIXEL, ByteBudget, Frame, Rect};

/// AV1's base quantiser index: 1 is the finest that rav1e codes, 255 the coarsest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct BaseQuantiser(pub(super) u8);

/// The quantiser at rest: 42 to 48 dB in RGB, above 40 for any content.
pub(super) const FINE: BaseQuantiser = BaseQuantiser(24);
/// The quantiser of a large area in motion.
pub(super) const MOVING: BaseQuantiser = BaseQuantiser(120);

/// What a budget may coarsen to, step by step.
const LADDER: [BaseQuantiser; 7] = [
    FINE,
    BaseQuantiser(55),
    BaseQuantiser(90),
    MOVING,
    BaseQuantiser(160),
    BaseQuantiser(200),
    BaseQuantiser(240),
];

/// Bytes of a still's headers.
const HEADER_BYTES: f64 = 50.0;

/// How quickly the prediction follows what stills really take.
const LEARNING: f64 = 0.1;

/// Predicts sizes; learns from each still.
pub(super) struct RateModel {
    /// Bytes a unit of activity at quantiser 0.
    scale: f64,
}

impl Default for RateModel {
    fn default() -> Self {
        Self { scale: 0.11 }
    }
}

impl RateModel {
    /// Bytes that a still of this activity will take.
    pub(super) fn predict(&self, activity: u64, quantiser: BaseQuantiser) -> f64 {
        HEADER_BYTES + activity as f64 * self.scale * shape(quantiser)
    }

    /// Takes in what a still really took.
    pub(super) fn learn(&mut self, activity: u64, quantiser: BaseQuantiser, bytes: usize) {
        if activity > 0 {
            let seen = (bytes as f64 - HEADER_BYTES).max(0.0) / (activity as f64 * shape(quantiser));
            let bounded = seen.clamp(self.scale / 2.0, self.scale * 2.0);
            self.scale += (bounded - self.scale) * LEARNING;
        }
    }

    /// The finest quantiser, no finer than `start`, at which `regions` fit `budget`; the coarsest where none
    /// does.
    pub(super) fn choose(
        &self,
        picture: &Frame,
        regions: &[Rect],
        start: BaseQuantiser,
        budget: ByteBudget,
    ) -> BaseQuantiser {
        if budget == ByteBudget::UNLIMITED {
            return start;
        }
        let activities: Vec<_> = regions.iter().map(|&region| activity(picture, region)).collect();
        let fits = |quantiser: BaseQuantiser| {
            activities.iter().map(|&activity| self.predict(activity, quantiser)).sum::<f64>()
                <= f64::from(budget.0)
        };
        let coarser = LADDER.into_iter().filter(|step| *step > start);
        std::iter::once(start).chain(coarser).find(|&step| fits(step)).unwrap_or(LADDER[LADDER.len() - 1])
    }
}

/// How busy `rect` is: the sum of green's steps from pixel to pixel, right and down, on every second row.
pub(super) fn activity(picture: &Frame, rect: Rect) -> u64 {
    let mut sum = 0;
    for y in (rect.y()..rect.bottom()).step_by(2) {
        let row = picture.row(rect, y);
        let below = picture.row(rect, (y + 1).min(rect.bottom() - 1));
        let greens = row.iter().skip(1).step_by(BYTES_PER_PIXEL);
        let right = row.iter().skip(1 + BYTES_PER_PIXEL).step_by(BYTES_PER_PIXEL);
        let down = below.iter().skip(1).step_by(BYTES_PER_PIXEL);
        sum += greens.clone().zip(right).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>();
        sum += greens.zip(down).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>();
    }
    sum
}

/// How size falls with the quantiser, 1 at quantiser 0.
fn shape(quantiser: BaseQuantiser) -> f64 {
    (-f64::from(quantiser.0) / 90.0).exp()
}
