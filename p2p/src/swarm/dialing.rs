//! One request for a connection: direct addresses and circuits are tried at once, and the first connection is
//! the answer. A circuit that comes first waits a moment for a direct connection that is still being tried.
//!
//! Sans-IO: it takes the candidate's addresses and the results of dials, and returns what to dial.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use libp2p::multiaddr::Protocol;
use libp2p::swarm::ConnectionId;
use libp2p::{Multiaddr, PeerId};
use tokio::sync::oneshot;

use super::networks::NetworkQuery;
use super::{ConnectError, Connection, PathKind, addresses};

/// How long a circuit waits for a direct connection: as long as a direct handshake across half the world.
const GRACE: Duration = Duration::from_millis(300);

/// How long the relay of a circuit may take to identify itself: a few round trips. A circuit that is dialled
/// earlier can't be punched through, since both sides must know how the relay sees them.
const RELAY_TIMEOUT: Duration = Duration::from_secs(3);

/// How long the networks may take to find the peer: as long as a query in a healthy network.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(10);

/// Direct addresses tried per peer: as many as a link holds.
const MAX_DIRECT: usize = 8;

/// Circuits tried per peer: two relays, and two in case those are gone.
const MAX_CIRCUITS: usize = 4;

/// Requests at once: the candidates of two searches.
const MAX_ATTEMPTS: usize = 16;

pub(super) type ConnectReply = oneshot::Sender<Result<Connection, ConnectError>>;

/// What the caller should dial, or ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DialTask {
    /// Dial the peer at these addresses, and report the dial to [`ConnectAttempts::dialling`].
    Dial { peer: PeerId, addresses: Vec<Multiaddr> },
    /// Connect to the relay at these addresses, so that it identifies itself.
    Meet { relay: PeerId, addresses: Vec<Multiaddr> },
    /// Ask the networks where the peer is, and report the query to [`ConnectAttempts::looking_up`].
    LookUp { peer: PeerId },
}

struct ConnectAttempt {
    replies: Vec<ConnectReply>,
    tried: HashSet<Multiaddr>,
    dials: HashSet<ConnectionId>,
    direct_dials: HashSet<ConnectionId>,
    lookups: HashSet<NetworkQuery>,
    /// Relays that lead to the peer; each is asked for one circuit.
    relays: HashSet<PeerId>,
    /// Circuits whose relay has not identified itself yet, and until when to wait for that.
    circuits: Vec<(PeerId, Multiaddr)>,
    circuits_until: Instant,
    lookups_until: Instant,
    /// A circuit that waits for a direct connection, and until when.
    relayed: Option<(Connection, Instant)>,
    failure: Option<String>,
}

/// All requests for connections.
#[derive(Default)]
pub(super) struct ConnectAttempts(HashMap<PeerId, ConnectAttempt>);

impl ConnectAttempts {
    /// Begins to connect to `peer`, at `known` addresses; `met` says which relays are known.
    pub(super) fn begin(
        &mut self,
        peer: PeerId,
        known: Vec<Multiaddr>,
        reply: ConnectReply,
        met: impl Fn(&PeerId) -> bool,
        now: Instant,
    ) -> Vec<DialTask> {
        if let Some(attempt) = self.0.get_mut(&peer) {
            attempt.replies.push(reply);
            return Vec::new();
        }
        if self.0.len() >= MAX_ATTEMPTS {
            let _ = reply.send(Err(ConnectError::Unreachable("too many others are being tried".to_owned())));
            return Vec::new();
        }
        let attempt = ConnectAttempt {
            replies: vec![reply],
            tried: HashSet::new(),
            dials: HashSet::new(),
            direct_dials: HashSet::new(),
            lookups: HashSet::new(),
            relays: HashSet::new(),
            circuits: Vec::new(),
            circuits_until: now + RELAY_TIMEOUT,
            lookups_until: now + LOOKUP_TIMEOUT,
            relayed: None,
            failure: None,
        };
        self.0.insert(peer, attempt);
        let mut tasks = self.add(peer, known, met, now);
        // A link that was made before the host found a relay names none, and its addresses may lead nowhere.
        if self.0.get(&peer).is_some_and(|attempt| attempt.relays.is_empty()) {
            tasks.push(DialTask::LookUp { peer });
        }
        tasks
    }

    /// More addresses of a peer that is being tried.
    pub(super) fn add(
        &mut self,
        peer: PeerId,
        known: Vec<Multiaddr>,
        met: impl Fn(&PeerId) -> bool,
        now: Instant,
    ) -> Vec<DialTask> {
        let Some(attempt) = self.0.get_mut(&peer) else { return Vec::new() };
        let (mut direct, mut tasks) = (Vec::new(), Vec::new());
        let mut unmet: HashMap<PeerId, Vec<Multiaddr>> = HashMap::new();
        for address in known {
            let address = to_peer(&address, peer);
            if !addresses::dialable(&address) || !attempt.tried.insert(address.clone()) {
                continue;
            }
            match addresses::relay_of(&address) {
                None if direct.len() < MAX_DIRECT => direct.push(address),
                Some(relay) if relay != peer => {
                    let at = addresses::to_relay(&address);
                    if let Some(others) = unmet.get_mut(&relay).filter(|others| others.len() < MAX_DIRECT) {
                        others.push(at);
                    } else if attempt.relays.len() < MAX_CIRCUITS && attempt.relays.insert(relay) {
                        if met(&relay) {
                            tasks.push(DialTask::Dial { peer, addresses: vec![address] });
                        } else {
                            unmet.insert(relay, vec![at]);
                            attempt.circuits.push((relay, address));
                            attempt.circuits_until = now + RELAY_TIMEOUT;
                        }
                    }
                }
                Some(_) | None => {}
            }
        }
        tasks.extend(unmet.into_iter().map(|(relay, addresses)| DialTask::Meet { relay, addresses }));
        if !direct.is_empty() {
            tasks.insert(0, DialTask::Dial { peer, addresses: direct });
        }
        tasks
    }

    /// A dial of [`DialTask::Dial`] has begun.
    pub(super) fn dialling(&mut self, peer: PeerId, id: ConnectionId, direct: bool) {
        if let Some(attempt) = self.0.get_mut(&peer) {
            attempt.dials.insert(id);
            if direct {
                attempt.direct_dials.insert(id);
            }
        }
    }

    /// A query of [`DialTask::LookUp`] has begun.
    pub(super) fn looking_up(&mut self, peer: PeerId, query: NetworkQuery) {
        if let Some(attempt) = self.0.get_mut(&peer) {
            attempt.lookups.insert(query);
        }
    }

    /// A query is over; returns the peer that it was for.
    pub(super) fn on_looked_up(&mut self, query: NetworkQuery) -> Option<PeerId> {
        self.0.iter_mut().find_map(|(peer, attempt)| attempt.lookups.remove(&query).then_some(*peer))
    }

    /// The relay has identified itself: dial the circuits through it.
    pub(super) fn on_met(&mut self, relay: PeerId) -> Vec<DialTask> {
        let mut tasks = Vec::new();
        for (peer, attempt) in &mut self.0 {
            let through = |(by, _): &mut (PeerId, Multiaddr)| *by == relay;
            let circuits = attempt.circuits.extract_if(.., through);
            tasks.extend(
                circuits.map(|(_, address)| DialTask::Dial { peer: *peer, addresses: vec![address] }),
            );
        }
        tasks
    }

    /// Peers to look up again: no circuit to them is known yet, and since the last answer they may have found
    /// a relay, or we may have found more of the network.
    pub(super) fn look_up_again(&self, now: Instant) -> Vec<DialTask> {
        let unknown = |attempt: &ConnectAttempt| {
            attempt.relays.is_empty() && attempt.lookups.is_empty() && now < attempt.lookups_until
        };
        let wanted = self.0.iter().filter(|(_, attempt)| unknown(attempt));
        wanted.map(|(peer, _)| DialTask::LookUp { peer: *peer }).collect()
    }

    /// There is a new connection, whoever opened it.
    pub(super) fn on_connection(&mut self, connection: &Connection, now: Instant) {
        let Some(attempt) = self.0.get_mut(&connection.peer) else { return };
        attempt.dials.remove(&connection.id);
        attempt.direct_dials.remove(&connection.id);
        if addresses::path_kind(&connection.remote) != PathKind::Relay {
            attempt.answer(&Ok(connection.clone()));
            self.0.remove(&connection.peer);
        } else if attempt.relayed.is_none() {
            attempt.relayed = Some((connection.clone(), now + GRACE));
        }
    }

    /// A connection has ended and can no longer be an answer.
    pub(super) fn on_closed(&mut self, connection: ConnectionId) {
        for attempt in self.0.values_mut() {
            attempt.relayed.take_if(|(relayed, _)| relayed.id == connection);
        }
    }

    /// A dial has failed.
    pub(super) fn on_failure(&mut self, peer: Option<PeerId>, id: ConnectionId, reason: &str) {
        for attempt in self.0.values_mut() {
            attempt.direct_dials.remove(&id);
            if attempt.dials.remove(&id) {
                attempt.failure = Some(reason.to_owned());
            }
            // Without its relay a circuit leads nowhere.
            let before = attempt.circuits.len();
            attempt.circuits.retain(|(relay, _)| Some(*relay) != peer);
            if attempt.circuits.len() < before {
                attempt.failure = Some(format!("its relay does not answer: {reason}"));
            }
        }
    }

    /// Answers the requests that can be answered now.
    pub(super) fn settle(&mut self, now: Instant) {
        self.0.retain(|_, attempt| {
            if attempt.circuits_until <= now && !attempt.circuits.is_empty() {
                attempt.circuits.clear();
                attempt.failure = Some("its relay does not answer".to_owned());
            }
            if attempt.lookups_until <= now {
                attempt.lookups.clear();
            }
            if let Some((relayed, until)) = &attempt.relayed
                && (attempt.direct_dials.is_empty() || *until <= now)
            {
                let connection = relayed.clone();
                attempt.answer(&Ok(connection));
                return false;
            }
            let over = attempt.relayed.is_none()
                && attempt.dials.is_empty()
                && attempt.circuits.is_empty()
                && attempt.lookups.is_empty();
            if over {
                let unknown = || "nobody knows an address of it".to_owned();
                let failure = attempt.failure.take().unwrap_or_else(unknown);
                attempt.answer(&Err(failure));
            }
            // The receivers may be gone.
            !over && attempt.replies.iter().any(|reply| !reply.is_closed())
        });
    }

    /// When [`ConnectAttempts::settle`] has something to do, if nothing else happens.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let of = |attempt: &ConnectAttempt| {
            let circuits = (!attempt.circuits.is_empty()).then_some(attempt.circuits_until);
            let lookups = (!attempt.lookups.is_empty()).then_some(attempt.lookups_until);
            let relayed = attempt.relayed.as_ref().map(|(_, until)| *until);
            [circuits, lookups, relayed].into_iter().flatten().min()
        };
        self.0.values().filter_map(of).min()
    }
}

impl ConnectAttempt {
    fn answer(&mut self, result: &Result<Connection, String>) {
        for reply in self.replies.drain(..) {
            let result = result.clone().map_err(ConnectError::Unreachable);
            // A receiver that is gone has found another way.
            let _ = reply.send(result);
        }
    }
}

/// The address with the peer at its end if it is a circuit, and without if it is not.
fn to_peer(address: &Multiaddr, peer: PeerId) -> Multiaddr {
    let mut address = address.clone();
    if matches!(address.iter().last(), Some(Protocol::P2p(last)) if last == peer) {
        address.pop();
    }
    if addresses::relayed(&address) { address.with(Protocol::P2p(peer)) } else { address }
}

#[cfg(test)]
mod tests;
