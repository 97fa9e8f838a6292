//! The long-term X25519 key of this installation, in a file that only its owner may read.
//!
//! What it does: reads the key, or makes it where there is none yet, without ever showing half a file or
//! replacing one that is there.
//!
//! What it does not do: it doesn't use the key, and repairs nothing: a file that is open to others or damaged
//! is refused with what to do.

use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use beistand_platform::private_file as os;
use beistand_session::StaticKey;
use zeroize::Zeroizing;

use crate::words::{Phrase, args};

#[cfg(test)]
mod mode_tests;

/// Bytes of the key, and of its file.
const KEY_BYTES: usize = 32;

/// Why there is no key. The file is left as it is.
#[derive(Debug)]
pub enum IdentityError {
    /// Others may read or change the file.
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It belongs to somebody else, or others can put another in its place.
    OfOthers {
        /// The file.
        path: PathBuf,
    },
    /// It is not 32 bytes long, or all of them are zero.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        found: KeyDamage,
    },
    /// It is a folder, a device or the like.
    NoFile {
        /// What is there.
        path: PathBuf,
    },
    /// The file can't be read or made.
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The operating system gives no random bytes.
    NoRandomness,
}

/// What is wrong with a key file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyDamage {
    /// Fewer than 32 bytes.
    TooShort,
    /// More than 32 bytes.
    TooLong,
    /// What some file systems leave of a file when the power fails.
    OnlyZeros,
}

impl From<&IdentityError> for Phrase {
    fn from(error: &IdentityError) -> Self {
        match error {
            IdentityError::Open { path, mode } => Self::with(
                "identity-open",
                args![path = path.display().to_string(), mode = format!("{mode:03o}")],
            ),
            IdentityError::OfOthers { path } => {
                Self::with("identity-of-others", args![path = path.display().to_string()])
            }
            IdentityError::Damaged { path, found } => Self::with(
                "identity-damaged",
                args![path = path.display().to_string(), found = Self::new(found.key())],
            ),
            IdentityError::NoFile { path } => {
                Self::with("identity-no-file", args![path = path.display().to_string()])
            }
            IdentityError::Io { path, source } => Self::with(
                "identity-unusable",
                args![path = path.display().to_string(), reason = Self::from(source)],
            ),
            IdentityError::NoRandomness => Self::new("identity-no-randomness"),
        }
    }
}

impl KeyDamage {
    fn key(self) -> &'static str {
        match self {
            Self::TooShort => "identity-too-short",
            Self::TooLong => "identity-too-long",
            Self::OnlyZeros => "identity-only-zeros",
        }
    }
}

/// The key in the file at `path`; where there is none, a new one, which is then in the file.
///
/// The folder is made where it is missing, open to its owner only. Of several programs that start at once,
/// all get the key of the first.
///
/// # Errors
/// Each variant of [`IdentityError`].
pub fn load_or_create(path: &Path) -> Result<StaticKey, IdentityError> {
    if let Some(key) = load(path)? {
        return Ok(key);
    }
    let key = StaticKey::generate().map_err(|_| IdentityError::NoRandomness)?;
    let created = create(path, &key).map_err(|source| IdentityError::Io { path: path.to_owned(), source })?;
    if created {
        return Ok(key);
    }
    // Another program was faster: its key is the one.
    load(path)?.ok_or_else(|| IdentityError::Io { path: path.to_owned(), source: ErrorKind::NotFound.into() })
}

/// The permission bits of a file that holds a secret, where they let others in.
pub(crate) fn open_to_others(metadata: &std::fs::Metadata) -> Option<u32> {
    os::open_mode(metadata)
}

/// The key in the file, or `None` where there is no file.
fn load(path: &Path) -> Result<Option<StaticKey>, IdentityError> {
    let io = |source| IdentityError::Io { path: path.to_owned(), source };
    let damaged = |found| IdentityError::Damaged { path: path.to_owned(), found };
    // Before it is opened, since opening a pipe waits for its other end.
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(IdentityError::NoFile { path: path.to_owned() }),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io(error)),
    }
    let mut file = std::fs::File::open(path).map_err(io)?;
    let metadata = file.metadata().map_err(io)?;
    if let Some(mode) = os::open_mode(&metadata) {
        return Err(IdentityError::Open { path: path.to_owned(), mode });
    }
    if os::is_of_others(&metadata, &std::fs::metadata(folder_of(path)).map_err(io)?) {
        return Err(IdentityError::OfOthers { path: path.to_owned() });
    }
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    match file.read_exact(bytes.as_mut_slice()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(damaged(KeyDamage::TooShort)),
        Err(error) => return Err(io(error)),
    }
    if file.read(&mut [0]).map_err(io)? != 0 {
        return Err(damaged(KeyDamage::TooLong));
    }
    if bytes.iter().all(|byte| *byte == 0) {
        return Err(damaged(KeyDamage::OnlyZeros));
    }
    Ok(Some(StaticKey::from_bytes(*bytes)))
}

/// Where the file is.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Puts the key in a new file at `path`; false where there is one already. The file appears whole or not at
/// all.
fn create(path: &Path, key: &StaticKey) -> std::io::Result<bool> {
    let folder = folder_of(path);
    let temporary = temporary_beside(path)?;
    let written = os::create_private(&temporary)
        .and_then(|mut file| {
            file.write_all(key.to_bytes().as_slice())?;
            file.sync_all()
        })
        .and_then(|()| os::publish(&temporary, path));
    let removed = match std::fs::remove_file(&temporary) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    match written {
        Ok(()) => removed.and_then(|()| os::sync_folder(folder)).map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => removed.map(|()| false),
        Err(error) => Err(error),
    }
}

/// Puts these bytes in the place of the file at `path`, which only its owner may read. Whoever reads it
/// gets the old ones or these, whole.
pub(crate) fn replace_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let temporary = temporary_beside(path)?;
    let replaced = os::create_private(&temporary)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| std::fs::rename(&temporary, path));
    if replaced.is_err() {
        // What is left of it is in nobody's way.
        let _ = std::fs::remove_file(&temporary);
    }
    replaced
}

/// The file at `path`, which its owner alone may open, to be locked while another one is changed. It is made
/// where there is none, and never removed: whoever waits for it has it open.
pub(crate) fn lock_file(path: &Path) -> std::io::Result<std::fs::File> {
    os::create_folder(folder_of(path))?;
    match os::create_private(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            std::fs::OpenOptions::new().write(true).open(path)
        }
        made => made,
    }
}

/// A name for a new file beside the one at `path`, whose folder is there then.
fn temporary_beside(path: &Path) -> std::io::Result<PathBuf> {
    let folder = folder_of(path);
    os::create_folder(folder)?;
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(std::io::Error::from)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{:016x}.new", u64::from_ne_bytes(random)));
    Ok(folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, Words};

    fn names(folder: &Path) -> Vec<String> {
        let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).collect()
    }

    #[test]
    fn the_key_is_made_once_and_kept() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("a").join("b");
        let path = folder.join("identity.key");
        let made = load_or_create(&path).unwrap();
        let read = load_or_create(&path).unwrap();
        assert_eq!(*made.to_bytes(), *read.to_bytes());
        assert_eq!(*std::fs::read(&path).unwrap(), *made.to_bytes());
        assert_eq!(names(&folder), ["identity.key"], "nothing else is left");
        assert_ne!(*StaticKey::generate().unwrap().to_bytes(), *made.to_bytes());
        assert_eq!(format!("{made:?}"), "StaticKey(secret)");
    }

    #[test]
    fn programs_that_start_at_once_get_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("identity.key");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| *load_or_create(&path).unwrap().to_bytes())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
        assert_eq!(names(folder.path()), ["identity.key"]);
    }

    #[test]
    fn a_key_of_the_wrong_length_is_refused_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("identity.key");
        for (length, byte, found) in [
            (0, 1, KeyDamage::TooShort),
            (31, 1, KeyDamage::TooShort),
            (33, 1, KeyDamage::TooLong),
            (32, 0, KeyDamage::OnlyZeros),
        ] {
            let bytes = vec![byte; length];
            let _ = std::fs::remove_file(&path);
            os::create_private(&path).unwrap().write_all(&bytes).unwrap();
            let error = load_or_create(&path).unwrap_err();
            assert!(
                matches!(&error, IdentityError::Damaged { found: said, .. } if *said == found),
                "{error:?}"
            );
            let said = Words::of_node(Language::English).say(&Phrase::from(&error));
            assert!(said.contains("identity.key"), "{said}");
            assert_eq!(std::fs::read(&path).unwrap(), bytes);
        }
    }

    #[test]
    fn what_is_no_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(load_or_create(folder.path()), Err(IdentityError::NoFile { .. })));
        let under_a_file = folder.path().join("file").join("identity.key");
        std::fs::write(folder.path().join("file"), "").unwrap();
        assert!(matches!(load_or_create(&under_a_file), Err(IdentityError::Io { .. })));
    }
}
