//! A waiting host as a stranger sees it, who has no invite: what a scan learns, and what a flood costs.

use std::collections::BTreeSet;
use std::future::pending;
use std::time::Duration;

use beistand_p2p::host::{Host, HostEvent, InviteText};
use beistand_p2p::invite::{Invite, InviteLifetime};
use beistand_p2p::technician::{TechnicianProfile, connect};
use beistand_p2p::{Multiaddr, NetworkConfig};
use beistand_session::{PermissionSet, StaticKey};
use futures::StreamExt;
use libp2p::swarm::SwarmEvent;
use libp2p::{SwarmBuilder, identify, noise, tcp, yamux};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

use crate::hostile_peer::{Hostile, Trick};

/// Long enough for a machine that is compiling at the same time.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a node of any program on libp2p may speak.
const COMMON_PROTOCOLS: [&str; 6] = [
    "/ipfs/id/1.0.0",
    "/ipfs/id/push/1.0.0",
    "/ipfs/ping/1.0.0",
    "/libp2p/autonat/2/dial-back",
    "/libp2p/circuit/relay/0.2.0/stop",
    "/libp2p/dcutr",
];

fn network() -> NetworkConfig {
    NetworkConfig {
        network: "office".to_owned(),
        listen: vec!["/ip4/127.0.0.1/tcp/0".parse().expect("a multiaddr")],
        mdns: false,
        upnp: false,
        ..NetworkConfig::default()
    }
}

async fn start_host() -> (Host, InviteText) {
    let key = StaticKey::generate().expect("randomness");
    let mut host =
        Host::start(network(), key, InviteLifetime::default(), PermissionSet::DESKTOP).await.expect("a host");
    match timeout(PATIENCE, host.events.recv()).await.expect("in time") {
        Some(HostEvent::Invite(text)) => (host, text),
        other => panic!("no invite but {other:?}"),
    }
}

fn address(host: &Host) -> Multiaddr {
    host.node.listen_addresses().remove(0).with_p2p(host.node.peer_id()).expect("without one")
}

/// The protocols that a node says it speaks.
async fn scan(at: &Multiaddr) -> BTreeSet<String> {
    let mut swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
        .expect("keys")
        .with_behaviour(|key| {
            identify::Behaviour::new(identify::Config::new("/scan/1".to_owned(), key.public()))
        })
        .expect("it can't fail")
        .build();
    swarm.dial(at.clone()).expect("a dial");
    let scanned = async {
        loop {
            if let SwarmEvent::Behaviour(identify::Event::Received { info, .. }) =
                swarm.select_next_some().await
            {
                return info.protocols.iter().map(ToString::to_string).collect();
            }
        }
    };
    timeout(PATIENCE, scanned).await.expect("in time")
}

#[tokio::test]
async fn a_scan_of_a_waiting_host_finds_no_trace_of_sessions() {
    let (mut host, text) = start_host().await;
    let at = address(&host);
    let telling = |protocols: BTreeSet<String>| -> Vec<String> {
        // Neighbours are told of the local network's DHT while an invite is open, by a hash.
        let common =
            |name: &String| COMMON_PROTOCOLS.contains(&name.as_str()) || name.starts_with("/lan/kad/");
        protocols.into_iter().filter(|name| !common(name)).collect()
    };
    assert_eq!(telling(scan(&at).await), [""; 0]);
    // Not even while a technician, to whom it says the name, asks.
    let invite = Invite::parse(&text.link).expect("an invite");
    let profile = TechnicianProfile {
        static_key: StaticKey::generate().expect("randomness"),
        name: "Tess".to_owned(),
        reason: String::new(),
        wants: PermissionSet::DESKTOP,
    };
    let (steps, _) = mpsc::channel(8);
    let connecting = timeout(PATIENCE, connect(network(), invite, profile, steps, pending()));
    let (connected, asking) = tokio::join!(connecting, host.events.recv());
    let _session = connected.expect("in time").expect("a session");
    assert!(matches!(asking, Some(HostEvent::Session(_))), "{asking:?}");
    assert_eq!(telling(scan(&at).await), [""; 0]);
}

/// How long the flood lasts that is measured.
const FLOOD: Duration = Duration::from_secs(5);

/// How many handshakes a second a flood may try.
const FLOOD_PER_SECOND: f64 = 10_000.0;

/// Seconds of a core that this thread has used.
fn thread_cpu_secs() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    text.split_whitespace().next().and_then(|nanos| nanos.parse::<f64>().ok()).expect("a figure") / 1e9
}

#[test]
#[ignore = "a measurement, for --release"]
fn ten_thousand_junk_handshakes_a_second_take_under_a_quarter_of_a_core() {
    let (addresses, address_of_host) = std::sync::mpsc::channel();
    let (done, mut ended) = mpsc::channel::<()>(1);
    // All of the host runs on this one thread, and nothing else does.
    let host = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let (mut host, _) = start_host().await;
            addresses.send(address(&host)).expect("the test runs");
            let (before, begun) = (thread_cpu_secs(), Instant::now());
            ended.recv().await;
            let used = (thread_cpu_secs() - before) / begun.elapsed().as_secs_f64();
            let voided = std::iter::from_fn(|| host.events.try_recv().ok())
                .any(|event| matches!(event, HostEvent::InviteReplaced(_)));
            (used, voided)
        })
    });
    let to = address_of_host.recv().expect("the host runs");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let tried = runtime.block_on(async {
        let mut flood = Vec::new();
        for _ in 0..4 {
            flood.push(Hostile::start("office", Trick::Streams { to: to.clone() }).await);
        }
        let begun = Instant::now();
        sleep(FLOOD).await;
        let tried: usize = flood.iter().map(Hostile::count).sum();
        drop(flood);
        tried as f64 / begun.elapsed().as_secs_f64()
    });
    drop(done);
    let (used, voided) = host.join().expect("it runs");
    let share = used / tried * FLOOD_PER_SECOND;
    eprintln!("{tried:.0} junk handshakes a second took {used:.2} of a core: {share:.2} for 10,000");
    assert!(!voided && share < 0.25, "{share}");
}
