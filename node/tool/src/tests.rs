//! Real programs of the system: `cat`, `sh`, `sleep`.

use std::fs;
use std::time::{Duration, Instant};

use crate::{ToolCall, ToolGo, ToolOutcome, ToolOutput, ToolRunner, ToolStep};

const LONG: Duration = Duration::from_secs(1000);
/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn shell<'a>(arguments: &'a [&'a str]) -> ToolCall<'a> {
    ToolCall::new("sh", arguments).within(LONG)
}

#[test]
fn a_tool_reads_and_prints_more_than_a_pipe_holds() {
    let input = vec![b'a'; 300 << 10];
    let outcome = ToolRunner::from_env().run_quietly(&ToolCall::new("cat", &[]).within(LONG).reading(&input));
    assert_eq!(outcome, ToolOutcome::Done { success: true, bytes: input });
}

#[test]
fn a_tool_that_fails_is_told_from_one_that_ends_well() {
    let outcome = ToolRunner::from_env().run_quietly(&shell(&["-c", "echo no; exit 3"]));
    assert_eq!((outcome.text(), outcome.any_text()), (None, Some("no\n".to_owned())));
}

#[test]
fn what_is_no_program_is_absent() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("plain"), "echo").expect("a file");
    let runner = ToolRunner::new(folder.path());
    assert_eq!(runner.run_quietly(&ToolCall::new("plain", &[])), ToolOutcome::Absent);
    assert_eq!(runner.run_quietly(&ToolCall::new("missing", &[])), ToolOutcome::Absent);
}

#[test]
fn output_without_end_is_bounded() {
    let call = ToolCall { max_output_bytes: 5000, ..ToolCall::new("yes", &[]).within(LONG) };
    let ToolOutcome::Done { bytes, .. } = ToolRunner::from_env().run_quietly(&call) else {
        panic!("it ends")
    };
    assert_eq!(bytes.len(), 5000);
}

#[test]
fn what_is_only_said_is_not_kept() {
    let call = ToolCall { output: ToolOutput::Said, ..shell(&["-c", "head -c 1000000 /dev/zero"]) };
    let mut said = 0;
    let outcome = ToolRunner::from_env().run(&call, &mut |step| {
        if let ToolStep::Said(bytes) = step {
            said += bytes.len();
        }
        ToolGo::On
    });
    assert_eq!((outcome, said), (ToolOutcome::Done { success: true, bytes: Vec::new() }, 1_000_000));
}

#[test]
fn a_tool_that_hangs_is_ended_at_its_limit() {
    let call = ToolCall::new("sleep", &["1000"]).within(Duration::from_millis(100));
    assert_eq!(ToolRunner::from_env().run_quietly(&call), ToolOutcome::Late);
}

#[test]
fn a_tool_that_is_no_longer_wanted_is_ended_with_what_it_has_started() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("started").display().to_string();
    let script = "sleep 1000 & echo $! > \"$0\"; echo ready; wait";
    let outcome = ToolRunner::from_env().run(&shell(&["-c", script, &file]), &mut |step| match step {
        ToolStep::Said(_) => ToolGo::Stop,
        ToolStep::Waiting(_) => ToolGo::On,
    });
    assert_eq!(outcome, ToolOutcome::Stopped);
    let started = fs::read_to_string(&file).expect("it was started");
    let begin = Instant::now();
    while is_running(started.trim()) {
        assert!(begin.elapsed() < PATIENCE, "it is ended");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether this process runs: one that nobody has waited for doesn't.
fn is_running(process: &str) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) else { return false };
    let state = stat.rsplit(')').next().unwrap_or_default().trim_start();
    !state.starts_with(['Z', 'X'])
}
