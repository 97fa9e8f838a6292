//! How much of media may be on its way at once, so that a picture is there as soon as the path allows and the
//! next one meets no queue.
//!
//! Media is every channel of that class together. The other side says when its records have arrived, by its
//! own clock. From that come five figures:
//!
//! - the *base*: the fastest way of a message's first record, which is short, in the last two seconds. What
//!   others have on the path is part of it, so that a share of the path is not mistaken for a queue of ours.
//!   Where no first record told it, as on a transport that sends several records as one, a heartbeat's is
//!   taken;
//! - the *rate*: the bytes that arrived while the path was busy with them, divided by the time that they took
//!   beyond the base; the highest of the last eight, of a second at most. So one picture is enough to find
//!   it, however little is sent. What arrived too fast to tell only counts where it promises more, at most
//!   twice as much, and until two samples tell;
//! - the *backlog*: how long the path needs for what has left and is not known to have arrived, at the rate,
//!   from the moment at which what did arrive was through;
//! - the *floor*: the base when nothing of ours can have been in the way. Where the base rises above it, we
//!   or others have made a queue. The next message then waits until all that is ours must be through, and
//!   what its first record finds is the new floor, and the new base. A floor above the least one is what
//!   others have made;
//! - the *turn*: the shortest time from a first record's departure to the word that it has arrived.
//!
//! The next message may leave shortly before the backlog is gone, and may take what the path carries in
//! less than the time between two pictures. Where something is late, by a loss or since the path has become
//! slower, what is on its way is bounded too: by what the path carries in the turn and some time more.
//!
//! Whether a picture is worth sending, and whether the other side shows it, is its channel's to say.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::bulk::BulkWindow;
use super::clock::PeerClock;
use super::queue::RecordPlace;
use super::recent::RecentLeast;
use crate::Channel;

/// The bytes of a message in its first record: little, since it tells how long the way is; enough that what
/// is typed fits it.
pub(super) const FIRST_PART_BYTES: usize = 1 << 10;

/// What the path carries in this time is a message's most while the screen moves: less than the 33 ms from a
/// picture to the next, so that it meets no queue.
const MOVING_TIME: Duration = Duration::from_millis(25);

/// The same after a [`REST`]: nothing follows that would wait, and a whole screen may have changed.
const LONE_TIME: Duration = Duration::from_millis(40);

/// How long nothing must have left: three pictures.
const REST: Duration = Duration::from_millis(100);

/// How long before the path is free again the next message may leave: about as long as it takes to code it.
const LEAD_TIME: Duration = Duration::from_millis(10);

/// How much longer than the turn may pass without a word: a lost packet is sent again by then. Stopping for
/// it would only make what follows older.
const LATE_TIME: Duration = Duration::from_millis(75);

/// What may be on its way for that, at most: on a fast path that has become slow it is all queue.
const LATE_BYTES: u64 = 128 << 10;

/// A message's most bytes before the rate is known: a still desktop's first picture, 0.05 s at 10 Mbit/s.
const INITIAL_BYTES: u64 = 64 << 10;

/// A message's most bytes are never less: below this a picture is not worth its headers.
const MIN_BYTES: u64 = 4 << 10;

/// Nor more: 25 ms at 1 Gbit/s.
const MAX_BYTES: u64 = 3 << 20;

/// Messages on the path at most: half a second of pictures, which is a very long way.
const MAX_MESSAGES: usize = 16;

/// How many seconds a way and a turn count: new ones that are longer are believed after that.
const WAY_SECS: u64 = 2;

/// How many seconds a floor counts: whoever else has kept the path full for that long is taken for its
/// nature.
const FLOOR_SECS: u64 = 20;

/// How long a sample of the rate counts, and how many do: losses spoil several in a row.
const RATE_AGE: Duration = Duration::from_secs(1);

/// See [`RATE_AGE`].
const RATE_SAMPLES: usize = 8;

/// Below this time the rate is told by timers and other programs rather than by the path.
const TELLING_TIME: Duration = Duration::from_millis(8);

/// The least time by which bytes are divided: less is chance.
const LEAST_TIME: Duration = Duration::from_millis(2);

/// By how many microseconds the base may rise above the floor before it is looked into: more than timers
/// make.
const RISE_MICROS: i128 = 10_000;

/// What media may use of the path beside bulk, as a fraction: what is left is bulk's share.
const SHARE_BESIDE_BULK: (u64, u64) = (4, 5);

/// The same where others are on the path: they take their share by having much on their way, and the more
/// media asks for, the longer is the queue for both.
const SHARE_BESIDE_OTHERS: (u64, u64) = (3, 4);

/// Microseconds after which a busy period is begun again, so that its rate is of now.
const BUSY_MICROS: i128 = 100_000;

/// Media on its way, and what is known of the path by it.
#[derive(Debug, Default)]
pub(super) struct MediaWindow {
    in_flight: VecDeque<MediaRecord>,
    bytes_in_flight: u64,
    /// When the last record left.
    left_at: Option<Instant>,
    /// When the last record arrived that is known to have, by the other side's clock.
    arrived: Option<i128>,
    /// From departure by our clock to arrival by theirs, in microseconds.
    ways: RecentLeast<i128, WAY_SECS>,
    turns: RecentLeast<Duration, WAY_SECS>,
    /// The base when nothing of ours was in the way.
    floor: Option<i128>,
    floors: RecentLeast<i128, FLOOR_SECS>,
    emptying: PathEmptying,
    busy: BusyPeriod,
    rates: VecDeque<(Instant, u64)>,
    /// What something promised that arrived too fast to tell.
    promised: Option<u64>,
    /// What came after it told the rate.
    told: bool,
}

/// Whether the path is emptied of all that is ours, to find the floor.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum PathEmptying {
    #[default]
    No,
    /// The next message waits until it is.
    Wanted,
    /// The message that is to find it has left.
    Sent,
}

/// What media has on its way.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MediaLoad {
    pub(super) bytes: u64,
    /// What the path carries, as far as known.
    pub(super) bytes_per_sec: Option<u64>,
}

/// A record that is on its way.
#[derive(Debug)]
struct MediaRecord {
    channel: Channel,
    /// How many its channel has sent with it.
    counter: u64,
    bytes: u64,
    at: Instant,
    /// The same moment in microseconds since the session began.
    stamp: i128,
    place: RecordPlace,
    /// Its way is the floor.
    finds_floor: bool,
}

/// A time in which the path always had something of ours.
#[derive(Debug, Default)]
struct BusyPeriod {
    /// When it began, by our clock.
    since: i128,
    /// What arrived, without a first record, whose time is part of the base.
    bytes: u64,
}

impl MediaWindow {
    /// A record leaves; with it its channel has sent `counter`.
    pub(super) fn sent(
        &mut self,
        now: Instant,
        clock: &PeerClock,
        (channel, counter): (Channel, u64),
        bytes: u64,
        place: RecordPlace,
    ) {
        self.bytes_in_flight += bytes;
        self.left_at = Some(now);
        let stamp = i128::from(clock.stamp(now));
        let finds_floor = place.first && self.emptying == PathEmptying::Wanted;
        if finds_floor {
            self.emptying = PathEmptying::Sent;
        }
        self.in_flight.push_back(MediaRecord { channel, counter, bytes, at: now, stamp, place, finds_floor });
    }

    /// A channel's first `counter` records have arrived, the last of them at this moment of the other side's
    /// clock.
    pub(super) fn acknowledged(
        &mut self,
        now: Instant,
        clock: &PeerClock,
        (channel, counter): (Channel, u64),
        arrived: u64,
    ) {
        let base = self.base(now, clock);
        let mut found_floor = false;
        let mut newest: Option<MediaRecord> = None;
        for record in std::mem::take(&mut self.in_flight) {
            if record.channel != channel || record.counter > counter {
                self.in_flight.push_back(record);
                continue;
            }
            self.bytes_in_flight -= record.bytes;
            // Of what arrived together only the last arrival is known.
            let began = newest.is_none() && self.begin_busy(base, record.stamp);
            if !(began && record.place.first) {
                self.busy.bytes += record.bytes;
            }
            found_floor |= record.finds_floor;
            newest = Some(record);
        }
        let Some(record) = newest else { return };
        let arrived = i128::from(arrived);
        self.arrived = Some(arrived);
        if found_floor {
            (self.ways, self.turns, self.floor) = Default::default();
            self.emptying = PathEmptying::No;
        }
        if record.place.first {
            self.ways.add(now, arrived - record.stamp);
            self.turns.add(now, now.saturating_duration_since(record.at));
        }
        if let Some(base) = self.base(now, clock) {
            let floor = *self.floor.get_or_insert(base);
            self.floor = Some(floor.min(base));
            self.floors.add(now, floor.min(base));
            if base - floor > RISE_MICROS && self.emptying == PathEmptying::No {
                self.emptying = PathEmptying::Wanted;
            }
            let took = arrived - self.busy.since - base;
            self.sample_rate(now, Duration::from_micros(u64::try_from(took).unwrap_or_default()));
        }
    }

    /// Whether a busy period begins with a record that left at this moment: nothing of ours was in its way,
    /// or the one before has lasted for long.
    fn begin_busy(&mut self, base: Option<i128>, stamp: i128) -> bool {
        // When the path was through with what arrived before.
        let free = self.arrived.zip(base).map(|(arrived, base)| arrived - base);
        let idle = free.is_none_or(|free| free <= stamp);
        let since = free.map_or(stamp, |free| free.max(stamp));
        if idle || since - self.busy.since > BUSY_MICROS {
            self.busy = BusyPeriod { since, bytes: 0 };
        }
        idle
    }

    fn sample_rate(&mut self, now: Instant, took: Duration) {
        let in_time = |time: Duration| {
            let rate = u128::from(self.busy.bytes) * 1_000_000 / time.as_micros();
            u64::try_from(rate).unwrap_or(u64::MAX)
        };
        let (rate, least) = (in_time(took.max(LEAST_TIME)), in_time(took.max(TELLING_TIME)));
        let known = self.rate();
        if self.busy.bytes >= MIN_BYTES && took >= TELLING_TIME {
            // Once may be another program's doing.
            self.promised = self.promised.filter(|_| !std::mem::replace(&mut self.told, true));
            self.add_rate(now, rate);
        } else if self.busy.bytes > 0 && known.is_none_or(|known| rate > known) {
            self.told = false;
            self.promised = Some(known.map_or(rate, |known| rate.min(known.saturating_mul(2))));
            // So much is certain.
            if self.rates.iter().all(|(_, known)| least > *known) {
                self.add_rate(now, least);
            }
        }
    }

    fn add_rate(&mut self, now: Instant, rate: u64) {
        self.rates.retain(|(at, _)| now.saturating_duration_since(*at) < RATE_AGE);
        if self.rates.len() == RATE_SAMPLES {
            self.rates.pop_front();
        }
        self.rates.push_back((now, rate));
    }

    /// The path is another one: nothing is known of it, and nothing is on its way.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// Bytes that the next message may have; `None`: not now.
    pub(super) fn room(&self, now: Instant, clock: &PeerClock, bulk: &BulkWindow) -> Option<u32> {
        let Some(rate) = self.share(now, bulk) else {
            return self.in_flight.is_empty().then_some(INITIAL_BYTES as u32);
        };
        let time = if self.rested_at().is_none_or(|at| at <= now) { LONE_TIME } else { MOVING_TIME };
        let most = in_time(rate, time).clamp(MIN_BYTES, MAX_BYTES);
        let late = in_time(rate, LATE_TIME).min(LATE_BYTES);
        let turn = self.turns.get(now).or_else(|| clock.round_trip()).unwrap_or_default();
        let window = in_time(rate, turn + LEAD_TIME).saturating_add(most + late);
        let open = self.in_flight.is_empty()
            || self.wait(now, clock, rate).is_zero()
                && self.bytes_in_flight + most <= window
                && self.messages() < MAX_MESSAGES;
        open.then_some(most as u32)
    }

    /// When [`Self::room`] is another one, if nothing happens until then.
    pub(super) fn room_changes_at(
        &self,
        now: Instant,
        clock: &PeerClock,
        bulk: &BulkWindow,
    ) -> Option<Instant> {
        let wait = self.share(now, bulk).map_or(Duration::ZERO, |rate| self.wait(now, clock, rate));
        let free = (!wait.is_zero()).then(|| now + wait);
        free.into_iter().chain(self.rested_at().filter(|at| *at > now)).min()
    }

    /// What is on its way.
    pub(super) fn load(&self) -> MediaLoad {
        MediaLoad { bytes: self.bytes_in_flight, bytes_per_sec: self.rate() }
    }

    /// Messages on their way of which all has left.
    pub(super) fn messages(&self) -> usize {
        self.in_flight.iter().filter(|record| record.place.last).count()
    }

    fn rested_at(&self) -> Option<Instant> {
        self.left_at.map(|at| at + REST)
    }

    /// Bytes a second, as far as they are known.
    fn rate(&self) -> Option<u64> {
        self.rates.iter().map(|(_, rate)| *rate).chain(self.promised).max()
    }

    /// What of it media may use: not all where others do too, or bulk.
    fn share(&self, now: Instant, bulk: &BulkWindow) -> Option<u64> {
        let rate = self.rate()?;
        let others =
            self.floor.zip(self.floors.get(now)).is_some_and(|(floor, least)| floor - least > RISE_MICROS);
        let (part, whole) = match (others, bulk.is_busy()) {
            (true, _) => SHARE_BESIDE_OTHERS,
            (false, true) => SHARE_BESIDE_BULK,
            (false, false) => (1, 1),
        };
        Some(rate / whole * part)
    }

    fn base(&self, now: Instant, clock: &PeerClock) -> Option<i128> {
        self.ways.get(now).or_else(|| clock.fastest_way())
    }

    /// How long the next message must wait.
    fn wait(&self, now: Instant, clock: &PeerClock, rate: u64) -> Duration {
        match self.emptying {
            PathEmptying::Wanted => self.backlog(now, clock, rate, self.floor),
            PathEmptying::No | PathEmptying::Sent => {
                self.backlog(now, clock, rate, self.base(now, clock)).saturating_sub(LEAD_TIME)
            }
        }
    }

    /// How long the path needs for what is on its way, where an empty one needs `base`.
    fn backlog(&self, now: Instant, clock: &PeerClock, rate: u64, base: Option<i128>) -> Duration {
        if self.in_flight.is_empty() {
            return Duration::ZERO;
        }
        let through = self.arrived.zip(base).map(|(arrived, base)| arrived - base);
        let free = self.in_flight.iter().fold(through.unwrap_or(i128::MIN), |free, record| {
            free.max(record.stamp) + i128::from(record.bytes) * 1_000_000 / i128::from(rate.max(1))
        });
        let micros = free - i128::from(clock.stamp(now));
        Duration::from_micros(u64::try_from(micros.max(0)).unwrap_or(u64::MAX)).min(RATE_AGE)
    }
}

/// Bytes that a rate brings in a time.
fn in_time(bytes_per_sec: u64, time: Duration) -> u64 {
    u64::try_from(u128::from(bytes_per_sec) * time.as_micros() / 1_000_000).unwrap_or(u64::MAX)
}
