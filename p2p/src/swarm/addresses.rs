//! Which addresses are worth telling, and which are worth trying. Pure functions over multiaddrs.

use std::net::IpAddr;

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;

/// How direct a way to a peer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
    if remote.iter().any(|part| part == Protocol::P2pCircuit) {
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

/// The addresses for an invite's link, best first, at most `limit`: what can be reached from elsewhere before what
/// only this machine can reach, which is left out unless there is nothing else.
pub(crate) fn for_link(listen: impl IntoIterator<Item = Multiaddr>, limit: usize) -> Vec<Multiaddr> {
    let mut usable: Vec<_> = listen.into_iter().filter(dialable).collect();
    if usable.iter().any(|address| !loopback(address)) {
        usable.retain(|address| !loopback(address));
    }
    usable.sort_by_key(|address| {
        (transport_name(address) != "quic", ip(address).is_some_and(|ip| ip.is_ipv6()))
    });
    usable.dedup();
    usable.truncate(limit);
    usable
}

/// Whether an address that a stranger gave is worth a dial: neither unspecified nor multicast, and with a transport
/// that we have.
pub(crate) fn dialable(address: &Multiaddr) -> bool {
    let transport =
        address.iter().any(|part| matches!(part, Protocol::Tcp(port) | Protocol::Udp(port) if port != 0));
    let host = match ip(address) {
        Some(IpAddr::V4(ip)) => !ip.is_unspecified() && !ip.is_multicast() && !ip.is_broadcast(),
        // A link-local IPv6 address says nothing without its zone, which a multiaddr from elsewhere can't have.
        Some(IpAddr::V6(ip)) => !ip.is_unspecified() && !ip.is_multicast() && !ip.is_unicast_link_local(),
        None => false,
    };
    transport && host
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
    fn addresses_that_lead_nowhere_are_not_tried() {
        for text in
            ["/ip4/0.0.0.0/tcp/1", "/ip4/224.0.0.251/udp/5353", "/ip6/ff02::1/tcp/1", "/ip4/10.0.0.1/tcp/0"]
        {
            assert!(!dialable(&address(text)), "{text}");
        }
    }

    #[test]
    fn kinds_of_paths() {
        assert_eq!(path_kind(&address("/ip4/10.1.2.3/tcp/1")), PathKind::Lan);
        assert_eq!(path_kind(&address("/ip4/8.8.8.8/udp/1/quic-v1")), PathKind::Direct);
    }
}
