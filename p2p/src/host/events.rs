//! What the host's end says to its program and hears from it. It decides nothing.

use std::time::{Duration, SystemTime};

use beistand_session::Request;
use zeroize::Zeroizing;

use crate::driver::SessionHandle;
use crate::invite::{Invite, InviteId};

/// A command to the host.
#[derive(Debug)]
pub enum HostCommand {
    /// Revoke the current invite and make a new one.
    NewInvite,
    /// The user has consented to a session that came with this invite.
    Consumed(InviteId),
}

/// What happened at the host's end.
#[derive(Debug)]
pub enum HostEvent {
    /// An invite to give away. It comes again with a better link when the host can be reached in more ways
    /// than before.
    Invite(InviteText),
    /// The invite's time is over. It stays good for a while, until [`HostCommand::NewInvite`].
    InviteOverdue,
    /// Somebody tried with a wrong secret. The invite stays as it is. Said at the first time and whenever
    /// there were twice as many, so that a flood is a few words.
    WrongTries {
        /// How many tries there were since the invite was made.
        count: u32,
    },
    /// Somebody else may have the invite, so it was revoked; a new one follows.
    InviteReplaced(ReplaceCause),
    /// Somebody has proved to have the invite and asks for a session.
    Session(InvitedSession),
    /// Somebody has the secret of an invite that is reserved for one peer, but not that peer's key. They were
    /// refused. Said at the first time and whenever
    /// there were twice as many.
    OtherKey,
    /// The reserved invite is no longer open: its time is over, or its peer has asked too often. No other
    /// follows.
    ReservationOver,
    /// No invite can be made on this machine now, for this reason, and the previous one is no longer valid.
    NoInvite(String),
}

/// What somebody did who has the invite, so that it was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplaceCause {
    /// They proved to have it and broke off before they asked.
    BrokenOff {
        /// How often.
        times: u32,
    },
    /// They asked repeatedly.
    AskedAgain {
        /// How often.
        times: u32,
    },
}

/// Somebody who has proved to have an invite.
#[derive(Debug)]
pub struct InvitedSession {
    /// The session with them.
    pub session: SessionHandle,
    /// What they ask for.
    pub request: Request,
    /// The invite that they have.
    pub invite: InviteId,
}

/// An invite to give away.
#[derive(Clone)]
pub struct InviteText {
    /// For the words, in the language of whoever reads them out, and for the code.
    pub invite: Invite,
    /// The link.
    pub link: Zeroizing<String>,
    /// When its time is over.
    pub expires_at: SystemTime,
    /// How long it lives.
    pub life: Duration,
}

impl std::fmt::Debug for InviteText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InviteText(secret)")
    }
}
