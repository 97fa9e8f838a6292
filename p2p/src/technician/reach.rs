//! One try: connect to a candidate, open the control stream, and let the handshake decide. Who is tried, when
//! and how often is decided in the module above.

use std::time::{Duration, Instant};

use beistand_session::{
    Binding, Channel, Command, EndReason, Event, HandshakeFailure, Leg, Request, Session, StreamHead,
    TechnicianSetup,
};
use futures::AsyncWriteExt as _;
use libp2p::Stream;
use tokio::time::{Instant as TokioInstant, sleep};

use super::knock::Knock;
use super::{AttemptResult, ConnectFailure, ConnectProgress, HostSearch, announce};
use crate::driver::{HandshakeResult, SessionHandle, drive};
use crate::host::session_keys;
use crate::swarm::{Candidate, ConnectError, Connection, Node, StreamKey};
use crate::turns::CandidateTurn;

/// How long a candidate may take to answer to the name that comes from the invite: it has to hear the name
/// first, which takes two round trips, and a relay's are long.
const NAME_TIMEOUT: Duration = Duration::from_secs(3);

/// Pause before that name is tried again.
const NAME_PAUSE: Duration = Duration::from_millis(100);

impl HostSearch {
    pub(super) async fn attempt(
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
            Some(HandshakeResult::Request(request)) if self.is_elsewhere(&request) => {
                tracing::warn!("somebody has the secret of a reserved invite and not the host's key");
                say_goodbye(session).await;
                Err(ConnectFailure::Refused(EndReason::HandshakeFailed(HandshakeFailure::InviteRefused)))
            }
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

    /// Whether this is not the host whose key the invite names.
    fn is_elsewhere(&self, request: &Request) -> bool {
        self.reserved.as_ref().is_some_and(|reserved| !reserved.is_for(&request.host_key))
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
pub(super) async fn say_goodbye(session: SessionHandle) {
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
