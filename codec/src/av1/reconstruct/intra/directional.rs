//! Prediction along an angle (section 7.11.2.4) without edge filter and upsampling.
//!
//! A position along the edge has six fractional bits. In a row, the part above all samples has one fraction
//! and consecutive bases; in a column, so has the part left of all samples. Both are thus runs of the edge,
//! each sample mixed with the next one.

use super::{IntraEdge, MAX_SIDE};
use crate::av1::reconstruct::plane::rows_mut;
use crate::av1::types::PredictionMode;

/// `ANGLE_STEP`, in degrees.
const ANGLE_STEP: i16 = 3;

/// Columns that are mixed from the left before they are turned into rows.
const STRIP: usize = 8;

/// `pAngle`, in degrees: 36 to 212.
pub(super) fn angle(mode: PredictionMode, angle_delta: i8) -> u16 {
    let nominal = match mode {
        PredictionMode::V => 90,
        PredictionMode::H => 180,
        PredictionMode::D45 => 45,
        PredictionMode::D135 => 135,
        PredictionMode::D113 => 113,
        PredictionMode::D157 => 157,
        PredictionMode::D203 => 203,
        PredictionMode::D67 => 67,
        PredictionMode::Dc
        | PredictionMode::Smooth
        | PredictionMode::SmoothV
        | PredictionMode::SmoothH
        | PredictionMode::Paeth
        | PredictionMode::UvCfl
        | PredictionMode::NearestMv
        | PredictionMode::NearMv
        | PredictionMode::GlobalMv
        | PredictionMode::NewMv => unreachable!("not a directional mode"),
    };
    (nominal + i16::from(angle_delta) * ANGLE_STEP) as u16
}

/// Predicts along any angle but 90 and 180 degrees, which are copies.
pub(super) fn predict<const W: usize>(angle: u16, h: usize, edge: &IntraEdge, dst: &mut [u8], stride: usize) {
    debug_assert!(angle != 90 && angle != 180, "a copy");
    if angle < 90 {
        from_above::<W>(derivative(angle), h, edge, dst, stride);
    } else if angle < 180 {
        let dx = derivative(180 - angle);
        from_above_and_corner::<W>(dx, h, edge, dst, stride);
        let column = |j: usize| EdgeRun::new(-((j as i32 + 1) * derivative(angle - 90)));
        from_left::<W>(column, |i| columns_before_corner(dx, i), h, edge, dst, stride);
    } else {
        let column = |j: usize| EdgeRun::new((j as i32 + 1) * derivative(270 - angle));
        from_left::<W>(column, |_| W, h, edge, dst, stride);
    }
}

/// Step 7 of the process: all samples come from above.
fn from_above<const W: usize>(dx: i32, h: usize, edge: &IntraEdge, dst: &mut [u8], stride: usize) {
    for (i, row) in rows_mut::<W>(dst, stride, h).enumerate() {
        let run = EdgeRun::new((i as i32 + 1) * dx);
        run.mix(edge.above_from(run.base), row);
    }
}

/// Step 8 where the base is not before the corner.
fn from_above_and_corner<const W: usize>(dx: i32, h: usize, edge: &IntraEdge, dst: &mut [u8], stride: usize) {
    for (i, row) in rows_mut::<W>(dst, stride, h).enumerate() {
        if columns_before_corner(dx, i) >= W {
            break;
        }
        let run = EdgeRun::new(-((i as i32 + 1) * dx));
        run.mix(edge.above_from(run.base), row);
    }
}

/// How many columns of a row have their base above before the corner, in step 8.
fn columns_before_corner(dx: i32, row: usize) -> usize {
    (-1 - EdgeRun::new(-((row as i32 + 1) * dx)).base) as usize
}

/// Step 9, and step 8 where the base above is before the corner: the first so many columns of each row from
/// the left.
fn from_left<const W: usize>(
    column_run: impl Fn(usize) -> EdgeRun,
    columns_of_row: impl Fn(usize) -> usize,
    h: usize,
    edge: &IntraEdge,
    dst: &mut [u8],
    stride: usize,
) {
    /// Rows are mixed so many at a time, beyond the block's end too: the edge has room for that.
    const RUN: usize = 16;
    let mut columns = [[0; MAX_SIDE]; STRIP];
    for first in (0..W).step_by(STRIP) {
        let strip = STRIP.min(W - first);
        for (j, column) in columns.iter_mut().enumerate().take(strip) {
            let run = column_run(first + j);
            if run.base < -1 - h as isize {
                break;
            }
            for (i, samples) in column.as_chunks_mut::<RUN>().0.iter_mut().take(h.div_ceil(RUN)).enumerate() {
                run.mix(edge.left_from(run.base + (i * RUN) as isize), samples);
            }
        }
        for (i, row) in rows_mut::<W>(dst, stride, h).enumerate() {
            let count = columns_of_row(i).saturating_sub(first).min(strip);
            for (sample, column) in row[first..].iter_mut().zip(&columns).take(count) {
                *sample = column[i];
            }
        }
    }
}

/// Consecutive samples of an edge, each mixed with its next in the same shares.
#[derive(Clone, Copy)]
struct EdgeRun {
    base: isize,
    /// The share of the next sample, in 32nds.
    shift: u16,
}

impl EdgeRun {
    fn new(idx: i32) -> Self {
        Self { base: (idx >> 6) as isize, shift: ((idx >> 1) & 31) as u16 }
    }

    fn mix<const N: usize>(self, edge: &[u8], to: &mut [u8; N]) {
        let edge = &edge[..N + 1];
        for j in 0..N {
            let mixed = u16::from(edge[j]) * (32 - self.shift) + u16::from(edge[j + 1]) * self.shift;
            to[j] = ((mixed + 16) >> 5) as u8;
        }
    }
}

/// `Dr_Intra_Derivative`.
fn derivative(angle: u16) -> i32 {
    i32::from(DR_INTRA_DERIVATIVE[angle as usize])
}

#[rustfmt::skip]
const DR_INTRA_DERIVATIVE: [u16; 90] = [
    0, 0, 0, 1023, 0, 0, 547, 0, 0, 372, 0, 0, 0, 0,
    273, 0, 0, 215, 0, 0, 178, 0, 0, 151, 0, 0, 132, 0, 0,
    116, 0, 0, 102, 0, 0, 0, 90, 0, 0, 80, 0, 0, 71, 0, 0,
    64, 0, 0, 57, 0, 0, 51, 0, 0, 45, 0, 0, 0, 40, 0, 0,
    35, 0, 0, 31, 0, 0, 27, 0, 0, 23, 0, 0, 19, 0, 0,
    15, 0, 0, 0, 0, 11, 0, 0, 7, 0, 0, 3, 0, 0,
];
