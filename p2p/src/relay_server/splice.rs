//! Moves bytes between the two ends of a circuit, both ways, as fast as both ends and the line take them.
//!
//! A direction reads only when it has written everything it read before, so an end that reads nothing stops
//! the other. When one end closes its direction, the other end's reading side is closed, and it may still
//! send. If anything else ends the circuit, both streams are dropped, and both ends see a reset.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep};

use super::line::CircuitShare;
use super::{CircuitEnd, ReachedLimit};

/// Bytes of one direction held in this node: what multiplexers send as one frame. More is no faster, since
/// both ends have windows of their own, and with this 200 circuits take 6 MiB.
const BUFFER_BYTES: usize = 16 * 1024;

/// Bytes that one circuit moves before others get the processor: eight buffers, so that polling costs little
/// per byte.
const TURN_BYTES: usize = 8 * BUFFER_BYTES;

/// How long bytes may wait for an end that reads none, while nothing moves the other way either: longer than
/// an outage that a session survives.
pub(super) const STALL: Duration = Duration::from_secs(60);

/// The two ends and the bytes between them. Completes with the reason why the circuit ended.
pub(super) struct CircuitSplice<S> {
    ends: [S; 2],
    flows: [SpliceFlow; 2],
    part: CircuitShare,
    /// Bytes until the circuit is cut; `None` for no limit.
    left: Option<u64>,
    stall: Duration,
    /// Runs out when bytes have waited for too long without any moving.
    stalled: Option<Pin<Box<Sleep>>>,
}

/// One direction, from the end with its number to the other.
struct SpliceFlow {
    buffer: Box<[u8]>,
    /// The range of `buffer` that is read and not yet written.
    held: std::ops::Range<usize>,
    /// The bytes of it that may go.
    granted: usize,
    state: FlowState,
    unflushed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FlowState {
    Open,
    /// The end sends no more, and everything from it is written.
    Closing,
    Closed,
}

/// The progress of a direction.
enum FlowProgress {
    /// It moved bytes, or was closed.
    Moved(usize),
    /// There is nothing to read, or it is not its turn.
    Waits,
    /// The other end reads nothing.
    Blocked,
    Over,
}

impl<S: AsyncRead + AsyncWrite + Unpin> CircuitSplice<S> {
    /// Splices `ends`, the caller's first, until `max_bytes` have passed in all (0 for no limit) or it has
    /// stood still for `stall`.
    pub(super) fn new(ends: [S; 2], part: CircuitShare, max_bytes: u64, stall: Duration) -> Self {
        let left = (max_bytes > 0).then_some(max_bytes);
        Self { ends, flows: [SpliceFlow::new(), SpliceFlow::new()], part, left, stall, stalled: None }
    }

    fn poll_flow(&mut self, lane: usize, cx: &mut Context<'_>) -> Result<FlowProgress, CircuitEnd> {
        let (from, to) = match &mut self.ends {
            [caller, called] if lane == 0 => (caller, called),
            [caller, called] => (called, caller),
        };
        let flow = &mut self.flows[lane];
        let progress = match flow.state {
            FlowState::Closed => return Ok(FlowProgress::Over),
            FlowState::Closing => flow.poll_close(to, cx)?,
            FlowState::Open if flow.granted > 0 => flow.poll_write(to, cx)?,
            FlowState::Open if flow.held.is_empty() => flow.poll_read(from, cx)?,
            FlowState::Open => {
                let wanted =
                    self.left.map_or(flow.held.len() as u64, |left| left.min(flow.held.len() as u64));
                if wanted == 0 {
                    return Err(CircuitEnd::Limit(ReachedLimit::Bytes));
                }
                match self.part.poll_grant(lane, wanted as usize, cx) {
                    Poll::Ready(Ok(granted)) => {
                        flow.granted = granted;
                        self.left = self.left.map(|left| left - granted as u64);
                        FlowProgress::Moved(0)
                    }
                    Poll::Ready(Err(_)) => return Err(CircuitEnd::Limit(ReachedLimit::Day)),
                    Poll::Pending => FlowProgress::Waits,
                }
            }
        };
        // Nothing follows for now, so written bytes must not wait in a buffer on the way.
        if matches!(progress, FlowProgress::Waits) && flow.unflushed {
            return flow.poll_flush(to, cx);
        }
        Ok(progress)
    }

    fn poll_stall(&mut self, moved: bool, blocked: bool, cx: &mut Context<'_>) -> Poll<()> {
        if !blocked {
            self.stalled = None;
            return Poll::Pending;
        }
        let stall = self.stall;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(stall)));
        if moved {
            stalled.as_mut().reset(Instant::now() + stall);
        }
        stalled.as_mut().poll(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Future for CircuitSplice<S> {
    type Output = CircuitEnd;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<CircuitEnd> {
        let this = &mut *self;
        let mut moved = [0; 2];
        let mut blocked = false;
        let mut over = true;
        for (lane, moved) in moved.iter_mut().enumerate() {
            loop {
                match this.poll_flow(lane, cx) {
                    Err(end) => return Poll::Ready(end),
                    Ok(FlowProgress::Over) => break,
                    Ok(FlowProgress::Moved(bytes)) => *moved += bytes,
                    Ok(FlowProgress::Waits) => {
                        over = false;
                        break;
                    }
                    Ok(FlowProgress::Blocked) => {
                        (over, blocked) = (false, true);
                        break;
                    }
                }
                if *moved >= TURN_BYTES {
                    over = false;
                    cx.waker().wake_by_ref();
                    break;
                }
            }
        }
        if over {
            return Poll::Ready(CircuitEnd::Closed);
        }
        ready!(this.poll_stall(moved != [0; 2], blocked, cx));
        Poll::Ready(CircuitEnd::Stalled)
    }
}

impl SpliceFlow {
    fn new() -> Self {
        Self {
            buffer: vec![0; BUFFER_BYTES].into_boxed_slice(),
            held: 0..0,
            granted: 0,
            state: FlowState::Open,
            unflushed: false,
        }
    }

    fn poll_read(
        &mut self,
        from: &mut (impl AsyncRead + Unpin),
        cx: &mut Context<'_>,
    ) -> Result<FlowProgress, CircuitEnd> {
        match Pin::new(from).poll_read(cx, &mut self.buffer) {
            Poll::Ready(Ok(0)) => self.state = FlowState::Closing,
            Poll::Ready(Ok(read)) => self.held = 0..read,
            Poll::Ready(Err(_)) => return Err(CircuitEnd::Lost),
            Poll::Pending => return Ok(FlowProgress::Waits),
        }
        Ok(FlowProgress::Moved(0))
    }

    fn poll_write(
        &mut self,
        to: &mut (impl AsyncWrite + Unpin),
        cx: &mut Context<'_>,
    ) -> Result<FlowProgress, CircuitEnd> {
        let bytes = &self.buffer[self.held.start..self.held.start + self.granted];
        match Pin::new(to).poll_write(cx, bytes) {
            Poll::Ready(Ok(0) | Err(_)) => Err(CircuitEnd::Lost),
            Poll::Ready(Ok(written)) => {
                self.held.start += written;
                self.granted -= written;
                self.unflushed = true;
                Ok(FlowProgress::Moved(written))
            }
            Poll::Pending => Ok(FlowProgress::Blocked),
        }
    }

    fn poll_flush(
        &mut self,
        to: &mut (impl AsyncWrite + Unpin),
        cx: &mut Context<'_>,
    ) -> Result<FlowProgress, CircuitEnd> {
        match Pin::new(to).poll_flush(cx) {
            Poll::Ready(Ok(())) => {
                self.unflushed = false;
                Ok(FlowProgress::Waits)
            }
            Poll::Ready(Err(_)) => Err(CircuitEnd::Lost),
            Poll::Pending => Ok(FlowProgress::Blocked),
        }
    }

    fn poll_close(
        &mut self,
        to: &mut (impl AsyncWrite + Unpin),
        cx: &mut Context<'_>,
    ) -> Result<FlowProgress, CircuitEnd> {
        match Pin::new(to).poll_close(cx) {
            Poll::Ready(Ok(())) => {
                self.state = FlowState::Closed;
                Ok(FlowProgress::Over)
            }
            Poll::Ready(Err(_)) => Err(CircuitEnd::Lost),
            Poll::Pending => Ok(FlowProgress::Blocked),
        }
    }
}

#[cfg(test)]
mod tests;
