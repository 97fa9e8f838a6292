//! A report's lines as they are drawn.

use beistand_node::words::{Words, args};
use egui::Ui;

use crate::theme::palette;
use crate::views::widgets::{small_ui, wrapped_ui};
use beistand_node::{
    MachineReport, ReportFinding, ReportKind, ReportPart, ReportPartSet, ReportVerdict, finding_advice,
    finding_phrase,
};

/// How many lines are broken, and how many are to be looked at.
pub(super) fn summary_ui(ui: &mut Ui, report: &MachineReport, words: &Words) {
    let (broken, look) = (report.count(ReportVerdict::Broken), report.count(ReportVerdict::Look));
    small_ui(ui, words.with("report-summary", args![broken = broken, look = look]));
}

/// A line: a mark and a colour for its verdict, and below it what to do.
pub(super) fn line_ui(ui: &mut Ui, finding: &ReportFinding, words: &Words) {
    let colours = palette(ui);
    let (mark, colour) = match finding.verdict() {
        ReportVerdict::Fine => ("✔", colours.text),
        ReportVerdict::Look => ("⚠", colours.warning_text),
        ReportVerdict::Broken => ("✖", colours.danger_text),
    };
    wrapped_ui(ui, format!("{mark} {}", words.say(&finding_phrase(finding))), 13.5, colour);
    if let Some(advice) = finding_advice(finding) {
        small_ui(ui, words.say(&advice));
    }
}

/// What fills the panel well.
pub(super) fn sample() -> MachineReport {
    let find = |part, kind, verdict, values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        ReportFinding::from_elsewhere(part, kind, verdict, values)
    };
    let command = "/usr/lib/x86_64-linux-gnu/libexec/a-program-with-a-long-name --with-many=arguments";
    let disk = &["/home/anna/Donaudampfschifffahrt", "312 MiB", "465 GiB"];
    let found = [
        find(ReportPart::Disks, ReportKind::DiskSpace, ReportVerdict::Broken, disk),
        find(ReportPart::Processes, ReportKind::BusyProcess, ReportVerdict::Look, &["xmrig", "398", command]),
        find(ReportPart::Services, ReportKind::NoFailedService, ReportVerdict::Fine, &[]),
        find(ReportPart::WifiNames, ReportKind::WifiName, ReportVerdict::Fine, &["At home"]),
    ];
    MachineReport::new(1_700_000_000, ReportPartSet::default(), found.into_iter().flatten().collect())
}
