//! The node's line, shared by all circuits: [`LineShares`] and [`DayLedger`] behind a lock, and a task that
//! wakes the circuits that may go on.
//!
//! Without limits there is neither a lock in the path of bytes nor a task: bytes are only counted. The lock
//! is held for a few map operations, never across an await.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use libp2p::PeerId;
use tokio::sync::Notify;
use tokio::time::sleep_until;

use super::RelayLimits;
use super::day::DayLedger;
use super::shares::{Lane, LineShares, ShareId};

/// The line; see the module.
#[derive(Debug)]
pub(super) struct RelayLine {
    limited: Option<LimitedLine>,
    relayed: Arc<AtomicU64>,
}

#[derive(Debug)]
struct LimitedLine {
    state: Mutex<LineState>,
    /// A waiting circuit may go on before the pacer wakes.
    earlier: Notify,
}

#[derive(Debug)]
struct LineState {
    shares: LineShares,
    day: Option<DayLedger>,
    wakers: HashMap<ShareId, Waker>,
    /// When the pacer wakes; `None` while it waits for `earlier`.
    pacer_at: Option<Instant>,
}

/// A peer of the circuit has used up its bytes for the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DayIsOver;

impl RelayLine {
    /// A line within `limits`. The bytes that it relays are added to `relayed`.
    pub(super) fn new(limits: &RelayLimits, relayed: Arc<AtomicU64>, now: Instant) -> Self {
        let all = NonZeroU64::new(limits.max_bytes_a_second);
        let one = NonZeroU64::new(limits.max_circuit_bytes_a_second);
        let day = (limits.max_peer_bytes_a_day > 0).then(|| DayLedger::new(limits.max_peer_bytes_a_day, now));
        let limited = (all.is_some() || one.is_some() || day.is_some()).then(|| LimitedLine {
            state: Mutex::new(LineState {
                shares: LineShares::new(all, one, now),
                day,
                wakers: HashMap::new(),
                pacer_at: None,
            }),
            earlier: Notify::new(),
        });
        Self { limited, relayed }
    }

    /// Whether the peer has used up its bytes for the day.
    pub(super) fn day_is_over(&self, peer: &PeerId, now: Instant) -> bool {
        let state = self.limited.as_ref().map(LimitedLine::lock);
        state.and_then(|state| state.day.as_ref().map(|day| day.left(peer, now) == 0)).unwrap_or(false)
    }

    /// Wakes circuits when they may go on. Runs until it is dropped.
    pub(super) async fn pace(self: Arc<Self>) {
        let Some(limited) = &self.limited else { return };
        loop {
            let next = limited.serve(Instant::now());
            match next {
                Some(at) => {
                    tokio::select! {
                        () = sleep_until(at.into()) => {}
                        () = limited.earlier.notified() => {}
                    }
                }
                None => limited.earlier.notified().await,
            }
        }
    }

    /// A circuit's share of the line, for its two ends.
    pub(super) fn join(self: &Arc<Self>, ends: [PeerId; 2], now: Instant) -> CircuitShare {
        let id = self.limited.as_ref().map_or(0, |limited| limited.lock().shares.open(now));
        CircuitShare { line: self.clone(), id, ends, asked: [false; 2] }
    }
}

impl LimitedLine {
    fn lock(&self) -> MutexGuard<'_, LineState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Grants what the line has room for. Returns when to be called again.
    fn serve(&self, now: Instant) -> Option<Instant> {
        let mut state = self.lock();
        let woken = state.serve(now);
        state.pacer_at = state.shares.next();
        let next = state.pacer_at;
        drop(state);
        woken.into_iter().for_each(Waker::wake);
        next
    }
}

impl LineState {
    fn serve(&mut self, now: Instant) -> Vec<Waker> {
        let mut woken = Vec::new();
        let wakers = &mut self.wakers;
        self.shares.serve(now, |id| woken.extend(wakers.remove(&id)));
        woken
    }
}

/// One circuit's share of the line. Dropping it leaves the line.
#[derive(Debug)]
pub(super) struct CircuitShare {
    line: Arc<RelayLine>,
    id: ShareId,
    ends: [PeerId; 2],
    asked: [bool; 2],
}

impl CircuitShare {
    /// How many of the `bytes` that a direction holds may go now, at least one; waits for its turn. Granted
    /// bytes count as relayed.
    pub(super) fn poll_grant(
        &mut self,
        lane: Lane,
        bytes: usize,
        cx: &mut Context<'_>,
    ) -> Poll<Result<usize, DayIsOver>> {
        let line = &*self.line;
        let Some(limited) = &line.limited else {
            line.relayed.fetch_add(bytes as u64, Ordering::Relaxed);
            return Poll::Ready(Ok(bytes));
        };
        let now = Instant::now();
        let mut state = limited.lock();
        let mut woken = Vec::new();
        if !self.asked[lane] {
            let left = state.left(&self.ends, now).min(bytes as u64);
            if left == 0 {
                return Poll::Ready(Err(DayIsOver));
            }
            state.shares.ask(self.id, lane, left, now);
            self.asked[lane] = true;
            woken = state.serve(now);
        }
        let taken = state.shares.take(self.id, lane);
        // Another circuit of these peers may have used up the day since this one asked.
        let granted = taken.min(state.left(&self.ends, now));
        let mut earlier = false;
        if taken > 0 {
            state.shares.ask(self.id, lane, 0, now);
            self.asked[lane] = false;
            state.charge(&self.ends, granted, now);
        } else {
            state.wakers.insert(self.id, cx.waker().clone());
            let next = state.shares.next();
            earlier = next.is_some_and(|next| state.pacer_at.is_none_or(|pacer_at| next < pacer_at));
        }
        drop(state);
        if earlier {
            limited.earlier.notify_one();
        }
        woken.into_iter().for_each(Waker::wake);
        if taken == 0 {
            return Poll::Pending;
        }
        if granted == 0 {
            return Poll::Ready(Err(DayIsOver));
        }
        line.relayed.fetch_add(granted, Ordering::Relaxed);
        Poll::Ready(Ok(granted as usize))
    }
}

impl LineState {
    fn left(&self, ends: &[PeerId; 2], now: Instant) -> u64 {
        let left = |day: &DayLedger| ends.iter().map(|peer| day.left(peer, now)).min();
        self.day.as_ref().and_then(left).unwrap_or(u64::MAX)
    }

    fn charge(&mut self, ends: &[PeerId; 2], bytes: u64, now: Instant) {
        if let Some(day) = &mut self.day {
            for peer in ends {
                day.charge(peer, bytes, now);
            }
        }
    }
}

impl Drop for CircuitShare {
    fn drop(&mut self) {
        if let Some(limited) = &self.line.limited {
            let mut state = limited.lock();
            state.shares.close(self.id);
            state.wakers.remove(&self.id);
        }
    }
}
