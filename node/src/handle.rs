//! What a program holds of a running node: commands in, events out, and the newest picture.
//!
//! All of it is bounded; no call waits.

use std::time::{Duration, SystemTime};

use beistand_p2p::NodeReach;
use beistand_p2p::host::ReplaceCause;
use beistand_platform::SystemPermission;
use beistand_session::{Permission, PermissionSet};
use tokio::sync::mpsc;

use crate::acquaintances::{Recognition, UnreadableAcquaintances};
use crate::cause;
use crate::changes::TrialEnd;
use crate::commands::CommandOutbox;
use crate::contacts::ContactMark;
use crate::features::{FeatureCommand, FeatureEvent};
use crate::picture::PictureSlot;
use crate::returns::ReturnTicket;
use crate::sas::Sas;
use crate::words::{Phrase, args};

/// Commands waiting for the node: a person gives a few a second, a mouse some hundred; beyond that the newest
/// mouse position is worth more than an older one, and a full queue says so. What a person relies on is not
/// queued ([`CommandOutbox`]).
pub(crate) const COMMAND_QUEUE: usize = 256;

/// Events waiting for the program: each is small and rare but the picture's figures, once a second.
pub(crate) const EVENT_QUEUE: usize = 256;

/// What a program holds of a running node. Dropping it ends the node and its session.
#[derive(Debug)]
pub struct NodeHandle {
    /// Where commands go.
    pub commands: CommandOutbox,
    /// Where events come from.
    pub events: EventStream,
    /// The newest picture of the other side's screen; empty on the host.
    pub picture: PictureSlot,
}

/// Where events come from.
pub type EventStream = mpsc::Receiver<NodeEvent>;

/// What a person wants of the node.
#[derive(Debug, Clone)]
pub enum NodeCommand {
    /// Host: make a new invite; the one before is void.
    NewInvite,
    /// Host: allow what the request with this id may do. Must come from a hand at this machine.
    Allow {
        /// [`RequestInfo::id`].
        request: u64,
        /// What is allowed; what was not asked for is left out.
        permissions: PermissionSet,
    },
    /// Host: whoever asks with this id is whom they say they are, though they have another key than the one
    /// who is known by that name. Until this was said they can be allowed nothing. Must come from a hand at
    /// this machine.
    Vouch {
        /// [`RequestInfo::id`].
        request: u64,
    },
    /// Host: deny the request with this id.
    Deny {
        /// [`RequestInfo::id`].
        request: u64,
    },
    /// Host, in a session: allow one thing more.
    Grant(Permission),
    /// Host, in a session: no longer allow it.
    Revoke(Permission),
    /// Host: a dialog in which the user can grant something is (not) on the screen; while it is, and for 1 s
    /// after, all remote input is dropped.
    GrantDialog {
        /// Whether it is on the screen.
        visible: bool,
    },
    /// Host: send no picture and take no input until `Resume`.
    Pause,
    /// Host: go on after `Pause`.
    Resume,
    /// Either: what one feature is to do.
    Feature(FeatureCommand),
    /// Technician: end once all that was asked for before is done, or given up. Host: end at once, since the
    /// system wants it; what the user allowed for later stands.
    Finish,
    /// Either: stop what is under way, at any time. Where it is the user's, nothing that they allowed stands
    /// any more.
    End,
}

/// What the node has to say.
#[derive(Debug, Clone)]
pub enum NodeEvent {
    /// The node listens; once, at the start.
    Ready {
        /// Its libp2p identity, made for this run.
        peer_id: String,
        /// Its addresses.
        listen: Vec<String>,
    },
    /// Host: a new invite, to be given to the technician.
    Invite(InviteText),
    /// Host: somebody else may have the invite, so it was replaced. An `Invite` follows.
    InviteReplaced(ReplaceCause),
    /// By whom this computer can be found, or whom it can find, while no session runs: at the start, once it
    /// is known, and after each change.
    Reach(NodeReach),
    /// Technician: how far the connection is.
    Progress(ConnectStep),
    /// Host: somebody with the invite asks for help to be allowed. Technician: the host was asked, and sees
    /// this.
    Request(RequestInfo),
    /// Host: whoever asked went away before they were answered, or the time for the answer is over; nothing
    /// was shown, and an answer now comes too late. An `Invite` follows, the same one where it is still good.
    Withdrawn {
        /// [`RequestInfo::id`].
        request: u64,
    },
    /// The permissions now, after consent and after each change.
    Permissions {
        /// What the technician may do now.
        granted: PermissionSet,
        /// What was just revoked.
        revoked: PermissionSet,
    },
    /// Host: the session has begun, and the emergency key ends it, or why it doesn't. Comes again where the
    /// desktop hears it later.
    EmergencyKey {
        /// Why it does not work.
        broken: Option<Phrase>,
    },
    /// The host paused the session, or goes on.
    Paused(bool),
    /// The way between the two sides, after each change and when its round trip is measured.
    Path(PathInfo),
    /// There is no way between the two sides now. One is looked for, for ten minutes at most; `Path` says
    /// that there is one again, `Ended` that there is none.
    Reconnecting,
    /// What one feature has to tell.
    Feature(FeatureEvent),
    /// Something a person should know that ends nothing.
    Notice(Notice),
    /// The session was ended and nothing stands against it: whoever ended it by a slip can go back with this
    /// ticket, which is good for a moment and in no file. Comes right before `Ended`.
    WayBack(ReturnTicket),
    /// The session, or the try to get one, is over; the last event.
    Ended(EndCause),
}

/// An invite in its renderings. Secret until it is used.
#[derive(Clone)]
pub struct InviteText {
    /// Six words of the user's language, to be spoken.
    pub words: String,
    /// The same as 14 characters in groups.
    pub code: String,
    /// The link, to be pasted or shown as a QR code.
    pub link: String,
    /// When it ends.
    pub expires_at: SystemTime,
    /// How long it lives from now.
    pub expires_in: Duration,
}

impl std::fmt::Debug for InviteText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InviteText(secret)")
    }
}

/// The technician's way to the host, step by step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectStep {
    /// The key is being derived from the invite.
    ReadingInvite,
    /// The host is being looked for.
    Searching,
    /// Found; a connection is being made.
    Connecting,
    /// Both sides prove that they know the invite.
    Securing,
    /// The user is being asked.
    WaitingForConsent,
    /// The user said yes; the first picture is on its way.
    Starting,
}

impl ConnectStep {
    /// The word for it in `--json`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ReadingInvite => "reading-invite",
            Self::Searching => "searching",
            Self::Connecting => "connecting",
            Self::Securing => "securing",
            Self::WaitingForConsent => "waiting-for-consent",
            Self::Starting => "starting",
        }
    }

    /// What a person is told.
    pub const fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::ReadingInvite => "node-step-reading-invite",
            Self::Searching => "node-step-searching",
            Self::Connecting => "node-step-connecting",
            Self::Securing => "node-step-securing",
            Self::WaitingForConsent => "node-step-waiting",
            Self::Starting => "node-step-starting",
        })
    }
}

/// Who asks, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestInfo {
    /// Names this request in the commands that answer it.
    pub id: u64,
    /// The name the technician gave, escaped; nobody vouches for it.
    pub name: String,
    /// A warning about the name: it is that of a well-known company, or looks like the system's.
    pub warning: Option<Phrase>,
    /// Why they ask, in their words, escaped; may be empty.
    pub reason: String,
    /// The four pictures that both sides must see alike.
    pub sas: Sas,
    /// What they ask for.
    pub wants: PermissionSet,
    /// Technician: by what the other side is known again.
    pub contact: Option<ContactMark>,
    /// What is known of the other side from earlier sessions.
    pub recognition: Recognition,
}

/// The way between the two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathInfo {
    /// How direct it is.
    pub kind: PathKind,
    /// `quic` or `tcp`.
    pub transport: &'static str,
    /// The measured round trip.
    pub rtt: Option<Duration>,
}

/// How direct a way is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathKind {
    /// In the same local network, or on the same machine.
    Lan,
    /// Across the internet, directly.
    Direct,
    /// Through a relay, which sees only ciphertext.
    Relay,
}

/// Something a person should know that ends nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A feature does not work here; the session goes on without it.
    FeatureFailed {
        /// The feature's name, as its folder has it.
        feature: &'static str,
        /// Why.
        why: Phrase,
    },
    /// The user's desktop now asks them itself which screen may be seen.
    DesktopAsks,
    /// Host: the session was paused, since the monitor shows something else than the screen that is shared.
    PausedAway,
    /// Host: the session begins paused, since the screen is locked or dark.
    PausedLocked,
    /// Host: the user did not answer in time, so the request is over. An `Invite` came before it.
    Unanswered,
    /// Host: the session was paused, since the bar that shows it is hidden.
    PausedHidden,
    /// Host: what would have let the technician do more did not count, since it could be their own press.
    NotQuiet,
    /// Host: the invite's time is over. It stays good for a while, until the user asks for a new one.
    InviteOverdue,
    /// Host: somebody tried a wrong invite. The one that is shown stays good.
    WrongTries {
        /// How many tries there were.
        count: u32,
    },
    /// Technician: the link is expired by the clock of this computer. The host is asked all the same, since
    /// it decides by its own.
    LinkOver {
        /// For how long.
        ago: Duration,
    },
    /// Technician: what they have asked for waits until the user has answered.
    Later,
    /// Technician: there were too many tries; the next one begins by itself.
    PutOff {
        /// In how many seconds.
        secs: u64,
    },
    /// Either: the other one is waited for, to come back or to let them come back.
    Awaiting {
        /// What they are called.
        name: String,
        /// For how long at most.
        left: Duration,
    },
    /// Technician: whoever is to let them come back is not there yet, and is looked for again.
    Absent {
        /// For how long at most.
        left: Duration,
    },
    /// Host: a change was on trial when an earlier program died; what became of it now.
    TrialEnded(TrialEnd),
    /// Host: somebody tried to come back in another one's place, and was refused.
    OtherKey,
    /// Either: the file of those who are known can't be read, so nobody is.
    Unreadable(UnreadableAcquaintances),
}

impl Notice {
    /// What a person is told.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::FeatureFailed { why, .. } => Phrase::with("node-feature-failed", args![why = why.clone()]),
            Self::DesktopAsks => Phrase::new("node-desktop-asks"),
            Self::PausedAway => Phrase::new("node-paused-away"),
            Self::PausedLocked => Phrase::new("node-paused-locked"),
            Self::TrialEnded(end) => end.phrase(),
            Self::Unanswered => Phrase::new("node-unanswered"),
            Self::InviteOverdue => Phrase::new("node-invite-overdue"),
            Self::PausedHidden => Phrase::new("indicator-hidden"),
            Self::NotQuiet => Phrase::new("node-not-quiet"),
            Self::WrongTries { count } => Phrase::with("node-wrong-tries", args![count = *count]),
            Self::LinkOver { ago } => Phrase::with("node-link-over", args![ago = cause::since(*ago)]),
            Self::Later => Phrase::new("node-later"),
            Self::PutOff { secs } => Phrase::with("node-put-off", args![secs = *secs]),
            Self::Awaiting { name, left } => {
                Phrase::with("node-awaiting", args![name = name, minutes = minutes(*left)])
            }
            Self::Absent { left } => Phrase::with("node-absent", args![minutes = minutes(*left)]),
            Self::OtherKey => Phrase::new("node-other-key"),
            Self::Unreadable(file) => file.phrase(),
        }
    }

    /// The word for it in `--json`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::FeatureFailed { .. } => "feature-failed",
            Self::DesktopAsks => "desktop-asks",
            Self::PausedAway => "paused-away",
            Self::PausedLocked => "paused-locked",
            Self::TrialEnded(_) => "trial-ended",
            Self::Unanswered => "unanswered",
            Self::InviteOverdue => "invite-overdue",
            Self::PausedHidden => "paused-hidden",
            Self::NotQuiet => "not-quiet",
            Self::WrongTries { .. } => "wrong-tries",
            Self::LinkOver { .. } => "link-over",
            Self::Later => "later",
            Self::PutOff { .. } => "put-off",
            Self::Awaiting { .. } => "awaiting",
            Self::Absent { .. } => "absent",
            Self::OtherKey => "other-key",
            Self::Unreadable(_) => "acquaintances-unreadable",
        }
    }
}

/// Begun minutes: nobody waits for less.
fn minutes(left: Duration) -> u64 {
    left.as_secs().div_ceil(60)
}

/// Why it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndCause {
    /// What happened, in a few words.
    pub headline: Phrase,
    /// More of it, and what to do, to be said to a person below the headline.
    pub phrase: Phrase,
    /// Whose doing it was.
    pub by: EndedBy,
    /// What a program exits with: 0 ended as asked, 2 bad invite, settings or key file, 3 denied, 4 not
    /// found, 5 lost, 1 anything else.
    pub exit_code: u8,
    /// What happened, for a program.
    pub reason: EndWord,
    /// What the person has to permit in the system's settings first, on a page that
    /// [`open_settings_page`](crate::open_settings_page) opens.
    pub missing_permission: Option<SystemPermission>,
}

/// What happened at the end, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndWord {
    /// Somebody ended it.
    Ended,
    /// The user said no.
    Denied,
    /// The user did not answer in time.
    Unanswered,
    /// The invite is not, or no longer, the host's.
    InviteWrong,
    /// The invite's time is over.
    InviteExpired,
    /// The invite was used before.
    InviteUsed,
    /// The host is in a session with somebody else.
    Busy,
    /// There were too many tries within a minute.
    TooManyTries,
    /// The host was not found or can't be reached.
    NotFound,
    /// The connection was lost.
    Lost,
    /// Anything else.
    Failed,
}

impl EndWord {
    /// The word for it in `--json`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Denied => "denied",
            Self::Unanswered => "unanswered",
            Self::InviteWrong => "invite-wrong",
            Self::InviteExpired => "invite-expired",
            Self::InviteUsed => "invite-used",
            Self::Busy => "busy",
            Self::TooManyTries => "too-many-tries",
            Self::NotFound => "not-found",
            Self::Lost => "lost",
            Self::Failed => "failed",
        }
    }
}

/// Whose doing the end was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedBy {
    /// This side.
    Us,
    /// The other side.
    Peer,
    /// Neither: the network, a time-out.
    Nobody,
}

impl EndedBy {
    /// The word for it in `--json`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Peer => "peer",
            Self::Nobody => "nobody",
        }
    }
}
