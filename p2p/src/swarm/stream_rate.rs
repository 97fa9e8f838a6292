//! How often the other side of a connection may open streams. Past that they are reset unread: to negotiate a
//! stream costs a stranger nothing, and us some dozen microseconds.
//!
//! It does not bound how many are open at once, nor what is in them: libp2p's limits and the protocols do.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use libp2p::core::muxing::{StreamMuxer, StreamMuxerBox, StreamMuxerEvent};

use crate::rates::RateLimiter;

/// Streams at once: three legs of a session, each with a stream per channel, and the DHT's questions.
const BURST: u32 = 128;

/// Then one more after each of these: 32 a second, of which the 64 connections that strangers may have in all
/// make 2,000.
const INTERVAL: Duration = Duration::from_millis(31);

/// Resets before others have their turn: the connection is one task, and its session's streams wait with it.
const RESETS_PER_TURN: usize = 32;

/// A connection whose inbound streams have a rate.
pub(super) struct RatedMuxer {
    inner: StreamMuxerBox,
    rate: RateLimiter<()>,
}

impl RatedMuxer {
    pub(super) fn new(inner: StreamMuxerBox) -> Self {
        Self { inner, rate: RateLimiter::new(BURST, INTERVAL) }
    }
}

impl StreamMuxer for RatedMuxer {
    type Substream = <StreamMuxerBox as StreamMuxer>::Substream;
    type Error = <StreamMuxerBox as StreamMuxer>::Error;

    fn poll_inbound(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Self::Substream, Self::Error>> {
        for _ in 0..RESETS_PER_TURN {
            let Poll::Ready(arrived) = Pin::new(&mut self.inner).poll_inbound(cx) else {
                return Poll::Pending;
            };
            let stream = arrived?;
            if self.rate.admit((), Instant::now()) {
                return Poll::Ready(Ok(stream));
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn poll_outbound(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Self::Substream, Self::Error>> {
        Pin::new(&mut self.inner).poll_outbound(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Pin::new(&mut self.inner).poll_close(cx)
    }

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<StreamMuxerEvent, Self::Error>> {
        Pin::new(&mut self.inner).poll(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use futures::task::noop_waker;
    use libp2p::core::muxing::SubstreamBox;

    use super::*;

    /// A connection on which streams are opened without end.
    struct EndlessStreams;

    impl StreamMuxer for EndlessStreams {
        type Substream = futures::io::Cursor<Vec<u8>>;
        type Error = io::Error;

        fn poll_inbound(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Result<Self::Substream, Self::Error>> {
            Poll::Ready(Ok(Self::Substream::default()))
        }

        fn poll_outbound(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Result<Self::Substream, Self::Error>> {
            Poll::Pending
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
            Poll::Pending
        }

        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<StreamMuxerEvent, Self::Error>> {
            Poll::Pending
        }
    }

    #[test]
    fn of_streams_that_are_opened_without_end_few_pass_and_others_have_their_turn() {
        let mut muxer = RatedMuxer::new(StreamMuxerBox::new(EndlessStreams));
        let waker = noop_waker();
        let mut cx = Context::from_waker(&waker);
        let mut poll = || -> Poll<io::Result<SubstreamBox>> { Pin::new(&mut muxer).poll_inbound(&mut cx) };
        let passed = std::iter::from_fn(|| match poll() {
            Poll::Ready(stream) => Some(stream),
            Poll::Pending => None,
        });
        assert_eq!(passed.filter(Result::is_ok).count(), BURST as usize);
    }
}
