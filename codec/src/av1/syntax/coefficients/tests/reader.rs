//! Reads coefficients as the specification says, sections 5.11.39 and 8.3.2, word by word.

use super::*;

/// `coeffs()` and the CDF selection of section 8.3.2, for one tile.
pub(super) struct CoefficientReader<'a> {
    pub(super) symbols: SymbolDecoder<'a>,
    pub(super) cdfs: CdfContext,
    mi_rows: usize,
    mi_cols: usize,
    subsampling: usize,
    above_level: [Vec<i32>; 3],
    above_dc: [Vec<i32>; 3],
    left_level: [Vec<i32>; 3],
    left_dc: [Vec<i32>; 3],
}

impl<'a> CoefficientReader<'a> {
    pub(super) fn new(
        bytes: &'a [u8],
        cdfs: CdfContext,
        (mi_rows, mi_cols): (usize, usize),
        chroma: Chroma,
    ) -> Self {
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

    pub(super) fn clear_left(&mut self) {
        for plane in 0..3 {
            self.left_level[plane].fill(0);
            self.left_dc[plane].fill(0);
        }
    }

    pub(super) fn reset_block_context(&mut self, mi_row: usize, mi_col: usize, size: BlockSize) {
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
    pub(super) fn coeffs(&mut self, tx: &TxBlock) -> (TxType, Vec<i32>) {
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
            TypeSyntax::Implied | TypeSyntax::Intra(_) | TypeSyntax::Inter => DctDct,
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
        TxType::DctDct
        | TxType::AdstDct
        | TxType::DctAdst
        | TxType::AdstAdst
        | TxType::FlipAdstDct
        | TxType::DctFlipAdst
        | TxType::FlipAdstFlipAdst
        | TxType::AdstFlipAdst
        | TxType::FlipAdstAdst
        | TxType::Idtx => 0,
    }
}

/// The scan tables, by the rules that they follow.
pub(super) fn get_scan(width: usize, height: usize, tx_type: TxType) -> Vec<usize> {
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
