//! Somebody who speaks: from samples of a microphone to frames that can travel.

use std::sync::Arc;
use std::sync::atomic::{AtomicI8, AtomicU8, Ordering};
use std::time::Instant;

use beistand_session::VOICE_FRAME;

use crate::{CodecFault, FRAME_SAMPLES, SampleSink, SharedCleaner, SoundLevel, VoiceEncoder};

/// A frame as it was spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpokenFrame {
    /// Counts the frames that were recorded, or could have been: see [`tick_at`].
    pub tick: u32,
    /// When its last sample was.
    pub recorded_at: Instant,
    /// The encoded sound; empty where silence begins.
    pub sound: Vec<u8>,
}

/// What is known of a voice while it is spoken. Clones are one.
#[derive(Debug, Clone, Default)]
pub struct SpeakerState(Arc<SpeakerCells>);

#[derive(Debug)]
struct SpeakerCells {
    level: AtomicI8,
    loss: AtomicU8,
}

impl Default for SpeakerCells {
    fn default() -> Self {
        Self { level: AtomicI8::new(SoundLevel::SILENCE.decibels()), loss: AtomicU8::new(0) }
    }
}

impl SpeakerState {
    /// How loud the last frame was, with echo and noise taken out.
    pub fn level(&self) -> SoundLevel {
        SoundLevel::from_decibels(self.0.level.load(Ordering::Relaxed))
    }

    /// Nobody speaks any more.
    pub fn closed(&self) {
        self.0.level.store(SoundLevel::SILENCE.decibels(), Ordering::Relaxed);
    }

    /// From now on so many frames of a hundred get lost on their way.
    pub fn set_loss(&self, percent: u8) {
        self.0.loss.store(percent, Ordering::Relaxed);
    }
}

/// The tick of a moment where ticks are counted from `epoch` on. They go on while a microphone is closed, so
/// that whoever listens knows when a word belongs there.
pub fn tick_at(epoch: Instant, now: Instant) -> u32 {
    let ticks = now.saturating_duration_since(epoch).as_millis() / VOICE_FRAME.as_millis();
    // It begins again after two years.
    (ticks & u128::from(u32::MAX)) as u32
}

/// A microphone whose count is so far behind the clock, in frames, has left something out.
const MAX_BEHIND: u32 = 5;

/// Makes frames of what a microphone records.
pub struct VoiceSpeaker {
    encoder: VoiceEncoder,
    cleaner: SharedCleaner,
    state: SpeakerState,
    /// Recorded samples of a frame that is not full yet.
    waiting: Vec<f32>,
    epoch: Instant,
    /// The last frame's; `None` before the first.
    tick: Option<u32>,
    /// Whether the last frame was silence.
    silent: bool,
}

impl VoiceSpeaker {
    /// One whose ticks are counted from `epoch` on.
    ///
    /// # Errors
    /// [`CodecFault`] where there is no encoder.
    pub fn new(epoch: Instant, cleaner: SharedCleaner, state: SpeakerState) -> Result<Self, CodecFault> {
        let waiting = Vec::with_capacity(FRAME_SAMPLES);
        Ok(Self { encoder: VoiceEncoder::new()?, cleaner, state, waiting, epoch, tick: None, silent: true })
    }

    /// What a microphone records into. `spoken` gets each frame that is to be sent, and must not wait.
    pub fn into_sink(mut self, mut spoken: impl FnMut(SpokenFrame) + Send + 'static) -> SampleSink {
        Box::new(move |samples| {
            let mut samples = samples;
            while !samples.is_empty() {
                let (part, rest) = samples.split_at(samples.len().min(FRAME_SAMPLES - self.waiting.len()));
                self.waiting.extend_from_slice(part);
                samples = rest;
                if self.waiting.len() == FRAME_SAMPLES
                    && let Some(frame) = self.frame(Instant::now())
                {
                    spoken(frame);
                }
            }
        })
    }

    /// Makes a frame of the 20 ms that are there.
    fn frame(&mut self, now: Instant) -> Option<SpokenFrame> {
        let mut samples = [0.0; FRAME_SAMPLES];
        samples.copy_from_slice(&self.waiting);
        self.waiting.clear();
        self.cleaner.clean(&mut samples);
        self.state.0.level.store(SoundLevel::of(&samples).decibels(), Ordering::Relaxed);
        self.encoder.set_loss(self.state.0.loss.load(Ordering::Relaxed));
        let tick = self.next_tick(now);
        let sound = match self.encoder.encode(&samples) {
            Ok(sound) => sound,
            Err(fault) => {
                tracing::warn!(%fault, "a frame was not encoded");
                None
            }
        };
        let was_silent = std::mem::replace(&mut self.silent, sound.is_none());
        match sound {
            None if was_silent => None,
            sound => Some(SpokenFrame { tick, recorded_at: now, sound: sound.unwrap_or_default() }),
        }
    }

    fn next_tick(&mut self, now: Instant) -> u32 {
        let by_clock = tick_at(self.epoch, now);
        let counted = self.tick.map_or(by_clock, |last| last.wrapping_add(1));
        let behind = by_clock.wrapping_sub(counted);
        let tick = if behind > MAX_BEHIND && behind < u32::MAX / 2 { by_clock } else { counted };
        self.tick = Some(tick);
        tick
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_shows_nothing_before_somebody_speaks_and_after() {
        let state = SpeakerState::default();
        assert_eq!(state.level(), SoundLevel::SILENCE);
        let speaker = VoiceSpeaker::new(Instant::now(), SharedCleaner::new(), state.clone());
        let mut sink = speaker.expect("Opus").into_sink(|_| {});
        sink(&crate::synthetic::seconds(120.0, 1));
        assert!(state.level() > SoundLevel::SILENCE);
        state.closed();
        assert_eq!(state.level(), SoundLevel::SILENCE);
    }
}
