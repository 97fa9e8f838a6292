//! Provides and finds keys in all networks at once.
//!
//! Keys are announced again when new peers appear or when this node's addresses change, with growing pauses
//! beyond the LAN. A key that is no longer provided is not announced again, and its records expire. A
//! provider record proves nothing: providers are handed on as candidates, a bounded number at a time.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use libp2p::{Multiaddr, PeerId, kad};
use tokio::sync::mpsc;

use super::Candidate;
use super::networks::{DhtSet, NetworkKind, NetworkQuery};

/// Providers of one key that are remembered as already handed out: far more than are tried in one search.
/// Beyond that the search starts over.
const MAX_SEEN_PROVIDERS: usize = 1024;

/// Providers taken from one answer: an honest answer names at most 20. The next query finds the others again.
const MAX_PROVIDERS_OF_AN_ANSWER: usize = 64;

/// Searches at once: a technician needs two, one for the host and one for relays.
const MAX_SEARCHES: usize = 8;

/// Keys provided at once: a host provides one, and a relay one.
const MAX_PROVIDED: usize = 8;

/// The first pause between two announcements beyond the LAN: short, since the peers that should hold our
/// records appear one by one. It doubles each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause: well within the life of a record.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// The owner of a search.
#[derive(Debug)]
pub(super) enum SearchOwner {
    /// A technician's session.
    Session(mpsc::Sender<Vec<Candidate>>),
    /// This node, for its own relays.
    Relays,
}

struct ProviderSearch {
    key: kad::RecordKey,
    seeker: SearchOwner,
    seen: HashSet<PeerId>,
    queries: HashMap<NetworkKind, kad::QueryId>,
}

/// When to announce our keys in a network.
#[derive(Debug)]
struct AnnounceSchedule {
    /// Whether new peers have appeared there.
    wanted: bool,
    next: Instant,
    pause: Duration,
}

/// The keys that this node provides and looks for.
pub(super) struct Rendezvous {
    provided: HashSet<kad::RecordKey>,
    searches: Vec<ProviderSearch>,
    schedules: HashMap<NetworkKind, AnnounceSchedule>,
}

impl Rendezvous {
    pub(super) fn new(now: Instant) -> Self {
        let schedule = || AnnounceSchedule { wanted: true, next: now, pause: FIRST_PAUSE };
        Self {
            provided: HashSet::new(),
            searches: Vec::new(),
            schedules: NetworkKind::ALL.map(|network| (network, schedule())).into(),
        }
    }

    pub(super) fn provide(&mut self, key: &[u8], dhts: &mut DhtSet, now: Instant) {
        if self.provided.len() < MAX_PROVIDED {
            self.provided.insert(kad::RecordKey::new(&key));
            self.announce_soon(now);
            self.announce(dhts, now);
        }
    }

    pub(super) fn stop_providing(&mut self, key: &[u8], dhts: &mut DhtSet) {
        let key = kad::RecordKey::new(&key);
        self.provided.remove(&key);
        for (_, dht) in dhts.joined() {
            dht.stop_providing(&key);
        }
    }

    pub(super) fn find(&mut self, key: &[u8], seeker: SearchOwner, dhts: &mut DhtSet) {
        self.forget_unwanted();
        if self.searches.len() < MAX_SEARCHES {
            let key = kad::RecordKey::new(&key);
            self.searches.push(ProviderSearch { key, seeker, seen: HashSet::new(), queries: HashMap::new() });
            self.search(dhts);
        }
    }

    /// Whether somebody waits to be found or looks for somebody: an invite is open, or a technician searches.
    pub(super) fn active(&self) -> bool {
        let lasts = |search: &ProviderSearch| match &search.seeker {
            SearchOwner::Session(found) => !found.is_closed(),
            SearchOwner::Relays => false,
        };
        !self.provided.is_empty() || self.searches.iter().any(lasts)
    }

    /// Ends the search for relays.
    pub(super) fn stop_relay_search(&mut self) {
        self.searches.retain(|search| !matches!(search.seeker, SearchOwner::Relays));
    }

    /// A new peer has appeared, perhaps one that should hold our records.
    pub(super) fn on_new_peer(&mut self) {
        for schedule in self.schedules.values_mut() {
            schedule.wanted = true;
        }
    }

    /// This node's addresses have changed: announce them soon, also to those that have the old ones.
    pub(super) fn announce_soon(&mut self, now: Instant) {
        for schedule in self.schedules.values_mut() {
            *schedule = AnnounceSchedule { wanted: true, next: now, pause: FIRST_PAUSE };
        }
    }

    pub(super) fn on_tick(&mut self, dhts: &mut DhtSet, now: Instant) {
        self.forget_unwanted();
        self.announce(dhts, now);
        self.search(dhts);
    }

    /// Asks again wherever no query is running.
    pub(super) fn search(&mut self, dhts: &mut DhtSet) {
        for search in &mut self.searches {
            for network in NetworkKind::ALL {
                let asked = search.queries.get(&network);
                let busy = match search.seeker {
                    SearchOwner::Session(_) => asked.is_some_and(|id| dhts.running((network, *id))),
                    // Once is enough: a new search begins when more relays are wanted. There are none on a
                    // LAN; and in the public network the few nodes near that key, which anybody can place
                    // there, would get a list of all who wait for help.
                    SearchOwner::Relays => asked.is_some() || network != NetworkKind::Private,
                };
                // On the LAN others have announced their keys to us; beyond it there must be somebody to ask.
                let peopled = network == NetworkKind::Lan || dhts.known_peers(network) > 0;
                if let Some(dht) = dhts.dht(network).filter(|_| !busy && peopled) {
                    search.queries.insert(network, dht.get_providers(search.key.clone()));
                }
            }
        }
    }

    fn announce(&mut self, dhts: &mut DhtSet, now: Instant) {
        for (network, dht) in dhts.joined() {
            let schedule = self.schedules.get_mut(&network).expect("there is one for each");
            // Beyond the LAN busy nodes drop records early, so keys are announced again even if no peer is
            // new.
            let due = schedule.wanted || network != NetworkKind::Lan && schedule.pause >= LONGEST_PAUSE;
            if self.provided.is_empty() || !due || now < schedule.next {
                continue;
            }
            schedule.wanted = false;
            if network != NetworkKind::Lan {
                schedule.next = now + schedule.pause;
                schedule.pause = (schedule.pause * 2).min(LONGEST_PAUSE);
            }
            for key in &self.provided {
                if let Err(error) = dht.start_providing(key.clone()) {
                    tracing::warn!(%error, "the invite can't be announced");
                }
            }
        }
    }

    fn forget_unwanted(&mut self) {
        self.searches.retain(|search| match &search.seeker {
            SearchOwner::Session(found) => !found.is_closed(),
            SearchOwner::Relays => true,
        });
    }

    /// Hands on the providers of a key; those that are relays are returned. `addresses_of` knows their
    /// addresses while the event is being handled.
    pub(super) fn on_providers(
        &mut self,
        (network, id): NetworkQuery,
        providers: HashSet<PeerId>,
        own: PeerId,
        mut addresses_of: impl FnMut(PeerId) -> Vec<Multiaddr>,
    ) -> Vec<Candidate> {
        let mut relays = Vec::new();
        let is = |search: &&mut ProviderSearch| search.queries.get(&network) == Some(&id);
        let Some(search) = self.searches.iter_mut().find(is) else { return relays };
        if search.seen.len() > MAX_SEEN_PROVIDERS {
            search.seen.clear();
        }
        let new = providers.into_iter().filter(|peer| *peer != own && !search.seen.contains(peer));
        let candidate = |peer| Candidate { peer, addresses: addresses_of(peer) };
        let candidates: Vec<_> = new.take(MAX_PROVIDERS_OF_AN_ANSWER).map(candidate).collect();
        match &search.seeker {
            SearchOwner::Session(found) if !candidates.is_empty() => {
                // If there is no room, the next query finds them again.
                if let Ok(room) = found.try_reserve() {
                    search.seen.extend(candidates.iter().map(|candidate| candidate.peer));
                    room.send(candidates);
                }
            }
            SearchOwner::Session(_) => {}
            SearchOwner::Relays => relays = candidates,
        }
        relays
    }
}

#[cfg(test)]
mod tests {
    use super::super::networks::NetworkPlan;
    use super::*;

    fn dhts() -> DhtSet {
        let mut dhts = DhtSet::new(PeerId::random(), &NetworkPlan::of("office", true), false);
        let dht = dhts.dht(NetworkKind::Private).expect("joined");
        dht.add_address(&PeerId::random(), "/ip4/203.0.113.1/tcp/1".parse().expect("a multiaddr"));
        dhts
    }

    #[test]
    fn one_key_is_looked_for_in_every_network_and_each_provider_is_handed_on_once() {
        let (mut dhts, now, own) = (dhts(), Instant::now(), PeerId::random());
        let mut rendezvous = Rendezvous::new(now);
        let (found, mut candidates) = mpsc::channel(8);
        rendezvous.find(b"key", SearchOwner::Session(found), &mut dhts);
        let queries: Vec<_> =
            rendezvous.searches[0].queries.iter().map(|(network, id)| (*network, *id)).collect();
        assert_eq!(queries.len(), 2, "the private network and the LAN");
        let peer = PeerId::random();
        for query in queries {
            let none = rendezvous.on_providers(query, [peer, own].into(), own, |_| Vec::new());
            assert!(none.is_empty());
        }
        assert_eq!(candidates.try_recv().expect("one answer")[0].peer, peer);
        assert!(candidates.try_recv().is_err());
        drop(candidates);
        rendezvous.on_tick(&mut dhts, now);
        assert!(rendezvous.searches.is_empty());
    }

    #[test]
    fn it_is_active_while_a_key_is_provided_or_looked_for() {
        let (mut dhts, now) = (dhts(), Instant::now());
        let mut rendezvous = Rendezvous::new(now);
        assert!(!rendezvous.active());
        rendezvous.provide(b"key", &mut dhts, now);
        assert!(rendezvous.active());
        rendezvous.stop_providing(b"key", &mut dhts);
        assert!(!rendezvous.active());
        let (found, answers) = mpsc::channel(8);
        rendezvous.find(b"key", SearchOwner::Session(found), &mut dhts);
        rendezvous.find(b"relays", SearchOwner::Relays, &mut dhts);
        assert!(rendezvous.active());
        drop(answers);
        assert!(!rendezvous.active(), "relays are not found in a local network");
    }

    #[test]
    fn the_public_network_is_not_asked_for_relays() {
        let now = Instant::now();
        let mut dhts = DhtSet::new(PeerId::random(), &NetworkPlan::of("public", true), false);
        let dht = dhts.dht(NetworkKind::Public).expect("joined");
        dht.add_address(&PeerId::random(), "/ip4/203.0.113.1/tcp/1".parse().expect("a multiaddr"));
        let mut rendezvous = Rendezvous::new(now);
        rendezvous.find(b"relays", SearchOwner::Relays, &mut dhts);
        assert!(rendezvous.searches[0].queries.is_empty());
        let mut dhts = self::dhts();
        rendezvous.on_tick(&mut dhts, now);
        assert_eq!(rendezvous.searches[0].queries.len(), 1, "the private one");
    }

    #[test]
    fn a_flood_of_providers_is_taken_in_parts() {
        let (mut dhts, now, own) = (dhts(), Instant::now(), PeerId::random());
        let mut rendezvous = Rendezvous::new(now);
        let (found, mut candidates) = mpsc::channel(8);
        rendezvous.find(b"key", SearchOwner::Session(found), &mut dhts);
        let query = (NetworkKind::Private, rendezvous.searches[0].queries[&NetworkKind::Private]);
        let flood: HashSet<_> = (0..10_000).map(|_| PeerId::random()).collect();
        for _ in 0..10 {
            rendezvous.on_providers(query, flood.clone(), own, |_| Vec::new());
        }
        let taken: Vec<_> = std::iter::from_fn(|| candidates.try_recv().ok()).flatten().collect();
        assert_eq!(taken.len(), 8 * MAX_PROVIDERS_OF_AN_ANSWER);
        let different: HashSet<_> = taken.iter().map(|candidate| candidate.peer).collect();
        assert_eq!(different.len(), taken.len());
    }

    #[test]
    fn beyond_the_lan_the_pauses_grow() {
        let (mut dhts, start) = (dhts(), Instant::now());
        let mut rendezvous = Rendezvous::new(start);
        rendezvous.provide(b"key", &mut dhts, start);
        let mut announced = 0;
        let mut next = rendezvous.schedules[&NetworkKind::Private].next;
        for second in 1..=3600 {
            rendezvous.on_new_peer();
            rendezvous.on_tick(&mut dhts, start + Duration::from_secs(second));
            let now = rendezvous.schedules[&NetworkKind::Private].next;
            announced += u32::from(now != next);
            next = now;
        }
        assert!((10..=20).contains(&announced), "{announced} times in an hour, however many peers come");
    }
}
