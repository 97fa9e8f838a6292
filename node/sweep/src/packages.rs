//! Files that differ from their package: by `dpkg --verify` or `rpm -V`, and where dpkg isn't there to be
//! run, by its own lists of hashes.

use std::collections::BTreeSet;
use std::time::Duration;

use beistand_session::{SweepCategory, SweepFinding, SweepReason, SweepStanding, SweepThing};
use beistand_tool::{ToolCall, ToolOutcome};

use crate::facts::FileFacts;
use crate::installed::{DPKG_FOLDER, merged};
use crate::machine::{LinuxSweep, not_seen};
use crate::run::{SweepProgress, SweepResult};

/// Packages that are verified by one run of the tool: so many that its start does not matter, and so few that
/// it shows how far it is.
const PACKAGES_PER_RUN: usize = 60;

/// How long such a run may take: some gigabytes of a slow disk.
const RUN_TIME: Duration = Duration::from_secs(180);

/// What such a run may print in bytes.
const MAX_RUN_BYTES: u64 = 4 << 20;

/// Files that are kept; more are counted.
const MAX_FILES: usize = 2048;

const HERE: SweepCategory = SweepCategory::Packages;

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct DifferingFile {
    path: String,
    difference: FileDifference,
    is_settings: bool,
    package: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileDifference {
    Changed,
    Missing,
    Closed,
}

impl LinuxSweep {
    pub(crate) fn search_packages(
        &self,
        progress: &mut SweepProgress<'_>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let mut files = Vec::new();
        let result = if self.at(DPKG_FOLDER).is_dir() {
            match self.tools.find("dpkg") {
                Some(_) => self.verified_by_dpkg(progress, &mut files, found),
                None => self.verified_by_lists(progress, &mut files),
            }
        } else {
            self.verified_by_rpm(progress, &mut files, found)
        };
        progress.leave_off(files.len().saturating_sub(MAX_FILES) as u32);
        files.truncate(MAX_FILES);
        // What was found until then is told also where there was no time for the rest.
        let told = self.tell_files(files, progress, found);
        result.and(told)
    }

    /// The names of installed packages.
    fn installed(&self) -> Vec<String> {
        let lists = self.names(DPKG_FOLDER).into_iter();
        lists.filter_map(|name| Some(name.strip_suffix(".list")?.to_owned())).collect()
    }

    fn verified_by_dpkg(
        &self,
        progress: &mut SweepProgress<'_>,
        files: &mut Vec<DifferingFile>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let packages = self.installed();
        let whole = packages.len() as u64;
        for (index, some) in packages.chunks(PACKAGES_PER_RUN).enumerate() {
            progress.advance((index * PACKAGES_PER_RUN) as u64, whole);
            let names = some.iter().map(String::as_str);
            let arguments: Vec<&str> = ["--verify"].into_iter().chain(names).collect();
            let call = ToolCall::new("dpkg", &arguments).within(RUN_TIME);
            let call = ToolCall { max_output_bytes: MAX_RUN_BYTES, ..call };
            match progress.run_tool(&self.tools, &call)? {
                ToolOutcome::Late => {
                    let name = some.first().map(String::as_str).unwrap_or_default();
                    found.push(not_seen(HERE, &format!("{name} …"), SweepReason::NotInTime));
                }
                outcome @ (ToolOutcome::Absent | ToolOutcome::Stopped | ToolOutcome::Done { .. }) => {
                    let text = outcome.any_text().unwrap_or_default();
                    files.extend(text.lines().filter_map(verified_line));
                }
            }
            for _ in some {
                progress.look()?;
            }
        }
        Ok(())
    }

    fn verified_by_lists(
        &self,
        progress: &mut SweepProgress<'_>,
        files: &mut Vec<DifferingFile>,
    ) -> SweepResult {
        let packages = self.installed();
        let whole = packages.len() as u64;
        for (index, owner) in packages.into_iter().enumerate() {
            progress.advance(index as u64, whole);
            let mut listed = Vec::new();
            self.each_line(&format!("{DPKG_FOLDER}/{owner}.md5sums"), |line| {
                listed.extend(line.split_once("  ").map(|(md5, path)| (md5.to_owned(), format!("/{path}"))));
            });
            for (md5, path) in listed {
                let difference = match self.facts(&path, true, progress)? {
                    None => FileDifference::Missing,
                    Some(FileFacts { hashes: Some(hashes), .. }) if hashes.md5 != md5 => {
                        FileDifference::Changed
                    }
                    Some(FileFacts { hashes: None, .. }) => FileDifference::Closed,
                    Some(FileFacts { hashes: Some(_), .. }) => continue,
                };
                let package = owner.split(':').next().unwrap_or_default().to_owned();
                files.push(DifferingFile { path, difference, is_settings: false, package });
            }
        }
        Ok(())
    }

    fn verified_by_rpm(
        &self,
        progress: &mut SweepProgress<'_>,
        files: &mut Vec<DifferingFile>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let call = ToolCall::new("rpm", &["-Va", "--nomtime", "--nomode", "--nouser", "--nogroup"])
            .within(RUN_TIME * 3);
        match progress.run_tool(&self.tools, &ToolCall { max_output_bytes: MAX_RUN_BYTES, ..call })? {
            ToolOutcome::Absent | ToolOutcome::Stopped => {
                found.push(not_seen(HERE, "dpkg, rpm", SweepReason::Unreadable));
            }
            ToolOutcome::Late => found.push(not_seen(HERE, "rpm", SweepReason::NotInTime)),
            ToolOutcome::Done { bytes, .. } => {
                files.extend(String::from_utf8_lossy(&bytes).lines().filter_map(verified_line));
            }
        }
        Ok(())
    }

    fn tell_files(
        &self,
        files: Vec<DifferingFile>,
        progress: &mut SweepProgress<'_>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let unnamed = files.iter().filter(|file| file.package.is_empty());
        let unnamed: BTreeSet<String> = unnamed.map(|file| file.path.clone()).collect();
        let packaged = self.packaged(&unnamed, progress)?;
        let mut closed: Vec<String> = Vec::new();
        for DifferingFile { path, difference, is_settings, package } in files {
            let (thing, reason) = match difference {
                FileDifference::Changed => (SweepThing::ChangedFile, SweepReason::ChangedFromPackage),
                FileDifference::Missing => (SweepThing::MissingFile, SweepReason::ChangedFromPackage),
                FileDifference::Closed => {
                    closed.push(path);
                    continue;
                }
            };
            let facts = self.facts(&path, true, progress)?;
            if difference == FileDifference::Changed
                && facts.as_ref().is_some_and(|facts| facts.hashes.is_none())
            {
                // What can't be read can't be compared: an older dpkg says that it differs.
                closed.push(path);
                continue;
            }
            // Files of documentation and of languages are often left out on purpose.
            let matters = difference == FileDifference::Changed && !is_settings;
            let standing = if matters { SweepStanding::Suspicious } else { SweepStanding::Unknown };
            let owner = packaged.get(&merged(&path)).map(|owner| owner.package.clone());
            let plain = SweepFinding::new(HERE, thing, standing);
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            let package = if package.is_empty() { owner.unwrap_or_default() } else { package };
            let mut finding = SweepFinding { name, path, package, reasons: vec![reason], ..plain };
            if is_settings {
                finding.reasons.push(SweepReason::SettingsFile);
            }
            if let Some(facts) = facts {
                finding.size_bytes = Some(facts.size_bytes);
                finding.age_days = Some(facts.age_days);
                finding.sha256 = facts.hashes.map(|hashes| hashes.sha256);
            }
            found.push(finding);
        }
        if let Some(first) = closed.first() {
            let line = closed.len().to_string();
            found.push(SweepFinding { line, ..not_seen(HERE, first, SweepReason::AdministratorsOnly) });
        }
        Ok(())
    }
}

/// A line of `dpkg --verify` and `rpm -V`: `??5??????   /usr/bin/x`, `??5?????? c /etc/x`, `missing
/// /usr/x`, and the same with `(Permission denied)`. The third sign is the hash.
fn verified_line(line: &str) -> Option<DifferingFile> {
    let (flags, rest) = line.split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let (kind, path) = rest.split_at(rest.find('/')?);
    let is_settings = kind.trim() == "c";
    let (path, is_closed) = match path.strip_suffix(" (Permission denied)") {
        Some(path) => (path, true),
        None => (path, false),
    };
    let difference = match flags {
        _ if is_closed => FileDifference::Closed,
        "missing" => FileDifference::Missing,
        flags if flags.chars().nth(2) == Some('5') => FileDifference::Changed,
        // It could not be compared.
        flags if flags.chars().nth(2) == Some('?') => FileDifference::Closed,
        _ => return None,
    };
    Some(DifferingFile { path: path.to_owned(), difference, is_settings, package: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_tools_are_read() {
        let read = |line| verified_line(line).map(|file| (file.path, file.difference, file.is_settings));
        let file = |path: &str, difference, is_settings| Some((path.to_owned(), difference, is_settings));
        assert_eq!(read("??5??????   /usr/bin/sudo"), file("/usr/bin/sudo", FileDifference::Changed, false));
        assert_eq!(read("??5?????? c /etc/a b"), file("/etc/a b", FileDifference::Changed, true));
        assert_eq!(read("missing     /usr/share/x"), file("/usr/share/x", FileDifference::Missing, false));
        assert_eq!(read("missing   c /etc/x"), file("/etc/x", FileDifference::Missing, true));
        let closed = "missing     /etc/ssl/private/x (Permission denied)";
        assert_eq!(read(closed), file("/etc/ssl/private/x", FileDifference::Closed, false));
        assert_eq!(read("S.5....T.  c /etc/x"), file("/etc/x", FileDifference::Changed, true));
        assert_eq!(read("?????????   /usr/bin/x"), file("/usr/bin/x", FileDifference::Closed, false));
        for other in ["", "dpkg: error", ".......T.    /usr/x"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
