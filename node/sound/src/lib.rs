//! Microphones and loudspeakers, and what is said between them.
//!
//! What it does: it opens the devices of the system on threads of their own, takes echo and noise out of what
//! is recorded, makes frames of 20 ms of it, and plays frames that arrive. What comes late or never is made
//! up. It says how loud it is.
//!
//! What it does not do: it opens nothing by itself, knows no session but its words and its buffer, keeps no
//! sound, and says nothing to a person.

#![forbid(unsafe_code)]

mod cleaner;
mod codec;
mod fake;
mod gate;
mod level;
mod listener;
mod opening;
// The one choice by system outside of the platform's crates: its protocol's library is Linux's alone.
#[cfg_attr(not(target_os = "linux"), path = "absent.rs")]
mod pulse;
mod speaker;
pub mod synthetic;
mod system;

pub use cleaner::SharedCleaner;
pub use codec::{CodecFault, VoiceDecoder, VoiceEncoder};
pub use fake::{FakeEar, FakeSound};
pub use level::SoundLevel;
pub use listener::{ListenerState, VoiceListener};
pub use opening::StreamWish;
pub use pulse::PulseSound;
pub use speaker::{SpeakerState, SpokenFrame, VoiceSpeaker, tick_at};
pub use system::{
    DeviceKind, SampleSink, SampleSource, SoundDevice, SoundFault, SoundStream, SoundSystem, StreamEnd,
};

/// Samples per second of all sound here, in one channel.
pub const SAMPLE_RATE: u32 = 48_000;

/// Samples of a frame of 20 ms.
pub const FRAME_SAMPLES: usize = SAMPLE_RATE as usize / 50;
