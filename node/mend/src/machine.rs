//! The machine that is changed: where its files are, its tools, and who watches.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use beistand_posix::process::geteuid;
use beistand_tool::{ToolCall, ToolGo, ToolOutcome, ToolRunner, ToolStep};

use crate::DeedFault;

/// Where tools are.
const TOOL_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// How long a tool may take that an administrator is asked for: somebody looks for a password.
const ASKING_LIMIT: Duration = Duration::from_secs(180);

/// How long a script of ours may take that has begun: it may fetch packages first.
const SCRIPT_LIMIT: Duration = Duration::from_secs(60 * 60);

/// The whole of a deed's way, which is counted in thousandths.
const WHOLE: u32 = 1000;

/// A machine that is changed, or one that a test has made up.
#[derive(Debug, Clone)]
pub struct Machine {
    root: PathBuf,
    home: PathBuf,
    tools: ToolRunner,
    hold: PathBuf,
    /// The address of the system's bus; the usual one without.
    bus: Option<String>,
    /// Whether the account is the administrator's, who is not asked.
    administrator: bool,
    watch: DeedWatch,
}

impl Machine {
    /// The machine that this program runs on, for the user whose program it is. What deeds keep lies in the
    /// program's folder.
    ///
    /// # Errors
    /// [`DeedFault::Gone`] where the user has no home.
    pub fn here(data_dir: &Path) -> Result<Self, DeedFault> {
        let home = std::env::home_dir().filter(|home| home.is_absolute()).ok_or(DeedFault::Gone)?;
        Ok(Self {
            root: PathBuf::from("/"),
            home,
            tools: ToolRunner::new(TOOL_PATH),
            hold: hold_in(data_dir),
            bus: None,
            administrator: geteuid().is_root(),
            watch: DeedWatch::default(),
        })
    }

    /// A made-up one: its files are below `root`, the user's home is `home` (an absolute path there), and its
    /// tools are in the folders of `path`.
    pub fn made_up(root: impl Into<PathBuf>, home: &str, path: impl Into<OsString>, data_dir: &Path) -> Self {
        let root = root.into();
        let home = root.join(home.trim_start_matches('/'));
        let (tools, hold) = (ToolRunner::new(path), hold_in(data_dir));
        // Nobody's bus, and nobody's rights: a test that wants the system's says so.
        let bus = Some("unix:path=/nonexistent/bus".to_owned());
        Self { root, home, tools, hold, bus, administrator: false, watch: DeedWatch::default() }
    }

    /// The same machine with its bus at this address.
    #[must_use]
    pub fn with_bus(self, address: String) -> Self {
        Self { bus: Some(address), ..self }
    }

    /// The same machine, watched by another.
    #[must_use]
    pub fn watched_by(&self, watch: DeedWatch) -> Self {
        Self { watch, ..self.clone() }
    }

    /// Where an absolute path of the machine is.
    pub fn at(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// Where something in the user's home is.
    pub fn in_home(&self, path: &str) -> PathBuf {
        self.home.join(path)
    }

    /// The folder in which deeds keep what is too large for the journal. It may not be there yet.
    pub fn hold(&self) -> &Path {
        &self.hold
    }

    /// Who watches.
    pub fn watch(&self) -> &DeedWatch {
        &self.watch
    }

    /// The tools.
    pub fn tools(&self) -> &ToolRunner {
        &self.tools
    }

    /// The address of the system's bus; the usual one without.
    pub(crate) fn bus(&self) -> Option<&str> {
        self.bus.as_deref()
    }

    /// Runs a tool with an administrator's rights, for which the system asks the user by itself.
    ///
    /// # Errors
    /// As [`Self::run_tool`]; [`DeedFault::NotPermitted`] where nobody can be asked, or the answer is no.
    pub(crate) fn run_as_administrator(
        &self,
        name: &str,
        arguments: &[&str],
        input: &[u8],
    ) -> Result<String, DeedFault> {
        let program = self.tools.find(name).ok_or(DeedFault::NotHere(name.to_owned()))?;
        let program = program.to_str().ok_or(DeedFault::Unfit)?;
        if self.administrator {
            return self.run_tool(&ToolCall::new(name, arguments).within(ASKING_LIMIT).reading(input));
        }
        let arguments: Vec<&str> = [program].into_iter().chain(arguments.iter().copied()).collect();
        match self.run_tool(&ToolCall::new("pkexec", &arguments).within(ASKING_LIMIT).reading(input)) {
            Err(DeedFault::Refused(_) | DeedFault::NotHere(_)) => Err(DeedFault::NotPermitted),
            outcome => outcome,
        }
    }

    /// Runs a script of this program's own with an administrator's rights, for which the system asks the
    /// user; what it printed. From its first line on it goes on to its end, whatever becomes of the session:
    /// what is half installed is worse than either end.
    ///
    /// # Errors
    /// As [`Self::run_as_administrator`].
    pub(crate) fn run_script_as_administrator(
        &self,
        script: &'static str,
        arguments: &[&str],
    ) -> Result<String, DeedFault> {
        let words = ["-c", script, "beistand"].into_iter().chain(arguments.iter().copied());
        let shell = self.tools.find("sh").ok_or(DeedFault::NotHere("sh".to_owned()))?;
        let shell = shell.to_str().ok_or(DeedFault::Unfit)?;
        let (name, first) = if self.administrator { ("sh", None) } else { ("pkexec", Some(shell)) };
        let words: Vec<&str> = first.into_iter().chain(words).collect();
        let mut has_begun = false;
        let outcome =
            self.tools.run(&ToolCall::new(name, &words).within(SCRIPT_LIMIT), &mut |step| match step {
                ToolStep::Waiting(since)
                    if !has_begun && (self.watch.is_stopped() || since > ASKING_LIMIT) =>
                {
                    ToolGo::Stop
                }
                ToolStep::Waiting(_) => ToolGo::On,
                ToolStep::Said(_) => {
                    has_begun = true;
                    ToolGo::On
                }
            });
        match outcome {
            ToolOutcome::Stopped if self.watch.is_stopped() => Err(DeedFault::Stopped),
            ToolOutcome::Stopped | ToolOutcome::Late => Err(DeedFault::Late),
            // Nobody was there to ask, or the answer was no.
            ToolOutcome::Absent | ToolOutcome::Done { success: false, .. } => Err(DeedFault::NotPermitted),
            ToolOutcome::Done { success: true, bytes } => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }

    /// Runs a tool that must do well; what it printed.
    ///
    /// # Errors
    /// Where there is no such tool, it says no, it takes too long, or the deed is stopped.
    pub fn run_tool(&self, call: &ToolCall<'_>) -> Result<String, DeedFault> {
        let outcome = self.try_tool(call)?;
        match outcome {
            (true, text) => Ok(text),
            (false, text) => Err(DeedFault::refused(&text)),
        }
    }

    /// Runs a tool; whether it did well, and what it printed.
    ///
    /// # Errors
    /// Where there is no such tool, it takes too long, or the deed is stopped.
    pub fn try_tool(&self, call: &ToolCall<'_>) -> Result<(bool, String), DeedFault> {
        let outcome = self.tools.run(call, &mut |_| {
            if self.watch.is_stopped() { ToolGo::Stop } else { ToolGo::On }
        });
        match outcome {
            ToolOutcome::Absent => Err(DeedFault::NotHere(call.name.to_owned())),
            ToolOutcome::Late => Err(DeedFault::Late),
            ToolOutcome::Stopped => Err(DeedFault::Stopped),
            ToolOutcome::Done { success, bytes } => {
                Ok((success, String::from_utf8_lossy(&bytes).into_owned()))
            }
        }
    }
}

fn hold_in(data_dir: &Path) -> PathBuf {
    data_dir.join("quarantine")
}

/// Between a deed and whoever waits for it. Clones are one.
#[derive(Debug, Clone, Default)]
pub struct DeedWatch {
    stopped: Arc<AtomicBool>,
    permille: Arc<AtomicU32>,
}

impl DeedWatch {
    /// Asks the deed to stop where it can do so with nothing half done; else it goes on to its end.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether it is to stop.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// The deed is so far, in thousandths.
    pub fn advance(&self, permille: u32) {
        self.permille.store(permille.min(WHOLE), Ordering::Relaxed);
    }

    /// How far it is, in thousandths.
    pub fn permille(&self) -> u32 {
        self.permille.load(Ordering::Relaxed)
    }
}
