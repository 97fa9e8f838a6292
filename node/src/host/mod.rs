//! The user's side: an invite is shown, somebody asks, the user decides, and stays in control.
//!
//! States: waiting for a request, asking the user, in session; one session a run, and the end of it is the
//! end of the run. In each state the loop serves the user's commands first. Screen and input exist only while
//! the user's grant for them does ([`crate::features`]).

use std::time::Instant;

use beistand_p2p::SessionHandle;
use beistand_p2p::host::{Host, HostCommand, HostEvent, InvitedSession};
use beistand_p2p::invite::InviteLifetime;
use beistand_session::{Command as SessionCommand, EndReason};
use tokio::sync::mpsc;

use crate::backends::Backends;
use crate::config::Config;
use crate::features::{GrantDialog, HostSlots, HostWorld, offers};
use crate::handle::{EndCause, EndedBy, InviteText, NodeCommand, NodeEvent, Notice};
use crate::session::{SessionActor, SessionStep};
use crate::words::{Phrase, args};
use crate::{backends, convert, identity};

type HostSession = SessionActor<HostSlots>;

/// Runs a host until it is over.
pub(crate) async fn run(
    config: Config,
    commands: mpsc::Receiver<NodeCommand>,
    events: mpsc::Sender<NodeEvent>,
) -> EndCause {
    match start(&config).await {
        Ok((host, backends)) => {
            let _ = events.send(convert::ready(&host.node)).await;
            HostActor { backends, commands, events, host, invite: None, next_request: 1 }.run().await
        }
        Err(cause) => cause,
    }
}

async fn start(config: &Config) -> Result<(Host, Backends), EndCause> {
    let backends = backends::from_config(config).map_err(|error| EndCause::of_config(&error))?;
    // A machine whose screen can't be shown is better told so now than after the user's yes.
    let desktop = backends.desktop().and_then(|desktop| desktop.capturer());
    desktop.map(drop).map_err(|fault| EndCause::failed(&fault))?;
    let key =
        identity::load_or_create(&config.identity_file).map_err(|error| EndCause::of_identity(&error))?;
    let network = convert::network(config).map_err(|error| EndCause::of_config(&error))?;
    let life = InviteLifetime::at_most(config.invite_life);
    let host = Host::start(network, key, life, offers()).await.map_err(|error| EndCause::failed(&error))?;
    Ok((host, backends))
}

struct HostActor {
    backends: Backends,
    commands: mpsc::Receiver<NodeCommand>,
    events: mpsc::Sender<NodeEvent>,
    host: Host,
    /// The invite that is on the screen.
    invite: Option<InviteText>,
    next_request: u64,
}

/// What became of a request.
enum RequestOutcome {
    Allowed(Box<HostSession>),
    Over(EndCause),
    /// Whoever asked with this id went away; the invite is still good.
    Withdrawn(u64),
}

impl HostActor {
    async fn run(mut self) -> EndCause {
        loop {
            let asking = match self.wait_for_request().await {
                Ok(asking) => asking,
                Err(cause) => return cause,
            };
            match self.ask(asking).await {
                RequestOutcome::Allowed(session) => return self.serve(*session).await,
                RequestOutcome::Over(cause) => return cause,
                RequestOutcome::Withdrawn(request) => {
                    self.emit(NodeEvent::Withdrawn { request }).await;
                    self.show_invite_again().await;
                }
            }
        }
    }

    async fn wait_for_request(&mut self) -> Result<InvitedSession, EndCause> {
        loop {
            tokio::select! {
                command = self.commands.recv() => match command {
                    Some(NodeCommand::NewInvite) => { _ = self.host.commands.send(HostCommand::NewInvite).await; }
                    Some(NodeCommand::End) | None => return Err(EndCause::stopped()),
                    Some(command) => too_early(&command),
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
            HostEvent::NoInvite(reason) => tracing::warn!(reason, "there is no new invite"),
        }
    }

    async fn show_invite_again(&mut self) {
        if let Some(invite) = self.invite.clone() {
            let left = invite.expires_at.duration_since(std::time::SystemTime::now()).unwrap_or_default();
            self.emit(NodeEvent::Invite(InviteText { expires_in: left, ..invite })).await;
        }
    }

    async fn ask(&mut self, InvitedSession { session, request, invite }: InvitedSession) -> RequestOutcome {
        let id = self.next_request;
        self.next_request += 1;
        self.emit(NodeEvent::Request(convert::request(id, request))).await;
        let backends = self.backends;
        let mut session = HostSession::start(session, self.events.clone(), |picture_room| HostWorld {
            backends,
            picture_room,
        });
        loop {
            tokio::select! {
                command = self.commands.recv() => match command {
                    Some(NodeCommand::Allow { request, permissions }) if request == id => {
                        let _ = self.host.commands.send(HostCommand::Consumed(invite)).await;
                        // The question was such a dialog too.
                        session.change(|standing| standing.dialog = GrantDialog::ClosedAt(Instant::now())).await;
                        session.command(SessionCommand::Allow(permissions)).await;
                        return RequestOutcome::Allowed(Box::new(session));
                    }
                    Some(NodeCommand::Deny { request }) if request == id => {
                        session.command(SessionCommand::Deny).await;
                    }
                    Some(NodeCommand::End) | None => session.command(SessionCommand::Deny).await,
                    Some(NodeCommand::Feature(command)) => session.on_feature(command),
                    Some(command) => too_early(&command),
                },
                news = session.next() => match session.on_news(news).await {
                    SessionStep::Over(cause) => {
                        session.closed().await;
                        // What the user decided, or did not decide in time, is the end; otherwise the other
                        // side left.
                        return match cause.by {
                            EndedBy::Us => RequestOutcome::Over(cause),
                            EndedBy::Peer | EndedBy::Nobody => RequestOutcome::Withdrawn(id),
                        };
                    }
                    SessionStep::Done | SessionStep::Requested(_) | SessionStep::Consented => {}
                },
                Some(event) = self.host.events.recv() => self.on_host_event(event).await,
            }
        }
    }

    async fn serve(mut self, mut session: HostSession) -> EndCause {
        let (pressed, mut panic) = mpsc::channel(1);
        // Held as long as the session; a press that finds one waiting says nothing new.
        let pressed = Box::new(move || _ = pressed.try_send(()));
        let desktop = self.backends.desktop();
        let _hotkey = desktop
            .and_then(|desktop| desktop.panic_hotkey(pressed))
            .inspect_err(|error| tracing::warn!(%error, "the hotkey that ends a session does not work"));
        loop {
            tokio::select! {
                biased;
                Some(()) = panic.recv() => session.end().await,
                command = self.commands.recv() => {
                    on_command(&mut session, command.unwrap_or(NodeCommand::End)).await;
                }
                news = session.next() => match session.on_news(news).await {
                    SessionStep::Over(cause) => {
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

    async fn emit(&self, event: NodeEvent) {
        // A program that has dropped its handle is told nothing; its commands' end stops the run.
        let _ = self.events.send(event).await;
    }
}

/// Tells somebody who came while another one is there, and sees it said.
async fn turn_away(session: SessionHandle) {
    let _ = session.commands.send(SessionCommand::End(EndReason::Busy)).await;
    tokio::spawn(session.closed());
}

/// What the user wants in a session. What they take back has no effect any more before the session is told,
/// so what it acknowledges is true.
async fn on_command(session: &mut HostSession, command: NodeCommand) {
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
        NodeCommand::End => session.end().await,
        NodeCommand::NewInvite | NodeCommand::Allow { .. } | NodeCommand::Deny { .. } => {
            tracing::debug!(?command, "a command came too late");
        }
    }
}

/// The user's program sometimes is a moment behind.
fn too_early(command: &NodeCommand) {
    tracing::debug!(?command, "a command has no effect now");
}
