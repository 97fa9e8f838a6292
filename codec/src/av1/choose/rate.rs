//! How coarse the parts of a frame are, so that all of it fits its budget. Not in the specification.
//!
//! A ladder of steps: first photographs get coarser, then text is no longer exact at once. What a frame takes
//! at each step is forecast ([`super::forecast`]), so that it is coded once, at about the finest step that
//! fits. A few steps around that one are the frame's levels: a tile that takes more or less than was forecast
//! goes on at another level, rather than leave anything out.

use arrayvec::ArrayVec;

use crate::av1::bitstream::frame_header::MAX_LEVELS;
use crate::av1::reconstruct::quantise::lambda;
use crate::av1::syntax::palette::MAX_COLOURS;

/// How text is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextQuality {
    /// Exactly.
    Exact,
    /// With so many colours (2 to 8) in blocks of 16x16, and nothing beside them: soft edges are a little
    /// off.
    Near(u8),
    /// As a photograph.
    Plain,
}

/// One step of a ladder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CodingStep {
    /// `base_q_idx`, 2 to 255.
    pub(crate) q_idx: u8,
    pub(crate) text: TextQuality,
    /// What a bit is worth as a sum of squared errors.
    pub(crate) lambda: f32,
}

impl CodingStep {
    /// With what a bit is worth at a quantiser.
    pub(crate) fn new(q_idx: u8, text: TextQuality) -> Self {
        Self { q_idx, text, lambda: lambda(q_idx) }
    }

    /// The last way out, which takes ten bytes for 64x64 of anything: about its mean colours.
    fn sparse() -> Self {
        Self { lambda: SPARSE * lambda(u8::MAX), ..Self::new(u8::MAX, TextQuality::Plain) }
    }

    /// Whether text is exact, and everything else as it is without a limit.
    pub(crate) fn close(&self) -> bool {
        self.q_idx <= MOVING && self.text == TextQuality::Exact
    }

    /// Whether blocks are large if there is no time to choose: little is left of their details.
    pub(crate) fn broad(&self) -> bool {
        self.q_idx >= BROAD
    }
}

/// See [`CodingStep::sparse`].
const SPARSE: f32 = 24.0;

/// See [`CodingStep::broad`].
const BROAD: u8 = 180;

/// The steps of the whole ladder but the last; each has about two thirds of the bytes of the one before.
const STEPS: [(u8, TextQuality); MAX_STEPS - 1] = [
    (58, TextQuality::Exact),
    (88, TextQuality::Exact),
    (108, TextQuality::Exact),
    (132, TextQuality::Exact),
    (156, TextQuality::Exact),
    (168, TextQuality::Near(8)),
    (180, TextQuality::Near(5)),
    (192, TextQuality::Near(4)),
    (204, TextQuality::Near(3)),
    (216, TextQuality::Near(2)),
    (236, TextQuality::Plain),
    (255, TextQuality::Plain),
];

/// Steps of a ladder at most.
pub(crate) const MAX_STEPS: usize = 13;

/// The least `q_idx` of a picture that follows another: what is new in it is seen moving, at over 40 dB,
/// and exactly as soon as it rests.
const MOVING: u8 = 96;

/// The same where half a screen changes at once: most of that stays, as a slide does.
const REPLACED: u8 = 84;

/// The `q_idx` of what is sharpened: a photograph's grain is shown at over 40 dB.
const SHARPENED: u8 = 60;

/// What a picture is to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PictureChange {
    /// It starts a stream.
    Start,
    /// Half of it or more is another, as a slide is another than the one before.
    Replaced,
    /// Half of it or more changed, and some of that moved, as when all of a screen is scrolled.
    Shifted,
    /// Less than half of it changed.
    Moving,
}

/// How a frame may be coded, from the finest step to the coarsest.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QuantiserLadder {
    steps: ArrayVec<CodingStep, MAX_STEPS>,
    /// Whether text waits for the next picture to be exact where there is room for all of it: what its best
    /// colours leave of it is half of the bytes and of the time, and coded once the rest has been seen.
    hurries: bool,
}

impl QuantiserLadder {
    /// Of a picture.
    pub(crate) fn of_picture(change: PictureChange) -> Self {
        let least = match change {
            PictureChange::Start => 0,
            PictureChange::Replaced | PictureChange::Shifted => REPLACED,
            PictureChange::Moving => MOVING,
        };
        let mut steps = ArrayVec::<_, MAX_STEPS>::new();
        for (q_idx, text) in STEPS {
            let step = CodingStep::new(q_idx.max(least), text);
            if steps.last() != Some(&step) {
                steps.push(step);
            }
        }
        steps.push(CodingStep::sparse());
        Self { steps, hurries: change == PictureChange::Replaced }
    }

    /// Of what is shown coarsely and does not move. Text has its best colours then, for a third of the bytes;
    /// what they leave is coded when it is made exact.
    pub(crate) fn of_sharpening() -> Self {
        Self::single(CodingStep::new(SHARPENED, TextQuality::Near(8)))
    }

    /// One step for all.
    pub(crate) fn single(step: CodingStep) -> Self {
        Self { steps: [step].into_iter().collect(), hurries: false }
    }

    /// Any steps.
    #[cfg(test)]
    pub(crate) fn of_steps(steps: impl IntoIterator<Item = CodingStep>) -> Self {
        Self { steps: steps.into_iter().collect(), hurries: false }
    }

    /// From the finest to the coarsest.
    pub(crate) fn steps(&self) -> &[CodingStep] {
        &self.steps
    }

    /// A step as it is coded, where all of the frame fits at the finest or not.
    pub(crate) fn level(&self, step: usize, all_fits: bool) -> CodingStep {
        let level = self.steps[step];
        if self.hurries && all_fits && level.text == TextQuality::Exact {
            return CodingStep { text: TextQuality::Near(MAX_COLOURS as u8), ..level };
        }
        level
    }
}

/// The bytes that something takes at each step of a ladder.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct StepBytes(pub(crate) [f32; MAX_STEPS]);

impl StepBytes {
    /// The sum.
    pub(crate) fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine += theirs);
    }

    fn remove(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine = (*mine - theirs).max(0.0));
    }
}

/// The steps that are a frame's levels, from the finest to the coarsest: a few around the one at which it is
/// to fit, and the coarsest of all.
pub(crate) fn choose_levels(
    ladder: &QuantiserLadder,
    all: &StepBytes,
    correction: f32,
    limit: usize,
) -> ArrayVec<usize, MAX_LEVELS> {
    let last = ladder.steps.len() - 1;
    let fits = |step: &usize| correction * all.0[*step] <= limit as f32;
    let start = (0..last).find(fits).unwrap_or(last);
    let first = start.saturating_sub(1);
    let mut levels: ArrayVec<usize, MAX_LEVELS> = (first..last).take(MAX_LEVELS - 2).collect();
    // Half way to the last one: what nobody expected need not be a blur.
    let (reached, rest) = (levels.last().copied(), last);
    levels.extend(reached.map(|reached| reached.midpoint(rest)).filter(|middle| Some(*middle) > reached));
    levels.push(last);
    levels
}

/// The level of each superblock of a tile, so that all of the tile fits.
#[derive(Debug, Clone)]
pub(crate) struct TileRate {
    /// What is left to be coded, as forecast.
    left: StepBytes,
    /// What was coded, as forecast at the levels that it got.
    pub(crate) forecast: f32,
    /// What tiles take of what is forecast for them, as known before.
    known: f32,
    /// For how many bytes of forecast that counts, once a level is chosen.
    weight: f32,
    /// The last superblock's level.
    level: Option<usize>,
}

/// The part of a forecast for which what is known of others counts.
const KNOWN_SHARE: f32 = 0.15;

/// The least of that, in bytes.
const KNOWN_BYTES: f32 = 300.0;

/// The part of what is left that may be taken for a finer level: what was forecast is not sure.
const FINER_SHARE: f32 = 0.93;

/// The part of what is left that single superblocks may spend on a finer level than the rest has.
const SPENT_SHARE: f32 = 0.92;

/// How much more than forecast is kept free for what is left.
const CAUTION: f32 = 1.04;

impl TileRate {
    /// Of a tile of which all was forecast, and what tiles take of that.
    pub(crate) fn new(all: StepBytes, correction: f32) -> Self {
        Self { left: all, forecast: 0.0, known: correction, weight: KNOWN_BYTES, level: None }
    }

    /// The level of the next superblock, of which `next` is forecast, when `used` bytes of `limit` are taken.
    pub(crate) fn next(
        &mut self,
        next: &StepBytes,
        levels: &[usize],
        (used, limit): (usize, usize),
    ) -> usize {
        let correction = (self.known * self.weight + used as f32) / (self.weight + self.forecast);
        let free = limit.saturating_sub(used) as f32;
        let needs = |level: usize| CAUTION * correction * self.left.0[levels[level]];
        let last = levels.len() - 1;
        let fitting = (0..last).find(|level| needs(*level) <= free).unwrap_or(last);
        let level = match self.level {
            None => {
                self.weight = self.weight.max(KNOWN_SHARE * self.left.0[levels[fitting]]);
                fitting
            }
            Some(level) if fitting < level && needs(level - 1) <= FINER_SHARE * free => level - 1,
            Some(level) => level.max(fitting),
        };
        self.level = Some(level);
        let finer = level.saturating_sub(1);
        let more = correction * (next.0[levels[finer]] - next.0[levels[level]]);
        let chosen = if needs(level) + more <= SPENT_SHARE * free { finer } else { level };
        self.left.remove(next);
        self.forecast += next.0[levels[chosen]];
        chosen
    }
}

/// What frames take of what is forecast for them, by how they are coded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ForecastRecord {
    factor: f32,
}

/// What frames of most sequences took of their forecasts.
impl Default for ForecastRecord {
    fn default() -> Self {
        Self { factor: 1.0 }
    }
}

impl ForecastRecord {
    /// Bounds of what is learnt: beyond, the forecast was of something else.
    const BOUNDS: (f32, f32) = (0.2, 4.0);

    /// The least forecast that something is learnt from, in bytes.
    const LEAST: f32 = 1000.0;

    /// What the next frame takes of its forecast.
    pub(crate) fn correction(self) -> f32 {
        self.factor
    }

    /// A frame took `bytes` where `forecast` was forecast.
    pub(crate) fn learn(&mut self, forecast: f32, bytes: usize) {
        if forecast >= Self::LEAST {
            let factor = (bytes as f32 / forecast).clamp(Self::BOUNDS.0, Self::BOUNDS.1);
            self.factor = f32::midpoint(self.factor, factor);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(first: f32) -> StepBytes {
        StepBytes(std::array::from_fn(|step| first * 0.66f32.powi(step as i32)))
    }

    #[test]
    fn a_ladder_gets_coarser_from_its_beginning_to_its_end() {
        use PictureChange::{Moving, Replaced, Shifted, Start};
        for (change, finest) in [(Start, 58), (Moving, MOVING), (Replaced, REPLACED), (Shifted, REPLACED)] {
            let ladder = QuantiserLadder::of_picture(change);
            assert_eq!(ladder.steps()[0].q_idx, finest);
            assert!(ladder.steps().windows(2).all(|pair| pair[0].lambda < pair[1].lambda));
            assert!(ladder.steps()[0].close());
            assert_eq!(ladder.level(0, false), ladder.steps()[0]);
            assert_eq!(ladder.level(0, true).text == TextQuality::Exact, change != Replaced);
        }
    }

    #[test]
    fn levels_lie_around_what_fits_and_end_with_the_coarsest() {
        let ladder = QuantiserLadder::of_picture(PictureChange::Start);
        let levels = |limit| choose_levels(&ladder, &bytes(1000.0), 1.0, limit).to_vec();
        assert_eq!(levels(2000), [0, 1, 2, 3, 7, 12]);
        assert_eq!(levels(440), [1, 2, 3, 4, 8, 12]);
        assert_eq!(levels(1), [11, 12]);
        assert_eq!(choose_levels(&QuantiserLadder::of_sharpening(), &bytes(1.0), 1.0, 0).to_vec(), [0]);
    }

    #[test]
    fn a_tile_whose_forecast_was_wrong_fits_all_the_same() {
        let ladder = QuantiserLadder::of_picture(PictureChange::Start);
        for wrong in [0.4f32, 1.0, 2.0, 3.0] {
            let one = bytes(200.0);
            let all = bytes(200.0 * 100.0);
            let levels = choose_levels(&ladder, &all, 1.0, 10_000);
            let mut rate = TileRate::new(all, 1.0);
            let mut used = 0.0;
            let mut coarsest = 0;
            for _ in 0..100 {
                let level = rate.next(&one, &levels, (used as usize, 10_000));
                coarsest = coarsest.max(level);
                used += wrong * one.0[levels[level]];
            }
            assert!((4_000.0..=10_400.0).contains(&used), "{used} bytes at {wrong}");
            assert!(coarsest + 1 < levels.len() || wrong > 2.0, "nothing is blurred at {wrong}");
        }
    }

    #[test]
    fn what_frames_took_is_learnt_within_bounds() {
        let mut record = ForecastRecord::default();
        record.learn(10.0, 100);
        assert_eq!(record.correction(), 1.0, "too little to learn from");
        record.learn(10_000.0, 20_000);
        assert_eq!(record.correction(), 1.5);
        for _ in 0..20 {
            record.learn(10_000.0, 1_000_000);
        }
        assert!(record.correction() <= 4.0);
    }
}
