//! Transports side by side over a line with loss: what it carries, and how late pictures are.
//!
//! `cargo bench -p beistand-tests --bench loss --profile dev -- [table|share|far] [transport…]` as root. Both
//! ends run in this process, each in a namespace of its own; the line is 10 Mbit/s, 20 ms each way, with a
//! queue of 125 kB. `table`: 10 s of bulk, then 15 s of 20 kB pictures at 30 a second, at 0, 1 and 5 % loss
//! both ways. `share`: bulk beside a TCP connection, of the kernel's BBR and of Reno, which is what a
//! namespace may choose everywhere. `far`: bulk and pictures of 2 kB at 20 % loss and 150 ms each way.
#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::io::{Read as _, Write as _};
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use beistand_p2p::quic;
use beistand_tests::lab::{Conditions, Direction, INTERNET, Lab, Plan};
use futures::{AsyncReadExt as _, AsyncWriteExt as _, FutureExt as _, StreamExt as _, future::poll_fn};
use libp2p::core::Endpoint;
use libp2p::core::muxing::{StreamMuxer as _, StreamMuxerBox, SubstreamBox};
use libp2p::core::transport::{Boxed, DialOpts, ListenerId, PortUse, TransportEvent};
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::{Multiaddr, PeerId, Transport as _, noise, tcp, yamux};

const BULK: Duration = Duration::from_secs(10);
const PICTURES: u32 = 450;
const PICTURE_INTERVAL: Duration = Duration::from_nanos(1_000_000_000 / 30);
const TRANSPORTS: [&str; 5] = ["libp2p-quic", "tcp-bbr", "tcp-reno", "quinn-bbr", "ours"];

/// What is sent: as much as goes, or pictures of this many bytes.
#[derive(Debug, Clone, Copy)]
enum Load {
    Bulk,
    Pictures(usize),
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let named: Vec<&str> =
        TRANSPORTS.into_iter().filter(|name| words.iter().any(|word| word == name)).collect();
    let transports = if named.is_empty() { TRANSPORTS.to_vec() } else { named };
    let line = Conditions::delay_millis(20).rate_kbps(10_000);
    match words.first().map(String::as_str) {
        Some("share") => share(&transports, line),
        Some("far") => {
            table(&transports, &[Conditions::delay_millis(150).rate_kbps(10_000).loss_percent(20.0)], 2_000)
        }
        _ => table(&transports, &[0.0, 1.0, 5.0].map(|percent| line.loss_percent(percent)), 20_000),
    }
}

fn table(transports: &[&str], lines: &[Conditions], picture: usize) {
    println!("| transport | loss % | bulk Mbit/s | p50 ms | p95 ms | p99 ms | most ms |");
    println!("|---|---|---|---|---|---|---|");
    for transport in transports {
        for line in lines {
            let loss = line.loss_percent;
            let Some(bulk) = run(transport, *line, Load::Bulk, None) else { return };
            let Some(pictures) = run(transport, *line, Load::Pictures(picture), None) else { return };
            let mut times = pictures.times;
            times.sort();
            let at = |share: f64| match times.get((times.len() as f64 * share) as usize) {
                Some(time) if times.len() as u32 == PICTURES => format!("{}", time.as_millis()),
                _ => format!("{} of {PICTURES}", times.len()),
            };
            println!(
                "| {transport} | {loss} | {:.1} | {} | {} | {} | {} |",
                bulk.mbits,
                at(0.5),
                at(0.95),
                at(0.99),
                at(0.999_9)
            );
        }
    }
}

fn share(transports: &[&str], line: Conditions) {
    println!("| transport | beside TCP of | Mbit/s | TCP Mbit/s |\n|---|---|---|---|");
    for transport in transports {
        for kernel in ["bbr", "reno"] {
            let Some(outcome) = run(transport, line, Load::Bulk, Some(kernel)) else { return };
            println!("| {transport} | {kernel} | {:.1} | {:.1} |", outcome.mbits, outcome.tcp_mbits);
        }
    }
}

struct Outcome {
    mbits: f64,
    tcp_mbits: f64,
    times: Vec<Duration>,
}

/// Sends a load from one host to another, with a TCP connection beside it or without.
fn run(transport: &str, line: Conditions, load: Load, beside: Option<&str>) -> Option<Outcome> {
    let plan = Plan::new().host("host", INTERNET).line("host", line).host("technician", INTERNET);
    let lab = Lab::build(&plan)?;
    let set = |kernel: &str| {
        lab.network("host").run(&format!("echo {kernel} > /proc/sys/net/ipv4/tcp_congestion_control"));
    };
    if let Some(kernel) = beside.or(transport.strip_prefix("tcp-")) {
        set(kernel);
    }
    let (address, done) = (channel(), channel());
    let start = Instant::now();
    let host_ip = lab.address("host");
    let outcome = std::thread::scope(|scope| {
        let (lab, address_tx, done_rx) = (&lab, address.0, done.1);
        scope.spawn(move || {
            lab.network("host").enter(|| block_on(send(transport, host_ip, load, start, address_tx, done_rx)))
        });
        let tcp = beside.map(|_| {
            let listener =
                lab.network("host").enter(|| std::net::TcpListener::bind((host_ip, 7)).expect("free"));
            scope.spawn(move || feed(&listener));
            scope.spawn(move || lab.network("technician").enter(|| drain(host_ip)))
        });
        let remote = address.1.recv().expect("the host listens");
        let (mbits, times) =
            lab.network("technician").enter(|| block_on(receive(transport, remote, load, start)));
        let _ = done.0.send(());
        Outcome { mbits, times, tcp_mbits: tcp.map_or(0.0, |tcp| tcp.join().expect("no panic")) }
    });
    if std::env::var_os("LOSS_FIGURES").is_some() {
        println!(
            "{:?} {:?}",
            lab.link("host").figures(Direction::Up),
            lab.link("host").figures(Direction::Down)
        );
    }
    Some(outcome)
}

fn feed(listener: &std::net::TcpListener) {
    let (mut stream, _) = listener.accept().expect("a connection");
    while stream.write_all(&[0; 16_384]).is_ok() {}
}

/// Reads from a TCP connection as long as the bulk lasts; Mbit/s.
fn drain(host: Ipv4Addr) -> f64 {
    let mut stream = std::net::TcpStream::connect((host, 7)).expect("a connection");
    let (start, mut bytes, mut buffer) = (Instant::now(), 0, [0; 16_384]);
    while start.elapsed() < BULK {
        bytes += stream.read(&mut buffer).expect("the line holds");
    }
    mbits(bytes, start)
}

fn mbits(bytes: usize, start: Instant) -> f64 {
    bytes as f64 * 8.0 / start.elapsed().as_secs_f64() / 1e6
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

fn transport(name: &str) -> Boxed<(PeerId, StreamMuxerBox)> {
    let key = Keypair::generate_ed25519();
    match name {
        "libp2p-quic" => {
            let mut config = libp2p_quic::Config::new(&key);
            config.max_stream_data = 512 * 1024;
            let transport = libp2p_quic::tokio::Transport::new(config);
            transport.map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer))).boxed()
        }
        "ours" | "quinn-bbr" => {
            let mut config = quic::QuicConfig::new(&key).expect("a certificate");
            if name == "quinn-bbr" {
                config.congestion = Arc::new(quinn::congestion::BbrConfig::default());
            }
            quic::QuicTransport::new(config)
                .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)))
                .boxed()
        }
        _ => tcp::tokio::Transport::new(tcp::Config::default().nodelay(true))
            .upgrade(Version::V1Lazy)
            .authenticate(noise::Config::new(&key).expect("keys"))
            .multiplex(yamux::Config::default())
            .boxed(),
    }
}

fn listen_address(name: &str, ip: Ipv4Addr) -> Multiaddr {
    let last = if name.starts_with("tcp") { "tcp/4001" } else { "udp/4001/quic-v1" };
    format!("/ip4/{ip}/{last}").parse().expect("a multiaddr")
}

/// Drives a connection, and hands over the stream that the other side opens.
async fn inbound(mut muxer: StreamMuxerBox) -> (SubstreamBox, StreamMuxerBox) {
    let stream = poll_fn(|cx| {
        let _ = Pin::new(&mut muxer).poll(cx);
        Pin::new(&mut muxer).poll_inbound(cx)
    });
    (stream.await.expect("a stream"), muxer)
}

async fn drive(mut muxer: StreamMuxerBox) {
    let _ = poll_fn(|cx| {
        let _ = Pin::new(&mut muxer).poll(cx)?;
        Pin::new(&mut muxer).poll_inbound(cx).map_ok(|_| ())
    })
    .await;
}

/// The host: listens, and sends a load on the stream that is opened, until it is done.
async fn send(
    name: &str,
    ip: Ipv4Addr,
    load: Load,
    start: Instant,
    ready: Sender<Multiaddr>,
    done: Receiver<()>,
) {
    let mut transport = transport(name);
    transport.listen_on(ListenerId::next(), listen_address(name, ip)).expect("it listens");
    let connection = loop {
        match transport.next().await.expect("endless") {
            TransportEvent::NewAddress { listen_addr, .. } => {
                ready.send(listen_addr).expect("somebody waits")
            }
            TransportEvent::Incoming { upgrade, .. } => break upgrade,
            _ => {}
        }
    };
    let next = async {
        loop {
            transport.next().await;
        }
    };
    let work = async {
        let (_, muxer) = connection.await.expect("a connection");
        let (mut stream, muxer) = inbound(muxer).await;
        let write = async {
            stream.read_exact(&mut [0]).await?;
            write_load(&mut stream, load, start).await
        };
        let finished = async {
            while done.try_recv().is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let traffic = futures::future::select(Box::pin(write), Box::pin(drive(muxer)));
        futures::future::select(traffic, Box::pin(finished)).await;
    };
    futures::future::select(Box::pin(next), Box::pin(work)).await;
}

async fn write_load(stream: &mut SubstreamBox, load: Load, start: Instant) -> std::io::Result<()> {
    let Load::Pictures(bytes) = load else {
        loop {
            stream.write_all(&[0; 16_384]).await?;
        }
    };
    let first = Instant::now();
    for number in 0..PICTURES {
        // When it should have been sent: one that waits for the one before it is late.
        let due = first + PICTURE_INTERVAL * number;
        tokio::time::sleep_until(due.into()).await;
        let mut picture = vec![0; bytes];
        picture[..8].copy_from_slice(&((due - start).as_nanos() as u64).to_le_bytes());
        stream.write_all(&picture).await?;
        stream.flush().await?;
    }
    // Open until the other side has it all.
    futures::future::pending().await
}

/// The technician: dials, opens a stream, and measures what comes.
async fn receive(name: &str, host: Multiaddr, load: Load, start: Instant) -> (f64, Vec<Duration>) {
    let mut transport = transport(name);
    let options = DialOpts { role: Endpoint::Dialer, port_use: PortUse::Reuse };
    let (_, mut muxer) = transport.dial(host, options).expect("it dials").await.expect("a connection");
    let opened = poll_fn(|cx| {
        let _ = Pin::new(&mut muxer).poll(cx);
        Pin::new(&mut muxer).poll_outbound(cx)
    });
    let mut stream = opened.await.expect("a stream");
    let work = async {
        stream.write_all(&[1]).await.expect("the line holds");
        stream.flush().await.expect("the line holds");
        read_load(&mut stream, load, start).await
    };
    futures::select! {
        read = Box::pin(work).fuse() => read,
        () = Box::pin(drive(muxer)).fuse() => panic!("the connection ended"),
    }
}

async fn read_load(stream: &mut SubstreamBox, load: Load, start: Instant) -> (f64, Vec<Duration>) {
    let (begun, mut bytes, mut times) = (Instant::now(), 0, Vec::new());
    let read = async {
        match load {
            Load::Bulk => {
                let mut buffer = vec![0; 65_536];
                loop {
                    bytes += stream.read(&mut buffer).await.expect("the line holds");
                }
            }
            Load::Pictures(size) => {
                let mut picture = vec![0; size];
                while times.len() < PICTURES as usize {
                    stream.read_exact(&mut picture).await.expect("the line holds");
                    let due = u64::from_le_bytes(picture[..8].try_into().expect("eight"));
                    times.push(start.elapsed().saturating_sub(Duration::from_nanos(due)));
                }
            }
        }
    };
    let time = match load {
        Load::Bulk => BULK,
        Load::Pictures(_) => PICTURE_INTERVAL * PICTURES + Duration::from_secs(5),
    };
    let _ = tokio::time::timeout(time, read).await;
    (mbits(bytes, begun), times)
}
