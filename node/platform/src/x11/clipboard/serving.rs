//! Handing out what was put on the clipboard to programs that paste it: at once where it is small, in parts
//! (INCR) where it is large.
//!
//! Nothing here waits: a program that stops in the middle is given up on after a while, and others are served
//! meanwhile.

use std::sync::Arc;
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, EventMask, PropMode, PropertyNotifyEvent,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Timestamp, Window,
};
use x11rb::wrapper::ConnectionExt as _;

use super::known_atoms::ClipboardAtoms;
use crate::x11::{X11Display, X11Failure};
use crate::{ClipboardContent, ContentKind};

/// The most that is written at once: every server takes requests of 256 KiB. More goes in parts of this size.
const PART_BYTES: usize = 128 << 10;

/// How long a program may take to fetch a part: it does nothing else meanwhile, so a second is long already.
const PART_PATIENCE: Duration = Duration::from_secs(5);

/// Most programs that are handed parts at the same time; further ones are refused. People paste in one
/// program at a time and clipboard managers fetch beside them; and each may hold 8 MiB that have been
/// replaced since.
const MAX_TRANSFERS: usize = 8;

/// What was put, and whoever is being handed it.
pub(super) struct ContentServer {
    window: Window,
    owned: Option<OwnedContent>,
    transfers: Vec<OutgoingTransfer>,
}

struct OwnedContent {
    kind: ContentKind,
    bytes: Arc<[u8]>,
    since: Timestamp,
}

/// A content on its way in parts.
struct OutgoingTransfer {
    requestor: Window,
    property: Atom,
    kind: Atom,
    bytes: Arc<[u8]>,
    sent: usize,
    deadline: Instant,
}

impl ContentServer {
    /// Serves what is asked of this window.
    pub(super) fn new(window: Window) -> Self {
        Self { window, owned: None, transfers: Vec::new() }
    }

    /// The selection is ours since then, with this.
    pub(super) fn own(&mut self, content: &ClipboardContent, since: Timestamp) {
        self.owned = Some(OwnedContent { kind: content.kind(), bytes: content.as_bytes().into(), since });
    }

    /// The selection is another program's. What is on its way arrives.
    pub(super) fn lose(&mut self) {
        self.owned = None;
    }

    /// A program wants to paste.
    pub(super) fn requested(
        &mut self,
        display: &X11Display,
        atoms: &ClipboardAtoms,
        request: &SelectionRequestEvent,
    ) -> Result<(), X11Failure> {
        // Programs from before ICCCM name no property.
        let property = if request.property == x11rb::NONE { request.target } else { request.property };
        let served = request.owner == self.window
            && request.selection == atoms.CLIPBOARD
            && !is_ours(display, request.requestor)
            && self.serve(display, atoms, request, property)?;
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property: if served { property } else { x11rb::NONE },
        };
        display.conn.send_event(false, request.requestor, EventMask::NO_EVENT, answer)?;
        Ok(())
    }

    /// Writes what is asked for, or its beginning; whether there is such a thing. MULTIPLE is not: nobody who
    /// pastes needs several forms at once.
    fn serve(
        &mut self,
        display: &X11Display,
        atoms: &ClipboardAtoms,
        request: &SelectionRequestEvent,
        property: Atom,
    ) -> Result<bool, X11Failure> {
        let Some(owned) = &self.owned else { return Ok(false) };
        if request.time != x11rb::CURRENT_TIME && before(request.time, owned.since) {
            return Ok(false);
        }
        let (conn, requestor) = (&display.conn, request.requestor);
        if request.target == atoms.TARGETS {
            let (mode, list) = (PropMode::REPLACE, targets(atoms, owned.kind));
            conn.change_property32(mode, requestor, property, AtomEnum::ATOM, &list)?;
            return Ok(true);
        }
        if request.target == atoms.TIMESTAMP {
            let (mode, kind) = (PropMode::REPLACE, AtomEnum::INTEGER);
            conn.change_property32(mode, requestor, property, kind, &[owned.since])?;
            return Ok(true);
        }
        let Some((kind, bytes)) = form(atoms, owned, request.target) else { return Ok(false) };
        if bytes.len() <= PART_BYTES {
            conn.change_property8(PropMode::REPLACE, requestor, property, kind, &bytes)?;
            return Ok(true);
        }
        self.begin(display, atoms, requestor, property, (kind, bytes))
    }

    /// Announces parts; whether there is room for one more.
    fn begin(
        &mut self,
        display: &X11Display,
        atoms: &ClipboardAtoms,
        requestor: Window,
        property: Atom,
        (kind, bytes): (Atom, Arc<[u8]>),
    ) -> Result<bool, X11Failure> {
        // Whoever asks once more has given up on what was asked before.
        self.transfers.retain(|one| (one.requestor, one.property) != (requestor, property));
        if self.transfers.len() == MAX_TRANSFERS {
            tracing::debug!("a paste was refused: too many are under way");
            return Ok(false);
        }
        watch(display, requestor, EventMask::PROPERTY_CHANGE | EventMask::STRUCTURE_NOTIFY)?;
        let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        display.conn.change_property32(PropMode::REPLACE, requestor, property, atoms.INCR, &[size])?;
        let deadline = Instant::now() + PART_PATIENCE;
        self.transfers.push(OutgoingTransfer { requestor, property, kind, bytes, sent: 0, deadline });
        Ok(true)
    }

    /// A program has deleted a property: it has read it, and the next part may come.
    pub(super) fn property_deleted(
        &mut self,
        display: &X11Display,
        event: &PropertyNotifyEvent,
    ) -> Result<(), X11Failure> {
        let matches = |one: &OutgoingTransfer| (one.requestor, one.property) == (event.window, event.atom);
        let Some(index) = self.transfers.iter().position(matches) else { return Ok(()) };
        let transfer = &mut self.transfers[index];
        let rest = &transfer.bytes[transfer.sent..];
        let part = &rest[..rest.len().min(PART_BYTES)];
        let (requestor, property) = (transfer.requestor, transfer.property);
        display.conn.change_property8(PropMode::REPLACE, requestor, property, transfer.kind, part)?;
        if part.is_empty() {
            // An empty part is the end.
            return self.end(display, index);
        }
        transfer.sent += part.len();
        transfer.deadline = Instant::now() + PART_PATIENCE;
        Ok(())
    }

    /// A window is gone, with whoever waited for parts on it.
    pub(super) fn requestor_gone(&mut self, window: Window) {
        self.transfers.retain(|one| one.requestor != window);
    }

    /// Gives up on those who no longer fetch.
    pub(super) fn expire(&mut self, display: &X11Display, now: Instant) -> Result<(), X11Failure> {
        while let Some(index) = self.transfers.iter().position(|one| one.deadline <= now) {
            tracing::debug!("a program stopped in the middle of pasting");
            self.end(display, index)?;
        }
        Ok(())
    }

    /// When to call [`ContentServer::expire`].
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.transfers.iter().map(|one| one.deadline).min()
    }

    fn end(&mut self, display: &X11Display, index: usize) -> Result<(), X11Failure> {
        let transfer = self.transfers.swap_remove(index);
        if self.transfers.iter().all(|one| one.requestor != transfer.requestor) {
            watch(display, transfer.requestor, EventMask::NO_EVENT)?;
        }
        Ok(())
    }
}

fn watch(display: &X11Display, window: Window, events: EventMask) -> Result<(), X11Failure> {
    let events = ChangeWindowAttributesAux::new().event_mask(events);
    display.conn.change_window_attributes(window, &events)?;
    Ok(())
}

/// Whether a window was made by this connection: nobody pastes there.
fn is_ours(display: &X11Display, window: Window) -> bool {
    let setup = display.conn.setup();
    window & !setup.resource_id_mask == setup.resource_id_base
}

/// Whether the server's time `one` is before `other`; it wraps around every 49 days.
fn before(one: Timestamp, other: Timestamp) -> bool {
    one.wrapping_sub(other) > Timestamp::MAX / 2
}

fn targets(atoms: &ClipboardAtoms, kind: ContentKind) -> Vec<Atom> {
    let mut targets = vec![atoms.TARGETS, atoms.TIMESTAMP];
    match kind {
        ContentKind::Text => targets.extend([
            atoms.UTF8_STRING,
            atoms.TEXT_UTF8,
            AtomEnum::STRING.into(),
            atoms.TEXT,
            atoms.TEXT_PLAIN,
        ]),
        ContentKind::Picture => targets.push(atoms.PNG),
    }
    targets
}

/// The content in the form that is asked for, with its type.
fn form(atoms: &ClipboardAtoms, owned: &OwnedContent, target: Atom) -> Option<(Atom, Arc<[u8]>)> {
    let latin1 = u32::from(AtomEnum::STRING);
    match owned.kind {
        ContentKind::Text if target == latin1 => Some((latin1, to_latin1(&owned.bytes))),
        // Whoever leaves the form to us gets the one that loses nothing.
        ContentKind::Text if target == atoms.TEXT => Some((atoms.UTF8_STRING, owned.bytes.clone())),
        ContentKind::Text if [atoms.UTF8_STRING, atoms.TEXT_UTF8, atoms.TEXT_PLAIN].contains(&target) => {
            Some((target, owned.bytes.clone()))
        }
        ContentKind::Picture if target == atoms.PNG => Some((target, owned.bytes.clone())),
        ContentKind::Text | ContentKind::Picture => None,
    }
}

/// For programs that know no other alphabet: what it lacks becomes a question mark.
fn to_latin1(text: &[u8]) -> Arc<[u8]> {
    let text = String::from_utf8_lossy(text);
    text.chars().map(|character| u8::try_from(u32::from(character)).unwrap_or(b'?')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_time_wraps() {
        assert!(before(5, 6));
        assert!(!before(6, 6));
        assert!(before(u32::MAX - 3, 4));
        assert!(!before(4, u32::MAX - 3));
    }

    #[test]
    fn what_latin_1_lacks_becomes_a_question_mark() {
        assert_eq!(to_latin1("Größe €".as_bytes()).as_ref(), b"Gr\xf6\xdfe ?");
    }
}
