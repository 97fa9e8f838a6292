//! Printers and their queues, as CUPS has them.

use std::collections::BTreeMap;

use crate::linux::MachineLook;
use crate::{Finding, FindingKind, Verdict};

/// Jobs that wait in a queue before it is looked at: a few are being printed.
const MANY_JOBS: usize = 3;

pub(super) fn collect(look: &MachineLook) -> Vec<Finding> {
    let states = look.tool("lpstat", &["-r", "-p"]);
    let Some(states) = states.any_text() else { return Vec::new() };
    if states.contains("scheduler is not running") {
        return vec![look.line(FindingKind::PrintServiceDown, Verdict::Look, [])];
    }
    let mut found = Vec::new();
    for (index, line) in states.lines().enumerate() {
        let Some((name, rest)) = line.strip_prefix("printer ").and_then(|rest| rest.split_once(' ')) else {
            continue;
        };
        if rest.starts_with("disabled") || rest.contains("not accepting") {
            // The reason stands below, further in.
            let reason = states.lines().nth(index + 1).filter(|next| next.starts_with(['\t', ' ']));
            let values = [name, reason.unwrap_or_default().trim()];
            found.push(look.line(FindingKind::PrinterStopped, Verdict::Broken, values));
        } else {
            found.push(look.line(FindingKind::PrinterReady, Verdict::Fine, [name]));
        }
    }
    let jobs = look.tool("lpstat", &["-o"]);
    let mut queues: BTreeMap<&str, usize> = BTreeMap::new();
    let jobs = jobs.text().unwrap_or_default();
    for line in jobs.lines() {
        // `name-12 user …`; what a job is called is left out.
        let queue = line.split_whitespace().next().and_then(|job| job.rsplit_once('-'));
        if let Some((queue, _)) = queue {
            *queues.entry(queue).or_default() += 1;
        }
    }
    found.extend(queues.into_iter().map(|(queue, count)| {
        let verdict = if count > MANY_JOBS { Verdict::Look } else { Verdict::Fine };
        look.line(FindingKind::PrintJobs, verdict, [queue, &count.to_string()])
    }));
    found
}
