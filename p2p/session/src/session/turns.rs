//! Whose turn it is to send, where several classes of channels have something.
//!
//! Control, what is timely and what a person waits for go at once. Media and bulk share what is left by
//! weight, as in start-time fair queueing (Goyal, Vin and Cheng, 1996): each has a tag that its bytes move
//! on, and the lower tag goes first.

use crate::TrafficClass;

/// Bytes of media for each byte of bulk where both have something: bulk alone may not starve a picture, nor
/// be starved.
const MEDIA_WEIGHT: u64 = 3;

/// The tags of the classes that share.
#[derive(Debug, Default)]
pub(super) struct ClassTurns {
    media: u64,
    bulk: u64,
}

impl ClassTurns {
    /// The classes in the order in which they may send next.
    pub(super) fn order(&self) -> [TrafficClass; 5] {
        use TrafficClass::{Bulk, Control, Interactive, Media, Timely};
        if self.media <= self.bulk {
            [Control, Timely, Interactive, Media, Bulk]
        } else {
            [Control, Timely, Interactive, Bulk, Media]
        }
    }

    /// A class has sent so many bytes.
    pub(super) fn took(&mut self, class: TrafficClass, bytes: usize) {
        match class {
            TrafficClass::Control | TrafficClass::Timely | TrafficClass::Interactive => {}
            TrafficClass::Media => self.media += bytes as u64,
            TrafficClass::Bulk => self.bulk += MEDIA_WEIGHT * bytes as u64,
        }
    }

    /// A class had its turn and nothing to send: it has no claim to what others send meanwhile.
    pub(super) fn passed(&mut self, class: TrafficClass) {
        match class {
            TrafficClass::Control | TrafficClass::Timely | TrafficClass::Interactive => {}
            TrafficClass::Media => self.media = self.media.max(self.bulk),
            TrafficClass::Bulk => self.bulk = self.bulk.max(self.media),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_gets_three_bytes_for_each_of_bulk_and_idleness_earns_nothing() {
        let mut turns = ClassTurns::default();
        turns.took(TrafficClass::Bulk, 1_000_000);
        turns.passed(TrafficClass::Media);
        let mut sent = [0, 0];
        for _ in 0..4000 {
            let class = turns.order()[3];
            turns.took(class, 1000);
            sent[usize::from(class == TrafficClass::Bulk)] += 1;
        }
        assert_eq!(sent, [3000, 1000]);
    }
}
