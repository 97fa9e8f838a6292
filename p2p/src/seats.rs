//! Seats for streams that have proved nothing yet: a bounded number, of which each source has a share. Where
//! no seat is free the oldest stream that has proved nothing gives way, so the newest always has a chance.
//!
//! An honest peer proves itself with the first bytes of its stream, some microseconds after it got its seat;
//! so what gives way is, but for a freak, what holds a seat and says nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::source::{SourceNetwork, StreamSource};

/// How many seats there are, in all and for one source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SeatLimits {
    pub(crate) total: usize,
    pub(crate) per_relay: usize,
    pub(crate) per_address: usize,
    pub(crate) per_peer: usize,
}

/// Names one seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct SeatId(u64);

/// Who has a seat. Sans-IO.
#[derive(Debug)]
struct SeatTable {
    limits: SeatLimits,
    next: u64,
    /// In the order in which they were taken.
    taken: Vec<TakenSeat>,
}

#[derive(Debug)]
struct TakenSeat {
    id: SeatId,
    source: StreamSource,
    proved: bool,
}

impl SeatTable {
    const fn new(limits: SeatLimits) -> Self {
        Self { limits, next: 0, taken: Vec::new() }
    }

    /// Gives a seat to a stream from `source`, and says who must give way for it.
    fn take(&mut self, source: StreamSource) -> (SeatId, Option<SeatId>) {
        let SeatLimits { total, per_peer, .. } = self.limits;
        let of_peer = |seat: &TakenSeat| seat.source.peer == source.peer;
        let of_network = |seat: &TakenSeat| seat.source.network == source.network;
        let gives_way = if self.count(of_peer) >= per_peer {
            self.weakest(of_peer)
        } else if self.count(of_network) >= self.share_of(&source.network) {
            self.weakest(of_network)
        } else if self.taken.len() >= total {
            self.weakest(|_| true)
        } else {
            None
        };
        if let Some(id) = gives_way {
            self.leave(id);
        }
        let id = SeatId(self.next);
        self.next += 1;
        self.taken.push(TakenSeat { id, source, proved: false });
        (id, gives_way)
    }

    fn share_of(&self, network: &SourceNetwork) -> usize {
        if network.is_relay() { self.limits.per_relay } else { self.limits.per_address }
    }

    fn count(&self, among: impl Fn(&TakenSeat) -> bool) -> usize {
        self.taken.iter().filter(|seat| among(seat)).count()
    }

    /// The oldest that has proved nothing, or else the oldest.
    fn weakest(&self, among: impl Fn(&TakenSeat) -> bool) -> Option<SeatId> {
        // The first of several with the least key.
        self.taken.iter().filter(|seat| among(seat)).min_by_key(|seat| seat.proved).map(|seat| seat.id)
    }

    fn prove(&mut self, id: SeatId) {
        if let Some(seat) = self.taken.iter_mut().find(|seat| seat.id == id) {
            seat.proved = true;
        }
    }

    fn leave(&mut self, id: SeatId) {
        self.taken.retain(|seat| seat.id != id);
    }
}

/// Seats that tasks hold.
#[derive(Debug, Clone)]
pub(crate) struct StreamSeats(Arc<Mutex<SeatState>>);

#[derive(Debug)]
struct SeatState {
    table: SeatTable,
    /// Dropped where the seat is taken away.
    holders: HashMap<SeatId, oneshot::Sender<()>>,
}

impl StreamSeats {
    pub(crate) fn new(limits: SeatLimits) -> Self {
        let state = SeatState { table: SeatTable::new(limits), holders: HashMap::new() };
        Self(Arc::new(Mutex::new(state)))
    }

    /// A seat for a stream from there. Another one may lose its own by that.
    pub(crate) fn take(&self, source: StreamSource) -> StreamSeat {
        let mut state = self.state();
        let (id, gives_way) = state.table.take(source);
        if let Some(loser) = gives_way {
            state.holders.remove(&loser);
            tracing::debug!(?source, "a stream that said nothing gave way to a newer one");
        }
        let (holder, lost) = oneshot::channel();
        state.holders.insert(id, holder);
        drop(state);
        StreamSeat { id, lost, seats: self.clone() }
    }

    fn state(&self) -> MutexGuard<'_, SeatState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A seat that is held until this is dropped.
#[derive(Debug)]
pub(crate) struct StreamSeat {
    id: SeatId,
    lost: oneshot::Receiver<()>,
    seats: StreamSeats,
}

impl StreamSeat {
    /// Whoever has it has proved to know the invite, and gives way only to others who have.
    pub(crate) fn prove(&self) {
        self.seats.state().table.prove(self.id);
    }

    /// Waits until the seat is lost to another stream. Cancel safe.
    pub(crate) async fn lost(&mut self) {
        // Nothing is ever sent.
        let _ = (&mut self.lost).await;
    }
}

impl Drop for StreamSeat {
    fn drop(&mut self) {
        let mut state = self.seats.state();
        state.table.leave(self.id);
        state.holders.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use libp2p::PeerId;

    use super::*;

    const LIMITS: SeatLimits = SeatLimits { total: 12, per_relay: 8, per_address: 4, per_peer: 2 };

    fn from(peer: PeerId, last: u8) -> StreamSource {
        StreamSource { peer, network: SourceNetwork::V4([192, 0, 2, last]) }
    }

    fn somebody_at(last: u8) -> StreamSource {
        from(PeerId::random(), last)
    }

    #[test]
    fn a_peer_an_address_and_a_relay_have_shares_and_their_own_oldest_gives_way() {
        let mut table = SeatTable::new(LIMITS);
        let honest = table.take(somebody_at(1)).0;
        let greedy = PeerId::random();
        let taken: Vec<_> = (0..10).map(|last| table.take(from(greedy, last + 10))).collect();
        assert_eq!((taken[1].1, taken[2].1, taken[3].1), (None, Some(taken[0].0), Some(taken[1].0)));
        let many: Vec<_> = (0..10).map(|_| table.take(somebody_at(2))).collect();
        assert_eq!((many[3].1, many[4].1), (None, Some(many[0].0)));
        let network = SourceNetwork::Relay(PeerId::random());
        let relayed: Vec<_> =
            (0..10).map(|_| table.take(StreamSource { peer: PeerId::random(), network })).collect();
        assert!(table.taken.len() <= LIMITS.total);
        // One via the relay loses its seat to the next via the relay, or the oldest of all does.
        assert_eq!(relayed[4].1, None);
        assert_eq!(relayed[5].1, Some(honest), "the oldest that has proved nothing");
    }

    #[test]
    fn whoever_has_proved_the_invite_stays_while_others_come_and_go() {
        let mut table = SeatTable::new(LIMITS);
        let relay = SourceNetwork::Relay(PeerId::random());
        let technician = table.take(StreamSource { peer: PeerId::random(), network: relay }).0;
        table.prove(technician);
        for count in 0..1000_u32 {
            let network = if count % 2 == 0 { relay } else { SourceNetwork::V4(count.to_be_bytes()) };
            let (_, gives_way) = table.take(StreamSource { peer: PeerId::random(), network });
            assert_ne!(gives_way, Some(technician));
        }
        assert_eq!(table.taken.len(), LIMITS.total);
        (0..LIMITS.total).for_each(|_| {
            let (id, _) = table.take(somebody_at(9));
            table.prove(id);
        });
        assert!(
            table.taken.iter().any(|seat| seat.id == technician),
            "an address has no more than its share"
        );
    }

    #[tokio::test]
    async fn a_seat_is_free_again_when_it_is_dropped_and_its_loser_hears_of_it() {
        let seats = StreamSeats::new(SeatLimits { per_peer: 1, ..LIMITS });
        let peer = PeerId::random();
        let mut first = seats.take(from(peer, 1));
        let second = seats.take(from(peer, 1));
        first.lost().await;
        drop(first);
        assert_eq!(seats.state().table.taken.len(), 1, "the second one's");
        drop(second);
        assert!(seats.state().table.taken.is_empty() && seats.state().holders.is_empty());
    }
}
