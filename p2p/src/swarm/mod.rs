//! A node of the network: a libp2p swarm in a task of its own, behind the handle [`Node`].
//!
//! What it does: listens, finds providers of a rendezvous key, connects, opens streams on a chosen connection, and
//! hands over the streams that others open. What it does not do: it knows no invite and no session; what flows in a
//! stream is not its business.

mod actor;
mod addresses;
mod behaviour;
mod paths;
mod streams;

use libp2p::identity::{Keypair, PublicKey};
use libp2p::swarm::{ConnectionId, Stream};
use libp2p::{Multiaddr, PeerId};
use thiserror::Error;
use tokio::sync::{mpsc, oneshot, watch};

pub(crate) use addresses::for_link;
pub use addresses::{PathKind, path_kind, transport_name};
pub(crate) use paths::{Path, Paths};

/// What a node is to listen on and whom it is to find.
#[derive(Debug, Clone)]
pub struct NetworkConfig {
    /// The network's name: nodes of different names do not find each other. Letters, digits and dashes.
    pub network: String,
    /// Where to listen.
    pub listen: Vec<Multiaddr>,
    /// Peers to join the network by, each with its `/p2p/` identity.
    pub bootstrap: Vec<Multiaddr>,
    /// Whether to look for peers on the LAN by multicast DNS.
    pub mdns: bool,
}

/// Why a node could not be started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// None of the addresses can be listened on.
    #[error("can't listen on {address}: {reason}. Is the port in use, or is the address of another machine?")]
    Listen {
        /// The address.
        address: Multiaddr,
        /// The system's or the transport's word.
        reason: String,
    },
    /// The transports could not be set up.
    #[error("the network can't be set up: {0}")]
    Transport(String),
    /// A bootstrap address without its identity.
    #[error("the bootstrap address {0} lacks its /p2p/ part, by which the peer is known")]
    Bootstrap(Multiaddr),
}

/// Why a peer could not be reached.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// No address of it answered.
    #[error("the other computer can't be reached: {0}")]
    Unreachable(String),
    /// The connection broke, or the other side speaks another protocol.
    #[error("the connection broke before it was of use: {0}")]
    Broken(String),
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
pub(crate) struct Incoming {
    pub(crate) connection: Connection,
    pub(crate) stream: Stream,
}

/// A peer that says it has what we look for. That proves nothing yet.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) peer: PeerId,
    pub(crate) addresses: Vec<Multiaddr>,
}

/// Commands that wait for the swarm: each is a person's step or one stream; a full queue makes the caller wait.
const COMMAND_QUEUE: usize = 32;

/// Streams of others that wait to be taken, see [`streams`].
const INCOMING_QUEUE: usize = 64;

/// Peers tried at once in one search: a key can be flooded with providers, and each try costs a handshake.
pub(crate) const MAX_CANDIDATES_AT_ONCE: usize = 8;

/// What a node can be asked to do.
pub(crate) enum Command {
    Provide(Vec<u8>),
    StopProviding(Vec<u8>),
    Find { key: Vec<u8>, found: mpsc::Sender<Candidate> },
    Connect { candidate: Candidate, reply: oneshot::Sender<Result<Connection, ConnectError>> },
    Open { connection: ConnectionId, reply: streams::OpenReply },
    Watch { peer: PeerId, reply: oneshot::Sender<Paths> },
    Dial { candidate: Candidate, only_there: bool },
    Close(ConnectionId),
}

/// A running node; the node ends when the last handle is gone.
#[derive(Debug, Clone)]
pub struct Node {
    commands: mpsc::Sender<Command>,
    listen: watch::Receiver<Vec<Multiaddr>>,
    public_key: PublicKey,
}

impl Node {
    /// Starts a node with an identity made for this run and waits until it listens.
    ///
    /// # Errors
    /// Any [`StartError`].
    pub(crate) async fn start(config: NetworkConfig) -> Result<(Self, mpsc::Receiver<Incoming>), StartError> {
        let key = Keypair::generate_ed25519();
        let public_key = key.public();
        let (commands, command_inbox) = mpsc::channel(COMMAND_QUEUE);
        let (incoming_outbox, incoming) = mpsc::channel(INCOMING_QUEUE);
        let (listen_outbox, listen) = watch::channel(Vec::new());
        let mut actor = actor::Actor::new(key, &config, incoming_outbox, listen_outbox)?;
        actor.listen(&config.listen).await?;
        tokio::spawn(actor.run(command_inbox));
        Ok((Self { commands, listen, public_key }, incoming))
    }

    /// Its identity.
    pub fn peer_id(&self) -> PeerId {
        self.public_key.to_peer_id()
    }

    /// Its public key, an Ed25519 one.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The addresses it listens on now.
    pub fn listen_addresses(&self) -> Vec<Multiaddr> {
        self.listen.borrow().clone()
    }

    /// Tells the network that this node is the one to ask about `key`.
    pub(crate) async fn provide(&self, key: Vec<u8>) {
        // A node that has ended provides nothing; whoever holds its handle learns of it elsewhere.
        let _ = self.commands.send(Command::Provide(key)).await;
    }

    /// Takes that back.
    pub(crate) async fn stop_providing(&self, key: Vec<u8>) {
        let _ = self.commands.send(Command::StopProviding(key)).await;
    }

    /// Looks for providers of `key` until the receiver is dropped.
    pub(crate) async fn find(&self, key: Vec<u8>) -> mpsc::Receiver<Candidate> {
        let (found, candidates) = mpsc::channel(MAX_CANDIDATES_AT_ONCE);
        let _ = self.commands.send(Command::Find { key, found }).await;
        candidates
    }

    /// Connects to a peer, or returns a connection that is there already.
    pub(crate) async fn connect(&self, candidate: Candidate) -> Result<Connection, ConnectError> {
        let (reply, answer) = oneshot::channel();
        let command = Command::Connect { candidate, reply };
        self.commands.send(command).await.map_err(|_| ConnectError::Stopped)?;
        answer.await.map_err(|_| ConnectError::Stopped)?
    }

    /// Tells of the connections to this peer, and keeps them open; `None` where this node has ended.
    pub(crate) async fn watch(&self, peer: PeerId) -> Option<Paths> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(Command::Watch { peer, reply }).await.ok()?;
        answer.await.ok()
    }

    /// Tries to reach a peer by one connection more, at these addresses or, unless `only_there`, at others that this node
    /// knows; [`Self::watch`] tells what comes of it.
    pub(crate) fn dial(&self, candidate: Candidate, only_there: bool) {
        // A node that is too busy to take it is asked again soon.
        let _ = self.commands.try_send(Command::Dial { candidate, only_there });
    }

    /// Closes a connection that is of no use.
    pub(crate) fn close(&self, connection: &Connection) {
        // One that stays open closes by its own time-out.
        let _ = self.commands.try_send(Command::Close(connection.id));
    }

    /// Opens a stream on this connection.
    pub(crate) async fn open(&self, connection: &Connection) -> Result<Stream, ConnectError> {
        let (reply, answer) = oneshot::channel();
        let command = Command::Open { connection: connection.id, reply };
        self.commands.send(command).await.map_err(|_| ConnectError::Stopped)?;
        let opened = answer.await.map_err(|_| ConnectError::Stopped)?;
        opened.map_err(|error| ConnectError::Broken(error.to_string()))
    }
}

/// Starts a node as `config` says, and says where it listens: whether the network works here.
///
/// # Errors
/// Any [`StartError`].
pub async fn probe(config: NetworkConfig) -> Result<Vec<Multiaddr>, StartError> {
    let (node, _incoming) = Node::start(config).await?;
    Ok(node.listen_addresses())
}
