//! One session at the host: what the user allowed is done, what they take back stops at once.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use beistand_p2p::SessionHandle;
use beistand_session::{
    Command as SessionCommand, EndReason, Event as SessionEvent, Permission, PermissionSet,
};
use tokio::sync::mpsc;

use super::input::Hands;
use super::screen::{Screen, ScreenError};
use crate::backends::Backends;
use crate::convert;
use crate::handle::{Command, EndCause, Event};

/// How long after a dialog in which the user grants something remote input stays out.
const AFTER_DIALOG: Duration = Duration::from_secs(1);

/// Faults of the screen that wait to be seen: the thread ends with the first.
const FAULT_QUEUE: usize = 1;

/// A session that the user has allowed.
pub(super) struct Serving {
    session: SessionHandle,
    events: mpsc::Sender<Event>,
    backends: Backends,
    granted: PermissionSet,
    paused: bool,
    /// Exists while the screen may be seen, is not paused, and the session runs.
    screen: Option<Screen>,
    /// Exists while pointer or keyboard are granted.
    hands: Option<Hands>,
    dialog: Dialog,
    faults: mpsc::Receiver<ScreenError>,
    fault_outbox: mpsc::Sender<ScreenError>,
    /// Picture ids rise through the whole session, also where the screen starts anew.
    picture_ids: Arc<AtomicU64>,
    /// The end that we caused for a reason the session does not know.
    own_end: Option<EndCause>,
}

/// Whether a dialog in which the user can grant something keeps remote input out.
enum Dialog {
    Open,
    ClosedAt(Instant),
}

impl Dialog {
    fn keeps_out(&self, now: Instant) -> bool {
        match self {
            Self::Open => true,
            Self::ClosedAt(at) => now.duration_since(*at) < AFTER_DIALOG,
        }
    }
}

impl Serving {
    pub(super) fn new(session: SessionHandle, backends: Backends, events: mpsc::Sender<Event>) -> Self {
        let (fault_outbox, faults) = mpsc::channel(FAULT_QUEUE);
        Self {
            session,
            events,
            backends,
            granted: PermissionSet::NONE,
            paused: false,
            screen: None,
            hands: None,
            dialog: Dialog::ClosedAt(Instant::now()),
            faults,
            fault_outbox,
            picture_ids: Arc::new(AtomicU64::new(1)),
            own_end: None,
        }
    }

    /// Waits for the next thing to happen and deals with it; the cause where it was the end. Cancel safe.
    pub(super) async fn step(&mut self) -> Option<EndCause> {
        tokio::select! {
            event = self.session.events.recv() => match event {
                Some(SessionEvent::Ended(end)) => {
                    self.stop().await;
                    Some(self.own_end.take().unwrap_or_else(|| EndCause::of_session(&end)))
                }
                Some(event) => {
                    self.on_event(event).await;
                    None
                }
                None => Some(EndCause::failed("The session broke off.")),
            },
            Some(fault) = self.faults.recv() => {
                self.own_end = Some(EndCause::failed(convert::sentence(&fault.to_string())));
                self.tell(SessionCommand::End(EndReason::Ended)).await;
                None
            }
        }
    }

    /// Waits until the last words have reached the other side.
    pub(super) async fn closed(self) {
        self.session.closed().await;
    }

    pub(super) async fn on_command(&mut self, command: Command) {
        match command {
            Command::Grant(permission) => self.tell(SessionCommand::Grant(permission)).await,
            Command::Revoke(permission) => {
                self.stop_hands().await;
                self.tell(SessionCommand::Revoke(permission)).await;
            }
            Command::Pause => {
                self.stop_hands().await;
                self.screen = None;
                self.tell(SessionCommand::Pause).await;
            }
            Command::Resume => self.tell(SessionCommand::Resume).await,
            Command::GrantDialog { visible: true } => {
                self.dialog = Dialog::Open;
                self.stop_hands().await;
            }
            Command::GrantDialog { visible: false } => {
                self.dialog = Dialog::ClosedAt(Instant::now());
                self.apply().await;
            }
            Command::Chat(line) => self.tell(SessionCommand::Chat(line)).await,
            Command::End => {
                self.stop().await;
                self.tell(SessionCommand::End(EndReason::Ended)).await;
            }
            _ => {}
        }
    }

    async fn on_event(&mut self, event: SessionEvent) {
        match event {
            SessionEvent::Permissions { granted, revoked } => {
                self.granted = granted;
                self.apply().await;
                self.say(Event::Permissions { granted, revoked }).await;
                self.say_path(None).await;
            }
            SessionEvent::Paused(paused) => {
                self.paused = paused;
                self.apply().await;
                self.say(Event::Paused(paused)).await;
            }
            SessionEvent::Input(event) => {
                if let Some(hands) = self.hands.as_ref().filter(|_| !self.dialog.keeps_out(Instant::now())) {
                    hands.inject(event);
                }
            }
            SessionEvent::ReleaseInput => self.let_go(),
            SessionEvent::KeyRequested => {
                if let Some(screen) = &self.screen {
                    screen.request_key();
                }
            }
            SessionEvent::Rtt(rtt) => {
                self.say_path(Some(rtt)).await;
            }
            SessionEvent::Path(_) => self.say_path(None).await,
            SessionEvent::Reconnecting => self.say(Event::Reconnecting).await,
            SessionEvent::Chat(line) => self.say(Event::Chat(line)).await,
            SessionEvent::ChatFull => self.say(convert::chat_full()).await,
            SessionEvent::Dropped { what } => tracing::warn!(what, "dropped: the technician may not do that"),
            _ => {}
        }
    }

    /// Brings screen and hands in line with what is granted.
    async fn apply(&mut self) {
        let sees = self.granted.contains(Permission::View) && !self.paused;
        if !sees {
            self.screen = None;
        } else if self.screen.is_none() {
            self.screen = self.start_screen();
        }
        let granted =
            self.granted.contains(Permission::Pointer) || self.granted.contains(Permission::Keyboard);
        if !granted || self.paused || matches!(self.dialog, Dialog::Open) {
            self.stop_hands().await;
        } else if self.hands.is_none() {
            self.hands = Hands::start(self.backends.injector())
                .inspect_err(|error| tracing::error!(%error, "no thread for remote input"))
                .ok();
        }
    }

    fn start_screen(&self) -> Option<Screen> {
        Screen::start(
            self.backends.capturer(),
            self.backends.encoder(),
            self.session.commands.clone(),
            self.session.picture_room.clone(),
            self.fault_outbox.clone(),
            self.picture_ids.clone(),
        )
        .inspect_err(|error| tracing::error!(%error, "no thread for the picture"))
        .ok()
    }

    fn let_go(&self) {
        if let Some(hands) = &self.hands {
            hands.release();
        }
    }

    /// Nothing more is seen or touched from here on.
    async fn stop(&mut self) {
        self.screen = None;
        self.stop_hands().await;
    }

    /// Nothing is touched when this returns; what the session still lets through finds no hands.
    async fn stop_hands(&mut self) {
        if let Some(hands) = self.hands.take() {
            hands.stop().await;
        }
    }

    async fn tell(&self, command: SessionCommand) {
        // A session that has ended says so by its last event.
        let _ = self.session.commands.send(command).await;
    }

    async fn say_path(&self, rtt: Option<Duration>) {
        let path = convert::path(&self.session.connection.borrow(), rtt);
        self.say(Event::Path(path)).await;
    }

    async fn say(&self, event: Event) {
        let _ = self.events.send(event).await;
    }
}
