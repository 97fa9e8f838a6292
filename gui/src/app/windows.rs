//! Keeps the windows in step with the state: the main one's size and level, the session bar, and the end.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use egui::{UserAttentionType, Vec2, ViewportCommand, ViewportId, WindowLevel};

use super::App;
use super::wishes::ONCE;
use crate::signals::closed_by_system;
use crate::state::OpenPage;
use crate::theme;
use crate::views::session_bar::{self, BarSession, SessionBar};
use beistand_node::NodeCommand;

/// How long a closing window waits for the node to say goodbye.
const CLOSE_WAIT: Duration = Duration::from_secs(1);

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
        } else if self.state.viewing().is_some() {
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
            WindowShape::Consent => {
                send(ViewportCommand::WindowLevel(WindowLevel::Normal));
                send(ViewportCommand::MinInnerSize(theme::LEAST_SIZE.into()));
            }
            WindowShape::Viewer => send(ViewportCommand::Fullscreen(false)),
            // Whatever comes after a session must be seen.
            WindowShape::Helped => send(ViewportCommand::Minimized(false)),
            WindowShape::Home => {}
        }
        match shape {
            WindowShape::Home => self.resize(theme::HOME_SIZE.into()),
            // Out of the way of the help; the bar stays.
            WindowShape::Helped => {
                self.resize(theme::HOME_SIZE.into());
                send(ViewportCommand::Minimized(true));
            }
            WindowShape::Viewer => self.resize(theme::VIEWER_SIZE.into()),
            WindowShape::Consent => {
                send(ViewportCommand::Minimized(false));
                send(ViewportCommand::MinInnerSize(theme::CONSENT_LEAST_SIZE.into()));
                self.resize(theme::CONSENT_SIZE.into());
                send(ViewportCommand::WindowLevel(WindowLevel::AlwaysOnTop));
                send(ViewportCommand::Focus);
                send(ViewportCommand::RequestUserAttention(UserAttentionType::Critical));
            }
        }
    }

    /// Gives the main window what its page needs now that everything has another size. The viewer's is the
    /// helper's own choice.
    pub(super) fn fit_shape(&self) {
        match self.shape {
            WindowShape::Home | WindowShape::Helped => self.resize(theme::HOME_SIZE.into()),
            WindowShape::Consent => self.resize(theme::CONSENT_SIZE.into()),
            WindowShape::Viewer => {}
        }
    }

    /// Gives the window this size, or what the screen has room for, in the screen's middle.
    fn resize(&self, size: Vec2) {
        let screen = self.ctx.input_for(ViewportId::ROOT, |input| input.viewport().monitor_size);
        let room = screen.map_or(size, |screen| (screen - Vec2::from(AROUND_PT)).max(Vec2::splat(1.0)));
        let size = size.min(room);
        self.ctx.send_viewport_cmd(ViewportCommand::InnerSize(size));
        if let Some(screen) = screen {
            let corner = (screen - size - Vec2::from(FRAME_PT)) / 2.0;
            self.ctx.send_viewport_cmd(ViewportCommand::OuterPosition(corner.max(Vec2::ZERO).to_pos2()));
        }
    }

    /// A window that was asked to close while a session runs ends that first, and closes soon whatever comes.
    pub(super) fn keep_closing(&mut self, now: Instant) {
        if self.ctx.input_for(ViewportId::ROOT, |input| input.viewport().close_requested())
            && self.closing.is_none()
        {
            let by_system = closed_by_system(&self.ctx);
            if self.state.asks_for_consent() && !by_system {
                self.deny();
            }
            if self.link.is_none() {
                return;
            }
            // On the user's side what they allowed for later stands then.
            let stands = by_system && matches!(self.state.page, OpenPage::Host(_));
            self.send(if stands { NodeCommand::Finish } else { NodeCommand::End });
            self.closing = Some(now + CLOSE_WAIT);
            let wake = self.wake.clone();
            let remind = move || {
                std::thread::sleep(CLOSE_WAIT);
                wake.wake();
            };
            if let Err(error) = std::thread::Builder::new().name("closing".to_owned()).spawn(remind) {
                tracing::error!(%error, "the window is closed without a goodbye");
                self.closing = Some(now);
            }
        }
        let Some(deadline) = self.closing else { return };
        if self.link.is_none() || now >= deadline {
            self.link = None;
            self.ctx.send_viewport_cmd_to(ViewportId::ROOT, ViewportCommand::Close);
            // The command is heeded when the window is drawn the next time.
            self.wake.wake();
        } else {
            self.ctx.send_viewport_cmd_to(ViewportId::ROOT, ViewportCommand::CancelClose);
        }
    }
}
