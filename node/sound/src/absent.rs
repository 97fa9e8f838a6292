//! Systems whose sound this program doesn't reach yet: there is no server to be found.

use crate::{
    SampleSink, SampleSource, SoundDevice, SoundFault, SoundStream, SoundSystem, StreamEnd, StreamWish,
};

/// The user's sound server, of which there is none here.
#[derive(Debug, Clone, Copy, Default)]
pub struct PulseSound;

impl SoundSystem for PulseSound {
    fn devices(&self) -> Result<Vec<SoundDevice>, SoundFault> {
        Err(SoundFault::NoServer)
    }

    fn record(
        &self,
        _device: Option<&str>,
        _sink: SampleSink,
        _ended: StreamEnd,
        _wish: &StreamWish,
    ) -> Result<Box<dyn SoundStream>, SoundFault> {
        Err(SoundFault::NoServer)
    }

    fn play(
        &self,
        _device: Option<&str>,
        _source: SampleSource,
        _ended: StreamEnd,
        _wish: &StreamWish,
    ) -> Result<Box<dyn SoundStream>, SoundFault> {
        Err(SoundFault::NoServer)
    }
}
