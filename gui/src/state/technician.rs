//! The technician's side: from the pasted invite to the end of the session.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use beistand_node::{ConnectStep, EndCause, Event, Figures, PathInfo, PermissionSet, RequestInfo};

use crate::words;

/// The longest text that is read as an invite, in bytes: a link with eight addresses is under 700, the rest is for
/// quotes, spaces and line breaks.
pub const MAX_INVITE_BYTES: usize = 1024;
/// How long a passing notice is shown, in seconds: a line is read in three.
pub const TOAST_SECS: u64 = 6;
/// Passing notices on the screen at once; older ones make room.
const MAX_TOASTS: usize = 4;
/// Lines of chat that are kept.
const CHAT_LINES: usize = 200;

/// The node tells figures once a second while pictures come: after so long without, none do.
const PICTURE_RESTS: Duration = Duration::from_secs(2);

/// All of the technician's side.
#[derive(Debug, Default)]
pub struct TechnicianState {
    /// What the paste page holds; kept until the application ends.
    pub form: ConnectForm,
    /// Where it stands.
    pub phase: TechnicianPhase,
}

/// Where the technician's side stands.
#[derive(Debug, Default)]
pub enum TechnicianPhase {
    /// The paste page.
    #[default]
    Form,
    /// On the way to the host.
    Connecting(Box<Connecting>),
    /// The host's screen.
    Viewing(Box<Viewing>),
    /// It is over.
    Ended(EndCause),
}

/// What the paste page holds.
#[derive(Debug, Clone)]
pub struct ConnectForm {
    /// The invite.
    pub invite: InviteField,
    /// The technician's name.
    pub name: String,
    /// Why they ask.
    pub reason: String,
    /// What they ask for.
    pub wants: PermissionSet,
}

impl Default for ConnectForm {
    fn default() -> Self {
        Self {
            invite: InviteField::default(),
            name: String::new(),
            reason: String::new(),
            wants: PermissionSet::DESKTOP,
        }
    }
}

/// Text that may be an invite: at most [`MAX_INVITE_BYTES`].
#[derive(Clone, Default)]
pub struct InviteField {
    text: String,
    too_long: bool,
}

impl std::fmt::Debug for InviteField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InviteField(secret)")
    }
}

impl InviteField {
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether something longer than an invite was refused since the text last changed.
    pub fn too_long(&self) -> bool {
        self.too_long
    }

    /// Puts `text` in the place of the old one, or refuses it whole where it is too long to be an invite.
    pub fn set(&mut self, text: String) {
        self.too_long = text.len() > MAX_INVITE_BYTES;
        if !self.too_long {
            self.text = text;
        }
    }

    /// Something too long was kept away from the field.
    pub fn refuse(&mut self) {
        self.too_long = true;
    }
}

/// On the way to the host.
#[derive(Debug, Default)]
pub struct Connecting {
    /// The step under way.
    pub step: Option<ConnectStep>,
    /// What the user is asked, once they are.
    pub request: Option<RequestInfo>,
    /// The newest thing that the node wants the technician to know.
    pub notice: Option<String>,
    /// What was granted before the first picture came.
    pub granted: PermissionSet,
    /// The way, where it is known already.
    pub path: Option<PathInfo>,
}

/// How large the picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// As large as the window allows, all of it.
    #[default]
    Fit,
    /// A pixel of the host's screen is a pixel here.
    Actual,
}

/// The host's screen and what is known of it.
#[derive(Debug, Default)]
pub struct Viewing {
    /// What the technician may do now.
    pub granted: PermissionSet,
    /// Whether the user paused it.
    pub paused: bool,
    /// The way between both computers; none while one is looked for.
    pub path: Option<PathInfo>,
    /// Whether the way was lost and another one is looked for.
    pub reconnecting: bool,
    /// How the picture was doing when it last changed.
    pub figures: Figures,
    /// When the figures came.
    pub figures_at: Option<Instant>,
    /// What both sides said, oldest first.
    pub chat: VecDeque<ChatLine>,
    /// The line being written.
    pub chat_draft: String,
    /// Lines that came while the chat was closed.
    pub unread: usize,
    /// Passing notices, oldest first.
    pub toasts: VecDeque<Toast>,
    /// How large the picture is drawn.
    pub scale: Scale,
    /// Whether it covers the whole screen.
    pub fullscreen: bool,
    /// Whether the figures are shown.
    pub figures_open: bool,
    /// Whether the chat is shown.
    pub chat_open: bool,
    /// Whether the toolbar is shown although it covers the picture, in full screen.
    pub toolbar_peek: bool,
    /// Whether what is typed is for the host: the picture was the last thing that was pointed at.
    pub picture_active: bool,
}

/// A line of chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatLine {
    /// Whether it was written here.
    pub ours: bool,
    /// The line.
    pub text: String,
}

/// A passing notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// What it says.
    pub text: String,
    /// Until when it is shown.
    pub until: Instant,
}

impl TechnicianState {
    /// Takes in what the node says.
    pub(super) fn apply(&mut self, event: Event, now: Instant) {
        match (&mut self.phase, event) {
            (TechnicianPhase::Form | TechnicianPhase::Ended(_), _) => {}
            (_, Event::Ended(cause)) => self.phase = TechnicianPhase::Ended(cause),
            (TechnicianPhase::Connecting(connecting), event) => {
                if connecting.apply(event) {
                    let viewing = Viewing {
                        granted: connecting.granted,
                        path: connecting.path.take(),
                        picture_active: true,
                        ..Viewing::default()
                    };
                    self.phase = TechnicianPhase::Viewing(Box::new(viewing));
                }
            }
            (TechnicianPhase::Viewing(viewing), event) => viewing.apply(event, now),
        }
    }
}

impl Connecting {
    /// Takes in what the node says. Returns whether the session runs now.
    fn apply(&mut self, event: Event) -> bool {
        match event {
            Event::Progress(step) => self.step = Some(step),
            Event::Request(request) => {
                self.step = Some(ConnectStep::WaitingForConsent);
                self.request = Some(request);
            }
            Event::Notice(text) => self.notice = Some(text),
            Event::Path(path) => self.path = Some(path),
            Event::Permissions { granted, .. } => {
                self.granted = granted;
                self.step = Some(ConnectStep::Starting);
                return !granted.is_empty();
            }
            _ => {}
        }
        false
    }
}

impl Viewing {
    fn apply(&mut self, event: Event, now: Instant) {
        match event {
            Event::Permissions { granted, revoked } => {
                let before = std::mem::replace(&mut self.granted, granted);
                if let Some(permission) = revoked {
                    self.toast(format!("No longer allowed: {}", words::helper_permission(permission)), now);
                }
                for permission in granted.difference(before).iter() {
                    self.toast(format!("Now allowed: {}", words::helper_permission(permission)), now);
                }
            }
            Event::Paused(paused) => self.paused = paused,
            Event::Path(path) => (self.path, self.reconnecting) = (Some(path), false),
            Event::Reconnecting => (self.path, self.reconnecting) = (None, true),
            Event::Figures(figures) => {
                self.figures = figures;
                self.figures_at = Some(now);
            }
            Event::Chat(text) => {
                if !self.chat_open {
                    self.unread += 1;
                    self.toast(format!("They write: {text}"), now);
                }
                self.say(ChatLine { ours: false, text });
            }
            Event::Notice(text) => self.toast(text, now),
            _ => {}
        }
    }

    /// How the picture is doing: once it rests there are no pictures a second and no bits for them.
    pub fn figures_now(&self, now: Instant) -> Figures {
        let rests = self.figures_at.is_none_or(|at| now.saturating_duration_since(at) > PICTURE_RESTS);
        if rests { Figures { fps: 0.0, kbps: 0.0, ..self.figures } } else { self.figures }
    }

    /// Shows a passing notice.
    pub fn toast(&mut self, text: String, now: Instant) {
        if self.toasts.len() == MAX_TOASTS {
            self.toasts.pop_front();
        }
        self.toasts.push_back(Toast { text, until: now + Duration::from_secs(TOAST_SECS) });
    }

    /// Forgets notices that had their time. Returns how long the next one still has.
    pub fn expire_toasts(&mut self, now: Instant) -> Option<Duration> {
        self.toasts.retain(|toast| toast.until > now);
        self.toasts.iter().map(|toast| toast.until - now).min()
    }

    /// Adds a line to the chat.
    pub fn say(&mut self, line: ChatLine) {
        if self.chat.len() == CHAT_LINES {
            self.chat.pop_front();
        }
        self.chat.push_back(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_fall_to_zero_when_the_picture_rests() {
        let mut viewing = Viewing::default();
        let start = Instant::now();
        viewing
            .apply(Event::Figures(Figures { fps: 9.0, kbps: 40.0, shown: 7, ..Figures::default() }), start);
        assert_eq!(viewing.figures_now(start).fps, 9.0);
        let later = viewing.figures_now(start + PICTURE_RESTS + Duration::from_secs(1));
        assert_eq!((later.fps, later.kbps, later.shown), (0.0, 0.0, 7));
    }
}
