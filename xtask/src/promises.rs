//! Each promise of docs/SECURITY.md has a test, and the test exists.
//!
//! A promise is a row of a table with the columns `Promise` and `Tests`; the second names test functions in
//! backticks. What it does not do: it runs no test, and whether a test proves its sentence is for reviews to
//! judge.

use std::collections::HashSet;

use crate::Problem;
use crate::sources::{SourceFile, source_files};

/// Where the promises are.
const PAPER: &str = "docs/SECURITY.md";

/// The columns of a table of promises.
const HEADER: &str = "| Promise | Tests |";

/// How far above a function its test attribute may stand: other attributes and a doc comment come between.
const ATTRIBUTE_LINES: usize = 6;

/// Checks that every promise names tests that exist.
///
/// # Errors
/// All promises of which that isn't so, one per line; or that there are none.
pub(crate) fn check() -> Result<(), Problem> {
    let papers = source_files(&[PAPER])?;
    let paper = papers.first().ok_or(format!("{PAPER} is missing"))?;
    let tests: HashSet<String> = source_files(&["*.rs"])?.iter().flat_map(tests_in).collect();
    let promises = promises_in(&paper.text);
    println!("{} promises, {} tests to choose from", promises.len(), tests.len());
    if promises.is_empty() {
        return Err(format!("{PAPER} has no table of promises ({HEADER})"));
    }
    let broken: Vec<String> = promises.iter().filter_map(|promise| promise.fault(&tests)).collect();
    if broken.is_empty() {
        return Ok(());
    }
    Err(format!("{} promises have no test:\n  {}", broken.len(), broken.join("\n  ")))
}

/// A row of a table of promises.
#[derive(Debug, PartialEq, Eq)]
struct PromiseRow<'a> {
    line: usize,
    sentence: &'a str,
    tests: Vec<&'a str>,
}

impl PromiseRow<'_> {
    fn fault(&self, known: &HashSet<String>) -> Option<String> {
        let missing: Vec<&str> = self.tests.iter().copied().filter(|name| !known.contains(*name)).collect();
        if !self.tests.is_empty() && missing.is_empty() {
            return None;
        }
        let what = if missing.is_empty() {
            "names no test".to_owned()
        } else {
            format!("no test is called {}", missing.join(", "))
        };
        Some(format!("{PAPER}:{}: {what}: {}", self.line, self.sentence))
    }
}

fn promises_in(paper: &str) -> Vec<PromiseRow<'_>> {
    let mut in_table = false;
    let mut rows = Vec::new();
    for (index, line) in paper.lines().enumerate() {
        let line = line.trim();
        in_table = line == HEADER || in_table && line.starts_with('|');
        let ruler = line.chars().all(|letter| matches!(letter, '|' | '-' | ' '));
        if !in_table || line == HEADER || ruler {
            continue;
        }
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let (sentence, names) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        // Every second part is in backticks.
        let tests = names.split('`').skip(1).step_by(2).collect();
        rows.push(PromiseRow { line: index + 1, sentence, tests });
    }
    rows
}

/// The names of the test functions in a file.
fn tests_in(file: &SourceFile) -> Vec<String> {
    let lines: Vec<&str> = file.text.lines().map(str::trim).collect();
    let is_test = |index: usize| {
        let above = &lines[index.saturating_sub(ATTRIBUTE_LINES)..index];
        let own = above.iter().rev().take_while(|line| !line.is_empty() && !line.ends_with('}'));
        own.clone().any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
    };
    let name = |line: &str| {
        let rest = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")?;
        rest.split(['(', '<']).next().map(str::to_owned)
    };
    let named = |(index, line): (usize, &&str)| name(line).filter(|_| is_test(index));
    lines.iter().enumerate().filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "# Security\n\nWords.\n\n| Promise | Tests |\n|---|---|\n| It holds. | `one`, `two` |\n\
        | It can't be proved. | |\n\n| limit | why |\n|---|---|\n| 3 | `no_test` |\n";

    #[test]
    fn rows_of_promises_are_read_and_other_tables_are_not() {
        let rows = promises_in(TABLE);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0], PromiseRow { line: 7, sentence: "It holds.", tests: vec!["one", "two"] });
        assert!(rows[1].tests.is_empty());
    }

    #[test]
    fn a_promise_without_a_test_that_exists_is_named() {
        let known: HashSet<String> = ["one".to_owned()].into();
        let faults: Vec<String> = promises_in(TABLE).iter().filter_map(|row| row.fault(&known)).collect();
        assert!(faults[0].contains(":7: no test is called two"), "{}", faults[0]);
        assert!(faults[1].contains(":8: names no test"), "{}", faults[1]);
        assert_eq!(faults.len(), 2);
    }

    #[test]
    fn tests_are_told_from_other_functions() {
        let text = "#[test]\nfn one() {\n}\n\nfn helper() {}\n\n/// Two.\n#[tokio::test(start_paused = true)]\nasync fn two() {}\n\
            proptest! {\n    #[test]\n    fn three(a in 0..3) {}\n}\n#[test]\n#[ignore = \"long\"]\nfn four<T>() {}\n";
        let file = SourceFile { path: "a.rs".to_owned(), text: text.to_owned() };
        assert_eq!(tests_in(&file), ["one", "two", "three", "four"]);
    }
}
