//! What is written, read back by a transcription of the specification's own syntax tables.

mod reader;

use proptest::prelude::*;

use self::reader::{
    PaletteReader, SinkRecorder, UV_COLOR, UV_MODE, UV_SIZE, Y_COLOR, Y_MODE, Y_SIZE, get_palette_cache,
    mark, marked_cdfs, read_ascending, read_tokens, read_v,
};
use super::{
    IndexMap, MAP_STRIDE, Palette, PaletteColours, PaletteModeInfo, UvPalette, extend_map,
    write_palette_mode_info, write_palette_tokens,
};
use crate::av1::types::{BlockSize, Chroma, PredictionMode};

const SIZES: [BlockSize; 10] = [
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

fn widened(colours: &[u8]) -> Vec<i32> {
    colours.iter().copied().map(i32::from).collect()
}

/// Colours from few values, so that neighbours share them, or from all.
fn any_palette() -> impl Strategy<Value = Palette> {
    let values = prop_oneof![0u8..16, 240u8..=255, any::<u8>()];
    prop::collection::btree_set(values, 2..=8).prop_map(|set| {
        let mut palette = Palette { colours: [0; 8], len: set.len() as u8 };
        for (slot, colour) in palette.colours.iter_mut().zip(set) {
            *slot = colour;
        }
        palette
    })
}

fn any_uv_palette() -> impl Strategy<Value = UvPalette> {
    let values = prop_oneof![(0u8..6, 0u8..20), (250u8..=255, any::<u8>()), (any::<u8>(), any::<u8>())];
    prop::collection::btree_set(values, 2..=8).prop_map(|set| {
        let mut palette = UvPalette { u: [0; 8], v: [0; 8], len: set.len() as u8 };
        for (index, (u, v)) in set.into_iter().enumerate() {
            (palette.u[index], palette.v[index]) = (u, v);
        }
        palette
    })
}

type Palettes = (Option<Palette>, Option<UvPalette>);

fn any_palettes() -> impl Strategy<Value = Palettes> {
    (prop::option::weighted(0.8, any_palette()), prop::option::weighted(0.8, any_uv_palette()))
}

fn map_of(indices: &[u8], len: u8) -> IndexMap {
    std::array::from_fn(|at| indices[at % indices.len()] % len)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn mode_info_is_read_back(
        above in any_palettes(),
        left in any_palettes(),
        own in any_palettes(),
        size in 0..SIZES.len(),
        at in (prop::sample::select(vec![0usize, 2, 14, 16, 18, 32]), prop::sample::select(vec![0usize, 2, 30])),
        ctx in 0usize..3,
        not_dc in (prop::bool::weighted(0.1), prop::bool::weighted(0.1)),
    ) {
        let (mi_row, mi_col) = at;
        let size = SIZES[size];
        let mut store = PaletteColours::new(mi_col + 2);
        if mi_row > 0 {
            store.fill((mi_row - 2, mi_col), (8, 8), above.0.as_ref(), above.1.as_ref());
        }
        if mi_col > 0 {
            store.fill((mi_row, mi_col - 2), (8, 8), left.0.as_ref(), left.1.as_ref());
        } else {
            // What an earlier row of superblocks left behind must not count.
            store.fill((mi_row, mi_col + 2), (8, 8), left.0.as_ref(), left.1.as_ref());
        }
        let mode = |not_dc| if not_dc { PredictionMode::Paeth } else { PredictionMode::Dc };
        let y = own.0.as_ref().filter(|_| !not_dc.0);
        let uv = own.1.as_ref().filter(|_| !not_dc.1);
        let info = PaletteModeInfo {
            at, size, y_mode: mode(not_dc.0), uv_mode: mode(not_dc.1), has_palette_y_ctx: ctx, y, uv,
        };
        let mut recorder = SinkRecorder::default();
        write_palette_mode_info(&mut recorder, &mut marked_cdfs(), &info, &store);

        let colours = |palettes: &Palettes, plane: usize, there: bool| -> Vec<u8> {
            match plane {
                _ if !there => vec![],
                0 => palettes.0.map_or(vec![], |palette| palette.as_slice().to_vec()),
                _ => palettes.1.map_or(vec![], |palette| palette.u().to_vec()),
            }
        };
        let cache = |plane| {
            let (above, left) = (colours(&above, plane, mi_row > 0), colours(&left, plane, mi_col > 0));
            get_palette_cache(mi_row, &above, mi_col > 0, &left)
        };
        let mut r = PaletteReader(recorder.0.iter());
        let bsize_ctx = size.width_log2_mi() + size.height_log2_mi() - 2;
        let mut palette_size_y = 0;
        if !not_dc.0 && r.symbol(mark(Y_MODE, bsize_ctx, ctx)) != 0 {
            palette_size_y = r.symbol(mark(Y_SIZE, bsize_ctx, 0)) + 2;
            let colors = read_ascending(&mut r, palette_size_y, &cache(0), 1);
            prop_assert_eq!(Some(colors), y.map(|y| widened(y.as_slice())));
        } else {
            prop_assert!(y.is_none());
        }
        if !not_dc.1 && r.symbol(mark(UV_MODE, 0, usize::from(palette_size_y > 0))) != 0 {
            let palette_size_uv = r.symbol(mark(UV_SIZE, bsize_ctx, 0)) + 2;
            let colors = read_ascending(&mut r, palette_size_uv, &cache(1), 0);
            prop_assert_eq!(Some(colors), uv.map(|uv| widened(uv.u())));
            prop_assert_eq!(Some(read_v(&mut r, palette_size_uv)), uv.map(|uv| widened(uv.v())));
        } else {
            prop_assert!(uv.is_none());
        }
        prop_assert_eq!(r.0.next(), None);
    }

    #[test]
    fn tokens_are_read_back(
        size in 0..SIZES.len(),
        cut in (1usize..=8, 1usize..=8),
        indices in prop::collection::vec(0u8..8, 1..600),
        lens in (prop::option::of(2u8..=8), prop::option::of(2u8..=8)),
        half in any::<bool>(),
    ) {
        let chroma = if half { Chroma::Half } else { Chroma::Full };
        let block = (SIZES[size].width(), SIZES[size].height());
        let onscreen = (block.0.min(cut.0 * 8), block.1.min(cut.1 * 8));
        let shifted = |(width, height): (usize, usize)| (width >> chroma.shift(), height >> chroma.shift());
        let mut y = lens.0.map(|len| (len, map_of(&indices, len)));
        let mut uv = lens.1.map(|len| (len, map_of(&indices[indices.len() / 2..], len)));
        let mut recorder = SinkRecorder::default();
        write_palette_tokens(
            &mut recorder,
            &mut marked_cdfs(),
            y.as_ref().map(|(len, map)| (*len, map)),
            uv.as_ref().map(|(len, map)| (*len, map)),
            onscreen,
            chroma,
        );
        let mut r = PaletteReader(recorder.0.iter());
        for (plane, kind, block, onscreen) in
            [(&mut y, Y_COLOR, block, onscreen), (&mut uv, UV_COLOR, shifted(block), shifted(onscreen))]
        {
            let Some((len, map)) = plane else { continue };
            extend_map(map, onscreen, block);
            let read = read_tokens(&mut r, kind, usize::from(*len), block, onscreen);
            for (row, read) in map.chunks_exact(MAP_STRIDE).zip(read) {
                prop_assert!(row.iter().zip(read).all(|(index, read)| usize::from(*index) == read));
            }
        }
        prop_assert_eq!(r.0.next(), None);
    }
}

#[test]
fn blocks_without_palettes_hide_those_behind_them() {
    let palette = Palette { colours: [1, 2, 0, 0, 0, 0, 0, 0], len: 2 };
    let mut store = PaletteColours::new(16);
    store.fill((0, 0), (64, 32), Some(&palette), None);
    assert_eq!(store.cache(0, (8, 4)).as_slice(), [1, 2]);
    assert_eq!(store.cache(0, (2, 8)).as_slice(), [1, 2]);
    assert_eq!(store.cache(1, (8, 4)).as_slice(), []);
    store.fill((4, 4), (16, 16), None, None);
    assert_eq!(store.cache(0, (8, 4)).as_slice(), []);
    assert_eq!(store.cache(0, (8, 8)).as_slice(), [1, 2]);
    store.clear();
    assert_eq!(store.cache(0, (8, 8)).as_slice(), []);
}
