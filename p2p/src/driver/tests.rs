//! A session between two real nodes on loopback, whose connections are closed under it.

use std::future::pending;
use std::time::{Duration, Instant};

use beistand_session::{
    Channel, ChatMessage, Command, EndReason, Event, InputEvent, Message, PermissionSet, PhysicalKey,
    Picture, PictureUnit, StaticKey, VideoMessage,
};
use tokio::sync::mpsc;
use tokio::time::{Instant as TokioInstant, interval, sleep_until, timeout};

use super::{Inbox, InboxDelivery, SessionHandle};
use crate::host::{Host, HostEvent, InvitedSession};
use crate::invite::{Invite, InviteLifetime, derive};
use crate::swarm::{Candidate, NetworkConfig, Node, PeerPath, StreamKey};
use crate::technician::reach::open_control;
use crate::technician::{TechnicianProfile, connect};

/// Long enough for a machine that compiles something else at the same time.
const PATIENCE: Duration = Duration::from_secs(30);

const QUIC: &str = "/ip4/127.0.0.1/udp/0/quic-v1";
const TCP: &str = "/ip4/127.0.0.1/tcp/0";

fn network() -> NetworkConfig {
    NetworkConfig {
        network: "test".to_owned(),
        listen: [QUIC, TCP].map(|address| address.parse().unwrap()).to_vec(),
        bootstrap: Vec::new(),
        relays: Vec::new(),
        mdns: false,
        network_key: None,
        upnp: false,
        serve: None,
    }
}

/// Two sides that know each other, and what keeps them alive.
struct Two {
    host: Host,
    invite: Invite,
    host_session: SessionHandle,
    host_input: Inbox<InputEvent>,
    host_video: Inbox<VideoMessage>,
    node: Node,
    technician: SessionHandle,
    technician_video: Inbox<VideoMessage>,
    technician_chat: Inbox<ChatMessage>,
}

impl Two {
    async fn start() -> Self {
        let key = StaticKey::generate().unwrap();
        let mut host =
            Host::start(network(), key, InviteLifetime::default(), PermissionSet::DESKTOP).await.unwrap();
        let Some(HostEvent::Invite(text)) = host.events.recv().await else { panic!("no invite") };
        let invite = Invite::parse(&text.link).unwrap();
        let profile = TechnicianProfile {
            static_key: StaticKey::generate().unwrap(),
            name: "Tess".to_owned(),
            reason: String::new(),
            wants: PermissionSet::DESKTOP,
        };
        let (steps, _) = mpsc::channel(8);
        let connecting = connect(network(), invite.clone(), profile, steps, pending());
        let (found, asking) = tokio::join!(timeout(PATIENCE, connecting), host.events.recv());
        let (node, mut technician, _) = found.unwrap().unwrap();
        let Some(HostEvent::Session(InvitedSession { session: mut host_session, .. })) = asking else {
            panic!("nobody")
        };
        host_session.commands.send(Command::Allow(PermissionSet::DESKTOP)).await.unwrap();
        while !matches!(technician.events.recv().await, Some(Event::Permissions { .. })) {}
        let host_input = host_session.inboxes.take().unwrap();
        let host_video = host_session.inboxes.take().unwrap();
        let technician_video = technician.inboxes.take().unwrap();
        let technician_chat = technician.inboxes.take().unwrap();
        Self {
            host,
            invite,
            host_session,
            host_input,
            host_video,
            node,
            technician,
            technician_video,
            technician_chat,
        }
    }

    /// Sees to it that besides the connection in use there are only such over this transport, and that both
    /// sides know.
    async fn only_standby(&self, transport: &str) {
        let peer = self.host.node.peer_id();
        let used = self.technician.connection.borrow().id;
        let wanted = |path: &PeerPath| crate::transport_name(&path.connection.remote) == transport;
        let mut paths = self.node.watch(peer).await.unwrap();
        let addresses = self.host.node.listen_addresses();
        let addresses = addresses.into_iter().filter(|at| crate::transport_name(at) == transport).collect();
        self.node.dial(Candidate { peer, addresses }, true);
        timeout(PATIENCE, paths.wait_for(|paths| paths.iter().any(wanted))).await.unwrap().unwrap();
        // The DHT may have made others.
        let others: Vec<_> = paths.borrow().iter().filter(|path| !wanted(path)).cloned().collect();
        for path in others.iter().filter(|path| path.connection.id != used) {
            self.node.close(&path.connection);
        }
        let alone =
            |paths: &Vec<PeerPath>| paths.iter().all(|path| wanted(path) || path.connection.id == used);
        let count = timeout(PATIENCE, paths.wait_for(alone)).await.unwrap().unwrap().len();
        let mut paths = self.host.node.watch(self.node.peer_id()).await.unwrap();
        timeout(PATIENCE, paths.wait_for(|paths| paths.len() == count)).await.unwrap().unwrap();
    }

    fn transport(&self) -> &'static str {
        crate::transport_name(&self.technician.connection.borrow().remote)
    }
}

fn key(index: usize) -> InputEvent {
    let key = PhysicalKey::from_name("KeyA").unwrap();
    InputEvent::Key { key, pressed: index.is_multiple_of(2), text: None }
}

fn say(message: impl Into<Message>) -> Command {
    Command::Say(message.into())
}

fn line(text: String) -> ChatMessage {
    ChatMessage::Line { number: 1, text }
}

/// What went through.
#[derive(Default)]
struct Work {
    typed: usize,
    keys: Vec<InputEvent>,
    said: usize,
    lines: Vec<String>,
    next_picture: u64,
    shown: Vec<u64>,
    last_picture: Option<Instant>,
    longest_gap: Duration,
    reconnecting: usize,
}

impl Work {
    /// Types, talks and shows the screen for this long.
    async fn run(&mut self, two: &mut Two, time: Duration) {
        let end = TokioInstant::now() + time;
        let mut tick = interval(Duration::from_millis(10));
        loop {
            tokio::select! {
                () = sleep_until(end) => return,
                _ = tick.tick() => self.act(two).await,
                () = self.hear(two) => {}
            }
        }
    }

    /// Takes the next thing that either side hears. Cancel safe.
    async fn hear(&mut self, two: &mut Two) {
        tokio::select! {
            event = two.technician.events.recv() => match event.expect("it goes on") {
                Event::Reconnecting => self.reconnecting += 1,
                Event::Ended(end) => panic!("{end:?}"),
                _ => {}
            },
            event = two.host_session.events.recv() => {
                if let Event::Ended(end) = event.expect("it goes on") {
                    panic!("{end:?}");
                }
            }
            heard = two.host_input.recv(PermissionSet::DESKTOP) => {
                if let InboxDelivery::Message(event) = heard {
                    self.keys.push(event);
                }
            }
            // What the technician says of pictures is the session's to act on; here it is only taken.
            _ = two.host_video.recv(PermissionSet::DESKTOP) => {}
            heard = two.technician_chat.recv(PermissionSet::DESKTOP) => {
                if let InboxDelivery::Message(ChatMessage::Line { text, .. }) = heard {
                    self.lines.push(text);
                }
            }
            heard = two.technician_video.recv(PermissionSet::DESKTOP) => {
                if let InboxDelivery::Message(VideoMessage::Picture(picture)) = heard {
                    self.show(two, &picture).await;
                }
            }
        }
    }

    async fn act(&mut self, two: &Two) {
        two.technician.commands.send(say(key(self.typed))).await.unwrap();
        self.typed += 1;
        two.host_session.commands.send(say(line(self.said.to_string()))).await.unwrap();
        self.said += 1;
        if two.host_session.picture_room.borrow().is_some() {
            self.next_picture += 1;
            let unit =
                PictureUnit { stream: 0, x: 0, y: 0, width: 9, height: 9, key: true, data: vec![7; 5000] };
            let picture = Picture {
                id: self.next_picture,
                captured_at: Instant::now(),
                screen: (640, 480),
                units: vec![unit],
            };
            two.host_session.commands.send(say(VideoMessage::Picture(picture))).await.unwrap();
        }
    }

    async fn show(&mut self, two: &Two, picture: &Picture) {
        let now = Instant::now();
        if let Some(last) = self.last_picture.replace(now) {
            self.longest_gap = self.longest_gap.max(now - last);
        }
        self.shown.push(picture.id);
        let shown = VideoMessage::shown(picture.id, Duration::ZERO);
        two.technician.commands.send(say(shown)).await.unwrap();
    }

    /// All that was said arrived, once and in order.
    fn check(&self) {
        assert_eq!(self.keys, (0..self.typed).map(key).collect::<Vec<_>>());
        assert_eq!(self.lines, (0..self.said).map(|line| line.to_string()).collect::<Vec<_>>());
        assert!(self.shown.is_sorted_by(|one, next| one < next));
    }
}

/// Lets what is on its way arrive.
async fn settle(work: &mut Work, two: &mut Two) {
    let settled = async {
        while work.keys.len() < work.typed || work.lines.len() < work.said {
            work.hear(two).await;
        }
    };
    timeout(PATIENCE, settled).await.expect("all arrives");
}

#[tokio::test]
async fn a_closed_connection_is_left_for_the_other_and_nothing_is_lost() {
    let mut two = Two::start().await;
    let mut work = Work::default();
    let mut gaps = Vec::new();
    work.run(&mut two, Duration::from_millis(300)).await;
    for _ in 0..4 {
        let before = two.transport();
        let other = if before == "quic" { "tcp" } else { "quic" };
        two.only_standby(other).await;
        work.longest_gap = Duration::ZERO;
        let used = two.technician.connection.borrow().clone();
        two.node.close(&used);
        work.run(&mut two, Duration::from_millis(700)).await;
        assert_eq!(two.transport(), other);
        gaps.push((before, work.longest_gap));
    }
    settle(&mut work, &mut two).await;
    work.check();
    eprintln!("{} pictures, longest gaps: {gaps:?}", work.shown.len());
    assert_eq!(work.reconnecting, 0);
    assert!(gaps.iter().all(|(_, gap)| *gap < Duration::from_millis(250)), "{gaps:?}");
}

#[tokio::test]
async fn without_a_connection_the_host_is_dialled_again() {
    let mut two = Two::start().await;
    let mut work = Work::default();
    work.run(&mut two, Duration::from_millis(200)).await;
    let used = two.technician.connection.borrow().clone();
    two.node.close(&used);
    work.run(&mut two, Duration::from_secs(2)).await;
    settle(&mut work, &mut two).await;
    work.check();
    assert_ne!(two.technician.connection.borrow().id, used.id);
}

/// Streams that somebody else who has the invite opens at the host, on which nothing is said.
async fn silent_streams(two: &Two, count: usize) -> (Node, Vec<libp2p::Stream>) {
    let (node, _) = Node::start(network()).await.unwrap();
    let peer = two.host.node.peer_id();
    let keys = derive(two.invite.secret(), "test").unwrap();
    node.stream_names().offer(peer, &StreamKey::new(keys.streams));
    let addresses = two.host.node.listen_addresses();
    let connection = node.connect(Candidate { peer, addresses }).await.unwrap();
    let mut streams = Vec::new();
    for _ in 0..count {
        streams.push(open_control(&node, &connection).await.unwrap());
    }
    (node, streams)
}

#[tokio::test]
async fn silent_streams_of_a_stranger_keep_no_session_from_its_next_path() {
    let mut two = Two::start().await;
    let mut work = Work::default();
    work.run(&mut two, Duration::from_millis(200)).await;
    let (_stranger, _streams) = silent_streams(&two, 64).await;
    let used = two.technician.connection.borrow().clone();
    two.node.close(&used);
    work.run(&mut two, Duration::from_secs(3)).await;
    assert_ne!(two.technician.connection.borrow().id, used.id);
    settle(&mut work, &mut two).await;
    work.check();
}

#[tokio::test]
async fn an_end_without_a_connection_is_an_end() {
    let mut two = Two::start().await;
    let used = two.technician.connection.borrow().clone();
    two.node.close(&used);
    two.host_session.commands.send(Command::End(EndReason::Ended)).await.unwrap();
    let end = async {
        loop {
            if let Some(Event::Ended(end)) = two.host_session.events.recv().await {
                return end;
            }
        }
    };
    assert_eq!(timeout(Duration::from_secs(2), end).await.unwrap().reason, EndReason::Ended);
    // The technician finds the way back, and nobody there.
    let end = async {
        loop {
            if let Some(Event::Ended(end)) = two.technician.events.recv().await {
                return end;
            }
        }
    };
    timeout(PATIENCE, end).await.unwrap();
}

#[tokio::test]
async fn whoever_says_more_than_can_wait_is_told() {
    let mut two = Two::start().await;
    // Nobody reads at the host: in the end nothing is taken from the line.
    let said = line("a".repeat(4000));
    let full = async {
        loop {
            tokio::select! {
                event = two.technician.events.recv() => match event.expect("it goes on") {
                    Event::Refused(Channel::Chat) => return,
                    Event::Ended(end) => panic!("{end:?}"),
                    _ => {}
                },
                said = two.technician.commands.send(say(said.clone())) => said.unwrap(),
            }
        }
    };
    timeout(PATIENCE, full).await.expect("the lines don't fit");
}
