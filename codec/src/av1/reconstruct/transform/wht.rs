//! The Walsh-Hadamard transform of lossless 4x4 blocks, section 7.13.2.10.
//!
//! It is its own inverse without loss; coefficients are four times its values, as lossless blocks have a step
//! of 4.

use super::inverse::add;

/// The bits that coefficients have more than the transform's values.
const SHIFT: u32 = 2;

/// Adds the residual of a block to its prediction, and leaves its 16 coefficients zero.
pub(super) fn inverse_add(coefs: &mut [i32], dst: &mut [u8], stride: usize) {
    let mut t = [[0; 4]; 4];
    for (row, coefs) in t.iter_mut().zip(coefs.chunks_exact(4)) {
        let coefs = [coefs[0], coefs[1], coefs[2], coefs[3]];
        *row = inverse(coefs.map(|x| x >> SHIFT)).map(|x| x.clamp(i16::MIN.into(), i16::MAX.into()));
    }
    coefs[..16].fill(0);
    for j in 0..4 {
        let column = inverse([t[0][j], t[1][j], t[2][j], t[3][j]]);
        for (i, residual) in column.into_iter().enumerate() {
            let sample = &mut dst[i * stride + j];
            *sample = add(*sample, residual as i16);
        }
    }
}

/// Transforms a residual of 4 rows that lie `stride` apart into 16 coefficients.
pub(super) fn forward(residual: &[i16], stride: usize, out: &mut [i32]) {
    let mut t = [[0; 4]; 4];
    for j in 0..4 {
        let column = forward_line([0, 1, 2, 3].map(|i| residual[i * stride + j].into()));
        for (row, x) in t.iter_mut().zip(column) {
            row[j] = x;
        }
    }
    for (row, out) in t.into_iter().zip(out.chunks_exact_mut(4)) {
        out.copy_from_slice(&forward_line(row).map(|x| x << SHIFT));
    }
}

fn inverse([a, c, d, b]: [i32; 4]) -> [i32; 4] {
    let a = a + c;
    let d = d - b;
    let e = (a - d) >> 1;
    let b = e - b;
    let c = e - c;
    [a - b, b, c, d + c]
}

/// The steps of the inverse, undone from the last to the first.
fn forward_line([a, b, c, d]: [i32; 4]) -> [i32; 4] {
    let a = a + b;
    let d = d - c;
    let e = (a - d) >> 1;
    let b = e - b;
    let c = e - c;
    [a - c, c, d + b, b]
}
