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
mod tests;
