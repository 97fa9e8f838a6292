//! Runs the system's own tools: by name, in English, with a bound for what they print and for how long.
//!
//! A tool is given no input and only the environment that it needs. At the deadline it is ended, and so is
//! what it has started.

use std::ffi::{OsStr, OsString};
use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use crate::InspectLimit;

/// What is read of what a tool prints, in bytes: the longest list that makes sense has a few hundred lines.
const MAX_OUTPUT: u64 = 512 << 10;

/// How often it is looked whether somebody still waits.
const STEP: Duration = Duration::from_millis(20);

/// What a tool needs to find the user's session.
const ENVIRONMENT: [&str; 5] = ["HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "USER", "LOGNAME"];

/// What came of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolOutcome {
    /// There is no such tool here.
    Absent,
    /// It was not done in time.
    Late,
    /// It ended.
    Done {
        /// Whether it says that all went well.
        success: bool,
        /// What it printed.
        text: String,
    },
}

impl ToolOutcome {
    /// What it printed, where it ended well.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Done { success: true, text } => Some(text),
            Self::Done { success: false, .. } | Self::Absent | Self::Late => None,
        }
    }

    /// What it printed, where it ended.
    pub fn any_text(&self) -> Option<&str> {
        match self {
            Self::Done { text, .. } => Some(text),
            Self::Absent | Self::Late => None,
        }
    }
}

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

    /// Runs a tool until it ends or the limit is reached.
    pub fn run(&self, limit: &InspectLimit, name: &str, arguments: &[&str]) -> ToolOutcome {
        let folders = std::env::split_paths(&self.path);
        let Some(program) = folders.map(|folder| folder.join(name)).find(|path| path.is_file()) else {
            return ToolOutcome::Absent;
        };
        if limit.left().is_zero() {
            return ToolOutcome::Late;
        }
        let mut command = Command::new(program);
        command.args(arguments).env_clear().env("LC_ALL", "C").env("PATH", &self.path);
        for name in ENVIRONMENT {
            command.envs(std::env::var_os(name).map(|value| (OsStr::new(name), value)));
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        match command.spawn() {
            Ok(child) => finish(child, limit),
            Err(_) => ToolOutcome::Absent,
        }
    }
}

fn finish(mut child: Child, limit: &InspectLimit) -> ToolOutcome {
    let Some(output) = child.stdout.take() else { return ToolOutcome::Absent };
    let (outbox, inbox) = sync_channel(1);
    // It ends with the tool, or once the tool and all that it has started are ended.
    let reading = thread::Builder::new().name("tool output".to_owned()).spawn(move || {
        let mut bytes = Vec::new();
        let _ = output.take(MAX_OUTPUT).read_to_end(&mut bytes);
        let _ = outbox.send(bytes);
    });
    let mut bytes = None;
    while reading.is_ok() && !limit.left().is_zero() {
        if bytes.is_none() {
            match inbox.recv_timeout(STEP.min(limit.left())) {
                Ok(read) => bytes = Some(read),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            continue;
        }
        match (child.try_wait(), bytes.take()) {
            (Ok(Some(status)), Some(read)) => {
                let text = String::from_utf8_lossy(&read).into_owned();
                return ToolOutcome::Done { success: status.success(), text };
            }
            (Ok(None), read) => {
                bytes = read;
                thread::sleep(Duration::from_millis(2));
            }
            (Ok(Some(_)) | Err(_), _) => break,
        }
    }
    end(&mut child);
    ToolOutcome::Late
}

/// Ends it and what it has started.
fn end(child: &mut Child) {
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}
