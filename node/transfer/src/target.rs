//! The folder into which a person lets a transfer be written. All is done below it by handles of folders, one
//! part of a path at a time, and no link is followed: whoever swaps one in gains nothing.
//!
//! A name that is taken is never overwritten; the newcomer gets a number. Which name each file at the top
//! got, and which folder there is the transfer's own, is noted in a list beside them, so that the same
//! transfer goes on under it after an interruption, and into no other folder.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use beistand_posix::fs::{AtFlags, FileType, Mode, OFlags, StatxFlags, statx};
use cap_std::ambient_authority;
use cap_std::fs::Dir;

use crate::manifest::{TransferManifest, free_name};
use crate::names::{check_name, folded};
use crate::partial::{PARTIAL_PREFIX, PARTIAL_SUFFIX};
use crate::publish::{rename_folder, rename_new};

/// How a list's name ends.
const LIST_SUFFIX: &str = ".list";

/// How a folder's name ends that is being made.
const FOLDER_SUFFIX: &str = ".folder";

/// The longest list in bytes: two names for each entry, some of them twice.
const MAX_LIST_BYTES: u64 = 16 << 20;

/// How long what was interrupted is kept: long enough for another appointment.
const KEPT_TIME: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Entries of the folder that are looked at for names that are taken, and for what is out of date.
const MAX_LOOKED_AT: usize = 100_000;

/// What is left to whatever else writes on the disk, in bytes.
const RESERVE_BYTES: u64 = 64 << 20;

/// The folder of one transfer.
#[derive(Debug)]
pub struct TargetFolder {
    dir: Dir,
    path: PathBuf,
    /// Where the names at the top are here.
    tops: HashMap<String, TopPlace>,
    list: String,
    /// Whether some of it was here before.
    goes_on: bool,
}

/// Where something at the top is.
#[derive(Debug, Clone)]
struct TopPlace {
    name: String,
    /// By what a folder is known again that was made for this transfer.
    folder: Option<FolderId>,
}

/// A folder, told from all others of this machine: its disk, its number there, and when it was made.
type FolderId = (u64, u64, u64);

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
        Ok(self.room()? >= bytes)
    }

    /// How many bytes may be written before the disk has no more than is left to others.
    pub(crate) fn room(&self) -> io::Result<u64> {
        let disk = beistand_posix::fs::fstatvfs(&self.dir)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize).saturating_sub(RESERVE_BYTES))
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
            let place = match before.remove(&top.path) {
                Some(place) => place,
                None => {
                    let name = free_name(&top.path, |name| !taken.contains(&folded(name)));
                    TopPlace { name: name.ok_or(io::ErrorKind::AlreadyExists)?, folder: None }
                }
            };
            taken.insert(folded(&place.name));
            self.tops.insert(top.path.clone(), place);
        }
        self.write_list()
    }

    /// Whether some of this transfer may be here already.
    pub(crate) fn goes_on(&self) -> bool {
        self.goes_on
    }

    /// Makes a folder of the transfer, where it isn't there yet.
    pub(crate) fn make_folder(&mut self, path: &str, is_private: bool) -> io::Result<()> {
        let mode = Mode::from_raw_mode(if is_private { 0o700 } else { 0o755 });
        if !path.contains('/') {
            return self.make_top(path, mode);
        }
        let (parent, name) = self.parent(path)?;
        match beistand_posix::fs::mkdirat(&parent, &name, mode) {
            Ok(()) => Ok(()),
            // In a folder that was made for this transfer. Opened as a folder and not through a link, or not
            // at all.
            Err(beistand_posix::io::Errno::EXIST) => open_folder(&parent, &name).map(drop),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a folder at the top, or finds the one that was made for this transfer. One of somebody else's is
    /// never written into: ours is made under a name of this program's own and noted before it gets its name.
    fn make_top(&mut self, top: &str, mode: Mode) -> io::Result<()> {
        let Some(place) = self.tops.get(top).cloned() else { return Err(io::ErrorKind::InvalidInput.into()) };
        let here = open_folder(&self.dir, &place.name).and_then(|folder| id_of(&folder));
        if place.folder.is_some() && here.ok() == place.folder {
            return Ok(());
        }
        let making = format!("{}{FOLDER_SUFFIX}", self.list);
        // One that an interruption has left; if something is in it, it stays, and none is made.
        let _ = self.dir.remove_dir(&making);
        beistand_posix::fs::mkdirat(&self.dir, &making, mode)?;
        let folder = Some(open_folder(&self.dir, &making).and_then(|folder| id_of(&folder))?);
        let mut fault = None;
        let named = free_name(&place.name, |name| {
            let place = TopPlace { name: name.to_owned(), folder };
            let named = self.note(top, &place).and_then(|()| rename_folder(&self.dir, &making, name));
            match named {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return false,
                Err(error) => fault = Some(error),
                Ok(()) => {}
            }
            self.tops.insert(top.to_owned(), place);
            true
        });
        match (fault, named) {
            (None, Some(_)) => Ok(()),
            (Some(fault), _) => Err(fault),
            (None, None) => Err(io::ErrorKind::AlreadyExists.into()),
        }
    }

    /// The file of the transfer that is here under its own name already, if any.
    pub(crate) fn present(&self, path: &str) -> io::Result<File> {
        let (parent, name) = self.parent(path)?;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(beistand_posix::fs::openat(&parent, &name, flags, Mode::empty())?);
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

    /// What was written in this folder of the transfer, with the names that it got, is on the disk; `None`:
    /// at the top. Where a file system knows no such thing, nothing is lost by it.
    pub(crate) fn sync_folder(&self, path: Option<&str>) {
        let folder = match path {
            None => self.dir.try_clone(),
            Some(path) => self.parent(path).and_then(|(parent, name)| open_folder(&parent, &name)),
        };
        if let Ok(folder) = folder {
            let _ = beistand_posix::fs::fsync(&folder);
        }
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
        let _ = self.dir.remove_dir(format!("{}{FOLDER_SUFFIX}", self.list));
    }

    /// Removes what was interrupted long ago.
    pub(crate) fn clear_old(&self, now: SystemTime) {
        let Ok(entries) = self.dir.entries() else { return };
        for entry in entries.take(MAX_LOOKED_AT).flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| is_own(name)) else { continue };
            let stat = beistand_posix::fs::statat(&self.dir, name, AtFlags::SYMLINK_NOFOLLOW);
            let Ok(stat) = stat else { continue };
            // Not when it was modified: a file that is whole has the time that its sender gave it.
            let changed = Duration::from_secs(u64::try_from(stat.st_ctime).unwrap_or(0));
            let age = now.duration_since(SystemTime::UNIX_EPOCH + changed);
            if age.is_ok_and(|age| age > KEPT_TIME) {
                // Of folders only what is empty.
                let _ = match FileType::from_raw_mode(stat.st_mode) {
                    FileType::Directory => self.dir.remove_dir(name),
                    _ => self.dir.remove_file(name),
                };
            }
        }
    }

    /// Where a path of the transfer is below this folder.
    fn local(&self, path: &str) -> String {
        let (top, rest) = path.split_once('/').map_or((path, None), |(top, rest)| (top, Some(rest)));
        let top = self.tops.get(top).map_or(top, |place| &place.name);
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

    /// The places of before. Somebody may have written there what they like: only good names count.
    fn read_list(&self) -> HashMap<String, TopPlace> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let mut text = String::new();
        if let Ok(file) = beistand_posix::fs::openat(&self.dir, &self.list, flags, Mode::empty()) {
            let _ = File::from(file).take(MAX_LIST_BYTES).read_to_string(&mut text);
        }
        // What is noted later is what counts.
        text.lines().filter_map(listed).collect()
    }

    fn write_list(&self) -> io::Result<()> {
        let new = format!("{}{PARTIAL_SUFFIX}", self.list);
        self.forget(&new);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file =
            File::from(beistand_posix::fs::openat(&self.dir, &new, flags, Mode::from_raw_mode(0o600))?);
        let lines: String = self.tops.iter().map(|(top, place)| list_line(top, place)).collect();
        file.write_all(lines.as_bytes())?;
        self.dir.rename(&new, &self.dir, &self.list)
    }

    /// Notes one more place.
    fn note(&self, top: &str, place: &TopPlace) -> io::Result<()> {
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let mut file = File::from(beistand_posix::fs::openat(&self.dir, &self.list, flags, Mode::empty())?);
        file.write_all(list_line(top, place).as_bytes())
    }
}

fn list_line(top: &str, TopPlace { name, folder }: &TopPlace) -> String {
    match folder {
        None => format!("{top}\t{name}\n"),
        Some((device, number, born)) => format!("{top}\t{name}\t{device}\t{number}\t{born}\n"),
    }
}

fn listed(line: &str) -> Option<(String, TopPlace)> {
    let mut parts = line.split('\t');
    let (top, name) = (parts.next()?, parts.next()?);
    check_name(name).ok()?;
    let mut number = || parts.next()?.parse().ok();
    let folder = number().zip(number()).zip(number());
    let folder = folder.map(|((device, number), born)| (device, number, born));
    Some((top.to_owned(), TopPlace { name: name.to_owned(), folder }))
}

fn id_of(folder: &Dir) -> io::Result<FolderId> {
    let stat = beistand_posix::fs::fstat(folder)?;
    // The number of a folder that is gone is given again, the moment is not. Not every file system keeps it.
    let born = statx(folder, "", AtFlags::EMPTY_PATH, StatxFlags::BTIME).map_or(0, |more| {
        let secs = u64::try_from(more.stx_btime.tv_sec).unwrap_or(0);
        secs.saturating_mul(1_000_000_000).saturating_add(u64::from(more.stx_btime.tv_nsec))
    });
    Ok((stat.st_dev, stat.st_ino, born))
}

/// Whether a name is one of this program's own, for what arrives.
fn is_own(name: &str) -> bool {
    let endings = [PARTIAL_SUFFIX, LIST_SUFFIX, FOLDER_SUFFIX];
    name.starts_with(PARTIAL_PREFIX) && endings.iter().any(|ending| name.ends_with(ending))
}

/// A folder in a folder; no link to one.
fn open_folder(parent: &Dir, name: &str) -> io::Result<Dir> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = beistand_posix::fs::openat(parent, name, flags, Mode::empty())?;
    Ok(Dir::from_std_file(File::from(folder)))
}
