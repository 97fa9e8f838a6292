//! The networks that a node is in, each with a Kademlia DHT of its own: the public IPFS one, a private one by
//! name, and that of the local network.
//!
//! It defines the networks, their settings, and which addresses go into which. [`super::rendezvous`] provides
//! and finds keys in them.

use std::num::NonZeroUsize;
use std::time::Duration;

use libp2p::core::Endpoint;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::swarm::{ConnectionId, NetworkBehaviour, StreamProtocol};
use libp2p::{Multiaddr, PeerId, kad};
use sha2::{Digest, Sha256};

use super::addresses;
use super::near::NearOnly;

/// The networks that a program joins by default: the public one and the LAN.
pub const DEFAULT_NETWORK: &str = "default";

/// The public network alone.
pub const PUBLIC_NETWORK: &str = "public";

/// The local network alone.
pub const LAN_NETWORK: &str = "lan";

/// Entry points of the public network, by the names that its operators publish.
const PUBLIC_BOOTSTRAP: [&str; 4] = [
    "/dnsaddr/bootstrap.libp2p.io/p2p/QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN",
    "/dnsaddr/bootstrap.libp2p.io/p2p/QmQCU2EcMqAqQPR2i9bChDtGNJchTbq5TbXJJ16u19uLTa",
    "/dnsaddr/bootstrap.libp2p.io/p2p/QmbLHAnMoJPWSCR5Zhtx6BHJX9KiKNN6tpvbUcqanj75Nb",
    "/dnsaddr/bootstrap.libp2p.io/p2p/QmcZf59bWwK5XFi76CZX8cbJ4BhTzzA3gU1ZjYZcYW3dwt",
];

/// The relays of the public network whose operators are trusted with who helps whom, each with its key in a
/// `/p2p/` part. The project runs none so far; the setting `relays` names others.
const PUBLIC_RELAYS: [&str; 0] = [];

const PUBLIC_PROTOCOL: StreamProtocol = StreamProtocol::new("/ipfs/kad/1.0.0");

/// Provider records of others that a person's node keeps for the LAN's DHT: one per open invite.
const MAX_PROVIDED_KEYS: usize = 256;

/// Provider records of others that a public node keeps: 13 MB at about 200 bytes each.
const MAX_PROVIDED_KEYS_SERVING: usize = 65_536;

/// Providers kept per key: more than an honest key has. In a flood the nearest are kept, as Kademlia does.
const MAX_PROVIDERS_PER_KEY: usize = 20;

/// How long others keep a provider record: the longest life of an invite, 60 minutes.
const PROVIDER_LIFE: Duration = Duration::from_secs(3600);

/// How long a query may take if every peer answers: a few hops of a few round trips each.
const QUERY_TIMEOUT: Duration = Duration::from_secs(10);

/// The same on the public network, where some nodes never answer.
const PUBLIC_QUERY_TIMEOUT: Duration = Duration::from_secs(30);

/// Questions of one query at once: as many as in IPFS' own implementation. With the library's 3, a few
/// hostile nodes can block a query, each for 10 s, or lead it to peers that do not exist.
const QUESTIONS_AT_ONCE: NonZeroUsize = NonZeroUsize::new(10).expect("it is not 0");

/// The largest DHT message in bytes: 20 peers with a few addresses each. It is the library's default, fixed
/// here.
const MAX_KAD_PACKET_BYTES: usize = 16 * 1024;

/// Addresses of one peer that go into a DHT's table at once: what a machine with several interfaces
/// announces.
const MAX_LEARNED_ADDRESSES: usize = 8;

/// Bytes of the hash that names a LAN's DHT: enough that no two networks share one by accident.
const LAN_NAME_BYTES: usize = 8;

pub(super) type KadBehaviour = kad::Behaviour<kad::store::MemoryStore>;

/// One of the networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum NetworkKind {
    Public,
    Private,
    Lan,
}

impl NetworkKind {
    pub(super) const ALL: [Self; 3] = [Self::Public, Self::Private, Self::Lan];
}

/// A query and the network that it runs in.
pub(super) type NetworkQuery = (NetworkKind, kad::QueryId);

/// The networks that a configuration's name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NetworkPlan {
    /// The name in the LAN's protocol and in the invite's derivation.
    pub(super) id: String,
    pub(super) public: bool,
    pub(super) private: bool,
    pub(super) lan: bool,
}

impl NetworkPlan {
    /// The networks of `name`. If this node listens on loopback only (not `outside`), nothing may leave the
    /// machine, so the public network is not joined.
    pub(super) fn of(name: &str, outside: bool) -> Self {
        let (public, private, lan) = match name {
            DEFAULT_NETWORK => (true, false, true),
            PUBLIC_NETWORK => (true, false, false),
            LAN_NETWORK => (false, false, true),
            _ => (false, true, true),
        };
        Self { id: invite_network(name).to_owned(), public: public && outside, private, lan }
    }

    /// The entry points: those of the configuration, or the public network's own.
    pub(super) fn bootstrap(&self, configured: &[Multiaddr]) -> Vec<Multiaddr> {
        if self.public && configured.is_empty() {
            return PUBLIC_BOOTSTRAP.iter().map(|text| text.parse().expect("a constant, tested")).collect();
        }
        configured.to_vec()
    }

    /// The relays that are preferred to strangers': those of the configuration, or the public network's own.
    /// In a private network also the peers through which it is entered, whose keys come from whoever runs it.
    pub(super) fn relays(&self, configured: &[Multiaddr], bootstrap: &[Multiaddr]) -> Vec<Multiaddr> {
        let built_in =
            || PUBLIC_RELAYS.iter().map(|text| text.parse().expect("a constant, tested")).collect();
        let mut relays = if self.public && configured.is_empty() { built_in() } else { configured.to_vec() };
        if self.private {
            relays.extend_from_slice(bootstrap);
        }
        relays
    }
}

/// The name under which invites are derived. It is the same for the LAN, the public network and both, so that
/// people can meet who share only one of them.
pub(super) fn invite_network(name: &str) -> &str {
    match name {
        PUBLIC_NETWORK | LAN_NETWORK => DEFAULT_NETWORK,
        name => name,
    }
}

/// The DHTs of the joined networks.
#[derive(NetworkBehaviour)]
pub(crate) struct DhtSet {
    public: Toggle<KadBehaviour>,
    private: Toggle<KadBehaviour>,
    lan: Toggle<NearOnly<KadBehaviour>>,
}

impl DhtSet {
    /// Creates the DHTs of `plan`. Beyond the LAN a public node is a server and a person's a client, also one
    /// that can be reached: a server stands in others' tables, so in every list that is made of the network.
    /// On the LAN there is nobody else to be a server; there a person's node is one while
    /// [`Self::serve_neighbours`] says so.
    pub(super) fn new(peer: PeerId, plan: &NetworkPlan, serving: bool) -> Self {
        let outer = |protocol: StreamProtocol, timeout: Duration| {
            let mode = if serving { kad::Mode::Server } else { kad::Mode::Client };
            let keys = if serving { MAX_PROVIDED_KEYS_SERVING } else { MAX_PROVIDED_KEYS };
            dht(peer, protocol, timeout, kad::BucketInserts::OnConnected, keys, mode)
        };
        let inner = |protocol| {
            let manual = kad::BucketInserts::Manual;
            NearOnly::new(dht(peer, protocol, QUERY_TIMEOUT, manual, MAX_PROVIDED_KEYS, kad::Mode::Client))
        };
        // A public node takes no part in anybody's LAN.
        let lan = plan.lan && !serving;
        Self {
            public: plan.public.then(|| outer(PUBLIC_PROTOCOL, PUBLIC_QUERY_TIMEOUT)).into(),
            private: plan.private.then(|| outer(private_protocol(&plan.id), QUERY_TIMEOUT)).into(),
            lan: lan.then(|| inner(lan_protocol(&plan.id))).into(),
        }
    }

    /// The DHT of one network, if it is joined.
    pub(super) fn dht(&mut self, network: NetworkKind) -> Option<&mut KadBehaviour> {
        match network {
            NetworkKind::Public => self.public.as_mut(),
            NetworkKind::Private => self.private.as_mut(),
            NetworkKind::Lan => self.lan.as_mut().map(NearOnly::inner_mut),
        }
    }

    /// The joined networks with their DHTs.
    pub(super) fn joined(&mut self) -> impl Iterator<Item = (NetworkKind, &mut KadBehaviour)> {
        [
            (NetworkKind::Public, self.public.as_mut()),
            (NetworkKind::Private, self.private.as_mut()),
            (NetworkKind::Lan, self.lan.as_mut().map(NearOnly::inner_mut)),
        ]
        .into_iter()
        .filter_map(|(network, dht)| Some((network, dht?)))
    }

    /// Whether this query is still running.
    pub(super) fn running(&mut self, (network, id): NetworkQuery) -> bool {
        self.dht(network).is_some_and(|dht| dht.query(&id).is_some())
    }

    /// Peers in a network's routing table.
    pub(super) fn known_peers(&mut self, network: NetworkKind) -> usize {
        self.dht(network).map_or(0, |dht| dht.kbuckets().map(|bucket| bucket.num_entries()).sum())
    }

    /// Whether any network beyond the LAN is joined.
    pub(super) fn reaches_out(&self) -> bool {
        self.public.is_enabled() || self.private.is_enabled()
    }

    /// Puts the addresses that a peer announces into the DHTs that it serves; `remote` is where it really is.
    pub(super) fn learn(
        &mut self,
        peer: PeerId,
        remote: Option<&Multiaddr>,
        listen: &[Multiaddr],
        protocols: &[StreamProtocol],
    ) {
        let near = remote.is_some_and(addresses::local_address);
        for (network, dht) in self.joined() {
            if !dht.protocol_names().iter().any(|name| protocols.contains(name)) {
                continue;
            }
            // On the LAN only addresses of the LAN; beyond it only those that mean the same machine
            // everywhere.
            let fits = |address: &&Multiaddr| {
                addresses::dialable(address)
                    && !addresses::relayed(address)
                    && match network {
                        NetworkKind::Lan => {
                            near && addresses::local_address(address) && !addresses::loopback(address)
                        }
                        NetworkKind::Public => addresses::global(address),
                        NetworkKind::Private => !addresses::loopback(address),
                    }
            };
            for address in listen.iter().filter(fits).take(MAX_LEARNED_ADDRESSES) {
                dht.add_address(&peer, address.clone());
            }
            if let Some(remote) = remote.filter(|_| network == NetworkKind::Lan && near) {
                dht.add_address(&peer, remote.clone());
            }
        }
    }

    /// Adds a peer that multicast DNS found.
    pub(super) fn learn_lan(&mut self, peer: PeerId, address: Multiaddr) {
        if let Some(dht) = self.dht(NetworkKind::Lan) {
            dht.add_address(&peer, address);
        }
    }

    /// The addresses of a peer that the DHTs know, from their tables and from running queries. An event that
    /// names providers carries no addresses, but is delivered while its query still holds them.
    pub(super) fn addresses_of(&mut self, peer: PeerId) -> Vec<Multiaddr> {
        let mut known = Vec::new();
        for (_, dht) in self.joined() {
            let id = ConnectionId::new_unchecked(0);
            let found = dht.handle_pending_outbound_connection(id, Some(peer), &[], Endpoint::Dialer);
            known.extend(found.unwrap_or_default());
        }
        known
    }

    /// Whether to answer others on the LAN. Otherwise nobody there learns that this node has a DHT.
    pub(super) fn serve_neighbours(&mut self, serving: bool) {
        let mode = if serving { kad::Mode::Server } else { kad::Mode::Client };
        if let Some(dht) = self.dht(NetworkKind::Lan).filter(|dht| dht.mode() != mode) {
            dht.set_mode(Some(mode));
        }
    }
}

impl DhtSetEvent {
    /// The event, and the network in which it happened.
    pub(super) fn split(self) -> (NetworkKind, kad::Event) {
        match self {
            Self::Public(event) => (NetworkKind::Public, event),
            Self::Private(event) => (NetworkKind::Private, event),
            Self::Lan(event) => (NetworkKind::Lan, event),
        }
    }
}

fn private_protocol(id: &str) -> StreamProtocol {
    protocol(format!("/beistand/{id}/kad/1"))
}

/// A neighbour who looks at this computer reads neither the program's name nor the network's here. One who
/// knows both can still ask for it by name.
fn lan_protocol(id: &str) -> StreamProtocol {
    let hash = Sha256::digest(format!("/beistand/{id}/lan/kad/1"));
    protocol(format!("/lan/kad/{}", data_encoding::HEXLOWER.encode(&hash[..LAN_NAME_BYTES])))
}

fn protocol(name: String) -> StreamProtocol {
    StreamProtocol::try_from_owned(name).expect("it begins with a slash, as a protocol's name must")
}

/// The settings of our DHTs, for programs that simulate them: those of the behaviour and of its store.
pub fn dht_settings(
    protocol: StreamProtocol,
    query_timeout: Duration,
    inserts: kad::BucketInserts,
    max_provided_keys: usize,
) -> (kad::Config, kad::store::MemoryStoreConfig) {
    let mut config = kad::Config::new(protocol);
    config
        .set_query_timeout(query_timeout)
        .set_parallelism(QUESTIONS_AT_ONCE)
        .set_kbucket_inserts(inserts)
        .set_provider_record_ttl(Some(PROVIDER_LIFE))
        // Records are published again by the node itself, which knows whether the invite is still open.
        .set_provider_publication_interval(None)
        // Provider records are stored as they arrive, within the store's bounds; there is no room for values.
        .set_record_filtering(kad::StoreInserts::Unfiltered)
        .set_max_packet_size(MAX_KAD_PACKET_BYTES)
        .set_periodic_bootstrap_interval(None);
    let store = kad::store::MemoryStoreConfig {
        // Values are not used here, so none is stored, whoever sends it.
        max_records: 0,
        max_provided_keys,
        max_providers_per_key: MAX_PROVIDERS_PER_KEY,
        ..kad::store::MemoryStoreConfig::default()
    };
    (config, store)
}

fn dht(
    peer: PeerId,
    protocol: StreamProtocol,
    query_timeout: Duration,
    inserts: kad::BucketInserts,
    max_provided_keys: usize,
    mode: kad::Mode,
) -> KadBehaviour {
    let (config, store) = dht_settings(protocol, query_timeout, inserts, max_provided_keys);
    let mut behaviour =
        kad::Behaviour::with_config(peer, kad::store::MemoryStore::with_config(peer, store), config);
    behaviour.set_mode(Some(mode));
    behaviour
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_its_networks() {
        let joined = |name, outside| {
            let plan = NetworkPlan::of(name, outside);
            (plan.public, plan.private, plan.lan)
        };
        assert_eq!(joined(DEFAULT_NETWORK, true), (true, false, true));
        assert_eq!(
            joined(DEFAULT_NETWORK, false),
            (false, false, true),
            "loopback alone joins nothing outside"
        );
        assert_eq!(joined(PUBLIC_NETWORK, true), (true, false, false));
        assert_eq!(joined(LAN_NETWORK, true), (false, false, true));
        assert_eq!(joined("office", true), (false, true, true));
    }

    #[test]
    fn invites_of_the_public_and_of_the_local_network_are_the_same() {
        assert_eq!(invite_network(LAN_NETWORK), invite_network(DEFAULT_NETWORK));
        assert_eq!(invite_network(PUBLIC_NETWORK), invite_network(DEFAULT_NETWORK));
        assert_ne!(invite_network("office"), invite_network(DEFAULT_NETWORK));
    }

    #[test]
    fn the_public_names_are_the_way_in_unless_others_are_given() {
        let plan = NetworkPlan::of(DEFAULT_NETWORK, true);
        assert_eq!(plan.bootstrap(&[]).len(), PUBLIC_BOOTSTRAP.len());
        let own: Multiaddr = "/ip4/192.0.2.1/tcp/4001".parse().expect("a multiaddr");
        assert_eq!(plan.bootstrap(std::slice::from_ref(&own)), [own]);
        assert!(NetworkPlan::of(LAN_NETWORK, true).bootstrap(&[]).is_empty());
    }

    #[test]
    fn nobody_reads_what_the_local_network_is_called() {
        let name = lan_protocol("office");
        assert!(!name.as_ref().contains("beistand") && !name.as_ref().contains("office"), "{name}");
        assert_ne!(name, lan_protocol(DEFAULT_NETWORK));
    }

    #[test]
    fn relays_are_trusted_by_the_configuration_alone() {
        let own: Multiaddr = "/ip4/192.0.2.1/tcp/4001".parse().expect("a multiaddr");
        let entry: Multiaddr = "/ip4/192.0.2.2/tcp/4001".parse().expect("a multiaddr");
        let [owns, entries] = [&own, &entry].map(std::slice::from_ref);
        let public = NetworkPlan::of(PUBLIC_NETWORK, true);
        assert_eq!(
            public.relays(&[], entries).len(),
            PUBLIC_RELAYS.len(),
            "an entry point is no relay of ours"
        );
        assert_eq!(public.relays(owns, entries), std::slice::from_ref(&own));
        assert_eq!(NetworkPlan::of("office", true).relays(owns, entries), [own, entry]);
    }

    #[test]
    fn a_person_serves_no_dht_beyond_the_local_network() {
        for name in [DEFAULT_NETWORK, "office"] {
            let mut dhts = DhtSet::new(PeerId::random(), &NetworkPlan::of(name, true), false);
            dhts.serve_neighbours(true);
            for (network, dht) in dhts.joined() {
                let expected =
                    if network == NetworkKind::Lan { kad::Mode::Server } else { kad::Mode::Client };
                assert_eq!(dht.mode(), expected, "{network:?}");
            }
            dhts.serve_neighbours(false);
            assert!(dhts.joined().all(|(_, dht)| dht.mode() == kad::Mode::Client));
        }
        let mut public_node = DhtSet::new(PeerId::random(), &NetworkPlan::of(PUBLIC_NETWORK, true), true);
        assert!(public_node.joined().all(|(_, dht)| dht.mode() == kad::Mode::Server));
    }

    #[test]
    fn only_what_belongs_there_goes_into_a_table() {
        let peer = PeerId::random();
        let address = |text: &str| -> Multiaddr { text.parse().expect("a multiaddr") };
        let listen =
            ["/ip4/127.0.0.1/tcp/1", "/ip4/192.168.1.5/tcp/1", "/ip4/203.0.113.5/tcp/1"].map(address);
        let mut dhts = DhtSet::new(PeerId::random(), &NetworkPlan::of(DEFAULT_NETWORK, true), false);
        let protocols = [PUBLIC_PROTOCOL, lan_protocol(DEFAULT_NETWORK)];

        dhts.learn(peer, Some(&listen[2]), &listen, &protocols);
        let known = listen[2].clone().with_p2p(peer).expect("without one so far");
        assert_eq!(dhts.addresses_of(peer), [known], "a stranger's LAN is not ours");
        dhts.learn(peer, Some(&listen[1]), &listen, &protocols[1..]);
        assert!(dhts.dht(NetworkKind::Lan).expect("joined").kbuckets().count() == 1);
        dhts.learn(PeerId::random(), Some(&listen[2]), &listen, &[]);
        assert_eq!(dhts.known_peers(NetworkKind::Public), 1, "who serves no DHT is in none");
    }
}
