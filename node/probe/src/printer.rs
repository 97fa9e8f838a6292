//! Whether a printer prints: a page of a few lines goes into its queue, by the programs of CUPS.
//!
//! Whether paper comes out only the user sees.

use std::time::Duration;

use beistand_session::{CheckupEnd, FindingKind};

use crate::report::{Probe, ProbeReport, ProbeResult, text};
use crate::tool::ProbeTool;

/// Printers that are named: as many as a person chooses from.
const MAX_PRINTERS: usize = 16;

/// The longest name of a printer: CUPS takes no longer ones.
const MAX_NAME_CHARS: usize = 127;

/// How long CUPS may take: it answers at once, or looks for printers in the network.
const CUPS_LIMIT: Duration = Duration::from_secs(20);

const LIST: ProbeTool = ProbeTool { program: "lpstat", args: &["-e"] };
const PRINT: ProbeTool = ProbeTool { program: "lp", args: &["-t", "Beistand"] };

/// The page, in plain letters, which every printer has.
const PAGE: &[u8] = b"Beistand\n\nTest page / Testseite\n\n0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ\n\
    abcdefghijklmnopqrstuvwxyz .,;:!?()[]{}\n\x0c";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PrinterProbe {
    /// `None`: the usual one.
    name: Option<String>,
}

impl Probe for PrinterProbe {
    fn parse(args: &str) -> Option<Self> {
        if args.is_empty() {
            return Some(Self { name: None });
        }
        is_printer(args).then(|| Self { name: Some(args.to_owned()) })
    }

    fn subject(&self) -> String {
        self.name.clone().unwrap_or_default()
    }

    async fn run(self, report: ProbeReport) -> ProbeResult {
        report
            .in_thread(move |report| {
                let listed = LIST.run(&[], &[], CUPS_LIMIT, report)?;
                let printers = printers(&listed.text());
                for printer in &printers {
                    report.find_blocking(FindingKind::PrinterFound, [text(printer)]);
                }
                let asked = self.name.as_deref();
                if printers.is_empty() || asked.is_some_and(|name| !printers.iter().any(|one| one == name)) {
                    return Err(CheckupEnd::Gone);
                }
                let to: Vec<&str> = asked.map_or_else(Vec::new, |name| vec!["-d", name]);
                let printed = PRINT.run(&to, PAGE, CUPS_LIMIT, report)?;
                let said = printed.text();
                let job = job(&said).filter(|_| printed.well).ok_or(CheckupEnd::Broken)?;
                report.find_blocking(FindingKind::PrinterJob, [text(job)]);
                Ok(())
            })
            .await
    }
}

/// A name that CUPS gives, and nothing that it takes for an option.
fn is_printer(name: &str) -> bool {
    let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    name.chars().all(fits) && !name.starts_with('-') && (1..=MAX_NAME_CHARS).contains(&name.chars().count())
}

/// The printers, one a line.
fn printers(listed: &str) -> Vec<String> {
    listed
        .lines()
        .map(str::trim)
        .filter(|name| is_printer(name))
        .take(MAX_PRINTERS)
        .map(str::to_owned)
        .collect()
}

/// The job in `request id is Laser-12 (1 file(s))`.
fn job(said: &str) -> Option<&str> {
    said.lines().find_map(|line| line.strip_prefix("request id is ")?.split_whitespace().next())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_cups_says_is_read() {
        assert_eq!(printers("Laser\nInk_2\n\nlpstat: error - no server\n"), ["Laser", "Ink_2"]);
        assert_eq!(job("request id is Laser-12 (1 file(s))\n"), Some("Laser-12"));
        assert_eq!(job("lp: Error - No default destination available.\n"), None);
    }

    proptest! {
        #[test]
        fn junk_names_no_printer_that_could_be_an_option(listed in "(\\PC{0,20}\n){0,30}") {
            let printers = printers(&listed);
            prop_assert!(printers.len() <= MAX_PRINTERS);
            prop_assert!(printers.iter().all(|printer| !printer.starts_with('-')));
            let _ = job(&listed);
        }
    }
}
