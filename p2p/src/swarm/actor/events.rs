//! Passes the events of the swarm and its behaviours to the modules that decide about them.

use std::collections::HashSet;
use std::time::Instant;

use libp2p::core::ConnectedPoint;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{ConnectionId, SwarmEvent};
use libp2p::{Multiaddr, PeerId, identify, kad, mdns, ping};

use super::super::behaviour::NodeBehaviourEvent;
use super::super::networks::{NetworkKind, NetworkQuery};
use super::super::streams::InboundStream;
use super::super::{Candidate, Connection, PeerStream, addresses};
use super::{MAX_ADDRESSES_PER_PEER, SwarmActor};
use crate::relay_server;

/// LAN peers whose addresses are remembered: more than a LAN has. A flood of announcements pushes none out.
const MAX_LAN_PEERS: usize = 256;

/// The protocol by which a relay offers reservations.
const HOP_PROTOCOL: &str = "/libp2p/circuit/relay/0.2.0/hop";

impl SwarmActor {
    pub(super) fn on_swarm_event(&mut self, event: SwarmEvent<NodeBehaviourEvent>) {
        match event {
            SwarmEvent::NewListenAddr { listener_id, address } => {
                self.on_listen_address(listener_id, address)
            }
            SwarmEvent::ExpiredListenAddr { address, .. } | SwarmEvent::ExternalAddrExpired { address } => {
                self.forget_own_address(&address);
            }
            SwarmEvent::ListenerClosed { listener_id, addresses, .. } => {
                self.on_listener_closed(listener_id, &addresses);
            }
            SwarmEvent::ExternalAddrConfirmed { address } => self.on_reachable(address),
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                let connection =
                    Connection { id: connection_id, peer: peer_id, remote: remote_of(&endpoint, peer_id) };
                if endpoint.is_dialer() {
                    self.survey.on_connected(&connection.remote);
                }
                self.watches.up(&connection);
                self.attempts.on_connection(&connection, Instant::now());
                self.connections.insert(connection_id, connection);
                self.came_up.insert(connection_id, Instant::now());
            }
            SwarmEvent::ConnectionClosed { peer_id, connection_id, .. } => {
                self.connections.remove(&connection_id);
                self.came_up.remove(&connection_id);
                self.watches.down(&peer_id, connection_id);
                self.attempts.on_closed(connection_id);
                if !self.connected_directly(&peer_id) {
                    self.met.remove(&peer_id);
                }
            }
            SwarmEvent::OutgoingConnectionError { peer_id, connection_id, error } => {
                self.attempts.on_failure(peer_id, connection_id, &error.to_string());
            }
            SwarmEvent::IncomingConnectionError { .. } => {
                if let Some(counters) = &self.counters {
                    counters.on_refused_connection();
                }
            }
            SwarmEvent::Behaviour(event) => self.on_behaviour_event(event),
            _ => {}
        }
    }

    pub(super) fn connected_directly(&self, peer: &PeerId) -> bool {
        let direct = |connection: &Connection| !addresses::relayed(&connection.remote);
        self.connections.values().any(|connection| connection.peer == *peer && direct(connection))
    }

    pub(super) fn on_behaviour_event(&mut self, event: NodeBehaviourEvent) {
        match event {
            NodeBehaviourEvent::Streams(InboundStream { connection, stream }) => {
                let Some(connection) = self.connections.get(&connection).cloned() else { return };
                if self.incoming.try_send(PeerStream { connection, stream }).is_err() {
                    tracing::debug!("a stream was reset: too many wait, or nobody takes them");
                }
            }
            NodeBehaviourEvent::Ping(ping::Event { peer, connection, result: Ok(round_trip) }) => {
                self.watches.measured(&peer, connection, round_trip);
            }
            NodeBehaviourEvent::Neighbours(mdns::Event::Discovered(found)) => {
                for (peer, address) in found {
                    self.on_lan_peer(peer, address);
                }
                self.rendezvous.search(&mut self.swarm.behaviour_mut().dhts);
            }
            NodeBehaviourEvent::Neighbours(mdns::Event::Expired(gone)) => {
                for (peer, address) in gone {
                    if let Some(known) = self.lan_peers.get_mut(&peer) {
                        known.retain(|other| *other != address);
                    }
                }
                self.lan_peers.retain(|_, known| !known.is_empty());
            }
            NodeBehaviourEvent::Identify(identify::Event::Received { peer_id, info, connection_id }) => {
                self.on_identified(peer_id, info, connection_id);
            }
            NodeBehaviourEvent::Dhts(event) => self.on_kad_event(event.split()),
            NodeBehaviourEvent::Upnp(event) => self.survey.on_router(&event),
            NodeBehaviourEvent::RelayServer(event) => self.on_relay_event(&event),
            NodeBehaviourEvent::Dcutr(event) => {
                tracing::debug!(peer = %event.remote_peer_id, result = ?event.result, "hole punching");
            }
            // The others need nothing from this node, and neither do failed pings and the rest of identify.
            NodeBehaviourEvent::Ping(_)
            | NodeBehaviourEvent::Identify(_)
            | NodeBehaviourEvent::RelayClient(_)
            | NodeBehaviourEvent::AutonatClient(_)
            | NodeBehaviourEvent::AutonatServer(_) => {}
            NodeBehaviourEvent::Limits(never)
            | NodeBehaviourEvent::Guard(never)
            | NodeBehaviourEvent::Candidates(never) => match never {},
        }
    }

    pub(super) fn on_relay_event(&self, event: &relay_server::RelayEvent) {
        tracing::debug!(?event, "relay");
        if let Some(counters) = &self.counters {
            counters.on_relay_event(event);
        }
    }

    pub(super) fn on_identified(&mut self, peer: PeerId, info: identify::Info, connection: ConnectionId) {
        let remote = self.connections.get(&connection).map(|connection| connection.remote.clone());
        let direct = remote.filter(|remote| !addresses::relayed(remote));
        let behaviour = self.swarm.behaviour_mut();
        behaviour.dhts.learn(peer, direct.as_ref(), &info.listen_addrs, &info.protocols);
        if let Some(remote) = direct {
            behaviour.candidates.observe(&info.observed_addr);
            self.survey.on_observed(peer, &remote, info.observed_addr);
            self.met.insert(peer);
            if info.protocols.iter().any(|protocol| protocol.as_ref() == HOP_PROTOCOL) {
                let near = addresses::loopback(&remote);
                let mut known = vec![remote];
                known.extend(
                    info.listen_addrs.into_iter().filter(|other| near || !addresses::loopback(other)),
                );
                self.relays.offer(peer, &known, Instant::now());
            }
            let mut tasks = self.attempts.on_met(peer);
            tasks.extend(self.attempts.look_up_again(Instant::now()));
            self.perform(tasks);
        }
        self.rendezvous.on_new_peer();
        self.rendezvous.on_tick(&mut self.swarm.behaviour_mut().dhts, Instant::now());
        self.keep_relays();
    }

    pub(super) fn on_kad_event(&mut self, (network, event): (NetworkKind, kad::Event)) {
        let kad::Event::OutboundQueryProgressed { id, result, step, .. } = event else { return };
        match result {
            kad::QueryResult::GetProviders(Ok(kad::GetProvidersOk::FoundProviders { providers, .. })) => {
                self.on_providers((network, id), providers);
            }
            kad::QueryResult::GetClosestPeers(found) => {
                let peers = match found {
                    Ok(found) => found.peers,
                    Err(kad::GetClosestPeersError::Timeout { peers, .. }) => peers,
                };
                self.on_peers_found(&peers);
                let wanted = if step.last { self.attempts.on_looked_up((network, id)) } else { None };
                if let Some(wanted) = wanted {
                    let found = peers.into_iter().filter(|found| found.peer_id == wanted);
                    let addresses = found.flat_map(|found| found.addrs).collect();
                    let met = |relay: &PeerId| self.met.contains(relay);
                    let tasks = self.attempts.add(wanted, addresses, met, Instant::now());
                    self.perform(tasks);
                }
            }
            _ => {}
        }
    }

    /// A search for one of our relays may have found it.
    fn on_peers_found(&mut self, peers: &[kad::PeerInfo]) {
        let now = Instant::now();
        for found in peers {
            if self.relays.is_ours(&found.peer_id) {
                self.relays.offer(found.peer_id, &found.addrs, now);
            }
        }
    }

    pub(super) fn on_lan_peer(&mut self, peer: PeerId, address: Multiaddr) {
        if !addresses::dialable(&address) || addresses::relayed(&address) {
            return;
        }
        if !self.lan_peers.contains_key(&peer) && self.lan_peers.len() >= MAX_LAN_PEERS {
            return;
        }
        let known = self.lan_peers.entry(peer).or_default();
        if known.len() < MAX_ADDRESSES_PER_PEER && !known.contains(&address) {
            known.push(address.clone());
            self.swarm.behaviour_mut().dhts.learn_lan(peer, address);
            self.rendezvous.on_new_peer();
        }
    }

    pub(super) fn on_providers(&mut self, query: NetworkQuery, providers: HashSet<PeerId>) {
        let own = *self.swarm.local_peer_id();
        let (dhts, lan_peers) = (&mut self.swarm.behaviour_mut().dhts, &self.lan_peers);
        let addresses_of = |peer| {
            let mut known = lan_peers.get(&peer).cloned().unwrap_or_default();
            known.extend(dhts.addresses_of(peer));
            known
        };
        let now = Instant::now();
        for Candidate { peer, addresses } in self.rendezvous.on_providers(query, providers, own, addresses_of)
        {
            self.relays.offer(peer, &addresses, now);
        }
        self.keep_relays();
    }
}

/// Where the other end of a connection is. For a peer that comes through a relay, libp2p reports only its
/// identity; the relay is found in the local address.
fn remote_of(endpoint: &ConnectedPoint, peer: PeerId) -> Multiaddr {
    match endpoint {
        ConnectedPoint::Listener { local_addr, .. } if endpoint.is_relayed() => {
            let circuit: Multiaddr = addresses::to_relay(local_addr).with(Protocol::P2pCircuit);
            circuit.with(Protocol::P2p(peer))
        }
        _ => endpoint.get_remote_address().clone(),
    }
}
