//! What screens are made of, drawn from a seed.

use crate::{BYTES_PER_PIXEL, Frame, Rect};

/// A linear congruential generator: enough for pictures.
pub(super) struct PictureRandom(u32);

impl PictureRandom {
    pub(super) fn new(seed: u32) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9) ^ 0x55aa_1234)
    }

    /// Below `limit`, which is at most 65536.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((self.0 >> 16) * limit) >> 16
    }

    fn colour(&mut self) -> Colour {
        [0; 3].map(|_: u8| self.below(256) as u8)
    }
}

type Colour = [u8; 3];

/// What a rectangle is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TestTexture {
    Flat,
    /// Lines of a few samples.
    TwoColours,
    /// So many colours in random cells of 1 to 8 samples.
    Colours(u8),
    /// Glyphs with soft edges from an alphabet, in lines.
    Text,
    /// Glyphs with hard edges.
    Terminal,
    Gradient,
    Noise,
    /// Noise of little contrast.
    Grain,
    /// Clouds and a little noise.
    Photo,
    /// A noisy block over and over, of a side of 8 to 32.
    Blocks,
    /// Black and white samples: the largest residuals that there are.
    Extremes,
}

impl TestTexture {
    pub(super) const ALL: [Self; 13] = [
        Self::Flat,
        Self::TwoColours,
        Self::Colours(3),
        Self::Colours(8),
        Self::Colours(9),
        Self::Text,
        Self::Terminal,
        Self::Gradient,
        Self::Noise,
        Self::Grain,
        Self::Photo,
        Self::Blocks,
        Self::Extremes,
    ];
}

/// Fills a rectangle of a picture.
pub(super) fn paint(picture: &mut Frame, rect: Rect, texture: TestTexture, seed: u32) {
    let mut random = PictureRandom::new(seed);
    let (ground, ink) = (random.colour(), random.colour());
    match texture {
        TestTexture::Flat => fill(picture, rect, |_, _| ground),
        TestTexture::TwoColours => {
            let (a, b) = (1 + random.below(9), 1 + random.below(9));
            fill(picture, rect, |x, y| if (x / a + y / b) % 3 == 0 { ink } else { ground });
        }
        TestTexture::Colours(count) => {
            let colours: Vec<Colour> = (0..count).map(|_| random.colour()).collect();
            let side = 1 + random.below(8);
            fill(picture, rect, |x, y| {
                let cell = x / side * 31 + y / side * 17 + seed;
                colours[PictureRandom::new(cell).below(count.into()) as usize]
            });
        }
        TestTexture::Text => glyphs(picture, rect, (ground, ink), &mut random, 5),
        TestTexture::Terminal => glyphs(picture, rect, (ground, ink), &mut random, 2),
        TestTexture::Gradient => {
            let span = rect.width().max(rect.height()).max(2).into();
            let vertical = random.below(2) == 0;
            fill(picture, rect, |x, y| blend(ground, ink, if vertical { y } else { (x + y) / 2 }, span));
        }
        TestTexture::Noise => fill(picture, rect, |_, _| random.colour()),
        TestTexture::Grain => {
            let depth = 2 + random.below(12);
            fill(picture, rect, |_, _| ground.map(|value| value.saturating_add(random.below(depth) as u8)));
        }
        TestTexture::Photo => photo(picture, rect, seed, &mut random),
        TestTexture::Blocks => {
            let side = 8 + random.below(25);
            fill(picture, rect, |x, y| PictureRandom::new(x % side * 64 + y % side + seed).colour());
        }
        TestTexture::Extremes => fill(picture, rect, |_, _| [0; 3].map(|_: u8| 255 * random.below(2) as u8)),
    }
}

fn fill(picture: &mut Frame, rect: Rect, mut colour: impl FnMut(u32, u32) -> Colour) {
    for y in rect.y()..rect.bottom() {
        for (x, pixel) in picture.row_mut(rect, y).chunks_exact_mut(BYTES_PER_PIXEL).enumerate() {
            pixel[..3].copy_from_slice(&colour(x as u32, (y - rect.y()).into()));
        }
    }
}

fn blend(from: Colour, to: Colour, at: u32, span: u32) -> Colour {
    [0, 1, 2].map(|i| ((u32::from(from[i]) * (span - at) + u32::from(to[i]) * at) / span) as u8)
}

/// Lines of glyphs of 6x9 in cells of 7x12, each sample one of `shades` between ground and ink.
fn glyphs(
    picture: &mut Frame,
    rect: Rect,
    (ground, ink): (Colour, Colour),
    random: &mut PictureRandom,
    shades: u32,
) {
    const ALPHABET: u32 = 24;
    let text: Vec<u32> = (0..64).map(|_| random.below(ALPHABET + 6)).collect();
    fill(picture, rect, |x, y| {
        let glyph = text[((x / 7 + y / 12 * 37) % 64) as usize];
        if glyph >= ALPHABET || x % 7 == 6 || y % 12 >= 9 {
            return ground;
        }
        let sample = PictureRandom::new(glyph * 128 + x % 7 * 12 + y % 12).below(shades + 3);
        blend(ground, ink, sample.min(shades - 1), shades - 1)
    });
}

/// Clouds: values at the corners of cells of 16, in between their mean, and grain.
fn photo(picture: &mut Frame, rect: Rect, seed: u32, random: &mut PictureRandom) {
    const CELL: u32 = 16;
    let corner = |x: u32, y: u32| PictureRandom::new(x * 4099 + y * 131 + seed).colour();
    fill(picture, rect, |x, y| {
        let (left, top) = (x / CELL, y / CELL);
        let above = blend(corner(left, top), corner(left + 1, top), x % CELL, CELL);
        let below = blend(corner(left, top + 1), corner(left + 1, top + 1), x % CELL, CELL);
        blend(above, below, y % CELL, CELL).map(|value| value.saturating_add(random.below(6) as u8))
    });
}
