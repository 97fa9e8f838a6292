//! The user's side: an invite is shown, somebody asks, the user decides, and stays in control.
//!
//! States: waiting for a request, asking the user, in session; one session a run, and the end of it is the
//! end of the run. In each state the loop serves the user's commands first. Screen and input exist only while
//! the user's grant for them does ([`crate::features`]).
//!
//! Where the user has pressed that an earlier technician may come back, no invite is shown, and for a while
//! that press is the answer to them and to nobody else.

mod asking;
mod indicator;
mod opening;
mod quiet;
mod serving;
#[cfg(test)]
mod tests;
mod user_hand;

use std::path::PathBuf;
use std::time::SystemTime;

use beistand_p2p::SessionHandle;
use beistand_p2p::host::{Host, HostCommand, HostEvent, InvitedSession};
use beistand_p2p::invite::InviteLifetime;
use beistand_session::{Command as SessionCommand, EndReason};
use tokio::sync::mpsc;

use crate::acquaintances::AcquaintanceBook;
use crate::backends::Backends;
use crate::changes::ChangeBook;
use crate::commands::CommandInbox;
use crate::config::Config;
use crate::features::{DeedTurn, DeedsUnderWay, HostSlots, OpenQuestions, offers};
use crate::handle::{EndCause, InviteText, NodeCommand, NodeEvent, Notice};
use crate::nameplate::Nameplate;
use crate::returns::{ReturnDesk, ReturnRefusal, ReturnShelf};
use crate::session::SessionActor;
use crate::words::{Phrase, Words};
use crate::{backends, convert, fault, identity};
use asking::{RequestOutcome, WithdrawnBy};
pub(crate) use opening::HostOpening;
use opening::{AwaitedReturn, PressTime};
#[cfg(test)]
pub(crate) use user_hand::WatchedHand;
pub(crate) use user_hand::{HandReaction, UserHand};

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
    match start(&config, &backends, &opening).await {
        Ok((host, shelf, known)) => {
            let _ = events.send(convert::ready(&host.node)).await;
            let words = Words::of_node(config.language);
            let awaited = AwaitedReturn::of(opening, PressTime::now());
            if let Some(notice) = awaited.as_ref().and_then(|awaited| awaited.notice(SystemTime::now())) {
                let _ = events.send(NodeEvent::Notice(notice)).await;
            }
            if let Err(file) = known.all() {
                let _ = events.send(NodeEvent::Notice(Notice::Unreadable(file))).await;
            }
            let returns = HostReturns {
                shelf,
                known,
                own: Nameplate::of(&config),
                awaited,
                desk: None,
                over: false,
                refused: false,
            };
            let (data_dir, deeds) = (config.data_dir.clone(), DeedsUnderWay::default());
            let under_way = deeds.clone();
            tokio::spawn(end_trials(ChangeBook::of(&data_dir), deeds.begin(), events.clone()));
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
                questions: OpenQuestions::default(),
            };
            let cause = actor.run().await;
            under_way.settle().await;
            cause
        }
        Err(cause) => cause,
    }
}

/// Takes back what was on trial when an earlier program died; this one doesn't end in the middle of that.
async fn end_trials(book: ChangeBook, turn: Option<DeedTurn>, events: mpsc::Sender<NodeEvent>) {
    let ended = tokio::task::spawn_blocking(move || book.end_trials()).await;
    for end in ended.unwrap_or_default() {
        let _ = events.send(NodeEvent::Notice(Notice::TrialEnded(end))).await;
    }
    drop(turn);
}

async fn start(
    config: &Config,
    backends: &Backends,
    opening: &HostOpening,
) -> Result<(Host, ReturnShelf, AcquaintanceBook), EndCause> {
    // A machine whose screen can't be shown is better told so now than after the user's yes.
    let backends = backends.clone();
    let look = move || backends.desktop().and_then(|desktop| desktop.capturer()).map(drop);
    let looked = tokio::task::spawn_blocking(look).await;
    looked.expect("nothing panics there").map_err(|fault| EndCause::of_desktop(&fault))?;
    let key =
        identity::load_or_create(&config.identity_file).map_err(|error| EndCause::of_identity(&error))?;
    let network = convert::network(config).map_err(|error| EndCause::of_config(&error))?;
    let shelf = ReturnShelf::new(&config.data_dir, key.clone());
    let known = AcquaintanceBook::new(config, &key).with_cards(config.preset.cards());
    let host = match opening {
        HostOpening::Invite => {
            Host::start(network, key, InviteLifetime::at_most(config.invite_life), offers()).await
        }
        HostOpening::Return(ticket) | HostOpening::WayBack(ticket) => {
            let left = ticket.left(SystemTime::now()).map_err(|why| EndCause::of_return(&why))?;
            // It may have been used or refused since it was shown.
            if matches!(opening, HostOpening::Return(_)) && !shelf.has(ticket) {
                return Err(EndCause::return_over());
            }
            let life = InviteLifetime::at_most(left);
            Host::start_reserved(network, key, life, offers(), ticket.invite()).await
        }
    };
    Ok((host.map_err(|error| EndCause::failed(&error))?, shelf, known))
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
    /// What the user of the newest session is asked.
    questions: OpenQuestions,
}

/// Who may come back: after this session, and by it.
struct HostReturns {
    shelf: ReturnShelf,
    /// Who is known here.
    known: AcquaintanceBook,
    /// What this computer says of itself.
    own: Nameplate,
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
    /// The user trusts them less than before: they are not taken for having ended by a slip.
    fn forbid_way_back(&self) {
        if let Some(desk) = &self.desk {
            desk.way_back.forbid();
        }
    }

    /// Why whoever is waited for can't come any more, where that is so: a computer may have slept.
    fn void(&self) -> Option<ReturnRefusal> {
        self.awaited.as_ref()?.ticket().left(SystemTime::now()).err()
    }
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
                    | NodeCommand::Vouch { .. }
                    | NodeCommand::Deny { .. }
                    | NodeCommand::Grant(_)
                    | NodeCommand::Revoke(_)
                    | NodeCommand::GrantDialog { .. }
                    | NodeCommand::Pause
                    | NodeCommand::Resume
                    | NodeCommand::Feature(_)) => too_early(&command),
                },
                reach = self.host.reach.changed(&self.host.node) => {
                    self.emit(NodeEvent::Reach(reach)).await;
                }
                event = self.host.events.recv() => match event {
                    Some(HostEvent::Session(asking)) => return Ok(asking),
                    Some(HostEvent::NoInvite(reason)) => return Err(EndCause::failed(fault::logged("fault-no-invite", reason))),
                    Some(event) => self.on_host_event(event).await,
                    None => return Err(EndCause::failed(Phrase::new("fault-network-stopped"))),
                },
            }
        }
    }

    async fn on_host_event(&mut self, event: HostEvent) {
        match event {
            HostEvent::Invite(text) => {
                let invite = convert::invite(text, self.words.language());
                self.invite = Some(invite.clone());
                self.emit(NodeEvent::Invite(invite)).await;
            }
            HostEvent::InviteReplaced(cause) => self.emit(NodeEvent::InviteReplaced(cause)).await,
            HostEvent::InviteOverdue => self.emit(NodeEvent::Notice(Notice::InviteOverdue)).await,
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

    async fn emit(&self, event: NodeEvent) {
        crate::session::emit(&self.events, event).await;
    }
}

/// Tells somebody who came while another one is there, and sees it said.
async fn turn_away(session: SessionHandle) {
    let _ = session.commands.send(SessionCommand::End(EndReason::Busy)).await;
    tokio::spawn(session.closed());
}

/// The user's program sometimes is a moment behind.
fn too_early(command: &NodeCommand) {
    tracing::debug!(?command, "a command has no effect now");
}
