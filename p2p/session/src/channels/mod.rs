//! The channels of a session: one stream each, so that a large picture never holds up a key press.
//!
//! All that the session knows of a channel is in its folder here: its messages, who may send them and when,
//! its bounds, and what it does by itself. The rest of the crate knows no channel but control. A new channel
//! is a folder and one line in the list below.
//!
//! It does not say how messages travel, which is `record`'s, nor when they leave, which is the session's
//! queue's.

#[macro_use]
mod list;
mod bounded;
mod by_channel;
mod live;
mod spec;
#[cfg(test)]
mod tests;
mod wire_secret;
mod worded;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use by_channel::ByChannel;
pub(crate) use live::{Hearing, LiveChannel, Moment, NotLive};
pub(crate) use spec::MAX_BYTES_BEFORE_CONSENT;
pub use spec::{ChannelSpec, Delivery, Row, RowSender, TrafficClass};

use crate::{CommandError, Role, Verdict, Violation};

channels! {
    control 0 Control(control::ControlMessage),
    1 Input(input::InputEvent => InputWire),
    2 Video(video::VideoMessage => VideoWire),
    3 Cursor(cursor::CursorMessage => CursorWire),
    4 Chat(chat::ChatMessage => ChatWire),
    5 Clipboard(clipboard::ClipboardMessage => ClipboardWire),
    6 Viewpoint(viewpoint::ViewpointMessage => ViewpointWire),
    7 Pushback(pushback::PushbackMessage => PushbackWire),
    8 Hands(hands::HandsState => HandsWire),
    9 Report(report::ReportMessage => ReportWire),
    10 Checkup(checkup::CheckupMessage => CheckupWire),
    11 Terminal(terminal::TerminalMessage => TerminalWire),
    12 Sweep(sweep::SweepMessage => SweepWire),
    13 Repair(repair::RepairMessage => RepairWire),
    14 Adjust(adjust::AdjustMessage => AdjustWire),
    15 Comeback(comeback::ComebackMessage => ComebackWire),
    16 Files(files::FilesMessage => FilesWire),
    17 Pointing(pointing::PointingMessage => PointingWire),
    18 Voice(voice::VoiceMessage => VoiceWire),
    19 Meeting(meeting::MeetingMessage => MeetingWire),
    20 Appeal(appeal::AppealMessage => AppealWire),
}

/// How a channel's messages travel, in postcard: bounded types that can't hold what must not be.
pub(crate) trait WireForm:
    Serialize + DeserializeOwned + Clone + std::fmt::Debug + PartialEq + Send + 'static
{
    /// What the channel is.
    const SPEC: ChannelSpec;

    /// What a program says and hears, where it is not what travels.
    type Plain;

    /// What the channel does inside the session.
    type Live: LiveChannel<Self>;

    /// The row of the table that decides about this message.
    fn row(&self) -> &'static Row;

    /// The message's own number, where it has one that rises; else the queue counts.
    fn number(&self) -> Option<u64> {
        None
    }

    /// Whether it makes an older one that still waits worthless. Asked of the last one in the queue where its
    /// row is [`Delivery::InOrder`], of all where it is [`Delivery::Once`].
    fn replaces(&self, _older: &Self) -> bool {
        false
    }

    /// The message as it travels.
    ///
    /// # Errors
    /// [`CommandError::Invalid`] where it is longer than the protocol allows, or inconsistent in itself.
    fn pack(plain: Self::Plain, moment: &Moment<'_>) -> Result<Self, CommandError>;

    /// What a program hears of a message that came under this number.
    fn unpack(self, number: Option<u64>, moment: &Moment<'_>) -> Self::Plain;
}

/// A message of a channel as a program says and hears it.
pub trait OnChannel: Into<Message> + Send + 'static {
    /// Its channel.
    const CHANNEL: Channel;

    /// The message, where it is one of this channel.
    fn from_message(message: Message) -> Option<Self>;
}

impl Channel {
    /// Its number.
    pub const fn number(self) -> u8 {
        self as u8
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Violation> {
    match postcard::take_from_bytes(bytes) {
        Ok((message, [])) => Ok(message),
        _ => Err(Violation::Malformed),
    }
}

fn write<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_stdvec(message).expect("types of ours can be written, and a vector has room")
}
