//! A store of provider records that returns new fakes for every question, together with the records that it
//! was given.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use libp2p::PeerId;
use libp2p::kad::store::{RecordStore, Result};
use libp2p::kad::{ProviderRecord, Record, RecordKey};

pub(super) struct FloodStore {
    each: usize,
    count: Arc<AtomicUsize>,
    real: Vec<ProviderRecord>,
}

impl FloodStore {
    pub(super) fn new(each: usize, count: Arc<AtomicUsize>) -> Self {
        Self { each, count, real: Vec::new() }
    }
}

impl RecordStore for FloodStore {
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
        // Nobody listens there.
        let nowhere = vec!["/ip4/127.0.0.1/tcp/1".parse().expect("a multiaddr")];
        let fake = |_| ProviderRecord::new(key.clone(), PeerId::random(), nowhere.clone());
        let mut all: Vec<_> = (0..self.each).map(fake).collect();
        all.extend(self.real.iter().filter(|record| record.key == *key).cloned());
        all
    }

    fn provided(&self) -> Self::ProvidedIter<'_> {
        std::iter::empty()
    }

    fn remove_provider(&mut self, _: &RecordKey, _: &PeerId) {}
}
