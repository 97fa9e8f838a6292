//! What files need of this machine, and what of them outlives a pause.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beistand_session::Role;
use directories::UserDirs;

use super::MAX_TRANSFERS;
use crate::features::{HostWorld, TechnicianWorld};

/// Numbers that the other side can give to offers and wishes in a session: one every few seconds of a day.
const MAX_NUMBERS: usize = 8_192;

/// What both desks of a session share with those before them.
#[derive(Debug, Clone)]
pub(in crate::features) struct FilesWorld {
    /// The other side's key: what was interrupted is its alone to go on with.
    pub(super) peer: [u8; 32],
    newest: Arc<AtomicU32>,
    kept: Arc<Mutex<FilesMemory>>,
}

#[derive(Debug, Default)]
struct FilesMemory {
    folder: Option<PathBuf>,
    /// What was being sent when it was interrupted, by the number that it had.
    interrupted: Vec<(u32, Vec<PathBuf>)>,
    /// The numbers of the other side's offers and wishes.
    theirs: HashSet<u32>,
}

impl From<&HostWorld> for FilesWorld {
    fn from(world: &HostWorld) -> Self {
        Self::new(world.returns.as_ref().map_or([0; 32], |desk| desk.peer_key))
    }
}

impl From<&TechnicianWorld> for FilesWorld {
    fn from(world: &TechnicianWorld) -> Self {
        Self::new(world.returns.as_ref().map_or([0; 32], |desk| desk.peer_key))
    }
}

impl FilesWorld {
    pub(super) fn new(peer: [u8; 32]) -> Self {
        Self { peer, newest: Arc::default(), kept: Arc::default() }
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
    pub(super) fn remember(&self, id: u32, paths: Vec<PathBuf>) {
        let mut memory = self.memory();
        if memory.interrupted.len() >= MAX_TRANSFERS {
            memory.interrupted.remove(0);
        }
        memory.interrupted.push((id, paths));
    }

    /// What was interrupted under this number.
    pub(super) fn recall(&self, id: u32) -> Option<Vec<PathBuf>> {
        let mut memory = self.memory();
        let index = memory.interrupted.iter().position(|(one, _)| *one == id)?;
        Some(memory.interrupted.remove(index).1)
    }

    fn memory(&self) -> MutexGuard<'_, FilesMemory> {
        // Nothing panics while it is held.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
