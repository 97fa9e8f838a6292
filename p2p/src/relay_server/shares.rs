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
mod tests;
