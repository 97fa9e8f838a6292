//! The console that a program was started from, whatever its standard streams are connected to.
//!
//! What it does not do: it can't tell a person from a program that has made a console for this one. Whether
//! another program is in front of the person Windows has no word for: a console's programs read from it in
//! turn.

use std::fs::File;
use std::io::{self, Write};

use windows_sys::Win32::Globalization::CP_UTF8;
use windows_sys::Win32::System::Console::{SetConsoleCP, SetConsoleOutputCP};

use crate::NoTerminal;

/// The console.
#[derive(Debug)]
pub struct ControllingTerminal {
    input: File,
    output: File,
}

impl ControllingTerminal {
    /// Opens it.
    ///
    /// # Errors
    /// Where there is none.
    pub fn open() -> Result<Self, NoTerminal> {
        let open = |name| File::options().read(true).write(true).open(name).map_err(|_| NoTerminal::Absent);
        let (input, output) = (open("CONIN$")?, open("CONOUT$")?);
        // SAFETY: they say for this process's console that its bytes are UTF-8.
        unsafe {
            SetConsoleCP(CP_UTF8);
            SetConsoleOutputCP(CP_UTF8);
        }
        Ok(Self { input, output })
    }

    /// What is typed on it, for a thread of its own.
    ///
    /// # Errors
    /// Where the system has no room for it.
    pub fn input(&self) -> io::Result<File> {
        self.input.try_clone()
    }

    /// Writes a line on it. It has been handed over when this returns.
    ///
    /// # Errors
    /// Where it is gone.
    pub fn print(&mut self, line: &str) -> io::Result<()> {
        self.output.write_all(format!("{line}\n").as_bytes())
    }
}
