//! How far the messages of which none may be lost have come: numbers, by channel.

use crate::Channel;

/// After so many messages that the other side does not know to have arrived it is told, without waiting for the next
/// heartbeat.
const TOLD_AFTER: u64 = 32;

/// The last of each channel's numbered messages that arrived, and the last picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Received {
    control: u64,
    input: u64,
    chat: u64,
    /// A picture's id; what arrived of the screen has no other number.
    pub(super) picture: Option<u64>,
}

impl Received {
    /// Bytes in which it travels in a resume.
    pub(super) const BYTES: usize = 4 * 8;

    /// The same, with the last picture that arrived.
    pub(super) fn with_picture(self, picture: Option<u64>) -> Self {
        Self { picture, ..self }
    }

    /// The numbers of control, input and chat.
    pub(super) fn numbers(&self) -> [u64; 3] {
        [self.control, self.input, self.chat]
    }

    /// The number for a channel; none has been given where none can be.
    pub(super) fn of(&self, channel: Channel) -> Option<u64> {
        match channel {
            Channel::Control => Some(self.control),
            Channel::Input => Some(self.input),
            Channel::Chat => Some(self.chat),
            Channel::Video => self.picture,
            Channel::Cursor => None,
        }
    }

    fn of_mut(&mut self, channel: Channel) -> Option<&mut u64> {
        match channel {
            Channel::Control => Some(&mut self.control),
            Channel::Input => Some(&mut self.input),
            Channel::Chat => Some(&mut self.chat),
            Channel::Video | Channel::Cursor => None,
        }
    }

    /// As it travels: control, input, chat, and one more than the picture's id, 0 where none came.
    pub(super) fn to_bytes(self) -> [u8; Self::BYTES] {
        let picture = self.picture.map_or(0, |id| id.saturating_add(1));
        let mut bytes = [0; Self::BYTES];
        for (place, number) in bytes.chunks_exact_mut(8).zip([self.control, self.input, self.chat, picture]) {
            place.copy_from_slice(&number.to_be_bytes());
        }
        bytes
    }

    /// Reads it.
    pub(super) fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let number = |index: usize| {
            let (number, _) = bytes[8 * index..].split_first_chunk().expect("four numbers of 8 bytes");
            u64::from_be_bytes(*number)
        };
        Self { control: number(0), input: number(1), chat: number(2), picture: number(3).checked_sub(1) }
    }
}

/// Counts what arrives.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    received: Received,
    told: Received,
}

impl Numbers {
    /// A numbered message came: `false` where it, or a later one, came before.
    pub(super) fn take(&mut self, channel: Channel, number: u64) -> bool {
        let Some(last) = self.received.of_mut(channel) else { return true };
        let new = number > *last;
        *last = number.max(*last);
        new
    }

    /// What arrived.
    pub(super) fn received(&self) -> Received {
        self.received
    }

    /// What is to be told with a heartbeat: what the other side does not know yet.
    pub(super) fn news(&mut self) -> Option<Received> {
        (self.told != self.received).then(|| self.tell())
    }

    /// What is to be told at once: the other side keeps too much.
    pub(super) fn urgent_news(&mut self) -> Option<Received> {
        let many = |received: u64, told: u64| received - told >= TOLD_AFTER;
        let Self { received, told } = self;
        let urgent = many(received.input, told.input) || many(received.chat, told.chat);
        urgent.then(|| self.tell())
    }

    fn tell(&mut self) -> Received {
        self.told = self.received;
        self.received
    }
}

/// What a resume says: which leg it begins, what arrived, and whether its sender only leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ResumeText {
    pub(super) leaves: bool,
    pub(super) received: Received,
}

impl ResumeText {
    /// Its bytes.
    pub(super) const BYTES: usize = 1 + Received::BYTES;

    pub(super) fn to_bytes(self) -> Vec<u8> {
        [&[u8::from(self.leaves)], &self.received.to_bytes()[..]].concat()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (leaves, received) = bytes.split_first()?;
        let received = Received::from_bytes(received.try_into().ok()?);
        (*leaves <= 1).then_some(Self { leaves: *leaves == 1, received })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for picture in [None, Some(0), Some(77)] {
            let received = Received { control: 1, input: u64::MAX, chat: 3, picture };
            assert_eq!(Received::from_bytes(&received.to_bytes()), received);
            for leaves in [false, true] {
                let text = ResumeText { leaves, received };
                assert_eq!(ResumeText::from_bytes(&text.to_bytes()), Some(text));
            }
        }
        assert_eq!(ResumeText::from_bytes(&[0; 32]), None);
        assert_eq!(ResumeText::from_bytes(&[2; 33]), None);
    }

    #[test]
    fn each_number_counts_once() {
        let mut numbers = Numbers::default();
        assert!(numbers.take(Channel::Chat, 1) && numbers.take(Channel::Input, 1));
        assert!(!numbers.take(Channel::Chat, 1));
        assert!(numbers.take(Channel::Chat, 5));
        assert!(!numbers.take(Channel::Chat, 4));
        assert_eq!(numbers.received().of(Channel::Chat), Some(5));
        assert_eq!(numbers.news(), Some(numbers.received()));
        assert_eq!(numbers.news(), None);
        for number in 2..33 {
            numbers.take(Channel::Input, number);
            assert_eq!(numbers.urgent_news(), None);
        }
        numbers.take(Channel::Input, 33);
        assert!(numbers.urgent_news().is_some());
    }
}
