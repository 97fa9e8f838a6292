//! Hosts, technicians and public nodes with real sockets on loopback: they find each other through a private
//! network's DHT and connect through a relay. A host's provider record names only its circuits, so whoever
//! has only the words comes through the relay first, even where a direct connection would work.

use std::future::pending;
use std::time::Duration;

use beistand_p2p::host::{Host, HostEvent, InviteText, InvitedSession};
use beistand_p2p::invite::{Invite, InviteLanguage, InviteLifetime};
use beistand_p2p::technician::{ConnectFailure, TechnicianProfile, connect};
use beistand_p2p::{
    InboxDelivery, Multiaddr, NetworkConfig, NetworkKey, Node, PathKind, ServeConfig, ServingNode,
    SessionHandle, path_kind,
};
use beistand_session::{ChatMessage, Command, Event, PermissionSet, StaticKey};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

/// Long enough for a machine that is compiling at the same time.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often to look at a state that has no event.
const LOOK: Duration = Duration::from_millis(50);

const QUIC: &str = "/ip4/127.0.0.1/udp/0/quic-v1";
const TCP: &str = "/ip4/127.0.0.1/tcp/0";

fn address(text: &str) -> Multiaddr {
    text.parse().expect("a multiaddr")
}

fn network(listen: &[&str], bootstrap: &[Multiaddr]) -> NetworkConfig {
    NetworkConfig {
        network: "office".to_owned(),
        listen: listen.iter().map(|text| address(text)).collect(),
        bootstrap: bootstrap.to_vec(),
        mdns: false,
        upnp: false,
        ..NetworkConfig::default()
    }
}

fn serving(listen: &[&str], secret: u8) -> NetworkConfig {
    let serve = ServeConfig { max_circuits: 8, max_reservations: 8, ..crate::serving::unlimited(secret) };
    NetworkConfig { serve: Some(serve), ..network(listen, &[]) }
}

async fn start_host(config: NetworkConfig) -> (Host, InviteText) {
    let key = StaticKey::generate().expect("randomness");
    let mut host =
        Host::start(config, key, InviteLifetime::default(), PermissionSet::DESKTOP).await.expect("a host");
    let text = invite(&mut host).await;
    (host, text)
}

async fn invite(host: &mut Host) -> InviteText {
    match timeout(PATIENCE, host.events.recv()).await.expect("in time") {
        Some(HostEvent::Invite(text)) => text,
        other => panic!("no invite but {other:?}"),
    }
}

async fn asking(host: &mut Host) -> InvitedSession {
    loop {
        match timeout(PATIENCE, host.events.recv()).await.expect("in time") {
            Some(HostEvent::Session(asking)) => return asking,
            // The same invite, with a better link.
            Some(HostEvent::Invite(_)) => {}
            other => panic!("nobody asks but {other:?}"),
        }
    }
}

async fn knock(text: &str, network: NetworkConfig) -> Result<(Node, SessionHandle, Event), ConnectFailure> {
    let invite = Invite::parse(text).expect("an invite");
    let profile = TechnicianProfile {
        static_key: StaticKey::generate().expect("randomness"),
        name: "Tess".to_owned(),
        reason: String::new(),
        wants: PermissionSet::DESKTOP,
    };
    let (steps, _) = mpsc::channel(8);
    timeout(PATIENCE, connect(network, invite, profile, steps, pending())).await.expect("in time")
}

fn leads_through_a_relay(text: &InviteText) -> bool {
    let invite = Invite::parse(&text.link).expect("an invite");
    let addresses = invite.host().expect("a link").addresses();
    addresses.iter().any(|address| path_kind(address) == PathKind::Relay)
}

fn circuits(host: &Host) -> usize {
    host.node.listen_addresses().iter().filter(|address| path_kind(address) == PathKind::Relay).count()
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let wait = async {
        while !holds() {
            sleep(LOOK).await;
        }
    };
    timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("not in time: {what}"));
}

/// The host is found by its words and answers over the relay; one line of chat crosses it.
async fn over_the_relay(mut host: Host, invite: &str, technician: NetworkConfig) {
    let (connected, asking) = tokio::join!(knock(invite, technician), asking(&mut host));
    let (_node, mut technician, _) = connected.expect("a session");
    for connection in [&technician.connection, &asking.session.connection] {
        let connection = connection.borrow().clone();
        assert_eq!(path_kind(&connection.remote), PathKind::Relay, "{}", connection.remote);
    }
    asking.session.commands.send(Command::Allow(PermissionSet::DESKTOP)).await.expect("it runs");
    let line = ChatMessage::Line { number: 1, text: "over the relay".to_owned() };
    asking.session.commands.send(Command::Say(line.clone().into())).await.expect("it runs");
    let mut chat = technician.inboxes.take::<ChatMessage>().expect("taken once");
    let heard = timeout(PATIENCE, chat.recv(PermissionSet::NONE)).await.expect("in time");
    assert_eq!(heard, InboxDelivery::Message(line));
}

#[tokio::test]
async fn words_lead_through_the_relay() {
    let server = ServingNode::start(serving(&[QUIC, TCP], 1)).await.expect("a public node");
    let entry = server.addresses();
    let (host, text) = start_host(network(&[QUIC], &entry)).await;
    until("a place at the relay", || circuits(&host) > 0).await;
    over_the_relay(host, &text.invite.words(InviteLanguage::English), network(&[TCP], &entry)).await;
    let figures = server.figures();
    assert!(figures.circuits_total >= 1 && figures.refused_circuits == 0, "{figures:?}");
}

#[tokio::test]
async fn the_link_names_the_relay_as_soon_as_there_is_one() {
    let server = ServingNode::start(serving(&[QUIC, TCP], 2)).await.expect("a public node");
    let (mut host, first) = start_host(network(&[QUIC], &server.addresses())).await;
    let mut text = first.clone();
    // The relay may be as fast as deriving the invite's keys.
    while !leads_through_a_relay(&text) {
        text = invite(&mut host).await;
        assert_eq!(first.invite, text.invite, "the same invite");
    }
    // The technician knows only what the link says about the network.
    let (connected, _asking) = tokio::join!(knock(&text.link, network(&[TCP], &[])), asking(&mut host));
    connected.expect("a session");
}

#[tokio::test]
async fn a_place_is_taken_again_when_the_relay_comes_back() {
    let server = ServingNode::start(serving(&[TCP], 3)).await.expect("a public node");
    let entry = server.addresses();
    let (host, _) = start_host(network(&[TCP], &entry)).await;
    until("a place at the relay", || circuits(&host) > 0).await;
    let fixed: Multiaddr = entry[0].iter().take(2).collect();
    drop(server);
    until("the loss is noticed", || circuits(&host) == 0).await;
    let fixed = fixed.to_string();
    let again = async {
        loop {
            // Earlier connections may hold the port a moment longer.
            match ServingNode::start(serving(&[&fixed], 3)).await {
                Ok(server) => return server,
                Err(_) => sleep(LOOK).await,
            }
        }
    };
    let server = timeout(PATIENCE, again).await.expect("in time");
    assert_eq!(server.addresses(), entry, "the same address as before");
    until("a place at the relay", || circuits(&host) > 0).await;
    until("the relay counts it", || server.figures().reservations == 1).await;
}

#[tokio::test]
async fn places_are_kept_at_two_relays() {
    let first = ServingNode::start(serving(&[TCP], 4)).await.expect("a public node");
    let entry = first.addresses();
    let mut second = serving(&[TCP], 5);
    second.bootstrap = entry.clone();
    let second = ServingNode::start(second).await.expect("a public node");
    let (host, _) = start_host(network(&[TCP], &entry)).await;
    // It is configured with one relay and finds the other by the key that relays provide.
    until("a place at both", || second.figures().reservations == 1 && first.figures().reservations == 1)
        .await;
    until("circuits through both", || circuits(&host) >= 2).await;
}

#[tokio::test]
async fn a_relay_that_is_pinned_keeps_a_place_with_its_address_or_its_key_alone() {
    let entry = ServingNode::start(serving(&[TCP], 8)).await.expect("a public node");
    let mut pinned = serving(&[TCP], 9);
    pinned.bootstrap = entry.addresses();
    let pinned = ServingNode::start(pinned).await.expect("a public node");
    let by_address = NetworkConfig { relays: pinned.addresses(), ..network(&[TCP], &[]) };
    let (_first, _) = start_host(by_address).await;
    until("a place by the address", || pinned.figures().reservations == 1).await;
    let key = address(&format!("/p2p/{}", pinned.peer_id()));
    let by_key = NetworkConfig { relays: vec![key], ..network(&[TCP], &entry.addresses()) };
    let (_second, _) = start_host(by_key).await;
    until("a place by the key", || pinned.figures().reservations == 2).await;
}

#[tokio::test]
async fn without_the_networks_key_nobody_gets_in() {
    let key = |digit: &str| -> NetworkKey {
        format!("/key/swarm/psk/1.0.0/\n/base16/\n{}\n", digit.repeat(64)).parse().expect("a key")
    };
    let with = |mut config: NetworkConfig, digit| {
        config.network_key = Some(key(digit));
        config
    };
    let server = ServingNode::start(with(serving(&[QUIC, TCP], 6), "a")).await.expect("a public node");
    let entry = server.addresses();
    assert!(entry.iter().all(|address| !address.to_string().contains("quic")), "{entry:?}");
    let (host, text) = start_host(with(network(&[TCP], &entry), "a")).await;
    until("a place at the relay", || circuits(&host) > 0).await;
    let stranger = knock(&text.link, with(network(&[TCP], &entry), "b"));
    let answer = timeout(Duration::from_secs(3), stranger).await;
    assert!(!matches!(answer, Ok(Ok(_))), "with another key");
    let (mut host, link) = (host, text.link.clone());
    let (connected, asked) =
        tokio::join!(knock(&link, with(network(&[TCP], &entry), "a")), asking(&mut host));
    connected.expect("a session");
    drop(asked);
}

#[tokio::test]
async fn whoever_was_named_by_nobody_is_told_apart_from_one_who_does_not_answer() {
    let server = ServingNode::start(serving(&[TCP], 7)).await.expect("a public node");
    let (host, text) = start_host(network(&[TCP], &server.addresses())).await;
    drop(host);
    match knock(&text.invite.words(InviteLanguage::English), network(&[TCP], &[])).await {
        Err(ConnectFailure::NotFound) => {}
        other => panic!("{:?}", other.map(|_| "a session")),
    }
}
