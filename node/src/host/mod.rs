//! The user's side: an invite is shown, somebody asks, the user decides, and stays in control.
//!
//! States: waiting for a request, asking the user, in session; one session a run, and the end of it is the
//! end of the run. In each state the loop serves the user's commands first. Screen and input exist only while
//! the user's grant for them does ([`crate::features`]).
//!
//! Where the user has pressed that an earlier technician may come back, no invite is shown, and for a while
//! that press is the answer to them and to nobody else.

mod indicator;
mod opening;
#[cfg(test)]
mod tests;
mod user_hand;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use beistand_p2p::SessionHandle;
use beistand_p2p::host::{Host, HostCommand, HostEvent, InvitedSession};
use beistand_p2p::invite::{InviteId, InviteLifetime};
use beistand_session::{Command as SessionCommand, EndReason, Permission, PermissionSet};
use tokio::sync::{Notify, mpsc};

use crate::backends::Backends;
use crate::commands::CommandInbox;
use crate::config::Config;
use crate::features::{
    ActivityRecord, ChangeWorld, DeedsUnderWay, GrantDialog, HostSlots, HostWorld, MovedPointer, SeenLayout,
    offers,
};
use crate::handle::{EndCause, EndWord, EndedBy, InviteText, NodeCommand, NodeEvent, Notice};
use crate::returns::{ReturnDesk, ReturnRefusal, ReturnShelf};
use crate::session::{SessionActor, SessionStep};
use crate::words::{Phrase, Words, args};
use crate::{backends, convert, identity};
use indicator::{EmergencyKeyState, HostIndicator, IndicatorNews, ShownSession};
pub(crate) use opening::HostOpening;
use opening::{AwaitedReturn, PressTime};
use user_hand::UserAlarm;
pub(crate) use user_hand::{HandReaction, UserHand, WatchedHand};

type HostSession = SessionActor<HostSlots>;

/// Runs a host until it is over.
pub(crate) async fn run(
    config: Config,
    opening: HostOpening,
    commands: CommandInbox,
    events: mpsc::Sender<NodeEvent>,
) -> EndCause {
    match backends::from_config(&config) {
        Ok(backends) => run_on(backends, config, opening, commands, events).await,
        Err(error) => EndCause::of_config(&error),
    }
}

/// The same over these backends.
async fn run_on(
    backends: Backends,
    config: Config,
    opening: HostOpening,
    commands: CommandInbox,
    events: mpsc::Sender<NodeEvent>,
) -> EndCause {
    match start(&config, backends, &opening).await {
        Ok((host, shelf)) => {
            let _ = events.send(convert::ready(&host.node)).await;
            let words = Words::of_node(config.language);
            let awaited = AwaitedReturn::of(opening, PressTime::now());
            if let Some(notice) = awaited.as_ref().and_then(|awaited| awaited.notice(SystemTime::now())) {
                let _ = events.send(NodeEvent::Notice(notice)).await;
            }
            let returns = HostReturns {
                shelf,
                own_name: config.name.unwrap_or_default(),
                awaited,
                desk: None,
                over: false,
                refused: false,
            };
            let (data_dir, deeds) = (config.data_dir.clone(), DeedsUnderWay::default());
            let under_way = deeds.clone();
            let actor = HostActor {
                backends,
                words,
                data_dir,
                deeds,
                commands,
                events,
                host,
                invite: None,
                next_request: 1,
                returns,
            };
            let cause = actor.run().await;
            under_way.settle().await;
            cause
        }
        Err(cause) => cause,
    }
}

async fn start(
    config: &Config,
    backends: Backends,
    opening: &HostOpening,
) -> Result<(Host, ReturnShelf), EndCause> {
    // A machine whose screen can't be shown is better told so now than after the user's yes.
    let desktop = backends.desktop().and_then(|desktop| desktop.capturer());
    desktop.map(drop).map_err(|fault| EndCause::failed(&fault))?;
    let key =
        identity::load_or_create(&config.identity_file).map_err(|error| EndCause::of_identity(&error))?;
    let network = convert::network(config).map_err(|error| EndCause::of_config(&error))?;
    let shelf = ReturnShelf::new(&config.data_dir, key.clone());
    let host = match opening {
        HostOpening::Invite => {
            Host::start(network, key, InviteLifetime::at_most(config.invite_life), offers()).await
        }
        HostOpening::Return(ticket) => {
            let left = ticket.left(SystemTime::now()).map_err(|why| EndCause::of_return(&why))?;
            // It may have been used or refused since it was shown.
            if !shelf.has(ticket) {
                return Err(EndCause::return_over());
            }
            let life = InviteLifetime::at_most(left);
            Host::start_reserved(network, key, life, offers(), ticket.invite()).await
        }
    };
    Ok((host.map_err(|error| EndCause::failed(&error))?, shelf))
}

struct HostActor {
    backends: Backends,
    /// What the bar on the user's screen says.
    words: Words,
    /// Where the program keeps its files.
    data_dir: PathBuf,
    /// What is being done to this machine.
    deeds: DeedsUnderWay,
    commands: CommandInbox,
    events: mpsc::Sender<NodeEvent>,
    host: Host,
    /// The invite that is on the screen.
    invite: Option<InviteText>,
    next_request: u64,
    returns: HostReturns,
}

/// Who may come back: after this session, and by it.
struct HostReturns {
    shelf: ReturnShelf,
    /// What this computer is called in another one's list.
    own_name: String,
    /// The only one who is waited for, where it is no invite that is open.
    awaited: Option<AwaitedReturn>,
    /// Where the ticket of the newest session is.
    desk: Option<ReturnDesk>,
    /// Whether they can't come any more.
    over: bool,
    /// Whether the user has said no to them.
    refused: bool,
}

impl HostReturns {
    /// Why whoever is waited for can't come any more, where that is so: a computer may have slept.
    fn void(&self) -> Option<ReturnRefusal> {
        self.awaited.as_ref()?.ticket().left(SystemTime::now()).err()
    }
}

/// A session of which the user has yet to hear.
struct AskingSession {
    id: u64,
    name: String,
    invite: InviteId,
    session: HostSession,
    watched: WatchedHand,
    activity: ActivityRecord,
    aside: Arc<Notify>,
}

/// What became of a request.
enum RequestOutcome {
    Allowed(Box<HostSession>, WatchedHand, HostIndicator),
    Over(EndCause),
    /// The request with this id is over without an answer; the invite is still good.
    Withdrawn(u64, WithdrawnBy),
}

/// Why a request is over without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WithdrawnBy {
    /// Whoever asked went away.
    Leaving,
    /// The user's time for the answer.
    Time,
}

impl HostActor {
    async fn run(mut self) -> EndCause {
        loop {
            let asking = match self.wait_for_request().await {
                Ok(asking) => asking,
                Err(cause) => return cause,
            };
            match self.ask(asking).await {
                RequestOutcome::Allowed(session, hand, indicator) => {
                    return self.serve(*session, hand, indicator).await;
                }
                RequestOutcome::Over(cause) => {
                    // Who was told no has nothing to come back with.
                    if self.returns.refused
                        && let Some(awaited) = &self.returns.awaited
                    {
                        self.returns.shelf.remove(awaited.ticket());
                    }
                    return cause;
                }
                RequestOutcome::Withdrawn(request, why) => {
                    self.emit(NodeEvent::Withdrawn { request }).await;
                    self.show_invite_again().await;
                    match why {
                        WithdrawnBy::Leaving => {}
                        WithdrawnBy::Time => self.emit(NodeEvent::Notice(Notice::Unanswered)).await,
                    }
                }
            }
        }
    }

    async fn wait_for_request(&mut self) -> Result<InvitedSession, EndCause> {
        loop {
            if self.returns.over {
                return Err(EndCause::return_over());
            }
            tokio::select! {
                biased;
                command = self.commands.next() => match command {
                    NodeCommand::NewInvite => { _ = self.host.commands.send(HostCommand::NewInvite).await; }
                    NodeCommand::End | NodeCommand::Finish => return Err(EndCause::stopped()),
                    command @ (NodeCommand::Allow { .. }
                    | NodeCommand::Deny { .. }
                    | NodeCommand::Grant(_)
                    | NodeCommand::Revoke(_)
                    | NodeCommand::GrantDialog { .. }
                    | NodeCommand::Pause
                    | NodeCommand::Resume
                    | NodeCommand::Feature(_)) => too_early(&command),
                },
                event = self.host.events.recv() => match event {
                    Some(HostEvent::Session(asking)) => return Ok(asking),
                    Some(HostEvent::NoInvite(reason)) => return Err(EndCause::failed(Phrase::with("fault-no-invite", args![detail = reason]))),
                    Some(event) => self.on_host_event(event).await,
                    None => return Err(EndCause::failed(Phrase::new("fault-network-stopped"))),
                },
            }
        }
    }

    async fn on_host_event(&mut self, event: HostEvent) {
        match event {
            HostEvent::Invite(text) => {
                let invite = convert::invite(text);
                self.invite = Some(invite.clone());
                self.emit(NodeEvent::Invite(invite)).await;
            }
            HostEvent::InviteReplaced(cause) => self.emit(NodeEvent::InviteReplaced(cause)).await,
            HostEvent::WrongTries { count } => {
                self.emit(NodeEvent::Notice(Notice::WrongTries { count })).await;
            }
            // One at a time: the one who came first is being decided on.
            HostEvent::Session(asking) => turn_away(asking.session).await,
            HostEvent::OtherKey => self.emit(NodeEvent::Notice(Notice::OtherKey)).await,
            // Who was there before it was over may still be decided on.
            HostEvent::ReservationOver => self.returns.over = true,
            HostEvent::NoInvite(reason) => tracing::warn!(reason, "there is no new invite"),
        }
    }

    async fn show_invite_again(&mut self) {
        if let Some(invite) = self.invite.clone() {
            let left = invite.expires_at.duration_since(std::time::SystemTime::now()).unwrap_or_default();
            self.emit(NodeEvent::Invite(InviteText { expires_in: left, ..invite })).await;
        }
    }

    async fn ask(&mut self, asking: InvitedSession) -> RequestOutcome {
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
            // What the user has said since goes before their press.
            if let Some(NodeCommand::End | NodeCommand::Finish) = self.commands.try_recv() {
                asked.session.command(SessionCommand::Deny).await;
                asked.session.closed().await;
                return RequestOutcome::Over(EndCause::stopped());
            }
            return self.allow(asked, permissions).await;
        }
        loop {
            let AskingSession { id, session, watched, .. } = &mut asked;
            let id = *id;
            tokio::select! {
                alarm = watched.alarms.recv() => match alarm {
                    UserAlarm::Panic => {
                        self.returns.refused = true;
                        session.command(SessionCommand::Deny).await;
                    }
                    UserAlarm::Away => watched.was_away = true,
                    UserAlarm::Unwatched => session.fail(Phrase::new("fault-unwatched")).await,
                },
                command = self.commands.next() => match command {
                    NodeCommand::Allow { request, permissions } if request == id => {
                        return self.allow(asked, permissions).await;
                    }
                    NodeCommand::Deny { request } if request == id => {
                        self.returns.refused = true;
                        session.command(SessionCommand::Deny).await;
                    }
                    NodeCommand::End | NodeCommand::Finish => session.command(SessionCommand::Deny).await,
                    NodeCommand::Feature(command) => session.on_feature(command),
                    command @ (NodeCommand::NewInvite
                    | NodeCommand::Allow { .. }
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
        if tell {
            self.emit(NodeEvent::Request(convert::request(id, request))).await;
        }
        let (backends, activity) = (self.backends, ActivityRecord::default());
        let language = self.words.language();
        let watched = WatchedHand::start(backends.desktop());
        let (hand, aside) = (watched.hand.clone(), Arc::new(Notify::new()));
        let HostReturns { shelf, own_name, .. } = &self.returns;
        let returns = ReturnDesk {
            shelf: shelf.clone(),
            peer_key,
            peer_name: name.clone(),
            own_name: own_name.clone(),
            forbidden: Arc::default(),
        };
        let changes = ChangeWorld::here(&self.data_dir, name.clone(), self.deeds.clone());
        self.returns.desk = Some(returns.clone());
        let session = HostSession::start(session, self.events.clone(), |picture_room| HostWorld {
            backends,
            hand,
            activity: activity.clone(),
            seen: SeenLayout::default(),
            moved: MovedPointer::default(),
            language,
            aside: aside.clone(),
            changes,
            picture_room,
            returns: Some(returns),
        });
        AskingSession { id, name, invite, session, watched, activity, aside }
    }

    /// The user allows this.
    async fn allow(&mut self, asked: AskingSession, permissions: PermissionSet) -> RequestOutcome {
        let AskingSession { name, invite, mut session, watched, activity, aside, .. } = asked;
        let indicator = match self.indicate(name, permissions, &watched, activity, aside).await {
            Ok(indicator) => indicator,
            Err(cause) => {
                session.command(SessionCommand::Deny).await;
                session.closed().await;
                return RequestOutcome::Over(cause);
            }
        };
        let _ = self.host.commands.send(HostCommand::Consumed(invite)).await;
        // The question was such a dialog too.
        session.change(|standing| standing.dialog = GrantDialog::ClosedAt(Instant::now())).await;
        session.command(SessionCommand::Allow(permissions)).await;
        RequestOutcome::Allowed(Box::new(session), watched, indicator)
    }

    /// Shows the bar without which there is no session.
    async fn indicate(
        &self,
        name: String,
        granted: PermissionSet,
        watched: &WatchedHand,
        activity: ActivityRecord,
        aside: Arc<Notify>,
    ) -> Result<HostIndicator, EndCause> {
        let key = match watched.hand.unwatched() {
            Some(_) => EmergencyKeyState::Broken,
            None => EmergencyKeyState::Works,
        };
        let session = ShownSession { name, granted, paused: false, key };
        let backends = self.backends;
        let desktop = Box::new(move || backends.desktop());
        let shown = HostIndicator::show(desktop, session, activity, aside, self.words.clone()).await;
        shown.map_err(|why| EndCause::failed(Phrase::with("indicator-refused", args![why = why])))
    }

    async fn serve(
        mut self,
        mut session: HostSession,
        mut watched: WatchedHand,
        indicator: HostIndicator,
    ) -> EndCause {
        let unwatched = watched.hand.unwatched();
        self.emit(NodeEvent::EmergencyKey { broken: unwatched.map(|fault| Phrase::from(&fault)) }).await;
        if watched.was_away {
            self.pause_for(&mut session, Notice::PausedAway).await;
        }
        loop {
            indicator.update(session.standing());
            tokio::select! {
                biased;
                alarm = watched.alarms.recv() => match alarm {
                    UserAlarm::Panic => end_by_user(&mut session, &self.returns).await,
                    UserAlarm::Away => {
                        indicator.forget_go_on();
                        self.pause_for(&mut session, Notice::PausedAway).await;
                    }
                    UserAlarm::Unwatched => session.fail(Phrase::new("fault-unwatched")).await,
                },
                news = indicator.next() => self.on_indicator(&mut session, news).await,
                command = self.commands.next() => on_command(&mut session, command, &self.returns).await,
                news = session.next() => match session.on_news(news).await {
                    SessionStep::Over(cause) => {
                        drop(indicator);
                        session.closed().await;
                        return cause;
                    }
                    SessionStep::Done | SessionStep::Requested(_) | SessionStep::Consented => {}
                },
                Some(event) = self.host.events.recv() => if let HostEvent::Session(asking) = event {
                    turn_away(asking.session).await;
                },
            }
        }
    }

    /// Pauses, and says why where the session went on until now.
    async fn pause_for(&mut self, session: &mut HostSession, why: Notice) {
        // Whatever wanted to go on was said before this.
        self.commands.forget_resume();
        if session.standing().held {
            return;
        }
        on_command(session, NodeCommand::Pause, &self.returns).await;
        self.emit(NodeEvent::Notice(why)).await;
    }

    async fn on_indicator(&mut self, session: &mut HostSession, news: IndicatorNews) {
        match news {
            IndicatorNews::End => end_by_user(session, &self.returns).await,
            IndicatorNews::Pause => {
                self.commands.forget_resume();
                on_command(session, NodeCommand::Pause, &self.returns).await;
            }
            // The bar has seen that a hand pressed it.
            IndicatorNews::GoOn => on_command(session, NodeCommand::Resume, &self.returns).await,
            IndicatorNews::Hidden => self.pause_for(session, Notice::PausedHidden).await,
        }
    }

    async fn emit(&self, event: NodeEvent) {
        crate::session::emit(&self.events, event).await;
    }
}

/// What becomes of the request with this id when its session is over: what the user decided is the end of the
/// run, and otherwise the invite is shown again.
fn over(id: u64, cause: EndCause) -> RequestOutcome {
    match (cause.by, cause.reason) {
        (EndedBy::Us, _) => RequestOutcome::Over(cause),
        (EndedBy::Nobody, EndWord::Denied) => RequestOutcome::Withdrawn(id, WithdrawnBy::Time),
        (EndedBy::Peer | EndedBy::Nobody, _) => RequestOutcome::Withdrawn(id, WithdrawnBy::Leaving),
    }
}

/// Tells somebody who came while another one is there, and sees it said.
async fn turn_away(session: SessionHandle) {
    let _ = session.commands.send(SessionCommand::End(EndReason::Busy)).await;
    tokio::spawn(session.closed());
}

/// What the user wants in a session. What they take back has no effect any more before the session is told,
/// so what it acknowledges is true.
async fn on_command(session: &mut HostSession, command: NodeCommand, returns: &HostReturns) {
    match command {
        NodeCommand::Grant(permission) => {
            session.change(|standing| standing.withheld = standing.withheld.without(permission)).await;
            session.command(SessionCommand::Grant(permission)).await;
        }
        NodeCommand::Revoke(permission) => {
            session.change(|standing| standing.withheld = standing.withheld.with(permission)).await;
            session.command(SessionCommand::Revoke(permission)).await;
        }
        NodeCommand::Pause => {
            session.change(|standing| standing.held = true).await;
            session.command(SessionCommand::Pause).await;
        }
        NodeCommand::Resume => {
            session.change(|standing| standing.held = false).await;
            session.command(SessionCommand::Resume).await;
        }
        NodeCommand::GrantDialog { visible: true } => {
            session.change(|standing| standing.dialog = GrantDialog::Open).await;
        }
        NodeCommand::GrantDialog { visible: false } => {
            session.change(|standing| standing.dialog = GrantDialog::ClosedAt(Instant::now())).await;
        }
        NodeCommand::Feature(command) => session.on_feature(command),
        NodeCommand::End => end_by_user(session, returns).await,
        // The system's wish, not the user's: what they allowed for later stands.
        NodeCommand::Finish => session.end().await,
        NodeCommand::NewInvite | NodeCommand::Allow { .. } | NodeCommand::Deny { .. } => {
            tracing::debug!(?command, "a command came too late");
        }
    }
}

/// The user's own end is the end of what was to outlast the session.
async fn end_by_user(session: &mut HostSession, returns: &HostReturns) {
    // Whether or not the feature has its turn.
    if let Some(desk) = &returns.desk {
        desk.forbid();
    }
    if session.standing().granted.is_some_and(|granted| granted.contains(Permission::Reconnect)) {
        session.change(|standing| standing.withheld = standing.withheld.with(Permission::Reconnect)).await;
        session.command(SessionCommand::Revoke(Permission::Reconnect)).await;
    }
    session.end().await;
}

/// The user's program sometimes is a moment behind.
fn too_early(command: &NodeCommand) {
    tracing::debug!(?command, "a command has no effect now");
}
