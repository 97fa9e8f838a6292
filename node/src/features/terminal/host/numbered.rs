//! A terminal at the host, with its number and how far it is.

use std::time::Instant;

use beistand_session::{Role, TerminalEnd, TerminalMessage};

use crate::features::terminal::tab::HostTab;

/// A terminal at the host.
pub(super) struct NumberedTab {
    pub(super) number: u32,
    pub(super) by: Role,
    pub(super) tab: HostTab,
    pub(super) stage: TabStage,
    /// Whether the helper has heard of it.
    pub(super) known: bool,
    /// Whether the user has heard of its end.
    pub(super) told: bool,
    /// What the user has yet to be asked about: this program still runs.
    pub(super) question: Option<String>,
    /// Whether a program other than the shell is in the foreground, as both were told last.
    pub(super) busy: bool,
}

/// How far a terminal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TabStage {
    Open,
    /// The user alone goes on with it.
    Kept,
    /// It is no longer allowed; the user is asked until then about what runs in it.
    Asked(Instant),
    /// Its shell is being ended, for this reason.
    Ending(TerminalEnd),
}

impl NumberedTab {
    pub(super) fn opened(&self) -> TerminalMessage {
        let (terminal, size, by) = (self.number, self.tab.screen().size(), self.by);
        TerminalMessage::Opened { terminal, size, by }
    }

    pub(super) fn end(&mut self, why: TerminalEnd) {
        if !matches!(self.stage, TabStage::Ending(_)) {
            self.stage = TabStage::Ending(why);
            self.tab.end();
        }
    }
}
