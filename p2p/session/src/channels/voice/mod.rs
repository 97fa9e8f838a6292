//! What both people say aloud: encoded sound in frames of 20 ms, whether each of them can be heard, and how
//! well what they say arrives.
//!
//! What is in a frame is the programs' to say. A frame that waits for the path for too long is dropped where
//! it waits; what is lost is never sent again, since it would come too late to be heard.

mod jitter;
#[cfg(test)]
pub(crate) mod tests;

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

pub use jitter::{JitterBuffer, JitterFigures, JitterPull, JitterShape};

use super::bounded::Bytes;
use super::{ChannelSpec, Delivery, Moment, NotLive, Row, RowSender, TrafficClass, WireForm};
use crate::{CommandError, Permission, Phase};

/// How long a frame is.
pub const VOICE_FRAME: Duration = Duration::from_millis(20);

/// The most bytes of a frame: 160 kbit/s, several times what a voice needs.
pub const MAX_VOICE_BYTES: usize = 400;

/// Frames that wait to be sent, at most: what is older than the newest by so many is dropped for it. 80 ms
/// are more than a path that carries a voice ever holds back.
const WAITING_FRAMES: u32 = 4;

/// What is said on this channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceMessage {
    /// A frame of sound.
    Frame(VoiceFrame),
    /// Whether the other side can hear the sender, and is heard.
    Talk(TalkState),
    /// How well the other side's voice has arrived of late.
    Heard(VoiceReport),
}

/// A frame of sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceFrame {
    /// Counts the frames that were sent: a gap is a loss.
    pub sequence: u32,
    /// Counts the frames that were recorded, also those of silence, which are not sent.
    pub tick: u32,
    /// When its last sample was recorded. At the other side: the same moment by its own clock, as well as
    /// the heartbeat can tell.
    pub recorded_at: Instant,
    /// The encoded sound, at most [`MAX_VOICE_BYTES`]; empty where silence begins.
    pub sound: Vec<u8>,
}

/// Whether somebody takes part. The order of the variants is part of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum TalkState {
    /// They neither speak nor listen.
    Away,
    /// They listen; their microphone is closed.
    #[default]
    Muted,
    /// Their microphone is open.
    Open,
}

/// How well a voice has arrived of late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VoiceReport {
    /// Frames that were missing when they were to be heard, in thousandths.
    pub missing_permille: u16,
    /// From the microphone to the ear, in milliseconds.
    pub delay_millis: u16,
}

/// A message of the voice channel. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum VoiceWire {
    Frame {
        sequence: u32,
        tick: u32,
        /// Microseconds since the sender's session began.
        recorded: u64,
        sound: Bytes<MAX_VOICE_BYTES>,
    },
    Talk(TalkState),
    Heard(VoiceReport),
}

const fn row(name: &'static str, words: &'static str, delivery: Delivery) -> Row {
    let during = (Phase::Active, Phase::Active);
    Row { name, words, from: RowSender::Either, during, needs: Some(Permission::Voice), delivery }
}

static FRAME: Row = row("Frame", "a frame of sound", Delivery::Once);
static TALK: Row = row("Talk", "whether somebody speaks or listens", Delivery::Newest);
static HEARD: Row = row("Heard", "how well a voice arrives", Delivery::Newest);

impl WireForm for VoiceWire {
    const SPEC: ChannelSpec = ChannelSpec {
        name: "voice",
        // A frame and its head.
        max_message_bytes: MAX_VOICE_BYTES + 32,
        // The newest of each of the others, waiting and sent, and the frames.
        waiting: 4 + WAITING_FRAMES as usize,
        keep_bytes: None,
        // A burst after a hold-up of the path of half a second.
        inbox: 32,
        class: TrafficClass::Timely,
        rows: &[&FRAME, &TALK, &HEARD],
    };

    type Plain = VoiceMessage;
    type Live = NotLive;

    fn row(&self) -> &'static Row {
        match self {
            Self::Frame { .. } => &FRAME,
            Self::Talk(_) => &TALK,
            Self::Heard(_) => &HEARD,
        }
    }

    fn replaces(&self, older: &Self) -> bool {
        match (self, older) {
            (Self::Frame { sequence, .. }, Self::Frame { sequence: older, .. }) => {
                sequence.wrapping_sub(*older) >= WAITING_FRAMES
            }
            (Self::Frame { .. } | Self::Talk(_) | Self::Heard(_), _) => false,
        }
    }

    fn pack(plain: VoiceMessage, moment: &Moment<'_>) -> Result<Self, CommandError> {
        Ok(match plain {
            VoiceMessage::Frame(VoiceFrame { sequence, tick, recorded_at, sound }) => Self::Frame {
                sequence,
                tick,
                recorded: moment.clock.stamp(recorded_at),
                sound: Bytes::new(sound).ok_or(CommandError::Invalid("frame of sound"))?,
            },
            VoiceMessage::Talk(state) => Self::Talk(state),
            VoiceMessage::Heard(report) => Self::Heard(report),
        })
    }

    fn unpack(self, _: Option<u64>, moment: &Moment<'_>) -> VoiceMessage {
        match self {
            Self::Frame { sequence, tick, recorded, sound } => VoiceMessage::Frame(VoiceFrame {
                sequence,
                tick,
                recorded_at: moment.clock.moment(moment.now, recorded),
                sound: sound.into_vec(),
            }),
            Self::Talk(state) => VoiceMessage::Talk(state),
            Self::Heard(report) => VoiceMessage::Heard(VoiceReport {
                missing_permille: report.missing_permille.min(1000),
                ..report
            }),
        }
    }
}
