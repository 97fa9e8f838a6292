//! The user's side of control: input is injected while the user allows it and no dialog of theirs is open.

use std::sync::Arc;
use std::time::Instant;

use beistand_session::{InputEvent, Permission, PermissionSet, PushbackMessage};
use tokio::sync::{Notify, mpsc};

use super::input_thread::{InputThread, OpenInjector};
use super::noting::NotingInjector;
use super::{ControlCommand, ControlEvent, ControlMessage, HandsOff};
use crate::fault;
use crate::features::side::{GrantDialog, Side, SideContext, SideExistence, SideFault, Standing};
use crate::features::{HostWorld, SeenLayout};
use crate::host::UserHand;

/// News of the thread that waits: it tells of the user's own hand at most once in 2 s.
const NEWS_QUEUE: usize = 4;

/// What lets remote input in at all.
const INPUT: PermissionSet = PermissionSet::NONE.with(Permission::Pointer).with(Permission::Keyboard);

/// The user's side.
pub(in crate::features) struct ControlHost {
    cx: SideContext<Self>,
    /// Exists while no dialog is open in which the user can grant something.
    thread: Option<InputThread>,
    news: mpsc::Receiver<HandsOff>,
    news_outbox: mpsc::Sender<HandsOff>,
    granted: PermissionSet,
    dialog: GrantDialog,
}

/// Opens the user's mouse and keyboard, once per call.
#[derive(Clone)]
pub(in crate::features) struct InputSource {
    pub(super) opener: Arc<dyn Fn() -> OpenInjector + Send + Sync>,
    /// The user's own hand, which wins.
    pub(super) hand: UserHand,
    /// What the technician points at.
    pub(super) seen: SeenLayout,
    /// Raised where they clicked at a window of ours.
    pub(super) aside: Arc<Notify>,
}

impl From<&HostWorld> for InputSource {
    fn from(world: &HostWorld) -> Self {
        let (backends, hand, activity) = (world.backends, world.hand.clone(), world.activity.clone());
        let watched = hand.clone();
        let opener = move || -> OpenInjector {
            // Who can't be stopped by the user's hand has no hands.
            if let Some(fault) = watched.unwatched() {
                return Box::new(move || Err(fault));
            }
            let (open, activity) = (backends.injector(), activity.clone());
            Box::new(move || Ok(Box::new(NotingInjector::new(open()?, activity))))
        };
        Self { opener: Arc::new(opener), hand, seen: world.seen.clone(), aside: world.aside.clone() }
    }
}

impl Side for ControlHost {
    type Message = ControlMessage;
    type Command = ControlCommand;
    type Event = ControlEvent;
    type World = InputSource;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        let (news_outbox, news) = mpsc::channel(NEWS_QUEUE);
        let granted = now.allowed().intersection(INPUT);
        let mut side = Self { cx, thread: None, news, news_outbox, granted, dialog: now.dialog };
        side.open().map_err(|error| SideFault::Feature(fault::out_of_resources(&error)))?;
        Ok(side)
    }

    async fn command(&mut self, command: ControlCommand) {
        tracing::debug!(?command, "the user's side has no remote input to give");
    }

    async fn heard(&mut self, message: ControlMessage) -> Result<(), SideFault> {
        let ControlMessage::Input(event) = message else {
            tracing::debug!("what had no effect is the user's side to say");
            return Ok(());
        };
        if let Some(thread) = &self.thread
            && self.granted.contains(permission(&event))
            && !self.dialog.keeps_input_out(Instant::now())
            && let Some(event) = self.on_desktop(event)
        {
            thread.inject(event);
        }
        Ok(())
    }

    fn void(&mut self) {
        if let Some(thread) = &self.thread {
            thread.release();
        }
    }

    async fn changed(&mut self, now: &Standing) {
        let granted = now.allowed().intersection(INPUT);
        let lost = !self.granted.difference(granted).is_empty();
        (self.granted, self.dialog) = (granted, now.dialog);
        if lost || self.dialog == GrantDialog::Open {
            self.close().await;
        }
        if let Err(error) = self.open() {
            tracing::error!(%error, "no thread for remote input");
        }
    }

    async fn run(&mut self) -> SideFault {
        loop {
            let Some(why) = self.news.recv().await else { return std::future::pending().await };
            if why == HandsOff::OwnWindow {
                self.cx.world.aside.notify_one();
                self.cx.outbox.send(ControlMessage::Pushback(PushbackMessage::OwnWindow)).await;
            }
            self.cx.events.try_emit(ControlEvent::HandsOff { why });
        }
    }

    async fn stop(mut self) {
        self.close().await;
    }
}

impl ControlHost {
    /// The event with its place on the desktop instead of in the picture; `None` where nothing is shown.
    fn on_desktop(&self, event: InputEvent) -> Option<InputEvent> {
        let InputEvent::PointerMove { x, y } = event else { return Some(event) };
        let (x, y) = self.cx.world.seen.on_desktop((x, y))?;
        Some(InputEvent::PointerMove { x, y })
    }

    fn open(&mut self) -> std::io::Result<()> {
        if self.thread.is_none() && self.dialog != GrantDialog::Open {
            let InputSource { opener, hand, .. } = &self.cx.world;
            self.thread = Some(InputThread::start(opener(), hand.clone(), self.news_outbox.clone())?);
        }
        Ok(())
    }

    /// Nothing is touched any more when this returns; what the session still lets through finds no thread.
    async fn close(&mut self) {
        if let Some(thread) = self.thread.take() {
            thread.stop().await;
        }
    }
}

/// What allows the event. The session has asked the same, but may not know yet what the user has just taken
/// back.
fn permission(event: &InputEvent) -> Permission {
    match event {
        InputEvent::Key { .. } | InputEvent::Text(_) | InputEvent::KeysHeld => Permission::Keyboard,
        InputEvent::PointerMove { .. }
        | InputEvent::Button { .. }
        | InputEvent::Wheel { .. }
        | InputEvent::ButtonsHeld => Permission::Pointer,
    }
}
