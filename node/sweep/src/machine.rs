//! A computer with Linux: where it is read from, and which module searches which category.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use beistand_posix::fs::{Mode, OFlags};
use beistand_session::{SweepCategory, SweepFinding, SweepReason, SweepStanding, SweepThing};
use beistand_tool::ToolRunner;

use crate::run::{SweepProgress, SweepResult};
use crate::{SweepOutcome, SweepRequest, SweepSink, SweptSystem};

/// What is read of one file of settings, in bytes: a browser's list of extensions has some megabytes.
const MAX_TEXT_BYTES: u64 = 16 << 20;

/// Entries that are read of one folder: dpkg's has three files for each of some thousand packages.
const MAX_ENTRIES: usize = 32 << 10;

/// Where tools are: in no folder into which the user's account may write, as that of the user's own `PATH`
/// may be.
const TOOL_PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin";

/// A computer with Linux.
#[derive(Debug, Clone)]
pub struct LinuxSweep {
    root: PathBuf,
    home: Option<PathBuf>,
    /// The folder in which this program lies.
    pub(crate) own_folder: String,
    pub(crate) tools: ToolRunner,
}

/// What came of reading a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TextRead {
    /// This is in it.
    There(String),
    /// There is none.
    Absent,
    /// The user may not read it.
    Forbidden,
}

impl LinuxSweep {
    /// The computer that this program runs on, for the user whose program it is.
    pub fn here() -> Self {
        let home = std::env::home_dir().filter(|home| home.is_absolute());
        let own = std::env::current_exe().ok();
        let own = own.as_deref().and_then(Path::parent).and_then(Path::to_str);
        let own_folder = own.unwrap_or_default().to_owned();
        Self { root: PathBuf::from("/"), home, own_folder, tools: ToolRunner::new(TOOL_PATH) }
    }

    /// The same, with the tools that this program's own environment names.
    #[must_use]
    pub fn with_tools_of_path(self) -> Self {
        Self { tools: ToolRunner::from_env(), ..self }
    }

    /// A made-up one: its files are below `root`, its user's home is `home` there, this program lies in
    /// `/opt/beistand`, and its tools are in the folders of `path`.
    pub fn made_up(root: impl Into<PathBuf>, home: &str, path: impl Into<OsString>) -> Self {
        let (home, own_folder) = (Some(PathBuf::from(home)), "/opt/beistand".to_owned());
        Self { root: root.into(), home, own_folder, tools: ToolRunner::new(path) }
    }

    /// Where an absolute path is.
    pub(crate) fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// A path of the computer as it is seen without a root of its own.
    pub(crate) fn seen_from_inside(&self, path: &Path) -> Option<String> {
        Some(Path::new("/").join(path.strip_prefix(&self.root).ok()?).to_str()?.to_owned())
    }

    /// The path of something in the user's home.
    pub(crate) fn in_home(&self, path: &str) -> Option<String> {
        self.home.as_ref().map(|home| home.join(path).display().to_string())
    }

    /// The time now.
    pub(crate) fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    /// Reads a file of settings.
    pub(crate) fn read(&self, path: impl AsRef<Path>) -> TextRead {
        let read = open_plain(&self.at(path), OFlags::empty()).and_then(|file| {
            let mut bytes = Vec::new();
            file.take(MAX_TEXT_BYTES).read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        match read {
            Ok(bytes) => TextRead::There(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => TextRead::Forbidden,
            Err(_) => TextRead::Absent,
        }
    }

    /// The text of a file, empty where it can't be read.
    pub(crate) fn text(&self, path: impl AsRef<Path>) -> String {
        match self.read(path) {
            TextRead::There(text) => text,
            TextRead::Absent | TextRead::Forbidden => String::new(),
        }
    }

    /// The names in a folder, sorted; none where there is no such folder.
    pub(crate) fn names(&self, path: impl AsRef<Path>) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.at(path)) else { return Vec::new() };
        let names = entries.take(MAX_ENTRIES).flatten().map(|entry| entry.file_name());
        let mut names: Vec<String> = names.filter_map(|name| name.into_string().ok()).collect();
        names.sort();
        names
    }

    /// Whether there is a folder that the user may not read.
    pub(crate) fn is_closed(&self, path: &str) -> bool {
        fs::read_dir(self.at(path)).is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
    }

    /// Whether there is an ordinary file, also behind links.
    pub(crate) fn has_file(&self, path: &str) -> bool {
        self.at(path).metadata().is_ok_and(|file| file.is_file())
    }
}

/// Opens an ordinary file. In its place may be a pipe to whose other end nobody comes, or a device: it waits
/// for nobody and does nothing to it.
pub(crate) fn open_plain(path: &Path, more: OFlags) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC | more;
    let file = File::from(beistand_posix::fs::open(path, flags, Mode::empty())?);
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

/// That something could not be looked at.
pub(crate) fn not_seen(category: SweepCategory, what: &str, why: SweepReason) -> SweepFinding {
    let plain = SweepFinding::new(category, SweepThing::NotSeen, SweepStanding::Unknown);
    SweepFinding { name: what.to_owned(), reasons: vec![why], ..plain }
}

impl SweptSystem for LinuxSweep {
    fn sweep(&self, request: &SweepRequest, sink: &mut dyn SweepSink) -> SweepOutcome {
        SweepProgress::new(request.kind(), sink).each(|progress, category, found| -> SweepResult {
            progress.go_on()?;
            match category {
                SweepCategory::Autostart => self.search_autostart(progress, found),
                SweepCategory::Cron => self.search_cron(progress, found),
                SweepCategory::Remote => self.search_remote(progress, found),
                SweepCategory::Listening => self.search_listening(progress, found),
                SweepCategory::Extensions => self.search_extensions(progress, found),
                SweepCategory::Policies => self.search_policies(progress, found),
                SweepCategory::Hosts => self.search_hosts(progress, found),
                SweepCategory::Proxy => self.search_proxies(progress, found),
                SweepCategory::Programs => self.search_programs(progress, found),
                SweepCategory::Packages => self.search_packages(progress, found),
                SweepCategory::Virus => self.search_viruses(request.path(), progress, found),
            }
        })
    }
}
