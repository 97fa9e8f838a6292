//! BLAKE3's tree, cut at one level: the hashes of a file's groups, which join to the hash of the file. With
//! them each group is known to be right as soon as it is there, and what is on a disk can be looked through
//! again.
//!
//! A file of one group has no such hashes: its own is enough.

use std::io::{self, Read};

use blake3::Hasher;
use blake3::hazmat::{HasherExt as _, Mode, merge_subtrees_non_root, merge_subtrees_root};

/// The hash of a file or of a group.
pub(crate) type FileHash = [u8; 32];

/// The smallest group in bytes: its hash is a two-thousandth of it.
const LEAST_GROUP_BYTES: u64 = 64 << 10;

/// Groups of a file: their hashes take 8 MiB.
const MAX_GROUPS: u64 = 1 << 18;

/// Bytes that are read at a time.
const CHUNK_BYTES: usize = 256 << 10;

/// Zeros to hash.
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// A file's size, and that of its groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupSize {
    file: u64,
    group: u64,
}

impl GroupSize {
    /// For a file of so many bytes.
    pub fn of(file: u64) -> Self {
        let group = file.div_ceil(MAX_GROUPS).next_power_of_two().max(LEAST_GROUP_BYTES);
        Self { file, group }
    }

    /// The file's bytes.
    pub fn file_bytes(self) -> u64 {
        self.file
    }

    /// The bytes of a group; the last one may have fewer.
    pub fn group_bytes(self) -> u64 {
        self.group
    }

    /// Hashes of groups: none where there is one group.
    pub fn hashes(self) -> usize {
        if self.is_single() { 0 } else { self.file.div_ceil(self.group) as usize }
    }

    fn is_single(self) -> bool {
        self.file <= self.group
    }

    /// Where the group that has this byte ends.
    fn group_end(self, offset: u64) -> u64 {
        (offset / self.group + 1).saturating_mul(self.group).min(self.file)
    }
}

/// The hashes of a file's groups, and its own, to which they join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupHashes {
    size: GroupSize,
    root: FileHash,
    hashes: Vec<FileHash>,
}

impl GroupHashes {
    /// Those that somebody says; `None` where they don't join to the root.
    pub fn checked(size: GroupSize, root: FileHash, hashes: Vec<FileHash>) -> Option<Self> {
        let joined = hashes.len() == size.hashes() && (hashes.is_empty() || join(&hashes) == root);
        let joined = joined && (size.file > 0 || root == *blake3::hash(b"").as_bytes());
        joined.then_some(Self { size, root, hashes })
    }

    /// Those of what can be read, which must have this size. `None` where `goes_on` says no more.
    ///
    /// # Errors
    /// It can't be read, or has another size.
    pub fn of(mut from: impl Read, size: u64, goes_on: impl Fn() -> bool) -> io::Result<Option<Self>> {
        let size = GroupSize::of(size);
        let mut hashes = Vec::with_capacity(size.hashes());
        let mut hasher = GroupHasher::new(size, 0);
        let mut buffer = vec![0; CHUNK_BYTES];
        loop {
            if !goes_on() {
                return Ok(None);
            }
            let read = from.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            if read as u64 > size.file - hasher.at() {
                return Err(io::ErrorKind::InvalidData.into());
            }
            hasher.update(&buffer[..read], |hash| hashes.push(hash));
        }
        if hasher.at() != size.file {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let root = match (size.hashes(), hashes.pop()) {
            (0, last) => last.unwrap_or_else(|| blake3::hash(b"").into()),
            (_, last) => {
                hashes.extend(last);
                join(&hashes)
            }
        };
        Ok(Some(Self { size, root, hashes }))
    }

    /// The sizes.
    pub fn size(&self) -> GroupSize {
        self.size
    }

    /// The file's hash.
    pub fn root(&self) -> FileHash {
        self.root
    }

    /// The groups' hashes.
    pub fn hashes(&self) -> &[FileHash] {
        &self.hashes
    }

    /// What the group at this place must have.
    fn expected(&self, index: usize) -> Option<FileHash> {
        if self.hashes.is_empty() { Some(self.root) } else { self.hashes.get(index).copied() }
    }
}

/// Joins at least two groups' hashes to the file's.
fn join(hashes: &[FileHash]) -> FileHash {
    let (left, right) = hashes.split_at(left_of(hashes.len()));
    merge_subtrees_root(&node(left), &node(right), Mode::Hash).into()
}

fn node(hashes: &[FileHash]) -> FileHash {
    match hashes {
        [one] => *one,
        _ => {
            let (left, right) = hashes.split_at(left_of(hashes.len()));
            merge_subtrees_non_root(&node(left), &node(right), Mode::Hash)
        }
    }
}

/// How many of so many groups are in the left half of the tree.
fn left_of(groups: usize) -> usize {
    groups.div_ceil(2).next_power_of_two()
}

/// Hashes group by group.
#[derive(Debug)]
struct GroupHasher {
    size: GroupSize,
    at: u64,
    hasher: Hasher,
}

impl GroupHasher {
    /// From the beginning of a group on.
    fn new(size: GroupSize, at: u64) -> Self {
        // At the end of the file nothing more comes, and that may be within a chunk.
        Self { size, at, hasher: Self::hasher_at(at & !1023) }
    }

    fn hasher_at(at: u64) -> Hasher {
        let mut hasher = Hasher::new();
        hasher.set_input_offset(at);
        hasher
    }

    fn at(&self) -> u64 {
        self.at
    }

    /// Takes bytes that end no later than the file; says each group's hash when it is whole.
    fn update(&mut self, mut bytes: &[u8], mut whole: impl FnMut(FileHash)) {
        while !bytes.is_empty() {
            let end = self.size.group_end(self.at);
            let count = usize::try_from(end - self.at).unwrap_or(usize::MAX).min(bytes.len());
            let (now, rest) = bytes.split_at(count);
            self.hasher.update(now);
            self.at += count as u64;
            bytes = rest;
            if self.at == end {
                let hasher = std::mem::replace(&mut self.hasher, Self::hasher_at(end & !1023));
                whole(if self.size.is_single() {
                    hasher.finalize().into()
                } else {
                    hasher.finalize_non_root()
                });
            }
        }
    }
}

/// Takes a file's bytes in order and compares them with its hashes.
#[derive(Debug)]
pub(crate) struct GroupCheck {
    hashes: GroupHashes,
    hasher: GroupHasher,
    /// So far all is right.
    right: u64,
    is_wrong: bool,
}

impl GroupCheck {
    /// From the beginning of a group on.
    pub(crate) fn new(hashes: GroupHashes, at: u64) -> Self {
        let hasher = GroupHasher::new(hashes.size, at);
        Self { hashes, hasher, right: at, is_wrong: false }
    }

    /// Where the next byte belongs.
    pub(crate) fn at(&self) -> u64 {
        self.hasher.at()
    }

    /// So far all is right.
    pub(crate) fn right(&self) -> u64 {
        self.right
    }

    /// How many bytes are still to come.
    pub(crate) fn missing(&self) -> u64 {
        self.hashes.size.file - self.at()
    }

    /// Takes bytes, no more than are missing. `false` where a group is wrong.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> bool {
        let Self { hashes, hasher, right, is_wrong } = self;
        let group = hashes.size.group;
        hasher.update(bytes, |hash| {
            *is_wrong |= hashes.expected((*right / group) as usize) != Some(hash);
            if !*is_wrong {
                *right = hashes.size.group_end(*right);
            }
        });
        !*is_wrong
    }

    /// As [`Self::take`], of zeros.
    pub(crate) fn take_zeros(&mut self, mut count: u64, goes_on: &dyn Fn() -> bool) -> bool {
        while count > 0 && goes_on() {
            let now = count.min(ZEROS.len() as u64);
            if !self.take(&ZEROS[..now as usize]) {
                return false;
            }
            count -= now;
        }
        true
    }

    /// How much of what can be read is right, in whole groups.
    pub(crate) fn right_part(
        hashes: &GroupHashes,
        mut from: impl Read,
        goes_on: &dyn Fn() -> bool,
    ) -> io::Result<u64> {
        let mut check = Self::new(hashes.clone(), 0);
        let mut buffer = vec![0; CHUNK_BYTES];
        while check.missing() > 0 && goes_on() {
            let read = from.read(&mut buffer)?;
            let count = read.min(usize::try_from(check.missing()).unwrap_or(usize::MAX));
            if read == 0 || !check.take(&buffer[..count]) {
                break;
            }
        }
        Ok(check.right())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(count: usize) -> Vec<u8> {
        (0..count).map(|index| (index * 7 + index / 251) as u8).collect()
    }

    #[test]
    fn the_groups_join_to_what_blake3_says() {
        let group = LEAST_GROUP_BYTES as usize;
        for count in
            [0, 1, 1024, group - 1, group, group + 1, 2 * group, 3 * group, 5 * group + 17, 9 * group]
        {
            let bytes = bytes(count);
            let hashes = GroupHashes::of(&bytes[..], count as u64, || true).unwrap().unwrap();
            assert_eq!(hashes.root(), *blake3::hash(&bytes).as_bytes(), "{count}");
            let again =
                GroupHashes::checked(GroupSize::of(count as u64), hashes.root(), hashes.hashes().to_vec());
            assert_eq!(again.as_ref(), Some(&hashes), "{count}");
            let mut check = GroupCheck::new(hashes.clone(), 0);
            for part in bytes.chunks(10_007) {
                assert!(check.take(part), "{count}");
            }
            assert_eq!((check.right(), check.missing()), (count as u64, 0), "{count}");
        }
    }

    #[test]
    fn a_wrong_byte_is_seen_at_the_end_of_its_group_and_what_was_before_is_right() {
        let group = LEAST_GROUP_BYTES as usize;
        let mut bytes = bytes(3 * group + 5);
        let hashes = GroupHashes::of(&bytes[..], bytes.len() as u64, || true).unwrap().unwrap();
        bytes[group + 3] ^= 1;
        let mut check = GroupCheck::new(hashes.clone(), 0);
        assert!(check.take(&bytes[..2 * group - 1]));
        assert!(!check.take(&bytes[2 * group - 1..]));
        assert_eq!(check.right(), group as u64);
        assert_eq!(GroupCheck::right_part(&hashes, &bytes[..], &|| true).unwrap(), group as u64);
        // And from the second group on.
        bytes[group + 3] ^= 1;
        let mut check = GroupCheck::new(hashes.clone(), group as u64);
        assert!(check.take(&bytes[group..]));
        let mut lie = hashes.hashes().to_vec();
        lie[1][0] ^= 1;
        assert_eq!(GroupHashes::checked(hashes.size(), hashes.root(), lie), None);
        assert_eq!(GroupHashes::checked(hashes.size(), hashes.root(), Vec::new()), None);
    }

    #[test]
    fn the_largest_file_has_few_enough_groups() {
        for size in [0, 1, 1 << 16, (1 << 34) + 1, 10 << 30, (1 << 53) - 1, 1 << 53] {
            let groups = GroupSize::of(size);
            assert!(groups.hashes() as u64 <= MAX_GROUPS, "{size}");
            assert!(groups.group_bytes().is_power_of_two());
        }
        assert_eq!(GroupSize::of(10 << 30).group_bytes(), 64 << 10);
        assert_eq!(GroupSize::of(1 << 53).group_bytes(), 1 << 35);
    }

    #[test]
    fn zeros_are_as_bytes_of_zeros() {
        let zeros = vec![0; 200_000];
        let hashes = GroupHashes::of(&zeros[..], 200_000, || true).unwrap().unwrap();
        let mut check = GroupCheck::new(hashes, 0);
        assert!(check.take_zeros(200_000, &|| true));
        assert_eq!(check.right(), 200_000);
    }
}
