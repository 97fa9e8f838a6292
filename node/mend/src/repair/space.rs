//! Disk space is freed by kind: first how much there is of each, then what the user has said yes to is thrown
//! away. That can't be taken back, since what is kept elsewhere on the disk frees nothing.
//!
//! Folders are walked by their handles and within their file system: a link in a cache leads nowhere.

use beistand_posix::fd::OwnedFd;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use beistand_posix::fs::{
    Access, AtFlags, Dir, FileType, Mode, OFlags, Stat, accessat, fstat, openat, statat, unlinkat,
};
use beistand_session::{DeedSight, SightKind, SpaceKind, SpaceKinds};
use serde::{Deserialize, Serialize};

use super::sight;
use crate::folder::open_folder;
use crate::{DeedFault, DeedWatch, Machine};

/// What is looked at in all, in files and folders: a large cache has some hundred thousand.
const MAX_ENTRIES: u64 = 2_000_000;

/// How deep folders are followed: each open one is a handle.
const MAX_DEPTH: usize = 64;

/// What has not been touched for so long is no longer needed to be fast.
const OLD_SECS: i64 = 30 * 24 * 60 * 60;

const PACKAGES: &str = "var/cache/apt/archives";
const JOURNAL: &str = "var/log/journal";

/// How much of each kind can be freed, in bytes. A look only.
pub fn free_space(machine: &Machine) -> Vec<(SpaceKind, u64)> {
    SpaceKind::ALL.iter().map(|kind| (*kind, measure(*kind, machine))).collect()
}

/// How much was to be thrown away, and when that was looked at: what came since was not shown, and stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SpaceBefore {
    looked_secs: i64,
    pub(super) bytes: u64,
}

pub(super) fn before(kinds: SpaceKinds, machine: &Machine) -> Result<SpaceBefore, DeedFault> {
    let looked_secs = now_secs();
    let bytes = kinds.iter().map(|kind| measure(kind, machine)).sum();
    if bytes == 0 { Err(DeedFault::Already) } else { Ok(SpaceBefore { looked_secs, bytes }) }
}

fn now_secs() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}

/// Throws away what it can; where some of it can't, the rest is freed and said.
pub(super) fn run(
    kinds: SpaceKinds,
    before: &SpaceBefore,
    machine: &Machine,
) -> Result<DeedSight, DeedFault> {
    let (mut freed, mut fault) = (0, None);
    for kind in kinds.iter() {
        match empty(kind, before.looked_secs, machine) {
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

/// A folder that is emptied.
#[derive(Debug, Clone)]
struct SpacePlace {
    /// The home, or the root: where links on the way to it are the owner's own.
    base: PathBuf,
    /// From there on there may be none.
    below: &'static str,
}

/// The folders of a kind, and what in them is meant.
fn places(kind: SpaceKind, machine: &Machine) -> (Vec<SpacePlace>, Meant) {
    let home = |below| SpacePlace { base: machine.in_home(""), below };
    let system = |below| SpacePlace { base: machine.at("/"), below };
    match kind {
        SpaceKind::Trash => {
            let parts =
                [".local/share/Trash/files", ".local/share/Trash/info", ".local/share/Trash/expunged"];
            (parts.map(home).to_vec(), Meant::All)
        }
        SpaceKind::Thumbnails => (vec![home(".cache/thumbnails")], Meant::All),
        SpaceKind::Caches => (vec![home(".cache")], Meant::OldBut("thumbnails")),
        SpaceKind::Dumps => (["var/lib/systemd/coredump", "var/crash"].map(system).to_vec(), Meant::All),
        SpaceKind::Packages => (vec![system(PACKAGES)], Meant::Packages),
        SpaceKind::Journal => (vec![system(JOURNAL)], Meant::Old),
    }
}

fn measure(kind: SpaceKind, machine: &Machine) -> u64 {
    let (folders, meant) = places(kind, machine);
    let asked_for = matches!(kind, SpaceKind::Packages | SpaceKind::Journal);
    folders.iter().map(|folder| Walk::new(meant, machine, WalkAim::Count).folder(folder, asked_for)).sum()
}

fn empty(kind: SpaceKind, looked_secs: i64, machine: &Machine) -> Result<u64, DeedFault> {
    let before = measure(kind, machine);
    match kind {
        SpaceKind::Trash | SpaceKind::Thumbnails | SpaceKind::Caches | SpaceKind::Dumps => {
            let (folders, meant) = places(kind, machine);
            let aim = WalkAim::Throw { until_secs: looked_secs };
            let walked = folders.iter().map(|folder| Walk::new(meant, machine, aim).folder(folder, false));
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

/// What a walk is for.
#[derive(Debug, Clone, Copy)]
enum WalkAim {
    Count,
    /// To throw away what was there at this time, in seconds since 1970.
    Throw {
        until_secs: i64,
    },
}

/// A walk through folders, which counts what is meant or throws it away.
struct Walk<'a> {
    meant: Meant,
    watch: &'a DeedWatch,
    aim: WalkAim,
    left: u64,
    /// What was touched since is not old.
    old_before: i64,
}

impl<'a> Walk<'a> {
    fn new(meant: Meant, machine: &'a Machine, aim: WalkAim) -> Self {
        Self { meant, watch: machine.watch(), aim, left: MAX_ENTRIES, old_before: now_secs() - OLD_SECS }
    }

    /// The bytes of what is meant in a folder, as far as the account may throw it away, or an administrator
    /// is asked. A link on the way there, or in its place, leads nowhere.
    fn folder(&mut self, place: &SpacePlace, asked_for: bool) -> u64 {
        let Ok(base) = place.base.canonicalize() else { return 0 };
        let Ok(folder) = open_folder(&base.join(place.below)) else { return 0 };
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
                    if matches!((self.aim, self.meant), (WalkAim::Throw { .. }, Meant::All)) {
                        // Where something is left in it, it stays.
                        let _ = unlinkat(&folder, name, AtFlags::REMOVEDIR);
                    }
                }
            } else if self.is_meant(name.to_bytes(), &stat)
                && match self.aim {
                    WalkAim::Count => true,
                    WalkAim::Throw { until_secs } => {
                        stat.st_ctime <= until_secs && unlinkat(&folder, name, AtFlags::empty()).is_ok()
                    }
                }
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
