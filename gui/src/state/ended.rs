//! What is left of a session after its end: who it was with, and for a moment the way back.

use std::time::{Duration, Instant};

use beistand_node::ReturnTicket;
use beistand_node::words::Phrase;

use crate::hand_check::HandCheck;

/// How long the way back is offered: long enough to notice a slip, too short for somebody else to come by.
pub const WAY_BACK_TIME: Duration = Duration::from_secs(30);

/// What is left of a session.
#[derive(Debug, Default)]
pub struct EndedSession {
    /// Who it was with, where it came that far.
    pub peer: Option<Phrase>,
    /// The way back, while it is offered.
    pub way_back: Option<WayBackOffer>,
}

/// The way back into a session that was ended a moment ago.
#[derive(Debug)]
pub struct WayBackOffer {
    /// By which the two find each other again.
    pub ticket: ReturnTicket,
    /// What the user's press must pass.
    pub check: HandCheck,
    until: Instant,
}

impl WayBackOffer {
    /// An offer that begins at `now`.
    pub fn new(ticket: ReturnTicket, now: Instant) -> Self {
        // The window comes up by itself, so a click may be meant for another one.
        Self { ticket, check: HandCheck::of_question(), until: now + WAY_BACK_TIME }
    }

    /// How long it is still there; nothing where it is over.
    pub fn left(&self, now: Instant) -> Option<Duration> {
        Some(self.until.saturating_duration_since(now)).filter(|left| !left.is_zero())
    }
}
