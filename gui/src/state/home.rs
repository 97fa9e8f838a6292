//! The home page: who may come back here, and to whom one may come back.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::{Duration, Instant};

use beistand_node::words::Phrase;
use beistand_node::{Appearance, PresetState, ReturnLook, ReturnTicket, Role};

use crate::hand_check::HandCheck;

/// What the home page shows besides its two choices.
#[derive(Debug, Default)]
pub struct HomeState {
    /// The returns that are open.
    pub returns: Vec<OpenReturn>,
    /// What is said of those that aren't.
    pub refused: Vec<Phrase>,
    /// What was taken back by itself since an earlier program died.
    pub taken_back: Vec<Phrase>,
    /// Whether anybody is known on this computer.
    pub knows_somebody: bool,
    /// What an organisation has set up beside the program.
    pub preset: PresetState,
    /// How the window looks.
    pub appearance: Appearance,
    /// What a yes must pass.
    pub check: HandCheck,
}

/// A return, and when it ends by this computer's monotonic clock.
#[derive(Debug, Clone)]
pub struct OpenReturn {
    /// Its ticket.
    pub ticket: ReturnTicket,
    until: Instant,
}

impl HomeState {
    /// What is there at `now`: of the user's side and of the helper's.
    pub fn new(looks: [ReturnLook; 2], now: Instant) -> Self {
        let mut state = Self::default();
        for ReturnLook { tickets, refused } in looks {
            let open = tickets.into_iter().map(|(ticket, left)| OpenReturn { ticket, until: now + left });
            state.returns.extend(open);
            state.refused.extend(refused.iter().map(|refusal| refusal.phrase()));
        }
        state
    }

    /// A number that is another one where another helper may come back here, or may do something else: there
    /// is something new to read. 0 where nobody may.
    pub fn offered(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let mut none = true;
        for open in self.returns.iter().filter(|open| open.ticket.role() == Role::Host) {
            none = false;
            (open.ticket.name(), open.ticket.number(), open.ticket.permissions()).hash(&mut hasher);
        }
        if none { 0 } else { hasher.finish().max(1) }
    }
}

impl OpenReturn {
    /// How long it is open; nothing where it is over.
    pub fn left(&self, now: Instant) -> Option<Duration> {
        Some(self.until.saturating_duration_since(now)).filter(|left| !left.is_zero())
    }
}
