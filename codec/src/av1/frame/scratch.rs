//! The working memory of a tile: what is known of the block that is being coded, and places to work in.

use crate::av1::choose::motion::RecentSearches;
use crate::av1::reconstruct::intra::{CflLuma, IntraEdge};
use crate::av1::reconstruct::transform::NonzeroExtent;
use crate::av1::syntax::palette::{IndexMap, MAP_STRIDE};
use crate::av1::types::{Mv, TxType};

/// Samples of the largest transform: 32x32.
pub(crate) const MAX_TX_AREA: usize = 32 * 32;

/// Transform blocks of a plane's block at most: 32x32 without loss, in 4x4.
pub(crate) const MAX_TX_BLOCKS: usize = 64;

/// The levels of one plane of a block.
#[derive(Debug)]
pub(crate) struct PlaneLevels {
    /// Of all transform blocks in coding order, each in rows of its own width.
    pub(crate) levels: [i32; MAX_TX_AREA],
    /// Where the levels of each transform block are that are not 0.
    pub(crate) extents: [NonzeroExtent; MAX_TX_BLOCKS],
    pub(crate) tx_type: TxType,
}

impl Default for PlaneLevels {
    fn default() -> Self {
        Self {
            levels: [0; MAX_TX_AREA],
            extents: [NonzeroExtent::default(); MAX_TX_BLOCKS],
            tx_type: TxType::DctDct,
        }
    }
}

/// See the module.
#[derive(Debug)]
pub(crate) struct TileScratch {
    pub(crate) planes: [PlaneLevels; 3],
    pub(crate) coefficients: [i32; MAX_TX_AREA],
    /// Coefficients before they were quantised.
    pub(crate) original: [i32; MAX_TX_AREA],
    pub(crate) residual: [i16; MAX_TX_AREA],
    /// Predictions that are tried, rows of [`MAP_STRIDE`].
    pub(crate) tried: [u8; MAP_STRIDE * MAP_STRIDE],
    pub(crate) map_y: IndexMap,
    pub(crate) map_uv: IndexMap,
    pub(crate) edge: IntraEdge,
    pub(crate) cfl: CflLuma,
    /// What the last search for a vector found.
    pub(crate) last_vector: Mv,
    pub(crate) searches: RecentSearches,
}

impl Default for TileScratch {
    fn default() -> Self {
        Self {
            planes: Default::default(),
            coefficients: [0; MAX_TX_AREA],
            original: [0; MAX_TX_AREA],
            residual: [0; MAX_TX_AREA],
            tried: [0; MAP_STRIDE * MAP_STRIDE],
            map_y: [0; MAP_STRIDE * MAP_STRIDE],
            map_uv: [0; MAP_STRIDE * MAP_STRIDE],
            edge: IntraEdge::new(),
            cfl: CflLuma::new(),
            last_vector: Mv::ZERO,
            searches: RecentSearches::default(),
        }
    }
}
