//! The task that owns the swarm.
//!
//! Run loop: a command from a [`super::Node`], an event of the swarm, a deadline of the connection attempts,
//! or the tick for searches and reservations. It ends when the last handle is gone. It never waits for a
//! receiver: a message that finds no room is dropped and sent again at the next tick, or its stream is reset.
//! The modules beside it decide; this one turns their decisions into calls of the swarm, and the swarm's
//! events into calls of theirs.

mod connecting;
mod events;
mod listening;
mod places;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU8;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use libp2p::core::transport::ListenerId;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::ConnectionId;
use libp2p::{Multiaddr, PeerId, Swarm};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{MissedTickBehavior, interval, sleep_until};

use super::behaviour::NodeBehaviour;
use super::bootstrap::BootstrapList;
use super::dialing::ConnectAttempts;
use super::networks::{NetworkKind, NetworkPlan};
use super::paths::PathWatches;
use super::relays::{RELAYS_WANTED, RelayTable};
use super::rendezvous::{Rendezvous, SearchOwner};
use super::serve::ServeCounters;
use super::stream_names::StreamNames;
use super::survey::SurveyCollector;
use super::{
    ConnectError, Connection, NetworkConfig, PeerStream, StartError, Survey, SwarmCommand, addresses,
    transport,
};

/// How often searches are repeated: a repetition costs little, and a host may appear at any moment.
const SEARCH_INTERVAL: Duration = Duration::from_secs(1);

/// How long an idle connection is kept: a technician may be between two tries.
const IDLE_CONNECTION: Duration = Duration::from_secs(20);

/// Addresses of one peer that are dialled at once: all that are tried.
const DIALS_AT_ONCE: NonZeroU8 = NonZeroU8::new(8).expect("it is not 0");

/// Addresses remembered per peer: QUIC and TCP on the interfaces of an ordinary machine.
const MAX_ADDRESSES_PER_PEER: usize = 8;

/// How long neighbours in the local network are looked for after a session has lost its peer, or somebody has
/// asked what this network allows: both happen again sooner, as long as they are wanted.
const LOOK_FOR_NEIGHBOURS: Duration = Duration::from_secs(10);

/// How long the first search for relays may take before it starts over: a host that has just come online
/// wants one soon. Each further one may take twice as long.
const FIRST_RELAY_SEARCH: Duration = Duration::from_secs(4);

pub(super) struct SwarmActor {
    // Outboxes
    incoming: mpsc::Sender<PeerStream>,
    listen: watch::Sender<Vec<Multiaddr>>,
    // State
    swarm: Swarm<NodeBehaviour>,
    connections: HashMap<ConnectionId, Connection>,
    /// When each connection came up.
    came_up: HashMap<ConnectionId, Instant>,
    /// The reply of the last request for a further path, held until the next one: nobody waits for it.
    further: Option<oneshot::Receiver<Result<Connection, ConnectError>>>,
    watches: PathWatches,
    attempts: ConnectAttempts,
    lan_peers: HashMap<PeerId, Vec<Multiaddr>>,
    /// Until when neighbours are looked for without an invite or a search.
    neighbours_until: Instant,
    /// Directly connected peers that have identified themselves, and so know how they see us.
    met: HashSet<PeerId>,
    rendezvous: Rendezvous,
    bootstrap: BootstrapList,
    relays: RelayTable,
    /// Relays of ours that are configured without an address, so that the networks are asked for it.
    sought_relays: Vec<PeerId>,
    relay_search_at: Instant,
    relay_search: Duration,
    survey: SurveyCollector,
    /// Only on a public node.
    counters: Option<Arc<ServeCounters>>,
    /// Listeners on an address that the operator named, which is therefore valid wherever it is seen from.
    named_listeners: HashSet<ListenerId>,
}

impl SwarmActor {
    pub(super) fn new(
        key: &Keypair,
        config: &NetworkConfig,
        counters: Option<Arc<ServeCounters>>,
        incoming: mpsc::Sender<PeerStream>,
        listen: watch::Sender<Vec<Multiaddr>>,
    ) -> Result<Self, StartError> {
        let now = Instant::now();
        let outside = config.listen.iter().any(|address| !addresses::loopback(address));
        let plan = NetworkPlan::of(&config.network, outside || config.serve.is_some());
        let mut swarm = build_swarm(key, config, &plan, counters.as_deref())?;
        let own = *swarm.local_peer_id();
        let mut entries = Vec::new();
        for address in plan.bootstrap(&config.bootstrap) {
            let Some(peer) = peer_of(&address) else { return Err(StartError::Bootstrap(address)) };
            // A public node may itself be in the bootstrap list that its network shares.
            if peer != own {
                entries.push((peer, address));
            }
        }
        let ours = plan.relays(&config.relays, &config.bootstrap);
        let (relays, sought_relays) = pinned_relays(ours, &entries, own, now)?;
        let mut survey = SurveyCollector::new(now);
        for address in config.serve.iter().flat_map(|serve| &serve.external) {
            swarm.add_external_address(address.clone());
            survey.on_reached(address);
        }
        listen.send_modify(|listen| {
            listen.extend(config.serve.iter().flat_map(|serve| &serve.external).cloned());
        });
        let watches = PathWatches::new(swarm.behaviour().streams.kept.clone());
        Ok(Self {
            incoming,
            listen,
            swarm,
            watches,
            connections: HashMap::new(),
            came_up: HashMap::new(),
            further: None,
            attempts: ConnectAttempts::default(),
            lan_peers: HashMap::new(),
            neighbours_until: now,
            met: HashSet::new(),
            rendezvous: Rendezvous::new(now),
            bootstrap: BootstrapList::new(entries, now),
            relays,
            sought_relays,
            relay_search_at: now,
            relay_search: FIRST_RELAY_SEARCH,
            survey,
            counters,
            named_listeners: HashSet::new(),
        })
    }

    /// The names of the streams with each peer.
    pub(super) fn stream_names(&self) -> StreamNames {
        self.swarm.behaviour().streams.names.clone()
    }

    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<SwarmCommand>) {
        let mut tick = interval(SEARCH_INTERVAL);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let deadline = self.attempts.deadline();
            let settled = async {
                match deadline {
                    Some(deadline) => sleep_until(deadline.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.on_command(command),
                    None => return,
                },
                event = self.swarm.select_next_some() => self.on_swarm_event(event),
                () = settled => {}
                _ = tick.tick() => self.on_tick(),
            }
            self.attempts.settle(Instant::now());
        }
    }

    fn on_command(&mut self, command: SwarmCommand) {
        let now = Instant::now();
        self.perform_command(command, now);
        self.follow_neighbours(now);
    }

    fn perform_command(&mut self, command: SwarmCommand, now: Instant) {
        match command {
            SwarmCommand::Provide(key) => {
                self.rendezvous.provide(&key, &mut self.swarm.behaviour_mut().dhts, now);
            }
            SwarmCommand::StopProviding(key) => {
                self.rendezvous.stop_providing(&key, &mut self.swarm.behaviour_mut().dhts);
            }
            SwarmCommand::Find { key, found } => {
                let dhts = &mut self.swarm.behaviour_mut().dhts;
                self.rendezvous.find(&key, SearchOwner::Session(found), dhts);
            }
            SwarmCommand::Connect { candidate, reply } => self.connect(candidate, reply),
            SwarmCommand::Open { connection, reply } => {
                self.swarm.behaviour_mut().streams.open(connection, reply)
            }
            SwarmCommand::KeepReachable => {
                self.relays.want(RELAYS_WANTED);
                self.keep_relays();
            }
            SwarmCommand::Survey(reply) => {
                self.neighbours_until = now + LOOK_FOR_NEIGHBOURS;
                let _ = reply.send(self.report());
            }
            // If the session has ended, nobody wants this reply.
            SwarmCommand::Watch { peer, reply } => {
                let _ = reply.send(self.watches.watch(peer, self.connections.values().cloned(), now));
            }
            SwarmCommand::Dial { candidate, only_there } => self.dial_further(candidate, only_there),
            SwarmCommand::Close(connection) => _ = self.swarm.close_connection(connection),
            SwarmCommand::RenewRelays { relays, lost_at } => {
                // A session has lost its peer, which may be in the local network by now.
                self.neighbours_until = now + LOOK_FOR_NEIGHBOURS;
                self.renew_relays(relays, lost_at);
            }
        }
    }

    /// Whether a connection leaves this machine and its network.
    fn is_beyond(&self, remote: &Multiaddr) -> bool {
        let own: Vec<_> = self.swarm.listeners().collect();
        !addresses::relayed(remote) && !addresses::loopback(remote) && !addresses::near(remote, own)
    }

    fn on_tick(&mut self) {
        self.watches.tidy(Instant::now());
        self.follow_neighbours(Instant::now());
        self.enter();
        self.rendezvous.on_tick(&mut self.swarm.behaviour_mut().dhts, Instant::now());
        self.keep_relays();
        let tasks = self.attempts.look_up_again(Instant::now());
        self.perform(tasks);
        if let Some(counters) = &self.counters {
            counters.on_connections(self.connections.len());
        }
    }

    /// In the local network this node asks and answers only while somebody here is to be found or looks for
    /// somebody.
    fn follow_neighbours(&mut self, now: Instant) {
        let wanted = self.rendezvous.active() || now < self.neighbours_until;
        let behaviour = self.swarm.behaviour_mut();
        behaviour.neighbours.want(wanted);
        behaviour.dhts.serve_neighbours(wanted);
        if !wanted {
            self.lan_peers.clear();
        }
    }

    fn report(&mut self) -> Survey {
        let beyond = self.connections.values().filter(|one| self.is_beyond(&one.remote)).count();
        let dhts = &mut self.swarm.behaviour_mut().dhts;
        let mut peers = |network| dhts.dht(network).is_some().then(|| dhts.known_peers(network));
        Survey {
            listen: self.listen.borrow().clone(),
            public_peers: peers(NetworkKind::Public),
            private_peers: peers(NetworkKind::Private),
            lan_peers: self.lan_peers.len(),
            relays: self.relays.held(),
            beyond,
            ..self.survey.report()
        }
    }
}

/// The table of relays with `ours` in it, and those of them whose address must be looked for. Those by which
/// the network is entered are asked for a place once they are connected: a second dial at the same time would
/// fail.
fn pinned_relays(
    ours: Vec<Multiaddr>,
    entries: &[(PeerId, Multiaddr)],
    own: PeerId,
    now: Instant,
) -> Result<(RelayTable, Vec<PeerId>), StartError> {
    let mut pinned = Vec::new();
    for address in ours {
        let Some(peer) = peer_of(&address) else { return Err(StartError::Relay(address)) };
        pinned.push((peer, address));
    }
    pinned.retain(|(peer, _)| *peer != own);
    let mut relays = RelayTable::new(pinned.iter().map(|(peer, _)| *peer));
    pinned.retain(|(peer, _)| entries.iter().all(|(entry, _)| entry != peer));
    for (peer, address) in &pinned {
        relays.offer(*peer, std::slice::from_ref(address), now);
    }
    let mut sought: Vec<_> = pinned.into_iter().map(|(peer, _)| peer).collect();
    sought.retain(|peer| !relays.knows(peer));
    Ok((relays, sought))
}

fn build_swarm(
    key: &Keypair,
    config: &NetworkConfig,
    plan: &NetworkPlan,
    counters: Option<&ServeCounters>,
) -> Result<Swarm<NodeBehaviour>, StartError> {
    let network_key = config.network_key.as_ref().map(|key| key.0);
    let (transport, relay_client) = transport::build(key, network_key)?;
    let behaviour = NodeBehaviour::new(key, config, plan, counters, relay_client);
    let settings = libp2p::swarm::Config::with_tokio_executor()
        .with_idle_connection_timeout(IDLE_CONNECTION)
        .with_dial_concurrency_factor(DIALS_AT_ONCE)
        // Not `V1Lazy`, although it would save a round trip per stream: a provider record is written and its
        // stream dropped without an answer, and with `V1Lazy` the other side would close the stream before
        // reading the record.
        .with_substream_upgrade_protocol_override(Version::V1);
    Ok(Swarm::new(transport, behaviour, key.public().to_peer_id(), settings))
}

fn peer_of(address: &Multiaddr) -> Option<PeerId> {
    address.iter().find_map(|part| match part {
        Protocol::P2p(peer) => Some(peer),
        _ => None,
    })
}
