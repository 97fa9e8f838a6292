//! Lines of standard input, read on a thread of their own.

use std::io::{BufRead, Read};

use beistand_node::words::Phrase;
use tokio::sync::mpsc;

/// Lines that wait: a script may send many at once, and then waits itself.
const QUEUE: usize = 32;

/// The longest line in bytes: a line of chat of 4,000 characters with its command.
const MAX_LINE_BYTES: u64 = 20 * 1024;

/// Standard input line by line, until it ends. A line that is too long or not UTF-8 arrives as an error text.
pub(crate) fn start() -> mpsc::Receiver<Result<String, Phrase>> {
    let (outbox, lines) = mpsc::channel(QUEUE);
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        while let Some(line) = read_line(&mut input) {
            if outbox.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// One line without its end; `None` at the end of the input.
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
    let line = String::from_utf8(bytes).map(|line| line.trim_end_matches(['\n', '\r']).to_owned());
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
mod tests {
    use super::*;

    #[test]
    fn a_line_without_end_is_refused_and_the_next_one_read() {
        let mut input = vec![b'x'; 100_000];
        input.extend(b"\nend\r\n");
        let mut input = input.as_slice();
        assert!(read_line(&mut input).is_some_and(|line| line.is_err()));
        assert_eq!(read_line(&mut input), Some(Ok("end".to_owned())));
        assert_eq!(read_line(&mut input), None);
    }
}
