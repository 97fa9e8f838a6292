//! Which page is drawn.

use std::sync::PoisonError;

use egui::Ui;

use super::App;
use super::tabs::MAX_TABS;
use crate::backend::NodeLink;
use crate::panels::PanelSide;
use crate::state::{HostPhase, HostState, OpenPage, TechnicianPhase, TechnicianState};
use crate::theme;
use crate::views::ended::{EndedPage, helpers_next_step, users_next_step};
use crate::views::session_bar::SharedOrigin;
use crate::views::viewer::ViewerParts;
use crate::views::way_back::{helper_way_back_ui, user_way_back_ui};
use crate::views::{self, PageContext};

impl App {
    pub(super) fn page_ui(&mut self, ui: &mut Ui, cx: &mut PageContext<'_>) {
        // Over the whole screen there is the picture alone.
        let tabs = if self.is_whole_screen() { None } else { self.tab_looks() };
        match &mut self.state.page {
            OpenPage::Home => {
                theme::for_user(ui);
                let mut origin = self.origin.lock().unwrap_or_else(PoisonError::into_inner);
                let any_changes = self.state.any_changes;
                views::home::home_ui(ui, &mut self.state.home, any_changes, origin.as_mut(), cx);
            }
            OpenPage::Acquaintances(known) => views::acquaintances::acquaintances_ui(ui, known, cx),
            OpenPage::Changes(changes) => views::changes::changes_ui(ui, changes, cx),
            OpenPage::Host(host) => host_ui(ui, host, &self.origin, cx),
            OpenPage::Technician(technician) => {
                if let Some((looks, shown)) = tabs {
                    views::tab_bar::tab_bar_ui(ui, &looks, shown, looks.len() < MAX_TABS, cx);
                }
                technician_ui(ui, technician, &mut self.viewer, self.link.as_ref(), cx);
            }
        }
    }
}

fn host_ui(ui: &mut Ui, host: &mut HostState, origin: &SharedOrigin, cx: &mut PageContext<'_>) {
    let mut origin = origin.lock().unwrap_or_else(PoisonError::into_inner);
    // The question has sizes of its own, since all of it must be in sight.
    if !matches!(host.phase, HostPhase::Asked(_)) {
        theme::for_user(ui);
    }
    match &mut host.phase {
        HostPhase::Asked(consent) => views::consent::consent_ui(ui, consent, origin.as_mut(), cx),
        HostPhase::Running(session) => {
            views::host_session::host_session_ui(ui, session, origin.as_mut(), cx);
        }
        HostPhase::Ended(cause) => {
            user_way_back_ui(ui, &mut host.ended, origin.as_mut(), cx);
            let ended = EndedPage { cause, side: PanelSide::Host, lasted: host.lasted };
            views::ended::ended_ui(ui, ended, &users_next_step(cause), cx);
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
    views::save_form::save_form_ui(ui, &mut technician.saving, cx);
    match &mut technician.phase {
        TechnicianPhase::Form => {
            views::connect::form_ui(ui, &mut technician.form, &technician.past, cx);
        }
        TechnicianPhase::Connecting(connecting) => views::connect::connecting_ui(ui, connecting, cx),
        TechnicianPhase::Viewing(viewing) => {
            if let Some(link) = link {
                views::viewer::viewer_ui(ui, viewing, parts, &link.picture, cx);
            }
        }
        TechnicianPhase::Ended(cause) => {
            helper_way_back_ui(ui, &mut technician.ended, cx);
            views::notes::ended_notes_ui(ui, &technician.notes, technician.kept.as_ref(), cx);
            let ended = EndedPage { cause, side: PanelSide::Technician, lasted: technician.lasted };
            views::ended::ended_ui(
                ui,
                ended,
                &helpers_next_step(cause, technician.returning, technician.lasted),
                cx,
            );
        }
    }
}
