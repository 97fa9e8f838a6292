//! A running search: a thread that searches, and the queue by which its side hears of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use beistand_session::{SweepCategory, SweepEnd, SweepFinding};
use beistand_sweep::{SweepOutcome, SweepRequest, SweepSink, SweptSystem};
use tokio::sync::mpsc;

/// News that wait for whoever passes them on; a search waits where they are not taken.
const NEWS_QUEUE: usize = 16;

/// What a running search has to say. After [`Self::Ended`] there is nothing more.
#[derive(Debug)]
pub(super) enum SweepNews {
    Advance { permille: u16, category: SweepCategory, seen: u32 },
    Finding(Box<SweepFinding>),
    Ended(SweepOutcome),
}

/// A running search as its owner holds it. It stops when this is dropped.
#[derive(Debug)]
pub(super) struct SweepRun {
    news: mpsc::Receiver<SweepNews>,
    stopped: Arc<AtomicBool>,
}

impl SweepRun {
    /// Starts a search; within a runtime.
    pub(super) fn start(system: Arc<dyn SweptSystem>, request: SweepRequest) -> Self {
        let (outbox, news) = mpsc::channel(NEWS_QUEUE);
        let stopped = Arc::new(AtomicBool::new(false));
        let mut sink = ThreadSink { news: outbox, stopped: stopped.clone() };
        tokio::task::spawn_blocking(move || {
            let outcome = system.sweep(&request, &mut sink);
            let _ = sink.news.blocking_send(SweepNews::Ended(outcome));
        });
        Self { news, stopped }
    }

    /// The next news; after its end, that it is broken. Cancel safe.
    pub(super) async fn next(&mut self) -> SweepNews {
        let broken = SweepOutcome { end: SweepEnd::Broken, seen: 0, left_off: 0 };
        self.news.recv().await.unwrap_or(SweepNews::Ended(broken))
    }

    /// Asks it to stop; its end says when it has.
    pub(super) fn ask_to_stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Stops it. Nothing of it acts any more when this returns.
    pub(super) async fn stop(mut self) {
        self.ask_to_stop();
        // Who waits for room for news goes on.
        while self.news.recv().await.is_some() {}
    }
}

impl Drop for SweepRun {
    fn drop(&mut self) {
        self.ask_to_stop();
    }
}

/// The thread's end of the queue.
struct ThreadSink {
    news: mpsc::Sender<SweepNews>,
    stopped: Arc<AtomicBool>,
}

impl SweepSink for ThreadSink {
    fn is_wanted(&self) -> bool {
        !self.stopped.load(Ordering::Relaxed) && !self.news.is_closed()
    }

    fn advance(&mut self, permille: u16, category: SweepCategory, seen: u32) {
        // What finds no room is out of date soon.
        let _ = self.news.try_send(SweepNews::Advance { permille, category, seen });
    }

    fn found(&mut self, finding: SweepFinding) {
        let _ = self.news.blocking_send(SweepNews::Finding(Box::new(finding)));
    }
}
