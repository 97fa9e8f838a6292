//! Sorts the streams that peers open: each goes to the session with that peer, or to whoever accepts new
//! sessions.
//!
//! A session stream begins with its channel and its leg, in the clear. They only say which counter and keys
//! the records in it use; if they are wrong, the first record fails.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use beistand_session::{Channel, Leg, RESUME_BYTES, StreamHead};
use futures::AsyncReadExt;
use libp2p::{PeerId, Stream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::swarm::{Connection, PeerStream};

/// How long a new stream may stay silent: its first bytes travel with the request to open it.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// Streams of one session that wait for its driver: at most one per channel and leg.
const STREAMS_PER_SESSION: usize = 16;

/// Streams whose first bytes have not arrived, in all: a person's node has a few, a flood more.
const MAX_SILENT_STREAMS: usize = 64;

/// New control streams that wait for the host: more than the handshakes it runs at once.
const NEW_SESSIONS: usize = 16;

/// A stream on which somebody wants to begin a session.
#[derive(Debug)]
pub(crate) struct NewSession {
    pub(crate) connection: Connection,
    pub(crate) stream: Stream,
}

/// A stream of a session, on any connection.
#[derive(Debug)]
pub(crate) struct SessionStream {
    pub(crate) connection: Connection,
    pub(crate) head: StreamHead,
    /// The first bytes of a later leg's control stream.
    pub(crate) resume: Option<[u8; RESUME_BYTES]>,
    pub(crate) stream: Stream,
}

type SessionOutboxes = Arc<Mutex<HashMap<PeerId, mpsc::Sender<SessionStream>>>>;

/// Where sessions register for the streams of their peer.
#[derive(Debug, Clone, Default)]
pub(crate) struct StreamSorter {
    sessions: SessionOutboxes,
}

impl StreamSorter {
    /// Sorts `incoming` from now on. The receiver gets the streams on which a peer without a session begins
    /// one.
    pub(crate) fn start(incoming: mpsc::Receiver<PeerStream>) -> (Self, mpsc::Receiver<NewSession>) {
        let inbox = Self::default();
        let (new_outbox, new) = mpsc::channel(NEW_SESSIONS);
        tokio::spawn(inbox.clone().run(incoming, new_outbox));
        (inbox, new)
    }

    /// Takes this peer's streams until the claim is dropped. `None` if another session has them.
    pub(crate) fn register(&self, peer: PeerId) -> Option<StreamClaim> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.contains_key(&peer) {
            return None;
        }
        let (outbox, streams) = mpsc::channel(STREAMS_PER_SESSION);
        sessions.insert(peer, outbox);
        Some(StreamClaim { inbox: self.clone(), peer, streams })
    }

    async fn run(self, mut incoming: mpsc::Receiver<PeerStream>, new: mpsc::Sender<NewSession>) {
        let silent = Arc::new(tokio::sync::Semaphore::new(MAX_SILENT_STREAMS));
        while let Some(PeerStream { connection, stream }) = incoming.recv().await {
            // If there is no room, the stream is reset, as every stream beyond a bound is.
            let Ok(place) = silent.clone().try_acquire_owned() else { continue };
            let (inbox, new) = (self.clone(), new.clone());
            tokio::spawn(async move {
                inbox.sort(connection, stream, &new).await;
                drop(place);
            });
        }
    }

    async fn sort(&self, connection: Connection, mut stream: Stream, new: &mpsc::Sender<NewSession>) {
        let mut resume = None;
        let head = async {
            let mut head = [0; StreamHead::BYTES];
            stream.read_exact(&mut head).await.ok()?;
            let head = StreamHead::from_bytes(head)?;
            if head.channel == Channel::Control && head.leg != Leg::FIRST {
                stream.read_exact(resume.insert([0; RESUME_BYTES])).await.ok()?;
            }
            Some(head)
        };
        let Ok(Some(head)) = timeout(HEAD_TIMEOUT, head).await else { return };
        let begins = head == StreamHead { channel: Channel::Control, leg: Leg::FIRST };
        let session = {
            let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
            sessions.get(&connection.peer).cloned()
        };
        // A stream that nobody takes is reset by being dropped. Only its peer notices.
        match session {
            None if begins => _ = new.try_send(NewSession { connection, stream }),
            Some(session) if !begins => {
                _ = session.try_send(SessionStream { connection, head, resume, stream })
            }
            Some(_) | None => tracing::debug!(?head, "a stream that no session expects"),
        }
    }
}

/// A session's claim on the streams of its peer.
#[derive(Debug)]
pub(crate) struct StreamClaim {
    inbox: StreamSorter,
    peer: PeerId,
    pub(crate) streams: mpsc::Receiver<SessionStream>,
}

impl Drop for StreamClaim {
    fn drop(&mut self) {
        self.inbox.sessions.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.peer);
    }
}
