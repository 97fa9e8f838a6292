//! How somebody types with each of those whom they help, remembered on this computer alone.
//!
//! A contact is known by a mark that only this installation can compute from the key of theirs, so the file
//! lists nobody. Only what differs from the usual is kept. A file that is missing or damaged is an empty
//! one: what is lost is a choice in a menu.
//!
//! It never sends anything, and knows neither names nor what was typed.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use beistand_session::StaticKey;
use serde::{Deserialize, Serialize};

use crate::book_lock::BookLock;
use crate::identity;

/// Contacts that are kept: more than anybody helps within a year. The oldest makes room.
const MAX_CONTACTS: usize = 200;

/// Bytes of the file that are read: all contacts take two fifths.
const MAX_FILE_BYTES: u64 = 64 * 1024;

const FILE_NAME: &str = "contacts.json";

/// By what one of those whom somebody helps is known again, on this installation alone.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContactMark([u8; 16]);

impl ContactMark {
    pub(crate) fn new(own: &StaticKey, peer: &[u8; 32]) -> Self {
        let mut mark = [0; 16];
        mark.copy_from_slice(&own.mark_of(peer)[..16]);
        Self(mark)
    }

    /// A mark for tests and for looking at pages.
    pub fn sample(number: u8) -> Self {
        Self([number; 16])
    }
}

impl std::fmt::Debug for ContactMark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContactMark")
    }
}

/// How somebody types with one of those whom they help. The default is what is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactHabits {
    /// Keys are pressed by their place, whatever they mean.
    pub keys_by_place: bool,
    /// The shortcuts of the helper's desktop stay there.
    pub keeps_shortcuts: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownContact {
    mark: ContactMark,
    habits: ContactHabits,
}

/// The file.
#[derive(Debug, Clone)]
pub struct ContactBook {
    path: Option<PathBuf>,
}

impl ContactBook {
    /// The book in the program's folder; without one nothing is kept.
    pub fn new(data_dir: Option<&Path>) -> Self {
        Self { path: data_dir.map(|folder| folder.join(FILE_NAME)) }
    }

    /// How they typed with this contact before.
    pub fn habits(&self, mark: ContactMark) -> ContactHabits {
        let known = self.read().into_iter().find(|contact| contact.mark == mark);
        known.map(|contact| contact.habits).unwrap_or_default()
    }

    /// They type so from now on. Where it can't be kept it is not: the session goes on.
    pub fn remember(&self, mark: ContactMark, habits: ContactHabits) {
        let Some(path) = &self.path else { return };
        let lock = BookLock::of(path);
        let lock = lock.inspect_err(|error| tracing::warn!(%error, "the file of contacts is in use"));
        let Ok(_lock) = lock else { return };
        let mut contacts = self.read();
        let before = contacts.len();
        contacts.retain(|contact| contact.mark != mark);
        if habits == ContactHabits::default() && contacts.len() == before {
            return;
        }
        if habits != ContactHabits::default() {
            contacts.push(KnownContact { mark, habits });
        }
        let beyond = contacts.len().saturating_sub(MAX_CONTACTS);
        contacts.drain(..beyond);
        if let Err(error) = write(path, &contacts) {
            tracing::warn!(%error, "how somebody types could not be remembered");
        }
    }

    /// Oldest first.
    fn read(&self) -> Vec<KnownContact> {
        let Some(path) = &self.path else { return Vec::new() };
        let mut text = Vec::new();
        let read = std::fs::File::open(path)
            .and_then(|file| file.take(MAX_FILE_BYTES).read_to_end(&mut text))
            .map(|_| serde_json::from_slice(&text));
        match read {
            Ok(Ok(contacts)) => contacts,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the file of contacts is damaged; nothing in it counts");
                Vec::new()
            }
            Err(_) => Vec::new(),
        }
    }
}

/// Replaces the file as a whole.
fn write(path: &Path, contacts: &[KnownContact]) -> std::io::Result<()> {
    let text = serde_json::to_vec(contacts)?;
    identity::replace_private(path, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BY_PLACE: ContactHabits = ContactHabits { keys_by_place: true, keeps_shortcuts: false };
    const USUAL: ContactHabits = ContactHabits { keys_by_place: false, keeps_shortcuts: false };

    fn book() -> (tempfile::TempDir, ContactBook, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let (book, path) = (ContactBook::new(Some(folder.path())), folder.path().join(FILE_NAME));
        (folder, book, path)
    }

    #[test]
    fn a_way_of_typing_is_kept_for_its_contact_alone_and_forgotten_when_it_is_the_usual_one() {
        let (folder, book, path) = book();
        let (anna, bert) = (ContactMark::sample(1), ContactMark::sample(2));
        assert_eq!(book.habits(anna), USUAL);
        book.remember(anna, USUAL);
        assert!(!path.exists(), "there is nothing to keep");
        book.remember(anna, BY_PLACE);
        let again = ContactBook::new(Some(folder.path()));
        assert_eq!((again.habits(anna), again.habits(bert)), (BY_PLACE, USUAL));
        book.remember(anna, USUAL);
        assert_eq!(std::fs::read(&path).unwrap(), b"[]");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "it and its lock");
    }

    #[test]
    fn the_oldest_of_two_hundred_makes_room() {
        let (_folder, book, path) = book();
        for number in 0..=200 {
            book.remember(ContactMark::sample(number), BY_PLACE);
        }
        assert_eq!(book.habits(ContactMark::sample(0)), USUAL);
        assert_eq!(book.habits(ContactMark::sample(1)), BY_PLACE);
        assert_eq!(book.habits(ContactMark::sample(200)), BY_PLACE);
        assert!(std::fs::metadata(&path).unwrap().len() < MAX_FILE_BYTES);
    }

    #[test]
    fn a_damaged_file_is_an_empty_one_and_is_replaced() {
        let (_folder, book, path) = book();
        let mark = ContactMark::sample(7);
        for damage in ["", "[", "{}", "[{\"mark\":[1],\"habits\":{}}]", "\0\0\0"] {
            std::fs::write(&path, damage).unwrap();
            assert_eq!(book.habits(mark), USUAL, "{damage:?}");
            book.remember(mark, BY_PLACE);
            assert_eq!(book.habits(mark), BY_PLACE);
        }
    }

    #[test]
    fn where_nothing_is_to_be_kept_nothing_is() {
        let book = ContactBook::new(None);
        book.remember(ContactMark::sample(1), BY_PLACE);
        assert_eq!(book.habits(ContactMark::sample(1)), USUAL);
    }

    #[test]
    fn a_mark_is_this_installations_alone_and_shows_no_key() {
        let keys = [1, 2, 3].map(|byte| StaticKey::from_bytes([byte; 32]));
        let peer = keys[2].public();
        assert_eq!(ContactMark::new(&keys[0], &peer), ContactMark::new(&keys[0], &peer));
        assert_ne!(ContactMark::new(&keys[0], &peer), ContactMark::new(&keys[1], &peer));
        assert_ne!(ContactMark::new(&keys[0], &peer), ContactMark::new(&keys[0], &keys[1].public()));
        assert_ne!(ContactMark::new(&keys[0], &peer).0, peer[..16]);
    }

    #[test]
    fn the_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_folder, book, path) = book();
        book.remember(ContactMark::sample(1), BY_PLACE);
        book.remember(ContactMark::sample(2), BY_PLACE);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
