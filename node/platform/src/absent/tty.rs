//! The terminal that a program was started from: none is looked for here yet, so nobody is asked on one.

use std::fs::File;
use std::io;

use crate::NoTerminal;

/// The controlling terminal, which nothing opens.
#[derive(Debug)]
pub enum ControllingTerminal {}

impl ControllingTerminal {
    /// Opens it.
    ///
    /// # Errors
    /// Always [`NoTerminal::Absent`].
    pub fn open() -> Result<Self, NoTerminal> {
        Err(NoTerminal::Absent)
    }

    /// What is typed on it.
    ///
    /// # Errors
    /// Never: there is none.
    pub fn input(&self) -> io::Result<File> {
        match *self {}
    }

    /// Writes a line on it.
    ///
    /// # Errors
    /// Never: there is none.
    pub fn print(&mut self, _line: &str) -> io::Result<()> {
        match *self {}
    }
}
