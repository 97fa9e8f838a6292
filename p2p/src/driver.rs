//! Drives one [`Session`] over streams, and tells it of the paths that there are.
//!
//! What it does: moves bytes between streams and the state machine, calls it at its deadlines, passes
//! commands in and events out, and dials where there is no path. What it does not do: it decides nothing; on
//! which path a stream is opened, and when that is another, is the session's to say.
//!
//! Run loop: a command, bytes of a stream, a new stream, news of the connections, or a deadline; after each
//! of them the session's outputs are drained. A control stream runs both ways; every other channel has a
//! stream a direction, opened by the side that sends, at its first byte.

mod inboxes;
mod junk;
mod paths;
mod search;
mod streams;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use beistand_session::{
    ByChannel, Channel, Command, CommandError, End, EndReason, Event, Leg, Output, Phase, Request, Session,
    StreamHead, TrafficClass,
};
use libp2p::Stream;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep_until, timeout};

use self::inboxes::InboxRoutes;
pub use self::inboxes::{Inbox, InboxDelivery, InboxFeed, Inboxes, inbox_feed};
use self::junk::JunkResumes;
use self::paths::Paths;
use self::streams::{Read, StreamReads, Streams};
use crate::sorter::{SessionStream, StreamClaim};
use crate::swarm::{self, Candidate, Connection, Node};

/// Commands that wait for the session: mouse moves come at some hundred a second, and the loop takes
/// microseconds.
const COMMAND_QUEUE: usize = 128;

/// Events that wait for the node: some a second, and those of a change of permissions.
const EVENT_QUEUE: usize = 32;

/// Events beyond those, after which the control channel is not read: the node is behind, and then the other
/// side waits.
const MAX_PENDING_EVENTS: usize = 64;

/// How long the node may take to hear the last events.
const LAST_EVENTS: Duration = Duration::from_secs(2);

/// How long the last words may take to reach the other side.
const FAREWELL: Duration = Duration::from_millis(800);

/// A running session, as the node holds it. Dropping it ends the session.
#[derive(Debug)]
pub struct SessionHandle {
    /// Where commands go.
    pub commands: mpsc::Sender<Command>,
    /// What the session has to say beside what is heard on the channels; closed after [`Event::Ended`].
    pub events: mpsc::Receiver<Event>,
    /// What is heard on the channels.
    pub inboxes: Inboxes,
    /// How many bytes the next picture may have; `None` while it must wait.
    pub picture_room: watch::Receiver<Option<u32>>,
    /// The connection that it runs on, or ran on last.
    pub connection: watch::Receiver<Connection>,
}

/// How the handshake of a session came out.
pub(crate) enum HandshakeResult {
    /// It succeeded, and this is asked of the user.
    Request(Request),
    /// The session has ended.
    Ended(End),
}

impl SessionHandle {
    /// Waits for the end of the handshake, which is a request if it succeeds; `None` where the node has
    /// ended.
    pub(crate) async fn handshake(&mut self) -> Option<HandshakeResult> {
        loop {
            match self.events.recv().await? {
                Event::Request(request) => return Some(HandshakeResult::Request(request)),
                Event::Ended(end) => return Some(HandshakeResult::Ended(end)),
                Event::Securing
                | Event::Permissions { .. }
                | Event::Paused(_)
                | Event::Heard(_)
                | Event::Void(_)
                | Event::Refused(_)
                | Event::Dropped { .. }
                | Event::Rtt(_)
                | Event::Path(_)
                | Event::Reconnecting => {}
            }
        }
    }

    /// Waits until the last words have reached the other side, or for a second where they can't. To be called
    /// after [`Event::Ended`] by a program that is about to exit.
    pub async fn closed(mut self) {
        while self.events.recv().await.is_some() {}
    }
}

/// Begins to drive `session` over `control`, the stream of `connection` on which the handshake runs. Whoever
/// `found` the peer there leads in looking for it when there is no path to it, or none but through a relay.
pub(crate) fn drive(
    node: Node,
    registration: StreamClaim,
    connection: Connection,
    control: Stream,
    mut session: Session,
    found: Option<Candidate>,
) -> SessionHandle {
    let (commands, command_inbox) = mpsc::channel(COMMAND_QUEUE);
    let (event_outbox, events) = mpsc::channel(EVENT_QUEUE);
    let (room_outbox, picture_room) = watch::channel(None);
    let (used_outbox, used) = watch::channel(connection.clone());
    let (mut streams, reads) = Streams::new(node.clone());
    let (routes, inboxes) = InboxRoutes::new();
    let paths = Paths::new(&connection, found, &mut session);
    streams.attach_control(Leg::FIRST, connection, control);
    let driver = Driver {
        commands: command_inbox,
        reads,
        registration,
        events: event_outbox,
        room: room_outbox,
        used: used_outbox,
        session,
        pending: VecDeque::new(),
        routes,
        streams,
        paths,
        held: ByChannel::default(),
        followed: (Leg::FIRST, None),
        missed: false,
        junk: JunkResumes::default(),
        node,
    };
    tokio::spawn(driver.run());
    SessionHandle { commands, events, inboxes, picture_room, connection: used }
}

struct Driver {
    // Inboxes
    commands: mpsc::Receiver<Command>,
    reads: StreamReads,
    registration: StreamClaim,
    // Outboxes
    events: mpsc::Sender<Event>,
    room: watch::Sender<Option<u32>>,
    used: watch::Sender<Connection>,
    // State
    session: Session,
    /// Events that found no room in the queue. The loop never waits for the node, which may be waiting for
    /// the loop.
    pending: VecDeque<Event>,
    routes: InboxRoutes,
    streams: Streams,
    paths: Paths,
    /// The channels whose streams have no room.
    held: ByChannel<bool>,
    /// The legs of which the streams are kept.
    followed: (Leg, Option<Leg>),
    /// Whether the path that is used has said nothing for too long.
    missed: bool,
    junk: JunkResumes,
    node: Node,
}

/// Whether the session goes on.
enum Flow {
    On(Option<Instant>),
    Ended(End),
}

impl Driver {
    async fn run(mut self) {
        let mut commands_open = true;
        let (events, written) = (self.events.clone(), self.streams.written());
        let Some(mut connections) = self.watch_connections().await else { return };
        loop {
            let deadline = match self.drain() {
                Flow::On(deadline) => deadline,
                Flow::Ended(end) => return self.farewell(end).await,
            };
            let search = self.paths.search(&self.node, &self.session, &self.used.borrow());
            let deadline = deadline.into_iter().chain(search).min();
            tokio::select! {
                biased;
                () = sleep_until_some(deadline) => self.session.handle_timeout(Instant::now()),
                permit = events.reserve(), if !self.pending.is_empty() => match permit {
                    Ok(permit) => self.pending.pop_front().map_or((), |event| permit.send(event)),
                    // A node that no longer listens has dropped its handle; the commands' end says so too.
                    Err(_) => self.pending.clear(),
                },
                command = self.commands.recv(), if commands_open => match command {
                    Some(command) => self.command(command),
                    None => {
                        // Whoever held the session is gone: say goodbye for them.
                        commands_open = false;
                        self.command(Command::End(EndReason::Ended));
                    }
                },
                () = self.routes.freed() => self.routes.flush(),
                // What leaves now leaves at this time.
                () = written.notified() => self.session.handle_timeout(Instant::now()),
                read = self.reads.recv(|channel| match channel {
                    Channel::Control => self.pending.len() < MAX_PENDING_EVENTS,
                    channel => self.routes.has_room(channel),
                }) => match read {
                    Read::Bytes(leg, channel, bytes) => {
                        self.session.receive(Instant::now(), leg, channel, &bytes);
                    }
                    Read::Closed(leg, channel) => self.session.stream_closed(Instant::now(), leg, channel),
                },
                Ok(()) = connections.changed() => {
                    self.paths.update(&connections.borrow_and_update(), &mut self.session);
                }
                // After the news of its connection, which came first.
                Some(stream) = self.registration.streams.recv() => self.take(stream),
            }
        }
    }

    /// News of the connections to the peer; `None` where the node has ended, and with it the session.
    async fn watch_connections(&mut self) -> Option<swarm::PeerPaths> {
        let peer = self.used.borrow().peer;
        let connections = self.node.watch(peer).await?;
        self.paths.update(&connections.borrow(), &mut self.session);
        Some(connections)
    }

    fn command(&mut self, command: Command) {
        let said = if let Command::Say(message) = &command { Some(message.channel()) } else { None };
        match (self.session.command(Instant::now(), command), said) {
            (Ok(()), _) => {}
            // Nobody would know that it is missing. One word for all of a channel that fell together.
            (Err(CommandError::Full | CommandError::NoPath), Some(channel))
                if channel.spec().class != TrafficClass::Media =>
            {
                let event = Event::Refused(channel);
                if self.pending.back() != Some(&event) && self.pending.len() < MAX_PENDING_EVENTS {
                    self.pending.push_back(event);
                }
            }
            (Err(CommandError::Full | CommandError::NoPath), _) => {
                tracing::warn!("something was said that can't be sent: too much waits")
            }
            (Err(error), _) => tracing::debug!(%error, "a command was refused"),
        }
    }

    /// Takes a stream that the other side opened.
    fn take(&mut self, SessionStream { connection, head, resume, stream }: SessionStream) {
        let Some(resume) = resume else {
            return self.streams.take(self.session.leg(), head, stream);
        };
        // A connection that is gone again.
        let Some(path) = self.paths.id(&connection) else { return };
        let now = Instant::now();
        // One that was overtaken by a later one is no junk.
        if head.leg <= self.session.leg() || !self.junk.may_read(now) {
            return;
        }
        if self.session.resume(now, path, head.leg, &resume[..]) {
            self.streams.attach_control(head.leg, connection, stream);
        } else {
            self.junk.note(now);
        }
    }

    /// Keeps the streams of the legs that are of use, and no others.
    fn follow(&mut self) {
        if self.session.phase() == Phase::Ended {
            return;
        }
        let legs = (self.session.leg(), self.session.tried_leg());
        if self.followed == legs {
            self.missed |= self.session.needs_path();
            return;
        }
        let moved = self.followed.0 != legs.0;
        self.followed = legs;
        if moved && let Some(connection) = self.streams.connection(legs.0).cloned() {
            let before = self.used.send_replace(connection.clone());
            // A path that said nothing when it was needed is no standby.
            if std::mem::take(&mut self.missed) && before.id != connection.id {
                self.node.close(&before);
            }
        }
        self.streams.follow(legs.0, legs.1);
    }

    /// Does what the session wants until it wants nothing more.
    fn drain(&mut self) -> Flow {
        loop {
            self.follow();
            self.hold();
            match self.session.poll_output() {
                Output::Transmit { leg, channel, bytes } => {
                    if !self.streams.transmit(StreamHead { channel, leg }, bytes) {
                        self.session.stream_closed(Instant::now(), leg, channel);
                    }
                }
                Output::Resume { leg, path, bytes } => self.try_leg(leg, path, bytes),
                Output::Event { event: Event::Heard(message), needs } => self.routes.deliver(message, needs),
                Output::Event { event: Event::Void(channel), .. } => self.routes.void(channel),
                Output::Event { event, .. } => {
                    let end = if let Event::Ended(end) = &event { Some(*end) } else { None };
                    self.pending.push_back(event);
                    if let Some(end) = end {
                        return Flow::Ended(end);
                    }
                }
                Output::Wait(deadline) => {
                    let room = self.session.room(Channel::Video);
                    self.room.send_if_modified(|known| std::mem::replace(known, room) != room);
                    return Flow::On(deadline);
                }
            }
        }
    }

    /// Holds the channels back whose streams have no room, so that what waits there can still be taken back.
    fn hold(&mut self) {
        let leg = self.session.leg();
        for channel in Channel::ALL {
            let full = self.streams.is_full(StreamHead { channel, leg });
            if std::mem::replace(&mut self.held[channel], full) != full {
                self.session.hold(channel, full);
            }
        }
    }

    fn try_leg(&mut self, leg: Leg, path: beistand_session::PathId, bytes: Vec<u8>) {
        match self.paths.connection(path).cloned() {
            Some(connection) => self.streams.try_leg(leg, connection, bytes),
            None => self.session.stream_closed(Instant::now(), leg, Channel::Control),
        }
    }

    /// Gets the last words out: writes what the session still wants to say, closes the control streams and
    /// waits until the other side has closed one of them, or for [`FAREWELL`].
    async fn farewell(mut self, end: End) {
        // Nobody waits for room that never comes.
        self.commands.close();
        loop {
            match self.session.poll_output() {
                Output::Transmit { leg, channel, bytes } => {
                    let _ = self.streams.transmit(StreamHead { channel, leg }, bytes);
                }
                Output::Resume { leg, path, bytes } => self.try_leg(leg, path, bytes),
                Output::Event { .. } | Output::Wait(_) => break,
            }
        }
        let control = self.streams.close();
        let (pending, routes) = (std::mem::take(&mut self.pending), self.routes);
        let last_events = async {
            routes.finish().await;
            for event in pending {
                let _ = self.events.send(event).await;
            }
        };
        let _ = timeout(LAST_EVENTS, last_events).await;
        if end.reason == EndReason::Lost {
            // Nobody is there to hear them.
            return;
        }
        let (leg, tried) = self.followed;
        let heard = async {
            for task in control {
                let _ = task.await;
            }
            loop {
                let read = self.reads.recv(|_| true).await;
                // That of a leg before may have closed a moment ago, which says nothing.
                let of_use = |closed| closed == leg || Some(closed) == tried;
                if matches!(read, Read::Closed(closed, Channel::Control) if of_use(closed)) {
                    return;
                }
            }
        };
        let _ = timeout(FAREWELL, heard).await;
    }
}

async fn sleep_until_some(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}
