//! Pending connections, connections and streams, as libp2p wants them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::future::BoxFuture;
use futures::{AsyncRead, AsyncWrite, FutureExt as _};
use libp2p::PeerId;
use libp2p::core::muxing::{StreamMuxer, StreamMuxerEvent};
use libp2p::tls::certificate;
use quinn::rustls::pki_types::CertificateDer;

use super::{HANDSHAKE_TIMEOUT, QuicError};

/// A pending connection: yields the connection and its peer, or a [`QuicError`].
pub struct QuicConnecting(BoxFuture<'static, Result<(PeerId, QuicConnection), QuicError>>);

impl QuicConnecting {
    pub(super) fn new(connecting: quinn::Connecting) -> Self {
        let handshake = async move {
            let connection = tokio::time::timeout(HANDSHAKE_TIMEOUT, connecting)
                .await
                .map_err(|_| QuicError::HandshakeTimeout)??;
            let peer = peer(&connection).ok_or(QuicError::PeerCertificate)?;
            Ok((peer, QuicConnection::new(connection)))
        };
        Self(handshake.boxed())
    }
}

impl Future for QuicConnecting {
    type Output = Result<(PeerId, QuicConnection), QuicError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_unpin(cx)
    }
}

impl std::fmt::Debug for QuicConnecting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QuicConnecting").finish_non_exhaustive()
    }
}

/// The owner of the peer's certificate. The handshake has verified it, signature and all.
fn peer(connection: &quinn::Connection) -> Option<PeerId> {
    let certificates = connection.peer_identity()?.downcast::<Vec<CertificateDer<'_>>>().ok()?;
    Some(certificate::parse(certificates.first()?).ok()?.peer_id())
}

type OpenedStream = Result<(quinn::SendStream, quinn::RecvStream), quinn::ConnectionError>;

/// A connection, on which both sides open streams.
pub struct QuicConnection {
    connection: quinn::Connection,
    accepting: Option<BoxFuture<'static, OpenedStream>>,
    opening: Option<BoxFuture<'static, OpenedStream>>,
    closing: Option<BoxFuture<'static, quinn::ConnectionError>>,
}

impl QuicConnection {
    fn new(connection: quinn::Connection) -> Self {
        Self { connection, accepting: None, opening: None, closing: None }
    }
}

impl std::fmt::Debug for QuicConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("QuicConnection").field(&self.connection).finish()
    }
}

/// Polls one of a connection's futures. It is created if it is missing and dropped when it is ready.
fn poll_stream(
    slot: &mut Option<BoxFuture<'static, OpenedStream>>,
    start: impl FnOnce() -> BoxFuture<'static, OpenedStream>,
    cx: &mut Context<'_>,
) -> Poll<Result<QuicStream, QuicError>> {
    let opened = ready!(slot.get_or_insert_with(start).poll_unpin(cx));
    *slot = None;
    Poll::Ready(
        opened.map(|(send, receive)| QuicStream { send, receive, closed: None }).map_err(QuicError::from),
    )
}

impl StreamMuxer for QuicConnection {
    type Substream = QuicStream;
    type Error = QuicError;

    fn poll_inbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<QuicStream, QuicError>> {
        let Self { connection, accepting, .. } = &mut *self;
        let accept = || {
            let connection = connection.clone();
            async move { connection.accept_bi().await }.boxed()
        };
        poll_stream(accepting, accept, cx)
    }

    fn poll_outbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<QuicStream, QuicError>> {
        let Self { connection, opening, .. } = &mut *self;
        let open = || {
            let connection = connection.clone();
            async move { connection.open_bi().await }.boxed()
        };
        poll_stream(opening, open, cx)
    }

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Result<StreamMuxerEvent, QuicError>> {
        // Its address never changes, and it needs nobody to drive it.
        Poll::Pending
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), QuicError>> {
        let Self { connection, closing, .. } = &mut *self;
        let closed = closing.get_or_insert_with(|| {
            connection.close(quinn::VarInt::from_u32(0), &[]);
            let connection = connection.clone();
            async move { connection.closed().await }.boxed()
        });
        Poll::Ready(match ready!(closed.poll_unpin(cx)) {
            quinn::ConnectionError::LocallyClosed => Ok(()),
            error => Err(error.into()),
        })
    }
}

/// A stream. Dropping it ends what it sends and stops what it would receive.
#[derive(Debug)]
pub struct QuicStream {
    send: quinn::SendStream,
    receive: quinn::RecvStream,
    /// The result of closing it, since it may be closed more than once.
    closed: Option<Result<(), io::ErrorKind>>,
}

impl AsyncRead for QuicStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if let Some(Err(_)) = self.closed {
            return Poll::Ready(Ok(0));
        }
        Pin::new(&mut self.receive).poll_read(cx, buffer).map_err(io::Error::from)
    }
}

impl AsyncWrite for QuicStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.send).poll_write(cx, bytes).map_err(io::Error::from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        AsyncWrite::poll_flush(Pin::new(&mut self.send), cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(closed) = self.closed {
            return Poll::Ready(closed.map_err(io::Error::from));
        }
        let closed = ready!(AsyncWrite::poll_close(Pin::new(&mut self.send), cx));
        self.closed = Some(closed.as_ref().copied().map_err(io::Error::kind));
        Poll::Ready(closed)
    }
}
