//! What a program in a terminal may do to the screen, and nothing else: an allow-list before the emulation.
//!
//! Sequences that begin with OSC (titles, colours, links, the clipboard) don't even reach it, and are kept
//! nowhere, however long they are. A query is answered by nothing; a repetition prints what fits the screen;
//! of marks that take no room a cell keeps a few.

use std::time::Duration;

use alacritty_terminal::event::VoidListener;
use alacritty_terminal::grid::Dimensions as _;
use alacritty_terminal::index::{Column, Point};
use alacritty_terminal::term::Term;
use alacritty_terminal::vte::ansi::{
    Attr, CharsetIndex, ClearMode, Handler, LineClearMode, Mode, PrivateMode, Processor, StandardCharset,
    TabulationClearMode, Timeout,
};

/// The emulation, which tells nobody anything.
pub(super) type Emulation = Term<VoidListener>;

/// Marks without a width that a cell keeps: a letter of any language has fewer.
const MAX_MARKS: usize = 8;

/// The characters that a part of the output may print beyond its own: one repetition that fills a screen.
const REPEATED_SCREENS: usize = 2;

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 0x07;
/// What cancels a sequence.
const CANCEL: u8 = 0x18;
const SUBSTITUTE: u8 = 0x1a;

/// Bytes on their way to the screen.
#[derive(Default)]
pub(super) struct GuardedParser {
    parser: Processor<NeverLate>,
    strip: StripState,
}

/// Where in a sequence the bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum StripState {
    #[default]
    Text,
    /// After an ESC that the emulation has had.
    Escape,
    /// In an OSC, which it has not.
    Dropped,
    /// After an ESC in one.
    DroppedEscape,
}

impl GuardedParser {
    /// Whether what comes next is dropped before the emulation.
    #[cfg(test)]
    pub(super) fn drops(&self) -> bool {
        matches!(self.strip, StripState::Dropped | StripState::DroppedEscape)
    }

    /// Does to the screen what `bytes` say.
    pub(super) fn advance(&mut self, term: &mut Emulation, bytes: &[u8]) {
        let prints = bytes.len() + REPEATED_SCREENS * term.columns() * term.screen_lines();
        let mut guard = ScreenGuard { term, prints };
        let mut rest = bytes;
        while let Some(first) = rest.first() {
            let taken = match self.strip {
                StripState::Text => {
                    let end = rest.iter().position(|byte| *byte == ESCAPE).map_or(rest.len(), |at| at + 1);
                    if rest[end - 1] == ESCAPE {
                        self.strip = StripState::Escape;
                    }
                    self.parser.advance(&mut guard, &rest[..end]);
                    end
                }
                StripState::Escape => {
                    let (next, passed) = match first {
                        b']' => (StripState::Dropped, CANCEL),
                        &ESCAPE => (StripState::Escape, ESCAPE),
                        // None of these ends the sequence; the emulation still waits for what follows ESC.
                        other @ (0x00..=0x17 | 0x19 | 0x1c..=0x1f | 0x7f..) => (StripState::Escape, *other),
                        other => (StripState::Text, *other),
                    };
                    self.strip = next;
                    self.parser.advance(&mut guard, &[passed]);
                    1
                }
                StripState::Dropped => {
                    let is_end = |byte: &u8| matches!(*byte, ESCAPE | BELL | CANCEL | SUBSTITUTE);
                    let end = rest.iter().position(is_end).map_or(rest.len(), |at| at + 1);
                    self.strip = match rest[end - 1] {
                        ESCAPE => StripState::DroppedEscape,
                        BELL | CANCEL | SUBSTITUTE => StripState::Text,
                        _ => StripState::Dropped,
                    };
                    end
                }
                // Whatever follows, it has ended; but for its own end it is the beginning of another one.
                StripState::DroppedEscape if *first == b'\\' => {
                    self.strip = StripState::Text;
                    1
                }
                StripState::DroppedEscape => {
                    self.strip = StripState::Escape;
                    self.parser.advance(&mut guard, &[ESCAPE]);
                    0
                }
            };
            rest = &rest[taken..];
        }
    }
}

/// Nothing is held back until a program says that it has drawn all: the window draws when it can.
#[derive(Debug, Default)]
struct NeverLate;

impl Timeout for NeverLate {
    fn set_timeout(&mut self, _: Duration) {}

    fn clear_timeout(&mut self) {}

    fn pending_timeout(&self) -> bool {
        false
    }
}

/// The screen, as far as a program may touch it.
struct ScreenGuard<'a> {
    term: &'a mut Emulation,
    /// Characters that may still be printed by this part of the output.
    prints: usize,
}

impl ScreenGuard<'_> {
    /// Whether the cell before the cursor has as many marks as are kept.
    fn is_marked_enough(&self) -> bool {
        let Point { line, column } = self.term.grid().cursor.point;
        let row = &self.term.grid()[line];
        (0..3).any(|back| {
            let cell = &row[Column(column.0.saturating_sub(back))];
            cell.zerowidth().is_some_and(|marks| marks.len() >= MAX_MARKS)
        })
    }
}

/// What is passed on as it is.
macro_rules! allowed {
    ($($name:ident($($arg:ident: $kind:ty),*);)+) => {
        $(
            #[inline]
            fn $name(&mut self, $($arg: $kind),*) {
                self.term.$name($($arg),*);
            }
        )+
    };
}

/// All that isn't here does nothing: titles, clipboard, links, colours of the palette, the bell, queries, the
/// pointer, keyboard protocols.
impl Handler for ScreenGuard<'_> {
    #[inline]
    fn input(&mut self, character: char) {
        if self.prints == 0 {
            return;
        }
        self.prints -= 1;
        // Nothing below has no width.
        let may_be_mark = character >= '\u{300}' || character == '\u{ad}';
        if may_be_mark && self.is_marked_enough() && is_mark(character) {
            return;
        }
        self.term.input(character);
    }

    allowed! {
        goto(line: i32, column: usize);
        goto_line(line: i32);
        goto_col(column: usize);
        insert_blank(count: usize);
        move_up(count: usize);
        move_down(count: usize);
        move_forward(count: usize);
        move_backward(count: usize);
        move_down_and_cr(count: usize);
        move_up_and_cr(count: usize);
        put_tab(count: u16);
        backspace();
        carriage_return();
        linefeed();
        substitute();
        newline();
        set_horizontal_tabstop();
        scroll_up(count: usize);
        scroll_down(count: usize);
        insert_blank_lines(count: usize);
        delete_lines(count: usize);
        erase_chars(count: usize);
        delete_chars(count: usize);
        move_backward_tabs(count: u16);
        move_forward_tabs(count: u16);
        save_cursor_position();
        restore_cursor_position();
        clear_line(mode: LineClearMode);
        clear_screen(mode: ClearMode);
        clear_tabs(mode: TabulationClearMode);
        set_tabs(interval: u16);
        reset_state();
        reverse_index();
        terminal_attribute(attribute: Attr);
        set_mode(mode: Mode);
        unset_mode(mode: Mode);
        set_private_mode(mode: PrivateMode);
        unset_private_mode(mode: PrivateMode);
        set_scrolling_region(top: usize, bottom: Option<usize>);
        set_keypad_application_mode();
        unset_keypad_application_mode();
        set_active_charset(index: CharsetIndex);
        configure_charset(index: CharsetIndex, charset: StandardCharset);
        decaln();
    }
}

fn is_mark(character: char) -> bool {
    use unicode_width::UnicodeWidthChar as _;
    character.width() == Some(0)
}
