//! Congestion control by measured bandwidth and round trip, for a transport that is steered only by its
//! window.
//!
//! What it does: the model and states of BBR (draft-ietf-ccwg-bbr; delivery rates as in
//! draft-cheng-iccrg-delivery-rate-estimation), turned into a window. The transport paces at 1.25 windows per
//! smoothed round trip and has at most a window in flight, so a rate is set as `rate * smoothed round trip`,
//! and the length of the queue as a multiple of `bandwidth * least round trip`.
//!
//! What it does not do: it does not treat a lost packet as a sign of congestion, since radio links lose
//! packets with an empty queue. Only a round that loses more than [`HEAVY_LOSS`] makes it forget its
//! bandwidth. It has no sockets and no clock: `now` is passed in and never goes back.

use std::time::{Duration, Instant};

use super::rate::{DeliveryMeter, MaxRate, RateSample};

/// Packets sent before anything is known: as in RFC 9002, section 7.2.
const INITIAL_PACKETS: u64 = 10;

/// Packets that may always be in flight: with fewer, acknowledgements would wait for a timer.
const MIN_PACKETS: u64 = 4;

/// Packets on top of a computed window: one that a receiver holds back before it acknowledges, and one for
/// rounding. Each further one would make the queue grow in every round trip until the next probe ends.
const SLACK_PACKETS: u64 = 2;

/// The window in bandwidth-delay products until the bandwidth stops growing: BBR's gain, which doubles it in
/// each round.
const STARTUP_GAIN: f64 = 2.77;

/// Growth per round below which a round counts as stale: BBR's value.
const FULL_GROWTH: f64 = 1.25;

/// Stale rounds after which the bandwidth counts as found: BBR's value, since one or two may be chance.
const FULL_ROUNDS: u32 = 3;

/// The rate of a probe in bandwidths: BBR's value, which finds more bandwidth within a round.
const PROBE_UP_GAIN: f64 = 1.25;

/// What is left out after a probe where others share the line, in bandwidth-delay products: what the probe
/// added. Whoever empties the line for more than that leaves it to the others.
const PROBE_DOWN_PRODUCTS: f64 = 0.25;

/// After how many probes the line is emptied all the same, to find out whether others still share it.
const EMPTY_EVERY: u32 = 8;

/// How long emptying the line may take, in smoothed round trips.
const EMPTY_ROUND_TRIPS: u32 = 2;

/// How much longer than the least round trip one may take after the line was emptied, if it is ours alone: as
/// a probe's queue, with which emptying it must do away.
const ALONE_GAIN: f64 = 1.25;

/// Time between two probes, in least round trips: the queue is short for most of it.
const CRUISE_ROUND_TRIPS: u32 = 6;

/// The same where others share the line: what they leave is found sooner, and less is lost between two
/// probes.
const SHARED_CRUISE_ROUND_TRIPS: u32 = 3;

/// The largest window in bandwidth-delay products: BBR's value.
const WINDOW_GAIN: f64 = 2.0;

/// The same where others share the line, beside what acknowledgements that come together need. Linux's BBR
/// has two products and six packets; but it empties the line of its own packets every ten seconds only.
const SHARED_WINDOW_GAIN: f64 = 2.5;

/// The most that acknowledgements which come together may need, in seconds at the bandwidth: Linux's value.
const MAX_BUNCH_SECS: f64 = 0.1;

/// How long a least round trip is believed: BBR's value; a path may have changed since.
const MIN_RTT_LIFE: Duration = Duration::from_secs(10);

/// The part of the least round trip by which another may exceed it and still confirm it, as a divisor: timers
/// alone make such differences.
const MIN_RTT_TOLERANCE: u32 = 8;

/// How long the queue may drain for a new least round trip: BBR's value.
const PROBE_RTT_TIME: Duration = Duration::from_millis(200);

/// The window meanwhile, in bandwidth-delay products: BBR's value.
const PROBE_RTT_GAIN: f64 = 0.5;

/// The share of a round's packets whose loss counts as heavy: no radio link loses so many, but a line that
/// has become much slower does.
const HEAVY_LOSS: f64 = 0.4;

/// Packets that a round needs for its loss to count: in fewer, a share means little.
const HEAVY_LOSS_MIN_PACKETS: u64 = 20;

/// The sender's current activity.
#[derive(Debug, Clone, Copy, PartialEq)]
enum BbrPhase {
    /// Looking for the bandwidth: that of the best round, and the rounds since without growth.
    Startup { best: f64, stale_rounds: u32 },
    /// Letting the queue drain that startup made.
    Drain,
    /// Sending at the bandwidth, until a time.
    Cruise { until: Instant },
    /// Sending more, until packets sent after this time are acknowledged.
    ProbeUp { since: Instant },
    /// Sending less, until this time or until the queue that is ours is gone.
    ProbeDown { until: Instant },
    /// Sending little to measure the least round trip; the time starts when little is in flight.
    ProbeRtt { until: Option<Instant>, least: Duration },
}

/// The least round trip, and when to renew it.
#[derive(Debug, Clone, Copy)]
struct MinRtt {
    rtt: Duration,
    confirmed_at: Instant,
    /// The least one since the last confirmation.
    since: Duration,
    /// Whether the line has been idle since then, so that `since` includes no queue of ours.
    idle: bool,
}

/// The fate of a round's packets.
#[derive(Debug, Clone, Copy, Default)]
struct RoundTally {
    acked_bytes: u64,
    lost_bytes: u64,
    /// The best rate measured in it, app-limited or not, in bytes per second.
    best: f64,
    /// Whether a rate was measured that the application did not limit.
    full: bool,
}

/// How much more is acknowledged at once than the bandwidth explains: while a bunch is awaited, as much more
/// must be in flight, or it is others' packets that use the line.
#[derive(Debug, Clone)]
struct AckBunches {
    /// What was acknowledged since then, and what of it just now.
    since: Instant,
    acked_bytes: u64,
    now_bytes: u64,
    /// The most in the last probe cycles, in bytes.
    most: MaxRate,
}

impl AckBunches {
    fn count(&mut self, now: Instant, bandwidth: f64) {
        let explained = |since: Instant| bandwidth * now.saturating_duration_since(since).as_secs_f64();
        if self.acked_bytes as f64 <= explained(self.since) {
            (self.since, self.acked_bytes) = (now, 0);
        }
        self.acked_bytes += std::mem::take(&mut self.now_bytes);
        let more = self.acked_bytes as f64 - explained(self.since);
        self.most.update(more.clamp(0.0, bandwidth * MAX_BUNCH_SECS), false);
    }

    fn bytes(&self) -> u64 {
        self.most.get().unwrap_or_default() as u64
    }
}

/// The sender of one connection.
#[derive(Debug, Clone)]
pub(super) struct BbrSender {
    mtu: u64,
    delivery: DeliveryMeter,
    bandwidth: MaxRate,
    min_rtt: Option<MinRtt>,
    /// The transport's smoothed round trip, by which it paces.
    smoothed_rtt: Duration,
    /// The sample of the newest packet among those acknowledged together.
    sample: Option<RateSample>,
    round: RoundTally,
    /// The round ends when a packet is acknowledged that was sent after this many bytes had been delivered.
    round_end: u64,
    bunches: AckBunches,
    /// The least round trip since the last probe.
    least_since_probe: Duration,
    /// Probes so far.
    probes: u32,
    /// Whether others share the line: it had a queue when we had emptied it of ours.
    shared: bool,
    /// Whether there has been a round since the last probe that the application did not limit.
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
            bunches: AckBunches { since: now, acked_bytes: 0, now_bytes: 0, most: MaxRate::default() },
            least_since_probe: Duration::MAX,
            probes: 0,
            shared: false,
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

    /// The bandwidth in bytes per second, if one is known.
    pub(super) fn bandwidth(&self) -> Option<f64> {
        self.bandwidth.get()
    }

    /// Packets may have this many bytes from now on.
    pub(super) fn set_mtu(&mut self, mtu: u16) {
        self.mtu = u64::from(mtu);
        self.window = self.window.max(self.min_window());
    }

    /// Packets were sent together.
    pub(super) fn on_sent(&mut self, now: Instant, bytes: u64) {
        self.delivery.on_sent(now, bytes, self.mtu);
    }

    /// A packet that was sent at `sent` was acknowledged. [`Self::on_acks_end`] follows after the last one.
    pub(super) fn on_ack(&mut self, now: Instant, sent: Instant, bytes: u64, smoothed_rtt: Duration) {
        self.smoothed_rtt = smoothed_rtt;
        self.round.acked_bytes += bytes;
        self.bunches.now_bytes += bytes;
        let rtt = now.saturating_duration_since(sent);
        self.least_since_probe = self.least_since_probe.min(rtt);
        self.update_min_rtt(now, rtt);
        if let Some(sample) = self.delivery.on_ack(now, sent, bytes) {
            self.sample = Some(sample);
        }
    }

    /// The last packet of one acknowledgement was reported. `in_flight` is still on the way; `idle` is
    /// whether the application has nothing to send.
    pub(super) fn on_acks_end(&mut self, now: Instant, in_flight: u64, idle: bool) {
        self.delivery.on_acks_end(in_flight, idle);
        if let (true, Some(min_rtt)) = (idle, &mut self.min_rtt) {
            min_rtt.idle = true;
        }
        self.bunches.count(now, self.bandwidth.get().unwrap_or_default());
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

    /// Nothing arrived for several timeouts, so the path may have changed: everything but the least round
    /// trip is forgotten, and the smallest window is used until an acknowledgement comes.
    pub(super) fn on_outage(&mut self) {
        self.bandwidth = MaxRate::default();
        self.phase = BbrPhase::Startup { best: 0.0, stale_rounds: 0 };
        self.window = self.min_window();
    }

    fn min_window(&self) -> u64 {
        MIN_PACKETS * self.mtu
    }

    fn take_sample(&mut self, sample: &RateSample) {
        // A rate over less than a round trip is an artefact of timers.
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
                    self.phase = BbrPhase::Cruise { until: now + self.cruise_time(min_rtt.rtt) };
                }
            }
            BbrPhase::Cruise { until } => {
                if now >= until {
                    if self.empties() && self.probes > 0 {
                        self.shared = self.least_since_probe > min_rtt.rtt.mul_f64(ALONE_GAIN);
                    }
                    self.probes = self.probes.wrapping_add(1);
                    self.bunches.most.end_cycle();
                    self.phase = BbrPhase::ProbeUp { since: now };
                }
            }
            BbrPhase::ProbeUp { since } => {
                if sample.sent > since {
                    // A cycle that the application limited throughout reveals nothing newer.
                    if std::mem::take(&mut self.cycle_full) {
                        self.bandwidth.end_cycle();
                    }
                    self.least_since_probe = Duration::MAX;
                    let time =
                        if self.empties() { self.smoothed_rtt * EMPTY_ROUND_TRIPS } else { min_rtt.rtt };
                    self.phase = BbrPhase::ProbeDown { until: now + time };
                }
            }
            BbrPhase::ProbeDown { until } => {
                if drained || now >= until {
                    self.phase = BbrPhase::Cruise { until: now + self.cruise_time(min_rtt.rtt) };
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
                    self.phase = BbrPhase::Cruise { until: now + self.cruise_time(least) };
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
        // Only packets sent with little in flight count; the first of them is acknowledged a round trip
        // later.
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
            BbrPhase::ProbeDown { .. } if self.empties() => self.product(1.0),
            BbrPhase::ProbeDown { .. } => {
                self.flow(1.0).saturating_sub(self.product(PROBE_DOWN_PRODUCTS)).max(self.product(1.0))
            }
            BbrPhase::ProbeRtt { .. } => self.product(PROBE_RTT_GAIN),
        };
        self.window = window.max(self.min_window());
    }

    fn cruise_time(&self, round_trip: Duration) -> Duration {
        round_trip * if self.shared { SHARED_CRUISE_ROUND_TRIPS } else { CRUISE_ROUND_TRIPS }
    }

    /// Whether the line is emptied of all that is ours after this probe.
    fn empties(&self) -> bool {
        !self.shared || self.probes.is_multiple_of(EMPTY_EVERY)
    }

    /// Bandwidth-delay products, in bytes.
    fn product(&self, gain: f64) -> u64 {
        let min_rtt = self.min_rtt.map_or(Duration::ZERO, |min_rtt| min_rtt.rtt);
        (self.bandwidth.get().unwrap_or_default() * min_rtt.as_secs_f64() * gain) as u64
    }

    /// The bytes in flight when sending at `gain` times the bandwidth.
    fn flow(&self, gain: f64) -> u64 {
        let flow = self.bandwidth.get().unwrap_or_default() * self.smoothed_rtt.as_secs_f64() * gain;
        let (most, bunch) =
            if self.shared { (SHARED_WINDOW_GAIN, self.bunches.bytes()) } else { (WINDOW_GAIN, 0) };
        (flow as u64).min(self.product(most)) + bunch + SLACK_PACKETS * self.mtu
    }
}

#[cfg(test)]
mod tests;
