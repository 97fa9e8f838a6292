//! Keeps reservations at relays, through which others can call this node, and looks for more relays while
//! there are too few.
//!
//! [`super::super::relays`] decides which relay is asked, and when.

use std::time::{Duration, Instant};

use libp2p::PeerId;
use libp2p::swarm::ConnectionId;

use super::super::networks::NetworkKind;
use super::super::relays::relay_key;
use super::super::rendezvous::SearchOwner;
use super::{FIRST_RELAY_SEARCH, SwarmActor};

/// How long a search for relays may take at most: where there are no relays, asking more often finds none
/// either.
const LONGEST_RELAY_SEARCH: Duration = Duration::from_secs(120);

/// How long a connection that came up after a peer was lost is assumed to work: a reservation, a circuit and
/// a handshake over it take a few round trips.
const NEW_CONNECTION: Duration = Duration::from_secs(6);

impl SwarmActor {
    /// Looks for relays, and asks those that are due for a reservation.
    pub(super) fn keep_relays(&mut self) {
        let now = Instant::now();
        for listener in self.relays.overdue(now) {
            self.swarm.remove_listener(listener);
        }
        for ask in self.relays.due(now) {
            match self.swarm.listen_on(ask.circuit) {
                Ok(listener) => self.relays.asked(ask.relay, listener, now),
                Err(error) => {
                    tracing::debug!(relay = %ask.relay, %error, "can't be asked for a place");
                    self.relays.failed(ask.relay, now);
                }
            }
        }
        let dhts = &mut self.swarm.behaviour_mut().dhts;
        if !self.relays.short() {
            self.rendezvous.stop_relay_search();
            self.relay_search = FIRST_RELAY_SEARCH;
        } else if dhts.reaches_out() && now >= self.relay_search_at {
            self.relay_search_at = now + self.relay_search;
            self.relay_search = (self.relay_search * 2).min(LONGEST_RELAY_SEARCH);
            self.rendezvous.stop_relay_search();
            self.rendezvous.find(&relay_key(), SearchOwner::Relays, dhts);
            for relay in self.sought_relays.iter().filter(|relay| !self.relays.knows(relay)) {
                let outer = dhts.joined().filter(|(network, _)| *network != NetworkKind::Lan);
                outer.for_each(|(_, dht)| _ = dht.get_closest_peers(*relay));
            }
        }
    }

    /// Drops the connections to relays, except those that have come up since and so work. The reservations
    /// are requested again as soon as their listeners have ended.
    pub(super) fn renew_relays(&mut self, mut relays: Vec<PeerId>, lost_at: Instant) {
        let now = Instant::now();
        relays.extend(self.relays.hasten(now));
        let works = |came_up: &Instant| *came_up >= lost_at && now - *came_up < NEW_CONNECTION;
        relays.retain(|relay| {
            let new = |id: &ConnectionId| self.came_up.get(id).is_some_and(works);
            !self.connections.values().any(|known| known.peer == *relay && new(&known.id))
        });
        for relay in relays {
            let _ = self.swarm.disconnect_peer_id(relay);
        }
    }
}
