//! Whose package a file is, and whether it is as the package has it: from dpkg's own files, or by `rpm`.
//!
//! It keeps nothing but what it is asked for: dpkg's lists are read line by line.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _};
use std::time::Duration;

use beistand_posix::fs::OFlags;
use beistand_session::SweepEnd;
use beistand_tool::{ToolCall, ToolGo, ToolOutcome, ToolOutput, ToolStep};

use crate::lines::LineSplitter;
use crate::machine::{LinuxSweep, open_plain};
use crate::run::SweepProgress;

/// Where dpkg has its lists.
pub(crate) const DPKG_FOLDER: &str = "/var/lib/dpkg/info";

/// What is read of one of them in bytes: the longest, those of icons, have a few megabytes.
const MAX_LIST_BYTES: u64 = 32 << 20;

/// Files that rpm compares: each is a run of its own. Of more it isn't known.
const MAX_ASKED: usize = 128;

/// How long rpm may take for its list of all files.
const LIST_TIME: Duration = Duration::from_secs(60);

/// A file of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PackagedFile {
    pub(crate) package: String,
    pub(crate) original: PackagedOriginal,
    /// Whether it is settings, which people change.
    pub(crate) is_settings: bool,
}

/// How the package has a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PackagedOriginal {
    /// It doesn't say.
    Unsaid,
    /// With this MD5 hash.
    Md5(String),
    /// As it is here: the package manager has compared them.
    Same,
    /// Otherwise, likewise.
    Other,
}

/// The files that were asked for and belong to a package, by their merged path.
pub(crate) type PackagedFiles = BTreeMap<String, PackagedFile>;

/// A path as it is where `/bin` and the like are in `/usr`: packages name some files the older way.
pub(crate) fn merged(path: &str) -> String {
    let is_old = ["/bin/", "/sbin/", "/lib/", "/lib32/", "/lib64/"].iter().any(|old| path.starts_with(old));
    if is_old { format!("/usr{path}") } else { path.to_owned() }
}

impl LinuxSweep {
    /// Which of these belong to a package.
    pub(crate) fn packaged(
        &self,
        paths: &BTreeSet<String>,
        progress: &SweepProgress<'_>,
    ) -> Result<PackagedFiles, SweepEnd> {
        let wanted: BTreeSet<String> = paths.iter().map(|path| merged(path)).collect();
        if wanted.is_empty() {
            return Ok(PackagedFiles::new());
        }
        if !self.at(DPKG_FOLDER).is_dir() {
            return self.packaged_by_rpm(&wanted, progress);
        }
        let mut files = PackagedFiles::new();
        let mut owners = BTreeSet::new();
        for name in self.names(DPKG_FOLDER) {
            let Some(owner) = name.strip_suffix(".list") else { continue };
            progress.go_on()?;
            self.each_line(&format!("{DPKG_FOLDER}/{name}"), |line| {
                let path = merged(line);
                if wanted.contains(&path) {
                    owners.insert(owner.to_owned());
                    let package = owner.split(':').next().unwrap_or(owner).to_owned();
                    let file =
                        PackagedFile { package, original: PackagedOriginal::Unsaid, is_settings: false };
                    files.insert(path, file);
                }
            });
        }
        for owner in owners {
            progress.go_on()?;
            self.each_line(&format!("{DPKG_FOLDER}/{owner}.md5sums"), |line| {
                if let Some((md5, path)) = line.split_once("  ")
                    && let Some(file) = files.get_mut(&merged(&format!("/{path}")))
                {
                    file.original = PackagedOriginal::Md5(md5.to_owned());
                }
            });
        }
        self.settings_files(&mut files);
        Ok(files)
    }

    /// What dpkg says of files of settings: they have their hashes elsewhere (deb-conffiles(5)).
    fn settings_files(&self, files: &mut PackagedFiles) {
        self.each_line("/var/lib/dpkg/status", |line| {
            let Some(mut words) = line.strip_prefix(' ').map(str::split_whitespace) else { return };
            let (Some(path), Some(md5)) = (words.next(), words.next()) else { return };
            if let Some(file) = files.get_mut(path) {
                (file.original, file.is_settings) = (PackagedOriginal::Md5(md5.to_owned()), true);
            }
        });
    }

    /// Which of these belong to a package of rpm's. Whether they are as it has them is asked for by itself.
    fn packaged_by_rpm(
        &self,
        wanted: &BTreeSet<String>,
        progress: &SweepProgress<'_>,
    ) -> Result<PackagedFiles, SweepEnd> {
        let mut files = PackagedFiles::new();
        let call = ToolCall {
            output: ToolOutput::Said,
            ..ToolCall::new("rpm", &["-qa", "--qf", "[%{=NAME} %{FILENAMES}\\n]"]).within(LIST_TIME)
        };
        let mut lines = LineSplitter::default();
        let outcome = self.tools.run(&call, &mut |step| {
            let bytes = match step {
                ToolStep::Waiting(_) => &[][..],
                ToolStep::Said(bytes) => bytes,
            };
            let taken = lines.take(bytes, |line| {
                if let Some((package, path)) = line.split_once(' ')
                    && wanted.contains(&merged(path))
                {
                    let package = package.to_owned();
                    let file =
                        PackagedFile { package, original: PackagedOriginal::Unsaid, is_settings: false };
                    files.insert(merged(path), file);
                }
                Ok(())
            });
            match taken.and_then(|()| progress.go_on()) {
                Ok(()) => ToolGo::On,
                Err(_) => ToolGo::Stop,
            }
        });
        progress.go_on()?;
        match outcome {
            // Half a list would make strangers of the rest.
            ToolOutcome::Late | ToolOutcome::Stopped => Err(SweepEnd::TimedOut),
            ToolOutcome::Absent | ToolOutcome::Done { .. } => Ok(files),
        }
    }

    /// Has rpm compare files, as many as it may be asked for.
    pub(crate) fn compare_by_rpm(
        &self,
        files: &mut PackagedFiles,
        progress: &SweepProgress<'_>,
    ) -> Result<(), SweepEnd> {
        if self.at(DPKG_FOLDER).is_dir() {
            return Ok(());
        }
        for (path, file) in files.iter_mut().take(MAX_ASKED) {
            let arguments = ["-V", "-f", path.as_str()];
            let call = ToolCall::new("rpm", &arguments);
            let Some(said) = progress.run_tool(&self.tools, &call)?.any_text() else { continue };
            let line = said.lines().find(|line| line.ends_with(path.as_str()));
            file.is_settings = line.is_some_and(|line| line.split_whitespace().nth(1) == Some("c"));
            file.original = match line.and_then(|line| line.chars().nth(2)) {
                Some('5') => PackagedOriginal::Other,
                Some('?') => PackagedOriginal::Unsaid,
                Some(_) | None => PackagedOriginal::Same,
            };
        }
        Ok(())
    }

    /// Reads a list line by line.
    pub(crate) fn each_line(&self, path: &str, mut take: impl FnMut(&str)) {
        let Ok(file) = open_plain(&self.at(path), OFlags::empty()) else { return };
        let mut reader = BufReader::new(file.take(MAX_LIST_BYTES));
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            if let Ok(text) = std::str::from_utf8(&line) {
                take(text.trim_end_matches('\n'));
            }
            line.clear();
        }
    }
}
