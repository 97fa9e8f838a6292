//! Text from real outlines, smoothed in grey or for the stripes of an LCD.
//!
//! Letters stand on whole pixels, as most desktops place them; so the same letter is the same pixels
//! everywhere. There is no hinting and no kerning.

use std::collections::HashMap;

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use epaint_default_fonts::{HACK_REGULAR, UBUNTU_LIGHT};

use crate::canvas::{Canvas, Colour};

/// How edges of letters are smoothed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Antialias {
    /// In shades between text and background.
    #[default]
    Grey,
    /// Each of red, green and blue for its own third of the pixel, with FreeType's default filter: coloured
    /// edges.
    Lcd,
}

/// Which letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Face {
    /// Hack: all of one width.
    Mono,
    /// Ubuntu Light.
    Sans,
}

/// How text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) face: Face,
    /// The em in pixels.
    pub(crate) px: u16,
    pub(crate) colour: Colour,
}

impl Style {
    pub(crate) const fn mono(px: u16, colour: Colour) -> Self {
        Self { face: Face::Mono, px, colour }
    }

    pub(crate) const fn sans(px: u16, colour: Colour) -> Self {
        Self { face: Face::Sans, px, colour }
    }
}

/// Draws text; keeps the letters it has drawn once.
pub(crate) struct Typesetter {
    antialias: Antialias,
    mono: FontRef<'static>,
    sans: FontRef<'static>,
    glyphs: HashMap<(Face, u16, char), Glyph>,
}

/// A letter's mask, relative to its origin on the baseline.
struct Glyph {
    advance: i32,
    left: i32,
    top: i32,
    width: i32,
    coverage: Vec<[u8; 3]>,
}

impl Typesetter {
    pub(crate) fn new(antialias: Antialias) -> Self {
        let font = |bytes| FontRef::try_from_slice(bytes).expect("the crate's fonts are valid");
        Self { antialias, mono: font(HACK_REGULAR), sans: font(UBUNTU_LIGHT), glyphs: HashMap::new() }
    }

    /// Draws `text` with its baseline at `y` and returns where the next letter would stand.
    pub(crate) fn draw(&mut self, canvas: &mut Canvas<'_>, x: i32, y: i32, text: &str, style: Style) -> i32 {
        let mut at = x;
        for letter in text.chars() {
            let glyph = self.glyph(style, letter);
            canvas.mask(at + glyph.left, y + glyph.top, glyph.width, &glyph.coverage, style.colour);
            at += glyph.advance;
        }
        at
    }

    /// How wide `text` is.
    pub(crate) fn width(&mut self, text: &str, style: Style) -> i32 {
        text.chars().map(|letter| self.glyph(style, letter).advance).sum()
    }

    fn glyph(&mut self, style: Style, letter: char) -> &Glyph {
        let font = match style.face {
            Face::Mono => &self.mono,
            Face::Sans => &self.sans,
        };
        let antialias = self.antialias;
        self.glyphs
            .entry((style.face, style.px, letter))
            .or_insert_with(|| Glyph::rasterise(font, style.px.into(), letter, antialias))
    }
}

impl Glyph {
    fn rasterise(font: &FontRef<'_>, em: f32, letter: char, antialias: Antialias) -> Self {
        let per_em = font.units_per_em().expect("an outline font has units");
        let height = em * font.height_unscaled() / per_em;
        let id = font.glyph_id(letter);
        let advance = font.as_scaled(height).h_advance(id).round() as i32;
        let thirds = match antialias {
            Antialias::Grey => 1,
            Antialias::Lcd => 3,
        };
        let scale = PxScale { x: height * thirds as f32, y: height };
        let Some(outline) = font.outline_glyph(id.with_scale_and_position(scale, point(0.0, 0.0))) else {
            return Self { advance, left: 0, top: 0, width: 0, coverage: Vec::new() };
        };
        let bounds = outline.px_bounds();
        let (left, top) = (bounds.min.x.floor() as i32, bounds.min.y.floor() as i32);
        let width = bounds.width().ceil() as i32;
        let rows = bounds.height().ceil() as i32;
        let mut fine = vec![0u8; (width * rows) as usize];
        outline.draw(|x, y, covered| {
            // Renderers darken thin stems a little, or light text fades away.
            let covered = covered.clamp(0.0, 1.0);
            let darkened = covered + 0.3 * covered * (1.0 - covered);
            fine[(y as i32 * width + x as i32) as usize] = (darkened * 255.0).round() as u8;
        });
        if antialias == Antialias::Grey {
            return Self {
                advance,
                left,
                top,
                width,
                coverage: fine.iter().map(|value| [*value; 3]).collect(),
            };
        }
        let first = (left - 2).div_euclid(3);
        let columns = (left + width + 2 + 2).div_euclid(3) - first;
        let mut coverage = Vec::with_capacity((columns * rows) as usize);
        for row in fine.chunks_exact(width as usize) {
            for column in first..first + columns {
                coverage.push([2, 1, 0].map(|third| filtered(row, column * 3 + third - left)));
            }
        }
        Self { advance, left: first, top, width: columns, coverage }
    }
}

/// The coverage of one third of a pixel, with its neighbours' share: FreeType's default filter, which keeps
/// colour fringes small.
fn filtered(thirds: &[u8], at: i32) -> u8 {
    const FILTER: [u32; 5] = [0x08, 0x4D, 0x56, 0x4D, 0x08];
    let sum: u32 = FILTER
        .iter()
        .zip(at - 2..)
        .filter_map(|(weight, at)| Some(weight * u32::from(*thirds.get(usize::try_from(at).ok()?)?)))
        .sum();
    (sum >> 8).min(255) as u8
}
