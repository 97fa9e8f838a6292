//! The technician's side: the invite is read, the host is found, the user decides, and then there is a
//! picture.
//!
//! States: connecting, waiting for the user's consent, in session. A command to end stops each of them at
//! once, but that a host which was already asked is notified first, within a second. What the features are
//! asked to do before they may waits for the user's answer, in order.

mod early;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use beistand_p2p::invite::Invite;
use beistand_p2p::technician::{
    ConnectFailure, ConnectProgress, TechnicianProfile, connect, connect_reserved,
};
use beistand_p2p::{Node, SessionHandle};
use beistand_session::{Event as FirstEvent, PermissionSet, Request, Role, StaticKey};
use tokio::sync::{mpsc, oneshot};
use zeroize::Zeroizing;

use crate::acquaintances::AcquaintanceBook;
use crate::commands::CommandInbox;
use crate::config::Config;
use crate::contacts::ContactMark;
use crate::features::{LaterTurn, TechnicianSlots, TechnicianWorld};
use crate::handle::{ConnectStep, EndCause, NodeCommand, NodeEvent, Notice, RequestInfo};
use crate::history::HistoryBook;
use crate::nameplate::Nameplate;
use crate::picture::PictureSlot;
use crate::returns::{ReturnDesk, ReturnShelf, ReturnTicket, WayBack};
use crate::session::{SessionActor, SessionStep};
use crate::{backends, convert, identity};
use early::{EarlyCommands, EarlyStep};

/// Progress steps that wait: there are five.
const STEP_QUEUE: usize = 8;

/// What the technician asks for.
#[derive(Debug, Clone)]
pub struct TechnicianRequest {
    /// Their name, as the user will see it.
    pub name: String,
    /// Why they ask; may be empty.
    pub reason: String,
    /// What they want to be allowed.
    pub wants: PermissionSet,
}

/// To whom a technician goes.
pub(crate) enum TechnicianAim {
    /// Whoever gave them this invite: words, code or link.
    Invite(Zeroizing<String>),
    /// The host of an earlier session.
    Return(Box<ReturnTicket>),
}

/// The same, read and found good.
enum GoodAim {
    Invite(Box<Invite>),
    Return { ticket: Box<ReturnTicket>, left: Duration },
}

/// Runs a technician until it is over.
pub(crate) async fn run(
    config: Config,
    aim: TechnicianAim,
    request: TechnicianRequest,
    mut commands: CommandInbox,
    events: mpsc::Sender<NodeEvent>,
    picture: PictureSlot,
) -> EndCause {
    let aim = match read_aim(aim, SystemTime::now()) {
        Ok(aim) => aim,
        Err(cause) => return cause,
    };
    if let Some(notice) = aim.notice(SystemTime::now()) {
        let _ = events.send(NodeEvent::Notice(notice)).await;
    }
    let backends = match backends::from_config(&config) {
        Ok(backends) => backends,
        Err(error) => return EndCause::of_config(&error),
    };
    let static_key = match identity::load_or_create(&config.identity_file) {
        Ok(static_key) => static_key,
        Err(error) => return EndCause::of_identity(&error),
    };
    let own_key = static_key.clone();
    let known = AcquaintanceBook::new(&config, &own_key);
    if let Err(file) = known.all() {
        let _ = events.send(NodeEvent::Notice(Notice::Unreadable(file))).await;
    }
    let profile =
        TechnicianProfile { static_key, name: request.name, reason: request.reason, wants: request.wants };
    let mut early = EarlyCommands::default();
    let getting = get_session(&config, aim, profile, &mut commands, &mut early, &events);
    let (node, session, first) = match getting.await {
        Ok(session) => session,
        Err(cause) => return cause,
    };
    let returns = host_key(&first).map(|peer_key| ReturnDesk {
        shelf: ReturnShelf::new(&config.data_dir, own_key.clone()),
        peer_key,
        peer_name: String::new(),
        own: Nameplate::default(),
        known,
        history: HistoryBook::new(&config, &own_key),
        way_back: WayBack::default(),
        forbidden: Arc::default(),
    });
    let desk = returns.clone();
    let world = TechnicianWorld { backends, picture, language: config.language, returns };
    let session = SessionActor::start(session, events.clone(), |_picture_room| world);
    let actor = TechnicianActor { commands, early, events, session, own_key, desk, waiting: None };
    let cause = actor.run(first).await;
    drop(node);
    cause
}

/// Reads the aim as far as it is this computer's to judge.
fn read_aim(aim: TechnicianAim, now: SystemTime) -> Result<GoodAim, EndCause> {
    match aim {
        TechnicianAim::Invite(text) => {
            let invite = Invite::parse(&text).map_err(|error| EndCause::of_invite(&error))?;
            Ok(GoodAim::Invite(Box::new(invite)))
        }
        TechnicianAim::Return(ticket) => {
            let left = ticket.left(now).map_err(|why| EndCause::of_return(&why))?;
            Ok(GoodAim::Return { ticket, left })
        }
    }
}

impl GoodAim {
    /// What the technician should know before anything else.
    fn notice(&self, now: SystemTime) -> Option<Notice> {
        match self {
            Self::Invite(invite) => {
                let ago = invite.host().and_then(|host| host.expired_for(now))?;
                Some(Notice::LinkOver { ago })
            }
            Self::Return { ticket, left } => {
                Some(Notice::Awaiting { name: ticket.name().to_owned(), left: *left })
            }
        }
    }
}

/// The host's static key.
fn host_key(first: &FirstEvent) -> Option<[u8; 32]> {
    if let FirstEvent::Request(request) = first { Some(request.host_key) } else { None }
}

type FoundHost = (Node, SessionHandle, FirstEvent);

async fn get_session(
    config: &Config,
    aim: GoodAim,
    profile: TechnicianProfile,
    commands: &mut CommandInbox,
    early: &mut EarlyCommands,
    events: &mpsc::Sender<NodeEvent>,
) -> Result<FoundHost, EndCause> {
    let network = convert::network(config).map_err(|error| EndCause::of_config(&error))?;
    let (step_outbox, mut steps) = mpsc::channel(STEP_QUEUE);
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async { _ = stopped.await };
    let connecting = async {
        match aim {
            GoodAim::Invite(invite) => connect(network, *invite, profile, step_outbox, stopped).await,
            GoodAim::Return { ticket, left } => {
                connect_reserved(network, ticket.invite(), left, profile, step_outbox, stopped).await
            }
        }
    };
    tokio::pin!(connecting);
    // Until it is told to stop.
    let mut stop = Some(stop);
    loop {
        tokio::select! {
            Some(step) = steps.recv() => { _ = events.send(progress(step)).await; }
            command = next_of(commands, early.is_full() || stop.is_none()) => {
                if early.take(command) == EarlyStep::Stop {
                    stop = None;
                } else {
                    early.tell_once(events).await;
                }
            }
            found = &mut connecting => {
                let (node, session, first) =
                    found.map_err(|failure: ConnectFailure| EndCause::of_failure(&failure))?;
                let _ = events.send(convert::ready(&node)).await;
                return Ok((node, session, first));
            }
        }
    }
}

fn progress(progress: ConnectProgress) -> NodeEvent {
    NodeEvent::Progress(match progress {
        ConnectProgress::ReadingInvite => ConnectStep::ReadingInvite,
        ConnectProgress::Searching => ConnectStep::Searching,
        ConnectProgress::Connecting => ConnectStep::Connecting,
        ConnectProgress::Securing => ConnectStep::Securing,
        ConnectProgress::Reach(reach) => return NodeEvent::Reach(reach),
        ConnectProgress::Waiting(time) => {
            return NodeEvent::Notice(Notice::PutOff { secs: whole_secs(time) });
        }
        ConnectProgress::Absent(left) => return NodeEvent::Notice(Notice::Absent { left }),
    })
}

/// So that nobody comes back too early.
fn whole_secs(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

struct TechnicianActor {
    commands: CommandInbox,
    /// What was said before there was a session; it goes before all that is in the queue.
    early: EarlyCommands,
    events: mpsc::Sender<NodeEvent>,
    session: SessionActor<TechnicianSlots>,
    /// By which contacts are known again.
    own_key: StaticKey,
    /// What of the session can outlast it.
    desk: Option<ReturnDesk>,
    /// What has to wait until the features have done more of what they were asked before. Meanwhile nothing
    /// is taken from the queue, so that whoever fills it waits as well.
    waiting: Option<WaitingCommand>,
}

struct WaitingCommand {
    command: NodeCommand,
    turn: LaterTurn,
}

impl TechnicianActor {
    async fn run(mut self, first: FirstEvent) -> EndCause {
        if let FirstEvent::Request(request) = first {
            self.on_request(request).await;
        }
        loop {
            if self.waiting.is_none()
                && let Some(command) = self.early.next()
            {
                self.on_command(command).await;
                continue;
            }
            tokio::select! {
                command = next_of(&mut self.commands, self.waiting.is_some()) => self.on_command(command).await,
                () = turn_of(&mut self.waiting) => self.on_turn().await,
                news = self.session.next() => match self.session.on_news(news).await {
                    SessionStep::Done => {}
                    SessionStep::Requested(request) => self.on_request(request).await,
                    SessionStep::Consented => self.emit(NodeEvent::Progress(ConnectStep::Starting)).await,
                    SessionStep::Over(cause) => {
                        let desk = self.desk.as_ref();
                        let way_back = desk.and_then(|desk| {
                            desk.way_back_after(Role::Technician, &cause, self.session.standing())
                        });
                        if let Some(ticket) = way_back {
                            self.emit(NodeEvent::WayBack(ticket)).await;
                        }
                        self.session.closed().await;
                        return cause;
                    }
                },
            }
        }
    }

    async fn on_request(&self, request: Request) {
        let contact = Some(ContactMark::new(&self.own_key, &request.host_key));
        let recognition = self.desk.as_ref().map(|desk| desk.known.recognise(&desk.peer_key, ""));
        let recognition = recognition.unwrap_or_default();
        let request = RequestInfo { contact, recognition, ..convert::request(0, request) };
        self.emit(NodeEvent::Request(request)).await;
        self.emit(NodeEvent::Progress(ConnectStep::WaitingForConsent)).await;
    }

    async fn on_command(&mut self, command: NodeCommand) {
        match command {
            NodeCommand::Feature(command) => match self.session.room(&command) {
                Some(turn) => {
                    if !self.session.standing().consented() {
                        self.early.tell_once(&self.events).await;
                    }
                    self.waiting = Some(WaitingCommand { command: NodeCommand::Feature(command), turn });
                }
                None => self.session.on_feature(command),
            },
            NodeCommand::Finish => {
                let turn = self.session.idle();
                self.waiting = Some(WaitingCommand { command, turn });
            }
            NodeCommand::End => self.session.end().await,
            NodeCommand::NewInvite
            | NodeCommand::Allow { .. }
            | NodeCommand::Vouch { .. }
            | NodeCommand::Deny { .. }
            | NodeCommand::Grant(_)
            | NodeCommand::Revoke(_)
            | NodeCommand::GrantDialog { .. }
            | NodeCommand::Pause
            | NodeCommand::Resume => tracing::debug!(?command, "a command of the user's side"),
        }
    }

    /// What has waited goes on. Of its feature's room nobody else has taken any meanwhile.
    async fn on_turn(&mut self) {
        match self.waiting.take().map(|waiting| waiting.command) {
            Some(NodeCommand::Feature(command)) => self.session.on_feature(command),
            Some(_) => self.session.end().await,
            None => {}
        }
    }

    async fn emit(&self, event: NodeEvent) {
        // A program that has dropped its handle is told nothing; its commands' end stops the run.
        let _ = self.events.send(event).await;
    }
}

/// The next command: while something waits, only of those that nothing may hold up.
async fn next_of(commands: &mut CommandInbox, waits: bool) -> NodeCommand {
    if waits { commands.next_wish().await } else { commands.next().await }
}

/// Resolves when what waits may go on; never where nothing waits.
async fn turn_of(waiting: &mut Option<WaitingCommand>) {
    match waiting {
        Some(waiting) => waiting.turn.as_mut().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, Words};

    #[test]
    fn too_many_tries_are_told_with_the_time_of_the_next_one() {
        let NodeEvent::Notice(notice) = progress(ConnectProgress::Waiting(Duration::from_millis(41_200)))
        else {
            panic!("no notice")
        };
        assert_eq!(notice.word(), "put-off");
        for (language, words) in
            [(Language::English, "too many tries"), (Language::German, "zu viele Versuche")]
        {
            let said = Words::of_node(language).say(&notice.phrase());
            assert!(said.contains(words) && said.contains("42"), "{said}");
        }
        let cause = EndCause::of_failure(&ConnectFailure::PutOff(Duration::from_secs(50)));
        let said = Words::of_node(Language::English).say(&cause.whole());
        assert!(said.contains("Too many tries") && said.contains("50 seconds"), "{said}");
        assert_eq!(cause.reason.word(), "too-many-tries");
    }
}
