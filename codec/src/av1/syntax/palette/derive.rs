//! Making palettes from samples: exactly, where a block has at most 8 colours, or as well as 8 colours can.
//!
//! Tried on most changed blocks, so the exact ones give up at the ninth colour and skip what repeats. The
//! best ones are for text with soft rims, whose residual is then coded without a transform: a sample that is
//! exact is worth much more than one that is close.

use super::{BlockSamples, IndexMap, MAP_STRIDE, MAX_COLOURS, MIN_COLOURS, Palette, UvPalette};

/// What a wrong sample costs, in quarter bits: something for being wrong at all, then for the magnitude of
/// the error.
const COST_OF_ERROR: [u32; 256] = {
    let mut costs = [0; 256];
    let mut error = 1usize;
    while error < 256 {
        costs[error] = 10 + 6 * (error.ilog2());
        error += 1;
    }
    costs
};

/// The palette of a block with at most 8 different samples, and its map; `None` where there are more.
///
/// A flat block gets a second colour that no sample has, as the syntax wants two. What `map` holds without a
/// palette is undefined.
pub(crate) fn derive_exact(block: BlockSamples<'_>, map: &mut IndexMap) -> Option<Palette> {
    let mut colours = [0; MAX_COLOURS];
    let mut len = 0;
    let mut known = [false; 256];
    let mut last = [0; 4];
    for y in 0..block.height {
        for four in block.row(y).as_chunks::<4>().0 {
            // Most of a screen repeats; the first four zeros are no news only if they were seen.
            if *four == last && len > 0 {
                continue;
            }
            last = *four;
            for &sample in four {
                if !known[usize::from(sample)] {
                    if len == MAX_COLOURS {
                        return None;
                    }
                    known[usize::from(sample)] = true;
                    colours[len] = sample;
                    len += 1;
                }
            }
        }
    }
    if len == 1 {
        colours[1] = if colours[0] == u8::MAX { 0 } else { colours[0] + 1 };
        len = MIN_COLOURS;
    }
    sort_distinct(&mut colours[..len]);
    write_map(block, &colours[1..len], map);
    Some(Palette { colours, len: len as u8 })
}

/// The palette of a chroma block with at most 8 different pairs of U and V, and its map; `None` where there
/// are more.
///
/// # Panics
/// Where the two blocks are not of one size.
pub(crate) fn derive_exact_uv(
    u: BlockSamples<'_>,
    v: BlockSamples<'_>,
    map: &mut IndexMap,
) -> Option<UvPalette> {
    assert_eq!((u.width, u.height), (v.width, v.height), "both planes of one block");
    let mut pairs = [0; MAX_COLOURS];
    let mut len = 0;
    // The pairs seen last by a hash, 1 above their 16 bits: a collision only costs a look at the list.
    let mut seen = [0u32; 64];
    let mut last = ([0; 4], [0; 4]);
    for y in 0..u.height {
        for fours in u.row(y).as_chunks::<4>().0.iter().zip(v.row(y).as_chunks::<4>().0) {
            if (*fours.0, *fours.1) == last && len > 0 {
                continue;
            }
            last = (*fours.0, *fours.1);
            for (&u, &v) in fours.0.iter().zip(fours.1) {
                let pair = u16::from_be_bytes([u, v]);
                let slot = &mut seen[usize::from(u.wrapping_mul(7).wrapping_add(v)) % 64];
                if *slot == u32::from(pair) + 1 {
                    continue;
                }
                *slot = u32::from(pair) + 1;
                if pairs[..len].contains(&pair) {
                    continue;
                }
                if len == MAX_COLOURS {
                    return None;
                }
                pairs[len] = pair;
                len += 1;
            }
        }
    }
    if len == 1 {
        pairs[1] = if pairs[0] == u16::MAX { 0 } else { pairs[0] + 1 };
        len = MIN_COLOURS;
    }
    sort_distinct(&mut pairs[..len]);
    write_pair_map(u, v, &pairs[1..len], map);
    let mut palette = UvPalette { u: [0; MAX_COLOURS], v: [0; MAX_COLOURS], len: len as u8 };
    for (index, pair) in pairs[..len].iter().enumerate() {
        [palette.u[index], palette.v[index]] = pair.to_be_bytes();
    }
    Some(palette)
}

/// The palette of at most `max_colours` (2 to 8) that leaves the cheapest spatial residual, and the map to
/// its nearest colours.
///
/// The most frequent sample comes first, then always the one whose error costs most so far; at last every
/// colour moves to the most frequent sample that it serves.
pub(crate) fn derive_best(block: BlockSamples<'_>, max_colours: usize, map: &mut IndexMap) -> Palette {
    debug_assert!((MIN_COLOURS..=MAX_COLOURS).contains(&max_colours));
    let mut counts = [0u16; 256];
    for y in 0..block.height {
        for &sample in block.row(y) {
            counts[usize::from(sample)] += 1;
        }
    }
    let mut values = [(0u8, 0u16); 256];
    let mut distinct = 0;
    for (value, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        values[distinct] = (value as u8, count);
        distinct += 1;
    }
    let values = &values[..distinct];
    let (mut colours, mut len) = choose(values, max_colours);
    if len == 1 {
        colours[1] = if colours[0] == u8::MAX { 0 } else { colours[0] + 1 };
        len = MIN_COLOURS;
    }
    sort_distinct(&mut colours[..len]);
    settle(values, &mut colours[..len]);
    write_map(block, &thresholds(&colours[..len])[1..len], map);
    Palette { colours, len: len as u8 }
}

/// The values (with their counts, ascending) that make the colours of a palette.
fn choose(values: &[(u8, u16)], max_colours: usize) -> ([u8; MAX_COLOURS], usize) {
    let mut colours = [0; MAX_COLOURS];
    // What each value costs with the colours so far; not having any is dearer than any error.
    let mut costs = [COST_OF_ERROR[255]; 256];
    let len = values.len().min(max_colours);
    for slot in &mut colours[..len] {
        let (colour, _) = values
            .iter()
            .zip(&costs)
            .map(|((value, count), cost)| (*value, u32::from(*count) * cost))
            .max_by_key(|(_, cost)| *cost)
            .unwrap_or_default();
        *slot = colour;
        for ((value, _), cost) in values.iter().zip(&mut costs) {
            *cost = (*cost).min(COST_OF_ERROR[usize::from(value.abs_diff(colour))]);
        }
    }
    (colours, len)
}

/// Moves each of the ascending colours to the most frequent value among those it is nearest to.
fn settle(values: &[(u8, u16)], colours: &mut [u8]) {
    let starts = thresholds(colours);
    let mut best = [0; MAX_COLOURS];
    for &(value, count) in values {
        let index = starts[1..colours.len()].iter().filter(|start| value >= **start).count();
        if count > best[index] {
            best[index] = count;
            colours[index] = value;
        }
    }
}

/// The lowest sample that is nearest to each of the ascending colours; the first is not used.
fn thresholds(colours: &[u8]) -> [u8; MAX_COLOURS] {
    let mut starts = [0; MAX_COLOURS];
    for (start, pair) in starts[1..].iter_mut().zip(colours.windows(2)) {
        *start = pair[0].midpoint(pair[1]) + 1;
    }
    starts
}

/// Sorts by counting the smaller ones, without the branches that a sort of so few mispredicts.
fn sort_distinct<T: Copy + Default + Ord>(values: &mut [T]) {
    let mut sorted = [T::default(); MAX_COLOURS];
    for value in &*values {
        sorted[values.iter().map(|other| usize::from(other < value)).sum::<usize>()] = *value;
    }
    values.copy_from_slice(&sorted[..values.len()]);
}

/// Maps each sample to the number of `starts` that it reaches.
fn write_map(block: BlockSamples<'_>, starts: &[u8], map: &mut IndexMap) {
    for (y, indices) in map.chunks_exact_mut(MAP_STRIDE).take(block.height).enumerate() {
        let row = block.row(y);
        let (eights, rest) = row.as_chunks::<8>();
        let (index_eights, _) = indices[..row.len()].as_chunks_mut::<8>();
        for (samples, indices) in eights.iter().zip(index_eights) {
            *indices = count_reached(samples, starts);
        }
        if let (Ok(samples), done) = (rest.try_into(), row.len() - rest.len()) {
            indices[done..row.len()].copy_from_slice(&count_reached::<4>(samples, starts));
        }
    }
}

/// As [`write_map`], for pairs.
fn write_pair_map(u: BlockSamples<'_>, v: BlockSamples<'_>, starts: &[u16], map: &mut IndexMap) {
    let width = u.width;
    for (y, indices) in map.chunks_exact_mut(MAP_STRIDE).take(u.height).enumerate() {
        let (u, v) = (u.row(y), v.row(y));
        let eights = u.as_chunks::<8>().0.iter().zip(v.as_chunks::<8>().0);
        for ((u, v), indices) in eights.zip(indices.as_chunks_mut::<8>().0) {
            *indices = count_pairs_reached(u, v, starts);
        }
        if let (Some(u), Some(v)) = (u.as_chunks::<8>().1.first_chunk(), v.as_chunks::<8>().1.first_chunk()) {
            let done = width - 4;
            indices[done..done + 4].copy_from_slice(&count_pairs_reached::<4>(u, v, starts));
        }
    }
}

/// For each sample, how many of `starts` it reaches: without branches and tables, so that it becomes vector
/// code.
fn count_reached<const N: usize>(samples: &[u8; N], starts: &[u8]) -> [u8; N] {
    let mut counts = [0u8; N];
    for start in starts {
        for (count, sample) in counts.iter_mut().zip(samples) {
            *count = count.wrapping_add(u8::from(*sample >= *start));
        }
    }
    counts
}

/// As [`count_reached`], for pairs.
fn count_pairs_reached<const N: usize>(u: &[u8; N], v: &[u8; N], starts: &[u16]) -> [u8; N] {
    let pairs: [u16; N] = std::array::from_fn(|i| u16::from(u[i]) << 8 | u16::from(v[i]));
    let mut counts = [0u16; N];
    for start in starts {
        for (count, pair) in counts.iter_mut().zip(&pairs) {
            *count = count.wrapping_add(u16::from(*pair >= *start));
        }
    }
    counts.map(|count| count as u8)
}
