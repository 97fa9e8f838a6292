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
use super::rates::RateLimiter;
use super::wire::RelayStatus;

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

/// Identifies a circuit.
pub(super) type CircuitId = u64;

/// The accounts; see the module.
#[derive(Debug)]
pub(super) struct RelayAccounts {
    limits: RelayLimits,
    places: HashMap<PeerId, Vec<ReservedPlace>>,
    circuits: HashMap<CircuitId, [PeerId; 2]>,
    /// Circuits per peer, as caller or called.
    circuits_of: HashMap<PeerId, usize>,
    last: CircuitId,
    reserving: RequestLimiters,
    opening: RequestLimiters,
}

#[derive(Debug)]
struct ReservedPlace {
    connection: ConnectionId,
    until: Instant,
}

impl RelayAccounts {
    pub(super) fn new(limits: RelayLimits) -> Self {
        Self {
            limits,
            places: HashMap::new(),
            circuits: HashMap::new(),
            circuits_of: HashMap::new(),
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
        let full = self.places.len() >= self.limits.max_reservations && !self.places.contains_key(&peer);
        let held = self.places.get(&peer).map_or(&[][..], Vec::as_slice);
        let renewed = held.iter().any(|place| place.connection == connection);
        if full || !renewed && held.len() >= MAX_RESERVATIONS_PER_PEER {
            return Err(RelayStatus::ResourceLimitExceeded);
        }
        let places = self.places.entry(peer).or_default();
        places.retain(|place| place.connection != connection);
        places.push(ReservedPlace { connection, until: now + RESERVATION_LIFE });
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
        let of = |peer| self.circuits_of.get(&peer).copied().unwrap_or(0);
        let busiest = of(caller).max(of(called));
        if self.circuits.len() >= self.limits.max_circuits || busiest >= self.limits.max_circuits_per_peer {
            return Err(RelayStatus::ResourceLimitExceeded);
        }
        self.last += 1;
        self.circuits.insert(self.last, [caller, called]);
        for peer in [caller, called] {
            *self.circuits_of.entry(peer).or_default() += 1;
        }
        Ok((self.last, connection))
    }

    /// The circuit has ended, or could not be set up.
    pub(super) fn close(&mut self, circuit: CircuitId) {
        for peer in self.circuits.remove(&circuit).into_iter().flatten() {
            if let Some(count) = self.circuits_of.get_mut(&peer) {
                *count -= 1;
                if *count == 0 {
                    self.circuits_of.remove(&peer);
                }
            }
        }
    }

    /// The connection has closed, and the place on it is gone. Returns whether that was the peer's last one.
    pub(super) fn on_connection_closed(&mut self, peer: &PeerId, connection: ConnectionId) -> bool {
        let Some(places) = self.places.get_mut(peer) else { return false };
        places.retain(|place| place.connection != connection);
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

/// The key for an address's owner: for IPv6 its network, since one customer has all of that. This machine's
/// own addresses have none, since they belong to a forwarder for many.
fn owner(ip: IpAddr) -> Option<IpAddr> {
    match ip.to_canonical() {
        ip if ip.is_loopback() => None,
        IpAddr::V6(ip) => Some(IpAddr::V6((u128::from(ip) >> 64 << 64).into())),
        ip => Some(ip),
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
                        let _ = accounts.reserve(peers[peer], connection(10 * peer + at), None, now);
                    }
                    AccountStep::Open(caller, called) => {
                        if let Ok((circuit, at)) = accounts.open(peers[caller], peers[called], None, now) {
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
                    let count = open.iter().filter(|(_, caller, called)| *caller == at || *called == at).count();
                    prop_assert!(count <= 2);
                    prop_assert_eq!(accounts.circuits_of.get(peer).copied().unwrap_or(0), count);
                }
            }
        }
    }
}
