//! Sorts the streams that peers open: each goes to the session with that peer, or to whoever accepts new
//! sessions.
//!
//! A session stream begins with its channel and its leg, in the clear. They only say which counter and keys
//! the records in it use; if they are wrong, the first record fails. Streams that have not said so much wait
//! in bounded [seats](crate::seats): those of a session's peer in seats of that session's own, so that
//! nobody else can keep it from changing its path, and those of all others in seats that they share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use beistand_session::{Channel, Leg, OPENING_BYTES, RESUME_BYTES, StreamHead};
use futures::AsyncReadExt;
use libp2p::{PeerId, Stream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::seats::{SeatLimits, StreamSeat, StreamSeats};
use crate::source::StreamSource;
use crate::swarm::{Connection, PeerStream};

/// How long a new stream may stay silent: its first bytes travel with the request to open it.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// Streams of one session that wait for its driver, or whose first bytes have not arrived: at most one per
/// channel and leg.
const STREAMS_PER_SESSION: usize = 16;

/// The seats of one session. Its peer has them to itself, wherever it comes from.
const SESSION_SEATS: SeatLimits = SeatLimits {
    total: STREAMS_PER_SESSION,
    per_relay: STREAMS_PER_SESSION,
    per_address: STREAMS_PER_SESSION,
    per_peer: STREAMS_PER_SESSION,
};

/// The seats of all who have no session, from the first byte to the end of the handshake: a person's node
/// has one or two such peers, a flood more. Each takes some kilobytes. A relay carries many, so it has half
/// of them; an address has a quarter, and a peer as many as it may have connections in use at once.
const STRANGERS_SEATS: SeatLimits =
    SeatLimits { total: MAX_STRANGERS, per_relay: 32, per_address: 16, per_peer: 4 };

/// Seats of those who have no session.
const MAX_STRANGERS: usize = 64;

/// A stream on which somebody wants to begin a session.
#[derive(Debug)]
pub(crate) struct NewSession {
    pub(crate) connection: Connection,
    /// The first bytes: message 1 of the handshake, if they are anything.
    pub(crate) opening: Box<[u8; OPENING_BYTES]>,
    pub(crate) stream: Stream,
    /// Held until the handshake is over.
    pub(crate) seat: StreamSeat,
}

/// A stream of a session, on any connection.
#[derive(Debug)]
pub(crate) struct SessionStream {
    pub(crate) connection: Connection,
    pub(crate) head: StreamHead,
    /// The first bytes of a later leg's control stream.
    pub(crate) resume: Option<Box<[u8; RESUME_BYTES]>>,
    pub(crate) stream: Stream,
}

/// Where the streams of a session go.
#[derive(Debug, Clone)]
struct SessionEntry {
    outbox: mpsc::Sender<SessionStream>,
    seats: StreamSeats,
}

/// Where sessions register for the streams of their peer.
#[derive(Debug, Clone, Default)]
pub(crate) struct StreamSorter {
    sessions: Arc<Mutex<HashMap<PeerId, SessionEntry>>>,
}

/// The first bytes of a stream.
enum FirstBytes {
    Opening(Box<[u8; OPENING_BYTES]>),
    Resume(StreamHead, Box<[u8; RESUME_BYTES]>),
    Head(StreamHead),
}

impl StreamSorter {
    /// Sorts `incoming` from now on. The receiver gets the streams on which a peer without a session begins
    /// one.
    pub(crate) fn start(incoming: mpsc::Receiver<PeerStream>) -> (Self, mpsc::Receiver<NewSession>) {
        let sorter = Self::default();
        let (new_outbox, new) = mpsc::channel(MAX_STRANGERS);
        tokio::spawn(sorter.clone().run(incoming, new_outbox));
        (sorter, new)
    }

    /// Takes this peer's streams until the claim is dropped. `None` if another session has them.
    pub(crate) fn register(&self, peer: PeerId) -> Option<StreamClaim> {
        let mut sessions = self.sessions();
        if sessions.contains_key(&peer) {
            return None;
        }
        let (outbox, streams) = mpsc::channel(STREAMS_PER_SESSION);
        sessions.insert(peer, SessionEntry { outbox, seats: StreamSeats::new(SESSION_SEATS) });
        Some(StreamClaim { sorter: self.clone(), peer, streams })
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<PeerId, SessionEntry>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn run(self, mut incoming: mpsc::Receiver<PeerStream>, new: mpsc::Sender<NewSession>) {
        let strangers = StreamSeats::new(STRANGERS_SEATS);
        while let Some(PeerStream { connection, mut stream }) = incoming.recv().await {
            let session = self.sessions().get(&connection.peer).map(|entry| entry.seats.clone());
            let mut seat = session.unwrap_or_else(|| strangers.clone()).take(StreamSource::of(&connection));
            let (sorter, new) = (self.clone(), new.clone());
            tokio::spawn(async move {
                let first = tokio::select! {
                    () = seat.lost() => return,
                    first = timeout(HEAD_TIMEOUT, read(&mut stream)) => first,
                };
                // A stream that is dropped here or below is reset. Only its peer notices.
                if let Ok(Some(first)) = first {
                    sorter.sort(first, connection, stream, seat, &new);
                }
            });
        }
    }

    fn sort(
        &self,
        first: FirstBytes,
        connection: Connection,
        stream: Stream,
        seat: StreamSeat,
        new: &mpsc::Sender<NewSession>,
    ) {
        let outbox = self.sessions().get(&connection.peer).map(|entry| entry.outbox.clone());
        let (outbox, head, resume) = match (outbox, first) {
            (None, FirstBytes::Opening(opening)) => {
                _ = new.try_send(NewSession { connection, opening, stream, seat });
                return;
            }
            (Some(outbox), FirstBytes::Resume(head, resume)) => (outbox, head, Some(resume)),
            (Some(outbox), FirstBytes::Head(head)) => (outbox, head, None),
            (Some(_), FirstBytes::Opening(_)) | (None, FirstBytes::Resume(..) | FirstBytes::Head(_)) => {
                tracing::debug!("a stream that no session expects");
                return;
            }
        };
        _ = outbox.try_send(SessionStream { connection, head, resume, stream });
    }
}

/// Reads what a stream begins with; `None` if that is nothing.
async fn read(stream: &mut Stream) -> Option<FirstBytes> {
    let mut head = [0; StreamHead::BYTES];
    stream.read_exact(&mut head).await.ok()?;
    let head = StreamHead::from_bytes(head)?;
    if head.channel != Channel::Control {
        return Some(FirstBytes::Head(head));
    }
    if head.leg == Leg::FIRST {
        let mut opening = Box::new([0; OPENING_BYTES]);
        stream.read_exact(&mut opening[..]).await.ok()?;
        return Some(FirstBytes::Opening(opening));
    }
    let mut resume = Box::new([0; RESUME_BYTES]);
    stream.read_exact(&mut resume[..]).await.ok()?;
    Some(FirstBytes::Resume(head, resume))
}

/// A session's claim on the streams of its peer.
#[derive(Debug)]
pub(crate) struct StreamClaim {
    sorter: StreamSorter,
    peer: PeerId,
    pub(crate) streams: mpsc::Receiver<SessionStream>,
}

impl Drop for StreamClaim {
    fn drop(&mut self) {
        self.sorter.sessions().remove(&self.peer);
    }
}
