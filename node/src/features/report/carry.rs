//! A report between the machine that made it and the channel.

use beistand_inspect::{
    Finding, FindingKind, MAX_FINDINGS, MAX_VALUES, MachineReport, Part, PartSet, Verdict,
};
use beistand_session::{
    MAX_REPORT_LINES, MAX_REPORT_VALUE_BYTES, MAX_REPORT_VALUES, ReportContent, ReportLine,
};

/// What a machine finds fits into a report that is sent.
const _: () = assert!(MAX_FINDINGS <= MAX_REPORT_LINES && MAX_VALUES <= MAX_REPORT_VALUES);

/// The report as it is sent.
pub(super) fn to_content(report: &MachineReport) -> ReportContent {
    let line = |finding: &Finding| ReportLine {
        part: finding.part() as u8,
        kind: finding.kind() as u16,
        verdict: finding.verdict() as u8,
        values: finding.values().iter().map(|value| fitting(value)).collect(),
    };
    ReportContent {
        taken_secs: report.taken_secs,
        left_out: report.left_out.bits(),
        lines: report.findings().iter().map(line).collect(),
    }
}

/// As much of a value as a line carries.
fn fitting(value: &str) -> String {
    value[..value.floor_char_boundary(MAX_REPORT_VALUE_BYTES)].to_owned()
}

/// What was sent. Lines of a kind that this program does not know are dropped: a newer one made them, or a
/// peer that lies.
pub(super) fn from_content(content: ReportContent) -> MachineReport {
    let line = |ReportLine { part, kind, verdict, values }: ReportLine| {
        let verdict = Verdict::ALL.get(usize::from(verdict)).copied()?;
        Finding::from_elsewhere(Part::from_number(part)?, FindingKind::from_number(kind)?, verdict, values)
    };
    let findings = content.lines.into_iter().filter_map(line).collect();
    MachineReport::new(content.taken_secs, PartSet::from_bits(content.left_out), findings)
}
