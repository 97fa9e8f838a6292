//! What a session has to say to its driver and to the program.

use std::time::{Duration, Instant};

use crate::{Channel, End, Leg, Message, NameWarning, PathId, Permission, PermissionSet};

/// One thing to do for the driver.
#[derive(Debug)]
pub enum Output {
    /// Write these bytes, whole records, to the channel's stream of this leg, opening it on the leg's path
    /// where it is not open yet; then the driver first writes a [`StreamHead`](crate::StreamHead).
    Transmit {
        /// Whose leg. Streams of any other are of no use any more, but that of a leg that is being tried.
        leg: Leg,
        /// Whose stream.
        channel: Channel,
        /// What to write.
        bytes: Vec<u8>,
    },
    /// Technician: open a control stream for this leg on this path, write its
    /// [`StreamHead`](crate::StreamHead) and these bytes, and pass on what comes back on it. Nothing comes of
    /// it where there is no such path.
    Resume {
        /// The leg that is tried.
        leg: Leg,
        /// Where.
        path: PathId,
        /// What to write.
        bytes: Vec<u8>,
    },
    /// Tell the program.
    Event {
        /// What.
        event: Event,
        /// Which permission let it act, where it is what the other side says and needed one.
        needs: Option<Permission>,
    },
    /// Nothing more for now; call [`Session::handle_timeout`](crate::Session::handle_timeout) then. `None`:
    /// never.
    Wait(Option<Instant>),
}

/// What a session has to say to the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Technician: the handshake is under way.
    Securing,
    /// Host: somebody asks. Technician: the host was asked, and sees this.
    Request(Request),
    /// The permissions now. The first one is the consent.
    Permissions {
        /// What the technician may do now.
        granted: PermissionSet,
        /// Those that were just revoked.
        revoked: PermissionSet,
    },
    /// The host paused the session, or goes on.
    Paused(bool),
    /// The other side says this; it was authorised. Text in it is escaped, where it is to be read.
    Heard(Message),
    /// Nothing that was heard on this channel and has not acted yet may act any more, and what is under way
    /// by it ends, before anything else: a revoke, a pause, the end, and for keys and buttons a lost path.
    Void(Channel),
    /// Something that the program said on this channel can't be sent: too much waits already, most likely
    /// since there is no path. Said by the driver.
    Refused(Channel),
    /// Something came without a grant and was dropped; for the log.
    Dropped {
        /// What it was.
        what: &'static str,
    },
    /// The round trip was measured.
    Rtt(Duration),
    /// The session goes on by this path, after a change or after [`Event::Reconnecting`].
    Path(PathId),
    /// There is no path to the other side now. One is waited for, for ten minutes at most; [`Event::Path`]
    /// says that there is one again.
    Reconnecting,
    /// The session is over; the last event. What is to be transmitted still goes out, then all is closed.
    Ended(End),
}

/// Who asks, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The name that the technician gave, escaped.
    pub name: String,
    /// What is suspicious about the name.
    pub warning: Option<NameWarning>,
    /// Why they ask, escaped; may be empty.
    pub reason: String,
    /// What they ask for; at the host, as far as [`HostSetup::offers`](crate::HostSetup::offers) has it.
    pub wants: PermissionSet,
    /// The short authentication string: four indices for [`emoji`](crate::emoji).
    pub sas: [u8; 4],
    /// The technician's static key, by which it can be known again.
    pub technician_key: [u8; 32],
    /// The host's static key.
    pub host_key: [u8; 32],
    /// Which of [`HostSetup::invites`](crate::HostSetup::invites) was used; 0 at the technician.
    pub invite: usize,
}

/// Figures of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// The last measured round trip.
    pub rtt: Option<Duration>,
    /// Bytes sent, as records.
    pub bytes_out: u64,
    /// Bytes received, as records.
    pub bytes_in: u64,
    /// Host: pictures that were sent and not yet shown.
    pub pictures_in_flight: u32,
    /// Host: their bytes.
    pub picture_bytes_in_flight: u64,
    /// Host: what the path carries, in bytes a second, as far as it is known.
    pub bandwidth_bytes_per_sec: Option<u64>,
    /// The number of the leg, from 0: how often path or keys were changed, and how often that was tried in
    /// vain.
    pub leg: u32,
    /// Messages that came without a grant and were dropped, those in the grace after a revoke included.
    pub dropped: u64,
}
