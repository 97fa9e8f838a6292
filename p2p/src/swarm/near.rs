//! A behaviour that takes part only in connections within the local network. On all others it isn't there:
//! nobody beyond that network hears its protocol's name or can ask it anything. It isn't told where this
//! node listens, so it can't tell others.
//!
//! It neither opens nor refuses connections.

use std::collections::HashMap;
use std::task::{Context, Poll};

use either::Either;
use libp2p::PeerId;
use libp2p::core::transport::PortUse;
use libp2p::core::{Endpoint, Multiaddr};
use libp2p::swarm::behaviour::{ConnectionClosed, ConnectionEstablished};
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, ListenAddresses, NetworkBehaviour, NotifyHandler, THandler,
    THandlerInEvent, THandlerOutEvent, ToSwarm, dummy,
};

use super::addresses;

/// The behaviour. State: the connections in which `inner` takes part.
pub(crate) struct NearOnly<B> {
    inner: B,
    near: HashMap<ConnectionId, PeerId>,
    listen: ListenAddresses,
}

impl<B> NearOnly<B> {
    pub(super) fn new(inner: B) -> Self {
        Self { inner, near: HashMap::new(), listen: ListenAddresses::default() }
    }

    pub(super) fn inner_mut(&mut self) -> &mut B {
        &mut self.inner
    }

    /// Whether `inner` takes part in a connection with `peer` at this address. If so, it is counted.
    fn admit(&mut self, connection: ConnectionId, peer: PeerId, remote: &Multiaddr) -> bool {
        let near = addresses::near(remote, self.listen.iter());
        if near {
            self.near.insert(connection, peer);
        }
        near
    }

    fn with(&self, peer: &PeerId) -> usize {
        self.near.values().filter(|other| *other == peer).count()
    }

    fn one_with(&self, peer: &PeerId) -> Option<ConnectionId> {
        self.near.iter().find(|(_, other)| *other == peer).map(|(connection, _)| *connection)
    }
}

impl<B: NetworkBehaviour> NetworkBehaviour for NearOnly<B> {
    type ConnectionHandler = Either<THandler<B>, dummy::ConnectionHandler>;
    type ToSwarm = B::ToSwarm;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        self.inner.handle_pending_inbound_connection(connection, local, remote)
    }

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        if !self.admit(connection, peer, remote) {
            return Ok(Either::Right(dummy::ConnectionHandler));
        }
        self.inner.handle_established_inbound_connection(connection, peer, local, remote).map(Either::Left)
    }

    fn handle_pending_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: Option<PeerId>,
        addresses: &[Multiaddr],
        role: Endpoint,
    ) -> Result<Vec<Multiaddr>, ConnectionDenied> {
        self.inner.handle_pending_outbound_connection(connection, peer, addresses, role)
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        address: &Multiaddr,
        role: Endpoint,
        port: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        if !self.admit(connection, peer, address) {
            return Ok(Either::Right(dummy::ConnectionHandler));
        }
        self.inner
            .handle_established_outbound_connection(connection, peer, address, role, port)
            .map(Either::Left)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        self.listen.on_swarm_event(&event);
        let event = match event {
            FromSwarm::ConnectionEstablished(up) => {
                if !self.near.contains_key(&up.connection_id) {
                    return;
                }
                let other_established = self.with(&up.peer_id) - 1;
                FromSwarm::ConnectionEstablished(ConnectionEstablished { other_established, ..up })
            }
            FromSwarm::ConnectionClosed(down) => {
                if self.near.remove(&down.connection_id).is_none() {
                    return;
                }
                let remaining_established = self.with(&down.peer_id);
                FromSwarm::ConnectionClosed(ConnectionClosed { remaining_established, ..down })
            }
            // A DHT hands them, also those in other networks, to whoever asks for a key that is provided
            // here. Who asks is connected already.
            FromSwarm::NewListenAddr(_) | FromSwarm::ExpiredListenAddr(_) => return,
            FromSwarm::AddressChange(change) if !self.near.contains_key(&change.connection_id) => return,
            // Another behaviour may have refused what this one has counted.
            FromSwarm::DialFailure(failed) => {
                self.near.remove(&failed.connection_id);
                event
            }
            FromSwarm::ListenFailure(failed) => {
                self.near.remove(&failed.connection_id);
                event
            }
            event => event,
        };
        self.inner.on_swarm_event(event);
    }

    fn on_connection_handler_event(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        match event {
            Either::Left(event) => self.inner.on_connection_handler_event(peer, connection, event),
            Either::Right(never) => match never {},
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        loop {
            let Poll::Ready(action) = self.inner.poll(cx) else { return Poll::Pending };
            let ToSwarm::NotifyHandler { peer_id, handler, event } = action else {
                return Poll::Ready(action.map_in(Either::Left));
            };
            let connection = match handler {
                NotifyHandler::One(connection) => Some(connection),
                NotifyHandler::Any => self.one_with(&peer_id),
            };
            // A connection that has closed meanwhile is the only one that is missing.
            if let Some(connection) = connection.filter(|connection| self.near.contains_key(connection)) {
                let handler = NotifyHandler::One(connection);
                return Poll::Ready(ToSwarm::NotifyHandler { peer_id, handler, event: Either::Left(event) });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use libp2p::kad::{self, store::MemoryStore};

    use super::*;

    fn near_only() -> NearOnly<kad::Behaviour<MemoryStore>> {
        let own = PeerId::random();
        NearOnly::new(kad::Behaviour::new(own, MemoryStore::new(own)))
    }

    fn address(text: &str) -> Multiaddr {
        text.parse().expect("a multiaddr")
    }

    #[test]
    fn only_neighbours_meet_it() {
        let (mut behaviour, peer) = (near_only(), PeerId::random());
        let local = address("/ip4/192.168.1.2/tcp/1");
        let mut meets = |number, remote: &str| {
            let id = ConnectionId::new_unchecked(number);
            let remote = address(remote);
            let incoming = behaviour.handle_established_inbound_connection(id, peer, &local, &remote);
            let id = ConnectionId::new_unchecked(number + 100);
            let (role, port) = (Endpoint::Dialer, PortUse::Reuse);
            let outgoing = behaviour.handle_established_outbound_connection(id, peer, &remote, role, port);
            [incoming, outgoing].map(|handler| handler.expect("it denies nothing").is_left())
        };
        assert_eq!(meets(1, "/ip4/192.168.1.7/tcp/2"), [true, true]);
        assert_eq!(meets(2, "/ip4/8.8.8.8/tcp/2"), [false, false]);
        let circuit = format!("/ip4/192.168.1.9/tcp/1/p2p/{}/p2p-circuit", PeerId::random());
        assert_eq!(meets(3, &circuit), [false, false], "wherever the relay is");
    }

    #[test]
    fn what_is_for_a_peer_goes_to_it_by_a_near_connection() {
        let (mut behaviour, peer) = (near_only(), PeerId::random());
        let local = address("/ip4/192.168.1.2/tcp/1");
        for (number, remote) in [(1, "/ip4/8.8.8.8/tcp/2"), (2, "/ip4/192.168.1.7/tcp/2")] {
            let (id, remote) = (ConnectionId::new_unchecked(number), address(remote));
            let handler = behaviour.handle_established_inbound_connection(id, peer, &local, &remote);
            assert!(handler.is_ok());
        }
        assert_eq!(
            (behaviour.with(&peer), behaviour.one_with(&peer)),
            (1, Some(ConnectionId::new_unchecked(2)))
        );
    }
}
