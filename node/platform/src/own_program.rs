//! This program, started again to do one thing in a process of its own.
//!
//! What it does: [`enter`] is the first thing a program calls. Where the process was started for one of the
//! tasks below it does that alone; otherwise it returns the [`OwnProgram`] with which such a process is
//! started.
//!
//! What it does not do: the tasks, which are [`crate::cage`]'s, [`crate::terminal`]'s and the system's.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use crate::{cage, system, terminal};

/// The program that does one of the tasks when it is started again: one that calls [`enter`] first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnProgram {
    path: &'static Path,
}

/// What the process is.
#[derive(Debug)]
pub enum Entry {
    /// It was started for a task, and is done.
    Done(ExitCode),
    /// It is the program itself.
    Program(OwnProgram),
}

/// Does the task for which this process was started, if it was started for one. The first thing that a
/// program does, before it reads anything or starts a thread.
pub fn enter() -> Entry {
    let mut arguments = std::env::args_os().skip(1);
    let task = arguments.next().unwrap_or_default();
    let arguments: Vec<OsString> = arguments.collect();
    if task == cage::ARGUMENT {
        return Entry::Done(cage::decode_inside(&arguments));
    }
    if task == terminal::KEEPER_ARGUMENT {
        return Entry::Done(terminal::keep(&arguments));
    }
    if let Some(code) = system::do_own_task(&task) {
        return Entry::Done(code);
    }
    Entry::Program(OwnProgram { path: cage::own_program() })
}

impl OwnProgram {
    /// Another program that calls [`enter`] first, for tests: a test's own program doesn't.
    pub fn at(path: &'static Path) -> Self {
        Self { path }
    }

    pub(crate) fn path(self) -> &'static Path {
        self.path
    }
}
