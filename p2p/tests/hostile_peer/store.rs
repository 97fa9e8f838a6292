//! A store of provider records that returns new fakes for every question, together with the records that it
//! was given.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use libp2p::PeerId;
use libp2p::kad::store::{RecordStore, Result};
use libp2p::kad::{ProviderRecord, Record, RecordKey};

pub(super) struct Flood {
    each: usize,
    port: u16,
    count: Arc<AtomicUsize>,
    real: Vec<ProviderRecord>,
}

impl Flood {
    pub(super) fn new(each: usize, port: u16, count: Arc<AtomicUsize>) -> Self {
        Self { each, port, count, real: Vec::new() }
    }

    fn fake(&self, key: &RecordKey) -> ProviderRecord {
        let peer = PeerId::random();
        // A peer's name ends with random bytes.
        let name = peer.to_bytes();
        let [.., a, b] = name[..] else { unreachable!("a peer's name is longer") };
        let at = format!("/ip4/127.{}.{}.1/tcp/{}", a.max(1), b, self.port);
        ProviderRecord::new(key.clone(), peer, vec![at.parse().expect("a multiaddr")])
    }
}

impl RecordStore for Flood {
    type RecordsIter<'a> = std::iter::Empty<Cow<'a, Record>>;
    type ProvidedIter<'a> = std::iter::Empty<Cow<'a, ProviderRecord>>;

    fn get(&self, _: &RecordKey) -> Option<Cow<'_, Record>> {
        None
    }

    fn put(&mut self, _: Record) -> Result<()> {
        Ok(())
    }

    fn remove(&mut self, _: &RecordKey) {}

    fn records(&self) -> Self::RecordsIter<'_> {
        std::iter::empty()
    }

    fn add_provider(&mut self, record: ProviderRecord) -> Result<()> {
        self.real.push(record);
        Ok(())
    }

    fn providers(&self, key: &RecordKey) -> Vec<ProviderRecord> {
        self.count.fetch_add(self.each, Ordering::Relaxed);
        let mut all: Vec<_> = (0..self.each).map(|_| self.fake(key)).collect();
        all.extend(self.real.iter().filter(|record| record.key == *key).cloned());
        all
    }

    fn provided(&self) -> Self::ProvidedIter<'_> {
        std::iter::empty()
    }

    fn remove_provider(&mut self, _: &RecordKey, _: &PeerId) {}
}
