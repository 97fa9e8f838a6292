//! The specification's steps as they stand, and that the fast ones do the same.

use proptest::prelude::*;

use super::*;
use crate::av1::reconstruct::plane::{PlaneArea, PlaneView};
use crate::av1::types::Chroma;

const WIDTH: usize = 136;
const HEIGHT: usize = 152;
const STRIDE: usize = 160;

const MODES: [PredictionMode; 13] = [
    PredictionMode::Dc,
    PredictionMode::V,
    PredictionMode::H,
    PredictionMode::D45,
    PredictionMode::D135,
    PredictionMode::D113,
    PredictionMode::D157,
    PredictionMode::D203,
    PredictionMode::D67,
    PredictionMode::Smooth,
    PredictionMode::SmoothV,
    PredictionMode::SmoothH,
    PredictionMode::Paeth,
];

/// Samples of a plane: noise, extremes or nearly flat, by the seed.
fn samples(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    match seed % 3 {
        0 => (0..count).map(|_| next()).collect(),
        1 => (0..count).map(|_| if next() & 1 == 0 { 0 } else { 255 }).collect(),
        _ => (0..count).map(|_| 100 + next() % 4).collect(),
    }
}

/// `AboveRow` and `LeftCol` of section 7.11.2, element 0 being index -1.
struct LiteralEdge {
    above_row: Vec<i32>,
    left_col: Vec<i32>,
    have_above: bool,
    have_left: bool,
}

impl LiteralEdge {
    fn new(plane: PlaneView<'_>, PlaneArea { x, y, w, h }: PlaneArea, corners: DecodedCorners) -> Self {
        let curr_frame = |y: usize, x: usize| i32::from(plane.samples[y * plane.stride + x]);
        let (max_x, max_y) = (plane.width - 1, plane.height - 1);
        let (have_above, have_left) = (y > 0, x > 0);
        let corner = match (have_above, have_left) {
            (true, true) => curr_frame(y - 1, x - 1),
            (true, false) => curr_frame(y - 1, x),
            (false, true) => curr_frame(y, x - 1),
            (false, false) => 1 << 7,
        };
        let (mut above_row, mut left_col) = (vec![corner], vec![corner]);
        for i in 0..w + h {
            above_row.push(if !have_above && have_left {
                curr_frame(y, x - 1)
            } else if !have_above {
                (1 << 7) - 1
            } else {
                let above_limit = max_x.min(x + if corners.above_right { 2 * w } else { w } - 1);
                curr_frame(y - 1, above_limit.min(x + i))
            });
            left_col.push(if !have_left && have_above {
                curr_frame(y - 1, x)
            } else if !have_left {
                (1 << 7) + 1
            } else {
                let left_limit = max_y.min(y + if corners.below_left { 2 * h } else { h } - 1);
                curr_frame(left_limit.min(y + i), x - 1)
            });
        }
        Self { above_row, left_col, have_above, have_left }
    }

    fn above_row(&self, i: i32) -> i32 {
        self.above_row[(i + 1) as usize]
    }

    fn left_col(&self, i: i32) -> i32 {
        self.left_col[(i + 1) as usize]
    }

    fn pred(&self, mode: PredictionMode, angle_delta: i32, w: i32, h: i32) -> Vec<u8> {
        let mut pred = Vec::new();
        for i in 0..h {
            for j in 0..w {
                let sample = match mode {
                    PredictionMode::Dc => self.dc(w, h),
                    PredictionMode::Smooth => self.smooth(w, h, i, j),
                    PredictionMode::SmoothV => self.smooth_v(h, i, j),
                    PredictionMode::SmoothH => self.smooth_h(w, i, j),
                    PredictionMode::Paeth => self.paeth(i, j),
                    PredictionMode::V
                    | PredictionMode::H
                    | PredictionMode::D45
                    | PredictionMode::D135
                    | PredictionMode::D113
                    | PredictionMode::D157
                    | PredictionMode::D203
                    | PredictionMode::D67 => self.directional(mode, angle_delta, w, h, i, j),
                    PredictionMode::UvCfl
                    | PredictionMode::NearestMv
                    | PredictionMode::NearMv
                    | PredictionMode::GlobalMv
                    | PredictionMode::NewMv => unreachable!("{mode:?} does not predict from the edge"),
                };
                pred.push(u8::try_from(sample).expect("a prediction of 8 bits"));
            }
        }
        pred
    }

    fn dc(&self, w: i32, h: i32) -> i32 {
        let left: i32 = (0..h).map(|k| self.left_col(k)).sum();
        let above: i32 = (0..w).map(|k| self.above_row(k)).sum();
        match (self.have_left, self.have_above) {
            (true, true) => (left + above + ((w + h) >> 1)) / (w + h),
            (true, false) => (left + (h >> 1)) / h,
            (false, true) => (above + (w >> 1)) / w,
            (false, false) => 1 << 7,
        }
    }

    fn paeth(&self, i: i32, j: i32) -> i32 {
        let base = self.above_row(j) + self.left_col(i) - self.above_row(-1);
        let p_left = (base - self.left_col(i)).abs();
        let p_top = (base - self.above_row(j)).abs();
        let p_top_left = (base - self.above_row(-1)).abs();
        if p_left <= p_top && p_left <= p_top_left {
            self.left_col(i)
        } else if p_top <= p_top_left {
            self.above_row(j)
        } else {
            self.above_row(-1)
        }
    }

    fn smooth(&self, w: i32, h: i32, i: i32, j: i32) -> i32 {
        let (weights_x, weights_y) = (sm_weights(w), sm_weights(h));
        let (x, y) = (weights_x[j as usize], weights_y[i as usize]);
        let smooth_pred = y * self.above_row(j)
            + (256 - y) * self.left_col(h - 1)
            + x * self.left_col(i)
            + (256 - x) * self.above_row(w - 1);
        (smooth_pred + 256) >> 9
    }

    fn smooth_v(&self, h: i32, i: i32, j: i32) -> i32 {
        let weight = sm_weights(h)[i as usize];
        (weight * self.above_row(j) + (256 - weight) * self.left_col(h - 1) + 128) >> 8
    }

    fn smooth_h(&self, w: i32, i: i32, j: i32) -> i32 {
        let weight = sm_weights(w)[j as usize];
        (weight * self.left_col(i) + (256 - weight) * self.above_row(w - 1) + 128) >> 8
    }

    fn directional(&self, mode: PredictionMode, angle_delta: i32, w: i32, h: i32, i: i32, j: i32) -> i32 {
        let mode_to_angle = [0, 90, 180, 45, 135, 113, 157, 203, 67, 0, 0, 0, 0];
        let p_angle = mode_to_angle[mode as usize] + angle_delta * 3;
        let mixed = |edge: &dyn Fn(i32) -> i32, base: i32, idx: i32| {
            let shift = (idx >> 1) & 0x1F;
            (edge(base) * (32 - shift) + edge(base + 1) * shift + 16) >> 5
        };
        let above_row = |i: i32| self.above_row(i);
        let left_col = |i: i32| self.left_col(i);
        if p_angle < 90 {
            let idx = (i + 1) * dr_intra_derivative(p_angle);
            let base = (idx >> 6) + j;
            let max_base_x = w + h - 1;
            if base < max_base_x { mixed(&above_row, base, idx) } else { self.above_row(max_base_x) }
        } else if p_angle > 90 && p_angle < 180 {
            let idx = (j << 6) - (i + 1) * dr_intra_derivative(180 - p_angle);
            let base = idx >> 6;
            if base >= -1 {
                mixed(&above_row, base, idx)
            } else {
                let idx = (i << 6) - (j + 1) * dr_intra_derivative(p_angle - 90);
                mixed(&left_col, idx >> 6, idx)
            }
        } else if p_angle > 180 {
            let idx = (j + 1) * dr_intra_derivative(270 - p_angle);
            mixed(&left_col, (idx >> 6) + i, idx)
        } else if p_angle == 90 {
            self.above_row(j)
        } else {
            self.left_col(i)
        }
    }
}

/// `Dr_Intra_Derivative`, by the angles that modes can have.
fn dr_intra_derivative(angle: i32) -> i32 {
    let derivatives = [
        (3, 1023),
        (6, 547),
        (9, 372),
        (14, 273),
        (17, 215),
        (20, 178),
        (23, 151),
        (26, 132),
        (29, 116),
        (32, 102),
        (36, 90),
        (39, 80),
        (42, 71),
        (45, 64),
        (48, 57),
        (51, 51),
        (54, 45),
        (58, 40),
        (61, 35),
        (64, 31),
        (67, 27),
        (70, 23),
        (73, 19),
        (76, 15),
        (81, 11),
        (84, 7),
        (87, 3),
    ];
    derivatives.iter().find(|(of, _)| *of == angle).expect("an angle of a mode").1
}

fn sm_weights(side: i32) -> &'static [i32] {
    match side {
        4 => &[255, 149, 85, 64],
        8 => &[255, 197, 146, 105, 73, 50, 37, 32],
        16 => &[255, 225, 196, 170, 145, 123, 102, 84, 68, 54, 43, 33, 26, 20, 17, 16],
        32 => &[
            255, 240, 225, 210, 196, 182, 169, 157, 145, 133, 122, 111, 101, 92, 83, 74, 66, 59, 52, 45, 39,
            34, 29, 25, 21, 17, 14, 12, 10, 9, 8, 8,
        ],
        _ => &[
            255, 248, 240, 233, 225, 218, 210, 203, 196, 189, 182, 176, 169, 163, 156, 150, 144, 138, 133,
            127, 121, 116, 111, 106, 101, 96, 91, 86, 82, 77, 73, 69, 65, 61, 57, 54, 50, 47, 44, 41, 38, 35,
            32, 29, 27, 25, 22, 20, 18, 16, 15, 13, 12, 10, 9, 8, 7, 6, 6, 5, 5, 4, 4, 4,
        ],
    }
}

/// Compares every mode and angle for one block; the edge is one that another block left behind.
fn compare(edge: &mut IntraEdge, plane: PlaneView<'_>, block: PlaneArea, corners: DecodedCorners) {
    let literal = LiteralEdge::new(plane, block, corners);
    edge.gather(plane, block, corners);
    let PlaneArea { w, h, .. } = block;
    for mode in MODES {
        for angle_delta in -3..=3 {
            const STRIDE: usize = 80;
            let mut dst = vec![77; STRIDE * h];
            predict(mode, angle_delta, w, h, edge, &mut dst, STRIDE);
            let wanted = literal.pred(mode, i32::from(angle_delta), w as i32, h as i32);
            for (i, row) in dst.chunks(STRIDE).enumerate() {
                assert_eq!(&row[..w], &wanted[i * w..][..w], "{mode:?} {angle_delta} {block:?} row {i}");
                assert!(row[w..].iter().all(|&sample| sample == 77), "beside the block");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn all_modes_are_those_of_the_specification(
        seed in any::<u64>(),
        (w, h) in (2usize..7, 2usize..7).prop_map(|(w, h)| (1 << w, 1 << h)),
        (x, y) in (0usize..34, 0usize..38).prop_map(|(x, y)| (x * 4, y * 4)),
        (left_most, top_most) in (prop::bool::weighted(0.2), prop::bool::weighted(0.2)),
        (above_right, below_left) in any::<(bool, bool)>(),
    ) {
        let samples = samples(seed, STRIDE * HEIGHT);
        let plane = PlaneView { samples: &samples, stride: STRIDE, width: WIDTH, height: HEIGHT };
        let block = PlaneArea { x: if left_most { 0 } else { x }, y: if top_most { 0 } else { y }, w, h };
        let mut edge = IntraEdge::new();
        let full = PlaneArea { x: 4, y: 4, w: 64, h: 64 };
        edge.gather(plane, full, DecodedCorners { above_right: true, below_left: true });
        compare(&mut edge, plane, block, DecodedCorners { above_right, below_left });
    }

    /// Section 7.11.5, with a luma block of which some transform blocks start outside of the frame.
    #[test]
    fn chroma_from_luma_is_that_of_the_specification(
        seed in any::<u64>(),
        (log2_w, log2_h) in (2usize..6, 2usize..6),
        full in any::<bool>(),
        covered in (1usize..17, 1usize..17),
        alpha in -16i8..=16,
    ) {
        let (w, h) = (1 << log2_w, 1 << log2_h);
        let chroma = if full { Chroma::Full } else { Chroma::Half };
        let sub = chroma.shift();
        let (max_luma_w, max_luma_h) = ((covered.0 * 4).min(w << sub), (covered.1 * 4).min(h << sub));
        let luma = samples(seed, STRIDE * 64);
        let dc = samples(seed.rotate_left(7) - seed % 2, STRIDE * h);

        let mut lines = vec![0i32; w * h];
        let mut luma_avg = 0;
        for i in 0..h {
            let luma_y = (i << sub).min(max_luma_h - (1 << sub));
            for j in 0..w {
                let luma_x = (j << sub).min(max_luma_w - (1 << sub));
                let mut t = 0;
                for dy in 0..=sub {
                    for dx in 0..=sub {
                        t += i32::from(luma[(luma_y + dy) * STRIDE + luma_x + dx]);
                    }
                }
                lines[i * w + j] = t << (3 - sub - sub);
                luma_avg += lines[i * w + j];
            }
        }
        let bits = log2_w + log2_h;
        let luma_avg = (luma_avg + (1 << bits >> 1)) >> bits;
        let mut wanted = dc.clone();
        for i in 0..h {
            for j in 0..w {
                let scaled = i32::from(alpha) * (lines[i * w + j] - luma_avg);
                let scaled_luma = if scaled < 0 { -((-scaled + 32) >> 6) } else { (scaled + 32) >> 6 };
                let sample = &mut wanted[i * STRIDE + j];
                *sample = (i32::from(*sample) + scaled_luma).clamp(0, 255) as u8;
            }
        }

        let mut ours = dc;
        let mut cfl = CflLuma::new();
        cfl.gather(&luma, STRIDE, (max_luma_w, max_luma_h), chroma, w, h);
        cfl.predict(alpha, &mut ours, STRIDE);
        prop_assert_eq!(ours, wanted);
    }
}

#[test]
fn luma_is_covered_by_transform_blocks_that_start_in_the_frame() {
    assert_eq!(covered_luma(32, 16, 200), 32);
    assert_eq!(covered_luma(32, 16, 24), 32);
    assert_eq!(covered_luma(32, 16, 16), 16);
    assert_eq!(covered_luma(32, 4, 24), 24);
    assert_eq!(covered_luma(32, 32, 8), 32);
}

#[test]
fn quarters_of_a_superblock_see_what_was_coded_before_them() {
    let mut decoded = BlockDecoded::new(Chroma::Full);
    decoded.clear(32, 32);
    let corners = [(0, 0), (32, 0), (0, 32), (32, 32)].map(|(x, y)| {
        let quarter = PlaneArea { x: 64 + x, y: 128 + y, w: 32, h: 32 };
        let corners = decoded.corners(0, quarter);
        decoded.mark(0, quarter);
        (corners.above_right, corners.below_left)
    });
    assert_eq!(corners, [(true, true), (true, false), (true, false), (false, false)]);
}
