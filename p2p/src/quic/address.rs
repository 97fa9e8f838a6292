//! Converts between multiaddrs of `/quic-v1` and socket addresses. Pure functions.

use std::net::{IpAddr, SocketAddr};

use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};

/// The meaning of `/ip4|ip6/…/udp/…/quic-v1[/p2p/…]`; `None` for everything else.
pub(super) fn parse(address: &Multiaddr) -> Option<(SocketAddr, Option<PeerId>)> {
    let mut parts = address.iter();
    let ip: IpAddr = match parts.next()? {
        Protocol::Ip4(ip) => ip.into(),
        Protocol::Ip6(ip) => ip.into(),
        _ => return None,
    };
    let Protocol::Udp(port) = parts.next()? else { return None };
    let Protocol::QuicV1 = parts.next()? else { return None };
    let peer = match parts.next() {
        None => None,
        Some(Protocol::P2p(peer)) => Some(peer),
        Some(_) => return None,
    };
    parts.next().is_none().then_some((SocketAddr::new(ip, port), peer))
}

/// The reverse of [`parse`], without a peer.
pub(super) fn format(address: SocketAddr) -> Multiaddr {
    Multiaddr::empty().with(address.ip().into()).with(Protocol::Udp(address.port())).with(Protocol::QuicV1)
}

/// Whether a packet can go from one to the other: both are IPv4 or both IPv6.
pub(super) fn same_family(one: IpAddr, other: IpAddr) -> bool {
    one.is_ipv4() == other.is_ipv4()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_quic_v1_alone() {
        let parsed = |text: &str| parse(&text.parse().unwrap());
        let four = "192.0.2.1:4001".parse().unwrap();
        assert_eq!(parsed("/ip4/192.0.2.1/udp/4001/quic-v1"), Some((four, None)));
        let peer = PeerId::random();
        assert_eq!(parsed(&format!("/ip4/192.0.2.1/udp/4001/quic-v1/p2p/{peer}")), Some((four, Some(peer))));
        let six = "[2001:db8::1]:1".parse().unwrap();
        assert_eq!(parsed("/ip6/2001:db8::1/udp/1/quic-v1"), Some((six, None)));
        for text in [
            "/ip4/192.0.2.1/udp/4001",
            "/ip4/192.0.2.1/udp/4001/quic",
            "/ip4/192.0.2.1/tcp/4001",
            "/dns/example.org/udp/4001/quic-v1",
            &format!("/ip4/192.0.2.1/udp/4001/quic-v1/p2p/{peer}/p2p-circuit"),
            &format!("/ip4/192.0.2.1/udp/4001/quic-v1/p2p/{peer}/p2p/{peer}"),
            "/ip4/192.0.2.1/udp/4001/quic-v1/webtransport",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
        for address in [four, six] {
            assert_eq!(parse(&format(address)), Some((address, None)));
        }
    }
}
