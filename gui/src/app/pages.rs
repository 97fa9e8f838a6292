//! Which page is drawn.

use std::sync::PoisonError;

use egui::Ui;

use super::App;
use crate::backend::NodeLink;
use crate::panels::PanelSide;
use crate::state::{HostPhase, HostState, OpenPage, PageAction, TechnicianPhase, TechnicianState};
use crate::views::ended::NextStep;
use crate::views::session_bar::SharedOrigin;
use crate::views::viewer::ViewerParts;
use crate::views::way_back::{helper_way_back_ui, user_way_back_ui};
use crate::views::{self, PageContext};
use beistand_node::{EndCause, EndWord, EndedBy};

impl App {
    pub(super) fn page_ui(&mut self, ui: &mut Ui, cx: &mut PageContext<'_>) {
        match &mut self.state.page {
            OpenPage::Home => {
                let mut origin = self.origin.lock().unwrap_or_else(PoisonError::into_inner);
                let any_changes = self.state.any_changes;
                views::home::home_ui(ui, &mut self.state.home, any_changes, origin.as_mut(), cx);
            }
            OpenPage::Acquaintances(known) => views::acquaintances::acquaintances_ui(ui, known, cx),
            OpenPage::Changes(changes) => views::changes::changes_ui(ui, changes, cx),
            OpenPage::Host(host) => host_ui(ui, host, &self.origin, cx),
            OpenPage::Technician(technician) => {
                technician_ui(ui, technician, &mut self.viewer, self.link.as_ref(), cx);
            }
        }
    }
}

fn host_ui(ui: &mut Ui, host: &mut HostState, origin: &SharedOrigin, cx: &mut PageContext<'_>) {
    let mut origin = origin.lock().unwrap_or_else(PoisonError::into_inner);
    match &mut host.phase {
        HostPhase::Asked(consent) => views::consent::consent_ui(ui, consent, origin.as_mut(), cx),
        HostPhase::Running(session) => {
            views::host_session::host_session_ui(ui, session, origin.as_mut(), cx);
        }
        HostPhase::Ended(cause) => {
            user_way_back_ui(ui, &mut host.ended, origin.as_mut(), cx);
            let next = NextStep { label: "page-end-new-invite", action: PageAction::GetHelp, other: None };
            views::ended::ended_ui(ui, cause, PanelSide::Host, &next, cx);
        }
        HostPhase::Starting | HostPhase::Waiting | HostPhase::Answered => {
            views::invite::invite_ui(ui, host, cx);
        }
    }
}

fn technician_ui(
    ui: &mut Ui,
    technician: &mut TechnicianState,
    parts: &mut ViewerParts,
    link: Option<&NodeLink>,
    cx: &mut PageContext<'_>,
) {
    match &mut technician.phase {
        TechnicianPhase::Form => views::connect::form_ui(ui, &mut technician.form, cx),
        TechnicianPhase::Connecting(connecting) => views::connect::connecting_ui(ui, connecting, cx),
        TechnicianPhase::Viewing(viewing) => {
            if let Some(link) = link {
                views::viewer::viewer_ui(ui, viewing, parts, &link.picture, cx);
            }
        }
        TechnicianPhase::Ended(cause) => {
            helper_way_back_ui(ui, &mut technician.ended, cx);
            let next = if technician.returning { ANOTHER_INVITE } else { next_step(cause) };
            views::ended::ended_ui(ui, cause, PanelSide::Technician, &next, cx);
        }
    }
}

/// The same text does no more.
const ANOTHER_INVITE: NextStep =
    NextStep { label: "page-end-other-invite", action: PageAction::EditInvite, other: None };

/// After a session the invite is used up; after a failed try the same text may do.
fn next_step(cause: &EndCause) -> NextStep {
    let another = ANOTHER_INVITE;
    let again = NextStep {
        label: "page-end-again",
        action: PageAction::Connect,
        other: Some(("page-end-change-invite", PageAction::EditInvite)),
    };
    let decided = match cause.by {
        EndedBy::Us | EndedBy::Peer => true,
        EndedBy::Nobody => false,
    };
    match cause.reason {
        EndWord::Ended => another,
        EndWord::InviteWrong | EndWord::InviteExpired | EndWord::InviteUsed | EndWord::Denied if decided => {
            another
        }
        EndWord::InviteWrong
        | EndWord::InviteExpired
        | EndWord::InviteUsed
        | EndWord::Denied
        | EndWord::Busy
        | EndWord::TooManyTries
        | EndWord::NotFound
        | EndWord::Lost
        | EndWord::Failed => again,
    }
}
