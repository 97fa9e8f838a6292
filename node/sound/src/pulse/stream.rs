//! A stream from or to a device of the sound server: a thread that ends with it.

use std::ffi::CString;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::thread;

use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{
    ChannelMap, ChannelVolume, Command, CreatePlaybackStreamReply, CreateRecordStreamReply,
    PlaybackStreamParams, Prop, Props, RecordStreamParams, SampleFormat, SampleSpec,
};

use super::connection::{PulseConnection, ServerWord, words};
use crate::gate::StreamGate;
use crate::opening::EndNotice;
use crate::{SAMPLE_RATE, SampleSink, SampleSource, SoundFault, SoundStream, StreamEnd};

/// Bytes of a sample.
const SAMPLE_BYTES: usize = 4;

/// Bytes of a millisecond.
const MILLI_BYTES: u32 = SAMPLE_RATE / 1000 * SAMPLE_BYTES as u32;

/// How much a microphone delivers at a time, in milliseconds: what is worked on at a time.
const RECORDED_MILLIS: u32 = 10;

/// How much waits to be played, in the server and in the device: two frames, which is what a busy machine
/// needs.
const PLAYED_MILLIS: u32 = 40;

/// How much a server asks for at a time.
const ASKED_MILLIS: u32 = 10;

/// The most bytes that a server asks for at once: a second. It sends no more than it wants.
const MAX_ASKED_BYTES: u32 = 1000 * MILLI_BYTES;

/// An open stream.
pub(super) struct PulseStream {
    gate: StreamGate,
    closer: UnixStream,
    device: String,
}

impl PulseStream {
    /// Records from this source.
    pub(super) fn record(
        mut server: PulseConnection,
        source: CString,
        mut sink: SampleSink,
        ended: StreamEnd,
    ) -> Result<Self, SoundFault> {
        let params = RecordStreamParams {
            sample_spec: spec(),
            channel_map: ChannelMap::mono(),
            source_name: Some(source.clone()),
            buffer_attr: BufferAttr { fragment_size: RECORDED_MILLIS * MILLI_BYTES, ..BufferAttr::default() },
            // Another microphone may hear what was not meant: none takes this one's place by itself.
            flags: StreamFlags { no_move: true, ..flags() },
            props: props(),
            cvolume: Some(ChannelVolume::norm(1)),
            ..RecordStreamParams::default()
        };
        let _: CreateRecordStreamReply = server.ask(&Command::CreateRecordStream(params))?;
        let mut samples = Vec::new();
        Self::start(server, source, ended, move |_, word| {
            match word {
                ServerWord::Recorded(bytes) => {
                    samples.clear();
                    let parts = bytes.chunks_exact(SAMPLE_BYTES);
                    samples
                        .extend(parts.map(|part| f32::from_le_bytes([part[0], part[1], part[2], part[3]])));
                    sink(&samples);
                }
                ServerWord::Command(command) => ended_by(&command)?,
            }
            Ok(())
        })
    }

    /// Plays to this sink.
    pub(super) fn play(
        mut server: PulseConnection,
        sink: CString,
        mut source: SampleSource,
        ended: StreamEnd,
    ) -> Result<Self, SoundFault> {
        let params = PlaybackStreamParams {
            sample_spec: spec(),
            channel_map: ChannelMap::mono(),
            sink_name: Some(sink.clone()),
            buffer_attr: BufferAttr {
                target_length: PLAYED_MILLIS * MILLI_BYTES,
                minimum_request_length: ASKED_MILLIS * MILLI_BYTES,
                ..BufferAttr::default()
            },
            flags: flags(),
            props: props(),
            cvolume: Some(ChannelVolume::norm(1)),
            ..PlaybackStreamParams::default()
        };
        let reply: CreatePlaybackStreamReply = server.ask(&Command::CreatePlaybackStream(params))?;
        let channel = reply.channel;
        let mut fill = move |server: &mut PulseConnection, asked: u32| {
            let asked = (asked.min(MAX_ASKED_BYTES) as usize) / SAMPLE_BYTES;
            let mut samples = vec![0.0; asked];
            source(&mut samples);
            let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
            server.send(channel, &bytes)
        };
        fill(&mut server, reply.requested_bytes)?;
        Self::start(server, sink, ended, move |server, word| match word {
            ServerWord::Command(command) => match *command {
                Command::Request(request) if request.channel == channel => fill(server, request.length),
                command => ended_by(&command),
            },
            ServerWord::Recorded(_) => Ok(()),
        })
    }

    /// Starts the thread that does this with each word of the server's.
    fn start(
        mut server: PulseConnection,
        device: CString,
        ended: StreamEnd,
        mut hear: impl FnMut(&mut PulseConnection, ServerWord) -> Result<(), SoundFault> + Send + 'static,
    ) -> Result<Self, SoundFault> {
        let (gate, closer) = (StreamGate::default(), server.closer()?);
        let (theirs, notice) = (gate.clone(), EndNotice::new(ended));
        let run = move || {
            loop {
                let word = server.next_word();
                let went = theirs.pass(|| word.and_then(|word| hear(&mut server, word)));
                match went {
                    Some(Ok(())) => {}
                    Some(Err(fault)) => return notice.say(fault),
                    // It was closed here.
                    None => return notice.forget(),
                }
            }
        };
        thread::Builder::new().name("sound".to_owned()).spawn(run).map_err(|_| SoundFault::Broken)?;
        Ok(Self { gate, closer, device: super::id(&device) })
    }
}

impl SoundStream for PulseStream {
    fn device(&self) -> &str {
        &self.device
    }
}

impl Drop for PulseStream {
    fn drop(&mut self) {
        // The thread wakes, and the server ends the stream with the connection.
        let _ = self.closer.shutdown(Shutdown::Both);
        self.gate.shut();
    }
}

/// Whether a server's word ends the stream.
fn ended_by(command: &Command) -> Result<(), SoundFault> {
    match command {
        Command::PlaybackStreamKilled(_) | Command::RecordStreamKilled(_) => Err(SoundFault::Gone),
        // Others' commands: all else that a server says of a stream changes nothing here.
        _ => Ok(()),
    }
}

fn spec() -> SampleSpec {
    SampleSpec { format: SampleFormat::Float32Le, channels: 1, sample_rate: SAMPLE_RATE }
}

fn flags() -> StreamFlags {
    StreamFlags { adjust_latency: true, ..StreamFlags::default() }
}

fn props() -> Props {
    let mut props = Props::new();
    props.set(Prop::MediaName, words("Voice"));
    props.set(Prop::MediaRole, words("phone"));
    props
}
