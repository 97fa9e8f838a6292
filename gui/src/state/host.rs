//! The user's side: from the invite to the end of the session.

use std::time::{Duration, Instant};

use beistand_node::words::{Phrase, args};

use crate::hand_check::{HandCheck, HandedAct, WideningAct};
use crate::panels::{Attention, PanelPlace, PanelSide, Panels};
use crate::state::{EndedSession, SessionFacts, WayBackOffer};
use crate::views::end_button::EndQuestion;
use beistand_node::{
    ANSWER_TIME, EndCause, InviteText, NodeEvent, NodeReach, Notice, Permission, PermissionSet, ReplaceCause,
    RequestInfo,
};

/// All of the user's side.
#[derive(Debug, Default)]
pub struct HostState {
    /// Where it stands.
    pub phase: HostPhase,
    /// The newest invite.
    pub invite: Option<OpenInvite>,
    /// Why the invite before this one was replaced, if somebody else may have it.
    pub replaced: Option<ReplaceCause>,
    /// What the user should know while nobody helps.
    pub notice: Option<Phrase>,
    /// By whom this computer can be found, once that is known.
    pub reach: Option<NodeReach>,
    /// Whether a press on "Make a new invite" waits for another one.
    pub renewal: RenewalState,
    /// Who may come back without an invite, until they are here.
    pub awaited: Option<AwaitedHelper>,
    /// How long the session took that is over.
    pub lasted: Option<Duration>,
    /// What is left of the session, once it is over.
    pub ended: EndedSession,
    /// What is wrong, as the user writes it while they wait. It is kept nowhere.
    pub about: String,
    /// As `replaced`, for the invite that is on its way.
    next_replaced: Option<ReplaceCause>,
}

/// How far the user's wish for another invite is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RenewalState {
    /// There is none.
    #[default]
    None,
    /// They are asked whether the words may become void, which somebody may be typing.
    Asked,
}

/// Somebody whom the user lets come back.
#[derive(Debug, Clone)]
pub struct AwaitedHelper {
    /// What they are called.
    pub name: String,
    /// What they may then.
    pub permissions: PermissionSet,
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
    Asked(Box<ConsentState>),
    /// The user has answered, the node has not yet.
    Answered,
    /// Somebody helps.
    Running(Box<HostSession>),
    /// It is over.
    Ended(EndCause),
}

/// An invite and when it ends by this computer's monotonic clock.
#[derive(Debug)]
pub struct OpenInvite {
    /// The invite.
    pub text: InviteText,
    /// When it ends.
    pub expires: Instant,
}

/// The question that the user is asked, and how far the answer is.
#[derive(Debug)]
pub struct ConsentState {
    /// Who asks for what.
    pub request: RequestInfo,
    /// How it is asked.
    pub shape: QuestionShape,
    /// What is ticked.
    pub chosen: PermissionSet,
    /// What the pointer is on, where what that means has no room beside it.
    pub explained: Option<Permission>,
    /// When the question came.
    pub asked_at: Instant,
    /// What a yes and a tick must pass.
    pub check: HandCheck,
    /// What the helper said meanwhile.
    pub panels: Panels,
    /// Whether the user has said that it is them, where somebody else is known by that name.
    pub vouched: bool,
}

/// How the user is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionShape {
    /// By two large choices.
    Large,
    /// By a tick for each thing.
    Ticks,
}

/// Whether the emergency key ends a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EmergencyKey {
    /// The node hasn't said yet.
    #[default]
    Unknown,
    /// It does.
    Works,
    /// It doesn't here.
    Broken,
}

impl EmergencyKey {
    /// What the user is told of it, in a line; nothing while it isn't known.
    pub fn phrase(self) -> Option<Phrase> {
        match self {
            Self::Unknown => None,
            Self::Works => Some(Phrase::new("page-bar-key")),
            Self::Broken => Some(Phrase::new("page-bar-no-key")),
        }
    }
}

/// Somebody helps.
#[derive(Debug)]
pub struct HostSession {
    /// Who, as they call themselves.
    pub name: String,
    /// What they asked for.
    pub wants: PermissionSet,
    /// How the session is.
    pub facts: SessionFacts,
    /// Since when.
    pub since: Instant,
    /// The newest thing that the node wants the user to know.
    pub notice: Option<Phrase>,
    /// Whether the emergency key ends it.
    pub emergency_key: EmergencyKey,
    /// What the features show.
    pub panels: Panels,
    /// What going on after a pause must pass in the main window.
    pub check: HandCheck,
    /// Whether the end was wished for, and costs something.
    pub end_question: EndQuestion,
}

impl ConsentState {
    /// A question to which nothing is answered yet. Only seeing is ticked: mouse, keyboard and the rest are
    /// ticked by the user.
    pub fn new(request: RequestInfo, now: Instant) -> Self {
        let chosen = request.wants.intersection(PermissionSet::NONE.with(Permission::View));
        let nothing_large = request.wants.intersection(PermissionSet::DESKTOP).is_empty();
        // Where there is something to weigh, nobody is helped to a quick answer.
        let ticks = nothing_large || !request.recognition.is_plain(&request.name);
        Self {
            request,
            shape: if ticks { QuestionShape::Ticks } else { QuestionShape::Large },
            chosen,
            explained: None,
            asked_at: now,
            check: HandCheck::of_question(),
            panels: Panels::default(),
            vouched: false,
        }
    }

    /// Asks in this way from now on. What is ticked stays so.
    pub fn ask_by(&mut self, shape: QuestionShape) {
        self.shape = shape;
        self.explained = None;
        self.check.forget_refusal();
    }

    /// Whether nothing can be allowed before the user has said that it is them.
    pub fn blocked(&self) -> bool {
        self.request.recognition.must_be_vouched_for() && !self.vouched
    }

    /// How long the user still has for the answer.
    pub fn time_left(&self, now: Instant) -> Duration {
        ANSWER_TIME.saturating_sub(now.saturating_duration_since(self.asked_at))
    }

    /// A hand ticked this. A click ticks what it says and nothing beside it: what needs another permission
    /// waits until that is ticked.
    pub fn tick(&mut self, act: &HandedAct) {
        if let WideningAct::Tick(permission) = act.act()
            && self.chosen.has_what_it_needs(*permission)
        {
            self.chosen = self.chosen.with(*permission);
        }
    }

    /// This is not to be allowed, nor what needs it.
    pub fn untick(&mut self, permission: Permission) {
        let needing = self.chosen.needing(permission);
        self.chosen = self.chosen.without(permission).difference(needing);
    }
}

impl HostState {
    /// The user lets somebody come back.
    pub fn awaiting(helper: AwaitedHelper) -> Self {
        Self { awaited: Some(helper), ..Self::default() }
    }

    /// Takes in what the node says.
    pub(super) fn apply(&mut self, event: NodeEvent, now: Instant) {
        if matches!(event, NodeEvent::Permissions { .. } | NodeEvent::EmergencyKey { .. }) {
            self.begin_awaited(now);
        }
        match event {
            NodeEvent::Invite(text) => self.invited(text, now),
            NodeEvent::InviteReplaced(cause) => self.next_replaced = Some(cause),
            NodeEvent::Withdrawn { .. } => {
                // Also where the user has just said yes: it came too late.
                self.phase = HostPhase::Answered;
                self.notice = Some(Phrase::new("page-invite-withdrawn"));
            }
            NodeEvent::Request(request) => {
                if !matches!(self.phase, HostPhase::Running(_) | HostPhase::Ended(_)) {
                    self.notice = None;
                    self.phase = HostPhase::Asked(Box::new(ConsentState::new(request, now)));
                }
            }
            NodeEvent::Reach(reach) => self.reach = Some(reach),
            // The countdown beside the words says so.
            NodeEvent::Notice(Notice::InviteOverdue) => {}
            NodeEvent::Notice(notice) => {
                if let HostPhase::Running(session) = &mut self.phase {
                    session.notice = Some(notice.phrase());
                } else {
                    self.notice = Some(notice.phrase());
                }
            }
            NodeEvent::EmergencyKey { broken } => {
                if let HostPhase::Running(session) = &mut self.phase {
                    session.emergency_key =
                        if broken.is_none() { EmergencyKey::Works } else { EmergencyKey::Broken };
                    let why = broken.map(|why| Phrase::with("page-session-no-key", args![why = why]));
                    let is_other = |notice: &Phrase| notice.key() != "page-session-no-key";
                    session.notice = why.or(session.notice.take().filter(is_other));
                }
            }
            NodeEvent::Feature(event) => {
                let panels = match &mut self.phase {
                    HostPhase::Asked(consent) => &mut consent.panels,
                    HostPhase::Running(session) => &mut session.panels,
                    HostPhase::Starting | HostPhase::Waiting | HostPhase::Answered | HostPhase::Ended(_) => {
                        return;
                    }
                };
                let (panel, attention) = panels.apply(event, now);
                // What has no place in the user's windows is said there in a line.
                if let (Attention::Toast(text), HostPhase::Running(session)) = (attention, &mut self.phase)
                    && panel.place(PanelSide::Host) == PanelPlace::Nowhere
                {
                    session.notice = Some(text);
                }
            }
            NodeEvent::WayBack(ticket) => self.ended.way_back = Some(WayBackOffer::new(ticket, now)),
            NodeEvent::Ended(cause) => {
                self.invite = None;
                if let HostPhase::Running(session) = &self.phase {
                    self.lasted = Some(now.saturating_duration_since(session.since));
                    self.ended.peer = Some(Phrase::with("page-peer", args![name = &session.name]));
                }
                self.phase = HostPhase::Ended(cause);
            }
            event @ (NodeEvent::Permissions { .. }
            | NodeEvent::Paused(_)
            | NodeEvent::Path(_)
            | NodeEvent::Reconnecting) => {
                if let HostPhase::Running(session) = &mut self.phase {
                    session.facts.apply(&event);
                    // What they asked for meanwhile can be taken back like the rest.
                    let more = session.facts.granted.difference(session.wants);
                    session.wants = more.iter().fold(session.wants, PermissionSet::with);
                }
            }
            NodeEvent::Ready { .. } | NodeEvent::Progress(_) => {}
        }
    }

    fn invited(&mut self, text: InviteText, now: Instant) {
        let expires = now + text.expires_in;
        self.invite = Some(OpenInvite { text, expires });
        self.replaced = self.next_replaced.take();
        self.renewal = RenewalState::None;
        if matches!(self.phase, HostPhase::Starting | HostPhase::Answered) {
            self.phase = HostPhase::Waiting;
        }
    }

    /// The user allowed `granted`: the session runs from here, with what the node grants from then on.
    pub fn allowed(&mut self, granted: PermissionSet, now: Instant) {
        let HostPhase::Asked(consent) = &mut self.phase else { return };
        let request = &consent.request;
        // The dialog showed what the helper had said.
        consent.panels.see_all();
        let (name, wants, panels) =
            (request.name.clone(), request.wants, std::mem::take(&mut consent.panels));
        let facts = SessionFacts { granted, pictures: Some(request.sas), ..SessionFacts::default() };
        self.begin(name, wants, facts, panels, now);
    }

    /// Whoever was let back is here: the user's press was their answer.
    fn begin_awaited(&mut self, now: Instant) {
        match self.phase {
            HostPhase::Starting | HostPhase::Waiting | HostPhase::Answered => {}
            HostPhase::Asked(_) | HostPhase::Running(_) | HostPhase::Ended(_) => return,
        }
        if let Some(AwaitedHelper { name, permissions }) = self.awaited.take() {
            let facts = SessionFacts { granted: permissions, ..SessionFacts::default() };
            self.begin(name, permissions, facts, Panels::default(), now);
        }
    }

    fn begin(
        &mut self,
        name: String,
        wants: PermissionSet,
        facts: SessionFacts,
        panels: Panels,
        now: Instant,
    ) {
        let session = HostSession {
            name,
            wants,
            facts,
            since: now,
            notice: None,
            emergency_key: EmergencyKey::Unknown,
            panels,
            check: HandCheck::default(),
            end_question: EndQuestion::default(),
        };
        self.phase = HostPhase::Running(Box::new(session));
        self.invite = None;
    }

    /// The user said no, or wants another invite: what comes next is up to the node.
    pub fn answered(&mut self) {
        self.phase = HostPhase::Answered;
    }
}
