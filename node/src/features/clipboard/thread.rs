//! The thread that has the clipboard: opened when a direction is allowed, never before, and closed when what
//! is allowed changes.
//!
//! What is allowed is fixed for a thread's life, so that nothing that was copied before a grant is ever sent:
//! a clipboard reports only what is copied after it was opened.

use std::sync::Arc;
use std::time::Duration;

use beistand_platform::{ClipboardChange, ClipboardContent, ClipboardError, DesktopFault, SystemClipboard};
use tokio::sync::oneshot;

use super::content::ClipboardGrants;
use super::exchange::{ClipboardExchange, ThreadOrder};
use super::{ClipboardEvent, ClipboardRefusal};

/// How long the thread waits for a copy before it looks up: it is woken for everything it has to do.
const WATCH: Duration = Duration::from_secs(60);

/// How long [`ClipboardThread::stop`] waits for the thread at most: what a revoke may take in all.
const STOP_TIMEOUT: Duration = Duration::from_millis(50);

/// Opens the clipboard, on the thread that uses it.
pub(in crate::features) type OpenClipboard =
    Box<dyn FnOnce() -> Result<Box<dyn SystemClipboard>, DesktopFault> + Send>;

/// The running thread; it ends when this is dropped.
pub(super) struct ClipboardThread {
    exchange: Arc<ClipboardExchange>,
    /// Resolves when the clipboard is closed.
    ended: oneshot::Receiver<()>,
}

impl ClipboardThread {
    pub(super) fn start(open: OpenClipboard, grants: ClipboardGrants) -> std::io::Result<Self> {
        let exchange = Arc::new(ClipboardExchange::default());
        let (end, ended) = oneshot::channel();
        let theirs = exchange.clone();
        std::thread::Builder::new().name("clipboard".to_owned()).spawn(move || {
            match open() {
                Ok(clipboard) => ClipboardLoop { clipboard, grants, exchange: theirs }.run(),
                Err(error) => {
                    tracing::warn!(%error, "no clipboard");
                    theirs.close();
                    theirs.tell(not_here((&error).into()));
                }
            }
            // Whoever no longer waits has stopped waiting at its time-out.
            let _ = end.send(());
        })?;
        Ok(Self { exchange, ended })
    }

    pub(super) fn exchange(&self) -> &ClipboardExchange {
        &self.exchange
    }

    /// Ends the thread and waits until the clipboard is closed, at most for [`STOP_TIMEOUT`].
    pub(super) async fn stop(mut self) {
        self.exchange.close();
        let _ = tokio::time::timeout(STOP_TIMEOUT, &mut self.ended).await;
    }
}

impl Drop for ClipboardThread {
    fn drop(&mut self) {
        self.exchange.close();
    }
}

struct ClipboardLoop {
    clipboard: Box<dyn SystemClipboard>,
    grants: ClipboardGrants,
    exchange: Arc<ClipboardExchange>,
}

impl ClipboardLoop {
    fn run(mut self) {
        self.exchange.opened(self.clipboard.waker());
        if let Err(error) = self.work() {
            tracing::warn!(%error, "the clipboard can't be used any more");
            self.exchange.close();
            self.exchange.tell(not_here((&error).into()));
        }
    }

    fn work(&mut self) -> Result<(), ClipboardError> {
        loop {
            match self.exchange.next_order() {
                ThreadOrder::Put(content) => self.put(content)?,
                ThreadOrder::Watch => {
                    if let Some(change) = self.clipboard.next_change(WATCH)? {
                        self.changed(change);
                    }
                }
                ThreadOrder::End => return Ok(()),
            }
        }
    }

    fn put(&mut self, content: ClipboardContent) -> Result<(), ClipboardError> {
        if !self.grants.put {
            return Ok(());
        }
        let (kind, bytes) = (content.kind(), content.as_bytes().len());
        match self.clipboard.put(content) {
            Ok(()) => self.exchange.tell(ClipboardEvent::Received { kind, bytes }),
            Err(ClipboardError::Invalid(why)) => {
                self.exchange.tell(ClipboardEvent::Refused { why: why.into() });
            }
            // The last to copy wins.
            Err(ClipboardError::Taken) => tracing::debug!("something else was copied in the same moment"),
            Err(error @ (ClipboardError::Lost(_) | ClipboardError::Withheld)) => return Err(error),
        }
        Ok(())
    }

    fn changed(&self, change: ClipboardChange) {
        if !self.grants.send {
            return;
        }
        match change {
            ClipboardChange::Copied(content) => self.exchange.copied(content),
            ClipboardChange::Refused(why) => {
                self.exchange.tell(ClipboardEvent::Refused { why: why.into() });
            }
        }
    }
}

fn not_here(reason: crate::words::Phrase) -> ClipboardEvent {
    ClipboardEvent::Refused { why: ClipboardRefusal::NotHere(reason) }
}
