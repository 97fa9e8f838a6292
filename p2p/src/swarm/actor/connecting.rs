//! Dials what the connection attempts, the bootstrap list and the sessions ask for.
//!
//! [`super::super::dialing`] decides which addresses are worth a dial, and which connection answers a
//! request.

use std::time::Instant;

use libp2p::swarm::DialError;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::{Multiaddr, PeerId};
use tokio::sync::oneshot;

use super::super::dialing::{ConnectReply, DialTask};
use super::super::{Candidate, addresses};
use super::{MAX_ADDRESSES_PER_PEER, SwarmActor};

impl SwarmActor {
    pub(super) fn connect(&mut self, candidate: Candidate, reply: ConnectReply) {
        let peer = candidate.peer;
        // A direct connection that the DHT made is as good as a new one.
        let best = self.connections.values().filter(|connection| connection.peer == peer);
        if let Some(connection) = best.min_by_key(|connection| addresses::path_kind(&connection.remote)) {
            let _ = reply.send(Ok(connection.clone()));
            return;
        }
        self.begin(peer, candidate.addresses, reply);
    }

    /// Tries all ways to a peer at once.
    pub(super) fn begin(&mut self, peer: PeerId, mut known: Vec<Multiaddr>, reply: ConnectReply) {
        known.extend(self.addresses_of(peer));
        let met = |relay: &PeerId| self.met.contains(relay);
        let tasks = self.attempts.begin(peer, known, reply, met, Instant::now());
        self.perform(tasks);
    }

    pub(super) fn addresses_of(&mut self, peer: PeerId) -> Vec<Multiaddr> {
        let mut known = self.lan_peers.get(&peer).cloned().unwrap_or_default();
        known.extend(self.swarm.behaviour_mut().dhts.addresses_of(peer));
        known
    }

    pub(super) fn perform(&mut self, tasks: Vec<DialTask>) {
        for task in tasks {
            match task {
                DialTask::Dial { peer, addresses } => {
                    let direct = !addresses.iter().any(addresses::relayed);
                    let options = DialOpts::peer_id(peer).condition(PeerCondition::Always);
                    let options = options.addresses(addresses).build();
                    let id = options.connection_id();
                    self.attempts.dialling(peer, id, direct);
                    if let Err(error) = self.swarm.dial(options) {
                        self.attempts.on_failure(None, id, &error.to_string());
                    }
                }
                DialTask::Meet { relay, addresses } => self.meet(relay, addresses),
                DialTask::LookUp { peer } => {
                    for (network, dht) in self.swarm.behaviour_mut().dhts.joined() {
                        self.attempts.looking_up(peer, (network, dht.get_closest_peers(peer)));
                    }
                }
            }
        }
    }

    /// Connects to a peer unless it is connected already.
    pub(super) fn meet(&mut self, peer: PeerId, addresses: Vec<Multiaddr>) {
        let options = DialOpts::peer_id(peer)
            .condition(PeerCondition::DisconnectedAndNotDialing)
            .addresses(addresses)
            .extend_addresses_through_behaviour()
            .build();
        let id = options.connection_id();
        match self.swarm.dial(options) {
            Ok(()) | Err(DialError::DialPeerConditionFalse(_)) => {}
            Err(error) => {
                tracing::debug!(%peer, %error, "can't be dialled");
                self.attempts.on_failure(Some(peer), id, &error.to_string());
            }
        }
    }

    /// Enters the networks if no bootstrap peer is connected.
    pub(super) fn enter(&mut self) {
        for (peer, addresses) in self.bootstrap.due(Instant::now(), |peer| self.swarm.is_connected(peer)) {
            self.meet(peer, addresses);
        }
    }

    /// Tries one more path to a peer, connected or not. Whoever watches the peer is notified of the result.
    pub(super) fn dial_further(&mut self, candidate: Candidate, only_there: bool) {
        let Candidate { peer, addresses: mut known } = candidate;
        if only_there {
            known.retain(addresses::dialable);
            known.truncate(MAX_ADDRESSES_PER_PEER);
            let options = DialOpts::peer_id(peer).condition(PeerCondition::Always).addresses(known).build();
            if let Err(error) = self.swarm.dial(options) {
                tracing::debug!(%error, "no further path");
            }
        } else {
            // Nobody waits for this reply: a watcher sees the connection itself. The previous request ends.
            self.further = None;
            self.attempts.settle(Instant::now());
            let (reply, answer) = oneshot::channel();
            self.further = Some(answer);
            self.begin(peer, known, reply);
        }
    }
}
