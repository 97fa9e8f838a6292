//! A node of the network: a libp2p swarm in a task of its own, behind the handle [`Node`].
//!
//! What it does: listens, finds providers of a rendezvous key, connects, opens streams on a chosen
//! connection, and hands over the streams that others open. What it does not do: it knows no invites and no
//! sessions, and does not look into streams.

mod actor;
mod addresses;
mod behaviour;
mod bootstrap;
mod config;
mod dialing;
mod guard;
mod nat;
mod near;
mod neighbours;
mod networks;
mod paths;
mod relays;
mod rendezvous;
mod serve;
mod stream_names;
mod stream_rate;
mod streams;
mod survey;
mod transport;

use std::sync::Arc;
use std::time::Instant;

use libp2p::identity::{Keypair, PublicKey};
use libp2p::swarm::{ConnectionId, Stream};
use libp2p::{Multiaddr, PeerId};
use thiserror::Error;
use tokio::sync::{mpsc, oneshot, watch};

pub use addresses::{PathKind, path_kind, transport_name};
pub(crate) use addresses::{for_link, from_outside, relay_of};
pub use config::{NetworkConfig, NetworkKey};
pub use networks::{DEFAULT_NETWORK, LAN_NETWORK, PUBLIC_NETWORK, dht_settings};
pub(crate) use paths::{PeerPath, PeerPaths};
pub use serve::{ServeConfig, ServeFigures, ServingNode};
pub(crate) use stream_names::{StreamKey, StreamNames};
pub use survey::{NodeReach, ObservedAddress, ReachWatch, RouterAnswer, Survey, survey};

/// Why a node could not be started.
#[derive(Debug, Error)]
pub enum StartError {
    /// None of the addresses can be listened on.
    #[error(
        "can't listen on {address}: {reason}. Is the port in use, or does the address belong to another machine?"
    )]
    Listen {
        /// The address.
        address: Multiaddr,
        /// The reason, as the system or the transport gives it.
        reason: String,
    },
    /// The transports could not be set up.
    #[error("the network can't be set up: {0}")]
    Transport(String),
    /// A bootstrap address without its identity.
    #[error("the bootstrap address {0} lacks its /p2p/ part, which names the peer")]
    Bootstrap(Multiaddr),
    /// A relay's address without its identity.
    #[error("the relay address {0} lacks its /p2p/ part, which names the relay's key")]
    Relay(Multiaddr),
    /// A network with a key, and no TCP address to listen on.
    #[error("a network with a key runs only over TCP: add an address like /ip4/0.0.0.0/tcp/4001 to `listen`")]
    KeyNeedsTcp,
    /// The key of a public node is invalid.
    #[error("the key of this public node is damaged")]
    Identity,
}

/// Why a peer could not be reached.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// No address of it answered.
    #[error("the other computer can't be reached: {0}")]
    Unreachable(String),
    /// The connection broke.
    #[error("the connection broke before it could be used: {0}")]
    Broken(String),
    /// The other side takes no streams under the name that comes from the invite.
    #[error("the other computer does not know the invite")]
    NameRefused,
    /// This node has ended.
    #[error("this node has ended")]
    Stopped,
}

/// A connection to a peer; one path.
#[derive(Debug, Clone)]
pub struct Connection {
    pub(crate) id: ConnectionId,
    /// Who is at the other end.
    pub peer: PeerId,
    /// Where the other end is.
    pub remote: Multiaddr,
}

/// A stream that another node opened to us.
#[derive(Debug)]
pub(crate) struct PeerStream {
    pub(crate) connection: Connection,
    pub(crate) stream: Stream,
}

/// A peer that claims to have what we look for, which proves nothing yet.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) peer: PeerId,
    pub(crate) addresses: Vec<Multiaddr>,
}

/// Commands that wait for the swarm: each is a person's action or one stream. If the queue is full, the
/// caller waits.
const COMMAND_QUEUE: usize = 32;

/// Streams opened by others that wait to be taken: as many as [`streams`] holds.
const INCOMING_QUEUE: usize = 64;

/// Peers tried at once in one search: a key can be flooded with providers, and each try costs a handshake.
pub(crate) const MAX_CANDIDATES_AT_ONCE: usize = 8;

/// Answers with candidates that wait to be taken: those of one query that arrive at once.
const MAX_WAITING_ANSWERS: usize = 16;

/// A command to the node's task.
pub(crate) enum SwarmCommand {
    Provide(Vec<u8>),
    StopProviding(Vec<u8>),
    Find { key: Vec<u8>, found: mpsc::Sender<Vec<Candidate>> },
    Connect { candidate: Candidate, reply: oneshot::Sender<Result<Connection, ConnectError>> },
    Open { connection: ConnectionId, reply: streams::OpenReply },
    KeepReachable,
    Survey(oneshot::Sender<Survey>),
    Watch { peer: PeerId, reply: oneshot::Sender<PeerPaths> },
    Dial { candidate: Candidate, only_there: bool },
    Close(ConnectionId),
    RenewRelays { relays: Vec<PeerId>, lost_at: Instant },
}

/// A handle to a running node, which ends when the last handle is gone.
#[derive(Debug, Clone)]
pub struct Node {
    commands: mpsc::Sender<SwarmCommand>,
    listen: watch::Receiver<Vec<Multiaddr>>,
    public_key: PublicKey,
    names: StreamNames,
}

impl Node {
    /// Starts a node and waits until it listens. Its identity is new for each run, unless it is a public
    /// node.
    ///
    /// # Errors
    /// Any [`StartError`].
    pub(crate) async fn start(
        config: NetworkConfig,
    ) -> Result<(Self, mpsc::Receiver<PeerStream>), StartError> {
        Self::start_counted(config, None).await
    }

    async fn start_counted(
        mut config: NetworkConfig,
        counters: Option<Arc<serve::ServeCounters>>,
    ) -> Result<(Self, mpsc::Receiver<PeerStream>), StartError> {
        if config.network_key.is_some() {
            config.listen.retain(|address| transport_name(address) == "tcp");
            if config.listen.is_empty() {
                return Err(StartError::KeyNeedsTcp);
            }
        }
        let key = match &config.serve {
            Some(serve) => {
                Keypair::ed25519_from_bytes(*serve.secret_key).map_err(|_| StartError::Identity)?
            }
            None => Keypair::generate_ed25519(),
        };
        let public_key = key.public();
        let (commands, command_inbox) = mpsc::channel(COMMAND_QUEUE);
        let (incoming_outbox, incoming) = mpsc::channel(INCOMING_QUEUE);
        let (listen_outbox, listen) = watch::channel(Vec::new());
        let mut actor = actor::SwarmActor::new(&key, &config, counters, incoming_outbox, listen_outbox)?;
        actor.listen(&config.listen).await?;
        let names = actor.stream_names();
        tokio::spawn(actor.run(command_inbox));
        Ok((Self { commands, listen, public_key, names }, incoming))
    }

    /// Its identity.
    pub fn peer_id(&self) -> PeerId {
        self.public_key.to_peer_id()
    }

    /// Its public key, an Ed25519 one.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The addresses at which it can be reached now: those on which it listens, those at which it was reached
    /// from outside, and circuits through relays that hold a reservation for it.
    pub fn listen_addresses(&self) -> Vec<Multiaddr> {
        self.listen.borrow().clone()
    }

    /// The same, with every change.
    pub(crate) fn watch_addresses(&self) -> watch::Receiver<Vec<Multiaddr>> {
        self.listen.clone()
    }

    /// Keeps reservations at relays from now on, so that others can call this node from anywhere.
    pub(crate) async fn keep_reachable(&self) {
        let _ = self.commands.send(SwarmCommand::KeepReachable).await;
    }

    /// What it has seen of its network so far; `None` if the node has ended.
    pub(crate) async fn survey(&self) -> Option<Survey> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(SwarmCommand::Survey(reply)).await.ok()?;
        answer.await.ok()
    }

    /// Announces to the network that this node provides `key`.
    pub(crate) async fn provide(&self, key: Vec<u8>) {
        // A node that has ended provides nothing; the caller learns of that elsewhere.
        let _ = self.commands.send(SwarmCommand::Provide(key)).await;
    }

    /// Stops providing `key`.
    pub(crate) async fn stop_providing(&self, key: Vec<u8>) {
        let _ = self.commands.send(SwarmCommand::StopProviding(key)).await;
    }

    /// Looks for providers of `key` until the receiver is dropped. Each item holds the providers that one
    /// answer named.
    pub(crate) async fn find(&self, key: Vec<u8>) -> mpsc::Receiver<Vec<Candidate>> {
        let (found, answers) = mpsc::channel(MAX_WAITING_ANSWERS);
        let _ = self.commands.send(SwarmCommand::Find { key, found }).await;
        answers
    }

    /// Connects to a peer, or returns an existing connection.
    pub(crate) async fn connect(&self, candidate: Candidate) -> Result<Connection, ConnectError> {
        let (reply, answer) = oneshot::channel();
        let command = SwarmCommand::Connect { candidate, reply };
        self.commands.send(command).await.map_err(|_| ConnectError::Stopped)?;
        answer.await.map_err(|_| ConnectError::Stopped)?
    }

    /// The connections to this peer, with every change. They stay open meanwhile. `None` if this node has
    /// ended.
    pub(crate) async fn watch(&self, peer: PeerId) -> Option<PeerPaths> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(SwarmCommand::Watch { peer, reply }).await.ok()?;
        answer.await.ok()
    }

    /// Tries to reach a peer by one more connection, at these addresses or, unless `only_there`, at others
    /// that this node knows. [`Self::watch`] shows the result.
    pub(crate) fn dial(&self, candidate: Candidate, only_there: bool) {
        // If the node is too busy, the caller will ask again soon.
        let _ = self.commands.try_send(SwarmCommand::Dial { candidate, only_there });
    }

    /// Closes a connection that is no longer useful.
    pub(crate) fn close(&self, connection: &Connection) {
        // If the command is dropped, the connection closes when it times out.
        let _ = self.commands.try_send(SwarmCommand::Close(connection.id));
    }

    /// Reconnects to relays: these, and those that hold a reservation. A peer was lost at `lost_at`, and
    /// probably every connection that existed then.
    pub(crate) fn renew_relays(&self, relays: Vec<PeerId>, lost_at: Instant) {
        // As above: the caller will ask again soon.
        let _ = self.commands.try_send(SwarmCommand::RenewRelays { relays, lost_at });
    }

    /// Which names of streams this node answers to.
    pub(crate) const fn stream_names(&self) -> &StreamNames {
        &self.names
    }

    /// Opens a stream on this connection.
    pub(crate) async fn open(&self, connection: &Connection) -> Result<Stream, ConnectError> {
        let (reply, answer) = oneshot::channel();
        let command = SwarmCommand::Open { connection: connection.id, reply };
        self.commands.send(command).await.map_err(|_| ConnectError::Stopped)?;
        let opened = answer.await.map_err(|_| ConnectError::Stopped)?;
        opened.map_err(|error| match error {
            streams::OpenError::Refused => ConnectError::NameRefused,
            streams::OpenError::Gone | streams::OpenError::Busy => ConnectError::Broken(error.to_string()),
        })
    }
}
