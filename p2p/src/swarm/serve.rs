//! What a public node adds to a person's: a relay, a DHT server, and AutoNAT, which tells others whether they
//! can be reached. This module holds the relay's settings and counts what it does.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use libp2p::{Multiaddr, PeerId};
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use super::{NetworkConfig, Node, PeerStream, StartError};
use crate::relay_server::{CircuitEnd, RelayEvent, RelayLimits};

/// The limits of what a public node does for others.
#[derive(Debug, Clone)]
pub struct ServeConfig {
    /// The node's Ed25519 secret key, which keeps its address the same.
    pub secret_key: Zeroizing<[u8; 32]>,
    /// Its addresses from outside, in addition to the public ones on which it listens.
    pub external: Vec<Multiaddr>,
    /// Circuits at once.
    pub max_circuits: usize,
    /// Circuits at once that a peer opens. To a peer there may be four times as many, of which this many from
    /// one address.
    pub max_circuits_per_peer: usize,
    /// Bytes per circuit, both directions together; 0 for no limit.
    pub max_circuit_bytes: u64,
    /// Bytes per second over one circuit, both directions together; 0 for no limit.
    pub max_circuit_bytes_a_second: u64,
    /// Bytes per second over all circuits, both directions together; 0 for no limit. Circuits that want more
    /// than there is get equal shares of it.
    pub max_bytes_a_second: u64,
    /// Bytes per peer in any 24 hours, over its circuits as caller or called, both directions together; 0 for
    /// no limit. A peer is an identity: with a new one, the count starts at 0.
    pub max_peer_bytes_a_day: u64,
    /// How long a circuit may last; `None` for as long as it is used.
    pub max_circuit_duration: Option<Duration>,
    /// Reservations at once.
    pub max_reservations: usize,
    /// Connections at once.
    pub max_connections: u32,
}

impl ServeConfig {
    pub(super) fn limits(&self) -> RelayLimits {
        RelayLimits {
            max_reservations: self.max_reservations,
            max_circuits: self.max_circuits,
            max_circuits_per_peer: self.max_circuits_per_peer,
            max_circuit_duration: self.max_circuit_duration,
            max_circuit_bytes: self.max_circuit_bytes,
            max_circuit_bytes_a_second: self.max_circuit_bytes_a_second,
            max_bytes_a_second: self.max_bytes_a_second,
            max_peer_bytes_a_day: self.max_peer_bytes_a_day,
        }
    }
}

/// What a public node does for others now, and has done since its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServeFigures {
    /// Connections now.
    pub connections: u64,
    /// Reservations now.
    pub reservations: u64,
    /// Circuits now.
    pub circuits: u64,
    /// Circuits since the start.
    pub circuits_total: u64,
    /// Circuits that were cut at a limit since the start: of bytes, of time, or of a peer's day.
    pub cut_circuits: u64,
    /// Bytes relayed since the start, both directions together.
    pub relayed_bytes: u64,
    /// Requests for a reservation that were refused since the start.
    pub refused_reservations: u64,
    /// Requests for a circuit that were refused since the start.
    pub refused_circuits: u64,
    /// Connections that were refused or failed to come up since the start.
    pub refused_connections: u64,
}

/// The counters behind [`ServeFigures`].
#[derive(Debug, Default)]
pub(super) struct ServeCounters {
    connections: AtomicU64,
    /// The peers with a reservation; the relay bounds them.
    holders: Mutex<HashSet<PeerId>>,
    circuits: AtomicU64,
    circuits_total: AtomicU64,
    cut_circuits: AtomicU64,
    /// The relay adds to it.
    pub(super) relayed_bytes: Arc<AtomicU64>,
    refused_reservations: AtomicU64,
    refused_circuits: AtomicU64,
    refused_connections: AtomicU64,
}

impl ServeCounters {
    pub(super) fn on_connections(&self, now: usize) {
        self.connections.store(now as u64, Ordering::Relaxed);
    }

    pub(super) fn on_refused_connection(&self) {
        self.refused_connections.fetch_add(1, Ordering::Relaxed);
    }

    fn holders(&self) -> MutexGuard<'_, HashSet<PeerId>> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn on_relay_event(&self, event: &RelayEvent) {
        match event {
            RelayEvent::Reserved { peer, .. } => {
                self.holders().insert(*peer);
            }
            RelayEvent::ReservationEnded { peer } => {
                self.holders().remove(peer);
            }
            RelayEvent::ReservationRefused { .. } => up(&self.refused_reservations),
            RelayEvent::CircuitOpened { .. } => {
                up(&self.circuits);
                up(&self.circuits_total);
            }
            RelayEvent::CircuitClosed { end, .. } => {
                down(&self.circuits);
                if matches!(end, CircuitEnd::Limit(_)) {
                    up(&self.cut_circuits);
                }
            }
            RelayEvent::CircuitRefused { .. } => up(&self.refused_circuits),
        }
    }

    fn figures(&self) -> ServeFigures {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        ServeFigures {
            connections: read(&self.connections),
            reservations: self.holders().len() as u64,
            circuits: read(&self.circuits),
            circuits_total: read(&self.circuits_total),
            cut_circuits: read(&self.cut_circuits),
            relayed_bytes: read(&self.relayed_bytes),
            refused_reservations: read(&self.refused_reservations),
            refused_circuits: read(&self.refused_circuits),
            refused_connections: read(&self.refused_connections),
        }
    }
}

fn up(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

fn down(counter: &AtomicU64) {
    counter.fetch_sub(1, Ordering::Relaxed);
}

/// A public node. It ends when it is dropped.
#[derive(Debug)]
pub struct ServingNode {
    node: Node,
    counters: Arc<ServeCounters>,
    /// Held because nobody accepts sessions here: what arrives is reset when the queue is full.
    _incoming: mpsc::Receiver<PeerStream>,
}

impl ServingNode {
    /// Starts a node as `config` says, which must have [`NetworkConfig::serve`].
    ///
    /// # Errors
    /// Any [`StartError`].
    pub async fn start(config: NetworkConfig) -> Result<Self, StartError> {
        let counters = Arc::new(ServeCounters::default());
        let (node, incoming) = Node::start_counted(config, Some(counters.clone())).await?;
        node.provide(super::relays::relay_key()).await;
        Ok(Self { node, counters, _incoming: incoming })
    }

    /// Its identity.
    pub fn peer_id(&self) -> PeerId {
        self.node.peer_id()
    }

    /// The addresses on which it listens, each with its identity.
    pub fn addresses(&self) -> Vec<Multiaddr> {
        self.with_peer(self.node.listen_addresses())
    }

    /// The addresses at which others can reach it, as far as known, each with its identity: the configured
    /// ones, public addresses on which it listens, and those it was configured to listen on by name.
    pub async fn reachable(&self) -> Vec<Multiaddr> {
        self.with_peer(self.node.survey().await.unwrap_or_default().reached)
    }

    fn with_peer(&self, addresses: Vec<Multiaddr>) -> Vec<Multiaddr> {
        let with_peer =
            |address: Multiaddr| address.with_p2p(self.peer_id()).unwrap_or_else(|address| address);
        addresses.into_iter().map(with_peer).collect()
    }

    /// What it does for others, in figures.
    pub fn figures(&self) -> ServeFigures {
        self.counters.figures()
    }
}
