//! The configuration of a node: its networks, its addresses, and what it does for others. It starts nothing.

use libp2p::Multiaddr;
use libp2p::pnet::PreSharedKey;

use super::ServeConfig;
use super::networks::{DEFAULT_NETWORK, invite_network};

/// What a node listens on, and whom it can find.
#[derive(Debug, Clone)]
pub struct NetworkConfig {
    /// [`DEFAULT_NETWORK`], [`PUBLIC_NETWORK`](super::PUBLIC_NETWORK), [`LAN_NETWORK`](super::LAN_NETWORK),
    /// or the name of a private network in letters, digits and dashes. Nodes in differently named networks do
    /// not find each other there.
    pub network: String,
    /// Where to listen.
    pub listen: Vec<Multiaddr>,
    /// Peers through which to join the network, each with its `/p2p/` identity. For the public network they
    /// replace the built-in ones.
    pub bootstrap: Vec<Multiaddr>,
    /// Relays whose operators are trusted, each with its key in a `/p2p/` part; the address before it may be
    /// missing. They are preferred to all others. For the public network they replace the built-in ones; in a
    /// private one the bootstrap peers are among them.
    pub relays: Vec<Multiaddr>,
    /// Whether to look for LAN peers by multicast DNS, if the LAN is joined.
    pub mdns: bool,
    /// Whether to ask the router to open a port, if a network beyond the LAN is joined.
    pub upnp: bool,
    /// The key that every member of the network needs. With a key everything runs over TCP, since QUIC does
    /// not support one.
    pub network_key: Option<NetworkKey>,
    /// What a public node does for others; `None` for a person's node.
    pub serve: Option<ServeConfig>,
}

impl NetworkConfig {
    /// The name under which an invite is derived: the same for all who can meet on a LAN.
    pub(crate) fn invite_network(&self) -> &str {
        invite_network(&self.network)
    }
}

impl Default for NetworkConfig {
    /// The default networks, on any free port.
    fn default() -> Self {
        let any = ["/ip4/0.0.0.0/udp/0/quic-v1", "/ip4/0.0.0.0/tcp/0"];
        Self {
            network: DEFAULT_NETWORK.to_owned(),
            listen: any.map(|text| text.parse().expect("a multiaddr")).to_vec(),
            bootstrap: Vec::new(),
            relays: Vec::new(),
            mdns: true,
            upnp: true,
            network_key: None,
            serve: None,
        }
    }
}

/// The pre-shared key of a private network, as libp2p and IPFS know it.
#[derive(Clone)]
pub struct NetworkKey(pub(super) PreSharedKey);

impl std::fmt::Debug for NetworkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NetworkKey(secret)")
    }
}

impl std::str::FromStr for NetworkKey {
    type Err = String;

    /// Reads the text of a key file: `/key/swarm/psk/1.0.0/`, `/base16/` and 64 hexadecimal digits, each on
    /// its own line.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().map(Self).map_err(|_: libp2p::pnet::KeyParseError| {
            "a key file has the lines /key/swarm/psk/1.0.0/ and /base16/ and one with 64 hexadecimal digits"
                .to_owned()
        })
    }
}
