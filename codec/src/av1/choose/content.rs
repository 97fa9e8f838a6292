//! What a block looks like, as far as it decides how to code it. A search aid, not in the specification.

use crate::av1::reconstruct::plane::{by_width, rows};
use crate::av1::syntax::palette::MAX_COLOURS;

/// Samples of a block: rows `stride` apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ContentSamples<'a> {
    pub(crate) samples: &'a [u8],
    pub(crate) stride: usize,
    /// 4, 8, 16, 32 or 64.
    pub(crate) width: usize,
    pub(crate) height: usize,
}

/// The kinds of content that are coded differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BlockContent {
    /// At most 8 colours in luma and in chroma.
    Palette,
    /// More colours, but mostly even ground and sharp edges: text that is smoothed, icons.
    Text,
    /// A gradient: no edges at all.
    Smooth,
    /// Anything else.
    Photo,
}

/// The difference between neighbours from which on they are no gradient.
const GRADIENT_STEP: u8 = 4;

/// The difference between neighbours from which on they are no photograph's grain: below it, samples that
/// mostly differ are a photograph's, however few levels it has.
const GRAIN_STEP: u8 = 16;

/// The largest step between neighbours in a photograph or a shadow: the edges of letters have few such small
/// ones.
const SOFT_STEP: u8 = 12;

/// The share of equal neighbours that dense text has at least: one in this many.
const DENSE: usize = 5;

/// The share of samples with the colour of the ground that dense text has at least: one in this many.
const GROUND: usize = 6;

/// What a block of Y, U and V looks like if that is a gradient or has up to `most` colours (2 to 8) in luma
/// and in chroma.
pub(crate) fn even_content([luma, u, v]: [ContentSamples<'_>; 3], most: usize) -> Option<BlockContent> {
    let colours = count_colours(luma, most);
    if colours.is_none_or(|colours| colours > 2) && is_gradient(luma) {
        return Some(BlockContent::Smooth);
    }
    if colours.is_none() || !has_pairs(u, v, most) {
        return None;
    }
    Some(if is_grain(luma) { BlockContent::Photo } else { BlockContent::Palette })
}

/// Whether most neighbours differ, but none by much.
fn is_grain(luma: ContentSamples<'_>) -> bool {
    2 * count_even(luma) < neighbours(luma) && by_width!(luma.width, steps_within(luma, GRAIN_STEP))
}

/// How many pairs of horizontal and vertical neighbours there are.
fn neighbours(block: ContentSamples<'_>) -> usize {
    2 * block.width * block.height - block.width - block.height
}

/// What a block looks like that is neither a gradient nor of few colours.
///
/// A photograph that ends in the block, at a window say, leaves even ground beside it: what tells it from
/// text is how much its other samples differ. Between `dense` letters there is little even ground, but it
/// shows through in many places; where they are not asked for, they are taken for a photograph.
pub(crate) fn uneven_content(luma: ContentSamples<'_>, dense: bool) -> BlockContent {
    let (all, even) = (neighbours(luma), count_even(luma));
    let sharp = || 2 * (by_width!(luma.width, count_steps_within(luma, SOFT_STEP)) - even) < all - even;
    let scattered = || dense && DENSE * even >= all && by_width!(luma.width, is_scattered(luma));
    if (2 * even >= all || scattered()) && sharp() { BlockContent::Text } else { BlockContent::Photo }
}

/// Whether a common colour is that of a ground that shows through in many places: around a corner
/// there is at most one step to it in each row and column but the first ones, beside a straight edge half as
/// many.
fn is_scattered<const W: usize>(block: ContentSamples<'_>) -> bool {
    let mut counts = [0u16; 256];
    rows::<W>(block.samples, block.stride, block.height)
        .flatten()
        .for_each(|sample| counts[usize::from(*sample)] += 1);
    let is_ground = |(colour, count)| {
        GROUND * usize::from(count) >= W * block.height && steps_to::<W>(block, colour) > 2 * (W - 1)
    };
    (0..=u8::MAX).zip(counts).any(is_ground)
}

/// How many horizontal and vertical neighbours are one of a colour and one of another.
fn steps_to<const W: usize>(block: ContentSamples<'_>, colour: u8) -> usize {
    let mut above = None;
    rows::<W>(block.samples, block.stride, block.height)
        .map(|row| row.map(|sample| u8::from(sample == colour)))
        .map(|row| {
            let across = W - samples_within(&row, &shifted(&row), 0);
            across + above.replace(row).map_or(0, |above| W - samples_within(&row, &above, 0))
        })
        .sum()
}

/// Whether no step to a horizontal or vertical neighbour is more than a gradient's.
pub(crate) fn is_gradient(block: ContentSamples<'_>) -> bool {
    by_width!(block.width, steps_within(block, GRADIENT_STEP))
}

/// Whether no step to a horizontal or vertical neighbour is larger than `limit`.
fn steps_within<const W: usize>(block: ContentSamples<'_>, limit: u8) -> bool {
    let mut above = None;
    rows::<W>(block.samples, block.stride, block.height).all(|row| {
        let mut largest = largest_step(row, &shifted(row));
        if let Some(above) = above.replace(row) {
            largest = largest.max(largest_step(row, above));
        }
        largest <= limit
    })
}

fn largest_step<const W: usize>(a: &[u8; W], b: &[u8; W]) -> u8 {
    a.iter().zip(b).fold(0, |largest, (a, b)| largest.max(a.abs_diff(*b)))
}

/// How many pairs of horizontal and vertical neighbours differ.
pub(crate) fn uneven_neighbours(block: ContentSamples<'_>) -> usize {
    neighbours(block) - count_even(block)
}

/// How many horizontal and vertical neighbours are equal.
fn count_even(block: ContentSamples<'_>) -> usize {
    by_width!(block.width, count_steps_within(block, 0))
}

/// How many steps to horizontal and vertical neighbours are no larger than `limit`.
fn count_steps_within<const W: usize>(block: ContentSamples<'_>, limit: u8) -> usize {
    let mut above = None;
    // The last of a row is compared with itself.
    let of_row = |row: &'_ [u8; W]| samples_within(row, &shifted(row), limit) - 1;
    rows::<W>(block.samples, block.stride, block.height)
        .map(|row| of_row(row) + above.replace(row).map_or(0, |above| samples_within(row, above, limit)))
        .sum()
}

fn samples_within<const W: usize>(a: &[u8; W], b: &[u8; W], limit: u8) -> usize {
    // A row has at most 64 samples: their number fits.
    a.iter().zip(b).map(|(a, b)| u8::from(a.abs_diff(*b) <= limit)).sum::<u8>().into()
}

/// A row whose samples are their right neighbours; the last is itself.
fn shifted<const W: usize>(row: &[u8; W]) -> [u8; W] {
    let mut next = *row;
    next[..W - 1].copy_from_slice(&row[1..]);
    next
}

/// How many different samples there are, up to `most`.
fn count_colours(block: ContentSamples<'_>, most: usize) -> Option<usize> {
    let mut known = [false; 256];
    let mut count = 0;
    let mut last = None;
    for row in block.samples.chunks(block.stride).take(block.height) {
        for four in row[..block.width].as_chunks::<4>().0 {
            // Most of a screen repeats.
            if last.replace(*four) == Some(*four) {
                continue;
            }
            for sample in four {
                count += usize::from(!std::mem::replace(&mut known[usize::from(*sample)], true));
            }
            if count > most {
                return None;
            }
        }
    }
    Some(count)
}

/// Whether there are at most `most` (up to 8) different pairs of samples.
fn has_pairs(u: ContentSamples<'_>, v: ContentSamples<'_>, most: usize) -> bool {
    let mut known = [(0, 0); MAX_COLOURS];
    let mut count = 0;
    let mut last = None;
    let rows = u.samples.chunks(u.stride).zip(v.samples.chunks(v.stride)).take(u.height);
    for (u_row, v_row) in rows {
        let (u_fours, v_fours) = (u_row[..u.width].as_chunks::<4>().0, v_row[..v.width].as_chunks::<4>().0);
        for (u, v) in u_fours.iter().zip(v_fours) {
            if last.replace((*u, *v)) == Some((*u, *v)) {
                continue;
            }
            for pair in u.iter().copied().zip(v.iter().copied()) {
                if !known[..count].contains(&pair) {
                    if count == most {
                        return false;
                    }
                    known[count] = pair;
                    count += 1;
                }
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(samples: &[u8]) -> ContentSamples<'_> {
        ContentSamples { samples, stride: 16, width: 16, height: 16 }
    }

    fn looks_like(luma: &[u8], most: usize) -> Option<BlockContent> {
        let flat = [128; 256];
        even_content([block(luma), block(&flat), block(&flat)], most)
    }

    #[test]
    fn few_colours_are_a_palette_and_small_steps_a_gradient() {
        let colours =
            |count: usize| [0; 256].iter().enumerate().map(|(i, _)| (i % count * 20) as u8).collect();
        let of = |count| -> Vec<u8> { colours(count) };
        assert_eq!(looks_like(&of(1), 2), Some(BlockContent::Palette));
        assert_eq!(looks_like(&of(4), 4), Some(BlockContent::Palette));
        assert_eq!(looks_like(&of(5), 4), None);
        assert_eq!(looks_like(&of(8), 8), Some(BlockContent::Palette));
        assert_eq!(looks_like(&of(9), 8), None);
        let gradient: Vec<u8> = (0..256).map(|i| (i % 16 * 4 + i / 16) as u8).collect();
        assert_eq!(looks_like(&gradient, 8), Some(BlockContent::Smooth));
        assert_eq!(looks_like(&gradient.iter().map(|v| v / 5 * 5).collect::<Vec<_>>(), 8), None);
    }

    #[test]
    fn grain_of_few_levels_is_no_palette() {
        let noise = |at: usize| (at % 16 * 7 + at / 16 * 13 + at % 16 * (at / 16) * 5) % 11 % 7;
        let grain = |step: usize| -> Vec<u8> { (0..256).map(|at| (20 + step * noise(at)) as u8).collect() };
        assert_eq!(looks_like(&grain(2), 8), Some(BlockContent::Photo));
        assert_eq!(looks_like(&grain(30), 8), Some(BlockContent::Palette));
    }

    #[test]
    fn chroma_counts_in_pairs() {
        let flat = [128; 256];
        let few: Vec<u8> = (0..256).map(|i| (i / 32) as u8).collect();
        let many: Vec<u8> = (0..256).map(|i| (i % 2) as u8).collect();
        assert_eq!(even_content([&flat[..], &few, &flat].map(block), 8), Some(BlockContent::Palette));
        assert_eq!(even_content([&flat[..], &few, &many].map(block), 8), None);
    }

    #[test]
    fn text_is_mostly_even() {
        let mut letters = [255; 256];
        letters.iter_mut().step_by(16).enumerate().for_each(|(i, sample)| *sample = i as u8 * 16);
        assert_eq!(uneven_content(block(&letters), true), BlockContent::Text);
        let smoothed: Vec<u8> = (0..256).map(|at| [255, 255, 255, 150, 20, 96, 255, 255][at % 8]).collect();
        assert_eq!(uneven_content(block(&smoothed), true), BlockContent::Text);
        let noise: Vec<u8> = (0..256u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        assert_eq!(uneven_content(block(&noise), true), BlockContent::Photo);
    }

    /// Letters of a bold font, whose ground shows through between them only.
    const DENSE_TEXT: [u8; 64] = [
        120, 30, 31, 130, 79, 30, 30, 33, 138, 62, 30, 98, 115, 30, 30, 70, 131, 82, 30, 56, 137, 42, 30,
        108, 129, 87, 30, 30, 125, 84, 36, 135, 137, 73, 30, 30, 91, 119, 75, 130, 133, 38, 30, 30, 48, 138,
        121, 99, 66, 30, 30, 30, 30, 120, 138, 57, 30, 30, 30, 30, 30, 30, 30, 30,
    ];

    #[test]
    fn dense_letters_are_text_though_few_neighbours_are_even() {
        let block = |samples| ContentSamples { samples, stride: 8, width: 8, height: 8 };
        let letters = block(&DENSE_TEXT);
        assert!(2 * count_even(letters) < neighbours(letters));
        assert_eq!(uneven_content(letters, true), BlockContent::Text);
        assert_eq!(uneven_content(letters, false), BlockContent::Photo);
        // Above a bar of the window, which is more common than their ground.
        let mut above_a_bar = DENSE_TEXT;
        above_a_bar[40..].fill(95);
        assert_eq!(uneven_content(block(&above_a_bar), true), BlockContent::Text);
        // As many samples of the ground, but on one side, as beside a window.
        let mut beside = DENSE_TEXT;
        for row in beside.chunks_mut(8) {
            row.sort_by_key(|sample| *sample != 30);
        }
        assert_eq!(uneven_content(block(&beside), true), BlockContent::Photo);
    }

    #[test]
    fn a_photograph_beside_a_window_is_none_of_its_letters() {
        let grain = |at: usize| 90 + (at * 7 + at / 16 * 5) % 11;
        let beside: Vec<u8> = (0..256).map(|at| if at % 16 < 10 { 240 } else { grain(at) as u8 }).collect();
        assert!(2 * count_even(block(&beside)) >= neighbours(block(&beside)));
        assert_eq!(uneven_content(block(&beside), true), BlockContent::Photo);
    }
}
