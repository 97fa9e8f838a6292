//! What was written is read back by a decoder that follows the specification word by word.

mod reader;

use proptest::prelude::*;

use super::*;
use crate::av1::bitstream::entropy::tests::SymbolDecoder;
use crate::av1::bitstream::entropy::{COST_UNIT, RangeEncoder};
use crate::av1::types::{Chroma, MI_SIZE};
use reader::{CoefficientReader, get_scan};

/// SplitMix64: small choices from one seed.
struct LevelRandom(u64);

impl LevelRandom {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) >> 16) as usize % limit
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// Levels of all kinds: none, few, many, near the beginning or anywhere, small or as large as they get.
    fn levels(&mut self, tx_size: TxSize) -> Vec<i32> {
        let (width, height) = coded_size(tx_size);
        let mut levels = vec![0; width * height];
        let count = match self.below(8) {
            0 | 1 => 0,
            2 => 1,
            3..=5 => self.below(16),
            _ => self.below(2 * levels.len()),
        };
        let reach = self.of(&[1, 4, 32]);
        let largest = self.of(&[1, 2, 4, 16, 40, 3000, LEVEL_LIMIT as usize - 1]);
        for _ in 0..count {
            let (row, col) = (self.below(height.min(reach)), self.below(width.min(reach)));
            let magnitude = 1 + self.below(largest) as i32;
            levels[row * width + col] = if self.below(2) == 0 { magnitude } else { -magnitude };
        }
        levels
    }
}

const TX_SIZES: [TxSize; 19] = [
    TxSize::T4x4,
    TxSize::T8x8,
    TxSize::T16x16,
    TxSize::T32x32,
    TxSize::T64x64,
    TxSize::T4x8,
    TxSize::T8x4,
    TxSize::T8x16,
    TxSize::T16x8,
    TxSize::T16x32,
    TxSize::T32x16,
    TxSize::T32x64,
    TxSize::T64x32,
    TxSize::T4x16,
    TxSize::T16x4,
    TxSize::T8x32,
    TxSize::T32x8,
    TxSize::T16x64,
    TxSize::T64x16,
];

const ONE_DIMENSIONAL: [TxType; 6] =
    [TxType::VDct, TxType::HDct, TxType::VAdst, TxType::HAdst, TxType::VFlipAdst, TxType::HFlipAdst];

/// What a tile is made of, in coding order.
enum TileStep {
    NewSuperblockRow,
    Reset((usize, usize), BlockSize),
    Coded(TxBlock, Vec<i32>),
}

/// Superblocks divided as `partition` allows, with random transforms, in a tile whose end cuts blocks.
fn random_tile(random: &mut LevelRandom, extent: (usize, usize), chroma: Chroma) -> Vec<TileStep> {
    let mut steps = Vec::new();
    for mi_row in (0..extent.0).step_by(16) {
        steps.push(TileStep::NewSuperblockRow);
        for mi_col in (0..extent.1).step_by(16) {
            random_partition(random, (mi_row, mi_col), 16, extent, chroma, &mut steps);
        }
    }
    steps
}

/// `decode_partition()`, of a square of `side` units.
fn random_partition(
    random: &mut LevelRandom,
    (mi_row, mi_col): (usize, usize),
    side: usize,
    extent: (usize, usize),
    chroma: Chroma,
    steps: &mut Vec<TileStep>,
) {
    if mi_row >= extent.0 || mi_col >= extent.1 {
        return;
    }
    let half = side / 2;
    let (has_rows, has_cols) = (mi_row + half < extent.0, mi_col + half < extent.1);
    // How many rows and columns it is divided into.
    let allowed: &[_] = match (has_rows, has_cols) {
        _ if side == 2 => &[(1, 1)],
        (true, true) => &[(1, 1), (2, 1), (1, 2), (2, 2)],
        (false, true) => &[(2, 1), (2, 2)],
        (true, false) => &[(1, 2), (2, 2)],
        (false, false) => &[(2, 2)],
    };
    let (rows, cols) = random.of(allowed);
    for (row, col) in (0..rows).flat_map(|row| (0..cols).map(move |col| (row, col))) {
        let place = (mi_row + row * half, mi_col + col * half);
        if (rows, cols) == (2, 2) {
            random_partition(random, place, half, extent, chroma, steps);
        } else if place.0 < extent.0 && place.1 < extent.1 {
            let (width, height) = (side / cols * MI_SIZE, side / rows * MI_SIZE);
            let block =
                *BLOCK_SIZES.iter().find(|size| (size.width(), size.height()) == (width, height)).unwrap();
            random_block(random, place, block, extent, chroma, steps);
        }
    }
}

const BLOCK_SIZES: [BlockSize; 10] = [
    BlockSize::B8x8,
    BlockSize::B8x16,
    BlockSize::B16x8,
    BlockSize::B16x16,
    BlockSize::B16x32,
    BlockSize::B32x16,
    BlockSize::B32x32,
    BlockSize::B32x64,
    BlockSize::B64x32,
    BlockSize::B64x64,
];

fn random_block(
    random: &mut LevelRandom,
    (mi_row, mi_col): (usize, usize),
    block: BlockSize,
    (mi_rows, mi_cols): (usize, usize),
    chroma: Chroma,
    steps: &mut Vec<TileStep>,
) {
    if random.below(4) == 0 {
        steps.push(TileStep::Reset((mi_row, mi_col), block));
        return;
    }
    let modes = [PredictionMode::Dc, PredictionMode::Paeth, PredictionMode::D67];
    let syntax = [TypeSyntax::Implied, TypeSyntax::Inter, TypeSyntax::Intra(random.of(&modes))];
    let type_syntax = random.of(&syntax);
    for plane in 0..3 {
        let sub = if plane > 0 { chroma.shift() } else { 0 };
        let (width, height) = (block.width() >> sub, block.height() >> sub);
        let fitting: Vec<_> =
            TX_SIZES.into_iter().filter(|size| size.width() <= width && size.height() <= height).collect();
        let tx_size = random.of(&fitting);
        for y in (0..height).step_by(tx_size.height()) {
            for x in (0..width).step_by(tx_size.width()) {
                let (x4, y4) = ((mi_col >> sub) + x / MI_SIZE, (mi_row >> sub) + y / MI_SIZE);
                if x4 >= mi_cols >> sub || y4 >= mi_rows >> sub {
                    continue;
                }
                let tx_type = match type_syntax {
                    _ if plane > 0 && tx_size.width().max(tx_size.height()) <= 16 => {
                        random.of(&ONE_DIMENSIONAL)
                    }
                    TypeSyntax::Implied => TxType::DctDct,
                    TypeSyntax::Inter => random.of(tx_types_allowed(tx_size, true)),
                    TypeSyntax::Intra(_) => random.of(tx_types_allowed(tx_size, false)),
                };
                let tx = TxBlock { plane, x4, y4, tx_size, tx_type, block, type_syntax };
                steps.push(TileStep::Coded(tx, random.levels(tx_size)));
            }
        }
    }
}

/// Writes and reads a tile; returns the bits that its blocks were said to cost, and those that they took.
fn check_tile(seed: u64, chroma: Chroma) -> (f64, f64) {
    let mut random = LevelRandom(seed);
    let extent = (2 + 2 * random.below(12), 2 + 2 * random.below(12));
    let steps = random_tile(&mut random, extent, chroma);
    let start = CdfContext::new(random.below(256) as u8);

    let mut contexts = CoefficientContexts::new(extent.0, extent.1, chroma);
    let (mut encoder, mut written, mut cost) = (RangeEncoder::default(), start.clone(), 0);
    // The second time shows that nothing is left of the first.
    for _ in 0..2 {
        encoder.start();
        written.clone_from(&start);
        contexts.start_tile(extent.0);
        cost = 0;
        for step in &steps {
            match step {
                TileStep::NewSuperblockRow => contexts.clear_left(),
                TileStep::Reset(place, size) => contexts.reset_block(*place, *size),
                TileStep::Coded(tx, levels) => {
                    cost += u64::from(coefficients_cost(&mut written, &mut contexts, tx, levels));
                    write_coefficients(&mut encoder, &mut written, &mut contexts, tx, levels);
                }
            }
        }
    }
    encoder.finish();
    let bytes = encoder.bytes();

    let mut reader = CoefficientReader::new(bytes, start, extent, chroma);
    for step in &steps {
        match step {
            TileStep::NewSuperblockRow => reader.clear_left(),
            TileStep::Reset(place, size) => reader.reset_block_context(place.0, place.1, *size),
            TileStep::Coded(tx, levels) => {
                let (tx_type, read) = reader.coeffs(tx);
                assert_eq!(&read, levels, "{tx:?}");
                if levels.iter().any(|level| *level != 0) {
                    assert_eq!(tx_type, tx.tx_type, "{tx:?}");
                }
            }
        }
    }
    assert!(reader.symbols.ends_well(bytes));
    assert!(reader.cdfs == written, "the distributions have drifted apart");
    (cost as f64 / f64::from(COST_UNIT), bytes.len() as f64 * 8.0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn tiles_come_back(seed: u64) {
        check_tile(seed, Chroma::Full);
        check_tile(seed, Chroma::Half);
    }
}

#[test]
fn costs_are_those_of_distributions_that_stand_still() {
    let (mut counted, mut written) = (0.0, 0.0);
    for seed in 0..32 {
        let (cost, bits) = check_tile(seed, Chroma::Full);
        counted += cost;
        written += bits;
    }
    // Writing adapts within a block, counting does not.
    assert!(counted > written && counted < written * 1.2, "counted {counted} bits for {written}");
}

#[test]
fn every_set_says_all_its_types() {
    for tx_size in TX_SIZES {
        for (is_inter, reduced) in [(false, false), (false, true), (true, false), (true, true)] {
            let set = TxSet::with(tx_size, is_inter, reduced);
            for &tx_type in set.types() {
                let (mut written, mut encoder) = (CdfContext::new(100), RangeEncoder::default());
                let mut read = written.clone();
                encoder.start();
                let mode = PredictionMode::SmoothH;
                tx_set::write_tx_type(&mut encoder, &mut written, set, tx_size, mode, tx_type);
                encoder.finish();
                let bytes = encoder.bytes();
                let mut decoder = SymbolDecoder::new(bytes);
                let (size, mode) = (tx_set::square_index(tx_size), mode as usize);
                let symbol = match set {
                    TxSet::DctOnly => 0,
                    TxSet::Intra1 => decoder.symbol(&mut read.intra_tx_type_set1[size][mode]),
                    TxSet::Intra2 => decoder.symbol(&mut read.intra_tx_type_set2[size][mode]),
                    TxSet::Inter1 => decoder.symbol(&mut read.inter_tx_type_set1[size]),
                    TxSet::Inter2 => decoder.symbol(&mut read.inter_tx_type_set2),
                    TxSet::Inter3 => decoder.symbol(&mut read.inter_tx_type_set3[size]),
                };
                assert_eq!(set.types()[symbol], tx_type);
                assert!(read == written);
            }
        }
    }
}

#[test]
fn chroma_falls_back_where_a_type_is_not_allowed() {
    use ChromaSource::{Inter, Intra, Lossless};
    assert_eq!(chroma_tx_type(TxSize::T4x4, Lossless), TxType::DctDct);
    assert_eq!(chroma_tx_type(TxSize::T16x16, Intra(PredictionMode::Paeth)), TxType::AdstAdst);
    assert_eq!(chroma_tx_type(TxSize::T8x4, Intra(PredictionMode::D157)), TxType::DctAdst);
    assert_eq!(chroma_tx_type(TxSize::T16x32, Intra(PredictionMode::V)), TxType::DctDct);
    assert_eq!(chroma_tx_type(TxSize::T16x16, Intra(PredictionMode::UvCfl)), TxType::DctDct);
    assert_eq!(chroma_tx_type(TxSize::T32x32, Inter(TxType::Idtx)), TxType::Idtx);
    assert_eq!(chroma_tx_type(TxSize::T32x64, Inter(TxType::Idtx)), TxType::DctDct);
}

#[test]
fn scans_are_those_of_the_specification() {
    for tx_size in TX_SIZES {
        let (width, height) = coded_size(tx_size);
        for tx_type in [TxType::Idtx, TxType::VDct, TxType::HDct] {
            let class = TxClass::of(tx_type);
            if class != TxClass::TwoD && width.max(height) > 16 {
                continue;
            }
            let scan = ScanOrder::of(tx_size, class);
            let positions: Vec<_> = (0..scan.len()).map(|index| scan.position(index)).collect();
            assert_eq!(positions, get_scan(width, height, tx_type), "{tx_size:?}, {class:?}");
        }
    }
    let first: Vec<_> =
        (0..6).map(|index| ScanOrder::of(TxSize::T8x8, TxClass::TwoD).position(index)).collect();
    assert_eq!(first, [0, 1, 8, 16, 9, 2]);
}
