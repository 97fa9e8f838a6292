//! What both sides know of a session: what is allowed, whether it goes on, and by which way.

use beistand_node::{NodeEvent, PathInfo, PermissionSet, Sas};

/// What both sides know of a session.
#[derive(Debug, Clone, Default)]
pub struct SessionFacts {
    /// What the helper may do now.
    pub granted: PermissionSet,
    /// Whether the user lets it go on.
    pub flow: SessionFlow,
    /// The way between both computers.
    pub way: SessionWay,
    /// The four pictures that both sides have, where the user was asked.
    pub pictures: Option<Sas>,
}

/// Whether the user lets the session go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SessionFlow {
    /// It goes on.
    #[default]
    Running,
    /// The helper sees nothing and moves nothing.
    Paused,
}

/// The way between both computers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SessionWay {
    /// None was named yet.
    #[default]
    Unknown,
    /// This one.
    Known(PathInfo),
    /// It was lost, and another one is looked for.
    Lost,
}

impl SessionFacts {
    /// Takes in what the node says, where it is about these facts.
    pub(super) fn apply(&mut self, event: &NodeEvent) {
        match event {
            NodeEvent::Permissions { granted, .. } => self.granted = *granted,
            NodeEvent::Paused(true) => self.flow = SessionFlow::Paused,
            NodeEvent::Paused(false) => self.flow = SessionFlow::Running,
            NodeEvent::Path(path) => self.way = SessionWay::Known(path.clone()),
            NodeEvent::Reconnecting => self.way = SessionWay::Lost,
            NodeEvent::Request(request) => self.pictures = Some(request.sas),
            NodeEvent::Ready { .. }
            | NodeEvent::Invite(_)
            | NodeEvent::InviteReplaced(_)
            | NodeEvent::Progress(_)
            | NodeEvent::Withdrawn { .. }
            | NodeEvent::Reach(_)
            | NodeEvent::EmergencyKey { .. }
            | NodeEvent::Notice(_)
            | NodeEvent::Feature(_)
            | NodeEvent::WayBack(_)
            | NodeEvent::Ended(_) => {}
        }
    }

    /// Whether the user paused it.
    pub fn paused(&self) -> bool {
        self.flow == SessionFlow::Paused
    }
}

impl SessionWay {
    /// The way, where there is one.
    pub fn path(&self) -> Option<&PathInfo> {
        match self {
            Self::Known(path) => Some(path),
            Self::Unknown | Self::Lost => None,
        }
    }
}
