//! A system's microphones and loudspeakers, as all backends show them.

use std::fmt;

use crate::StreamWish;

/// Where samples that were recorded go, from a thread of the backend's.
pub type SampleSink = Box<dyn FnMut(&[f32]) + Send>;

/// Where samples that are to be played come from, on a thread of the backend's. It fills all of it.
pub type SampleSource = Box<dyn FnMut(&mut [f32]) + Send>;

/// Hears once that a stream has ended, where it was not closed here.
pub type StreamEnd = Box<dyn FnOnce(SoundFault) + Send>;

/// A system's microphones and loudspeakers. All calls may take as long as the system does, at most some
/// seconds.
pub trait SoundSystem: Send + Sync {
    /// The devices that a person can choose, each kind's own default first.
    ///
    /// # Errors
    /// Why they are not known.
    fn devices(&self) -> Result<Vec<SoundDevice>, SoundFault>;

    /// Opens a microphone: the one with this id or name, or else the system's default. It stops where `wish`
    /// is withdrawn.
    ///
    /// # Errors
    /// Why it can't be opened.
    fn record(
        &self,
        device: Option<&str>,
        sink: SampleSink,
        ended: StreamEnd,
        wish: &StreamWish,
    ) -> Result<Box<dyn SoundStream>, SoundFault>;

    /// Opens a loudspeaker, as above.
    ///
    /// # Errors
    /// Why it can't be opened.
    fn play(
        &self,
        device: Option<&str>,
        source: SampleSource,
        ended: StreamEnd,
        wish: &StreamWish,
    ) -> Result<Box<dyn SoundStream>, SoundFault>;
}

/// An open device. Dropping it closes it: no sample goes in or out after that.
pub trait SoundStream: Send {
    /// The id of the device.
    fn device(&self) -> &str;
}

/// A device that a person can choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoundDevice {
    /// What it is for.
    pub kind: DeviceKind,
    /// What the system knows it by. Escaped.
    pub id: String,
    /// What a person knows it by. Escaped.
    pub name: String,
}

/// What a device is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceKind {
    /// It records.
    Microphone,
    /// It plays.
    Loudspeaker,
}

/// Why there is no sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoundFault {
    /// This system has no sound server that we know.
    NoServer,
    /// There is no such device.
    NoDevice,
    /// The system does not let this program use it.
    Refused,
    /// Nothing comes from it, or nothing is taken: another program may have it for itself.
    Taken,
    /// It was there and is gone: pulled out, or switched off.
    Gone,
    /// The sound server answers what makes no sense, or not at all.
    Broken,
}

impl fmt::Display for SoundFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoServer => "no sound server",
            Self::NoDevice => "no such device",
            Self::Refused => "refused by the system",
            Self::Taken => "taken by another program",
            Self::Gone => "the device is gone",
            Self::Broken => "the sound server does not answer as it should",
        })
    }
}

impl std::error::Error for SoundFault {}
