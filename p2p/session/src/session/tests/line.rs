//! A line that all channels of a direction share, which may be slow, lose packets and carry what others send.
//! It knows when bytes arrive, and not what they are.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::Pair;
use crate::Role;

/// A line that all channels of a direction share, first in, first out, with a buffer without end in front of
/// it.
pub(crate) struct TestLine {
    pub(crate) bytes_per_sec: u64,
    /// When it is free again, by receiver.
    free: [Option<Instant>; 2],
    pub(crate) losses: Option<LineLosses>,
    /// Somebody else's packets to the technician.
    pub(crate) others: Option<GreedyFlow>,
}

/// Bytes of a packet on a line.
const PACKET_BYTES: u64 = 1200;

/// Packets that a line loses, and that its transport sends again.
pub(crate) struct LineLosses {
    pub(crate) percent: u64,
    /// How much later a packet arrives that was lost once.
    pub(crate) repair: Duration,
    /// The state of a linear congruential generator.
    pub(crate) seed: u64,
}

impl LineLosses {
    /// How much later the last of so many packets arrives.
    fn late(&mut self, packets: u64) -> Duration {
        (0..packets).map(|_| self.repair * self.times_lost()).max().unwrap_or_default()
    }

    fn times_lost(&mut self) -> u32 {
        let mut times = 0;
        loop {
            self.seed =
                self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if (self.seed >> 33) % 100 >= self.percent {
                return times;
            }
            times += 1;
        }
    }
}

/// A transfer that always has so many packets on its way.
pub(crate) struct GreedyFlow {
    /// When they enter the line, in order.
    packets: VecDeque<Instant>,
    round_trip: Duration,
    pub(crate) carried_bytes: u64,
}

impl GreedyFlow {
    pub(crate) fn new(now: Instant, window_bytes: u64, round_trip: Duration) -> Self {
        let packets = (0..window_bytes / PACKET_BYTES).map(|_| now).collect();
        Self { packets, round_trip, carried_bytes: 0 }
    }
}

impl TestLine {
    pub(crate) fn new(bytes_per_sec: u64) -> Self {
        Self { bytes_per_sec, free: [None; 2], losses: None, others: None }
    }

    /// When the last of these bytes arrives at the line's other end.
    pub(super) fn through(&mut self, now: Instant, to: Role, bytes: usize) -> Instant {
        self.pass_others(now, to);
        let through = self.pass(now, to, bytes as u64);
        let packets = (bytes as u64).div_ceil(PACKET_BYTES);
        through + self.losses.as_mut().map_or(Duration::ZERO, |losses| losses.late(packets))
    }

    /// How long a byte that comes now waits.
    pub(crate) fn queue(&mut self, now: Instant, to: Role) -> Duration {
        self.pass_others(now, to);
        self.free[Pair::index(to)].map_or(Duration::ZERO, |free| free.saturating_duration_since(now))
    }

    fn pass(&mut self, now: Instant, to: Role, bytes: u64) -> Instant {
        let free = &mut self.free[Pair::index(to)];
        let through = free.map_or(now, |free| free.max(now))
            + Duration::from_micros(bytes * 1_000_000 / self.bytes_per_sec);
        *free = Some(through);
        through
    }

    fn pass_others(&mut self, now: Instant, to: Role) {
        while let Some(others) = self.others.as_mut().filter(|_| to == Role::Technician)
            && let Some(enters) = others.packets.pop_front_if(|enters| *enters <= now)
        {
            let round_trip = others.round_trip;
            let through = self.pass(enters, to, PACKET_BYTES);
            if let Some(others) = &mut self.others {
                others.packets.push_back(through + round_trip);
                others.carried_bytes += PACKET_BYTES;
            }
        }
    }
}
