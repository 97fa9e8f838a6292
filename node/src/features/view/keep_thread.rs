//! The user's screen stays on while somebody looks, and the technician hears what covers it: a thread that
//! holds the desktop's keeper for as long as it lives.
//!
//! What it does not do: without a keeper the session goes on, and the screen goes dark when it will.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use beistand_platform::{DesktopFault, KEEP_INTERVAL, ScreenKeeper};
use beistand_session::{CursorMessage, ScreenCover};
use tokio::sync::oneshot;

use super::ViewMessage;
use crate::features::wire::Outbox;
use crate::words::Phrase;

/// How long [`KeepThread::stop`] waits at most: what a revoke may take in all. A server that takes longer
/// lets go when the connection closes.
const STOP_TIMEOUT: Duration = Duration::from_millis(50);

/// Makes the keeper, on the thread that uses it.
pub(crate) type OpenKeeper = Box<dyn FnOnce() -> Result<Box<dyn ScreenKeeper>, DesktopFault> + Send>;

/// The running thread; it lets go of the screen and ends when this is dropped.
pub(super) struct KeepThread {
    /// Nothing is ever sent: its end is the word.
    alive: Sender<()>,
    ended: oneshot::Receiver<()>,
}

impl KeepThread {
    /// Starts to keep the screen on.
    pub(super) fn start(open: OpenKeeper, outbox: Outbox<ViewMessage>) -> std::io::Result<Self> {
        let (alive, over) = channel::<()>();
        let (end, ended) = oneshot::channel();
        std::thread::Builder::new().name("keeper".to_owned()).spawn(move || {
            let kept = open().and_then(|mut keeper| {
                let mut told = None;
                loop {
                    let cover = keeper.keep()?;
                    if told != Some(cover) {
                        told = Some(cover);
                        outbox.blocking_send(ViewMessage::Cursor(CursorMessage::Cover(cover)));
                    }
                    if over.recv_timeout(KEEP_INTERVAL) != Err(RecvTimeoutError::Timeout) {
                        return Ok(());
                    }
                }
            });
            if let Err(fault) = kept {
                tracing::warn!(%fault, "the user's screen may go dark");
            }
            // Whoever no longer waits has stopped waiting at its time-out.
            let _ = end.send(());
        })?;
        Ok(Self { alive, ended })
    }

    /// Lets go of the screen; it has when this returns, unless the desktop hangs.
    pub(super) async fn stop(self) {
        drop(self.alive);
        let _ = tokio::time::timeout(STOP_TIMEOUT, self.ended).await;
    }
}

impl From<ScreenCover> for Phrase {
    /// What the technician is told of it.
    fn from(cover: ScreenCover) -> Self {
        Self::new(match cover {
            ScreenCover::None => "view-uncovered",
            ScreenCover::Saver => "view-saver",
            ScreenCover::Lock => "view-locked",
        })
    }
}
