//! How much of bulk may be on its way at once, so that nothing else waits behind it.
//!
//! Bulk is every channel of that class together. The other side says after some records how far they have
//! arrived, and when. From that come three figures, as in LEDBAT (RFC 6817) and BBR:
//!
//! - the *rate*: bytes that arrived since the last record that was known to have when this one left, divided
//!   by that time, by the other side's clock, since acknowledgements come in heaps behind pictures; the
//!   highest of the last second;
//! - the *queue*: by how much longer a record took to arrive than the fastest one of the last ten seconds.
//!   Only the way there counts, so that pictures which come the other way don't look like a queue; the two
//!   clocks' distance falls out. After ten seconds without a faster one all that is on its way is awaited, so
//!   that the fastest is measured again without a queue of our own making;
//! - the *span*: from a record's departure to its acknowledgement, without the queue: the shortest of the
//!   last second, and a quarter of what the average is beyond that.
//!
//! The window is what the whole path carries in the span and 7 ms more, less what media has on its way; where
//! nothing else has left for a second it is 15 ms more, since less doesn't fill a path whose times vary.
//! Until there is a queue for the first time it grows by a quarter each time. It is never less than what the
//! path carries in 25 ms, so that pictures, which fill a path by themselves, leave bulk a share.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::clock::PeerClock;
use super::media::MediaLoad;
use super::recent::RecentLeast;
use crate::Channel;
use crate::record::FRAGMENT_BYTES;

/// The queue that bulk may make beside anything else: less than a person notices in an answer to a key.
const QUEUE_TIME: Duration = Duration::from_millis(7);

/// The queue that it may make alone: the first key after a pause waits behind it, and no other.
const QUEUE_TIME_ALONE: Duration = Duration::from_millis(15);

/// After how long without anything else bulk is alone: pictures of one who types come more often.
const ALONE_AFTER: Duration = Duration::from_secs(1);

/// From this queue on the path's rate is taken for known.
const QUEUE_SEEN: Duration = Duration::from_millis(5);

/// What bulk may always have on its way: as long as a picture takes, so that a share is left to it beside
/// pictures that fill the path.
const LEAST_TIME: Duration = Duration::from_millis(25);

/// The time that one record takes on the path at most: what is pressed meanwhile waits behind it.
const PART_TIME: Duration = Duration::from_millis(4);

/// The smallest part in bytes: less would be more header than bytes.
const MIN_PART_BYTES: u64 = 1024;

/// The window in bytes before anything is known.
const INITIAL_WINDOW_BYTES: u64 = 32 << 10;

/// The smallest window in bytes: two parts of a slow path.
const MIN_WINDOW_BYTES: u64 = 2 << 10;

/// The largest window in bytes: 30 ms at 1 Gbit/s.
const MAX_WINDOW_BYTES: u64 = 4 << 20;

/// How long a sample of the rate counts.
const RATE_AGE: Duration = Duration::from_secs(1);

/// Samples of the rate that count.
const RATE_SAMPLES: usize = 8;

/// How long the fastest way is taken for known.
const FASTEST_AGE: Duration = Duration::from_secs(10);

/// Bulk on its way, and what is known of the path by it.
#[derive(Debug, Default)]
pub(super) struct BulkWindow {
    in_flight: VecDeque<BulkRecord>,
    bytes_in_flight: u64,
    /// Bytes acknowledged since the start, and when the last of them arrived, by the other side's clock.
    delivered: u64,
    delivered_at: u64,
    rates: VecDeque<(Instant, u64)>,
    /// The fastest way there, and when it was measured.
    fastest: Option<(Instant, i128)>,
    queue: Duration,
    spans: RecentLeast<Duration, 1>,
    average_span: Duration,
    /// There was a queue: the path's rate has been found.
    full: bool,
    /// All that is on its way is awaited, to measure the fastest way again.
    draining: bool,
    /// When something else left last.
    beside: Option<Instant>,
}

#[derive(Debug)]
struct BulkRecord {
    channel: Channel,
    /// How many its channel has sent with it.
    counter: u64,
    bytes: u64,
    at: Instant,
    /// The same moment in microseconds since the session began.
    stamp: u64,
    /// [`BulkWindow::delivered`] when it left, and since when.
    delivered: u64,
    delivered_at: u64,
    /// Nothing else of bulk was on its way.
    clean: bool,
}

impl BulkWindow {
    /// A record leaves; with it its channel has sent `counter`.
    pub(super) fn sent(
        &mut self,
        now: Instant,
        clock: &PeerClock,
        channel: Channel,
        counter: u64,
        bytes: u64,
    ) {
        let clean = self.in_flight.is_empty();
        self.draining = !clean && (self.draining || self.fastest_is_old(now));
        self.bytes_in_flight += bytes;
        let (stamp, delivered, delivered_at) = (clock.stamp(now), self.delivered, self.delivered_at);
        self.in_flight.push_back(BulkRecord {
            channel,
            counter,
            bytes,
            at: now,
            stamp,
            delivered,
            delivered_at,
            clean,
        });
    }

    /// Something leaves that is neither bulk nor the session's own.
    pub(super) fn sent_beside(&mut self, now: Instant) {
        self.beside = Some(now);
    }

    /// A channel's first `counter` records have arrived, the last of them at this moment of the other side's
    /// clock.
    pub(super) fn acknowledged(&mut self, now: Instant, channel: Channel, counter: u64, arrived: u64) {
        let mut newest = None;
        for record in std::mem::take(&mut self.in_flight) {
            if record.channel == channel && record.counter <= counter {
                self.bytes_in_flight -= record.bytes;
                self.delivered += record.bytes;
                newest = Some(record);
            } else {
                self.in_flight.push_back(record);
            }
        }
        if let Some(record) = newest {
            self.sample_delay(now, &record, arrived);
            self.sample_rate(now, &record, arrived);
        }
    }

    fn sample_delay(&mut self, now: Instant, record: &BulkRecord, arrived: u64) {
        let way = i128::from(arrived) - i128::from(record.stamp);
        let renew = record.clean && self.fastest_is_old(now);
        if renew || self.fastest.is_none_or(|(_, fastest)| way <= fastest) {
            self.fastest = Some((now, way));
        }
        let queue = self.fastest.map_or(0, |(_, fastest)| way - fastest);
        self.queue = Duration::from_micros(u64::try_from(queue).unwrap_or_default());
        let span = now.saturating_duration_since(record.at).saturating_sub(self.queue);
        self.average_span =
            if self.average_span.is_zero() { span } else { self.average_span * 7 / 8 + span / 8 };
        self.spans.add(now, span);
        self.full |= self.queue >= QUEUE_SEEN;
    }

    fn sample_rate(&mut self, now: Instant, record: &BulkRecord, arrived: u64) {
        let took = now.saturating_duration_since(record.at).as_micros();
        let since = if record.clean { took } else { u128::from(arrived.saturating_sub(record.delivered_at)) };
        self.delivered_at = arrived;
        // At least a microsecond: two sides in one process need no time at all.
        let rate = u128::from(self.delivered - record.delivered) * 1_000_000 / since.max(1);
        self.rates.retain(|(at, _)| now.saturating_duration_since(*at) < RATE_AGE);
        if self.rates.len() == RATE_SAMPLES {
            self.rates.pop_front();
        }
        self.rates.push_back((now, u64::try_from(rate).unwrap_or(u64::MAX)));
    }

    fn fastest_is_old(&self, now: Instant) -> bool {
        self.fastest.is_some_and(|(at, _)| now.saturating_duration_since(at) >= FASTEST_AGE)
    }

    /// The path is another one: nothing is known of it, and nothing is on its way.
    pub(super) fn reset(&mut self) {
        *self = Self { beside: self.beside, ..Self::default() };
    }

    /// Bytes that may leave now, beside what media has on its way.
    pub(super) fn room(&self, now: Instant, media: MediaLoad) -> u64 {
        if self.draining && !self.in_flight.is_empty() {
            return 0;
        }
        self.window(now, media).saturating_sub(self.bytes_in_flight)
    }

    /// Whether something is on its way.
    pub(super) fn is_busy(&self) -> bool {
        self.bytes_in_flight > 0
    }

    /// The most bytes of a part.
    pub(super) fn part_bytes(&self) -> usize {
        let bytes = self.rate().map_or(MIN_PART_BYTES, |rate| in_time(rate, PART_TIME));
        bytes.clamp(MIN_PART_BYTES, FRAGMENT_BYTES as u64) as usize
    }

    fn window(&self, now: Instant, media: MediaLoad) -> u64 {
        let Some(rate) = self.rate() else { return INITIAL_WINDOW_BYTES };
        let rate = rate.max(media.bytes_per_sec.filter(|_| media.bytes > 0).unwrap_or(0));
        // What comes the other way makes spans long for a moment; to believe more of that would make a queue.
        let span = (self.spans.get(now).unwrap_or_default() * 3 + self.average_span) / 4;
        let growth = if self.full { Duration::ZERO } else { span / 4 };
        let is_beside = |at| now.saturating_duration_since(at) < ALONE_AFTER;
        let queue = if self.beside.is_some_and(is_beside) { QUEUE_TIME } else { QUEUE_TIME_ALONE };
        let most = in_time(rate, span + growth + queue).saturating_sub(media.bytes);
        most.max(in_time(rate, LEAST_TIME)).clamp(MIN_WINDOW_BYTES, MAX_WINDOW_BYTES)
    }

    /// Bytes a second, as far as they are known.
    fn rate(&self) -> Option<u64> {
        self.rates.iter().map(|(_, rate)| *rate).max()
    }
}

/// Bytes that a rate brings in a time.
fn in_time(bytes_per_sec: u64, time: Duration) -> u64 {
    u64::try_from(u128::from(bytes_per_sec) * time.as_micros() / 1_000_000).unwrap_or(u64::MAX)
}
