//! How a program of the project is started: its arguments, its folder, its screen, its network and its
//! terminal. What follows is up to [`Program`].

use std::ffi::OsString;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::thread;

use super::Program;
use super::log::{ProgramLines, ProgramLog, read_lines, read_pipe};
use crate::terminal::Terminal;
use crate::{Network, Process, Screen};

/// Arguments that keep all traffic on loopback.
const LOOPBACK: [&str; 5] =
    ["--listen", "/ip4/127.0.0.1/udp/0/quic-v1", "--listen", "/ip4/127.0.0.1/tcp/0", "--no-mdns"];

/// How a program is to be started.
#[derive(Debug)]
pub struct Start<'a> {
    program: &'static str,
    /// Where it is, unless with the others.
    programs: Option<PathBuf>,
    arguments: Vec<OsString>,
    screen: Option<&'a Screen>,
    network: Option<&'a Network>,
    /// Whether it gets a data folder by flag.
    data: bool,
    /// The data folder, where it outlives the program.
    kept: Option<PathBuf>,
    /// Whether it has a terminal; its standard input is a pipe all the same.
    terminal: bool,
    /// What that sends for Enter.
    enter: &'static str,
    invite: Option<String>,
    /// What it finds in its environment, as `NAME=VALUE`.
    variables: Vec<OsString>,
}

impl<'a> Start<'a> {
    /// `beistand-node` with a subcommand, `--json`, a data folder of its own, and traffic on loopback only.
    pub fn node(subcommand: &str) -> Self {
        Self::node_anywhere(subcommand).arguments(LOOPBACK)
    }

    /// `beistand-node` with a subcommand, `--json` and a data folder of its own, and any traffic; `share` at
    /// a terminal.
    pub fn node_anywhere(subcommand: &str) -> Self {
        let start = Self::bare("beistand-node").arguments([subcommand, "--json"]);
        Self { data: true, terminal: subcommand == "share", ..start }
    }

    /// A program without arguments.
    pub fn bare(program: &'static str) -> Self {
        let (screen, network, invite) = (None, None, None);
        let (arguments, variables) = (Vec::new(), Vec::new());
        let (kept, programs) = (None, None);
        Self {
            program,
            programs,
            arguments,
            screen,
            network,
            data: false,
            kept,
            terminal: false,
            enter: "\n",
            invite,
            variables,
        }
    }

    /// `beistand` with arguments, `--json`, and traffic on loopback only.
    pub fn desktop(arguments: &[&str]) -> Self {
        let start = Self::bare("beistand").arguments(arguments).arguments(["--json"]).arguments(LOOPBACK);
        Self { data: true, ..start }
    }

    /// More arguments.
    #[must_use]
    pub fn arguments(mut self, more: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.arguments.extend(more.into_iter().map(Into::into));
        self
    }

    /// With `--invite-file` and a file, which only its owner can read, that holds this text.
    #[must_use]
    pub fn invite(mut self, text: impl Into<String>) -> Self {
        self.invite = Some(text.into());
        self
    }

    /// With this in its environment, and not in that of what starts it.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push(format!("{name}={value}").into());
        self
    }

    /// With this data folder, which outlives it, in place of one of its own.
    #[must_use]
    pub fn keeping(mut self, folder: &Path) -> Self {
        self.kept = Some(folder.to_owned());
        self
    }

    /// The program of that name in this folder.
    #[must_use]
    pub fn in_folder(mut self, folder: &Path) -> Self {
        self.programs = Some(folder.to_owned());
        self
    }

    /// At a terminal of its own.
    #[must_use]
    pub fn at_a_terminal(self) -> Self {
        Self { terminal: true, ..self }
    }

    /// At a terminal that sends each key as it is pressed, as Wine's console wants it.
    #[must_use]
    pub fn at_a_console(self) -> Self {
        Self { terminal: true, enter: "\r", ..self }
    }

    /// Without a terminal, as a script without one or the system starts it.
    #[must_use]
    pub fn without_a_terminal(self) -> Self {
        Self { terminal: false, ..self }
    }

    /// On this screen.
    #[must_use]
    pub fn on(mut self, screen: &'a Screen) -> Self {
        self.screen = Some(screen);
        self
    }

    /// In this network.
    #[must_use]
    pub fn inside(mut self, network: &'a Network) -> Self {
        self.network = Some(network);
        self
    }

    /// Starts it.
    ///
    /// # Panics
    /// Where it is not there.
    #[track_caller]
    pub fn start(self) -> Program {
        let path = self.programs.unwrap_or_else(programs_dir).join(self.program);
        assert!(
            path.is_file(),
            "{} is not there: `cargo xtask test` builds the programs before it runs these tests (or set \
             BEISTAND_BIN_DIR)",
            path.display()
        );
        let data = tempfile::tempdir().expect("a temporary folder");
        let terminal = self.terminal.then(Terminal::open);
        // The tests' own terminal is nobody's here.
        let mut words = terminal.as_ref().map_or_else(|| vec!["setsid".into()], Terminal::command_line);
        if !self.variables.is_empty() {
            words.push("env".into());
            words.extend(self.variables);
        }
        words.push(path.into());
        let mut command = match self.network {
            Some(network) => network.command(&words[0]),
            None => Process::command(&words[0]),
        };
        command.args(&words[1..]).args(&self.arguments);
        if self.data {
            command.arg("--data-dir").arg(self.kept.unwrap_or_else(|| data.path().join("data")));
        }
        if let Some(invite) = &self.invite {
            let file = data.path().join("invite");
            write_secret(&file, invite).expect("a folder of ours");
            command.arg("--invite-file").arg(file);
        }
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        for (name, value) in self.screen.into_iter().flat_map(Screen::environment) {
            command.env(name, value);
        }
        // After the screen's, so that two programs on one screen have two homes.
        command
            .env("HOME", data.path())
            .env("XDG_CONFIG_HOME", data.path())
            .env("XDG_DATA_HOME", data.path())
            // What the tests read is English, whoever runs them.
            .env("LANGUAGE", "en");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = Process::start(&mut command);
        let log = Arc::new(ProgramLog::default());
        let stdout = process.child().stdout.take().expect("piped");
        let stderr = process.child().stderr.take().expect("piped");
        let stdin = process.child().stdin.take();
        read_pipe(stdout, Arc::clone(&log), ProgramLines::out);
        read_pipe(stderr, Arc::clone(&log), ProgramLines::err);
        if let Some(terminal) = &terminal {
            let (display, log) = (terminal.display(), Arc::clone(&log));
            thread::spawn(move || read_lines(display, &log, |lines, line| lines.terminal.push(line)));
        }
        let enter = self.enter;
        let name =
            format!("{} {}", self.program, self.arguments.first().map_or("".into(), |a| a.to_string_lossy()));
        Program { name, process, stdin, terminal, enter, log, next: 0, _data: data }
    }
}

/// Where the project's programs are: `BEISTAND_BIN_DIR`, or beside this test.
///
/// # Panics
/// Where this program has no path.
pub fn programs_dir() -> PathBuf {
    if let Some(folder) = std::env::var_os("BEISTAND_BIN_DIR") {
        return folder.into();
    }
    let this = std::env::current_exe().expect("a running program has a path");
    let folder = this.parent().expect("a program is in a folder");
    // Tests are in `deps`, one below the programs.
    if folder.ends_with("deps") { folder.parent().unwrap_or(folder).to_owned() } else { folder.to_owned() }
}

fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true).mode(0o600).open(path)?.write_all(text.as_bytes())
}
