//! A screen on which pictures appear as they are fed to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use beistand_codec::{Damage, Frame, Size};
use beistand_platform::{CaptureError, Capturer, ScreenUpdate};
use tokio::sync::watch;

use crate::features::OpenCapturer;

/// A picture that was drawn, and where it differs from the one before.
pub(super) type DrawnFrame = (Frame, Damage);

/// The screen; what captures it is its only user.
pub(super) struct FedScreen {
    size: Size,
    feed: Receiver<DrawnFrame>,
    /// The number of the next picture that is sent.
    ids: Arc<AtomicU64>,
    /// Which number the last picture that appeared has on its way.
    handed: watch::Sender<u64>,
}

impl FedScreen {
    pub(super) fn new(
        size: Size,
        feed: Receiver<DrawnFrame>,
        ids: Arc<AtomicU64>,
        handed: watch::Sender<u64>,
    ) -> Self {
        Self { size, feed, ids, handed }
    }

    /// What a thread opens it with.
    pub(super) fn opened(self) -> OpenCapturer {
        Box::new(move || {
            let capturer: Box<dyn Capturer> = Box::new(self);
            Ok(capturer)
        })
    }
}

impl Capturer for FedScreen {
    fn size(&self) -> Size {
        self.size
    }

    fn capture(
        &mut self,
        frame: &mut Frame,
        timeout: Duration,
    ) -> Result<Option<ScreenUpdate>, CaptureError> {
        match self.feed.recv_timeout(timeout) {
            Ok((picture, damage)) => {
                let began = Instant::now();
                *frame = picture;
                // Whoever captures is whoever counts.
                self.handed.send_replace(self.ids.load(Ordering::Relaxed));
                Ok(Some(ScreenUpdate {
                    damage,
                    layout: None,
                    cursor_shape: None,
                    cursor_position: None,
                    took: began.elapsed(),
                }))
            }
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                Err(CaptureError::Lost("nothing is drawn any more".to_owned()))
            }
        }
    }

    fn name(&self) -> &'static str {
        "fed"
    }
}
