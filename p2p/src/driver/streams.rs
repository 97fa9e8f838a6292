//! The streams of a session's legs: tasks that read and write, and an end to them.
//!
//! Those of a leg that is no longer used are closed, and reset where that takes too long.

use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use beistand_session::{ByChannel, Channel, Leg, StreamHead};
use futures::io::{ReadHalf, WriteHalf};
use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::Stream;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::swarm::{Connection, Node};

/// Reads of a channel that wait for the session, each at most [`READ_BYTES`]: one that is worked on and one
/// that arrives.
const READ_QUEUE: usize = 2;

/// The most that one read takes: one record.
const READ_BYTES: usize = 64 * 1024;

/// Room that the session always finds: what it says without being asked whether there is, at the handshake
/// and the end.
const WRITE_MARGIN: usize = 4;

/// Streams of a leg that is not used yet: one a channel.
const MAX_PARKED: usize = Channel::ALL.len();

/// How long the streams of a leg that is no longer used may take to close.
const CLOSING: Duration = Duration::from_secs(1);

/// What a stream's reader found.
pub(super) enum Read {
    Bytes(Leg, Channel, Vec<u8>),
    Closed(Leg, Channel),
}

/// What the readers of all channels found.
pub(super) struct StreamReads(ByChannel<mpsc::Receiver<Read>>);

impl StreamReads {
    fn new() -> (ByChannel<mpsc::Sender<Read>>, Self) {
        let mut queues = ByChannel::new(|_| None);
        let outboxes = ByChannel::new(|channel| {
            let (outbox, inbox) = mpsc::channel(READ_QUEUE);
            queues[channel] = Some(inbox);
            outbox
        });
        let queues = ByChannel::new(|channel| queues[channel].take().expect("made above, for each channel"));
        (outboxes, Self(queues))
    }

    /// The next read of a channel that `may` be read, the lower numbers first. Cancel safe.
    pub(super) async fn recv(&mut self, may: impl Fn(Channel) -> bool) -> Read {
        poll_fn(|cx| {
            for (_, queue) in self.0.iter_mut().filter(|(channel, _)| may(*channel)) {
                // Their other ends are kept beside this one, so none is ever closed.
                if let Poll::Ready(Some(read)) = queue.poll_recv(cx) {
                    return Poll::Ready(read);
                }
            }
            Poll::Pending
        })
        .await
    }
}

/// The streams of the leg that is used, and of one that is tried.
pub(super) struct Streams {
    node: Node,
    reads: ByChannel<mpsc::Sender<Read>>,
    /// A writer has made room.
    written: Arc<Notify>,
    /// By which connection each leg goes.
    connections: HashMap<Leg, Connection>,
    writers: HashMap<StreamHead, Writer>,
    /// One a channel and leg: a second stream of one is dropped.
    readers: HashMap<StreamHead, JoinHandle<()>>,
    /// What came for a leg that is not used yet. Nothing is read from it: the other side waits.
    parked: VecDeque<(StreamHead, Stream)>,
}

struct Writer {
    records: mpsc::Sender<Vec<u8>>,
    task: JoinHandle<()>,
}

impl Streams {
    pub(super) fn new(node: Node) -> (Self, StreamReads) {
        let (reads, inbox) = StreamReads::new();
        let streams = Self {
            node,
            reads,
            written: Arc::default(),
            connections: HashMap::new(),
            writers: HashMap::new(),
            readers: HashMap::new(),
            parked: VecDeque::new(),
        };
        (streams, inbox)
    }

    /// The connection that a leg goes by.
    pub(super) fn connection(&self, leg: Leg) -> Option<&Connection> {
        self.connections.get(&leg)
    }

    /// A leg's control stream is there: it goes by this connection.
    pub(super) fn attach_control(&mut self, leg: Leg, connection: Connection, stream: Stream) {
        self.connections.insert(leg, connection);
        let (reader, writer) = stream.split();
        self.read(StreamHead { channel: Channel::Control, leg }, reader);
        let written = self.written.clone();
        let head = StreamHead { channel: Channel::Control, leg };
        self.write(head, |records| write(writer, records, (records_ahead(head), written)));
    }

    /// Tries a leg: opens its control stream on this connection and writes its first bytes.
    pub(super) fn try_leg(&mut self, leg: Leg, connection: Connection, resume: Vec<u8>) {
        self.connections.insert(leg, connection.clone());
        let head = StreamHead { channel: Channel::Control, leg };
        let (node, reads) = (self.node.clone(), self.reads[Channel::Control].clone());
        let written = self.written.clone();
        self.write(head, |records| async move {
            let closed = reads.clone();
            if open_control(&node, &connection, head, &resume, (records, written), reads).await.is_err() {
                let _ = closed.send(Read::Closed(leg, Channel::Control)).await;
            }
        });
    }

    /// The other side opened a stream of a leg that is used now, or will be.
    pub(super) fn take(&mut self, used: Leg, head: StreamHead, stream: Stream) {
        if head.leg == used {
            let (reader, _) = stream.split();
            self.read(head, reader);
        } else if head.leg > used {
            self.parked.retain(|(parked, _)| *parked != head);
            if self.parked.len() >= MAX_PARKED {
                self.parked.pop_front();
            }
            self.parked.push_back((head, stream));
        }
    }

    /// Only these legs are of use from now on.
    pub(super) fn follow(&mut self, used: Leg, tried: Option<Leg>) {
        let of_use = |leg: Leg| leg == used || Some(leg) == tried;
        for (_, Writer { records, task }) in self.writers.extract_if(|head, _| !of_use(head.leg)) {
            // Without more records to come it closes its stream.
            drop(records);
            let abort = task.abort_handle();
            tokio::spawn(async move {
                if timeout(CLOSING, task).await.is_err() {
                    abort.abort();
                }
            });
        }
        for (_, task) in self.readers.extract_if(|head, _| !of_use(head.leg)) {
            task.abort();
        }
        self.connections.retain(|leg, _| of_use(*leg));
        for (head, stream) in std::mem::take(&mut self.parked) {
            self.take(used, head, stream);
        }
    }

    /// Queues records for a channel's stream, which is opened at the first one; `false` where it takes none.
    pub(super) fn transmit(&mut self, head: StreamHead, bytes: Vec<u8>) -> bool {
        if !self.writers.contains_key(&head) {
            let Some(connection) = self.connections.get(&head.leg).cloned() else { return false };
            let node = self.node.clone();
            let written = self.written.clone();
            self.write(head, |records| open_and_write(node, connection, head, records, written));
        }
        self.writers.get(&head).is_some_and(|writer| writer.records.try_send(bytes).is_ok())
    }

    /// Whether a channel's writer is behind.
    pub(super) fn is_full(&self, head: StreamHead) -> bool {
        self.writers.get(&head).is_some_and(|writer| writer.records.capacity() <= WRITE_MARGIN)
    }

    /// What says that a writer has made room.
    pub(super) fn written(&self) -> Arc<Notify> {
        self.written.clone()
    }

    /// Closes all streams after what is still queued; the control streams' ends.
    pub(super) fn close(&mut self) -> Vec<JoinHandle<()>> {
        let control = self
            .writers
            .extract_if(|head, _| head.channel == Channel::Control)
            .map(|(_, writer)| writer.task);
        let control = control.collect();
        self.writers.clear();
        control
    }

    fn write<T: Future<Output = ()> + Send + 'static>(
        &mut self,
        head: StreamHead,
        task: impl FnOnce(mpsc::Receiver<Vec<u8>>) -> T,
    ) {
        let (records, inbox) = mpsc::channel(records_ahead(head) + WRITE_MARGIN);
        let task = tokio::spawn(task(inbox));
        self.writers.insert(head, Writer { records, task });
    }

    fn read(&mut self, head: StreamHead, reader: ReadHalf<Stream>) {
        let reads = &self.reads[head.channel];
        self.readers
            .entry(head)
            .or_insert_with(|| tokio::spawn(read(head.leg, head.channel, reader, reads.clone())));
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        self.readers.values().for_each(JoinHandle::abort);
    }
}

async fn read(leg: Leg, channel: Channel, mut stream: ReadHalf<Stream>, outbox: mpsc::Sender<Read>) {
    let mut buffer = vec![0; READ_BYTES];
    // A driver that is gone reads nothing more: sending fails and the stream is dropped.
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        if outbox.send(Read::Bytes(leg, channel, buffer[..count].to_vec())).await.is_err() {
            return;
        }
    }
    let _ = outbox.send(Read::Closed(leg, channel)).await;
}

async fn open_control(
    node: &Node,
    connection: &Connection,
    head: StreamHead,
    resume: &[u8],
    (records, written): (mpsc::Receiver<Vec<u8>>, Arc<Notify>),
    reads: mpsc::Sender<Read>,
) -> std::io::Result<()> {
    let mut stream = node.open(connection).await.map_err(std::io::Error::other)?;
    stream.write_all(&[&head.to_bytes(), resume].concat()).await?;
    stream.flush().await?;
    let (reader, writer) = stream.split();
    // Whichever ends first, the other has nothing more to do: a control stream runs both ways or not at all.
    let writing = write(writer, records, (records_ahead(head), written));
    futures::future::join(read(head.leg, head.channel, reader, reads), writing).await;
    Ok(())
}

async fn open_and_write(
    node: Node,
    connection: Connection,
    head: StreamHead,
    records: mpsc::Receiver<Vec<u8>>,
    written: Arc<Notify>,
) {
    let ahead = records_ahead(head);
    match node.open(&connection).await {
        Ok(mut stream) => {
            if stream.write_all(&head.to_bytes()).await.is_ok() {
                let (_reader, writer) = stream.split();
                write(writer, records, (ahead, written)).await;
            }
        }
        // The receiver is dropped with this task, so the session learns of it at its next record.
        Err(error) => tracing::debug!(%error, ?head, "a stream could not be opened"),
    }
}

/// Records that wait for a stream's writer; past it the session holds the channel back.
fn records_ahead(head: StreamHead) -> usize {
    head.channel.spec().class.records_ahead()
}

async fn write(
    mut stream: WriteHalf<Stream>,
    mut records: mpsc::Receiver<Vec<u8>>,
    (ahead, written): (usize, Arc<Notify>),
) {
    while let Some(record) = records.recv().await {
        // Only a writer that was behind is waited for.
        if records.len() + 1 >= ahead {
            written.notify_one();
        }
        if stream.write_all(&record).await.is_err() {
            return;
        }
        if records.is_empty() && stream.flush().await.is_err() {
            return;
        }
    }
    let _ = stream.close().await;
}
