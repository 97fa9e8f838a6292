//! The behaviours that a node is made of, and their settings. It acts on nothing.

use std::time::Duration;

use libp2p::identity::Keypair;
use libp2p::swarm::NetworkBehaviour;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::{autonat, connection_limits, dcutr, identify, ping, relay, upnp};

use super::guard::{IncomingGuard, IncomingShares};
use super::nat::RawCandidates;
use super::neighbours::NeighbourSearch;
use super::networks::{DhtSet, NetworkPlan};
use super::serve::ServeCounters;
use super::streams::StreamBehaviour;
use super::{NetworkConfig, ServeConfig};
use crate::relay_server::RelayServer;

/// Connections in all: a session, some tries, relays, and the DHTs' neighbours.
const MAX_CONNECTIONS: u32 = 192;

/// Connections that others open: a third of all, so that they leave room for our own.
const MAX_INCOMING_CONNECTIONS: usize = 64;

/// Of these, those that only the peer of a session gets: as many as it may have.
const SESSION_RESERVE: usize = 8;

/// Connections from one address: QUIC and TCP from each of a few computers behind one router.
const MAX_CONNECTIONS_PER_ADDRESS: usize = 8;

/// Connections through one relay, which carries all who can't come directly: with two relays, 8 places are
/// left to those who can.
const MAX_CONNECTIONS_PER_RELAY: usize = 24;

/// The part of a public node's connections that one address may open, as a divisor: a carrier's customers may
/// share one, but no few addresses fill the node.
const SERVE_SHARE: usize = 8;

/// Connections from one address that a public node takes however few it takes in all: those of one office.
const MIN_SERVE_SHARE: usize = 16;

/// Connections whose handshake runs on a public node: some seconds of a rush.
const MAX_PENDING_SERVING: usize = 1024;

/// Connections that this node opened: a lookup in the public network leaves a few dozen that time out.
const MAX_OUTGOING_CONNECTIONS: u32 = 128;

/// Connections per peer: QUIC and TCP from both ends, a circuit at each of two relays, and two being set up.
const MAX_CONNECTIONS_PER_PEER: u32 = 8;

/// Connections that have not finished their handshake: more is a flood.
const MAX_PENDING_CONNECTIONS: u32 = 64;

/// The protocol version told to everybody, which is that of most nodes of the public network. With libp2p's
/// own agent version beside it, it says nothing about this program.
const PROTOCOL_VERSION: &str = "ipfs/0.1.0";

/// A node's behaviours.
#[derive(NetworkBehaviour)]
pub(crate) struct NodeBehaviour {
    limits: connection_limits::Behaviour,
    guard: IncomingGuard,
    pub(crate) streams: StreamBehaviour,
    pub(crate) dhts: DhtSet,
    pub(crate) neighbours: NeighbourSearch,
    identify: identify::Behaviour,
    ping: ping::Behaviour,
    pub(crate) candidates: RawCandidates,
    relay_client: relay::client::Behaviour,
    dcutr: Toggle<dcutr::Behaviour>,
    autonat_client: Toggle<autonat::v2::client::Behaviour>,
    upnp: Toggle<upnp::tokio::Behaviour>,
    relay_server: Toggle<RelayServer>,
    autonat_server: Toggle<autonat::v2::server::Behaviour>,
}

impl NodeBehaviour {
    /// The behaviours of a node in the networks of `plan`. A public node's relay counts its bytes in
    /// `counters`.
    pub(super) fn new(
        key: &Keypair,
        config: &NetworkConfig,
        plan: &NetworkPlan,
        counters: Option<&ServeCounters>,
        relay_client: relay::client::Behaviour,
    ) -> Self {
        let peer = key.public().to_peer_id();
        let serving = config.serve.as_ref();
        let person = serving.is_none();
        // Only useful behind a NAT, on the way to somebody outside.
        let outside = person && (plan.public || plan.private);
        let streams = StreamBehaviour::new(peer);
        Self {
            limits: connection_limits::Behaviour::new(limits(serving)),
            guard: IncomingGuard::new(shares(serving), streams.kept.clone()),
            streams,
            dhts: DhtSet::new(peer, plan, serving.is_some()),
            neighbours: NeighbourSearch::new(peer, config.mdns && plan.lan && person),
            identify: identify::Behaviour::new(
                identify::Config::new(PROTOCOL_VERSION.to_owned(), key.public())
                    .with_interval(Duration::from_secs(600))
                    // Whoever needs a person's addresses has them from elsewhere: the technician from the
                    // link or the provider record, the other end of a hole from DCUtR, neighbours from mDNS.
                    // A public node wants to be found.
                    .with_hide_listen_addrs(person),
            ),
            ping: ping::Behaviour::new(ping::Config::new().with_interval(Duration::from_secs(30))),
            candidates: RawCandidates::default(),
            relay_client,
            dcutr: person.then(|| dcutr::Behaviour::new(peer)).into(),
            autonat_client: outside.then(autonat::v2::client::Behaviour::default).into(),
            upnp: (outside && config.upnp).then(upnp::tokio::Behaviour::default).into(),
            relay_server: serving
                .map(|serving| {
                    let relayed = counters.map(|counters| counters.relayed_bytes.clone()).unwrap_or_default();
                    RelayServer::new(peer, serving.limits(), relayed)
                })
                .into(),
            autonat_server: serving.map(|_| autonat::v2::server::Behaviour::default()).into(),
        }
    }
}

fn limits(serving: Option<&ServeConfig>) -> connection_limits::ConnectionLimits {
    let limits = connection_limits::ConnectionLimits::default()
        .with_max_established_per_peer(Some(MAX_CONNECTIONS_PER_PEER))
        .with_max_pending_outgoing(Some(MAX_PENDING_CONNECTIONS));
    match serving {
        Some(serving) => limits.with_max_established(Some(serving.max_connections)),
        None => limits
            .with_max_established(Some(MAX_CONNECTIONS))
            .with_max_established_outgoing(Some(MAX_OUTGOING_CONNECTIONS)),
    }
}

fn shares(serving: Option<&ServeConfig>) -> IncomingShares {
    let Some(serving) = serving else {
        return IncomingShares {
            all: MAX_INCOMING_CONNECTIONS - SESSION_RESERVE,
            pending: MAX_PENDING_CONNECTIONS as usize,
            of_address: MAX_CONNECTIONS_PER_ADDRESS,
            of_relay: MAX_CONNECTIONS_PER_RELAY,
            reserve: SESSION_RESERVE,
        };
    };
    let all = serving.max_connections as usize;
    let share = (all / SERVE_SHARE).max(MIN_SERVE_SHARE);
    let pending = all.min(MAX_PENDING_SERVING);
    // It is in no session, and nobody comes to it through a relay.
    IncomingShares { all, pending, of_address: share, of_relay: share, reserve: 0 }
}
