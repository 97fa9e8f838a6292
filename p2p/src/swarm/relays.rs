//! The relays at which a node holds reservations, so that others can reach it when nothing else leads to it.
//!
//! Sans-IO: it takes relays and the fate of reservations, and returns whom to ask next. A lost reservation is
//! requested again, with growing pauses; libp2p itself gives up at the first loss.
//!
//! A relay learns who helps whom, so only those whose keys are pinned in the configuration are *ours* and
//! preferred. All others are strangers', whatever they say of themselves and whatever key they provide.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use libp2p::core::transport::ListenerId;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};
use sha2::{Digest, Sha256};

use super::addresses;

/// Reservations that a node keeps: two, since one relay may end at any time.
pub(super) const RELAYS_WANTED: usize = 2;

/// Reservations held at most, ours first: beside our relays a few of others, whose circuits end after 2 min
/// or 128 KiB and so are good for signalling only.
const MAX_HELD: usize = 4;

/// Relays remembered: a lookup finds a few dozen, and anybody can claim to be one.
const MAX_KNOWN: usize = 64;

/// Addresses remembered per relay: QUIC and TCP over IPv4 and IPv6.
const MAX_ADDRESSES: usize = 4;

/// How long a relay may take to answer: longer than a handshake that repeats lost packets.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// The first pause after a failure: short, since most failures pass. It doubles each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause: a relay that has come back is used again within a minute.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The well-known key under which relays are found that relay whole sessions: the multihash of
/// `/beistand/relay/1`. Anybody can provide it, so it makes nobody ours.
pub(super) fn relay_key() -> Vec<u8> {
    let hash = Sha256::digest(b"/beistand/relay/1");
    [&[0x12, 0x20], hash.as_slice()].concat()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RelayStanding {
    /// Not asked yet, or refused; to be asked at this time.
    Idle { retry_at: Instant },
    /// Asked, without an answer yet.
    Asked { listener: ListenerId, until: Instant },
    /// The relay holds a reservation for us.
    Held { listener: ListenerId },
}

#[derive(Debug)]
struct KnownRelay {
    addresses: Vec<Multiaddr>,
    /// Whether its key is pinned.
    ours: bool,
    standing: RelayStanding,
    pause: Duration,
}

/// A relay to ask for a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlaceRequest {
    pub(super) relay: PeerId,
    /// The address to listen on.
    pub(super) circuit: Multiaddr,
}

/// The relays that a node knows and uses.
#[derive(Debug, Default)]
pub(super) struct RelayTable {
    /// The keys of our relays.
    pinned: HashSet<PeerId>,
    /// How many to hold; 0 if nobody needs to call this node.
    wanted: usize,
    known: HashMap<PeerId, KnownRelay>,
}

impl RelayTable {
    /// A table in which the relays with these keys are ours.
    pub(super) fn new(pinned: impl IntoIterator<Item = PeerId>) -> Self {
        Self { pinned: pinned.into_iter().collect(), ..Self::default() }
    }

    /// Whether this relay's key is pinned.
    pub(super) fn is_ours(&self, peer: &PeerId) -> bool {
        self.pinned.contains(peer)
    }

    /// Whether an address of this relay is known.
    pub(super) fn knows(&self, peer: &PeerId) -> bool {
        self.known.get(peer).is_some_and(|relay| !relay.addresses.is_empty())
    }

    /// Keeps this many reservations from now on.
    pub(super) fn want(&mut self, wanted: usize) {
        self.wanted = wanted;
    }

    /// Whether more relays should be looked for: any, or ours that don't hold a reservation yet.
    pub(super) fn short(&self) -> bool {
        self.held() < self.wanted || self.held_ours() < self.wanted.min(self.pinned.len())
    }

    /// Reservations held now.
    pub(super) fn held(&self) -> usize {
        self.known.values().filter(|relay| matches!(relay.standing, RelayStanding::Held { .. })).count()
    }

    fn held_ours(&self) -> usize {
        let held = |relay: &&KnownRelay| relay.ours && matches!(relay.standing, RelayStanding::Held { .. });
        self.known.values().filter(held).count()
    }

    /// Adds a relay with these addresses. Addresses that are known already stay first.
    pub(super) fn offer(&mut self, peer: PeerId, addresses: &[Multiaddr], now: Instant) {
        let ours = self.is_ours(&peer);
        let fits = |address: &&Multiaddr| addresses::dialable(address) && !addresses::relayed(address);
        let addresses = addresses.iter().filter(fits).map(without_peer);
        if self.known.len() >= MAX_KNOWN && !self.known.contains_key(&peer) {
            // An unused relay of others makes room for one of ours, and for no other.
            let idle =
                |relay: &KnownRelay| !relay.ours && matches!(relay.standing, RelayStanding::Idle { .. });
            let spare = self.known.iter().find(|(_, relay)| idle(relay)).map(|(peer, _)| *peer);
            match spare {
                Some(spare) if ours => _ = self.known.remove(&spare),
                Some(_) | None => return,
            }
        }
        let relay = self.known.entry(peer).or_insert_with(|| KnownRelay {
            addresses: Vec::new(),
            ours,
            standing: RelayStanding::Idle { retry_at: now },
            pause: FIRST_PAUSE,
        });
        for address in addresses {
            if relay.addresses.len() < MAX_ADDRESSES && !relay.addresses.contains(&address) {
                relay.addresses.push(address);
            }
        }
    }

    /// The relays to ask now. For each, call [`RelayTable::asked`] or [`RelayTable::failed`].
    pub(super) fn due(&self, now: Instant) -> Vec<PlaceRequest> {
        let busy = |ours: bool| {
            let counts = |relay: &&KnownRelay| {
                (relay.ours || !ours) && !matches!(relay.standing, RelayStanding::Idle { .. })
            };
            self.known.values().filter(counts).count()
        };
        let (mut all, mut ours) = (busy(false), busy(true));
        let mut idle: Vec<_> = self
            .known
            .iter()
            .filter(
                |(_, relay)| matches!(relay.standing, RelayStanding::Idle { retry_at } if retry_at <= now),
            )
            .collect();
        idle.sort_by_key(|(_, relay)| (!relay.ours, relay.pause));
        let mut asks = Vec::new();
        for (peer, relay) in idle {
            let place = if relay.ours { ours < self.wanted } else { all < self.wanted };
            let (true, Some(address)) = (place && all < MAX_HELD, relay.addresses.first()) else { continue };
            all += 1;
            ours += usize::from(relay.ours);
            asks.push(PlaceRequest { relay: *peer, circuit: circuit(address, *peer) });
        }
        asks
    }

    /// The relay was asked through this listener.
    pub(super) fn asked(&mut self, peer: PeerId, listener: ListenerId, now: Instant) {
        if let Some(relay) = self.known.get_mut(&peer) {
            relay.standing = RelayStanding::Asked { listener, until: now + ANSWER_TIMEOUT };
        }
    }

    /// The relay could not even be asked.
    pub(super) fn failed(&mut self, peer: PeerId, now: Instant) {
        if let Some(relay) = self.known.get_mut(&peer) {
            relay.rest(now);
        }
    }

    /// A listener has an address. If it is a reservation's, returns all addresses of its relay as circuits to
    /// `own`.
    pub(super) fn on_listening(&mut self, listener: ListenerId, own: PeerId) -> Vec<Multiaddr> {
        let Some((peer, relay)) = self.of(listener) else { return Vec::new() };
        relay.standing = RelayStanding::Held { listener };
        relay.pause = FIRST_PAUSE;
        let to_us = |address: &Multiaddr| circuit(address, peer).with(Protocol::P2p(own));
        relay.addresses.iter().map(to_us).collect()
    }

    /// A listener has ended. If it was a reservation's, returns its circuits, which now lead nowhere.
    pub(super) fn on_closed(&mut self, listener: ListenerId, own: PeerId, now: Instant) -> Vec<Multiaddr> {
        let Some((peer, relay)) = self.of(listener) else { return Vec::new() };
        relay.rest(now);
        let to_us = |address: &Multiaddr| circuit(address, peer).with(Protocol::P2p(own));
        relay.addresses.iter().map(to_us).collect()
    }

    /// The route to the relays may have changed: all pauses end. Returns the relays whose reservation must be
    /// renewed.
    pub(super) fn hasten(&mut self, now: Instant) -> Vec<PeerId> {
        let mut places = Vec::new();
        for (peer, relay) in &mut self.known {
            relay.pause = Duration::ZERO;
            match &mut relay.standing {
                RelayStanding::Idle { retry_at } => *retry_at = now,
                RelayStanding::Asked { .. } | RelayStanding::Held { .. } => places.push(*peer),
            }
        }
        places
    }

    /// The listeners whose relay has not answered in time. The caller must remove them.
    pub(super) fn overdue(&self, now: Instant) -> Vec<ListenerId> {
        let late = |relay: &KnownRelay| match relay.standing {
            RelayStanding::Asked { listener, until } if until <= now => Some(listener),
            RelayStanding::Asked { .. } | RelayStanding::Idle { .. } | RelayStanding::Held { .. } => None,
        };
        self.known.values().filter_map(late).collect()
    }

    fn of(&mut self, wanted: ListenerId) -> Option<(PeerId, &mut KnownRelay)> {
        let is = |relay: &KnownRelay| match relay.standing {
            RelayStanding::Asked { listener, .. } | RelayStanding::Held { listener } => listener == wanted,
            RelayStanding::Idle { .. } => false,
        };
        self.known.iter_mut().find(|(_, relay)| is(relay)).map(|(peer, relay)| (*peer, relay))
    }
}

impl KnownRelay {
    fn rest(&mut self, now: Instant) {
        self.standing = RelayStanding::Idle { retry_at: now + self.pause };
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
    }
}

fn circuit(relay: &Multiaddr, peer: PeerId) -> Multiaddr {
    relay.clone().with(Protocol::P2p(peer)).with(Protocol::P2pCircuit)
}

fn without_peer(address: &Multiaddr) -> Multiaddr {
    address.iter().take_while(|part| !matches!(part, Protocol::P2p(_))).collect()
}

#[cfg(test)]
mod tests;
