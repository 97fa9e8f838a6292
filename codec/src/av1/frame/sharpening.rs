//! What a refinement refines: what is coarse before what is close, text before photographs, and of equals
//! what is nearest to the pointer or to the last change.
//!
//! It codes nothing; how much fits is learnt from the refinements before.

use super::sharpness::SuperblockSharpness;
use super::stream::FrameStream;
use super::tile::SuperblockWork;
use crate::av1::types::SUPERBLOCK;
use crate::{SharpeningDepth, SharpeningWish, Sharpness};

/// How long a refinement takes at most, in superblocks that are coded without loss: about 20 ms on two cores.
const REFINED_SUPERBLOCKS: usize = 128;

/// How many superblocks are sharpened in the time in which one is coded without loss.
const SHARPENED_IN_THE_TIME: usize = 4;

/// How much more is chosen than fits by what is known, in quarters: what does not fit is left as it is.
const CHOSEN_QUARTERS: usize = 5;

impl From<SuperblockSharpness> for Sharpness {
    fn from(sharpness: SuperblockSharpness) -> Self {
        match sharpness {
            SuperblockSharpness::Exact => Self::Exact,
            SuperblockSharpness::Close | SuperblockSharpness::CloseText | SuperblockSharpness::Fair => {
                Self::Close
            }
            SuperblockSharpness::Coarse | SuperblockSharpness::CoarseText => Self::Coarse,
        }
    }
}

/// A superblock of a picture, and what is to be done with it.
type ChosenWork = (usize, SuperblockWork);

/// See the module. It keeps its lists, so that nothing is allocated per frame.
#[derive(Default)]
pub(crate) struct RefinementChoice {
    /// Where the last change was, in superblocks.
    changed_at: Option<(i32, i32)>,
    order: Vec<(u32, usize)>,
    chosen: Vec<ChosenWork>,
}

impl RefinementChoice {
    /// A picture changed where the stream says.
    pub(crate) fn note_change(&mut self, stream: &FrameStream) {
        let columns = columns(stream);
        let changed = stream.changed().iter().enumerate().filter(|(_, changed)| **changed);
        let (mut x, mut y, mut count) = (0, 0, 0);
        for (index, _) in changed {
            x += index % columns;
            y += index / columns;
            count += 1;
        }
        if let (Some(x), Some(y)) = (x.checked_div(count), y.checked_div(count)) {
            self.changed_at = Some((x as i32, y as i32));
        }
    }

    /// What is to be refined with about `limit` bytes.
    pub(crate) fn choose(
        &mut self,
        stream: &FrameStream,
        wish: &SharpeningWish<'_>,
        costs: &RefinementCosts,
        limit: usize,
    ) -> &[ChosenWork] {
        let pointer = wish.pointer.map(|(x, y)| (superblocks(x), superblocks(y)));
        let centres = [pointer, self.changed_at];
        let columns = columns(stream);
        let distance = |index: usize| {
            let (x, y) = ((index % columns) as i32, (index / columns) as i32);
            let to = |(from_x, from_y): (i32, i32)| (x - from_x).pow(2) + (y - from_y).pow(2);
            centres.into_iter().flatten().map(to).min().unwrap_or(0) as u32
        };
        let least = match wish.depth {
            SharpeningDepth::Close => SuperblockSharpness::Fair,
            SharpeningDepth::Exact => SuperblockSharpness::Close,
        };
        self.order.clear();
        let shown = stream.sharpness().iter().zip(wish.within.flags()).enumerate();
        let refinable = shown.filter(|(_, (sharpness, within))| **within && **sharpness >= least);
        self.order
            .extend(refinable.map(|(index, (sharpness, _))| (rank(*sharpness, distance(index)), index)));
        self.order.sort_unstable();
        self.chosen.clear();
        let (mut bytes, mut time) = (0.0, 0);
        for (_, index) in &self.order {
            let work = match stream.sharpness()[*index] {
                SuperblockSharpness::Exact | SuperblockSharpness::Close | SuperblockSharpness::CloseText => {
                    SuperblockWork::Refine
                }
                SuperblockSharpness::Fair | SuperblockSharpness::Coarse | SuperblockSharpness::CoarseText => {
                    SuperblockWork::Sharpen
                }
            };
            if self.chosen.first().is_some_and(|(_, first)| *first != work) {
                // What is exact takes many times what is sharp: together, the one would crowd the other out.
                break;
            }
            bytes += costs.of(work);
            time += if work == SuperblockWork::Refine { SHARPENED_IN_THE_TIME } else { 1 };
            let room = bytes * 4.0 <= (CHOSEN_QUARTERS * limit) as f32;
            let soon = time <= SHARPENED_IN_THE_TIME * REFINED_SUPERBLOCKS;
            if !(self.chosen.is_empty() || room && soon) {
                break;
            }
            self.chosen.push((*index, work));
        }
        &self.chosen
    }
}

fn columns(stream: &FrameStream) -> usize {
    stream.size().0.div_ceil(SUPERBLOCK)
}

fn superblocks(px: u16) -> i32 {
    (usize::from(px) / SUPERBLOCK) as i32
}

/// The place of a superblock in the order: smaller is earlier.
fn rank(sharpness: SuperblockSharpness, distance: u32) -> u32 {
    /// Bits for the square of a distance: 128 superblocks each way.
    const DISTANCE_BITS: u32 = 16;
    let urgency = SuperblockSharpness::CoarseText as u32 - sharpness as u32;
    urgency << DISTANCE_BITS | distance.min((1 << DISTANCE_BITS) - 1)
}

/// The bytes that superblocks take, as learnt from the last refinements.
pub(crate) struct RefinementCosts {
    sharpened: f32,
    refined: f32,
}

/// Before anything is known: of photographs.
impl Default for RefinementCosts {
    fn default() -> Self {
        Self { sharpened: 300.0, refined: 3000.0 }
    }
}

impl RefinementCosts {
    fn of(&self, work: SuperblockWork) -> f32 {
        if work == SuperblockWork::Refine { self.refined } else { self.sharpened }
    }

    /// A refinement took so many bytes, and what it did is shown now.
    pub(crate) fn learn(&mut self, chosen: &[ChosenWork], stream: &FrameStream, bytes: usize) {
        let Some((_, work)) = chosen.first() else { return };
        let (cost, best) = match work {
            SuperblockWork::Refine => (&mut self.refined, SuperblockSharpness::Exact),
            _ => (&mut self.sharpened, SuperblockSharpness::CloseText),
        };
        let done = chosen.iter().filter(|(index, _)| stream.sharpness()[*index] <= best).count();
        // What is flat takes next to nothing, but more than that would be chosen all at once.
        *cost = f32::midpoint(*cost, bytes as f32 / done.max(1) as f32).clamp(20.0, 10_000.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_first_then_photographs_then_what_is_close_and_the_nearest_of_each() {
        use SuperblockSharpness::{Close, CloseText, Coarse, CoarseText, Fair};
        let ranks = [
            (CoarseText, 0),
            (CoarseText, 9000),
            (Coarse, 1),
            (Coarse, u32::MAX),
            (Fair, 3),
            (CloseText, 7),
            (Close, 0),
            (Close, 4),
        ]
        .map(|(sharpness, distance)| rank(sharpness, distance));
        assert!(ranks.is_sorted());
    }
}
