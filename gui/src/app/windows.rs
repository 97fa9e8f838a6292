//! Keeps the windows in step with the state: the main one's size and level, and the session bar.

use std::sync::{Arc, Mutex, PoisonError};

use egui::{UserAttentionType, Vec2, ViewportCommand, ViewportId, WindowLevel};

use super::App;
use super::wishes::ONCE;
use crate::state::{HostPhase, OpenPage, TechnicianPhase};
use crate::theme;
use crate::views::session_bar::{self, BarSession, SessionBar};
use beistand_node::words::{Phrase, args};

/// What the main window is called while nobody is at the other end.
const PROGRAM_TITLE: &str = "Beistand";

/// Characters of a person or computer in the title: a task bar shows fewer.
const MAX_TITLE_CHARS: usize = 80;

/// What a desktop's own bars and a window's frame may take of the screen, in points.
const AROUND_PT: [f32; 2] = [24.0, 96.0];
/// What a window's frame is thought to add to it, in points.
const FRAME_PT: [f32; 2] = [2.0, 30.0];

/// What the main window is at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WindowShape {
    Home,
    Consent,
    Helped,
    Viewer,
}

/// What the user is asked in the middle of a session, as the main window knows it.
#[derive(Debug, Default)]
pub(super) struct SessionQuestion {
    asked: Option<Phrase>,
    /// Whether the window was out of the way before.
    raised: bool,
}

impl App {
    /// Shows the session bar while there is a session.
    pub(super) fn keep_bar(&mut self) {
        let Some(session) = self.state.host_session().map(BarSession::from) else {
            self.bar = None;
            return;
        };
        let Some(link) = &self.link else { return };
        let bar = self.bar.get_or_insert_with(|| {
            let (words, commands) = (self.words.clone(), link.commands().clone());
            let bar = SessionBar::new(session.clone(), words, commands, Arc::clone(&self.origin));
            Arc::new(Mutex::new(bar))
        });
        let mut bar = bar.lock().unwrap_or_else(PoisonError::into_inner);
        bar.session = session;
        self.ctx.request_repaint_after_for(ONCE, session_bar::viewport_id());
    }

    /// Gives the main window the size and level that its page needs.
    pub(super) fn keep_shape(&mut self) {
        let shape = if self.state.asks_for_consent() {
            WindowShape::Consent
        } else if self.state.host_session().is_some() {
            WindowShape::Helped
        } else if self.state.viewing().is_some() || self.tabs.any_away() {
            WindowShape::Viewer
        } else {
            WindowShape::Home
        };
        let before = std::mem::replace(&mut self.shape, shape);
        if before == shape {
            return;
        }
        let send = |command| self.ctx.send_viewport_cmd(command);
        match before {
            WindowShape::Consent => send(ViewportCommand::WindowLevel(WindowLevel::Normal)),
            WindowShape::Viewer => send(ViewportCommand::Fullscreen(false)),
            // Whatever comes after a session must be seen.
            WindowShape::Helped => send(ViewportCommand::Minimized(false)),
            WindowShape::Home => {}
        }
        match shape {
            WindowShape::Home => self.resize(theme::HOME_SIZE, theme::LEAST_SIZE),
            // Out of the way of the help; the bar stays.
            WindowShape::Helped => {
                self.resize(theme::HOME_SIZE, theme::LEAST_SIZE);
                send(ViewportCommand::Minimized(true));
            }
            WindowShape::Viewer => self.resize(theme::VIEWER_SIZE, theme::LEAST_SIZE),
            WindowShape::Consent => {
                send(ViewportCommand::Minimized(false));
                self.resize(theme::CONSENT_SIZE, theme::CONSENT_LEAST_SIZE);
                send(ViewportCommand::WindowLevel(WindowLevel::AlwaysOnTop));
                send(ViewportCommand::Focus);
                send(ViewportCommand::RequestUserAttention(UserAttentionType::Critical));
            }
        }
    }

    /// Brings the main window back where the user is asked something in the middle of a session, and puts it
    /// out of the way again when that is over. It takes the keyboard from nobody.
    pub(super) fn keep_question(&mut self) {
        let session = self.state.host_session();
        let asked = session.and_then(|session| session.panels.urgent());
        let in_session = session.is_some();
        if asked == self.question.asked {
            return;
        }
        let minimized = self.ctx.input_for(ViewportId::ROOT, |input| input.viewport().minimized);
        let send = |command| self.ctx.send_viewport_cmd_to(ViewportId::ROOT, command);
        if asked.is_some() {
            if minimized != Some(false) {
                send(ViewportCommand::Minimized(false));
                self.question.raised |= minimized == Some(true);
            }
            send(ViewportCommand::RequestUserAttention(UserAttentionType::Critical));
        } else if std::mem::take(&mut self.question.raised) && in_session {
            send(ViewportCommand::Minimized(true));
        }
        self.question.asked = asked;
    }

    /// Whether what the user is asked in the middle of a session is on the screen.
    pub(super) fn shows_question(&self) -> bool {
        let asked = self.state.host_session().is_some_and(|session| session.panels.urgent().is_some());
        asked
            && self.ctx.input_for(ViewportId::ROOT, |input| {
                let viewport = input.viewport();
                viewport.minimized != Some(true) && viewport.occluded != Some(true)
            })
    }

    /// The main window is called after the person at the other end.
    pub(super) fn keep_title(&mut self) {
        let who = match &self.state.page {
            OpenPage::Home | OpenPage::Changes(_) | OpenPage::Acquaintances(_) => None,
            OpenPage::Host(host) => match &host.phase {
                // Before the yes nothing of theirs stands in the system's own type.
                HostPhase::Asked(_) => None,
                HostPhase::Running(session) => Some(session.name.clone()),
                HostPhase::Starting | HostPhase::Waiting | HostPhase::Answered => None,
                HostPhase::Ended(_) => host.ended.peer.as_ref().map(|peer| self.words.say(peer)),
            },
            OpenPage::Technician(technician) => match &technician.phase {
                TechnicianPhase::Form | TechnicianPhase::Connecting(_) => None,
                TechnicianPhase::Viewing(viewing) => viewing.panels.peer().map(|peer| self.words.say(&peer)),
                TechnicianPhase::Ended(_) => technician.ended.peer.as_ref().map(|peer| self.words.say(peer)),
            },
        };
        let title = match who.filter(|who| !who.is_empty()) {
            Some(who) => {
                let who: String = who.chars().take(MAX_TITLE_CHARS).collect();
                self.words.with("page-window-title", args![who = who])
            }
            None => PROGRAM_TITLE.to_owned(),
        };
        if self.title != title {
            self.ctx.send_viewport_cmd_to(ViewportId::ROOT, ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    /// Gives the main window what its page needs now that everything has another size. The viewer's is the
    /// helper's own choice.
    pub(super) fn fit_shape(&self) {
        match self.shape {
            WindowShape::Home | WindowShape::Helped => self.resize(theme::HOME_SIZE, theme::LEAST_SIZE),
            WindowShape::Consent => self.resize(theme::CONSENT_SIZE, theme::CONSENT_LEAST_SIZE),
            WindowShape::Viewer => {}
        }
    }

    /// Whether the screen has room for the window as it opens; as far as that is known.
    pub(super) fn is_within_screen(&self) -> bool {
        let home = Vec2::from(theme::HOME_SIZE);
        self.room().is_none_or(|room| home.min(room) == home)
    }

    /// What a window can have of the screen, in points.
    fn room(&self) -> Option<Vec2> {
        let screen = self.ctx.input_for(ViewportId::ROOT, |input| input.viewport().monitor_size);
        screen.map(|screen| (screen - Vec2::from(AROUND_PT)).max(Vec2::splat(1.0)))
    }

    /// Gives the window this size, or what the screen has room for, in the screen's middle. Below `least` a
    /// person can make it no smaller.
    fn resize(&self, size: [f32; 2], least: [f32; 2]) {
        let [size, least] = [size, least].map(|size| {
            let size = Vec2::from(size);
            self.room().map_or(size, |room| size.min(room))
        });
        self.ctx.send_viewport_cmd(ViewportCommand::MinInnerSize(least));
        self.ctx.send_viewport_cmd(ViewportCommand::InnerSize(size));
        let screen = self.ctx.input_for(ViewportId::ROOT, |input| input.viewport().monitor_size);
        if let Some(screen) = screen {
            let corner = (screen - size - Vec2::from(FRAME_PT)) / 2.0;
            self.ctx.send_viewport_cmd(ViewportCommand::OuterPosition(corner.max(Vec2::ZERO).to_pos2()));
        }
    }
}
