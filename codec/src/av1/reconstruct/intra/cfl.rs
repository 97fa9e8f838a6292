//! Chroma from luma (section 7.11.5): the luma block's variation, scaled onto the chroma block's DC
//! prediction.

use crate::av1::reconstruct::plane::{by_width, rows_mut};
use crate::av1::types::Chroma;

/// The longest side of a chroma block that may be predicted from luma.
const MAX_SIDE: usize = 32;

/// How far the luma transform blocks of a block reach along one axis that start within the frame: `MaxLumaW`
/// less the block's position. All in luma samples; `in_frame` is what lies between the block's start and the
/// frame's end in whole `MiCols` or `MiRows`.
pub(crate) fn covered_luma(block: usize, transform: usize, in_frame: usize) -> usize {
    in_frame.next_multiple_of(transform).min(block)
}

/// `L` less `lumaAvg` of one block: its luma reconstruction at the chroma plane's resolution with three
/// fractional bits, less the average. Both chroma planes are predicted from it.
#[derive(Debug, Clone)]
pub(crate) struct CflLuma {
    /// Rows of `w`; -2040 to 2040.
    ac: [i16; MAX_SIDE * MAX_SIDE],
    w: usize,
    h: usize,
}

impl CflLuma {
    /// Of no block.
    pub(crate) const fn new() -> Self {
        Self { ac: [0; MAX_SIDE * MAX_SIDE], w: 0, h: 0 }
    }

    /// Takes the luma of a block.
    ///
    /// `luma` starts with the block's first sample. `covered` is its width and height in luma samples of
    /// which there is luma, see [`covered_luma`]; beyond, the last column and row are repeated. `w` and `h`
    /// are the chroma block's, 4 to 32.
    pub(crate) fn gather(
        &mut self,
        luma: &[u8],
        stride: usize,
        covered: (usize, usize),
        chroma: Chroma,
        w: usize,
        h: usize,
    ) {
        (self.w, self.h) = (w, h);
        let shift = chroma.shift();
        let (columns, rows) = ((covered.0 >> shift).min(w), (covered.1 >> shift).min(h));
        let ac = &mut self.ac[..w * h];
        for (i, line) in ac.chunks_exact_mut(w).take(rows).enumerate() {
            let (known, repeated) = line.split_at_mut(columns);
            match chroma {
                Chroma::Full => eightfold(&luma[i * stride..][..columns], known),
                Chroma::Half => {
                    let upper = &luma[2 * i * stride..][..2 * columns];
                    let lower = &luma[(2 * i + 1) * stride..][..2 * columns];
                    twofold_sums(upper, lower, known);
                }
            }
            repeated.fill(known[columns - 1]);
        }
        for row in rows..h {
            ac.copy_within((rows - 1) * w..rows * w, row * w);
        }
        let sum: u32 = ac.iter().map(|&value| value as u32).sum();
        let log2 = (w * h).ilog2();
        let average = ((sum + (1 << (log2 - 1))) >> log2) as i16;
        ac.iter_mut().for_each(|value| *value -= average);
    }

    /// The scales with which both chroma planes come nearest to their samples, by least squares.
    pub(crate) fn fit(&self, planes: [(&[u8], usize); 2]) -> [i8; 2] {
        let lines = || self.ac[..self.w * self.h].chunks_exact(self.w);
        let squares = |line: &[i16]| line.iter().map(|ac| i32::from(*ac) * i32::from(*ac)).sum::<i32>();
        let energy: i64 = lines().map(|line| i64::from(squares(line))).sum();
        if energy == 0 {
            return [0; 2];
        }
        planes.map(|(samples, stride)| {
            let product = |(line, samples): (&[i16], &[u8])| {
                line.iter().zip(samples).map(|(ac, sample)| i32::from(*ac) * i32::from(*sample)).sum::<i32>()
            };
            let product: i64 = lines().zip(samples.chunks(stride)).map(|pair| i64::from(product(pair))).sum();
            (64.0 * product as f32 / energy as f32).round().clamp(-16.0, 16.0) as i8
        })
    }

    /// Adds the scaled luma to a block that holds its DC prediction.
    ///
    /// `alpha` is `CflAlphaU` or `CflAlphaV`, -16 to 16; `dst` starts with the block's first sample.
    pub(crate) fn predict(&self, alpha: i8, dst: &mut [u8], stride: usize) {
        let (ac, alpha) = (&self.ac[..self.w * self.h], i16::from(alpha));
        by_width!(self.w, predict_columns(ac, alpha, dst, stride));
    }
}

/// `alpha * ac` is at most 16 * 2040, which leaves room for rounding in 16 bits.
fn predict_columns<const W: usize>(ac: &[i16], alpha: i16, dst: &mut [u8], stride: usize) {
    let lines = ac.as_chunks::<W>().0;
    for (row, line) in rows_mut::<W>(dst, stride, lines.len()).zip(lines) {
        for j in 0..W {
            let scaled = alpha * line[j];
            let magnitude = (scaled.abs() + 32) >> 6;
            let signed = if scaled < 0 { -magnitude } else { magnitude };
            row[j] = (i16::from(row[j]) + signed).clamp(0, 255) as u8;
        }
    }
}

fn eightfold(luma: &[u8], to: &mut [i16]) {
    for (value, &sample) in to.iter_mut().zip(luma) {
        *value = i16::from(sample) << 3;
    }
}

/// Pairs of samples are taken as words, so that no sample has to move.
fn twofold_sums(upper: &[u8], lower: &[u8], to: &mut [i16]) {
    let pair = |samples: &[u8; 2]| {
        let word = u16::from_le_bytes(*samples);
        (word & 0xFF) + (word >> 8)
    };
    let (upper, lower) = (upper.as_chunks().0, lower.as_chunks().0);
    for ((value, upper), lower) in to.iter_mut().zip(upper).zip(lower) {
        *value = ((pair(upper) + pair(lower)) << 1) as i16;
    }
}
