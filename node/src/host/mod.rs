//! The user's side: an invite is shown, somebody asks, the user decides, and stays in control.
//!
//! States: waiting for a request, asking the user, in session; one session a run, and the end of it is the end of
//! the run. In each state the loop serves the user's commands first. Screen and input exist only while the user's
//! grant for them does.

mod input;
mod screen;
mod session;

pub(crate) use input::OpenInjector;
pub(crate) use screen::OpenCapturer;

use beistand_p2p::SessionHandle;
use beistand_p2p::host::{Host, HostCommand, HostEvent, InvitedSession};
use beistand_p2p::invite::InviteLifetime;
use beistand_session::{Command as SessionCommand, EndReason, Event as SessionEvent, PermissionSet};
use tokio::sync::mpsc;

use crate::backends::Backends;
use crate::config::Config;
use crate::handle::{Command, EndCause, EndedBy, Event, InviteText};
use crate::{backends, convert, identity};

/// What this build can do if the user allows it; the dialog offers nothing else.
const OFFERS: PermissionSet = PermissionSet::DESKTOP;

/// Runs a host until it is over.
pub(crate) async fn run(
    config: Config,
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<Event>,
) -> EndCause {
    match start(&config).await {
        Ok((host, backends)) => {
            let _ = events.send(convert::ready(&host.node)).await;
            Actor { backends, commands, events, host, invite: None, next_request: 1 }.run().await
        }
        Err(cause) => cause,
    }
}

async fn start(config: &Config) -> Result<(Host, Backends), EndCause> {
    let failed = |error: &dyn std::fmt::Display| EndCause::failed(convert::sentence(&error.to_string()));
    let backends = backends::from_config(config).map_err(|error| EndCause::of_config(&error))?;
    // A machine whose screen can't be shown is better told so now than after the user's yes.
    backends.desktop().and_then(|desktop| desktop.capturer()).map(drop).map_err(|error| failed(&error))?;
    let key =
        identity::load_or_create(&config.identity_file).map_err(|error| EndCause::of_identity(&error))?;
    let network = convert::network(config).map_err(|error| EndCause::of_config(&error))?;
    let life = InviteLifetime::at_most(config.invite_life);
    let host = Host::start(network, key, life, OFFERS).await.map_err(|error| failed(&error))?;
    Ok((host, backends))
}

struct Actor {
    backends: Backends,
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<Event>,
    host: Host,
    /// The invite that is on the screen.
    invite: Option<InviteText>,
    next_request: u64,
}

/// What became of a request.
enum Answer {
    Allowed(SessionHandle),
    Over(EndCause),
    /// Whoever asked with this id went away; the invite is still good.
    Withdrawn(u64),
}

impl Actor {
    async fn run(mut self) -> EndCause {
        loop {
            let asking = match self.wait_for_request().await {
                Ok(asking) => asking,
                Err(cause) => return cause,
            };
            match self.ask(asking).await {
                Answer::Allowed(session) => return self.serve(session).await,
                Answer::Over(cause) => return cause,
                Answer::Withdrawn(request) => {
                    self.say(Event::Withdrawn { request }).await;
                    self.show_invite_again().await;
                }
            }
        }
    }

    async fn wait_for_request(&mut self) -> Result<InvitedSession, EndCause> {
        loop {
            tokio::select! {
                command = self.commands.recv() => match command {
                    Some(Command::NewInvite) => { _ = self.host.commands.send(HostCommand::NewInvite).await; }
                    Some(Command::End) | None => return Err(EndCause::stopped()),
                    Some(_) => {}
                },
                event = self.host.events.recv() => match event {
                    Some(HostEvent::Session(asking)) => return Ok(asking),
                    Some(HostEvent::NoInvite(reason)) => return Err(EndCause::failed(convert::sentence(&reason))),
                    Some(event) => self.on_host_event(event).await,
                    None => return Err(EndCause::failed("The network stopped.")),
                },
            }
        }
    }

    async fn on_host_event(&mut self, event: HostEvent) {
        match event {
            HostEvent::Invite(text) => {
                let invite = convert::invite(text);
                self.invite = Some(invite.clone());
                self.say(Event::Invite(invite)).await;
            }
            HostEvent::InviteReplaced { failed } => self.say(Event::InviteReplaced { failed }).await,
            // One at a time: the one who came first is being decided on.
            HostEvent::Session(asking) => turn_away(asking.session).await,
            HostEvent::NoInvite(reason) => tracing::warn!(reason, "there is no new invite"),
        }
    }

    async fn show_invite_again(&mut self) {
        if let Some(invite) = self.invite.clone() {
            let left = invite.expires_at.duration_since(std::time::SystemTime::now()).unwrap_or_default();
            self.say(Event::Invite(InviteText { expires_in: left, ..invite })).await;
        }
    }

    async fn ask(&mut self, InvitedSession { mut session, request, invite }: InvitedSession) -> Answer {
        let id = self.next_request;
        self.next_request += 1;
        self.say(Event::Request(convert::request(id, request))).await;
        loop {
            tokio::select! {
                command = self.commands.recv() => match command {
                    Some(Command::Allow { request, permissions }) if request == id => {
                        let _ = self.host.commands.send(HostCommand::Consumed(invite)).await;
                        let _ = session.commands.send(SessionCommand::Allow(permissions)).await;
                        return Answer::Allowed(session);
                    }
                    Some(Command::Deny { request }) if request == id => {
                        let _ = session.commands.send(SessionCommand::Deny).await;
                    }
                    Some(Command::End) | None => {
                        let _ = session.commands.send(SessionCommand::Deny).await;
                    }
                    Some(_) => {}
                },
                event = session.events.recv() => match event {
                    Some(SessionEvent::Ended(end)) => {
                        session.closed().await;
                        let cause = EndCause::of_session(&end);
                        // What the user decided, or did not decide in time, is the end; otherwise the other side left.
                        return if cause.by == EndedBy::Us { Answer::Over(cause) } else { Answer::Withdrawn(id) };
                    }
                    Some(SessionEvent::Chat(line)) => self.say(Event::Chat(line)).await,
                    Some(_) => {}
                    None => return Answer::Withdrawn(id),
                },
                Some(event) = self.host.events.recv() => self.on_host_event(event).await,
            }
        }
    }

    async fn serve(mut self, session: SessionHandle) -> EndCause {
        let mut serving = session::Serving::new(session, self.backends, self.events.clone());
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
                Some(()) = panic.recv() => serving.on_command(Command::End).await,
                command = self.commands.recv() => serving.on_command(command.unwrap_or(Command::End)).await,
                cause = serving.step() => if let Some(cause) = cause {
                    serving.closed().await;
                    return cause;
                },
                Some(event) = self.host.events.recv() => if let HostEvent::Session(asking) = event {
                    turn_away(asking.session).await;
                },
            }
        }
    }

    async fn say(&self, event: Event) {
        // A program that has dropped its handle is told nothing; its commands' end stops the run.
        let _ = self.events.send(event).await;
    }
}

/// Tells somebody who came while another one is there, and sees it said.
async fn turn_away(session: SessionHandle) {
    let _ = session.commands.send(SessionCommand::End(EndReason::Busy)).await;
    tokio::spawn(session.closed());
}
