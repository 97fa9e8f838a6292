//! The clipboard of an X11 display: the selection CLIPBOARD (ICCCM, section 2).
//!
//! What it does: XFIXES reports that a program has taken the selection, and what was copied is asked for
//! there ([`reading`]); programs that paste what was put are served ([`serving`]). Both are steps of one loop
//! with deadlines, so that no program that hangs delays another. What was put is recognised where it comes
//! back ([`KnownContent`]).
//!
//! What it does not do: PRIMARY, which is what is marked, is neither read nor taken. What was put does not
//! outlive this program: no clipboard manager is asked to keep it.
//!
//! arboard, which egui has anyway, can't stand here: it reports no changes, reads whatever it is sent to the
//! end, hands out a large picture in one request or not at all, waits for a program that hangs, and knows
//! pictures as pixels alone.

mod known_atoms;
mod property;
mod reading;
mod serving;

use std::time::{Duration, Instant};

use x11rb::connection::{Connection, RequestConnection};
use x11rb::protocol::Event;
use x11rb::protocol::xfixes::{self, ConnectionExt as _, SelectionEvent, SelectionEventMask};
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, Property, PropertyNotifyEvent,
    Timestamp, Window, WindowClass,
};

use self::known_atoms::ClipboardAtoms;
use self::reading::{CopyReader, ReadProgress};
use self::serving::ContentServer;
use super::display::WakeSignal;
use super::{X11Display, X11Failure};
use crate::known_content::KnownContent;
use crate::{
    ClipboardChange, ClipboardContent, ClipboardError, ClipboardWaker, DesktopFault, DesktopObstacle,
    DesktopPart, SystemClipboard,
};

/// How many events are dealt with before the clock is looked at: a program that floods this one can't keep it
/// from its other duties, and a millisecond is enough for so many.
const BATCH: usize = 64;

/// How long the server may take to tell its time; it takes less than a millisecond unless it is stopped.
const SERVER_PATIENCE: Duration = Duration::from_secs(5);

/// How long after the end of a program a clipboard manager puts back what was copied there: they take up to
/// half a second.
const TAKEOVER: Duration = Duration::from_secs(1);

/// The clipboard of one display, from the moment at which this was opened.
pub struct X11Clipboard {
    display: X11Display,
    atoms: ClipboardAtoms,
    window: Window,
    reader: CopyReader,
    server: ContentServer,
    known: KnownContent,
    signal: WakeSignal,
    /// What has yet to be handed out.
    found: Option<ClipboardChange>,
    /// Since when nobody has the selection.
    ownerless: Option<Instant>,
    /// Whether what is on the clipboard is still from before this was opened.
    untouched: bool,
    /// The server's time, where it has just told it.
    time: Option<Timestamp>,
}

impl X11Clipboard {
    /// Connects to the display of this name (`:0`).
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`]: no display, or it has no XFIXES.
    pub fn open(display: &str) -> Result<Self, DesktopFault> {
        Self::start(display).map_err(|failure| failure.fault(DesktopPart::Clipboard))
    }

    fn start(display: &str) -> Result<Self, X11Failure> {
        let display = X11Display::open(display)?;
        let conn = &display.conn;
        if conn.extension_information(xfixes::X11_EXTENSION_NAME)?.is_none() {
            return Err(X11Failure(DesktopObstacle::NoExtension("XFIXES")));
        }
        conn.xfixes_query_version(5, 0)?.reply()?;
        let atoms = ClipboardAtoms::new(conn)?.reply()?;
        let window = property_window(&display)?;
        let events = SelectionEventMask::SET_SELECTION_OWNER
            | SelectionEventMask::SELECTION_WINDOW_DESTROY
            | SelectionEventMask::SELECTION_CLIENT_CLOSE;
        conn.xfixes_select_selection_input(window, atoms.CLIPBOARD, events)?.check()?;
        // A clipboard manager may be about to put back what was copied in a program that has just ended.
        let nobody = conn.get_selection_owner(atoms.CLIPBOARD)?.reply()?.owner == x11rb::NONE;
        Ok(Self {
            reader: CopyReader::default(),
            server: ContentServer::new(window),
            known: KnownContent::default(),
            signal: WakeSignal::new()?,
            found: None,
            ownerless: nobody.then(Instant::now),
            untouched: true,
            time: None,
            display,
            atoms,
            window,
        })
    }

    fn wait_for_change(&mut self, deadline: Instant) -> Result<Option<ClipboardChange>, X11Failure> {
        loop {
            let idle = self.handle_batch()?;
            let now = Instant::now();
            let late = self.reader.expire(&self.display, now)?;
            self.finish(late);
            self.server.expire(&self.display, now)?;
            if let Some(change) = self.found.take() {
                return Ok(Some(change));
            }
            if self.signal.take() || now >= deadline {
                return Ok(None);
            }
            if idle {
                let next = [self.reader.deadline(), self.server.deadline()].into_iter().flatten().min();
                let until = next.map_or(deadline, |next| next.min(deadline));
                self.display.wait_or(&self.signal, Some(until.saturating_duration_since(now)))?;
            }
        }
    }

    /// Deals with what the server has sent; whether that was all.
    fn handle_batch(&mut self) -> Result<bool, X11Failure> {
        for _ in 0..BATCH {
            if self.found.is_some() {
                return Ok(false);
            }
            let Some(event) = self.display.conn.poll_for_event()? else { return Ok(true) };
            self.handle(event)?;
        }
        Ok(false)
    }

    fn handle(&mut self, event: Event) -> Result<(), X11Failure> {
        let (display, atoms) = (&self.display, &self.atoms);
        match event {
            Event::XfixesSelectionNotify(event) if event.selection == atoms.CLIPBOARD => {
                self.owner_changed(&event)
            }
            Event::SelectionNotify(event) => {
                let progress = self.reader.answered(display, atoms, &event)?;
                self.finish(progress);
                Ok(())
            }
            Event::SelectionRequest(event) => self.server.requested(display, atoms, &event),
            // An older loss may be reported only after the selection was taken again.
            Event::SelectionClear(event) if event.selection == atoms.CLIPBOARD => {
                if display.conn.get_selection_owner(atoms.CLIPBOARD)?.reply()?.owner != self.window {
                    self.server.lose();
                }
                Ok(())
            }
            Event::PropertyNotify(event) => self.property_changed(&event),
            Event::DestroyNotify(event) => {
                self.server.requestor_gone(event.window);
                Ok(())
            }
            // A program that has ended in the middle of pasting.
            Event::Error(error) => {
                self.server.requestor_gone(error.bad_value);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn owner_changed(&mut self, event: &xfixes::SelectionNotifyEvent) -> Result<(), X11Failure> {
        if event.subtype != SelectionEvent::SET_SELECTION_OWNER || event.owner == x11rb::NONE {
            self.ownerless = Some(Instant::now());
            let progress = self.reader.owner_gone(&self.display)?;
            self.finish(progress);
            return Ok(());
        }
        let taken_over = self.ownerless.take().is_some_and(|since| since.elapsed() < TAKEOVER);
        if event.owner == self.window {
            return self.reader.cancel(&self.display);
        }
        if taken_over && self.untouched {
            tracing::debug!("a clipboard manager has put back what was on the clipboard before");
            return Ok(());
        }
        self.untouched = false;
        self.reader.begin(&self.display, &self.atoms, event.timestamp)
    }

    fn property_changed(&mut self, event: &PropertyNotifyEvent) -> Result<(), X11Failure> {
        if event.window == self.window && event.atom == self.atoms.BEISTAND_TIME {
            self.time = Some(event.time);
            return Ok(());
        }
        if event.state == Property::DELETE {
            return self.server.property_deleted(&self.display, event);
        }
        let progress = self.reader.property_written(&self.display, &self.atoms, event)?;
        self.finish(progress);
        Ok(())
    }

    /// Notes what became of something that was copied.
    fn finish(&mut self, progress: ReadProgress) {
        match progress {
            ReadProgress::Waiting | ReadProgress::Nothing => {}
            ReadProgress::Refused(refusal) => self.found = Some(ClipboardChange::Refused(refusal)),
            ReadProgress::Done(content) => {
                if self.known.has(&content, Instant::now()) {
                    tracing::debug!(?content, "what both sides have was copied again");
                    return;
                }
                self.known.reported(content.clone(), Instant::now());
                self.found = Some(ClipboardChange::Copied(content));
            }
        }
    }

    fn take_selection(&mut self, content: ClipboardContent) -> Result<bool, X11Failure> {
        let Some(time) = self.server_time()? else {
            return Err(X11Failure::system("the X server does not answer"));
        };
        let conn = &self.display.conn;
        conn.set_selection_owner(self.window, self.atoms.CLIPBOARD, time)?;
        if conn.get_selection_owner(self.atoms.CLIPBOARD)?.reply()?.owner != self.window {
            return Ok(false);
        }
        self.untouched = false;
        self.server.own(&content, time);
        self.known.put(content);
        Ok(true)
    }

    /// The server's clock, without which no selection can be taken: it is in the notice of a property that
    /// changed.
    fn server_time(&mut self) -> Result<Option<Timestamp>, X11Failure> {
        self.time = None;
        let (window, property) = (self.window, self.atoms.BEISTAND_TIME);
        let (append, string) = (PropMode::APPEND, AtomEnum::STRING);
        self.display.conn.change_property(append, window, property, string, 8, 0, &[])?;
        let deadline = Instant::now() + SERVER_PATIENCE;
        while self.time.is_none() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            match self.display.conn.poll_for_event()? {
                Some(event) => self.handle(event)?,
                None => _ = self.display.wait(left)?,
            }
        }
        Ok(self.time.take())
    }
}

impl SystemClipboard for X11Clipboard {
    fn next_change(&mut self, timeout: Duration) -> Result<Option<ClipboardChange>, ClipboardError> {
        Ok(self.wait_for_change(Instant::now() + timeout)?)
    }

    fn put(&mut self, content: ClipboardContent) -> Result<(), ClipboardError> {
        content.check().map_err(ClipboardError::Invalid)?;
        if self.take_selection(content)? { Ok(()) } else { Err(ClipboardError::Taken) }
    }

    fn waker(&self) -> ClipboardWaker {
        let signal = self.signal.clone();
        ClipboardWaker::new(move || signal.raise())
    }
}

impl From<X11Failure> for ClipboardError {
    fn from(failure: X11Failure) -> Self {
        Self::Lost(failure.to_string())
    }
}

/// A window that is never seen, for properties to be written on.
fn property_window(display: &X11Display) -> Result<Window, X11Failure> {
    let window = display.conn.generate_id()?;
    let (class, events) = (WindowClass::INPUT_ONLY, EventMask::PROPERTY_CHANGE);
    let values = CreateWindowAux::new().event_mask(events);
    display.conn.create_window(0, window, display.root(), -1, -1, 1, 1, 0, class, 0, &values)?.check()?;
    Ok(window)
}
