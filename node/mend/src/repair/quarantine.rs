//! Quarantine: a file is moved out of the way and comes back as it was, byte by byte, with its mode and its
//! times.
//!
//! Files and folders are held by handles, and no part of a path may be a link: what somebody else puts into
//! the way meanwhile is not moved in the file's place. Within a file system the file itself is moved; across
//! two it is copied, synced, compared and only then taken away.

use beistand_posix::fd::{AsFd, OwnedFd};
use beistand_posix::unix::ffi::OsStrExt as _;
use beistand_posix::unix::fs::DirBuilderExt as _;
use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, File};
use std::hash::{BuildHasher, RandomState};
use std::io::Seek as _;
use std::path::PathBuf;

use beistand_posix::fs::{
    AtFlags, Mode, RenameFlags, Stat, Timespec, Timestamps, fchmod, fstat, futimens, renameat_with, statat,
    unlinkat,
};
use beistand_posix::io::Errno;
use beistand_posix::process::geteuid;
use beistand_session::{DeedPath, DeedSight, SightKind};
use serde::{Deserialize, Serialize};

use super::sight;
use crate::folder::{copy, create, digest, exists, open_folder, open_plain, resolved, sync_folder};
use crate::{DeedFault, KeptBytes, Machine};

/// The largest file that is moved, in bytes: it is read twice while somebody waits.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// The mode of what is in quarantine: it can't be run.
const HELD_MODE: u32 = 0o600;

/// A file, and where it will be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct QuarantineBefore {
    folder: KeptBytes,
    name: KeptBytes,
    /// What it is called in quarantine.
    held: String,
    device: u64,
    inode: u64,
    pub(super) size: u64,
    mode: u32,
    owner: u32,
    group: u32,
    changed: (i64, i64),
    read: (i64, i64),
    digest: String,
}

pub(super) fn before(path: &DeedPath, machine: &Machine) -> Result<QuarantineBefore, DeedFault> {
    let relative = path.as_bytes().strip_prefix(b"/").unwrap_or_default();
    let path = machine.at("/").join(OsStr::from_bytes(relative));
    let (folder, name) = resolved(&path)?;
    if is_ours(&folder, machine) {
        return Err(DeedFault::Unfit);
    }
    let (mut file, stat) = open_plain(open_folder(&folder)?, &name)?;
    let size = u64::try_from(stat.st_size).unwrap_or_default();
    if size > MAX_FILE_BYTES {
        return Err(DeedFault::TooLarge);
    }
    let held = format!("{:016x}", RandomState::new().hash_one(path.as_os_str()));
    let digest = digest(&mut file, machine.watch())?;
    Ok(QuarantineBefore {
        folder: folder.into(),
        name: name.into(),
        held,
        device: stat.st_dev,
        inode: stat.st_ino,
        size,
        mode: stat.st_mode & 0o7777,
        owner: stat.st_uid,
        group: stat.st_gid,
        changed: (stat.st_mtime, i64::try_from(stat.st_mtime_nsec).unwrap_or_default()),
        read: (stat.st_atime, i64::try_from(stat.st_atime_nsec).unwrap_or_default()),
        digest,
    })
}

/// Whether a folder is this program's own: without its journal nothing could be taken back.
fn is_ours(folder: &std::path::Path, machine: &Machine) -> bool {
    let own = machine.hold().parent().and_then(|own| own.canonicalize().ok());
    own.is_some_and(|own| folder.starts_with(own))
}

impl QuarantineBefore {
    /// How large it is, and where it really is: a folder of the path that was proposed may be a link.
    pub(super) fn sight(&self) -> DeedSight {
        let path = self.folder.as_path().join(self.name());
        let path = DeedPath::new(path.as_os_str().as_bytes()).map(|path| path.text());
        sight(SightKind::File, self.size, &path.unwrap_or_default())
    }

    pub(super) fn run(&self, machine: &Machine) -> Result<DeedSight, DeedFault> {
        let (folder, hold) = (open_folder(self.folder.as_path())?, open_hold(machine)?);
        let (name, held) = (self.name(), OsStr::new(&self.held));
        let (file, stat) = open_plain(&folder, name)?;
        if !self.is(&stat) {
            return Err(DeedFault::Changed);
        }
        match renameat_with(&folder, name, &hold, held, RenameFlags::NOREPLACE) {
            Ok(()) => self.check_moved(&folder, &hold, machine)?,
            // Another file system, or one that can't do it in one step.
            Err(Errno::XDEV | Errno::INVAL | Errno::NOSYS) => {
                self.copy_away(file, &folder, &hold, machine)?;
            }
            Err(error) => return Err(error.into()),
        }
        sync_folder(&hold);
        sync_folder(&folder);
        Ok(sight(SightKind::Away, 0, ""))
    }

    /// What was moved is what was asked about, or goes back at once.
    fn check_moved(&self, folder: &OwnedFd, hold: &OwnedFd, machine: &Machine) -> Result<(), DeedFault> {
        let held = OsStr::new(&self.held);
        let checked = open_plain(hold, held).and_then(|(mut file, stat)| {
            let same = stat.st_ino == self.inode && digest(&mut file, machine.watch())? == self.digest;
            if !same {
                return Err(DeedFault::Changed);
            }
            // A file of somebody else's keeps its mode.
            let _ = fchmod(&file, Mode::from_raw_mode(HELD_MODE));
            Ok(file.sync_all()?)
        });
        if checked.is_err() && renameat_with(hold, held, folder, self.name(), RenameFlags::NOREPLACE).is_err()
        {
            // Something else is in its place by now: it stays where it can be taken back from.
            return Err(DeedFault::System("the file is in quarantine".to_owned()));
        }
        checked
    }

    fn copy_away(
        &self,
        mut file: File,
        folder: &OwnedFd,
        hold: &OwnedFd,
        machine: &Machine,
    ) -> Result<(), DeedFault> {
        // A copy is the user's own: what isn't could not come back as it was.
        if self.owner != geteuid().as_raw() {
            return Err(DeedFault::NotPermitted);
        }
        let held = OsStr::new(&self.held);
        let mut copied = create(hold, held, HELD_MODE)?;
        let moved = copy(&mut file, &mut copied, machine.watch()).and_then(|digest| {
            copied.sync_all()?;
            sync_folder(hold);
            let now = statat(folder, self.name(), AtFlags::SYMLINK_NOFOLLOW)?;
            if digest != self.digest || !self.is(&now) {
                return Err(DeedFault::Changed);
            }
            Ok(unlinkat(folder, self.name(), AtFlags::empty())?)
        });
        if moved.is_err() {
            let _ = unlinkat(hold, held, AtFlags::empty());
        }
        moved
    }

    pub(super) fn undo(&self, machine: &Machine) -> Result<(), DeedFault> {
        let (folder, hold) = (open_folder(self.folder.as_path())?, open_hold(machine)?);
        let (name, held) = (self.name(), OsStr::new(&self.held));
        if !exists(&hold, held)? {
            // It was interrupted before it was moved.
            return if self.is_at(&folder, name, machine) { Ok(()) } else { Err(DeedFault::Gone) };
        }
        if exists(&folder, name)? {
            if !self.is_at(&folder, name, machine) {
                return Err(DeedFault::Changed);
            }
            // It was interrupted between its copy and its end, so that the copy is one too many.
            return Ok(unlinkat(&hold, held, AtFlags::empty())?);
        }
        let (mut file, _) = open_plain(&hold, held)?;
        if digest(&mut file, machine.watch())? != self.digest {
            return Err(DeedFault::Changed);
        }
        self.dress(&file)?;
        match renameat_with(&hold, held, &folder, name, RenameFlags::NOREPLACE) {
            Ok(()) => {}
            Err(Errno::XDEV | Errno::INVAL | Errno::NOSYS) => {
                self.copy_back(file, &folder, machine)?;
                unlinkat(&hold, held, AtFlags::empty())?;
            }
            Err(error) => return Err(error.into()),
        }
        sync_folder(&folder);
        sync_folder(&hold);
        Ok(())
    }

    fn copy_back(&self, mut file: File, folder: &OwnedFd, machine: &Machine) -> Result<(), DeedFault> {
        let part = OsString::from(format!(".beistand-{}", self.held));
        // Left by a program that was killed.
        let _ = unlinkat(folder, &part, AtFlags::empty());
        file.rewind()?;
        let mut copied = create(folder, &part, HELD_MODE)?;
        let back = copy(&mut file, &mut copied, machine.watch()).and_then(|digest| {
            if digest != self.digest {
                return Err(DeedFault::Changed);
            }
            self.dress(&copied)?;
            copied.sync_all()?;
            match renameat_with(folder, &part, folder, self.name(), RenameFlags::NOREPLACE) {
                Err(Errno::INVAL | Errno::NOSYS) if !exists(folder, self.name())? => {
                    Ok(beistand_posix::fs::renameat(folder, &part, folder, self.name())?)
                }
                moved => Ok(moved?),
            }
        });
        if back.is_err() {
            let _ = unlinkat(folder, &part, AtFlags::empty());
        }
        back
    }

    /// Gives a file its mode, its group and its times back.
    fn dress(&self, file: &File) -> Result<(), DeedFault> {
        let stat = fstat(file)?;
        if stat.st_uid == geteuid().as_raw() || geteuid().is_root() {
            if stat.st_gid != self.group {
                beistand_posix::fs::fchown(file, None, Some(beistand_posix::fs::Gid::from_raw(self.group)))?;
            }
            fchmod(file, Mode::from_raw_mode(self.mode))?;
            let time = |(tv_sec, tv_nsec)| Timespec { tv_sec, tv_nsec };
            let times = Timestamps { last_access: time(self.read), last_modification: time(self.changed) };
            futimens(file, &times)?;
        }
        Ok(())
    }

    fn name(&self) -> &OsStr {
        OsStr::from_bytes(&self.name.0)
    }

    /// Whether it is the file that was asked about, and nobody has written to it.
    fn is(&self, stat: &Stat) -> bool {
        let changed = (stat.st_mtime, i64::try_from(stat.st_mtime_nsec).unwrap_or_default());
        stat.st_dev == self.device
            && stat.st_ino == self.inode
            && u64::try_from(stat.st_size) == Ok(self.size)
            && changed == self.changed
    }

    /// Whether this file, with what was in it, is there.
    fn is_at(&self, folder: impl AsFd, name: &OsStr, machine: &Machine) -> bool {
        let found = open_plain(folder, name).and_then(|(mut file, _)| digest(&mut file, machine.watch()));
        found.is_ok_and(|digest| digest == self.digest)
    }
}

fn open_hold(machine: &Machine) -> Result<OwnedFd, DeedFault> {
    DirBuilder::new().recursive(true).mode(0o700).create(machine.hold())?;
    let hold: PathBuf = machine.hold().canonicalize()?;
    open_folder(&hold)
}
