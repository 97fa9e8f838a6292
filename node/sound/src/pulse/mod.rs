//! The sound server of Linux: PulseAudio's protocol, which PipeWire serves too.
//!
//! Each stream has a connection and a thread of its own. What a device sounds like, how loud it is and which
//! one is the default stays the server's to say. It starts no server where there is none.

mod connection;
mod stream;

use std::ffi::CString;

use beistand_session::escape;
use pulseaudio::protocol::{Command, ServerInfo, SinkInfo, SourceInfo};

use self::connection::PulseConnection;
use self::stream::PulseStream;
use crate::{
    DeviceKind, SampleSink, SampleSource, SoundDevice, SoundFault, SoundStream, SoundSystem, StreamEnd,
};

/// Devices of each kind that are listed, at most: more than anybody has.
const MAX_DEVICES: usize = 32;

/// The longest name of a device in characters, as a person reads it.
const MAX_NAME_CHARS: usize = 80;

/// Where a server without any device plays: nobody hears it.
const NOWHERE: &[u8] = b"auto_null";

/// The user's sound server.
#[derive(Debug, Clone, Copy, Default)]
pub struct PulseSound;

impl SoundSystem for PulseSound {
    fn devices(&self) -> Result<Vec<SoundDevice>, SoundFault> {
        let mut server = PulseConnection::open()?;
        let known = KnownDevices::ask(&mut server)?;
        let microphones = known.sources.iter().filter(|source| !known.is_monitor(source));
        let microphones = microphones.map(|source| (&source.name, &source.description));
        let speakers = known.sinks.iter().filter(|sink| sink.name.as_bytes() != NOWHERE);
        let speakers = speakers.map(|sink| (&sink.name, &sink.description));
        let mut devices = listed(DeviceKind::Microphone, microphones, &known.server.default_source_name);
        devices.extend(listed(DeviceKind::Loudspeaker, speakers, &known.server.default_sink_name));
        Ok(devices)
    }

    fn record(
        &self,
        device: Option<&str>,
        sink: SampleSink,
        ended: StreamEnd,
    ) -> Result<Box<dyn SoundStream>, SoundFault> {
        let mut server = PulseConnection::open()?;
        let source = KnownDevices::ask(&mut server)?.source(device)?;
        Ok(Box::new(PulseStream::record(server, source, sink, ended)?))
    }

    fn play(
        &self,
        device: Option<&str>,
        source: SampleSource,
        ended: StreamEnd,
    ) -> Result<Box<dyn SoundStream>, SoundFault> {
        let mut server = PulseConnection::open()?;
        let sink = KnownDevices::ask(&mut server)?.sink(device)?;
        Ok(Box::new(PulseStream::play(server, sink, source, ended)?))
    }
}

/// What a server has.
struct KnownDevices {
    server: ServerInfo,
    sinks: Vec<SinkInfo>,
    sources: Vec<SourceInfo>,
}

impl KnownDevices {
    fn ask(server: &mut PulseConnection) -> Result<Self, SoundFault> {
        Ok(Self {
            server: server.ask(&Command::GetServerInfo)?,
            sinks: server.ask(&Command::GetSinkInfoList)?,
            sources: server.ask(&Command::GetSourceInfoList)?,
        })
    }

    /// Whether a source records what a loudspeaker plays: nobody who speaks means that.
    fn is_monitor(&self, source: &SourceInfo) -> bool {
        source.monitor_of_sink_index.is_some() || source.name.as_bytes().ends_with(b".monitor")
    }

    /// The name of the microphone that is wanted. The default one is never a monitor, which would send all
    /// that this computer plays.
    fn source(&self, wanted: Option<&str>) -> Result<CString, SoundFault> {
        let found = match wanted {
            Some(wanted) => {
                self.sources.iter().find(|source| names(wanted, &source.name, &source.description))
            }
            None => {
                let microphones = || self.sources.iter().filter(|source| !self.is_monitor(source));
                let default = self.server.default_source_name.as_ref();
                microphones().find(|source| Some(&source.name) == default).or_else(|| microphones().next())
            }
        };
        found.map(|source| source.name.clone()).ok_or(SoundFault::NoDevice)
    }

    /// The name of the loudspeaker that is wanted.
    fn sink(&self, wanted: Option<&str>) -> Result<CString, SoundFault> {
        let mut speakers = self.sinks.iter().filter(|sink| sink.name.as_bytes() != NOWHERE);
        let found = match wanted {
            Some(wanted) => speakers.find(|sink| names(wanted, &sink.name, &sink.description)),
            None => {
                let default = self.server.default_sink_name.as_ref();
                let first = speakers.clone().next();
                speakers.find(|sink| Some(&sink.name) == default).or(first)
            }
        };
        found.map(|sink| sink.name.clone()).ok_or(SoundFault::NoDevice)
    }
}

/// Whether a person means this device.
fn names(wanted: &str, name: &CString, description: &Option<CString>) -> bool {
    shown(name) == wanted || description.as_ref().is_some_and(|text| shown(text) == wanted)
}

/// The devices of a kind, the default first.
fn listed<'a>(
    kind: DeviceKind,
    devices: impl Iterator<Item = (&'a CString, &'a Option<CString>)>,
    default: &Option<CString>,
) -> Vec<SoundDevice> {
    let mut devices: Vec<_> = devices.take(MAX_DEVICES).collect();
    devices.sort_by_key(|(name, _)| Some(*name) != default.as_ref());
    let device = |(name, description): (&CString, &Option<CString>)| SoundDevice {
        kind,
        id: shown(name),
        name: description.as_ref().map_or_else(|| shown(name), shown),
    };
    devices.into_iter().map(device).collect()
}

/// A name as a person may read it: what is plugged in chooses its name itself.
fn shown(name: &CString) -> String {
    let name: String = name.to_string_lossy().chars().take(MAX_NAME_CHARS).collect();
    escape(&name)
}
