//! Counts pictures and says once a second how they are doing. Pure: the time is passed in.

use std::time::{Duration, Instant};

use super::Figures;

/// How often the figures are told.
pub(super) const INTERVAL: Duration = Duration::from_secs(1);

/// Latencies remembered between two tellings: more pictures than that a second are not decoded.
const MAX_SAMPLES: usize = 256;

/// How often the first picture is looked for: the technician waits for it.
pub(super) const FIRST_LOOK: Duration = Duration::from_millis(20);

/// What happened since the start, and since the last telling.
#[derive(Debug)]
pub(super) struct PictureCounters {
    shown: u64,
    dropped: u64,
    since: Instant,
    bytes: usize,
    latencies: Vec<Duration>,
}

impl PictureCounters {
    pub(super) fn new(now: Instant) -> Self {
        Self { shown: 0, dropped: 0, since: now, bytes: 0, latencies: Vec::with_capacity(MAX_SAMPLES) }
    }

    /// A picture of this many bytes is in memory now.
    pub(super) fn shown(&mut self, now: Instant, captured_at: Instant, bytes: usize) {
        self.shown += 1;
        self.bytes += bytes;
        if self.latencies.len() < MAX_SAMPLES {
            self.latencies.push(now.saturating_duration_since(captured_at));
        }
    }

    /// A picture was lost for want of room.
    pub(super) fn dropped(&mut self) {
        self.dropped += 1;
    }

    /// The figures since the last telling, or `None` where no picture came.
    pub(super) fn figures(&mut self, now: Instant) -> Option<Figures> {
        if self.latencies.is_empty() {
            self.since = now;
            return None;
        }
        let seconds = now.duration_since(self.since).as_secs_f32().max(0.001);
        self.latencies.sort_unstable();
        let figures = Figures {
            shown: self.shown,
            dropped: self.dropped,
            fps: self.latencies.len() as f32 / seconds,
            latency_ms: self.latencies[self.latencies.len() / 2].as_secs_f32() * 1e3,
            kbps: self.bytes as f32 * 8.0 / 1e3 / seconds,
        };
        self.since = now;
        self.bytes = 0;
        self.latencies.clear();
        Some(figures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_speak_of_the_last_second_only() {
        let start = Instant::now();
        let mut counters = PictureCounters::new(start);
        assert_eq!(counters.figures(start), None);
        for millis in [10, 30, 20] {
            let now = start + Duration::from_millis(500);
            counters.shown(now, now - Duration::from_millis(millis), 1000);
        }
        let second = start + Duration::from_secs(1);
        let figures = counters.figures(second).expect("pictures were shown");
        assert_eq!((figures.shown, figures.fps), (3, 3.0));
        assert!((figures.latency_ms - 20.0).abs() < 0.1 && (figures.kbps - 24.0).abs() < 0.1);
        assert_eq!(counters.figures(second + INTERVAL), None);
    }
}
