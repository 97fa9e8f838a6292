//! Decides who may relay bytes next: the capacity of the line, the cap per circuit, and fair shares between
//! circuits that want more than there is.
//!
//! Circuits ask for the bytes that they hold and are granted them, a slice at a time, in rounds: each grant
//! moves its circuit's tag on by its bytes, as in start-time fair queueing (Goyal, Vin and Cheng, 1996), and
//! a round is a slice of tags. Circuits of the lowest round are served first. A circuit that was idle begins
//! in the current round, ahead of all that have had their slice of the previous one. So circuits that always
//! hold a slice get the same number of bytes to within a few slices, however much they hold. A circuit that
//! wants less than its share waits for the current slice and for others like it, not for a round. An idle
//! circuit costs nothing.
//!
//! It moves no bytes and reads no clock. A circuit's bytes are those of both directions together.

use std::collections::{BTreeSet, HashMap};
use std::num::NonZeroU64;
use std::time::{Duration, Instant};

/// Time whose bytes may go at once after a pause: longer than the millisecond by which timers are late, short
/// enough that the line's own buffers don't fill.
const BURST: Duration = Duration::from_millis(10);

/// Bytes per slice at most: what multiplexers send as one frame.
const MAX_SLICE_BYTES: u64 = 16 * 1024;

/// Bytes per slice at least: less would be more header than bytes.
const MIN_SLICE_BYTES: u64 = 1024;

/// A direction of a circuit: 0 is from the caller, 1 is to the caller.
pub(super) type Lane = usize;

/// Identifies a circuit here.
pub(super) type ShareId = u64;

/// Bytes per second.
pub(super) type Rate = NonZeroU64;

/// The scheduler; see the module.
#[derive(Debug)]
pub(super) struct LineShares {
    all: Option<RateMeter>,
    one: Option<Rate>,
    slice: u64,
    circuits: HashMap<ShareId, CircuitQueue>,
    /// Circuits that may go as soon as the line has room, in the order in which to serve them.
    ready: BTreeSet<(RoundTurn, ShareId)>,
    /// Circuits that wait for their own cap.
    capped: BTreeSet<(Instant, ShareId)>,
    /// The round of the circuit that was served last.
    round: u64,
    last: ShareId,
}

/// A circuit's position: the lowest is served first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct RoundTurn {
    round: u64,
    /// Whether it has had its slice of the previous round.
    even: bool,
}

#[derive(Debug)]
struct CircuitQueue {
    tag: u64,
    turn: RoundTurn,
    cap: Option<RateMeter>,
    wanted: [u64; 2],
    granted: [u64; 2],
    /// The direction to serve next.
    lane: Lane,
    /// Where it waits.
    place: WaitingPlace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WaitingPlace {
    Idle,
    Ready,
    Capped(Instant),
}

impl LineShares {
    /// Shares of a line of `all` bytes per second, in circuits of `one` each; `None` for no limit.
    pub(super) fn new(all: Option<Rate>, one: Option<Rate>, now: Instant) -> Self {
        // The slice is small if the line is slow, so that the next circuit does not wait for long. The same
        // goes for slow circuits of a fast line, whose grants then come as smoothly.
        let slowest = all.into_iter().chain(one).min();
        let slice = slowest
            .map_or(MAX_SLICE_BYTES, |rate| (rate.get() / 100).clamp(MIN_SLICE_BYTES, MAX_SLICE_BYTES));
        Self {
            all: all.map(|rate| RateMeter::new(rate, now)),
            one,
            slice,
            circuits: HashMap::new(),
            ready: BTreeSet::new(),
            capped: BTreeSet::new(),
            round: 0,
            last: 0,
        }
    }

    /// Adds a circuit.
    pub(super) fn open(&mut self, now: Instant) -> ShareId {
        self.last += 1;
        let circuit = CircuitQueue {
            tag: 0,
            turn: RoundTurn { round: 0, even: false },
            cap: self.one.map(|rate| RateMeter::new(rate, now)),
            wanted: [0; 2],
            granted: [0; 2],
            lane: 0,
            place: WaitingPlace::Idle,
        };
        self.circuits.insert(self.last, circuit);
        self.last
    }

    /// The circuit has ended: its requests are forgotten.
    pub(super) fn close(&mut self, id: ShareId) {
        if let Some(circuit) = self.circuits.remove(&id) {
            match circuit.place {
                WaitingPlace::Idle => {}
                WaitingPlace::Ready => drop(self.ready.remove(&(circuit.turn, id))),
                WaitingPlace::Capped(until) => drop(self.capped.remove(&(until, id))),
            }
        }
    }

    /// The circuit holds `bytes` to relay in that direction; this replaces its earlier request there. Call
    /// [`Self::serve`] next.
    pub(super) fn ask(&mut self, id: ShareId, lane: Lane, bytes: u64, now: Instant) {
        let Some(circuit) = self.circuits.get_mut(&id) else { return };
        circuit.wanted[lane] = bytes;
        if circuit.place == WaitingPlace::Idle {
            circuit.enter(self.round, self.slice);
            self.queue(id, now);
        }
    }

    /// Takes the bytes that the circuit was granted in that direction.
    pub(super) fn take(&mut self, id: ShareId, lane: Lane) -> u64 {
        self.circuits.get_mut(&id).map_or(0, |circuit| std::mem::take(&mut circuit.granted[lane]))
    }

    /// Grants what the line has room for. `served` is called with the circuit of each granted slice.
    pub(super) fn serve(&mut self, now: Instant, mut served: impl FnMut(ShareId)) {
        while let Some((until, id)) = self.capped.first().copied().filter(|(until, _)| *until <= now) {
            self.capped.remove(&(until, id));
            if let Some(circuit) = self.circuits.get_mut(&id) {
                // It waited for its own cap, not for others, so it has no claim to what they were granted
                // meanwhile.
                circuit.enter(self.round, self.slice);
            }
            self.queue(id, now);
        }
        while self.all.as_ref().is_none_or(|line| line.open_at() <= now) {
            let Some((turn, id)) = self.ready.pop_first() else { return };
            self.round = turn.round;
            self.grant(id, now);
            served(id);
        }
    }

    /// When to serve again, unless a circuit asks before; `None` if no circuit waits.
    pub(super) fn next(&self) -> Option<Instant> {
        let line = self.ready.first().and(self.all.as_ref().map(RateMeter::open_at));
        let capped = self.capped.first().map(|(until, _)| *until);
        line.into_iter().chain(capped).min()
    }

    /// The number of circuits.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.circuits.len()
    }

    fn grant(&mut self, id: ShareId, now: Instant) {
        let circuit = self.circuits.get_mut(&id).expect("who waits is there");
        let lane = if circuit.wanted[circuit.lane] > 0 { circuit.lane } else { 1 - circuit.lane };
        let bytes = circuit.wanted[lane].min(self.slice);
        circuit.lane = 1 - lane;
        circuit.wanted[lane] -= bytes;
        circuit.granted[lane] += bytes;
        circuit.tag += bytes;
        circuit.turn = RoundTurn { round: circuit.tag / self.slice, even: true };
        for meter in self.all.iter_mut().chain(&mut circuit.cap) {
            meter.spend(bytes, now);
        }
        self.queue(id, now);
    }

    /// Queues a circuit where it belongs.
    fn queue(&mut self, id: ShareId, now: Instant) {
        let Some(circuit) = self.circuits.get_mut(&id) else { return };
        let capped_until = circuit.cap.as_ref().map(RateMeter::open_at).filter(|until| *until > now);
        circuit.place = match capped_until {
            _ if circuit.wanted == [0; 2] => WaitingPlace::Idle,
            Some(until) => {
                self.capped.insert((until, id));
                WaitingPlace::Capped(until)
            }
            None => {
                self.ready.insert((circuit.turn, id));
                WaitingPlace::Ready
            }
        };
    }
}

impl CircuitQueue {
    /// Leaves idleness, while others are in `round`.
    fn enter(&mut self, round: u64, slice: u64) {
        let even = self.tag / slice > round;
        self.tag = self.tag.max(round * slice);
        self.turn = RoundTurn { round: self.tag / slice, even };
    }
}

/// Enforces a rate: spending makes a debt for as long as the bytes take, and the next spending waits until it
/// is paid.
#[derive(Debug)]
struct RateMeter {
    rate: Rate,
    /// When the debt is paid; in the past if there is credit.
    paid: Instant,
}

impl RateMeter {
    fn new(rate: Rate, now: Instant) -> Self {
        Self { rate, paid: now }
    }

    fn open_at(&self) -> Instant {
        self.paid
    }

    fn spend(&mut self, bytes: u64, now: Instant) {
        let oldest = now.checked_sub(BURST).unwrap_or(now);
        let nanos = (u128::from(bytes) * 1_000_000_000).div_ceil(u128::from(self.rate.get()));
        self.paid = self.paid.max(oldest) + Duration::from_nanos(nanos as u64);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn rate(rate: u64) -> Option<Rate> {
        Rate::new(rate)
    }

    /// Circuits that hold the same number of bytes again whenever all are granted, in virtual time.
    struct TestLine {
        shares: LineShares,
        now: Instant,
        holds: HashMap<ShareId, u64>,
        relayed: HashMap<ShareId, u64>,
    }

    impl TestLine {
        fn new(all: Option<Rate>, one: Option<Rate>) -> Self {
            let now = Instant::now();
            Self {
                shares: LineShares::new(all, one, now),
                now,
                holds: HashMap::new(),
                relayed: HashMap::new(),
            }
        }

        fn bulk(&mut self, holds: u64) -> ShareId {
            let id = self.shares.open(self.now);
            self.holds.insert(id, holds);
            self.shares.ask(id, 0, holds, self.now);
            id
        }

        /// Runs for `time`, with timers that are late by up to a millisecond.
        fn run(&mut self, time: Duration) {
            let end = self.now + time;
            while self.now < end {
                // Circuits that were granted something ask again at once.
                loop {
                    let mut served = Vec::new();
                    self.shares.serve(self.now, |id| served.push(id));
                    if served.is_empty() {
                        break;
                    }
                    for id in served {
                        let bytes = self.shares.take(id, 0);
                        *self.relayed.entry(id).or_default() += bytes;
                        if let Some(holds) = self.holds.get(&id) {
                            self.shares.ask(id, 0, *holds, self.now);
                        }
                    }
                }
                self.now += MS;
            }
        }

        fn relayed(&self, id: ShareId) -> u64 {
            self.relayed.get(&id).copied().unwrap_or(0)
        }

        fn all(&self) -> u64 {
            self.relayed.values().sum()
        }
    }

    #[test]
    fn without_limits_all_is_granted_at_once() {
        let mut line = TestLine::new(None, None);
        let id = line.shares.open(line.now);
        line.shares.ask(id, 1, 100_000, line.now);
        line.shares.serve(line.now, |_| {});
        assert_eq!(line.shares.take(id, 1), 100_000);
        assert_eq!(line.shares.next(), None);
    }

    #[test]
    fn a_small_message_waits_for_no_flood() {
        let mut line = TestLine::new(rate(12_500_000), None);
        for _ in 0..199 {
            line.bulk(1 << 20);
        }
        line.run(Duration::from_secs(1));
        assert_eq!(line.shares.slice, MAX_SLICE_BYTES);
        let small = line.shares.open(line.now);
        for _ in 0..50 {
            line.shares.ask(small, 0, 100, line.now);
            let asked = line.now;
            let before = line.relayed(small);
            while line.relayed(small) == before {
                line.run(MS);
            }
            assert!(line.now - asked <= 4 * MS, "{:?}", line.now - asked);
            line.run(20 * MS);
        }
    }

    #[test]
    fn both_directions_of_a_circuit_are_one_share() {
        let mut line = TestLine::new(rate(1_000_000), None);
        let both = line.shares.open(line.now);
        let one = line.shares.open(line.now);
        let mut relayed = [0; 3];
        for _ in 0..1_000 {
            line.shares.ask(both, 0, 50_000, line.now);
            line.shares.ask(both, 1, 50_000, line.now);
            line.shares.ask(one, 0, 50_000, line.now);
            line.shares.serve(line.now, |_| {});
            relayed[0] += line.shares.take(both, 0);
            relayed[1] += line.shares.take(both, 1);
            relayed[2] += line.shares.take(one, 0);
            line.now += MS;
        }
        assert!(relayed[0].abs_diff(relayed[1]) <= MAX_SLICE_BYTES, "{relayed:?}");
        assert!((relayed[0] + relayed[1]).abs_diff(relayed[2]) <= 2 * MAX_SLICE_BYTES, "{relayed:?}");
    }

    #[test]
    fn what_waits_is_forgotten_with_its_circuit() {
        let mut line = TestLine::new(rate(1_000), rate(1_000));
        let ids: Vec<_> = (0..10).map(|_| line.bulk(100_000)).collect();
        line.run(Duration::from_secs(2));
        for id in ids {
            line.shares.close(id);
        }
        assert_eq!((line.shares.len(), line.shares.next()), (0, None));
        line.shares.serve(line.now + Duration::from_secs(100), |_| panic!("nobody is there"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn floods_get_the_same_whatever_they_ask_for_at_once(
            all in 50_000_u64..20_000_000,
            holds in proptest::collection::vec(MAX_SLICE_BYTES..1_000_000, 2..20),
        ) {
            let mut line = TestLine::new(rate(all), None);
            let ids: Vec<_> = holds.iter().map(|holds| line.bulk(*holds)).collect();
            line.run(Duration::from_secs(5));
            let relayed: Vec<_> = ids.iter().map(|id| line.relayed(*id)).collect();
            let (least, most) = (relayed.iter().min().unwrap(), relayed.iter().max().unwrap());
            prop_assert!(most - least <= 3 * MAX_SLICE_BYTES, "{relayed:?}");
            // The rate is kept, and the line is busy.
            prop_assert!(line.all() <= 5 * all + all / 50 + MAX_SLICE_BYTES, "{} of {}", line.all(), 5 * all);
            prop_assert!(line.all() >= 5 * all - all / 50 - MAX_SLICE_BYTES, "{} of {}", line.all(), 5 * all);
        }

        #[test]
        fn a_circuits_cap_is_kept_and_leaves_the_rest_to_others(
            one in 20_000_u64..1_000_000,
            capped in 1_usize..10,
            spare in 2_u64..10,
        ) {
            let all = one * (capped as u64 + spare);
            let mut line = TestLine::new(rate(all), rate(one));
            let ids: Vec<_> = (0..capped).map(|_| line.bulk(1 << 20)).collect();
            line.run(Duration::from_secs(5));
            for id in ids {
                let relayed = line.relayed(id);
                prop_assert!(relayed <= 5 * one + one / 50 + MAX_SLICE_BYTES, "{relayed} of {}", 5 * one);
                prop_assert!(relayed >= 5 * one - one / 10 - MAX_SLICE_BYTES, "{relayed} of {}", 5 * one);
            }
        }

        #[test]
        fn modest_ones_get_all_that_they_want_beside_floods(
            modest in 1_usize..20,
            floods in 1_usize..20,
        ) {
            let all = 2_000_000;
            let share = all / (modest + floods) as u64;
            let mut line = TestLine::new(rate(all), None);
            for _ in 0..floods {
                line.bulk(1 << 20);
            }
            let ids: Vec<_> = (0..modest).map(|_| line.shares.open(line.now)).collect();
            // After the first round, in which all are new.
            line.run(Duration::from_secs(1));
            // A quarter of its share, every 20 ms.
            let message = share / 200;
            for round in 1..=100 {
                for id in &ids {
                    line.shares.ask(*id, 0, message, line.now);
                }
                line.run(20 * MS);
                for id in &ids {
                    prop_assert_eq!(line.relayed(*id), round * message);
                }
            }
        }
    }
}
