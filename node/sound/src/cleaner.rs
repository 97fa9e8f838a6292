//! Takes out of what is recorded what the loudspeaker plays, and noise.
//!
//! It is WebRTC's echo canceller and noise suppression, in Rust. Both directions go through it, each on a
//! thread of its own.

use std::sync::{Arc, Mutex, MutexGuard};

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
        Self(Arc::new(Mutex::new(processing())))
    }

    /// This is about to be played.
    pub fn played(&self, frame: &[f32]) {
        let mut now = self.lock();
        let mut unused = [0.0; PART_SAMPLES];
        for part in frame.chunks_exact(PART_SAMPLES) {
            // It fails only for rates and lengths that are none; ours are fixed.
            let _ = now.process_render_f32(&[part], &mut [&mut unused]);
        }
    }

    /// This was recorded; what is left of it is what was said.
    pub fn clean(&self, frame: &mut [f32]) {
        let mut now = self.lock();
        let mut clean = [0.0; PART_SAMPLES];
        keep_in_range(frame);
        for part in frame.chunks_exact_mut(PART_SAMPLES) {
            let cleaned = now.process_capture_f32(&[part], &mut [&mut clean]);
            if !clean.iter().all(|sample| sample.is_finite()) {
                // What it has learnt is no number any more, and would stay none.
                *now = processing();
            } else if cleaned.is_ok() {
                part.copy_from_slice(&clean);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, AudioProcessing> {
        self.0.lock().unwrap_or_else(|poisoned| {
            // A thread died in the middle of its work: what it left is not gone on with.
            let mut now = poisoned.into_inner();
            *now = processing();
            self.0.clear_poison();
            now
        })
    }
}

/// What has heard nothing yet.
fn processing() -> AudioProcessing {
    let config = Config {
        high_pass_filter: Some(HighPassFilter::default()),
        echo_canceller: Some(EchoCanceller::default()),
        noise_suppression: Some(NoiseSuppression::default()),
        ..Config::default()
    };
    let stream = StreamConfig::new(SAMPLE_RATE, 1);
    AudioProcessing::builder().config(config).capture_config(stream).render_config(stream).build()
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
        assert!(is_heard(&cleaner), "what is said afterwards is there");
    }

    #[test]
    fn a_thread_that_died_leaves_nothing_behind() {
        let cleaner = SharedCleaner::new();
        let held = cleaner.clone();
        let died = std::thread::spawn(move || {
            let _now = held.lock();
            panic!("in the middle of its work");
        });
        assert!(died.join().is_err());
        assert!(cleaner.0.is_poisoned());
        assert!(is_heard(&cleaner));
        assert!(!cleaner.0.is_poisoned());
    }

    /// Whether what is said comes through.
    fn is_heard(cleaner: &SharedCleaner) -> bool {
        let tone = |place: usize| (place as f32 * 0.05).sin() * 0.5;
        let loudest = (0..200).map(|part| {
            let mut frame: [f32; PART_SAMPLES] =
                std::array::from_fn(|place| tone(part * PART_SAMPLES + place));
            cleaner.clean(&mut frame);
            frame.iter().fold(0.0, |loudest: f32, sample| loudest.max(sample.abs()))
        });
        loudest.fold(0.0, f32::max) > 0.01
    }
}
