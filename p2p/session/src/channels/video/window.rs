//! How much of the screen may be on its way at once, so that no buffer between the two sides fills.
//!
//! The technician says of each picture when it is shown. From that come, as in BBR (Cardwell et al., "BBR:
//! Congestion-Based Congestion Control"), two figures:
//!
//! - the *rate*: bytes acknowledged since the last acknowledgement before a picture's departure (since its
//!   departure where nothing else was on its way) until its own, divided by that time; the highest of the
//!   last second, of eight samples at most. A sample of a picture that left when little was on its way says
//!   nothing about the path and only counts where it is higher.
//! - the *base*: the shortest time from departure to acknowledgement of the last four small pictures that
//!   left when nothing else was on its way: without a queue of our own making. Decoding and painting are
//!   included, since a picture that waits for the decoder fills a buffer too. A still desktop gives such
//!   pictures by itself; after ten seconds without one, all that is on its way is awaited and the next
//!   picture kept small.
//!
//! The window is what the path carries in 5/4 of the base time and 50 ms more: one bandwidth-delay product, a
//! little to find out whether there is more, and a picture of up to 50 ms. While the path is not full, each
//! acknowledgement makes the window larger; once it is, the window stays. One picture gets what the path
//! carries in 50 ms, or a third of the window where that is more, so that another can leave while it travels.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Pictures on their way at most: one being sent, one travelling, one being decoded.
pub(super) const MAX_PICTURES: usize = 3;

/// The window in bytes before anything is known: a still desktop's first picture, 0.1 s on a slow connection.
const INITIAL_WINDOW_BYTES: u64 = 64 << 10;

/// The smallest window in bytes: below this a picture is not worth its headers; 0.25 s at 0.5 Mbit/s.
const MIN_WINDOW_BYTES: u64 = 16 << 10;

/// The largest window in bytes: 0.3 s at 100 Mbit/s.
const MAX_WINDOW_BYTES: u64 = 4 << 20;

/// The least room in bytes that is worth a picture while others are on their way.
const MIN_ROOM_BYTES: u64 = 4 << 10;

/// How long a picture may take beyond the base.
const PICTURE_TIME: Duration = Duration::from_millis(50);

/// Rate samples that count, and for how long once there is a newer one of a full path: a path that got slower
/// fills its buffers for about this long.
const RATE_SAMPLES: usize = 8;
const RATE_AGE: Duration = Duration::from_secs(1);

/// A picture of at most this many bytes is small. No less than the smallest window, so that a path that got
/// longer, and by that seemed slower, is measured anew when the window has shrunk to that.
const SMALL_BYTES: u64 = MIN_WINDOW_BYTES;

/// Base samples that count.
const BASE_SAMPLES: usize = 4;

/// How long the base is taken for known.
const BASE_AGE: Duration = Duration::from_secs(10);

/// Pictures on their way, and what is known of the path.
#[derive(Debug, Default)]
pub(crate) struct PictureWindow {
    in_flight: VecDeque<SentPicture>,
    bytes_in_flight: u64,
    /// Bytes acknowledged since the start.
    delivered: u64,
    /// When the last of them were.
    delivered_at: Option<Instant>,
    rates: VecDeque<(Instant, u64)>,
    bases: VecDeque<Duration>,
    /// When the last base was measured; `None`: only a picture that was not small has told it.
    based_at: Option<Instant>,
    /// All that is on its way is awaited, and then a small picture is due.
    probing: bool,
}

#[derive(Debug)]
struct SentPicture {
    id: u64,
    bytes: u64,
    at: Instant,
    captured_at: Instant,
    /// [`PictureWindow::delivered`] when it left, and since when.
    delivered: u64,
    delivered_at: Instant,
    /// Whether the window was at least half full, so that its rate tells of the path.
    filling: bool,
    /// Whether it is small and nothing else was on its way, so that its time tells the base.
    clean: bool,
}

impl PictureWindow {
    /// A picture leaves.
    pub(crate) fn sent(&mut self, now: Instant, id: u64, bytes: u64, captured_at: Instant) {
        self.probing |= self.based_at.is_some_and(|at| now.saturating_duration_since(at) >= BASE_AGE);
        let clean = bytes <= SMALL_BYTES && self.in_flight.is_empty();
        self.probing &= !clean;
        self.bytes_in_flight += bytes;
        let filling = 2 * self.bytes_in_flight >= self.window();
        let delivered = self.delivered;
        let delivered_at = if self.in_flight.is_empty() { now } else { self.delivered_at.unwrap_or(now) };
        self.in_flight.push_back(SentPicture {
            id,
            bytes,
            at: now,
            captured_at,
            delivered,
            delivered_at,
            filling,
            clean,
        });
    }

    /// A picture is shown, and with it all before it. When it was captured; `None` where it is not on its
    /// way.
    pub(crate) fn shown(&mut self, now: Instant, id: u64) -> Option<Instant> {
        let index = self.in_flight.iter().position(|sent| sent.id == id)?;
        self.take(index + 1).map(|sent| {
            self.sample(now, &sent);
            sent.captured_at
        })
    }

    /// All pictures up to this one have arrived and will not be shown.
    pub(crate) fn received(&mut self, id: u64) {
        let count = self.in_flight.iter().take_while(|sent| sent.id <= id).count();
        self.take(count);
    }

    /// The path is another one: what was known of the one before is forgotten, and what had not arrived, of
    /// which `received` is the last that did, leaves now; or is lost.
    pub(crate) fn resume(&mut self, now: Instant, received: Option<u64>, lost: bool) {
        let before = std::mem::take(self);
        if lost {
            return;
        }
        for sent in before.in_flight {
            if received.is_none_or(|id| sent.id > id) {
                self.sent(now, sent.id, sent.bytes, sent.captured_at);
            }
        }
    }

    /// Nothing that is on its way will be acknowledged.
    pub(crate) fn clear(&mut self) {
        self.in_flight.clear();
        self.bytes_in_flight = 0;
    }

    /// Bytes that the next picture may have; `None`: an acknowledgement must come first.
    pub(crate) fn room(&self) -> Option<u32> {
        let window = self.window();
        let picture = self.rate().map_or(window, |rate| {
            (rate.saturating_mul(PICTURE_TIME.as_millis() as u64) / 1000).max(window / MAX_PICTURES as u64)
        });
        let picture = if self.probing { SMALL_BYTES } else { picture.clamp(MIN_WINDOW_BYTES, window) };
        if self.in_flight.is_empty() {
            return Some(picture as u32);
        }
        let room = window.saturating_sub(self.bytes_in_flight).min(picture);
        (self.in_flight.len() < MAX_PICTURES && !self.probing && room >= MIN_ROOM_BYTES)
            .then_some(room as u32)
    }

    /// Pictures on their way, and their bytes.
    pub(crate) fn in_flight(&self) -> (usize, u64) {
        (self.in_flight.len(), self.bytes_in_flight)
    }

    /// Bytes a second, as far as they are known.
    pub(crate) fn rate(&self) -> Option<u64> {
        self.rates.iter().map(|(_, rate)| *rate).max()
    }

    /// Removes the oldest pictures; the newest of them.
    fn take(&mut self, count: usize) -> Option<SentPicture> {
        let mut last = None;
        for sent in self.in_flight.drain(..count) {
            self.bytes_in_flight -= sent.bytes;
            self.delivered += sent.bytes;
            last = Some(sent);
        }
        last
    }

    fn sample(&mut self, now: Instant, sent: &SentPicture) {
        // At least a microsecond: two sides in one process need no time at all.
        let took = now.saturating_duration_since(sent.at).max(Duration::from_micros(1));
        if sent.clean {
            self.sample_base(now, took);
        } else if self.bases.is_empty() {
            self.bases.push_back(took);
            self.probing = true;
        }
        self.delivered_at = Some(now);
        let since = now.saturating_duration_since(sent.delivered_at).max(took);
        let rate = u128::from(self.delivered - sent.delivered) * 1_000_000 / since.as_micros();
        let rate = u64::try_from(rate).unwrap_or(u64::MAX);
        if sent.filling {
            self.rates.retain(|(at, _)| now.saturating_duration_since(*at) < RATE_AGE);
        }
        if sent.filling || self.rate().is_none_or(|known| rate > known) {
            self.rates.push_back((now, rate));
            if self.rates.len() > RATE_SAMPLES {
                self.rates.pop_front();
            }
        }
    }

    fn sample_base(&mut self, now: Instant, took: Duration) {
        if self.based_at.replace(now).is_none() {
            self.bases.clear();
        }
        self.bases.push_back(took);
        if self.bases.len() > BASE_SAMPLES {
            self.bases.pop_front();
        }
        self.probing = false;
    }

    /// Bytes that may be on their way.
    fn window(&self) -> u64 {
        let (Some(rate), Some(base)) = (self.rate(), self.bases.iter().min()) else {
            return INITIAL_WINDOW_BYTES;
        };
        let bytes = u128::from(rate) * (*base * 5 / 4 + PICTURE_TIME).as_micros() / 1_000_000;
        u64::try_from(bytes).unwrap_or(u64::MAX).clamp(MIN_WINDOW_BYTES, MAX_WINDOW_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A path of a rate and a delay, with a queue without end in front of it; the other side shows at once.
    struct TestPath {
        start: Instant,
        now: Instant,
        bytes_per_sec: u64,
        round_trip: Duration,
        /// When the path is free again.
        free: Instant,
        acks: VecDeque<(Instant, u64)>,
        next: u64,
        flow: PictureWindow,
        delays: Vec<Duration>,
        sent: u64,
    }

    impl TestPath {
        fn new(bytes_per_sec: u64, round_trip_millis: u64) -> Self {
            let now = Instant::now();
            Self {
                start: now,
                now,
                bytes_per_sec,
                round_trip: Duration::from_millis(round_trip_millis),
                free: now,
                acks: VecDeque::new(),
                next: 0,
                flow: PictureWindow::default(),
                delays: Vec::new(),
                sent: 0,
            }
        }

        fn send(&mut self, bytes: u64) {
            self.flow.sent(self.now, self.next, bytes, self.now);
            let time = Duration::from_micros(bytes * 1_000_000 / self.bytes_per_sec);
            self.free = self.free.max(self.now) + time;
            self.acks.push_back((self.free + self.round_trip, self.next));
            self.next += 1;
            self.sent += bytes;
        }

        /// Until `secs` after the start, sends as much as there is room for, at most `max` bytes a picture.
        fn run(&mut self, secs: u64, max: u64) {
            (self.delays, self.sent) = (Vec::new(), 0);
            while self.now < self.start + Duration::from_secs(secs) {
                while let Some((at, id)) = self.acks.front().copied() {
                    if at > self.now {
                        break;
                    }
                    self.acks.pop_front();
                    let captured = self.flow.shown(self.now, id).expect("on its way");
                    self.delays.push(self.now - captured);
                }
                if let Some(room) = self.flow.room() {
                    self.send(u64::from(room).min(max));
                }
                self.now += Duration::from_millis(1);
            }
        }

        fn slowest_millis(&self) -> u128 {
            self.delays.iter().max().expect("something was shown").as_millis()
        }
    }

    #[test]
    fn a_path_is_filled_and_its_queue_is_not() {
        // 10 Mbit/s, 40 ms; 100 Mbit/s, 20 ms; 2 Mbit/s, 200 ms.
        for (rate, round_trip) in [(1_250_000, 40), (12_500_000, 20), (250_000, 200)] {
            let mut path = TestPath::new(rate, round_trip);
            path.run(5, u64::MAX);
            path.run(25, u64::MAX);
            let share = path.sent * 100 / (rate * 20);
            assert!(share >= 70, "{rate} B/s, {round_trip} ms: only {share} % of the path is used");
            let allowed = u128::from(round_trip) * 3 / 2 + 200;
            let slowest = path.slowest_millis();
            assert!(slowest <= allowed, "{rate} B/s, {round_trip} ms: a picture took {slowest} ms");
        }
    }

    #[test]
    fn a_path_that_gets_slower_is_noticed() {
        let mut path = TestPath::new(12_500_000, 20);
        path.run(5, u64::MAX);
        path.bytes_per_sec = 125_000;
        path.run(20, u64::MAX);
        path.run(40, u64::MAX);
        assert!(path.slowest_millis() <= 500, "{} ms", path.slowest_millis());
    }

    #[test]
    fn a_longer_way_is_noticed() {
        let mut path = TestPath::new(1_250_000, 10);
        path.run(5, u64::MAX);
        path.round_trip = Duration::from_millis(200);
        path.run(100, u64::MAX);
        path.run(120, u64::MAX);
        let share = path.sent * 100 / (1_250_000 * 20);
        assert!(share >= 60, "only {share} % of the path is used");
    }

    #[test]
    fn small_pictures_do_not_close_the_window() {
        let mut path = TestPath::new(1_250_000, 40);
        path.run(5, u64::MAX);
        let before = path.flow.window();
        path.run(8, 500);
        assert!(path.flow.window() * 2 >= before, "{} of {before}", path.flow.window());
    }

    #[test]
    fn pictures_on_their_way_are_bounded() {
        let mut path = TestPath::new(1_250_000, 40);
        assert_eq!(path.flow.room(), Some(INITIAL_WINDOW_BYTES as u32));
        for _ in 0..3 {
            assert!(path.flow.room().is_some());
            path.send(100);
        }
        assert_eq!((path.flow.room(), path.flow.in_flight()), (None, (3, 300)));
        assert_eq!(path.flow.shown(path.now, 9), None);
        path.flow.received(1);
        assert_eq!(path.flow.in_flight(), (1, 100));
        path.flow.clear();
        path.send(INITIAL_WINDOW_BYTES);
        assert_eq!(path.flow.room(), None);
        assert!(path.flow.shown(path.now + path.round_trip, 3).is_some());
        assert!(path.flow.room().is_some());
    }
}
