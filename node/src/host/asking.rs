//! Somebody asks: the user decides, or has decided by a press that lets them come back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_p2p::host::{HostCommand, InvitedSession};
use beistand_p2p::invite::InviteId;
use beistand_session::{Command as SessionCommand, PermissionSet};
use tokio::sync::Notify;
use tokio::time::timeout;

use super::indicator::{EmergencyKeyState, HostIndicator, NameMark, ShownSession};
use super::opening::PressTime;
use super::user_hand::{UserAlarm, WatchedHand};
use super::{HostActor, HostReturns, HostSession, too_early, turn_away};
use crate::backends::Backends;
use crate::convert;
use crate::features::{
    ActivityRecord, ChangeWorld, GrantDialog, HostWorld, MovedPointer, OpenQuestions, SeenLayout, Standing,
};
use crate::handle::{EndCause, EndWord, EndedBy, NodeCommand, NodeEvent, Notice, RequestInfo};
use crate::history::HistoryBook;
use crate::returns::{ReturnDesk, WayBack};
use crate::session::SessionStep;
use crate::words::{Phrase, args};

/// A session of which the user has yet to hear.
struct AskingSession {
    id: u64,
    name: String,
    /// What is to be thought of that name.
    mark: NameMark,
    /// Whether they may be allowed anything: they call themselves as nobody does who is known here with
    /// another key, or the user has said that it is them.
    vouched: bool,
    invite: InviteId,
    session: HostSession,
    watched: WatchedHand,
    activity: ActivityRecord,
    aside: Arc<Notify>,
    /// The desktop, as all parts of this session have it.
    desk: Backends,
}

/// What became of a request.
pub(super) enum RequestOutcome {
    Allowed(Box<HostSession>, WatchedHand, HostIndicator),
    Over(EndCause),
    /// The request with this id is over without an answer; the invite is still good.
    Withdrawn(u64, WithdrawnBy),
}

/// Why a request is over without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WithdrawnBy {
    /// Whoever asked went away.
    Leaving,
    /// The user's time for the answer.
    Time,
}

/// How long a look at what covers the screen may take: each of the services that are asked has a moment.
const COVER_LIMIT: Duration = Duration::from_secs(5);

impl HostActor {
    pub(super) async fn ask(&mut self, asking: InvitedSession) -> RequestOutcome {
        if let Some(why) = self.returns.void() {
            turn_away(asking.session).await;
            return RequestOutcome::Over(EndCause::of_return(&why));
        }
        let consented = self
            .returns
            .awaited
            .as_ref()
            .and_then(|awaited| awaited.consent_to(&asking.request, PressTime::now()));
        let mut asked = self.take_request(asking, consented.is_none()).await;
        if let Some(permissions) = consented {
            if self.screen_is_covered().await {
                asked.watched.absence = Some(Notice::PausedLocked);
            }
            // What the user has said since goes before their press.
            if let Some(NodeCommand::End | NodeCommand::Finish) = self.commands.try_recv() {
                asked.session.command(SessionCommand::Deny).await;
                asked.session.closed().await;
                return RequestOutcome::Over(EndCause::stopped());
            }
            return self.allow(asked, permissions).await;
        }
        loop {
            let AskingSession { id, session, watched, vouched, .. } = &mut asked;
            let id = *id;
            tokio::select! {
                alarm = watched.alarms.recv() => match alarm {
                    UserAlarm::Panic => {
                        self.returns.refused = true;
                        session.command(SessionCommand::Deny).await;
                    }
                    UserAlarm::Away => watched.absence = Some(Notice::PausedAway),
                    UserAlarm::Stopped => session.fail(Phrase::new("fault-desktop-stopped")).await,
                    UserAlarm::Unwatched => session.fail(Phrase::new("fault-unwatched")).await,
                    // Nobody is asked to listen before the yes.
                    UserAlarm::KeyHeard | UserAlarm::KeyUnheard => {}
                },
                command = self.commands.next() => match command {
                    NodeCommand::Vouch { request } if request == id => *vouched = true,
                    NodeCommand::Allow { request, permissions } if request == id && *vouched => {
                        return self.allow(asked, permissions).await;
                    }
                    NodeCommand::Deny { request } if request == id => {
                        self.returns.refused = true;
                        session.command(SessionCommand::Deny).await;
                    }
                    NodeCommand::End | NodeCommand::Finish => session.command(SessionCommand::Deny).await,
                    NodeCommand::Feature(command) => {
                        if command.narrows() {
                            self.returns.forbid_way_back();
                        }
                        session.on_feature(command);
                    }
                    command @ (NodeCommand::NewInvite
                    | NodeCommand::Allow { .. }
                    | NodeCommand::Vouch { .. }
                    | NodeCommand::Deny { .. }
                    | NodeCommand::Grant(_)
                    | NodeCommand::Revoke(_)
                    | NodeCommand::GrantDialog { .. }
                    | NodeCommand::Pause
                    | NodeCommand::Resume) => too_early(&command),
                },
                news = session.next() => match session.on_news(news).await {
                    SessionStep::Over(cause) => {
                        asked.session.closed().await;
                        return over(id, cause);
                    }
                    SessionStep::Done | SessionStep::Requested(_) | SessionStep::Consented => {}
                },
                Some(event) = self.host.events.recv() => self.on_host_event(event).await,
            }
        }
    }

    /// Takes over the session of somebody who asks; `tell`: the user is to decide on it.
    async fn take_request(&mut self, asking: InvitedSession, tell: bool) -> AskingSession {
        let InvitedSession { session, request, invite } = asking;
        let id = self.next_request;
        self.next_request += 1;
        // Who comes back has the name that the user has pressed for, whatever they call themselves now.
        let known = self.returns.awaited.as_ref().map(|awaited| awaited.ticket().name().to_owned());
        let name = known.unwrap_or_else(|| request.name.clone());
        let peer_key = request.technician_key;
        let recognition = self.returns.known.recognise(&peer_key, &name);
        let vouched = !tell || !recognition.must_be_vouched_for();
        let mark = NameMark::of(&name, &recognition);
        if tell {
            let request = RequestInfo { recognition, ..convert::request(id, request) };
            self.emit(NodeEvent::Request(request)).await;
        }
        let (backends, activity) = (self.backends.for_session(), ActivityRecord::default());
        let (language, desk) = (self.words.language(), backends.clone());
        let watched = WatchedHand::start(backends.desktop()).await;
        let (hand, aside) = (watched.hand.clone(), Arc::new(Notify::new()));
        let HostReturns { shelf, own, known, .. } = &self.returns;
        let returns = ReturnDesk {
            shelf: shelf.clone(),
            peer_key,
            peer_name: name.clone(),
            own: own.clone(),
            known: known.clone(),
            history: HistoryBook::forgetful(),
            way_back: WayBack::default(),
            forbidden: Arc::default(),
        };
        let changes = ChangeWorld::here(&self.data_dir, name.clone(), self.deeds.clone(), activity.clone());
        self.returns.desk = Some(returns.clone());
        self.questions = OpenQuestions::default();
        let questions = self.questions.clone();
        let session = HostSession::start(session, self.events.clone(), |picture_room| HostWorld {
            backends,
            hand,
            activity: activity.clone(),
            questions,
            seen: SeenLayout::default(),
            moved: MovedPointer::default(),
            language,
            aside: aside.clone(),
            changes,
            picture_room,
            returns: Some(returns),
        });
        AskingSession { id, name, mark, vouched, invite, session, watched, activity, aside, desk }
    }

    /// The user allows this.
    async fn allow(&mut self, asked: AskingSession, permissions: PermissionSet) -> RequestOutcome {
        let AskingSession { name, mark, invite, mut session, watched, activity, aside, desk, .. } = asked;
        let who = (name, mark);
        let indicator = match self.indicate(desk, who, permissions, &watched, activity, aside).await {
            Ok(indicator) => indicator,
            Err(cause) => {
                session.command(SessionCommand::Deny).await;
                session.closed().await;
                return RequestOutcome::Over(cause);
            }
        };
        let _ = self.host.commands.send(HostCommand::Consumed(invite)).await;
        let is_absent = watched.absence.is_some();
        let begin = |standing: &mut Standing| {
            // The question was such a dialog too.
            standing.dialog = GrantDialog::ClosedAt(Instant::now());
            // What begins paused has shown nothing before.
            standing.held = is_absent;
        };
        session.change(begin).await;
        session.command(SessionCommand::Allow(permissions)).await;
        RequestOutcome::Allowed(Box::new(session), watched, indicator)
    }

    /// Whether a lock or a saver covers the screen: whoever has pressed that somebody may come back has gone
    /// since. A desktop that doesn't answer is taken for covered, one that can't know isn't.
    async fn screen_is_covered(&self) -> bool {
        let backends = self.backends.clone();
        let look = move || backends.desktop().and_then(|desktop| desktop.is_covered());
        match timeout(COVER_LIMIT, tokio::task::spawn_blocking(look)).await {
            Ok(Ok(Ok(covered))) => covered,
            Ok(Ok(Err(fault))) => {
                tracing::debug!(%fault, "nothing is known of what covers the screen");
                false
            }
            Ok(Err(_)) | Err(_) => true,
        }
    }

    /// Shows the bar without which there is no session.
    async fn indicate(
        &self,
        backends: Backends,
        (name, mark): (String, NameMark),
        granted: PermissionSet,
        watched: &WatchedHand,
        activity: ActivityRecord,
        aside: Arc<Notify>,
    ) -> Result<HostIndicator, EndCause> {
        let key = match watched.key_fault {
            Some(_) => EmergencyKeyState::Broken,
            None => EmergencyKeyState::Works,
        };
        let session = ShownSession { name, mark, granted, paused: watched.absence.is_some(), key };
        let desktop = Box::new(move || backends.desktop());
        let shown = HostIndicator::show(desktop, session, activity, aside, self.words.clone()).await;
        shown.map_err(|why| EndCause::failed(Phrase::with("indicator-refused", args![why = why])))
    }
}

/// What becomes of the request with this id when its session is over: what the user decided is the end of the
/// run, and otherwise the invite is shown again.
pub(super) fn over(id: u64, cause: EndCause) -> RequestOutcome {
    match (cause.by, cause.reason) {
        (EndedBy::Us, _) => RequestOutcome::Over(cause),
        (EndedBy::Nobody, EndWord::Unanswered) => RequestOutcome::Withdrawn(id, WithdrawnBy::Time),
        (EndedBy::Peer | EndedBy::Nobody, _) => RequestOutcome::Withdrawn(id, WithdrawnBy::Leaving),
    }
}
