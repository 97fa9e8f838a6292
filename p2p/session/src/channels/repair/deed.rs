//! What can be done to mend a machine, and what it is done to. What exists is well formed: a name is one that
//! a tool takes for no option and no pattern, a path is absolute and has no way back in it.

use serde::{Deserialize, Serialize};

use super::super::worded::worded;

/// The longest name of a service, a printer or an entry, in bytes: no system has longer ones.
pub const MAX_DEED_NAME_BYTES: usize = 160;

/// The longest path in bytes: the system takes no longer one.
pub const MAX_DEED_PATH_BYTES: usize = 4095;

worded! {
    /// What is done to a service of the user's own. The order is part of the protocol.
    ServiceChange {
        /// It is started.
        Start = "start",
        /// It is stopped.
        Stop = "stop",
        /// It begins with the user's session from now on.
        Enable = "enable",
        /// It no longer begins with the user's session.
        Disable = "disable",
    }
}

worded! {
    /// Whether something begins by itself. The order is part of the protocol.
    DeedSwitch {
        /// It does.
        On = "on",
        /// It doesn't.
        Off = "off",
    }
}

worded! {
    /// What can be emptied to free disk space. The order is part of the protocol.
    SpaceKind {
        /// What the user has thrown away.
        Trash = "trash",
        /// Small pictures of pictures, which are made again.
        Thumbnails = "thumbnails",
        /// What programs keep to be faster, and have not touched for a month.
        Caches = "caches",
        /// What is left of programs that crashed.
        Dumps = "dumps",
        /// Packages that were downloaded and are installed.
        Packages = "packages",
        /// The system's journal of more than a month ago.
        Journal = "journal",
    }
}

/// Kinds of things to be emptied, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct SpaceKinds(u8);

impl SpaceKinds {
    /// These; `None` where there are none.
    pub fn of(kinds: impl IntoIterator<Item = SpaceKind>) -> Option<Self> {
        let bits = kinds.into_iter().fold(0, |bits, kind| bits | 1 << kind as u8);
        (bits != 0).then_some(Self(bits))
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = SpaceKind> {
        SpaceKind::ALL.iter().copied().filter(move |kind| self.0 & 1 << *kind as u8 != 0)
    }
}

impl From<SpaceKinds> for u8 {
    fn from(kinds: SpaceKinds) -> Self {
        kinds.0
    }
}

impl TryFrom<u8> for SpaceKinds {
    type Error = &'static str;

    fn try_from(bits: u8) -> Result<Self, Self::Error> {
        let known = bits >> SpaceKind::ALL.len() == 0;
        if bits != 0 && known { Ok(Self(bits)) } else { Err("no kinds, or unknown ones") }
    }
}

/// A name of a service, a printer or an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DeedName(String);

impl DeedName {
    /// The name; `None` where a tool could take it for an option, a path or a pattern of many.
    pub fn new(name: &str) -> Option<Self> {
        let fits = |letter: char| letter.is_ascii_alphanumeric() || ":_.@+-".contains(letter);
        let begins = name.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
        (name.len() <= MAX_DEED_NAME_BYTES && begins && name.chars().all(fits))
            .then(|| Self(name.to_owned()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for DeedName {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::new(&name).ok_or("not a name")
    }
}

impl From<DeedName> for String {
    fn from(name: DeedName) -> Self {
        name.0
    }
}

/// The absolute path of a file, of any bytes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u8>", into = "Vec<u8>")]
pub struct DeedPath(Vec<u8>);

impl DeedPath {
    /// The path; `None` where it isn't absolute, too long, or has an empty part or one of dots alone.
    pub fn new(path: impl Into<Vec<u8>>) -> Option<Self> {
        let path: Vec<u8> = path.into();
        let is_name = |part: &[u8]| !part.is_empty() && part != b"." && part != b".." && !part.contains(&0);
        let rest = path.strip_prefix(b"/")?;
        let fits = path.len() <= MAX_DEED_PATH_BYTES && rest.split(|byte| *byte == b'/').all(is_name);
        fits.then_some(Self(path))
    }

    /// As it is written, where `\\xff` stands for a byte that is no text.
    pub fn parse(text: &str) -> Option<Self> {
        let mut path = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            match (byte, after) {
                (b'\\', [b'\\', after @ ..]) => {
                    path.push(b'\\');
                    rest = after;
                }
                (b'\\', [b'x', high, low, after @ ..]) => {
                    let digit = |byte: &u8| char::from(*byte).to_digit(16);
                    path.push(u8::try_from(16 * digit(high)? + digit(low)?).ok()?);
                    rest = after;
                }
                (b'\\', _) => return None,
                (byte, _) => path.push(*byte),
            }
        }
        Self::new(path)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As [`Self::parse`] reads it, so that every byte can be told from every other.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for chunk in self.0.utf8_chunks() {
            for letter in chunk.valid().chars() {
                match letter {
                    '\\' => text.push_str("\\\\"),
                    letter if letter.is_ascii_control() => text.push_str(&format!("\\x{:02x}", letter as u8)),
                    letter => text.push(letter),
                }
            }
            chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
        }
        text
    }
}

impl std::fmt::Debug for DeedPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeedPath({})", self.text())
    }
}

impl TryFrom<Vec<u8>> for DeedPath {
    type Error = &'static str;

    fn try_from(path: Vec<u8>) -> Result<Self, Self::Error> {
        Self::new(path).ok_or("not an absolute path")
    }
}

impl From<DeedPath> for Vec<u8> {
    fn from(path: DeedPath) -> Self {
        path.0
    }
}

/// Something that begins by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AutostartEntry {
    /// A program that begins with the desktop, by the name of its file.
    Desktop(DeedName),
    /// A service of the user's own.
    Unit(DeedName),
    /// A line of the user's timetable (crontab), counted from 1.
    Cron(u32),
}

/// One thing that is done to mend a machine. The order of the variants is part of the protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RepairDeed {
    /// A process is ended.
    EndProcess {
        /// Its number.
        pid: u32,
        /// When it began, in the system's own count, so that nothing else of this number is ended; 0 where
        /// the technician doesn't know.
        started: u64,
    },
    /// Something no longer begins by itself, or does so again.
    Autostart {
        /// What.
        entry: AutostartEntry,
        /// Whether it is to.
        to: DeedSwitch,
    },
    /// A service of the user's own is started, stopped, enabled or disabled.
    UserService {
        /// Which one.
        name: DeedName,
        /// What is done.
        change: ServiceChange,
    },
    /// A service of the system is started again. The system asks the user for the rights.
    RestartService {
        /// Which one.
        name: DeedName,
    },
    /// A file is moved to quarantine.
    Quarantine {
        /// Which one.
        path: DeedPath,
    },
    /// What redirects names is taken out of the hosts file.
    ResetHosts,
    /// The proxies that are set are taken out.
    ResetProxy,
    /// What waits for a printer is thrown away.
    ClearPrintQueue {
        /// Which printer.
        printer: DeedName,
    },
    /// Disk space is freed.
    FreeSpace {
        /// What is emptied.
        kinds: SpaceKinds,
    },
    /// The updates that wait are installed.
    ApplyUpdates,
    /// A file that is no longer as its package has it is put back from there.
    RestoreFile {
        /// Which one.
        path: DeedPath,
    },
    /// Installations that were broken off are finished.
    FinishPackages,
    /// A package is no longer held back from updates.
    ReleasePackage {
        /// Which one.
        name: DeedName,
    },
    /// A printer that is stopped prints again.
    ResumePrinter {
        /// Which one.
        printer: DeedName,
    },
    /// A service of the system is started, stopped, enabled or disabled. The system asks the user for the
    /// rights.
    SystemService {
        /// Which one.
        name: DeedName,
        /// What is done.
        change: ServiceChange,
    },
}
