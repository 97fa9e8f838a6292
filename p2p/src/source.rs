//! Where a stream comes from, as coarse as one sender can vary it at will.

use std::net::IpAddr;

use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};

use crate::swarm::{Connection, relay_of};

/// Who opened a stream, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct StreamSource {
    pub(crate) peer: PeerId,
    pub(crate) network: SourceNetwork,
}

/// From where. A PeerId costs its owner nothing, this does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum SourceNetwork {
    V4([u8; 4]),
    /// The first 64 bits: the sender chooses the rest.
    V6([u8; 8]),
    /// Everybody who comes through this relay: those whom nobody can call directly, and whoever hides there.
    Relay(PeerId),
    /// An address without an IP, for example in memory.
    Other,
}

impl StreamSource {
    pub(crate) fn of(connection: &Connection) -> Self {
        Self { peer: connection.peer, network: SourceNetwork::of(&connection.remote) }
    }
}

impl SourceNetwork {
    pub(crate) fn of(address: &Multiaddr) -> Self {
        if let Some(relay) = relay_of(address) {
            return Self::Relay(relay);
        }
        let ip = address.iter().find_map(|part| match part {
            Protocol::Ip4(ip) => Some(IpAddr::V4(ip)),
            Protocol::Ip6(ip) => Some(ip.to_canonical()),
            _ => None,
        });
        match ip {
            Some(IpAddr::V4(ip)) => Self::V4(ip.octets()),
            Some(IpAddr::V6(ip)) => Self::V6(*ip.octets().first_chunk().expect("8 of 16 bytes")),
            None => Self::Other,
        }
    }

    pub(crate) const fn is_relay(&self) -> bool {
        matches!(self, Self::Relay(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_counts_as_one_and_a_mapped_address_as_ipv4() {
        let of = |text: &str| SourceNetwork::of(&text.parse().unwrap());
        assert_eq!(of("/ip6/2001:db8::1/tcp/1"), of("/ip6/2001:db8::ffff:2/tcp/9"));
        assert_ne!(of("/ip6/2001:db8::1/tcp/1"), of("/ip6/2001:db8:0:1::1/tcp/1"));
        assert_eq!(of("/ip6/::ffff:192.0.2.1/tcp/1"), of("/ip4/192.0.2.1/tcp/1"));
        assert_eq!(of("/memory/1"), SourceNetwork::Other);
    }

    #[test]
    fn a_circuit_is_its_relays_whatever_addresses_that_has() {
        let relay = PeerId::random();
        let of = |at: &str| {
            let circuit = format!("{at}/p2p/{relay}/p2p-circuit/p2p/{}", PeerId::random());
            SourceNetwork::of(&circuit.parse().unwrap())
        };
        assert_eq!(of("/ip4/192.0.2.1/tcp/1"), SourceNetwork::Relay(relay));
        assert_eq!(of("/ip4/192.0.2.1/tcp/1"), of("/ip6/2001:db8::1/udp/1/quic-v1"));
    }
}
