//! A behaviour that opens streams on a chosen connection and hands over the streams that the other side
//! opens.
//!
//! It does not read or write them, and it does not choose the connection: a session has several paths to a
//! peer and decides itself which one a stream uses (`libp2p-stream` would pick one at random). Streams are
//! negotiated under a name that both sides know by their invite ([`super::stream_names`]); without it a
//! connection takes and opens none.

use std::cell::OnceCell;
use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll, Waker};

use libp2p::core::transport::PortUse;
use libp2p::core::upgrade::{InboundUpgrade, ReadyUpgrade, UpgradeInfo};
use libp2p::core::{Endpoint, Multiaddr};
use libp2p::swarm::handler::{
    ConnectionEvent, ConnectionHandler, ConnectionHandlerEvent, ProtocolsChange, SubstreamProtocol,
};
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler, Stream, StreamProtocol,
    THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use libp2p::{PeerId, swarm};
use tokio::sync::oneshot;

use super::paths::KeptPeers;
use super::stream_names::StreamNames;

/// Streams opened by peers that nobody has taken yet, in all: a session has at most one per channel. Past it
/// the oldest one of a peer without a session is reset.
const MAX_WAITING_STREAMS: usize = 64;

/// Requests to open a stream that a connection has not answered yet: one per channel, and as many for a
/// second leg.
const MAX_PENDING_OPENS: usize = 16;

/// A stream that the other side opened.
#[derive(Debug)]
pub(crate) struct InboundStream {
    pub(crate) connection: ConnectionId,
    pub(crate) stream: Stream,
}

/// Why a stream could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("the connection is gone")]
    Gone,
    #[error("the other side does not know the invite")]
    Refused,
    #[error("too many streams are being opened")]
    Busy,
}

/// Receives the opened stream.
pub(crate) type OpenReply = oneshot::Sender<Result<Stream, OpenError>>;

/// The behaviour. Inbox: [`StreamBehaviour::open`]; state: one handler per connection.
pub(crate) struct StreamBehaviour {
    connections: HashMap<ConnectionId, PeerId>,
    opens: VecDeque<(PeerId, ConnectionId, OpenRequest)>,
    arrived: VecDeque<(PeerId, InboundStream)>,
    waker: Option<Waker>,
    /// Peers whose connections stay open without a stream: those with a session.
    pub(crate) kept: KeptPeers,
    /// The names of the streams with each peer.
    pub(crate) names: StreamNames,
}

impl StreamBehaviour {
    /// The behaviour of the node with this identity.
    pub(crate) fn new(own: PeerId) -> Self {
        Self {
            connections: HashMap::new(),
            opens: VecDeque::new(),
            arrived: VecDeque::new(),
            waker: None,
            kept: KeptPeers::default(),
            names: StreamNames::new(own),
        }
    }

    fn handler(&self, peer: PeerId) -> StreamHandler {
        StreamHandler {
            peer,
            kept: self.kept.clone(),
            names: self.names.clone(),
            name: OnceCell::new(),
            requested: VecDeque::new(),
            arrived: VecDeque::new(),
        }
    }

    /// Opens a stream on this connection and no other.
    pub(crate) fn open(&mut self, connection: ConnectionId, reply: OpenReply) {
        // A receiver that is gone no longer wants the stream, so its result is ignored, here and below.
        let Some(peer) = self.connections.get(&connection) else {
            let _ = reply.send(Err(OpenError::Gone));
            return;
        };
        self.opens.push_back((*peer, connection, OpenRequest(reply)));
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl NetworkBehaviour for StreamBehaviour {
    type ConnectionHandler = StreamHandler;
    type ToSwarm = InboundStream;

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        _local: &Multiaddr,
        _remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.connections.insert(connection, peer);
        Ok(self.handler(peer))
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        _address: &Multiaddr,
        _role: Endpoint,
        _port: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.connections.insert(connection, peer);
        Ok(self.handler(peer))
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        if let FromSwarm::ConnectionClosed(closed) = event {
            self.connections.remove(&closed.connection_id);
            let connected = |peer: &PeerId| self.connections.values().any(|other| other == peer);
            self.names.retain(|peer| self.kept.contains(peer) || connected(peer));
        }
    }

    fn on_connection_handler_event(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        if self.arrived.len() >= MAX_WAITING_STREAMS {
            let stranger = self.arrived.iter().position(|(peer, _)| !self.kept.contains(peer));
            let Some(stranger) = stranger else { return };
            self.arrived.remove(stranger);
        }
        self.arrived.push_back((peer, InboundStream { connection, stream: event }));
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        if let Some((peer_id, connection, request)) = self.opens.pop_front() {
            return Poll::Ready(ToSwarm::NotifyHandler {
                peer_id,
                handler: NotifyHandler::One(connection),
                event: request,
            });
        }
        if let Some((_, stream)) = self.arrived.pop_front() {
            return Poll::Ready(ToSwarm::GenerateEvent(stream));
        }
        self.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// A request for a stream, on its way to the connection's handler.
#[derive(Debug)]
pub(crate) struct OpenRequest(OpenReply);

/// The part of one connection: negotiates streams and passes them on.
pub(crate) struct StreamHandler {
    peer: PeerId,
    kept: KeptPeers,
    names: StreamNames,
    /// The name of the streams with this peer, once there is one: it never changes.
    name: OnceCell<StreamProtocol>,
    requested: VecDeque<OpenReply>,
    arrived: VecDeque<Stream>,
}

impl StreamHandler {
    fn name(&self) -> Option<&StreamProtocol> {
        if self.name.get().is_none()
            && let Some(name) = self.names.of(&self.peer)
        {
            return Some(self.name.get_or_init(|| name));
        }
        self.name.get()
    }
}

/// Takes streams of the one name that there may be.
pub(crate) struct NamedUpgrade(Option<StreamProtocol>);

impl UpgradeInfo for NamedUpgrade {
    type Info = StreamProtocol;
    type InfoIter = std::option::IntoIter<StreamProtocol>;

    fn protocol_info(&self) -> Self::InfoIter {
        self.0.clone().into_iter()
    }
}

impl InboundUpgrade<Stream> for NamedUpgrade {
    type Output = Stream;
    type Error = Infallible;
    type Future = Ready<Result<Stream, Infallible>>;

    fn upgrade_inbound(self, stream: Stream, _: StreamProtocol) -> Self::Future {
        ready(Ok(stream))
    }
}

impl ConnectionHandler for StreamHandler {
    type FromBehaviour = OpenRequest;
    type ToBehaviour = Stream;
    type InboundProtocol = NamedUpgrade;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = OpenReply;

    fn connection_keep_alive(&self) -> bool {
        self.kept.contains(&self.peer)
    }

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol, ()> {
        SubstreamProtocol::new(NamedUpgrade(self.name().cloned()), ())
    }

    fn poll(
        &mut self,
        _cx: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, OpenReply, Stream>> {
        if let Some(stream) = self.arrived.pop_front() {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(stream));
        }
        while let Some(reply) = self.requested.pop_front() {
            let Some(name) = self.name().cloned() else {
                let _ = reply.send(Err(OpenError::Refused));
                continue;
            };
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest {
                protocol: SubstreamProtocol::new(ReadyUpgrade::new(name), reply),
            });
        }
        // The connection wakes it: it polls its handler after each event that it hands in.
        Poll::Pending
    }

    fn on_behaviour_event(&mut self, OpenRequest(reply): OpenRequest) {
        if self.requested.len() < MAX_PENDING_OPENS {
            self.requested.push_back(reply);
        } else {
            let _ = reply.send(Err(OpenError::Busy));
        }
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<'_, Self::InboundProtocol, Self::OutboundProtocol, (), OpenReply>,
    ) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(inbound) if self.arrived.len() < MAX_PENDING_OPENS => {
                self.arrived.push_back(inbound.protocol);
            }
            ConnectionEvent::FullyNegotiatedOutbound(outbound) => {
                let _ = outbound.info.send(Ok(outbound.protocol));
            }
            ConnectionEvent::RemoteProtocolsChange(ProtocolsChange::Added(listed)) => {
                self.names.recognise(&self.peer, listed);
            }
            ConnectionEvent::DialUpgradeError(failed) => {
                let error = match failed.error {
                    swarm::StreamUpgradeError::NegotiationFailed => OpenError::Refused,
                    _ => OpenError::Gone,
                };
                let _ = failed.info.send(Err(error));
            }
            _ => {}
        }
    }
}
