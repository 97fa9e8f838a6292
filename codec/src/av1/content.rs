//! What a block looks like, as far as it decides how to code it. A search aid, not in the specification.

use super::palette::MAX_COLOURS;

/// Samples of a block: rows `stride` apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Samples<'a> {
    pub(crate) samples: &'a [u8],
    pub(crate) stride: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl<'a> Samples<'a> {
    fn rows(self) -> impl Iterator<Item = &'a [u8]> {
        self.samples.chunks(self.stride).take(self.height).map(move |row| &row[..self.width])
    }
}

/// The kinds of content that are coded differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// At most 8 colours in luma and in chroma.
    Palette {
        /// The larger of both numbers.
        colours: usize,
    },
    /// More colours, but mostly even ground: text with soft edges, icons.
    Text,
    /// A gradient: no edges at all.
    Smooth,
    /// Anything else.
    Photo,
}

/// Below this difference of neighbours, samples are a gradient's.
const GRADIENT_STEP: u8 = 4;

/// Below this difference of neighbours that mostly differ, samples are a photograph's, however few levels it has.
const GRAIN_STEP: u8 = 16;

/// Says what a block looks like.
pub(crate) fn classify(luma: Samples<'_>, u: Samples<'_>, v: Samples<'_>) -> Content {
    let colours = count_colours(luma);
    let steps = Steps::of(luma);
    if colours.is_none_or(|colours| colours > 2) && steps.largest <= GRADIENT_STEP {
        return Content::Smooth;
    }
    if steps.are_grain() {
        return Content::Photo;
    }
    if let (Some(luma), Some(chroma)) = (colours, count_pairs(u, v)) {
        return Content::Palette { colours: luma.max(chroma) };
    }
    if 2 * steps.even >= steps.all { Content::Text } else { Content::Photo }
}

/// Differences of horizontal and vertical neighbours.
struct Steps {
    /// Neighbours that are equal.
    even: usize,
    all: usize,
    largest: u8,
}

impl Steps {
    /// Whether most neighbours differ, but none by much.
    fn are_grain(&self) -> bool {
        2 * self.even < self.all && self.largest <= GRAIN_STEP
    }

    fn of(block: Samples<'_>) -> Self {
        let mut steps = Self { even: 0, all: 0, largest: 0 };
        let mut above: Option<&[u8]> = None;
        for row in block.rows() {
            steps.add(row.iter().zip(&row[1..]));
            if let Some(above) = above {
                steps.add(above.iter().zip(row));
            }
            above = Some(row);
        }
        steps
    }

    fn add<'a>(&mut self, pairs: impl Iterator<Item = (&'a u8, &'a u8)>) {
        for (a, b) in pairs {
            let step = a.abs_diff(*b);
            self.even += usize::from(step == 0);
            self.all += 1;
            self.largest = self.largest.max(step);
        }
    }
}

/// How many different samples there are, up to 8.
fn count_colours(block: Samples<'_>) -> Option<usize> {
    let mut known = [false; 256];
    let mut count = 0;
    for row in block.rows() {
        for &sample in row {
            if !known[usize::from(sample)] {
                known[usize::from(sample)] = true;
                count += 1;
                if count > MAX_COLOURS {
                    return None;
                }
            }
        }
    }
    Some(count)
}

/// How many different pairs of samples there are, up to 8.
fn count_pairs(u: Samples<'_>, v: Samples<'_>) -> Option<usize> {
    let mut known = [(0, 0); MAX_COLOURS];
    let mut count = 0;
    for (u, v) in u.rows().zip(v.rows()) {
        for pair in u.iter().copied().zip(v.iter().copied()) {
            if !known[..count].contains(&pair) {
                if count == MAX_COLOURS {
                    return None;
                }
                known[count] = pair;
                count += 1;
            }
        }
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classified(luma: impl Fn(usize, usize) -> u8) -> Content {
        let luma: Vec<u8> = (0..256).map(|at| luma(at % 16, at / 16)).collect();
        let of = |samples| Samples { samples, stride: 16, width: 16, height: 16 };
        classify(of(&luma), of(&[90; 256]), of(&[120; 256]))
    }

    #[test]
    fn grain_of_few_levels_is_no_palette() {
        let noise = |x: usize, y: usize| (x * 7 + y * 13 + x * y * 5) % 11 % 7;
        assert_eq!(classified(|x, y| 20 + 2 * noise(x, y) as u8), Content::Photo);
        assert_eq!(classified(|x, y| 20 + 30 * noise(x, y) as u8), Content::Palette { colours: 7 });
        assert_eq!(
            classified(|x, y| if x / 3 % 2 == y / 5 % 2 { 20 } else { 40 }),
            Content::Palette { colours: 2 }
        );
    }
}
