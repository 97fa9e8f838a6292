//! A behaviour that opens streams on a chosen connection and hands over the streams that the other side
//! opens.
//!
//! It does not read or write them, and it does not choose the connection: a session has several paths to a
//! peer and decides itself which one a stream uses (`libp2p-stream` would pick one at random).

use std::collections::{HashMap, VecDeque};
use std::task::{Context, Poll, Waker};

use libp2p::core::transport::PortUse;
use libp2p::core::upgrade::ReadyUpgrade;
use libp2p::core::{Endpoint, Multiaddr};
use libp2p::swarm::handler::{ConnectionEvent, ConnectionHandler, ConnectionHandlerEvent, SubstreamProtocol};
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler, Stream, StreamProtocol,
    THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use libp2p::{PeerId, swarm};
use tokio::sync::oneshot;

use super::paths::KeptPeers;

/// The name under which session streams are negotiated. Its version is the protocol's.
pub(crate) const SESSION_PROTOCOL: StreamProtocol = StreamProtocol::new("/beistand/session/3");

/// Streams opened by peers that nobody has taken yet, in all: a session has at most one per channel. Further
/// streams are reset.
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
    #[error("the other side does not speak this protocol")]
    Refused,
    #[error("too many streams are being opened")]
    Busy,
}

/// Receives the opened stream.
pub(crate) type OpenReply = oneshot::Sender<Result<Stream, OpenError>>;

/// The behaviour. Inbox: [`StreamBehaviour::open`]; state: one handler per connection.
#[derive(Default)]
pub(crate) struct StreamBehaviour {
    connections: HashMap<ConnectionId, PeerId>,
    opens: VecDeque<(PeerId, ConnectionId, OpenRequest)>,
    arrived: VecDeque<InboundStream>,
    waker: Option<Waker>,
    /// Peers whose connections stay open without a stream.
    pub(crate) kept: KeptPeers,
}

impl StreamBehaviour {
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
        Ok(StreamHandler::new(peer, self.kept.clone()))
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
        Ok(StreamHandler::new(peer, self.kept.clone()))
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        if let FromSwarm::ConnectionClosed(closed) = event {
            self.connections.remove(&closed.connection_id);
        }
    }

    fn on_connection_handler_event(
        &mut self,
        _peer: PeerId,
        connection: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        if self.arrived.len() < MAX_WAITING_STREAMS {
            self.arrived.push_back(InboundStream { connection, stream: event });
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        if let Some((peer_id, connection, request)) = self.opens.pop_front() {
            return Poll::Ready(ToSwarm::NotifyHandler {
                peer_id,
                handler: NotifyHandler::One(connection),
                event: request,
            });
        }
        if let Some(stream) = self.arrived.pop_front() {
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
    requested: VecDeque<OpenReply>,
    arrived: VecDeque<Stream>,
}

impl StreamHandler {
    fn new(peer: PeerId, kept: KeptPeers) -> Self {
        Self { peer, kept, requested: VecDeque::new(), arrived: VecDeque::new() }
    }
}

impl ConnectionHandler for StreamHandler {
    type FromBehaviour = OpenRequest;
    type ToBehaviour = Stream;
    type InboundProtocol = ReadyUpgrade<StreamProtocol>;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = OpenReply;

    fn connection_keep_alive(&self) -> bool {
        self.kept.contains(&self.peer)
    }

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol, ()> {
        SubstreamProtocol::new(ReadyUpgrade::new(SESSION_PROTOCOL), ())
    }

    fn poll(
        &mut self,
        _cx: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, OpenReply, Stream>> {
        if let Some(stream) = self.arrived.pop_front() {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(stream));
        }
        if let Some(reply) = self.requested.pop_front() {
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest {
                protocol: SubstreamProtocol::new(ReadyUpgrade::new(SESSION_PROTOCOL), reply),
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
