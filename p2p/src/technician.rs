//! The technician's way to the host: read the invite, find the host, connect, prove the invite.
//!
//! Every candidate is tried, a bounded number at once, and the handshake decides which one is the host. The
//! result is a session that the host has accepted as coming from its invite; the user has yet to consent.
//!
//! A host that takes no more tries for the moment says when it will, and is tried again then. One that closes
//! without a word may be flooded, and is tried again a few times.

use std::time::{Duration, Instant};

use beistand_session::{
    Binding, Channel, Command, EndReason, Event, HandshakeFailure, Leg, PermissionSet, Session, StaticKey,
    StreamHead, TechnicianSetup,
};
use futures::AsyncWriteExt;
use futures::future::{BoxFuture, FutureExt, Shared};
use futures::stream::{FuturesUnordered, StreamExt};
use libp2p::Stream;
use thiserror::Error;
use tokio::sync::mpsc;
use tokio::time::{Instant as TokioInstant, sleep, sleep_until};

use crate::driver::{HandshakeResult, SessionHandle, drive};
use crate::host::session_keys;
use crate::invite::{DeriveError, Invite, InviteKeys, derive, rendezvous_key};
use crate::sorter::StreamSorter;
use crate::swarm::{
    Candidate, ConnectError, Connection, MAX_CANDIDATES_AT_ONCE, NetworkConfig, Node, StartError, StreamKey,
};
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

/// How long a candidate may take to answer to the name that comes from the invite: it has to hear the name
/// first, which takes two round trips, and a relay's are long.
const NAME_TIMEOUT: Duration = Duration::from_secs(3);

/// Pause before that name is tried again.
const NAME_PAUSE: Duration = Duration::from_millis(100);

/// How often a candidate that closes without a word is tried again: a host that is flooded lets somebody in
/// by then, and each try counts there.
const MAX_SILENT_CLOSES: u32 = 2;

/// How long to wait in all for hosts that put us off: a minute, which is how long a host counts, and a bit. A
/// liar can't hold us up for longer.
const MAX_WAIT: Duration = Duration::from_secs(75);

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
    /// There were too many tries. The next one begins by itself, in so long.
    Waiting(Duration),
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
    /// There were too many tries, and the host takes the next one only in so long.
    #[error("there were too many tries; try again in {} s", .0.as_secs())]
    PutOff(Duration),
    /// The key could not be derived.
    #[error(transparent)]
    Derive(#[from] DeriveError),
    /// This machine's fault: the thread that derives the key stopped.
    #[error("this computer could not read the invite")]
    Broken,
    /// Whoever looked for the host wants it no longer.
    #[error("stopped")]
    Stopped,
}

/// Looks for the host of `invite` until `stop`. Returns the node, the session, and the session's first event,
/// which is the request.
///
/// A host that was asked already is told of a stop: to drop this future in place of that leaves it waiting.
///
/// # Errors
/// Any [`ConnectFailure`].
pub async fn connect(
    network: NetworkConfig,
    invite: Invite,
    profile: TechnicianProfile,
    steps: mpsc::Sender<ConnectProgress>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(Node, SessionHandle, Event), ConnectFailure> {
    let stop = stop.boxed().shared();
    let (node, search) = tokio::select! {
        prepared = prepare(network, &invite, profile, steps, stop.clone()) => prepared?,
        () = stop => return Err(ConnectFailure::Stopped),
    };
    let (session, event) = search.run(&invite).await?;
    Ok((node, session, event))
}

async fn prepare(
    network: NetworkConfig,
    invite: &Invite,
    profile: TechnicianProfile,
    steps: mpsc::Sender<ConnectProgress>,
    stop: Stop,
) -> Result<(Node, HostSearch), ConnectFailure> {
    announce(&steps, ConnectProgress::ReadingInvite);
    let name = network.invite_network().to_owned();
    let secret = invite.secret().clone();
    let keys = tokio::task::spawn_blocking(move || derive(&secret, &name)).await;
    let keys = keys.map_err(|_| ConnectFailure::Broken)??;
    let (node, incoming) = Node::start(network).await?;
    // A technician accepts no new sessions, so the receiver is dropped.
    let (inbox, _) = StreamSorter::start(incoming);
    announce(&steps, ConnectProgress::Searching);
    let search = HostSearch { node: node.clone(), inbox, keys, profile, steps, stop };
    Ok((node, search))
}

fn announce(steps: &mpsc::Sender<ConnectProgress>, step: ConnectProgress) {
    // If the receiver is behind, this step will soon be out of date anyway.
    let _ = steps.try_send(step);
}

/// Resolves when whoever looks for the host wants it no longer.
type Stop = Shared<BoxFuture<'static, ()>>;

/// A session, or the candidate that was tried and why there is no session.
type AttemptResult = Result<(SessionHandle, Event), (Knock, ConnectFailure)>;

/// A candidate to be tried.
struct Knock {
    candidate: Candidate,
    /// How often it closed without a word.
    silent_closes: u32,
}

impl Knock {
    /// In which time to try again after this failure, having `searched` for so long; `None` if that is of no
    /// use.
    fn retry_in(&mut self, cause: &ConnectFailure, searched: Duration) -> Option<Duration> {
        match cause {
            ConnectFailure::PutOff(retry_in) => (searched + *retry_in <= MAX_WAIT).then_some(*retry_in),
            ConnectFailure::Refused(EndReason::HandshakeFailed(HandshakeFailure::InviteRefused)) => {
                self.silent_closes += 1;
                (self.silent_closes <= MAX_SILENT_CLOSES).then(|| RETRY_PAUSE * self.silent_closes)
            }
            ConnectFailure::Refused(_) | ConnectFailure::Stopped => None,
            ConnectFailure::Start(_)
            | ConnectFailure::NotFound
            | ConnectFailure::Unreachable(_)
            | ConnectFailure::Derive(_)
            | ConnectFailure::Broken => Some(RETRY_PAUSE),
        }
    }
}

struct HostSearch {
    node: Node,
    inbox: StreamSorter,
    keys: InviteKeys,
    profile: TechnicianProfile,
    steps: mpsc::Sender<ConnectProgress>,
    stop: Stop,
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
        let begun = TokioInstant::now();
        let mut deadline = begun + SEARCH_TIMEOUT;
        let mut failure = ConnectFailure::NotFound;
        loop {
            while tries.len() < MAX_CANDIDATES_AT_ONCE
                && let Some((turn, candidate)) = turns.take()
            {
                tries.push(self.attempt(Some(turn), Knock { candidate, silent_closes: 0 }));
            }
            let may_retry = turns.is_empty() || retrying < MAX_RETRIES_AT_ONCE;
            tokio::select! {
                // Whoever has stopped gets no session.
                biased;
                () = self.stop.clone() => break,
                () = sleep_until(deadline) => return Err(failure),
                Some((turn, result)) = tries.next() => {
                    match turn {
                        Some(turn) => turns.end(turn),
                        None => retrying -= 1,
                    }
                    let (mut knock, cause) = match result {
                        Ok(session) => return Ok(session),
                        Err(failed) => failed,
                    };
                    let Some(pause) = knock.retry_in(&cause, begun.elapsed()) else {
                        failure = cause;
                        if only.is_some() {
                            return Err(failure);
                        }
                        // While others wait, the one that refused may have pushed ahead of the host.
                        if turns.is_empty() {
                            deadline = deadline.min(TokioInstant::now() + REFUSED_GRACE);
                        }
                        continue;
                    };
                    if let ConnectFailure::PutOff(retry_in) = cause {
                        announce(&self.steps, ConnectProgress::Waiting(retry_in));
                        deadline = deadline.max(TokioInstant::now() + pause + SEARCH_TIMEOUT);
                    }
                    if !matches!(failure, ConnectFailure::Refused(_)) {
                        failure = cause;
                    }
                    if retries.len() < MAX_RETRIES {
                        retries.push(async move {
                            sleep(pause).await;
                            knock
                        });
                    }
                }
                Some(knock) = retries.next(), if may_retry && tries.len() < MAX_CANDIDATES_AT_ONCE => {
                    retrying += 1;
                    tries.push(self.attempt(None, knock));
                }
                Some(answer) = found.recv(), if turns.has_room() => {
                    // A link names the host, which is already being tried; other providers of its key are not
                    // the host.
                    if only.is_none() {
                        turns.add(answer);
                    }
                }
            }
        }
        // Each try that has got as far as a session says goodbye.
        while let Some((_, result)) = tries.next().await {
            if let Ok((session, _)) = result {
                say_goodbye(session).await;
            }
        }
        Err(ConnectFailure::Stopped)
    }

    async fn attempt(
        &self,
        turn: Option<CandidateTurn>,
        knock: Knock,
    ) -> (Option<CandidateTurn>, AttemptResult) {
        let result = self.try_once(knock.candidate.clone()).await;
        (turn, result.map_err(|failure| (knock, failure)))
    }

    async fn try_once(&self, candidate: Candidate) -> Result<(SessionHandle, Event), ConnectFailure> {
        let (names, peer) = (self.node.stream_names(), candidate.peer);
        names.offer(peer, &StreamKey::new(self.keys.streams.clone()));
        let result = self.knock(candidate).await;
        if result.is_err() {
            names.withdraw(&peer);
        }
        result
    }

    async fn knock(&self, candidate: Candidate) -> Result<(SessionHandle, Event), ConnectFailure> {
        let mut session = tokio::select! {
            session = self.reach(candidate) => session?,
            () = self.stop.clone() => return Err(ConnectFailure::Stopped),
        };
        let result = tokio::select! {
            result = session.handshake() => result,
            () = self.stop.clone() => {
                say_goodbye(session).await;
                return Err(ConnectFailure::Stopped);
            }
        };
        match result {
            Some(HandshakeResult::Request(request)) => Ok((session, Event::Request(request))),
            Some(HandshakeResult::Ended(end)) => Err(refusal(end.reason)),
            None => Err(broken()),
        }
    }

    /// Connects to the candidate and begins a session with it, of which the handshake is under way.
    async fn reach(&self, candidate: Candidate) -> Result<SessionHandle, ConnectFailure> {
        announce(&self.steps, ConnectProgress::Connecting);
        let connection = self.node.connect(candidate.clone()).await.map_err(unreachable)?;
        let registration = self.inbox.register(connection.peer).ok_or_else(broken)?;
        let mut control = open_control(&self.node, &connection).await?;
        let head = StreamHead { channel: Channel::Control, leg: Leg::FIRST };
        control.write_all(&head.to_bytes()).await.map_err(|_| broken())?;
        announce(&self.steps, ConnectProgress::Securing);
        let session = Session::technician(self.setup(&connection.peer), Instant::now());
        Ok(drive(self.node.clone(), registration, connection, control, session, Some(candidate)))
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

/// Ends a session of which nobody has heard yet, and waits until the host knows, or for a second.
async fn say_goodbye(session: SessionHandle) {
    // A session that takes no command has ended.
    let _ = session.commands.send(Command::End(EndReason::Ended)).await;
    session.closed().await;
}

fn broken() -> ConnectFailure {
    ConnectFailure::Unreachable("the connection broke".to_owned())
}

/// Opens a control stream, as soon as the other side answers to the name that only the host knows.
pub(crate) async fn open_control(node: &Node, connection: &Connection) -> Result<Stream, ConnectFailure> {
    let deadline = TokioInstant::now() + NAME_TIMEOUT;
    loop {
        match node.open(connection).await {
            Err(ConnectError::NameRefused) if TokioInstant::now() < deadline => sleep(NAME_PAUSE).await,
            Err(ConnectError::NameRefused) => {
                // The next try makes a new connection, on which nothing is left of this one.
                node.close(connection);
                let refused = EndReason::HandshakeFailed(HandshakeFailure::InviteRefused);
                return Err(ConnectFailure::Refused(refused));
            }
            opened => return opened.map_err(unreachable),
        }
    }
}

/// How the host ended the handshake.
fn refusal(reason: EndReason) -> ConnectFailure {
    match reason {
        EndReason::HandshakeFailed(HandshakeFailure::PutOff { secs }) => {
            ConnectFailure::PutOff(Duration::from_secs(secs.into()))
        }
        reason => ConnectFailure::Refused(reason),
    }
}

fn unreachable(error: ConnectError) -> ConnectFailure {
    ConnectFailure::Unreachable(error.to_string())
}

#[cfg(test)]
mod tests {
    use libp2p::PeerId;

    use super::*;

    fn knock() -> Knock {
        Knock { candidate: Candidate { peer: PeerId::random(), addresses: Vec::new() }, silent_closes: 0 }
    }

    const fn refused(failure: HandshakeFailure) -> ConnectFailure {
        ConnectFailure::Refused(EndReason::HandshakeFailed(failure))
    }

    #[test]
    fn a_silent_close_is_tried_again_twice() {
        let (mut knock, silent) = (knock(), refused(HandshakeFailure::InviteRefused));
        let pauses: Vec<_> = (0..3).map(|_| knock.retry_in(&silent, Duration::ZERO)).collect();
        assert_eq!(pauses, [Some(RETRY_PAUSE), Some(RETRY_PAUSE * 2), None]);
        let used = ConnectFailure::Refused(EndReason::InviteUsed);
        assert_eq!(knock.retry_in(&used, Duration::ZERO), None);
        assert_eq!(knock.retry_in(&ConnectFailure::NotFound, Duration::ZERO), Some(RETRY_PAUSE));
    }

    #[test]
    fn whoever_is_put_off_comes_again_then_but_waits_for_no_liar() {
        let (mut knock, minute) = (knock(), Duration::from_secs(60));
        let put_off = ConnectFailure::PutOff(minute);
        assert_eq!(knock.retry_in(&put_off, Duration::from_secs(3)), Some(minute));
        assert_eq!(knock.retry_in(&put_off, Duration::from_secs(20)), None);
        assert_eq!(knock.retry_in(&ConnectFailure::PutOff(minute * 60), Duration::ZERO), None);
    }
}
