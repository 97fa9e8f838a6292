//! Who is in the network: identities, places, conduct, and the routing table that each node would have in a
//! network that has settled. Everything follows from the seed; nothing here runs.

use std::time::Duration;

use libp2p::kad::{K_VALUE, KBucketKey};
use libp2p::multiaddr::Protocol;
use libp2p::multihash::Multihash;
use libp2p::{Multiaddr, PeerId};

use crate::Scenario;
use crate::random::Random;

/// Peers by which everybody enters, which are honest and stay: the public network names four.
const ENTRIES: usize = 4;

/// Buckets with more members than this are sampled by trying members at random.
const SMALL_BUCKET: usize = 256;

/// The code of SHA-256 in multihashes, which an identity of RSA keys has.
const SHA_256: u64 = 0x12;

/// What a node does when it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conduct {
    Honest,
    /// Names 20 providers of any key that do not exist, with identities near the key, and stores nothing.
    Junk,
    /// Takes connections and questions and never answers.
    Mute,
}

/// Where a node is: the delay between two grows with their distance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    x: f64,
    y: f64,
    access_millis: f64,
}

impl Place {
    pub(crate) fn random(random: &mut Random) -> Self {
        Self { x: random.share(), y: random.share(), access_millis: 1.0 + 9.0 * random.share() }
    }

    /// One way: 4 to 121 ms, 50 ms in the middle.
    pub(crate) fn delay_to(&self, other: &Self) -> Duration {
        let way = (self.x - other.x).hypot(self.y - other.y);
        Duration::from_secs_f64((2.0 + self.access_millis + other.access_millis + 70.0 * way) / 1000.0)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// Its place in the key space, by which members are sorted.
    pub(crate) key: [u8; 32],
    pub(crate) peer: PeerId,
    pub(crate) place: Place,
    pub(crate) conduct: Conduct,
    /// Gone when the technician looks.
    pub(crate) leaves: bool,
    /// There only when the technician looks.
    pub(crate) comes: bool,
}

#[derive(Debug)]
pub(crate) struct Population {
    seed: u64,
    pub(crate) members: Vec<Member>,
    pub(crate) entries: Vec<usize>,
}

/// An identity whose key nobody has; none is needed here.
pub(crate) fn identity(random: &mut Random) -> PeerId {
    let hash = Multihash::wrap(SHA_256, &random.bytes()).expect("32 bytes fit");
    PeerId::from_multihash(hash).expect("a SHA-256 hash is an identity")
}

pub(crate) fn key_of(peer: PeerId) -> [u8; 32] {
    KBucketKey::from(peer).hashed_bytes().try_into().expect("a key has 32 bytes")
}

impl Population {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let mut random = Random::of(&[scenario.seed, 1]);
        let newcomers = (scenario.nodes as f64 * scenario.churn).round() as usize;
        let mut members: Vec<_> = (0..scenario.nodes + newcomers)
            .map(|number| {
                let peer = identity(&mut random);
                let place = Place::random(&mut random);
                let (hostile, junk) = (random.share() < scenario.hostile, random.share() < scenario.junk);
                let conduct = match (hostile, junk) {
                    (false, _) => Conduct::Honest,
                    (true, true) => Conduct::Junk,
                    (true, false) => Conduct::Mute,
                };
                let comes = number >= scenario.nodes;
                let leaves = !comes && random.share() < scenario.churn;
                Member { key: key_of(peer), peer, place, conduct, leaves, comes }
            })
            .collect();
        members.sort_unstable_by_key(|member| member.key);
        let mut entries = Vec::new();
        while entries.len() < ENTRIES {
            let entry = random.below(members.len());
            if !members[entry].comes && !entries.contains(&entry) {
                entries.push(entry);
                (members[entry].conduct, members[entry].leaves) = (Conduct::Honest, false);
            }
        }
        Self { seed: scenario.seed, members, entries }
    }

    /// The address by which `teller` tells of a member: the transport sees from it who told whom.
    pub(crate) fn address(&self, member: usize, teller: Option<usize>) -> Multiaddr {
        let mut address = Multiaddr::from(Protocol::Memory(member as u64 + 1));
        if let Some(teller) = teller {
            address.push(Protocol::Memory(teller as u64 + 1));
        }
        address
    }

    /// Whom a member knows: up to 20 in each bucket. Those who were there first stay, gone or not; newcomers
    /// are found where there is room, and know nobody who is gone.
    pub(crate) fn table(&self, member: usize, after_churn: bool) -> Vec<usize> {
        let own = &self.members[member];
        let mut table = Vec::new();
        let (mut low, mut high) = (0, self.members.len());
        for bit in 0..256 {
            if high - low <= 1 {
                break;
            }
            let set = |key: &[u8; 32]| key[bit / 8] & (0x80 >> (bit % 8)) != 0;
            let middle = low + self.members[low..high].partition_point(|other| !set(&other.key));
            let bucket = if set(&own.key) { low..middle } else { middle..high };
            (low, high) = if set(&own.key) { (middle, high) } else { (low, middle) };
            let mut random = Random::of(&[self.seed, 2, member as u64, bit as u64]);
            let first = |other: &Member| if own.comes { !other.leaves } else { !other.comes };
            let mut known = self.sample(bucket.clone(), K_VALUE.get(), first, &mut random);
            if after_churn && !own.comes && known.len() < K_VALUE.get() {
                let room = K_VALUE.get() - known.len();
                known.extend(self.sample(bucket, room, |other| other.comes, &mut random));
            }
            table.extend(known);
        }
        table
    }

    fn sample(
        &self,
        bucket: std::ops::Range<usize>,
        count: usize,
        fits: impl Fn(&Member) -> bool,
        random: &mut Random,
    ) -> Vec<usize> {
        let mut taken = Vec::new();
        if bucket.len() > SMALL_BUCKET {
            // At least half of the members fit: as many leave as come, and not all.
            while taken.len() < count {
                let one = bucket.start + random.below(bucket.len());
                if fits(&self.members[one]) && !taken.contains(&one) {
                    taken.push(one);
                }
            }
            return taken;
        }
        let mut all: Vec<_> = bucket.filter(|one| fits(&self.members[*one])).collect();
        while taken.len() < count && !all.is_empty() {
            taken.push(all.swap_remove(random.below(all.len())));
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_those_near_in_full_and_twenty_of_those_far_away() {
        let scenario = Scenario { nodes: 1000, churn: 0.0, ..Scenario::default() };
        let population = Population::new(&scenario);
        let table = population.table(7, false);
        // ln(1000 / 20) / ln 2 full buckets, and some twenty in the rest.
        assert!((110..=170).contains(&table.len()), "{}", table.len());
        let own = population.members[7].key;
        let distance = |other: usize| -> Vec<u8> {
            population.members[other].key.iter().zip(own).map(|(a, b)| a ^ b).collect()
        };
        let mut nearest: Vec<_> = (0..1000).filter(|other| *other != 7).collect();
        nearest.sort_by_key(|other| distance(*other));
        assert!(nearest[..10].iter().all(|near| table.contains(near)));
        assert_eq!(table, population.table(7, false), "always the same");
    }

    #[test]
    fn newcomers_are_known_where_there_is_room() {
        let scenario = Scenario { nodes: 500, churn: 0.3, ..Scenario::default() };
        let population = Population::new(&scenario);
        let is_new = |other: &usize| population.members[*other].comes;
        let old = (0..population.members.len()).find(|one| !is_new(one)).expect("most are");
        assert!(!population.table(old, false).iter().any(is_new));
        assert!(population.table(old, true).iter().any(is_new));
        let new = (0..population.members.len()).find(is_new).expect("some are");
        assert!(population.table(new, true).iter().all(|one| !population.members[*one].leaves));
    }
}
