//! Two reports side by side: what is better, worse, or otherwise.

use crate::{Finding, MachineReport};

/// How something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Its verdict is worse, or it is new and not fine.
    Worse,
    /// Its verdict is better, or what was not fine is gone.
    Better,
    /// Its values are others.
    Other,
    /// It is new.
    Added,
    /// It is gone.
    Gone,
}

impl ChangeKind {
    /// The word for it in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Other => "changed",
            Self::Added => "added",
            Self::Gone => "gone",
        }
    }
}

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// How.
    pub kind: ChangeKind,
    /// As it was.
    pub before: Option<Finding>,
    /// As it is.
    pub after: Option<Finding>,
}

/// What changed from one report to a later one, what is worse first. Parts that one of them lacks are passed
/// over.
pub fn compare(before: &MachineReport, after: &MachineReport) -> Vec<Change> {
    let both = |finding: &&Finding| {
        !before.left_out.contains(finding.part()) && !after.left_out.contains(finding.part())
    };
    let mut changes = Vec::new();
    let mut used = vec![false; before.findings().len()];
    for now in after.findings().iter().filter(both) {
        let same = before.findings().iter().zip(&used).position(|(then, used)| !used && then.is_about(now));
        let then = same.map(|index| {
            used[index] = true;
            &before.findings()[index]
        });
        let kind = match then {
            None if now.verdict() > crate::Verdict::Fine => ChangeKind::Worse,
            None => ChangeKind::Added,
            Some(then) if now.verdict() > then.verdict() => ChangeKind::Worse,
            Some(then) if now.verdict() < then.verdict() => ChangeKind::Better,
            Some(then) if now.values() != then.values() => ChangeKind::Other,
            Some(_) => continue,
        };
        changes.push(Change { kind, before: then.cloned(), after: Some(now.clone()) });
    }
    let gone = before.findings().iter().zip(used).filter(|(_, used)| !used).map(|(then, _)| then);
    changes.extend(gone.filter(both).map(|then| {
        let kind = if then.verdict() > crate::Verdict::Fine { ChangeKind::Better } else { ChangeKind::Gone };
        Change { kind, before: Some(then.clone()), after: None }
    }));
    changes.sort_by_key(|change| change.kind);
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FindingKind, Part, PartSet, Verdict};

    fn disk(folder: &str, free: &str, verdict: Verdict) -> Finding {
        Finding::new(Part::Disks, FindingKind::DiskSpace, verdict, [folder, free, "100 GiB"])
    }

    fn report(findings: Vec<Finding>) -> MachineReport {
        MachineReport::new(0, PartSet::default(), findings)
    }

    #[test]
    fn what_is_better_and_worse_is_told() {
        let before =
            report(vec![disk("/", "1 GiB", Verdict::Broken), disk("/home", "50 GiB", Verdict::Fine)]);
        let service =
            Finding::new(Part::Services, FindingKind::FailedService, Verdict::Broken, ["x.service"]);
        let after =
            report(vec![disk("/", "40 GiB", Verdict::Fine), disk("/home", "49 GiB", Verdict::Fine), service]);
        let kinds: Vec<_> = compare(&before, &after).iter().map(|change| change.kind).collect();
        assert_eq!(kinds, [ChangeKind::Worse, ChangeKind::Better, ChangeKind::Other]);
        let back: Vec<_> = compare(&after, &before).iter().map(|change| change.kind).collect();
        assert_eq!(back, [ChangeKind::Worse, ChangeKind::Better, ChangeKind::Other]);
        assert!(compare(&after, &after).is_empty());
    }

    #[test]
    fn a_part_that_was_left_out_is_not_gone() {
        let before = report(vec![disk("/", "1 GiB", Verdict::Broken)]);
        assert!(compare(&before, &before.without(PartSet::default().with(Part::Disks))).is_empty());
    }
}
