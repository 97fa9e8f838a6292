//! Where a node keeps provider records: the product's store, or one of a hostile node that has junk for every
//! key.

use std::borrow::Cow;

use libp2p::PeerId;
use libp2p::kad::store::{MemoryStore, RecordStore, Result};
use libp2p::kad::{ProviderRecord, Record, RecordKey};
use libp2p::multiaddr::{Multiaddr, Protocol};

use crate::population::{identity, key_of};
use crate::random::Random;

/// Providers in one answer: as many as honest nodes give.
const JUNK_PROVIDERS: usize = 20;

/// Identities that a hostile node makes to find the nearest to a key: in networks up to this size its junk is
/// nearer than all honest nodes.
const GROUND: usize = 2_000;

/// Where those who do not exist are said to be.
const NOWHERE: u64 = u64::MAX;

pub(crate) enum Store {
    Honest(Box<MemoryStore>),
    Junk { seed: u64 },
}

fn junk(seed: u64, key: &RecordKey) -> Vec<ProviderRecord> {
    let wanted = libp2p::kad::KBucketKey::new(key.clone());
    let wanted = wanted.hashed_bytes();
    let part = u64::from_le_bytes(wanted[..8].try_into().expect("8 bytes"));
    let mut random = Random::of(&[seed, part]);
    let mut made: Vec<_> = (0..GROUND).map(|_| identity(&mut random)).collect();
    made.sort_by_cached_key(|peer| {
        let key = key_of(*peer);
        key.iter().zip(wanted).map(|(one, other)| one ^ other).collect::<Vec<_>>()
    });
    let nowhere = Multiaddr::from(Protocol::Memory(NOWHERE));
    let record = |peer| ProviderRecord::new(key.clone(), peer, vec![nowhere.clone()]);
    made.into_iter().take(JUNK_PROVIDERS).map(record).collect()
}

impl RecordStore for Store {
    type RecordsIter<'a> = std::iter::Empty<Cow<'a, Record>>;
    type ProvidedIter<'a> = std::vec::IntoIter<Cow<'a, ProviderRecord>>;

    fn get(&self, _: &RecordKey) -> Option<Cow<'_, Record>> {
        None
    }

    fn put(&mut self, record: Record) -> Result<()> {
        match self {
            Self::Honest(store) => store.put(record),
            Self::Junk { .. } => Ok(()),
        }
    }

    fn remove(&mut self, key: &RecordKey) {
        if let Self::Honest(store) = self {
            store.remove(key);
        }
    }

    fn records(&self) -> Self::RecordsIter<'_> {
        std::iter::empty()
    }

    fn add_provider(&mut self, record: ProviderRecord) -> Result<()> {
        match self {
            Self::Honest(store) => store.add_provider(record),
            Self::Junk { .. } => Ok(()),
        }
    }

    fn providers(&self, key: &RecordKey) -> Vec<ProviderRecord> {
        match self {
            Self::Honest(store) => store.providers(key),
            Self::Junk { seed } => junk(*seed, key),
        }
    }

    fn provided(&self) -> Self::ProvidedIter<'_> {
        match self {
            Self::Honest(store) => store.provided().collect::<Vec<_>>().into_iter(),
            Self::Junk { .. } => Vec::new().into_iter(),
        }
    }

    fn remove_provider(&mut self, key: &RecordKey, peer: &PeerId) {
        if let Self::Honest(store) = self {
            store.remove_provider(key, peer);
        }
    }
}
