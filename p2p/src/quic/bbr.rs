//! Congestion control by measured bandwidth and round trip, for a transport that is steered by its window alone.
//!
//! What it does: the model and states of BBR (draft-ietf-ccwg-bbr; delivery rates as in
//! draft-cheng-iccrg-delivery-rate-estimation), turned into a window. The transport paces at 1.25 windows a smoothed
//! round trip and sends no more than a window ahead, so a rate is set as `rate * smoothed round trip`, and what may
//! stand in the queue as a multiple of `bandwidth * least round trip`.
//!
//! What it does not do: it does not take a lost packet for a sign of congestion, since a radio loses packets with an
//! empty queue; a round in which [`HEAVY_LOSS`] of all is lost makes it forget its bandwidth, though. No sockets and
//! no clock: `now` is passed in, and never goes back.

use std::time::{Duration, Instant};

use super::rate::{DeliveryMeter, MaxRate, RateSample};

/// Packets sent before anything is known (RFC 9002, section 7.2).
const INITIAL_PACKETS: u64 = 10;

/// Packets that may always be in flight, so that acknowledgements come without waiting for a timer.
const MIN_PACKETS: u64 = 4;

/// Packets on top of a computed window: a receiver holds one back before it acknowledges, and one is rounding. Each
/// more of them makes the queue grow by as much in every round trip until the next probe's end.
const SLACK_PACKETS: u64 = 2;

/// The window in bandwidth-delay products until the bandwidth stops growing: BBR's gain for doubling it in each round.
const STARTUP_GAIN: f64 = 2.77;

/// The bandwidth must grow by this each round, or it counts as found after [`FULL_ROUNDS`].
const FULL_GROWTH: f64 = 1.25;

/// Rounds without growth after which the bandwidth is taken as found.
const FULL_ROUNDS: u32 = 3;

/// What is sent beyond the bandwidth for a round, to see whether there is more.
const PROBE_UP_GAIN: f64 = 1.25;

/// What is sent after a probe, so that the queue it made drains.
const PROBE_DOWN_GAIN: f64 = 0.75;

/// Least round trips between two probes.
const CRUISE_ROUND_TRIPS: u32 = 6;

/// The window at most, in bandwidth-delay products: with others in the queue a share needs more than one.
const WINDOW_GAIN: f64 = 2.0;

/// How long a least round trip is believed in.
const MIN_RTT_LIFE: Duration = Duration::from_secs(10);

/// A round trip that is above the least one by less than an eighth confirms it: timers alone make such differences.
const MIN_RTT_TOLERANCE: u32 = 8;

/// How long the queue is left to drain for a new least round trip.
const PROBE_RTT_TIME: Duration = Duration::from_millis(200);

/// The window meanwhile, in bandwidth-delay products.
const PROBE_RTT_GAIN: f64 = 0.5;

/// Of the packets of a round: more is no radio's loss, but a line that has become much slower than believed.
const HEAVY_LOSS: f64 = 0.4;

/// Packets in a round from which on a share of loss means something.
const HEAVY_LOSS_MIN_PACKETS: u64 = 20;

/// What the sender is doing.
#[derive(Debug, Clone, Copy, PartialEq)]
enum BbrPhase {
    /// Looking for the bandwidth: what it was in the best round, and rounds since without growth.
    Startup { best: f64, stale_rounds: u32 },
    /// Letting the queue go that startup made.
    Drain,
    /// Sending at the bandwidth, until a time.
    Cruise { until: Instant },
    /// Sending more, until packets sent since a time are acknowledged.
    ProbeUp { since: Instant },
    /// Sending less, until a time or until the queue is gone.
    ProbeDown { until: Instant },
    /// Sending little for the sake of the least round trip; the time starts when little is in flight.
    ProbeRtt { until: Option<Instant>, least: Duration },
}

/// The least round trip, and what is needed to renew it.
#[derive(Debug, Clone, Copy)]
struct MinRtt {
    rtt: Duration,
    confirmed_at: Instant,
    /// The least one since it was confirmed last.
    since: Duration,
    /// Whether the line was idle since then, so that `since` holds no queue of ours.
    idle: bool,
}

/// What became of the packets of a round.
#[derive(Debug, Clone, Copy, Default)]
struct RoundTally {
    acked_bytes: u64,
    lost_bytes: u64,
    /// The best rate measured in it, app-limited or not, in bytes a second.
    best: f64,
    /// Whether a rate was measured that the application did not limit.
    full: bool,
}

/// One connection's sender.
#[derive(Debug, Clone)]
pub(super) struct BbrSender {
    mtu: u64,
    delivery: DeliveryMeter,
    bandwidth: MaxRate,
    min_rtt: Option<MinRtt>,
    /// As the transport smooths it, which paces by it.
    smoothed_rtt: Duration,
    /// The newest packet's sample of those acknowledged together.
    sample: Option<RateSample>,
    round: RoundTally,
    /// The round ends when a packet is acknowledged that was sent after this many bytes had been delivered.
    round_end: u64,
    /// Whether there was a round since the last probe that the application did not limit.
    cycle_full: bool,
    phase: BbrPhase,
    window: u64,
}

impl BbrSender {
    /// A sender of packets of up to `mtu` bytes that knows nothing yet.
    pub(super) fn new(now: Instant, mtu: u16) -> Self {
        Self {
            mtu: u64::from(mtu),
            delivery: DeliveryMeter::new(now),
            bandwidth: MaxRate::default(),
            min_rtt: None,
            smoothed_rtt: Duration::ZERO,
            sample: None,
            round: RoundTally::default(),
            round_end: 0,
            cycle_full: false,
            phase: BbrPhase::Startup { best: 0.0, stale_rounds: 0 },
            window: INITIAL_PACKETS * u64::from(mtu),
        }
    }

    /// Bytes that may be in flight.
    pub(super) fn window(&self) -> u64 {
        self.window
    }

    /// The window before anything is known, in bytes.
    pub(super) fn initial_window(&self) -> u64 {
        INITIAL_PACKETS * self.mtu
    }

    /// The bandwidth in bytes a second, where one is known.
    pub(super) fn bandwidth(&self) -> Option<f64> {
        self.bandwidth.get()
    }

    /// Packets are of up to this many bytes from now on.
    pub(super) fn set_mtu(&mut self, mtu: u16) {
        self.mtu = u64::from(mtu);
        self.window = self.window.max(self.min_window());
    }

    /// Packets were sent together.
    pub(super) fn on_sent(&mut self, now: Instant, bytes: u64) {
        self.delivery.on_sent(now, bytes, self.mtu);
    }

    /// A packet was acknowledged that was sent then; [`Self::on_acks_end`] follows when all are told.
    pub(super) fn on_ack(&mut self, now: Instant, sent: Instant, bytes: u64, smoothed_rtt: Duration) {
        self.smoothed_rtt = smoothed_rtt;
        self.round.acked_bytes += bytes;
        self.update_min_rtt(now, now.saturating_duration_since(sent));
        if let Some(sample) = self.delivery.on_ack(now, sent, bytes) {
            self.sample = Some(sample);
        }
    }

    /// All packets acknowledged by one message are told. `in_flight` is what is still on the way, `idle` whether the
    /// application has nothing to send.
    pub(super) fn on_acks_end(&mut self, now: Instant, in_flight: u64, idle: bool) {
        self.delivery.on_acks_end(in_flight, idle);
        if let (true, Some(min_rtt)) = (idle, &mut self.min_rtt) {
            min_rtt.idle = true;
        }
        let Some(sample) = self.sample.take() else { return };
        let round_ended = sample.delivered_before >= self.round_end;
        self.take_sample(&sample);
        if round_ended {
            self.end_round();
        }
        self.advance(now, in_flight, &sample);
        self.expire_min_rtt(now);
        self.set_window();
    }

    /// Packets were lost, in bytes.
    pub(super) fn on_loss(&mut self, bytes: u64) {
        self.round.lost_bytes += bytes;
        self.delivery.on_loss(bytes);
    }

    /// A router marked packets instead of dropping them: it asks for less, so a probe ends.
    pub(super) fn on_mark(&mut self) {
        if matches!(self.phase, BbrPhase::Startup { .. } | BbrPhase::ProbeUp { .. })
            && self.bandwidth.get().is_some()
        {
            self.phase = BbrPhase::Drain;
            self.set_window();
        }
    }

    /// Nothing arrived for several timeouts: the path may have become another one, so all but the least round trip
    /// is forgotten, and the least window sent until an acknowledgement comes.
    pub(super) fn on_outage(&mut self) {
        self.bandwidth = MaxRate::default();
        self.phase = BbrPhase::Startup { best: 0.0, stale_rounds: 0 };
        self.window = self.min_window();
    }

    fn min_window(&self) -> u64 {
        MIN_PACKETS * self.mtu
    }

    fn take_sample(&mut self, sample: &RateSample) {
        // A rate over less than a round trip is an accident of timers.
        let Some(rate) = sample.rate(self.min_rtt.map_or(Duration::ZERO, |min_rtt| min_rtt.rtt)) else {
            return;
        };
        self.round.best = self.round.best.max(rate);
        self.round.full |= !sample.app_limited;
        self.bandwidth.update(rate, sample.app_limited);
    }

    fn end_round(&mut self) {
        self.round_end = self.delivery.delivered();
        let round = std::mem::take(&mut self.round);
        let sent = round.acked_bytes + round.lost_bytes;
        let heavy = round.lost_bytes as f64 > sent as f64 * HEAVY_LOSS;
        if heavy && sent >= HEAVY_LOSS_MIN_PACKETS * self.mtu && round.best > 0.0 {
            self.bandwidth = MaxRate::of(round.best);
            self.phase = BbrPhase::Drain;
        }
        if !round.full {
            return;
        }
        self.cycle_full = true;
        if let BbrPhase::Startup { best, stale_rounds } = &mut self.phase {
            let bandwidth = self.bandwidth.get().unwrap_or_default();
            if bandwidth >= *best * FULL_GROWTH {
                (*best, *stale_rounds) = (bandwidth, 0);
            } else {
                *stale_rounds += 1;
                if *stale_rounds >= FULL_ROUNDS {
                    self.phase = BbrPhase::Drain;
                }
            }
        }
    }

    fn advance(&mut self, now: Instant, in_flight: u64, sample: &RateSample) {
        let Some(min_rtt) = self.min_rtt else { return };
        let drained = in_flight <= self.product(1.0);
        match self.phase {
            BbrPhase::Startup { .. } => {}
            BbrPhase::Drain => {
                if drained {
                    self.phase = BbrPhase::Cruise { until: now + min_rtt.rtt * CRUISE_ROUND_TRIPS };
                }
            }
            BbrPhase::Cruise { until } => {
                if now >= until {
                    self.phase = BbrPhase::ProbeUp { since: now };
                }
            }
            BbrPhase::ProbeUp { since } => {
                if sample.sent > since {
                    // A cycle in which the application limited everything says nothing newer.
                    if std::mem::take(&mut self.cycle_full) {
                        self.bandwidth.end_cycle();
                    }
                    self.phase = BbrPhase::ProbeDown { until: now + min_rtt.rtt };
                }
            }
            BbrPhase::ProbeDown { until } => {
                if drained || now >= until {
                    self.phase = BbrPhase::Cruise { until: now + min_rtt.rtt * CRUISE_ROUND_TRIPS };
                }
            }
            BbrPhase::ProbeRtt { until: None, least } => {
                if in_flight <= self.product(PROBE_RTT_GAIN).max(self.min_window()) {
                    self.phase =
                        BbrPhase::ProbeRtt { until: Some(now + PROBE_RTT_TIME.max(min_rtt.rtt)), least };
                }
            }
            BbrPhase::ProbeRtt { until: Some(until), least } => {
                if now >= until {
                    self.min_rtt =
                        Some(MinRtt { rtt: least, confirmed_at: now, since: Duration::MAX, idle: false });
                    self.phase = BbrPhase::Cruise { until: now + least * CRUISE_ROUND_TRIPS };
                }
            }
        }
    }

    fn update_min_rtt(&mut self, now: Instant, rtt: Duration) {
        let fresh = MinRtt { rtt, confirmed_at: now, since: Duration::MAX, idle: false };
        let min_rtt = self.min_rtt.get_or_insert(fresh);
        if rtt <= min_rtt.rtt + min_rtt.rtt / MIN_RTT_TOLERANCE {
            *min_rtt = MinRtt { rtt: rtt.min(min_rtt.rtt), ..fresh };
        } else {
            min_rtt.since = min_rtt.since.min(rtt);
        }
        // Only what was sent with little in flight counts; the first of it is acknowledged a round trip later.
        if let BbrPhase::ProbeRtt { until: Some(_), least } = &mut self.phase {
            *least = (*least).min(rtt);
        }
    }

    fn expire_min_rtt(&mut self, now: Instant) {
        let Some(min_rtt) = self.min_rtt else { return };
        let expired = now.saturating_duration_since(min_rtt.confirmed_at) > MIN_RTT_LIFE;
        if !expired || matches!(self.phase, BbrPhase::ProbeRtt { .. }) {
            return;
        }
        if min_rtt.idle {
            self.min_rtt =
                Some(MinRtt { rtt: min_rtt.since, confirmed_at: now, since: Duration::MAX, idle: false });
        } else if !matches!(self.phase, BbrPhase::Startup { .. }) {
            self.phase = BbrPhase::ProbeRtt { until: None, least: Duration::MAX };
        }
    }

    fn set_window(&mut self) {
        let window = match self.phase {
            BbrPhase::Startup { .. } => self.product(STARTUP_GAIN).max(self.window),
            BbrPhase::Drain => self.product(1.0),
            BbrPhase::Cruise { .. } => self.flow(1.0),
            BbrPhase::ProbeUp { .. } => self.flow(PROBE_UP_GAIN),
            BbrPhase::ProbeDown { .. } => self.flow(PROBE_DOWN_GAIN).max(self.product(1.0)),
            BbrPhase::ProbeRtt { .. } => self.product(PROBE_RTT_GAIN),
        };
        self.window = window.max(self.min_window());
    }

    /// Bandwidth-delay products, in bytes.
    fn product(&self, gain: f64) -> u64 {
        let min_rtt = self.min_rtt.map_or(Duration::ZERO, |min_rtt| min_rtt.rtt);
        (self.bandwidth.get().unwrap_or_default() * min_rtt.as_secs_f64() * gain) as u64
    }

    /// What is in flight when the bandwidth is sent `gain` times, in bytes.
    fn flow(&self, gain: f64) -> u64 {
        let flow = self.bandwidth.get().unwrap_or_default() * self.smoothed_rtt.as_secs_f64() * gain;
        (flow as u64).min(self.product(WINDOW_GAIN)) + SLACK_PACKETS * self.mtu
    }
}

#[cfg(test)]
mod tests;
