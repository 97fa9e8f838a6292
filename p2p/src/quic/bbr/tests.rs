//! A sender and a line in virtual time: packets are paced as quinn paces them, wait in a tail-drop queue, may
//! be lost by chance, and are acknowledged one by one.

mod share;

use std::collections::VecDeque;

use super::*;

const MTU: u16 = 1_200;
const TICK: Duration = Duration::from_micros(500);

struct SimulatedLine {
    /// Bytes per second.
    rate: f64,
    round_trip: Duration,
    queue_bytes: f64,
    /// One in so many packets is lost.
    lose_one_in: u64,
}

struct LineSimulation {
    now: Instant,
    line: SimulatedLine,
    sender: BbrSender,
    /// When its acknowledgement arrives, when it was sent, whether it is lost.
    flying: VecDeque<(Instant, Instant, bool)>,
    free_at: Instant,
    in_flight: u64,
    smoothed: Duration,
    tokens: f64,
    sent: u64,
    delivered: u64,
    longest_queue: Duration,
}

impl LineSimulation {
    fn new(line: SimulatedLine) -> Self {
        let now = Instant::now();
        Self {
            now,
            sender: BbrSender::new(now, MTU),
            flying: VecDeque::new(),
            free_at: now,
            in_flight: 0,
            smoothed: line.round_trip,
            line,
            tokens: 0.0,
            sent: 0,
            delivered: 0,
            longest_queue: Duration::ZERO,
        }
    }

    /// Runs for a while with unlimited data, or with packets at a fixed rate in bytes per second. Returns the
    /// delivered bytes as a share of what the line can carry.
    fn run(&mut self, time: Duration, application: Option<f64>) -> f64 {
        let (end, before) = (self.now + time, self.delivered);
        let mut waiting = 0.0;
        self.longest_queue = Duration::ZERO;
        while self.now < end {
            self.now += TICK;
            self.acknowledge(application.is_some() && waiting < f64::from(MTU));
            waiting = application.map_or(f64::INFINITY, |rate| waiting + rate * TICK.as_secs_f64());
            let window = self.sender.window();
            let pace = window as f64 * 1.25 / self.smoothed.as_secs_f64();
            self.tokens = (self.tokens + pace * TICK.as_secs_f64()).min(f64::from(MTU) * 10.0);
            while self.tokens >= f64::from(MTU)
                && waiting >= f64::from(MTU)
                && self.in_flight + u64::from(MTU) < window
            {
                self.tokens -= f64::from(MTU);
                waiting -= f64::from(MTU);
                self.send();
            }
        }
        (self.delivered - before) as f64 / (self.line.rate * time.as_secs_f64())
    }

    fn send(&mut self) {
        self.sender.on_sent(self.now, u64::from(MTU));
        self.in_flight += u64::from(MTU);
        self.sent += 1;
        let start = self.free_at.max(self.now);
        let queue = start - self.now;
        let full = queue.as_secs_f64() * self.line.rate > self.line.queue_bytes;
        let lost = full || self.line.lose_one_in > 0 && self.sent.is_multiple_of(self.line.lose_one_in);
        if !full {
            self.longest_queue = self.longest_queue.max(queue);
            self.free_at = start + Duration::from_secs_f64(f64::from(MTU) / self.line.rate);
        }
        self.flying.push_back((self.free_at + self.line.round_trip, self.now, lost));
    }

    fn acknowledge(&mut self, idle: bool) {
        let mut lost_bytes = 0;
        let mut acked = false;
        while let Some((_, sent, lost)) = self.flying.pop_front_if(|(at, ..)| *at <= self.now) {
            self.in_flight -= u64::from(MTU);
            if lost {
                lost_bytes += u64::from(MTU);
                continue;
            }
            acked = true;
            self.delivered += u64::from(MTU);
            self.smoothed = (self.smoothed * 7 + (self.now - sent)) / 8;
            self.sender.on_ack(self.now, sent, u64::from(MTU), self.smoothed);
        }
        if acked {
            self.sender.on_acks_end(self.now, self.in_flight, idle);
        }
        if lost_bytes > 0 {
            self.sender.on_loss(lost_bytes);
        }
    }
}

/// 10 Mbit/s, 40 ms, and a queue of 100 ms.
fn line() -> SimulatedLine {
    SimulatedLine {
        rate: 1.25e6,
        round_trip: Duration::from_millis(40),
        queue_bytes: 125_000.0,
        lose_one_in: 0,
    }
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_line_is_filled_and_its_queue_is_not() {
    let mut simulation = LineSimulation::new(line());
    assert!(simulation.run(SECOND, None) > 0.7, "startup is quick");
    for _ in 0..30 {
        let share = simulation.run(SECOND, None);
        assert!(share > 0.85, "{share}");
        assert!(simulation.longest_queue < Duration::from_millis(45), "{:?}", simulation.longest_queue);
    }
}

#[test]
fn chance_losses_take_little_more_than_what_they_lose() {
    for (one_in, least) in [(100, 0.85), (20, 0.8), (5, 0.3)] {
        let mut simulation = LineSimulation::new(SimulatedLine { lose_one_in: one_in, ..line() });
        simulation.run(SECOND, None);
        let share = simulation.run(SECOND * 20, None);
        assert!(share > least, "{share} with one in {one_in} lost");
    }
}

#[test]
fn a_shallow_queue_is_not_run_over() {
    let mut simulation = LineSimulation::new(SimulatedLine { queue_bytes: 15_000.0, ..line() });
    simulation.run(SECOND, None);
    let (sent, delivered) = (simulation.sent, simulation.delivered);
    let share = simulation.run(SECOND * 10, None);
    let lost =
        1.0 - (simulation.delivered - delivered) as f64 / ((simulation.sent - sent) * u64::from(MTU)) as f64;
    assert!(share > 0.8 && lost < 0.1, "{share} delivered, {lost} lost");
}

#[test]
fn it_follows_a_line_that_changes() {
    let mut simulation = LineSimulation::new(line());
    simulation.run(SECOND * 3, None);
    simulation.line.rate /= 5.0;
    simulation.run(SECOND * 4, None);
    let share = simulation.run(SECOND * 5, None);
    assert!(share > 0.8, "{share} of the slower line");
    assert!(simulation.longest_queue < Duration::from_millis(100), "{:?}", simulation.longest_queue);
    simulation.line.rate *= 5.0;
    simulation.run(SECOND * 5, None);
    let share = simulation.run(SECOND * 5, None);
    assert!(share > 0.8, "{share} of the faster line again");
}

#[test]
fn what_an_application_sends_too_slowly_says_nothing_of_the_line() {
    let mut simulation = LineSimulation::new(line());
    simulation.run(SECOND * 3, None);
    let known = simulation.sender.bandwidth().unwrap();
    let share = simulation.run(SECOND * 30, Some(0.2e6));
    assert!((0.15..0.17).contains(&share), "{share}");
    assert!(simulation.sender.bandwidth().unwrap() > known * 0.9);
    let share = simulation.run(SECOND, None);
    assert!(share > 0.8, "{share} at once when there is more to send");
}

#[test]
fn after_an_outage_it_starts_over() {
    let mut simulation = LineSimulation::new(line());
    simulation.run(SECOND * 3, None);
    simulation.sender.on_outage();
    assert_eq!(simulation.sender.window(), MIN_PACKETS * u64::from(MTU));
    simulation.run(SECOND, None);
    let share = simulation.run(SECOND, None);
    assert!(share > 0.85, "{share}");
}

#[test]
fn a_longer_way_is_learnt() {
    let mut simulation = LineSimulation::new(line());
    simulation.run(SECOND * 3, None);
    simulation.line.round_trip *= 4;
    simulation.run(SECOND * 30, None);
    let share = simulation.run(SECOND * 5, None);
    assert!(share > 0.8, "{share}");
}
