//! The place in docs/BENCHMARKS.md where the table belongs: between two comments, which a reader doesn't see.

use std::fs;

use crate::Problem;
use crate::run::root;

/// The page, from the root.
pub(super) const PAPER: &str = "docs/BENCHMARKS.md";

const BEGINNING: &str = "<!-- glass -->\n";
const END: &str = "<!-- /glass -->";

/// Reads the page.
///
/// # Errors
/// In words, where it can't be read or has no place for the table.
pub(super) fn read() -> Result<String, Problem> {
    let page = fs::read_to_string(root().join(PAPER)).map_err(|error| format!("{PAPER}: {error}"))?;
    with_table(&page, "")?;
    Ok(page)
}

/// Writes the page again, with `text` in the place of what stood there before.
///
/// # Errors
/// In words, where it can't be read or written, or has no place for the table any more.
pub(super) fn write(text: &str) -> Result<(), Problem> {
    // Read again: hours may have passed.
    let page = with_table(&read()?, text)?;
    fs::write(root().join(PAPER), page).map_err(|error| format!("{PAPER}: {error}"))
}

fn with_table(page: &str, text: &str) -> Result<String, Problem> {
    let (before, rest) = page
        .split_once(BEGINNING)
        .ok_or_else(|| format!("{PAPER} has no place for the table: a line `{}`", BEGINNING.trim_end()))?;
    let (_, after) = rest
        .split_once(END)
        .ok_or_else(|| format!("{PAPER} has no end of the place for the table: a line `{END}`"))?;
    Ok(format!("{before}{BEGINNING}{text}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_comments_is_replaced() {
        let page = "# A\n\n<!-- glass -->\nold\n<!-- /glass -->\n\nrest\n";
        let once = with_table(page, "| new |\n").expect("a place");
        assert_eq!(once, "# A\n\n<!-- glass -->\n| new |\n<!-- /glass -->\n\nrest\n");
        assert_eq!(with_table(&once, "| new |\n"), Ok(once.clone()));
    }

    #[test]
    fn a_page_without_a_place_is_refused() {
        assert!(with_table("# A\n", "").expect_err("no place").contains("`<!-- glass -->`"));
        assert!(with_table("<!-- glass -->\n", "").expect_err("no end").contains("`<!-- /glass -->`"));
    }

    #[test]
    fn the_page_has_a_place() {
        assert!(read().is_ok());
    }
}
