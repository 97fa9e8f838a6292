//! A waiting host on loopback, and strangers that speak its protocol up to the point where they stop.

use std::future::pending;

use beistand_session::{OPENING_BYTES, Output, StreamHead, TechnicianSetup};
use futures::future::join;
use futures::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::*;
use crate::swarm::Candidate;
use crate::technician::reach::open_control;
use crate::technician::{ConnectFailure, ConnectProgress, TechnicianProfile, connect};

/// Long enough for a machine that compiles something else at the same time.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bytes of message 2 with its length.
const REPLY_BYTES: usize = 2 + 1216;

fn network(ip: &str) -> NetworkConfig {
    NetworkConfig {
        network: "test".to_owned(),
        // QUIC calls from the address that it listens on, TCP from any.
        listen: vec![format!("/ip4/{ip}/udp/0/quic-v1").parse().unwrap()],
        bootstrap: Vec::new(),
        relays: Vec::new(),
        mdns: false,
        network_key: None,
        upnp: false,
        serve: None,
    }
}

/// A waiting host and its invite.
struct Waiting {
    host: Host,
    text: InviteText,
}

impl Waiting {
    async fn start() -> Self {
        let key = StaticKey::generate().unwrap();
        let life = InviteLifetime::default();
        let mut host = Host::start(network("127.0.0.1"), key, life, PermissionSet::DESKTOP).await.unwrap();
        let Some(HostEvent::Invite(text)) = host.events.recv().await else { panic!("no invite") };
        Self { host, text }
    }

    fn invite(&self) -> Invite {
        Invite::parse(&self.text.link).unwrap()
    }

    fn keys(&self) -> InviteKeys {
        derive(self.invite().secret(), "test").unwrap()
    }

    async fn event(&mut self) -> HostEvent {
        timeout(PATIENCE, self.host.events.recv()).await.expect("in time").expect("it runs")
    }

    /// The next request.
    async fn asked(&mut self) -> InvitedSession {
        loop {
            match self.event().await {
                HostEvent::Session(asking) => return asking,
                HostEvent::WrongTries { .. } => {}
                other => panic!("nobody asks but {other:?}"),
            }
        }
    }
}

/// A node that knows how to open streams at the host, as only somebody with the invite does.
struct InvitedStranger {
    node: Node,
    connection: Connection,
    keys: InviteKeys,
    host: Vec<u8>,
}

impl InvitedStranger {
    async fn start(waiting: &Waiting, ip: &str) -> Self {
        let (node, _) = Node::start(network(ip)).await.unwrap();
        let (peer, keys) = (waiting.host.node.peer_id(), waiting.keys());
        node.stream_names().offer(peer, &StreamKey::new(keys.streams.clone()));
        let addresses = waiting.host.node.listen_addresses();
        let connection = node.connect(Candidate { peer, addresses }).await.unwrap();
        Self { node, connection, keys, host: peer.to_bytes() }
    }

    /// A control stream, on which `bytes` follow the head.
    async fn begin(&self, bytes: &[u8]) -> Stream {
        let mut stream = open_control(&self.node, &self.connection).await.unwrap();
        let head = StreamHead { channel: Channel::Control, leg: Leg::FIRST };
        stream.write_all(&[&head.to_bytes(), bytes].concat()).await.unwrap();
        stream.flush().await.unwrap();
        stream
    }

    /// Sends something that looks like message 1 and isn't; returns the host's answer.
    async fn junk(&self) -> Vec<u8> {
        let mut bytes = [5; OPENING_BYTES];
        bytes[..2].copy_from_slice(&(OPENING_BYTES as u16 - 2).to_be_bytes());
        heard(self.begin(&bytes).await).await
    }

    /// A true message 1.
    fn opening(&self) -> Vec<u8> {
        let setup = TechnicianSetup {
            keys: session_keys(&self.keys),
            binding: Binding {
                technician_peer: self.node.peer_id().to_bytes(),
                host_peer: self.host.clone(),
            },
            static_key: StaticKey::generate().unwrap(),
            name: "Mallory".to_owned(),
            reason: String::new(),
            wants: PermissionSet::DESKTOP,
        };
        let mut session = Session::technician(setup, Instant::now());
        loop {
            match session.poll_output() {
                Output::Transmit { bytes, .. } => return bytes,
                Output::Event { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

/// All that the host says before it closes.
async fn heard(mut stream: Stream) -> Vec<u8> {
    let mut heard = Vec::new();
    // A reset is an end, too.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut heard)).await.expect("it closes");
    heard
}

async fn technician(
    invite: Invite,
    steps: mpsc::Sender<ConnectProgress>,
) -> Result<(Node, SessionHandle, beistand_session::Event), ConnectFailure> {
    let profile = TechnicianProfile {
        static_key: StaticKey::generate().unwrap(),
        name: "Tess".to_owned(),
        reason: String::new(),
        wants: PermissionSet::DESKTOP,
    };
    timeout(PATIENCE, connect(network("127.0.0.1"), invite, profile, steps, pending()))
        .await
        .expect("in time")
}

#[tokio::test]
async fn twenty_junk_handshakes_are_told_and_the_technician_gets_in_with_the_same_invite() {
    let mut waiting = Waiting::start().await;
    for last in 2..6 {
        let stranger = InvitedStranger::start(&waiting, &format!("127.0.0.{last}")).await;
        for _ in 0..5 {
            let heard = stranger.junk().await;
            assert!(heard.is_empty(), "whoever has proved nothing learns nothing: {heard:?}");
        }
    }
    let mut told = 0;
    while told < 16 {
        let HostEvent::WrongTries { count } = waiting.event().await else { panic!("the invite changed") };
        told = count;
    }
    let (steps, _) = mpsc::channel(8);
    let (connected, asking) = tokio::join!(technician(waiting.invite(), steps), waiting.asked());
    connected.expect("a session");
    assert_eq!(asking.request.name, "Tess");
}

#[tokio::test]
async fn the_third_handshake_broken_off_after_message_2_makes_a_new_invite_with_a_warning() {
    let mut waiting = Waiting::start().await;
    for last in 2..5 {
        let stranger = InvitedStranger::start(&waiting, &format!("127.0.0.{last}")).await;
        let mut stream = stranger.begin(&stranger.opening()).await;
        let mut reply = [0; REPLY_BYTES];
        timeout(PATIENCE, stream.read_exact(&mut reply)).await.expect("in time").expect("message 2");
        // It has seen the pictures, and they are not those that it needs.
        drop(stream);
    }
    let HostEvent::InviteReplaced(cause) = waiting.event().await else { panic!("no warning") };
    assert_eq!(cause, ReplaceCause::BrokenOff { times: 3 });
    let HostEvent::Invite(new) = waiting.event().await else { panic!("no new invite") };
    assert_ne!(new.invite, waiting.text.invite);
    // Whoever has the old invite hears that it is void.
    let (steps, _) = mpsc::channel(8);
    match technician(waiting.invite(), steps).await {
        Err(ConnectFailure::Refused(EndReason::InviteExpired)) => {}
        other => panic!("{:?}", other.map(|_| "a session")),
    }
}

#[tokio::test]
async fn no_more_than_three_handshakes_at_once_show_their_pictures() {
    let waiting = Waiting::start().await;
    let mut open = Vec::new();
    for last in 2..5 {
        let stranger = InvitedStranger::start(&waiting, &format!("127.0.0.{last}")).await;
        let mut stream = stranger.begin(&stranger.opening()).await;
        stream.read_exact(&mut [0; REPLY_BYTES]).await.expect("message 2");
        open.push((stranger, stream));
    }
    let fourth = InvitedStranger::start(&waiting, "127.0.0.5").await;
    assert_eq!(heard(fourth.begin(&fourth.opening()).await).await, beistand_session::put_off(2));
}

#[tokio::test]
async fn the_sixth_try_in_a_minute_is_told_when_the_next_one_may_begin() {
    let waiting = Waiting::start().await;
    let stranger = InvitedStranger::start(&waiting, "127.0.0.1").await;
    for _ in 0..5 {
        assert!(stranger.junk().await.is_empty());
    }
    let (steps, mut seen) = mpsc::channel(8);
    let connecting = technician(waiting.invite(), steps);
    tokio::pin!(connecting);
    let waits = loop {
        tokio::select! {
            ended = &mut connecting => panic!("{:?}", ended.map(|_| "a session")),
            step = seen.recv() => if let Some(ConnectProgress::Waiting(time)) = step {
                break time;
            },
        }
    };
    assert!((1..=60).contains(&waits.as_secs()), "{waits:?}");
}

#[tokio::test]
async fn the_third_request_with_an_invite_is_not_shown_and_makes_a_new_one_with_a_warning() {
    let mut waiting = Waiting::start().await;
    for _ in 0..2 {
        let (steps, _) = mpsc::channel(8);
        let (connected, asking) = tokio::join!(technician(waiting.invite(), steps), waiting.asked());
        let (_node, technician, _) = connected.expect("a session");
        // They withdraw.
        technician.commands.send(Command::End(EndReason::Ended)).await.expect("it runs");
        let ended = join(technician.closed(), asking.session.closed());
        timeout(PATIENCE, ended).await.expect("it ends");
    }
    let (steps, _) = mpsc::channel(8);
    let (connected, event) = tokio::join!(technician(waiting.invite(), steps), waiting.event());
    let HostEvent::InviteReplaced(cause) = event else { panic!("no warning but {event:?}") };
    assert_eq!(cause, ReplaceCause::AskedAgain { times: 3 });
    let (_node, mut technician, _) = connected.expect("it asks");
    let end = async {
        loop {
            if let Some(beistand_session::Event::Ended(end)) = technician.events.recv().await {
                return end.reason;
            }
        }
    };
    assert_eq!(timeout(PATIENCE, end).await.expect("in time"), EndReason::InviteExpired);
    assert!(matches!(waiting.event().await, HostEvent::Invite(_)));
}
