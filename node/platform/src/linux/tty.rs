//! The terminal that a program was started from, whatever its standard streams are connected to.
//!
//! What it does: opens it where this program is the one in its foreground, reads from it and writes to it. No
//! Ctrl+S holds up what is written: whoever types one by mistake, or for the user, would stop the program.
//!
//! What it does not do: it can't tell a person from a program that has made a terminal for this one. On a
//! system where every program of a user may act for the user, nothing can.

use std::fs::File;
use std::io::{self, Write};

use rustix::process::getpgrp;
use rustix::termios::{InputModes, OptionalActions, Termios, isatty, tcgetattr, tcgetpgrp, tcsetattr};

use crate::NoTerminal;

/// The controlling terminal, with this program in its foreground when it was opened. The system sees to it
/// that a program in the background doesn't read from it.
#[derive(Debug)]
pub struct ControllingTerminal {
    file: File,
    /// As it was before.
    modes: Termios,
}

impl ControllingTerminal {
    /// Opens it.
    ///
    /// # Errors
    /// Where there is none, or this program is in its background.
    pub fn open() -> Result<Self, NoTerminal> {
        let file = File::options().read(true).write(true).open("/dev/tty").map_err(|_| NoTerminal::Absent)?;
        if !isatty(&file) {
            return Err(NoTerminal::Absent);
        }
        match tcgetpgrp(&file) {
            Ok(foreground) if foreground == getpgrp() => {}
            Ok(_) => return Err(NoTerminal::Background),
            Err(_) => return Err(NoTerminal::Absent),
        }
        let modes = tcgetattr(&file).map_err(|_| NoTerminal::Absent)?;
        let mut unstopped = modes.clone();
        unstopped.input_modes.remove(InputModes::IXON);
        tcsetattr(&file, OptionalActions::Now, &unstopped).map_err(|_| NoTerminal::Absent)?;
        Ok(Self { file, modes })
    }

    /// What is typed on it, for a thread of its own.
    ///
    /// # Errors
    /// Where the system has no room for it.
    pub fn input(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Writes a line on it. It has been handed over when this returns.
    ///
    /// # Errors
    /// Where it is gone.
    pub fn print(&mut self, line: &str) -> io::Result<()> {
        self.file.write_all(format!("{line}\n").as_bytes())
    }
}

impl Drop for ControllingTerminal {
    fn drop(&mut self) {
        // Where the terminal is gone there is nothing to put back.
        let _ = tcsetattr(&self.file, OptionalActions::Now, &self.modes);
    }
}
