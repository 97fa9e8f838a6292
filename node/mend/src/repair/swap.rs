//! A small file that is given other content, and gets its own back while nobody has changed it since.
//!
//! The user's files are replaced in one step. A file of the system is written where the account may, and else
//! by the system's own way to ask for an administrator (pkexec), which shows its own question.

use beistand_posix::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use beistand_posix::fs::{Mode, OFlags, RenameFlags, renameat, renameat_with, unlinkat};
use serde::{Deserialize, Serialize};

use super::names::{ENVIRONMENT, HOSTS};
use crate::folder::{create, open_folder, resolved, sync_folder};
use crate::{DeedFault, KeptBytes, Machine};

/// The largest file that is kept in the journal, in bytes: settings of this kind have a few hundred.
const MAX_FILE_BYTES: u64 = 64 << 10;

/// What a file is called until it takes its place.
const NEW_NAME: &str = ".beistand.new";

/// One file before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct FileSwap {
    path: KeptBytes,
    /// `None` where there was none.
    pub(super) old: Option<KeptBytes>,
    pub(super) new: KeptBytes,
    mode: u32,
    /// Whether it is the system's, so that an administrator may be asked for.
    system: bool,
}

impl FileSwap {
    /// What would change `path` by `change`; `None` where that leaves it as it is. `change` is given what is
    /// in the file.
    pub(super) fn of(
        path: &Path,
        system: bool,
        change: impl FnOnce(Option<&[u8]>) -> Option<Vec<u8>>,
    ) -> Result<Option<Self>, DeedFault> {
        // Settings are often links into a folder that is kept elsewhere: it is that file that is changed.
        let path = match path.canonicalize() {
            Err(error) if error.kind() == ErrorKind::NotFound => path.to_owned(),
            resolved => resolved?,
        };
        let (old, mode) = match read(&path)? {
            Some((bytes, mode)) => (Some(bytes), mode),
            None => (None, 0o644),
        };
        let Some(new) = change(old.as_deref()) else { return Ok(None) };
        if old.as_ref() == Some(&new) {
            return Ok(None);
        }
        if new.len() as u64 > MAX_FILE_BYTES {
            return Err(DeedFault::TooLarge);
        }
        let (old, new) = (old.map(KeptBytes), KeptBytes(new));
        Ok(Some(Self { path: path.into(), old, new, mode, system }))
    }

    /// Puts the new content in the place of the old one.
    pub(super) fn apply(&self, machine: &Machine) -> Result<(), DeedFault> {
        if self.now()? != self.old {
            return Err(DeedFault::Changed);
        }
        self.put(&self.new.0, machine)
    }

    /// Whether the old content can be put back, or is there.
    pub(super) fn can_revert(&self) -> Result<bool, DeedFault> {
        let now = self.now()?;
        Ok(now == self.old || now.as_ref() == Some(&self.new))
    }

    /// Puts the old content back.
    pub(super) fn revert(&self, machine: &Machine) -> Result<(), DeedFault> {
        let now = self.now()?;
        if now == self.old {
            return Ok(());
        }
        if now.as_ref() != Some(&self.new) {
            return Err(DeedFault::Changed);
        }
        match &self.old {
            Some(old) => self.put(&old.0, machine),
            None => {
                let (folder, name) = resolved(self.path.as_path())?;
                let folder = open_folder(&folder)?;
                unlinkat(&folder, name, beistand_posix::fs::AtFlags::empty())?;
                sync_folder(&folder);
                Ok(())
            }
        }
    }

    fn now(&self) -> Result<Option<KeptBytes>, DeedFault> {
        Ok(read(self.path.as_path())?.map(|(bytes, _)| KeptBytes(bytes)))
    }

    fn put(&self, bytes: &[u8], machine: &Machine) -> Result<(), DeedFault> {
        let path = self.path.as_path();
        if self.system {
            // The journal is a file of the user's, and no administrator's hand writes where it says.
            let is_known = |known: &&str| machine.at(known).canonicalize().is_ok_and(|known| known == path);
            if ![HOSTS, ENVIRONMENT].iter().any(is_known) {
                return Err(DeedFault::Changed);
            }
            let old = read(path)?.map(|(old, _)| old);
            return write_of_system(path, bytes, machine).inspect_err(|_| {
                // A full disk leaves half a file.
                if let Some(old) =
                    old.filter(|old| read(path).is_ok_and(|now| now.is_none_or(|now| now.0 != *old)))
                {
                    let _ = write_of_system(path, &old, machine);
                }
            });
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let (folder, name) = resolved(path)?;
        let folder = open_folder(&folder)?;
        let new = std::ffi::OsStr::new(NEW_NAME);
        // Left by a program that was killed.
        let _ = unlinkat(&folder, new, beistand_posix::fs::AtFlags::empty());
        let written = create(&folder, new, 0o600).and_then(|mut file| {
            file.write_all(bytes)?;
            beistand_posix::fs::fchmod(&file, Mode::from_raw_mode(self.mode))?;
            Ok(file.sync_all()?)
        });
        let moved = written.and_then(|()| match &self.old {
            // Something that came meanwhile is not written over.
            None => Ok(renameat_with(&folder, new, &folder, &name, RenameFlags::NOREPLACE)?),
            Some(_) => Ok(renameat(&folder, new, &folder, &name)?),
        });
        if moved.is_err() {
            let _ = unlinkat(&folder, new, beistand_posix::fs::AtFlags::empty());
        }
        sync_folder(&folder);
        moved
    }
}

/// The file's content and mode; `None` where there is none.
fn read(path: &Path) -> Result<Option<(Vec<u8>, u32)>, DeedFault> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(DeedFault::Unfit);
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(DeedFault::TooLarge);
    }
    Ok(Some((bytes, about.mode() & 0o7777)))
}

fn write_of_system(path: &Path, bytes: &[u8], machine: &Machine) -> Result<(), DeedFault> {
    let flags = OFlags::NOFOLLOW.bits().cast_signed();
    match OpenOptions::new().write(true).truncate(true).custom_flags(flags).open(path) {
        Ok(file) => Ok(write_all(file, bytes)?),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => as_administrator(path, bytes, machine),
        Err(error) => Err(error.into()),
    }
}

fn write_all(mut file: File, bytes: &[u8]) -> std::io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

/// Has an administrator's tool write it, after the system's own question.
pub(super) fn as_administrator(path: &Path, bytes: &[u8], machine: &Machine) -> Result<(), DeedFault> {
    let place = path.to_str().ok_or(DeedFault::Unfit)?;
    machine.run_as_administrator("tee", &["--", place], bytes)?;
    let written: Option<PathBuf> = read(path)?.filter(|(now, _)| now == bytes).map(|_| path.to_owned());
    written.map(drop).ok_or(DeedFault::NotPermitted)
}
