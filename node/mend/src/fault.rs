//! Why a deed wasn't done, by who is at fault.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most of a tool's words that is kept, in characters: a line that a person reads.
const MAX_SAID_CHARS: usize = 200;

/// Why a deed, or its undoing, wasn't done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeedFault {
    /// This machine lacks what it takes: the named program or service.
    NotHere(String),
    /// The user's account may not, and nobody could be asked who may.
    NotPermitted,
    /// What it was to be done to is gone, or never was.
    Gone,
    /// It is no longer as it was when the user was asked, or as the deed has left it.
    Changed,
    /// It is of a kind to which this is never done: a link, a device, something of our own.
    Unfit,
    /// It is too large.
    TooLarge,
    /// There is nothing to do: it is so already.
    Already,
    /// It can't be taken back.
    NoUndo,
    /// The disk has no room.
    DiskFull,
    /// Somebody stopped it.
    Stopped,
    /// It took too long.
    Late,
    /// The system's tool, or whoever it asked, said no: its last words.
    Refused(String),
    /// It went wrong in another way: the system's words.
    System(String),
}

impl DeedFault {
    /// The word for it in JSON.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NotHere(_) => "not-here",
            Self::NotPermitted => "not-permitted",
            Self::Gone => "gone",
            Self::Changed => "changed",
            Self::Unfit => "unfit",
            Self::TooLarge => "too-large",
            Self::Already => "already",
            Self::NoUndo => "no-undo",
            Self::DiskFull => "disk-full",
            Self::Stopped => "stopped",
            Self::Late => "late",
            Self::Refused(_) => "refused",
            Self::System(_) => "system",
        }
    }

    /// What belongs to it: a program's name, the system's words. As they came: whoever shows them escapes.
    pub fn detail(&self) -> &str {
        match self {
            Self::NotHere(text) | Self::Refused(text) | Self::System(text) => text,
            Self::NotPermitted
            | Self::Gone
            | Self::Changed
            | Self::Unfit
            | Self::TooLarge
            | Self::Already
            | Self::NoUndo
            | Self::DiskFull
            | Self::Stopped
            | Self::Late => "",
        }
    }

    /// Whether something may have been changed before it: then it can be taken back all the same.
    pub(crate) fn may_be_half_way(&self) -> bool {
        match self {
            Self::NotPermitted
            | Self::DiskFull
            | Self::Stopped
            | Self::Late
            | Self::Refused(_)
            | Self::System(_) => true,
            Self::NotHere(_)
            | Self::Gone
            | Self::Changed
            | Self::Unfit
            | Self::TooLarge
            | Self::Already
            | Self::NoUndo => false,
        }
    }

    /// What a tool said that did not do it: its last line that isn't empty.
    pub fn refused(said: &str) -> Self {
        let line = said.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        Self::Refused(line.chars().take(MAX_SAID_CHARS).collect())
    }
}

impl From<std::io::Error> for DeedFault {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        // A link where none is followed; its kind has no stable name.
        if error.raw_os_error() == Some(beistand_posix::io::Errno::LOOP.raw_os_error()) {
            return Self::Unfit;
        }
        match error.kind() {
            Kind::NotFound => Self::Gone,
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Self::NotPermitted,
            Kind::StorageFull | Kind::QuotaExceeded => Self::DiskFull,
            Kind::AlreadyExists => Self::Changed,
            Kind::NotADirectory | Kind::IsADirectory => Self::Unfit,
            Kind::FileTooLarge => Self::TooLarge,
            // The kinds are the standard library's.
            _ => Self::System(error.to_string()),
        }
    }
}

impl From<beistand_posix::io::Errno> for DeedFault {
    fn from(error: beistand_posix::io::Errno) -> Self {
        std::io::Error::from(error).into()
    }
}

impl fmt::Display for DeedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.word(), self.detail())
    }
}

impl std::error::Error for DeedFault {}
