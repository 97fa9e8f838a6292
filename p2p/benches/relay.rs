//! Circuits through one relay on this machine, over TCP on loopback: what they carry, what they cost the
//! relay, and how a flood on one of them affects the others. libp2p's own relay is measured beside ours, with
//! and without a limit of the line.
//!
//! The relay is a process of its own, so that its processor time and memory can be told apart. All 400 peers
//! are in this process and share the machine with it. Bytes on the circuits are raw, so that only the relay
//! is measured. `cargo bench -p beistand-p2p --bench relay`; a number after `--` is the seconds per row, 8 by
//! default.

#[path = "../tests/network/raw/mod.rs"]
mod raw;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use beistand_p2p::{Multiaddr, NetworkConfig, ServeConfig, ServingNode};
use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::swarm::{Stream, SwarmEvent};
use libp2p::{SwarmBuilder, noise, relay, tcp, yamux};
use raw::RawPeer;
use tokio::time::{Instant, sleep, timeout};
use zeroize::Zeroizing;

const CIRCUITS: usize = 200;

/// 100 Mbit/s.
const LIMIT: u64 = 12_500_000;

/// Bytes per message of a modest circuit: an interactive session's input.
const MESSAGE_BYTES: usize = 200;
const MESSAGE_INTERVAL: Duration = Duration::from_millis(100);

/// Bytes that a flood hands over at once: more than any buffer on the way.
const FLOOD_BYTES: usize = 256 * 1024;

const LISTEN: &str = "/ip4/127.0.0.1/tcp/0";

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    if let [flag, kind] = arguments.as_slice()
        && flag == "--relay"
    {
        return runtime.block_on(serve(kind));
    }
    let seconds = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(8);
    say(
        "| relay | circuits | relayed Mbit/s | CPU | CPU s/GB | least/most of a flood | small messages p50 / p95 / p99 ms | of the flood Mbit/s | RSS MiB: connected / idle circuits / peak | KiB a circuit: idle / peak |",
    );
    say("|---|---|---|---|---|---|---|---|---|---|");
    for (kind, floods) in [
        ("ours", 200),
        ("libp2p", 200),
        ("limited", 200),
        ("ours", 0),
        ("ours", 1),
        ("libp2p", 1),
        ("limited", 1),
        ("ours", 20),
        ("libp2p", 20),
        ("limited", 20),
    ] {
        say(&runtime.block_on(measure(kind, floods, Duration::from_secs(seconds))));
    }
}

fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("somebody reads");
}

/// The relay's process: prints its address, and runs until its standard input ends.
async fn serve(kind: &str) {
    if kind == "libp2p" {
        stock().await;
    } else {
        let serve = ServeConfig {
            secret_key: Zeroizing::new([7; 32]),
            external: Vec::new(),
            max_circuits: CIRCUITS,
            max_circuits_per_peer: 8,
            max_circuit_bytes: 0,
            max_circuit_bytes_a_second: 0,
            max_bytes_a_second: if kind == "limited" { LIMIT } else { 0 },
            max_peer_bytes_a_day: 0,
            max_circuit_duration: None,
            max_reservations: CIRCUITS,
            max_connections: 1_000,
        };
        let config = NetworkConfig {
            network: "bench".to_owned(),
            listen: vec![LISTEN.parse().expect("a multiaddr")],
            mdns: false,
            upnp: false,
            serve: Some(serve),
            ..NetworkConfig::default()
        };
        let server = ServingNode::start(config).await.expect("a public node");
        say(&server.addresses()[0].to_string());
        end_of_input().await;
    }
}

async fn stock() {
    let config = relay::Config {
        max_reservations: CIRCUITS,
        max_circuits: CIRCUITS,
        max_circuit_bytes: 0,
        max_circuit_duration: Duration::from_secs(3600),
        reservation_rate_limiters: Vec::new(),
        circuit_src_rate_limiters: Vec::new(),
        ..relay::Config::default()
    };
    let mut swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)
        .expect("a transport")
        .with_behaviour(|key| relay::Behaviour::new(key.public().to_peer_id(), config))
        .expect("a behaviour")
        .build();
    swarm.listen_on(LISTEN.parse().expect("a multiaddr")).expect("it listens");
    let own = *swarm.local_peer_id();
    let run = async {
        loop {
            if let SwarmEvent::NewListenAddr { address, .. } = swarm.select_next_some().await {
                swarm.add_external_address(address.clone());
                say(&address.with_p2p(own).expect("it has none yet").to_string());
            }
        }
    };
    tokio::select! {
        () = run => {}
        () = end_of_input() => {}
    }
}

async fn end_of_input() {
    let read = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    let _ = read.await;
}

/// A handle to the relay's process.
struct Relay(Child);

impl Relay {
    fn start(kind: &str) -> (Self, Multiaddr) {
        let mut child = Command::new(std::env::current_exe().expect("a program"))
            .args(["--relay", kind])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("its address");
        (Self(child), line.trim().parse().expect("a multiaddr"))
    }

    fn processor_secs(&self) -> f64 {
        const TICKS: f64 = 100.0;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).expect("it runs");
        let fields: Vec<_> = stat.rsplit(')').next().expect("a line").split_whitespace().collect();
        let ticks = |at: usize| fields[at].parse::<f64>().expect("a number");
        (ticks(11) + ticks(12)) / TICKS
    }

    /// A figure of the process' status, in MiB.
    fn memory(&self, name: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).expect("it runs");
        let line = status.lines().find(|line| line.starts_with(name)).expect("it is there");
        line.split_whitespace().nth(1).expect("a number").parse::<f64>().expect("a number") / 1024.0
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

async fn measure(kind: &str, floods: usize, time: Duration) -> String {
    let (relay, address) = Relay::start(kind);
    let mut peers = Vec::new();
    for _ in 0..CIRCUITS {
        let (caller, mut called) = tokio::join!(RawPeer::connect(&address), RawPeer::connect(&address));
        assert_eq!(called.reserve().await, raw::OK);
        peers.push((caller, called));
    }
    sleep(Duration::from_secs(1)).await;
    let connected = relay.memory("VmRSS");
    let mut circuits = Vec::new();
    for (caller, called) in &mut peers {
        circuits.push(raw::circuit(caller, called).await);
    }
    sleep(Duration::from_secs(1)).await;
    let idle = relay.memory("VmRSS");

    let over = Arc::new(AtomicBool::new(false));
    let mut modest = Vec::new();
    let mut flooded = Vec::new();
    for (at, (near, far)) in circuits.into_iter().enumerate() {
        if at < floods {
            flooded.push(flood(near, far));
        } else {
            modest.push(tokio::spawn(talk(near, far, at, over.clone())));
        }
    }
    // The first windows fill buffers; they say nothing about the relay.
    sleep(Duration::from_secs(2)).await;
    let (start, processor) = (Instant::now(), relay.processor_secs());
    let count = || flooded.iter().map(|bytes| bytes.load(Ordering::Relaxed)).collect::<Vec<_>>();
    let before = count();
    sleep(time).await;
    let seconds = start.elapsed().as_secs_f64();
    let processor = relay.processor_secs() - processor;
    let shares: Vec<_> = count().iter().zip(before).map(|(after, before)| after - before).collect();
    let peak = relay.memory("VmHWM");
    over.store(true, Ordering::Relaxed);
    let mut times = Vec::new();
    for task in modest {
        // Circuits that still wait for an answer after that have none to count.
        if let Ok(Ok(measured)) = timeout(Duration::from_secs(10), task).await {
            times.extend(measured);
        }
    }
    let talked = times.len() * 2 * MESSAGE_BYTES;
    let bytes = shares.iter().sum::<u64>() as f64 + talked as f64;
    let megabits = |bytes: f64| bytes * 8.0 / 1e6 / seconds;
    let of_floods = match (shares.iter().min(), shares.iter().max()) {
        (Some(least), Some(most)) => format!("{:.2}", *least as f64 / (*most).max(1) as f64),
        _ => "–".to_owned(),
    };
    let a_circuit = |memory: f64| (memory - connected) * 1024.0 / CIRCUITS as f64;
    format!(
        "| {kind} | {floods} floods, {} modest | {:.0} | {:.0} % | {:.2} | {of_floods} | {} | {:.1} | {connected:.0} / {idle:.0} / {peak:.0} | {:.0} / {:.0} |",
        CIRCUITS - floods,
        megabits(bytes),
        100.0 * processor / seconds,
        processor / (bytes / 1e9),
        quantiles(times),
        shares.first().map_or(0.0, |bytes| megabits(*bytes as f64)),
        a_circuit(idle),
        a_circuit(peak),
    )
}

fn quantiles(mut times: Vec<Duration>) -> String {
    if times.is_empty() {
        return "–".to_owned();
    }
    times.sort_unstable();
    let at = |per_mille: usize| times[(times.len() - 1) * per_mille / 1000].as_secs_f64() * 1e3;
    format!("{:.1} / {:.1} / {:.1}", at(500), at(950), at(990))
}

/// Sends without end and counts what arrives.
fn flood(mut near: Stream, mut far: Stream) -> Arc<AtomicU64> {
    let arrived = Arc::new(AtomicU64::new(0));
    let counter = arrived.clone();
    tokio::spawn(async move { while near.write_all(&[0; FLOOD_BYTES]).await.is_ok() {} });
    tokio::spawn(async move {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = far.read(&mut bytes).await {
            counter.fetch_add(read as u64, Ordering::Relaxed);
        }
    });
    arrived
}

/// Sends a message now and then, which comes back. Returns how long each took.
async fn talk(mut near: Stream, far: Stream, at: usize, over: Arc<AtomicBool>) -> Vec<Duration> {
    tokio::spawn(async move {
        let (from, mut to) = far.split();
        let mut from = futures::io::BufReader::new(from);
        let mut message = [0; MESSAGE_BYTES];
        while from.read_exact(&mut message).await.is_ok() {
            if to.write_all(&message).await.is_err() || to.flush().await.is_err() {
                break;
            }
        }
    });
    sleep(MESSAGE_INTERVAL * at as u32 / CIRCUITS as u32).await;
    // The first two seconds are not measured.
    let measured_from = Instant::now() + Duration::from_secs(2);
    let mut times = Vec::new();
    let mut message = [0; MESSAGE_BYTES];
    while !over.load(Ordering::Relaxed) {
        let sent = Instant::now();
        near.write_all(&message).await.expect("it is open");
        near.flush().await.expect("it is open");
        near.read_exact(&mut message).await.expect("it is open");
        if sent >= measured_from {
            times.push(sent.elapsed());
        }
        sleep(MESSAGE_INTERVAL.saturating_sub(sent.elapsed())).await;
    }
    times
}
