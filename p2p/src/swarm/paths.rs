//! The connections to a peer, as they come, go and are measured, for a session that moves between them.
//!
//! It reports, and it keeps idle connections open; it neither dials nor chooses.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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

/// How long a handshake may take at most. Whoever is watched for longer has proved to have an invite.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Peers whose connections stay open when idle, and since when.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeptPeers(Arc<Mutex<HashMap<PeerId, Instant>>>);

impl KeptPeers {
    /// Whether this peer's connections stay open.
    pub(super) fn contains(&self, peer: &PeerId) -> bool {
        self.lock().contains_key(peer)
    }

    /// Whether a session runs with this peer, so that it is no stranger. During a handshake it still is one.
    pub(super) fn in_session(&self, peer: &PeerId, now: Instant) -> bool {
        self.lock().get(peer).is_some_and(|since| now.saturating_duration_since(*since) > HANDSHAKE)
    }

    /// These are kept from now on, and no others.
    pub(super) fn keep<'a>(&self, peers: impl IntoIterator<Item = &'a PeerId>, now: Instant) {
        let mut kept = self.lock();
        let before = std::mem::take(&mut *kept);
        kept.extend(peers.into_iter().map(|peer| (*peer, before.get(peer).copied().unwrap_or(now))));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PeerId, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
    pub(super) fn watch(
        &mut self,
        peer: PeerId,
        there: impl Iterator<Item = Connection>,
        now: Instant,
    ) -> PeerPaths {
        let watch = self.watches.entry(peer).or_insert_with(|| {
            let paths = there.filter(|connection| connection.peer == peer);
            watch::Sender::new(paths.map(|connection| PeerPath { connection, round_trip: None }).collect())
        });
        let receiver = watch.subscribe();
        self.tidy(now);
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
    pub(super) fn tidy(&mut self, now: Instant) {
        self.watches.retain(|_, watch| watch.receiver_count() > 0);
        self.kept.keep(self.watches.keys(), now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_only_in_a_handshake_is_still_a_stranger() {
        let (start, peer) = (Instant::now(), PeerId::random());
        let kept = KeptPeers::default();
        kept.keep([&peer], start);
        assert!(kept.contains(&peer) && !kept.in_session(&peer, start + HANDSHAKE));
        let later = start + HANDSHAKE + Duration::from_secs(1);
        kept.keep([&peer], later);
        assert!(kept.in_session(&peer, later));
        kept.keep([], later);
        assert!(!kept.contains(&peer) && !kept.in_session(&peer, later));
    }
}
