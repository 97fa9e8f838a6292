//! A libp2p peer that speaks circuit v2 byte by byte over TCP: the test decides what it sends to a relay and
//! how it behaves when it is called. Bytes on its circuits are raw, without a second encryption or
//! multiplexer.
#![allow(dead_code, reason = "each test and benchmark uses a part of it")]

use std::task::{Context, Poll};

use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::core::transport::PortUse;
use libp2p::core::upgrade::ReadyUpgrade;
use libp2p::core::{Endpoint, Multiaddr};
use libp2p::identity::Keypair;
use libp2p::swarm::handler::{ConnectionEvent, ConnectionHandler, ConnectionHandlerEvent, SubstreamProtocol};
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler, Stream, StreamProtocol,
    SwarmEvent, THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use libp2p::{PeerId, SwarmBuilder, noise, tcp, yamux};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

const HOP: StreamProtocol = StreamProtocol::new("/libp2p/circuit/relay/0.2.0/hop");
const STOP: StreamProtocol = StreamProtocol::new("/libp2p/circuit/relay/0.2.0/stop");

pub(crate) const OK: u64 = 100;
pub(crate) const RESOURCE_LIMIT_EXCEEDED: u64 = 201;
pub(crate) const PERMISSION_DENIED: u64 = 202;
pub(crate) const CONNECTION_FAILED: u64 = 203;
pub(crate) const NO_RESERVATION: u64 = 204;
pub(crate) const MALFORMED_MESSAGE: u64 = 400;
pub(crate) const UNEXPECTED_MESSAGE: u64 = 401;

/// A peer connected to one relay. It ends when it is dropped.
pub(crate) struct RawPeer {
    pub(crate) id: PeerId,
    hops: UnboundedSender<()>,
    opened: UnboundedReceiver<Stream>,
    called: UnboundedReceiver<Stream>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for RawPeer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl RawPeer {
    /// Connects to the relay.
    pub(crate) async fn connect(relay: &Multiaddr) -> Self {
        Self::connect_as(Keypair::generate_ed25519(), relay).await
    }

    /// Connects to the relay as the owner of this key.
    pub(crate) async fn connect_as(key: Keypair, relay: &Multiaddr) -> Self {
        let (hops, hops_inbox) = unbounded_channel();
        let (opened_outbox, opened) = unbounded_channel();
        let (called_outbox, called) = unbounded_channel();
        let behaviour =
            CircuitBehaviour { hops: hops_inbox, relay: None, opened: opened_outbox, called: called_outbox };
        let mut swarm = SwarmBuilder::with_existing_identity(key)
            .with_tokio()
            .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)
            .expect("a transport")
            .with_behaviour(|_| behaviour)
            .expect("a behaviour")
            .with_swarm_config(|config| {
                config.with_idle_connection_timeout(std::time::Duration::from_secs(600))
            })
            .build();
        swarm.dial(relay.clone()).expect("an address");
        loop {
            match swarm.select_next_some().await {
                SwarmEvent::ConnectionEstablished { .. } => break,
                SwarmEvent::OutgoingConnectionError { error, .. } => panic!("{error}"),
                _ => {}
            }
        }
        let id = *swarm.local_peer_id();
        let task = tokio::spawn(async move {
            loop {
                swarm.select_next_some().await;
            }
        });
        Self { id, hops, opened, called, task }
    }

    /// A stream for requests to the relay.
    pub(crate) async fn hop(&mut self) -> Stream {
        self.hops.send(()).expect("it runs");
        self.opened.recv().await.expect("the relay speaks the protocol")
    }

    /// Asks for a place. Returns the relay's status.
    pub(crate) async fn reserve(&mut self) -> u64 {
        let mut hop = self.hop().await;
        hop.write_all(&[2, 8, 0]).await.expect("the relay reads");
        status(&mut hop).await.expect("the relay answers")
    }

    /// Asks for a circuit. Returns the relay's status, and the stream.
    pub(crate) async fn call(&mut self, called: PeerId) -> (u64, Stream) {
        let mut hop = self.hop().await;
        let id = called.to_bytes();
        let length = id.len() as u8;
        let mut message = vec![length + 6, 8, 1, 18, length + 2, 10, length];
        message.extend(id);
        hop.write_all(&message).await.expect("the relay reads");
        let status = status(&mut hop).await.expect("the relay answers");
        (status, hop)
    }

    /// The stream of the next call, before anything is read from it.
    pub(crate) async fn called(&mut self) -> Stream {
        self.called.recv().await.expect("it runs")
    }

    /// Accepts the next call.
    pub(crate) async fn take(&mut self) -> Stream {
        let mut stop = self.called().await;
        message(&mut stop).await.expect("the relay says who calls");
        stop.write_all(&[4, 8, 1, 32, OK as u8]).await.expect("the relay reads");
        stop.flush().await.expect("the relay reads");
        stop
    }
}

/// Two ends of a circuit through the relay, the caller's first.
pub(crate) async fn circuit(caller: &mut RawPeer, called: &mut RawPeer) -> (Stream, Stream) {
    let id = called.id;
    let ((status, near), far) = tokio::join!(caller.call(id), called.take());
    assert_eq!(status, OK);
    (near, far)
}

/// Reads a message; `None` if the stream ends or is reset first.
pub(crate) async fn message(stream: &mut Stream) -> Option<Vec<u8>> {
    let mut length = 0;
    for shift in [0, 7] {
        let mut byte = [0];
        stream.read_exact(&mut byte).await.ok()?;
        length |= usize::from(byte[0] & 0x7f) << shift;
        if byte[0] & 0x80 == 0 {
            break;
        }
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message).await.ok()?;
    Some(message)
}

/// Reads the status at the end of a relay's answer; `None` if the stream ends or is reset first.
pub(crate) async fn status(stream: &mut Stream) -> Option<u64> {
    match message(stream).await?.as_slice() {
        [.., 40, low, high] if low & 0x80 != 0 => Some(u64::from(low & 0x7f) | u64::from(*high) << 7),
        [.., 40, status] => Some(u64::from(*status)),
        other => panic!("no status in {other:?}"),
    }
}

struct CircuitBehaviour {
    hops: UnboundedReceiver<()>,
    relay: Option<(PeerId, ConnectionId)>,
    opened: UnboundedSender<Stream>,
    called: UnboundedSender<Stream>,
}

impl NetworkBehaviour for CircuitBehaviour {
    type ConnectionHandler = CircuitHandler;
    type ToSwarm = ();

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Err(ConnectionDenied::new("nobody dials this peer"))
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.relay = Some((peer, connection));
        Ok(CircuitHandler { wanted: 0, opened: self.opened.clone(), called: self.called.clone() })
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        let Some((peer_id, connection)) = self.relay else { return Poll::Pending };
        match self.hops.poll_recv(cx) {
            Poll::Ready(Some(event)) => Poll::Ready(ToSwarm::NotifyHandler {
                peer_id,
                handler: NotifyHandler::One(connection),
                event,
            }),
            _ => Poll::Pending,
        }
    }
}

struct CircuitHandler {
    wanted: usize,
    opened: UnboundedSender<Stream>,
    called: UnboundedSender<Stream>,
}

impl ConnectionHandler for CircuitHandler {
    type FromBehaviour = ();
    type ToBehaviour = std::convert::Infallible;
    type InboundProtocol = ReadyUpgrade<StreamProtocol>;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = ();

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol, ()> {
        SubstreamProtocol::new(ReadyUpgrade::new(STOP), ())
    }

    fn connection_keep_alive(&self) -> bool {
        true
    }

    fn poll(
        &mut self,
        _: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, (), Self::ToBehaviour>> {
        if self.wanted == 0 {
            return Poll::Pending;
        }
        self.wanted -= 1;
        let protocol = SubstreamProtocol::new(ReadyUpgrade::new(HOP), ());
        Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol })
    }

    fn on_behaviour_event(&mut self, (): ()) {
        self.wanted += 1;
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<'_, Self::InboundProtocol, Self::OutboundProtocol, (), ()>,
    ) {
        // If the peer was dropped, nobody takes its streams any more.
        match event {
            ConnectionEvent::FullyNegotiatedInbound(inbound) => drop(self.called.send(inbound.protocol)),
            ConnectionEvent::FullyNegotiatedOutbound(outbound) => drop(self.opened.send(outbound.protocol)),
            _ => {}
        }
    }
}
