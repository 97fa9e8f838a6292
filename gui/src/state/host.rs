//! The user's side: from the invite to the end of the session.

use std::time::Instant;

use beistand_node::{EndCause, Event, InviteText, PathInfo, PermissionSet, RequestInfo};

/// All of the user's side.
#[derive(Debug, Default)]
pub struct HostState {
    /// Where it stands.
    pub phase: HostPhase,
    /// The newest invite.
    pub invite: Option<Invite>,
    /// How many wrong tries replaced the invite before this one, where they did.
    pub replaced_after: Option<u32>,
    /// What the node wants the user to know while nobody helps.
    pub notice: Option<String>,
    /// As `replaced_after`, for the invite that is on its way.
    next_replaced_after: Option<u32>,
}

/// Where the user's side stands.
#[derive(Debug, Default)]
pub enum HostPhase {
    /// The node starts, or makes an invite.
    #[default]
    Starting,
    /// The invite is shown.
    Waiting,
    /// Somebody asks to help.
    Asked(Box<Consent>),
    /// The user has answered, the node has not yet.
    Answered,
    /// Somebody helps.
    Running(Box<HostSession>),
    /// It is over.
    Ended(EndCause),
}

/// An invite and when it ends by this computer's monotonic clock.
#[derive(Debug)]
pub struct Invite {
    /// The invite.
    pub text: InviteText,
    /// When it ends.
    pub expires: Instant,
}

/// The question that the user is asked, and how far the answer is.
#[derive(Debug)]
pub struct Consent {
    /// Who asks for what.
    pub request: RequestInfo,
    /// What is ticked.
    pub chosen: PermissionSet,
    /// When the dialog was first on the screen, in seconds of egui's clock.
    pub shown_at_secs: Option<f64>,
    /// Why the last click did not count.
    pub refusal: Option<Refusal>,
}

/// Why a click on a grant did not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A program made it, not a hand.
    Injected,
}

/// Somebody helps.
#[derive(Debug, Clone)]
pub struct HostSession {
    /// Who, as they call themselves.
    pub name: String,
    /// What they asked for.
    pub wants: PermissionSet,
    /// What they may do now.
    pub granted: PermissionSet,
    /// Whether the user paused it.
    pub paused: bool,
    /// The way between both computers; none while one is looked for.
    pub path: Option<PathInfo>,
    /// Whether the way was lost and another one is looked for.
    pub reconnecting: bool,
    /// Since when.
    pub since: Instant,
    /// The newest thing that the node wants the user to know, and since when.
    pub notice: Option<(String, Instant)>,
    /// The newest lines of chat from the helper.
    pub chat: Vec<String>,
}

/// Lines of chat that are kept on the user's side: what fits the window.
const CHAT_LINES: usize = 20;

impl Consent {
    /// A question to which nothing is answered yet. Only seeing is ticked: mouse, keyboard and the rest are ticked by
    /// the user.
    pub fn new(request: RequestInfo) -> Self {
        let chosen = request.wants.intersection(PermissionSet::NONE.with(beistand_node::Permission::View));
        Self { request, chosen, shown_at_secs: None, refusal: None }
    }
}

impl HostState {
    /// Takes in what the node says.
    pub(super) fn apply(&mut self, event: Event, now: Instant) {
        match event {
            Event::Invite(text) => {
                let expires = now + text.expires_in;
                self.invite = Some(Invite { text, expires });
                self.replaced_after = self.next_replaced_after.take();
                if matches!(self.phase, HostPhase::Starting | HostPhase::Answered) {
                    self.phase = HostPhase::Waiting;
                }
            }
            Event::InviteReplaced { failed } => self.next_replaced_after = Some(failed),
            Event::Withdrawn { .. } => {
                // Also where the user has just said yes: it came too late.
                self.phase = HostPhase::Answered;
                self.notice = Some("The helper went away before you answered. Nothing was shown.".to_owned());
            }
            Event::Notice(text) if !matches!(self.phase, HostPhase::Running(_)) => self.notice = Some(text),
            Event::Request(request) if !matches!(self.phase, HostPhase::Running(_) | HostPhase::Ended(_)) => {
                self.notice = None;
                self.phase = HostPhase::Asked(Box::new(Consent::new(request)));
            }
            Event::Ended(cause) => {
                self.invite = None;
                self.phase = HostPhase::Ended(cause);
            }
            event => self.apply_to_session(event, now),
        }
    }

    fn apply_to_session(&mut self, event: Event, now: Instant) {
        let HostPhase::Running(session) = &mut self.phase else { return };
        match event {
            Event::Permissions { granted, .. } => session.granted = granted,
            Event::Paused(paused) => session.paused = paused,
            Event::Path(path) => (session.path, session.reconnecting) = (Some(path), false),
            Event::Reconnecting => (session.path, session.reconnecting) = (None, true),
            Event::Notice(text) => session.notice = Some((text, now)),
            Event::Chat(line) => {
                if session.chat.len() == CHAT_LINES {
                    session.chat.remove(0);
                }
                session.chat.push(line);
            }
            _ => {}
        }
    }

    /// The user allowed `granted`: the session runs from here, with what the node grants from then on.
    pub fn allowed(&mut self, granted: PermissionSet, now: Instant) {
        let HostPhase::Asked(consent) = &self.phase else { return };
        let request = &consent.request;
        self.phase = HostPhase::Running(Box::new(HostSession {
            name: request.name.clone(),
            wants: request.wants,
            granted,
            paused: false,
            path: None,
            reconnecting: false,
            since: now,
            notice: None,
            chat: Vec::new(),
        }));
        self.invite = None;
    }

    /// The user said no, or wants another invite: what comes next is up to the node.
    pub fn answered(&mut self) {
        self.phase = HostPhase::Answered;
    }
}
