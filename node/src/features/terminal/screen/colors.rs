//! The colours of a terminal: the same for whoever looks, in any theme.

use alacritty_terminal::term::cell::{Cell, Flags};
use alacritty_terminal::vte::ansi::{Color, NamedColor, Rgb};

/// What is printed in no colour of its own, and what is behind it.
const INK: Rgb = rgb(0xd8, 0xdb, 0xe0);
const PAPER: Rgb = rgb(0x12, 0x16, 0x1c);

/// The sixteen that programs name: readable on the paper.
const NAMED: [Rgb; 16] = [
    rgb(0x3b, 0x42, 0x4d),
    rgb(0xf0, 0x6c, 0x6c),
    rgb(0x8f, 0xc9, 0x6a),
    rgb(0xe3, 0xc1, 0x5b),
    rgb(0x74, 0xa9, 0xf5),
    rgb(0xd1, 0x8c, 0xe0),
    rgb(0x62, 0xc8, 0xc8),
    rgb(0xc8, 0xcc, 0xd3),
    rgb(0x8a, 0x93, 0xa1),
    rgb(0xff, 0x8f, 0x8f),
    rgb(0xb0, 0xe2, 0x8e),
    rgb(0xf5, 0xdb, 0x8a),
    rgb(0x9c, 0xc4, 0xff),
    rgb(0xe6, 0xaf, 0xf0),
    rgb(0x90, 0xe2, 0xe2),
    rgb(0xff, 0xff, 0xff),
];

const fn rgb(r: u8, g: u8, b: u8) -> Rgb {
    Rgb { r, g, b }
}

/// How characters look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellStyle {
    /// The colour of the characters: red, green, blue.
    pub ink: [u8; 3],
    /// The colour behind them; `None`: the terminal's own.
    pub paper: Option<[u8; 3]>,
    /// Whether they are bold; their colour is brighter then.
    pub bold: bool,
    /// Whether they are slanted.
    pub italic: bool,
    /// Whether there is a line below them.
    pub underline: bool,
    /// Whether there is a line through them.
    pub strikeout: bool,
    /// Whether somebody who looks has marked them.
    pub selected: bool,
}

impl CellStyle {
    /// The colour behind a terminal.
    pub const PAPER: [u8; 3] = [PAPER.r, PAPER.g, PAPER.b];

    pub(super) fn of(cell: &Cell, selected: bool) -> Self {
        let flags = cell.flags;
        let bold = flags.contains(Flags::BOLD);
        let mut ink = color(brightened(cell.fg, bold));
        let mut paper = (cell.bg != Color::Named(NamedColor::Background)).then(|| color(cell.bg));
        if flags.contains(Flags::DIM) {
            ink = mixed(ink, PAPER);
        }
        if flags.contains(Flags::INVERSE) {
            (ink, paper) = (paper.unwrap_or(PAPER), Some(ink));
        }
        let array = |Rgb { r, g, b }: Rgb| [r, g, b];
        Self {
            ink: array(ink),
            paper: paper.map(array),
            bold,
            italic: flags.contains(Flags::ITALIC),
            underline: flags.intersects(Flags::ALL_UNDERLINES),
            strikeout: flags.contains(Flags::STRIKEOUT),
            selected,
        }
    }
}

/// Bold letters are brighter: those of the first eight colours are of the second eight, as programs expect,
/// and those without one are white.
fn brightened(color: Color, bold: bool) -> Color {
    match color {
        Color::Named(NamedColor::Foreground) if bold => Color::Indexed(15),
        Color::Named(name) if bold && (name as usize) < 8 => Color::Indexed(name as u8 + 8),
        Color::Indexed(index) if bold && index < 8 => Color::Indexed(index + 8),
        same @ (Color::Named(_) | Color::Indexed(_) | Color::Spec(_)) => same,
    }
}

fn color(color: Color) -> Rgb {
    match color {
        Color::Spec(rgb) => rgb,
        Color::Indexed(index) => indexed(index),
        Color::Named(NamedColor::Background) => PAPER,
        Color::Named(name) => match name as usize {
            index @ 0..16 => NAMED[index],
            dim if dim >= NamedColor::DimBlack as usize && dim <= NamedColor::DimWhite as usize => {
                mixed(NAMED[dim - NamedColor::DimBlack as usize], PAPER)
            }
            _ => INK,
        },
    }
}

/// One of 256: sixteen with names, a cube of 6 x 6 x 6, and 24 greys, as in xterm.
fn indexed(index: u8) -> Rgb {
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    match index {
        0..16 => NAMED[usize::from(index)],
        16..232 => {
            let cube = index - 16;
            rgb(level(cube / 36), level(cube / 6 % 6), level(cube % 6))
        }
        232.. => {
            let grey = 8 + 10 * (index - 232);
            rgb(grey, grey, grey)
        }
    }
}

fn mixed(one: Rgb, other: Rgb) -> Rgb {
    // Two thirds of the first.
    let mix = |one: u8, other: u8| ((2 * u16::from(one) + u16::from(other)) / 3) as u8;
    rgb(mix(one.r, other.r), mix(one.g, other.g), mix(one.b, other.b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_256_colours_are_those_of_xterm() {
        for (index, expected) in [
            (16, rgb(0, 0, 0)),
            (21, rgb(0, 0, 255)),
            (196, rgb(255, 0, 0)),
            (110, rgb(135, 175, 215)),
            (231, rgb(255, 255, 255)),
            (232, rgb(8, 8, 8)),
            (255, rgb(238, 238, 238)),
        ] {
            assert_eq!(indexed(index), expected, "{index}");
        }
    }
}
