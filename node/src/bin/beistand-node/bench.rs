//! `beistand-node bench`: what this computer can do, on either side of a session.

use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

use beistand_node::words::command_line::ArgumentFault;
use beistand_node::words::{Phrase, Words, args};
use beistand_node::{
    BenchOutcome, Config, EndCause, Signals, bench_introduction, out_of_resources, run_bench,
};
use clap::Args;
use serde_json::Value;

use crate::report::{self, TerminalReport};
use crate::terminal;

/// How long it takes unless somebody says otherwise, in seconds: some hundred pictures of each kind, and no
/// longer than a person waits for it.
const USUAL_SECONDS: u32 = 15;

/// The longest, in seconds: more says nothing more, and each kind ends long before a session's keys are new.
const MOST_SECONDS: u32 = 600;

/// Flags of `bench`.
#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    #[arg(
        long,
        value_name = "terminal-value-seconds",
        value_parser = seconds_argument,
        help = "terminal-bench-seconds"
    )]
    seconds: Option<u32>,
}

fn seconds_argument(text: &str) -> Result<u32, ArgumentFault> {
    let seconds = text.parse().ok().filter(|seconds| (1..=MOST_SECONDS).contains(seconds));
    seconds.ok_or(ArgumentFault(Phrase::new("terminal-bench-range")))
}

/// Runs all sequences, or until a signal; exit code 1 where there is no picture.
pub(crate) fn run(args: &BenchArgs, config: &Config, report: &TerminalReport) -> ExitCode {
    let time = Duration::from_secs(args.seconds.unwrap_or(USUAL_SECONDS).into());
    terminal::block_on(report, async {
        let mut signals = match Signals::listen() {
            Ok(signals) => signals,
            Err(error) => return report.refuse(&out_of_resources(&error)),
        };
        if !report.json {
            report.print(&bench_introduction(time));
        }
        let tell = |outcome: &BenchOutcome| {
            report::print(&if report.json { line(outcome) } else { text(outcome, &report.words) });
        };
        match run_bench(config, time, pin!(async { _ = signals.next().await }), tell).await {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => report.end(&EndCause::stopped()),
            Err(fault) => {
                report.print_fault(&fault);
                ExitCode::FAILURE
            }
        }
    })
}

fn line(outcome: &BenchOutcome) -> String {
    let mut fields = outcome.json();
    fields.insert("event".to_owned(), "bench".into());
    Value::Object(fields).to_string()
}

/// A heading, a row for each stage, and what that means.
fn text(outcome: &BenchOutcome, words: &Words) -> String {
    let scene = outcome.scene.phrase();
    let heading =
        Phrase::with("terminal-bench-heading", args![scene = scene, count = outcome.stages.pictures()]);
    let mut lines = vec![String::new(), words.say(&heading)];
    let rows: Vec<[String; 2]> = outcome
        .stages
        .measured()
        .map(|(stage, time)| [words.say(&stage.phrase()), words.say(&time.phrase())])
        .collect();
    let widths =
        [0, 1].map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default());
    lines.extend(rows.iter().map(|[stage, time]| {
        let [stage_width, time_width] = widths;
        format!("    {stage:<stage_width$}  {time:>time_width$}")
    }));
    lines.extend(outcome.verdicts().iter().map(|verdict| words.say(verdict)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_time_that_says_something_is_taken() {
        assert_eq!(seconds_argument("1").ok(), Some(1));
        assert_eq!(seconds_argument("600").ok(), Some(600));
        for text in ["0", "601", "-1", "a while", ""] {
            assert!(seconds_argument(text).is_err(), "{text:?}");
        }
    }
}
