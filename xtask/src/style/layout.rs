//! How a file is laid out.

use crate::sources::{SourceFile, end_of_item};

/// The longest function in lines: what a tall screen shows.
const MAX_FUNCTION_LINES: usize = 90;

/// The widest comment in characters, its indentation included: rustfmt's `max_width`, which it keeps for code
/// alone.
const MAX_COMMENT_WIDTH: usize = 110;

/// Every module opens with what it does.
pub(super) fn opening(file: &SourceFile) -> Vec<String> {
    let opens = file.text.starts_with("//!");
    (!opens)
        .then(|| format!("{}:1: does not open with what it does (`//!`)", file.path))
        .into_iter()
        .collect()
}

/// Functions fit on a screen.
pub(super) fn function_length(file: &SourceFile) -> Vec<String> {
    let lines: Vec<&str> = file.text.lines().collect();
    let too_long = |(index, line): (usize, &&str)| {
        let name = function_name(line)?;
        let length = end_of_item(&lines, index) - index + 1;
        (length > MAX_FUNCTION_LINES).then(|| {
            format!("{}:{}: {name} has {length} lines, more than {MAX_FUNCTION_LINES}", file.path, index + 1)
        })
    };
    lines.iter().enumerate().filter_map(too_long).collect()
}

/// Comments are as wide as code; addresses of pages can't be broken.
pub(super) fn comment_width(file: &SourceFile) -> Vec<String> {
    let too_wide = |(index, line): (usize, &str)| {
        let width = line.chars().count();
        let comment = line.trim_start().starts_with("//") && !line.contains("://");
        (comment && width > MAX_COMMENT_WIDTH).then(|| {
            format!(
                "{}:{}: a comment of {width} characters, more than {MAX_COMMENT_WIDTH}",
                file.path,
                index + 1
            )
        })
    };
    file.text.lines().enumerate().filter_map(too_wide).collect()
}

/// The name of the function that a line of formatted Rust begins.
fn function_name(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let mut word = words.next()?;
    while word.starts_with("pub") || ["const", "async", "unsafe", "extern", "\"C\""].contains(&word) {
        // `pub(in crate::features)` is two words.
        if word.starts_with("pub(in") {
            words.next()?;
        }
        word = words.next()?;
    }
    if word != "fn" {
        return None;
    }
    words.next()?.split(['(', '<']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: String) -> SourceFile {
        SourceFile { path: "a.rs".to_owned(), text }
    }

    #[test]
    fn functions_are_known_by_their_first_line() {
        for (line, name) in [
            ("fn one() {", Some("one")),
            ("    pub(crate) const fn two<T>(", Some("two")),
            ("    pub(in crate::features) async fn three() {}", Some("three")),
            ("    let f = fn_of(x);", None),
            ("// fn four() {", None),
        ] {
            assert_eq!(function_name(line), name, "{line}");
        }
    }

    #[test]
    fn a_comment_wider_than_code_is_found() {
        let as_wide = "x".repeat(MAX_COMMENT_WIDTH - 7);
        let long_text = format!("//! A.\n    // {as_wide}\nfn a() {{ b(\"{as_wide}{as_wide}\") }}\n");
        assert_eq!(comment_width(&file(long_text)), [""; 0]);
        let wider = format!("//! A.\n    // ß{as_wide}\n    // https://{as_wide}\n");
        assert_eq!(comment_width(&file(wider)), ["a.rs:2: a comment of 111 characters, more than 110"]);
    }

    #[test]
    fn a_function_longer_than_a_screen_is_found() {
        let with = |lines: usize| {
            file(format!(
                "//! A.\n\nimpl A {{\n    fn long() {{\n{}    }}\n}}\n",
                "        x();\n".repeat(lines)
            ))
        };
        assert_eq!(function_length(&with(MAX_FUNCTION_LINES - 2)), [""; 0]);
        assert_eq!(
            function_length(&with(MAX_FUNCTION_LINES - 1)),
            ["a.rs:4: long has 91 lines, more than 90"]
        );
    }

    #[test]
    fn a_module_opens_with_what_it_does() {
        assert_eq!(opening(&file("//! A.\n".to_owned())), [""; 0]);
        assert_eq!(opening(&file("use a;\n".to_owned())).len(), 1);
    }
}
