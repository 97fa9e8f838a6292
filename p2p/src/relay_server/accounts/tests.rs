//! Who gets a place and a circuit at a relay, and that the limits hold whatever is asked for. No byte is
//! carried.

use proptest::prelude::*;

use super::*;

fn limits(reservations: usize, circuits: usize, per_peer: usize) -> RelayLimits {
    RelayLimits {
        max_reservations: reservations,
        max_circuits: circuits,
        max_circuits_per_peer: per_peer,
        ..RelayLimits::default()
    }
}

fn connection(number: usize) -> ConnectionId {
    ConnectionId::new_unchecked(number)
}

#[test]
fn places_are_bounded_and_can_be_renewed_when_all_are_taken() {
    let now = Instant::now();
    let mut accounts = RelayAccounts::new(limits(2, 1, 1));
    let peers = [(); 3].map(|()| PeerId::random());
    assert_eq!(accounts.reserve(peers[0], connection(0), None, now), Ok(false));
    assert_eq!(accounts.reserve(peers[1], connection(1), None, now), Ok(false));
    assert_eq!(accounts.reserve(peers[2], connection(2), None, now), Err(RelayStatus::ResourceLimitExceeded));
    let later = now + RESERVATION_LIFE / 2;
    assert_eq!(accounts.reserve(peers[0], connection(0), None, later), Ok(true));
    assert_eq!(accounts.expire(now + RESERVATION_LIFE), [(peers[1], connection(1))]);
    assert!(accounts.has_place(&peers[0]) && !accounts.has_place(&peers[1]));
    assert_eq!(accounts.reserve(peers[2], connection(2), None, later), Ok(false));
}

#[test]
fn a_peer_has_few_places_and_the_newest_is_called() {
    let now = Instant::now();
    let mut accounts = RelayAccounts::new(limits(9, 9, 9));
    let [caller, called] = [(); 2].map(|()| PeerId::random());
    let given = (0..6).filter(|at| accounts.reserve(called, connection(*at), None, now).is_ok());
    assert_eq!(given.count(), MAX_RESERVATIONS_PER_PEER);
    assert_eq!(accounts.open(caller, called, None, now).map(|opened| opened.1), Ok(connection(3)));
    assert!(!accounts.on_connection_closed(&called, connection(3)));
    assert_eq!(accounts.open(caller, called, None, now).map(|opened| opened.1), Ok(connection(2)));
    for at in 0..3 {
        assert_eq!(accounts.on_connection_closed(&called, connection(at)), at == 2);
    }
    assert_eq!(accounts.open(caller, called, None, now), Err(RelayStatus::NoReservation));
}

#[test]
fn nobody_calls_themselves_or_one_without_a_place() {
    let now = Instant::now();
    let mut accounts = RelayAccounts::new(limits(9, 9, 9));
    let peer = PeerId::random();
    accounts.reserve(peer, connection(0), None, now).unwrap();
    assert_eq!(accounts.open(peer, peer, None, now), Err(RelayStatus::PermissionDenied));
    assert_eq!(accounts.open(peer, PeerId::random(), None, now), Err(RelayStatus::NoReservation));
    let late = now + RESERVATION_LIFE;
    assert_eq!(accounts.open(PeerId::random(), peer, None, late), Err(RelayStatus::NoReservation));
}

#[test]
fn requests_are_counted_by_peer_and_by_address() {
    let now = Instant::now();
    let mut accounts = RelayAccounts::new(limits(10_000, 9, 9));
    let mut given = |peer: Option<PeerId>, ip: &str| {
        let ask = |_: &u32| {
            let peer = peer.unwrap_or_else(PeerId::random);
            accounts.reserve(peer, connection(0), Some(ip.parse().unwrap()), now).is_ok()
        };
        (0..1000).filter(ask).count()
    };
    assert_eq!(given(Some(PeerId::random()), "192.0.2.1"), 60);
    assert_eq!(given(None, "192.0.2.2"), 600);
    assert_eq!(given(None, "2001:db8::1"), 600);
    assert_eq!(given(None, "2001:db8::2"), 0, "of the same network");
    assert_eq!(given(None, "127.0.0.1"), 1000);
}

fn ip(last: u8) -> Option<IpAddr> {
    Some(IpAddr::from([192, 0, 2, last]))
}

#[test]
fn eight_idle_circuits_to_a_host_leave_room_for_others_and_for_its_own() {
    let now = Instant::now();
    let mut accounts = RelayAccounts::new(limits(9, 200, 8));
    let [host, technician] = [(); 2].map(|()| PeerId::random());
    accounts.reserve(host, connection(0), ip(1), now).unwrap();
    accounts.reserve(technician, connection(1), ip(2), now).unwrap();
    for _ in 0..8 {
        accounts.open(PeerId::random(), host, ip(66), now).unwrap();
    }
    let ninth = accounts.open(PeerId::random(), host, ip(66), now);
    assert_eq!(ninth, Err(RelayStatus::ResourceLimitExceeded), "one address has had its share");
    assert!(accounts.open(technician, host, ip(2), now).is_ok());
    assert!(accounts.open(host, technician, ip(1), now).is_ok());
}

#[test]
fn circuits_to_a_host_have_a_bound() {
    let now = Instant::now();
    let mut accounts = RelayAccounts::new(limits(9, 200, 8));
    let host = PeerId::random();
    accounts.reserve(host, connection(0), ip(1), now).unwrap();
    let callers: Vec<_> = (2..200).map(|last| (PeerId::random(), ip(last))).collect();
    let open: Vec<_> =
        callers.iter().filter_map(|(caller, ip)| accounts.open(*caller, host, *ip, now).ok()).collect();
    assert_eq!(open.len(), 8 * CALLED_SHARE);
    accounts.close(open[0].0);
    assert!(accounts.open(PeerId::random(), host, ip(250), now).is_ok());
}

#[test]
fn one_address_fills_no_relay() {
    let now = Instant::now();
    let mut accounts = RelayAccounts::new(limits(80, 80, 8));
    let given =
        (0..80).filter(|number| accounts.reserve(PeerId::random(), connection(*number), ip(66), now).is_ok());
    assert_eq!(given.count(), 80 / PLACES_SHARE);
    let hosts: Vec<_> = (0..40).map(|_| PeerId::random()).collect();
    for (number, host) in hosts.iter().enumerate() {
        accounts.reserve(*host, connection(100 + number), ip(100 + number as u8), now).unwrap();
    }
    let open = hosts.iter().filter(|host| accounts.open(PeerId::random(), **host, ip(66), now).is_ok());
    assert_eq!(open.count(), 80 / CIRCUITS_SHARE);
    assert!(accounts.open(PeerId::random(), hosts[0], ip(67), now).is_ok());
    // A share is free again with what it was spent on.
    assert!(accounts.reserve(PeerId::random(), connection(900), ip(66), now).is_err());
    for number in 0..40 {
        for peer in accounts.places.keys().copied().collect::<Vec<_>>() {
            accounts.on_connection_closed(&peer, connection(number));
        }
    }
    assert!(accounts.reserve(PeerId::random(), connection(901), ip(66), now).is_ok());
}

#[derive(Debug, Clone)]
enum AccountStep {
    Reserve(usize, usize),
    Open(usize, usize),
    Close(usize),
    Gone(usize, usize),
    Wait(u64),
}

fn step() -> impl Strategy<Value = AccountStep> {
    prop_oneof![
        (0_usize..6, 0_usize..3).prop_map(|(peer, at)| AccountStep::Reserve(peer, at)),
        (0_usize..6, 0_usize..6).prop_map(|(caller, called)| AccountStep::Open(caller, called)),
        (0_usize..20).prop_map(AccountStep::Close),
        (0_usize..6, 0_usize..3).prop_map(|(peer, at)| AccountStep::Gone(peer, at)),
        (0_u64..2_000).prop_map(AccountStep::Wait),
    ]
}

proptest! {
    #[test]
    fn the_limits_hold_and_nothing_is_lost(steps in proptest::collection::vec(step(), 1..200)) {
        let peers: Vec<_> = (0..6).map(|_| PeerId::random()).collect();
        let mut now = Instant::now();
        let mut accounts = RelayAccounts::new(limits(3, 5, 2));
        let mut open: Vec<(CircuitId, usize, usize)> = Vec::new();
        for step in steps {
            match step {
                AccountStep::Reserve(peer, at) => {
                    let ip = ip(1 + peer as u8 % 2);
                    let _ = accounts.reserve(peers[peer], connection(10 * peer + at), ip, now);
                }
                AccountStep::Open(caller, called) => {
                    let ip = ip(1 + caller as u8 % 2);
                    if let Ok((circuit, at)) = accounts.open(peers[caller], peers[called], ip, now) {
                        let place = connection(10 * called);
                        prop_assert!([place, connection(10 * called + 1), connection(10 * called + 2)].contains(&at));
                        open.push((circuit, caller, called));
                    }
                }
                AccountStep::Close(at) => if !open.is_empty() {
                    accounts.close(open.swap_remove(at % open.len()).0);
                },
                AccountStep::Gone(peer, at) => {
                    accounts.on_connection_closed(&peers[peer], connection(10 * peer + at));
                }
                AccountStep::Wait(secs) => {
                    now += Duration::from_secs(secs);
                    accounts.expire(now);
                }
            }
            prop_assert!(accounts.places.len() <= 3 && accounts.circuits.len() <= 5);
            prop_assert_eq!(accounts.circuits.len(), open.len());
            for (at, peer) in peers.iter().enumerate() {
                let from = open.iter().filter(|(_, caller, _)| *caller == at).count();
                let to = open.iter().filter(|(_, _, called)| *called == at).count();
                prop_assert!(from <= 2 && to <= 2 * CALLED_SHARE);
                let counted = (accounts.circuits_from.of(peer), accounts.circuits_to.of(peer));
                prop_assert_eq!(counted, (from, to));
            }
            let held = accounts.places.values().flatten();
            for last in [1, 2] {
                let places = held.clone().filter(|place| place.at == ip(last)).count();
                prop_assert_eq!(accounts.places_at.of(&ip(last).unwrap()), places);
                let circuits = open.iter().filter(|(_, caller, _)| 1 + *caller as u8 % 2 == last).count();
                prop_assert_eq!(accounts.circuits_at.of(&ip(last).unwrap()), circuits);
            }
        }
    }
}
