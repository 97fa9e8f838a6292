//! The folder into which a person lets a transfer be written. All is done below it by handles of folders, one
//! part of a path at a time, and no link is followed: whoever swaps one in gains nothing.
//!
//! A name that is taken is never overwritten; the newcomer gets a number. Which name each file at the top got
//! is noted in a list beside them, so that the same transfer goes on under it after an interruption.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, MetadataExt as _};
use rustix::fs::{Mode, OFlags, RenameFlags};

use crate::manifest::{TransferManifest, free_name};
use crate::names::{check_name, folded};
use crate::partial::{PARTIAL_PREFIX, PARTIAL_SUFFIX};

/// How a list's name ends.
const LIST_SUFFIX: &str = ".list";

/// The longest list in bytes: two names for each entry.
const MAX_LIST_BYTES: u64 = 8 << 20;

/// How long what was interrupted is kept: long enough for another appointment.
const KEPT_TIME: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Entries of the folder that are looked at for names that are taken, and for what is out of date.
const MAX_LOOKED_AT: usize = 100_000;

/// What is left to whatever else writes on the disk, in bytes.
const RESERVE_BYTES: u64 = 16 << 20;

/// The folder of one transfer.
#[derive(Debug)]
pub struct TargetFolder {
    dir: Dir,
    path: PathBuf,
    /// What the names at the top are called here.
    tops: HashMap<String, String>,
    list: String,
    /// Whether some of it was here before.
    goes_on: bool,
}

impl TargetFolder {
    /// Opens the folder for a transfer; makes it where it isn't there and `make` says so.
    ///
    /// # Errors
    /// It is no folder, or can't be read.
    pub fn open(path: &Path, make: bool) -> io::Result<Self> {
        if !path.is_absolute() {
            return Err(io::ErrorKind::NotFound.into());
        }
        if make {
            Dir::create_ambient_dir_all(path, ambient_authority())?;
        }
        let path = path.canonicalize()?;
        let dir = Dir::open_ambient_dir(&path, ambient_authority())?;
        Ok(Self { dir, path, tops: HashMap::new(), list: String::new(), goes_on: false })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the disk has room for so many bytes, and a little more.
    ///
    /// # Errors
    /// It doesn't say.
    pub fn has_room(&self, bytes: u64) -> io::Result<bool> {
        let disk = rustix::fs::fstatvfs(&self.dir)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize) >= bytes.saturating_add(RESERVE_BYTES))
    }

    /// Finds a name for each thing at the top, the same as before where this transfer was interrupted here.
    ///
    /// # Errors
    /// Nothing can be written here.
    pub(crate) fn settle(&mut self, manifest: &TransferManifest, peer: &[u8; 32]) -> io::Result<()> {
        let key = blake3::Hash::from(manifest.key(peer)).to_hex();
        self.list = format!("{PARTIAL_PREFIX}{}{LIST_SUFFIX}", &key[..32]);
        let mut before = self.read_list();
        self.goes_on = !before.is_empty();
        let mut taken = self.taken();
        for top in manifest.tops() {
            let name = match before.remove(&top.path) {
                Some(name) => name,
                None => free_name(&top.path, |name| !taken.contains(&folded(name)))
                    .ok_or(io::ErrorKind::AlreadyExists)?,
            };
            taken.insert(folded(&name));
            self.tops.insert(top.path.clone(), name);
        }
        self.write_list()
    }

    /// Whether some of this transfer may be here already.
    pub(crate) fn goes_on(&self) -> bool {
        self.goes_on
    }

    /// Makes a folder of the transfer, where it isn't there yet.
    pub(crate) fn make_folder(&self, path: &str, is_private: bool) -> io::Result<()> {
        let (parent, name) = self.parent(path)?;
        let mode = if is_private { 0o700 } else { 0o755 };
        match rustix::fs::mkdirat(&parent, &name, Mode::from_raw_mode(mode)) {
            Ok(()) => Ok(()),
            // Opened as a folder and not through a link, or not at all.
            Err(rustix::io::Errno::EXIST) => open_folder(&parent, &name).map(drop),
            Err(error) => Err(error.into()),
        }
    }

    /// The file of the transfer that is here under its own name already, if any.
    pub(crate) fn present(&self, path: &str) -> io::Result<File> {
        let (parent, name) = self.parent(path)?;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(rustix::fs::openat(&parent, &name, flags, Mode::empty())?);
        if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    /// Gives the file that is whole its own name, or the next that is free: where it is now.
    pub(crate) fn keep(&self, partial: &str, path: &str) -> io::Result<PathBuf> {
        let (parent, name) = self.parent(path)?;
        let mut fault = None;
        let kept = free_name(&name, |name| match rename_new(&self.dir, partial, &parent, name) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
            Err(error) => {
                fault = Some(error);
                true
            }
        });
        let kept = kept.ok_or(io::ErrorKind::AlreadyExists)?;
        if let Some(fault) = fault {
            return Err(fault);
        }
        let local = self.local(path);
        Ok(self.path.join(local).with_file_name(kept))
    }

    /// The handle for files that arrive.
    pub(crate) fn dir(&self) -> &Dir {
        &self.dir
    }

    /// Removes a file that will not be whole.
    pub(crate) fn forget(&self, partial: &str) {
        let _ = self.dir.remove_file(partial);
    }

    /// The transfer is over: nothing of it is to be gone on with.
    pub(crate) fn finish(&self) {
        let _ = self.dir.remove_file(&self.list);
    }

    /// Removes what was interrupted long ago.
    pub(crate) fn clear_old(&self, now: SystemTime) {
        let Ok(entries) = self.dir.entries() else { return };
        for entry in entries.take(MAX_LOOKED_AT).flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| is_own(name)) else { continue };
            let Ok(metadata) = self.dir.symlink_metadata(name) else { continue };
            // Not when it was modified: a file that is whole has the time that its sender gave it.
            let changed = Duration::from_secs(u64::try_from(metadata.ctime()).unwrap_or(0));
            let age = now.duration_since(SystemTime::UNIX_EPOCH + changed);
            if metadata.is_file() && age.is_ok_and(|age| age > KEPT_TIME) {
                self.forget(name);
            }
        }
    }

    /// Where a path of the transfer is below this folder.
    fn local(&self, path: &str) -> String {
        let (top, rest) = path.split_once('/').map_or((path, None), |(top, rest)| (top, Some(rest)));
        let top = self.tops.get(top).map_or(top, String::as_str);
        rest.map_or_else(|| top.to_owned(), |rest| format!("{top}/{rest}"))
    }

    /// The folder in which this path lies, and its name there.
    fn parent(&self, path: &str) -> io::Result<(Dir, String)> {
        let local = self.local(path);
        let mut dir = self.dir.try_clone()?;
        let mut parts = local.split('/').peekable();
        while let Some(part) = parts.next() {
            check_name(part).map_err(|_| io::ErrorKind::InvalidInput)?;
            if parts.peek().is_none() {
                return Ok((dir, part.to_owned()));
            }
            dir = open_folder(&dir, part)?;
        }
        Err(io::ErrorKind::InvalidInput.into())
    }

    fn taken(&self) -> HashSet<String> {
        let entries = self.dir.entries().into_iter().flatten().take(MAX_LOOKED_AT).flatten();
        entries.map(|entry| folded(&entry.file_name().to_string_lossy())).collect()
    }

    /// The names of before. Somebody may have written there what they like: only good names count.
    fn read_list(&self) -> HashMap<String, String> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let mut text = String::new();
        if let Ok(file) = rustix::fs::openat(&self.dir, &self.list, flags, Mode::empty()) {
            let _ = File::from(file).take(MAX_LIST_BYTES).read_to_string(&mut text);
        }
        let names = text.lines().filter_map(|line| line.split_once('\t'));
        let good = names.filter(|(_, here)| check_name(here).is_ok());
        good.map(|(top, here)| (top.to_owned(), here.to_owned())).collect()
    }

    fn write_list(&self) -> io::Result<()> {
        let new = format!("{}{PARTIAL_SUFFIX}", self.list);
        self.forget(&new);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(rustix::fs::openat(&self.dir, &new, flags, Mode::from_raw_mode(0o600))?);
        for (top, here) in &self.tops {
            writeln!(file, "{top}\t{here}")?;
        }
        self.dir.rename(&new, &self.dir, &self.list)
    }
}

/// Whether a name is one of this program's own, for what arrives.
fn is_own(name: &str) -> bool {
    name.starts_with(PARTIAL_PREFIX) && (name.ends_with(PARTIAL_SUFFIX) || name.ends_with(LIST_SUFFIX))
}

/// A folder in a folder; no link to one.
fn open_folder(parent: &Dir, name: &str) -> io::Result<Dir> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = rustix::fs::openat(parent, name, flags, Mode::empty())?;
    Ok(Dir::from_std_file(File::from(folder)))
}

/// Renames where the new name is free.
fn rename_new(from: &Dir, old: &str, to: &Dir, new: &str) -> io::Result<()> {
    match rustix::fs::renameat_with(from, old, to, new, RenameFlags::NOREPLACE) {
        // A file system that knows no such rename: by a second name, which is never put on one that is there.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {
            from.hard_link(old, to, new)?;
            from.remove_file(old)
        }
        renamed => Ok(renamed?),
    }
}
