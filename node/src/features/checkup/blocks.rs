//! How fast the way between the two people is: one sends blocks, the other counts them. Both know the time
//! only from their caller.
//!
//! It fills no buffer on the way: what a person waits for goes before it, as before all that is bulk.

use std::time::{Duration, Instant};

use beistand_session::{FindingValue, MAX_BLOCK_BYTES};

/// How long blocks are sent in one direction: until a connection has found its pace.
pub(super) const DIRECTION_TIME: Duration = Duration::from_secs(5);

/// Blocks in one direction: 32 MiB, for those who pay by size.
pub(super) const MAX_BLOCKS: u32 = 2048;

/// Blocks that may be on their way: 1 MiB, 80 Mbit/s over a tenth of a second.
const MAX_UNDER_WAY: u32 = 64;

/// How often it is said how many came: often enough that the sender never waits for it.
const SEEN_INTERVAL: u32 = 8;

/// What the sender does next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SenderStep {
    /// It sends a block.
    Send,
    /// It waits for news, until then.
    Wait(Instant),
    /// It is through.
    Over,
}

/// Who sends.
#[derive(Debug)]
pub(super) struct BlockSender {
    begin: Instant,
    newest: Instant,
    sent: u32,
    seen: u32,
}

impl BlockSender {
    pub(super) fn new(now: Instant) -> Self {
        Self { begin: now, newest: now, sent: 0, seen: 0 }
    }

    pub(super) fn step(&mut self, now: Instant) -> SenderStep {
        let end = self.begin + DIRECTION_TIME;
        if now >= end || self.seen == MAX_BLOCKS {
            return SenderStep::Over;
        }
        if self.sent == MAX_BLOCKS || self.sent - self.seen >= MAX_UNDER_WAY {
            return SenderStep::Wait(end);
        }
        self.sent += 1;
        SenderStep::Send
    }

    /// So many came. Nobody can have seen what was not sent.
    pub(super) fn seen(&mut self, blocks: u32, now: Instant) {
        self.seen = self.seen.max(blocks.min(self.sent));
        self.newest = now;
    }

    /// How far it is, in thousandths.
    pub(super) fn permille(&self, now: Instant) -> u16 {
        permille(self.begin, self.seen, now)
    }

    pub(super) fn values(&self) -> Vec<FindingValue> {
        values(u64::from(self.seen) * MAX_BLOCK_BYTES as u64, self.newest - self.begin)
    }
}

/// Who counts.
#[derive(Debug)]
pub(super) struct BlockCounter {
    begin: Instant,
    newest: Instant,
    blocks: u32,
    bytes: u64,
}

impl BlockCounter {
    pub(super) fn new(now: Instant) -> Self {
        Self { begin: now, newest: now, blocks: 0, bytes: 0 }
    }

    /// A block of so many bytes came: how many there are, where it is time to say so.
    pub(super) fn count(&mut self, bytes: usize, now: Instant) -> Option<u32> {
        self.blocks = self.blocks.saturating_add(1);
        self.bytes += bytes as u64;
        self.newest = now;
        self.blocks.is_multiple_of(SEEN_INTERVAL).then_some(self.blocks)
    }

    /// When no more are counted; `None`: now.
    pub(super) fn end(&self, now: Instant) -> Option<Instant> {
        let end = self.begin + DIRECTION_TIME;
        (self.blocks < MAX_BLOCKS && now < end).then_some(end)
    }

    /// How far it is, in thousandths.
    pub(super) fn permille(&self, now: Instant) -> u16 {
        permille(self.begin, self.blocks, now)
    }

    pub(super) fn values(&self) -> Vec<FindingValue> {
        values(self.bytes, self.newest - self.begin)
    }
}

/// By time or by blocks, whichever is further.
fn permille(begin: Instant, blocks: u32, now: Instant) -> u16 {
    let by_time = now.duration_since(begin).as_millis() * 1000 / DIRECTION_TIME.as_millis();
    let by_blocks = u128::from(blocks) * 1000 / u128::from(MAX_BLOCKS);
    by_time.max(by_blocks).min(1000) as u16
}

fn values(bytes: u64, time: Duration) -> Vec<FindingValue> {
    let rate = u128::from(bytes) * 1_000_000 / time.as_micros().max(1);
    let rate = u64::try_from(rate).unwrap_or(u64::MAX);
    vec![FindingValue::Number(bytes), FindingValue::Number(rate)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_on_their_way_are_bounded_and_all_arrive() {
        let now = Instant::now();
        let (mut sender, mut counter) = (BlockSender::new(now), BlockCounter::new(now));
        let mut steps = 0;
        while sender.step(now) == SenderStep::Send {
            steps += 1;
        }
        assert_eq!(steps, MAX_UNDER_WAY);
        sender.seen(u32::MAX, now);
        assert_eq!(sender.seen, MAX_UNDER_WAY, "no more than were sent");
        for _ in 0..MAX_UNDER_WAY {
            counter.count(MAX_BLOCK_BYTES, now);
        }
        let later = now + Duration::from_secs(1);
        for _ in MAX_UNDER_WAY..MAX_BLOCKS {
            assert_eq!(sender.step(later), SenderStep::Send);
            if let Some(seen) = counter.count(MAX_BLOCK_BYTES, later) {
                sender.seen(seen, later);
            }
        }
        assert_eq!(sender.step(later), SenderStep::Over);
        assert_eq!(counter.end(later), None);
        let size = u64::from(MAX_BLOCKS) * MAX_BLOCK_BYTES as u64;
        assert_eq!(sender.values(), [FindingValue::Number(size), FindingValue::Number(size)]);
        assert_eq!(sender.values(), counter.values());
    }

    #[test]
    fn a_line_that_carries_nothing_ends_it_in_time() {
        let now = Instant::now();
        let mut sender = BlockSender::new(now);
        while sender.step(now) == SenderStep::Send {}
        assert_eq!(sender.step(now), SenderStep::Wait(now + DIRECTION_TIME));
        assert_eq!(sender.step(now + DIRECTION_TIME), SenderStep::Over);
        assert_eq!(sender.permille(now + DIRECTION_TIME), 1000);
        assert_eq!(sender.values(), [FindingValue::Number(0), FindingValue::Number(0)]);
    }
}
