//! Which ways to a peer are tried, and which connection is the answer. Nothing is dialled.

use super::*;

struct ConnectWish {
    peer: PeerId,
    answer: oneshot::Receiver<Result<Connection, ConnectError>>,
}

fn direct() -> Multiaddr {
    "/ip4/203.0.113.1/udp/1/quic-v1".parse().expect("a multiaddr")
}

fn through(relay: PeerId) -> Multiaddr {
    let relay: Multiaddr = format!("/ip4/203.0.113.2/tcp/1/p2p/{relay}").parse().expect("a multiaddr");
    relay.with(Protocol::P2pCircuit)
}

fn wish(
    attempts: &mut ConnectAttempts,
    known: Vec<Multiaddr>,
    met: bool,
    now: Instant,
) -> (ConnectWish, Vec<DialTask>) {
    let (reply, answer) = oneshot::channel();
    let peer = PeerId::random();
    let tasks = attempts.begin(peer, known, reply, |_| met, now);
    (ConnectWish { peer, answer }, tasks)
}

fn connection(peer: PeerId, id: usize, remote: Multiaddr) -> Connection {
    Connection { id: ConnectionId::new_unchecked(id), peer, remote }
}

#[test]
fn a_circuit_waits_for_the_direct_way_but_not_long() {
    let (now, relay) = (Instant::now(), PeerId::random());
    let mut attempts = ConnectAttempts::default();
    let (mut wish, tasks) = wish(&mut attempts, vec![through(relay), direct()], true, now);
    assert_eq!(tasks.len(), 2, "both at once: {tasks:?}");
    attempts.dialling(wish.peer, ConnectionId::new_unchecked(1), true);
    attempts.dialling(wish.peer, ConnectionId::new_unchecked(2), false);
    let circuit = through(relay).with(Protocol::P2p(wish.peer));
    attempts.on_connection(&connection(wish.peer, 2, circuit), now);
    attempts.settle(now);
    assert!(wish.answer.try_recv().is_err(), "the direct way is being tried");
    assert_eq!(attempts.deadline(), Some(now + GRACE));
    attempts.settle(now + GRACE);
    let answer = wish.answer.try_recv().expect("an answer").expect("a connection");
    assert_eq!(addresses::path_kind(&answer.remote), PathKind::Relay);
}

#[test]
fn the_direct_way_wins_within_that_time_and_a_circuit_alone_does_not_wait() {
    let (now, relay) = (Instant::now(), PeerId::random());
    let mut attempts = ConnectAttempts::default();
    let (mut first, _) = wish(&mut attempts, vec![through(relay), direct()], true, now);
    attempts.dialling(first.peer, ConnectionId::new_unchecked(1), true);
    attempts.on_connection(&connection(first.peer, 2, through(relay)), now);
    attempts.on_connection(&connection(first.peer, 1, direct()), now);
    let answer = first.answer.try_recv().expect("an answer").expect("a connection");
    assert_eq!(addresses::path_kind(&answer.remote), PathKind::Direct);

    let (mut second, _) = wish(&mut attempts, vec![through(relay)], true, now);
    attempts.dialling(second.peer, ConnectionId::new_unchecked(3), false);
    attempts.on_connection(&connection(second.peer, 3, through(relay)), now);
    attempts.settle(now);
    assert!(second.answer.try_recv().is_ok());
}

#[test]
fn an_unknown_relay_is_met_first() {
    let (now, relay) = (Instant::now(), PeerId::random());
    let mut attempts = ConnectAttempts::default();
    let (mut wish, tasks) = wish(&mut attempts, vec![through(relay)], false, now);
    assert!(matches!(tasks[..], [DialTask::Meet { relay: met, .. }] if met == relay), "{tasks:?}");
    attempts.settle(now);
    let tasks = attempts.on_met(relay);
    assert!(matches!(&tasks[..], [DialTask::Dial { addresses, .. }] if addresses::relayed(&addresses[0])));
    attempts.dialling(wish.peer, ConnectionId::new_unchecked(1), false);
    attempts.settle(now + RELAY_TIMEOUT);
    attempts.on_failure(Some(wish.peer), ConnectionId::new_unchecked(1), "refused");
    attempts.settle(now + RELAY_TIMEOUT);
    assert!(matches!(wish.answer.try_recv(), Ok(Err(ConnectError::Unreachable(_)))));
}

#[test]
fn a_relay_with_two_addresses_is_asked_for_one_circuit() {
    let (now, relay) = (Instant::now(), PeerId::random());
    let other: Multiaddr = format!("/ip4/203.0.113.2/udp/1/quic-v1/p2p/{relay}").parse().expect("one");
    let known = vec![through(relay), other.with(Protocol::P2pCircuit)];
    let mut attempts = ConnectAttempts::default();
    let (_met, tasks) = wish(&mut attempts, known.clone(), true, now);
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    let (_unmet, tasks) = wish(&mut attempts, known, false, now);
    assert!(matches!(&tasks[..], [DialTask::Meet { addresses, .. }] if addresses.len() == 2), "{tasks:?}");
    assert_eq!(attempts.on_met(relay).len(), 1);
}

#[test]
fn whoever_has_no_address_is_looked_up_and_a_dead_relay_is_no_way() {
    let (now, relay) = (Instant::now(), PeerId::random());
    let mut attempts = ConnectAttempts::default();
    let (mut lost, tasks) = wish(&mut attempts, Vec::new(), true, now);
    assert_eq!(tasks, [DialTask::LookUp { peer: lost.peer }]);
    attempts.settle(now);
    assert!(matches!(lost.answer.try_recv(), Ok(Err(ConnectError::Unreachable(_)))), "no network to ask");

    let (mut dead, _) = wish(&mut attempts, vec![through(relay)], false, now);
    attempts.on_failure(Some(relay), ConnectionId::new_unchecked(9), "refused");
    attempts.settle(now);
    assert!(matches!(dead.answer.try_recv(), Ok(Err(ConnectError::Unreachable(_)))));
}

#[test]
fn a_flood_of_addresses_is_bounded() {
    let now = Instant::now();
    let mut attempts = ConnectAttempts::default();
    let mut known: Vec<Multiaddr> =
        (1..1000).map(|port| format!("/ip4/203.0.113.1/tcp/{port}").parse().expect("a multiaddr")).collect();
    known.extend((0..1000).map(|_| through(PeerId::random())));
    let (_wish, tasks) = wish(&mut attempts, known, false, now);
    assert_eq!(tasks.len(), 1 + MAX_CIRCUITS);
    assert!(matches!(&tasks[0], DialTask::Dial { addresses, .. } if addresses.len() == MAX_DIRECT));
}

#[test]
fn whoever_has_direct_addresses_alone_is_looked_up_as_well() {
    let (now, mut attempts) = (Instant::now(), ConnectAttempts::default());
    let (wish, tasks) = wish(&mut attempts, vec![direct()], true, now);
    assert!(
        matches!(&tasks[..], [DialTask::Dial { .. }, DialTask::LookUp { peer }] if *peer == wish.peer),
        "{tasks:?}"
    );
    // It repeats until a circuit is known or time is up.
    assert_eq!(attempts.look_up_again(now), [DialTask::LookUp { peer: wish.peer }]);
    assert!(attempts.look_up_again(now + LOOKUP_TIMEOUT).is_empty());
    attempts.add(wish.peer, vec![through(PeerId::random())], |_| true, now);
    assert!(attempts.look_up_again(now).is_empty());
}
