//! The technician's way to the host: read the invite, find the host, connect, prove the invite.
//!
//! Every candidate is tried, a bounded number at once, and the handshake decides which one is the host. The
//! result is a session that the host has accepted as coming from its invite; the user has yet to consent.
//!
//! A host that takes no more tries for the moment says when it will, and is tried again then. One that closes
//! without a word may be flooded, and is tried again a few times.
//!
//! The host of a reserved invite may still be away: it is looked for again until the invite's time is over,
//! and a host with another key than the invite's is none.

mod knock;
pub(crate) mod reach;
#[cfg(test)]
mod tests;

use std::time::Duration;

use beistand_session::{EndReason, Event, PermissionSet, StaticKey};
use futures::future::{BoxFuture, FutureExt, Shared};
use futures::stream::{FuturesUnordered, StreamExt};
use thiserror::Error;
use tokio::sync::mpsc;
use tokio::time::{Instant as TokioInstant, sleep, sleep_until};

use self::knock::Knock;
use self::reach::say_goodbye;
use crate::driver::SessionHandle;
use crate::invite::{DeriveError, Invite, InviteKeys, ReservedInvite, derive, rendezvous_key};
use crate::sorter::StreamSorter;
use crate::swarm::{
    Candidate, MAX_CANDIDATES_AT_ONCE, NetworkConfig, Node, NodeReach, ReachWatch, StartError,
};
use crate::turns::CandidateTurns;

/// How long to look for the host: enough for an mDNS question, its repetition after a lost answer, and a slow
/// DHT.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(20);

/// How much longer to wait for another candidate after a refused handshake: on a LAN others may pretend to be
/// the host.
const REFUSED_GRACE: Duration = Duration::from_secs(2);

/// Candidates that wait to be tried again: more failures than this are a flood of liars.
const MAX_RETRIES: usize = 64;

/// Candidates tried again at once while others wait for their first try: most tries stay for newcomers.
const MAX_RETRIES_AT_ONCE: usize = 2;

/// Pauses between two searches for the host of a reserved invite: a restart takes a minute or two, and after
/// that nobody needs to hurry.
const SEARCH_PAUSES: [Duration; 4] =
    [Duration::from_secs(3), Duration::from_secs(5), Duration::from_secs(10), Duration::from_secs(20)];

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
    /// This computer can be found by these alone, or finds these alone: it may have no network.
    Reach(NodeReach),
    /// A connection is being made.
    Connecting,
    /// The handshake runs.
    Securing,
    /// There were too many tries. The next one begins by itself, in so long.
    Waiting(Duration),
    /// The host of a reserved invite is not there yet. It is looked for again until the time is over, in so
    /// long.
    Absent(Duration),
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
/// A host that was already asked is notified of a stop: dropping this future instead leaves it waiting.
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
    let (session, event) = search.run().await?;
    Ok((node, session, event))
}

/// The same for the host of a reserved invite, which is looked for repeatedly until `life` is over.
///
/// # Errors
/// Any [`ConnectFailure`]: the last one where the time is over.
pub async fn connect_reserved(
    network: NetworkConfig,
    reserved: ReservedInvite,
    life: Duration,
    profile: TechnicianProfile,
    steps: mpsc::Sender<ConnectProgress>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(Node, SessionHandle, Event), ConnectFailure> {
    let stop = stop.boxed().shared();
    let over = TokioInstant::now() + life;
    let keys = reserved.keys(network.invite_network());
    let (node, search) = tokio::select! {
        started = begin_search(network, keys, profile, steps.clone(), stop.clone()) => started?,
        () = stop.clone() => return Err(ConnectFailure::Stopped),
    };
    let search = HostSearch { reserved: Some(reserved), until: Some(over), ..search };
    let mut pauses = SEARCH_PAUSES.into_iter();
    let longest = SEARCH_PAUSES[SEARCH_PAUSES.len() - 1];
    loop {
        let failure = match search.run().await {
            Ok((session, event)) => return Ok((node, session, event)),
            Err(failure) => failure,
        };
        let left = over.saturating_duration_since(TokioInstant::now());
        if left.is_zero() || !may_come_later(&failure) {
            return Err(failure);
        }
        let pause = pauses.next().unwrap_or(longest).min(left);
        announce(&steps, ConnectProgress::Absent(left));
        tokio::select! {
            () = stop.clone() => return Err(ConnectFailure::Stopped),
            () = sleep(pause) => {}
        }
        announce(&steps, ConnectProgress::Searching);
    }
}

/// Whether the host of a reserved invite may answer otherwise later. What one candidate says is no reason to
/// give up: others may have the invite's secret, and the host's own no ends a session, not the search.
fn may_come_later(failure: &ConnectFailure) -> bool {
    match failure {
        ConnectFailure::NotFound
        | ConnectFailure::Unreachable(_)
        | ConnectFailure::Refused(_)
        | ConnectFailure::PutOff(_) => true,
        ConnectFailure::Start(_)
        | ConnectFailure::Derive(_)
        | ConnectFailure::Broken
        | ConnectFailure::Stopped => false,
    }
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
    let (node, search) = begin_search(network, keys, profile, steps, stop).await?;
    let named =
        invite.host().map(|hint| Candidate { peer: hint.peer_id(), addresses: hint.addresses().to_vec() });
    Ok((node, HostSearch { named, ..search }))
}

/// Starts a node that looks for the host with these keys.
async fn begin_search(
    network: NetworkConfig,
    keys: InviteKeys,
    profile: TechnicianProfile,
    steps: mpsc::Sender<ConnectProgress>,
    stop: Stop,
) -> Result<(Node, HostSearch), ConnectFailure> {
    let alone = ReachWatch::of(&network).is_idle();
    let (node, incoming) = Node::start(network).await?;
    // A technician accepts no new sessions, so the receiver is dropped.
    let (inbox, _) = StreamSorter::start(incoming);
    announce(&steps, ConnectProgress::Searching);
    let search = HostSearch {
        node: node.clone(),
        inbox,
        keys,
        named: None,
        reserved: None,
        until: None,
        profile,
        steps,
        stop,
        alone,
    };
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

struct HostSearch {
    node: Node,
    inbox: StreamSorter,
    keys: InviteKeys,
    /// The host, where the invite is a link.
    named: Option<Candidate>,
    /// The invite, where it says which key the host has.
    reserved: Option<ReservedInvite>,
    /// When it is over, where that is known here.
    until: Option<TokioInstant>,
    profile: TechnicianProfile,
    steps: mpsc::Sender<ConnectProgress>,
    stop: Stop,
    /// Whether this machine alone is looked at.
    alone: bool,
}

impl HostSearch {
    /// That moment, or the end of the invite's time.
    fn at_most(&self, moment: TokioInstant) -> TokioInstant {
        self.until.map_or(moment, |until| until.min(moment))
    }

    async fn run(&self) -> Result<(SessionHandle, Event), ConnectFailure> {
        let named = self.named.clone();
        let only = named.as_ref().map(|candidate| candidate.peer);
        let mut found = self.node.find(rendezvous_key(&self.keys.rendezvous)).await;
        let mut turns = CandidateTurns::default();
        turns.add(named);
        let (mut tries, mut retries, mut retrying) = (FuturesUnordered::new(), FuturesUnordered::new(), 0);
        let begun = TokioInstant::now();
        let mut deadline = self.at_most(begun + SEARCH_TIMEOUT);
        let mut failure = ConnectFailure::NotFound;
        let mut reach = ReachWatch::new(self.alone);
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
                        deadline = self.at_most(deadline.max(TokioInstant::now() + pause + SEARCH_TIMEOUT));
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
                reach = reach.changed(&self.node) => announce(&self.steps, ConnectProgress::Reach(reach)),
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
}
