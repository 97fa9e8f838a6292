//! Where what is typed goes: to the picture's computer, with this desktop's shortcuts or without, or here;
//! and how it is typed, which is remembered for each contact.

use std::time::Instant;

use beistand_node::words::Phrase;
use egui::{Vec2, ViewportId};

use super::App;
use super::closing::CloseAnswer;
use super::wishes::ONCE;
use crate::backend::{NodeLink, NodeStarter};
use crate::keys::{KeyHabits, KeyboardSight, ShortcutTarget};
use crate::state::{HandPlace, OpenPage, SessionWay, ViewerState};
use beistand_node::{ContactHabits, ContactMark, NodeEvent, Permission};

impl App {
    /// Keys go to the host while its picture was the last thing pointed at and nothing here wants them, and
    /// the desktop's shortcuts with them.
    pub(super) fn keep_keys(&mut self, now: Instant) {
        let taken_back = self.keys.was_taken_back();
        if taken_back && let Some(viewing) = self.state.viewing_mut() {
            viewing.hand = HandPlace::TakenBack;
        }
        let habits = self.keep_habits();
        let free = !self.ctx.text_edit_focused()
            && !egui::Popup::is_any_open(&self.ctx)
            && self.close_answer != CloseAnswer::Asked;
        let viewing = self.state.viewing();
        let to_host = free && viewing.is_some_and(types_there);
        let connected = viewing.is_some_and(|viewing| viewing.facts.way != SessionWay::Lost);
        self.keys.set_way(habits.way);
        self.keys.keep(viewing.map(|viewing| viewing.panels.kept_keys()).unwrap_or_default());
        self.keys.set_host(self.link.as_ref().filter(|_| to_host).map(NodeLink::commands));
        if viewing.is_none() {
            self.keys.drop_shortcuts();
            return;
        }
        let ctx = self.ctx.clone();
        let wanted = to_host && connected && habits.shortcuts == ShortcutTarget::Host;
        self.keys.want_shortcuts(wanted, |window| {
            let notice = Box::new(move |_| ctx.request_repaint_of(ViewportId::ROOT));
            self.starter.shortcuts(window, notice)
        });
        self.keys.shortcut_obstacle().note(&self.ctx);
        self.show_keyboard(to_host, now);
    }

    /// Says where what is typed goes, and once in a session how it is got back.
    fn show_keyboard(&mut self, to_host: bool, now: Instant) {
        let held = self.keys.shortcuts_held();
        let Some(viewing) = self.state.viewing_mut() else { return };
        let keyboard = match (to_host, held) {
            (false, _) => KeyboardSight::Here,
            (true, false) => KeyboardSight::Host,
            (true, true) => KeyboardSight::HostWithShortcuts,
        };
        if std::mem::replace(&mut viewing.keyboard, keyboard) != keyboard {
            // It may be that the toolbar has been drawn already.
            self.ctx.request_repaint_after_for(ONCE, ViewportId::ROOT);
        }
        if held && !std::mem::replace(&mut viewing.shortcuts_told, true) {
            viewing.tell(Phrase::new("page-keyboard-hint"), now);
        }
    }

    /// The technician's node has found out who the other side is.
    pub(super) fn know_contact(&mut self, event: &NodeEvent) {
        if let OpenPage::Technician(_) = &self.state.page
            && let Some((mark, habits)) = contact_of(self.starter.as_ref(), event)
        {
            habits.choose(&self.ctx);
            self.contact = Some((mark, habits));
        }
    }

    /// Whoever is helped next is somebody else.
    pub(super) fn forget_contact(&mut self) {
        self.contact = None;
        KeyHabits::default().choose(&self.ctx);
    }

    /// How somebody types now; what they chose is remembered.
    fn keep_habits(&mut self) -> KeyHabits {
        let habits = KeyHabits::chosen(&self.ctx);
        if let Some((mark, known)) = &mut self.contact
            && std::mem::replace(known, habits) != habits
        {
            self.starter.remember(*mark, ContactHabits::from(habits));
        }
        habits
    }

    /// While keys go to the host an input method may write there as well.
    pub(super) fn keep_input_method(&self, ui: &egui::Ui) {
        if self.keys.input_method() {
            let at = ui.input(|input| input.pointer.latest_pos()).unwrap_or_default();
            let cursor_rect = egui::Rect::from_min_size(at, Vec2::new(1.0, 20.0));
            let ime = egui::output::IMEOutput {
                purpose: egui::IMEPurpose::Normal,
                rect: ui.max_rect(),
                cursor_rect,
                should_interrupt_composition: false,
            };
            ui.output_mut(|output| output.ime = Some(ime));
        }
    }
}

/// Who the other side is, where this event says so, and how somebody typed with them before.
pub(super) fn contact_of(starter: &dyn NodeStarter, event: &NodeEvent) -> Option<(ContactMark, KeyHabits)> {
    let NodeEvent::Request(request) = event else { return None };
    let mark = request.contact?;
    Some((mark, KeyHabits::from(starter.habits(mark))))
}

/// Whether what is typed is for the host, as far as the session goes.
fn types_there(viewing: &ViewerState) -> bool {
    let facts = &viewing.facts;
    viewing.hand == HandPlace::Picture && !facts.paused() && facts.granted.contains(Permission::Keyboard)
}
