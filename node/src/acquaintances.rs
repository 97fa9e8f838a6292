//! Whom this installation knows: those with whom somebody here has compared the four pictures, and said so.
//!
//! What it does: keeps a mark of each one's key with the name that they had and since when, in a file that is
//! sealed with this installation's own key and that its owner alone may read; and says of whoever comes
//! whether they are one of them, a stranger, or somebody with a known name and another key. What it does not
//! do: it lets nobody in, and nobody is known without a person's word.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use beistand_session::{MAX_NAME_CHARS, StaticKey, name_shape};
use serde::{Deserialize, Serialize};

use crate::book_lock::BookLock;
use crate::config::Config;
use crate::contacts::ContactMark;
use crate::identity::{self, IdentityError};
use crate::preset::{CardShelf, TechnicianCard};
use crate::words::{Phrase, args};

/// People who are known at most: more than anybody helps within a year. Whoever was seen longest ago makes
/// room.
const MAX_ACQUAINTANCES: usize = 200;

/// Bytes of the file that are read: all entries with the longest names take two thirds.
const MAX_FILE_BYTES: u64 = 128 * 1024;

/// Bytes of the seal.
const SEAL_BYTES: usize = 32;

/// The first bytes of the file.
const HEAD: &[u8] = b"beistand acquaintances 1\n";

const FILE_NAME: &str = "acquaintances";

/// Somebody who is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acquaintance {
    mark: ContactMark,
    /// What they were called when the pictures were compared, escaped.
    name: String,
    /// When that was, in seconds since 1970.
    since: u64,
    /// When they were here at last, in seconds since 1970.
    seen: u64,
}

/// What is known of whoever is at the other end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Recognition {
    /// Nothing.
    #[default]
    Stranger,
    /// They have the key of this one.
    Known(Acquaintance),
    /// They call themselves as this one, and have another key.
    Other(Acquaintance),
    /// They have the key on this card.
    Carded(TechnicianCard),
    /// They call themselves as on this card, and have another key.
    OtherThanCard(TechnicianCard),
}

impl Recognition {
    /// What a person is told of it in a line; nothing of a stranger.
    pub fn phrase(&self) -> Option<Phrase> {
        match self {
            Self::Stranger => None,
            Self::Known(one) => Some(Phrase::with("known-since", args![since = one.since()])),
            Self::Other(one) => {
                Some(Phrase::with("known-other", args![name = one.name(), since = one.since()]))
            }
            Self::Carded(card) => Some(card.phrase()),
            Self::OtherThanCard(card) => Some(card.other_phrase()),
        }
    }

    /// Whether it says nothing that a person has to weigh against the name that they give now.
    pub fn is_plain(&self, name: &str) -> bool {
        match self {
            Self::Stranger => true,
            Self::Known(one) => one.name() == name,
            Self::Carded(card) => card.is_of(name),
            Self::Other(_) | Self::OtherThanCard(_) => false,
        }
    }

    /// Whether nothing may be allowed before a person has said that it is them all the same.
    pub fn must_be_vouched_for(&self) -> bool {
        matches!(self, Self::Other(_) | Self::OtherThanCard(_))
    }
}

impl Acquaintance {
    /// One for tests and for looking at pages.
    pub fn sample(name: &str, since: u64) -> Self {
        Self { mark: ContactMark::sample(1), name: name.to_owned(), since, seen: since }
    }

    /// What they were called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// By what they are named among others, also of the same name.
    pub fn mark(&self) -> ContactMark {
        self.mark
    }

    /// The month since which they are known, in words.
    pub fn since(&self) -> Phrase {
        let (year, month) = month_of(self.since);
        // As text, since a number would be grouped.
        Phrase::with("known-month", args![month = month, year = year.to_string()])
    }

    /// The month in which they were here at last, in words.
    pub fn seen(&self) -> Phrase {
        Self { since: self.seen, ..self.clone() }.since()
    }
}

/// The file is damaged or another computer's, or may not be read. It is left as it is, and nobody in it is
/// known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableAcquaintances {
    /// Where it is.
    pub file: PathBuf,
}

impl UnreadableAcquaintances {
    /// What a person is told of it.
    pub fn phrase(&self) -> Phrase {
        Phrase::with("known-unreadable", args![file = self.file.display().to_string()])
    }
}

/// The file. Clones are one.
#[derive(Debug, Clone)]
pub struct AcquaintanceBook {
    /// `None`: nothing is kept.
    place: Option<(PathBuf, StaticKey)>,
    /// Whom an organisation has named.
    cards: CardShelf,
}

impl AcquaintanceBook {
    /// The book of the installation that has these settings.
    ///
    /// # Errors
    /// Where it has no key of its own.
    pub fn open(config: &Config) -> Result<Self, IdentityError> {
        Ok(Self::new(config, &identity::load_or_create(&config.identity_file)?))
    }

    pub(crate) fn new(config: &Config, key: &StaticKey) -> Self {
        let kept = config.remember.then(|| (config.data_dir.join(FILE_NAME), key.clone()));
        Self { place: kept, cards: CardShelf::default() }
    }

    /// The same, with whom an organisation has named.
    pub(crate) fn with_cards(self, cards: CardShelf) -> Self {
        Self { cards, ..self }
    }

    /// One that keeps nothing.
    #[cfg(test)]
    pub(crate) fn forgetful() -> Self {
        Self { place: None, cards: CardShelf::default() }
    }

    #[cfg(test)]
    pub(crate) fn of_folder(folder: &Path, key: &StaticKey) -> Self {
        Self { place: Some((folder.join(FILE_NAME), key.clone())), cards: CardShelf::default() }
    }

    /// All of them, the newest first.
    ///
    /// # Errors
    /// Where there is a file and it can't be read.
    pub fn all(&self) -> Result<Vec<Acquaintance>, UnreadableAcquaintances> {
        let Some((path, key)) = &self.place else { return Ok(Vec::new()) };
        let mut all = read(path, key)?;
        all.reverse();
        Ok(all)
    }

    /// What is known of whoever has this static key and calls themselves `name`.
    pub(crate) fn recognise(&self, peer_key: &[u8; 32], name: &str) -> Recognition {
        match self.remembered(peer_key, name) {
            Recognition::Stranger => self.cards.recognise(peer_key, name),
            // A person's own word stands before an organisation's.
            remembered => remembered,
        }
    }

    fn remembered(&self, peer_key: &[u8; 32], name: &str) -> Recognition {
        let Some((path, key)) = &self.place else { return Recognition::Stranger };
        let (mark, shape) = (ContactMark::new(key, peer_key), name_shape(name));
        let all = read(path, key).unwrap_or_default();
        let known = all.iter().find(|one| one.mark == mark);
        let namesake = || all.iter().find(|one| !shape.is_empty() && name_shape(&one.name) == shape);
        match (known, namesake()) {
            (Some(known), _) => Recognition::Known(known.clone()),
            (None, Some(namesake)) => Recognition::Other(namesake.clone()),
            (None, None) => Recognition::Stranger,
        }
    }

    /// Whoever has this key is known from now on, by the name that they have. `None` where that can't be
    /// kept.
    pub(crate) fn keep(&self, peer_key: &[u8; 32], name: &str, now: SystemTime) -> Option<Acquaintance> {
        let (path, key) = self.place.as_ref()?;
        let (mark, now) = (ContactMark::new(key, peer_key), secs(now));
        let (_lock, mut all) = to_change(path, key)?;
        let since = all.iter().find(|one| one.mark == mark).map_or(now, |one| one.since);
        all.retain(|one| one.mark != mark);
        let name: String = name.chars().take(MAX_NAME_CHARS).collect();
        let kept = Acquaintance { mark, name, since, seen: now };
        all.push(kept.clone());
        let beyond = all.len().saturating_sub(MAX_ACQUAINTANCES);
        all.drain(..beyond);
        write(path, key, &all).then_some(kept)
    }

    /// Whoever has this key, where they are known, was here.
    pub(crate) fn meet(&self, peer_key: &[u8; 32], now: SystemTime) {
        let Some((path, key)) = &self.place else { return };
        let mark = ContactMark::new(key, peer_key);
        let Some((_lock, mut all)) = to_change(path, key) else { return };
        if let Some(place) = all.iter().position(|one| one.mark == mark) {
            let known = all.remove(place);
            all.push(Acquaintance { seen: secs(now), ..known });
            write(path, key, &all);
        }
    }

    /// This one is not known any more. Whether that could be written.
    pub fn forget(&self, mark: ContactMark) -> bool {
        let Some((path, key)) = &self.place else { return false };
        let Some((_lock, mut all)) = to_change(path, key) else { return false };
        all.retain(|one| one.mark != mark);
        write(path, key, &all)
    }
}

/// Those in the file, the one who was seen longest ago first; nobody where there is none.
fn read(path: &Path, key: &StaticKey) -> Result<Vec<Acquaintance>, UnreadableAcquaintances> {
    let mut bytes = Vec::new();
    let all = match std::fs::File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        opened => opened.and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)),
    };
    let all = all.ok().and_then(|_| opened(&bytes, key));
    all.ok_or_else(|| {
        tracing::warn!("the file of acquaintances is damaged or another computer's; nobody in it is known");
        UnreadableAcquaintances { file: path.to_owned() }
    })
}

/// The same, to be written again, with the lock that keeps other programs from it meanwhile. `None` where the
/// file can't be read, which is left as it is, or the lock can't be had.
fn to_change(path: &Path, key: &StaticKey) -> Option<(BookLock, Vec<Acquaintance>)> {
    let lock = BookLock::of(path);
    let lock =
        lock.inspect_err(|error| tracing::warn!(%error, "the file of acquaintances is in use")).ok()?;
    Some((lock, read(path, key).ok()?))
}

fn opened(bytes: &[u8], key: &StaticKey) -> Option<Vec<Acquaintance>> {
    let (seal, text) = bytes.strip_prefix(HEAD)?.split_first_chunk::<SEAL_BYTES>()?;
    let fits = bytes.len() as u64 <= MAX_FILE_BYTES && key.seal_of(&[HEAD, text].concat()) == *seal;
    let all: Vec<Acquaintance> = fits.then(|| serde_json::from_slice(text).ok())??;
    (all.len() <= MAX_ACQUAINTANCES).then_some(all)
}

/// Replaces the file as a whole. Whether it could.
fn write(path: &Path, key: &StaticKey, all: &[Acquaintance]) -> bool {
    let written = serde_json::to_vec(all).map_err(std::io::Error::from).and_then(|text| {
        let seal = key.seal_of(&[HEAD, &text].concat());
        identity::replace_private(path, &[HEAD, &seal, &text].concat())
    });
    if let Err(error) = &written {
        tracing::warn!(%error, "who is known could not be written down");
    }
    written.is_ok()
}

fn secs(now: SystemTime) -> u64 {
    now.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
}

/// The year and the month, from 1, of so many seconds since 1970.
fn month_of(secs: u64) -> (u64, u64) {
    // Howard Hinnant's civil_from_days, for days since 1970 alone: years begin in March, eras have 400 years.
    let days = secs / 86_400 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let year = year + era * 400;
    if month < 10 { (year, month + 3) } else { (year + 1, month - 9) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, Words};

    fn key(byte: u8) -> StaticKey {
        StaticKey::from_bytes([byte; 32])
    }

    fn at(secs: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(secs)
    }

    fn book() -> (tempfile::TempDir, AcquaintanceBook) {
        let folder = tempfile::tempdir().unwrap();
        let book = AcquaintanceBook::of_folder(folder.path(), &key(9));
        (folder, book)
    }

    const TESS: [u8; 32] = [1; 32];
    const OTHER: [u8; 32] = [2; 32];

    #[test]
    fn a_key_that_was_compared_is_known_and_a_name_with_another_key_is_not() {
        let (_folder, book) = book();
        assert_eq!(book.recognise(&TESS, "Tess"), Recognition::Stranger);
        let tess = book.keep(&TESS, "Tess", at(1_000)).expect("it is kept");
        assert_eq!(book.recognise(&TESS, "Tess"), Recognition::Known(tess.clone()));
        assert_eq!(book.recognise(&TESS, "Anybody"), Recognition::Known(tess.clone()), "whatever they say");
        for alike in ["Tess", "tess", "T\u{435}ss", "T\u{e9} ss"] {
            assert_eq!(book.recognise(&OTHER, alike), Recognition::Other(tess.clone()), "{alike}");
        }
        assert_eq!(book.recognise(&OTHER, "Anna"), Recognition::Stranger);
        assert_eq!(book.recognise(&OTHER, ""), Recognition::Stranger);
    }

    #[test]
    fn since_stays_and_seen_goes_on_and_who_is_forgotten_is_a_stranger() {
        let (_folder, book) = book();
        book.keep(&TESS, "Tess", at(1_000));
        book.keep(&OTHER, "Anna", at(2_000));
        book.meet(&TESS, at(3_000));
        book.meet(&[3; 32], at(3_000));
        let again = book.keep(&TESS, "Tess B.", at(4_000)).expect("it is kept");
        assert_eq!((again.name(), again.since, again.seen), ("Tess B.", 1_000, 4_000));
        let names: Vec<_> = book.all().unwrap().iter().map(|one| one.name().to_owned()).collect();
        assert_eq!(names, ["Tess B.", "Anna"]);
        assert!(book.forget(again.mark()));
        assert_eq!(book.recognise(&TESS, "Tess B."), Recognition::Stranger);
    }

    #[test]
    fn a_file_that_somebody_changed_or_brought_along_makes_nobody_known() {
        let (folder, book) = book();
        let tess = book.keep(&TESS, "Tess", at(1_000)).expect("it is kept");
        let path = folder.path().join(FILE_NAME);
        let good = std::fs::read(&path).unwrap();
        for place in 0..good.len() {
            let mut bad = good.clone();
            bad[place] ^= 1;
            std::fs::write(&path, bad).unwrap();
            assert_eq!(book.recognise(&TESS, "Tess"), Recognition::Stranger, "byte {place}");
        }
        std::fs::write(&path, &good).unwrap();
        assert_eq!(book.recognise(&TESS, "Tess"), Recognition::Known(tess));
        let elsewhere = AcquaintanceBook::of_folder(folder.path(), &key(8));
        let unreadable = elsewhere.all().expect_err("it is another installation's");
        assert_eq!(unreadable, UnreadableAcquaintances { file: path.clone() });
        let words = Words::of_node(Language::English);
        assert!(words.say(&unreadable.phrase()).contains(&path.display().to_string()));
        assert!(elsewhere.keep(&OTHER, "Anna", at(2_000)).is_none());
        assert_eq!(std::fs::read(&path).unwrap(), good, "it is left as it is");
    }

    #[test]
    fn whoever_was_seen_longest_ago_of_two_hundred_makes_room_and_the_file_is_its_owners() {
        let (folder, book) = book();
        let long = "🐶".repeat(MAX_NAME_CHARS * 2);
        for number in 0..=MAX_ACQUAINTANCES as u8 {
            book.keep(&[number; 32], &long, at(u64::MAX >> 20));
            if number == 100 {
                book.meet(&[0; 32], at(2_000));
            }
        }
        let is_known = |number: u8| matches!(book.recognise(&[number; 32], ""), Recognition::Known(_));
        assert!(is_known(0) && !is_known(1) && is_known(2) && is_known(200));
        let metadata = std::fs::metadata(folder.path().join(FILE_NAME)).unwrap();
        assert!(metadata.len() < MAX_FILE_BYTES, "{}", metadata.len());
        assert!(identity::open_to_others(&metadata).is_none());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "it and its lock");
    }

    #[test]
    fn of_two_programs_that_write_at_once_neither_loses_what_the_other_wrote() {
        let (folder, book) = book();
        let programs = [1_u8, 2, 3, 4].map(|program| {
            // Each opens the files for itself, as another process does.
            let book = AcquaintanceBook::of_folder(folder.path(), &key(9));
            std::thread::spawn(move || {
                for number in 0..20 {
                    let mut peer = [program; 32];
                    peer[0] = number;
                    assert!(book.keep(&peer, "Tess", at(1_000)).is_some());
                }
            })
        });
        for program in programs {
            program.join().unwrap();
        }
        assert_eq!(book.all().unwrap().len(), 80);
    }

    #[test]
    fn where_nothing_is_to_be_kept_nobody_is_known() {
        let book = AcquaintanceBook::forgetful();
        assert!(book.keep(&TESS, "Tess", at(1)).is_none());
        assert_eq!(book.recognise(&TESS, "Tess"), Recognition::Stranger);
        assert!(!book.forget(ContactMark::sample(1)));
    }

    #[test]
    fn months_are_those_of_the_calendar() {
        for (secs, month) in [
            (0, (1970, 1)),
            (951_782_399, (2000, 2)),
            (951_868_800, (2000, 3)),
            (1_777_593_600, (2026, 5)),
            (1_798_761_599, (2026, 12)),
            (1_798_761_600, (2027, 1)),
        ] {
            assert_eq!(month_of(secs), month, "{secs}");
        }
        let said =
            |language| Words::of_node(language).say(&Acquaintance::sample("Tess", 1_777_593_600).since());
        assert_eq!(said(Language::English), "May 2026");
        assert_eq!(said(Language::German), "Mai 2026");
    }
}
