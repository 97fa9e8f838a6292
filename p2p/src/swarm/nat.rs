//! How the node looks from outside: the addresses at which others see it, and one port for all transports.
//!
//! It does not decide whether an address can be reached: AutoNAT does, or whoever reads the survey.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::task::{Context, Poll, Waker};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent, THandlerOutEvent,
    ToSwarm, dummy,
};
use libp2p::{Multiaddr, PeerId};

use super::addresses;

/// Observed addresses that wait to be offered, and those offered last: a machine has a handful, while
/// strangers can name any number.
const MAX_CANDIDATES: usize = 16;

/// Offers the addresses at which others see this node as candidates for AutoNAT and hole punching, exactly as
/// observed. `identify` alone replaces the observed port with the listening port, which is wrong behind every
/// NAT that changes ports.
#[derive(Debug, Default)]
pub(crate) struct RawCandidates {
    offered: VecDeque<Multiaddr>,
    waiting: VecDeque<Multiaddr>,
    waker: Option<Waker>,
}

impl RawCandidates {
    /// A peer reports that it sees this node at this address.
    pub(super) fn observe(&mut self, observed: &Multiaddr) {
        let fits =
            addresses::dialable(observed) && !addresses::relayed(observed) && !addresses::loopback(observed);
        if !fits || self.offered.contains(observed) {
            return;
        }
        if self.offered.len() >= MAX_CANDIDATES {
            self.offered.pop_front();
        }
        self.offered.push_back(observed.clone());
        if self.waiting.len() < MAX_CANDIDATES {
            self.waiting.push_back(observed.clone());
        }
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl NetworkBehaviour for RawCandidates {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = std::convert::Infallible;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        if let Some(address) = self.waiting.pop_front() {
            return Poll::Ready(ToSwarm::NewExternalAddrCandidate(address));
        }
        self.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// The addresses with one port that is free for QUIC and TCP, where they ask for any port: a NAT then needs
/// one mapping, and what one transport learns about it helps the other. Unchanged if no such port is found.
pub(super) fn on_one_port(wanted: &[Multiaddr]) -> Vec<Multiaddr> {
    if wanted.iter().filter(|address| any_port(address)).count() < 2 {
        return wanted.to_vec();
    }
    let Some(port) = free_port() else { return wanted.to_vec() };
    let with_port = |part| match part {
        Protocol::Tcp(0) => Protocol::Tcp(port),
        Protocol::Udp(0) => Protocol::Udp(port),
        part => part,
    };
    wanted.iter().map(|address| address.iter().map(with_port).collect()).collect()
}

/// Whether the address asks for any port.
pub(super) fn any_port(address: &Multiaddr) -> bool {
    address.iter().any(|part| matches!(part, Protocol::Tcp(0) | Protocol::Udp(0)))
}

/// A port that is most likely still free for both a moment later.
fn free_port() -> Option<u16> {
    /// Ports from the system to try for UDP: nearly always the first is free.
    const TRIES: usize = 8;
    (0..TRIES).find_map(|_| {
        let tcp = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
        let port = tcp.local_addr().ok()?.port();
        UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)).ok().map(|_| port)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Multiaddr {
        text.parse().expect("a multiaddr")
    }

    #[test]
    fn all_transports_share_a_port() {
        let wanted = ["/ip4/0.0.0.0/udp/0/quic-v1", "/ip4/0.0.0.0/tcp/0", "/ip6/::/tcp/7"].map(address);
        let got = on_one_port(&wanted);
        let ports: Vec<_> = got.iter().filter_map(addresses::port).collect();
        assert!(ports[0] != 0 && ports[0] == ports[1] && ports[2] == 7, "{got:?}");
        assert_eq!(on_one_port(&wanted[1..2]), wanted[1..2], "one alone is the system's to choose");
    }

    #[test]
    fn an_observed_address_is_offered_once_and_as_it_is() {
        let mut candidates = RawCandidates::default();
        let seen = address("/ip4/203.0.113.9/udp/40001/quic-v1");
        candidates.observe(&seen);
        candidates.observe(&seen);
        candidates.observe(&address("/ip4/127.0.0.1/tcp/1"));
        assert_eq!(candidates.waiting, [seen]);
        for port in 1..1000 {
            candidates.observe(&address(&format!("/ip4/203.0.113.9/udp/{port}/quic-v1")));
        }
        assert_eq!((candidates.waiting.len(), candidates.offered.len()), (MAX_CANDIDATES, MAX_CANDIDATES));
    }
}
