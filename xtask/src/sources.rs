//! The repository's own text files, as git lists them, and how their words are told apart. It judges nothing.

use std::fs;

use crate::Problem;
use crate::run::{command, output, root};

/// A file of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceFile {
    /// From the root, with slashes.
    pub(crate) path: String,
    /// What is in it.
    pub(crate) text: String,
}

/// The files, committed or not yet, whose paths fit one of git's `patterns`, such as `*.rs`; ignored ones
/// left out.
///
/// # Errors
/// Where this is no git repository.
pub(crate) fn source_files(patterns: &[&str]) -> Result<Vec<SourceFile>, Problem> {
    let mut list = command("git");
    list.args(["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "--"])
        .args(patterns);
    let listed = output(&mut list)?;
    // A file that is deleted but not yet committed is still listed.
    let read = |path: &str| {
        let text = fs::read_to_string(root().join(path)).ok()?;
        Some(SourceFile { path: path.to_owned(), text })
    };
    Ok(listed.lines().filter_map(read).collect())
}

/// The identifiers and plain words in a line, in order.
pub(crate) fn identifiers(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

/// The words that an identifier is made of, in lower case: `ChatLine`, `chat_line` and `CHAT_LINE` are all
/// chat and line.
pub(crate) fn words_of(identifier: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in identifier.split('_').filter(|part| !part.is_empty()) {
        let letters: Vec<char> = part.chars().collect();
        let mut word = String::new();
        for (index, letter) in letters.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| letters[before]);
            let after = letters.get(index + 1);
            // A capital begins a word, but for those in the middle of an abbreviation such as `PNG`.
            let begins = letter.is_uppercase()
                && before
                    .is_some_and(|before| !before.is_uppercase() || after.is_some_and(|c| c.is_lowercase()));
            if begins {
                words.push(std::mem::take(&mut word));
            }
            word.extend(letter.to_lowercase());
        }
        words.push(word);
    }
    words
}

/// The name of the type or trait that a line of formatted Rust begins to define, and whether others can see
/// it. Associated types are none.
pub(crate) fn defined_type(line: &str) -> Option<(&str, TypeVisibility)> {
    let trimmed = line.trim_start();
    let (visibility, rest) = if let Some(rest) = trimmed.strip_prefix("pub ") {
        (TypeVisibility::Shared, rest)
    } else if let Some((_, rest)) = trimmed.strip_prefix("pub(").and_then(|rest| rest.split_once(") ")) {
        (TypeVisibility::Shared, rest)
    } else {
        (TypeVisibility::Private, trimmed)
    };
    let rest = rest.strip_prefix("unsafe ").unwrap_or(rest);
    let (keyword, rest) = rest.split_once(' ')?;
    let defines = match keyword {
        "struct" | "enum" | "trait" | "union" => true,
        "type" => trimmed.len() == line.len(),
        _ => false,
    };
    let name = identifiers(rest).next()?;
    (defines && rest.starts_with(name)).then_some((name, visibility))
}

/// The last line of a formatted function: the brace that stands as far left as it, or its own line.
pub(crate) fn end_of_item(lines: &[&str], start: usize) -> usize {
    let indentation = &lines[start][..lines[start].len() - lines[start].trim_start().len()];
    if lines[start].trim_end().ends_with([';', '}']) {
        return start;
    }
    let ends = |line: &&&str| {
        line.strip_prefix(indentation)
            .is_some_and(|rest| rest.starts_with('}') || rest.ends_with(';') && !rest.starts_with(' '))
    };
    let length = lines[start + 1..].iter().take_while(|line| !ends(line)).count();
    (start + 1 + length).min(lines.len() - 1)
}

/// Whether a type can be named outside its module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypeVisibility {
    /// `pub`, or `pub` in part of the crate.
    Shared,
    /// Of its module alone.
    Private,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_made_of_words() {
        for (identifier, words) in [
            ("ChatLine", vec!["chat", "line"]),
            ("MAX_CHAT_CHARS", vec!["max", "chat", "chars"]),
            ("chat", vec!["chat"]),
            ("SavePNGFile", vec!["save", "png", "file"]),
            ("Viewport", vec!["viewport"]),
            ("_Av1x", vec!["av1x"]),
        ] {
            assert_eq!(words_of(identifier), words, "{identifier}");
        }
    }

    #[test]
    fn definitions_are_found_and_associated_types_are_not() {
        for (line, name) in [
            ("pub struct ChatLine {", Some(("ChatLine", TypeVisibility::Shared))),
            ("    pub(crate) enum Step<T> {", Some(("Step", TypeVisibility::Shared))),
            ("trait Side: Sized {", Some(("Side", TypeVisibility::Private))),
            ("type Found = (u8, u8);", Some(("Found", TypeVisibility::Private))),
            ("    type Error = String;", None),
            ("pub enum $name {", None),
            ("let struct_like = 1;", None),
            ("// enum Foo", None),
        ] {
            assert_eq!(defined_type(line), name, "{line}");
        }
    }
}
