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
    StreamWish,
};

/// Devices of each kind that are listed, at most: more than anybody has.
const MAX_DEVICES: usize = 32;

/// The longest id of a device that can be chosen, in bytes: three times as long as what ALSA's cards get.
const MAX_ID_BYTES: usize = 400;

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
        wish: &StreamWish,
    ) -> Result<Box<dyn SoundStream>, SoundFault> {
        let mut server = PulseConnection::open_while(wish)?;
        let source = KnownDevices::ask(&mut server)?.source(device)?;
        let stream = PulseStream::record(server, source, sink, ended)?;
        wish.fulfil()?;
        Ok(Box::new(stream))
    }

    fn play(
        &self,
        device: Option<&str>,
        source: SampleSource,
        ended: StreamEnd,
        wish: &StreamWish,
    ) -> Result<Box<dyn SoundStream>, SoundFault> {
        let mut server = PulseConnection::open_while(wish)?;
        let sink = KnownDevices::ask(&mut server)?.sink(device)?;
        let stream = PulseStream::play(server, sink, source, ended)?;
        wish.fulfil()?;
        Ok(Box::new(stream))
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

    /// The name of the microphone that is wanted. It is never a monitor, which would send all that this
    /// computer plays.
    fn source(&self, wanted: Option<&str>) -> Result<CString, SoundFault> {
        let microphones = self.sources.iter().filter(|source| !self.is_monitor(source));
        let microphones: Vec<_> = microphones.map(|source| (&source.name, &source.description)).collect();
        chosen(&microphones, wanted, self.server.default_source_name.as_ref())
    }

    /// The name of the loudspeaker that is wanted.
    fn sink(&self, wanted: Option<&str>) -> Result<CString, SoundFault> {
        let speakers = self.sinks.iter().filter(|sink| sink.name.as_bytes() != NOWHERE);
        let speakers: Vec<_> = speakers.map(|sink| (&sink.name, &sink.description)).collect();
        chosen(&speakers, wanted, self.server.default_sink_name.as_ref())
    }
}

/// A device's name and description.
type Named<'a> = (&'a CString, &'a Option<CString>);

/// The name of the device that a person means: by its whole id, or by a name that only one has.
fn chosen(
    devices: &[Named<'_>],
    wanted: Option<&str>,
    default: Option<&CString>,
) -> Result<CString, SoundFault> {
    let found = match wanted {
        Some(wanted) => devices.iter().find(|(name, _)| id(name) == wanted).or_else(|| {
            let mut meant =
                devices.iter().filter(|(_, text)| text.as_ref().map(shown).as_deref() == Some(wanted));
            meant.next().filter(|_| meant.next().is_none())
        }),
        None => devices.iter().find(|(name, _)| Some(*name) == default).or_else(|| devices.first()),
    };
    found.map(|(name, _)| (*name).clone()).ok_or(SoundFault::NoDevice)
}

/// The devices of a kind, the default first.
fn listed<'a>(
    kind: DeviceKind,
    devices: impl Iterator<Item = Named<'a>>,
    default: &Option<CString>,
) -> Vec<SoundDevice> {
    let mut devices: Vec<_> = devices.filter(|(name, _)| id(name).len() <= MAX_ID_BYTES).collect();
    devices.sort_by_key(|(name, _)| Some(*name) != default.as_ref());
    devices.truncate(MAX_DEVICES);
    let device = |(name, description): Named<'_>| SoundDevice {
        kind,
        id: id(name),
        name: description.as_ref().map_or_else(|| shown(name), shown),
    };
    devices.into_iter().map(device).collect()
}

/// What a device is known by, whole: two of one make differ in the end of it.
fn id(name: &CString) -> String {
    escape(&name.to_string_lossy())
}

/// A name as a person may read it: what is plugged in chooses its name itself.
fn shown(name: &CString) -> String {
    let name: String = name.to_string_lossy().chars().take(MAX_NAME_CHARS).collect();
    escape(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, description: &str) -> SourceInfo {
        let text = |text: &str| CString::new(text).expect("no zero");
        SourceInfo { name: text(name), description: Some(text(description)), ..SourceInfo::default() }
    }

    fn known(sources: Vec<SourceInfo>) -> KnownDevices {
        KnownDevices { server: ServerInfo::default(), sinks: Vec::new(), sources }
    }

    #[test]
    fn two_microphones_of_one_make_are_told_apart() {
        let long = "alsa_input.usb-".to_owned() + &"0123456789".repeat(8);
        let ids = ["A", "B"].map(|end| long.clone() + end);
        let known = known(ids.iter().map(|id| source(id, "Headset")).collect());
        for id in &ids {
            assert_eq!(known.source(Some(id)).expect("it is there").to_string_lossy(), **id);
        }
        assert_eq!(known.source(Some("Headset")), Err(SoundFault::NoDevice), "which of them?");
        let listed = listed(
            DeviceKind::Microphone,
            known.sources.iter().map(|source| (&source.name, &source.description)),
            &None,
        );
        assert_eq!(listed.iter().map(|device| device.id.clone()).collect::<Vec<_>>(), ids);
    }

    #[test]
    fn another_ones_name_is_no_id_and_what_is_played_is_never_sent() {
        let mut monitor = source("what.is.played", "Monitor");
        monitor.monitor_of_sink_index = Some(0);
        let known = known(vec![source("first", "second"), source("second", "x"), monitor]);
        assert_eq!(known.source(Some("second")).expect("it is there"), c"second".to_owned());
        assert_eq!(known.source(Some("what.is.played")), Err(SoundFault::NoDevice));
        assert_eq!(known.source(Some("Monitor")), Err(SoundFault::NoDevice));
        assert_eq!(known.source(None).expect("the first"), c"first".to_owned());
    }
}
