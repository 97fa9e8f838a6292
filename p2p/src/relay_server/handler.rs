//! The relay's part in one connection: reads the peer's requests, sends the answers, and opens streams to
//! call the peer.

use std::collections::VecDeque;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt};
use libp2p::core::upgrade::ReadyUpgrade;
use libp2p::swarm::handler::{ConnectionEvent, ConnectionHandler, ConnectionHandlerEvent, SubstreamProtocol};
use libp2p::swarm::{Stream, StreamProtocol};
use tokio::time::timeout;

use super::accounts::CircuitId;
use super::circuit;
use super::wire::{RelayAnswer, RelayRequest, RelayStatus, WireError};

/// The protocol for requests to a relay.
const HOP_PROTOCOL: StreamProtocol = StreamProtocol::new("/libp2p/circuit/relay/0.2.0/hop");

/// The protocol for calling a peer.
const STOP_PROTOCOL: StreamProtocol = StreamProtocol::new("/libp2p/circuit/relay/0.2.0/stop");

/// Requests per connection that are read or answered at once: more than an honest client sends. Further ones
/// are reset.
const MAX_REQUESTS: usize = 8;

/// How long a peer may take to send its request: it is one message, and the peer opened the stream for it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// A command of the behaviour.
#[derive(Debug)]
pub(crate) enum HandlerCommand {
    /// Answer on this stream, and close it.
    Answer { hop: Stream, answer: RelayAnswer },
    /// Open a stream to call the peer.
    Call(CircuitId),
    /// Whether the peer has a place here, which keeps the connection open.
    Keep(bool),
}

/// A report to the behaviour.
#[derive(Debug)]
pub(crate) enum HandlerReport {
    /// The peer has sent a request. The stream waits for the answer.
    Asked { request: RelayRequest, hop: Stream },
    /// The peer can be called on this stream, or not at all if there is none.
    Called { circuit: CircuitId, stop: Option<Stream> },
}

/// The handler; see the module.
pub(crate) struct RelayHandler {
    keep: bool,
    calls: VecDeque<CircuitId>,
    called: VecDeque<(CircuitId, Option<Stream>)>,
    requests: FuturesUnordered<BoxFuture<'static, Option<(RelayRequest, Stream)>>>,
}

impl RelayHandler {
    pub(super) fn new() -> Self {
        Self {
            keep: false,
            calls: VecDeque::new(),
            called: VecDeque::new(),
            requests: FuturesUnordered::new(),
        }
    }
}

async fn read(mut hop: Stream) -> Option<(RelayRequest, Stream)> {
    let status = match timeout(REQUEST_TIMEOUT, RelayRequest::read(&mut hop)).await {
        Ok(Ok(request)) => return Some((request, hop)),
        Ok(Err(WireError::Malformed(_))) => RelayStatus::MalformedMessage,
        Ok(Err(WireError::Unexpected)) => RelayStatus::UnexpectedMessage,
        Ok(Err(WireError::Io(_))) | Err(_) => return None,
    };
    circuit::refuse(&mut hop, status).await;
    None
}

impl ConnectionHandler for RelayHandler {
    type FromBehaviour = HandlerCommand;
    type ToBehaviour = HandlerReport;
    type InboundProtocol = ReadyUpgrade<StreamProtocol>;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = CircuitId;

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol, ()> {
        SubstreamProtocol::new(ReadyUpgrade::new(HOP_PROTOCOL), ())
    }

    /// Open streams keep the connection open by themselves.
    fn connection_keep_alive(&self) -> bool {
        self.keep
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, CircuitId, HandlerReport>> {
        if let Some((circuit, stop)) = self.called.pop_front() {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(HandlerReport::Called {
                circuit,
                stop,
            }));
        }
        if let Some(circuit) = self.calls.pop_front() {
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest {
                protocol: SubstreamProtocol::new(ReadyUpgrade::new(STOP_PROTOCOL), circuit),
            });
        }
        while let Poll::Ready(Some(done)) = self.requests.poll_next_unpin(cx) {
            if let Some((request, hop)) = done {
                return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(HandlerReport::Asked {
                    request,
                    hop,
                }));
            }
        }
        // The connection wakes it: it polls its handler after each event that it hands in.
        Poll::Pending
    }

    fn on_behaviour_event(&mut self, event: HandlerCommand) {
        match event {
            HandlerCommand::Answer { mut hop, answer } => self.requests.push(Box::pin(async move {
                circuit::answer(&mut hop, &answer).await;
                None
            })),
            HandlerCommand::Call(circuit) => self.calls.push_back(circuit),
            HandlerCommand::Keep(keep) => self.keep = keep,
        }
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<'_, Self::InboundProtocol, Self::OutboundProtocol, (), CircuitId>,
    ) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(inbound) => {
                if self.requests.len() < MAX_REQUESTS {
                    self.requests.push(Box::pin(read(inbound.protocol)));
                } else {
                    tracing::debug!("a request was reset: its peer has too many under way");
                }
            }
            ConnectionEvent::FullyNegotiatedOutbound(outbound) => {
                self.called.push_back((outbound.info, Some(outbound.protocol)));
            }
            ConnectionEvent::DialUpgradeError(failed) => self.called.push_back((failed.info, None)),
            _ => {}
        }
    }
}
