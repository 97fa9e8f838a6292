//! The clipboard's desk, the same on both sides: it sends what is copied here and puts on the clipboard what
//! is copied there, as far as each direction is allowed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use beistand_platform::{ClipboardContent, ContentKind, DesktopFault, DesktopPart};
use beistand_session::ClipboardMessage;

use super::content::{ClipboardGrants, from_message, to_message};
use super::exchange::DeskNews;
use super::thread::{ClipboardThread, OpenClipboard};
use super::{ClipboardCommand, ClipboardEvent, ClipboardRefusal};
use crate::backends::Backends;
use crate::fault;
use crate::features::side::{Side, SideContext, SideExistence, SideFault, Standing};
use crate::features::{HostWorld, TechnicianWorld};

/// One side's desk.
pub(in crate::features) struct ClipboardDesk {
    cx: SideContext<Self>,
    grants: ClipboardGrants,
    /// Missing while it rests, and where this computer has no room for it.
    thread: Option<ClipboardThread>,
}

/// Opens this computer's clipboard, once per call.
#[derive(Clone)]
pub(in crate::features) struct ClipboardSource {
    pub(super) opener: Arc<dyn Fn() -> OpenClipboard + Send + Sync>,
    /// Whether the program has heard that there is no clipboard here: once per session is enough.
    pub(super) missing_told: Arc<AtomicBool>,
    /// Whether it is left alone, also by the next desk of this session.
    resting: Arc<AtomicBool>,
}

impl ClipboardSource {
    pub(super) fn new(opener: impl Fn() -> OpenClipboard + Send + Sync + 'static) -> Self {
        Self { opener: Arc::new(opener), missing_told: Arc::default(), resting: Arc::default() }
    }

    fn of(backends: Backends) -> Self {
        let opener = move || -> OpenClipboard {
            let backends = backends.clone();
            Box::new(move || backends.desktop()?.clipboard())
        };
        Self::new(opener)
    }
}

impl From<&HostWorld> for ClipboardSource {
    fn from(world: &HostWorld) -> Self {
        Self::of(world.backends.clone())
    }
}

impl From<&TechnicianWorld> for ClipboardSource {
    fn from(world: &TechnicianWorld) -> Self {
        let backends = world.backends.clone();
        let opener = move || -> OpenClipboard {
            let backends = backends.clone();
            Box::new(move || match backends.desktop()? {
                // Its question is for whoever shows their screen; who helps shows nothing.
                desktop if desktop.asks_itself() => Err(DesktopFault::NotHere(DesktopPart::Clipboard)),
                desktop => desktop.clipboard(),
            })
        };
        Self::new(opener)
    }
}

impl Side for ClipboardDesk {
    type Message = ClipboardMessage;
    type Command = ClipboardCommand;
    type Event = ClipboardEvent;
    type World = ClipboardSource;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        let grants = ClipboardGrants::new(cx.role, now.allowed());
        let mut desk = Self { cx, grants, thread: None };
        desk.open().map_err(|error| SideFault::Feature(fault::out_of_resources(&error)))?;
        Ok(desk)
    }

    async fn command(&mut self, command: ClipboardCommand) {
        let text = match command {
            ClipboardCommand::Copy(text) => text,
            ClipboardCommand::Rest => return self.rest(true).await,
            ClipboardCommand::Use => return self.rest(false).await,
        };
        let bytes = text.len();
        let event = if text.is_empty() {
            return;
        } else if !self.grants.send {
            ClipboardEvent::Refused { why: ClipboardRefusal::NotAllowed }
        } else if bytes > ContentKind::Text.max_bytes() {
            ClipboardEvent::Refused { why: ClipboardRefusal::TooLarge }
        } else {
            self.cx.outbox.send(to_message(self.cx.role, ClipboardContent::Text(text))).await;
            ClipboardEvent::Sent { kind: ContentKind::Text, bytes }
        };
        self.cx.events.emit(event).await;
    }

    async fn heard(&mut self, message: ClipboardMessage) -> Result<(), SideFault> {
        if let Some(thread) = &self.thread
            && self.grants.put
        {
            thread.exchange().put(from_message(message));
        }
        Ok(())
    }

    fn unheard(world: &ClipboardSource, command: &ClipboardCommand) {
        // Whether it rests holds for the desk that comes next.
        match command {
            ClipboardCommand::Rest => world.resting.store(true, Ordering::Release),
            ClipboardCommand::Use => world.resting.store(false, Ordering::Release),
            ClipboardCommand::Copy(_) => {}
        }
    }

    fn void(&mut self) {
        if let Some(thread) = &self.thread {
            thread.exchange().void();
        }
    }

    async fn changed(&mut self, now: &Standing) {
        let grants = ClipboardGrants::new(self.cx.role, now.allowed());
        if grants == self.grants {
            return;
        }
        self.grants = grants;
        self.close().await;
        if let Err(error) = self.open() {
            tracing::error!(%error, "no thread for the clipboard");
        }
    }

    async fn run(&mut self) -> SideFault {
        let Some(thread) = &self.thread else { return std::future::pending().await };
        let exchange = thread.exchange();
        let (cx, role) = (&self.cx, self.cx.role);
        loop {
            match exchange.news().await {
                DeskNews::Event => {
                    let next = || exchange.take_event().filter(|event| cx.world.is_news(event));
                    cx.events.emit_with(next).await;
                }
                DeskNews::Copied => {
                    let next = || exchange.take_copied().map(|content| to_message(role, content));
                    cx.outbox.send_with(next).await;
                }
            }
        }
    }

    async fn stop(mut self) {
        self.close().await;
    }
}

impl ClipboardDesk {
    /// Leaves this computer's clipboard alone, or uses it again.
    async fn rest(&mut self, rests: bool) {
        if self.cx.world.resting.swap(rests, Ordering::AcqRel) == rests {
            return;
        }
        self.close().await;
        if let Err(error) = self.open() {
            tracing::error!(%error, "no thread for the clipboard");
        }
    }

    fn open(&mut self) -> std::io::Result<()> {
        if self.cx.world.resting.load(Ordering::Acquire) {
            return Ok(());
        }
        let clipboard = (self.cx.world.opener)();
        self.thread = Some(ClipboardThread::start(clipboard, self.grants)?);
        Ok(())
    }

    /// The clipboard is not touched any more when this returns.
    async fn close(&mut self) {
        if let Some(thread) = self.thread.take() {
            thread.stop().await;
        }
    }
}

impl ClipboardSource {
    /// Whether its program has yet to hear this.
    fn is_news(&self, event: &ClipboardEvent) -> bool {
        let missing = matches!(event, ClipboardEvent::Refused { why: ClipboardRefusal::NotHere(_) });
        !missing || !self.missing_told.swap(true, Ordering::Relaxed)
    }
}
