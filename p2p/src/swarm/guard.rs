//! Which connections others may open to this node: each address and each relay has a share of them, so that
//! one stranger doesn't take all places, and some are kept for the peer of the running session.
//!
//! It does not bound the connections that this node opens, nor those of one peer: libp2p's limits do.

use std::collections::HashMap;
use std::net::IpAddr;
use std::task::{Context, Poll};
use std::time::Instant;

use libp2p::PeerId;
use libp2p::core::transport::PortUse;
use libp2p::core::{Endpoint, Multiaddr};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent, THandlerOutEvent,
    ToSwarm, dummy,
};
use thiserror::Error;

use super::addresses;
use super::paths::KeptPeers;
use crate::owner::owner;

/// Places remembered at which a session's peer was: QUIC and TCP there, and two relays.
const MAX_PLACES: usize = 4;

/// How many connections others may open.
#[derive(Debug, Clone, Copy)]
pub(super) struct IncomingShares {
    /// In all.
    pub(super) all: usize,
    /// Of these, before their handshake is over.
    pub(super) pending: usize,
    /// From one address.
    pub(super) of_address: usize,
    /// Through one relay.
    pub(super) of_relay: usize,
    /// Beyond these for peers in a session, both pending and in all.
    pub(super) reserve: usize,
}

/// Why a connection is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
enum IncomingRefusal {
    #[error("there are too many connections from that address or through that relay")]
    Share,
    #[error("there are too many connections from others")]
    Full,
}

/// Where a connection comes from. The machine itself has no share: a forwarder for many may run on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum ConnectionSource {
    Address(IpAddr),
    Relay(PeerId),
}

#[derive(Debug)]
struct TrackedConnection {
    /// `None` while its handshake runs.
    peer: Option<PeerId>,
    source: Option<ConnectionSource>,
    /// Whether others opened it.
    incoming: bool,
}

/// The behaviour. State: all connections and where they come from.
pub(crate) struct IncomingGuard {
    shares: IncomingShares,
    kept: KeptPeers,
    connections: HashMap<ConnectionId, TrackedConnection>,
    /// Where the peers of running sessions were when a connection to them ended, the newest last.
    places: HashMap<PeerId, Vec<ConnectionSource>>,
}

impl IncomingGuard {
    pub(super) fn new(shares: IncomingShares, kept: KeptPeers) -> Self {
        Self { shares, kept, connections: HashMap::new(), places: HashMap::new() }
    }

    /// Somebody opens a connection; a relay has `claimed` who it is.
    fn begin(
        &mut self,
        id: ConnectionId,
        source: Option<ConnectionSource>,
        claimed: Option<PeerId>,
        now: Instant,
    ) -> Result<(), IncomingRefusal> {
        let incoming = || self.connections.values().filter(|known| known.incoming);
        let share = match source {
            Some(ConnectionSource::Address(_)) => self.shares.of_address,
            Some(ConnectionSource::Relay(_)) => self.shares.of_relay,
            None => usize::MAX,
        };
        let from_there = incoming().filter(|known| known.source == source).count();
        let pending = incoming().filter(|known| known.peer.is_none()).count();
        let more = || if self.of_session(source, claimed, now) { self.shares.reserve } else { 0 };
        if from_there >= share && from_there >= share.saturating_add(more()) {
            return Err(IncomingRefusal::Share);
        }
        if pending >= self.shares.pending && pending >= self.shares.pending + more() {
            return Err(IncomingRefusal::Full);
        }
        self.connections.insert(id, TrackedConnection { peer: None, source, incoming: true });
        Ok(())
    }

    /// Its handshake is over.
    fn identify(
        &mut self,
        id: ConnectionId,
        peer: PeerId,
        source: Option<ConnectionSource>,
        now: Instant,
    ) -> Result<(), IncomingRefusal> {
        let reserve = if self.kept.in_session(&peer, now) { self.shares.reserve } else { 0 };
        let others = self
            .connections
            .iter()
            .filter(|(other, known)| **other != id && known.incoming && known.peer.is_some());
        if others.count() >= self.shares.all + reserve {
            return Err(IncomingRefusal::Full);
        }
        self.connections.insert(id, TrackedConnection { peer: Some(peer), source, incoming: true });
        Ok(())
    }

    fn end(&mut self, id: ConnectionId, now: Instant) {
        let Some(TrackedConnection { peer: Some(peer), source: Some(source), .. }) =
            self.connections.remove(&id)
        else {
            return;
        };
        self.places.retain(|peer, _| self.kept.in_session(peer, now));
        if self.kept.in_session(&peer, now) {
            let places = self.places.entry(peer).or_default();
            places.retain(|known| *known != source);
            if places.len() >= MAX_PLACES {
                places.remove(0);
            }
            places.push(source);
        }
    }

    /// Whether a connection may be that of a peer in a session. By a relay's word, it must be that very peer;
    /// at an address, one is there or was.
    fn of_session(&self, source: Option<ConnectionSource>, claimed: Option<PeerId>, now: Instant) -> bool {
        let in_session = |peer: &PeerId| self.kept.in_session(peer, now);
        if let Some(peer) = claimed {
            return in_session(&peer);
        }
        let there = self.connections.values().filter(|known| known.source == source);
        there.filter_map(|known| known.peer).any(|peer| in_session(&peer))
            || source.is_some_and(|source| {
                self.places.iter().any(|(peer, places)| in_session(peer) && places.contains(&source))
            })
    }
}

/// Who opens a circuit to this node, by its relay's word.
fn claimed(remote: &Multiaddr) -> Option<PeerId> {
    match remote.iter().next() {
        Some(Protocol::P2p(peer)) => Some(peer),
        _ => None,
    }
}

/// Where a connection comes from, by its own address here and by the other's.
fn source(local: Option<&Multiaddr>, remote: &Multiaddr) -> Option<ConnectionSource> {
    let relay = local.and_then(addresses::relay_of).or_else(|| addresses::relay_of(remote));
    match relay {
        Some(relay) => Some(ConnectionSource::Relay(relay)),
        None => addresses::ip(remote).and_then(owner).map(ConnectionSource::Address),
    }
}

impl NetworkBehaviour for IncomingGuard {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = std::convert::Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        self.begin(connection, source(Some(local), remote), claimed(remote), Instant::now())
            .map_err(ConnectionDenied::new)
    }

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.identify(connection, peer, source(Some(local), remote), Instant::now())
            .map(|()| dummy::ConnectionHandler)
            .map_err(ConnectionDenied::new)
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        address: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        let source = source(None, address);
        self.connections.insert(connection, TrackedConnection { peer: Some(peer), source, incoming: false });
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        let over = match event {
            FromSwarm::ConnectionClosed(closed) => closed.connection_id,
            FromSwarm::ListenFailure(failed) => failed.connection_id,
            FromSwarm::DialFailure(failed) => failed.connection_id,
            _ => return,
        };
        self.end(over, Instant::now());
    }

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SHARES: IncomingShares =
        IncomingShares { all: 6, pending: 4, of_address: 2, of_relay: 3, reserve: 2 };

    fn id(number: usize) -> ConnectionId {
        ConnectionId::new_unchecked(number)
    }

    fn from(last: u8) -> Option<ConnectionSource> {
        Some(ConnectionSource::Address(IpAddr::from([192, 0, 2, last])))
    }

    /// Lets a connection of a stranger come up.
    fn come(
        guard: &mut IncomingGuard,
        number: usize,
        source: Option<ConnectionSource>,
    ) -> Result<(), IncomingRefusal> {
        let now = Instant::now();
        guard.begin(id(number), source, None, now)?;
        guard.identify(id(number), PeerId::random(), source, now)
    }

    #[test]
    fn one_address_gets_its_share_and_no_more() {
        let mut guard = IncomingGuard::new(SHARES, KeptPeers::default());
        assert_eq!(come(&mut guard, 1, from(1)), Ok(()));
        assert_eq!(guard.begin(id(2), from(1), None, Instant::now()), Ok(()), "while its handshake runs");
        assert_eq!(come(&mut guard, 3, from(1)), Err(IncomingRefusal::Share));
        assert_eq!(come(&mut guard, 4, from(2)), Ok(()), "another one");
        guard.end(id(1), Instant::now());
        assert_eq!(come(&mut guard, 5, from(1)), Ok(()));
        // This machine has no share.
        assert_eq!([6, 7, 8].map(|number| come(&mut guard, number, None)), [Ok(()), Ok(()), Ok(())]);
    }

    #[test]
    fn a_relay_has_a_share_of_its_own() {
        let mut guard = IncomingGuard::new(SHARES, KeptPeers::default());
        let through = Some(ConnectionSource::Relay(PeerId::random()));
        let came = [1, 2, 3, 4].map(|number| come(&mut guard, number, through));
        assert_eq!(came, [Ok(()), Ok(()), Ok(()), Err(IncomingRefusal::Share)]);
        assert_eq!(come(&mut guard, 5, from(1)), Ok(()));
    }

    #[test]
    fn through_a_relay_full_of_strangers_the_peer_of_the_session_comes_and_nobody_else() {
        let (start, peer, kept) = (Instant::now(), PeerId::random(), KeptPeers::default());
        let mut guard = IncomingGuard::new(SHARES, kept.clone());
        kept.keep([&peer], start);
        let through = Some(ConnectionSource::Relay(PeerId::random()));
        for number in 1..4 {
            assert_eq!(come(&mut guard, number, through), Ok(()));
        }
        let now = start + Duration::from_secs(60);
        let stranger = Some(PeerId::random());
        assert_eq!(guard.begin(id(4), through, stranger, now), Err(IncomingRefusal::Share));
        assert_eq!(guard.begin(id(5), through, Some(peer), now), Ok(()));
        assert_eq!(guard.identify(id(5), peer, through, now), Ok(()));
        assert_eq!(guard.begin(id(6), through, stranger, now), Err(IncomingRefusal::Share), "it is there");
    }

    #[test]
    fn the_peer_of_the_session_gets_in_when_strangers_have_taken_every_place() {
        let (start, peer, kept) = (Instant::now(), PeerId::random(), KeptPeers::default());
        let mut guard = IncomingGuard::new(SHARES, kept.clone());
        guard.begin(id(0), from(200), None, start).expect("the first");
        guard.identify(id(0), peer, from(200), start).expect("the first");
        kept.keep([&peer], start);
        for number in 1..6 {
            assert_eq!(come(&mut guard, number, from(number as u8)), Ok(()));
        }
        for number in 6..10 {
            guard.begin(id(number), from(number as u8), None, start).expect("a handshake");
        }
        let now = start + Duration::from_secs(60);
        assert_eq!(guard.begin(id(20), from(90), None, now), Err(IncomingRefusal::Full));
        guard.end(id(6), now);
        guard.begin(id(6), from(6), None, now).expect("a place");
        assert_eq!(
            guard.identify(id(6), PeerId::random(), from(6), now),
            Err(IncomingRefusal::Full),
            "a stranger"
        );
        guard.end(id(0), now);
        come(&mut guard, 21, from(91)).expect_err("pending ones take all places");
        for number in 30..32 {
            assert_eq!(guard.begin(id(number), from(200), None, now), Ok(()), "where it was");
            assert_eq!(guard.identify(id(number), peer, from(200), now), Ok(()));
        }
        // From somewhere else it comes as a stranger would, but is known once it has said who it is.
        guard.end(id(7), now);
        assert_eq!(guard.begin(id(40), from(201), None, now), Ok(()));
        assert_eq!(guard.identify(id(40), peer, from(201), now), Ok(()));
    }

    #[test]
    fn where_it_comes_from() {
        let address = |text: &str| -> Multiaddr { text.parse().expect("a multiaddr") };
        let (relay, peer) = (PeerId::random(), PeerId::random());
        let own = address("/ip4/192.0.2.1/tcp/1");
        let remote = address("/ip6/2001:db8::7/udp/1/quic-v1");
        let network = ConnectionSource::Address("2001:db8::".parse().expect("an address"));
        assert_eq!(source(Some(&own), &remote), Some(network));
        assert_eq!(source(Some(&own), &address("/ip4/127.0.0.1/tcp/1")), None);
        let circuit = address(&format!("/ip4/192.0.2.9/tcp/1/p2p/{relay}/p2p-circuit"));
        let called = source(Some(&circuit), &address(&format!("/p2p/{peer}")));
        assert_eq!(called, Some(ConnectionSource::Relay(relay)));
        assert_eq!(source(None, &circuit), Some(ConnectionSource::Relay(relay)));
        assert_eq!(claimed(&address(&format!("/p2p/{peer}"))), Some(peer));
        assert_eq!(claimed(&remote), None);
    }
}
