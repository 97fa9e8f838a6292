//! What was seen of a machine from inside, and the JSON in which it comes out.

use beistand_inspect::{Finding, MachineReport, Verdict};
use beistand_session::{SweepCategory, SweepFinding};
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
    /// The search for what does not belong there, in this category.
    Sweep(SweepCategory),
}

impl SeenBy {
    /// The word for it: of a search that of its category.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Sweep(category) => category.word(),
        }
    }

    /// Who has this word.
    pub fn from_word(word: &str) -> Option<Self> {
        if word == Self::Report.word() {
            return Some(Self::Report);
        }
        SweepCategory::from_word(word).map(Self::Sweep)
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

    /// What a search found.
    pub(crate) fn of_search(findings: &[SweepFinding], millis: u64) -> Self {
        let line = |finding: &SweepFinding| {
            let reasons: Vec<&str> = finding.reasons.iter().map(|reason| reason.word()).collect();
            let values = [&finding.name[..], &finding.path, &finding.line, &reasons.join(" ")];
            SeenLine {
                by: SeenBy::Sweep(finding.category),
                kind: finding.thing.word().to_owned(),
                verdict: finding.standing.word().to_owned(),
                values: values.map(str::to_owned).to_vec(),
            }
        };
        Self { lines: findings.iter().map(line).collect(), millis }
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
                by: SeenBy::from_word(by)?,
                kind: text(line.get(1)?)?,
                verdict: text(line.get(2)?)?,
                values: line.get(3)?.as_array()?.iter().map(text).collect::<Option<_>>()?,
            })
        };
        let lines = value.get("lines")?.as_array()?.iter().map(line).collect::<Option<Vec<_>>>()?;
        Some(Self { lines, millis: value.get("millis")?.as_u64()? })
    }
}

/// What came of mending a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MendOutcome {
    /// Whether the fault is no longer seen.
    pub mended: bool,
    /// Whether it is seen again once that was taken back; `None` where it can't be.
    pub undone: Option<bool>,
    /// Why it was not done, or not taken back; nothing where it was.
    pub problem: String,
}

/// What came of a session in a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionOutcome {
    /// The machine as it was broken.
    pub seen: SeenMachine,
    /// What came of mending it, where it can be.
    pub mend: Option<MendOutcome>,
}

impl SessionOutcome {
    pub(crate) fn to_json(&self) -> Value {
        let mend = self.mend.as_ref().map(|mend| json!([mend.mended, mend.undone, mend.problem]));
        json!({ "seen": self.seen.to_json(), "mend": mend })
    }

    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let mend = match value.get("mend")? {
            Value::Null => None,
            mend => Some(MendOutcome {
                mended: mend.get(0)?.as_bool()?,
                undone: mend.get(1)?.as_bool(),
                problem: mend.get(2)?.as_str()?.to_owned(),
            }),
        };
        Some(Self { seen: SeenMachine::from_json(value.get("seen")?)?, mend })
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
        for mend in [None, Some(MendOutcome { mended: true, undone: None, problem: "no".to_owned() })] {
            let outcome = SessionOutcome { seen: seen.clone(), mend };
            assert_eq!(SessionOutcome::from_json(&outcome.to_json()), Some(outcome));
        }
        assert_eq!(SeenMachine::from_json(&json!({ "lines": [] })), None);
    }
}
