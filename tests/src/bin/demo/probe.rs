//! How long a change of the user's screen takes to be seen on the technician's.
//!
//! Both screens' memories are read a thousand times a second. A change counts as shown when the technician's
//! screen shows it or a later one: what was skipped counts as late, not as absent.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use beistand_tests::{Area, Framebuffer};

/// How often both screens are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// A drawing program may draw in steps: what changes within this time after a change belongs to it.
const ONE_CHANGE: Duration = Duration::from_millis(3);

/// How many changes are waited for at most; older ones are given up as never shown.
const WAITING: usize = 64;

/// How much of a change's energy may be left where it counts as shown: readable, though perhaps not sharp
/// yet.
const LEFT: f64 = 0.1;

/// What was measured.
#[derive(Debug, Default)]
pub(crate) struct Latency {
    /// From change to picture, of each change that was shown.
    pub(crate) shown: Vec<Duration>,
    /// Changes that were never shown.
    pub(crate) never: usize,
}

impl Latency {
    /// The time within which this share of the changes was shown, in ms.
    pub(crate) fn percentile(&self, share: f64) -> f64 {
        let mut sorted = self.shown.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        sorted
            .get((last as f64 * share).round() as usize)
            .map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }
}

/// A change of the user's screen.
struct ScreenChange {
    at: Instant,
    /// What the whole area showed after it.
    after: Vec<u8>,
    /// The bytes of it that changed, row by row.
    changed: Vec<std::ops::Range<usize>>,
    /// The sum of the squared differences that the change made.
    energy: f64,
}

/// A running measurement.
pub(crate) struct Probe {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Latency>,
}

impl Probe {
    /// Watches `area` of the user's screen, and the same on the technician's, where the picture begins at
    /// `corner`.
    pub(crate) fn start(
        users: Framebuffer,
        technicians: Framebuffer,
        area: Area,
        corner: (u32, u32),
    ) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let there = Area { x: area.x + corner.0, y: area.y + corner.1, ..area };
        let thread =
            thread::spawn(move || watch(&stopped, || users.bytes(area), || technicians.bytes(there), area));
        Self { stop, thread }
    }

    /// Ends it.
    pub(crate) fn finish(self) -> Latency {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
    }
}

fn watch(stop: &AtomicBool, here: impl Fn() -> Vec<u8>, there: impl Fn() -> Vec<u8>, area: Area) -> Latency {
    let stride = area.width as usize * 4;
    let mut latency = Latency::default();
    let mut waiting: VecDeque<ScreenChange> = VecDeque::new();
    let mut before = here();
    let mut shown = there();
    while !stop.load(Ordering::Relaxed) {
        thread::sleep(LOOK_EVERY);
        let now = here();
        if now != before {
            let at = Instant::now();
            thread::sleep(ONE_CHANGE);
            let after = here();
            if let Some(change) = ScreenChange::between(at, &before, after.clone(), stride) {
                waiting.push_back(change);
            }
            before = after;
            if waiting.len() > WAITING {
                waiting.pop_front();
                latency.never += 1;
            }
        }
        let seen = there();
        if seen != shown || !waiting.is_empty() {
            let newest = waiting.iter().rposition(|change| change.is_shown(&seen));
            let at = Instant::now();
            for change in waiting.drain(..newest.map_or(0, |newest| newest + 1)) {
                latency.shown.push(at - change.at);
            }
            shown = seen;
        }
    }
    latency.never += waiting.len();
    latency
}

impl ScreenChange {
    fn between(at: Instant, before: &[u8], after: Vec<u8>, stride: usize) -> Option<Self> {
        let (mut changed, mut energy) = (Vec::new(), 0.0);
        for (row, (old, new)) in before.chunks_exact(stride).zip(after.chunks_exact(stride)).enumerate() {
            let Some(first) = old.iter().zip(new).position(|(a, b)| a != b) else { continue };
            let last = old.iter().zip(new).rposition(|(a, b)| a != b).unwrap_or(first);
            changed.push(row * stride + first..row * stride + last + 1);
            energy += difference(&old[first..=last], &new[first..=last]);
        }
        (energy > 0.0).then_some(Self { at, after, changed, energy })
    }

    fn is_shown(&self, seen: &[u8]) -> bool {
        let mut left = 0.0;
        self.changed.iter().all(|range| {
            left += difference(&self.after[range.clone()], &seen[range.clone()]);
            left <= self.energy * LEFT
        })
    }
}

fn difference(a: &[u8], b: &[u8]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn a_known_delay_is_measured() {
        const DELAY: Duration = Duration::from_millis(40);
        const CHANGES: u8 = 10;
        let area = Area::new(0, 0, 8, 8);
        let start = Instant::now();
        // A picture that changes every 60 ms, and a copy of it that is 40 ms late.
        let picture = |late: Duration| {
            let step = (start.elapsed().saturating_sub(late).as_millis() / 60) as usize;
            let mut bytes = vec![0; 8 * 8 * 4];
            bytes[step * 8 % 256..][..8].fill(255);
            bytes
        };
        let stop = AtomicBool::new(false);
        let ended = Mutex::new(None);
        thread::scope(|scope| {
            scope.spawn(|| {
                *ended.lock().expect("no panic") =
                    Some(watch(&stop, || picture(Duration::ZERO), || picture(DELAY), area));
            });
            thread::sleep(Duration::from_millis(60) * u32::from(CHANGES));
            stop.store(true, Ordering::Relaxed);
        });
        let latency = ended.into_inner().expect("no panic").expect("it ended");
        assert!(latency.shown.len() >= 5, "{latency:?}");
        let median = latency.percentile(0.5);
        assert!((35.0..60.0).contains(&median), "{median}");
    }
}
