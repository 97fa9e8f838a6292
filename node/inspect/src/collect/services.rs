//! Services that have failed, the system's and the user's own.

use crate::linux::MachineLook;
use crate::{Finding, FindingKind, Verdict};

const FAILED: [&str; 5] = ["list-units", "--failed", "--plain", "--no-legend", "--no-pager"];

pub(super) fn collect(look: &MachineLook) -> Vec<Finding> {
    let system = look.tool("systemctl", &FAILED);
    let Some(text) = system.text() else { return Vec::new() };
    let mut found: Vec<Finding> =
        units(&text).map(|unit| look.line(FindingKind::FailedService, Verdict::Broken, [unit])).collect();
    let own = look.tool("systemctl", &[&["--user"], &FAILED[..]].concat());
    let own = own.text().unwrap_or_default();
    found.extend(units(&own).map(|unit| look.line(FindingKind::FailedUserService, Verdict::Look, [unit])));
    if found.is_empty() {
        found.push(look.line(FindingKind::NoFailedService, Verdict::Fine, []));
    }
    found
}

fn units(text: &str) -> impl Iterator<Item = &str> {
    let words = text.lines().filter_map(|line| line.split_whitespace().find(|word| *word != "●"));
    // Anything else the tool says is no unit.
    words.filter(|word| word.contains('.'))
}
