//! A socket that accepts connections, and the addresses at which it can be reached.

use std::collections::{HashSet, VecDeque};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use futures::future::BoxFuture;
use futures::{FutureExt as _, Stream};
use if_watch::IfEvent;
use if_watch::tokio::IfWatcher;
use libp2p::core::transport::{ListenerId, TransportEvent};

use super::{QuicConnecting, QuicError, QuinnConfig, address};

/// An event of a listener.
pub(super) type ListenerEvent = TransportEvent<QuicConnecting, QuicError>;

/// Accepts connections until it is closed. Then it emits [`ListenerEvent::ListenerClosed`], and its stream
/// ends.
pub(super) struct QuicListener {
    pub(super) id: ListenerId,
    pub(super) endpoint: quinn::Endpoint,
    /// The endpoint's socket, for packets that no connection sends.
    socket: UdpSocket,
    bound: SocketAddr,
    /// The addresses that come and go, if it listens on all of them.
    interfaces: Option<IfWatcher>,
    addresses: HashSet<IpAddr>,
    accepting: BoxFuture<'static, Option<quinn::Incoming>>,
    events: VecDeque<ListenerEvent>,
    closed: bool,
    waker: Option<Waker>,
}

impl QuicListener {
    /// Listens on a bound socket.
    ///
    /// # Errors
    /// [`QuicError::Io`] if the socket can't be used or the interfaces can't be watched.
    pub(super) fn new(id: ListenerId, socket: UdpSocket, config: &QuinnConfig) -> Result<Self, QuicError> {
        let bound = socket.local_addr()?;
        let copy = socket.try_clone()?;
        let runtime = std::sync::Arc::new(quinn::TokioRuntime);
        let server = Some(config.server.clone());
        let endpoint = quinn::Endpoint::new(config.endpoint.clone(), server, socket, runtime)?;
        let mut listener = Self {
            id,
            accepting: accept(&endpoint),
            endpoint,
            socket: copy,
            bound,
            interfaces: None,
            addresses: HashSet::new(),
            events: VecDeque::new(),
            closed: false,
            waker: None,
        };
        if bound.ip().is_unspecified() {
            listener.interfaces = Some(IfWatcher::new()?);
        } else {
            listener.addresses.insert(bound.ip());
            listener.events.push_back(listener.new_address(bound.ip()));
        }
        Ok(listener)
    }

    /// Another handle of its socket.
    pub(super) fn socket(&self) -> std::io::Result<UdpSocket> {
        self.socket.try_clone()
    }

    /// Whether a packet from here reaches an address: one of the same family, and loopback only from
    /// loopback.
    pub(super) fn reaches(&self, remote: IpAddr) -> bool {
        let family = address::same_family(self.bound.ip(), remote);
        let loopback = !remote.is_loopback() || self.addresses.iter().any(IpAddr::is_loopback);
        !self.closed && family && loopback
    }

    /// Closes it, and with it the connections that it accepted.
    pub(super) fn close(&mut self) {
        if self.closed {
            return;
        }
        self.closed = true;
        self.endpoint.close(quinn::VarInt::from_u32(0), &[]);
        self.events.push_back(ListenerEvent::ListenerClosed { listener_id: self.id, reason: Ok(()) });
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    fn new_address(&self, ip: IpAddr) -> ListenerEvent {
        let listen_addr = address::format(SocketAddr::new(ip, self.bound.port()));
        ListenerEvent::NewAddress { listener_id: self.id, listen_addr }
    }

    fn poll_interfaces(&mut self, cx: &mut Context<'_>) -> Poll<ListenerEvent> {
        let Some(interfaces) = &mut self.interfaces else { return Poll::Pending };
        loop {
            match ready!(interfaces.poll_if_event(cx)) {
                Ok(IfEvent::Up(net)) if address::same_family(self.bound.ip(), net.addr()) => {
                    self.addresses.insert(net.addr());
                    return Poll::Ready(self.new_address(net.addr()));
                }
                Ok(IfEvent::Down(net)) if address::same_family(self.bound.ip(), net.addr()) => {
                    self.addresses.remove(&net.addr());
                    let listen_addr = address::format(SocketAddr::new(net.addr(), self.bound.port()));
                    return Poll::Ready(ListenerEvent::AddressExpired { listener_id: self.id, listen_addr });
                }
                Ok(_) => {}
                Err(error) => {
                    return Poll::Ready(ListenerEvent::ListenerError {
                        listener_id: self.id,
                        error: error.into(),
                    });
                }
            }
        }
    }

    fn incoming(&mut self, incoming: quinn::Incoming) -> ListenerEvent {
        match incoming.accept() {
            Ok(connecting) => ListenerEvent::Incoming {
                listener_id: self.id,
                local_addr: address::format(self.bound),
                send_back_addr: address::format(connecting.remote_address()),
                upgrade: QuicConnecting::new(connecting),
            },
            Err(error) => ListenerEvent::ListenerError { listener_id: self.id, error: error.into() },
        }
    }
}

fn accept(endpoint: &quinn::Endpoint) -> BoxFuture<'static, Option<quinn::Incoming>> {
    let endpoint = endpoint.clone();
    async move { endpoint.accept().await }.boxed()
}

impl Stream for QuicListener {
    type Item = ListenerEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<ListenerEvent>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Poll::Ready(Some(event));
            }
            if self.closed {
                return Poll::Ready(None);
            }
            if let Poll::Ready(event) = self.poll_interfaces(cx) {
                return Poll::Ready(Some(event));
            }
            match self.accepting.poll_unpin(cx) {
                Poll::Ready(Some(incoming)) => {
                    self.accepting = accept(&self.endpoint);
                    let event = self.incoming(incoming);
                    return Poll::Ready(Some(event));
                }
                Poll::Ready(None) => self.close(),
                Poll::Pending => {
                    self.waker = Some(cx.waker().clone());
                    return Poll::Pending;
                }
            }
        }
    }
}

impl std::fmt::Debug for QuicListener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QuicListener")
            .field("id", &self.id)
            .field("bound", &self.bound)
            .finish_non_exhaustive()
    }
}
