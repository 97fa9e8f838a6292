//! Who may say what, and when: one table for both sides, asked before anything is sent and before anything acts.
//!
//! It decides; it changes nothing. Counting strikes and the grace after a revoke is the session's.

use crate::{Permission, PermissionSet};

/// The two sides of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Asks, and acts if allowed.
    Technician,
    /// The user's machine, which allows.
    Host,
}

impl Role {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Technician, Self::Host];

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Technician => Self::Host,
            Self::Host => Self::Technician,
        }
    }
}

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// The handshake is not complete.
    Handshaking,
    /// It is; the request has not arrived (technician: it is not known to have).
    AwaitingRequest,
    /// The user is being asked.
    AwaitingConsent,
    /// The user consented.
    Active,
    /// It is over.
    Ended,
}

impl Phase {
    /// All of them, in their order.
    pub const ALL: [Self; 5] =
        [Self::Handshaking, Self::AwaitingRequest, Self::AwaitingConsent, Self::Active, Self::Ended];
}

/// What the table looks at besides the message and its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// How far the session is.
    pub phase: Phase,
    /// Whether the user paused it.
    pub paused: bool,
    /// What the user allows.
    pub grants: PermissionSet,
}

/// The kinds of message, as far as the table tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MessageKind {
    /// Who asks, and for what.
    Request,
    /// A line with the reason, before consent.
    Reason,
    /// The end.
    Goodbye,
    /// "I am here", with clock stamps.
    Heartbeat,
    /// What is allowed and whether the session is paused.
    Permissions,
    /// The technician has seen them.
    PermissionsSeen,
    /// How far the other side's numbered messages have arrived.
    Received,
    /// A whole picture is needed.
    KeyRequest,
    /// A picture is on the screen.
    Shown,
    /// Mouse moves, buttons, wheel.
    PointerInput,
    /// Keys, text.
    KeyboardInput,
    /// A picture of the screen.
    Picture,
    /// The pointer's shape.
    CursorShape,
    /// The pointer's position.
    CursorPosition,
    /// A line of chat.
    Chat,
}

impl MessageKind {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Request,
        Self::Reason,
        Self::Goodbye,
        Self::Heartbeat,
        Self::Permissions,
        Self::PermissionsSeen,
        Self::Received,
        Self::KeyRequest,
        Self::Shown,
        Self::PointerInput,
        Self::KeyboardInput,
        Self::Picture,
        Self::CursorShape,
        Self::CursorPosition,
        Self::Chat,
    ];

    /// The table's row.
    const fn rule(self) -> Rule {
        use Phase::{Active, AwaitingConsent, AwaitingRequest};
        use Sender::{Either, Host, Technician};
        // sender, from this phase, to this phase, grant, while paused
        match self {
            Self::Request => Rule::new(Technician, AwaitingRequest, AwaitingRequest),
            // A line may be on its way while the user says yes.
            Self::Reason => Rule::new(Technician, AwaitingRequest, Active),
            Self::Goodbye | Self::Heartbeat | Self::Received => Rule::new(Either, AwaitingRequest, Active),
            Self::Permissions => Rule::new(Host, AwaitingConsent, Active),
            Self::PermissionsSeen => Rule::new(Technician, Active, Active),
            Self::Chat => Rule::new(Either, Active, Active),
            Self::KeyRequest | Self::Shown => Rule::new(Technician, Active, Active).needs(Permission::View),
            Self::PointerInput => Rule::new(Technician, Active, Active).needs(Permission::Pointer),
            Self::KeyboardInput => Rule::new(Technician, Active, Active).needs(Permission::Keyboard),
            Self::Picture | Self::CursorShape | Self::CursorPosition => {
                Rule::new(Host, Active, Active).needs(Permission::View)
            }
        }
    }

    /// Whether none may be lost, so that each has a number and is sent again where a leg ended before it arrived. The
    /// others are soon out of date, or have something else to know them by.
    pub(crate) const fn numbered(self) -> bool {
        match self {
            Self::Request
            | Self::Reason
            | Self::Permissions
            | Self::PermissionsSeen
            | Self::PointerInput
            | Self::KeyboardInput
            | Self::Chat => true,
            Self::Goodbye
            | Self::Heartbeat
            | Self::Received
            | Self::KeyRequest
            | Self::Shown
            | Self::Picture
            | Self::CursorShape
            | Self::CursorPosition => false,
        }
    }

    /// The words for it in the log.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Request => "a request",
            Self::Reason => "a reason",
            Self::Goodbye => "a goodbye",
            Self::Heartbeat => "a heartbeat",
            Self::Permissions => "permissions",
            Self::PermissionsSeen => "an acknowledgement of permissions",
            Self::Received => "an acknowledgement",
            Self::KeyRequest => "a request for a whole picture",
            Self::Shown => "an acknowledgement of a picture",
            Self::PointerInput => "pointer input",
            Self::KeyboardInput => "keyboard input",
            Self::Picture => "a picture",
            Self::CursorShape => "a pointer shape",
            Self::CursorPosition => "a pointer position",
            Self::Chat => "a line of chat",
        }
    }
}

/// What is to be done with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may act.
    Act,
    /// Dropped: what it needs is allowed, but the session is paused.
    Paused,
    /// Dropped and counted: the user did not allow this.
    NotGranted(Permission),
    /// Its sender may never send it, or not in this phase.
    OutOfPlace,
}

/// Whether a message of this kind by this sender may act in this situation.
pub fn authorize(kind: MessageKind, sender: Role, situation: Situation) -> Verdict {
    let rule = kind.rule();
    if !rule.sender.is(sender) || situation.phase < rule.since || situation.phase > rule.until {
        return Verdict::OutOfPlace;
    }
    match rule.needs {
        None => Verdict::Act,
        Some(permission) if !situation.grants.contains(permission) => Verdict::NotGranted(permission),
        Some(_) if situation.paused => Verdict::Paused,
        Some(_) => Verdict::Act,
    }
}

/// A row of the table. What needs a grant rests while the session is paused.
struct Rule {
    sender: Sender,
    since: Phase,
    until: Phase,
    needs: Option<Permission>,
}

impl Rule {
    const fn new(sender: Sender, since: Phase, until: Phase) -> Self {
        Self { sender, since, until, needs: None }
    }

    const fn needs(self, permission: Permission) -> Self {
        Self { needs: Some(permission), ..self }
    }
}

#[derive(Clone, Copy)]
enum Sender {
    Technician,
    Host,
    Either,
}

impl Sender {
    const fn is(self, role: Role) -> bool {
        match self {
            Self::Technician => matches!(role, Role::Technician),
            Self::Host => matches!(role, Role::Host),
            Self::Either => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table once more, as a person reads it: in which phases each side may say it (`r` awaiting the request, `c`
    /// awaiting consent, `a` active), and what it needs.
    const TABLE: [(MessageKind, &str, &str, Option<Permission>); 15] = [
        (MessageKind::Request, "r", "", None),
        (MessageKind::Reason, "rca", "", None),
        (MessageKind::Goodbye, "rca", "rca", None),
        (MessageKind::Heartbeat, "rca", "rca", None),
        (MessageKind::Permissions, "", "ca", None),
        (MessageKind::PermissionsSeen, "a", "", None),
        (MessageKind::Received, "rca", "rca", None),
        (MessageKind::KeyRequest, "a", "", Some(Permission::View)),
        (MessageKind::Shown, "a", "", Some(Permission::View)),
        (MessageKind::PointerInput, "a", "", Some(Permission::Pointer)),
        (MessageKind::KeyboardInput, "a", "", Some(Permission::Keyboard)),
        (MessageKind::Picture, "", "a", Some(Permission::View)),
        (MessageKind::CursorShape, "", "a", Some(Permission::View)),
        (MessageKind::CursorPosition, "", "a", Some(Permission::View)),
        (MessageKind::Chat, "a", "a", None),
    ];

    fn letter(phase: Phase) -> char {
        match phase {
            Phase::Handshaking => 'h',
            Phase::AwaitingRequest => 'r',
            Phase::AwaitingConsent => 'c',
            Phase::Active => 'a',
            Phase::Ended => 'e',
        }
    }

    #[test]
    fn the_whole_table() {
        assert_eq!(TABLE.map(|row| row.0), MessageKind::ALL);
        let every_set = 0..1_u16 << Permission::ALL.len();
        for (kind, technician, host, needs) in TABLE {
            for (sender, phases) in [(Role::Technician, technician), (Role::Host, host)] {
                for phase in Phase::ALL {
                    for (grants, paused) in every_set.clone().flat_map(|bits| [(bits, false), (bits, true)]) {
                        let grants = PermissionSet::from(grants);
                        let expected = match needs {
                            _ if !phases.contains(letter(phase)) => Verdict::OutOfPlace,
                            Some(permission) if !grants.contains(permission) => {
                                Verdict::NotGranted(permission)
                            }
                            Some(_) if paused => Verdict::Paused,
                            _ => Verdict::Act,
                        };
                        let verdict = authorize(kind, sender, Situation { phase, paused, grants });
                        assert_eq!(verdict, expected, "{kind:?} {sender:?} {phase:?} {grants:?} {paused}");
                    }
                }
            }
        }
    }

    #[test]
    fn before_consent_a_technician_asks_reasons_and_leaves() {
        let situation =
            Situation { phase: Phase::AwaitingConsent, paused: false, grants: PermissionSet::NONE };
        let may: Vec<_> = MessageKind::ALL
            .into_iter()
            .filter(|kind| authorize(*kind, Role::Technician, situation) == Verdict::Act)
            .collect();
        assert_eq!(
            may,
            [MessageKind::Reason, MessageKind::Goodbye, MessageKind::Heartbeat, MessageKind::Received]
        );
    }
}
