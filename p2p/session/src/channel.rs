//! The channels of a session: one stream each, so that a large picture never holds up a key press.
//!
//! This file says which there are and how much each may carry; it knows nothing of what is in a message.

/// A channel. Its number is the first byte on its stream and the top byte of each record's nonce.
///
/// 5 clipboard, 6 files, 7 voice, 8 diagnostics, 9 terminal and 10 annotations are reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Channel {
    /// The handshake, the request, permissions, heartbeat, acknowledgements, the end. Both ways.
    Control = 0,
    /// Mouse and keyboard. Technician to host.
    Input = 1,
    /// Pictures of the screen. Host to technician.
    Video = 2,
    /// The pointer's shape and position. Host to technician.
    Cursor = 3,
    /// Lines of chat. Both ways.
    Chat = 4,
}

impl Channel {
    /// All of them, by number.
    pub const ALL: [Self; 5] = [Self::Control, Self::Input, Self::Video, Self::Cursor, Self::Chat];

    /// Its number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The channel with this number.
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Control),
            1 => Some(Self::Input),
            2 => Some(Self::Video),
            3 => Some(Self::Cursor),
            4 => Some(Self::Chat),
            _ => None,
        }
    }

    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// The longest message in bytes once the user has consented. Control: a permission change is ten bytes,
    /// the rest is room. Input: one event. Video: a whole 8-megapixel picture at
    /// the worst quality-to-size ratio that the encoder may pick. Cursor: 256 x 256 pixels of 4 bytes. Chat: 4,000
    /// characters of 4 bytes.
    pub(crate) const fn max_message_bytes(self) -> usize {
        match self {
            Self::Control => 64 << 10,
            Self::Input => 1 << 10,
            Self::Video => 8 << 20,
            Self::Cursor => 300 << 10,
            Self::Chat => 20 << 10,
        }
    }
}

/// The longest control message in bytes before consent: a name and a reason.
pub(crate) const MAX_BYTES_BEFORE_CONSENT: usize = 4 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_name_channels() {
        for channel in Channel::ALL {
            assert_eq!(Channel::from_number(channel.number()), Some(channel));
        }
        assert_eq!(Channel::from_number(5), None);
    }
}
