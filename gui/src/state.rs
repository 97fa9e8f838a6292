//! What the application shows, as a plain struct that the node's events change.
//!
//! It draws nothing, sends nothing and reads no clock: `now` is passed in. Pages read it; what a person does comes
//! back as [`Action`]s that [`crate::app`] carries out.

mod host;
mod technician;

use std::time::Instant;

use beistand_node::{Command, Event};

pub use host::{Consent, HostPhase, HostSession, HostState, Invite, Refusal};
pub use technician::{
    ChatLine, ConnectForm, Connecting, InviteField, MAX_INVITE_BYTES, Scale, TOAST_SECS, TechnicianPhase,
    TechnicianState, Toast, Viewing,
};

/// Everything that is shown.
#[derive(Debug, Default)]
pub struct AppState {
    /// The page that is open.
    pub page: Page,
    /// What the program exits with: the code of the last session's end.
    pub exit_code: u8,
}

/// The three pages, each with all that it needs.
#[derive(Debug, Default)]
pub enum Page {
    /// Get help, or give help?
    #[default]
    Home,
    /// Somebody gets help here.
    Host(Box<HostState>),
    /// Somebody gives help from here.
    Technician(Box<TechnicianState>),
}

/// What a person wants of the application.
#[derive(Debug, Clone)]
pub enum Action {
    /// Open the home page.
    Home,
    /// Open the invite page and start the host.
    GetHelp,
    /// Open the paste page.
    GiveHelp,
    /// Start to look for the host with what the paste page holds.
    Connect,
    /// The user, by hand, allows the helper this.
    Allow(beistand_node::PermissionSet),
    /// The user says no.
    Deny,
    /// Back to the paste page, with its text kept.
    EditInvite,
    /// Tell the node.
    Send(Command),
    /// Put this on the clipboard.
    Copy(String),
    /// Whole screen, or a window again.
    Fullscreen(bool),
}

impl AppState {
    /// Takes in what the node says.
    pub fn apply(&mut self, event: Event, now: Instant) {
        if let Event::Ended(cause) = &event {
            self.exit_code = cause.exit_code;
        }
        match &mut self.page {
            Page::Home => {}
            Page::Host(host) => host.apply(event, now),
            Page::Technician(technician) => technician.apply(event, now),
        }
    }

    /// Whether the user is being asked for consent.
    pub fn asks_for_consent(&self) -> bool {
        matches!(&self.page, Page::Host(host) if matches!(host.phase, HostPhase::Asked(_)))
    }

    /// The session in which this computer is helped, where there is one.
    pub fn host_session(&self) -> Option<&HostSession> {
        match &self.page {
            Page::Host(host) => match &host.phase {
                HostPhase::Running(session) => Some(session),
                _ => None,
            },
            _ => None,
        }
    }

    /// The picture of the other computer, where it is shown.
    pub fn viewing(&self) -> Option<&Viewing> {
        match &self.page {
            Page::Technician(technician) => match &technician.phase {
                TechnicianPhase::Viewing(viewing) => Some(viewing),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a node works for this page and would have to be told to end.
    pub fn under_way(&self) -> bool {
        match &self.page {
            Page::Home => false,
            Page::Host(host) => !matches!(host.phase, HostPhase::Ended(_)),
            Page::Technician(technician) => {
                !matches!(technician.phase, TechnicianPhase::Form | TechnicianPhase::Ended(_))
            }
        }
    }
}
