//! Programs in places where packages put none, and programs of no package among those of packages.
//!
//! It follows no link and looks into no other file than one that can be run.

use beistand_posix::unix::fs::PermissionsExt as _;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fs::{self, DirEntry};
use std::io::Read as _;
use std::time::SystemTime;

use beistand_inspect::setting_of;
use beistand_posix::fs::OFlags;
use beistand_session::{SweepCategory, SweepEnd, SweepFinding, SweepReason, SweepStanding, SweepThing};

use crate::commands::is_anybodys_place;
use crate::drafts::SweepDraft;
use crate::facts::RECENT_DAYS;
use crate::installed::merged;
use crate::machine::{LinuxSweep, not_seen, open_plain};
use crate::run::{SweepProgress, SweepResult};

/// Folders of the user's in which they, or somebody else, put programs.
const OWN_FOLDERS: [&str; 6] =
    ["bin", ".local/bin", "Downloads", "Desktop", ".config/autostart-scripts", ".cache"];

/// Folders of the system's, and how many levels down programs are.
const SHARED_FOLDERS: [(&str, usize); 9] = [
    ("/tmp", 4),
    ("/var/tmp", 4),
    ("/dev/shm", 4),
    ("/usr/local", 5),
    ("/opt", 6),
    ("/usr/bin", 1),
    ("/usr/sbin", 1),
    ("/usr/games", 1),
    ("/root", 1),
];

/// How many levels down programs are in the user's folders.
const OWN_DEPTH: usize = 3;

/// Entries of all folders: somebody's build tree is no reason to look for an hour.
const MAX_ENTRIES: u64 = 100_000;

/// Programs of no package that are kept; more are counted.
const MAX_PROGRAMS: usize = 4096;

const HERE: SweepCategory = SweepCategory::Programs;

/// A folder that is still to be looked through.
struct PendingFolder {
    path: String,
    levels: usize,
}

/// What a search for programs has come to.
struct ProgramWalk<'a> {
    machine: &'a LinuxSweep,
    pending: Vec<PendingFolder>,
    programs: BTreeSet<String>,
    entries: u64,
    closed: u32,
    surplus: u32,
}

impl LinuxSweep {
    pub(crate) fn search_programs(
        &self,
        progress: &mut SweepProgress<'_>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let own = OWN_FOLDERS.iter().filter_map(|folder| self.in_home(folder)).chain(self.own_places());
        let own = own.map(|path| PendingFolder { path, levels: OWN_DEPTH });
        let shared = SHARED_FOLDERS
            .iter()
            .map(|(path, levels)| PendingFolder { path: (*path).to_owned(), levels: *levels });
        // Links to folders that are looked through anyway, such as an older /bin, are not followed.
        let pending = own.chain(shared).collect();
        let (programs, entries, closed, surplus) = (BTreeSet::new(), 0, 0, 0);
        let mut walk = ProgramWalk { machine: self, pending, programs, entries, closed, surplus };
        walk.run(progress)?;
        let ProgramWalk { programs, entries, closed, surplus, .. } = walk;
        progress.leave_off(surplus);
        if closed > 0 {
            found.push(not_seen(HERE, "/tmp, /opt …", SweepReason::AdministratorsOnly));
        }
        if entries >= MAX_ENTRIES {
            found.push(not_seen(HERE, "/tmp, /opt …", SweepReason::NotInTime));
        }
        self.tell_programs(programs, progress, found)
    }

    /// What of these no package has, or has otherwise.
    fn tell_programs(
        &self,
        programs: BTreeSet<String>,
        progress: &mut SweepProgress<'_>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let packaged = self.packaged(&programs, progress)?;
        let strangers = programs.into_iter().filter(|path| !packaged.contains_key(&merged(path)));
        // Only what is told is hashed: those that anybody can have put there first, and of others the newest.
        let mut strangers: Vec<(bool, Option<SystemTime>, String)> = strangers
            .map(|path| {
                let changed = self.at(&path).symlink_metadata().and_then(|file| file.modified()).ok();
                (is_anybodys_place(&path), changed, path)
            })
            .collect();
        strangers.sort_by_key(|(anybodys, changed, _)| Reverse((*anybodys, *changed)));
        progress.leave_off(strangers.len().saturating_sub(progress.room()) as u32);
        strangers.truncate(progress.room());
        let drafts: Vec<SweepDraft> = strangers.into_iter().map(|(.., path)| self.stray(path)).collect();
        let before = found.len();
        self.judge(drafts, progress, found)?;
        for finding in &mut found[before..] {
            let is_new = finding.age_days.is_some_and(|age| age < RECENT_DAYS);
            let is_hidden = finding.reasons.contains(&SweepReason::HiddenName);
            // Where packages put programs, one of none that came lately was put there by somebody.
            if is_new
                && (is_hidden
                    || finding.path.starts_with("/usr/bin/")
                    || finding.path.starts_with("/usr/sbin/"))
            {
                finding.standing = SweepStanding::Suspicious;
            }
        }
        Ok(())
    }

    fn stray(&self, path: String) -> SweepDraft {
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let plain = SweepFinding::new(HERE, SweepThing::StrayProgram, SweepStanding::Unknown);
        let mut finding = SweepFinding { name, path: path.clone(), ..plain };
        if finding.name.starts_with('.') || path.contains("/.cache/") {
            finding.reasons.push(SweepReason::HiddenName);
        }
        let is_anywhere = is_anybodys_place(&path);
        SweepDraft::new(finding, vec![path]).suspicious_where(is_anywhere, SweepReason::AnybodysPlace)
    }

    /// What the user's desktop calls the folders for downloads and of the desktop (xdg-user-dirs).
    fn own_places(&self) -> Vec<String> {
        let Some(path) = self.in_home(".config/user-dirs.dirs") else { return Vec::new() };
        let text = self.text(path);
        let places = ["XDG_DOWNLOAD_DIR", "XDG_DESKTOP_DIR"].into_iter().filter_map(|name| {
            let rest = setting_of(&text, name)?.strip_prefix("$HOME/")?.trim_end_matches('/');
            let is_below = !rest.is_empty() && !rest.split('/').any(|part| part == "..");
            is_below.then(|| self.in_home(rest))?
        });
        places.filter(|place| !["Downloads", "Desktop"].iter().any(|usual| place.ends_with(usual))).collect()
    }
}

impl ProgramWalk<'_> {
    fn run(&mut self, progress: &mut SweepProgress<'_>) -> SweepResult {
        while let Some(PendingFolder { path, levels }) = self.pending.pop() {
            progress.go_on()?;
            let at = self.machine.at(&path);
            if !at.symlink_metadata().is_ok_and(|folder| folder.is_dir()) {
                continue;
            }
            let Ok(entries) = fs::read_dir(at) else {
                self.closed += 1;
                continue;
            };
            for entry in entries.flatten() {
                if self.entries >= MAX_ENTRIES {
                    return Ok(());
                }
                self.entries += 1;
                if let Some(name) = entry.file_name().to_str() {
                    self.take(&entry, format!("{path}/{name}"), levels, progress)?;
                }
            }
            progress.advance(0, 1);
        }
        Ok(())
    }

    fn take(
        &mut self,
        entry: &DirEntry,
        path: String,
        levels: usize,
        progress: &mut SweepProgress<'_>,
    ) -> Result<(), SweepEnd> {
        let Ok(kind) = entry.file_type() else { return Ok(()) };
        if kind.is_dir() && levels > 1 {
            self.pending.push(PendingFolder { path, levels: levels - 1 });
        } else if kind.is_file() {
            progress.look()?;
            if !is_program(entry) {
                return Ok(());
            }
            if self.programs.len() < MAX_PROGRAMS {
                self.programs.insert(path);
            } else {
                self.surplus += 1;
            }
        }
        Ok(())
    }
}

/// Whether a file can be run: it begins as a program does, and may be run or comes from another system.
fn is_program(entry: &DirEntry) -> bool {
    let Ok(mut file) = open_plain(&entry.path(), OFlags::NOFOLLOW) else { return false };
    let may_run = file.metadata().is_ok_and(|file| file.permissions().mode() & 0o111 != 0);
    let mut start = [0; 4];
    let Ok(length) = file.read(&mut start) else { return false };
    let start = &start[..length];
    start == b"\x7fELF" || may_run && start.starts_with(b"#!") || start.starts_with(b"MZ") && length == 4
}
