//! A host that waits for one peer alone, and technicians that have its secret, its key, or both.

use std::future::pending;

use tokio::time::timeout;

use super::*;
use crate::host::{Host, HostCommand, HostEvent};
use crate::invite::InviteLifetime;

/// Long enough for a machine that compiles something else at the same time.
const PATIENCE: Duration = Duration::from_secs(30);

const SECRET: [u8; 32] = [9; 32];

fn network() -> NetworkConfig {
    NetworkConfig {
        network: "test".to_owned(),
        listen: vec!["/ip4/127.0.0.1/udp/0/quic-v1".parse().unwrap()],
        mdns: false,
        upnp: false,
        ..NetworkConfig::default()
    }
}

async fn host(key: &StaticKey, peer: [u8; 32], life: Duration) -> Host {
    let reserved = ReservedInvite::new(&SECRET, peer);
    let life = InviteLifetime::at_most(life);
    Host::start_reserved(network(), key.clone(), life, PermissionSet::DESKTOP, reserved).await.unwrap()
}

/// A session with its node, and the request.
type Found = Result<(Node, SessionHandle, Event), ConnectFailure>;

/// A technician who knows where the host is, as if it had been found.
async fn search(host: &Host, key: &StaticKey, expected: [u8; 32]) -> Found {
    let (steps, _) = mpsc::channel(8);
    let reserved = ReservedInvite::new(&SECRET, expected);
    let (keys, stop) = (reserved.keys("test"), pending().boxed().shared());
    let (node, search) = begin_search(network(), keys, profile(key), steps, stop).await?;
    let named = Candidate { peer: host.node.peer_id(), addresses: host.node.listen_addresses() };
    let search = HostSearch { named: Some(named), reserved: Some(reserved), ..search };
    let (session, event) = timeout(PATIENCE, search.run()).await.expect("in time")?;
    Ok((node, session, event))
}

fn profile(key: &StaticKey) -> TechnicianProfile {
    TechnicianProfile {
        static_key: key.clone(),
        name: "Tess".to_owned(),
        reason: String::new(),
        wants: PermissionSet::DESKTOP,
    }
}

async fn event(host: &mut Host) -> HostEvent {
    timeout(PATIENCE, host.events.recv()).await.expect("in time").expect("it runs")
}

async fn end_of(session: &mut SessionHandle) -> EndReason {
    loop {
        let event = timeout(PATIENCE, session.events.recv()).await.expect("in time").expect("it ends");
        if let Event::Ended(end) = event {
            return end.reason;
        }
    }
}

fn keys() -> (StaticKey, StaticKey) {
    (StaticKey::generate().unwrap(), StaticKey::generate().unwrap())
}

#[tokio::test]
async fn the_one_peer_gets_in_once() {
    let (ours, theirs) = keys();
    let mut host = host(&ours, theirs.public(), Duration::from_secs(60)).await;
    let _session = search(&host, &theirs, ours.public()).await.expect("a session");
    let HostEvent::Session(asking) = event(&mut host).await else { panic!("no session") };
    assert_eq!(asking.request.technician_key, theirs.public());
    host.commands.send(HostCommand::Consumed(asking.invite)).await.unwrap();
    // What was used is used up.
    let again = search(&host, &theirs, ours.public()).await;
    assert!(matches!(again, Err(ConnectFailure::Refused(EndReason::InviteUsed))), "{:?}", again.map(|_| ()));
}

#[tokio::test]
async fn another_key_is_refused_before_anybody_hears_of_it() {
    let (ours, theirs) = keys();
    let mut host = host(&ours, theirs.public(), Duration::from_secs(60)).await;
    let thief = StaticKey::generate().unwrap();
    for _ in 0..2 {
        let (_node, mut session, _) =
            search(&host, &thief, ours.public()).await.expect("the secret is right");
        assert!(matches!(event(&mut host).await, HostEvent::OtherKey));
        assert_eq!(end_of(&mut session).await, EndReason::InviteExpired);
    }
    // It took nothing from the one peer.
    let _session = search(&host, &theirs, ours.public()).await.expect("a session");
    assert!(matches!(event(&mut host).await, HostEvent::Session(_)));
}

#[tokio::test]
async fn a_host_with_another_key_is_none() {
    let (thief, theirs) = keys();
    let mut host = host(&thief, theirs.public(), Duration::from_secs(60)).await;
    let expected = StaticKey::generate().unwrap().public();
    let refused = EndReason::HandshakeFailed(beistand_session::HandshakeFailure::InviteRefused);
    match search(&host, &theirs, expected).await {
        Err(ConnectFailure::Refused(reason)) => assert_eq!(reason, refused),
        other => panic!("{:?}", other.map(|_| "a session")),
    }
    assert!(matches!(event(&mut host).await, HostEvent::Session(_)), "it was asked and left again");
}

#[tokio::test]
async fn a_reserved_invite_is_over_with_its_time_and_none_follows() {
    let (ours, theirs) = keys();
    let mut host = host(&ours, theirs.public(), Duration::from_millis(10)).await;
    assert!(matches!(event(&mut host).await, HostEvent::ReservationOver));
    host.commands.send(HostCommand::NewInvite).await.unwrap();
    match search(&host, &theirs, ours.public()).await {
        Err(ConnectFailure::Refused(reason)) => assert_eq!(reason, EndReason::InviteExpired),
        other => panic!("{:?}", other.map(|_| "a session")),
    }
    assert!(host.events.try_recv().is_err());
}

#[tokio::test]
async fn an_absent_host_is_looked_for_until_the_time_is_over() {
    let (ours, theirs) = keys();
    let (steps, _) = mpsc::channel(64);
    let reserved = ReservedInvite::new(&SECRET, ours.public());
    let life = Duration::from_millis(300);
    let found = connect_reserved(network(), reserved, life, profile(&theirs), steps, pending());
    let found = timeout(PATIENCE, found).await.expect("in time");
    assert!(matches!(found, Err(ConnectFailure::NotFound)));
    for failure in [ConnectFailure::NotFound, ConnectFailure::Refused(EndReason::InviteUsed)] {
        assert!(may_come_later(&failure), "a restart takes its time: {failure:?}");
    }
    assert!(!may_come_later(&ConnectFailure::Stopped));
}
