//! Palettes from samples: exact ones give back every sample, the best ones cost little.

use proptest::prelude::*;

use super::{
    BlockSamples, IndexMap, MAP_STRIDE, MAX_COLOURS, Palette, derive_best, derive_exact, derive_exact_uv,
    extend_map, predict_palette,
};

const EMPTY: IndexMap = [0; MAP_STRIDE * MAP_STRIDE];

fn block(samples: &[u8], width: usize) -> BlockSamples<'_> {
    BlockSamples::new(samples, width, width, samples.len() / width)
}

fn predicted(colours: &[u8; MAX_COLOURS], map: &IndexMap, width: usize, height: usize) -> Vec<u8> {
    let mut samples = vec![0; width * height];
    predict_palette(colours, map, &mut samples, width, (width, height));
    samples
}

fn is_sorted(palette: &Palette) -> bool {
    palette.len >= 2 && palette.as_slice().is_sorted_by(|a, b| a < b)
}

#[test]
fn flat_blocks_get_a_second_colour() {
    for value in [0, 7, 255] {
        let mut map = EMPTY;
        let palette = derive_exact(block(&[value; 64], 8), &mut map).unwrap();
        assert!(is_sorted(&palette), "{palette:?}");
        assert_eq!(predicted(&palette.colours, &map, 8, 8), [value; 64]);
        let palette = derive_best(block(&[value; 64], 8), 8, &mut map);
        assert!(is_sorted(&palette), "{palette:?}");
        assert_eq!(predicted(&palette.colours, &map, 8, 8), [value; 64]);
        let pair = derive_exact_uv(block(&[value; 64], 8), block(&[255; 64], 8), &mut map).unwrap();
        assert_eq!(predicted(&pair.u, &map, 8, 8), [value; 64]);
        assert_eq!(predicted(&pair.v, &map, 8, 8), [255; 64]);
        assert!(pair.u().is_sorted());
    }
}

#[test]
fn the_ninth_colour_is_too_many() {
    let mut samples = [10u8; 64];
    for (colours, at) in (1..9).zip([3, 9, 17, 21, 40, 41, 50, 63]) {
        samples[at] = 100 + at as u8;
        let palette = derive_exact(block(&samples, 8), &mut EMPTY.clone());
        assert_eq!(palette.map(|palette| palette.len), (colours < 8).then_some(colours + 1));
        let pairs = derive_exact_uv(block(&samples, 8), block(&[3; 64], 8), &mut EMPTY.clone());
        assert_eq!(pairs.map(|palette| palette.len), (colours < 8).then_some(colours + 1));
    }
}

#[test]
fn background_and_foreground_of_soft_text_stay_exact() {
    let samples: Vec<u8> = (0..256)
        .map(|at| match at % 16 {
            0..=8 => 250,
            9..=12 => 20,
            ramp => (30 + ramp * 12 + at / 16 * 3) as u8,
        })
        .collect();
    let mut map = EMPTY;
    let palette = derive_best(block(&samples, 16), 8, &mut map);
    assert!(is_sorted(&palette) && palette.len == 8, "{palette:?}");
    assert!(palette.as_slice().contains(&250) && palette.as_slice().contains(&20), "{palette:?}");
    let worst =
        samples.iter().zip(predicted(&palette.colours, &map, 16, 16)).map(|(a, b)| a.abs_diff(b)).max();
    assert!(worst <= Some(12), "{worst:?}");
}

fn any_block() -> impl Strategy<Value = (usize, usize, Vec<u8>)> {
    let side = || prop::sample::select(vec![4usize, 8, 16, 32, 64]);
    (side(), side(), 1u8..14, any::<[u8; 14]>()).prop_flat_map(|(width, height, colours, table)| {
        prop::collection::vec(0..colours, width * height).prop_map(move |indices| {
            (width, height, indices.iter().map(|index| table[*index as usize]).collect())
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn exact_palettes_give_back_the_block((width, height, samples) in any_block()) {
        let mut distinct = samples.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let mut map = EMPTY;
        let palette = derive_exact(block(&samples, width), &mut map);
        prop_assert_eq!(palette.is_some(), distinct.len() <= MAX_COLOURS);
        let best = derive_best(block(&samples, width), 8, &mut EMPTY.clone());
        prop_assert!(is_sorted(&best));
        if let Some(palette) = palette {
            prop_assert!(is_sorted(&palette));
            prop_assert_eq!(predicted(&palette.colours, &map, width, height), samples);
            prop_assert_eq!(palette.as_slice().len(), distinct.len().max(2));
            if distinct.len() > 1 {
                prop_assert_eq!(best.as_slice(), palette.as_slice());
            }
        }
    }

    #[test]
    fn best_palettes_map_to_the_nearest_colour((width, height, samples) in any_block(), max in 2usize..=8) {
        let mut map = EMPTY;
        let palette = derive_best(block(&samples, width), max, &mut map);
        prop_assert!(is_sorted(&palette) && palette.as_slice().len() <= max);
        for (sample, prediction) in samples.iter().zip(predicted(&palette.colours, &map, width, height)) {
            let nearest = palette.as_slice().iter().map(|colour| colour.abs_diff(*sample)).min();
            prop_assert_eq!(Some(prediction.abs_diff(*sample)), nearest);
        }
    }

    #[test]
    fn pairs_give_back_both_planes((width, height, u) in any_block(), factor in 0u8..4, rim in 0usize..3) {
        let v: Vec<u8> = u.iter().map(|u| u.wrapping_mul(factor).wrapping_add(255)).collect();
        let mut v = v;
        v[..rim].fill(9);
        let mut distinct: Vec<_> = u.iter().zip(&v).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let mut map = EMPTY;
        let palette = derive_exact_uv(block(&u, width), block(&v, width), &mut map);
        prop_assert_eq!(palette.is_some(), distinct.len() <= MAX_COLOURS);
        if let Some(palette) = palette {
            prop_assert!(palette.u().is_sorted());
            prop_assert_eq!(predicted(&palette.u, &map, width, height), u);
            prop_assert_eq!(predicted(&palette.v, &map, width, height), v);
        }
    }

    #[test]
    fn maps_are_extended_over_the_frame_edge((width, height, samples) in any_block(), cut in (1usize..=8, 1usize..=8)) {
        let onscreen = ((width * cut.0 / 8).max(1), (height * cut.1 / 8).max(1));
        let mut map = EMPTY;
        if derive_exact(block(&samples, width), &mut map).is_some() {
            let whole = map;
            extend_map(&mut map, onscreen, (width, height));
            for y in 0..height {
                for x in 0..width {
                    let from = y.min(onscreen.1 - 1) * MAP_STRIDE + x.min(onscreen.0 - 1);
                    prop_assert_eq!(map[y * MAP_STRIDE + x], whole[from]);
                }
            }
        }
    }
}
