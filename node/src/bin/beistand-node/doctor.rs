//! `beistand-node doctor`: what works on this machine, and what to do about the rest.

use std::process::ExitCode;

use beistand_node::{Config, Finding, examine};
use serde_json::json;

use crate::report;

/// Examines and reports; exit code 1 where something does not work.
pub(crate) fn run(config: &Config, json: bool) -> ExitCode {
    let findings = examine(config);
    for finding in &findings {
        report::say(&if json { line(finding) } else { text(finding) });
    }
    let broken = findings.iter().filter(|finding| !finding.works).count();
    if broken == 0 {
        return ExitCode::SUCCESS;
    }
    report::say_error(&format!(
        "{broken} of {} do not work here; what to do is said beside each.",
        findings.len()
    ));
    ExitCode::FAILURE
}

fn line(finding: &Finding) -> String {
    json!({ "event": "finding", "what": finding.what, "works": finding.works, "detail": finding.detail })
        .to_string()
}

fn text(finding: &Finding) -> String {
    let mark = if finding.works { "works " } else { "BROKEN" };
    format!("{mark}  {:<10}  {}", finding.what, finding.detail)
}
