//! Disk space is freed by kind: first how much there is of each, then what the user has said yes to is thrown
//! away. That can't be taken back, since what is kept elsewhere on the disk frees nothing.
//!
//! Folders are walked by their handles and within their file system: a link in a cache leads nowhere.

use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use beistand_session::{DeedSight, SightKind, SpaceKind, SpaceKinds};
use rustix::fs::{
    Access, AtFlags, Dir, FileType, Mode, OFlags, Stat, accessat, fstat, openat, statat, unlinkat,
};

use super::sight;
use crate::folder::open_folder;
use crate::{DeedFault, DeedWatch, Machine};

/// What is looked at in all, in files and folders: a large cache has some hundred thousand.
const MAX_ENTRIES: u64 = 2_000_000;

/// How deep folders are followed: each open one is a handle.
const MAX_DEPTH: usize = 64;

/// What has not been touched for so long is no longer needed to be fast.
const OLD: Duration = Duration::from_secs(30 * 24 * 60 * 60);

const PACKAGES: &str = "/var/cache/apt/archives";
const JOURNAL: &str = "/var/log/journal";

/// How much of each kind can be freed, in bytes. A look only.
pub fn free_space(machine: &Machine) -> Vec<(SpaceKind, u64)> {
    SpaceKind::ALL.iter().map(|kind| (*kind, measure(*kind, machine))).collect()
}

pub(super) fn before(kinds: SpaceKinds, machine: &Machine) -> Result<Vec<(SpaceKind, u64)>, DeedFault> {
    let all: Vec<_> = kinds.iter().map(|kind| (kind, measure(kind, machine))).collect();
    let nothing = all.iter().all(|(_, bytes)| *bytes == 0);
    if nothing { Err(DeedFault::Already) } else { Ok(all) }
}

/// Throws away what it can; where some of it can't, the rest is freed and said.
pub(super) fn run(kinds: SpaceKinds, machine: &Machine) -> Result<DeedSight, DeedFault> {
    let (mut freed, mut fault) = (0, None);
    for kind in kinds.iter() {
        match empty(kind, machine) {
            Ok(bytes) => freed += bytes,
            Err(why) => fault = Some(why),
        }
        if machine.watch().is_stopped() {
            break;
        }
    }
    match fault {
        Some(fault) if freed == 0 => Err(fault),
        Some(_) | None => Ok(sight(SightKind::Freed, freed, "")),
    }
}

/// The folders of a kind, and what in them is meant.
fn places(kind: SpaceKind, machine: &Machine) -> (Vec<PathBuf>, Meant) {
    let trash = ".local/share/Trash";
    match kind {
        SpaceKind::Trash => {
            let parts = ["files", "info", "expunged"];
            (parts.map(|part| machine.in_home(&format!("{trash}/{part}"))).to_vec(), Meant::All)
        }
        SpaceKind::Thumbnails => (vec![machine.in_home(".cache/thumbnails")], Meant::All),
        SpaceKind::Caches => (vec![machine.in_home(".cache")], Meant::OldBut("thumbnails")),
        SpaceKind::Dumps => {
            let folders = ["/var/lib/systemd/coredump", "/var/crash"];
            (folders.map(|folder| machine.at(folder)).to_vec(), Meant::All)
        }
        SpaceKind::Packages => (vec![machine.at(PACKAGES)], Meant::Packages),
        SpaceKind::Journal => (vec![machine.at(JOURNAL)], Meant::Old),
    }
}

fn measure(kind: SpaceKind, machine: &Machine) -> u64 {
    let (folders, meant) = places(kind, machine);
    let asked_for = matches!(kind, SpaceKind::Packages | SpaceKind::Journal);
    folders.iter().map(|folder| Walk::new(meant, machine, false).folder(folder, asked_for)).sum()
}

fn empty(kind: SpaceKind, machine: &Machine) -> Result<u64, DeedFault> {
    let before = measure(kind, machine);
    match kind {
        SpaceKind::Trash | SpaceKind::Thumbnails | SpaceKind::Caches | SpaceKind::Dumps => {
            let (folders, meant) = places(kind, machine);
            let walked = folders.iter().map(|folder| Walk::new(meant, machine, true).folder(folder, false));
            return Ok(walked.sum());
        }
        SpaceKind::Packages => machine.run_as_administrator("apt-get", &["clean"], &[])?,
        SpaceKind::Journal => machine.run_as_administrator("journalctl", &["--vacuum-time=30d"], &[])?,
    };
    Ok(before.saturating_sub(measure(kind, machine)))
}

/// What in a folder is meant.
#[derive(Debug, Clone, Copy)]
enum Meant {
    All,
    Old,
    /// What is old, but for the folder of this name at the top.
    OldBut(&'static str),
    /// Packages at the top.
    Packages,
}

/// A walk through folders, which counts what is meant or throws it away.
struct Walk<'a> {
    meant: Meant,
    watch: &'a DeedWatch,
    throws: bool,
    left: u64,
    /// What was touched since is not old.
    old_before: i64,
}

impl<'a> Walk<'a> {
    fn new(meant: Meant, machine: &'a Machine, throws: bool) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let old_before = i64::try_from(now.saturating_sub(OLD).as_secs()).unwrap_or_default();
        Self { meant, watch: machine.watch(), throws, left: MAX_ENTRIES, old_before }
    }

    /// The bytes of what is meant in a folder, as far as the account may throw it away, or an administrator
    /// is asked.
    fn folder(&mut self, path: &std::path::Path, asked_for: bool) -> u64 {
        let Ok(path) = path.canonicalize() else { return 0 };
        let Ok(folder) = open_folder(&path) else { return 0 };
        let may = asked_for || accessat(&folder, c".", Access::WRITE_OK, AtFlags::EACCESS).is_ok();
        match fstat(&folder) {
            Ok(stat) if may => self.inside(folder, stat.st_dev, 0),
            Ok(_) | Err(_) => 0,
        }
    }

    fn inside(&mut self, folder: OwnedFd, device: u64, depth: usize) -> u64 {
        let Ok(entries) = Dir::read_from(&folder) else { return 0 };
        let mut bytes = 0;
        for entry in entries.flatten() {
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            if self.left == 0 || self.watch.is_stopped() {
                break;
            }
            self.left -= 1;
            let Ok(stat) = statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW) else { continue };
            if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
                let spared = matches!(self.meant, Meant::OldBut(spared) if depth == 0 && name.to_bytes() == spared.as_bytes());
                if stat.st_dev != device
                    || depth == MAX_DEPTH
                    || spared
                    || matches!(self.meant, Meant::Packages)
                {
                    continue;
                }
                let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                if let Ok(inner) = openat(&folder, name, flags, Mode::empty()) {
                    bytes += self.inside(inner, device, depth + 1);
                    if self.throws && matches!(self.meant, Meant::All) {
                        // Where something is left in it, it stays.
                        let _ = unlinkat(&folder, name, AtFlags::REMOVEDIR);
                    }
                }
            } else if self.is_meant(name.to_bytes(), &stat)
                && (!self.throws || unlinkat(&folder, name, AtFlags::empty()).is_ok())
            {
                bytes += freed_by(&stat);
            }
        }
        bytes
    }

    fn is_meant(&self, name: &[u8], stat: &Stat) -> bool {
        let is_old = stat.st_mtime.max(stat.st_atime) < self.old_before;
        match self.meant {
            Meant::All => true,
            Meant::Old | Meant::OldBut(_) => is_old,
            Meant::Packages => name.ends_with(b".deb"),
        }
    }
}

/// What is free once a file is gone: one of several names frees nothing.
fn freed_by(stat: &Stat) -> u64 {
    let blocks = u64::try_from(stat.st_blocks).unwrap_or_default();
    if stat.st_nlink == 1 { blocks * 512 } else { 0 }
}
