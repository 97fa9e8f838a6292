//! Gives up every right that decoding doesn't need. There is no way back.

use std::fs::File;
use std::io::{self, Read as _};

use beistand_codec::Size;
use landlock::{ABI, Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _, Scope};
use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};
use thiserror::Error;

use super::filter;
use crate::harden;

/// What a decoder may have beside its pictures, which are in the shared memory: code, tables, a stack,
/// contexts, a unit and its copy.
const BASE_BYTES: u64 = 96 << 20;

/// What a decoder may have for each pixel of the screen: what it keeps about the blocks of nine pictures,
/// eight to refer to and one in the making.
const BYTES_PER_SCREEN_PIXEL: u64 = 8;

/// The most that a decoder may have, however large the screen is: what it keeps about the three pictures of
/// the largest that there is room for.
const MAX_BYTES: u64 = 320 << 20;

/// Why the cage could not be closed.
#[derive(Debug, Error)]
pub(super) enum ConfineFault {
    #[error("{0}: {1}")]
    System(&'static str, io::Error),
    #[error("no seccomp filter: {0}")]
    Filter(String),
}

/// What a decoder of a screen may take of the address space, beyond what it has when it starts.
fn memory_bytes(screen: Size) -> u64 {
    (BASE_BYTES + BYTES_PER_SCREEN_PIXEL * screen.area() as u64).min(MAX_BYTES)
}

/// A process that can open nothing any more, but may still start threads, which are then locked in with it.
pub(super) struct AlmostConfined {
    /// `/proc/self/statm`, which can't be opened any more.
    size: File,
}

impl AlmostConfined {
    /// Gives up files, sockets, signals and privileges. Threads that are started afterwards have given up the
    /// same.
    ///
    /// # Errors
    /// Where the system lacks a part of it. Landlock alone may be missing: the filter refuses all that it
    /// would.
    pub(super) fn begin() -> Result<Self, ConfineFault> {
        harden::process().map_err(|error| ConfineFault::System("no protection of memory", error))?;
        set_parent_process_death_signal(Some(Signal::KILL)).map_err(system("no bond with its parent"))?;
        close_others()?;
        let size = File::open("/proc/self/statm").map_err(unknown_size)?;
        rustix::thread::set_no_new_privs(true).map_err(system("no_new_privs"))?;
        landlock();
        Ok(Self { size })
    }

    /// Closes the cage around this process and all its threads.
    ///
    /// # Errors
    /// Where the system lacks a part of it.
    pub(super) fn confine(self, screen: Size) -> Result<(), ConfineFault> {
        let limits = [
            (Resource::As, bytes_had(self.size)? + memory_bytes(screen)),
            (Resource::Nproc, 0),
            (Resource::Nofile, 0),
            (Resource::Fsize, 0),
        ];
        for (resource, limit) in limits {
            let limit = Rlimit { current: Some(limit), maximum: Some(limit) };
            setrlimit(resource, limit).map_err(system("a limit"))?;
        }
        filter::apply()
    }
}

fn system(what: &'static str) -> impl Fn(rustix::io::Errno) -> ConfineFault {
    move |error| ConfineFault::System(what, error.into())
}

/// Closes all descriptors but standard input, output and error.
fn close_others() -> Result<(), ConfineFault> {
    // SAFETY: this process has opened no file that it would use later; nothing in it owns a descriptor that
    // is closed here.
    let result = unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, 0) };
    if result == 0 { Ok(()) } else { Err(ConfineFault::System("close_range", io::Error::last_os_error())) }
}

/// No file, no port, no signal and no socket beyond this process, as far as the kernel has it.
fn landlock() {
    let newest = ABI::V6;
    let restricted = Ruleset::default()
        .handle_access(AccessFs::from_all(newest))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(newest)))
        .and_then(|rules| rules.scope(Scope::from_all(newest)))
        .and_then(|rules| rules.create())
        .and_then(|rules| rules.restrict_self());
    // A kernel without it says so here; the filter holds without it.
    let _ = restricted;
}

/// The bytes of address space that this process has.
fn bytes_had(mut statm: File) -> Result<u64, ConfineFault> {
    let mut text = String::new();
    statm.read_to_string(&mut text).map_err(unknown_size)?;
    let pages = text.split(' ').next().and_then(|pages| pages.parse::<u64>().ok());
    let pages = pages.ok_or_else(|| unknown_size(io::ErrorKind::InvalidData.into()))?;
    Ok(pages * rustix::param::page_size() as u64)
}

fn unknown_size(error: io::Error) -> ConfineFault {
    ConfineFault::System("its own size", error)
}
