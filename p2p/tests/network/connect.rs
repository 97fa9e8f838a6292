//! A host and a technician on loopback, with real sockets, a real DHT and a real handshake.

use std::future::pending;
use std::time::Duration;

use beistand_p2p::host::{Host, HostCommand, HostEvent, InviteText, InvitedSession};
use beistand_p2p::invite::{Invite, InviteLanguage, InviteLifetime};
use beistand_p2p::technician::{ConnectFailure, ConnectProgress, TechnicianProfile, connect};
use beistand_p2p::{Inbox, InboxDelivery, NetworkConfig, Node, SessionHandle};
use beistand_session::{
    Command, EndReason, Event, InputEvent, OnChannel, PermissionSet, Picture, PictureUnit, StaticKey,
    VideoMessage,
};
use libp2p::identity::Keypair;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Long enough for a machine that is compiling at the same time.
const PATIENCE: Duration = Duration::from_secs(30);

const TCP: &str = "/ip4/127.0.0.1/tcp/0";

fn network(listen: &str, bootstrap: Vec<String>) -> NetworkConfig {
    NetworkConfig {
        network: "test".to_owned(),
        listen: vec![listen.parse().expect("a multiaddr")],
        bootstrap: bootstrap.iter().map(|address| address.parse().expect("a multiaddr")).collect(),
        mdns: false,
        ..NetworkConfig::default()
    }
}

fn key() -> StaticKey {
    StaticKey::generate().expect("randomness")
}

fn profile() -> TechnicianProfile {
    TechnicianProfile {
        static_key: key(),
        name: "Tess".to_owned(),
        reason: "the printer".to_owned(),
        wants: PermissionSet::DESKTOP,
    }
}

async fn start_host(listen: &str) -> (Host, InviteText) {
    let life = InviteLifetime::default();
    let mut host =
        Host::start(network(listen, Vec::new()), key(), life, PermissionSet::DESKTOP).await.expect("a host");
    match timeout(PATIENCE, host.events.recv()).await.expect("in time") {
        Some(HostEvent::Invite(text)) => (host, text),
        other => panic!("no invite but {other:?}"),
    }
}

async fn knock(text: &str, network: NetworkConfig) -> Result<(Node, SessionHandle, Event), ConnectFailure> {
    let invite = Invite::parse(text).expect("an invite");
    let (steps, _) = mpsc::channel(8);
    timeout(PATIENCE, connect(network, invite, profile(), steps, pending())).await.expect("in time")
}

async fn asking(host: &mut Host) -> InvitedSession {
    match timeout(PATIENCE, host.events.recv()).await.expect("in time") {
        Some(HostEvent::Session(asking)) => asking,
        other => panic!("nobody asks but {other:?}"),
    }
}

async fn event(session: &mut SessionHandle, wanted: impl Fn(&Event) -> bool) -> Event {
    let search = async {
        while let Some(event) = session.events.recv().await {
            if wanted(&event) {
                return event;
            }
        }
        panic!("the session ended first");
    };
    timeout(PATIENCE, search).await.expect("in time")
}

async fn delivery<M: OnChannel>(inbox: &mut Inbox<M>) -> InboxDelivery<M> {
    timeout(PATIENCE, inbox.recv(PermissionSet::DESKTOP)).await.expect("in time")
}

/// A session with everything granted: host, technician, and the nodes that keep them alive.
async fn granted(listen: &str) -> (Host, SessionHandle, Node, SessionHandle) {
    let (mut host, invite) = start_host(listen).await;
    let (connected, asking) =
        tokio::join!(knock(&invite.link, network(listen, Vec::new())), asking(&mut host));
    let (node, mut technician, _) = connected.expect("a session");
    let InvitedSession { mut session, request, invite } = asking;
    assert_eq!((request.name.as_str(), request.reason.as_str()), ("Tess", "the printer"));
    host.commands.send(HostCommand::Consumed(invite)).await.expect("the host runs");
    session.commands.send(Command::Allow(PermissionSet::DESKTOP)).await.expect("the session runs");
    event(&mut session, |event| matches!(event, Event::Permissions { .. })).await;
    event(&mut technician, |event| matches!(event, Event::Permissions { .. })).await;
    (host, session, node, technician)
}

async fn a_session_carries_pictures_and_input(listen: &str) {
    let (_host, mut host, _node, mut technician) = granted(listen).await;
    let picture = Picture {
        id: 1,
        captured_at: std::time::Instant::now(),
        screen: (640, 480),
        units: vec![PictureUnit {
            stream: 0,
            x: 0,
            y: 0,
            width: 640,
            height: 480,
            key: true,
            data: vec![7; 300_000],
        }],
    };
    let mut video = technician.inboxes.take::<VideoMessage>().expect("taken once");
    let mut seen = host.inboxes.take::<VideoMessage>().expect("taken once");
    let mut input = host.inboxes.take::<InputEvent>().expect("taken once");
    let message = VideoMessage::Picture(picture.clone());
    host.commands.send(Command::Say(message.into())).await.expect("the session runs");
    let InboxDelivery::Message(VideoMessage::Picture(shown)) = delivery(&mut video).await else {
        panic!("no picture")
    };
    assert_eq!((shown.id, shown.screen, shown.units), (picture.id, picture.screen, picture.units));
    let message = VideoMessage::shown(1, Duration::ZERO);
    technician.commands.send(Command::Say(message.into())).await.expect("the session runs");
    let shown = delivery(&mut seen).await;
    assert!(matches!(shown, InboxDelivery::Message(VideoMessage::Shown { picture: 1, .. })), "{shown:?}");
    let moved = InputEvent::PointerMove { x: 3, y: 4 };
    technician.commands.send(Command::Say(moved.clone().into())).await.expect("the session runs");
    assert_eq!(delivery(&mut input).await, InboxDelivery::Message(moved));
    technician.commands.send(Command::End(EndReason::Ended)).await.expect("the session runs");
    let Event::Ended(end) = event(&mut host, |event| matches!(event, Event::Ended(_))).await else {
        unreachable!("matched above")
    };
    assert_eq!(end.reason, EndReason::Ended);
}

#[tokio::test]
async fn over_quic() {
    a_session_carries_pictures_and_input("/ip4/127.0.0.1/udp/0/quic-v1").await;
}

#[tokio::test]
async fn over_tcp() {
    a_session_carries_pictures_and_input("/ip4/127.0.0.1/tcp/0").await;
}

#[tokio::test]
async fn words_find_the_host_through_the_dht() {
    let listen = "/ip4/127.0.0.1/tcp/0";
    let (mut host, invite) = start_host(listen).await;
    let address = host.node.listen_addresses().remove(0);
    let bootstrap = vec![format!("{address}/p2p/{}", host.node.peer_id())];
    let words = invite.invite.words(InviteLanguage::English);
    let (connected, asking) = tokio::join!(knock(&words, network(listen, bootstrap)), asking(&mut host));
    let (_node, mut technician, request) = connected.expect("a session");
    let Event::Request(request) = request else { panic!("{request:?}") };
    assert_eq!(request.sas, asking.request.sas, "both sides see the same emoji");
    asking.session.commands.send(Command::Deny).await.expect("the session runs");
    let Event::Ended(end) = event(&mut technician, |event| matches!(event, Event::Ended(_))).await else {
        unreachable!("matched above")
    };
    assert_eq!(end.reason, EndReason::Denied);
}

#[tokio::test]
async fn a_used_invite_is_refused_as_such() {
    let listen = "/ip4/127.0.0.1/tcp/0";
    let (mut host, invite) = start_host(listen).await;
    let (first, asking) = tokio::join!(knock(&invite.link, network(listen, Vec::new())), asking(&mut host));
    let _first = first.expect("a session");
    host.commands.send(HostCommand::Consumed(asking.invite)).await.expect("the host runs");
    match knock(&invite.link, network(listen, Vec::new())).await {
        Err(ConnectFailure::Refused(EndReason::InviteUsed)) => {}
        other => panic!("{:?}", other.map(|_| "a session")),
    }
}

#[tokio::test]
async fn a_replaced_invite_is_refused() {
    let listen = "/ip4/127.0.0.1/tcp/0";
    let (mut host, invite) = start_host(listen).await;
    host.commands.send(HostCommand::NewInvite).await.expect("the host runs");
    assert!(matches!(timeout(PATIENCE, host.events.recv()).await, Ok(Some(HostEvent::Invite(_)))));
    match knock(&invite.link, network(listen, Vec::new())).await {
        Err(ConnectFailure::Refused(EndReason::InviteExpired)) => {}
        other => panic!("{:?}", other.map(|_| "a session")),
    }
}

#[tokio::test]
async fn a_host_that_vanishes_is_noticed() {
    let (host, session, _node, mut technician) = granted("/ip4/127.0.0.1/tcp/0").await;
    drop((host, session));
    event(&mut technician, |event| matches!(event, Event::Ended(_))).await;
}

#[tokio::test]
async fn each_run_has_an_identity_of_its_own() {
    let (key, life) = (key(), InviteLifetime::default());
    let start = || Host::start(network(TCP, Vec::new()), key.clone(), life, PermissionSet::DESKTOP);
    let (first, second) = (start().await.expect("a host"), start().await.expect("a host"));
    assert_ne!(first.node.peer_id(), second.node.peer_id());
}

/// A link with the host's secret and addresses but another key doesn't get a technician as far as a
/// handshake.
async fn another_key_in_the_link_leads_nowhere(listen: &str) {
    let (mut host, text) = start_host(listen).await;
    let invite = Invite::parse(&text.link).expect("an invite");
    let hint = invite.host().expect("a link names the host");
    let other = Keypair::generate_ed25519().public().try_into_ed25519().expect("an Ed25519 key");
    let link = invite.link(&other, hint.addresses(), hint.expires_at());
    let invite = Invite::parse(&link).expect("an invite");
    let (steps, mut seen) = mpsc::channel(8);
    let connecting = connect(network(listen, Vec::new()), invite, profile(), steps, pending());
    let watching = async {
        // The second try says that the first one has failed.
        let mut tries = 0;
        while tries < 2 {
            let step = seen.recv().await.expect("it goes on trying");
            assert_ne!(step, ConnectProgress::Securing, "a handshake with somebody else");
            tries += usize::from(step == ConnectProgress::Connecting);
        }
    };
    let watching = timeout(PATIENCE, watching);
    tokio::select! {
        result = connecting => panic!("{:?}", result.map(|_| "a session")),
        watched = watching => watched.expect("in time"),
    }
    assert!(host.events.try_recv().is_err(), "the host noticed nobody");
}

#[tokio::test]
async fn the_key_in_a_link_is_demanded_over_tcp() {
    another_key_in_the_link_leads_nowhere(TCP).await;
}

#[tokio::test]
async fn the_key_in_a_link_is_demanded_over_quic() {
    another_key_in_the_link_leads_nowhere("/ip4/127.0.0.1/udp/0/quic-v1").await;
}
