//! Decides who may reserve a place and who may open a circuit, and records what is in use.
//!
//! It sends nothing, reads no clock, and knows nothing of bytes. Its memory is bounded by the limits and by
//! the number of connections.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use libp2p::PeerId;
use libp2p::swarm::ConnectionId;

use super::RelayLimits;
use super::tally::Tally;
use super::wire::RelayStatus;
use crate::owner::owner;
use crate::rates::RateLimiter;

/// How long a place lasts unless it is renewed: an hour, as in libp2p. Clients renew it after three quarters
/// of that.
pub(super) const RESERVATION_LIFE: Duration = Duration::from_secs(3600);

/// Places per peer: one for each of its transports and address families.
const MAX_RESERVATIONS_PER_PEER: usize = 4;

/// Requests of each kind at once, and the time until the next, per peer: whoever looks for a lost peer asks
/// twice per second for half a minute, then every 2 s. With libp2p's 30 and one more every 2 minutes, a flaky
/// line ends a session.
const PEER_RATE: (u32, Duration) = (60, Duration::from_secs(1));

/// The same per address: an office or a carrier's customers may share one.
const IP_RATE: (u32, Duration) = (600, Duration::from_millis(100));

/// Circuits to one peer, in multiples of those that one peer may open: whoever waits to be called can't
/// choose who calls, so this many addresses must call together before nobody else gets through.
const CALLED_SHARE: usize = 4;

/// The part of all places that one address may hold, as a divisor: a carrier's customers may share one, but
/// no few addresses fill a relay.
const PLACES_SHARE: usize = 8;

/// The part of all circuits that may be opened from one address, as a divisor: more than of the places, since
/// a whole help desk may call from one.
const CIRCUITS_SHARE: usize = 4;

/// Identifies a circuit.
pub(super) type CircuitId = u64;

/// The accounts; see the module.
#[derive(Debug)]
pub(super) struct RelayAccounts {
    limits: RelayLimits,
    places: HashMap<PeerId, Vec<ReservedPlace>>,
    places_at: Tally<IpAddr>,
    circuits: HashMap<CircuitId, OpenCircuit>,
    circuits_from: Tally<PeerId>,
    circuits_to: Tally<PeerId>,
    /// Circuits to a peer that were opened from one address.
    circuits_to_from: Tally<(PeerId, IpAddr)>,
    circuits_at: Tally<IpAddr>,
    last: CircuitId,
    reserving: RequestLimiters,
    opening: RequestLimiters,
}

#[derive(Debug)]
struct ReservedPlace {
    connection: ConnectionId,
    until: Instant,
    at: Option<IpAddr>,
}

#[derive(Debug)]
struct OpenCircuit {
    caller: PeerId,
    called: PeerId,
    /// The owner of the address from which it was opened.
    at: Option<IpAddr>,
}

impl RelayAccounts {
    pub(super) fn new(limits: RelayLimits) -> Self {
        Self {
            limits,
            places: HashMap::new(),
            places_at: Tally::new(),
            circuits: HashMap::new(),
            circuits_from: Tally::new(),
            circuits_to: Tally::new(),
            circuits_to_from: Tally::new(),
            circuits_at: Tally::new(),
            last: 0,
            reserving: RequestLimiters::new(),
            opening: RequestLimiters::new(),
        }
    }

    /// Gives the peer on this connection a place, or renews it. Returns whether it had one there already.
    ///
    /// # Errors
    /// The status to refuse it with.
    pub(super) fn reserve(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        ip: Option<IpAddr>,
        now: Instant,
    ) -> Result<bool, RelayStatus> {
        if !self.reserving.admit(peer, ip, now) {
            return Err(RelayStatus::ResourceLimitExceeded);
        }
        let at = ip.and_then(owner);
        let full = self.places.len() >= self.limits.max_reservations && !self.places.contains_key(&peer);
        let held = self.places.get(&peer).map_or(&[][..], Vec::as_slice);
        let renewed = held.iter().any(|place| place.connection == connection);
        let share = (self.limits.max_reservations / PLACES_SHARE).max(MAX_RESERVATIONS_PER_PEER);
        let crowded = at.is_some_and(|at| self.places_at.of(&at) >= share);
        if full || !renewed && (crowded || held.len() >= MAX_RESERVATIONS_PER_PEER) {
            return Err(RelayStatus::ResourceLimitExceeded);
        }
        let places = self.places.entry(peer).or_default();
        let until = now + RESERVATION_LIFE;
        match places.iter().position(|place| place.connection == connection) {
            // The newest is the last.
            Some(old) => {
                let place = places.remove(old);
                places.push(ReservedPlace { until, ..place });
            }
            None => {
                places.push(ReservedPlace { connection, until, at });
                at.into_iter().for_each(|at| self.places_at.add(at));
            }
        }
        Ok(renewed)
    }

    /// Opens a circuit. Returns its id, and the connection on which the called peer has a place: the newest
    /// if it has several.
    ///
    /// # Errors
    /// The status to refuse it with.
    pub(super) fn open(
        &mut self,
        caller: PeerId,
        called: PeerId,
        ip: Option<IpAddr>,
        now: Instant,
    ) -> Result<(CircuitId, ConnectionId), RelayStatus> {
        if !self.opening.admit(caller, ip, now) {
            return Err(RelayStatus::ResourceLimitExceeded);
        }
        if caller == called {
            return Err(RelayStatus::PermissionDenied);
        }
        let place =
            self.places.get(&called).and_then(|places| places.iter().rfind(|place| place.until > now));
        let connection = place.map(|place| place.connection).ok_or(RelayStatus::NoReservation)?;
        let at = ip.and_then(owner);
        if self.circuits.len() >= self.limits.max_circuits || self.crowded(caller, called, at) {
            return Err(RelayStatus::ResourceLimitExceeded);
        }
        self.last += 1;
        self.circuits.insert(self.last, OpenCircuit { caller, called, at });
        self.circuits_from.add(caller);
        self.circuits_to.add(called);
        if let Some(at) = at {
            self.circuits_to_from.add((called, at));
            self.circuits_at.add(at);
        }
        Ok((self.last, connection))
    }

    /// Whether the caller, the called peer or the caller's address has all the circuits that it may have.
    /// Those to a peer are counted apart from those that it opens, and of the former one address may open no
    /// more than it could to anybody: a stranger's idle circuits leave room for others'.
    fn crowded(&self, caller: PeerId, called: PeerId, at: Option<IpAddr>) -> bool {
        let each = self.limits.max_circuits_per_peer;
        let share = (self.limits.max_circuits / CIRCUITS_SHARE).max(each);
        self.circuits_from.of(&caller) >= each
            || self.circuits_to.of(&called) >= each.saturating_mul(CALLED_SHARE)
            || at.is_some_and(|at| {
                self.circuits_to_from.of(&(called, at)) >= each || self.circuits_at.of(&at) >= share
            })
    }

    /// The circuit has ended, or could not be set up.
    pub(super) fn close(&mut self, circuit: CircuitId) {
        let Some(OpenCircuit { caller, called, at }) = self.circuits.remove(&circuit) else { return };
        self.circuits_from.remove(&caller);
        self.circuits_to.remove(&called);
        if let Some(at) = at {
            self.circuits_to_from.remove(&(called, at));
            self.circuits_at.remove(&at);
        }
    }

    /// The connection has closed, and the place on it is gone. Returns whether that was the peer's last one.
    pub(super) fn on_connection_closed(&mut self, peer: &PeerId, connection: ConnectionId) -> bool {
        let Some(places) = self.places.get_mut(peer) else { return false };
        for place in places.extract_if(.., |place| place.connection == connection) {
            place.at.iter().for_each(|at| self.places_at.remove(at));
        }
        let last = places.is_empty();
        if last {
            self.places.remove(peer);
        }
        last
    }

    /// Takes back and returns the places that were not renewed.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<(PeerId, ConnectionId)> {
        let mut expired = Vec::new();
        self.places.retain(|peer, places| {
            for place in places.extract_if(.., |place| place.until <= now) {
                place.at.iter().for_each(|at| self.places_at.remove(at));
                expired.push((*peer, place.connection));
            }
            !places.is_empty()
        });
        expired
    }

    /// Whether the peer has a place.
    pub(super) fn has_place(&self, peer: &PeerId) -> bool {
        self.places.contains_key(peer)
    }
}

/// Requests of one kind.
#[derive(Debug)]
struct RequestLimiters {
    of_peers: RateLimiter<PeerId>,
    of_ips: RateLimiter<IpAddr>,
}

impl RequestLimiters {
    fn new() -> Self {
        Self {
            of_peers: RateLimiter::new(PEER_RATE.0, PEER_RATE.1),
            of_ips: RateLimiter::new(IP_RATE.0, IP_RATE.1),
        }
    }

    fn admit(&mut self, peer: PeerId, ip: Option<IpAddr>, now: Instant) -> bool {
        self.of_peers.admit(peer, now) && ip.and_then(owner).is_none_or(|ip| self.of_ips.admit(ip, now))
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(
            accounts.reserve(peers[2], connection(2), None, now),
            Err(RelayStatus::ResourceLimitExceeded)
        );
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
        let given = (0..80)
            .filter(|number| accounts.reserve(PeerId::random(), connection(*number), ip(66), now).is_ok());
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
}
