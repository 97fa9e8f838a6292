//! A behaviour that accepts streams of chosen protocols and answers as no such protocol would, or opens
//! endless streams.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use futures::AsyncWriteExt;
use libp2p::PeerId;
use libp2p::core::transport::PortUse;
use libp2p::core::upgrade::{InboundUpgrade, ReadyUpgrade, UpgradeInfo};
use libp2p::core::{Endpoint, Multiaddr};
use libp2p::swarm::handler::{ConnectionEvent, ConnectionHandler, ConnectionHandlerEvent, SubstreamProtocol};
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, Stream, StreamProtocol, THandler,
    THandlerInEvent, THandlerOutEvent, ToSwarm,
};

/// The contents of a stream.
#[derive(Debug, Clone, Copy)]
pub(super) enum RawAnswer {
    Nothing,
    /// 4 KiB that are not a message.
    Garbage,
    /// An announced message of 64 MiB and more bytes than that, as far as they are accepted.
    WithoutEnd,
}

#[derive(Debug, Clone)]
pub(super) struct HostileStreams {
    takes: Vec<StreamProtocol>,
    answer: RawAnswer,
    opens: Option<StreamProtocol>,
    /// Streams opened, or bytes of an answer that were accepted.
    count: Arc<AtomicUsize>,
}

impl HostileStreams {
    pub(super) fn new(takes: Vec<StreamProtocol>, answer: RawAnswer, count: Arc<AtomicUsize>) -> Self {
        Self { takes, answer, opens: None, count }
    }

    /// Opens endless streams of this protocol on every connection.
    pub(super) fn opening(mut self, protocol: StreamProtocol) -> Self {
        self.opens = Some(protocol);
        self
    }
}

impl NetworkBehaviour for HostileStreams {
    type ConnectionHandler = HostileHandler;
    type ToSwarm = Infallible;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(HostileHandler { raw: self.clone(), pending: 0, held: Vec::new() })
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(HostileHandler { raw: self.clone(), pending: 0, held: Vec::new() })
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

/// Streams that are being opened at once.
const AT_ONCE: usize = 32;

pub(super) struct HostileHandler {
    raw: HostileStreams,
    pending: usize,
    held: Vec<Stream>,
}

impl ConnectionHandler for HostileHandler {
    type FromBehaviour = Infallible;
    type ToBehaviour = Infallible;
    type InboundProtocol = Names;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = ();

    fn connection_keep_alive(&self) -> bool {
        true
    }

    fn listen_protocol(&self) -> SubstreamProtocol<Names, ()> {
        SubstreamProtocol::new(Names(self.raw.takes.clone()), ())
    }

    fn poll(
        &mut self,
        _: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, (), Infallible>> {
        match &self.raw.opens {
            Some(protocol) if self.pending < AT_ONCE => {
                self.pending += 1;
                let protocol = SubstreamProtocol::new(ReadyUpgrade::new(protocol.clone()), ());
                Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol })
            }
            // The connection wakes it: it polls its handler after each event that it hands in.
            _ => Poll::Pending,
        }
    }

    fn on_behaviour_event(&mut self, event: Infallible) {
        match event {}
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<'_, Self::InboundProtocol, Self::OutboundProtocol, (), ()>,
    ) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(inbound) => {
                tokio::spawn(answer(inbound.protocol, self.raw.answer, self.raw.count.clone()));
            }
            ConnectionEvent::FullyNegotiatedOutbound(outbound) => {
                self.pending -= 1;
                self.raw.count.fetch_add(1, Ordering::Relaxed);
                self.held.push(outbound.protocol);
                // Held for as long as possible: the other side resets them anyway.
                if self.held.len() > 128 {
                    self.held.remove(0);
                }
            }
            ConnectionEvent::DialUpgradeError(_) => {
                self.pending -= 1;
                self.raw.count.fetch_add(1, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}

async fn answer(mut stream: Stream, answer: RawAnswer, count: Arc<AtomicUsize>) {
    match answer {
        RawAnswer::Nothing => {
            // Until the other side gives up.
            std::future::pending::<()>().await;
        }
        RawAnswer::Garbage => {
            let bytes: Vec<u8> =
                (0..4096_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
            // A peer that gives up has done the right thing, here and below.
            let _ = stream.write_all(&bytes).await;
            let _ = stream.close().await;
        }
        RawAnswer::WithoutEnd => {
            /// 64 MiB as an unsigned varint.
            const LENGTH: [u8; 4] = [0x80, 0x80, 0x80, 0x20];
            let _ = stream.write_all(&LENGTH).await;
            let part = vec![0x0a; 4 * 1024];
            while let Ok(taken @ 1..) = stream.write(&part).await {
                count.fetch_add(taken, Ordering::Relaxed);
            }
        }
    }
}

/// Accepts any of these protocols.
pub(super) struct Names(Vec<StreamProtocol>);

impl UpgradeInfo for Names {
    type Info = StreamProtocol;
    type InfoIter = std::vec::IntoIter<StreamProtocol>;

    fn protocol_info(&self) -> Self::InfoIter {
        self.0.clone().into_iter()
    }
}

impl InboundUpgrade<Stream> for Names {
    type Output = Stream;
    type Error = Infallible;
    type Future = Ready<Result<Stream, Infallible>>;

    fn upgrade_inbound(self, stream: Stream, _: StreamProtocol) -> Self::Future {
        ready(Ok(stream))
    }
}
