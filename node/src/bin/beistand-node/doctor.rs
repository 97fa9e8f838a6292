//! `beistand-node doctor`: what works on this machine, and what to do about the rest.

use std::process::ExitCode;

use beistand_node::words::{Phrase, Words, args};
use beistand_node::{Config, Finding, examine};
use serde_json::json;

use crate::report::{self, TerminalReport};

/// Examines and reports; exit code 1 where something does not work.
pub(crate) fn run(config: &Config, report: &TerminalReport) -> ExitCode {
    let findings = examine(config);
    for finding in &findings {
        report::print(&if report.json { line(finding, &report.words) } else { text(finding, &report.words) });
    }
    let broken = findings.iter().filter(|finding| !finding.works).count();
    if broken == 0 {
        return ExitCode::SUCCESS;
    }
    let some = Phrase::with("terminal-some-broken", args![broken = broken, all = findings.len()]);
    report.print_fault(&some);
    ExitCode::FAILURE
}

fn line(finding: &Finding, words: &Words) -> String {
    let (what, detail) = (finding.part.word(), words.say(&finding.detail));
    json!({ "event": "finding", "what": what, "works": finding.works, "detail": detail }).to_string()
}

fn text(finding: &Finding, words: &Words) -> String {
    let mark = words.text(if finding.works { "terminal-works" } else { "terminal-broken" });
    format!("{mark}  {:<10}  {}", words.say(&finding.part.phrase()), words.say(&finding.detail))
}
