//! Somebody who listens: from frames that arrive to samples for a loudspeaker.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use beistand_session::{JitterBuffer, JitterFigures, JitterPull, JitterShape, VoiceFrame};

use crate::cleaner::keep_in_range;
use crate::{CodecFault, FRAME_SAMPLES, SampleSource, SharedCleaner, SoundLevel, VoiceDecoder};

/// What is known of a voice that is heard, and where its frames go in. Clones are one.
#[derive(Debug, Clone)]
pub struct ListenerState(Arc<Mutex<HeardVoice>>);

#[derive(Debug)]
struct HeardVoice {
    buffer: JitterBuffer,
    level: SoundLevel,
    /// From the microphone to the loudspeaker's queue, of the last frame.
    delay: Option<Duration>,
}

impl ListenerState {
    /// Nothing was heard yet.
    pub fn new(now: Instant) -> Self {
        let heard = HeardVoice { buffer: JitterBuffer::new(now), level: SoundLevel::SILENCE, delay: None };
        Self(Arc::new(Mutex::new(heard)))
    }

    /// A frame arrives.
    pub fn arrived(&self, now: Instant, frame: VoiceFrame) {
        self.lock().buffer.push(now, frame);
    }

    /// How loud the last frame was.
    pub fn level(&self) -> SoundLevel {
        self.lock().level
    }

    /// From the microphone to the loudspeaker's queue, of the last frame that was heard.
    pub fn delay(&self) -> Option<Duration> {
        self.lock().delay
    }

    /// How it went since the last call.
    pub fn figures(&self) -> JitterFigures {
        self.lock().buffer.figures()
    }

    /// How the path is.
    pub fn shape(&self) -> JitterShape {
        self.lock().buffer.shape()
    }

    /// Nothing is heard any more: what waits is dropped.
    pub fn forget(&self, now: Instant) {
        let mut heard = self.lock();
        (heard.buffer, heard.level, heard.delay) = (JitterBuffer::new(now), SoundLevel::SILENCE, None);
    }

    fn lock(&self) -> MutexGuard<'_, HeardVoice> {
        // Nothing panics while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes samples of frames that arrive.
pub struct VoiceListener {
    decoder: VoiceDecoder,
    cleaner: SharedCleaner,
    state: ListenerState,
    frame: [f32; FRAME_SAMPLES],
    /// Samples of `frame` that were played.
    played: usize,
    /// Whether the last frame faded out.
    quiet: bool,
}

impl VoiceListener {
    /// One that hears what arrives at `state`.
    ///
    /// # Errors
    /// [`CodecFault`] where there is no decoder.
    pub fn new(cleaner: SharedCleaner, state: ListenerState) -> Result<Self, CodecFault> {
        let frame = [0.0; FRAME_SAMPLES];
        let decoder = VoiceDecoder::new()?;
        Ok(Self { decoder, cleaner, state, frame, played: FRAME_SAMPLES, quiet: true })
    }

    /// What a loudspeaker plays from.
    pub fn into_source(mut self) -> SampleSource {
        Box::new(move |samples| {
            let mut rest = samples;
            while !rest.is_empty() {
                if self.played == FRAME_SAMPLES {
                    self.next_frame(Instant::now());
                }
                let count = rest.len().min(FRAME_SAMPLES - self.played);
                let (now, later) = rest.split_at_mut(count);
                now.copy_from_slice(&self.frame[self.played..self.played + count]);
                self.played += count;
                rest = later;
            }
        })
    }

    fn next_frame(&mut self, now: Instant) {
        let pulled = self.state.lock().buffer.pull(now);
        let mut delay = None;
        let quiet = matches!(pulled, JitterPull::Quiet);
        match pulled {
            JitterPull::Frame(frame) => {
                delay = Some(now.saturating_duration_since(frame.recorded_at));
                self.decoder.decode(&frame.sound, &mut self.frame);
            }
            JitterPull::Recover(next) => self.decoder.recover(&next.sound, &mut self.frame),
            JitterPull::Conceal => self.decoder.conceal(&mut self.frame),
            JitterPull::Quiet if self.quiet => self.frame.fill(0.0),
            JitterPull::Quiet => {
                self.decoder.conceal(&mut self.frame);
                fade_out(&mut self.frame);
            }
        }
        (self.quiet, self.played) = (quiet, 0);
        keep_in_range(&mut self.frame);
        self.cleaner.played(&self.frame);
        let level = SoundLevel::of(&self.frame);
        let mut heard = self.state.lock();
        heard.level = level;
        heard.delay = delay.or(heard.delay);
    }
}

/// Lets a frame end in silence, so that nothing cracks.
fn fade_out(frame: &mut [f32; FRAME_SAMPLES]) {
    for (place, sample) in frame.iter_mut().enumerate() {
        *sample *= 1.0 - place as f32 / FRAME_SAMPLES as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SpeakerState, VoiceSpeaker, synthetic};

    #[test]
    fn whatever_a_stranger_sends_does_not_spoil_ones_own_voice() {
        let (start, cleaner) = (Instant::now(), SharedCleaner::new());
        let state = ListenerState::new(start);
        let mut listener = VoiceListener::new(cleaner.clone(), state.clone()).expect("Opus");
        let mut dice = 7_u64;
        let mut byte = || {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (dice >> 56) as u8
        };
        // Each mode, bandwidth and length that the first byte of a frame can ask for.
        for tick in 0..512_u32 {
            let now = start + Duration::from_millis(20 * u64::from(tick));
            let mut sound: Vec<u8> = (0..400).map(|_| byte()).collect();
            sound[0] = (tick % 256) as u8;
            state.arrived(now, VoiceFrame { sequence: tick, tick, recorded_at: now, sound });
            listener.next_frame(now + Duration::from_millis(15));
            assert!(listener.frame.iter().all(|sample| sample.abs() <= 1.0), "{tick}");
        }
        assert!(state.figures().heard > 400);
        let own = SpeakerState::default();
        let mut sink = VoiceSpeaker::new(start, cleaner, own.clone()).expect("Opus").into_sink(|_| {});
        let mut loudest = SoundLevel::SILENCE;
        for part in synthetic::seconds(120.0, 2).chunks_exact(FRAME_SAMPLES) {
            sink(part);
            loudest = loudest.max(own.level());
        }
        assert!(loudest.decibels() > -40, "{loudest:?}");
    }
}
