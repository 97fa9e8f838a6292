//! A session's paths: what the swarm tells of the connections to the peer, told to the session; and more of them dialled
//! where it has none.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use beistand_session::{PathId, PathKind, Session};
use libp2p::Multiaddr;
use libp2p::swarm::ConnectionId;

use crate::swarm::{self, Candidate, Connection, Node, path_kind};

/// How often the peer is dialled while there is no path to it: what is lost of one try is not waited for, and a link
/// that returns is found within a second.
const REDIAL: Duration = Duration::from_secs(1);

/// Addresses that are remembered of a peer.
const MAX_ADDRESSES: usize = 8;

/// The connections to a session's peer, as the session knows them.
pub(super) struct Paths {
    known: HashMap<ConnectionId, Known>,
    next: u64,
    /// Technician: whom to dial, and where they were so far.
    redial: Option<Candidate>,
    dialled_at: Option<Instant>,
}

struct Known {
    id: PathId,
    connection: Connection,
    round_trip: Option<Duration>,
}

impl Paths {
    /// The session begins on this connection.
    pub(super) fn new(first: &Connection, redial: Option<Candidate>, session: &mut Session) -> Self {
        let mut paths = Self { known: HashMap::new(), next: PathId::FIRST.0, redial, dialled_at: None };
        paths.add(first, session);
        paths
    }

    /// Tells the session what is new.
    pub(super) fn update(&mut self, now: &[swarm::Path], session: &mut Session) {
        for path in now {
            if !self.known.contains_key(&path.connection.id) {
                self.add(&path.connection, session);
            }
            let Some(known) = self.known.get_mut(&path.connection.id) else { continue };
            if let Some(round_trip) = path.round_trip.filter(|_| known.round_trip != path.round_trip) {
                known.round_trip = path.round_trip;
                session.path_measured(Instant::now(), known.id, round_trip);
            }
        }
        // After those that came, so that there is one to go on with.
        let gone = self.known.extract_if(|id, _| now.iter().all(|path| path.connection.id != *id));
        for (_, known) in gone {
            session.path_removed(Instant::now(), known.id);
        }
    }

    fn add(&mut self, connection: &Connection, session: &mut Session) {
        let id = PathId(self.next);
        self.next += 1;
        let kind = match path_kind(&connection.remote) {
            swarm::PathKind::Lan => PathKind::Lan,
            swarm::PathKind::Direct => PathKind::Direct,
            swarm::PathKind::Relay => PathKind::Relay,
        };
        self.remember(&connection.remote);
        self.known.insert(connection.id, Known { id, connection: connection.clone(), round_trip: None });
        session.path_added(Instant::now(), id, kind);
    }

    fn remember(&mut self, address: &Multiaddr) {
        let Some(Candidate { addresses, .. }) = &mut self.redial else { return };
        if !addresses.contains(address) {
            addresses.insert(0, address.clone());
            addresses.truncate(MAX_ADDRESSES);
        }
    }

    /// The path that a connection is.
    pub(super) fn id(&self, connection: &Connection) -> Option<PathId> {
        self.known.get(&connection.id).map(|known| known.id)
    }

    /// The connection that a path is.
    pub(super) fn connection(&self, id: PathId) -> Option<&Connection> {
        self.known.values().find(|known| known.id == id).map(|known| &known.connection)
    }

    /// Dials where it is time to; when it will be.
    pub(super) fn redial(&mut self, node: &Node, session: &Session) -> Option<Instant> {
        let Some(candidate) = self.redial.as_ref().filter(|_| session.needs_path()) else {
            self.dialled_at = None;
            return None;
        };
        let now = Instant::now();
        if let Some(next) = self.dialled_at.map(|at| at + REDIAL).filter(|next| *next > now) {
            return Some(next);
        }
        node.dial(candidate.clone(), false);
        self.dialled_at = Some(now);
        Some(now + REDIAL)
    }
}
