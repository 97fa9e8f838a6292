//! Sorts the streams that others open: to the session that runs on their connection, or to whoever takes new ones.
//!
//! The first byte of a session stream is its channel's number, in the clear: it only says which counter the records
//! in it use, and a wrong one fails at the first record.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use beistand_session::Channel;
use futures::AsyncReadExt;
use libp2p::Stream;
use libp2p::swarm::ConnectionId;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::swarm::{Connection, Incoming};

/// How long a new stream may stay silent: its first byte follows as soon as its name is agreed on.
const FIRST_BYTE_TIMEOUT: Duration = Duration::from_secs(5);

/// Streams of one session that wait for its driver: at most one a channel.
const STREAMS_PER_SESSION: usize = 16;

/// Streams whose first byte is being waited for, in all.
const MAX_SILENT_STREAMS: usize = 64;

/// New control streams that wait for the host.
const NEW_SESSIONS: usize = 16;

/// A stream on which somebody wants to begin a session.
#[derive(Debug)]
pub(crate) struct NewSession {
    pub(crate) connection: Connection,
    pub(crate) stream: Stream,
}

type Sessions = Arc<Mutex<HashMap<ConnectionId, mpsc::Sender<(Channel, Stream)>>>>;

/// Where sessions register for the streams of their connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inbox {
    sessions: Sessions,
}

impl Inbox {
    /// Sorts `incoming` from now on; control streams on connections without a session go to the receiver.
    pub(crate) fn start(incoming: mpsc::Receiver<Incoming>) -> (Self, mpsc::Receiver<NewSession>) {
        let inbox = Self::default();
        let (new_outbox, new) = mpsc::channel(NEW_SESSIONS);
        tokio::spawn(inbox.clone().run(incoming, new_outbox));
        (inbox, new)
    }

    /// Takes the streams of this connection from now on, until the registration is dropped. `None` where another
    /// session has it.
    pub(crate) fn register(&self, connection: &Connection) -> Option<Registration> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.contains_key(&connection.id) {
            return None;
        }
        let (outbox, streams) = mpsc::channel(STREAMS_PER_SESSION);
        sessions.insert(connection.id, outbox);
        Some(Registration { inbox: self.clone(), connection: connection.id, streams })
    }

    async fn run(self, mut incoming: mpsc::Receiver<Incoming>, new: mpsc::Sender<NewSession>) {
        let silent = Arc::new(tokio::sync::Semaphore::new(MAX_SILENT_STREAMS));
        while let Some(Incoming { connection, stream }) = incoming.recv().await {
            // Without a place the stream is reset, as every stream past a bound is.
            let Ok(place) = silent.clone().try_acquire_owned() else { continue };
            let (inbox, new) = (self.clone(), new.clone());
            tokio::spawn(async move {
                inbox.sort(connection, stream, &new).await;
                drop(place);
            });
        }
    }

    async fn sort(&self, connection: Connection, mut stream: Stream, new: &mpsc::Sender<NewSession>) {
        let mut number = [0; 1];
        let Ok(Ok(())) = timeout(FIRST_BYTE_TIMEOUT, stream.read_exact(&mut number)).await else { return };
        let Some(channel) = Channel::from_number(number[0]) else { return };
        let session = {
            let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
            sessions.get(&connection.id).cloned()
        };
        // A stream that finds no taker is reset by being dropped; its peer notices, nobody else is harmed.
        match (session, channel) {
            (None, Channel::Control) => _ = new.try_send(NewSession { connection, stream }),
            (Some(session), channel) if channel != Channel::Control => {
                _ = session.try_send((channel, stream))
            }
            _ => tracing::debug!(?channel, "a stream that no session expects"),
        }
    }
}

/// A session's claim on the streams of its connection.
#[derive(Debug)]
pub(crate) struct Registration {
    inbox: Inbox,
    connection: ConnectionId,
    pub(crate) streams: mpsc::Receiver<(Channel, Stream)>,
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.inbox.sessions.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.connection);
    }
}
