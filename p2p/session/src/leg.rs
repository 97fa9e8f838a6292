//! Legs: the stretches of a session between two changes of its path or its keys.
//!
//! A leg is a set of streams on one path, one a channel, with keys of its own. The handshake begins leg 0;
//! each later one is begun by a `Resume` of the technician. Its number stands at the head of each of its
//! streams, so that a stream that is late is never taken for one of another leg.

use crate::Channel;

/// The number of a leg. Each tried one has a higher number than all before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Leg(pub(crate) u32);

impl Leg {
    /// The one that the handshake begins.
    pub const FIRST: Self = Self(0);

    /// Its number.
    pub const fn number(self) -> u32 {
        self.0
    }

    pub(crate) fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }
}

/// What every stream begins with, in the clear: its channel's number, and its leg's as `u32`, big-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StreamHead {
    /// Which channel it carries.
    pub channel: Channel,
    /// Which leg it belongs to.
    pub leg: Leg,
}

impl StreamHead {
    /// Bytes of a head.
    pub const BYTES: usize = 5;

    /// The head as it travels.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let [a, b, c, d] = self.leg.0.to_be_bytes();
        [self.channel.number(), a, b, c, d]
    }

    /// Reads a head; `None` where there is no such channel.
    pub fn from_bytes([channel, a, b, c, d]: [u8; Self::BYTES]) -> Option<Self> {
        let channel = Channel::from_number(channel)?;
        Some(Self { channel, leg: Leg(u32::from_be_bytes([a, b, c, d])) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_as_they_are_written() {
        for channel in Channel::ALL {
            let head = StreamHead { channel, leg: Leg(0x0102_0304) };
            assert_eq!(head.to_bytes()[1..], [1, 2, 3, 4]);
            assert_eq!(StreamHead::from_bytes(head.to_bytes()), Some(head));
        }
        assert_eq!(StreamHead::from_bytes([99, 0, 0, 0, 0]), None);
        assert_eq!(Leg(u32::MAX).next(), None);
    }
}
