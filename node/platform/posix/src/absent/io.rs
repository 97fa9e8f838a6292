//! Errors.

use std::io::ErrorKind;

/// What a call returns.
pub type Result<T> = std::result::Result<T, Errno>;

/// What a call fails with. Here it is always [`Errno::NOSYS`]; the others are named by who asks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Errno(i32);

impl Errno {
    /// May not.
    pub const ACCESS: Self = Self(-1);
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

    /// A number that no error of the system has.
    pub const fn raw_os_error(self) -> i32 {
        self.0
    }
}

impl From<Errno> for std::io::Error {
    fn from(_: Errno) -> Self {
        ErrorKind::Unsupported.into()
    }
}
