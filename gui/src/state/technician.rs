//! The technician's side: from the pasted invite to the end of the session.

use std::time::{Duration, Instant};

use beistand_node::words::Phrase;

use crate::panels::Panels;
use crate::state::{EndedSession, SaveDraft, SessionFacts, ViewerState, WayBackOffer};
use beistand_node::{
    ConnectStep, EndCause, EndWord, InviteSearch, NodeEvent, NodeReach, Notice, PastPeer, PastSession,
    PermissionSet, RequestInfo, look_for_invite,
};

/// The longest text in which an invite is looked for, in bytes: what the node reads.
pub const MAX_INVITE_BYTES: usize = beistand_node::MAX_INVITE_TEXT_BYTES;

/// All of the technician's side.
#[derive(Debug, Default)]
pub struct TechnicianState {
    /// What the paste page holds; kept until the application ends.
    pub form: ConnectForm,
    /// Where it stands.
    pub phase: TechnicianPhase,
    /// Whom they have helped lately, the newest first.
    pub past: Vec<(PastSession, PastPeer)>,
    /// What is left of the session, once it is over.
    pub ended: EndedSession,
    /// Whether they come back by a ticket, not by what the paste page holds.
    pub returning: bool,
    /// When the session began.
    pub began: Option<Instant>,
    /// How long it took, once it is over.
    pub lasted: Option<Duration>,
    /// What they wrote down in the session that has ended.
    pub notes: String,
    /// What came of keeping it.
    pub kept: Option<Phrase>,
    /// What is about to be saved where they choose.
    pub saving: Option<SaveDraft>,
}

/// Where the technician's side stands.
#[derive(Debug, Default)]
pub enum TechnicianPhase {
    /// The paste page.
    #[default]
    Form,
    /// On the way to the host.
    Connecting(Box<ConnectingState>),
    /// The host's screen.
    Viewing(Box<ViewerState>),
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
    /// Whether they wanted to connect before all was there.
    pub is_hasty: bool,
}

impl Default for ConnectForm {
    fn default() -> Self {
        Self {
            invite: InviteField::default(),
            name: String::new(),
            reason: String::new(),
            wants: beistand_node::usual_wants(),
            is_hasty: false,
        }
    }
}

/// Text that an invite may be in: at most [`MAX_INVITE_BYTES`].
#[derive(Clone)]
pub struct InviteField {
    text: String,
    too_long: bool,
    /// What the text says.
    search: InviteSearch,
    /// Whether what is still missing is said too: somebody wanted to connect.
    complains: bool,
    /// Which of the proposed words the keys have chosen.
    choice: Option<usize>,
}

impl Default for InviteField {
    fn default() -> Self {
        let search = InviteSearch::Empty;
        Self { text: String::new(), too_long: false, search, complains: false, choice: None }
    }
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

    /// Whether something too long was refused since the text last changed.
    pub fn too_long(&self) -> bool {
        self.too_long
    }

    /// Puts `text` in the place of the old one, or refuses it whole where it is too long.
    pub fn set(&mut self, text: String) {
        self.too_long = text.len() > MAX_INVITE_BYTES;
        if !self.too_long {
            self.search = look_for_invite(&text);
            self.text = text;
            self.complains = false;
            self.choice = None;
        }
    }

    /// What the text says.
    pub fn search(&self) -> &InviteSearch {
        &self.search
    }

    /// Somebody wanted to connect, and the text is no invite yet.
    pub fn complain(&mut self) {
        self.complains = true;
    }

    /// Whether what is still missing is to be said.
    pub fn complains(&self) -> bool {
        self.complains
    }

    /// Which of the proposed words the keys have chosen.
    pub fn choice(&self) -> Option<usize> {
        self.choice
    }

    /// The keys have chosen this one.
    pub fn choose(&mut self, choice: usize) {
        self.choice = Some(choice);
    }

    /// Something too long was kept away from the field.
    pub fn refuse(&mut self) {
        self.too_long = true;
    }
}

/// On the way to the host.
#[derive(Debug, Default)]
pub struct ConnectingState {
    /// The step under way.
    pub step: Option<ConnectStep>,
    /// What the user is asked, once they are.
    pub request: Option<RequestInfo>,
    /// Since when; from the first drawing on.
    pub since: Option<Instant>,
    /// Whom this computer can find, once that is known.
    pub reach: Option<NodeReach>,
    /// The newest thing that the node wants the technician to know.
    pub notice: Option<Notice>,
    /// What was known of the session before the first picture came.
    pub facts: SessionFacts,
    /// What the features show meanwhile.
    pub panels: Panels,
}

impl TechnicianState {
    /// Whether the invite of the form is of no more use to anybody.
    pub(crate) fn has_used_invite(&self) -> bool {
        let used = [EndWord::Ended, EndWord::InviteExpired, EndWord::InviteUsed, EndWord::Denied];
        matches!(&self.phase, TechnicianPhase::Ended(cause) if self.lasted.is_some() || used.contains(&cause.reason))
    }

    /// Tells the helper what came of keeping something: in passing, or on the page after the end.
    pub fn tell(&mut self, said: Phrase, now: Instant) {
        match &mut self.phase {
            TechnicianPhase::Viewing(viewing) => viewing.tell(said, now),
            TechnicianPhase::Ended(_) => self.kept = Some(said),
            TechnicianPhase::Form | TechnicianPhase::Connecting(_) => {}
        }
    }

    /// Takes in what the node says.
    pub(crate) fn apply(&mut self, event: NodeEvent, now: Instant) {
        match (&mut self.phase, event) {
            (TechnicianPhase::Form | TechnicianPhase::Ended(_), _) => {}
            (TechnicianPhase::Connecting(_) | TechnicianPhase::Viewing(_), NodeEvent::WayBack(ticket)) => {
                self.ended.way_back = Some(WayBackOffer::new(ticket, now));
            }
            (TechnicianPhase::Viewing(viewing), NodeEvent::Ended(cause)) => {
                let unnamed = || Phrase::new("page-peer-unnamed");
                self.ended.peer = Some(viewing.panels.peer().unwrap_or_else(unnamed));
                self.lasted = self.began.take().map(|began| now.saturating_duration_since(began));
                self.notes = std::mem::take(&mut viewing.notes);
                self.kept = None;
                self.phase = TechnicianPhase::Ended(cause);
            }
            (TechnicianPhase::Connecting(_), NodeEvent::Ended(cause)) => {
                self.phase = TechnicianPhase::Ended(cause);
            }
            (TechnicianPhase::Connecting(connecting), event) => {
                connecting.apply(event, now);
                if !connecting.facts.granted.is_empty() {
                    self.began = Some(now);
                    let (facts, panels) =
                        (std::mem::take(&mut connecting.facts), std::mem::take(&mut connecting.panels));
                    self.phase = TechnicianPhase::Viewing(Box::new(ViewerState::new(facts, panels)));
                }
            }
            (TechnicianPhase::Viewing(viewing), event) => viewing.apply(event, now),
        }
    }
}

impl TechnicianState {
    /// A number that is another one where something has happened that a person would want to see.
    pub fn news(&self) -> usize {
        match &self.phase {
            TechnicianPhase::Form => 0,
            TechnicianPhase::Connecting(connecting) => 1 + usize::from(connecting.request.is_some()),
            TechnicianPhase::Viewing(viewing) => 3_usize.wrapping_add(viewing.news),
            TechnicianPhase::Ended(_) => usize::MAX,
        }
    }

    /// The host's screen, where it is shown.
    pub(crate) fn viewing(&self) -> Option<&ViewerState> {
        if let TechnicianPhase::Viewing(viewing) = &self.phase { Some(viewing) } else { None }
    }

    /// The same, to be changed.
    pub(crate) fn viewing_mut(&mut self) -> Option<&mut ViewerState> {
        if let TechnicianPhase::Viewing(viewing) = &mut self.phase { Some(viewing) } else { None }
    }

    /// What the features show, where there is somebody at the other end.
    pub(crate) fn panels_mut(&mut self) -> Option<&mut Panels> {
        match &mut self.phase {
            TechnicianPhase::Form | TechnicianPhase::Ended(_) => None,
            TechnicianPhase::Connecting(connecting) => Some(&mut connecting.panels),
            TechnicianPhase::Viewing(viewing) => Some(&mut viewing.panels),
        }
    }

    /// Whether a node works for it and would have to be told to end.
    pub fn under_way(&self) -> bool {
        match self.phase {
            TechnicianPhase::Form | TechnicianPhase::Ended(_) => false,
            TechnicianPhase::Connecting(_) | TechnicianPhase::Viewing(_) => true,
        }
    }
}

impl ConnectingState {
    fn apply(&mut self, event: NodeEvent, now: Instant) {
        self.facts.apply(&event);
        match event {
            NodeEvent::Progress(step) => self.step = Some(step),
            NodeEvent::Request(request) => {
                // From now on it is the user who is waited for.
                self.since = Some(now);
                self.step = Some(ConnectStep::WaitingForConsent);
                self.request = Some(request);
            }
            NodeEvent::Reach(reach) => self.reach = Some(reach),
            NodeEvent::Notice(notice) => self.notice = Some(notice),
            NodeEvent::Permissions { .. } => self.step = Some(ConnectStep::Starting),
            NodeEvent::Feature(event) => drop(self.panels.apply(event, now)),
            NodeEvent::Ready { .. }
            | NodeEvent::Invite(_)
            | NodeEvent::InviteReplaced(_)
            | NodeEvent::Withdrawn { .. }
            | NodeEvent::EmergencyKey { .. }
            | NodeEvent::Paused(_)
            | NodeEvent::Path(_)
            | NodeEvent::Reconnecting
            | NodeEvent::WayBack(_)
            | NodeEvent::Ended(_) => {}
        }
    }
}
