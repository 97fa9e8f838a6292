//! What is on a screen, as a program would print it: for somebody who sees it only from now on.

use std::fmt::Write as _;

use alacritty_terminal::grid::Dimensions as _;
use alacritty_terminal::index::Line;
use alacritty_terminal::term::TermMode;
use alacritty_terminal::term::cell::{Cell, Flags};
use alacritty_terminal::vte::ansi::{Color, NamedColor};

use super::guard::Emulation;
use super::{SPACERS, characters};

/// What prints it on an empty screen of the same size.
pub(super) fn repainting(term: &Emulation) -> Vec<u8> {
    let mut out = String::from("\x1bc");
    if term.mode().contains(TermMode::ALT_SCREEN) {
        out.push_str("\x1b[?1049h");
    }
    // Without wrapping the last cell of a row moves nothing.
    out.push_str("\x1b[?7l");
    for line in 0..term.screen_lines() as i32 {
        let cells: Vec<&Cell> = term.grid()[Line(line)].into_iter().collect();
        let used = cells.iter().rposition(|cell| !is_empty(cell)).map_or(0, |last| last + 1);
        if used == 0 {
            continue;
        }
        let _ = write!(out, "\x1b[{};1H", line + 1);
        let mut before = None;
        for cell in cells[..used].iter().filter(|cell| !cell.flags.intersects(SPACERS)) {
            let look = (cell.fg, cell.bg, cell.flags.intersection(LOOKS));
            if before != Some(look) {
                set_look(&mut out, cell);
                before = Some(look);
            }
            out.extend(characters(cell));
        }
        out.push_str("\x1b[0m");
    }
    for (mode, sequence) in MODES {
        if term.mode().contains(mode) {
            out.push_str(sequence);
        }
    }
    let cursor = term.grid().cursor.point;
    let _ = write!(out, "\x1b[{};{}H", cursor.line.0 + 1, cursor.column.0 + 1);
    if !term.mode().contains(TermMode::SHOW_CURSOR) {
        out.push_str("\x1b[?25l");
    }
    out.into_bytes()
}

/// What programs have switched on and an empty screen has not.
const MODES: [(TermMode, &str); 4] = [
    (TermMode::LINE_WRAP, "\x1b[?7h"),
    (TermMode::APP_CURSOR, "\x1b[?1h"),
    (TermMode::BRACKETED_PASTE, "\x1b[?2004h"),
    (TermMode::APP_KEYPAD, "\x1b="),
];

/// The flags that say how a cell looks, with what switches them on.
const FLAGS: [(Flags, u8); 7] = [
    (Flags::BOLD, 1),
    (Flags::DIM, 2),
    (Flags::ITALIC, 3),
    (Flags::UNDERLINE, 4),
    (Flags::INVERSE, 7),
    (Flags::HIDDEN, 8),
    (Flags::STRIKEOUT, 9),
];

const LOOKS: Flags = Flags::BOLD
    .union(Flags::DIM)
    .union(Flags::ITALIC)
    .union(Flags::UNDERLINE)
    .union(Flags::INVERSE)
    .union(Flags::HIDDEN)
    .union(Flags::STRIKEOUT);

fn is_empty(cell: &Cell) -> bool {
    cell.c == ' '
        && cell.bg == Color::Named(NamedColor::Background)
        && !cell.flags.intersects(Flags::INVERSE | Flags::UNDERLINE | Flags::STRIKEOUT)
}

fn set_look(out: &mut String, cell: &Cell) {
    out.push_str("\x1b[0");
    for (flag, number) in FLAGS {
        if cell.flags.contains(flag) {
            let _ = write!(out, ";{number}");
        }
    }
    set_color(out, cell.fg, 30);
    set_color(out, cell.bg, 40);
    out.push('m');
}

/// `first`: the number of the first colour, 30 for the characters and 40 for what is behind them.
fn set_color(out: &mut String, color: Color, first: usize) {
    let _ = match color {
        Color::Spec(rgb) => write!(out, ";{};2;{};{};{}", first + 8, rgb.r, rgb.g, rgb.b),
        Color::Indexed(index) => write!(out, ";{};5;{index}", first + 8),
        Color::Named(name) => match name as usize {
            named @ 0..8 => write!(out, ";{}", first + named),
            bright @ 8..16 => write!(out, ";{}", first + 60 + bright - 8),
            _ => Ok(()),
        },
    };
}
