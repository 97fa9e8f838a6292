//! What a transfer consists of, as its receiver has checked it: every name, every size, and what each is
//! called where some system takes two of them for one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use beistand_session::{FilesEnd, FilesEntry, MAX_FILE_BYTES};

use crate::names::{check_path, folded, numbered};

/// Files and folders of one transfer: their names take some megabytes.
pub const MAX_ENTRIES: u32 = 10_000;

/// The bytes of all their paths: two hundred each. So much is kept of an offer that nobody has said yes to.
pub(crate) const MAX_PATHS_BYTES: usize = 2 << 20;

/// The latest moment that a file may claim to be from, in seconds since 1970: what every file system holds.
const MAX_SECS: u64 = 1 << 32;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferEntry {
    /// Where it belongs, below the folder for the transfer.
    pub path: String,
    /// `None`: a folder.
    pub size: Option<u64>,
    /// When it was changed last, in seconds since 1970; `None` where that is not known.
    pub modified_secs: Option<u64>,
    /// Whether only its owner may read it.
    pub is_private: bool,
}

/// All of them, as they come. Clones share what is long.
#[derive(Debug, Clone)]
pub struct TransferManifest {
    entries: Arc<Vec<TransferEntry>>,
    announced: u32,
    announced_bytes: u64,
    bytes: u64,
    /// The bytes of their paths.
    path_bytes: usize,
    names: ManifestNames,
    summary: blake3::Hasher,
}

/// What names there are, until all have come. By marks: a name in one form can be many times as long.
#[derive(Debug, Clone, Default)]
struct ManifestNames {
    /// Which entry each folder of the sender's is.
    folders: HashMap<NameMark, usize>,
    /// What the sender has named.
    named: HashSet<NameMark>,
    /// What is taken here, folded.
    taken: HashSet<NameMark>,
    /// The next number of a name that is taken, folded: many of one name cost no more than as many others.
    numbers: HashMap<NameMark, u32>,
}

/// A name, told from others.
type NameMark = [u8; 16];

fn mark_of(name: &str) -> NameMark {
    let mut mark = NameMark::default();
    mark.copy_from_slice(&blake3::hash(name.as_bytes()).as_bytes()[..16]);
    mark
}

impl TransferManifest {
    /// Of so many entries with so many bytes.
    ///
    /// # Errors
    /// That is too much, or nothing.
    pub fn new(entries: u32, bytes: u64) -> Result<Self, FilesEnd> {
        match entries {
            0 => Err(FilesEnd::Invalid),
            1..=MAX_ENTRIES if bytes <= MAX_FILE_BYTES => Ok(Self {
                entries: Arc::default(),
                announced: entries,
                announced_bytes: bytes,
                bytes: 0,
                path_bytes: 0,
                names: ManifestNames::default(),
                summary: blake3::Hasher::new(),
            }),
            _ => Err(FilesEnd::TooMuch),
        }
    }

    /// Takes the next entries.
    ///
    /// # Errors
    /// One of them can't be, and with it the whole.
    pub fn add(&mut self, entries: Vec<FilesEntry>) -> Result<(), FilesEnd> {
        entries.into_iter().try_for_each(|entry| self.add_one(entry))
    }

    fn add_one(&mut self, entry: FilesEntry) -> Result<(), FilesEnd> {
        let FilesEntry { path, size, modified_secs, is_private } = entry;
        check_path(&path).map_err(|_| FilesEnd::BadName)?;
        let bytes = self.bytes.checked_add(size.unwrap_or(0)).ok_or(FilesEnd::Invalid)?;
        let too_many = self.entries.len() as u64 >= u64::from(self.announced);
        if too_many || bytes > self.announced_bytes || !self.names.named.insert(mark_of(&path)) {
            return Err(FilesEnd::Invalid);
        }
        self.bytes = bytes;
        self.summary.update(path.as_bytes());
        self.summary.update(&[0]);
        self.summary.update(&size.map_or(u64::MAX, |size| size).to_le_bytes());
        let here = match path.rsplit_once('/') {
            Some((folder, name)) => {
                let index = self.names.folders.get(&mark_of(folder)).ok_or(FilesEnd::Invalid)?;
                let folder = format!("{}/", self.entries[*index].path);
                self.names.take(&folder, name)
            }
            None => self.names.take("", &shown(&path)),
        };
        let here = here.ok_or(FilesEnd::TooMuch)?;
        self.path_bytes += here.len();
        if self.path_bytes > MAX_PATHS_BYTES {
            return Err(FilesEnd::TooMuch);
        }
        if size.is_none() {
            self.names.folders.insert(mark_of(&path), self.entries.len());
        }
        let modified_secs = Some(modified_secs).filter(|secs| (1..MAX_SECS).contains(secs));
        let entry = TransferEntry { path: here, size, modified_secs, is_private };
        Arc::make_mut(&mut self.entries).push(entry);
        if self.is_whole() {
            self.names = ManifestNames::default();
        }
        Ok(())
    }

    /// Whether all have come.
    pub fn is_whole(&self) -> bool {
        self.entries.len() as u64 == u64::from(self.announced)
    }

    /// Whether they have as many bytes as was said; to be asked when all have come.
    pub fn is_honest(&self) -> bool {
        self.bytes == self.announced_bytes
    }

    /// All that have come.
    pub fn entries(&self) -> &[TransferEntry] {
        &self.entries
    }

    /// The bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many files there are.
    pub fn files(&self) -> u32 {
        self.entries.iter().filter(|entry| entry.size.is_some()).count() as u32
    }

    /// How many folders there are.
    pub fn folders(&self) -> u32 {
        self.announced.min(self.entries.len() as u32) - self.files()
    }

    /// What lies at the top, in order.
    pub fn tops(&self) -> impl Iterator<Item = &TransferEntry> {
        self.entries.iter().filter(|entry| !entry.path.contains('/'))
    }

    /// A number that the same files from the same peer have again.
    pub fn key(&self, peer: &[u8; 32]) -> [u8; 32] {
        blake3::Hasher::new().update(peer).update(self.summary.finalize().as_bytes()).finalize().into()
    }
}

impl ManifestNames {
    /// Takes the name in this folder of ours, or it with the next number that is free.
    fn take(&mut self, folder: &str, name: &str) -> Option<String> {
        let wanted = format!("{folder}{name}");
        let mark = mark_of(&folded(&wanted));
        if self.taken.insert(mark) {
            return Some(wanted);
        }
        let next = self.numbers.entry(mark).or_insert(2);
        while *next < MAX_ENTRIES {
            let here = format!("{folder}{}", numbered(name, *next));
            *next += 1;
            if self.taken.insert(mark_of(&folded(&here))) {
                return Some(here);
            }
        }
        None
    }
}

/// A name at the top, where it would be hidden, without its dot: what begins with one in a home folder may be
/// run at the next login, and nobody sees it there.
fn shown(name: &str) -> String {
    name.strip_prefix('.').map_or_else(|| name.to_owned(), |rest| format!("_{rest}"))
}

/// The name, or it with the first number with which it is free; `None` where there are too many.
pub(crate) fn free_name(name: &str, mut is_free: impl FnMut(&str) -> bool) -> Option<String> {
    let numbered = (2..MAX_ENTRIES).map(|count| numbered(name, count));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| is_free(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, size: Option<u64>) -> FilesEntry {
        FilesEntry { path: path.to_owned(), size, modified_secs: 0, is_private: false }
    }

    fn manifest(entries: &[(&str, Option<u64>)]) -> Result<TransferManifest, FilesEnd> {
        let bytes = entries.iter().filter_map(|(_, size)| *size).sum();
        let mut manifest = TransferManifest::new(entries.len() as u32, bytes)?;
        manifest.add(entries.iter().map(|(path, size)| entry(path, *size)).collect())?;
        Ok(manifest)
    }

    #[test]
    fn names_that_collide_get_a_number_and_what_is_in_them_follows() {
        let entries = [
            ("A", None),
            ("a", None),
            ("A/é.txt", Some(1)),
            ("A/e\u{301}.txt", Some(1)),
            ("a/x", Some(1)),
            ("a (2)", None),
        ];
        let manifest = manifest(&entries).unwrap();
        let paths: Vec<_> = manifest.entries().iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["A", "a (2)", "A/é.txt", "A/e\u{301} (2).txt", "a (2)/x", "a (2) (2)"]);
        assert!(manifest.is_whole() && manifest.is_honest());
        assert_eq!((manifest.files(), manifest.folders(), manifest.bytes()), (3, 3, 3));
    }

    /// A hostile sender's: each would look for a free number from the first on.
    #[test]
    fn as_many_names_as_there_can_be_that_all_collide_are_taken() {
        let variant = |bits: u32| -> String {
            (0..14).map(|place| if bits >> place & 1 == 0 { 'a' } else { 'A' }).collect()
        };
        let mut manifest = TransferManifest::new(MAX_ENTRIES, 0).unwrap();
        (0..MAX_ENTRIES - 2).for_each(|bits| manifest.add(vec![entry(&variant(bits), Some(0))]).unwrap());
        let numbers: HashSet<_> = manifest.entries().iter().map(|entry| folded(&entry.path)).collect();
        assert_eq!(numbers.len(), MAX_ENTRIES as usize - 2);
    }

    #[test]
    fn what_is_kept_of_an_offer_is_bounded_and_no_more_than_its_names() {
        let mut manifest = TransferManifest::new(MAX_ENTRIES, 0).unwrap();
        let name = |number: u32| format!("{number:04}{}", "\u{fdfa}".repeat(80));
        let end = (0..MAX_ENTRIES).find_map(|number| manifest.add(vec![entry(&name(number), Some(0))]).err());
        assert_eq!(end, Some(FilesEnd::TooMuch));
        assert!(manifest.path_bytes <= MAX_PATHS_BYTES + 960 && manifest.entries().len() > 8_000);
        // With the last one, what told them apart goes; a copy is no second one.
        let mut whole = TransferManifest::new(2, 0).unwrap();
        whole.add(vec![entry("a", None), entry("a/b", Some(0))]).unwrap();
        let kept = &whole.names;
        assert!(kept.taken.capacity() + kept.named.capacity() + kept.folders.capacity() == 0, "{kept:?}");
        assert!(Arc::ptr_eq(&whole.clone().entries, &whole.entries));
    }

    #[test]
    fn what_would_be_hidden_at_the_top_is_not() {
        let entries =
            [(".config", None), (".config/.x", Some(1)), ("_config", Some(1)), (".bashrc", Some(1))];
        let manifest = manifest(&entries).unwrap();
        let paths: Vec<_> = manifest.entries().iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["_config", "_config/.x", "_config (2)", "_bashrc"]);
    }

    #[test]
    fn what_makes_no_sense_is_refused_as_a_whole() {
        for (entries, why) in [
            (&[("../x", Some(1))][..], FilesEnd::BadName),
            (&[("a", Some(1)), ("a", Some(1))], FilesEnd::Invalid),
            (&[("a/b", Some(1))], FilesEnd::Invalid),
            (&[("a", Some(1)), ("a/b", Some(1))], FilesEnd::Invalid),
            (&[("a", Some(1 << 63))], FilesEnd::TooMuch),
            (&[], FilesEnd::Invalid),
        ] {
            assert_eq!(manifest(entries).err(), Some(why), "{entries:?}");
        }
        assert!(TransferManifest::new(MAX_ENTRIES + 1, 0).is_err());
        let mut more = TransferManifest::new(1, 10).unwrap();
        assert!(!more.is_whole());
        more.add(vec![entry("a", Some(4))]).unwrap();
        assert!(more.is_whole() && !more.is_honest());
        assert_eq!(more.add(vec![entry("b", Some(4))]), Err(FilesEnd::Invalid));
        let mut larger = TransferManifest::new(2, 10).unwrap();
        assert_eq!(larger.add(vec![entry("a", Some(11))]), Err(FilesEnd::Invalid));
        let sizes = vec![entry("a", Some(1)), entry("b", Some(u64::MAX))];
        assert_eq!(TransferManifest::new(2, 10).unwrap().add(sizes), Err(FilesEnd::Invalid));
    }

    #[test]
    fn the_same_files_of_the_same_peer_have_one_key() {
        let key = |path, size, peer| manifest(&[(path, Some(size))]).unwrap().key(&[peer; 32]);
        assert_eq!(key("a", 1, 1), key("a", 1, 1));
        assert_ne!(key("a", 1, 1), key("a", 1, 2));
        assert_ne!(key("a", 1, 1), key("a", 2, 1));
        assert_ne!(key("a", 1, 1), key("b", 1, 1));
    }
}
