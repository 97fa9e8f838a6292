//! What was measured, and what follows from it.

use std::time::Duration;

use crate::clock::Time;
use crate::contender::Role;
use crate::quality::{Closeness, psnr};

/// One picture through an encoder and the decoder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) encode: Time,
    pub(crate) decode: Time,
    pub(crate) bytes: usize,
    pub(crate) closeness: Closeness,
}

/// One encoder on one sequence.
pub(crate) struct Run {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// The first picture.
    pub(crate) key: Option<Step>,
    /// The pictures after it.
    pub(crate) steps: Vec<Step>,
    /// The calls after the last picture, until nothing was left to refine.
    pub(crate) rest: Vec<Step>,
}

impl Run {
    pub(crate) fn new(name: String, role: Role) -> Self {
        Self { name, role, key: None, steps: Vec::new(), rest: Vec::new() }
    }

    /// The time that `percent` of the pictures stay below, in milliseconds.
    pub(crate) fn millis(&self, of: impl Fn(&Step) -> Duration, percent: usize) -> f64 {
        let mut times: Vec<Duration> = self.steps.iter().map(of).collect();
        times.sort();
        times.get((times.len().saturating_sub(1) * percent).div_ceil(100)).map_or(0.0, |time| millis(*time))
    }

    /// Bytes a picture.
    pub(crate) fn bytes(&self) -> f64 {
        self.mean(|step| step.bytes as f64)
    }

    /// Of the mean error of all pictures, in dB.
    pub(crate) fn psnr_luma(&self) -> f64 {
        psnr(self.mean(|step| step.closeness.luma_error))
    }

    /// The same where pictures are not exact, of those that are not.
    pub(crate) fn psnr_inexact(&self) -> f64 {
        let errors: Vec<f64> =
            self.steps.iter().filter_map(|step| step.closeness.inexact_luma_error).collect();
        psnr(errors.iter().sum::<f64>() / errors.len().max(1) as f64)
    }

    /// Of the mean error of all pictures, in dB.
    pub(crate) fn psnr_rgb(&self) -> f64 {
        psnr(self.mean(|step| step.closeness.rgb_error))
    }

    /// The mean over all pictures.
    pub(crate) fn mean(&self, of: impl Fn(&Step) -> f64) -> f64 {
        self.steps.iter().map(of).sum::<f64>() / self.steps.len().max(1) as f64
    }
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// What a curve of bytes, or of time, takes for a quality: straight lines through its logarithm over dB,
/// which is how encoders' curves nearly run. None beyond its ends.
pub(crate) fn cost_at(curve: &[(f64, f64)], psnr: f64) -> Option<f64> {
    let mut points: Vec<(f64, f64)> = curve.iter().copied().filter(|(at, _)| at.is_finite()).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points.windows(2).find(|pair| (pair[0].0..=pair[1].0).contains(&psnr)).map(|pair| {
        let [(low, few), (high, many)] = [pair[0], pair[1]];
        let share = if high > low { (psnr - low) / (high - low) } else { 0.0 };
        (few.ln() + (many.ln() - few.ln()) * share).exp()
    })
}
