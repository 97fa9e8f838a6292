//! What was written is read back by a decoder that follows the specification word by word.

use proptest::prelude::*;

use super::*;
use crate::av1::bitstream::entropy::tests::SymbolDecoder;
use crate::av1::bitstream::entropy::{COST_UNIT, RangeEncoder};
use crate::av1::types::{Chroma, MI_SIZE};

/// `coeffs()` and the CDF selection of section 8.3.2, for one tile.
struct CoefficientReader<'a> {
    symbols: SymbolDecoder<'a>,
    cdfs: CdfContext,
    mi_rows: usize,
    mi_cols: usize,
    subsampling: usize,
    above_level: [Vec<i32>; 3],
    above_dc: [Vec<i32>; 3],
    left_level: [Vec<i32>; 3],
    left_dc: [Vec<i32>; 3],
}

impl<'a> CoefficientReader<'a> {
    fn new(bytes: &'a [u8], cdfs: CdfContext, (mi_rows, mi_cols): (usize, usize), chroma: Chroma) -> Self {
        let row = || [(); 3].map(|()| vec![0; mi_rows + mi_cols + 64]);
        Self {
            symbols: SymbolDecoder::new(bytes),
            cdfs,
            mi_rows,
            mi_cols,
            subsampling: chroma.shift(),
            above_level: row(),
            above_dc: row(),
            left_level: row(),
            left_dc: row(),
        }
    }

    fn clear_left(&mut self) {
        for plane in 0..3 {
            self.left_level[plane].fill(0);
            self.left_dc[plane].fill(0);
        }
    }

    fn reset_block_context(&mut self, mi_row: usize, mi_col: usize, size: BlockSize) {
        for plane in 0..3 {
            let sub = if plane > 0 { self.subsampling } else { 0 };
            for i in mi_col >> sub..(mi_col + size.width_mi()) >> sub {
                self.above_level[plane][i] = 0;
                self.above_dc[plane][i] = 0;
            }
            for i in mi_row >> sub..(mi_row + size.height_mi()) >> sub {
                self.left_level[plane][i] = 0;
                self.left_dc[plane][i] = 0;
            }
        }
    }

    /// Reads a block where `tx` says; of its type only chroma's is believed.
    fn coeffs(&mut self, tx: &TxBlock) -> (TxType, Vec<i32>) {
        let (w4, h4) = (tx.tx_size.width() / 4, tx.tx_size.height() / 4);
        let (min, max) = (w4.min(h4).ilog2() as usize, w4.max(h4).ilog2() as usize);
        let size = (min + max + 1) >> 1;
        let ptype = usize::from(tx.plane > 0);
        let (width, height) = (tx.tx_size.width().min(32), tx.tx_size.height().min(32));
        let mut quant = vec![0i32; width * height];
        let (mut cul_level, mut dc_category) = (0, 0);
        let mut tx_type = TxType::DctDct;
        let context = self.all_zero_ctx(tx);
        if self.symbols.symbol(&mut self.cdfs.txb_skip[size][context]) == 0 {
            tx_type = if tx.plane == 0 { self.transform_type(tx, min, max) } else { tx.tx_type };
            let scan = get_scan(width, height, tx_type);
            let eob = self.eob(size, ptype, tx_type, width * height);
            for c in (0..eob).rev() {
                let pos = scan[c];
                let mut level = if c == eob - 1 {
                    let n = width * height;
                    let ctx = if c == 0 {
                        0
                    } else if c <= n / 8 {
                        1
                    } else if c <= n / 4 {
                        2
                    } else {
                        3
                    };
                    self.symbols.symbol(&mut self.cdfs.coeff_base_eob[size][ptype][ctx]) + 1
                } else {
                    let ctx = coeff_base_ctx(&quant, tx.tx_size, pos, tx_type);
                    self.symbols.symbol(&mut self.cdfs.coeff_base[size][ptype][ctx])
                };
                if level > 2 {
                    let ctx = coeff_br_ctx(&quant, width, height, pos, tx_type);
                    for _ in 0..12 / 3 {
                        let br = self.symbols.symbol(&mut self.cdfs.coeff_br[size.min(3)][ptype][ctx]);
                        level += br;
                        if br < 3 {
                            break;
                        }
                    }
                }
                quant[pos] = level as i32;
            }
            for (c, &pos) in scan.iter().enumerate().take(eob) {
                let mut sign = 0;
                if quant[pos] != 0 {
                    sign = if c == 0 {
                        let ctx = self.dc_sign_ctx(tx);
                        self.symbols.symbol(&mut self.cdfs.dc_sign[ptype][ctx]) as u32
                    } else {
                        self.symbols.literal(1)
                    };
                }
                if quant[pos] > 14 {
                    let mut length = 1;
                    while self.symbols.literal(1) == 0 {
                        length += 1;
                        assert!(length <= 20, "a decoder would give up");
                    }
                    let mut x = 1;
                    for _ in 0..length - 1 {
                        x = x << 1 | self.symbols.literal(1);
                    }
                    quant[pos] = x as i32 + 14;
                }
                if pos == 0 && quant[pos] > 0 {
                    dc_category = if sign == 1 { 1 } else { 2 };
                }
                quant[pos] &= 0xfffff;
                cul_level += i64::from(quant[pos]);
                if sign == 1 {
                    quant[pos] = -quant[pos];
                }
            }
            cul_level = cul_level.min(63);
        }
        self.above_level[tx.plane][tx.x4..tx.x4 + w4].fill(cul_level as i32);
        self.above_dc[tx.plane][tx.x4..tx.x4 + w4].fill(dc_category);
        self.left_level[tx.plane][tx.y4..tx.y4 + h4].fill(cul_level as i32);
        self.left_dc[tx.plane][tx.y4..tx.y4 + h4].fill(dc_category);
        (tx_type, quant)
    }

    fn transform_type(&mut self, tx: &TxBlock, min: usize, max: usize) -> TxType {
        use TxType::{AdstAdst, AdstDct, DctAdst, DctDct, Idtx};
        match tx.type_syntax {
            TypeSyntax::Inter if max <= 3 => {
                [Idtx, DctDct][self.symbols.symbol(&mut self.cdfs.inter_tx_type_set3[min])]
            }
            TypeSyntax::Intra(y_mode) if max <= 2 => {
                let cdf = &mut self.cdfs.intra_tx_type_set2[min][y_mode as usize];
                [Idtx, DctDct, AdstAdst, AdstDct, DctAdst][self.symbols.symbol(cdf)]
            }
            _ => DctDct,
        }
    }

    fn eob(&mut self, size: usize, ptype: usize, tx_type: TxType, area: usize) -> usize {
        let ctx = usize::from(tx_class(tx_type) != 0);
        let (symbols, cdfs) = (&mut self.symbols, &mut self.cdfs);
        let eob_pt = 1 + match area {
            16 => symbols.symbol(&mut cdfs.eob_pt_16[ptype][ctx]),
            32 => symbols.symbol(&mut cdfs.eob_pt_32[ptype][ctx]),
            64 => symbols.symbol(&mut cdfs.eob_pt_64[ptype][ctx]),
            128 => symbols.symbol(&mut cdfs.eob_pt_128[ptype][ctx]),
            256 => symbols.symbol(&mut cdfs.eob_pt_256[ptype][ctx]),
            512 => symbols.symbol(&mut cdfs.eob_pt_512[ptype]),
            _ => symbols.symbol(&mut cdfs.eob_pt_1024[ptype]),
        };
        let mut eob = if eob_pt < 2 { eob_pt } else { (1 << (eob_pt - 2)) + 1 };
        if eob_pt >= 3 {
            if symbols.symbol(&mut cdfs.eob_extra[size][ptype][eob_pt - 3]) == 1 {
                eob += 1 << (eob_pt - 3);
            }
            for i in 1..eob_pt - 2 {
                eob += (symbols.literal(1) as usize) << (eob_pt - 2 - 1 - i);
            }
        }
        eob
    }

    fn all_zero_ctx(&self, tx: &TxBlock) -> usize {
        let sub = if tx.plane > 0 { self.subsampling } else { 0 };
        let (max_x4, max_y4) = (self.mi_cols >> sub, self.mi_rows >> sub);
        let (w, h) = (tx.tx_size.width(), tx.tx_size.height());
        let (bw, bh) = (tx.block.width() >> sub, tx.block.height() >> sub);
        let xs = (tx.x4..tx.x4 + w / 4).filter(|x| *x < max_x4);
        let ys = (tx.y4..tx.y4 + h / 4).filter(|y| *y < max_y4);
        if tx.plane == 0 {
            let top = xs.map(|x| self.above_level[0][x]).fold(0, i32::max);
            let left = ys.map(|y| self.left_level[0][y]).fold(0, i32::max);
            if bw == w && bh == h {
                0
            } else if top == 0 && left == 0 {
                1
            } else if top == 0 || left == 0 {
                2 + usize::from(top.max(left) > 3)
            } else if top.max(left) <= 3 {
                4
            } else if top.min(left) <= 3 {
                5
            } else {
                6
            }
        } else {
            let above = xs.fold(0, |or, x| or | self.above_level[tx.plane][x] | self.above_dc[tx.plane][x]);
            let left = ys.fold(0, |or, y| or | self.left_level[tx.plane][y] | self.left_dc[tx.plane][y]);
            let mut ctx = usize::from(above != 0) + usize::from(left != 0);
            ctx += 7;
            if bw * bh > w * h {
                ctx += 3;
            }
            ctx
        }
    }

    fn dc_sign_ctx(&self, tx: &TxBlock) -> usize {
        let sub = if tx.plane > 0 { self.subsampling } else { 0 };
        let xs = (tx.x4..tx.x4 + tx.tx_size.width() / 4).filter(|x| *x < self.mi_cols >> sub);
        let ys = (tx.y4..tx.y4 + tx.tx_size.height() / 4).filter(|y| *y < self.mi_rows >> sub);
        let above = xs.map(|x| self.above_dc[tx.plane][x]);
        let left = ys.map(|y| self.left_dc[tx.plane][y]);
        let dc_sign: i32 = above.chain(left).map(|sign| [0, -1, 1][sign as usize]).sum();
        if dc_sign < 0 {
            1
        } else if dc_sign > 0 {
            2
        } else {
            0
        }
    }
}

/// `get_tx_class()`: 0 in two dimensions, 1 horizontal, 2 vertical.
fn tx_class(tx_type: TxType) -> usize {
    match tx_type {
        TxType::VDct | TxType::VAdst | TxType::VFlipAdst => 2,
        TxType::HDct | TxType::HAdst | TxType::HFlipAdst => 1,
        _ => 0,
    }
}

/// The scan tables, by the rules that they follow.
fn get_scan(width: usize, height: usize, tx_type: TxType) -> Vec<usize> {
    let mut scan: Vec<_> = (0..width * height).collect();
    scan.sort_by_key(|pos| {
        let (row, col) = (pos / width, pos % width);
        let diagonal = row + col;
        match tx_class(tx_type) {
            0 if width < height || width == height && diagonal % 2 == 1 => (diagonal, row),
            0 => (diagonal, col),
            1 => (col, row),
            _ => (row, col),
        }
    });
    scan
}

/// The sum of what lies at offsets from a position, each at most `limit`.
fn magnitudes(
    quant: &[i32],
    (width, height): (usize, usize),
    pos: usize,
    offsets: &[(usize, usize)],
    limit: i32,
) -> usize {
    let (row, col) = (pos / width, pos % width);
    let inside = offsets.iter().map(|(r, c)| (row + r, col + c)).filter(|(r, c)| *r < height && *c < width);
    inside.map(|(r, c)| quant[r * width + c].abs().min(limit) as usize).sum()
}

fn coeff_base_ctx(quant: &[i32], tx_size: TxSize, pos: usize, tx_type: TxType) -> usize {
    const OFFSETS: [[(usize, usize); 5]; 3] = [
        [(0, 1), (1, 0), (1, 1), (0, 2), (2, 0)],
        [(0, 1), (1, 0), (0, 2), (0, 3), (0, 4)],
        [(0, 1), (1, 0), (2, 0), (3, 0), (4, 0)],
    ];
    let class = tx_class(tx_type);
    let (width, height) = coded_size(tx_size);
    let (row, col) = (pos / width, pos % width);
    let mag = magnitudes(quant, (width, height), pos, &OFFSETS[class], 3);
    let ctx = ((mag + 1) >> 1).min(4);
    if class == 0 {
        if pos == 0 {
            return 0;
        }
        // `Coeff_Base_Ctx_Offset` in words; of the whole size, with 64 as it is.
        let offset = match (tx_size.width().cmp(&tx_size.height()), row, col) {
            (std::cmp::Ordering::Less, 0 | 1, _) => 11,
            (std::cmp::Ordering::Greater, _, 0 | 1) => 16,
            (std::cmp::Ordering::Equal, _, _) if row + col < 2 => 1,
            (std::cmp::Ordering::Equal, _, _) if row + col < 4 => 6,
            (std::cmp::Ordering::Less, _, _) if row + col < 4 => 6,
            (std::cmp::Ordering::Greater, _, _) if row + col < 4 => 6,
            _ => 21,
        };
        return ctx + offset;
    }
    ctx + 26 + 5 * (if class == 2 { row } else { col }).min(2)
}

fn coeff_br_ctx(quant: &[i32], width: usize, height: usize, pos: usize, tx_type: TxType) -> usize {
    const OFFSETS: [[(usize, usize); 3]; 3] =
        [[(0, 1), (1, 0), (1, 1)], [(0, 1), (1, 0), (0, 2)], [(0, 1), (1, 0), (2, 0)]];
    let class = tx_class(tx_type);
    let (row, col) = (pos / width, pos % width);
    let mag = (magnitudes(quant, (width, height), pos, &OFFSETS[class], 15) + 1) >> 1;
    let mag = mag.min(6);
    let first = [row < 2 && col < 2, col == 0, row == 0][class];
    if pos == 0 {
        mag
    } else if first {
        mag + 7
    } else {
        mag + 14
    }
}

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
