//! Listens and dials, and chooses the socket for each.
//!
//! A dial leaves from a listener's socket if one fits, so that a NAT shows others the same port for both.
//! Otherwise it leaves from a socket that all dials share, or from one of its own if the dial asks for that.

use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash as _, Hasher as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures::future::{BoxFuture, Either, select};
use futures::stream::SelectAll;
use futures::{FutureExt as _, StreamExt as _};
use libp2p::core::Endpoint;
use libp2p::core::transport::{DialOpts, ListenerId, PortUse, TransportError, TransportEvent};
use libp2p::{Multiaddr, PeerId};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::sync::oneshot;

use super::listener::QuicListener;
use super::punch::punch;
use super::{HANDSHAKE_TIMEOUT, QuicConfig, QuicConnecting, QuicConnection, QuicError, QuinnConfig, address};

/// The transport for `/quic-v1`. It must be used within a tokio runtime.
///
/// Dialling as a listener with [`PortUse::Reuse`], as hole punching does, dials from the listener's socket,
/// like libp2p's transport: both sides do it, and the first packets open both NATs. With [`PortUse::New`] it
/// sends packets to the address until the other side's connection arrives.
#[derive(Debug)]
pub struct QuicTransport {
    config: QuinnConfig,
    listeners: SelectAll<QuicListener>,
    /// The sockets that dials share while nothing listens in their family.
    dialers: HashMap<AddressFamily, quinn::Endpoint>,
    /// Dials that wait for a connection from an address. If a dial has ended, its sender is closed.
    punching: HashMap<SocketAddr, oneshot::Sender<QuicConnecting>>,
    waker: Option<Waker>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum AddressFamily {
    V4,
    V6,
}

impl AddressFamily {
    fn of(ip: IpAddr) -> Self {
        if ip.is_ipv4() { Self::V4 } else { Self::V6 }
    }

    fn any_address(self) -> SocketAddr {
        match self {
            Self::V4 => (Ipv4Addr::UNSPECIFIED, 0).into(),
            Self::V6 => (Ipv6Addr::UNSPECIFIED, 0).into(),
        }
    }
}

type QuicDial = BoxFuture<'static, Result<(PeerId, QuicConnection), QuicError>>;

impl QuicTransport {
    /// A transport that neither listens nor dials yet.
    #[must_use]
    pub fn new(config: QuicConfig) -> Self {
        Self {
            config: config.into_quinn(),
            listeners: SelectAll::new(),
            dialers: HashMap::new(),
            punching: HashMap::new(),
            waker: None,
        }
    }

    /// The listener from which to dial an address: among several, always the same one for the same address.
    fn listener_for(&self, remote: SocketAddr) -> Option<&QuicListener> {
        let fitting = self.listeners.iter().filter(|listener| listener.reaches(remote.ip()));
        fitting.max_by_key(|listener| {
            let mut hasher = DefaultHasher::new();
            (remote, listener.id).hash(&mut hasher);
            hasher.finish()
        })
    }

    fn endpoint_for(&mut self, remote: SocketAddr, port: PortUse) -> Result<quinn::Endpoint, QuicError> {
        let family = AddressFamily::of(remote.ip());
        if port == PortUse::New {
            return self.dialer(family);
        }
        if let Some(listener) = self.listener_for(remote) {
            return Ok(listener.endpoint.clone());
        }
        if let Some(dialer) = self.dialers.get(&family) {
            return Ok(dialer.clone());
        }
        let dialer = self.dialer(family)?;
        self.dialers.insert(family, dialer.clone());
        Ok(dialer)
    }

    /// An endpoint that accepts no connections.
    fn dialer(&self, family: AddressFamily) -> Result<quinn::Endpoint, QuicError> {
        let socket = UdpSocket::bind(family.any_address())?;
        let runtime = Arc::new(quinn::TokioRuntime);
        Ok(quinn::Endpoint::new(self.config.endpoint.clone(), None, socket, runtime)?)
    }

    fn dial_out(&mut self, remote: SocketAddr, port: PortUse) -> Result<QuicDial, QuicError> {
        let endpoint = self.endpoint_for(remote, port)?;
        let client = self.config.client.clone();
        let dial = async move {
            // libp2p's certificates name no host, but TLS wants a name; all implementations use "l".
            let connecting = endpoint.connect_with(client, remote, "l")?;
            QuicConnecting::new(connecting).await
        };
        Ok(dial.boxed())
    }

    fn punch(&mut self, remote: SocketAddr, peer: PeerId) -> Result<QuicDial, QuicError> {
        let listener = self.listener_for(remote).ok_or(QuicError::NoListener)?;
        let socket = listener.socket()?;
        let (sender, arrived) = oneshot::channel();
        match self.punching.entry(remote) {
            Entry::Occupied(entry) if !entry.get().is_closed() => {
                return Err(QuicError::AlreadyPunching(remote));
            }
            Entry::Occupied(mut entry) => drop(entry.insert(sender)),
            Entry::Vacant(entry) => drop(entry.insert(sender)),
        }
        self.punching.retain(|_, waiting| !waiting.is_closed());
        let dial = async move {
            let punching = pin!(punch(socket, remote));
            let arrived = pin!(tokio::time::timeout(HANDSHAKE_TIMEOUT, arrived));
            match select(arrived, punching).await {
                Either::Left((Ok(Ok(connecting)), _)) => {
                    let (arrived, connection) = connecting.await?;
                    if arrived != peer {
                        tracing::debug!(%peer, %arrived, "another peer came through the hole");
                    }
                    Ok((arrived, connection))
                }
                // Nobody came, or the transport and its sender are gone.
                Either::Left((Ok(Err(_)) | Err(_), _)) => Err(QuicError::HandshakeTimeout),
                Either::Right((error, _)) => Err(error),
            }
        };
        Ok(dial.boxed())
    }

    /// Hands an incoming connection to the dial that punched a hole for it, and returns all other events.
    fn take_punched(
        &mut self,
        event: TransportEvent<QuicConnecting, QuicError>,
    ) -> Option<TransportEvent<QuicConnecting, QuicError>> {
        let TransportEvent::Incoming { listener_id, upgrade, local_addr, send_back_addr } = event else {
            return Some(event);
        };
        let remote = address::parse(&send_back_addr).map(|(remote, _)| remote);
        let waiting = remote.and_then(|remote| self.punching.remove(&remote));
        let upgrade = match waiting {
            Some(waiting) => waiting.send(upgrade).err()?,
            None => upgrade,
        };
        Some(TransportEvent::Incoming { listener_id, upgrade, local_addr, send_back_addr })
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

/// A socket bound to an address. IPv6 sockets carry only IPv6, so that IPv4 can use the same port.
fn bind(address: SocketAddr) -> std::io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.bind(&address.into())?;
    Ok(socket.into())
}

impl libp2p::Transport for QuicTransport {
    type Output = (PeerId, QuicConnection);
    type Error = QuicError;
    type ListenerUpgrade = QuicConnecting;
    type Dial = QuicDial;

    fn listen_on(&mut self, id: ListenerId, address: Multiaddr) -> Result<(), TransportError<QuicError>> {
        let Some((local, _)) = address::parse(&address) else {
            return Err(TransportError::MultiaddrNotSupported(address));
        };
        let socket = bind(local).map_err(|error| TransportError::Other(error.into()))?;
        let listener = QuicListener::new(id, socket, &self.config).map_err(TransportError::Other)?;
        self.listeners.push(listener);
        // Dials leave from the listener from now on; the shared socket closes with its last connection.
        self.dialers.remove(&AddressFamily::of(local.ip()));
        self.wake();
        Ok(())
    }

    fn remove_listener(&mut self, id: ListenerId) -> bool {
        let listener = self.listeners.iter_mut().find(|listener| listener.id == id);
        listener.map(QuicListener::close).is_some()
    }

    fn dial(&mut self, address: Multiaddr, options: DialOpts) -> Result<QuicDial, TransportError<QuicError>> {
        let Some((remote, peer)) = address::parse(&address) else {
            return Err(TransportError::MultiaddrNotSupported(address));
        };
        if remote.port() == 0 || remote.ip().is_unspecified() {
            return Err(TransportError::MultiaddrNotSupported(address));
        }
        let dial = match (options.role, options.port_use) {
            (Endpoint::Listener, PortUse::New) => {
                let Some(peer) = peer else { return Err(TransportError::MultiaddrNotSupported(address)) };
                self.punch(remote, peer)
            }
            (_, port) => self.dial_out(remote, port),
        };
        dial.map_err(TransportError::Other)
    }

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<TransportEvent<QuicConnecting, QuicError>> {
        while let Poll::Ready(Some(event)) = self.listeners.poll_next_unpin(cx) {
            if let Some(event) = self.take_punched(event) {
                return Poll::Ready(event);
            }
        }
        self.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}
