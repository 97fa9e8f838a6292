//! The task that owns the swarm.
//!
//! Run loop: a command from a [`super::Node`], an event of the swarm, or a tick at which searches are repeated. Ends
//! when the last handle is gone. It never waits for whoever takes what it hands out: what finds no room is dropped
//! and said again at the next tick, or reset.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures::StreamExt;
use libp2p::core::transport::ListenerId;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, DialError, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, SwarmBuilder, identify, kad, mdns, noise, ping, tcp, yamux};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::behaviour::{Behaviour, BehaviourEvent};
use super::paths::Watches;
use super::streams::InboundStream;
use super::{Candidate, Command, ConnectError, Connection, Incoming, NetworkConfig, StartError, addresses};

/// A dead search costs little and a host may appear at any moment: how often it is repeated.
const SEARCH_INTERVAL: Duration = Duration::from_secs(1);

/// How long listening may take to come up: the kernel needs microseconds, an interface watcher some milliseconds.
const LISTEN_TIMEOUT: Duration = Duration::from_secs(3);

/// An idle connection is kept this long: a technician may be between two tries.
const IDLE_CONNECTION: Duration = Duration::from_secs(20);

/// What one stream may send ahead of its reader, in bytes: 40 ms at 100 Mbit/s. More only fills buffers.
const STREAM_WINDOW_BYTES: u32 = 512 * 1024;

/// Peers on the LAN whose addresses are remembered; a flood of announcements pushes none out.
const MAX_LAN_PEERS: usize = 256;

/// Addresses remembered of one peer.
const MAX_ADDRESSES_PER_PEER: usize = 8;

/// Providers of one key that are remembered as already handed out; past that the search starts over.
const MAX_SEEN_PROVIDERS: usize = 1024;

/// Searches at once: a technician has one.
const MAX_SEARCHES: usize = 8;

type ConnectReply = oneshot::Sender<Result<Connection, ConnectError>>;

struct Search {
    key: kad::RecordKey,
    found: mpsc::Sender<Candidate>,
    seen: HashSet<PeerId>,
    query: Option<kad::QueryId>,
}

pub(super) struct Actor {
    // Outboxes
    incoming: mpsc::Sender<Incoming>,
    listen: watch::Sender<Vec<Multiaddr>>,
    // State
    swarm: Swarm<Behaviour>,
    connections: HashMap<ConnectionId, Connection>,
    watches: Watches,
    dials: HashMap<ConnectionId, ConnectReply>,
    lan_peers: HashMap<PeerId, Vec<Multiaddr>>,
    provided: HashSet<kad::RecordKey>,
    searches: Vec<Search>,
    /// Whether a peer appeared since the last tick, so that it should be told what we provide.
    peers_changed: bool,
}

impl Actor {
    pub(super) fn new(
        key: Keypair,
        config: &NetworkConfig,
        incoming: mpsc::Sender<Incoming>,
        listen: watch::Sender<Vec<Multiaddr>>,
    ) -> Result<Self, StartError> {
        let mut swarm = build_swarm(key, config)?;
        for address in &config.bootstrap {
            let Some(peer) = peer_of(address) else { return Err(StartError::Bootstrap(address.clone())) };
            swarm.behaviour_mut().kad.add_address(&peer, address.clone());
            if let Err(error) = swarm.dial(address.clone()) {
                tracing::warn!(%address, %error, "a bootstrap peer can't be dialled");
            }
        }
        let watches = Watches::new(swarm.behaviour().streams.kept.clone());
        Ok(Self {
            incoming,
            listen,
            swarm,
            watches,
            connections: HashMap::new(),
            dials: HashMap::new(),
            lan_peers: HashMap::new(),
            provided: HashSet::new(),
            searches: Vec::new(),
            peers_changed: true,
        })
    }

    /// Listens and waits for the first address of each listener.
    pub(super) async fn listen(&mut self, wanted: &[Multiaddr]) -> Result<(), StartError> {
        let mut waiting: HashMap<ListenerId, Multiaddr> = HashMap::new();
        for address in wanted {
            match self.swarm.listen_on(address.clone()) {
                Ok(id) => _ = waiting.insert(id, address.clone()),
                // An IPv6 address on a machine without IPv6 is no reason to stop as long as another one works.
                Err(error) => {
                    let error = StartError::Listen { address: address.clone(), reason: error.to_string() };
                    if wanted.len() == 1 {
                        return Err(error);
                    }
                    tracing::warn!(%error, "not listening there");
                }
            }
        }
        let mut failed = None;
        let come_up = async {
            while !waiting.is_empty() {
                match self.swarm.select_next_some().await {
                    SwarmEvent::NewListenAddr { listener_id, address } => {
                        waiting.remove(&listener_id);
                        self.on_listen_address(address);
                    }
                    SwarmEvent::ListenerClosed { listener_id, reason, .. } => {
                        if let (Some(address), Err(error)) = (waiting.remove(&listener_id), reason) {
                            failed = Some(StartError::Listen { address, reason: error.to_string() });
                        }
                    }
                    event => self.on_swarm_event(event),
                }
            }
        };
        // An address that has not come up by then may still do: what counts is that one has.
        let _ = timeout(LISTEN_TIMEOUT, come_up).await;
        match failed {
            Some(error) if self.listen.borrow().is_empty() => Err(error),
            Some(error) => {
                tracing::warn!(%error, "not listening there");
                Ok(())
            }
            None => Ok(()),
        }
    }

    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let mut tick = interval(SEARCH_INTERVAL);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.on_command(command),
                    None => return,
                },
                event = self.swarm.select_next_some() => self.on_swarm_event(event),
                _ = tick.tick() => self.on_tick(),
            }
        }
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::Provide(key) => {
                let key = kad::RecordKey::new(&key);
                self.provided.insert(key);
                self.peers_changed = true;
                self.announce();
            }
            Command::StopProviding(key) => {
                let key = kad::RecordKey::new(&key);
                self.provided.remove(&key);
                self.swarm.behaviour_mut().kad.stop_providing(&key);
            }
            Command::Find { key, found } => {
                self.searches.retain(|search| !search.found.is_closed());
                if self.searches.len() < MAX_SEARCHES {
                    let key = kad::RecordKey::new(&key);
                    self.searches.push(Search { key, found, seen: HashSet::new(), query: None });
                    self.search();
                }
            }
            Command::Connect { candidate, reply } => self.connect(candidate, reply),
            Command::Open { connection, reply } => self.swarm.behaviour_mut().streams.open(connection, reply),
            // A session that is gone wants none of these.
            Command::Watch { peer, reply } => {
                let _ = reply.send(self.watches.watch(peer, self.connections.values().cloned()));
            }
            Command::Dial { candidate, only_there } => {
                if let Err(error) = self.dial(candidate, only_there) {
                    tracing::debug!(%error, "no further path");
                }
            }
            Command::Close(connection) => _ = self.swarm.close_connection(connection),
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
        match self.dial(candidate, false) {
            Ok(id) => _ = self.dials.insert(id, reply),
            Err(error) => _ = reply.send(Err(ConnectError::Unreachable(error.to_string()))),
        }
    }

    fn dial(&mut self, candidate: Candidate, only_there: bool) -> Result<ConnectionId, DialError> {
        let Candidate { peer, addresses: mut known } = candidate;
        known.extend(self.lan_peers.get(&peer).cloned().unwrap_or_default());
        known.retain(addresses::dialable);
        known.truncate(MAX_ADDRESSES_PER_PEER);
        let options = DialOpts::peer_id(peer).condition(PeerCondition::Always).addresses(known);
        let options = if only_there { options } else { options.extend_addresses_through_behaviour() };
        let options = options.build();
        let id = options.connection_id();
        self.swarm.dial(options).map(|()| id)
    }

    fn on_tick(&mut self) {
        self.watches.tidy();
        self.searches.retain(|search| !search.found.is_closed());
        self.announce();
        self.search();
    }

    /// Tells the DHT what we provide, if anybody new is there to be told.
    fn announce(&mut self) {
        if !std::mem::take(&mut self.peers_changed) {
            return;
        }
        let kad = &mut self.swarm.behaviour_mut().kad;
        for key in &self.provided {
            if let Err(error) = kad.start_providing(key.clone()) {
                tracing::warn!(%error, "the invite can't be announced");
            }
        }
    }

    fn search(&mut self) {
        for search in &mut self.searches {
            let kad = &mut self.swarm.behaviour_mut().kad;
            if search.query.is_none_or(|query| kad.query(&query).is_none()) {
                search.query = Some(kad.get_providers(search.key.clone()));
            }
        }
    }

    fn on_swarm_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::NewListenAddr { address, .. } => self.on_listen_address(address),
            SwarmEvent::ExpiredListenAddr { address, .. } => {
                self.listen.send_modify(|listen| listen.retain(|known| *known != address));
            }
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                let remote = endpoint.get_remote_address().clone();
                let connection = Connection { id: connection_id, peer: peer_id, remote };
                self.connections.insert(connection_id, connection.clone());
                self.watches.up(&connection);
                if let Some(reply) = self.dials.remove(&connection_id) {
                    let _ = reply.send(Ok(connection));
                }
            }
            SwarmEvent::ConnectionClosed { peer_id, connection_id, .. } => {
                self.connections.remove(&connection_id);
                self.watches.down(&peer_id, connection_id);
            }
            SwarmEvent::OutgoingConnectionError { connection_id, error, .. } => {
                if let Some(reply) = self.dials.remove(&connection_id) {
                    let _ = reply.send(Err(ConnectError::Unreachable(error.to_string())));
                }
            }
            SwarmEvent::Behaviour(event) => self.on_behaviour_event(event),
            _ => {}
        }
    }

    fn on_listen_address(&mut self, address: Multiaddr) {
        self.listen.send_if_modified(|listen| {
            let new = !listen.contains(&address);
            if new {
                listen.push(address);
            }
            new
        });
    }

    fn on_behaviour_event(&mut self, event: BehaviourEvent) {
        match event {
            BehaviourEvent::Streams(InboundStream { connection, stream }) => {
                let Some(connection) = self.connections.get(&connection).cloned() else { return };
                if self.incoming.try_send(Incoming { connection, stream }).is_err() {
                    tracing::debug!("a stream was reset: too many wait, or nobody takes them");
                }
            }
            BehaviourEvent::Ping(ping::Event { peer, connection, result: Ok(round_trip) }) => {
                self.watches.measured(&peer, connection, round_trip);
            }
            BehaviourEvent::Mdns(mdns::Event::Discovered(found)) => {
                for (peer, address) in found {
                    self.on_lan_peer(peer, address);
                }
                self.search();
            }
            BehaviourEvent::Mdns(mdns::Event::Expired(gone)) => {
                for (peer, address) in gone {
                    if let Some(known) = self.lan_peers.get_mut(&peer) {
                        known.retain(|other| *other != address);
                    }
                }
                self.lan_peers.retain(|_, known| !known.is_empty());
            }
            BehaviourEvent::Identify(identify::Event::Received { peer_id, info, .. }) => {
                for address in info.listen_addrs.into_iter().filter(addresses::dialable) {
                    if !addresses::loopback(&address) {
                        self.swarm.behaviour_mut().kad.add_address(&peer_id, address);
                    }
                }
                self.peers_changed = true;
            }
            BehaviourEvent::Kad(kad::Event::OutboundQueryProgressed {
                id,
                result:
                    kad::QueryResult::GetProviders(Ok(kad::GetProvidersOk::FoundProviders { providers, .. })),
                ..
            }) => self.on_providers(id, providers),
            _ => {}
        }
    }

    fn on_lan_peer(&mut self, peer: PeerId, address: Multiaddr) {
        if !addresses::dialable(&address) {
            return;
        }
        if !self.lan_peers.contains_key(&peer) && self.lan_peers.len() >= MAX_LAN_PEERS {
            return;
        }
        let known = self.lan_peers.entry(peer).or_default();
        if known.len() < MAX_ADDRESSES_PER_PEER && !known.contains(&address) {
            known.push(address.clone());
            self.swarm.behaviour_mut().kad.add_address(&peer, address);
            self.peers_changed = true;
        }
    }

    fn on_providers(&mut self, query: kad::QueryId, providers: HashSet<PeerId>) {
        let own = *self.swarm.local_peer_id();
        let Some(search) = self.searches.iter_mut().find(|search| search.query == Some(query)) else {
            return;
        };
        if search.seen.len() > MAX_SEEN_PROVIDERS {
            search.seen.clear();
        }
        for peer in providers {
            if peer == own || search.seen.contains(&peer) {
                continue;
            }
            let addresses = self.lan_peers.get(&peer).cloned().unwrap_or_default();
            // Without room the candidate is found again by the next query.
            if search.found.try_send(Candidate { peer, addresses }).is_ok() {
                search.seen.insert(peer);
            }
        }
    }
}

fn build_swarm(key: Keypair, config: &NetworkConfig) -> Result<Swarm<Behaviour>, StartError> {
    let transport = |error: &dyn std::fmt::Display| StartError::Transport(error.to_string());
    let swarm = SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)
        .map_err(|error| transport(&error))?
        .with_quic_config(|mut quic| {
            quic.max_stream_data = STREAM_WINDOW_BYTES;
            quic
        })
        .with_behaviour(|key| Behaviour::new(key, &config.network, config.mdns))
        .map_err(|error| transport(&error))?
        .with_swarm_config(|swarm| {
            swarm
                .with_idle_connection_timeout(IDLE_CONNECTION)
                // A new stream costs no round trip of its own: its first bytes travel with its name.
                .with_substream_upgrade_protocol_override(Version::V1Lazy)
        })
        .build();
    Ok(swarm)
}

fn peer_of(address: &Multiaddr) -> Option<PeerId> {
    address.iter().find_map(|part| match part {
        Protocol::P2p(peer) => Some(peer),
        _ => None,
    })
}
