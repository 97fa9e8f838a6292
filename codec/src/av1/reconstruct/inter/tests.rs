//! Sections 7.11.3.2 to 7.11.3.4 as they stand, and that the fast ones do the same.

use proptest::prelude::*;

use super::*;

const WIDTH: usize = 150;
const HEIGHT: usize = 133;
const STRIDE: usize = 160;

fn samples(seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let sample = (state >> 24) as u8;
        if seed & 2 == 0 { sample } else { (sample & 1) * 255 }
    };
    std::iter::repeat_with(next).take(STRIDE * HEIGHT).collect()
}

/// The lines of `Subpel_Filters` for `EIGHTTAP`, `BILINEAR` and the first for small blocks, by an index of
/// the whole table.
fn subpel_filter(interp_filter: usize, fraction: usize) -> [i32; 8] {
    if fraction == 0 {
        return [0, 0, 0, 128, 0, 0, 0, 0];
    }
    match interp_filter {
        0 => EIGHTTAP[fraction].map(i32::from),
        3 => [0, 0, 0, 128 - 8 * fraction as i32, 8 * fraction as i32, 0, 0, 0],
        4 => EIGHTTAP_SMALL[fraction].map(i32::from),
        _ => unreachable!("a filter that no block has"),
    }
}

fn round2(value: i64, bits: u32) -> i64 {
    if bits == 0 { value } else { (value + (1 << (bits - 1))) >> bits }
}

fn round2_signed(value: i64, bits: u32) -> i64 {
    if value >= 0 { round2(value, bits) } else { -round2(-value, bits) }
}

/// Section 7.11.3.3 along one axis: the start and the step in 1024ths.
fn scale(frame: i64, at: i64, mv: i64, sub: usize) -> (i64, i64) {
    let scale = ((frame << 14) + frame / 2) / frame;
    let half_sample = 1 << 3;
    let orig = (at << 4) + ((2 * mv) >> sub) + half_sample;
    let base = orig * scale - (half_sample << 14);
    (round2_signed(base, 14 + 4 - 10) + 32, round2_signed(scale, 14 - 10))
}

/// Section 7.11.3.4 for a plane whose `lastX` and `lastY` are those of its view.
fn literal(reference: PlaneView<'_>, block: PlaneArea, mv: Mv, sub: usize, interp_filter: usize) -> Vec<u8> {
    let (x, x_step) = scale((reference.width << sub) as i64, block.x as i64, mv.col.into(), sub);
    let (y, y_step) = scale((reference.height << sub) as i64, block.y as i64, mv.row.into(), sub);
    let (last_x, last_y) = (reference.width as i64 - 1, reference.height as i64 - 1);
    let (w, h) = (block.w as i64, block.h as i64);
    let small = |side: i64| if side <= 4 && interp_filter == 0 { 4 } else { interp_filter };
    let intermediate_height = (((h - 1) * y_step + (1 << 10) - 1) >> 10) + 8;
    let mut intermediate = Vec::new();
    for r in 0..intermediate_height {
        for c in 0..w {
            let p = x + x_step * c;
            let taps = subpel_filter(small(w), ((p >> 6) & 15) as usize);
            let mut s = 0;
            for t in 0..8 {
                let row = ((y >> 10) + r - 3).clamp(0, last_y) as usize;
                let column = ((p >> 10) + t - 3).clamp(0, last_x) as usize;
                s += i64::from(taps[t as usize])
                    * i64::from(reference.samples[row * reference.stride + column]);
            }
            intermediate.push(round2(s, 3));
        }
    }
    let mut pred = Vec::new();
    for r in 0..h {
        for c in 0..w {
            let p = (y & 1023) + y_step * r;
            let taps = subpel_filter(small(h), ((p >> 6) & 15) as usize);
            let s: i64 = (0..8)
                .map(|t| i64::from(taps[t as usize]) * intermediate[(((p >> 10) + t) * w + c) as usize])
                .sum();
            pred.push(round2(s, 11).clamp(0, 255) as u8);
        }
    }
    pred
}

/// Vectors of any fraction, whole ones, and those along one axis.
fn mvs() -> impl Strategy<Value = Mv> {
    let component = || prop_oneof![-1200i16..1200, (-150i16..150).prop_map(|whole| whole * 8), Just(0i16)];
    (component(), component()).prop_map(|(row, col)| Mv { row, col })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn inter_prediction_is_that_of_the_specification(
        seed in any::<u64>(),
        (w, h) in (2usize..7, 2usize..7).prop_map(|(w, h)| (1 << w, 1 << h)),
        (x, y) in (0usize..37, 0usize..33).prop_map(|(x, y)| (x * 4, y * 4)),
        mv in mvs(),
        sub in 0usize..2,
    ) {
        const TO_STRIDE: usize = 72;
        let samples = samples(seed);
        let plane = PlaneView { samples: &samples, stride: STRIDE, width: WIDTH, height: HEIGHT };
        let block = PlaneArea { x, y, w, h };
        let mut dst = vec![77; TO_STRIDE * h];
        predict(plane, block, mv, sub, &mut dst, TO_STRIDE);
        let wanted = literal(plane, block, mv, sub, 0);
        for (i, row) in dst.chunks(TO_STRIDE).enumerate() {
            prop_assert_eq!(&row[..w], &wanted[i * w..][..w], "row {}", i);
            prop_assert!(row[w..].iter().all(|&sample| sample == 77));
        }
    }

    #[test]
    fn intrabc_prediction_is_that_of_the_specification(
        seed in any::<u64>(),
        (w, h) in (2usize..6, 2usize..6).prop_map(|(w, h)| (1 << w, 1 << h)),
        (from_x, from_y) in (0usize..118, 0usize..35),
        sub in 0usize..2,
    ) {
        // The block's source lies in luma, whose plane is `1 << sub` times as large as this one.
        let mut samples = samples(seed);
        let block = PlaneArea { x: 64, y: 80, w, h };
        let source = ((from_x << sub).min((WIDTH - w) << sub), (from_y << sub) | (from_x & sub));
        let source = (source.0.saturating_sub(from_y & sub), source.1);
        let mv = Mv::whole(source.0 as i16 - (block.x << sub) as i16, source.1 as i16 - (block.y << sub) as i16);
        let plane = PlaneView { samples: &samples, stride: STRIDE, width: WIDTH, height: HEIGHT };
        let wanted = literal(plane, block, mv, sub, 3);
        let mut expected = samples.clone();
        for (i, wanted) in wanted.chunks(w).enumerate() {
            expected[(block.y + i) * STRIDE + block.x..][..w].copy_from_slice(wanted);
        }
        predict_intrabc(&mut samples, STRIDE, block, mv, sub);
        prop_assert!(samples == expected);
    }
}
