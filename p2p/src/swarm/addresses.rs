//! Which addresses are worth publishing, and which are worth trying. Pure functions over multiaddrs.

use std::net::IpAddr;

use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};

/// How direct a way to a peer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathKind {
    /// In the same local network, or on the same machine.
    Lan,
    /// Across the internet, directly.
    Direct,
    /// Through a relay.
    Relay,
}

/// How direct the way behind a connection's remote address is.
pub fn path_kind(remote: &Multiaddr) -> PathKind {
    if relayed(remote) {
        return PathKind::Relay;
    }
    match ip(remote) {
        Some(ip) if local(ip) => PathKind::Lan,
        _ => PathKind::Direct,
    }
}

/// `quic` or `tcp`.
pub fn transport_name(remote: &Multiaddr) -> &'static str {
    if remote.iter().any(|part| matches!(part, Protocol::QuicV1 | Protocol::Quic)) { "quic" } else { "tcp" }
}

/// Circuits in a link: two, through different relays if possible, since one relay may end.
const MAX_CIRCUITS_IN_LINK: usize = 2;

/// The addresses for an invite's link, best first, at most `limit`. Those that can be reached from elsewhere
/// come before local ones; loopback is left out unless there is nothing else. The last ones are circuits,
/// through two different relays if there are any.
pub(crate) fn for_link(listen: impl IntoIterator<Item = Multiaddr>, limit: usize) -> Vec<Multiaddr> {
    let (mut circuits, mut usable): (Vec<_>, Vec<_>) = listen.into_iter().filter(dialable).partition(relayed);
    if usable.iter().chain(&circuits).any(|address| !loopback(address)) {
        usable.retain(|address| !loopback(address));
    }
    let rank = |address: &Multiaddr| {
        let ip6 = ip(address).is_some_and(|ip| ip.is_ipv6());
        (!global(address), transport_name(address) != "quic", ip6)
    };
    usable.sort_by_key(rank);
    usable.dedup();
    circuits.sort_by_key(rank);
    let circuits = two_circuits(&circuits, MAX_CIRCUITS_IN_LINK.min(limit));
    usable.truncate(limit - circuits.len());
    usable.extend(circuits);
    usable
}

/// The best circuit, and a second one for when the first fails: through another relay if there is one, and by
/// another transport, since UDP may be blocked.
fn two_circuits(ranked: &[Multiaddr], most: usize) -> Vec<Multiaddr> {
    let mut chosen: Vec<Multiaddr> = Vec::new();
    while chosen.len() < most {
        let likeness = |circuit: &&Multiaddr| {
            let same_relay = chosen.iter().any(|other| relay_of(other) == relay_of(circuit));
            let same_transport = chosen.iter().any(|other| transport_name(other) == transport_name(circuit));
            (same_relay, same_transport)
        };
        let others = ranked.iter().filter(|circuit| !chosen.contains(circuit));
        let Some(next) = others.min_by_key(likeness) else { break };
        chosen.push(next.clone());
    }
    chosen
}

/// The addresses that lead here from other networks.
pub(crate) fn from_outside(mut addresses: Vec<Multiaddr>) -> Vec<Multiaddr> {
    addresses.retain(|address| relayed(address) || global(address));
    addresses
}

/// Whether an address that a stranger gave is worth a dial: neither unspecified nor multicast, with a
/// transport that we have, and through at most one relay, which it names.
pub(crate) fn dialable(address: &Multiaddr) -> bool {
    let transport =
        address.iter().any(|part| matches!(part, Protocol::Tcp(port) | Protocol::Udp(port) if port != 0));
    let host = match ip(address) {
        Some(IpAddr::V4(ip)) => !ip.is_unspecified() && !ip.is_multicast() && !ip.is_broadcast(),
        // A link-local IPv6 address is useless without its zone, which a multiaddr from elsewhere can't have.
        Some(IpAddr::V6(ip)) => !ip.is_unspecified() && !ip.is_multicast() && !ip.is_unicast_link_local(),
        None => false,
    };
    let circuits = address.iter().filter(|part| *part == Protocol::P2pCircuit).count();
    transport && host && (circuits == 0 || circuits == 1 && relay_of(address).is_some())
}

/// Whether it leads through a relay.
pub(crate) fn relayed(address: &Multiaddr) -> bool {
    address.iter().any(|part| part == Protocol::P2pCircuit)
}

/// The relay that a circuit leads through.
pub(crate) fn relay_of(address: &Multiaddr) -> Option<PeerId> {
    let relay = to_relay(address);
    match relay.iter().last() {
        Some(Protocol::P2p(peer)) if relayed(address) => Some(peer),
        _ => None,
    }
}

/// The part of a circuit that leads to its relay.
pub(crate) fn to_relay(address: &Multiaddr) -> Multiaddr {
    address.iter().take_while(|part| *part != Protocol::P2pCircuit).collect()
}

/// Whether it means the same machine wherever it is tried from, as far as an address can tell.
pub(crate) fn global(address: &Multiaddr) -> bool {
    match ip(address) {
        Some(IpAddr::V4(ip)) => {
            let [a, b, ..] = ip.octets();
            // Providers use 100.64.0.0/10 between two NATs.
            let shared = a == 100 && b & 0xc0 == 64;
            !local(ip.into()) && !shared && !ip.is_unspecified() && !ip.is_multicast() && !ip.is_broadcast()
        }
        Some(IpAddr::V6(ip)) => !local(ip.into()) && !ip.is_unspecified() && !ip.is_multicast(),
        None => false,
    }
}

/// Whether it is in a local network, or on this machine.
pub(crate) fn local_address(address: &Multiaddr) -> bool {
    ip(address).is_some_and(local)
}

/// Whether it is in a network that this machine is in, as far as addresses tell: a local one, or one that
/// begins like an address of our own, as in offices and universities where everybody has a public address.
pub(crate) fn near<'a>(address: &Multiaddr, own: impl IntoIterator<Item = &'a Multiaddr>) -> bool {
    let beside = |ip| own.into_iter().filter_map(self::ip).any(|own| same_network(own, ip));
    !relayed(address) && ip(address).is_some_and(|ip| local(ip.to_canonical()) || beside(ip))
}

/// Whether both are in one network of an ordinary size: a /24 of IPv4, a /64 of IPv6.
fn same_network(one: IpAddr, other: IpAddr) -> bool {
    match (one.to_canonical(), other.to_canonical()) {
        (IpAddr::V4(one), IpAddr::V4(other)) => one.octets()[..3] == other.octets()[..3],
        (IpAddr::V6(one), IpAddr::V6(other)) => one.segments()[..4] == other.segments()[..4],
        _ => false,
    }
}

/// Whether it names one address of the machine, not all of them.
pub(crate) fn specific(address: &Multiaddr) -> bool {
    ip(address).is_some_and(|ip| !ip.is_unspecified())
}

/// The port of its transport.
#[cfg(test)]
pub(crate) fn port(address: &Multiaddr) -> Option<u16> {
    address.iter().find_map(|part| match part {
        Protocol::Tcp(port) | Protocol::Udp(port) => Some(port),
        _ => None,
    })
}

/// Whether only this machine can reach it.
pub(crate) fn loopback(address: &Multiaddr) -> bool {
    ip(address).is_some_and(|ip| ip.is_loopback())
}

/// The IP address that it begins with.
pub(crate) fn ip(address: &Multiaddr) -> Option<IpAddr> {
    match address.iter().next()? {
        Protocol::Ip4(ip) => Some(ip.into()),
        Protocol::Ip6(ip) => Some(ip.into()),
        _ => None,
    }
}

fn local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Multiaddr {
        text.parse().expect("a multiaddr")
    }

    #[test]
    fn a_link_names_loopback_only_where_nothing_else_is_there() {
        let lan = address("/ip4/192.168.1.7/udp/4001/quic-v1");
        let own = address("/ip4/127.0.0.1/udp/4001/quic-v1");
        assert_eq!(for_link([own.clone(), lan.clone()], 8), [lan]);
        assert_eq!(for_link([own.clone()], 8), [own]);
    }

    #[test]
    fn a_link_prefers_quic_and_is_bounded() {
        let tcp = address("/ip4/192.168.1.7/tcp/4001");
        let quic = address("/ip4/192.168.1.7/udp/4001/quic-v1");
        assert_eq!(for_link([tcp, quic.clone()], 1), [quic]);
    }

    #[test]
    fn a_link_has_circuits_through_two_relays_and_by_both_transports() {
        let quic = |relay: PeerId, last: u8| {
            address(&format!("/ip4/203.0.113.{last}/udp/4001/quic-v1/p2p/{relay}/p2p-circuit"))
        };
        let tcp = |relay: PeerId, last: u8| {
            address(&format!("/ip4/203.0.113.{last}/tcp/4001/p2p/{relay}/p2p-circuit"))
        };
        let (one, two) = (PeerId::random(), PeerId::random());
        let mut listen: Vec<_> =
            (1..20).map(|last| address(&format!("/ip4/192.168.1.{last}/tcp/4001"))).collect();
        listen.extend([quic(one, 1), tcp(one, 1), quic(two, 2), tcp(two, 2)]);
        let link = for_link(listen, 8);
        assert_eq!(link.len(), 8);
        assert_eq!(link[6..], [quic(one, 1), tcp(two, 2)]);
        assert_eq!(for_link([quic(one, 1), tcp(one, 1)], 8), [quic(one, 1), tcp(one, 1)]);
        assert_eq!(for_link([quic(one, 1), quic(two, 2)], 8), [quic(one, 1), quic(two, 2)]);
        assert_eq!(for_link([quic(one, 1), address("/ip4/127.0.0.1/tcp/1")], 8), [quic(one, 1)]);
    }

    #[test]
    fn addresses_that_lead_nowhere_are_not_tried() {
        for text in
            ["/ip4/0.0.0.0/tcp/1", "/ip4/224.0.0.251/udp/5353", "/ip6/ff02::1/tcp/1", "/ip4/10.0.0.1/tcp/0"]
        {
            assert!(!dialable(&address(text)), "{text}");
        }
        let relay = PeerId::random();
        let nested = format!("/ip4/10.0.0.1/tcp/1/p2p/{relay}/p2p-circuit/p2p/{relay}/p2p-circuit");
        assert!(!dialable(&address(&nested)), "through two relays");
        assert!(!dialable(&address("/ip4/10.0.0.1/tcp/1/p2p-circuit")), "through nobody");
    }

    #[test]
    fn what_means_the_same_machine_everywhere() {
        for text in ["/ip4/8.8.8.8/tcp/1", "/ip6/2001:db8::1/tcp/1"] {
            assert!(global(&address(text)), "{text}");
        }
        for text in
            ["/ip4/100.64.0.1/tcp/1", "/ip4/127.0.0.1/tcp/1", "/ip4/172.16.0.1/tcp/1", "/ip6/fd00::1/tcp/1"]
        {
            assert!(!global(&address(text)), "{text}");
        }
    }

    #[test]
    fn who_is_near() {
        let own = ["/ip4/203.0.113.7/tcp/1", "/ip6/2001:db8:1:2::7/tcp/1"].map(address);
        for text in [
            "/ip4/192.168.1.5/tcp/1",
            "/ip4/127.0.0.1/udp/1/quic-v1",
            "/ip4/203.0.113.99/tcp/1",
            "/ip6/2001:db8:1:2::99/tcp/1",
            "/ip6/fd00::1/tcp/1",
        ] {
            assert!(near(&address(text), &own), "{text}");
        }
        for text in ["/ip4/8.8.8.8/tcp/1", "/ip4/203.0.114.7/tcp/1", "/ip6/2001:db8:1:3::7/tcp/1"] {
            assert!(!near(&address(text), &own), "{text}");
        }
        let peer = PeerId::random();
        assert!(!near(&address(&format!("/p2p/{peer}")), &own), "through a relay, seen from the called end");
        let circuit = format!("/ip4/192.168.1.5/tcp/1/p2p/{peer}/p2p-circuit");
        assert!(!near(&address(&circuit), &own));
    }

    #[test]
    fn kinds_of_paths() {
        assert_eq!(path_kind(&address("/ip4/10.1.2.3/tcp/1")), PathKind::Lan);
        assert_eq!(path_kind(&address("/ip4/8.8.8.8/udp/1/quic-v1")), PathKind::Direct);
        let circuit = format!("/ip4/10.1.2.3/tcp/1/p2p/{}/p2p-circuit", PeerId::random());
        assert_eq!(path_kind(&address(&circuit)), PathKind::Relay, "wherever the relay is");
    }
}
