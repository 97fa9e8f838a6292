//! What was seen of a machine from inside, and the JSON in which it comes out.

use beistand_inspect::{Finding, MachineReport, Verdict};
use serde_json::{Value, json};

/// A line of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenLine {
    /// Who has found it.
    pub by: SeenBy,
    /// The word for what it is about.
    pub kind: String,
    /// The word for whether that is as it should be.
    pub verdict: String,
    /// Its values.
    pub values: Vec<String>,
}

/// Who looks at a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeenBy {
    /// The report of the computer.
    Report,
}

impl SeenBy {
    const ALL: [Self; 1] = [Self::Report];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Report => "report",
        }
    }
}

/// A machine as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeenMachine {
    /// All lines.
    pub lines: Vec<SeenLine>,
    /// How long looking took.
    pub millis: u64,
}

impl SeenMachine {
    /// What a report says, made in so many milliseconds.
    pub(crate) fn of_report(report: &MachineReport, millis: u64) -> Self {
        let line = |finding: &Finding| SeenLine {
            by: SeenBy::Report,
            kind: finding.kind().word().to_owned(),
            verdict: finding.verdict().word().to_owned(),
            values: finding.values().to_vec(),
        };
        Self { lines: report.findings().iter().map(line).collect(), millis }
    }

    /// The report's lines of this verdict.
    pub fn of(&self, verdict: Verdict) -> impl Iterator<Item = &SeenLine> {
        self.lines.iter().filter(move |line| line.by == SeenBy::Report && line.verdict == verdict.word())
    }

    pub(crate) fn to_json(&self) -> Value {
        let line = |line: &SeenLine| json!([line.by.word(), line.kind, line.verdict, line.values]);
        json!({ "millis": self.millis, "lines": self.lines.iter().map(line).collect::<Vec<_>>() })
    }

    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let line = |line: &Value| {
            let by = line.get(0)?.as_str()?;
            Some(SeenLine {
                by: SeenBy::ALL.into_iter().find(|one| one.word() == by)?,
                kind: text(line.get(1)?)?,
                verdict: text(line.get(2)?)?,
                values: line.get(3)?.as_array()?.iter().map(text).collect::<Option<_>>()?,
            })
        };
        let lines = value.get("lines")?.as_array()?.iter().map(line).collect::<Option<Vec<_>>>()?;
        Some(Self { lines, millis: value.get("millis")?.as_u64()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_comes_out_whole() {
        let line = SeenLine {
            by: SeenBy::Report,
            kind: "hosts-entry".to_owned(),
            verdict: "broken".to_owned(),
            values: vec!["deb.debian.org".to_owned(), "203.0.113.9".to_owned()],
        };
        let seen = SeenMachine { lines: vec![line], millis: 12 };
        assert_eq!(SeenMachine::from_json(&seen.to_json()), Some(seen));
        assert_eq!(SeenMachine::from_json(&json!({ "lines": [] })), None);
    }
}
