//! The technician's side: the invite is read, the host is found, the user decides, and then there is a picture.
//!
//! States: connecting, waiting for the user's consent, in session. A command to end stops each of them at once.

mod decode;
mod figures;

use std::time::{Duration, Instant};

use beistand_p2p::invite::Invite;
use beistand_p2p::technician::{ConnectFailure, ConnectProgress, TechnicianProfile, connect};
use beistand_p2p::{Node, SessionHandle};
use beistand_session::{Command as SessionCommand, EndReason, Event as SessionEvent, PermissionSet};
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::handle::{Command, ConnectStep, EndCause, Event};
use crate::picture::PictureSlot;
use crate::{convert, identity};
use decode::Decoding;

/// Progress steps that wait: there are four.
const STEP_QUEUE: usize = 8;

/// What the technician asks for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Their name, as the user will see it.
    pub name: String,
    /// Why they ask; may be empty.
    pub reason: String,
    /// What they want to be allowed.
    pub wants: PermissionSet,
}

/// Runs a technician until it is over.
pub(crate) async fn run(
    config: Config,
    invite: Zeroizing<String>,
    request: Request,
    mut commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<Event>,
    picture: PictureSlot,
) -> EndCause {
    let invite = match Invite::parse(&invite, std::time::SystemTime::now()) {
        Ok(invite) => invite,
        Err(error) => return EndCause::of_invite(&error),
    };
    let (node, session, first) = match get_session(&config, invite, request, &mut commands, &events).await {
        Ok(session) => session,
        Err(cause) => return cause,
    };
    let decoding = match Decoding::start(picture, session.commands.clone()) {
        Ok(decoding) => decoding,
        Err(error) => return EndCause::failed(format!("This computer is out of resources: {error}.")),
    };
    let actor = Actor { commands, events, session, decoding, granted: None };
    let cause = actor.run(first).await;
    drop(node);
    cause
}

type Found = (Node, SessionHandle, SessionEvent);

async fn get_session(
    config: &Config,
    invite: Invite,
    request: Request,
    commands: &mut mpsc::Receiver<Command>,
    events: &mpsc::Sender<Event>,
) -> Result<Found, EndCause> {
    let static_key =
        identity::load_or_create(&config.identity_file).map_err(|error| EndCause::of_identity(&error))?;
    let network = convert::network(config).map_err(|error| EndCause::of_config(&error))?;
    let profile =
        TechnicianProfile { static_key, name: request.name, reason: request.reason, wants: request.wants };
    let (step_outbox, mut steps) = mpsc::channel(STEP_QUEUE);
    let connecting = connect(network, invite, profile, step_outbox);
    tokio::pin!(connecting);
    loop {
        tokio::select! {
            Some(step) = steps.recv() => { _ = events.send(Event::Progress(step_of(step))).await; }
            command = commands.recv() => if matches!(command, None | Some(Command::End)) {
                return Err(EndCause::stopped());
            },
            found = &mut connecting => {
                let (node, session, first) =
                    found.map_err(|failure: ConnectFailure| EndCause::of_failure(&failure))?;
                let _ = events.send(convert::ready(&node)).await;
                return Ok((node, session, first));
            }
        }
    }
}

fn step_of(step: ConnectProgress) -> ConnectStep {
    match step {
        ConnectProgress::ReadingInvite => ConnectStep::ReadingInvite,
        ConnectProgress::Searching => ConnectStep::Searching,
        ConnectProgress::Connecting => ConnectStep::Connecting,
        ConnectProgress::Securing => ConnectStep::Securing,
    }
}

struct Actor {
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<Event>,
    session: SessionHandle,
    decoding: Decoding,
    /// What the user allowed; nothing before they did.
    granted: Option<PermissionSet>,
}

impl Actor {
    async fn run(mut self, first: SessionEvent) -> EndCause {
        self.on_event(first).await;
        // The first picture is told at once: it is what the technician waits for.
        let mut look = tokio::time::interval(figures::FIRST_LOOK);
        loop {
            tokio::select! {
                command = self.commands.recv() => self.on_command(command.unwrap_or(Command::End)).await,
                event = self.session.events.recv() => match event {
                    Some(SessionEvent::Ended(end)) => {
                        self.session.closed().await;
                        return EndCause::of_session(&end);
                    }
                    Some(event) => self.on_event(event).await,
                    None => return EndCause::failed("The session broke off."),
                },
                _ = look.tick() => if let Some(figures) = self.decoding.figures(Instant::now()) {
                    if look.period() == figures::FIRST_LOOK {
                        look = tokio::time::interval_at(tokio::time::Instant::now() + figures::INTERVAL, figures::INTERVAL);
                    }
                    self.say(Event::Figures(figures)).await;
                },
            }
        }
    }

    async fn on_command(&mut self, command: Command) {
        let command = match command {
            Command::Input(event) => SessionCommand::Input(event),
            Command::Refresh => SessionCommand::RequestKey,
            Command::Chat(line) => SessionCommand::Chat(line),
            Command::End => SessionCommand::End(EndReason::Ended),
            _ => return,
        };
        let _ = self.session.commands.send(command).await;
    }

    async fn on_event(&mut self, event: SessionEvent) {
        match event {
            SessionEvent::Request(request) => {
                self.say(Event::Request(convert::request(0, request))).await;
                self.say(Event::Progress(ConnectStep::WaitingForConsent)).await;
            }
            SessionEvent::Permissions { granted, revoked } => {
                if self.granted.replace(granted).is_none() {
                    self.say(Event::Progress(ConnectStep::Starting)).await;
                    self.say_path(None).await;
                }
                self.say(Event::Permissions { granted, revoked }).await;
            }
            SessionEvent::Paused(paused) => self.say(Event::Paused(paused)).await,
            SessionEvent::Picture(picture) => self.decoding.picture(picture),
            SessionEvent::CursorShape(shape) => self.decoding.cursor_shape(shape),
            SessionEvent::CursorPosition(position) => self.decoding.cursor_position(position),
            SessionEvent::Rtt(rtt) => {
                self.say_path(Some(rtt)).await;
            }
            SessionEvent::Path(_) => self.say_path(None).await,
            SessionEvent::Reconnecting => self.say(Event::Reconnecting).await,
            SessionEvent::Chat(line) => self.say(Event::Chat(line)).await,
            SessionEvent::ChatFull => self.say(convert::chat_full()).await,
            _ => {}
        }
    }

    async fn say_path(&self, rtt: Option<Duration>) {
        let path = convert::path(&self.session.connection.borrow(), rtt);
        self.say(Event::Path(path)).await;
    }

    async fn say(&self, event: Event) {
        // A program that has dropped its handle is told nothing; its commands' end stops the run.
        let _ = self.events.send(event).await;
    }
}
