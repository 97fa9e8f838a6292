//! Report: what the user's machine says of itself. The helper asks for it, the user reads it first, leaves
//! out parts, and sends it.
//!
//! What it does not do: it makes nothing better, and nothing of a report leaves before the user's own press.

mod carry;
mod export;
mod host;
mod technician;
#[cfg(test)]
mod tests;
mod texts;
mod told;

use std::path::PathBuf;

use beistand_inspect::{Change, Part, PartSet, Verdict};
use beistand_session::{Permission, Role};
use serde_json::{Value, json};

use super::asked::AskedUser;
use super::tell::Tell;
use super::verb::{CommandRefusal, FeatureWidening, Verb, VerbUsage};
use crate::words::{Phrase, PhraseArg, Words, args};
pub use beistand_inspect::{
    Change as ReportChange, Finding as ReportFinding, FindingKind as ReportKind, MachineReport,
    Part as ReportPart, PartSet as ReportPartSet, Verdict as ReportVerdict,
};
pub(super) use host::ReportHost;
pub(super) use technician::ReportTechnician;
pub use texts::{change_phrase, finding_advice, finding_phrase, part_phrase};

/// What a person wants of reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportCommand {
    /// Technician: ask for one. Host: make one.
    Ask,
    /// Host: send the draft of this number. Must come from a hand at this machine.
    Send {
        /// The draft's: a yes to one is none to another that has taken its place.
        number: u32,
        /// The parts that stay here.
        left_out: PartSet,
    },
    /// Host: send none.
    Drop,
    /// Technician: write the newest to this file, in the format that its name ends with.
    Save(PathBuf),
    /// Technician: what changed between the one in this file, or the one before, and the newest.
    Compare(Option<PathBuf>),
}

/// What becomes of reports.
#[derive(Debug, Clone)]
pub enum ReportEvent {
    /// Host: one is being made. Technician: the user's side was asked for one.
    Asked,
    /// Host: this waits for the user to send it.
    Draft {
        /// No other draft of the session has it.
        number: u32,
        /// What would be sent.
        report: MachineReport,
    },
    /// Host: it was sent.
    Sent(MachineReport),
    /// Host: what waited, or was being made, was dropped. Technician: the user sends none.
    Dropped,
    /// Technician: this came.
    Received(MachineReport),
    /// Technician: it was written to this file.
    Saved(PathBuf),
    /// Technician: what changed.
    Compared(Vec<Change>),
    /// What was wanted was not done.
    Refused(ReportRefusal),
}

/// Why something that was wanted of a report was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportRefusal {
    /// The user does not allow it at the moment.
    NotAllowed,
    /// Too many commands wait already.
    Behind,
    /// There is no report to do it with.
    NoReport,
    /// It is for the other side to do.
    OtherSide,
    /// The file can't be written or read: this is why.
    File(Phrase),
    /// The file is no report of ours.
    NotOurs,
}

impl ReportRefusal {
    fn word(&self) -> &'static str {
        match self {
            Self::NotAllowed => "not-allowed",
            Self::Behind => "behind",
            Self::NoReport => "no-report",
            Self::OtherSide => "other-side",
            Self::File(_) => "file",
            Self::NotOurs => "not-ours",
        }
    }

    /// What to tell a person.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::NotAllowed => Phrase::new("report-not-allowed"),
            Self::Behind => Phrase::new("report-behind"),
            Self::NoReport => Phrase::new("report-no-report"),
            Self::OtherSide => Phrase::new("report-other-side"),
            Self::File(reason) => Phrase::with("report-file", args![reason = reason.clone()]),
            Self::NotOurs => Phrase::new("report-not-ours"),
        }
    }
}

impl Verb for ReportCommand {
    type Refused = ReportEvent;

    const USAGES: &'static [VerbUsage] = &[
        VerbUsage::both("report"),
        VerbUsage::host("report send 1 [without=PART,…] [with=wifi-names]"),
        VerbUsage::host("report drop"),
        VerbUsage::technician("report save FILE.md|FILE.html|FILE.json"),
        VerbUsage::technician("report compare [FILE.json]"),
    ];

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        if word != "report" {
            return None;
        }
        let (what, rest) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
        let rest = rest.trim();
        let file = (!rest.is_empty()).then(|| PathBuf::from(rest));
        let command = match (what, file) {
            ("", None) => Self::Ask,
            ("send", _) => match draft(rest) {
                Ok((number, left_out)) => Self::Send { number, left_out },
                Err(fault) => return Some(Err(fault)),
            },
            ("drop", None) => Self::Drop,
            ("save", Some(file)) => Self::Save(file),
            ("compare", file) => Self::Compare(file),
            _ => return Some(Err(Phrase::new("report-how"))),
        };
        Some(Ok(vec![command]))
    }

    fn widening(&self) -> Option<FeatureWidening> {
        match self {
            Self::Send { left_out, .. } => {
                let parts: Vec<Phrase> = left_out.iter().map(part_phrase).collect();
                let question = Phrase::with("report-send-question", args![parts = parts]);
                Some(FeatureWidening { verb: "report", question })
            }
            Self::Ask | Self::Drop | Self::Save(_) | Self::Compare(_) => None,
        }
    }

    fn refuse(self, why: CommandRefusal) -> Option<ReportEvent> {
        Some(ReportEvent::Refused(match why {
            CommandRefusal::NotAllowed => ReportRefusal::NotAllowed,
            CommandRefusal::Behind => ReportRefusal::Behind,
        }))
    }
}

/// Which draft is sent, and which of its parts stay here.
fn draft(rest: &str) -> Result<(u32, PartSet), Phrase> {
    let (number, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let number = number.parse().map_err(|_| Phrase::new("report-how"))?;
    Ok((number, left_out(rest)?))
}

/// Which parts stay here: `without=disks,network with=wifi-names`.
fn left_out(rest: &str) -> Result<PartSet, Phrase> {
    let mut parts = PartSet::USUALLY_OUT;
    for word in rest.split_whitespace() {
        let (without, names) = match word.split_once('=') {
            Some(("without", names)) => (true, names),
            Some(("with", names)) => (false, names),
            Some(_) | None => return Err(Phrase::new("report-how")),
        };
        for name in names.split(',').filter(|name| !name.is_empty()) {
            let Some(part) = Part::from_word(name) else {
                let known = Part::ALL.iter().map(|part| part.word()).collect::<Vec<_>>().join(", ");
                let name = name.escape_debug().to_string();
                return Err(Phrase::with("report-no-part", args![name = name, known = known]));
            };
            parts = if without { parts.with(part) } else { parts.without(part) };
        }
    }
    Ok(parts)
}

impl Tell for ReportEvent {
    const MAY: &'static [(Permission, &'static str)] = &[(Permission::Diagnostics, "report-may")];

    fn asked(&self) -> Option<AskedUser> {
        match self {
            Self::Draft { number, .. } => Some(AskedUser::Opens(*number)),
            Self::Sent(_) | Self::Dropped => Some(AskedUser::ClosesAll),
            Self::Asked | Self::Received(_) | Self::Saved(_) | Self::Compared(_) | Self::Refused(_) => None,
        }
    }

    fn json(&self, words: &Words) -> Value {
        let with_report = |mut line: Value, report: &MachineReport| {
            if let (Some(line), Value::Object(all)) =
                (line.as_object_mut(), export::json_value(report, words))
            {
                line.extend(all);
            }
            line
        };
        match self {
            Self::Asked => json!({ "event": "report-asked" }),
            Self::Draft { number, report } => {
                with_report(json!({ "event": "report-draft", "number": number }), report)
            }
            Self::Sent(report) => {
                let parts: Vec<_> = report.left_out.iter().map(Part::word).collect();
                json!({ "event": "report-sent", "lines": report.findings().len(), "left_out": parts })
            }
            Self::Dropped => json!({ "event": "report-dropped" }),
            Self::Received(report) => with_report(json!({ "event": "report" }), report),
            Self::Saved(path) => json!({ "event": "report-saved", "file": path.display().to_string() }),
            Self::Compared(changes) => {
                let changes: Vec<_> =
                    changes.iter().map(|change| export::change_value(change, words)).collect();
                json!({ "event": "report-compared", "changes": changes })
            }
            Self::Refused(why) => {
                let text = words.say(&why.phrase());
                json!({ "event": "report-refused", "why": why.word(), "text": text })
            }
        }
    }

    fn phrase(&self, role: Role) -> Option<Phrase> {
        Some(match (self, role) {
            (Self::Asked, Role::Host) => Phrase::new("report-being-made"),
            (Self::Asked, Role::Technician) => Phrase::new("report-asked-for"),
            (Self::Draft { number, report }, _) => {
                Phrase::with("report-waits", args![text = report_phrase(report), number = number.to_string()])
            }
            (Self::Sent(report), _) => {
                let parts: Vec<Phrase> = report.left_out.iter().map(part_phrase).collect();
                Phrase::with("report-was-sent", args![count = report.findings().len(), parts = parts])
            }
            (Self::Dropped, Role::Host) => Phrase::new("report-was-dropped"),
            (Self::Dropped, Role::Technician) => Phrase::new("report-not-sent"),
            (Self::Received(report), _) => Phrase::with("report-came", args![text = report_phrase(report)]),
            (Self::Saved(path), _) => {
                Phrase::with("report-was-saved", args![file = path.display().to_string()])
            }
            (Self::Compared(changes), _) if changes.is_empty() => Phrase::new("report-same"),
            (Self::Compared(changes), _) => {
                let changes: Vec<Phrase> = changes.iter().map(change_phrase).collect();
                Phrase::with("report-changes", args![changes = PhraseArg::Lines(changes)])
            }
            (Self::Refused(why), _) => why.phrase(),
        })
    }
}

/// A whole report: how many lines have which verdict, then the lines, the worst first.
fn report_phrase(report: &MachineReport) -> Phrase {
    let mut findings: Vec<_> = report.findings().iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.verdict()));
    let lines: Vec<Phrase> = findings.into_iter().map(texts::line_phrase).collect();
    let (broken, look) = (report.count(Verdict::Broken), report.count(Verdict::Look));
    Phrase::with("report-text", args![broken = broken, look = look, lines = PhraseArg::Lines(lines)])
}
