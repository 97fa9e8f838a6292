//! The vocabulary of the specification that all other files share: block and transform sizes, modes, vectors.
//!
//! Numbers are those of the specification (section 3 and 6.10), so that tables can be indexed as they stand
//! there. Nothing here decides or writes.

/// Units of 4x4 luma samples, the specification's `MiRow` and `MiCol`.
pub(crate) const MI_SIZE: usize = 4;

/// The side of a superblock in luma samples (`use_128x128_superblock` is 0).
pub(crate) const SUPERBLOCK: usize = 64;

/// A block's size, `BLOCK_*` of section 6.10.4; only those between 8x8 and 64x64 are ever coded.
#[expect(dead_code, reason = "numbered as in the specification, though some are never coded")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum BlockSize {
    B4x4 = 0,
    B4x8,
    B8x4,
    B8x8,
    B8x16,
    B16x8,
    B16x16,
    B16x32,
    B32x16,
    B32x32,
    B32x64,
    B64x32,
    B64x64,
}

impl BlockSize {
    /// The square of a side in luma samples: 8, 16, 32 or 64.
    pub(crate) const fn square(side: usize) -> Self {
        match side {
            4 => Self::B4x4,
            8 => Self::B8x8,
            16 => Self::B16x16,
            32 => Self::B32x32,
            _ => Self::B64x64,
        }
    }

    /// Width in luma samples.
    pub(crate) const fn width(self) -> usize {
        4 << self.width_log2_mi()
    }

    /// Height in luma samples.
    pub(crate) const fn height(self) -> usize {
        4 << self.height_log2_mi()
    }

    /// `Mi_Width_Log2`.
    pub(crate) const fn width_log2_mi(self) -> usize {
        [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4][self as usize]
    }

    /// `Mi_Height_Log2`.
    pub(crate) const fn height_log2_mi(self) -> usize {
        [0, 1, 0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4][self as usize]
    }

    /// `Num_4x4_Blocks_Wide`.
    pub(crate) const fn width_mi(self) -> usize {
        1 << self.width_log2_mi()
    }

    /// `Num_4x4_Blocks_High`.
    pub(crate) const fn height_mi(self) -> usize {
        1 << self.height_log2_mi()
    }

    /// `Max_Tx_Size_Rect`: the largest transform of a block.
    pub(crate) const fn max_tx_size(self) -> TxSize {
        match self {
            Self::B4x4 => TxSize::T4x4,
            Self::B4x8 => TxSize::T4x8,
            Self::B8x4 => TxSize::T8x4,
            Self::B8x8 => TxSize::T8x8,
            Self::B8x16 => TxSize::T8x16,
            Self::B16x8 => TxSize::T16x8,
            Self::B16x16 => TxSize::T16x16,
            Self::B16x32 => TxSize::T16x32,
            Self::B32x16 => TxSize::T32x16,
            Self::B32x32 => TxSize::T32x32,
            Self::B32x64 => TxSize::T32x64,
            Self::B64x32 => TxSize::T64x32,
            Self::B64x64 => TxSize::T64x64,
        }
    }
}

/// A transform's size, `TX_*` of section 6.10.19.
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "numbered as in the specification, though some are never coded")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum TxSize {
    T4x4 = 0,
    T8x8,
    T16x16,
    T32x32,
    T64x64,
    T4x8,
    T8x4,
    T8x16,
    T16x8,
    T16x32,
    T32x16,
    T32x64,
    T64x32,
    T4x16,
    T16x4,
    T8x32,
    T32x8,
    T16x64,
    T64x16,
}

impl TxSize {
    /// `Tx_Width_Log2`.
    pub(crate) const fn width_log2(self) -> usize {
        [2, 3, 4, 5, 6, 2, 3, 3, 4, 4, 5, 5, 6, 2, 4, 3, 5, 4, 6][self as usize]
    }

    /// `Tx_Height_Log2`.
    pub(crate) const fn height_log2(self) -> usize {
        [2, 3, 4, 5, 6, 3, 2, 4, 3, 5, 4, 6, 5, 4, 2, 5, 3, 6, 4][self as usize]
    }

    /// `Tx_Width`, in samples.
    pub(crate) const fn width(self) -> usize {
        1 << self.width_log2()
    }

    /// `Tx_Height`, in samples.
    pub(crate) const fn height(self) -> usize {
        1 << self.height_log2()
    }
}

/// A transform's type, of section 6.10.19; columns first in the name, as there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum TxType {
    DctDct = 0,
    AdstDct,
    DctAdst,
    AdstAdst,
    FlipAdstDct,
    DctFlipAdst,
    FlipAdstFlipAdst,
    AdstFlipAdst,
    FlipAdstAdst,
    Idtx,
    VDct,
    HDct,
    VAdst,
    HAdst,
    VFlipAdst,
    HFlipAdst,
}

/// How a block is predicted: `y_mode` and `uv_mode` of section 6.10.10 and following.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum PredictionMode {
    Dc = 0,
    V,
    H,
    D45,
    D135,
    D113,
    D157,
    D203,
    D67,
    Smooth,
    SmoothV,
    SmoothH,
    Paeth,
    /// 13 as a chroma mode; `NEARESTMV` has the same number as a luma mode.
    UvCfl,
    NearestMv,
    NearMv,
    GlobalMv,
    NewMv,
}

/// A motion vector in eighths of a sample; multiples of 8 where vectors are whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Mv {
    pub(crate) row: i16,
    pub(crate) col: i16,
}

impl Mv {
    /// No motion.
    pub(crate) const ZERO: Self = Self { row: 0, col: 0 };

    /// The vector of a distance in whole samples.
    pub(crate) const fn whole(dx: i16, dy: i16) -> Self {
        Self { row: dy * 8, col: dx * 8 }
    }
}

/// How the chroma planes lie under the luma plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chroma {
    /// 4:2:0, main profile.
    Half,
    /// 4:4:4, high profile.
    Full,
}

impl Chroma {
    /// `subsampling_x` and `subsampling_y`.
    pub(crate) const fn shift(self) -> usize {
        match self {
            Self::Half => 1,
            Self::Full => 0,
        }
    }
}

/// What later blocks need to know of a coded block: the specification keeps it per 4x4 (`YModes`,
/// `RefFrames`, ...).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ModeInfo {
    pub(crate) size: BlockSize,
    pub(crate) skip: bool,
    /// Predicted from the last frame (`RefFrame[0]` is `LAST_FRAME`); otherwise intra.
    pub(crate) inter: bool,
    /// Intra block copy: `inter` is false, `y_mode` is `Dc` and `mv` points into this frame.
    pub(crate) intrabc: bool,
    pub(crate) segment_id: u8,
    pub(crate) y_mode: PredictionMode,
    pub(crate) mv: Mv,
    pub(crate) tx_size: TxSize,
    /// `PaletteSizes[0]` and `[1]`: 0 or 2 to 8.
    pub(crate) palette_sizes: [u8; 2],
}

impl ModeInfo {
    /// What stands in the grid before a block is coded.
    pub(crate) const EMPTY: Self = Self {
        size: BlockSize::B8x8,
        skip: false,
        inter: false,
        intrabc: false,
        segment_id: 0,
        y_mode: PredictionMode::Dc,
        mv: Mv::ZERO,
        tx_size: TxSize::T8x8,
        palette_sizes: [0; 2],
    };
}

/// The mode infos of a tile, one for each 8x8 luma samples: no block is smaller. Only this row of superblocks
/// and the one above are kept, as nothing looks further up.
#[derive(Debug, Clone)]
pub(crate) struct ModeInfoGrid {
    columns: usize,
    cells: Vec<ModeInfo>,
}

/// Rows of a [`ModeInfoGrid`] that are kept.
const GRID_ROWS: usize = 2 * SUPERBLOCK / 8;

impl ModeInfoGrid {
    /// A grid for a tile of `mi_cols` units of 4x4 in a row.
    pub(crate) fn new(mi_cols: usize) -> Self {
        let columns = mi_cols.div_ceil(2);
        Self { columns, cells: vec![ModeInfo::EMPTY; columns * GRID_ROWS] }
    }

    /// The block that covers a unit of 4x4, in the tile's own coordinates.
    pub(crate) fn at(&self, mi_row: usize, mi_col: usize) -> &ModeInfo {
        &self.cells[(mi_row >> 1) % GRID_ROWS * self.columns + (mi_col >> 1)]
    }

    /// Writes a block's info wherever the block lies within the tile's columns.
    pub(crate) fn fill(&mut self, mi_row: usize, mi_col: usize, info: ModeInfo) {
        let (row, col) = ((mi_row >> 1) % GRID_ROWS, mi_col >> 1);
        let bottom = row + info.size.height() / 8;
        let right = (col + info.size.width() / 8).min(self.columns);
        for row in row..bottom {
            self.cells[row * self.columns + col..row * self.columns + right].fill(info);
        }
    }
}
