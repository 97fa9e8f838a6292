//! A session's paths: what the swarm tells of the connections to the peer, told to the session; and more of
//! them dialled where a [`Search`] says so.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use beistand_session::{PathId, PathKind, Session};
use libp2p::swarm::ConnectionId;

use super::search::{Search, Standing, Step};
use crate::swarm::{self, Candidate, Connection, Node, path_kind};

/// Standbys of a kind beside the path in use: one, and another one in case the first is gone with it.
const MAX_STANDBYS: usize = 2;

/// The connections to a session's peer, as the session knows them.
pub(super) struct Paths {
    known: HashMap<ConnectionId, Known>,
    next: u64,
    search: Search,
}

struct Known {
    id: PathId,
    connection: Connection,
    round_trip: Option<Duration>,
}

impl Paths {
    /// The session begins on this connection.
    pub(super) fn new(first: &Connection, found: Option<Candidate>, session: &mut Session) -> Self {
        let now = Instant::now();
        let search = match found {
            Some(candidate) => Search::leading(now, candidate),
            None => Search::following(now, first.peer),
        };
        let mut paths = Self { known: HashMap::new(), next: PathId::FIRST.0, search };
        paths.add(first, session);
        paths
    }

    /// Tells the session what is new.
    pub(super) fn update(&mut self, now: &[swarm::PeerPath], session: &mut Session) {
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
        self.search.remember(&connection.remote);
        self.known.insert(connection.id, Known { id, connection: connection.clone(), round_trip: None });
        session.path_added(Instant::now(), id, kind);
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
    pub(super) fn search(&mut self, node: &Node, session: &Session, used: &Connection) -> Option<Instant> {
        let standing = if session.needs_path() {
            Standing::Lost
        } else if path_kind(&used.remote) == swarm::PathKind::Relay {
            Standing::Relayed
        } else {
            Standing::Direct
        };
        let (step, next) = self.search.poll(Instant::now(), standing);
        if let Some(step) = step {
            self.take(step, node, used);
        }
        next
    }

    fn take(&self, step: Step, node: &Node, used: &Connection) {
        let peer = self.search.peer;
        match step {
            Step::Everywhere(addresses) => node.dial(Candidate { peer, addresses }, false),
            Step::There(addresses) => node.dial(Candidate { peer, addresses }, true),
            Step::RenewRelays { relays, lost_at } => node.renew_relays(relays, lost_at),
            Step::Punch(addresses) => {
                self.surplus(used).for_each(|connection| node.close(connection));
                node.dial(Candidate { peer, addresses }, true);
            }
        }
    }

    /// Connections beyond the path in use and its standbys, of which hole punching leaves some.
    fn surplus(&self, used: &Connection) -> impl Iterator<Item = &Connection> {
        let mut known: Vec<_> = self.known.values().filter(|known| known.connection.id != used.id).collect();
        // The older ones are those that the session knows best.
        known.sort_by_key(|known| known.id);
        let mut kept = HashMap::new();
        known.into_iter().map(|known| &known.connection).filter(move |connection| {
            let count: &mut usize = kept.entry(path_kind(&connection.remote)).or_default();
            *count += 1;
            *count > MAX_STANDBYS
        })
    }
}
