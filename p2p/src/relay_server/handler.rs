//! One connection's part of the relay: reads what the peer asks, says what is answered, and opens streams on which it
//! is called.

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

/// Where a relay is asked.
const HOP_PROTOCOL: StreamProtocol = StreamProtocol::new("/libp2p/circuit/relay/0.2.0/hop");

/// Where a peer is called.
const STOP_PROTOCOL: StreamProtocol = StreamProtocol::new("/libp2p/circuit/relay/0.2.0/stop");

/// Requests of one connection that are read or answered at once. What comes beyond is reset.
const MAX_REQUESTS: usize = 8;

/// How long a peer may take to say what it asks.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// What the behaviour wants.
#[derive(Debug)]
pub(crate) enum HandlerCommand {
    /// Answer on this stream, and close it.
    Answer { hop: Stream, answer: RelayAnswer },
    /// Open a stream to call the peer.
    Call(CircuitId),
    /// The peer has a place here, or has it no longer.
    Keep(bool),
}

/// What the behaviour is told.
#[derive(Debug)]
pub(crate) enum HandlerReport {
    /// The peer asks. The stream waits for the answer.
    Asked { request: RelayRequest, hop: Stream },
    /// The peer can be called on this stream, or not at all.
    Called { circuit: CircuitId, stop: Option<Stream> },
}

/// See the module.
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

    /// Streams keep their connection by themselves.
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
        // Woken by the connection, which polls its handler after each event it hands in.
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
