//! Programs of this computer that a test uses, where they are installed: by full path, without a shell, with
//! a bounded output and in a bounded time.

use std::env;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use beistand_session::CheckupEnd;
use rustix::process::{Pid, Signal, kill_process_group};

use crate::net::end_of;
use crate::report::ProbeReport;

/// The most output that is kept: a recording of some seconds, and far more than any list.
const MAX_OUTPUT_BYTES: u64 = 1 << 20;

/// How often it is looked whether the test is to stop.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);

/// A program and what it is started with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tool {
    pub(crate) program: &'static str,
    pub(crate) args: &'static [&'static str],
}

/// What a program said, and whether it ended well.
#[derive(Debug)]
pub(crate) struct ToolOutput {
    pub(crate) bytes: Vec<u8>,
    pub(crate) well: bool,
}

impl ToolOutput {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// The first of these programs that is here.
pub(crate) fn first_here(tools: &[Tool]) -> Result<Tool, CheckupEnd> {
    tools.iter().copied().find(|tool| tool.path().is_some()).ok_or(CheckupEnd::NotHere)
}

impl Tool {
    fn path(self) -> Option<PathBuf> {
        let is_program = |path: &PathBuf| {
            path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
        };
        let folders = env::var_os("PATH")?;
        env::split_paths(&folders).map(|folder| folder.join(self.program)).find(is_program)
    }

    /// Runs it to its end; killed, and with it what it has started, where the test stops or `limit` is over.
    pub(crate) fn run(
        self,
        more: &[&str],
        input: &[u8],
        limit: Duration,
        report: &ProbeReport,
    ) -> Result<ToolOutput, CheckupEnd> {
        let path = self.path().ok_or(CheckupEnd::NotHere)?;
        let mut command = Command::new(path);
        command.args(self.args).args(more).env("LC_ALL", "C");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.process_group(0);
        let spawned = command.spawn().map_err(|error| end_of(&error))?;
        let mut group = KilledGroup { leader: spawned, ended: false };
        let (mut stdin, stdout) = (group.leader.stdin.take(), group.leader.stdout.take());
        let (outbox, inbox) = mpsc::sync_channel(1);
        let input = input.to_vec();
        let passing = move || {
            // Who does not read it does not want it.
            let _ = stdin.as_mut().map(|stdin| stdin.write_all(&input));
            drop(stdin);
            let mut bytes = Vec::new();
            let _ = stdout.map(|stdout| stdout.take(MAX_OUTPUT_BYTES).read_to_end(&mut bytes));
            let _ = outbox.send(bytes);
        };
        thread::Builder::new().spawn(passing).map_err(|error| end_of(&error))?;
        let begin = Instant::now();
        let bytes = loop {
            report.go_on()?;
            match inbox.recv_timeout(LOOK_INTERVAL) {
                Ok(bytes) => break bytes,
                Err(mpsc::RecvTimeoutError::Timeout) if begin.elapsed() < limit => {
                    report.advance(begin.elapsed().as_millis() as u64, limit.as_millis() as u64);
                }
                Err(mpsc::RecvTimeoutError::Timeout) => return Err(CheckupEnd::TimedOut),
                Err(mpsc::RecvTimeoutError::Disconnected) => return Err(CheckupEnd::Broken),
            }
        };
        loop {
            report.go_on()?;
            match group.leader.try_wait().map_err(|error| end_of(&error))? {
                Some(status) => {
                    group.ended = true;
                    return Ok(ToolOutput { bytes, well: status.success() });
                }
                None if begin.elapsed() >= limit => return Err(CheckupEnd::TimedOut),
                None => thread::sleep(LOOK_INTERVAL),
            }
        }
    }
}

/// A program in a process group of its own. Neither it nor what it has started outlives a test that stops.
struct KilledGroup {
    leader: Child,
    /// Whether it has ended by itself: its number may be another's by now.
    ended: bool,
}

impl Drop for KilledGroup {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        if let Some(group) = i32::try_from(self.leader.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.leader.kill();
        let _ = self.leader.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::report::tests::outcome;
    use crate::{ProbeNews, ProbeRun};

    fn run(tool: Tool, input: &'static [u8], limit: Duration) -> ProbeRun {
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
        let cat = Tool { program: "cat", args: &[] };
        assert_eq!(outcome(run(cat, b"hello", Duration::from_secs(20))).await.1, CheckupEnd::Done);
    }

    #[tokio::test]
    async fn one_that_hangs_is_killed_at_its_limit_or_at_a_stop() {
        let sleep = Tool { program: "sleep", args: &["1000"] };
        let ended = outcome(run(sleep, b"", Duration::from_millis(100))).await.1;
        assert_eq!(ended, CheckupEnd::TimedOut);
        let mut stopped = run(sleep, b"", Duration::from_secs(1000));
        assert!(matches!(stopped.next().await, Some(ProbeNews::Advance(_))));
        tokio::time::timeout(Duration::from_secs(20), stopped.stop()).await.expect("it is killed");
    }

    #[tokio::test]
    async fn what_a_program_started_is_killed_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("started").display().to_string();
        let shell = Tool { program: "sh", args: &["-c", "sleep 1000 & echo $! > \"$0\"; wait"] };
        let shell_file = file.clone();
        let run = ProbeRun::start_with(move |report| {
            report.in_thread(move |report| {
                shell.run(&[shell_file.as_str()], b"", Duration::from_secs(2), report).map(drop)
            })
        });
        assert_eq!(outcome(run).await.1, CheckupEnd::TimedOut);
        let started = fs::read_to_string(&file).expect("it was started");
        let begin = Instant::now();
        while is_running(started.trim()) {
            assert!(begin.elapsed() < Duration::from_secs(20), "it is killed");
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    }

    /// Whether this process runs: one that nobody has waited for doesn't.
    fn is_running(process: &str) -> bool {
        let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) else { return false };
        let state = stat.rsplit(')').next().unwrap_or_default().trim_start();
        !state.starts_with(['Z', 'X'])
    }

    #[test]
    fn one_that_is_missing_is_told() {
        let missing = Tool { program: "no-such-program", args: &[] };
        assert_eq!(first_here(&[missing]).map(|tool| tool.program), Err(CheckupEnd::NotHere));
    }
}
