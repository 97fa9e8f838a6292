//! Our `/quic-v1` against libp2p's: each dials the other, with streams in both directions, peers under a
//! wrong name, and hole punching.
#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests, too")]

use std::pin::Pin;
use std::time::Duration;

use beistand_p2p::quic;
use futures::future::{poll_fn, select};
use futures::{AsyncReadExt as _, AsyncWriteExt as _, FutureExt as _, StreamExt as _};
use libp2p::core::Endpoint;
use libp2p::core::muxing::{StreamMuxer as _, StreamMuxerBox, SubstreamBox};
use libp2p::core::transport::{Boxed, DialOpts, ListenerId, PortUse, TransportEvent};
use libp2p::identity::Keypair;
use libp2p::swarm::{self, DialError, SwarmEvent, dummy};
use libp2p::{Multiaddr, PeerId, Swarm, Transport as _};
use tokio::time::timeout;

type BoxedTransport = Boxed<(PeerId, StreamMuxerBox)>;

/// Long enough for a machine that is compiling at the same time.
const PATIENCE: Duration = Duration::from_secs(30);

fn ours(key: &Keypair) -> BoxedTransport {
    let transport = quic::QuicTransport::new(quic::QuicConfig::new(key).unwrap());
    transport.map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer))).boxed()
}

fn theirs(key: &Keypair) -> BoxedTransport {
    let transport = libp2p_quic::tokio::Transport::new(libp2p_quic::Config::new(key));
    transport.map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer))).boxed()
}

async fn listen(transport: &mut BoxedTransport, address: &str) -> Multiaddr {
    transport.listen_on(ListenerId::next(), address.parse().unwrap()).unwrap();
    transport.next().await.unwrap().into_new_address().unwrap()
}

fn options(role: Endpoint, port_use: PortUse) -> DialOpts {
    DialOpts { role, port_use }
}

const LOOPBACK: &str = "/ip4/127.0.0.1/udp/0/quic-v1";

/// A connection between two transports: the dialer's end, the listener's, and the address that the listener
/// saw.
async fn connect(
    dialer: &mut BoxedTransport,
    listener: &mut BoxedTransport,
    to: Multiaddr,
) -> ((PeerId, StreamMuxerBox), (PeerId, StreamMuxerBox), Multiaddr) {
    let dial = dialer.dial(to, options(Endpoint::Dialer, PortUse::Reuse)).unwrap();
    let accept = async {
        let (upgrade, from) = listener.next().await.unwrap().into_incoming().unwrap();
        (upgrade.await.unwrap(), from)
    };
    let (dialed, (accepted, from)) = tokio::join!(dial, accept);
    (dialed.unwrap(), accepted, from)
}

async fn open(muxer: &mut StreamMuxerBox) -> SubstreamBox {
    poll_fn(|cx| Pin::new(&mut *muxer).poll_outbound(cx)).await.unwrap()
}

async fn accept(muxer: &mut StreamMuxerBox) -> SubstreamBox {
    poll_fn(|cx| Pin::new(&mut *muxer).poll_inbound(cx)).await.unwrap()
}

/// Opens a stream from one side, sends there and back, and closes it.
async fn converse(one: &mut StreamMuxerBox, other: &mut StreamMuxerBox) {
    let mut opened = open(one).await;
    opened.write_all(b"there").await.unwrap();
    opened.close().await.unwrap();
    let mut accepted = accept(other).await;
    let mut text = String::new();
    accepted.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "there");
    let write = async {
        accepted.write_all(&vec![7; 2_000_000]).await.unwrap();
        accepted.write_all(b"back").await.unwrap();
        // Dropped, not closed: written bytes still arrive, as they do from libp2p.
        drop(accepted);
    };
    let mut bytes = Vec::new();
    let (_, read) = tokio::join!(write, opened.read_to_end(&mut bytes));
    read.unwrap();
    assert_eq!(bytes.len(), 2_000_004);
    assert!(bytes.ends_with(b"back"), "{} bytes", bytes.len());
}

async fn conversation(
    dialer: fn(&Keypair) -> BoxedTransport,
    listener: fn(&Keypair) -> BoxedTransport,
    listen_at: &str,
) {
    let keys = [Keypair::generate_ed25519(), Keypair::generate_ed25519()];
    let peers = keys.each_ref().map(|key| key.public().to_peer_id());
    let (mut dialer, mut listener) = (dialer(&keys[0]), listener(&keys[1]));
    let to = listen(&mut listener, listen_at).await;
    let ((listening, mut one), (dialing, mut other), _) = connect(&mut dialer, &mut listener, to).await;
    assert_eq!([dialing, listening], peers);
    converse(&mut one, &mut other).await;
    converse(&mut other, &mut one).await;
    poll_fn(|cx| Pin::new(&mut one).poll_close(cx)).await.unwrap();
    assert!(poll_fn(|cx| Pin::new(&mut other).poll_inbound(cx)).await.is_err(), "it is closed");
}

#[tokio::test]
async fn we_dial_libp2p() {
    timeout(PATIENCE, conversation(ours, theirs, LOOPBACK)).await.unwrap();
}

#[tokio::test]
async fn libp2p_dials_us() {
    timeout(PATIENCE, conversation(theirs, ours, LOOPBACK)).await.unwrap();
}

#[tokio::test]
async fn we_dial_us() {
    timeout(PATIENCE, conversation(ours, ours, LOOPBACK)).await.unwrap();
}

#[tokio::test]
async fn over_ipv6() {
    timeout(PATIENCE, conversation(ours, theirs, "/ip6/::1/udp/0/quic-v1")).await.unwrap();
}

/// A peer that dials another's address under a wrong name notices.
async fn wrong_peer(dialer: fn(&Keypair) -> BoxedTransport, listener: fn(&Keypair) -> BoxedTransport) {
    let key = Keypair::generate_ed25519();
    let mut listener = listener(&Keypair::generate_ed25519());
    let to = listen(&mut listener, LOOPBACK).await;
    let own = key.public().to_peer_id();
    let config = swarm::Config::with_tokio_executor();
    let mut swarm = Swarm::new(dialer(&key), dummy::Behaviour, own, config);
    swarm.dial(to.with_p2p(PeerId::random()).unwrap()).unwrap();
    let serve = async {
        while let Some(event) = listener.next().await {
            if let TransportEvent::Incoming { upgrade, .. } = event {
                tokio::spawn(upgrade);
            }
        }
    };
    let dialing = async {
        loop {
            match swarm.next().await {
                Some(SwarmEvent::OutgoingConnectionError { error, .. }) => return error,
                Some(SwarmEvent::ConnectionEstablished { .. }) => panic!("to somebody else"),
                _ => {}
            }
        }
    };
    let error = match select(Box::pin(serve), Box::pin(dialing)).await {
        futures::future::Either::Right((error, _)) => error,
        futures::future::Either::Left(_) => panic!("the listener ended"),
    };
    assert!(matches!(error, DialError::WrongPeerId { .. }), "{error:?}");
}

#[tokio::test]
async fn somebody_else_is_refused() {
    timeout(PATIENCE, wrong_peer(ours, theirs)).await.unwrap();
    timeout(PATIENCE, wrong_peer(theirs, ours)).await.unwrap();
}

#[tokio::test]
async fn dials_go_out_from_the_listener() {
    let (mut one, mut other) = (ours(&Keypair::generate_ed25519()), ours(&Keypair::generate_ed25519()));
    let own = listen(&mut one, LOOPBACK).await;
    let to = listen(&mut other, LOOPBACK).await;
    let (_, _, from) = connect(&mut one, &mut other, to.clone()).await;
    assert_eq!(from, own);
    let dial = one.dial(to, options(Endpoint::Dialer, PortUse::New)).unwrap();
    let accepted = async { other.next().await.unwrap().into_incoming().unwrap().1 };
    let (_, from) = tokio::join!(dial, accepted.boxed());
    assert_ne!(from, own, "a port of its own where it is asked for");
}

/// The listener's role in hole punching: packets go out until the other side's connection comes in.
async fn punch(listener: fn(&Keypair) -> BoxedTransport, dialer: fn(&Keypair) -> BoxedTransport) {
    let key = Keypair::generate_ed25519();
    let peer = key.public().to_peer_id();
    let (mut listener, mut dialer) = (listener(&Keypair::generate_ed25519()), dialer(&key));
    let here = listen(&mut listener, LOOPBACK).await;
    let there = listen(&mut dialer, LOOPBACK).await;
    let role = options(Endpoint::Listener, PortUse::New);
    let waiting = listener.dial(there.clone().with_p2p(peer).unwrap(), role).unwrap();
    assert!(listener.dial(there.with_p2p(peer).unwrap(), role).is_err(), "one at a time");
    let dial = dialer.dial(here, options(Endpoint::Dialer, PortUse::Reuse)).unwrap();
    let events = async {
        while let Some(event) = listener.next().await {
            assert!(!event.is_upgrade(), "it goes to the one who waits for it");
        }
    };
    let both = futures::future::join(waiting, dial);
    let (arrived, dialed) = match select(Box::pin(events), Box::pin(both)).await {
        futures::future::Either::Right((both, _)) => both,
        futures::future::Either::Left(_) => panic!("the listener ended"),
    };
    let ((arrived, mut one), (_, mut other)) = (arrived.unwrap(), dialed.unwrap());
    assert_eq!(arrived, peer);
    converse(&mut other, &mut one).await;
}

#[tokio::test]
async fn a_punched_hole_is_the_listeners() {
    timeout(PATIENCE, punch(ours, theirs)).await.unwrap();
    timeout(PATIENCE, punch(theirs, ours)).await.unwrap();
}

#[tokio::test]
async fn punching_needs_a_listener_and_a_peer() {
    let mut transport = ours(&Keypair::generate_ed25519());
    let role = options(Endpoint::Listener, PortUse::New);
    let address: Multiaddr = "/ip4/127.0.0.1/udp/9/quic-v1".parse().unwrap();
    assert!(transport.dial(address.clone(), role).is_err(), "no peer");
    assert!(transport.dial(address.with_p2p(PeerId::random()).unwrap(), role).is_err(), "no listener");
}

#[tokio::test]
async fn listeners_come_and_go() {
    let mut transport = ours(&Keypair::generate_ed25519());
    for _ in 0..2 {
        let id = ListenerId::next();
        transport.listen_on(id, "/ip4/0.0.0.0/udp/0/quic-v1".parse().unwrap()).unwrap();
        let reported =
            timeout(PATIENCE, transport.next()).await.unwrap().unwrap().into_new_address().unwrap();
        assert!(
            !reported.to_string().contains("/0.0.0.0/") && !reported.to_string().contains("/udp/0/"),
            "{reported}"
        );
        assert!(transport.remove_listener(id));
        let closed = async {
            loop {
                if let TransportEvent::ListenerClosed { listener_id, reason } =
                    transport.next().await.unwrap()
                {
                    return (listener_id, reason.is_ok());
                }
            }
        };
        assert_eq!(timeout(PATIENCE, closed).await.unwrap(), (id, true));
    }
}
