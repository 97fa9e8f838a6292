//! The receiver of a transfer: takes what its sender says, in order, and makes files of it.
//!
//! States: between two files; hashes come; bytes come; the rest of a file is passed over. What breaks the
//! rules ends the transfer and leaves nothing half; what the disk does ends it and leaves what is right to be
//! gone on with. A file that its sender gives up leaves nothing. It sends nothing and asks nobody.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use beistand_session::{FilesEnd, MAX_FILE_BLOCK_BYTES, SentPart};

use crate::end_of;
use crate::hash::{FileHash, GroupHashes, GroupSize};
use crate::manifest::{TransferEntry, TransferManifest};
use crate::partial::PartialFile;
use crate::target::TargetFolder;

/// Zeros in one part: what is hashed in a moment.
pub(crate) const MAX_HOLE_BYTES: u64 = 64 << 20;

/// After so many bytes it is looked again how much room there is.
const LOOK_INTERVAL_BYTES: u64 = 64 << 20;

/// A transfer that arrives.
pub struct IncomingFiles {
    target: TargetFolder,
    manifest: TransferManifest,
    peer: [u8; 32],
    state: IncomingState,
    /// The first entry that may still come.
    next: usize,
    /// The first entry whose folder may have to be made.
    unmade: usize,
    kept: u32,
    skipped: u32,
    /// The bytes of the files that are over, as far as they are there or never will be.
    bytes_before: u64,
    /// Of all bytes, those that were here before.
    found: u64,
    /// How many bytes the sender has said to need on the disk, but for those that have come.
    announced_room: u64,
    /// Whether more came than that.
    is_over_announced: bool,
    /// Whether the disk is full by that, so that what it was asked for was a lie.
    is_lied_to: bool,
    /// How many bytes may be written before it is looked again.
    room: u64,
    /// Where the last file is that came.
    path: Option<PathBuf>,
    goes_on: Box<dyn Fn() -> bool + Send>,
}

enum IncomingState {
    Between,
    Hashes {
        file: usize,
        size: GroupSize,
        root: FileHash,
        hashes: Vec<FileHash>,
    },
    Bytes {
        file: usize,
        partial: Box<PartialFile>,
    },
    /// What still comes of it is passed over: no more than there can be.
    Over {
        file: usize,
        bytes: u64,
        hashes: usize,
    },
}

/// What comes of a part.
#[derive(Debug, PartialEq, Eq)]
pub enum IncomingStep {
    /// Nothing that anybody has to hear of.
    On,
    /// The file of this entry is wanted from here on.
    Want {
        /// The entry's place.
        file: u32,
        /// From where on.
        from: u64,
    },
    /// A file is not there.
    Missed {
        /// Its path in the transfer.
        path: String,
        /// Why.
        why: FilesEnd,
    },
    /// All that comes is there.
    Done,
}

impl IncomingFiles {
    /// Receives all of this into that folder, as long as `goes_on` says so.
    ///
    /// # Errors
    /// The disk has no room, or nothing can be written there.
    pub fn new(
        mut target: TargetFolder,
        manifest: TransferManifest,
        stored: u64,
        peer: [u8; 32],
        goes_on: impl Fn() -> bool + Send + 'static,
    ) -> Result<Self, FilesEnd> {
        target.clear_old(SystemTime::now());
        target.settle(&manifest, &peer).map_err(|error| end_of(&error))?;
        // What is here already needs no room; how much that is shows later.
        if !target.goes_on() && !target.has_room(stored).map_err(|error| end_of(&error))? {
            target.finish();
            return Err(FilesEnd::DiskFull);
        }
        Ok(Self {
            target,
            manifest,
            peer,
            state: IncomingState::Between,
            next: 0,
            unmade: 0,
            kept: 0,
            skipped: 0,
            bytes_before: 0,
            found: 0,
            announced_room: stored,
            is_over_announced: false,
            is_lied_to: false,
            room: 0,
            path: None,
            goes_on: Box::new(goes_on),
        })
    }

    /// How many files are there.
    pub fn kept(&self) -> u32 {
        self.kept
    }

    /// How many files did not come.
    pub fn skipped(&self) -> u32 {
        self.skipped
    }

    /// How many bytes are there.
    pub fn bytes(&self) -> u64 {
        let now = match &self.state {
            IncomingState::Bytes { partial, .. } => partial.at(),
            IncomingState::Between | IncomingState::Hashes { .. } | IncomingState::Over { .. } => 0,
        };
        self.bytes_before + now
    }

    /// How many of them were here before.
    pub fn found_bytes(&self) -> u64 {
        self.found
    }

    /// Where the last file is that came.
    pub fn last_path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Where all of it is written.
    pub fn folder(&self) -> &Path {
        self.target.path()
    }

    /// Takes what the sender says next.
    ///
    /// # Errors
    /// The transfer ends by it. After what the disk did it can be gone on with; see [`Self::abandon`].
    pub fn take(&mut self, part: SentPart) -> Result<IncomingStep, FilesEnd> {
        match part {
            SentPart::Begin { file, root } => self.begin(file, root),
            SentPart::Hashes(hashes) => self.take_hashes(hashes),
            SentPart::Block { offset, bytes } => self.take_bytes(offset, TakenBytes::Block(&bytes)),
            SentPart::Hole { offset, bytes } => self.take_bytes(offset, TakenBytes::Zeros(bytes)),
            SentPart::Skip { file, why } => self.skip(file, why),
            SentPart::Over => self.over(),
            SentPart::Offer { .. } | SentPart::Entries(_) | SentPart::Pause(_) | SentPart::Cancel(_) => {
                Err(FilesEnd::Invalid)
            }
        }
    }

    /// The transfer ends here. What is right is kept, unless it is to be forgotten.
    pub fn abandon(self, is_forgotten: bool) {
        // What a lie has filled the disk with is not worth its room.
        if is_forgotten || self.is_lied_to {
            if let IncomingState::Bytes { partial, .. } = &self.state {
                self.target.forget(partial.name());
            }
            self.target.finish();
        }
    }

    fn entry(&self, file: usize) -> Result<&TransferEntry, FilesEnd> {
        self.manifest.entries().get(file).ok_or(FilesEnd::Invalid)
    }

    /// A file begins: those before it are over, and its folders are made.
    fn begin(&mut self, file: u32, root: FileHash) -> Result<IncomingStep, FilesEnd> {
        let file = file as usize;
        let is_next = match self.state {
            IncomingState::Between | IncomingState::Over { .. } => file >= self.next,
            IncomingState::Hashes { .. } | IncomingState::Bytes { .. } => false,
        };
        let size = self.entry(file)?.size.filter(|_| is_next).ok_or(FilesEnd::Invalid)?;
        self.next = file + 1;
        self.make_folders(file).map_err(|error| end_of(&error))?;
        let groups = GroupSize::of(size);
        if self.target.goes_on() && self.is_present(file, groups, root) {
            self.found += size;
            self.bytes_before += size;
            self.kept += 1;
            // Its hashes come all the same and are passed over; its bytes only where nobody waits for a word.
            let bytes = if wants_a_word(size) { 0 } else { size };
            self.state = IncomingState::Over { file, bytes, hashes: groups.hashes() };
            return Ok(match wants_a_word(size) {
                true => IncomingStep::Want { file: file as u32, from: size },
                false => IncomingStep::On,
            });
        }
        self.state = IncomingState::Hashes { file, size: groups, root, hashes: Vec::new() };
        self.open_when_hashed()
    }

    fn is_present(&self, file: usize, size: GroupSize, root: FileHash) -> bool {
        let Some(path) = self.manifest.entries().get(file).map(|entry| entry.path.as_str()) else {
            return false;
        };
        let present =
            self.target.present(path).ok().filter(|present| {
                present.metadata().is_ok_and(|metadata| metadata.len() == size.file_bytes())
            });
        let hashed = present.and_then(|present| {
            GroupHashes::of(present, size.file_bytes(), || (self.goes_on)()).ok().flatten()
        });
        hashed.is_some_and(|hashes| hashes.root() == root)
    }

    fn make_folders(&mut self, before: usize) -> std::io::Result<()> {
        while self.unmade < before {
            let entry = &self.manifest.entries()[self.unmade];
            if entry.size.is_none() {
                self.target.make_folder(&entry.path, entry.is_private)?;
            }
            self.unmade += 1;
        }
        Ok(())
    }

    fn take_hashes(&mut self, more: Vec<FileHash>) -> Result<IncomingStep, FilesEnd> {
        match &mut self.state {
            IncomingState::Hashes { size, hashes, .. } => {
                if more.is_empty() || hashes.len() + more.len() > size.hashes() {
                    return Err(FilesEnd::Invalid);
                }
                hashes.extend(more);
                self.open_when_hashed()
            }
            IncomingState::Over { hashes, .. } => {
                let left = hashes.checked_sub(more.len()).filter(|_| !more.is_empty());
                *hashes = left.ok_or(FilesEnd::Invalid)?;
                Ok(IncomingStep::On)
            }
            IncomingState::Between | IncomingState::Bytes { .. } => Err(FilesEnd::Invalid),
        }
    }

    /// Where all hashes are there, the file is opened.
    fn open_when_hashed(&mut self) -> Result<IncomingStep, FilesEnd> {
        let IncomingState::Hashes { file, size, root, hashes } = &mut self.state else {
            return Ok(IncomingStep::On);
        };
        if hashes.len() < size.hashes() {
            return Ok(IncomingStep::On);
        }
        let (file, size) = (*file, *size);
        let hashes = GroupHashes::checked(size, *root, std::mem::take(hashes)).ok_or(FilesEnd::Damaged)?;
        let is_private = self.entry(file)?.is_private;
        let partial = PartialFile::open(self.target.dir(), &self.peer, hashes, is_private, &*self.goes_on)?;
        let from = partial.at();
        self.found += from;
        self.state = IncomingState::Bytes { file, partial: Box::new(partial) };
        self.keep_when_whole()?;
        Ok(match wants_a_word(size.file_bytes()) {
            true => IncomingStep::Want { file: file as u32, from },
            false => IncomingStep::On,
        })
    }

    fn take_bytes(&mut self, offset: u64, bytes: TakenBytes<'_>) -> Result<IncomingStep, FilesEnd> {
        if !(1..=MAX_HOLE_BYTES).contains(&bytes.count()) {
            return Err(FilesEnd::Invalid);
        }
        match &mut self.state {
            IncomingState::Bytes { partial, .. } if offset == partial.at() => {}
            IncomingState::Over { bytes: left, .. } => {
                *left = left.checked_sub(bytes.count()).ok_or(FilesEnd::Invalid)?;
                return Ok(IncomingStep::On);
            }
            IncomingState::Bytes { .. } | IncomingState::Between | IncomingState::Hashes { .. } => {
                return Err(FilesEnd::Invalid);
            }
        }
        if let TakenBytes::Block(bytes) = &bytes {
            self.claim_room(bytes.len() as u64)?;
        }
        let IncomingState::Bytes { file, partial } = &mut self.state else { return Ok(IncomingStep::On) };
        let (file, count) = (*file, bytes.count());
        let missing = partial.missing();
        let taken = match bytes {
            TakenBytes::Block(bytes) => partial.write(bytes),
            TakenBytes::Zeros(count) => partial.skip(count, &*self.goes_on),
        };
        match taken {
            Ok(()) => self.keep_when_whole().map(|()| IncomingStep::On),
            // The file was changed while it was read, or a disk errs: the others may be fine.
            Err(FilesEnd::Damaged) => {
                self.target.forget(partial.name());
                self.bytes_before += self.entry(file)?.size.unwrap_or(0);
                self.state = IncomingState::Over { file, bytes: missing - count, hashes: 0 };
                Ok(self.miss(file, FilesEnd::Damaged))
            }
            Err(why) => Err(why),
        }
    }

    /// So many bytes are to be written: the disk keeps what is left to others, and whoever needs more than
    /// they said gets it only where there is room for all that may still come.
    fn claim_room(&mut self, bytes: u64) -> Result<(), FilesEnd> {
        if !self.is_over_announced && self.announced_room < bytes {
            self.is_over_announced = true;
            let all = self.manifest.bytes().saturating_sub(self.bytes());
            self.is_lied_to = !self.target.has_room(all).map_err(|error| end_of(&error))?;
        }
        self.announced_room = self.announced_room.saturating_sub(bytes);
        if self.room < bytes {
            self.room = self.target.room().map_err(|error| end_of(&error))?.min(LOOK_INTERVAL_BYTES);
        }
        match self.room.checked_sub(bytes).filter(|_| !self.is_lied_to) {
            Some(room) => self.room = room,
            None => {
                self.is_lied_to = self.is_over_announced;
                return Err(FilesEnd::DiskFull);
            }
        }
        Ok(())
    }

    fn keep_when_whole(&mut self) -> Result<(), FilesEnd> {
        if !matches!(&self.state, IncomingState::Bytes { partial, .. } if partial.missing() == 0) {
            return Ok(());
        }
        let IncomingState::Bytes { file, partial } =
            std::mem::replace(&mut self.state, IncomingState::Between)
        else {
            return Ok(());
        };
        let entry = self.entry(file)?.clone();
        let kept = partial.finish(&entry).and_then(|name| self.target.keep(&name, &entry.path));
        self.path = Some(kept.map_err(|error| end_of(&error))?);
        self.bytes_before += entry.size.unwrap_or(0);
        self.kept += 1;
        self.state = IncomingState::Over { file, bytes: 0, hashes: 0 };
        Ok(())
    }

    /// What becomes of the file that was under way, or comes next.
    fn skip(&mut self, file: u32, why: FilesEnd) -> Result<IncomingStep, FilesEnd> {
        let file = file as usize;
        let size = self.entry(file)?.size.ok_or(FilesEnd::Invalid)?;
        match &self.state {
            IncomingState::Over { file: over, .. } if *over == file => {
                self.state = IncomingState::Between;
                return Ok(IncomingStep::On);
            }
            IncomingState::Over { .. } | IncomingState::Between if file >= self.next => {}
            IncomingState::Hashes { file: now, .. } | IncomingState::Bytes { file: now, .. }
                if *now == file => {}
            IncomingState::Over { .. }
            | IncomingState::Between
            | IncomingState::Hashes { .. }
            | IncomingState::Bytes { .. } => return Err(FilesEnd::Invalid),
        }
        if let IncomingState::Bytes { partial, .. } = &self.state {
            self.target.forget(partial.name());
        }
        self.state = IncomingState::Between;
        self.next = file + 1;
        self.bytes_before += size;
        Ok(self.miss(file, skip_word(why)))
    }

    fn miss(&mut self, file: usize, why: FilesEnd) -> IncomingStep {
        self.skipped += 1;
        let path = self.manifest.entries().get(file).map(|entry| entry.path.clone()).unwrap_or_default();
        IncomingStep::Missed { path, why }
    }

    fn over(&mut self) -> Result<IncomingStep, FilesEnd> {
        match self.state {
            IncomingState::Between | IncomingState::Over { .. } => {}
            IncomingState::Hashes { .. } | IncomingState::Bytes { .. } => return Err(FilesEnd::Invalid),
        }
        self.make_folders(self.manifest.entries().len()).map_err(|error| end_of(&error))?;
        // What is said to be there is there after a power cut.
        let folders = self.manifest.entries().iter().filter(|entry| entry.size.is_none());
        folders.for_each(|folder| self.target.sync_folder(Some(&folder.path)));
        self.target.sync_folder(None);
        self.target.finish();
        Ok(IncomingStep::Done)
    }
}

/// Whether the sender of a file of this size waits for a word before its bytes.
pub(crate) fn wants_a_word(size: u64) -> bool {
    size > MAX_FILE_BLOCK_BYTES as u64
}

/// Why a sender skips a file, in words that can be true of it: nothing else is said to a person.
fn skip_word(why: FilesEnd) -> FilesEnd {
    match why {
        FilesEnd::Busy
        | FilesEnd::BadName
        | FilesEnd::NotAFile
        | FilesEnd::Gone
        | FilesEnd::NotPermitted
        | FilesEnd::Changed => why,
        FilesEnd::Done
        | FilesEnd::Refused
        | FilesEnd::Cancelled
        | FilesEnd::CancelledThere
        | FilesEnd::TooMuch
        | FilesEnd::DiskFull
        | FilesEnd::Damaged
        | FilesEnd::Invalid
        | FilesEnd::Interrupted
        | FilesEnd::Broken => FilesEnd::Broken,
    }
}

/// Bytes as they come.
enum TakenBytes<'a> {
    Block(&'a [u8]),
    Zeros(u64),
}

impl TakenBytes<'_> {
    fn count(&self) -> u64 {
        match self {
            Self::Block(bytes) => bytes.len() as u64,
            Self::Zeros(count) => *count,
        }
    }
}
