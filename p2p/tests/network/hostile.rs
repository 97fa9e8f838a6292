//! Real hosts and technicians on loopback, with peers in between that lie, stall, or send what nobody asked
//! for. The session comes about all the same, or a clear message says why not, and what is remembered of the
//! others is bounded.

use std::future::pending;
use std::time::Duration;

use beistand_p2p::host::{Host, HostEvent, InviteText, InvitedSession};
use beistand_p2p::invite::{Invite, InviteLanguage, InviteLifetime};
use beistand_p2p::technician::{ConnectFailure, TechnicianProfile, connect};
use beistand_p2p::{
    Multiaddr, NetworkConfig, Node, PathKind, ServeConfig, ServingNode, SessionHandle, path_kind,
};
use beistand_session::{Event, PermissionSet, StaticKey};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use crate::hostile_peer::{Hostile, Trick};

/// Long enough for a machine that is compiling at the same time.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much the process may grow while a peer floods it, in bytes: all nodes of all tests of this program
/// together.
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

async fn public_node(secret: u8) -> ServingNode {
    let serve = ServeConfig { max_circuits: 8, max_reservations: 8, ..crate::serving::unlimited(secret) };
    ServingNode::start(NetworkConfig { serve: Some(serve), ..network(&[]) }).await.expect("a public node")
}

async fn start_host(bootstrap: &[Multiaddr]) -> (Host, InviteText) {
    let key = StaticKey::generate().expect("randomness");
    let mut host = Host::start(network(bootstrap), key, InviteLifetime::default(), PermissionSet::DESKTOP)
        .await
        .expect("a host");
    match timeout(PATIENCE, host.events.recv()).await.expect("in time") {
        Some(HostEvent::Invite(text)) => (host, text),
        other => panic!("no invite but {other:?}"),
    }
}

async fn asking(host: &mut Host) -> InvitedSession {
    loop {
        match timeout(PATIENCE, host.events.recv()).await.expect("in time") {
            Some(HostEvent::Session(asking)) => return asking,
            Some(HostEvent::Invite(_)) => {}
            other => panic!("nobody asks but {other:?}"),
        }
    }
}

async fn knock(text: &str, bootstrap: &[Multiaddr]) -> Result<(Node, SessionHandle, Event), ConnectFailure> {
    let invite = Invite::parse(text).expect("an invite");
    let profile = TechnicianProfile {
        static_key: StaticKey::generate().expect("randomness"),
        name: "Tess".to_owned(),
        reason: String::new(),
        wants: PermissionSet::DESKTOP,
    };
    let (steps, _) = mpsc::channel(8);
    timeout(PATIENCE, connect(network(bootstrap), invite, profile, steps, pending())).await.expect("in time")
}

/// Waits until the host keeps places at two relays.
async fn until_two_relays(host: &mut Host) {
    let circuits = |host: &Host| {
        let addresses = host.node.listen_addresses();
        addresses.iter().filter(|address| path_kind(address) == PathKind::Relay).count()
    };
    let wait = async {
        while circuits(host) < 2 {
            // There is no event for an address.
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, wait).await.expect("in time");
}

/// The words lead to the host, although these are the entry points of the network.
async fn words_lead_to_the_host(entries: &[Multiaddr]) {
    let (mut host, text) = start_host(entries).await;
    let words = text.invite.words(InviteLanguage::English);
    let (connected, _asking) = tokio::join!(knock(&words, entries), asking(&mut host));
    connected.expect("a session");
}

/// Providers that one liar names per answer: as many as fit in a message of 16 KiB.
const FAKES_IN_AN_ANSWER: usize = 250;

async fn flooders() -> Vec<Hostile> {
    let flood = || Hostile::start("office", Trick::Flood { each: FAKES_IN_AN_ANSWER });
    vec![flood().await, flood().await, flood().await, flood().await, flood().await]
}

fn count(all: &[Hostile]) -> usize {
    all.iter().map(Hostile::count).sum()
}

fn bounded_since(before: u64) {
    let grown = resident().saturating_sub(before);
    assert!(grown < MAX_GROWTH_BYTES, "{grown} bytes");
}

/// The resident memory of this process in bytes.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = text.lines().find(|line| line.starts_with("VmRSS:")).expect("it is there");
    line.split_whitespace().nth(1).expect("a figure").parse::<u64>().expect("in kB") * 1024
}

#[tokio::test]
async fn a_host_is_found_among_a_flood_of_providers_that_do_not_exist() {
    let liars = flooders().await;
    // Without a relay nobody would learn where the host is.
    let honest = public_node(20).await;
    let mut entries: Vec<_> = liars.iter().map(|liar| liar.address.clone()).collect();
    entries.extend(honest.addresses());
    words_lead_to_the_host(&entries).await;
    assert!(count(&liars) >= FAKES_IN_AN_ANSWER, "they did lie: {}", count(&liars));
}

#[tokio::test]
#[ignore = "it takes the 20 s for which a technician looks"]
async fn ten_thousand_providers_that_do_not_exist_are_said_not_to_be_reached() {
    let liars = flooders().await;
    let entries: Vec<_> = liars.iter().map(|liar| liar.address.clone()).collect();
    // Only the liars know of it, and they keep quiet.
    let (host, text) = start_host(&[]).await;
    drop(host);
    let before = resident();
    match knock(&text.invite.words(InviteLanguage::English), &entries).await {
        Err(failure @ ConnectFailure::Unreachable(_)) => {
            assert!(failure.to_string().contains("can't be reached"), "{failure}");
        }
        other => panic!("{:?}", other.map(|_| "a session")),
    }
    assert!(count(&liars) >= 10_000, "{}", count(&liars));
    bounded_since(before);
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
    match knock(&text.invite.words(InviteLanguage::English), &entries).await {
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
    words_lead_to_the_host(&entries).await;
    // At most what a stream may send before its other end reads, for each stream.
    assert!((1..4 * 1024 * 1024).contains(&big.count()), "{} bytes were taken", big.count());
}

#[tokio::test]
async fn streams_without_end_leave_the_host_reachable() {
    let (mut host, text) = start_host(&[]).await;
    let at = host.node.listen_addresses().remove(0).with_p2p(host.node.peer_id()).expect("without one");
    let before = resident();
    let flooder = Hostile::start("office", Trick::Streams { to: at }).await;
    flooder.until_count(2_000).await;
    let (connected, _asking) = tokio::join!(knock(&text.link, &[]), asking(&mut host));
    connected.expect("a session");
    bounded_since(before);
}

#[tokio::test]
async fn a_relay_that_stalls_is_no_hindrance_beside_one_that_answers() {
    let stalling = Hostile::start("office", Trick::StallingRelay).await;
    let honest = public_node(24).await;
    let mut entries = vec![stalling.address.clone()];
    entries.extend(honest.addresses());
    words_lead_to_the_host(&entries).await;
}

#[tokio::test]
async fn a_relay_that_cuts_its_circuits_is_no_hindrance_beside_one_that_carries_them() {
    let cutting = Hostile::start("office", Trick::CuttingRelay).await;
    let honest = public_node(25).await;
    let mut entries = vec![cutting.address.clone()];
    entries.extend(honest.addresses());
    let (mut host, text) = start_host(&entries).await;
    until_two_relays(&mut host).await;
    let words = text.invite.words(InviteLanguage::English);
    let (connected, _asking) = tokio::join!(knock(&words, &entries), asking(&mut host));
    connected.expect("a session");
    // The other relay may be faster.
    cutting.until_count(1).await;
}
