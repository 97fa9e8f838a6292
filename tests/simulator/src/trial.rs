//! One trial, as the product does it: a host tells the network that it has a key, a share of the network
//! changes, and a technician elsewhere who knows the key and four nodes of the network looks for the host and
//! connects to it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use beistand_p2p::{CandidateTurn, CandidateTurns};
use futures::{FutureExt, StreamExt};
use libp2p::core::Endpoint;
use libp2p::kad::{self, GetProvidersOk, Mode, QueryId, QueryResult, RecordKey};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm};

use crate::clock::Clock;
use crate::network::Network;
use crate::node::{Kad, calm, on_event, swarm};
use crate::population::{Place, Population, identity};
use crate::random::Random;

/// How long a query of the public network may take, in the product.
const QUERY_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the technician looks, in the product.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(20);

/// The pause between two searches, in the product.
const SEARCH_INTERVAL: Duration = Duration::from_secs(1);

/// Candidates that are tried at once, in the product.
const MAX_CANDIDATES_AT_ONCE: usize = 8;

/// Where persons are reached: no member has such a number.
const FIRST_PERSON: u64 = 1 << 48;

/// Groups of tasks of persons.
const HOST: u64 = 1 << 62;
const TECHNICIAN: u64 = HOST + 1;

/// What came of one trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How long the host took to tell the nodes nearest to the key.
    pub provided: Duration,
    /// The questions and records that it sent for that.
    pub provide_requests: u32,
    /// When the technician first heard of the host.
    pub named: Option<Duration>,
    /// When the technician was connected to the host; nothing where it never was.
    pub reached: Option<Duration>,
    /// How many nodes, each told of by the one before, led to one that named the host.
    pub hops: Option<u32>,
    /// The technician's questions until then.
    pub requests: u32,
    /// The technician's dials until then.
    pub dials: u64,
    /// Others that were named as the host.
    pub junk: usize,
}

struct Person {
    network: Network,
    swarm: Swarm<Kad>,
}

impl Person {
    fn new(network: &Network, random: &mut Random, number: u64, group: u64) -> Self {
        let (peer, place) = (identity(random), Place::random(random));
        let wire = network.person(number, peer, place);
        let mut swarm = swarm(network, group, peer, wire, None, Mode::Client);
        let population = &network.population;
        for entry in &population.entries {
            let address = population.address(*entry, None);
            swarm.behaviour_mut().add_address(&population.members[*entry].peer, address);
        }
        calm(swarm.behaviour_mut());
        Self { network: network.clone(), swarm }
    }

    fn kad(&mut self) -> &mut Kad {
        self.swarm.behaviour_mut()
    }

    /// The next event, nothing at that moment.
    async fn event_until(&mut self, deadline: Duration) -> Option<SwarmEvent<kad::Event>> {
        let mut sleep = self.network.clock.sleep_until(deadline).fuse();
        let event = futures::select_biased! {
            event = self.swarm.select_next_some().fuse() => Some(event),
            () = sleep => None,
        };
        if let Some(SwarmEvent::Behaviour(event)) = &event {
            on_event(self.swarm.behaviour_mut(), event);
        }
        event
    }

    /// What the behaviour knows; of a provider while the answer that named it is being handled.
    fn addresses_of(&mut self, peer: PeerId) -> Vec<Multiaddr> {
        let id = ConnectionId::new_unchecked(0);
        let known = self.kad().handle_pending_outbound_connection(id, Some(peer), &[], Endpoint::Dialer);
        known.unwrap_or_default()
    }

    fn requests(&mut self, query: QueryId) -> Option<u32> {
        self.kad().query(&query).map(|query| query.stats().num_requests())
    }

    async fn provide(&mut self, key: &RecordKey) -> (Duration, u32) {
        let begun = self.network.clock.now();
        let deadline = begun + QUERY_TIMEOUT;
        let query = self.kad().start_providing(key.clone()).expect("its store is empty");
        let mut requests = 0;
        loop {
            requests = self.requests(query).unwrap_or(requests);
            match self.event_until(deadline).await {
                Some(SwarmEvent::Behaviour(kad::Event::OutboundQueryProgressed { id, stats, .. }))
                    if id == query =>
                {
                    return (self.network.clock.now() - begun, requests.max(stats.num_requests()));
                }
                Some(_) => {}
                None => {
                    if let Some(mut query) = self.kad().query_mut(&query) {
                        query.finish();
                    }
                    return (QUERY_TIMEOUT, requests);
                }
            }
        }
    }
}

/// The technician's search.
struct Search {
    person: Person,
    key: RecordKey,
    host: PeerId,
    begun: Duration,
    query: Option<(QueryId, Duration)>,
    next_search: Duration,
    seen: HashSet<PeerId>,
    /// Who, and the addresses that were known when they were named.
    waiting: CandidateTurns<(PeerId, Vec<Multiaddr>)>,
    trying: HashMap<PeerId, CandidateTurn>,
    lookups: Vec<(QueryId, PeerId, Duration)>,
    named: Option<Duration>,
    hops: Option<u32>,
    requests: u32,
}

impl Search {
    async fn run(mut self) -> (Self, Option<Duration>) {
        let deadline = self.begun + SEARCH_TIMEOUT;
        loop {
            let now = self.person.network.clock.now();
            self.look(now);
            self.try_candidates(now);
            let query_end = self.query.map(|(_, end)| end).unwrap_or(self.next_search);
            let lookup_end = self.lookups.iter().map(|(_, _, end)| *end).min();
            let next = deadline.min(query_end).min(lookup_end.unwrap_or(deadline));
            let event = self.person.event_until(next).await;
            let now = self.person.network.clock.now();
            match event {
                Some(SwarmEvent::ConnectionEstablished { peer_id, .. }) if peer_id == self.host => {
                    self.end_query();
                    let reached = now - self.begun;
                    return (self, Some(reached));
                }
                Some(SwarmEvent::OutgoingConnectionError { peer_id: Some(peer), .. }) => {
                    self.on_failed(peer);
                }
                Some(SwarmEvent::Behaviour(event)) => self.on_kad(event, now),
                Some(_) => {}
                None if now >= deadline => {
                    self.end_query();
                    return (self, None);
                }
                None => self.on_time(now),
            }
        }
    }

    fn look(&mut self, now: Duration) {
        if self.query.is_none() && now >= self.next_search {
            let query = self.person.swarm.behaviour_mut().get_providers(self.key.clone());
            self.query = Some((query, now + QUERY_TIMEOUT));
        }
    }

    fn end_query(&mut self) {
        let running = self.query.take().map(|(id, _)| id);
        let lookups = self.lookups.drain(..).map(|(id, ..)| id);
        for id in running.into_iter().chain(lookups).collect::<Vec<_>>() {
            self.requests += self.person.requests(id).unwrap_or_default();
            if let Some(mut query) = self.person.kad().query_mut(&id) {
                query.finish();
            }
        }
    }

    /// What took too long is ended.
    fn on_time(&mut self, now: Duration) {
        let late = |end: &Duration| *end <= now;
        let mut ended: Vec<_> = self.query.iter().filter(|(_, end)| late(end)).map(|(id, _)| *id).collect();
        ended.extend(self.lookups.iter().filter(|(_, _, end)| late(end)).map(|(id, ..)| *id));
        for id in ended {
            if let Some(mut query) = self.person.kad().query_mut(&id) {
                query.finish();
            }
        }
        // The end itself comes as an event.
        if let Some((_, end)) = self.query.as_mut().filter(|(_, end)| late(end)) {
            *end += QUERY_TIMEOUT;
        }
        for (_, _, end) in self.lookups.iter_mut().filter(|(_, _, end)| late(end)) {
            *end += QUERY_TIMEOUT;
        }
    }

    fn on_kad(&mut self, event: kad::Event, now: Duration) {
        let kad::Event::OutboundQueryProgressed { id, result, stats, step } = event else { return };
        match result {
            QueryResult::GetProviders(result) => {
                if let Ok(GetProvidersOk::FoundProviders { providers, .. }) = result {
                    if providers.contains(&self.host) && self.named.is_none() {
                        self.named = Some(now - self.begun);
                        self.hops = self.person.network.hops();
                    }
                    // In an order that does not depend on the set's.
                    let mut new: Vec<_> =
                        providers.into_iter().filter(|peer| self.seen.insert(*peer)).collect();
                    new.sort_unstable();
                    let with_addresses = |peer| (peer, self.person.addresses_of(peer));
                    self.waiting.add(new.into_iter().map(with_addresses));
                }
                if step.last && self.query.is_some_and(|(query, _)| query == id) {
                    self.requests += stats.num_requests();
                    self.query = None;
                    self.next_search = now + SEARCH_INTERVAL;
                }
            }
            QueryResult::GetClosestPeers(result) if step.last => {
                let found = match result {
                    Ok(found) => found.peers,
                    Err(kad::GetClosestPeersError::Timeout { peers, .. }) => peers,
                };
                let Some(at) = self.lookups.iter().position(|(query, ..)| *query == id) else { return };
                let (_, peer, _) = self.lookups.swap_remove(at);
                self.requests += stats.num_requests();
                let addresses = found.into_iter().filter(|found| found.peer_id == peer);
                self.dial(peer, addresses.flat_map(|found| found.addrs).collect());
            }
            _ => {}
        }
    }

    fn try_candidates(&mut self, now: Duration) {
        while self.trying.len() < MAX_CANDIDATES_AT_ONCE
            && let Some((turn, (peer, known))) = self.waiting.take()
        {
            if self.person.swarm.is_connected(&peer) {
                self.waiting.end(turn);
                continue;
            }
            self.trying.insert(peer, turn);
            if known.is_empty() {
                let query = self.person.kad().get_closest_peers(peer);
                self.lookups.push((query, peer, now + QUERY_TIMEOUT));
            } else {
                self.dial(peer, known);
            }
        }
    }

    fn dial(&mut self, peer: PeerId, addresses: Vec<Multiaddr>) {
        let options = DialOpts::peer_id(peer).condition(PeerCondition::Always).addresses(addresses).build();
        if self.person.swarm.dial(options).is_err() {
            self.on_failed(peer);
        }
    }

    fn on_failed(&mut self, peer: PeerId) {
        if let Some(turn) = self.trying.remove(&peer) {
            self.waiting.end(turn);
        }
    }
}

/// Runs the trial of this number. With `all_made` all nodes are made before anything happens, and it is
/// called then.
pub(crate) fn run(
    population: &Arc<Population>,
    seed: u64,
    number: u64,
    all_made: Option<impl FnOnce()>,
) -> Outcome {
    let clock = Clock::default();
    let network = Network::new(population.clone(), clock.clone());
    clock.run(async {
        if let Some(all_made) = all_made {
            network.call_all();
            clock.sleep(Duration::from_millis(1)).await;
            all_made();
        }
        let mut random = Random::of(&[seed, 3, number]);
        let mut host = Person::new(&network, &mut random, FIRST_PERSON, HOST);
        let at: Multiaddr = Protocol::Memory(FIRST_PERSON).into();
        host.swarm.add_external_address(at);
        let mut key = vec![0x12, 0x20];
        key.extend(random.bytes());
        let key = RecordKey::from(key);
        let (provided, provide_requests) = host.provide(&key).await;
        let host_peer = *host.swarm.local_peer_id();
        clock.spawn(
            HOST,
            async move {
                loop {
                    host.swarm.select_next_some().await;
                }
            }
            .boxed(),
        );
        // The last records are on their way.
        clock.sleep(SEARCH_INTERVAL).await;
        network.churn();
        let person = Person::new(&network, &mut random, FIRST_PERSON + 1, TECHNICIAN);
        let begun = clock.now();
        let search = Search {
            person,
            key,
            host: host_peer,
            begun,
            query: None,
            next_search: begun,
            seen: HashSet::new(),
            waiting: CandidateTurns::default(),
            trying: HashMap::new(),
            lookups: Vec::new(),
            named: None,
            hops: None,
            requests: 0,
        };
        let (search, reached) = search.run().await;
        let found = usize::from(search.seen.contains(&host_peer));
        Outcome {
            provided,
            provide_requests,
            named: search.named,
            reached,
            hops: search.hops,
            requests: search.requests,
            dials: network.dials(),
            junk: search.seen.len() - found,
        }
    })
}
