//! Commands for terminals as they are typed in a line.

use beistand_session::TerminalSize;

use super::{LeftoverAnswer, TerminalCommand};
use crate::words::{Phrase, args};

/// Reads what stands behind the verb.
///
/// # Errors
/// What is wrong with it, for whoever typed it.
pub(super) fn parse(rest: &str) -> Result<Vec<TerminalCommand>, Phrase> {
    let (head, tail) = rest.split_once(' ').unwrap_or((rest, ""));
    let (what, number) = match head.split_once('@') {
        None => (head, None),
        Some((what, number)) => (what, Some(number.parse().map_err(|_| unknown(rest))?)),
    };
    let terminal = number;
    let command = match (what, tail.trim()) {
        ("open", "") => TerminalCommand::Open(TerminalSize::USUAL),
        ("open", size) => TerminalCommand::Open(parse_size(size)?),
        ("type", _) if !tail.is_empty() => TerminalCommand::Type { terminal, bytes: unescape(tail)? },
        ("resize", size) => TerminalCommand::Resize { terminal, size: parse_size(size)? },
        ("screen", "") => TerminalCommand::Look(terminal),
        ("close", "") => TerminalCommand::Close(terminal),
        ("record", "on") => TerminalCommand::Record(true),
        ("record", "off") => TerminalCommand::Record(false),
        ("end", "") => TerminalCommand::Leftover { terminal, answer: LeftoverAnswer::End },
        ("keep", "") => TerminalCommand::Leftover { terminal, answer: LeftoverAnswer::Keep },
        _ => return Err(unknown(rest)),
    };
    Ok(vec![command])
}

fn unknown(text: &str) -> Phrase {
    Phrase::with("terminal-no-such-verb", args![text = text.escape_debug().to_string()])
}

fn parse_size(text: &str) -> Result<TerminalSize, Phrase> {
    let size = text.split_once('x').and_then(|(columns, rows)| {
        TerminalSize::new(columns.trim().parse().ok()?, rows.trim().parse().ok()?)
    });
    size.ok_or_else(|| Phrase::with("terminal-size", args![text = text.escape_debug().to_string()]))
}

/// Keys in a line: `\n` is Enter, `\t` Tab, `\e` Escape, `\\` a backslash, and `\x03` a byte, here Ctrl+C.
fn unescape(text: &str) -> Result<Vec<u8>, Phrase> {
    let mut bytes = Vec::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            bytes.extend(character.encode_utf8(&mut [0; 4]).bytes());
            continue;
        }
        match rest.next() {
            Some('n') => bytes.push(b'\r'),
            Some('t') => bytes.push(b'\t'),
            Some('e') => bytes.push(0x1b),
            Some('\\') => bytes.push(b'\\'),
            Some('x') => {
                let digits: String = rest.by_ref().take(2).collect();
                let byte = u8::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 2);
                bytes.push(byte.ok_or_else(|| unknown(text))?);
            }
            _ => return Err(unknown(text)),
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read() {
        let size = |columns, rows| TerminalSize::new(columns, rows).expect("valid");
        for (line, command) in [
            ("open", TerminalCommand::Open(TerminalSize::USUAL)),
            ("open 100x30", TerminalCommand::Open(size(100, 30))),
            ("type  ls\\n", TerminalCommand::Type { terminal: None, bytes: b" ls\r".to_vec() }),
            ("type@3 \\x03\\\\", TerminalCommand::Type { terminal: Some(3), bytes: b"\x03\\".to_vec() }),
            ("resize@2 80x2", TerminalCommand::Resize { terminal: Some(2), size: size(80, 2) }),
            ("screen", TerminalCommand::Look(None)),
            ("close@1", TerminalCommand::Close(Some(1))),
            ("record on", TerminalCommand::Record(true)),
            ("keep", TerminalCommand::Leftover { terminal: None, answer: LeftoverAnswer::Keep }),
            ("end@2", TerminalCommand::Leftover { terminal: Some(2), answer: LeftoverAnswer::End }),
        ] {
            assert_eq!(parse(line), Ok(vec![command]), "{line}");
        }
        for line in
            ["", "opens", "open 0x0", "open 9999x24", "type", "type \\q", "type \\xü1", "close@x", "record"]
        {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
