//! The connections to a peer, as they come, go and are measured, for a session that moves between them.
//!
//! It reports, and it keeps idle connections open; it neither dials nor chooses.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use libp2p::PeerId;
use libp2p::swarm::ConnectionId;
use tokio::sync::watch;

use super::Connection;

/// A connection to a peer, and its round trip.
#[derive(Debug, Clone)]
pub(crate) struct PeerPath {
    pub(crate) connection: Connection,
    /// The last ping's round trip.
    pub(crate) round_trip: Option<Duration>,
}

/// The current connections to a peer. They stay open, used or not, as long as this exists.
pub(crate) type PeerPaths = watch::Receiver<Vec<PeerPath>>;

/// Peers whose connections stay open when idle.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeptPeers(Arc<Mutex<HashSet<PeerId>>>);

impl KeptPeers {
    /// Whether this peer's connections stay open.
    pub(super) fn contains(&self, peer: &PeerId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(peer)
    }
}

/// The watchers of each peer's connections. A session has one peer, and a node has few sessions.
#[derive(Debug, Default)]
pub(super) struct PathWatches {
    watches: HashMap<PeerId, watch::Sender<Vec<PeerPath>>>,
    kept: KeptPeers,
}

impl PathWatches {
    /// Watches that keep connections open through `kept`.
    pub(super) fn new(kept: KeptPeers) -> Self {
        Self { watches: HashMap::new(), kept }
    }

    /// Reports this peer's connections from now on, beginning with those in `there`.
    pub(super) fn watch(&mut self, peer: PeerId, there: impl Iterator<Item = Connection>) -> PeerPaths {
        let watch = self.watches.entry(peer).or_insert_with(|| {
            let paths = there.filter(|connection| connection.peer == peer);
            watch::Sender::new(paths.map(|connection| PeerPath { connection, round_trip: None }).collect())
        });
        let receiver = watch.subscribe();
        self.tidy();
        receiver
    }

    /// A connection came up.
    pub(super) fn up(&self, connection: &Connection) {
        if let Some(watch) = self.watches.get(&connection.peer) {
            let path = PeerPath { connection: connection.clone(), round_trip: None };
            watch.send_modify(|paths| paths.push(path));
        }
    }

    /// A connection is gone.
    pub(super) fn down(&self, peer: &PeerId, id: ConnectionId) {
        if let Some(watch) = self.watches.get(peer) {
            watch.send_modify(|paths| paths.retain(|path| path.connection.id != id));
        }
    }

    /// A ping was answered.
    pub(super) fn measured(&self, peer: &PeerId, id: ConnectionId, round_trip: Duration) {
        let Some(watch) = self.watches.get(peer) else { return };
        watch.send_if_modified(|paths| {
            let path = paths.iter_mut().find(|path| path.connection.id == id);
            path.map(|path| path.round_trip = Some(round_trip)).is_some()
        });
    }

    /// Forgets the watches that nobody listens to any more.
    pub(super) fn tidy(&mut self) {
        self.watches.retain(|_, watch| watch.receiver_count() > 0);
        let mut kept = self.kept.0.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = self.watches.keys().copied().collect();
    }
}
