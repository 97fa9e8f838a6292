//! A public node's relay and peers that speak to it byte by byte, over TCP on loopback: what it refuses, what
//! it cuts, and that a flood starves nobody. `relay.rs` tests sessions through it.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use beistand_p2p::{Multiaddr, NetworkConfig, ServeConfig, ServingNode};
use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::Stream;
use tokio::io::{AsyncReadExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};
use zeroize::Zeroizing;

use crate::raw::{self, RawPeer, circuit, message, status};
use crate::serving::unlimited;

/// Long enough for a machine that is compiling at the same time.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often to look at a figure, for which there is no event.
const LOOK: Duration = Duration::from_millis(20);

async fn relay(secret: u8, serve: ServeConfig) -> (ServingNode, Multiaddr) {
    let serve = ServeConfig { secret_key: Zeroizing::new([secret; 32]), ..serve };
    let config = NetworkConfig {
        network: "office".to_owned(),
        listen: vec!["/ip4/127.0.0.1/tcp/0".parse().expect("a multiaddr")],
        mdns: false,
        upnp: false,
        serve: Some(serve),
        ..NetworkConfig::default()
    };
    let server = ServingNode::start(config).await.expect("a public node");
    let address = server.addresses().remove(0);
    (server, address)
}

/// A peer that can be called.
async fn host(address: &Multiaddr) -> RawPeer {
    let mut peer = RawPeer::connect(address).await;
    assert_eq!(peer.reserve().await, raw::OK);
    peer
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let wait = async {
        while !holds() {
            sleep(LOOK).await;
        }
    };
    timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("not in time: {what}"));
}

/// Waits until the stream ends or is reset. Returns the number of bytes before that.
async fn rest(mut stream: Stream) -> usize {
    let mut bytes = vec![0; 64 * 1024];
    let mut total = 0;
    let drain = async {
        while let Ok(read @ 1..) = stream.read(&mut bytes).await {
            total += read;
        }
    };
    timeout(PATIENCE, drain).await.expect("the stream ends");
    total
}

#[tokio::test]
async fn circuits_carry_bytes_both_ways_and_are_counted() {
    let (server, address) = relay(1, unlimited(0)).await;
    let (mut caller, mut called) = (RawPeer::connect(&address).await, host(&address).await);
    let (near, far) = circuit(&mut caller, &mut called).await;
    let sent: Vec<u8> = (0..300_000_u32).map(|at| (at % 251) as u8).collect();
    let pass = async |mut from: Stream, mut to: Stream| {
        let write = async {
            from.write_all(&sent).await.expect("it is open");
            from.close().await.expect("it is open");
        };
        let mut got = Vec::new();
        let (read, ()) = tokio::join!(to.read_to_end(&mut got), write);
        read.expect("it is open");
        assert!(got == sent);
        (from, to)
    };
    let (near, far) = timeout(PATIENCE, pass(near, far)).await.expect("in time");
    // The other direction is still open.
    timeout(PATIENCE, pass(far, near)).await.expect("in time");
    until("the circuit is over", || server.figures().circuits == 0).await;
    let figures = server.figures();
    assert_eq!((figures.relayed_bytes, figures.circuits_total, figures.cut_circuits), (600_000, 1, 0));
}

#[tokio::test]
async fn who_has_no_place_is_not_called_and_nobody_calls_themselves() {
    let (server, address) = relay(2, unlimited(0)).await;
    let (mut caller, mut other) = (host(&address).await, RawPeer::connect(&address).await);
    let own = caller.id;
    assert_eq!(caller.call(other.id).await.0, raw::NO_RESERVATION);
    assert_eq!(caller.call(own).await.0, raw::PERMISSION_DENIED);
    assert_eq!(server.figures().refused_circuits, 2);
    // A place is gone with its connection.
    assert_eq!(server.figures().reservations, 1);
    drop(caller);
    until("the place is gone", || server.figures().reservations == 0).await;
    assert_eq!(other.call(own).await.0, raw::NO_RESERVATION);
}

#[tokio::test]
async fn wrong_bytes_are_refused_and_the_relay_goes_on() {
    let (_server, address) = relay(3, unlimited(0)).await;
    let mut peer = RawPeer::connect(&address).await;
    for (bytes, expected) in [
        (&[2, 8, 9][..], raw::UNEXPECTED_MESSAGE),
        (&[4, 8, 2, 40, 100], raw::UNEXPECTED_MESSAGE),
        (&[2, 8, 1], raw::MALFORMED_MESSAGE),
        (&[0], raw::MALFORMED_MESSAGE),
        (&[3, 0xff, 0xff, 0xff], raw::MALFORMED_MESSAGE),
        (&[9, 8, 1, 18, 5, 10, 3, 1, 2, 3], raw::MALFORMED_MESSAGE),
        // Longer than any message may be.
        (&[0xff, 0xff, 0xff, 0xff, 0x0f], raw::MALFORMED_MESSAGE),
        (&[0x81, 0x40], raw::MALFORMED_MESSAGE),
    ] {
        let mut hop = peer.hop().await;
        hop.write_all(bytes).await.expect("it is open");
        hop.flush().await.expect("it is open");
        let answer = timeout(PATIENCE, status(&mut hop)).await.expect("in time");
        assert_eq!(answer, Some(expected), "{bytes:?}");
    }
    // Half a message and an end.
    let mut hop = peer.hop().await;
    hop.write_all(&[60, 8]).await.expect("it is open");
    hop.close().await.expect("it is open");
    assert_eq!(timeout(PATIENCE, status(&mut hop)).await.expect("in time"), None);
    assert_eq!(peer.reserve().await, raw::OK);
}

#[tokio::test]
async fn half_a_message_and_silence_is_given_up_and_too_many_of_them_are_not_taken() {
    let (_server, address) = relay(4, unlimited(0)).await;
    let mut peer = RawPeer::connect(&address).await;
    let mut silent = Vec::new();
    let start = Instant::now();
    for _ in 0..12 {
        let mut hop = peer.hop().await;
        // Streams beyond the bound are reset at any time.
        let _ = hop.write_all(&[60, 8]).await;
        let _ = hop.flush().await;
        silent.push(hop);
    }
    let mut early = 0;
    for mut hop in silent {
        assert_eq!(timeout(PATIENCE, status(&mut hop)).await.expect("in time"), None);
        early += usize::from(start.elapsed() < Duration::from_secs(8));
    }
    assert!(early < 12, "the first eight have their time");
    assert_eq!(peer.reserve().await, raw::OK, "there is room again");
}

#[tokio::test]
async fn circuits_and_places_have_their_limits() {
    let serve =
        ServeConfig { max_circuits: 3, max_circuits_per_peer: 2, max_reservations: 2, ..unlimited(0) };
    let (server, address) = relay(5, serve).await;
    let (mut first, mut second) = (host(&address).await, host(&address).await);
    let [mut a, mut b] = [RawPeer::connect(&address).await, RawPeer::connect(&address).await];
    assert_eq!(a.reserve().await, raw::RESOURCE_LIMIT_EXCEEDED, "a third place");
    let kept = [circuit(&mut a, &mut first).await, circuit(&mut a, &mut first).await];
    assert_eq!(a.call(second.id).await.0, raw::RESOURCE_LIMIT_EXCEEDED, "a third one of the caller");
    let _last = circuit(&mut b, &mut second).await;
    assert_eq!(b.call(second.id).await.0, raw::RESOURCE_LIMIT_EXCEEDED, "a fourth in all");
    let figures = server.figures();
    assert_eq!((figures.circuits, figures.refused_circuits, figures.refused_reservations), (3, 2, 1));
    drop(kept);
    until("they are over", || server.figures().circuits == 1).await;
    circuit(&mut b, &mut first).await;
}

#[tokio::test]
async fn idle_circuits_to_a_host_keep_nobody_from_it_and_it_from_nobody() {
    let serve = ServeConfig { max_circuits_per_peer: 2, ..unlimited(0) };
    let (_server, address) = relay(12, serve).await;
    let (mut waiting, mut other) = (host(&address).await, host(&address).await);
    let mut idle = Vec::new();
    for _ in 0..3 {
        let mut stranger = RawPeer::connect(&address).await;
        let streams = circuit(&mut stranger, &mut waiting).await;
        idle.push((stranger, streams));
    }
    let mut technician = RawPeer::connect(&address).await;
    circuit(&mut technician, &mut waiting).await;
    circuit(&mut waiting, &mut other).await;
}

#[tokio::test]
async fn a_called_peer_may_refuse_fail_or_say_nothing_of_use() {
    let (server, address) = relay(6, unlimited(0)).await;
    let (mut caller, mut called) = (RawPeer::connect(&address).await, host(&address).await);
    for (answer, expected) in [
        (Some(&[5, 8, 1, 32, 0xca, 1][..]), raw::PERMISSION_DENIED),
        (Some(&[5, 8, 1, 32, 0xc9, 1]), raw::RESOURCE_LIMIT_EXCEEDED),
        (Some(&[3, 1, 1, 1]), raw::CONNECTION_FAILED),
        (None, raw::CONNECTION_FAILED),
    ] {
        let id = called.id;
        let refuse = async {
            let mut stop = called.called().await;
            message(&mut stop).await.expect("who calls");
            if let Some(answer) = answer {
                stop.write_all(answer).await.expect("it is open");
                stop.flush().await.expect("it is open");
                rest(stop).await;
            }
        };
        let ((status, hop), ()) = tokio::join!(caller.call(id), refuse);
        assert_eq!(status, expected, "{answer:?}");
        assert_eq!(rest(hop).await, 0);
    }
    // A peer whose connection breaks while it is called.
    let id = called.id;
    let ((status, _), ()) = tokio::join!(caller.call(id), async {
        called.called().await;
        drop(called);
    });
    assert_eq!(status, raw::CONNECTION_FAILED);
    let figures = server.figures();
    assert_eq!((figures.circuits, figures.circuits_total, figures.refused_circuits), (0, 0, 5));
}

/// A line to the relay that dies silently. Returns its address, a way to kill it, and a notice of bytes that
/// cross it after that.
async fn mortal_line(relay: &Multiaddr) -> (Multiaddr, oneshot::Sender<()>, oneshot::Receiver<()>) {
    let port = relay.iter().find_map(|part| if let Protocol::Tcp(port) = part { Some(port) } else { None });
    let relay = (Ipv4Addr::LOCALHOST, port.expect("it listens by TCP"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let port = listener.local_addr().expect("a port").port();
    let (kill, killed) = oneshot::channel();
    let (heard, hearing) = oneshot::channel();
    tokio::spawn(async move {
        let (mut near, _) = listener.accept().await.expect("a peer");
        let mut far = TcpStream::connect(relay).await.expect("the relay");
        tokio::select! {
            _ = copy_bidirectional(&mut near, &mut far) => return,
            _ = killed => {}
        }
        if far.read_u8().await.is_ok() {
            let _ = heard.send(());
        }
        std::future::pending::<()>().await;
    });
    (format!("/ip4/127.0.0.1/tcp/{port}").parse().expect("a multiaddr"), kill, hearing)
}

#[tokio::test]
async fn who_left_a_place_without_a_word_is_called_at_the_new_one() {
    let (_server, address) = relay(11, unlimited(0)).await;
    let (line, kill, called_in_vain) = mortal_line(&address).await;
    let key = Keypair::generate_ed25519();
    let mut left = RawPeer::connect_as(key.clone(), &line).await;
    assert_eq!(left.reserve().await, raw::OK);
    kill.send(()).expect("the line lives");
    let mut caller = RawPeer::connect(&address).await;
    let moves = async {
        called_in_vain.await.expect("the relay calls at the old place");
        let mut moved = RawPeer::connect_as(key, &address).await;
        assert_eq!(moved.reserve().await, raw::OK);
        moved.take().await;
        moved
    };
    let ((status, _near), _moved) = timeout(PATIENCE, async { tokio::join!(caller.call(left.id), moves) })
        .await
        .expect("long before the relay gives the old place up");
    assert_eq!(status, raw::OK);
}

/// Floods from `near` until it is cut. Returns what arrived.
async fn flood(mut near: Stream, far: Stream) -> usize {
    let write = async { while near.write_all(&[0; 4096]).await.is_ok() {} };
    let ((), got) = tokio::join!(async { timeout(PATIENCE, write).await.expect("it is cut") }, rest(far));
    got
}

#[tokio::test]
async fn a_days_bytes_end_a_circuit_and_allow_no_other() {
    const DAY: usize = 200_000;
    let (server, address) = relay(7, ServeConfig { max_peer_bytes_a_day: DAY as u64, ..unlimited(0) }).await;
    let (mut caller, mut called, mut other) =
        (host(&address).await, host(&address).await, RawPeer::connect(&address).await);
    let (near, far) = circuit(&mut caller, &mut called).await;
    let got = flood(near, far).await;
    assert!(got <= DAY, "{got}");
    until("the circuit is over", || server.figures().circuits == 0).await;
    let figures = server.figures();
    assert_eq!((figures.cut_circuits, figures.relayed_bytes), (1, DAY as u64));
    assert_eq!(other.call(called.id).await.0, raw::RESOURCE_LIMIT_EXCEEDED, "of either end");
    assert_eq!(called.reserve().await, raw::RESOURCE_LIMIT_EXCEEDED);
    // Another peer still has its whole day.
    let mut fresh = host(&address).await;
    let (mut near, mut far) = circuit(&mut other, &mut fresh).await;
    near.write_all(b"hello").await.expect("it is open");
    near.flush().await.expect("it is open");
    let mut heard = [0; 5];
    far.read_exact(&mut heard).await.expect("it is open");
}

#[tokio::test]
async fn a_circuit_ends_at_its_bytes_and_at_its_time() {
    let serve = ServeConfig {
        max_circuit_bytes: 100_000,
        max_circuit_duration: Some(Duration::from_secs(1)),
        ..unlimited(0)
    };
    let (server, address) = relay(8, serve).await;
    let (mut caller, mut called) = (RawPeer::connect(&address).await, host(&address).await);
    let (near, far) = circuit(&mut caller, &mut called).await;
    assert!(flood(near, far).await <= 100_000);
    let (near, far) = circuit(&mut caller, &mut called).await;
    assert_eq!((rest(near).await, rest(far).await), (0, 0));
    until("both are counted", || server.figures().cut_circuits == 2).await;
}

/// Sends without end and counts what arrives.
fn flooding((mut near, mut far): (Stream, Stream)) -> Arc<AtomicU64> {
    let arrived = Arc::new(AtomicU64::new(0));
    let counter = arrived.clone();
    tokio::spawn(async move { while near.write_all(&[0; 256 * 1024]).await.is_ok() {} });
    tokio::spawn(async move {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = far.read(&mut bytes).await {
            counter.fetch_add(read as u64, Ordering::Relaxed);
        }
    });
    arrived
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_starves_nobody() {
    const LINE: u64 = 1_000_000;
    const MESSAGE: usize = 200;
    let (server, address) = relay(9, ServeConfig { max_bytes_a_second: LINE, ..unlimited(0) }).await;
    let mut peers = Vec::new();
    for _ in 0..3 {
        peers.push((RawPeer::connect(&address).await, host(&address).await));
    }
    let mut circuits = Vec::new();
    for (caller, called) in &mut peers {
        circuits.push(circuit(caller, called).await);
    }
    let (mut near, mut far) = circuits.pop().expect("three");
    let floods: Vec<_> = circuits.into_iter().map(flooding).collect();
    until("both flood", || floods.iter().all(|flood| flood.load(Ordering::Relaxed) > LINE / 10)).await;

    let start = server.figures().relayed_bytes;
    let before: Vec<_> = floods.iter().map(|flood| flood.load(Ordering::Relaxed)).collect();
    let mut message = [7; MESSAGE];
    let mut floods_meanwhile = Vec::new();
    for _ in 0..50 {
        let then = server.figures().relayed_bytes;
        near.write_all(&message).await.expect("it is open");
        near.flush().await.expect("it is open");
        timeout(PATIENCE, far.read_exact(&mut message)).await.expect("in time").expect("it is open");
        floods_meanwhile.push(server.figures().relayed_bytes - then);
        sleep(Duration::from_millis(10)).await;
    }
    // Measured in bytes that the floods moved meanwhile, not in time, which depends on the machine. If a turn
    // were as long as what a flood sends at once, this would be half a megabyte.
    floods_meanwhile.sort_unstable();
    let median = floods_meanwhile[floods_meanwhile.len() / 2];
    assert!(median <= 64 * 1024, "{floods_meanwhile:?}");
    until("more of the floods", || server.figures().relayed_bytes - start > LINE).await;
    let shares: Vec<_> =
        floods.iter().zip(before).map(|(flood, before)| flood.load(Ordering::Relaxed) - before).collect();
    let (least, most) = (shares[0].min(shares[1]), shares[0].max(shares[1]));
    assert!(most <= 2 * least, "{shares:?}");
}

#[tokio::test]
async fn the_rate_of_a_circuit_is_kept_to() {
    const RATE: u64 = 200_000;
    let (_server, address) =
        relay(10, ServeConfig { max_circuit_bytes_a_second: RATE, ..unlimited(0) }).await;
    let (mut caller, mut called) = (RawPeer::connect(&address).await, host(&address).await);
    let start = Instant::now();
    let arrived = flooding(circuit(&mut caller, &mut called).await);
    until("two seconds' bytes", || arrived.load(Ordering::Relaxed) >= 2 * RATE).await;
    assert!(start.elapsed() >= Duration::from_millis(1_900), "{:?}", start.elapsed());
}
