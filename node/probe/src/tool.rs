//! Programs of this computer that a test uses, where they are installed.

use std::time::Duration;

use beistand_session::CheckupEnd;
use beistand_tool::{ToolCall, ToolGo, ToolOutcome, ToolRunner, ToolStep};

use crate::report::ProbeReport;

/// The most output that is kept: a recording of some seconds, and far more than any list.
const MAX_OUTPUT_BYTES: u64 = 1 << 20;

/// A program and what it is started with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProbeTool {
    pub(crate) program: &'static str,
    pub(crate) args: &'static [&'static str],
}

/// What a program said, and whether it ended well.
#[derive(Debug)]
pub(crate) struct ProbeOutput {
    pub(crate) bytes: Vec<u8>,
    pub(crate) well: bool,
}

impl ProbeOutput {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// The first of these programs that is here.
pub(crate) fn first_here(tools: &[ProbeTool]) -> Result<ProbeTool, CheckupEnd> {
    let runner = ToolRunner::from_env();
    tools.iter().copied().find(|tool| runner.find(tool.program).is_some()).ok_or(CheckupEnd::NotHere)
}

impl ProbeTool {
    /// Runs it to its end; ended, and with it what it has started, where the test stops or `limit` is over.
    pub(crate) fn run(
        self,
        more: &[&str],
        input: &[u8],
        limit: Duration,
        report: &ProbeReport,
    ) -> Result<ProbeOutput, CheckupEnd> {
        let arguments = [self.args, more].concat();
        let call = ToolCall {
            max_output_bytes: MAX_OUTPUT_BYTES,
            ..ToolCall::new(self.program, &arguments).within(limit).reading(input)
        };
        let mut stop = None;
        let outcome = ToolRunner::from_env().run(&call, &mut |step| {
            if let ToolStep::Waiting(passed) = step {
                report.advance(passed.as_millis() as u64, limit.as_millis() as u64);
            }
            stop = report.go_on().err();
            if stop.is_some() { ToolGo::Stop } else { ToolGo::On }
        });
        match outcome {
            ToolOutcome::Absent => Err(CheckupEnd::NotHere),
            ToolOutcome::Late => Err(CheckupEnd::TimedOut),
            ToolOutcome::Stopped => Err(stop.unwrap_or(CheckupEnd::Stopped)),
            ToolOutcome::Done { success, bytes } => Ok(ProbeOutput { bytes, well: success }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::outcome;
    use crate::{ProbeNews, ProbeRun};

    fn run(tool: ProbeTool, input: &'static [u8], limit: Duration) -> ProbeRun {
        ProbeRun::start_with(move |report| {
            report.in_thread(move |report| {
                let output = tool.run(&[], input, limit, report)?;
                assert!(output.well);
                assert_eq!(output.bytes, input);
                Ok(())
            })
        })
    }

    #[tokio::test]
    async fn a_program_hears_and_says() {
        let cat = ProbeTool { program: "cat", args: &[] };
        assert_eq!(outcome(run(cat, b"hello", Duration::from_secs(20))).await.1, CheckupEnd::Done);
    }

    #[tokio::test]
    async fn one_that_hangs_is_ended_at_its_limit_or_at_a_stop() {
        let sleep = ProbeTool { program: "sleep", args: &["1000"] };
        let ended = outcome(run(sleep, b"", Duration::from_millis(100))).await.1;
        assert_eq!(ended, CheckupEnd::TimedOut);
        let mut stopped = run(sleep, b"", Duration::from_secs(1000));
        assert!(matches!(stopped.next().await, Some(ProbeNews::Advance(_))));
        tokio::time::timeout(Duration::from_secs(20), stopped.stop()).await.expect("it is ended");
    }

    #[test]
    fn one_that_is_missing_is_told() {
        let missing = ProbeTool { program: "no-such-program", args: &[] };
        assert_eq!(first_here(&[missing]).map(|tool| tool.program), Err(CheckupEnd::NotHere));
    }
}
