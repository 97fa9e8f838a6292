//! The behaviours that a node is made of. It says which they are and how they are set; it acts on nothing.

use std::time::Duration;

use libp2p::identity::Keypair;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::swarm::{NetworkBehaviour, StreamProtocol};
use libp2p::{PeerId, connection_limits, identify, kad, mdns, ping};

use super::streams::Streams;

/// Connections in all: a session, some tries, and the DHT's neighbours.
const MAX_CONNECTIONS: u32 = 128;

/// Connections that strangers opened.
const MAX_INCOMING_CONNECTIONS: u32 = 64;

/// Connections with one peer: QUIC and TCP from both ends, and one in the making.
const MAX_CONNECTIONS_PER_PEER: u32 = 6;

/// Connections that are not yet through their handshake: more is a flood.
const MAX_PENDING_CONNECTIONS: u32 = 32;

/// Provider records of others that this node keeps for the LAN's DHT: one a running invite.
const MAX_PROVIDED_KEYS: usize = 256;

/// How long others keep a provider record: the longest life of an invite, 60 minutes.
const PROVIDER_LIFE: Duration = Duration::from_secs(3600);

/// How often a lost mDNS answer is asked for again. The first question goes out at the start.
const MDNS_QUERY_INTERVAL: Duration = Duration::from_secs(60);

/// The largest DHT message in bytes: 20 peers with some addresses each. The library's 16 KiB, said here.
const MAX_KAD_PACKET_BYTES: usize = 16 * 1024;

/// A node's behaviours.
#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
    limits: connection_limits::Behaviour,
    pub(crate) streams: Streams,
    pub(crate) kad: kad::Behaviour<kad::store::MemoryStore>,
    mdns: Toggle<mdns::tokio::Behaviour>,
    identify: identify::Behaviour,
    ping: ping::Behaviour,
}

impl Behaviour {
    /// The behaviours of a node in the network of this name. Without mDNS where it is not wanted or the system has
    /// no interface for it.
    pub(crate) fn new(key: &Keypair, network: &str, mdns_wanted: bool) -> Self {
        let peer = key.public().to_peer_id();
        let mdns = mdns_wanted.then(|| mdns_behaviour(peer)).flatten();
        Self {
            limits: connection_limits::Behaviour::new(
                connection_limits::ConnectionLimits::default()
                    .with_max_established(Some(MAX_CONNECTIONS))
                    .with_max_established_incoming(Some(MAX_INCOMING_CONNECTIONS))
                    .with_max_established_per_peer(Some(MAX_CONNECTIONS_PER_PEER))
                    .with_max_pending_incoming(Some(MAX_PENDING_CONNECTIONS))
                    .with_max_pending_outgoing(Some(MAX_PENDING_CONNECTIONS)),
            ),
            streams: Streams::default(),
            kad: kad_behaviour(peer, network),
            mdns: mdns.into(),
            identify: identify::Behaviour::new(
                identify::Config::new("/beistand/1".to_owned(), key.public())
                    .with_agent_version("beistand".to_owned())
                    .with_interval(Duration::from_secs(600)),
            ),
            ping: ping::Behaviour::new(ping::Config::new().with_interval(Duration::from_secs(30))),
        }
    }
}

fn mdns_behaviour(peer: PeerId) -> Option<mdns::tokio::Behaviour> {
    let config = mdns::Config { query_interval: MDNS_QUERY_INTERVAL, ..mdns::Config::default() };
    match mdns::tokio::Behaviour::new(config, peer) {
        Ok(behaviour) => Some(behaviour),
        Err(error) => {
            tracing::warn!(%error, "no mDNS on this machine: peers on the LAN are found by a link only");
            None
        }
    }
}

fn kad_behaviour(peer: PeerId, network: &str) -> kad::Behaviour<kad::store::MemoryStore> {
    let protocol = StreamProtocol::try_from_owned(format!("/beistand/{network}/kad/1"))
        .expect("it begins with a slash, as a protocol's name must");
    let mut config = kad::Config::new(protocol);
    config
        .set_query_timeout(Duration::from_secs(10))
        .set_provider_record_ttl(Some(PROVIDER_LIFE))
        // Records of values are of no use here: none is stored, whoever sends it.
        .set_record_filtering(kad::StoreInserts::FilterBoth)
        .set_max_packet_size(MAX_KAD_PACKET_BYTES)
        .set_periodic_bootstrap_interval(None);
    let store = kad::store::MemoryStoreConfig {
        max_records: 0,
        max_provided_keys: MAX_PROVIDED_KEYS,
        max_providers_per_key: 20,
        ..kad::store::MemoryStoreConfig::default()
    };
    let mut behaviour =
        kad::Behaviour::with_config(peer, kad::store::MemoryStore::with_config(peer, store), config);
    behaviour.set_mode(Some(kad::Mode::Server));
    behaviour
}
