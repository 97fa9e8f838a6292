//! Errors.

use std::io::ErrorKind;

/// A sharing violation, by which Windows says that another program has a file open.
const IN_USE: i32 = 32;

/// A lock violation, by which Windows says that another program has locked a part of it.
const LOCKED: i32 = 33;

/// What a call returns.
pub type Result<T> = std::result::Result<T, Errno>;

/// What a call fails with: [`Errno::NOSYS`] where it isn't there at all, another by its name where it has
/// one here, else the system's own number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Errno(i32);

impl Errno {
    /// May not.
    pub const ACCESS: Self = Self(-1);
    /// Is in use.
    pub const AGAIN: Self = Self(-11);
    /// Is there already.
    pub const EXIST: Self = Self(-2);
    /// Is no sense.
    pub const INVAL: Self = Self(-3);
    /// Was interrupted.
    pub const INTR: Self = Self(-4);
    /// Is a link.
    pub const LOOP: Self = Self(-5);
    /// Is not there.
    pub const NOENT: Self = Self(-6);
    /// Is unknown to this system.
    pub const NOSYS: Self = Self(-7);
    /// Is not done here.
    pub const OPNOTSUPP: Self = Self(-8);
    /// Is no process.
    pub const SRCH: Self = Self(-9);
    /// Is on another disk.
    pub const XDEV: Self = Self(-10);

    /// The system's number, or one that no error of the system has.
    pub const fn raw_os_error(self) -> i32 {
        self.0
    }
}

impl From<std::io::Error> for Errno {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::PermissionDenied => Self::ACCESS,
            ErrorKind::AlreadyExists => Self::EXIST,
            ErrorKind::NotFound => Self::NOENT,
            ErrorKind::WouldBlock => Self::AGAIN,
            ErrorKind::CrossesDevices => Self::XDEV,
            ErrorKind::Unsupported => Self::OPNOTSUPP,
            _ => match error.raw_os_error() {
                Some(IN_USE | LOCKED) => Self::AGAIN,
                Some(number @ 1..) => Self(number),
                Some(_) | None => Self::INVAL,
            },
        }
    }
}

impl From<Errno> for std::io::Error {
    fn from(error: Errno) -> Self {
        let kind = match error {
            Errno::ACCESS => ErrorKind::PermissionDenied,
            Errno::AGAIN => ErrorKind::WouldBlock,
            Errno::EXIST => ErrorKind::AlreadyExists,
            Errno::INVAL => ErrorKind::InvalidInput,
            Errno::INTR => ErrorKind::Interrupted,
            Errno::NOENT | Errno::SRCH => ErrorKind::NotFound,
            Errno::XDEV => ErrorKind::CrossesDevices,
            Errno(number @ 1..) => return Self::from_raw_os_error(number),
            Errno(_) => ErrorKind::Unsupported,
        };
        kind.into()
    }
}
