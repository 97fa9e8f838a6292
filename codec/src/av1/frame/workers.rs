//! The threads that share a frame: the caller and its helpers. Not in the specification.
//!
//! The caller works too, rather than wait for a pool: that spares a wake-up, and a kernel with two cores
//! would place two threads that are woken one after the other on the same one.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread::available_parallelism;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Helpers at most: a frame has two tiles, and what else is shared takes a few milliseconds.
const HELPERS_MAX: usize = 3;

/// See the module.
pub(crate) struct WorkerThreads {
    /// None on one core, or where the system has no threads left.
    helpers: Option<ThreadPool>,
}

impl WorkerThreads {
    /// As many as there are cores, to a limit.
    pub(crate) fn new() -> Self {
        let cores = available_parallelism().map_or(1, NonZero::get);
        Self::with_helpers((cores - 1).min(HELPERS_MAX))
    }

    fn with_helpers(count: usize) -> Self {
        let builder = ThreadPoolBuilder::new().num_threads(count);
        let builder = builder.thread_name(|index| format!("encoder-{index}"));
        Self { helpers: (count > 0).then(|| builder.build().ok()).flatten() }
    }

    /// How many threads there are, the caller's among them.
    pub(crate) fn count(&self) -> usize {
        1 + self.helpers.as_ref().map_or(0, ThreadPool::current_num_threads)
    }

    /// Does `work` with every part, where sharing `pays` whoever is free with the next one; returns when all
    /// is done.
    pub(crate) fn share_if<T: Send>(
        &self,
        pays: bool,
        parts: impl Iterator<Item = T> + Send,
        work: impl Fn(T) + Sync,
    ) {
        let Some(helpers) = self.helpers.as_ref().filter(|_| pays) else { return parts.for_each(work) };
        let parts = Mutex::new(parts);
        let next = || parts.lock().unwrap_or_else(PoisonError::into_inner).next();
        let run = || {
            while let Some(part) = next() {
                work(part);
            }
        };
        helpers.in_place_scope(|scope| {
            for _ in 0..helpers.current_num_threads() {
                scope.spawn(|_| run());
            }
            run();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_done_once_with_and_without_helpers() {
        for helpers in [0, 1, 3] {
            let workers = WorkerThreads::with_helpers(helpers);
            assert_eq!(workers.count(), 1 + helpers);
            for pays in [true, false] {
                let mut done = vec![0; 1000];
                workers.share_if(pays, done.iter_mut().enumerate(), |(index, part)| *part += index);
                assert!(done.iter().enumerate().all(|(index, part)| *part == index));
            }
        }
    }
}
