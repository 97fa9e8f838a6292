//! What files need of this machine, and what of them outlives a pause.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beistand_session::{Permission, PermissionSet, Role};
use directories::UserDirs;

use super::MAX_TRANSFERS;
use crate::features::{HostWorld, TechnicianWorld};
use crate::returns::ReturnDesk;

/// Numbers that the other side can give to offers and wishes in a session: one every few seconds of a day.
const MAX_NUMBERS: usize = 8_192;

/// What both desks of a session share with those before them.
#[derive(Debug, Clone)]
pub(in crate::features) struct FilesWorld {
    /// By what the other side is known again, and nobody else can know it: what was interrupted is its alone
    /// to go on with, and what that is called on the disk can't be foretold.
    pub(super) peer: [u8; 32],
    newest: Arc<AtomicU32>,
    /// Threads that look where a wish leads.
    pub(super) lookers: Arc<AtomicUsize>,
    kept: Arc<Mutex<FilesMemory>>,
}

#[derive(Debug, Default)]
struct FilesMemory {
    folder: Option<PathBuf>,
    /// What the user grants, whether or not the session is paused.
    granted: PermissionSet,
    /// What was being sent when it was interrupted.
    interrupted: Vec<InterruptedSending>,
    /// What was being received when it was interrupted.
    standing: Vec<StandingYes>,
    /// The numbers of the other side's offers and wishes.
    theirs: HashSet<u32>,
}

/// What was being sent when it was interrupted.
#[derive(Debug)]
pub(super) struct InterruptedSending {
    /// The number that it had.
    pub(super) id: u32,
    pub(super) paths: Vec<PathBuf>,
    /// What ends it for good when it is taken back: the user's, who picked it while that was granted.
    pub(super) needs: Option<Permission>,
    /// Whether the person here had stopped it, so that they alone go on with it.
    pub(super) is_held_here: bool,
}

/// A yes to something that was interrupted since.
#[derive(Debug)]
pub(super) struct StandingYes {
    /// The number that it had.
    pub(super) id: u32,
    /// The same files of the same peer.
    pub(super) key: [u8; 32],
    pub(super) folder: PathBuf,
    /// The permission, with which the yes ends.
    pub(super) needs: Permission,
    /// Whether it still holds. Where it doesn't, the person is asked again.
    pub(super) holds: bool,
    /// Whether the person had stopped it, so that it doesn't go on without a word of theirs.
    pub(super) is_held_here: bool,
}

impl From<&HostWorld> for FilesWorld {
    fn from(world: &HostWorld) -> Self {
        Self::new(mark_of(world.returns.as_ref()))
    }
}

impl From<&TechnicianWorld> for FilesWorld {
    fn from(world: &TechnicianWorld) -> Self {
        Self::new(mark_of(world.returns.as_ref()))
    }
}

fn mark_of(desk: Option<&ReturnDesk>) -> [u8; 32] {
    desk.map_or([0; 32], |desk| desk.shelf.seal_of(&[b"files from ", &desk.peer_key[..]].concat()))
}

impl FilesWorld {
    pub(super) fn new(peer: [u8; 32]) -> Self {
        Self { peer, newest: Arc::default(), lookers: Arc::default(), kept: Arc::default() }
    }

    /// The user grants this, whether or not the session is paused: with what they take back, each yes ends.
    pub(super) fn note_granted(&self, granted: PermissionSet) {
        let mut memory = self.memory();
        memory.granted = granted;
        memory.standing.iter_mut().for_each(|yes| yes.holds &= granted.contains(yes.needs));
        memory.interrupted.retain(|one| one.needs.is_none_or(|needs| granted.contains(needs)));
    }

    /// A number that no other transfer or wish of this session has: odd at the technician, even at the host.
    pub(super) fn next_number(&self, role: Role) -> u32 {
        let count = self.newest.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        match role {
            Role::Technician => count.wrapping_mul(2).wrapping_sub(1),
            Role::Host => count.wrapping_mul(2),
        }
    }

    /// Whether the other side's number is new. A person's yes names a number, so that one is never used
    /// again, for whatever it was.
    pub(super) fn is_new(&self, id: u32) -> bool {
        let mut memory = self.memory();
        memory.theirs.len() < MAX_NUMBERS && memory.theirs.insert(id)
    }

    /// Where files go unless a person says so: what they said before, or their downloads.
    pub(super) fn folder(&self) -> PathBuf {
        if let Some(folder) = &self.memory().folder {
            return folder.clone();
        }
        let folders = UserDirs::new();
        let downloads = folders.as_ref().and_then(|folders| folders.download_dir().map(Path::to_owned));
        let home = || folders.as_ref().map(|folders| folders.home_dir().join("Downloads"));
        downloads.or_else(home).unwrap_or_else(std::env::temp_dir)
    }

    pub(super) fn set_folder(&self, folder: PathBuf) {
        self.memory().folder = Some(folder);
    }

    /// This was interrupted.
    pub(super) fn remember(&self, sending: InterruptedSending) {
        let mut memory = self.memory();
        if sending.needs.is_some_and(|needs| !memory.granted.contains(needs)) {
            return;
        }
        if memory.interrupted.len() >= MAX_TRANSFERS {
            memory.interrupted.remove(0);
        }
        memory.interrupted.push(sending);
    }

    /// What was interrupted under this number, for the person here or at the other side's word.
    pub(super) fn recall(&self, id: u32, is_asked_here: bool) -> Option<InterruptedSending> {
        let mut memory = self.memory();
        let is_meant = |one: &InterruptedSending| one.id == id && (is_asked_here || !one.is_held_here);
        let index = memory.interrupted.iter().position(is_meant)?;
        Some(memory.interrupted.remove(index))
    }

    /// This was interrupted, and the person had said yes to it.
    pub(super) fn keep_yes(&self, mut yes: StandingYes) {
        let mut memory = self.memory();
        yes.holds &= memory.granted.contains(yes.needs);
        if memory.standing.len() >= MAX_TRANSFERS {
            memory.standing.remove(0);
        }
        memory.standing.push(yes);
    }

    /// Where to the person has said that this goes, if their yes still holds. It holds once.
    pub(super) fn take_yes(&self, key: &[u8; 32]) -> Option<PathBuf> {
        let mut memory = self.memory();
        let index = memory.standing.iter().position(|yes| yes.key == *key)?;
        let yes = memory.standing.remove(index);
        (yes.holds && !yes.is_held_here).then_some(yes.folder)
    }

    /// The person wants what was being received under this number to go on; `false`: nothing was.
    pub(super) fn release(&self, id: u32) -> bool {
        let mut memory = self.memory();
        let found = memory.standing.iter_mut().find(|yes| yes.id == id);
        found.map(|yes| yes.is_held_here = false).is_some()
    }

    fn memory(&self) -> MutexGuard<'_, FilesMemory> {
        // Nothing panics while it is held.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
