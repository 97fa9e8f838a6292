//! X11: all keys go to one window of this program, those that the window manager keeps for itself as well.
//!
//! A thread with a connection of its own grabs the keyboard and sends on what it gets, so that the window
//! reads its keys as always, and the thread can let go whatever the window is doing: the server ends a grab
//! with its connection. Raw events are told to all programs during a grab as well, so that whoever waits
//! for the emergency key still gets it.
//!
//! It does not decide when the window wants the keyboard, and never takes it where another window has the
//! focus.

mod idle;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xkb::{self, ConnectionExt as _};
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConnectionExt as _, EventMask, GrabMode, GrabStatus, KeyPressEvent,
    NotifyMode, Window,
};
use x11rb::{CURRENT_TIME, NONE};

use super::display::WakeSignal;
use super::{X11Display, X11Failure};
use crate::{
    DesktopFault, DesktopObstacle, DesktopPart, GRAB_ANSWER_TIME, GrabNotice, GrabState, ShortcutGrab,
    UNTOUCHED_TIME,
};
use idle::IdleWatch;

/// How long after a refusal the server is asked again: a window manager has the keyboard while somebody
/// chooses a window, and a person should not notice that it took longer.
const RETRY: Duration = Duration::from_millis(100);

/// For how long others may have the keyboard before that is told: what takes longer is no passing menu.
const TAKEN_AFTER: Duration = Duration::from_secs(1);

/// Gets the keyboard for a window.
pub struct X11ShortcutGrab {
    shared: Arc<SharedGrab>,
    thread: Option<JoinHandle<()>>,
}

/// What the window and the thread know of each other.
struct SharedGrab {
    wake: WakeSignal,
    wanted: AtomicBool,
    closing: AtomicBool,
    /// How often the window has come round.
    rounds: AtomicU64,
    /// Whether the thread waits for the window to come round.
    hung: AtomicBool,
    state: Mutex<GrabState>,
}

impl X11ShortcutGrab {
    /// Connects to the display of this name (`:0`).
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`]: no display, one within Wayland, or no such window.
    pub fn open(display: &str, window: u32, notice: GrabNotice) -> Result<Self, DesktopFault> {
        Self::open_with(display, window, notice, UNTOUCHED_TIME)
    }

    /// The same with another time for which nobody may have touched anything.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(
        display: &str,
        window: u32,
        notice: GrabNotice,
        untouched: Duration,
    ) -> Result<Self, DesktopFault> {
        Self::start(display, window, notice, untouched)
            .map_err(|failure| failure.fault(DesktopPart::Shortcuts))
    }

    fn start(
        display: &str,
        window: Window,
        notice: GrabNotice,
        untouched: Duration,
    ) -> Result<Self, X11Failure> {
        let display = X11Display::open(display)?;
        if display.is_xwayland()? {
            return Err(X11Failure(DesktopObstacle::Wayland));
        }
        let shared = Arc::new(SharedGrab {
            wake: WakeSignal::new()?,
            wanted: AtomicBool::new(false),
            closing: AtomicBool::new(false),
            rounds: AtomicU64::new(0),
            hung: AtomicBool::new(false),
            state: Mutex::default(),
        });
        let keeper = GrabThread::new(display, window, Arc::clone(&shared), notice, untouched)?;
        let thread = std::thread::Builder::new()
            .name("shortcuts".to_owned())
            .spawn(move || keeper.run())
            .map_err(|error| X11Failure::system(error.to_string()))?;
        Ok(Self { shared, thread: Some(thread) })
    }
}

impl ShortcutGrab for X11ShortcutGrab {
    fn want(&self, wanted: bool) {
        if self.shared.wanted.swap(wanted, Ordering::SeqCst) != wanted {
            self.shared.wake.raise();
        }
    }

    fn answered(&self) {
        self.shared.rounds.fetch_add(1, Ordering::SeqCst);
        if self.shared.hung.load(Ordering::SeqCst) {
            self.shared.wake.raise();
        }
    }

    fn state(&self) -> GrabState {
        *self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for X11ShortcutGrab {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::SeqCst);
        self.shared.wake.raise();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The thread's end.
struct GrabThread {
    display: X11Display,
    window: Window,
    shared: Arc<SharedGrab>,
    notice: GrabNotice,
    idle: IdleWatch,
    /// Whether the window has the focus.
    focused: bool,
    held: bool,
    /// When a key was sent on that the window has not come round since, and how often it had then.
    sent: Option<(Instant, u64)>,
    /// Since when others have the keyboard.
    refused: Option<Instant>,
}

impl GrabThread {
    fn new(
        display: X11Display,
        window: Window,
        shared: Arc<SharedGrab>,
        notice: GrabNotice,
        untouched: Duration,
    ) -> Result<Self, X11Failure> {
        let conn = &display.conn;
        let mask = EventMask::FOCUS_CHANGE | EventMask::STRUCTURE_NOTIFY;
        let attributes = ChangeWindowAttributesAux::new().event_mask(mask);
        conn.change_window_attributes(window, &attributes)?.check()?;
        // A key that is held is to come as presses alone, as the window's own connection has it.
        conn.xkb_use_extension(1, 0)?.reply()?;
        let repeat = xkb::PerClientFlag::DETECTABLE_AUTO_REPEAT;
        let controls = xkb::BoolCtrl::from(0_u32);
        let keyboard = xkb::ID::USE_CORE_KBD.into();
        conn.xkb_per_client_flags(keyboard, repeat, repeat, controls, controls, controls)?.reply()?;
        let idle = IdleWatch::new(&display, untouched)?;
        let mut keeper = Self {
            display,
            window,
            shared,
            notice,
            idle,
            focused: false,
            held: false,
            sent: None,
            refused: None,
        };
        keeper.focused = keeper.has_focus()?;
        Ok(keeper)
    }

    fn run(mut self) {
        if let Err(failure) = self.keep() {
            tracing::warn!(%failure, "the desktop's shortcuts stay with the desktop");
            self.tell(GrabState::Lost);
        }
    }

    fn keep(&mut self) -> Result<(), X11Failure> {
        while !self.shared.closing.load(Ordering::SeqCst) {
            while let Some(event) = self.display.conn.poll_for_event()? {
                self.handle(event)?;
            }
            self.look_whether_it_answers();
            let timeout = self.settle()?;
            self.display.conn.flush()?;
            // Events that were read along with the answers are queued here; the socket has nothing left to
            // wake anybody with.
            if let Some(event) = self.display.conn.poll_for_event()? {
                self.handle(event)?;
                continue;
            }
            self.display.wait_or(&self.shared.wake, timeout)?;
            self.shared.wake.take();
        }
        Ok(())
    }

    fn handle(&mut self, event: Event) -> Result<(), X11Failure> {
        match event {
            // What somebody types for another window is not the host's.
            Event::KeyPress(_) if !self.focused => {}
            Event::KeyPress(event) | Event::KeyRelease(event) => self.send_on(event)?,
            // Not asked about: whoever has the focus now waits for keys.
            Event::FocusOut(event) if event.mode == NotifyMode::WHILE_GRABBED => self.focused = false,
            Event::FocusIn(_) | Event::FocusOut(_) | Event::MapNotify(_) => {
                self.focused = self.has_focus()?;
            }
            Event::UnmapNotify(_) => self.focused = false,
            Event::DestroyNotify(_) => {
                self.focused = false;
                self.shared.wanted.store(false, Ordering::SeqCst);
            }
            Event::SyncAlarmNotify(_) => self.idle.look(&self.display)?,
            _ => {}
        }
        Ok(())
    }

    fn has_focus(&self) -> Result<bool, X11Failure> {
        Ok(self.display.conn.get_input_focus()?.reply()?.focus == self.window)
    }

    /// The window gets it as if the server had sent it.
    fn send_on(&mut self, event: KeyPressEvent) -> Result<(), X11Failure> {
        let event = KeyPressEvent { event: self.window, child: NONE, ..event };
        // With no mask it goes to the program that made the window.
        self.display.conn.send_event(false, self.window, EventMask::NO_EVENT, event)?;
        let rounds = self.shared.rounds.load(Ordering::SeqCst);
        self.sent.get_or_insert((Instant::now(), rounds));
        Ok(())
    }

    fn look_whether_it_answers(&mut self) {
        let Some((at, rounds)) = self.sent else { return };
        let came_round = self.shared.rounds.load(Ordering::SeqCst) != rounds;
        if came_round {
            self.sent = None;
        }
        let hangs = !came_round && at.elapsed() >= GRAB_ANSWER_TIME;
        if self.shared.hung.swap(hangs, Ordering::SeqCst) != hangs && hangs {
            tracing::warn!("the window hangs; the desktop gets its keyboard back");
        }
    }

    /// Takes the keyboard or gives it back. Returns after which time to look again.
    fn settle(&mut self) -> Result<Option<Duration>, X11Failure> {
        let hung = self.shared.hung.load(Ordering::SeqCst);
        let wanted = self.shared.wanted.load(Ordering::SeqCst);
        if !wanted || !self.focused || hung || self.idle.is_untouched() {
            self.refused = None;
            self.release()?;
            return Ok(None);
        }
        if !self.held && !self.grab()? {
            let since = *self.refused.get_or_insert_with(Instant::now);
            if since.elapsed() >= TAKEN_AFTER {
                self.tell(GrabState::Taken);
            }
            return Ok(Some(RETRY));
        }
        if !self.focused {
            // The focus left before the server answered. An event reports when it returns.
            self.release()?;
            return Ok(None);
        }
        self.tell(GrabState::Held);
        Ok(self.sent.map(|(at, _)| GRAB_ANSWER_TIME.saturating_sub(at.elapsed())))
    }

    fn grab(&mut self) -> Result<bool, X11Failure> {
        let (conn, mode) = (&self.display.conn, GrabMode::ASYNC);
        // By the window that has the focus, so that nothing about the focus is told to anybody.
        let reply = conn.grab_keyboard(false, self.window, CURRENT_TIME, mode, mode)?.reply()?;
        self.held = reply.status == GrabStatus::SUCCESS;
        if self.held {
            self.refused = None;
            // What was told of the focus before the grab is older than this.
            self.focused = self.has_focus()?;
        }
        Ok(self.held)
    }

    fn release(&mut self) -> Result<(), X11Failure> {
        if std::mem::take(&mut self.held) {
            self.display.conn.ungrab_keyboard(CURRENT_TIME)?.check()?;
        }
        self.tell(GrabState::Free);
        Ok(())
    }

    fn tell(&self, state: GrabState) {
        let before = {
            let mut known = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *known, state)
        };
        if before != state {
            (self.notice)(state);
        }
    }
}
