//! Counting the displacements that anchors vote for, and choosing those that explain most of the damage.
//!
//! Votes only propose: text repeats itself at the distance of its lines and letters, so the vectors are
//! chosen by how many probes (larger areas around anchors) are exactly equal in the previous picture.

use super::{Displacement, GlobalVectors, LumaPlane};
use crate::av1::frame::workers::WorkerThreads;

/// The most displacements that are counted: a power of two.
const SLOTS: usize = 1 << 14;

/// How many displacements compete in the verification.
const CANDIDATES: usize = 16;

/// The least part of the first candidate's votes that a candidate needs: with less it isn't worth verifying.
const MIN_WEIGHT_SHARE: u32 = 256;

/// How many probes are compared: enough to tell apart vectors whose shares differ by a percent.
const PROBES: usize = 1024;

/// How many probes make threads share the candidates.
const PARALLEL_FROM: usize = 256;

/// The least probes of its own that a vector needs: one alone may be chance, or is found more cheaply for its
/// block.
const MIN_PROBES: u32 = 2;

/// The least part of all probes that a vector needs: it costs every block a trial.
const MIN_SHARE: u32 = 256;

/// The area compared around a probe: samples to the left and in all, rows above and in all.
const PROBE_AREA: (usize, usize, usize, usize) = (8, 24, 2, 8);

/// An anchor that moved.
pub(super) type Probe = (u16, u16);

/// Which of the probes a candidate explains.
type ProbeSet = [u64; PROBES / 64];

#[derive(Clone, Copy)]
struct VoteSlot {
    by: Displacement,
    /// 0 where the slot is free.
    weight: u32,
}

/// A bounded count of displacements.
pub(super) struct DisplacementVotes {
    slots: Vec<VoteSlot>,
    used: Vec<u16>,
}

impl DisplacementVotes {
    const FREE: VoteSlot = VoteSlot { by: (0, 0), weight: 0 };

    pub(super) fn new() -> Self {
        Self { slots: vec![Self::FREE; SLOTS], used: Vec::with_capacity(SLOTS) }
    }

    pub(super) fn clear(&mut self) {
        for slot in self.used.drain(..) {
            self.slots[usize::from(slot)] = Self::FREE;
        }
    }

    /// Adds a vote. When three quarters of the slots are taken, only displacements that have one are counted.
    pub(super) fn add(&mut self, by: Displacement, weight: u32) {
        let key = u32::from(by.0 as u16) << 16 | u32::from(by.1 as u16);
        let mut index = (key.wrapping_mul(0x9e37_79b1) >> 18) as usize;
        loop {
            let slot = &mut self.slots[index];
            if slot.weight == 0 {
                if self.used.len() < SLOTS / 4 * 3 {
                    *slot = VoteSlot { by, weight };
                    self.used.push(index as u16);
                }
                return;
            }
            if slot.by == by {
                slot.weight += weight;
                return;
            }
            index = (index + 1) % SLOTS;
        }
    }

    /// The vectors that explain most probes, each counted for what the ones before it leave.
    pub(super) fn winners(
        &self,
        previous: &LumaPlane<'_>,
        current: &LumaPlane<'_>,
        probes: &mut Vec<Probe>,
        workers: &WorkerThreads,
    ) -> GlobalVectors {
        sample_evenly(probes);
        let probes = probes.as_slice();
        let mut explained = [[0; PROBES / 64]; CANDIDATES];
        let candidates = self.candidates();
        let verified = explained.iter_mut().zip(&candidates);
        workers.share_if(probes.len() >= PARALLEL_FROM, verified, |(set, candidate)| {
            if candidate.weight * MIN_WEIGHT_SHARE >= candidates[0].weight {
                *set = explain(previous, current, probes, candidate.by);
            }
        });
        let mut left = [u64::MAX; PROBES / 64];
        let enough = MIN_PROBES.max(probes.len() as u32 / MIN_SHARE);
        let mut vectors = GlobalVectors::default();
        while !vectors.is_full() {
            let gains =
                explained.map(|set| set.iter().zip(left).map(|(set, left)| (set & left).count_ones()).sum());
            // The earliest of equals has most votes.
            let best = (0..CANDIDATES).rev().max_by_key(|index| gains[*index]).unwrap_or(0);
            let gain: u32 = gains[best];
            if gain < enough {
                break;
            }
            vectors.push(candidates[best].by);
            for (left, set) in left.iter_mut().zip(explained[best]) {
                *left &= !set;
            }
        }
        vectors
    }

    /// The displacements with most votes, in their order.
    fn candidates(&self) -> [VoteSlot; CANDIDATES] {
        let mut best = [Self::FREE; CANDIDATES];
        for slot in self.used.iter().map(|index| self.slots[usize::from(*index)]) {
            if slot.weight > best[CANDIDATES - 1].weight {
                let at = best.partition_point(|other| other.weight >= slot.weight);
                best.copy_within(at..CANDIDATES - 1, at + 1);
                best[at] = slot;
            }
        }
        best
    }
}

/// Keeps at most [`PROBES`], from everywhere.
fn sample_evenly(probes: &mut Vec<Probe>) {
    let count = probes.len();
    if count > PROBES {
        for index in 0..PROBES {
            probes[index] = probes[index * count / PROBES];
        }
        probes.truncate(PROBES);
    }
}

/// Which probes equal what stood `by` away. Nothing for no motion, which free candidates have.
fn explain(
    previous: &LumaPlane<'_>,
    current: &LumaPlane<'_>,
    probes: &[Probe],
    by: Displacement,
) -> ProbeSet {
    let mut set = [0; PROBES / 64];
    if by == (0, 0) {
        return set;
    }
    let (left, width, up, height) = PROBE_AREA;
    for (index, &(x, y)) in probes.iter().enumerate() {
        // Probes have a wide surrounding, which holds this area.
        let at = (usize::from(x) - left, usize::from(y) - up);
        if current.block_matches(previous, at, (width, height), by) {
            set[index / 64] |= 1 << (index % 64);
        }
    }
    set
}
