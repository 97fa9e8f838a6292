//! A terminal's screen: what a program printed, as it is to be seen, with what has scrolled out of sight.
//!
//! The same on both sides, each with its own. What a program can do to it is in [`guard`]; it answers no
//! program and acts on nothing but itself.

mod colors;
mod guard;
mod repaint;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use alacritty_terminal::event::VoidListener;
use alacritty_terminal::grid::{Dimensions, Scroll};
use alacritty_terminal::index::{Boundary, Column, Direction, Line, Point, Side};
use alacritty_terminal::selection::{Selection, SelectionType};
use alacritty_terminal::term::cell::{Cell, Flags};
use alacritty_terminal::term::search::RegexSearch;
use alacritty_terminal::term::{Config, TermMode, point_to_viewport, viewport_to_point};
use beistand_session::TerminalSize;

pub use colors::CellStyle;
use guard::{Emulation, GuardedParser};

/// Lines that have scrolled out of sight and are kept: an hour of a long build. Of the widest terminal they
/// take 36 MB.
pub const SCROLLBACK_LINES: usize = 5_000;

/// The bytes after which whoever looks has a turn: some sequences cost a screen each.
const TURN_BYTES: usize = 1 << 10;

/// The most characters that are searched for: a line on a terminal.
const MAX_SEARCH_CHARS: usize = 200;

/// A terminal's screen. Clones are one.
#[derive(Clone)]
pub struct TerminalScreen(Arc<ScreenShared>);

struct ScreenShared {
    state: Mutex<ScreenState>,
    /// Whether whoever looks has heard that there is something new, and has not looked yet.
    announced: AtomicBool,
}

struct ScreenState {
    term: Emulation,
    parser: GuardedParser,
}

/// What is to be seen at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScreenSight {
    /// How large it is.
    pub size: TerminalSize,
    /// Its rows from the top: runs of characters that look the same, from the left.
    pub rows: Vec<Vec<ScreenRun>>,
    /// The row and column of the cursor, where it is in sight.
    pub cursor: Option<(u16, u16)>,
    /// How many lines back it looks.
    pub back: usize,
    /// How many lines there are to look back at.
    pub history: usize,
}

/// Characters that stand side by side and look the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScreenRun {
    /// Where it begins.
    pub column: u16,
    /// Its width in columns.
    pub columns: u16,
    /// ASCII alone, or a single character of any other kind with its marks: how wide that is depends on the
    /// font.
    pub text: String,
    /// How it looks.
    pub style: CellStyle,
}

/// How programs want keys to be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyModes {
    /// Arrows are sent as an application wants them.
    pub application_arrows: bool,
    /// What is pasted is marked as such.
    pub marked_pastes: bool,
}

/// A place on the screen, in the half of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScreenPlace {
    /// From the top of what is in sight.
    pub row: u16,
    /// From the left.
    pub column: u16,
    /// Whether it is in the right half of the cell.
    pub right: bool,
}

impl std::fmt::Debug for TerminalScreen {
    /// Without what is on it: that may be a secret, and logs are kept.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TerminalScreen({:?})", self.size())
    }
}

/// A size as the emulation wants it.
struct EmulatedSize(TerminalSize);

impl Dimensions for EmulatedSize {
    fn total_lines(&self) -> usize {
        self.screen_lines()
    }

    fn screen_lines(&self) -> usize {
        self.0.rows().into()
    }

    fn columns(&self) -> usize {
        self.0.columns().into()
    }
}

impl TerminalScreen {
    /// An empty one.
    pub fn new(size: TerminalSize) -> Self {
        let config = Config { scrolling_history: SCROLLBACK_LINES, ..Config::default() };
        let term = Emulation::new(config, &EmulatedSize(size), VoidListener);
        let state = Mutex::new(ScreenState { term, parser: GuardedParser::default() });
        Self(Arc::new(ScreenShared { state, announced: AtomicBool::new(false) }))
    }

    /// A program printed this.
    pub fn print(&self, bytes: &[u8]) {
        for part in bytes.chunks(TURN_BYTES) {
            let state = &mut *self.lock();
            state.parser.advance(&mut state.term, part);
            // Where only a part of the screen scrolls while somebody looks back, the emulation goes further
            // back than there are lines.
            if state.term.grid().display_offset() > state.term.history_size() {
                state.term.scroll_display(Scroll::Delta(0));
            }
        }
    }

    /// From now on it has this size. Long lines are broken differently.
    pub fn resize(&self, size: TerminalSize) {
        self.lock().term.resize(EmulatedSize(size));
    }

    /// Empty again, of this size.
    pub(super) fn begin_again(&self, size: TerminalSize) {
        let config = Config { scrolling_history: SCROLLBACK_LINES, ..Config::default() };
        let term = Emulation::new(config, &EmulatedSize(size), VoidListener);
        *self.lock() = ScreenState { term, parser: GuardedParser::default() };
    }

    /// How large it is.
    pub fn size(&self) -> TerminalSize {
        size_of(&self.lock().term)
    }

    /// Whether whoever looks has yet to hear that there is something new.
    pub(super) fn announce(&self) -> bool {
        !self.0.announced.swap(true, Ordering::Relaxed)
    }

    /// Whoever looks has looked, and wants to hear of what is new from now on.
    pub fn looked(&self) {
        self.0.announced.store(false, Ordering::Relaxed);
    }

    /// What is to be seen, for whoever draws it.
    pub fn sight(&self) -> ScreenSight {
        self.looked();
        let term = &self.lock().term;
        let content = term.renderable_content();
        let mut rows = vec![Vec::new(); term.screen_lines()];
        let (selection, back) = (content.selection, content.display_offset);
        for indexed in content.display_iter {
            let Some(place) = point_to_viewport(back, indexed.point) else { continue };
            let selected = selection.is_some_and(|range| range.contains(indexed.point));
            if let Some(row) = rows.get_mut(place.line) {
                add_cell(row, place.column.0 as u16, indexed.cell, selected);
            }
        }
        let shown = term.mode().contains(TermMode::SHOW_CURSOR);
        let cursor = point_to_viewport(back, content.cursor.point)
            .filter(|place| shown && place.line < term.screen_lines())
            .map(|place| (place.line as u16, place.column.0 as u16));
        ScreenSight { size: size_of(term), rows, cursor, back, history: term.history_size() }
    }

    /// The text on the screen, whatever is looked at: rows without the spaces at their ends.
    pub fn text(&self) -> String {
        let term = &self.lock().term;
        let row = |line| {
            let cells = term.grid()[Line(line)].into_iter();
            let seen = cells.filter(|cell| !cell.flags.intersects(SPACERS));
            let text: String = seen.flat_map(characters).collect();
            text.trim_end().to_owned()
        };
        let rows: Vec<String> = (0..term.screen_lines() as i32).map(row).collect();
        rows.join("\n").trim_end().to_owned()
    }

    /// The row and column of the cursor.
    pub fn cursor(&self) -> (u16, u16) {
        let Point { line, column } = self.lock().term.grid().cursor.point;
        (line.0.max(0) as u16, column.0 as u16)
    }

    /// How programs want keys to be typed.
    pub fn key_modes(&self) -> KeyModes {
        let mode = *self.lock().term.mode();
        KeyModes {
            application_arrows: mode.contains(TermMode::APP_CURSOR),
            marked_pastes: mode.contains(TermMode::BRACKETED_PASTE),
        }
    }

    /// Looks so many lines further back, or forth where it is negative.
    pub fn scroll(&self, lines: i32) {
        self.lock().term.scroll_display(Scroll::Delta(lines));
    }

    /// Looks at what is printed now.
    pub fn scroll_to_end(&self) {
        self.lock().term.scroll_display(Scroll::Bottom);
    }

    /// Marks what is between two places; `None`: nothing.
    pub fn select(&self, range: Option<(ScreenPlace, ScreenPlace)>) {
        let term = &mut self.lock().term;
        term.selection = range.map(|(from, to)| {
            let point = |place: ScreenPlace| {
                let column = usize::from(place.column).min(term.columns() - 1);
                let row = usize::from(place.row).min(term.screen_lines() - 1);
                viewport_to_point(term.grid().display_offset(), Point::new(row, Column(column)))
            };
            let side = |place: ScreenPlace| if place.right { Side::Right } else { Side::Left };
            let mut selection = Selection::new(SelectionType::Simple, point(from), side(from));
            selection.update(point(to), side(to));
            selection
        });
    }

    /// The text that is marked.
    pub fn selected(&self) -> Option<String> {
        self.lock().term.selection_to_string().filter(|text| !text.is_empty())
    }

    /// Looks for `text`, further back than what is marked, whatever its case; what is found is marked and in
    /// sight. Whether there is any.
    pub fn find(&self, text: &str) -> bool {
        let pattern: String = text.chars().take(MAX_SEARCH_CHARS).flat_map(literally).collect();
        let Ok(mut search) = RegexSearch::new(&format!("(?i){pattern}")) else { return false };
        let term = &mut self.lock().term;
        if pattern.is_empty() {
            return false;
        }
        let marked = term.selection.as_ref().and_then(|selection| selection.to_range(term));
        let last = Point::new(term.bottommost_line(), term.last_column());
        let origin = marked.map_or(last, |range| range.start.sub(term, Boundary::None, 1));
        let Some(found) = term.search_next(&mut search, origin, Direction::Left, Side::Left, None) else {
            return false;
        };
        let mut selection = Selection::new(SelectionType::Simple, *found.start(), Side::Left);
        selection.update(*found.end(), Side::Right);
        term.selection = Some(selection);
        term.scroll_to_point(*found.start());
        true
    }

    /// What prints all that is on the screen on an empty one of its size.
    pub(super) fn repainting(&self) -> Vec<u8> {
        repaint::repainting(&self.lock().term)
    }

    fn lock(&self) -> MutexGuard<'_, ScreenState> {
        // Nothing here needs what another one left half done.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Cells that belong to a wide character beside them.
const SPACERS: Flags = Flags::WIDE_CHAR_SPACER.union(Flags::LEADING_WIDE_CHAR_SPACER);

fn size_of(term: &Emulation) -> TerminalSize {
    TerminalSize::nearest(term.columns(), term.screen_lines())
}

/// The characters of a cell, as they are to be seen.
fn characters(cell: &Cell) -> impl Iterator<Item = char> {
    let hidden = cell.flags.contains(Flags::HIDDEN) || cell.c.is_control();
    let marks = cell.zerowidth().unwrap_or_default().iter().copied().filter(move |_| !hidden);
    std::iter::once(if hidden { ' ' } else { cell.c }).chain(marks)
}

/// Adds a cell to the runs of its row.
fn add_cell(row: &mut Vec<ScreenRun>, column: u16, cell: &Cell, selected: bool) {
    if cell.flags.intersects(SPACERS) {
        return;
    }
    let style = CellStyle::of(cell, selected);
    let columns = if cell.flags.contains(Flags::WIDE_CHAR) { 2 } else { 1 };
    let text: String = characters(cell).collect();
    match row.last_mut() {
        Some(last)
            if last.style == style
                && last.column + last.columns == column
                && text.is_ascii()
                && last.text.is_ascii() =>
        {
            last.text.push_str(&text);
            last.columns += columns;
        }
        _ => row.push(ScreenRun { column, columns, text, style }),
    }
}

/// A character as a pattern that only it fits.
fn literally(character: char) -> impl Iterator<Item = char> {
    let is_plain = character.is_alphanumeric() || !character.is_ascii() || character == ' ';
    (!is_plain).then_some('\\').into_iter().chain(std::iter::once(character))
}
