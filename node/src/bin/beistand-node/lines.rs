//! Typed lines, each with where it came from and when; each source is read on a thread of its own.
//!
//! What it does not do: it knows no commands, and not which source may give them.

use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::time::Instant;

use beistand_node::ControllingTerminal;
use beistand_node::words::Phrase;
use tokio::sync::mpsc;

/// Lines that wait: a script may send many at once, and then waits itself.
const QUEUE: usize = 32;

/// The longest line in bytes: a line of chat of 4,000 characters with its command.
const MAX_LINE_BYTES: u64 = 20 * 1024;

/// The line that stands for the end of the terminal. Nobody can type it: control characters round a line are
/// taken off.
pub(crate) const TERMINAL_GONE: &str = "\u{4}";

/// A line, or what is wrong with it: too long, or not UTF-8.
pub(crate) struct TypedLine {
    pub(crate) text: Result<String, Phrase>,
    pub(crate) origin: LineOrigin,
}

/// Where a line came from, and when it was whole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LineOrigin {
    pub(crate) source: LineSource,
    pub(crate) at: Instant,
}

/// Where lines come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineSource {
    /// The controlling terminal.
    Terminal,
    /// Standard input, which any program can fill.
    Stdin,
}

/// Lines as they come.
pub(crate) struct TypedLines {
    inbox: mpsc::Receiver<TypedLine>,
    again: Option<TypedLine>,
}

impl TypedLines {
    fn new() -> (mpsc::Sender<TypedLine>, Self) {
        let (outbox, inbox) = mpsc::channel(QUEUE);
        (outbox, Self { inbox, again: None })
    }

    /// The next line; `None` after the last one. Nothing is lost if it is dropped.
    pub(crate) async fn recv(&mut self) -> Option<TypedLine> {
        match self.again.take() {
            Some(line) => Some(line),
            None => self.inbox.recv().await,
        }
    }

    /// Makes a line that was taken out the next one again.
    pub(crate) fn put_back(&mut self, line: TypedLine) {
        self.again = Some(line);
    }
}

/// Those of standard input, until it ends.
pub(crate) fn of_stdin() -> TypedLines {
    let (outbox, lines) = TypedLines::new();
    std::thread::spawn(move || forward(std::io::stdin().lock(), LineSource::Stdin, &outbox));
    lines
}

/// Those of the terminal, and those of standard input where that is not a terminal itself. With the terminal
/// goes the person: its end says [`TERMINAL_GONE`].
///
/// # Errors
/// Where the system has no room for it.
pub(crate) fn of_terminal(terminal: &ControllingTerminal) -> std::io::Result<TypedLines> {
    let (outbox, lines) = TypedLines::new();
    if !std::io::stdin().is_terminal() {
        let outbox = outbox.clone();
        std::thread::spawn(move || forward(std::io::stdin().lock(), LineSource::Stdin, &outbox));
    }
    let input = BufReader::new(terminal.input()?);
    std::thread::spawn(move || {
        forward(input, LineSource::Terminal, &outbox);
        let origin = LineOrigin { source: LineSource::Terminal, at: Instant::now() };
        // Where nobody listens any more it has ended already.
        let _ = outbox.blocking_send(TypedLine { text: Ok(TERMINAL_GONE.to_owned()), origin });
    });
    Ok(lines)
}

/// Sends lines on until they end or nobody listens.
fn forward(mut input: impl BufRead, source: LineSource, outbox: &mpsc::Sender<TypedLine>) {
    while let Some(text) = read_line(&mut input) {
        let line = TypedLine { text, origin: LineOrigin { source, at: Instant::now() } };
        if outbox.blocking_send(line).is_err() {
            return;
        }
    }
}

/// One line without its end, nor control characters round it; `None` at the end of the input.
fn read_line(input: &mut impl BufRead) -> Option<Result<String, Phrase>> {
    let mut bytes = Vec::new();
    let count = input.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut bytes).ok()?;
    if count == 0 {
        return None;
    }
    if count as u64 == MAX_LINE_BYTES && !bytes.ends_with(b"\n") {
        skip_line(input);
        return Some(Err(Phrase::new("terminal-line-too-long")));
    }
    let line = String::from_utf8(bytes).map(|line| line.trim_matches(char::is_control).to_owned());
    Some(line.map_err(|_| Phrase::new("terminal-line-not-utf8")))
}

fn skip_line(input: &mut impl BufRead) {
    while let Ok(buffer) = input.fill_buf() {
        if buffer.is_empty() {
            return;
        }
        let (used, done) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (buffer.len(), false),
        };
        input.consume(used);
        if done {
            return;
        }
    }
}

#[cfg(test)]
impl TypedLine {
    /// A line of standard input.
    pub(crate) fn of_text(text: &str) -> Self {
        let origin = LineOrigin { source: LineSource::Stdin, at: Instant::now() };
        Self { text: Ok(text.to_owned()), origin }
    }
}

#[cfg(test)]
impl TypedLines {
    /// Lines that a test sends.
    pub(crate) fn open_for_tests() -> (mpsc::Sender<TypedLine>, Self) {
        Self::new()
    }

    /// These lines and no more.
    pub(crate) fn of_texts(texts: &[&str]) -> Self {
        let (outbox, inbox) = mpsc::channel(texts.len().max(1));
        for text in texts {
            outbox.try_send(TypedLine::of_text(text)).expect("room for all");
        }
        Self { inbox, again: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_end_is_refused_and_the_next_one_read() {
        let mut input = vec![b'x'; 100_000];
        input.extend(b"\n\x13end\r\n");
        let mut input = input.as_slice();
        assert!(read_line(&mut input).is_some_and(|line| line.is_err()));
        assert_eq!(read_line(&mut input), Some(Ok("end".to_owned())));
        assert_eq!(read_line(&mut input), None);
    }
}
