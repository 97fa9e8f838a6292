//! Drives one [`Session`] over the streams of one connection.
//!
//! What it does: moves bytes between streams and the state machine, calls it at its deadlines, passes commands in
//! and events out. What it does not do: it decides nothing; and it knows of one path only.
//!
//! Run loop: a command, bytes of a stream, a new stream, or the session's deadline; after each of them the session's
//! outputs are drained. The control stream runs both ways; every other channel has a stream a direction, opened by
//! the side that sends, at its first byte.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use beistand_session::{Channel, Command, End, EndReason, Event, Output, Session};
use futures::io::{ReadHalf, WriteHalf};
use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::Stream;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep_until, timeout};

use crate::inbox::Registration;
use crate::swarm::{Connection, Node};

/// Commands that wait for the session: mouse moves come at some hundred a second, and the loop takes microseconds.
const COMMAND_QUEUE: usize = 128;

/// Events that wait for the node. A picture event can be large; the session's flow control keeps a few in flight.
const EVENT_QUEUE: usize = 32;

/// Events beyond those, after which no more bytes are read: the node is behind, and then the other side waits.
const MAX_PENDING_EVENTS: usize = 64;

/// Reads that wait for the session, each at most [`READ_BYTES`].
const READ_QUEUE: usize = 16;

/// The most that one read takes: one record.
const READ_BYTES: usize = 64 * 1024;

/// Records that wait for a stream's writer. The session's flow control keeps pictures far below; where the other
/// side does not read at all, the session ends here.
const WRITE_QUEUE: usize = 512;

/// How long the node may take to hear the last events.
const LAST_EVENTS: Duration = Duration::from_secs(2);

/// How long the last words may take to reach the other side.
const FAREWELL: Duration = Duration::from_millis(800);

/// A running session, as the node holds it. Dropping it ends the session.
#[derive(Debug)]
pub struct SessionHandle {
    /// Where commands go.
    pub commands: mpsc::Sender<Command>,
    /// What the session has to say; closed after [`Event::Ended`].
    pub events: mpsc::Receiver<Event>,
    /// How many bytes the next picture may have; `None` while it must wait.
    pub picture_room: watch::Receiver<Option<u32>>,
    /// The connection that it runs on.
    pub connection: Connection,
}

impl SessionHandle {
    /// Waits until the last words have reached the other side, or for a second where they can't. To be called after
    /// [`Event::Ended`] by a program that is about to exit.
    pub async fn closed(mut self) {
        while self.events.recv().await.is_some() {}
    }
}

/// Begins to drive `session` over `control`, the stream on which the handshake runs.
pub(crate) fn drive(
    node: Node,
    registration: Registration,
    connection: Connection,
    control: Stream,
    session: Session,
) -> SessionHandle {
    let (commands, command_inbox) = mpsc::channel(COMMAND_QUEUE);
    let (event_outbox, events) = mpsc::channel(EVENT_QUEUE);
    let (room_outbox, picture_room) = watch::channel(None);
    let (read_outbox, reads) = mpsc::channel(READ_QUEUE);
    let mut driver = Driver {
        commands: command_inbox,
        reads,
        registration,
        events: event_outbox,
        room: room_outbox,
        read_outbox,
        session,
        pending: VecDeque::new(),
        writers: HashMap::new(),
        node,
        connection: connection.clone(),
    };
    driver.attach_control(control);
    tokio::spawn(driver.run());
    SessionHandle { commands, events, picture_room, connection }
}

/// What a stream's reader found.
enum Read {
    Bytes(Channel, Vec<u8>),
    Closed(Channel),
}

struct Writer {
    records: mpsc::Sender<Vec<u8>>,
    task: JoinHandle<()>,
}

struct Driver {
    // Inboxes
    commands: mpsc::Receiver<Command>,
    reads: mpsc::Receiver<Read>,
    registration: Registration,
    // Outboxes
    events: mpsc::Sender<Event>,
    room: watch::Sender<Option<u32>>,
    read_outbox: mpsc::Sender<Read>,
    // State
    session: Session,
    /// Events that found no room in the queue. The loop never waits for the node, which may be waiting for the loop.
    pending: VecDeque<Event>,
    writers: HashMap<Channel, Writer>,
    node: Node,
    connection: Connection,
}

/// Whether the session goes on.
enum Flow {
    On(Option<Instant>),
    Ended(End),
}

impl Driver {
    fn attach_control(&mut self, control: Stream) {
        let (reader, writer) = control.split();
        tokio::spawn(read(Channel::Control, reader, self.read_outbox.clone()));
        let (records, record_inbox) = mpsc::channel(WRITE_QUEUE);
        let task = tokio::spawn(write(writer, record_inbox));
        self.writers.insert(Channel::Control, Writer { records, task });
    }

    async fn run(mut self) {
        let mut commands_open = true;
        let events = self.events.clone();
        loop {
            let deadline = match self.drain() {
                Flow::On(deadline) => deadline,
                Flow::Ended(end) => return self.farewell(end).await,
            };
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
                Some(read) = self.reads.recv(), if self.pending.len() < MAX_PENDING_EVENTS => match read {
                    Read::Bytes(channel, bytes) => self.session.receive(Instant::now(), channel, &bytes),
                    Read::Closed(channel) => self.session.stream_closed(Instant::now(), channel),
                },
                Some((channel, stream)) = self.registration.streams.recv() => {
                    let (reader, _) = stream.split();
                    tokio::spawn(read(channel, reader, self.read_outbox.clone()));
                }
            }
        }
    }

    fn command(&mut self, command: Command) {
        if let Err(error) = self.session.command(Instant::now(), command) {
            tracing::debug!(%error, "a command was refused");
        }
    }

    /// Does what the session wants until it wants nothing more.
    fn drain(&mut self) -> Flow {
        loop {
            match self.session.poll_output() {
                Output::Transmit { channel, bytes } => {
                    if self.transmit(channel, bytes).is_err() {
                        self.session.stream_closed(Instant::now(), channel);
                    }
                }
                Output::Event(event) => {
                    let end = if let Event::Ended(end) = &event { Some(*end) } else { None };
                    self.pending.push_back(event);
                    if let Some(end) = end {
                        return Flow::Ended(end);
                    }
                }
                Output::Wait(deadline) => {
                    let room = self.session.picture_room(Instant::now());
                    self.room.send_if_modified(|known| std::mem::replace(known, room) != room);
                    return Flow::On(deadline);
                }
            }
        }
    }

    /// Queues records for a channel's stream, which is opened at the first one.
    fn transmit(
        &mut self,
        channel: Channel,
        bytes: Vec<u8>,
    ) -> Result<(), mpsc::error::TrySendError<Vec<u8>>> {
        let (node, connection) = (&self.node, &self.connection);
        let writer = self.writers.entry(channel).or_insert_with(|| {
            let (records, record_inbox) = mpsc::channel(WRITE_QUEUE);
            let task = tokio::spawn(open_and_write(node.clone(), connection.clone(), channel, record_inbox));
            Writer { records, task }
        });
        writer.records.try_send(bytes)
    }

    /// Gets the last words out: writes what the session still wants to say, closes the control stream and waits
    /// until the other side has closed its end, or for [`FAREWELL`].
    async fn farewell(mut self, end: End) {
        while let Output::Transmit { channel, bytes } = self.session.poll_output() {
            let _ = self.transmit(channel, bytes);
        }
        let control = self.writers.remove(&Channel::Control);
        self.writers.clear();
        let control = control.map(|writer| writer.task);
        let last_events = async {
            for event in std::mem::take(&mut self.pending) {
                let _ = self.events.send(event).await;
            }
        };
        let _ = timeout(LAST_EVENTS, last_events).await;
        if end.reason == EndReason::Lost {
            // Nobody is there to hear them.
            return;
        }
        let heard = async {
            if let Some(control) = control {
                let _ = control.await;
            }
            while let Some(read) = self.reads.recv().await {
                if matches!(read, Read::Closed(Channel::Control)) {
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

async fn read(channel: Channel, mut stream: ReadHalf<Stream>, outbox: mpsc::Sender<Read>) {
    let mut buffer = vec![0; READ_BYTES];
    // A driver that is gone reads nothing more: sending fails and the stream is dropped.
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        if outbox.send(Read::Bytes(channel, buffer[..count].to_vec())).await.is_err() {
            return;
        }
    }
    let _ = outbox.send(Read::Closed(channel)).await;
}

async fn open_and_write(
    node: Node,
    connection: Connection,
    channel: Channel,
    records: mpsc::Receiver<Vec<u8>>,
) {
    match node.open(&connection).await {
        Ok(mut stream) => {
            if stream.write_all(&[channel as u8]).await.is_ok() {
                let (_reader, writer) = stream.split();
                write(writer, records).await;
            }
        }
        // The receiver is dropped with this task, so the session learns of it at its next record.
        Err(error) => tracing::debug!(%error, ?channel, "a stream could not be opened"),
    }
}

async fn write(mut stream: WriteHalf<Stream>, mut records: mpsc::Receiver<Vec<u8>>) {
    while let Some(record) = records.recv().await {
        if stream.write_all(&record).await.is_err() {
            return;
        }
        if records.is_empty() && stream.flush().await.is_err() {
            return;
        }
    }
    let _ = stream.close().await;
}
