//! The technician's way to the host: read the invite, find the host, connect, prove the invite.
//!
//! Every candidate is tried, a bounded number at once, and the handshake decides which one is the host. The
//! result is a session that the host has accepted as coming from its invite; the user has yet to consent.

use std::time::{Duration, Instant};

use beistand_session::{
    Binding, Channel, EndReason, Event, Leg, PermissionSet, Session, StaticKey, StreamHead, TechnicianSetup,
};
use futures::AsyncWriteExt;
use futures::stream::{FuturesUnordered, StreamExt};
use thiserror::Error;
use tokio::sync::mpsc;
use tokio::time::{Instant as TokioInstant, sleep, sleep_until};

use crate::driver::{HandshakeResult, SessionHandle, drive};
use crate::host::session_keys;
use crate::invite::{DeriveError, Invite, InviteKeys, derive, rendezvous_key};
use crate::sorter::StreamSorter;
use crate::swarm::{Candidate, ConnectError, MAX_CANDIDATES_AT_ONCE, NetworkConfig, Node, StartError};
use crate::turns::{CandidateTurn, CandidateTurns};

/// How long to look for the host: enough for an mDNS question, its repetition after a lost answer, and a slow
/// DHT.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(20);

/// How much longer to wait for another candidate after a refused handshake: on a LAN others may pretend to be
/// the host.
const REFUSED_GRACE: Duration = Duration::from_secs(2);

/// Pause before an unreachable candidate is tried again: its network may just be coming up.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// Candidates that wait to be tried again: more failures than this are a flood of liars.
const MAX_RETRIES: usize = 64;

/// Candidates tried again at once while others wait for their first try: most tries stay for newcomers.
const MAX_RETRIES_AT_ONCE: usize = 2;

/// What the technician presents to the user.
#[derive(Clone)]
pub struct TechnicianProfile {
    /// The long-term key by which a user may recognise them.
    pub static_key: StaticKey,
    /// Their name.
    pub name: String,
    /// Why they ask.
    pub reason: String,
    /// What they ask for.
    pub wants: PermissionSet,
}

/// How far connecting has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectProgress {
    /// The key is being derived.
    ReadingInvite,
    /// The host is being looked for.
    Searching,
    /// A connection is being made.
    Connecting,
    /// The handshake runs.
    Securing,
}

/// Why there is no session.
#[derive(Debug, Error)]
pub enum ConnectFailure {
    /// This node could not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// No candidate was found.
    #[error(
        "the other computer was not found. Is Beistand open there, with this invite on its screen? \
         If one of the computers has no internet, both must be in the same local network."
    )]
    NotFound,
    /// The host was found but can't be reached.
    #[error("the other computer can't be reached: {0}. Check that both computers are online, and try again.")]
    Unreachable(String),
    /// The host was reached and ended the handshake.
    #[error("the other computer did not accept the invite")]
    Refused(EndReason),
    /// The key could not be derived.
    #[error(transparent)]
    Derive(#[from] DeriveError),
    /// This machine's fault: the thread that derives the key stopped.
    #[error("this computer could not read the invite")]
    Broken,
}

/// Looks for the host of `invite`. Returns the node, the session, and the session's first event, which is the
/// request.
///
/// # Errors
/// Any [`ConnectFailure`].
pub async fn connect(
    network: NetworkConfig,
    invite: Invite,
    profile: TechnicianProfile,
    steps: mpsc::Sender<ConnectProgress>,
) -> Result<(Node, SessionHandle, Event), ConnectFailure> {
    announce(&steps, ConnectProgress::ReadingInvite);
    let name = network.invite_network().to_owned();
    let secret = invite.secret().clone();
    let keys = tokio::task::spawn_blocking(move || derive(&secret, &name)).await;
    let keys = keys.map_err(|_| ConnectFailure::Broken)??;
    let (node, incoming) = Node::start(network).await?;
    // A technician accepts no new sessions, so the receiver is dropped.
    let (inbox, _) = StreamSorter::start(incoming);
    announce(&steps, ConnectProgress::Searching);
    let search = HostSearch { node: node.clone(), inbox, keys, profile, steps };
    let (session, event) = search.run(&invite).await?;
    Ok((node, session, event))
}

fn announce(steps: &mpsc::Sender<ConnectProgress>, step: ConnectProgress) {
    // If the receiver is behind, this step will soon be out of date anyway.
    let _ = steps.try_send(step);
}

/// A session, or the candidate that was tried and why there is no session.
type AttemptResult = Result<(SessionHandle, Event), (Candidate, ConnectFailure)>;

struct HostSearch {
    node: Node,
    inbox: StreamSorter,
    keys: InviteKeys,
    profile: TechnicianProfile,
    steps: mpsc::Sender<ConnectProgress>,
}

impl HostSearch {
    async fn run(&self, invite: &Invite) -> Result<(SessionHandle, Event), ConnectFailure> {
        let named = invite
            .host()
            .map(|hint| Candidate { peer: hint.peer_id(), addresses: hint.addresses().to_vec() });
        let only = named.as_ref().map(|candidate| candidate.peer);
        let mut found = self.node.find(rendezvous_key(&self.keys.rendezvous)).await;
        let mut turns = CandidateTurns::default();
        turns.add(named);
        let (mut tries, mut retries, mut retrying) = (FuturesUnordered::new(), FuturesUnordered::new(), 0);
        let mut deadline = TokioInstant::now() + SEARCH_TIMEOUT;
        let mut failure = ConnectFailure::NotFound;
        loop {
            while tries.len() < MAX_CANDIDATES_AT_ONCE
                && let Some((turn, candidate)) = turns.take()
            {
                tries.push(self.attempt(Some(turn), candidate));
            }
            let may_retry = turns.is_empty() || retrying < MAX_RETRIES_AT_ONCE;
            tokio::select! {
                Some(answer) = found.recv(), if turns.has_room() => {
                    // A link names the host, which is already being tried; other providers of its key are not
                    // the host.
                    if only.is_none() {
                        turns.add(answer);
                    }
                }
                Some(candidate) = retries.next(), if may_retry && tries.len() < MAX_CANDIDATES_AT_ONCE => {
                    retrying += 1;
                    tries.push(self.attempt(None, candidate));
                }
                Some((turn, result)) = tries.next() => {
                    match turn {
                        Some(turn) => turns.end(turn),
                        None => retrying -= 1,
                    }
                    let (candidate, cause) = match result {
                        Ok(session) => return Ok(session),
                        Err(failed) => failed,
                    };
                    if matches!(cause, ConnectFailure::Refused(_)) {
                        failure = cause;
                        if only.is_some() {
                            return Err(failure);
                        }
                        // While others wait, the one that refused may have pushed ahead of the host.
                        if turns.is_empty() {
                            deadline = deadline.min(TokioInstant::now() + REFUSED_GRACE);
                        }
                        continue;
                    }
                    if !matches!(failure, ConnectFailure::Refused(_)) {
                        failure = cause;
                    }
                    if retries.len() < MAX_RETRIES {
                        retries.push(async move {
                            sleep(RETRY_PAUSE).await;
                            candidate
                        });
                    }
                }
                () = sleep_until(deadline) => return Err(failure),
            }
        }
    }

    async fn attempt(
        &self,
        turn: Option<CandidateTurn>,
        candidate: Candidate,
    ) -> (Option<CandidateTurn>, AttemptResult) {
        let result = self.try_once(candidate.clone()).await;
        (turn, result.map_err(|failure| (candidate, failure)))
    }

    async fn try_once(&self, candidate: Candidate) -> Result<(SessionHandle, Event), ConnectFailure> {
        let unreachable = |error: ConnectError| ConnectFailure::Unreachable(error.to_string());
        announce(&self.steps, ConnectProgress::Connecting);
        let connection = self.node.connect(candidate.clone()).await.map_err(unreachable)?;
        let broken = || ConnectFailure::Unreachable("the connection broke".to_owned());
        let registration = self.inbox.register(connection.peer).ok_or_else(broken)?;
        let mut control = self.node.open(&connection).await.map_err(unreachable)?;
        let head = StreamHead { channel: Channel::Control, leg: Leg::FIRST };
        control.write_all(&head.to_bytes()).await.map_err(|_| broken())?;
        announce(&self.steps, ConnectProgress::Securing);
        let session = Session::technician(self.setup(&connection.peer), Instant::now());
        let mut session =
            drive(self.node.clone(), registration, connection, control, session, Some(candidate));
        match session.handshake().await {
            Some(HandshakeResult::Request(request)) => Ok((session, Event::Request(request))),
            Some(HandshakeResult::Ended(end)) => Err(ConnectFailure::Refused(end.reason)),
            None => Err(broken()),
        }
    }

    fn setup(&self, host: &libp2p::PeerId) -> TechnicianSetup {
        TechnicianSetup {
            keys: session_keys(&self.keys),
            binding: Binding { technician_peer: self.node.peer_id().to_bytes(), host_peer: host.to_bytes() },
            static_key: self.profile.static_key.clone(),
            name: self.profile.name.clone(),
            reason: self.profile.reason.clone(),
            wants: self.profile.wants,
        }
    }
}
