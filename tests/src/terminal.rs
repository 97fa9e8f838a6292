//! A terminal of a program's own, with the test as the person in front of it.

use std::ffi::{CString, OsString};
use std::fs::File;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;

use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// A pseudo-terminal.
#[derive(Debug)]
pub(crate) struct Terminal {
    /// The person's side.
    keyboard: File,
    path: CString,
    /// Held so that what is on the terminal can be read before a program has opened it, and to its end.
    _screen: rustix::fd::OwnedFd,
}

impl Terminal {
    /// Opens one. It is not that of this test.
    ///
    /// # Panics
    /// Where the system has none left.
    #[track_caller]
    pub(crate) fn open() -> Self {
        let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
            .expect("the system has pseudo-terminals");
        grantpt(&keyboard).and_then(|()| unlockpt(&keyboard)).expect("it is ours");
        let path = ptsname(&keyboard, Vec::new()).expect("it has a name");
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let screen = open(path.as_c_str(), flags, Mode::empty()).expect("it is ours");
        Self { keyboard: keyboard.into(), path, _screen: screen }
    }

    /// The beginning of a command line whose program has this as its controlling terminal, whatever its
    /// standard input is: the first terminal that the leader of a new session opens becomes it.
    pub(crate) fn command_line(&self) -> Vec<OsString> {
        let mut words: Vec<OsString> =
            ["setsid", "sh", "-c", ": <>\"$0\" && exec \"$@\""].map(OsString::from).to_vec();
        words.push(OsString::from_vec(self.path.clone().into_bytes()));
        words
    }

    /// What a person sees on it, to be read.
    ///
    /// # Panics
    /// Where the system has no room for it.
    #[track_caller]
    pub(crate) fn display(&self) -> File {
        self.keyboard.try_clone().expect("a descriptor is left")
    }

    /// Types on it.
    pub(crate) fn type_bytes(&mut self, bytes: &[u8]) {
        // Where the program has ended nothing happens: what follows will tell.
        let _ = self.keyboard.write_all(bytes);
    }
}
