//! The user's side of view: the screen is captured and sent while the user allows it.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::sync::{mpsc, watch};

use super::capture_thread::{CaptureFault, CaptureThread};
use super::keep_thread::KeepThread;
use super::{ViewCommand, ViewEvent, ViewMessage};
use crate::backends::Backends;
use crate::fault;
use crate::features::HostWorld;
use crate::features::side::{Side, SideContext, SideExistence, SideFault, Standing};
use beistand_session::VideoMessage;

/// Faults of the thread that wait: it ends with the first.
const FAULT_QUEUE: usize = 1;

/// The user's side.
pub(in crate::features) struct ViewHost {
    thread: CaptureThread,
    keeper: KeepThread,
    faults: mpsc::Receiver<CaptureFault>,
}

/// Opens the user's screen.
#[derive(Debug, Clone)]
pub(in crate::features) struct ScreenSource {
    backends: Backends,
    picture_room: watch::Receiver<Option<u32>>,
    /// The next picture's number: numbers rise through the whole session, also where the screen is opened
    /// again.
    next_picture: Arc<AtomicU64>,
}

impl From<&HostWorld> for ScreenSource {
    fn from(world: &HostWorld) -> Self {
        Self {
            backends: world.backends,
            picture_room: world.picture_room.clone(),
            next_picture: Arc::new(AtomicU64::new(1)),
        }
    }
}

impl Side for ViewHost {
    type Message = ViewMessage;
    type Command = ViewCommand;
    type Event = ViewEvent;
    type World = ScreenSource;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        let (fault_outbox, faults) = mpsc::channel(FAULT_QUEUE);
        let source = cx.world;
        let keeper = KeepThread::start(source.backends.keeper(), cx.outbox.clone());
        let keeper = keeper.map_err(|error| SideFault::Session(fault::out_of_resources(&error)))?;
        let thread = CaptureThread::start(
            source.backends.capturer(),
            source.backends.encoder(),
            cx.outbox,
            source.picture_room,
            fault_outbox,
            source.next_picture,
        );
        let thread = thread.map_err(|error| SideFault::Session(fault::out_of_resources(&error)))?;
        Ok(Self { thread, keeper, faults })
    }

    async fn command(&mut self, command: ViewCommand) {
        tracing::debug!(?command, "the user's side shows no picture");
    }

    async fn heard(&mut self, message: ViewMessage) -> Result<(), SideFault> {
        match message {
            ViewMessage::Video(VideoMessage::KeyRequest) => self.thread.request_key(),
            // The session counts what has been shown.
            ViewMessage::Video(VideoMessage::Shown { .. }) => {}
            ViewMessage::Video(VideoMessage::Picture(_)) | ViewMessage::Cursor(_) => {
                tracing::debug!("a picture for the user's side was dropped");
            }
        }
        Ok(())
    }

    async fn run(&mut self) -> SideFault {
        match self.faults.recv().await {
            Some(fault) => SideFault::Session((&fault).into()),
            // It ended since the session did.
            None => std::future::pending().await,
        }
    }

    async fn stop(self) {
        drop(self.thread);
        self.keeper.stop().await;
    }
}
