//! Who may come back: the tickets of this installation's sessions, and where they are kept.
//!
//! What it does: writes, reads and removes tickets, and says which are good. What it does not do: it makes
//! none, lets nobody in and asks nobody.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use beistand_session::Role;

mod shelf;
mod ticket;
mod way_back;

pub use shelf::{ReturnLook, ReturnShelf};
pub use ticket::{ReturnRefusal, ReturnTicket};
pub(crate) use way_back::WayBack;

use crate::acquaintances::AcquaintanceBook;
use crate::features::Standing;
use crate::handle::{EndCause, EndWord, EndedBy};
use crate::history::HistoryBook;
use crate::nameplate::Nameplate;

/// What of a session can outlast it, and with whom it is. Clones are one.
#[derive(Debug, Clone)]
pub(crate) struct ReturnDesk {
    /// Where the session's ticket is kept.
    pub(crate) shelf: ReturnShelf,
    /// The other side's static key.
    pub(crate) peer_key: [u8; 32],
    /// What the other side is called, where it has a name.
    pub(crate) peer_name: String,
    /// What this side is called.
    pub(crate) own: Nameplate,
    /// Whom this installation knows.
    pub(crate) known: AcquaintanceBook,
    /// Whom somebody has helped from here; nobody at the user's side.
    pub(crate) history: HistoryBook,
    /// The way back after an end by a slip.
    pub(crate) way_back: WayBack,
    /// Whether no ticket may be kept any more.
    pub(crate) forbidden: Arc<AtomicBool>,
}

impl ReturnDesk {
    /// The user's ticket of this session goes, and none is kept from now on.
    pub(crate) fn forbid(&self) {
        self.forbidden.store(true, Ordering::SeqCst);
        self.shelf.clear(Role::Host, &self.peer_key);
    }

    /// The ticket by which this session can be taken up again: it was ended by either person, who were on
    /// good terms until then.
    pub(crate) fn way_back_after(
        &self,
        role: Role,
        cause: &EndCause,
        standing: &Standing,
    ) -> Option<ReturnTicket> {
        let by_person = match cause.by {
            EndedBy::Us | EndedBy::Peer => cause.reason == EndWord::Ended,
            EndedBy::Nobody => false,
        };
        let good_terms = !standing.held && !standing.paused;
        let granted = standing.granted.filter(|_| by_person && good_terms)?.difference(standing.withheld);
        self.way_back.ticket(role, self.peer_key, self.peer_name.clone(), granted, SystemTime::now())
    }

    /// Keeps the ticket, unless that was forbidden, also meanwhile. Whether it is there then.
    pub(crate) fn put(&self, ticket: &ReturnTicket) -> std::io::Result<bool> {
        let forbidden = || self.forbidden.load(Ordering::SeqCst);
        if !forbidden() {
            self.shelf.put(ticket)?;
        }
        let gone = forbidden();
        if gone {
            self.shelf.clear(ticket.role(), &self.peer_key);
        }
        Ok(!gone)
    }
}

#[cfg(test)]
mod tests {
    use beistand_session::StaticKey;

    use super::ticket::tests::{at, ticket};
    use super::*;

    #[test]
    fn after_the_users_own_end_no_ticket_is_written_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = ReturnShelf::new(folder.path(), StaticKey::from_bytes([9; 32]));
        let (peer_key, forbidden) = ([1; 32], Arc::default());
        let (peer_name, own, known) = (String::new(), Nameplate::default(), AcquaintanceBook::forgetful());
        let way_back = WayBack::default();
        let history = HistoryBook::forgetful();
        let desk = ReturnDesk { shelf, peer_key, peer_name, own, known, history, way_back, forbidden };
        let ticket = ticket(Role::Host, 1, 1, 100);
        assert!(desk.put(&ticket).unwrap());
        desk.forbid();
        assert!(!desk.put(&ticket).unwrap());
        assert!(desk.shelf.look(Role::Host, at(100)).tickets.is_empty());
    }
}
