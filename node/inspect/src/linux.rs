//! A machine with Linux: where it is read from, and the collectors that read it.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use beistand_posix::fs::{Mode, OFlags};
use beistand_tool::{ToolCall, ToolOutcome, ToolRunner};

use crate::collect::{COLLECTORS, Collect};
use crate::{
    Finding, FindingKind, InspectLimit, InspectedSystem, MachineProbes, MachineReport, Part, PartSet,
    SystemProbes, Verdict,
};

/// What is read of one file, in bytes: dpkg's list of packages has some megabytes.
const MAX_FILE: u64 = 16 << 20;

/// Entries that are read of one folder: more processes than that run nowhere that people sit at.
const MAX_ENTRIES: usize = 4096;

/// How much earlier than the whole a collector's tools are ended, so that what it has found is still heard.
const TOOLS_EARLIER: Duration = Duration::from_millis(200);

/// Where tools are.
const TOOL_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A machine with Linux.
#[derive(Debug)]
pub struct LinuxMachine {
    root: PathBuf,
    home: Option<PathBuf>,
    tools: ToolRunner,
    probes: Box<dyn MachineProbes>,
}

impl LinuxMachine {
    /// The machine that this program runs on, for the user whose program it is.
    pub fn here() -> Self {
        let home = std::env::home_dir().filter(|home| home.is_absolute());
        Self {
            root: PathBuf::from("/"),
            home,
            tools: ToolRunner::new(TOOL_PATH),
            probes: Box::new(SystemProbes),
        }
    }

    /// A made-up one: its files are below `root`, its user's home is `home` there, and its tools are in the
    /// folders of `path`.
    pub fn made_up(
        root: impl Into<PathBuf>,
        home: &str,
        path: impl Into<OsString>,
        probes: Box<dyn MachineProbes>,
    ) -> Self {
        Self { root: root.into(), home: Some(PathBuf::from(home)), tools: ToolRunner::new(path), probes }
    }
}

impl InspectedSystem for LinuxMachine {
    fn inspect(self: Arc<Self>, limit: &InspectLimit) -> MachineReport {
        let taken = self.probes.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let (outbox, inbox) = sync_channel(COLLECTORS.len());
        let mut missing: Vec<Part> = COLLECTORS.iter().map(|(part, _)| *part).collect();
        for (part, collect) in COLLECTORS {
            let look =
                MachineLook { machine: self.clone(), limit: limit.earlier(TOOLS_EARLIER), part: *part };
            let (outbox, collect): (_, Collect) = (outbox.clone(), *collect);
            // One that hangs in the system goes on alone; what it finds then nobody hears.
            let started = thread::Builder::new().name(format!("inspect {}", part.word())).spawn(move || {
                let findings = collect(&look);
                let _ = outbox.send((look.part, findings));
            });
            if started.is_err() {
                break;
            }
        }
        drop(outbox);
        let mut all = Vec::new();
        while let Ok((part, findings)) = inbox.recv_timeout(limit.left()) {
            missing.retain(|one| *one != part);
            all.extend(findings);
        }
        let late = |part: Part| Finding::new(part, FindingKind::NotInTime, Verdict::Look, [part.word()]);
        all.extend(missing.into_iter().map(late));
        MachineReport::new(taken, PartSet::default(), all)
    }
}

/// What a collector looks with.
pub(crate) struct MachineLook {
    machine: Arc<LinuxMachine>,
    /// How long it may take.
    pub(crate) limit: InspectLimit,
    /// What it is to look at.
    pub(crate) part: Part,
}

impl fmt::Debug for MachineLook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MachineLook({})", self.part.word())
    }
}

/// What came of reading a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileText {
    /// This is in it.
    There(String),
    /// There is none.
    Absent,
    /// The user may not read it.
    Forbidden,
}

impl MachineLook {
    /// A line of its part.
    pub(crate) fn line<const N: usize>(
        &self,
        kind: FindingKind,
        verdict: Verdict,
        values: [&str; N],
    ) -> Finding {
        Finding::new(self.part, kind, verdict, values)
    }

    /// That only an administrator can read this.
    pub(crate) fn not_readable(&self, what: &str) -> Finding {
        self.line(FindingKind::NotReadable, Verdict::Fine, [what])
    }

    /// Where an absolute path is.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.machine.root.join(path.trim_start_matches('/'))
    }

    /// The path of something in the user's home, as it would be without a root of its own.
    pub(crate) fn in_home(&self, path: &str) -> Option<String> {
        self.machine.home.as_ref().map(|home| home.join(path).display().to_string())
    }

    /// The probes.
    pub(crate) fn probes(&self) -> &dyn MachineProbes {
        &*self.machine.probes
    }

    /// Runs a tool.
    pub(crate) fn tool(&self, name: &str, arguments: &[&str]) -> ToolOutcome {
        self.machine.tools.run_quietly(&ToolCall::new(name, arguments).within(self.limit.left()))
    }

    /// The text of a file, empty where it can't be read.
    pub(crate) fn text(&self, path: &str) -> String {
        match self.file(path) {
            FileText::There(text) => text,
            FileText::Absent | FileText::Forbidden => String::new(),
        }
    }

    /// The same without the blanks round it; `None` where nothing is left.
    pub(crate) fn word(&self, path: &str) -> Option<String> {
        Some(self.text(path).trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// A file that holds a number.
    pub(crate) fn number(&self, path: &str) -> Option<i64> {
        self.word(path)?.parse().ok()
    }

    /// Reads a file.
    pub(crate) fn file(&self, path: &str) -> FileText {
        // In a file's place may be a pipe to whose other end nobody comes, or a terminal.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let opened = beistand_posix::fs::open(self.at(path), flags, Mode::empty());
        let read = opened.map(File::from).map_err(std::io::Error::from).and_then(|file| {
            // A pipe or a device would never end.
            let kind = file.metadata()?.file_type();
            let mut bytes = Vec::new();
            if kind.is_file() {
                file.take(MAX_FILE).read_to_end(&mut bytes)?;
            }
            Ok(bytes)
        });
        match read {
            Ok(bytes) => FileText::There(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => FileText::Forbidden,
            Err(_) => FileText::Absent,
        }
    }

    /// The names in a folder, sorted; none where it can't be read.
    pub(crate) fn names(&self, path: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.at(path)) else { return Vec::new() };
        let names = entries.take(MAX_ENTRIES).flatten().map(|entry| entry.file_name());
        let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// What a link of /proc names.
    pub(crate) fn link(&self, path: &str) -> Option<String> {
        fs::read_link(self.at(path)).ok().map(|target| target.display().to_string())
    }

    /// Whether there is a file or a folder.
    pub(crate) fn exists(&self, path: impl AsRef<Path>) -> bool {
        self.at(&path.as_ref().display().to_string()).exists()
    }
}

/// A size for people, in whole units.
pub fn size_text(bytes: u64) -> String {
    match bytes {
        0..0x100_000 => format!("{} KiB", bytes >> 10),
        0x100_000..0x2_8000_0000 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}
