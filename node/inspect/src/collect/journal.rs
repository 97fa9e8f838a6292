//! The last errors of the system's journal, grouped by who says them and what is said.

use std::collections::BTreeMap;

use crate::linux::MachineLook;
use crate::{Finding, FindingKind, Verdict};
use beistand_tool::ToolOutcome;

/// Lines that are read: the last of this boot.
const LINES: &str = "500";

/// Groups that are named.
const GROUPS: usize = 8;

/// An error that comes so often is looked at.
const OFTEN: usize = 20;

/// What a disk says before it is lost, and the system when it has no memory.
const GRAVE: [&str; 6] =
    ["I/O error", "EXT4-fs error", "XFS (", "Medium Error", "Out of memory", "Hardware Error"];

pub(super) fn collect(look: &MachineLook) -> Vec<Finding> {
    let arguments = ["-q", "-b", "-p", "err", "-n", LINES, "-o", "short", "--no-pager", "--no-hostname"];
    let printed = look.tool("journalctl", &arguments);
    let text = match &printed {
        ToolOutcome::Absent | ToolOutcome::Stopped => return Vec::new(),
        ToolOutcome::Late => return vec![look.line(FindingKind::NotInTime, Verdict::Look, ["journalctl"])],
        ToolOutcome::Done { success: true, .. } => printed.text().unwrap_or_default(),
        ToolOutcome::Done { success: false, .. } => return vec![look.not_readable("journalctl")],
    };
    let mut groups: BTreeMap<(String, String), (usize, String)> = BTreeMap::new();
    for (source, message) in text.lines().filter_map(parts) {
        let group = groups.entry((source.to_owned(), pattern(message))).or_default();
        group.0 += 1;
        message.clone_into(&mut group.1);
    }
    if groups.is_empty() {
        return vec![look.line(FindingKind::JournalQuiet, Verdict::Fine, [])];
    }
    let mut groups: Vec<_> =
        groups.into_iter().map(|((source, _), (count, last))| (source, count, last)).collect();
    groups.sort_by_key(|(_, count, last)| std::cmp::Reverse((verdict(last, *count), *count)));
    let named = groups.into_iter().take(GROUPS);
    named
        .map(|(source, count, last)| {
            let values = [&source[..], &last, &count.to_string()];
            look.line(FindingKind::JournalError, verdict(&last, count), values)
        })
        .collect()
}

fn verdict(message: &str, count: usize) -> Verdict {
    if GRAVE.iter().any(|grave| message.contains(grave)) {
        Verdict::Broken
    } else if count >= OFTEN {
        Verdict::Look
    } else {
        Verdict::Fine
    }
}

/// Who says what: `Nov 30 07:20:01 name[12]: message`.
fn parts(line: &str) -> Option<(&str, &str)> {
    let rest = line.get(16..)?;
    let (source, message) = rest.split_once(": ")?;
    Some((source.split('[').next()?.trim(), message.trim()))
}

/// What is the same in messages that say the same: without numbers, addresses and ids.
fn pattern(message: &str) -> String {
    let words = message.split(' ').map(|word| {
        let digits = word.chars().any(|character| character.is_ascii_digit());
        if digits { "#" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_the_same_is_one_cause() {
        let line = "Nov 30 07:20:01 kernel: usb 1-2: device descriptor read/64, error -71";
        let (source, message) = parts(line).unwrap();
        assert_eq!(source, "kernel");
        assert_eq!(pattern(message), pattern("usb 3-1: device descriptor read/64, error -110"));
        assert_eq!(parts("Nov 30 07:20:01 sshd[12]: x"), Some(("sshd", "x")));
        assert_eq!(verdict("sda: I/O error, dev sda", 1), Verdict::Broken);
    }
}
