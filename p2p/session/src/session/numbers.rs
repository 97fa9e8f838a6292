//! How far the messages of which none may be lost have come: numbers, by channel.

use crate::channels::control::MAX_CHANNELS;
use crate::{ByChannel, Channel};

/// After so many messages that the other side does not know to have arrived it is told, without waiting for
/// the next heartbeat.
const REPORTED_AFTER: u64 = 32;

/// The last of each channel's numbered messages that arrived. It has a place for every channel that there
/// will ever be, so that a resume keeps its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ReceivedNumbers([u64; MAX_CHANNELS]);

impl ReceivedNumbers {
    /// Bytes in which it travels in a resume.
    pub(super) const BYTES: usize = MAX_CHANNELS * 8;

    /// As a control message has it.
    pub(super) fn from_array(numbers: [u64; MAX_CHANNELS]) -> Self {
        Self(numbers)
    }

    /// As a control message has it.
    pub(super) fn to_array(self) -> [u64; MAX_CHANNELS] {
        self.0
    }

    /// The numbers of the channels that this version has.
    pub(super) fn by_channel(&self) -> ByChannel<u64> {
        ByChannel::new(|channel| self.of(channel))
    }

    /// The number for a channel.
    pub(super) fn of(&self, channel: Channel) -> u64 {
        self.0[usize::from(channel.number())]
    }

    fn of_mut(&mut self, channel: Channel) -> &mut u64 {
        &mut self.0[usize::from(channel.number())]
    }

    /// As it travels in a resume: big-endian, by the channels' numbers.
    pub(super) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        for (place, number) in bytes.chunks_exact_mut(8).zip(self.0) {
            place.copy_from_slice(&number.to_be_bytes());
        }
        bytes
    }

    /// Reads it.
    pub(super) fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        Self(std::array::from_fn(|index| {
            let (number, _) = bytes[8 * index..].split_first_chunk().expect("8 bytes for each channel");
            u64::from_be_bytes(*number)
        }))
    }
}

/// Counts what arrives.
#[derive(Debug, Default)]
pub(super) struct MessageNumbers {
    received: ReceivedNumbers,
    reported: ReceivedNumbers,
}

impl MessageNumbers {
    /// A numbered message came: `false` where it, or a later one, came before.
    pub(super) fn take(&mut self, channel: Channel, number: u64) -> bool {
        let last = self.received.of_mut(channel);
        let new = number > *last;
        *last = number.max(*last);
        new
    }

    /// What arrived.
    pub(super) fn received(&self) -> ReceivedNumbers {
        self.received
    }

    /// What is to be reported with a heartbeat: what the other side does not know yet.
    pub(super) fn news(&mut self) -> Option<ReceivedNumbers> {
        (self.reported != self.received).then(|| self.report())
    }

    /// What is to be reported at once: the other side keeps too much.
    pub(super) fn urgent_news(&mut self) -> Option<ReceivedNumbers> {
        let many = |channel| self.received.of(channel) - self.reported.of(channel) >= REPORTED_AFTER;
        let urgent = Channel::ALL.into_iter().any(many);
        urgent.then(|| self.report())
    }

    fn report(&mut self) -> ReceivedNumbers {
        self.reported = self.received;
        self.received
    }
}

/// What a resume says: what arrived, and whether its sender only leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ResumeText {
    pub(super) leaves: bool,
    pub(super) received: ReceivedNumbers,
}

impl ResumeText {
    /// Its bytes.
    pub(super) const BYTES: usize = 1 + ReceivedNumbers::BYTES;

    pub(super) fn to_bytes(self) -> Vec<u8> {
        [&[u8::from(self.leaves)], &self.received.to_bytes()[..]].concat()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (leaves, received) = bytes.split_first()?;
        let received = ReceivedNumbers::from_bytes(received.try_into().ok()?);
        (*leaves <= 1).then_some(Self { leaves: *leaves == 1, received })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut numbers = [0; MAX_CHANNELS];
        (numbers[0], numbers[1], numbers[15]) = (1, u64::MAX, 77);
        let received = ReceivedNumbers(numbers);
        assert_eq!(ReceivedNumbers::from_bytes(&received.to_bytes()), received);
        for leaves in [false, true] {
            let text = ResumeText { leaves, received };
            assert_eq!(ResumeText::from_bytes(&text.to_bytes()), Some(text));
        }
        assert_eq!(ResumeText::from_bytes(&[0; 128]), None);
        assert_eq!(ResumeText::from_bytes(&[2; 129]), None);
    }

    #[test]
    fn there_is_a_place_for_every_channel() {
        assert!(Channel::ALL.iter().all(|channel| usize::from(channel.number()) < MAX_CHANNELS));
    }

    #[test]
    fn each_number_counts_once() {
        let mut numbers = MessageNumbers::default();
        let [one, other] = [Channel::ALL[1], Channel::ALL[2]];
        assert!(numbers.take(one, 1) && numbers.take(other, 1));
        assert!(!numbers.take(one, 1));
        assert!(numbers.take(one, 5));
        assert!(!numbers.take(one, 4));
        assert_eq!(numbers.received().of(one), 5);
        assert_eq!(numbers.news(), Some(numbers.received()));
        assert_eq!(numbers.news(), None);
        for number in 2..33 {
            numbers.take(other, number);
            assert_eq!(numbers.urgent_news(), None);
        }
        numbers.take(other, 33);
        assert!(numbers.urgent_news().is_some());
    }
}
