//! Where tickets are kept: a folder of this installation's, a file per side and peer, which only its owner
//! may read.
//!
//! What it does: writes whole files, hands out what is still good, and removes what isn't. What it does not
//! do: it lets nobody come back.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use beistand_session::{Role, StaticKey};
use zeroize::Zeroizing;

use super::ticket::{MAX_TICKET_BYTES, ReturnRefusal, ReturnTicket};
use crate::config::Config;
use crate::identity::{self, IdentityError};

const FOLDER_NAME: &str = "returns";

/// Tickets of a side that are kept: more people than anybody helps within an hour. The oldest makes room.
const MAX_TICKETS: usize = 16;

/// Files that are looked at: both sides' tickets, and some that were left half written.
const MAX_FILES: usize = 64;

/// How long a program writes at most.
const WRITING_TIME: Duration = Duration::from_secs(60);

/// The tickets of this installation. Clones are one.
#[derive(Debug, Clone)]
pub struct ReturnShelf {
    folder: PathBuf,
    /// What tickets are sealed with.
    key: StaticKey,
}

/// What is on the shelf for one side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReturnLook {
    /// The tickets that are good, and for how long, the newest first.
    pub tickets: Vec<(ReturnTicket, Duration)>,
    /// What was found beside them and is not used.
    pub refused: Vec<ReturnRefusal>,
}

impl ReturnShelf {
    /// The shelf of the installation that has these settings.
    ///
    /// # Errors
    /// Where it has no key of its own.
    pub fn open(config: &Config) -> Result<Self, IdentityError> {
        let key = identity::load_or_create(&config.identity_file)?;
        Ok(Self::new(&config.data_dir, key))
    }

    pub(crate) fn new(data_dir: &Path, key: StaticKey) -> Self {
        Self { folder: data_dir.join(FOLDER_NAME), key }
    }

    /// What there is for `role` at `now`. What is over or void is removed: it is told once.
    pub fn look(&self, role: Role, now: SystemTime) -> ReturnLook {
        let mut look = ReturnLook::default();
        self.sweep_halves(now);
        for path in self.files(role) {
            let ticket = match self.read(&path) {
                Ok(ticket) => ticket.filter(|ticket| ticket.role() == role).ok_or(ReturnRefusal::Unsealed),
                Err(refusal) => Err(refusal),
            };
            match ticket.and_then(|ticket| ticket.left(now).map(|left| (ticket, left))) {
                Ok(good) => look.tickets.push(good),
                Err(refusal) => {
                    remove(&path);
                    look.refused.push(refusal);
                }
            }
        }
        look.tickets.sort_by_key(|(ticket, _)| std::cmp::Reverse(ticket.seen_secs()));
        look
    }

    /// Removes this ticket: it is used, or nobody shall come back by it. One that has taken its place stays.
    pub fn remove(&self, ticket: &ReturnTicket) {
        if self.has(ticket) {
            remove(&self.path_of(ticket.role(), ticket.peer_key()));
        }
    }

    /// Whether this ticket, with its secret, is there.
    pub(crate) fn has(&self, ticket: &ReturnTicket) -> bool {
        let there = self.read(&self.path_of(ticket.role(), ticket.peer_key()));
        there.is_ok_and(|there| there.is_some_and(|there| there.has_secret_of(ticket)))
    }

    /// Removes whatever ticket there is of this peer.
    pub(crate) fn clear(&self, role: Role, peer_key: &[u8; 32]) {
        remove(&self.path_of(role, peer_key));
    }

    /// Keeps it, in the place of an older one of the same peer.
    pub(crate) fn put(&self, ticket: &ReturnTicket) -> std::io::Result<()> {
        let path = self.path_of(ticket.role(), ticket.peer_key());
        let mut others: Vec<_> =
            self.files(ticket.role()).into_iter().filter(|other| *other != path).collect();
        if others.len() >= MAX_TICKETS {
            let seen = |path: &PathBuf| self.read(path).ok().flatten().map(|ticket| ticket.seen_secs());
            others.sort_by_key(seen);
            others[..=others.len() - MAX_TICKETS].iter().for_each(|oldest| remove(oldest));
        }
        identity::replace_private(&path, &ticket.to_bytes(&self.key))
    }

    /// The files of a side.
    fn files(&self, role: Role) -> Vec<PathBuf> {
        // Where there is no folder there are no tickets.
        self.paths(|name| name.starts_with(side_word(role)) && name.ends_with(".ticket"))
    }

    /// Removes what programs left that were killed while they wrote: it has secrets in it.
    fn sweep_halves(&self, now: SystemTime) {
        for path in self.paths(|name| name.ends_with(".new")) {
            let written = std::fs::symlink_metadata(&path).and_then(|metadata| metadata.modified());
            let age = written.ok().and_then(|at| now.duration_since(at).ok());
            if age.is_none_or(|age| age > WRITING_TIME) {
                remove(&path);
            }
        }
    }

    fn paths(&self, is_meant: impl Fn(&str) -> bool) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let is_meant =
            |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).is_some_and(&is_meant);
        entries.map(|entry| entry.path()).filter(is_meant).take(MAX_FILES).collect()
    }

    /// The ticket in a file; `None` where there is none of ours in it.
    fn read(&self, path: &Path) -> Result<Option<ReturnTicket>, ReturnRefusal> {
        // Before it is opened, since opening a pipe waits for its other end.
        let Ok(metadata) = std::fs::symlink_metadata(path) else { return Ok(None) };
        if !metadata.is_file() {
            return Ok(None);
        }
        if identity::open_to_others(&metadata).is_some() {
            return Err(ReturnRefusal::Open);
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_TICKET_BYTES + 1));
        let read = std::fs::File::open(path)
            .and_then(|file| file.take(MAX_TICKET_BYTES as u64 + 1).read_to_end(&mut bytes));
        Ok(read.ok().and_then(|_| ReturnTicket::from_bytes(&bytes, &self.key)))
    }

    /// By what this installation knows bytes again; nobody else can make it.
    pub(crate) fn seal_of(&self, bytes: &[u8]) -> [u8; 32] {
        self.key.seal_of(bytes)
    }

    /// Whose ticket it is can't be told from its name without this installation's key.
    fn path_of(&self, role: Role, peer_key: &[u8; 32]) -> PathBuf {
        let mark = self.key.mark_of(peer_key);
        let number = mark.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        self.folder.join(format!("{}-{number:016x}.ticket", side_word(role)))
    }
}

const fn side_word(role: Role) -> &'static str {
    match role {
        Role::Host => "user",
        Role::Technician => "helper",
    }
}

fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "a ticket could not be removed");
    }
}

#[cfg(test)]
mod tests {
    use super::super::ticket::tests::{at, ticket};
    use super::*;

    fn shelf() -> (tempfile::TempDir, ReturnShelf) {
        let folder = tempfile::tempdir().unwrap();
        let shelf = ReturnShelf::new(folder.path(), StaticKey::from_bytes([9; 32]));
        (folder, shelf)
    }

    fn peers(look: &ReturnLook) -> Vec<&str> {
        look.tickets.iter().map(|(ticket, _)| ticket.name()).collect()
    }

    #[test]
    fn each_side_has_its_tickets_and_the_newest_comes_first() {
        let (_folder, shelf) = shelf();
        assert_eq!(shelf.look(Role::Host, at(0)), ReturnLook::default());
        for (role, peer, seen) in [(Role::Host, 1, 100), (Role::Host, 2, 200), (Role::Technician, 3, 300)] {
            shelf.put(&ticket(role, peer, peer, seen)).unwrap();
        }
        assert_eq!(peers(&shelf.look(Role::Host, at(400))), ["peer 2", "peer 1"]);
        assert_eq!(peers(&shelf.look(Role::Technician, at(400))), ["peer 3"]);
        shelf.clear(Role::Host, &[2; 32]);
        assert_eq!(peers(&shelf.look(Role::Host, at(400))), ["peer 1"]);
    }

    #[test]
    fn a_used_ticket_is_gone_and_one_in_its_place_stays() {
        let (_folder, shelf) = shelf();
        let (old, new) = (ticket(Role::Host, 1, 1, 100), ticket(Role::Host, 1, 2, 100));
        shelf.put(&old).unwrap();
        shelf.put(&new).unwrap();
        shelf.remove(&old);
        assert_eq!(shelf.look(Role::Host, at(100)).tickets.len(), 1);
        shelf.remove(&new);
        assert_eq!(shelf.look(Role::Host, at(100)), ReturnLook::default());
    }

    #[test]
    fn what_is_over_damaged_or_early_is_removed_and_told_once() {
        let (folder, shelf) = shelf();
        for (peer, seen) in [(1, 1_000), (2, 5_000), (3, 9_000)] {
            shelf.put(&ticket(Role::Host, peer, peer, seen)).unwrap();
        }
        let half = folder.path().join(FOLDER_NAME).join("user-1.ticket.0.new");
        identity::replace_private(&half, b"half a ticket").unwrap();
        let damaged = folder.path().join(FOLDER_NAME).join("user-1.ticket");
        identity::replace_private(&damaged, b"junk").unwrap();
        let look = shelf.look(Role::Host, at(5_100));
        assert_eq!(peers(&look), ["peer 2"]);
        assert!(!half.exists(), "from the future, as far as this clock goes");
        assert_eq!(look.refused.len(), 3);
        for refusal in [
            ReturnRefusal::Unsealed,
            ReturnRefusal::Over { name: "peer 1".to_owned() },
            ReturnRefusal::Early { name: "peer 3".to_owned() },
        ] {
            assert!(look.refused.contains(&refusal), "{look:?}");
        }
        let again = shelf.look(Role::Host, at(5_100));
        assert_eq!(again.refused, []);
        let look = shelf.look(Role::Host, at(9_000));
        assert_eq!(peers(&look), Vec::<&str>::new(), "a ticket that was early never becomes good");
    }

    #[test]
    fn a_file_that_was_copied_to_another_installation_or_another_side_is_void() {
        let (folder, shelf) = shelf();
        shelf.put(&ticket(Role::Host, 1, 1, 100)).unwrap();
        let other = ReturnShelf::new(folder.path(), StaticKey::from_bytes([8; 32]));
        assert_eq!(other.look(Role::Host, at(100)).refused, [ReturnRefusal::Unsealed]);
        shelf.put(&ticket(Role::Host, 1, 1, 100)).unwrap();
        let path = shelf.path_of(Role::Host, &[1; 32]);
        std::fs::rename(&path, shelf.path_of(Role::Technician, &[1; 32])).unwrap();
        assert_eq!(shelf.look(Role::Technician, at(100)).refused, [ReturnRefusal::Unsealed]);
    }

    #[test]
    fn the_oldest_makes_room() {
        let (_folder, shelf) = shelf();
        for peer in 0..=u8::try_from(MAX_TICKETS).unwrap() {
            shelf.put(&ticket(Role::Host, peer, peer, 100 + u64::from(peer))).unwrap();
        }
        let look = shelf.look(Role::Host, at(200));
        assert_eq!(look.tickets.len(), MAX_TICKETS);
        assert!(!peers(&look).contains(&"peer 0"));
    }

    #[test]
    fn a_ticket_is_its_owners_alone_and_one_that_others_can_read_or_that_is_no_file_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_folder, shelf) = shelf();
        shelf.put(&ticket(Role::Host, 1, 1, 100)).unwrap();
        let path = shelf.path_of(Role::Host, &[1; 32]);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(shelf.look(Role::Host, at(100)).refused, [ReturnRefusal::Open]);
        shelf.put(&ticket(Role::Host, 1, 1, 100)).unwrap();
        let elsewhere = path.with_extension("elsewhere");
        std::fs::rename(&path, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        assert_eq!(shelf.look(Role::Host, at(100)).refused, [ReturnRefusal::Unsealed]);
    }
}
