//! Which files belong to a release: a list of their hashes, signed by whoever released them.
//!
//! What it does: signs the list `SHA256SUMS` in a folder, and says of a folder's files whether they are those
//! of the signed list. What it does not do: it fetches nothing, and doesn't know whose key is the right one:
//! that comes by another way.

#[cfg(test)]
mod tests;

use std::io::{ErrorKind, Read};
use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use crate::identity;
use crate::signed_text::{SignedText, SignerKey, sign};
use crate::words::{Phrase, args};

/// The list, as `sha256sum` writes it.
pub const SUMS_FILE: &str = "SHA256SUMS";

/// The list with its signature.
pub const SIGNED_SUMS_FILE: &str = "SHA256SUMS.signed";

/// What the signed list begins with.
const TITLE: &str = "beistand release 1";

/// Bytes of a list at most: 200 files with names of 200 letters take less.
const MAX_LIST_BYTES: u64 = 64 * 1024;

/// Bytes that are hashed at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// What a file of the list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleasedFile {
    /// It is the one that was released.
    Right,
    /// It isn't in the folder.
    Missing,
    /// It is another one, or can't be read.
    Wrong,
}

/// A signed list and what became of its files.
#[derive(Debug, PartialEq, Eq)]
pub struct CheckedRelease {
    /// By whom it is signed.
    pub signer: SignerKey,
    /// Its files.
    pub files: Vec<(String, ReleasedFile)>,
}

impl CheckedRelease {
    /// Whether there is something in the folder, and nothing but what was released.
    pub fn holds(&self) -> bool {
        let is = |what| self.files.iter().any(|(_, file)| *file == what);
        is(ReleasedFile::Right) && !is(ReleasedFile::Wrong)
    }
}

/// Signs the list in this folder with the key in the file `key`; with a new one where there is none.
///
/// # Errors
/// In words: the list or the key can't be read, is none, or doesn't fit the folder's files.
pub fn sign_release(folder: &Path, key: &Path) -> Result<CheckedRelease, Phrase> {
    let path = folder.join(SUMS_FILE);
    let text = read(&path)?;
    let files = check_files(folder, &path, &text)?;
    if let Some((name, _)) = files.iter().find(|(_, file)| *file != ReleasedFile::Right) {
        return Err(Phrase::with("released-unlike", args![name = name]));
    }
    let secret = identity::load_or_create(key).map_err(|error| Phrase::from(&error))?.to_bytes();
    let made = folder.join(SIGNED_SUMS_FILE);
    std::fs::write(&made, sign(TITLE, &text, &secret)).map_err(|error| unusable(&made, &error))?;
    check_release(folder)
}

/// Looks whether the files in this folder are those of its signed list.
///
/// # Errors
/// In words: there is no list, or it isn't as it was signed.
pub fn check_release(folder: &Path) -> Result<CheckedRelease, Phrase> {
    let path = folder.join(SIGNED_SUMS_FILE);
    let list = read(&path)?;
    let signed = SignedText::open(TITLE, &list).map_err(|_| not_signed(&path))?;
    Ok(CheckedRelease { signer: signed.signer, files: check_files(folder, &path, signed.text)? })
}

fn read(path: &Path) -> Result<String, Phrase> {
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(|error| unusable(path, &error))?;
    file.take(MAX_LIST_BYTES).read_to_string(&mut text).map_err(|error| unusable(path, &error))?;
    Ok(text)
}

fn unusable(path: &Path, error: &std::io::Error) -> Phrase {
    Phrase::with("released-unusable", args![path = path.display().to_string(), reason = Phrase::from(error)])
}

fn not_signed(path: &Path) -> Phrase {
    Phrase::with("released-not-signed", args![path = path.display().to_string()])
}

/// Each file that the list names, which are all of the folder itself.
fn check_files(folder: &Path, path: &Path, list: &str) -> Result<Vec<(String, ReleasedFile)>, Phrase> {
    let one = |line: &str| {
        let (sum, name) = line.split_once("  ")?;
        let sum = HEXLOWER.decode(sum.as_bytes()).ok().filter(|sum| sum.len() == 32)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._+~-".contains(&byte);
        let is_name = !name.is_empty() && !name.starts_with('.') && name.bytes().all(plain);
        is_name.then(|| (name.to_owned(), released(&folder.join(name), &sum)))
    };
    let files: Option<Vec<_>> = list.lines().map(one).collect();
    files.filter(|files| !files.is_empty()).ok_or_else(|| not_signed(path))
}

fn released(file: &Path, sum: &[u8]) -> ReleasedFile {
    match hash(file) {
        Ok(hash) if hash == sum => ReleasedFile::Right,
        Err(error) if error.kind() == ErrorKind::NotFound => ReleasedFile::Missing,
        Ok(_) | Err(_) => ReleasedFile::Wrong,
    }
}

fn hash(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = std::fs::File::open(path)?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE_BYTES]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hash.finalize().to_vec()),
            read => hash.update(&piece[..read]),
        }
    }
}
