//! The cage: decoding in a process of its own that has no rights, so that a host's pictures reach neither
//! the technician's files nor the network, whatever they find in the decoder.
//!
//! What it does: [`CagedDecoder`] starts this program again, as a decoder (see [`crate::own_program`]). A
//! decoder that takes too long over a unit is killed; one that was killed or has crashed is started again
//! with the next key unit.
//!
//! What it does not do: it asks nobody for key units, and it bounds neither what waits nor how often a screen
//! may change its size; see the feature `view`.
//!
//! It is here and not in `codec`, which knows no operating system. Linux has a cage. Elsewhere
//! [`CagedDecoder`] decodes **in this process, with all its rights**: no backend is written yet.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;
mod wire;

#[cfg(not(target_os = "linux"))]
use elsewhere as backend;
#[cfg(target_os = "linux")]
use linux as backend;

use std::time::Duration;

use beistand_codec::Av1Decoder;

pub use backend::CagedDecoder;
pub(crate) use backend::{decode_inside, own_program};

/// The first argument of a process that is to be the decoder. No person types it.
pub(crate) const ARGUMENT: &str = "decode-in-cage";

/// How long a decoder may take over a unit: far more than a whole picture of the largest screen should take.
pub const UNIT_TIME: Duration = Duration::from_secs(2);

/// Which library decodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DecoderLibrary {
    /// dav1d where this system has it, otherwise re_rav1d.
    #[default]
    Auto,
    /// dav1d, in C and assembly, of this system: what most of the world decodes AV1 with.
    Dav1d,
    /// re_rav1d: dav1d in Rust; built in, on Linux without its assembly.
    Rav1d,
}

impl DecoderLibrary {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Dav1d, Self::Rav1d];

    /// Its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Dav1d => "dav1d",
            Self::Rav1d => "rav1d",
        }
    }

    /// The choice of this name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|library| library.word() == word)
    }

    /// A decoder on it **in this process**, without a cage: what the cage holds, and what tests compare it
    /// with.
    ///
    /// # Errors
    /// Where this system has no dav1d and no other will do; in words.
    pub fn decoder_here(self) -> Result<Av1Decoder, String> {
        match self {
            Self::Auto => Ok(backend::dav1d().map_or_else(|_| Av1Decoder::new(), Av1Decoder::on)),
            Self::Dav1d => backend::dav1d().map(Av1Decoder::on),
            Self::Rav1d => Ok(Av1Decoder::new()),
        }
    }
}

/// What a cage allows.
#[derive(Debug, Clone, Copy)]
pub struct CageLimits {
    /// How long a unit may take.
    pub unit_time: Duration,
}

impl Default for CageLimits {
    fn default() -> Self {
        Self { unit_time: UNIT_TIME }
    }
}
