//! The sender of a transfer: looks up what is to be sent, reads and hashes it, and says it part by part.
//!
//! What a person names is followed where it is a link, once; what is found in a folder is not, and neither is
//! what takes its place later. Pipes, devices and links in folders are passed over, and so are names that the
//! other side would refuse. A file is read twice: its hash goes first. It knows no queue and no network: an
//! [`OutgoingPort`] takes what it says.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use beistand_posix::fs::FileType;
use beistand_session::{
    FilesEnd, FilesEntry, MAX_ENTRIES_PER_MESSAGE, MAX_FILE_BLOCK_BYTES, MAX_FILE_BYTES,
    MAX_FILES_TITLE_BYTES, MAX_HASHES_PER_MESSAGE, SentPart, escape,
};

use crate::end_of;
use crate::hash::GroupHashes;
use crate::incoming::{MAX_HOLE_BYTES, wants_a_word};
use crate::manifest::{MAX_ENTRIES, MAX_PATHS_BYTES, free_name};
use crate::names::{check_path, folded};
use crate::source::SourcePlace;

/// Bytes that are read at a time.
const READ_BYTES: usize = 256 << 10;

/// Where what is sent goes.
pub trait OutgoingPort {
    /// Takes a part; `false`: nobody wants more.
    fn say(&mut self, part: SentPart) -> bool;

    /// From where on the other side wants this file; `None`: nobody wants more.
    fn wanted(&mut self, file: u32) -> Option<u64>;

    /// Whether anybody wants more.
    fn goes_on(&self) -> bool;

    /// A file is not sent, or no further.
    fn skipped(&mut self, path: &str, why: FilesEnd);
}

/// What is to be sent.
#[derive(Debug)]
pub struct OutgoingList {
    files: Vec<OutgoingFile>,
    title: String,
    /// Where what was named is, without links on the way.
    named: Vec<PathBuf>,
    bytes: u64,
    stored: u64,
    path_bytes: usize,
    /// What is not sent, and why.
    skipped: Vec<(String, FilesEnd)>,
}

#[derive(Debug)]
struct OutgoingFile {
    source: PathBuf,
    /// By what it is known again.
    id: (u64, u64),
    entry: FilesEntry,
}

impl OutgoingList {
    /// What these paths name, with all that is in folders.
    ///
    /// # Errors
    /// There is nothing to send, or too much.
    pub fn gather(paths: &[PathBuf], goes_on: &dyn Fn() -> bool) -> Result<Self, FilesEnd> {
        let title = paths.first().and_then(|path| path.file_name()).unwrap_or_default();
        let title = escape(&title.to_string_lossy());
        let title = title[..title.floor_char_boundary(MAX_FILES_TITLE_BYTES)].to_owned();
        let (files, named, skipped) = (Vec::new(), Vec::new(), Vec::new());
        let mut list = Self { files, title, named, bytes: 0, stored: 0, path_bytes: 0, skipped };
        let mut taken = HashSet::new();
        for path in paths {
            let source = path.canonicalize().map_err(|error| end_of(&error))?;
            // By the name that the person has said, also where that is a link's.
            let name = path.file_name().or(source.file_name()).ok_or(FilesEnd::BadName)?;
            let name = name.to_str().ok_or(FilesEnd::BadName)?;
            let name = free_name(name, |name| !taken.contains(&folded(name))).ok_or(FilesEnd::TooMuch)?;
            taken.insert(folded(&name));
            list.named.push(source.clone());
            list.add(source, name, goes_on)?;
        }
        match list.files.is_empty() {
            true => Err(list.skipped.first().map_or(FilesEnd::Gone, |(_, why)| *why)),
            false => Ok(list),
        }
    }

    /// What it is called: the name of the first thing.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Where what was named is, without links on the way.
    pub fn named(&self) -> &[PathBuf] {
        &self.named
    }

    /// The bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many files there are.
    pub fn files(&self) -> u32 {
        self.files.iter().filter(|file| file.entry.size.is_some()).count() as u32
    }

    /// How many folders there are.
    pub fn folders(&self) -> u32 {
        self.files.len() as u32 - self.files()
    }

    /// What is not sent, and why.
    pub fn skipped(&self) -> &[(String, FilesEnd)] {
        &self.skipped
    }

    /// Adds a file, or a folder and all that is in it, folders before what they have.
    fn add(&mut self, source: PathBuf, path: String, goes_on: &dyn Fn() -> bool) -> Result<(), FilesEnd> {
        let mut waiting = vec![(source, path)];
        while let Some((source, path)) = waiting.pop() {
            if !goes_on() {
                return Err(FilesEnd::Cancelled);
            }
            if let Err(why) = self.add_one(&source, &path, &mut waiting) {
                self.skip(path, why)?;
            }
        }
        Ok(())
    }

    /// Notes what is not sent; a folder of a million links is not noted.
    fn skip(&mut self, path: String, why: FilesEnd) -> Result<(), FilesEnd> {
        if why == FilesEnd::TooMuch || self.skipped.len() >= MAX_ENTRIES as usize {
            return Err(FilesEnd::TooMuch);
        }
        self.skipped.push((escape(&path), why));
        Ok(())
    }

    fn add_one(
        &mut self,
        source: &Path,
        path: &str,
        waiting: &mut Vec<(PathBuf, String)>,
    ) -> Result<(), FilesEnd> {
        check_path(path).map_err(|_| FilesEnd::BadName)?;
        let place = SourcePlace::find(source).map_err(|error| end_of(&error))?;
        let stat = place.stat().map_err(|error| end_of(&error))?;
        let length = u64::try_from(stat.st_size).unwrap_or(0);
        let size = match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => None,
            FileType::RegularFile => Some(length),
            _ => return Err(FilesEnd::NotAFile),
        };
        let bytes = self.bytes.checked_add(size.unwrap_or(0)).filter(|bytes| *bytes <= MAX_FILE_BYTES);
        self.path_bytes += path.len();
        if self.files.len() >= MAX_ENTRIES as usize || self.path_bytes > MAX_PATHS_BYTES {
            return Err(FilesEnd::TooMuch);
        }
        self.bytes = bytes.ok_or(FilesEnd::TooMuch)?;
        if size.is_none() {
            // Sorted, so that the same folder is the same transfer again; the last one is looked at first.
            let mut inside = place.names(MAX_ENTRIES as usize + 1).map_err(|error| end_of(&error))?;
            inside.sort_unstable_by(|one, other| other.cmp(one));
            for name in inside {
                match name.to_str() {
                    Some(text) => waiting.push((source.join(&name), format!("{path}/{text}"))),
                    None => self.skip(format!("{path}/{}", name.to_string_lossy()), FilesEnd::BadName)?,
                }
            }
        } else {
            let blocks = u64::try_from(stat.st_blocks).unwrap_or(0);
            self.stored = self.stored.saturating_add(length.min(blocks.saturating_mul(512)));
        }
        let entry = FilesEntry {
            path: path.to_owned(),
            size,
            modified_secs: u64::try_from(stat.st_mtime).unwrap_or(0),
            is_private: stat.st_mode & 0o077 == 0,
        };
        let id = (stat.st_dev, stat.st_ino);
        self.files.push(OutgoingFile { source: source.to_owned(), id, entry });
        Ok(())
    }

    /// Offers it, in answer to the wish of this number.
    pub fn offer(&self, ask: u32, port: &mut impl OutgoingPort) -> bool {
        let entries = self.files.len() as u32;
        let Self { title, bytes, stored, .. } = self;
        let offer = SentPart::Offer { ask, title: title.clone(), entries, bytes: *bytes, stored: *stored };
        let mut parts = self
            .files
            .chunks(MAX_ENTRIES_PER_MESSAGE)
            .map(|files| SentPart::Entries(files.iter().map(|file| file.entry.clone()).collect()));
        port.say(offer) && parts.all(|part| port.say(part))
    }

    /// Sends all files; to be called once the other side has accepted.
    pub fn send(&self, port: &mut impl OutgoingPort) {
        for (index, file) in self.files.iter().enumerate() {
            let index = index as u32;
            let Some(size) = file.entry.size else { continue };
            match file.send(index, size, port) {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    let why = match error.kind() {
                        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => FilesEnd::Changed,
                        _ => end_of(&error),
                    };
                    port.skipped(&file.entry.path, why);
                    if !port.say(SentPart::Skip { file: index, why }) {
                        return;
                    }
                }
            }
        }
        port.say(SentPart::Over);
    }
}

impl OutgoingFile {
    /// `false`: nobody wants more.
    fn send(&self, index: u32, size: u64, port: &mut impl OutgoingPort) -> io::Result<bool> {
        let file = self.open(size)?;
        let before = state_of(&file)?;
        if !wants_a_word(size) {
            return send_small(index, file, size, port);
        }
        let Some(hashes) = GroupHashes::of(&file, size, || port.goes_on())? else { return Ok(false) };
        if !port.say(SentPart::Begin { file: index, root: hashes.root() }) {
            return Ok(false);
        }
        for some in hashes.hashes().chunks(MAX_HASHES_PER_MESSAGE) {
            if !port.say(SentPart::Hashes(some.to_vec())) {
                return Ok(false);
            }
        }
        let Some(from) = port.wanted(index) else { return Ok(false) };
        if !send_bytes(&file, from.min(size), size, port)? {
            return Ok(false);
        }
        if state_of(&file)? == before { Ok(true) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    /// Opens it, if it is still the ordinary file of this size that it was.
    fn open(&self, size: u64) -> io::Result<File> {
        let file = SourcePlace::find(&self.source)?.open()?;
        let stat = beistand_posix::fs::fstat(&file)?;
        let is_same = (stat.st_dev, stat.st_ino) == self.id
            && FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
        if is_same && u64::try_from(stat.st_size) == Ok(size) {
            Ok(file)
        } else {
            Err(io::ErrorKind::InvalidData.into())
        }
    }
}

/// By what it is noticed that a file was written to: its size, and when that was.
fn state_of(file: &File) -> io::Result<(u64, SystemTime)> {
    let metadata = file.metadata()?;
    Ok((metadata.len(), metadata.modified()?))
}

/// A file that fits into a block: its bytes need no word of the other side.
fn send_small(index: u32, mut file: File, size: u64, port: &mut impl OutgoingPort) -> io::Result<bool> {
    let mut bytes = vec![0; size as usize];
    file.read_exact(&mut bytes)?;
    let root = blake3::hash(&bytes).into();
    let begun = port.say(SentPart::Begin { file: index, root });
    Ok(begun && (bytes.is_empty() || port.say(SentPart::Block { offset: 0, bytes })))
}

/// All bytes from here on; what is zeros in one go.
fn send_bytes(file: &File, from: u64, size: u64, port: &mut impl OutgoingPort) -> io::Result<bool> {
    let mut reader = BufReader::with_capacity(READ_BYTES, file);
    reader.seek(SeekFrom::Start(from))?;
    let (mut at, mut zeros) = (from, 0);
    while at < size {
        let count = (size - at).min(MAX_FILE_BLOCK_BYTES as u64);
        let mut bytes = vec![0; count as usize];
        reader.read_exact(&mut bytes)?;
        at += count;
        let is_zeros = bytes.iter().all(|byte| *byte == 0);
        if is_zeros {
            zeros += count;
        }
        if zeros > 0 && (!is_zeros || at == size || zeros >= MAX_HOLE_BYTES) {
            let end = if is_zeros { at } else { at - count };
            if !port.say(SentPart::Hole { offset: end - zeros, bytes: zeros }) {
                return Ok(false);
            }
            zeros = 0;
        }
        if !is_zeros && !port.say(SentPart::Block { offset: at - count, bytes }) {
            return Ok(false);
        }
        if !port.goes_on() {
            return Ok(false);
        }
    }
    Ok(true)
}
