//! Text from outlines, smoothed in shades, with the fonts of the windows: the bar looks like one of them.
//!
//! What no font has is drawn as an empty box. There is no shaping: scripts that need it can be read
//! badly.

use ab_glyph::{Font, FontRef, GlyphId, PxScale, ScaleFont, point};
use epaint_default_fonts::{HACK_REGULAR, UBUNTU_LIGHT};

use super::canvas::BarCanvas;
use crate::typeface::HYPERLEGIBLE;

/// What stands where a text was cut.
const CUT: char = '…';

/// The fonts, each for what those before it lack.
pub(in crate::x11) struct BarLettering {
    fonts: [FontRef<'static>; 3],
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(in crate::x11) struct TextLook {
    /// The em in pixels.
    pub(in crate::x11) em_px: f32,
    /// 0xRRGGBB.
    pub(in crate::x11) colour: u32,
}

impl BarLettering {
    pub(in crate::x11) fn new() -> Self {
        let font = |bytes| FontRef::try_from_slice(bytes).expect("these fonts are valid");
        Self { fonts: [HYPERLEGIBLE, UBUNTU_LIGHT, HACK_REGULAR].map(font) }
    }

    /// How wide `text` is, in pixels.
    pub(in crate::x11) fn width(&self, text: &str, em_px: f32) -> f32 {
        text.chars().map(|letter| self.advance(letter, em_px)).sum()
    }

    /// `text`, or as much of its beginning as has room in `room_px`.
    pub(in crate::x11) fn cut(&self, text: &str, em_px: f32, room_px: f32) -> String {
        if self.width(text, em_px) <= room_px {
            return text.to_owned();
        }
        let room_px = room_px - self.advance(CUT, em_px);
        let mut used = 0.0;
        let fitting = text.chars().take_while(|letter| {
            used += self.advance(*letter, em_px);
            used <= room_px
        });
        fitting.chain([CUT]).collect()
    }

    /// Draws `text` with its baseline at `y` and returns where it ends.
    pub(in crate::x11) fn draw(
        &self,
        canvas: &mut BarCanvas,
        x: f32,
        y: f32,
        text: &str,
        look: TextLook,
    ) -> f32 {
        let mut at = x;
        for letter in text.chars() {
            let (font, glyph) = self.glyph(letter);
            let placed = glyph.with_scale_and_position(scale(font, look.em_px), point(at, y));
            if let Some(outline) = font.outline_glyph(placed) {
                let bounds = outline.px_bounds();
                let (left, top) = (bounds.min.x as i32, bounds.min.y as i32);
                outline.draw(|dx, dy, covered| {
                    let covered = covered.clamp(0.0, 1.0);
                    // Thin stems are darkened, or light letters fade away.
                    let covered = covered + 0.45 * covered * (1.0 - covered);
                    canvas.blend(left + dx as i32, top + dy as i32, look.colour, covered);
                });
            }
            at += self.advance(letter, look.em_px);
        }
        at
    }

    fn advance(&self, letter: char, em_px: f32) -> f32 {
        let (font, glyph) = self.glyph(letter);
        font.as_scaled(scale(font, em_px)).h_advance(glyph)
    }

    fn glyph(&self, letter: char) -> (&FontRef<'static>, GlyphId) {
        let [.., last] = &self.fonts;
        let font = self.fonts.iter().find(|font| font.glyph_id(letter).0 != 0).unwrap_or(last);
        (font, font.glyph_id(letter))
    }
}

/// What ab_glyph counts by: the height from the lowest to the highest letter.
fn scale(font: &FontRef<'_>, em_px: f32) -> PxScale {
    let per_em = font.units_per_em().expect("an outline font has units");
    PxScale::from(em_px * font.height_unscaled() / per_em)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_to_its_room_and_says_so() {
        let lettering = BarLettering::new();
        let text = "Anna Berger, who has a very long name indeed";
        assert_eq!(lettering.cut(text, 15.0, 1000.0), text);
        let cut = lettering.cut(text, 15.0, 100.0);
        assert!(cut.ends_with(CUT) && text.starts_with(cut.trim_end_matches(CUT)), "{cut}");
        assert!(lettering.width(&cut, 15.0) <= 100.0);
    }

    #[test]
    fn umlauts_have_letters_and_other_scripts_a_box() {
        let lettering = BarLettering::new();
        for letter in "äöüß„“·…Жλ".chars() {
            assert_ne!(lettering.glyph(letter).1.0, 0, "{letter}");
        }
        assert!(lettering.width("漢字", 15.0) > 0.0);
    }
}
