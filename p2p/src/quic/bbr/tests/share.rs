//! Two senders on one line in virtual time: ours, and another of ours or Linux's BBR.

use super::*;
use crate::quic::rate::DeliveryMeter;

/// What the simulation asks of a sender.
trait LineSender {
    fn on_sent(&mut self, now: Instant);
    fn on_ack(&mut self, now: Instant, sent: Instant);
    fn on_acks_end(&mut self, now: Instant, in_flight: u64);
    fn on_loss(&mut self, bytes: u64);
    fn window(&self) -> u64;
    /// Bytes per second.
    fn pace(&self) -> f64;
}

/// Ours, paced as quinn paces it.
struct PacedSender {
    sender: BbrSender,
    smoothed: Duration,
}

impl LineSender for PacedSender {
    fn on_sent(&mut self, now: Instant) {
        self.sender.on_sent(now, u64::from(MTU));
    }

    fn on_ack(&mut self, now: Instant, sent: Instant) {
        let rtt = now - sent;
        self.smoothed = if self.smoothed.is_zero() { rtt } else { (self.smoothed * 7 + rtt) / 8 };
        self.sender.on_ack(now, sent, u64::from(MTU), self.smoothed);
    }

    fn on_acks_end(&mut self, now: Instant, in_flight: u64) {
        self.sender.on_acks_end(now, in_flight, false);
    }

    fn on_loss(&mut self, bytes: u64) {
        self.sender.on_loss(bytes);
    }

    fn window(&self) -> u64 {
        self.sender.window()
    }

    fn pace(&self) -> f64 {
        self.sender.window() as f64 * 1.25 / self.smoothed.as_secs_f64().max(1e-6)
    }
}

/// Linux's BBR (tcp_bbr.c): as much of it as matters for a share. It has no notion of losses.
struct LinuxBbr {
    meter: DeliveryMeter,
    /// The best rates of ten rounds, with the rounds.
    rates: VecDeque<(u64, f64)>,
    /// What came more than the rate explains, with the rounds.
    extra: VecDeque<(u64, f64)>,
    round: u64,
    round_end: u64,
    min_rtt: Duration,
    min_rtt_at: Instant,
    phase: LinuxPhase,
    phase_at: Instant,
    best: f64,
    stale_rounds: u32,
    sample: Option<(f64, u64)>,
    acked: u64,
    epoch: Instant,
    epoch_acked: f64,
    window: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum LinuxPhase {
    Startup,
    Drain,
    /// Which of [`LINUX_GAINS`].
    Cycle(usize),
    ProbeRtt(Option<Instant>),
}

const LINUX_GAINS: [f64; 8] = [1.25, 0.75, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
const LINUX_STARTUP: f64 = 2.885;
const PACKET: u64 = MTU as u64;

impl LinuxBbr {
    fn new(now: Instant) -> Self {
        Self {
            meter: DeliveryMeter::new(now),
            rates: VecDeque::new(),
            extra: VecDeque::new(),
            round: 0,
            round_end: 0,
            min_rtt: Duration::MAX,
            min_rtt_at: now,
            phase: LinuxPhase::Startup,
            phase_at: now,
            best: 0.0,
            stale_rounds: 0,
            sample: None,
            acked: 0,
            epoch: now,
            epoch_acked: 0.0,
            window: 10 * PACKET,
        }
    }

    fn rate(&self) -> f64 {
        self.rates.iter().map(|(_, rate)| *rate).fold(0.0, f64::max)
    }

    fn product(&self, gain: f64) -> u64 {
        (self.rate() * self.min_rtt.as_secs_f64() * gain) as u64
    }

    fn enter(&mut self, now: Instant, phase: LinuxPhase) {
        (self.phase, self.phase_at) = (phase, now);
    }

    fn count_extra(&mut self, now: Instant) {
        let expected = self.rate() * (now - self.epoch).as_secs_f64();
        if self.epoch_acked <= expected {
            (self.epoch, self.epoch_acked) = (now, 0.0);
        }
        self.epoch_acked += self.acked as f64;
        let expected = self.rate() * (now - self.epoch).as_secs_f64();
        self.extra.push_back((self.round, (self.epoch_acked - expected).max(0.0)));
        self.extra.retain(|(round, _)| round + 10 >= self.round);
    }

    fn advance(&mut self, now: Instant, in_flight: u64, round_began: bool) {
        let waited = now - self.phase_at > self.min_rtt;
        match self.phase {
            LinuxPhase::Startup if round_began => {
                let rate = self.rate();
                let grown = rate >= self.best * 1.25;
                self.stale_rounds = if grown { 0 } else { self.stale_rounds + 1 };
                self.best = if grown { rate } else { self.best };
                if self.stale_rounds >= 3 {
                    self.enter(now, LinuxPhase::Drain);
                }
            }
            LinuxPhase::Drain if in_flight <= self.product(1.0) => self.enter(now, LinuxPhase::Cycle(2)),
            LinuxPhase::Cycle(step) => {
                let over = match LINUX_GAINS[step] {
                    gain if gain > 1.0 => waited && in_flight >= self.product(gain),
                    gain if gain < 1.0 => waited || in_flight <= self.product(1.0),
                    _ => waited,
                };
                if over {
                    self.enter(now, LinuxPhase::Cycle((step + 1) % LINUX_GAINS.len()));
                }
            }
            LinuxPhase::ProbeRtt(None) if in_flight <= 4 * PACKET => {
                self.phase = LinuxPhase::ProbeRtt(Some(now + Duration::from_millis(200)));
            }
            LinuxPhase::ProbeRtt(Some(until)) if now >= until => {
                self.min_rtt_at = now;
                self.window = self.product(2.0);
                self.enter(now, LinuxPhase::Cycle(2));
            }
            LinuxPhase::Startup | LinuxPhase::Drain | LinuxPhase::ProbeRtt(_) => {}
        }
    }

    fn set_window(&mut self) {
        let (gain, full) = match self.phase {
            LinuxPhase::Startup => (LINUX_STARTUP, false),
            LinuxPhase::Drain => (LINUX_STARTUP, true),
            LinuxPhase::Cycle(_) => (2.0, true),
            LinuxPhase::ProbeRtt(_) => (0.0, true),
        };
        let extra = self.extra.iter().map(|(_, extra)| *extra).fold(0.0, f64::max).min(self.rate() * 0.1);
        let most = self.product(gain) + 6 * PACKET + if full { extra as u64 } else { 0 };
        self.window = (self.window + std::mem::take(&mut self.acked)).min(most).max(4 * PACKET);
        if matches!(self.phase, LinuxPhase::ProbeRtt(_)) {
            self.window = 4 * PACKET;
        }
    }
}

impl LineSender for LinuxBbr {
    fn on_sent(&mut self, now: Instant) {
        self.meter.on_sent(now, PACKET, PACKET);
    }

    fn on_ack(&mut self, now: Instant, sent: Instant) {
        let rtt = now - sent;
        self.acked += PACKET;
        let probing = matches!(self.phase, LinuxPhase::ProbeRtt(_));
        if rtt <= self.min_rtt {
            (self.min_rtt, self.min_rtt_at) = (rtt, now);
        } else if now - self.min_rtt_at > MIN_RTT_LIFE && !probing {
            (self.min_rtt, self.min_rtt_at) = (rtt, now);
            self.enter(now, LinuxPhase::ProbeRtt(None));
        }
        if let Some(sample) = self.meter.on_ack(now, sent, PACKET) {
            self.sample = Some((sample.rate(self.min_rtt).unwrap_or(0.0), sample.delivered_before));
        }
    }

    fn on_acks_end(&mut self, now: Instant, in_flight: u64) {
        self.meter.on_acks_end(in_flight, false);
        let Some((rate, before)) = self.sample.take() else { return };
        let round_began = before >= self.round_end;
        if round_began {
            self.round_end = self.meter.delivered();
            self.round += 1;
        }
        self.rates.push_back((self.round, rate));
        self.rates.retain(|(round, _)| round + 10 >= self.round);
        self.count_extra(now);
        self.advance(now, in_flight, round_began);
        self.set_window();
    }

    fn on_loss(&mut self, bytes: u64) {
        self.meter.on_loss(bytes);
    }

    fn window(&self) -> u64 {
        self.window
    }

    fn pace(&self) -> f64 {
        let gain = match self.phase {
            LinuxPhase::Startup => LINUX_STARTUP,
            LinuxPhase::Drain => 1.0 / LINUX_STARTUP,
            LinuxPhase::Cycle(step) => LINUX_GAINS[step],
            LinuxPhase::ProbeRtt(_) => 1.0,
        };
        let rate = self.rate();
        if rate == 0.0 { 1e9 } else { rate * gain * 0.99 }
    }
}

/// A sender on the line, and its packets there: when their acknowledgement arrives, when they were sent,
/// whether they are lost.
struct SharingFlow {
    sender: Box<dyn LineSender>,
    flying: VecDeque<(Instant, Instant, bool)>,
    in_flight: u64,
    tokens: f64,
    delivered: u64,
}

impl SharingFlow {
    fn new(sender: impl LineSender + 'static) -> Self {
        let sender = Box::new(sender);
        Self { sender, flying: VecDeque::new(), in_flight: 0, tokens: 0.0, delivered: 0 }
    }

    fn ours(now: Instant) -> Self {
        Self::new(PacedSender { sender: BbrSender::new(now, MTU), smoothed: Duration::ZERO })
    }

    fn acknowledge(&mut self, now: Instant) {
        let (mut acked, mut lost_bytes) = (false, 0);
        while let Some((_, sent, lost)) = self.flying.pop_front_if(|(at, ..)| *at <= now) {
            self.in_flight -= PACKET;
            if lost {
                lost_bytes += PACKET;
                continue;
            }
            acked = true;
            self.delivered += PACKET;
            self.sender.on_ack(now, sent);
        }
        if acked {
            self.sender.on_acks_end(now, self.in_flight);
        }
        if lost_bytes > 0 {
            self.sender.on_loss(lost_bytes);
        }
    }

    fn may_send(&self) -> bool {
        self.tokens >= PACKET as f64 && self.in_flight + PACKET <= self.sender.window()
    }
}

/// Two flows on a line.
struct SharedLine {
    now: Instant,
    line: SimulatedLine,
    free_at: Instant,
    flows: [SharingFlow; 2],
    turn: usize,
    /// Acknowledgements arrive together, once in so many ticks.
    bunch: usize,
}

impl SharedLine {
    fn new(line: SimulatedLine, flows: impl FnOnce(Instant) -> [SharingFlow; 2]) -> Self {
        let now = Instant::now();
        Self { now, line, free_at: now, flows: flows(now), turn: 0, bunch: 1 }
    }

    /// Which percentage of what both delivered is the first one's.
    fn share(&mut self, time: Duration) -> u64 {
        let (end, before) = (self.now + time, self.delivered());
        while self.now < end {
            self.step();
        }
        let [first, second] = self.delivered();
        let (first, second) = (first - before[0], second - before[1]);
        100 * first / (first + second)
    }

    fn delivered(&self) -> [u64; 2] {
        [self.flows[0].delivered, self.flows[1].delivered]
    }

    fn step(&mut self) {
        self.now += TICK;
        for flow in &mut self.flows {
            if self.turn.is_multiple_of(self.bunch) {
                flow.acknowledge(self.now);
            }
            let more = flow.sender.pace() * TICK.as_secs_f64();
            flow.tokens = (flow.tokens + more).min(4.0 * PACKET as f64);
        }
        // Neither always comes first, and neither twice while the other waits.
        self.turn += 1;
        while self.flows.iter().any(SharingFlow::may_send) {
            for index in [self.turn % 2, (self.turn + 1) % 2] {
                if self.flows[index].may_send() {
                    self.send(index);
                }
            }
        }
    }

    fn send(&mut self, index: usize) {
        let start = self.free_at.max(self.now);
        let lost = (start - self.now).as_secs_f64() * self.line.rate > self.line.queue_bytes;
        if !lost {
            self.free_at = start + Duration::from_secs_f64(PACKET as f64 / self.line.rate);
        }
        let flow = &mut self.flows[index];
        flow.sender.on_sent(self.now);
        flow.in_flight += PACKET;
        flow.tokens -= PACKET as f64;
        flow.flying.push_back((self.free_at + self.line.round_trip, self.now, lost));
    }
}

/// 2 Mbit/s, 100 ms, and a queue of 200 ms.
fn slow_line() -> SimulatedLine {
    SimulatedLine {
        rate: 0.25e6,
        round_trip: Duration::from_millis(100),
        queue_bytes: 50_000.0,
        lose_one_in: 0,
    }
}

#[test]
fn beside_the_bbr_of_linux_ours_has_its_share() {
    let lines = [
        (line(), 1, "10 Mbit/s"),
        (line(), 9, "10 Mbit/s with bunches of 5 ms"),
        (slow_line(), 1, "2 Mbit/s"),
    ];
    for (line, bunch, what) in lines {
        let flows = |now| [SharingFlow::ours(now), SharingFlow::new(LinuxBbr::new(now))];
        let mut shared = SharedLine::new(line, flows);
        shared.bunch = bunch;
        let begun = shared.share(SECOND * 10);
        let share = shared.share(SECOND * 60);
        assert!(begun >= 35 && (40..=60).contains(&share), "{begun} %, then {share} % of {what}");
    }
}

#[test]
fn two_of_ours_share_a_line_equally() {
    for (line, what) in [(line(), "10 Mbit/s"), (slow_line(), "2 Mbit/s")] {
        let mut shared = SharedLine::new(line, |now| [SharingFlow::ours(now), SharingFlow::ours(now)]);
        shared.share(SECOND * 10);
        let share = shared.share(SECOND * 60);
        assert!((40..=60).contains(&share), "{share} % of {what}");
    }
}
