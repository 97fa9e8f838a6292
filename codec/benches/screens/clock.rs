//! Time as a person waits for it and as the processors spend it: the second is what holds on a busy machine.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// How long something took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Time {
    /// From start to end.
    pub(crate) wall: Duration,
    /// Of all threads of this process together.
    pub(crate) cpu: Duration,
}

/// Runs `work` and says how long it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Time) {
    let (cpu, wall) = (spent(), Instant::now());
    let result = work();
    (result, Time { wall: wall.elapsed(), cpu: spent().saturating_sub(cpu) })
}

fn spent() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}
