//! Whose package a file is, and whether it is as the package has it: from dpkg's own files, or by `rpm`.
//!
//! It keeps nothing but what it is asked for: dpkg's lists are read line by line.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _};

use beistand_session::SweepEnd;
use beistand_tool::{ToolCall, ToolOutcome};
use rustix::fs::OFlags;

use crate::machine::{LinuxSweep, open_plain};
use crate::run::SweepProgress;

/// Where dpkg has its lists.
pub(crate) const DPKG_FOLDER: &str = "/var/lib/dpkg/info";

/// What is read of one of them in bytes: the longest, those of icons, have a few megabytes.
const MAX_LIST_BYTES: u64 = 32 << 20;

/// Files that rpm is asked for: each is a run of its own.
const MAX_ASKED: usize = 256;

/// A file of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PackagedFile {
    pub(crate) package: String,
    /// How the package has it; `None` where it doesn't say.
    pub(crate) md5: Option<String>,
    /// Whether it is settings, which people change.
    pub(crate) is_settings: bool,
    /// Whether the package manager itself says that it is otherwise.
    pub(crate) is_changed: bool,
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
                    let file = PackagedFile { package, md5: None, is_settings: false, is_changed: false };
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
                    file.md5 = Some(md5.to_owned());
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
                (file.md5, file.is_settings) = (Some(md5.to_owned()), true);
            }
        });
    }

    fn packaged_by_rpm(
        &self,
        wanted: &BTreeSet<String>,
        progress: &SweepProgress<'_>,
    ) -> Result<PackagedFiles, SweepEnd> {
        let mut files = PackagedFiles::new();
        for path in wanted.iter().take(MAX_ASKED) {
            let arguments = ["-q", "--qf", "%{NAME}\\n", "-f", path.as_str()];
            let owner = match progress.run_tool(&self.tools, &ToolCall::new("rpm", &arguments))? {
                ToolOutcome::Absent => break,
                outcome @ (ToolOutcome::Done { .. } | ToolOutcome::Late | ToolOutcome::Stopped) => {
                    outcome.text()
                }
            };
            let Some(package) = owner.and_then(|text| text.lines().next().map(str::to_owned)) else {
                continue;
            };
            let verified =
                progress.run_tool(&self.tools, &ToolCall::new("rpm", &["-V", "-f", path.as_str()]))?;
            let line = verified.any_text().unwrap_or_default();
            let line = line.lines().find(|line| line.ends_with(path.as_str()));
            let is_changed = line.is_some_and(|line| line.chars().nth(2) == Some('5'));
            let is_settings = line.is_some_and(|line| line.split_whitespace().nth(1) == Some("c"));
            files.insert(path.clone(), PackagedFile { package, md5: None, is_settings, is_changed });
        }
        Ok(files)
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
