//! The task that owns the swarm.
//!
//! Run loop: a command from a [`super::Node`], an event of the swarm, a moment at which a wish for a connection is
//! settled, or a tick at which searches and reservations are looked after. Ends when the last handle is gone. It never
//! waits for whoever takes what it hands out: what finds no room is dropped and said again at the next tick, or reset.
//! What is decided, is decided by the modules beside it; here their words become the swarm's and back.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU8;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use libp2p::core::ConnectedPoint;
use libp2p::core::transport::ListenerId;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, DialError, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, identify, kad, mdns, ping};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{MissedTickBehavior, interval, sleep_until, timeout_at};

use super::behaviour::{NodeBehaviour, NodeBehaviourEvent, RELAY_AGENT};
use super::bootstrap::BootstrapList;
use super::dialing::{ConnectAttempts, ConnectReply, DialTask};
use super::networks::{NetworkKind, NetworkPlan, NetworkQuery};
use super::paths::PathWatches;
use super::relays::{RELAYS_WANTED, RelayTable, relay_key};
use super::rendezvous::{Rendezvous, SearchOwner};
use super::serve::ServeCounters;
use super::streams::InboundStream;
use super::survey::SurveyCollector;
use super::{
    Candidate, ConnectError, Connection, NetworkConfig, PeerStream, StartError, Survey, SwarmCommand,
    addresses, nat, transport,
};
use crate::relay_server;

/// A dead search costs little and a host may appear at any moment: how often it is repeated.
const SEARCH_INTERVAL: Duration = Duration::from_secs(1);

/// How long listening may take to come up: the kernel needs microseconds, an interface watcher some milliseconds.
const LISTEN_TIMEOUT: Duration = Duration::from_secs(3);

/// How long the other listeners may take once one is up: those of IPv6 never are where there is no IPv6.
const OTHERS_TIMEOUT: Duration = Duration::from_millis(250);

/// An idle connection is kept this long: a technician may be between two tries.
const IDLE_CONNECTION: Duration = Duration::from_secs(20);

/// Addresses of one peer that are dialled at once: all that are tried.
const DIALS_AT_ONCE: NonZeroU8 = NonZeroU8::new(8).expect("it is not 0");

/// Peers on the LAN whose addresses are remembered; a flood of announcements pushes none out.
const MAX_LAN_PEERS: usize = 256;

/// Addresses remembered of one peer.
const MAX_ADDRESSES_PER_PEER: usize = 8;

/// Own addresses that are told of: those of all interfaces, circuits, and what a router opened.
const MAX_OWN_ADDRESSES: usize = 64;

/// How long the first search for relays has before it is begun again; each further one has twice as long.
const FIRST_RELAY_SEARCH: Duration = Duration::from_secs(4);

/// How long a search for relays has at most.
const LONGEST_RELAY_SEARCH: Duration = Duration::from_secs(120);

/// How long a connection that came up while a peer was lost is taken to work: a place, a circuit and a handshake over
/// it take some round trips.
const NEW_CONNECTION: Duration = Duration::from_secs(6);

/// The protocol by which a relay offers places.
const HOP_PROTOCOL: &str = "/libp2p/circuit/relay/0.2.0/hop";

pub(super) struct SwarmActor {
    // Outboxes
    incoming: mpsc::Sender<PeerStream>,
    listen: watch::Sender<Vec<Multiaddr>>,
    // State
    swarm: Swarm<NodeBehaviour>,
    connections: HashMap<ConnectionId, Connection>,
    /// When each of them came up.
    came_up: HashMap<ConnectionId, Instant>,
    /// Holds the last wish for a further path until the next one: nobody waits for its answer.
    further: Option<oneshot::Receiver<Result<Connection, ConnectError>>>,
    watches: PathWatches,
    attempts: ConnectAttempts,
    lan_peers: HashMap<PeerId, Vec<Multiaddr>>,
    /// Peers connected directly that have said who they are, and so how they see us.
    met: HashSet<PeerId>,
    rendezvous: Rendezvous,
    bootstrap: BootstrapList,
    relays: RelayTable,
    relay_search_at: Instant,
    relay_search: Duration,
    survey: SurveyCollector,
    /// There where this is a public node.
    counters: Option<Arc<ServeCounters>>,
    /// Listeners whose address is this node's wherever it is seen from, since whoever runs it named it.
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
            // A public node may be named in the list that all nodes of its network share.
            if peer != own {
                entries.push((peer, address));
            }
        }
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
            met: HashSet::new(),
            rendezvous: Rendezvous::new(now),
            bootstrap: BootstrapList::new(entries, now),
            relays: RelayTable::default(),
            relay_search_at: now,
            relay_search: FIRST_RELAY_SEARCH,
            survey,
            counters,
            named_listeners: HashSet::new(),
        })
    }

    /// Listens and waits for the first address of each listener.
    pub(super) async fn listen(&mut self, wanted: &[Multiaddr]) -> Result<(), StartError> {
        let mut waiting: HashMap<ListenerId, Multiaddr> = HashMap::new();
        for address in nat::on_one_port(wanted) {
            match self.swarm.listen_on(address.clone()) {
                Ok(id) => {
                    if self.counters.is_some() && addresses::specific(&address) {
                        self.named_listeners.insert(id);
                    }
                    waiting.insert(id, address);
                }
                // An IPv6 address on a machine without IPv6 is no reason to stop as long as another one works.
                Err(error) => {
                    let error = StartError::Listen { address, reason: error.to_string() };
                    if wanted.len() == 1 {
                        return Err(error);
                    }
                    tracing::warn!(%error, "not listening there");
                }
            }
        }
        let mut failed = None;
        let mut deadline = tokio::time::Instant::now() + LISTEN_TIMEOUT;
        while !waiting.is_empty() {
            // An address that has not come up by then may still do: what counts is that one has.
            let Ok(event) = timeout_at(deadline, self.swarm.select_next_some()).await else { break };
            match event {
                SwarmEvent::NewListenAddr { listener_id, address } => {
                    waiting.remove(&listener_id);
                    self.on_listen_address(listener_id, address);
                    deadline = deadline.min(tokio::time::Instant::now() + OTHERS_TIMEOUT);
                }
                SwarmEvent::ListenerClosed { listener_id, reason, .. } => {
                    if let (Some(address), Err(error)) = (waiting.remove(&listener_id), reason) {
                        failed = Some(StartError::Listen { address, reason: error.to_string() });
                    }
                }
                event => self.on_swarm_event(event),
            }
        }
        // Dials before that would leave from ports that nobody listens on.
        self.enter();
        match failed {
            Some(error) if self.listen.borrow().is_empty() => Err(error),
            Some(error) => {
                tracing::warn!(%error, "not listening there");
                Ok(())
            }
            None => Ok(()),
        }
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
            SwarmCommand::Survey(reply) => _ = reply.send(self.report()),
            // A session that is gone wants none of these.
            SwarmCommand::Watch { peer, reply } => {
                let _ = reply.send(self.watches.watch(peer, self.connections.values().cloned()));
            }
            SwarmCommand::Dial { candidate, only_there } => self.dial_further(candidate, only_there),
            SwarmCommand::Close(connection) => _ = self.swarm.close_connection(connection),
            SwarmCommand::RenewRelays { relays, lost_at } => self.renew_relays(relays, lost_at),
        }
    }

    /// Drops the connections to relays; the places are asked for again as soon as their listeners have ended. One that
    /// has come up since works.
    fn renew_relays(&mut self, mut relays: Vec<PeerId>, lost_at: Instant) {
        let now = Instant::now();
        relays.extend(self.relays.hasten(now));
        let works = |came_up: &Instant| *came_up >= lost_at && now - *came_up < NEW_CONNECTION;
        relays.retain(|relay| {
            let new = |id: &ConnectionId| self.came_up.get(id).is_some_and(works);
            !self.connections.values().any(|known| known.peer == *relay && new(&known.id))
        });
        for relay in relays {
            let _ = self.swarm.disconnect_peer_id(relay);
        }
    }

    fn connect(&mut self, candidate: Candidate, reply: ConnectReply) {
        let peer = candidate.peer;
        // A direct connection that the DHT made is as good as a new one.
        let best = self.connections.values().filter(|connection| connection.peer == peer);
        if let Some(connection) = best.min_by_key(|connection| addresses::path_kind(&connection.remote)) {
            let _ = reply.send(Ok(connection.clone()));
            return;
        }
        self.begin(peer, candidate.addresses, reply);
    }

    /// Tries all ways to a peer.
    fn begin(&mut self, peer: PeerId, mut known: Vec<Multiaddr>, reply: ConnectReply) {
        known.extend(self.addresses_of(peer));
        let met = |relay: &PeerId| self.met.contains(relay);
        let tasks = self.attempts.begin(peer, known, reply, met, Instant::now());
        self.perform(tasks);
    }

    fn addresses_of(&mut self, peer: PeerId) -> Vec<Multiaddr> {
        let mut known = self.lan_peers.get(&peer).cloned().unwrap_or_default();
        known.extend(self.swarm.behaviour_mut().dhts.addresses_of(peer));
        known
    }

    fn perform(&mut self, tasks: Vec<DialTask>) {
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

    /// Connects to a peer for its own sake, unless it is connected.
    fn meet(&mut self, peer: PeerId, addresses: Vec<Multiaddr>) {
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

    /// Enters the networks, where nobody connected is a way in.
    fn enter(&mut self) {
        for (peer, addresses) in self.bootstrap.due(Instant::now(), |peer| self.swarm.is_connected(peer)) {
            self.meet(peer, addresses);
        }
    }

    /// Tries one path more to a peer, whether there is one already or not: who watches the peer is told of it.
    fn dial_further(&mut self, candidate: Candidate, only_there: bool) {
        let Candidate { peer, addresses: mut known } = candidate;
        if only_there {
            known.retain(addresses::dialable);
            known.truncate(MAX_ADDRESSES_PER_PEER);
            let options = DialOpts::peer_id(peer).condition(PeerCondition::Always).addresses(known).build();
            if let Err(error) = self.swarm.dial(options) {
                tracing::debug!(%error, "no further path");
            }
        } else {
            // The answer is the connection itself. The wish before it ends.
            self.further = None;
            self.attempts.settle(Instant::now());
            let (reply, answer) = oneshot::channel();
            self.further = Some(answer);
            self.begin(peer, known, reply);
        }
    }

    fn on_tick(&mut self) {
        self.watches.tidy();
        self.enter();
        self.rendezvous.on_tick(&mut self.swarm.behaviour_mut().dhts, Instant::now());
        self.keep_relays();
        let tasks = self.attempts.look_up_again(Instant::now());
        self.perform(tasks);
        if let Some(counters) = &self.counters {
            counters.on_connections(self.connections.len());
        }
    }

    /// Looks for relays, and asks those that are due for a place.
    fn keep_relays(&mut self) {
        let now = Instant::now();
        for listener in self.relays.overdue(now) {
            self.swarm.remove_listener(listener);
        }
        for ask in self.relays.due(now) {
            match self.swarm.listen_on(ask.circuit) {
                Ok(listener) => self.relays.asked(ask.relay, listener, now),
                Err(error) => {
                    tracing::debug!(relay = %ask.relay, %error, "can't be asked for a place");
                    self.relays.failed(ask.relay, now);
                }
            }
        }
        let dhts = &mut self.swarm.behaviour_mut().dhts;
        if !self.relays.short() {
            self.rendezvous.stop_relay_search();
            self.relay_search = FIRST_RELAY_SEARCH;
        } else if dhts.reaches_out() && now >= self.relay_search_at {
            self.relay_search_at = now + self.relay_search;
            self.relay_search = (self.relay_search * 2).min(LONGEST_RELAY_SEARCH);
            self.rendezvous.stop_relay_search();
            self.rendezvous.find(&relay_key(), SearchOwner::Relays, dhts);
        }
    }

    fn on_swarm_event(&mut self, event: SwarmEvent<NodeBehaviourEvent>) {
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

    fn connected_directly(&self, peer: &PeerId) -> bool {
        let direct = |connection: &Connection| !addresses::relayed(&connection.remote);
        self.connections.values().any(|connection| connection.peer == *peer && direct(connection))
    }

    fn on_listen_address(&mut self, listener: ListenerId, address: Multiaddr) {
        let own = *self.swarm.local_peer_id();
        let circuits = self.relays.on_listening(listener, own);
        if !circuits.is_empty() {
            self.survey.on_reservation(Instant::now());
            // The same place by the relay's other addresses: a technician may reach but one of them.
            for circuit in circuits {
                self.swarm.add_external_address(circuit.clone());
                self.add_own_address(circuit);
            }
            self.rendezvous.announce_soon(Instant::now());
        }
        if self.counters.is_some()
            && (self.named_listeners.contains(&listener) || addresses::global(&address))
        {
            self.swarm.add_external_address(address.clone());
            self.survey.on_reached(&address);
        }
        self.add_own_address(address);
    }

    fn on_listener_closed(&mut self, listener: ListenerId, addresses: &[Multiaddr]) {
        let own = *self.swarm.local_peer_id();
        for circuit in self.relays.on_closed(listener, own, Instant::now()) {
            self.swarm.remove_external_address(&circuit);
            self.forget_own_address(&circuit);
        }
        for address in addresses {
            self.forget_own_address(address);
        }
        self.keep_relays();
    }

    fn on_reachable(&mut self, address: Multiaddr) {
        self.swarm.behaviour_mut().dhts.on_reachable(&address);
        self.survey.on_reached(&address);
        self.add_own_address(address);
        self.rendezvous.announce_soon(Instant::now());
    }

    fn add_own_address(&mut self, address: Multiaddr) {
        self.listen.send_if_modified(|listen| {
            let new = listen.len() < MAX_OWN_ADDRESSES && !listen.contains(&address);
            if new {
                listen.push(address);
            }
            new
        });
    }

    fn forget_own_address(&mut self, address: &Multiaddr) {
        self.listen.send_if_modified(|listen| {
            let before = listen.len();
            listen.retain(|known| known != address);
            listen.len() < before
        });
    }

    fn on_behaviour_event(&mut self, event: NodeBehaviourEvent) {
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
            NodeBehaviourEvent::Mdns(mdns::Event::Discovered(found)) => {
                for (peer, address) in found {
                    self.on_lan_peer(peer, address);
                }
                self.rendezvous.search(&mut self.swarm.behaviour_mut().dhts);
            }
            NodeBehaviourEvent::Mdns(mdns::Event::Expired(gone)) => {
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
            _ => {}
        }
    }

    fn on_relay_event(&self, event: &relay_server::RelayEvent) {
        tracing::debug!(?event, "relay");
        if let Some(counters) = &self.counters {
            counters.on_relay_event(event);
        }
    }

    fn on_identified(&mut self, peer: PeerId, info: identify::Info, connection: ConnectionId) {
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
                let ours = info.agent_version == RELAY_AGENT;
                self.relays.offer(peer, &known, ours, Instant::now());
            }
            let mut tasks = self.attempts.on_met(peer);
            tasks.extend(self.attempts.look_up_again(Instant::now()));
            self.perform(tasks);
        }
        self.rendezvous.on_new_peer();
        self.rendezvous.on_tick(&mut self.swarm.behaviour_mut().dhts, Instant::now());
        self.keep_relays();
    }

    fn on_kad_event(&mut self, (network, event): (NetworkKind, kad::Event)) {
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

    fn on_lan_peer(&mut self, peer: PeerId, address: Multiaddr) {
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

    fn on_providers(&mut self, query: NetworkQuery, providers: HashSet<PeerId>) {
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
            self.relays.offer(peer, &addresses, true, now);
        }
        self.keep_relays();
    }

    fn report(&mut self) -> Survey {
        let dhts = &mut self.swarm.behaviour_mut().dhts;
        let mut peers = |network| dhts.dht(network).is_some().then(|| dhts.known_peers(network));
        Survey {
            listen: self.listen.borrow().clone(),
            public_peers: peers(NetworkKind::Public),
            private_peers: peers(NetworkKind::Private),
            lan_peers: self.lan_peers.len(),
            relays: self.relays.held(),
            ..self.survey.report()
        }
    }
}

/// Where the other end of a connection is. Of somebody who comes through a relay libp2p says only who they are; through
/// which relay stands in the address at which they reached us.
fn remote_of(endpoint: &ConnectedPoint, peer: PeerId) -> Multiaddr {
    match endpoint {
        ConnectedPoint::Listener { local_addr, .. } if endpoint.is_relayed() => {
            let circuit: Multiaddr = addresses::to_relay(local_addr).with(Protocol::P2pCircuit);
            circuit.with(Protocol::P2p(peer))
        }
        _ => endpoint.get_remote_address().clone(),
    }
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
        // Not `V1Lazy`, which would save each new stream a round trip: a provider record is written and its stream
        // dropped without an answer, and the other side then gives the stream up before it has read the record.
        .with_substream_upgrade_protocol_override(Version::V1);
    Ok(Swarm::new(transport, behaviour, key.public().to_peer_id(), settings))
}

fn peer_of(address: &Multiaddr) -> Option<PeerId> {
    address.iter().find_map(|part| match part {
        Protocol::P2p(peer) => Some(peer),
        _ => None,
    })
}
