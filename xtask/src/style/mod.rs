//! What docs/STYLE.md asks for and a machine can check without guessing: how modules open, how long
//! functions are and how wide comments.
//!
//! It reads lines of formatted Rust and compiles nothing. What needs judgement is left to reviews.

mod layout;

use crate::Problem;
use crate::sources::{SourceFile, source_files};

/// One rule: names what breaks it, as `path:line: what`.
type StyleRule = fn(&SourceFile) -> Vec<String>;

const RULES: &[StyleRule] = &[layout::opening, layout::function_length, layout::comment_width];

/// Checks every rule on every source.
///
/// # Errors
/// All that breaks a rule, one per line.
pub(crate) fn check() -> Result<(), Problem> {
    let files = source_files(&["*.rs"])?;
    println!("{} files", files.len());
    let broken: Vec<String> =
        files.iter().flat_map(|file| RULES.iter().flat_map(move |rule| rule(file))).collect();
    if broken.is_empty() {
        return Ok(());
    }
    Err(format!("docs/STYLE.md asks for something else, {} times:\n  {}", broken.len(), broken.join("\n  ")))
}
