//! How coarse a frame is, so that it fits its budget. Not in the specification.
//!
//! A ladder of settings: first photographs get coarser, then text is no longer exact at once. A frame that
//! outgrows its budget is coded again further down; on the last try, what does not fit is left to the frames
//! that follow.

use crate::av1::frame::stream::{FrameSettings, SearchEffort};

/// `base_q_idx` of the steps of the ladder; each has about two thirds of the bytes of the one before.
const STEPS: [u8; 9] = [58, 88, 108, 132, 156, 180, 204, 228, 255];

/// The least `base_q_idx` of a picture that follows another: what is new in it is seen moving, at over 40 dB,
/// and exactly as soon as it rests.
const MOVING: u8 = 96;

/// The same where half a screen changes at once: most of that stays, as a slide does.
const REPLACED: u8 = 84;

/// The first step at which text is not exact at once.
const COARSE_TEXT: usize = 5;

/// The part of the bytes that a step leaves, as a logarithm to base 2.
const STEP_LOG2: f32 = -0.6;

/// How often a frame is coded at most: each try takes as long as a frame.
pub(crate) const TRIES: usize = 3;

/// Where on the ladder a stream is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct QuantiserLadder {
    step: usize,
}

impl QuantiserLadder {
    /// The step's settings for a picture that starts a stream, or one that follows another.
    pub(crate) fn settings(self, starts: bool, effort: SearchEffort) -> FrameSettings {
        let step = STEPS[self.step];
        let base_q_idx = match effort {
            _ if starts => step,
            SearchEffort::Full => step.max(MOVING),
            SearchEffort::Quick => step.max(REPLACED),
        };
        FrameSettings { base_q_idx, exact_text: self.step < COARSE_TEXT, effort }
    }

    /// Without a limit, the finest step.
    pub(crate) fn lift(&mut self) {
        self.step = 0;
    }

    /// A frame was to take `bytes` where there were `budget`.
    pub(crate) fn exceeded(&mut self, bytes: usize, budget: usize) {
        let octaves = (budget.max(1) as f32 / bytes.max(1) as f32).log2().min(STEP_LOG2);
        self.step = (self.step + (octaves / STEP_LOG2).ceil() as usize).min(STEPS.len() - 1);
    }

    /// A frame took `bytes` where there were `budget`: the next may be finer if this one would have fitted as
    /// well.
    pub(crate) fn kept(&mut self, bytes: usize, budget: usize) {
        if bytes < budget / 2 {
            self.step = self.step.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_ends() {
        let mut rate = QuantiserLadder::default();
        assert!(rate.settings(true, SearchEffort::Full).exact_text);
        rate.exceeded(1_000_000, 1);
        assert_eq!(
            rate.settings(false, SearchEffort::Full),
            FrameSettings { base_q_idx: 255, exact_text: false, effort: SearchEffort::Full }
        );
        rate.exceeded(10, 5);
        for _ in 0..STEPS.len() {
            rate.kept(1, 100);
        }
        assert_eq!(
            rate.settings(true, SearchEffort::Full),
            QuantiserLadder::default().settings(true, SearchEffort::Full)
        );
        assert_eq!(rate.settings(false, SearchEffort::Full).base_q_idx, MOVING);
        assert_eq!(rate.settings(false, SearchEffort::Quick).base_q_idx, REPLACED);
    }

    #[test]
    fn twice_the_budget_takes_two_steps() {
        let mut rate = QuantiserLadder::default();
        rate.exceeded(2000, 1000);
        assert_eq!(rate.settings(true, SearchEffort::Full).base_q_idx, STEPS[2]);
    }
}
