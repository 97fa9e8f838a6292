//! What a helper typed, line by line, for a record that the user wants: only what the screen showed.
//!
//! A line is kept back until the screen shows it, so that nothing is recorded that a program hides, whichever
//! way it does that. What is typed while a line is read without an echo is dropped at once.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The longest line in characters: longer ones are cut.
const MAX_LINE_CHARS: usize = 500;

/// Lines that wait until the screen shows them: what is pasted at once.
const MAX_WAITING: usize = 64;

/// How long a line may take to be shown: a shell that is busy shows it when it reads it.
const SHOWN_WITHIN: Duration = Duration::from_secs(10);

/// What was typed and not recorded yet.
#[derive(Debug, Default)]
pub(super) struct TypedRecord {
    line: String,
    /// Whether something of the line was typed where it is not to be seen.
    hidden: bool,
    escape: EscapeState,
    waiting: VecDeque<(String, Instant)>,
    /// Lines that there was no room for.
    lost: usize,
    /// The beginning of a character.
    partial: Vec<u8>,
}

/// Where in a sequence of a key that has no character the bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum EscapeState {
    #[default]
    None,
    Begun,
    Parameters,
}

impl TypedRecord {
    /// This was typed; `hidden`: while a line is read without an echo.
    pub(super) fn typed(&mut self, bytes: &[u8], hidden: bool, now: Instant) {
        self.partial.extend(bytes);
        let text = match std::str::from_utf8(&self.partial) {
            Ok(text) => text.to_owned(),
            // The rest of the character comes with the next bytes, unless it is none.
            Err(error) if error.error_len().is_none() && self.partial.len() - error.valid_up_to() < 4 => {
                String::from_utf8_lossy(&self.partial[..error.valid_up_to()]).into_owned()
            }
            Err(_) => String::from_utf8_lossy(&self.partial).into_owned(),
        };
        let rest = self.partial.split_off(text.len().min(self.partial.len()));
        self.partial = if std::str::from_utf8(&rest).is_ok() || rest.len() >= 4 { Vec::new() } else { rest };
        for character in text.chars() {
            self.take(character, hidden, now);
        }
    }

    fn take(&mut self, character: char, hidden: bool, now: Instant) {
        match (self.escape, character) {
            (EscapeState::None, '\r' | '\n') => self.finish(now),
            (EscapeState::None, '\u{1b}') => self.escape = EscapeState::Begun,
            (EscapeState::None, '\u{7f}' | '\u{8}') => drop(self.line.pop()),
            // Interrupted, or wiped out.
            (EscapeState::None, '\u{3}' | '\u{15}') => self.line.clear(),
            (EscapeState::None, character) if character.is_control() => {}
            (EscapeState::None, character) => {
                self.hidden |= hidden;
                if !hidden && self.line.chars().count() < MAX_LINE_CHARS {
                    self.line.push(character);
                }
            }
            (EscapeState::Begun, '[' | 'O') => self.escape = EscapeState::Parameters,
            (EscapeState::Parameters, '0'..='9' | ';') => {}
            (EscapeState::Begun | EscapeState::Parameters, _) => self.escape = EscapeState::None,
        }
    }

    fn finish(&mut self, now: Instant) {
        let line = std::mem::take(&mut self.line).trim().to_owned();
        if std::mem::take(&mut self.hidden) || line.is_empty() {
            return;
        }
        if self.waiting.len() < MAX_WAITING {
            self.waiting.push_back((line, now));
        } else {
            self.lost += 1;
        }
    }

    /// How many lines there was no room for since this was asked last.
    pub(super) fn take_lost(&mut self) -> usize {
        std::mem::take(&mut self.lost)
    }

    /// Whether any line waits to be shown.
    pub(super) fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The lines that this screen shows, which are recorded; those that took too long are dropped.
    pub(super) fn shown(&mut self, screen: &str, now: Instant) -> Vec<String> {
        // A long line is broken into rows.
        let screen = screen.replace('\n', "");
        let mut shown = Vec::new();
        self.waiting.retain(|(line, since)| {
            let is_shown = screen.contains(line.as_str());
            if is_shown {
                shown.push(line.clone());
            }
            !is_shown && now.saturating_duration_since(*since) < SHOWN_WITHIN
        });
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(typed: &[(&str, bool)], screen: &str) -> Vec<String> {
        let (mut lines, now) = (TypedRecord::default(), Instant::now());
        for (text, hidden) in typed {
            lines.typed(text.as_bytes(), *hidden, now);
        }
        lines.shown(screen, now)
    }

    #[test]
    fn a_line_is_recorded_once_it_is_seen() {
        assert_eq!(lines(&[("ls -l\r", false)], "$ ls -l"), ["ls -l"]);
        assert_eq!(lines(&[("ls -l\r", false)], "$ "), [""; 0]);
        assert_eq!(lines(&[("ls -l", false)], "$ ls -l"), [""; 0], "it is not finished");
        assert_eq!(lines(&[("lx\u{7f}s\u{1b}[A\u{1b}OB\r", false)], "$ ls"), ["ls"]);
        assert_eq!(lines(&[("rm -r /\u{3}ls\r", false)], "$ ls rm -r /"), ["ls"]);
        assert_eq!(lines(&[("echo a", false), ("bc\r", false)], "$ echo\n abc"), ["echo abc"]);
    }

    #[test]
    fn what_is_hidden_is_not_recorded_even_where_the_screen_shows_it() {
        assert_eq!(lines(&[("hunter2\r", true)], "hunter2"), [""; 0]);
        assert_eq!(lines(&[("hun", false), ("ter2\r", true)], "hunter2 hun"), [""; 0]);
        // The next line is another matter.
        assert_eq!(lines(&[("hunter2\r", true), ("ls\r", false)], "ls"), ["ls"]);
    }

    #[test]
    fn a_line_that_is_never_seen_is_dropped() {
        let (mut lines, start) = (TypedRecord::default(), Instant::now());
        lines.typed(b"secret\r", false, start);
        assert!(lines.shown("", start + SHOWN_WITHIN).is_empty());
        assert!(!lines.waits());
        for number in 0..1000 {
            lines.typed(format!("line {number}\r").as_bytes(), false, start);
        }
        assert_eq!(lines.waiting.len(), MAX_WAITING);
    }

    #[test]
    fn lines_that_are_pasted_over_others_lose_none_of_those_and_are_counted() {
        let (mut lines, now) = (TypedRecord::default(), Instant::now());
        let paste = format!("rm -r /\r{}", "x\r".repeat(MAX_WAITING + 4));
        lines.typed(paste.as_bytes(), false, now);
        assert_eq!(lines.take_lost(), 5);
        assert_eq!(lines.take_lost(), 0);
        assert_eq!(lines.shown("$ rm -r /", now), ["rm -r /"]);
    }

    #[test]
    fn characters_may_come_in_pieces_and_bad_ones_do_no_harm() {
        let (mut lines, now) = (TypedRecord::default(), Instant::now());
        for byte in "grüße 🦀\r".as_bytes() {
            lines.typed(&[*byte], false, now);
        }
        assert_eq!(lines.shown("grüße 🦀", now), ["grüße 🦀"]);
        lines.typed(&[0xff, 0xc3, b'x', b'\r'], false, now);
        assert!(lines.partial.len() < 4);
    }
}
