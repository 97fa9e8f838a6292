//! Real hosts and technicians on loopback, with peers in between that lie, stall, or send what nobody asked for. The
//! session is found all the same, or a clear message says why not, and what is remembered of the others is bounded.

mod hostile_peer;

use std::time::Duration;

use beistand_p2p::host::{Asking, Host, HostEvent, InviteText};
use beistand_p2p::invite::{Invite, Lifetime};
use beistand_p2p::technician::{ConnectFailure, TechnicianProfile, connect};
use beistand_p2p::{Multiaddr, NetworkConfig, Node, ServeConfig, Server, SessionHandle};
use beistand_session::{Event, PermissionSet, StaticKey};
use hostile_peer::{Hostile, Trick};
use tokio::sync::mpsc;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// Long enough for a machine that compiles something else at the same time.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much the process may grow while a peer floods it, all nodes of all tests of this program together.
const MAX_GROWTH_BYTES: u64 = 96 * 1024 * 1024;

const TCP: &str = "/ip4/127.0.0.1/tcp/0";

fn network(bootstrap: &[Multiaddr]) -> NetworkConfig {
    NetworkConfig {
        network: "office".to_owned(),
        listen: vec![TCP.parse().expect("a multiaddr")],
        bootstrap: bootstrap.to_vec(),
        mdns: false,
        upnp: false,
        ..NetworkConfig::default()
    }
}

async fn public_node(secret: u8) -> Server {
    let serve = ServeConfig {
        secret_key: Zeroizing::new([secret; 32]),
        external: Vec::new(),
        max_circuits: 8,
        max_circuits_per_peer: 4,
        max_circuit_bytes: 0,
        max_circuit_duration: None,
        max_reservations: 8,
        max_connections: 64,
    };
    Server::start(NetworkConfig { serve: Some(serve), ..network(&[]) }).await.expect("a public node")
}

async fn start_host(bootstrap: &[Multiaddr]) -> (Host, InviteText) {
    let key = StaticKey::generate().expect("randomness");
    let mut host = Host::start(network(bootstrap), key, Lifetime::default()).await.expect("a host");
    match timeout(PATIENCE, host.events.recv()).await.expect("in time") {
        Some(HostEvent::Invite(text)) => (host, text),
        other => panic!("no invite but {other:?}"),
    }
}

async fn asking(host: &mut Host) -> Asking {
    loop {
        match timeout(PATIENCE, host.events.recv()).await.expect("in time") {
            Some(HostEvent::Session(asking)) => return asking,
            Some(HostEvent::Invite(_)) => {}
            other => panic!("nobody asks but {other:?}"),
        }
    }
}

async fn knock(text: &str, bootstrap: &[Multiaddr]) -> Result<(Node, SessionHandle, Event), ConnectFailure> {
    let invite = Invite::parse(text, std::time::SystemTime::now()).expect("an invite");
    let profile = TechnicianProfile {
        static_key: StaticKey::generate().expect("randomness"),
        name: "Tess".to_owned(),
        reason: String::new(),
        wants: PermissionSet::DESKTOP,
    };
    let (steps, _) = mpsc::channel(8);
    timeout(PATIENCE, connect(network(bootstrap), invite, profile, steps)).await.expect("in time")
}

/// The words lead to the host, though these are the ways into the network.
async fn words_lead_to_the_host(entries: &[Multiaddr]) {
    let (mut host, text) = start_host(entries).await;
    let (connected, _asking) = tokio::join!(knock(&text.words, entries), asking(&mut host));
    connected.expect("a session");
}

/// The resident memory of this process in bytes.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = text.lines().find(|line| line.starts_with("VmRSS:")).expect("it is there");
    line.split_whitespace().nth(1).expect("a figure").parse::<u64>().expect("in kB") * 1024
}

#[tokio::test]
async fn a_host_is_found_among_a_flood_of_providers_that_do_not_exist() {
    let hostile = Hostile::start("office", Trick::Flood { each: 200 }).await;
    // Without a relay nobody would be told where the host is.
    let honest = public_node(20).await;
    let mut entries = vec![hostile.address.clone()];
    entries.extend(honest.addresses());
    let before = resident();
    words_lead_to_the_host(&entries).await;
    assert!(hostile.told() >= 200, "it did flood: {}", hostile.told());
    let grown = resident().saturating_sub(before);
    assert!(grown < MAX_GROWTH_BYTES, "{grown} bytes");
}

#[tokio::test]
async fn a_node_that_answers_nothing_is_no_hindrance_beside_one_that_does() {
    let mute = Hostile::start("office", Trick::Mute).await;
    let honest = public_node(21).await;
    let mut entries = vec![mute.address.clone()];
    entries.extend(honest.addresses());
    words_lead_to_the_host(&entries).await;
}

#[tokio::test]
async fn a_node_that_answers_garbage_is_no_hindrance_beside_one_that_does() {
    let garbage = Hostile::start("office", Trick::Garbage).await;
    let honest = public_node(22).await;
    let mut entries = vec![garbage.address.clone()];
    entries.extend(honest.addresses());
    words_lead_to_the_host(&entries).await;
}

#[tokio::test]
#[ignore = "it takes the 20 s for which a technician looks"]
async fn with_nodes_that_answer_nothing_alone_the_message_says_that_nobody_was_found() {
    let mute = Hostile::start("office", Trick::Mute).await;
    let entries = [mute.address.clone()];
    let (_host, text) = start_host(&entries).await;
    match knock(&text.words, &entries).await {
        Err(failure @ ConnectFailure::NotFound) => {
            assert!(failure.to_string().contains("was not found"), "{failure}");
        }
        other => panic!("{:?}", other.map(|_| "a session")),
    }
}

#[tokio::test]
async fn an_identify_message_without_end_leaves_the_host_reachable() {
    let big = Hostile::start("office", Trick::BigIdentify).await;
    let honest = public_node(23).await;
    let mut entries = vec![big.address.clone()];
    entries.extend(honest.addresses());
    let before = resident();
    words_lead_to_the_host(&entries).await;
    let grown = resident().saturating_sub(before);
    assert!(grown < MAX_GROWTH_BYTES, "{grown} bytes");
}

#[tokio::test]
async fn streams_without_end_leave_the_host_reachable() {
    let (mut host, text) = start_host(&[]).await;
    let at = host.node.listen_addresses().remove(0).with_p2p(host.node.peer_id()).expect("without one");
    let before = resident();
    let flooder = Hostile::start("office", Trick::Streams { to: at }).await;
    flooder.until_told(2_000).await;
    let (connected, _asking) = tokio::join!(knock(&text.link, &[]), asking(&mut host));
    connected.expect("a session");
    let grown = resident().saturating_sub(before);
    assert!(grown < MAX_GROWTH_BYTES, "{grown} bytes");
}

#[tokio::test]
async fn a_relay_that_stalls_is_no_hindrance_beside_one_that_answers() {
    let stalling = Hostile::start("office", Trick::StallingRelay).await;
    let honest = public_node(24).await;
    let mut entries = vec![stalling.address.clone()];
    entries.extend(honest.addresses());
    words_lead_to_the_host(&entries).await;
}
