//! Who may come back: the tickets of this installation's sessions, and where they are kept.
//!
//! What it does: writes, reads and removes tickets, and says which are good. What it does not do: it makes
//! none, lets nobody in and asks nobody.

mod shelf;
mod ticket;

pub use shelf::{ReturnLook, ReturnShelf};
pub use ticket::{ReturnRefusal, ReturnTicket};

/// Where the ticket of a session is kept, and with whom it is. Clones are one.
#[derive(Debug, Clone)]
pub(crate) struct ReturnDesk {
    /// Where.
    pub(crate) shelf: ReturnShelf,
    /// The other side's static key.
    pub(crate) peer_key: [u8; 32],
    /// What the other side is called, where it has a name.
    pub(crate) peer_name: String,
    /// What this side is called.
    pub(crate) own_name: String,
}
