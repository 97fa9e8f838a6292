//! Connections in memory with a delay each way: streams between two muxers. There is no encryption and no
//! multiplexing protocol; negotiation of protocols and all that Kademlia says are the libraries' own.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures::{AsyncRead, AsyncWrite};
use libp2p::core::muxing::{StreamMuxer, StreamMuxerEvent};

use crate::clock::{Clock, lock};

struct Line<T> {
    items: VecDeque<(Duration, T)>,
    /// When the end is seen.
    closed: Option<Duration>,
    waker: Option<Waker>,
}

/// One direction of something: what goes in comes out after the delay, in order. Unbounded: one message is in
/// flight on a Kademlia stream, and 16 KiB at most.
struct Delayed<T> {
    clock: Clock,
    delay: Duration,
    line: Mutex<Line<T>>,
}

impl<T> Delayed<T> {
    fn new(clock: &Clock, delay: Duration) -> Arc<Self> {
        let line = Line { items: VecDeque::new(), closed: None, waker: None };
        Arc::new(Self { clock: clock.clone(), delay, line: Mutex::new(line) })
    }

    fn change(&self, change: impl FnOnce(&mut Line<T>, Duration)) {
        let at = self.clock.now() + self.delay;
        let mut line = lock(&self.line);
        change(&mut line, at);
        let waker = line.waker.take();
        drop(line);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn push(&self, item: T) {
        self.change(|line, at| line.items.push_back((at, item)));
    }

    fn close(&self) {
        self.change(|line, at| line.closed = line.closed.or(Some(at)));
    }

    /// The next item, nothing at the end.
    fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let now = self.clock.now();
        let mut line = lock(&self.line);
        let at = match (line.items.front(), line.closed) {
            (Some((at, _)), _) if *at <= now => {
                return Poll::Ready(line.items.pop_front().map(|(_, item)| item));
            }
            (Some((at, _)), _) => Some(*at),
            (None, Some(closed)) if closed <= now => return Poll::Ready(None),
            (None, closed) => closed,
        };
        line.waker = Some(cx.waker().clone());
        drop(line);
        if let Some(at) = at {
            self.clock.wake_at(at, cx.waker());
        }
        Poll::Pending
    }
}

/// One end of a stream.
pub(crate) struct Stream {
    incoming: Arc<Delayed<Vec<u8>>>,
    outgoing: Arc<Delayed<Vec<u8>>>,
    /// What has come and was not read yet.
    rest: Vec<u8>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.outgoing.close();
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if self.rest.is_empty() {
            match self.incoming.poll_next(cx) {
                Poll::Ready(Some(bytes)) => self.rest = bytes,
                Poll::Ready(None) => return Poll::Ready(Ok(0)),
                Poll::Pending => return Poll::Pending,
            }
        }
        let taken = self.rest.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&self.rest[..taken]);
        self.rest.drain(..taken);
        Poll::Ready(Ok(taken))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.outgoing.push(bytes.to_vec());
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outgoing.close();
        Poll::Ready(Ok(()))
    }
}

/// One end of a connection.
pub(crate) struct Muxer {
    incoming: Arc<Delayed<Stream>>,
    outgoing: Arc<Delayed<Stream>>,
}

/// Both ends of a connection with this delay each way.
pub(crate) fn connection(clock: &Clock, delay: Duration) -> (Muxer, Muxer) {
    let (one, other) = (Delayed::new(clock, delay), Delayed::new(clock, delay));
    (Muxer { incoming: one.clone(), outgoing: other.clone() }, Muxer { incoming: other, outgoing: one })
}

impl Muxer {
    fn open(&self) -> Stream {
        let (clock, delay) = (&self.outgoing.clock, self.outgoing.delay);
        let (one, other) = (Delayed::new(clock, delay), Delayed::new(clock, delay));
        self.outgoing.push(Stream { incoming: one.clone(), outgoing: other.clone(), rest: Vec::new() });
        Stream { incoming: other, outgoing: one, rest: Vec::new() }
    }

    /// The next stream that the other end opens; nothing when it is gone.
    pub(crate) fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<Option<Stream>> {
        self.incoming.poll_next(cx)
    }
}

impl Drop for Muxer {
    fn drop(&mut self) {
        self.outgoing.close();
    }
}

impl StreamMuxer for Muxer {
    type Substream = Stream;
    type Error = io::Error;

    fn poll_inbound(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<Stream>> {
        self.poll_accept(cx).map(|stream| stream.ok_or_else(|| io::ErrorKind::ConnectionReset.into()))
    }

    fn poll_outbound(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<Stream>> {
        Poll::Ready(Ok(self.open()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outgoing.close();
        Poll::Ready(Ok(()))
    }

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<StreamMuxerEvent>> {
        Poll::Pending
    }
}
