//! Whom somebody has helped from here lately: who they are, when it was and for how long, so that a helper
//! finds their way about among those who call again.
//!
//! It lets nobody in and leads nowhere: nothing in it finds a computer. Names are what the other side called
//! itself. The file is its owner's alone; one that is missing or damaged is an empty one.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use beistand_session::{MAX_NAME_CHARS, MAX_SYSTEM_CHARS, StaticKey};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::acquaintances::{Acquaintance, AcquaintanceBook};
use crate::book_lock::BookLock;
use crate::config::Config;
use crate::contacts::ContactMark;
use crate::identity::{self, IdentityError};
use crate::returns::ReturnTicket;
use crate::words::Phrase;

/// Sessions that are kept: what a list shows at once. The oldest makes room.
const MAX_SESSIONS: usize = 20;

/// Bytes of the file that are read: all of them with the longest names take half.
const MAX_FILE_BYTES: u64 = 32 * 1024;

const FILE_NAME: &str = "sessions.json";

/// A session in which somebody was helped from here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastSession {
    mark: ContactMark,
    /// What they were called, escaped; may be empty.
    name: String,
    /// What their system is called, escaped; may be empty.
    system: String,
    /// When it began, in seconds since 1970.
    began: u64,
    /// How long it took in seconds; 0 while it lasts.
    secs: u64,
}

/// What is known of the other one of a [`PastSession`] now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PastPeer {
    /// They are known since their pictures were compared.
    pub known: Option<Acquaintance>,
    /// There is a ticket by which one may come back to them.
    pub may_return: bool,
}

/// The file. Clones are one.
#[derive(Debug, Clone)]
pub struct HistoryBook {
    /// `None`: nothing is kept.
    place: Option<(PathBuf, StaticKey)>,
}

impl PastSession {
    /// One for tests and for looking at pages.
    pub fn sample(name: &str, number: u8) -> Self {
        let began = 1_777_593_600 + 3_600 * u64::from(number);
        let (name, system) = (name.to_owned(), "Debian 12".to_owned());
        Self { mark: ContactMark::sample(number), name, system, began, secs: 1_260 }
    }

    /// What they were called; may be empty.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What their system was called; may be empty.
    pub fn system(&self) -> &str {
        &self.system
    }

    /// When it began.
    pub fn began(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.began)
    }

    /// The day and time of day at which it began, where this computer is.
    pub fn when(&self) -> String {
        let began = jiff::Timestamp::try_from(self.began()).unwrap_or_default();
        began.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// How long it took, as far as that is known.
    pub fn lasted(&self) -> Duration {
        Duration::from_secs(self.secs)
    }

    /// Who it was, as far as they have said.
    pub fn who(&self) -> Phrase {
        use crate::words::args;
        match (self.name.is_empty(), self.system.is_empty()) {
            (false, false) => Phrase::with("past-of", args![name = &self.name, system = &self.system]),
            (false, true) => Phrase::with("past-of-name", args![name = &self.name]),
            (true, false) => Phrase::with("past-of-system", args![system = &self.system]),
            (true, true) => Phrase::new("past-of-nobody"),
        }
    }

    /// What is known of them now.
    pub fn peer(&self, known: &[Acquaintance], tickets: &[ReturnTicket], book: &HistoryBook) -> PastPeer {
        let known = known.iter().find(|one| one.mark() == self.mark).cloned();
        let may_return = tickets.iter().any(|ticket| book.mark_of(ticket.peer_key()) == Some(self.mark));
        PastPeer { known, may_return }
    }
}

impl HistoryBook {
    /// The book of the installation that has these settings.
    ///
    /// # Errors
    /// Where it has no key of its own.
    pub fn open(config: &Config) -> Result<Self, IdentityError> {
        Ok(Self::new(config, &identity::load_or_create(&config.identity_file)?))
    }

    pub(crate) fn new(config: &Config, key: &StaticKey) -> Self {
        let kept = config.remember && config.history;
        Self { place: kept.then(|| (config.data_dir.join(FILE_NAME), key.clone())) }
    }

    /// One that keeps nothing.
    pub(crate) fn forgetful() -> Self {
        Self { place: None }
    }

    #[cfg(test)]
    pub(crate) fn of_folder(folder: &Path, key: &StaticKey) -> Self {
        Self { place: Some((folder.join(FILE_NAME), key.clone())) }
    }

    /// Whether anything is kept.
    pub fn keeps(&self) -> bool {
        self.place.is_some()
    }

    /// All of them, the newest first.
    pub fn all(&self) -> Vec<PastSession> {
        let mut all = self.place.as_ref().map(|(path, _)| read(path)).unwrap_or_default();
        all.reverse();
        all
    }

    /// A session with whoever has this key has begun: what it is called when it is over.
    pub(crate) fn begin(
        &self,
        peer_key: &[u8; 32],
        who: (&str, &str),
        now: SystemTime,
    ) -> Option<PastSession> {
        let (name, system) = who;
        let began = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let session = PastSession {
            mark: self.mark_of(peer_key)?,
            name: name.chars().take(MAX_NAME_CHARS).collect(),
            system: system.chars().take(MAX_SYSTEM_CHARS).collect(),
            began,
            secs: 0,
        };
        self.change(|all| all.push(session.clone())).then_some(session)
    }

    /// It is over, and took so long. One that was removed meanwhile stays so.
    pub(crate) fn end(&self, session: &PastSession, lasted: Duration) {
        self.change(|all| {
            if let Some(kept) = all.iter_mut().find(|kept| *kept == session) {
                kept.secs = lasted.as_secs();
            }
        });
    }

    /// Takes this one out of the list. Whether that could be written.
    pub fn remove(&self, session: &PastSession) -> bool {
        self.change(|all| all.retain(|kept| kept != session))
    }

    /// Forgets all of them. Whether that could be written.
    pub fn forget_all(&self) -> bool {
        self.change(Vec::clear)
    }

    fn mark_of(&self, peer_key: &[u8; 32]) -> Option<ContactMark> {
        self.place.as_ref().map(|(_, key)| ContactMark::new(key, peer_key))
    }

    /// Reads, changes and writes, and no other program does meanwhile. Whether it was written.
    fn change(&self, change: impl FnOnce(&mut Vec<PastSession>)) -> bool {
        let Some((path, _)) = &self.place else { return false };
        let changed = BookLock::of(path).and_then(|_lock| {
            let mut all = read(path);
            change(&mut all);
            let beyond = all.len().saturating_sub(MAX_SESSIONS);
            all.drain(..beyond);
            identity::replace_private(path, &serde_json::to_vec(&all)?)
        });
        if let Err(error) = &changed {
            tracing::warn!(%error, "who was helped could not be written down");
        }
        changed.is_ok()
    }
}

/// Sessions with what is known of the other ones now, for a list of them.
pub fn past_sessions(
    book: &HistoryBook,
    known: &AcquaintanceBook,
    tickets: &[ReturnTicket],
) -> Vec<(PastSession, PastPeer)> {
    // Where they can't be read nobody in the list is known, which its own page says.
    let known = known.all().unwrap_or_default();
    book.all().into_iter().map(|one| (one.clone(), one.peer(&known, tickets, book))).collect()
}

/// The oldest first.
fn read(path: &Path) -> Vec<PastSession> {
    let mut text = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut text));
    if read.is_err() {
        return Vec::new();
    }
    let all = serde_json::from_slice::<Vec<PastSession>>(&text).unwrap_or_else(|error| {
        tracing::warn!(%error, "the list of sessions is damaged; nothing in it counts");
        Vec::new()
    });
    let is_short = |one: &PastSession| {
        one.name.chars().count() <= MAX_NAME_CHARS && one.system.chars().count() <= MAX_SYSTEM_CHARS
    };
    all.into_iter().filter(is_short).take(MAX_SESSIONS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: [u8; 32] = [1; 32];

    fn at(secs: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(secs)
    }

    fn key() -> StaticKey {
        StaticKey::from_bytes([9; 32])
    }

    fn book() -> (tempfile::TempDir, HistoryBook) {
        let folder = tempfile::tempdir().unwrap();
        let book = HistoryBook::of_folder(folder.path(), &key());
        (folder, book)
    }

    fn names(book: &HistoryBook) -> Vec<String> {
        book.all().iter().map(|one| one.name().to_owned()).collect()
    }

    #[test]
    fn a_session_is_listed_from_its_beginning_with_its_time_once_it_is_over() {
        let (_folder, book) = book();
        let anna = book.begin(&ANNA, ("Anna", "Debian 12"), at(1_000)).expect("it is kept");
        book.begin(&[2; 32], ("Ben", ""), at(2_000));
        assert_eq!(names(&book), ["Ben", "Anna"]);
        book.end(&anna, Duration::from_secs(90));
        let listed = book.all();
        assert_eq!((listed[1].lasted().as_secs(), listed[1].began()), (90, at(1_000)));
        assert!(book.remove(&listed[1]));
        book.end(&anna, Duration::from_secs(100));
        assert_eq!(names(&book), ["Ben"], "what was removed stays so");
        assert!(book.forget_all());
        assert_eq!(book.all(), []);
    }

    #[test]
    fn whoever_is_known_or_may_be_gone_back_to_is_found_by_their_key_and_not_by_their_name() {
        let (_folder, book) = book();
        let anna = book.begin(&ANNA, ("Anna", ""), at(1_000)).expect("it is kept");
        let other = book.begin(&[2; 32], ("Anna", ""), at(2_000)).expect("it is kept");
        let tickets = [ReturnTicket::sample("Anna", ANNA, beistand_session::PermissionSet::NONE)];
        let folder = tempfile::tempdir().unwrap();
        let known = AcquaintanceBook::of_folder(folder.path(), &key());
        known.keep(&ANNA, "Anna", at(500));
        let all = past_sessions(&book, &known, &tickets);
        let (session, peer) = &all[1];
        assert_eq!(session, &anna);
        assert!(peer.may_return && peer.known.is_some());
        assert_eq!(all[0], (other, PastPeer::default()));
    }

    #[test]
    fn there_are_twenty_at_most_and_the_file_is_its_owners_alone() {
        let (folder, book) = book();
        let long = "🐶".repeat(2 * MAX_NAME_CHARS);
        for number in 0..=MAX_SESSIONS as u8 {
            book.begin(&[number; 32], (&long, &long), at(u64::from(number)));
        }
        let all = book.all();
        assert_eq!((all.len(), all[MAX_SESSIONS - 1].began()), (MAX_SESSIONS, at(1)), "the oldest made room");
        let metadata = std::fs::metadata(folder.path().join(FILE_NAME)).unwrap();
        assert!(metadata.len() < MAX_FILE_BYTES, "{}", metadata.len());
        assert!(identity::open_to_others(&metadata).is_none());
        let lock = std::fs::metadata(folder.path().join(format!("{FILE_NAME}.lock"))).unwrap();
        assert!(identity::open_to_others(&lock).is_none());
    }

    #[test]
    fn a_damaged_file_is_an_empty_one_and_where_nothing_is_to_be_kept_nothing_is() {
        let (folder, book) = book();
        let path = folder.path().join(FILE_NAME);
        let endless = format!("[{}]", "{},".repeat(MAX_FILE_BYTES as usize));
        for text in ["", "[{}]", "nothing", endless.as_str()] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(book.all(), []);
        }
        let forgetful = HistoryBook::forgetful();
        assert_eq!(forgetful.begin(&ANNA, ("Anna", ""), at(1)), None);
        assert!(!forgetful.forget_all() && forgetful.all().is_empty());
    }

    #[test]
    fn two_who_write_at_once_lose_nothing() {
        let (_folder, book) = book();
        std::thread::scope(|scope| {
            for number in 0..4u8 {
                let book = book.clone();
                scope.spawn(move || {
                    for turn in 0..5u64 {
                        let began = book.begin(&[number; 32], ("Anna", ""), at(turn));
                        assert!(began.is_some());
                    }
                });
            }
        });
        assert_eq!(book.all().len(), 20);
    }
}
