//! Finds a tool, starts it and passes on what it prints.

use beistand_posix::unix::fs::PermissionsExt as _;
use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::group::ToolGroup;
use crate::{ToolCall, ToolGo, ToolOutcome, ToolOutput, ToolStep};

/// How often it is asked whether the tool is still wanted.
const STEP: Duration = Duration::from_millis(20);
/// What is read at once, in bytes: a pipe's usual size.
const CHUNK_BYTES: usize = 64 << 10;
/// Chunks that wait to be passed on: more than one only costs memory.
const CHUNK_QUEUE: usize = 1;

/// What a tool needs to find the user's session, its desktop, its sound and its printers.
const ENVIRONMENT: [&str; 17] = [
    "HOME",
    "USER",
    "LOGNAME",
    "XDG_RUNTIME_DIR",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_DATA_DIRS",
    "XDG_CURRENT_DESKTOP",
    "DBUS_SESSION_BUS_ADDRESS",
    "DBUS_SYSTEM_BUS_ADDRESS",
    "DISPLAY",
    "XAUTHORITY",
    "WAYLAND_DISPLAY",
    "PULSE_SERVER",
    "PIPEWIRE_REMOTE",
    "CUPS_SERVER",
    "TMPDIR",
];

/// Runs tools from these folders.
#[derive(Debug, Clone)]
pub struct ToolRunner {
    path: OsString,
}

impl ToolRunner {
    /// A runner for the folders of `path`, which is written as in the variable.
    pub fn new(path: impl Into<OsString>) -> Self {
        Self { path: path.into() }
    }

    /// A runner for the folders of this program's own environment.
    pub fn from_env() -> Self {
        Self::new(env::var_os("PATH").unwrap_or_default())
    }

    /// Where the tool is.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        env::split_paths(&self.path).map(|folder| folder.join(name)).find(|path| is_program(path))
    }

    /// Runs a tool until it ends, its limit is reached, or `watch` doesn't want it any more, which is asked
    /// every 20 ms and with all that the tool prints. It blocks as long.
    pub fn run(&self, call: &ToolCall<'_>, watch: &mut dyn FnMut(ToolStep<'_>) -> ToolGo) -> ToolOutcome {
        let Some(program) = self.find(call.name) else { return ToolOutcome::Absent };
        if call.limit.is_zero() {
            return ToolOutcome::Late;
        }
        let mut command = Command::new(program);
        command.args(call.arguments).env_clear().env("LC_ALL", "C").env("PATH", &self.path);
        for name in ENVIRONMENT {
            command.envs(env::var_os(name).map(|value| (OsStr::new(name), value)));
        }
        let input = if call.input.is_empty() { Stdio::null() } else { Stdio::piped() };
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::null());
        let begin = Instant::now();
        let Ok(mut group) = ToolGroup::spawn(&mut command) else { return ToolOutcome::Absent };
        let (stdin, stdout) = (group.tool().stdin.take(), group.tool().stdout.take());
        let bound = match call.output {
            ToolOutput::Kept => call.max_output_bytes,
            ToolOutput::Said => u64::MAX,
        };
        match pass(stdin, call.input.to_vec(), stdout, bound) {
            Some(inbox) => finish(group, &inbox, call, begin, watch),
            None => ToolOutcome::Absent,
        }
    }

    /// Runs a tool of which only the outcome is wanted.
    pub fn run_quietly(&self, call: &ToolCall<'_>) -> ToolOutcome {
        self.run(call, &mut |_| ToolGo::On)
    }
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// Writes and reads beside each other, since a tool may print before it has read everything. The threads end
/// with the tool, or once the tool and all that it has started are ended.
fn pass(
    stdin: Option<ChildStdin>,
    input: Vec<u8>,
    stdout: Option<ChildStdout>,
    bound: u64,
) -> Option<Receiver<Vec<u8>>> {
    let (outbox, inbox) = sync_channel(CHUNK_QUEUE);
    let stdout = stdout?;
    if let Some(mut stdin) = stdin {
        // Who does not read it does not want it.
        let writing = move || drop(stdin.write_all(&input));
        thread::Builder::new().name("tool input".to_owned()).spawn(writing).ok()?;
    }
    let reading = move || read_chunks(stdout, bound, &outbox);
    thread::Builder::new().name("tool output".to_owned()).spawn(reading).ok()?;
    Some(inbox)
}

fn read_chunks(stdout: ChildStdout, bound: u64, outbox: &SyncSender<Vec<u8>>) {
    let mut stdout = stdout.take(bound);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match stdout.read(&mut chunk) {
            Ok(0) => return,
            Ok(length) if outbox.send(chunk[..length].to_vec()).is_err() => return,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

fn finish(
    mut group: ToolGroup,
    inbox: &Receiver<Vec<u8>>,
    call: &ToolCall<'_>,
    begin: Instant,
    watch: &mut dyn FnMut(ToolStep<'_>) -> ToolGo,
) -> ToolOutcome {
    let mut kept = Vec::new();
    let mut is_read = false;
    loop {
        if is_read && let Some(success) = group.ended_well() {
            return ToolOutcome::Done { success, bytes: kept };
        }
        let left = call.limit.saturating_sub(begin.elapsed());
        if left.is_zero() {
            return ToolOutcome::Late;
        }
        let go = if is_read {
            // Its output is closed, so that it ends at once as a rule.
            thread::sleep(Duration::from_millis(2).min(left));
            watch(ToolStep::Waiting(begin.elapsed()))
        } else {
            match inbox.recv_timeout(STEP.min(left)) {
                Ok(chunk) => {
                    let go = watch(ToolStep::Said(&chunk));
                    if call.output == ToolOutput::Kept {
                        kept.extend(chunk);
                    }
                    go
                }
                Err(RecvTimeoutError::Timeout) => watch(ToolStep::Waiting(begin.elapsed())),
                Err(RecvTimeoutError::Disconnected) => {
                    is_read = true;
                    ToolGo::On
                }
            }
        };
        if go == ToolGo::Stop {
            return ToolOutcome::Stopped;
        }
    }
}
