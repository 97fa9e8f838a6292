//! One direction of a line, in virtual time: what happens to each packet, and when.
//!
//! A packet waits in a tail-drop queue, is sent at the line's rate, may be lost, and arrives after the delay.
//! No sockets, no threads, no clock: `now` is passed in, and never goes back.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

/// Packets on their way at most, whatever the delay: one second of a gigabit in full-size packets.
const MAX_IN_FLIGHT: usize = 83_000;

/// A queue without a size of its own: 100 ms at 10 Mbit/s.
const DEFAULT_QUEUE_BYTES: u32 = 125_000;

/// What a direction of a line is like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conditions {
    /// Kilobits (1,000 bits) a second, counted with IP headers; unlimited where there is none. Not zero.
    pub rate_kbps: Option<u32>,
    /// Bytes that may wait to be sent; what comes on top is dropped. Without a rate nothing waits.
    pub queue_bytes: u32,
    /// From the last bit sent to its arrival.
    pub delay: Duration,
    /// A random time up to this is added to each packet's delay.
    pub jitter: Duration,
    /// Whether jitter lets packets overtake each other; they wait for those before them otherwise.
    pub reordering: bool,
    /// Packets lost on the way, in percent, each by itself.
    pub loss_percent: f32,
}

impl Default for Conditions {
    fn default() -> Self {
        Self {
            rate_kbps: None,
            queue_bytes: DEFAULT_QUEUE_BYTES,
            delay: Duration::ZERO,
            jitter: Duration::ZERO,
            reordering: false,
            loss_percent: 0.0,
        }
    }
}

impl Conditions {
    /// Nothing but a delay.
    #[must_use]
    pub fn delay_millis(millis: u64) -> Self {
        Self { delay: Duration::from_millis(millis), ..Self::default() }
    }

    /// With a rate.
    #[must_use]
    pub fn rate_kbps(self, kbps: u32) -> Self {
        Self { rate_kbps: Some(kbps), ..self }
    }

    /// With random loss.
    #[must_use]
    pub fn loss_percent(self, percent: f32) -> Self {
        Self { loss_percent: percent, ..self }
    }
}

/// What became of the packets so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Packets that arrived.
    pub delivered: u64,
    /// Packets lost by chance.
    pub lost: u64,
    /// Packets that found the queue full.
    pub overflowed: u64,
    /// Packets that met the cut.
    pub cut: u64,
}

/// One direction of a line.
#[derive(Debug)]
pub struct Shaper {
    conditions: Conditions,
    cut: bool,
    random: Random,
    /// When all that waits will have been sent.
    free_at: Option<Instant>,
    /// When the newest packet arrives.
    last_arrival: Option<Instant>,
    flying: BinaryHeap<Flying>,
    accepted: u64,
    figures: Figures,
}

impl Shaper {
    /// One with nothing on it; the same seed loses and delays the same packets.
    #[must_use]
    pub fn new(conditions: Conditions, seed: u64) -> Self {
        Self {
            conditions,
            cut: false,
            random: Random(seed),
            free_at: None,
            last_arrival: None,
            flying: BinaryHeap::new(),
            accepted: 0,
            figures: Figures::default(),
        }
    }

    /// Changes what it is like for the packets to come.
    pub fn set(&mut self, conditions: Conditions) {
        self.conditions = conditions;
    }

    /// What it is like.
    pub fn conditions(&self) -> Conditions {
        self.conditions
    }

    /// Cuts it, with all that is on it, or mends it.
    pub fn set_cut(&mut self, cut: bool) {
        self.cut = cut;
        if cut {
            self.figures.cut += self.flying.len() as u64;
            self.flying.clear();
            self.free_at = None;
        }
    }

    /// Takes a packet at its beginning.
    pub fn push(&mut self, now: Instant, packet: Vec<u8>) {
        if self.cut {
            self.figures.cut += 1;
            return;
        }
        let Some(sent) = self.send(now, packet.len()) else {
            self.figures.overflowed += 1;
            return;
        };
        let lost = self.random.unit() * 100.0 < f64::from(self.conditions.loss_percent);
        let jitter = self.conditions.jitter.mul_f64(self.random.unit());
        if lost {
            self.figures.lost += 1;
            return;
        }
        let mut at = sent + self.conditions.delay + jitter;
        if !self.conditions.reordering {
            at = self.last_arrival.map_or(at, |last| at.max(last));
        }
        self.last_arrival = Some(at);
        self.accepted += 1;
        self.flying.push(Flying { at, number: self.accepted, packet });
    }

    /// When the last bit of a packet of `len` bytes leaves; `None` where there is no room for it.
    fn send(&mut self, now: Instant, len: usize) -> Option<Instant> {
        if self.flying.len() >= MAX_IN_FLIGHT {
            return None;
        }
        let Some(rate) = self.conditions.rate_kbps else { return Some(now) };
        let start = self.free_at.map_or(now, |free| free.max(now));
        let bits_a_second = f64::from(rate) * 1e3;
        let waiting_bytes = (start - now).as_secs_f64() * bits_a_second / 8.0;
        // What is being sent when nothing else waits needs no queue.
        if waiting_bytes > 0.0 && waiting_bytes + len as f64 > f64::from(self.conditions.queue_bytes) {
            return None;
        }
        let sent = start + Duration::from_secs_f64(len as f64 * 8.0 / bits_a_second);
        self.free_at = Some(sent);
        Some(sent)
    }

    /// A packet that has arrived by now, the earliest first.
    pub fn pop(&mut self, now: Instant) -> Option<Vec<u8>> {
        if self.flying.peek()?.at > now {
            return None;
        }
        self.figures.delivered += 1;
        self.flying.pop().map(|flying| flying.packet)
    }

    /// When the next packet arrives.
    pub fn next_arrival(&self) -> Option<Instant> {
        self.flying.peek().map(|flying| flying.at)
    }

    /// What became of the packets so far.
    pub fn figures(&self) -> Figures {
        self.figures
    }
}

/// A packet on its way; the greatest is the one that arrives first, as a heap wants it.
#[derive(Debug)]
struct Flying {
    at: Instant,
    number: u64,
    packet: Vec<u8>,
}

impl Ord for Flying {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

impl PartialOrd for Flying {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Flying {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Flying {}

/// Numbers from a seed (splitmix64).
#[derive(Debug)]
struct Random(u64);

impl Random {
    /// From 0 to below 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ value >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ value >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((value ^ value >> 31) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When each packet arrives in milliseconds after the start, with the packet's first byte.
    fn arrivals(shaper: &mut Shaper, start: Instant) -> Vec<(u128, u8)> {
        let mut seen = Vec::new();
        while let Some(at) = shaper.next_arrival() {
            assert!(shaper.pop(at - Duration::from_nanos(1)).is_none(), "not before its time");
            seen.push(((at - start).as_millis(), shaper.pop(at).expect("it is time")[0]));
        }
        seen
    }

    fn packet(first: u8, len: usize) -> Vec<u8> {
        let mut packet = vec![0; len];
        packet[0] = first;
        packet
    }

    #[test]
    fn packets_are_sent_one_after_the_other_and_then_delayed() {
        let start = Instant::now();
        // 1,000 bytes take 8 ms.
        let mut shaper = Shaper::new(Conditions::delay_millis(20).rate_kbps(1_000), 1);
        for number in 0..3 {
            shaper.push(start, packet(number, 1_000));
        }
        assert_eq!(arrivals(&mut shaper, start), [(28, 0), (36, 1), (44, 2)]);
        shaper.push(start + Duration::from_millis(100), packet(3, 1_000));
        assert_eq!(arrivals(&mut shaper, start), [(128, 3)], "an idle line saves nothing up");
    }

    #[test]
    fn a_full_queue_drops_what_comes_last() {
        let start = Instant::now();
        let conditions = Conditions { queue_bytes: 3_000, ..Conditions::default() }.rate_kbps(1_000);
        let mut shaper = Shaper::new(conditions, 1);
        for number in 0..6 {
            shaper.push(start, packet(number, 1_000));
        }
        assert_eq!(arrivals(&mut shaper, start), [(8, 0), (16, 1), (24, 2)]);
        assert_eq!(shaper.figures(), Figures { delivered: 3, overflowed: 3, ..Figures::default() });
        // Half of it has been sent: there is room again.
        let start = start + Duration::from_millis(100);
        for (number, millis) in [(0, 0), (1, 0), (2, 0), (3, 0), (4, 12)] {
            shaper.push(start + Duration::from_millis(millis), packet(number, 1_000));
        }
        assert_eq!(arrivals(&mut shaper, start), [(8, 0), (16, 1), (24, 2), (32, 4)]);
    }

    #[test]
    fn a_packet_larger_than_the_queue_passes_an_idle_line() {
        let start = Instant::now();
        let conditions = Conditions { queue_bytes: 100, ..Conditions::default() }.rate_kbps(1_000);
        let mut shaper = Shaper::new(conditions, 1);
        shaper.push(start, packet(7, 1_000));
        assert_eq!(arrivals(&mut shaper, start), [(8, 7)]);
    }

    #[test]
    fn loss_is_as_asked_and_the_same_for_a_seed() {
        let start = Instant::now();
        let survivors = |seed| {
            let mut shaper = Shaper::new(Conditions::default().loss_percent(5.0), seed);
            for number in 0..20_000_u32 {
                shaper.push(start, number.to_be_bytes().to_vec());
            }
            std::iter::from_fn(|| shaper.pop(start)).collect::<Vec<_>>()
        };
        let (one, again, other) = (survivors(1), survivors(1), survivors(2));
        assert!((18_800..19_200).contains(&one.len()), "{}", one.len());
        assert!(one == again && one != other);
    }

    #[test]
    fn jitter_reorders_only_where_it_may() {
        let start = Instant::now();
        let order = |reordering| {
            let jitter = Duration::from_millis(30);
            let mut shaper =
                Shaper::new(Conditions { jitter, reordering, ..Conditions::delay_millis(10) }, 3);
            for number in 0..100 {
                shaper.push(start + Duration::from_millis(u64::from(number)), packet(number, 100));
            }
            arrivals(&mut shaper, start)
        };
        let kept = order(false);
        assert!(kept.iter().map(|(_, number)| *number).eq(0..100));
        for (at, number) in kept {
            assert!((10..=140).contains(&(at - u128::from(number))), "{at} {number}");
        }
        let mixed = order(true);
        assert!(mixed.windows(2).any(|pair| pair[0].1 > pair[1].1));
        for (at, number) in mixed {
            assert!((10..=40).contains(&(at - u128::from(number))), "{at} {number}");
        }
    }

    #[test]
    fn a_cut_loses_what_is_on_the_way_and_what_comes() {
        let start = Instant::now();
        let mut shaper = Shaper::new(Conditions::delay_millis(10).rate_kbps(1_000), 1);
        shaper.push(start, packet(0, 1_000));
        shaper.set_cut(true);
        shaper.push(start, packet(1, 1_000));
        assert_eq!(shaper.next_arrival(), None);
        shaper.set_cut(false);
        shaper.push(start, packet(2, 1_000));
        assert_eq!(arrivals(&mut shaper, start), [(18, 2)], "the queue was emptied, too");
        assert_eq!(shaper.figures(), Figures { delivered: 1, cut: 2, ..Figures::default() });
    }
}
