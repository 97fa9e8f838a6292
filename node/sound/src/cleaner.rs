//! Takes out of what is recorded what the loudspeaker plays, and noise.
//!
//! It is WebRTC's echo canceller and noise suppression, in Rust. Both directions go through it, each on a
//! thread of its own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sonora::config::{EchoCanceller, HighPassFilter, NoiseSuppression};
use sonora::{AudioProcessing, Config, StreamConfig};

use crate::SAMPLE_RATE;

/// Samples of the 10 ms that it works on.
const PART_SAMPLES: usize = SAMPLE_RATE as usize / 100;

/// What cleans both directions of one side. Clones are one.
#[derive(Clone)]
pub struct SharedCleaner(Arc<Mutex<AudioProcessing>>);

impl SharedCleaner {
    /// One that has heard nothing yet.
    pub fn new() -> Self {
        let config = Config {
            high_pass_filter: Some(HighPassFilter::default()),
            echo_canceller: Some(EchoCanceller::default()),
            noise_suppression: Some(NoiseSuppression::default()),
            ..Config::default()
        };
        let stream = StreamConfig::new(SAMPLE_RATE, 1);
        let processing =
            AudioProcessing::builder().config(config).capture_config(stream).render_config(stream).build();
        Self(Arc::new(Mutex::new(processing)))
    }

    /// This is about to be played.
    pub fn played(&self, frame: &[f32]) {
        let mut processing = self.lock();
        let mut unused = [0.0; PART_SAMPLES];
        for part in frame.chunks_exact(PART_SAMPLES) {
            // It fails only for rates and lengths that are none; ours are fixed.
            let _ = processing.process_render_f32(&[part], &mut [&mut unused]);
        }
    }

    /// This was recorded; what is left of it is what was said.
    pub fn clean(&self, frame: &mut [f32]) {
        let mut processing = self.lock();
        let mut clean = [0.0; PART_SAMPLES];
        keep_in_range(frame);
        for part in frame.chunks_exact_mut(PART_SAMPLES) {
            let cleaned = processing.process_capture_f32(&[part], &mut [&mut clean]);
            if cleaned.is_ok() && clean.iter().all(|sample| sample.is_finite()) {
                part.copy_from_slice(&clean);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, AudioProcessing> {
        // What panicked while it was held is a thread that has ended.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for SharedCleaner {
    fn default() -> Self {
        Self::new()
    }
}

/// Samples as a device has them, from -1 to 1: what a stranger's frame is decoded to can be anything, and a
/// filter that has once taken in what is no number never gets rid of it.
pub(crate) fn keep_in_range(samples: &mut [f32]) {
    for sample in samples {
        *sample = if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_sound_does_not_spoil_what_comes_after_it() {
        let cleaner = SharedCleaner::new();
        let mut wild = [f32::NAN; PART_SAMPLES];
        wild[1..4].copy_from_slice(&[f32::INFINITY, 1e30, -1e30]);
        cleaner.clean(&mut wild);
        assert!(wild.iter().all(|sample| sample.is_finite()));
        let tone = |place: usize| (place as f32 * 0.05).sin() * 0.5;
        let loudest = (0..200).map(|part| {
            let mut frame: [f32; PART_SAMPLES] =
                std::array::from_fn(|place| tone(part * PART_SAMPLES + place));
            cleaner.clean(&mut frame);
            frame.iter().fold(0.0, |loudest: f32, sample| loudest.max(sample.abs()))
        });
        assert!(loudest.fold(0.0, f32::max) > 0.01, "what is said afterwards is there");
    }
}
