//! `SMOOTH_PRED`, `SMOOTH_V_PRED` and `SMOOTH_H_PRED` (section 7.11.2.6).
//!
//! All of it fits 16 bits: a sample times its weight plus another times the rest of 256 is at most
//! `255 * 256`.

use super::IntraEdge;
use crate::av1::reconstruct::plane::rows_mut;

/// Both directions; the sum of the two has 17 bits, so they are averaged first:
/// `( a + b + 256 ) >> 9` is `( ( a + b ) / 2 + 128 ) >> 8`.
pub(super) fn predict<const W: usize>(h: usize, edge: &IntraEdge, dst: &mut [u8], stride: usize) {
    let above = edge.above::<W>().map(u16::from);
    let across = SmoothColumns::<W>::new(edge);
    let bottom = u16::from(edge.left(h)[h - 1]);
    for ((row, &left), &weight) in rows_mut::<W>(dst, stride, h).zip(edge.left(h)).zip(weights(h)) {
        let (left, weight) = (u16::from(left), u16::from(weight));
        let from_bottom = (256 - weight) * bottom;
        for j in 0..W {
            let down = weight * above[j] + from_bottom;
            let across = across.weights[j] * left + across.from_right[j];
            let average = (down & across) + ((down ^ across) >> 1);
            row[j] = ((average + 128) >> 8) as u8;
        }
    }
}

pub(super) fn predict_vertical<const W: usize>(h: usize, edge: &IntraEdge, dst: &mut [u8], stride: usize) {
    let above = edge.above::<W>().map(u16::from);
    let bottom = u16::from(edge.left(h)[h - 1]);
    for (row, &weight) in rows_mut::<W>(dst, stride, h).zip(weights(h)) {
        let weight = u16::from(weight);
        let from_bottom = (256 - weight) * bottom + 128;
        for j in 0..W {
            row[j] = ((weight * above[j] + from_bottom) >> 8) as u8;
        }
    }
}

pub(super) fn predict_horizontal<const W: usize>(h: usize, edge: &IntraEdge, dst: &mut [u8], stride: usize) {
    let across = SmoothColumns::<W>::new(edge);
    for (row, &left) in rows_mut::<W>(dst, stride, h).zip(edge.left(h)) {
        let left = u16::from(left);
        for ((sample, weight), from_right) in row.iter_mut().zip(across.weights).zip(across.from_right) {
            *sample = ((weight * left + from_right + 128) >> 8) as u8;
        }
    }
}

/// What all rows share of the horizontal direction.
struct SmoothColumns<const W: usize> {
    weights: [u16; W],
    from_right: [u16; W],
}

impl<const W: usize> SmoothColumns<W> {
    fn new(edge: &IntraEdge) -> Self {
        let right = u16::from(edge.above::<W>()[W - 1]);
        let weights: &[u8; W] = weights(W).first_chunk().expect("a weight for each sample of a side");
        let weights = weights.map(u16::from);
        Self { weights, from_right: weights.map(|weight| (256 - weight) * right) }
    }
}

/// `Sm_Weights_Tx_*` for a side of 4 to 64.
fn weights(side: usize) -> &'static [u8] {
    match side {
        4 => &SM_WEIGHTS_4,
        8 => &SM_WEIGHTS_8,
        16 => &SM_WEIGHTS_16,
        32 => &SM_WEIGHTS_32,
        _ => &SM_WEIGHTS_64,
    }
}

const SM_WEIGHTS_4: [u8; 4] = [255, 149, 85, 64];

const SM_WEIGHTS_8: [u8; 8] = [255, 197, 146, 105, 73, 50, 37, 32];

const SM_WEIGHTS_16: [u8; 16] = [255, 225, 196, 170, 145, 123, 102, 84, 68, 54, 43, 33, 26, 20, 17, 16];

const SM_WEIGHTS_32: [u8; 32] = [
    255, 240, 225, 210, 196, 182, 169, 157, 145, 133, 122, 111, 101, 92, 83, 74, 66, 59, 52, 45, 39, 34, 29,
    25, 21, 17, 14, 12, 10, 9, 8, 8,
];

const SM_WEIGHTS_64: [u8; 64] = [
    255, 248, 240, 233, 225, 218, 210, 203, 196, 189, 182, 176, 169, 163, 156, 150, 144, 138, 133, 127, 121,
    116, 111, 106, 101, 96, 91, 86, 82, 77, 73, 69, 65, 61, 57, 54, 50, 47, 44, 41, 38, 35, 32, 29, 27, 25,
    22, 20, 18, 16, 15, 13, 12, 10, 9, 8, 7, 6, 6, 5, 5, 4, 4, 4,
];
