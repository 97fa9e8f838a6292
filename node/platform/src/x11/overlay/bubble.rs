//! Words as pictures: a bubble with a few lines that says whose they are, and the label beside the pointer.
//!
//! Both are small whatever is written: nobody takes them for a window.

use crate::x11::indicator::canvas::BarCanvas;
use crate::x11::indicator::lettering::{BarLettering, TextLook};
use crate::x11::indicator::monitors::ScreenArea;

/// The widest text in points, and its most lines: a bubble is smaller than any dialog.
const TEXT_PT: f32 = 230.0;
const MAX_LINES: usize = 4;

/// The widest name beside the pointer, in points.
const NAME_PT: f32 = 140.0;

/// Sizes of letters in points: the text's, and that of a name.
const LETTER_PT: f32 = 14.0;
const SMALL_PT: f32 = 11.5;

/// Between the edge and what is in it, and the edge itself, in points.
const INSIDE_PT: f32 = 6.0;
const EDGE_PT: f32 = 2.0;

const GROUND: u32 = 0xff_ff_ff;
const LETTERS: u32 = 0x18_1d_24;
const NAME: u32 = 0x54_5e_6b;

/// The ground of a label: no colour of a mark.
const LABEL_GROUND: u32 = 0x18_1d_24;

/// Draws words in a bubble.
pub(super) fn bubble(
    lettering: &BarLettering,
    (name, text): (&str, &str),
    colour: u32,
    scale: f32,
) -> BarCanvas {
    let (letters, small) = (LETTER_PT * scale, SMALL_PT * scale);
    let lines = wrapped(lettering, text, letters, TEXT_PT * scale);
    let name = lettering.cut(name, small, TEXT_PT * scale);
    let widths = lines.iter().map(|line| lettering.width(line, letters));
    let widest = widths.fold(lettering.width(&name, small), f32::max);
    let inside = (INSIDE_PT + EDGE_PT) * scale;
    let (first, step) = (inside + small, 1.3 * letters);
    let height = first + step * lines.len() as f32 + inside;
    let mut canvas = BarCanvas::new((widest + 2.0 * inside) as u16 + 1, height as u16, GROUND);
    let whole = ScreenArea { x: 0, y: 0, width: canvas.width, height: canvas.height };
    let edge = (EDGE_PT * scale).max(1.0) as u16;
    // On a white page a light colour alone is no edge.
    let outer = scale.max(1.0) as u16;
    canvas.outline(whole, edge + outer, colour);
    canvas.outline(whole, outer, LETTERS);
    lettering.draw(&mut canvas, inside, first - 0.2 * small, &name, TextLook { em_px: small, colour: NAME });
    for (row, line) in lines.iter().enumerate() {
        let y = first + step * (row as f32 + 0.85);
        lettering.draw(&mut canvas, inside, y, line, TextLook { em_px: letters, colour: LETTERS });
    }
    canvas
}

/// Draws a name beside the pointer.
pub(super) fn label(lettering: &BarLettering, text: &str, scale: f32) -> BarCanvas {
    let (letters, inside) = (SMALL_PT * scale, 0.6 * INSIDE_PT * scale);
    let text = lettering.cut(text, letters, NAME_PT * scale);
    let width = lettering.width(&text, letters) + 2.0 * inside;
    let mut canvas = BarCanvas::new(width as u16 + 1, (1.5 * letters + inside) as u16, LABEL_GROUND);
    let y = f32::from(canvas.height) / 2.0 + 0.35 * letters;
    lettering.draw(&mut canvas, inside, y, &text, TextLook { em_px: letters, colour: GROUND });
    canvas
}

/// The text in lines that have room, broken at spaces where there are any; of more than [`MAX_LINES`] the
/// last one says that there are.
fn wrapped(lettering: &BarLettering, text: &str, em_px: f32, room_px: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is one");
        let longer = if last.is_empty() { word.to_owned() } else { format!("{last} {word}") };
        if last.is_empty() || lettering.width(&longer, em_px) <= room_px {
            *last = longer;
        } else {
            lines.push(word.to_owned());
        }
    }
    if lines.len() > MAX_LINES {
        let rest = lines.split_off(MAX_LINES - 1).join(" ");
        lines.push(rest);
    }
    lines.iter().map(|line| lettering.cut(line, em_px, room_px)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_makes_a_bubble_or_a_label_that_could_be_taken_for_a_window() {
        let lettering = BarLettering::new();
        for text in ["ok", &"W".repeat(80), &"wide words ".repeat(40), &"W ".repeat(200), ""] {
            let bubble = bubble(&lettering, (&"Name ".repeat(40), text), 0xd5_5e_00, 1.0);
            assert!(bubble.width <= 260 && bubble.height <= 110, "{}x{}", bubble.width, bubble.height);
            let label = label(&lettering, text, 1.0);
            assert!(label.width <= 160 && label.height <= 32, "{}x{}", label.width, label.height);
        }
    }

    #[test]
    fn a_bubble_has_the_mark_s_colour_round_it_and_says_whose_it_is() {
        let lettering = BarLettering::new();
        let colour = 0x56_b4_e9;
        let with = |name: &str| bubble(&lettering, (name, "Click here"), colour, 1.0);
        assert!(with("Anna").count(colour) > 200);
        assert!(with("Anna").count(GROUND) < with("").count(GROUND), "a name has letters");
    }
}
