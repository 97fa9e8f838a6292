//! A bounded multimap from keys to places of the previous picture.
//!
//! Buckets of one cache line without chains: what doesn't fit is dropped, as only unique content is worth
//! finding.

/// How many places of one key are kept: content that stands in more places says little about motion.
pub(super) const PLACES_PER_KEY: usize = 4;

/// Entries of a bucket: 8 of 8 bytes are a cache line.
const BUCKET: usize = 8;

#[derive(Clone, Copy, PartialEq, Eq)]
struct AnchorEntry {
    /// 0 where the entry is free.
    key: u32,
    place: (u16, u16),
}

#[derive(Clone, Copy)]
#[repr(align(64))]
struct AnchorBucket([AnchorEntry; BUCKET]);

impl AnchorBucket {
    const EMPTY: Self = Self([AnchorEntry { key: 0, place: (0, 0) }; BUCKET]);
}

/// Places by key. The key 0 stands for none and is ignored.
pub(super) struct AnchorTable {
    buckets: Vec<AnchorBucket>,
    shift: u32,
}

impl AnchorTable {
    /// A table with room for about as many places.
    pub(super) fn new(places: usize) -> Self {
        let buckets = places.div_ceil(BUCKET).next_power_of_two().max(2);
        Self { buckets: vec![AnchorBucket::EMPTY; buckets], shift: 32 - buckets.trailing_zeros() }
    }

    /// The places known for a key, at most [`PLACES_PER_KEY`].
    pub(super) fn places(&self, key: u32) -> impl Iterator<Item = (u16, u16)> + '_ {
        self.buckets[self.bucket(key)]
            .0
            .iter()
            .filter(move |entry| entry.key == key && key != 0)
            .map(|entry| entry.place)
    }

    /// Adds a place. A full bucket loses one of its others.
    pub(super) fn insert(&mut self, key: u32, place: (u16, u16)) {
        if key == 0 {
            return;
        }
        let index = self.bucket(key);
        let bucket = &mut self.buckets[index].0;
        if bucket.iter().filter(|entry| entry.key == key).count() >= PLACES_PER_KEY {
            return;
        }
        let victim = usize::from(place.0 ^ place.1) % BUCKET;
        let slot = bucket.iter().position(|entry| entry.key == 0).unwrap_or(victim);
        bucket[slot] = AnchorEntry { key, place };
    }

    /// Removes a place, if it is known.
    pub(super) fn remove(&mut self, key: u32, place: (u16, u16)) {
        if key == 0 {
            return;
        }
        let index = self.bucket(key);
        if let Some(entry) =
            self.buckets[index].0.iter_mut().find(|entry| **entry == AnchorEntry { key, place })
        {
            entry.key = 0;
        }
    }

    fn bucket(&self, key: u32) -> usize {
        (key.wrapping_mul(0x9e37_79b1) >> self.shift) as usize
    }
}
