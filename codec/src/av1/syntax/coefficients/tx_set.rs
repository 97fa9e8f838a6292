//! Which transform types a block may have and how they are said: sections 5.11.40 (`compute_tx_type`),
//! 5.11.47 (`transform_type`) and 5.11.48 (`get_tx_set`).

use crate::av1::bitstream::cdf::CdfContext;
use crate::av1::bitstream::entropy::SymbolSink;
use crate::av1::types::{PredictionMode, TxSize, TxType};

/// `reduced_tx_set`, as the frame header says it.
const REDUCED_TX_SET: bool = true;

/// `TX_SET_*` of section 6.10.19.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TxSet {
    DctOnly,
    Intra1,
    Intra2,
    Inter1,
    Inter2,
    Inter3,
}

impl TxSet {
    /// `get_tx_set()`; intra block copy has `is_inter` too.
    pub(crate) const fn of(tx_size: TxSize, is_inter: bool) -> Self {
        Self::with(tx_size, is_inter, REDUCED_TX_SET)
    }

    pub(super) const fn with(tx_size: TxSize, is_inter: bool, reduced: bool) -> Self {
        let sixteen = square_index(tx_size) == 2;
        match (square_up_index(tx_size), is_inter) {
            (4.., _) => Self::DctOnly,
            (3, true) => Self::Inter3,
            (3, false) => Self::DctOnly,
            (_, true) if reduced => Self::Inter3,
            (_, true) if sixteen => Self::Inter2,
            (_, true) => Self::Inter1,
            (_, false) if reduced || sixteen => Self::Intra2,
            (_, false) => Self::Intra1,
        }
    }

    /// Its types in the order of their symbols, `Tx_Type_*_Inv_*`.
    pub(crate) const fn types(self) -> &'static [TxType] {
        use TxType::*;
        match self {
            Self::DctOnly => &[DctDct],
            Self::Intra1 => &[Idtx, DctDct, VDct, HDct, AdstAdst, AdstDct, DctAdst],
            Self::Intra2 => &[Idtx, DctDct, AdstAdst, AdstDct, DctAdst],
            Self::Inter1 => &[
                Idtx,
                VDct,
                HDct,
                VAdst,
                HAdst,
                VFlipAdst,
                HFlipAdst,
                DctDct,
                AdstDct,
                DctAdst,
                FlipAdstDct,
                DctFlipAdst,
                AdstAdst,
                FlipAdstFlipAdst,
                AdstFlipAdst,
                FlipAdstAdst,
            ],
            Self::Inter2 => &[
                Idtx,
                VDct,
                HDct,
                DctDct,
                AdstDct,
                DctAdst,
                FlipAdstDct,
                DctFlipAdst,
                AdstAdst,
                FlipAdstFlipAdst,
                AdstFlipAdst,
                FlipAdstAdst,
            ],
            Self::Inter3 => &[Idtx, DctDct],
        }
    }
}

/// The types that a luma block of a qindex above 0 may have.
pub(crate) const fn tx_types_allowed(tx_size: TxSize, is_inter: bool) -> &'static [TxType] {
    TxSet::of(tx_size, is_inter).types()
}

/// What a chroma block's type follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChromaSource {
    /// Lossless blocks have `DctDct`, for the Walsh-Hadamard transform.
    Lossless,
    /// Of intra blocks, `UVMode`.
    Intra(PredictionMode),
    /// Of inter blocks and intra block copy, the type of the luma block over the chroma block's first sample.
    /// It is `DctDct` where that one was all zero.
    Inter(TxType),
}

/// `compute_tx_type()` for chroma: the type that a decoder takes for a transform of `tx_size`.
pub(crate) fn chroma_tx_type(tx_size: TxSize, source: ChromaSource) -> TxType {
    let (tx_type, is_inter) = match source {
        ChromaSource::Lossless => return TxType::DctDct,
        ChromaSource::Intra(uv_mode) => (mode_to_txfm(uv_mode), false),
        ChromaSource::Inter(luma) => (luma, true),
    };
    if tx_types_allowed(tx_size, is_inter).contains(&tx_type) { tx_type } else { TxType::DctDct }
}

/// `Mode_To_Txfm`.
pub(super) const fn mode_to_txfm(uv_mode: PredictionMode) -> TxType {
    use PredictionMode::*;
    match uv_mode {
        V | D113 | D67 | SmoothV => TxType::AdstDct,
        H | D157 | D203 | SmoothH => TxType::DctAdst,
        D135 | Smooth | Paeth => TxType::AdstAdst,
        Dc | D45 | UvCfl | NearestMv | NearMv | GlobalMv | NewMv => TxType::DctDct,
    }
}

/// Says a type: `intra_tx_type` by `y_mode`, `inter_tx_type`, or nothing where the set has only one.
pub(super) fn write_tx_type<S: SymbolSink>(
    sink: &mut S,
    cdfs: &mut CdfContext,
    set: TxSet,
    tx_size: TxSize,
    y_mode: PredictionMode,
    tx_type: TxType,
) {
    let symbol = set.types().iter().position(|allowed| *allowed == tx_type);
    let symbol = symbol.expect("callers choose from the allowed types");
    let (size, mode) = (square_index(tx_size), y_mode as usize);
    match set {
        TxSet::DctOnly => {}
        TxSet::Intra1 => sink.symbol(symbol, &mut cdfs.intra_tx_type_set1[size][mode]),
        TxSet::Intra2 => sink.symbol(symbol, &mut cdfs.intra_tx_type_set2[size][mode]),
        TxSet::Inter1 => sink.symbol(symbol, &mut cdfs.inter_tx_type_set1[size]),
        TxSet::Inter2 => sink.symbol(symbol, &mut cdfs.inter_tx_type_set2),
        TxSet::Inter3 => sink.symbol(symbol, &mut cdfs.inter_tx_type_set3[size]),
    }
}

/// `Tx_Size_Sqr`: 0 for a shorter side of 4, 1 for 8, and on.
pub(super) const fn square_index(tx_size: TxSize) -> usize {
    let (width, height) = (tx_size.width_log2(), tx_size.height_log2());
    if width < height { width - 2 } else { height - 2 }
}

/// `Tx_Size_Sqr_Up`: the same of the longer side.
pub(super) const fn square_up_index(tx_size: TxSize) -> usize {
    let (width, height) = (tx_size.width_log2(), tx_size.height_log2());
    if width > height { width - 2 } else { height - 2 }
}
