//! Carries out what a person wants, one [`PageAction`] at a time.

use std::time::{Duration, Instant};

use egui::ViewportCommand;

use super::{App, words};
use crate::backend::{NodeLink, TechnicianAsk, WakeReason};
use crate::hand_check::{HandedAct, WideningAct};
use crate::panels::Panels;
use crate::state::{
    AwaitedHelper, ConnectingState, HomeState, HostPhase, HostState, InviteField, OpenPage, PageAction,
    TechnicianPhase, TechnicianState, WindowExtent,
};
use beistand_node::{NodeCommand, NodeHandle, ReturnTicket, Role, TechnicianRequest};

/// Soon enough to be now. Zero would draw twice, and each drawing of a large picture without a graphics card
/// costs several hundredths of a second.
pub(super) const ONCE: Duration = Duration::from_nanos(1);

impl App {
    pub(super) fn act(&mut self, action: PageAction) {
        match action {
            PageAction::Home => self.go_home(),
            PageAction::GetHelp => {
                self.state.page = OpenPage::Host(Box::default());
                let node = self.starter.host();
                self.take(node);
            }
            PageAction::GiveHelp => {
                let form = self.form.clone();
                let state = TechnicianState { form, ..TechnicianState::default() };
                self.state.page = OpenPage::Technician(Box::new(state));
                self.look_at_past();
            }
            PageAction::Changes => {
                self.state.page = OpenPage::Changes(Box::default());
                self.look_at_changes();
            }
            PageAction::Acquaintances => {
                self.state.page = OpenPage::Acquaintances(self.starter.acquaintances());
            }
            PageAction::ForgetAcquaintance(mark) => {
                self.starter.forget_acquaintance(mark);
                self.act(PageAction::Acquaintances);
            }
            PageAction::RemovePast(session) => {
                self.starter.remove_past(&session);
                self.look_at_past();
            }
            PageAction::ForgetPast => {
                self.starter.forget_past();
                self.look_at_past();
            }
            PageAction::AgreeToPreset => {
                self.starter.agree_to_preset();
                self.look_home();
            }
            PageAction::Undo(number) => self.undo(number),
            PageAction::Connect => self.connect(),
            PageAction::ComeBack(ticket) => self.come_back(ticket),
            PageAction::ForgetReturn(ticket) => {
                self.starter.forget_return(&ticket);
                self.look_home();
            }
            PageAction::EditInvite => self.edit_invite(),
            PageAction::Send(command) => self.send(command),
            PageAction::Widen(act) => self.widen(act),
            PageAction::Deny => self.deny(),
            PageAction::Copy(text) => self.ctx.copy_text(text),
            PageAction::OpenFolder(folder) => self.starter.open_folder(&folder),
            PageAction::OpenSettingsPage(permission) => self.starter.open_settings_page(permission),
            PageAction::Fullscreen(fullscreen) => self.set_fullscreen(fullscreen),
            PageAction::Keyboard(hand) => {
                if let Some(viewing) = self.state.viewing_mut() {
                    viewing.hand = hand;
                }
            }
            PageAction::NewTab => drop(self.new_tab()),
            PageAction::ShowTab(place) => self.show_tab(place),
            PageAction::CloseTab => drop(self.close_tab()),
            PageAction::Toolbar(habits) => {
                self.toolbar = habits;
                self.starter.remember_toolbar(habits);
            }
            PageAction::SavePicture => self.save_picture(),
            PageAction::CopyPicture => self.copy_picture(),
            PageAction::SaveNotes(notes) => self.save_notes(notes),
            PageAction::SaveAs(what) => self.save_as(what),
            PageAction::AskWhereToSave => self.ask_where_to_save(),
            PageAction::SaveThere => self.save_there(),
            PageAction::Wear(wish) => self.choose_appearance(wish),
            PageAction::Speak(language) => {
                self.words = words(language);
                self.starter.speak(language);
            }
            PageAction::UseLink => self.use_link(),
            PageAction::DropLink => self.state.opened = None,
        }
        self.ctx.request_repaint();
    }

    fn take(&mut self, node: NodeHandle) {
        let (window, pane) = (self.wake.clone(), self.viewer.pane.clone());
        self.viewer.shader.set_picture(&node.picture);
        // Whichever window is being drawn: it is the main one that takes events in.
        let wake = move |reason| match reason {
            WakeReason::Picture if pane.picture_changed() => {}
            WakeReason::Event | WakeReason::Picture | WakeReason::Figures => window.wake(),
        };
        let link = NodeLink::new(node, wake, self.event_line.clone());
        self.viewer.pane.set_picture(&link.picture, link.commands());
        self.link = Some(link);
    }

    fn go_home(&mut self) {
        if matches!(self.state.page, OpenPage::Technician(_)) && self.close_tab() {
            return;
        }
        if self.state.under_way() {
            self.send(NodeCommand::End);
        }
        if let OpenPage::Technician(technician) = &self.state.page {
            self.form = technician.form.clone();
            if technician.has_used_invite() {
                self.form.invite = InviteField::default();
            }
        }
        self.link = None;
        self.state.page = OpenPage::Home;
        self.look_home();
    }

    /// Looks what the home page offers: who may come back, and whether there are changes.
    pub(super) fn look_home(&mut self) {
        self.look_for_changes();
        self.end_trials();
        let looks = [Role::Host, Role::Technician].map(|role| self.starter.returns(role));
        let taken_back = std::mem::take(&mut self.state.home.taken_back);
        // A list that can't be read is worth a look too.
        let knows_somebody = self.starter.acquaintances() != Ok(Vec::new());
        let appearance = self.appearance.chosen;
        let (home, preset) = (HomeState::new(looks, Instant::now()), self.starter.preset());
        self.state.home = HomeState { taken_back, knows_somebody, preset, appearance, ..home };
    }

    /// The helper goes to the host of an earlier session.
    fn come_back(&mut self, ticket: ReturnTicket) {
        let name = self.name_or_helper(self.form.name.trim());
        let request = TechnicianRequest { name, reason: String::new(), wants: ticket.permissions() };
        let phase = TechnicianPhase::Connecting(Box::<ConnectingState>::default());
        let form = self.form.clone();
        let state = TechnicianState { form, phase, returning: true, ..TechnicianState::default() };
        self.state.page = OpenPage::Technician(Box::new(state));
        self.viewer = self.viewer.renewed();
        self.forget_contact();
        let node = self.starter.technician_for_return(ticket, request);
        self.take(node);
    }

    /// The user lets the helper of this ticket come back.
    fn let_back(&mut self, ticket: ReturnTicket) {
        let awaited = AwaitedHelper { name: ticket.name().to_owned(), permissions: ticket.permissions() };
        self.state.page = OpenPage::Host(Box::new(HostState::awaiting(awaited)));
        let node = self.starter.host_for_return(ticket);
        self.take(node);
    }

    /// The user lets the helper go on with whom a session was ended a moment ago.
    fn let_go_on(&mut self, ticket: ReturnTicket) {
        let awaited = AwaitedHelper { name: ticket.name().to_owned(), permissions: ticket.permissions() };
        self.state.page = OpenPage::Host(Box::new(HostState::awaiting(awaited)));
        let node = self.starter.host_for_way_back(ticket);
        self.take(node);
    }

    /// Somebody asks under this name, and under some name in any case.
    fn name_or_helper(&self, name: &str) -> String {
        if name.is_empty() { self.words.text("terminal-helper") } else { name.to_owned() }
    }

    fn connect(&mut self) {
        let OpenPage::Technician(technician) = &self.state.page else { return };
        let name = technician.form.name.trim().to_owned();
        if !name.is_empty() {
            self.starter.remember_name(&name);
        }
        let name = self.name_or_helper(&name);
        let OpenPage::Technician(technician) = &mut self.state.page else { return };
        let form = &technician.form;
        let ask = TechnicianAsk {
            invite: form.invite.text().to_owned(),
            name,
            reason: form.reason.trim().to_owned(),
            wants: form.wants,
        };
        technician.phase = TechnicianPhase::Connecting(Box::<ConnectingState>::default());
        technician.notes.clear();
        self.viewer = self.viewer.renewed();
        self.forget_contact();
        let node = self.starter.technician(ask);
        self.take(node);
    }

    fn edit_invite(&mut self) {
        if let OpenPage::Technician(technician) = &mut self.state.page {
            if technician.has_used_invite() {
                technician.form.invite = InviteField::default();
            }
            technician.phase = TechnicianPhase::Form;
            technician.returning = false;
            self.link = None;
        }
        self.look_at_past();
    }

    /// Reads anew who was helped lately, where that is shown.
    pub(super) fn look_at_past(&mut self) {
        if let OpenPage::Technician(technician) = &mut self.state.page {
            technician.past = self.starter.past_sessions();
        }
    }

    fn widen(&mut self, act: HandedAct) {
        if let (WideningAct::Return(ticket), OpenPage::Home) = (act.act(), &self.state.page) {
            return self.let_back((**ticket).clone());
        }
        if let (WideningAct::WayBack(ticket), OpenPage::Host(host)) = (act.act(), &self.state.page)
            && matches!(host.phase, HostPhase::Ended(_))
        {
            return self.let_go_on((**ticket).clone());
        }
        let OpenPage::Host(host) = &mut self.state.page else { return };
        let mut about = None;
        match (act.act(), &mut host.phase) {
            (WideningAct::Tick(_), HostPhase::Asked(consent)) => return consent.tick(&act),
            (WideningAct::Allow { request, permissions }, HostPhase::Asked(consent))
                if consent.request.id == *request && !consent.blocked() =>
            {
                host.allowed(*permissions, Instant::now());
                about = Panels::explain(&std::mem::take(&mut host.about));
            }
            (WideningAct::Vouch { request }, HostPhase::Asked(consent)) if consent.request.id == *request => {
                consent.vouched = true;
            }
            (WideningAct::More(_), HostPhase::Asked(_))
            | (WideningAct::Grant(_) | WideningAct::Resume | WideningAct::More(_), HostPhase::Running(_)) => {
            }
            (
                WideningAct::Tick(_)
                | WideningAct::Allow { .. }
                | WideningAct::Grant(_)
                | WideningAct::Resume
                | WideningAct::More(_)
                | WideningAct::Vouch { .. }
                | WideningAct::WayBack(_)
                | WideningAct::Return(_),
                _,
            ) => return,
        }
        if let Some(link) = &self.link {
            link.commands().widen(act);
            if let Some(about) = about {
                link.commands().send(NodeCommand::Feature(about));
            }
        }
    }

    pub(super) fn deny(&mut self) {
        let OpenPage::Host(host) = &mut self.state.page else { return };
        let HostPhase::Asked(consent) = &host.phase else { return };
        let request = consent.request.id;
        host.answered();
        self.send(NodeCommand::Deny { request });
    }

    fn set_fullscreen(&mut self, fullscreen: bool) {
        if let OpenPage::Technician(technician) = &mut self.state.page
            && let TechnicianPhase::Viewing(viewing) = &mut technician.phase
        {
            viewing.extent = if fullscreen { WindowExtent::Screen } else { WindowExtent::Window };
            self.ctx.send_viewport_cmd(ViewportCommand::Fullscreen(fullscreen));
        }
    }
}
