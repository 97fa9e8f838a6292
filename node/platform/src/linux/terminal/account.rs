//! Which shell is the user's, as the system's accounts say.

use std::ffi::{CStr, OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use rustix::process::{getegid, geteuid, getgid, getuid};

use super::ShellFault;

/// The bytes for one account's entry: names and paths are far shorter.
const ENTRY_BYTES: usize = 16 << 10;

/// A shell that can be started, and as whose.
#[derive(Debug, Clone)]
pub struct ShellProgram {
    pub(super) path: PathBuf,
    /// What it is started as: a shell whose name begins with a hyphen is a login shell.
    pub(super) argument: OsString,
    pub(super) arguments: Vec<OsString>,
    pub(super) home: PathBuf,
    pub(super) user: OsString,
}

impl ShellProgram {
    /// The login shell of the account that this program runs as.
    ///
    /// # Errors
    /// [`ShellFault::NoAccount`], also where this program runs with rights that the account does not have.
    pub fn of_user() -> Result<Self, ShellFault> {
        // Whoever starts this with more rights than the account has, gets no shell with them.
        if getuid() != geteuid() || getgid() != getegid() {
            return Err(ShellFault::NoAccount);
        }
        let AccountEntry { user, home, shell } = entry_of(getuid().as_raw()).ok_or(ShellFault::NoAccount)?;
        let path = if shell.is_empty() { PathBuf::from("/bin/sh") } else { PathBuf::from(shell) };
        let mut argument = OsString::from("-");
        argument.push(path.file_name().unwrap_or(OsStr::new("sh")));
        Ok(Self { path, argument, arguments: Vec::new(), home: home.into(), user })
    }

    /// A program with nothing of the user's, for tests.
    pub fn plain(path: impl AsRef<Path>, arguments: &[&str]) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            argument: path.as_ref().as_os_str().to_owned(),
            arguments: arguments.iter().map(OsString::from).collect(),
            home: "/".into(),
            user: "user".into(),
        }
    }
}

/// What the system knows of an account.
struct AccountEntry {
    user: OsString,
    home: OsString,
    shell: OsString,
}

fn entry_of(uid: u32) -> Option<AccountEntry> {
    let mut buffer = vec![0_u8; ENTRY_BYTES];
    let mut found = std::ptr::null_mut();
    // SAFETY: all zeros is a valid `passwd`: numbers, and pointers that are null.
    let mut entry: libc::passwd = unsafe { std::mem::zeroed() };
    // SAFETY: the buffer is as long as is said, and all pointers are to values that outlive the call.
    let failed = unsafe {
        libc::getpwuid_r(uid, &raw mut entry, buffer.as_mut_ptr().cast(), buffer.len(), &raw mut found)
    };
    if failed != 0 || found.is_null() {
        return None;
    }
    let copied = |text: *const libc::c_char| {
        if text.is_null() {
            return OsString::new();
        }
        // SAFETY: where the entry was found its texts end with a zero and lie in the buffer, which is alive.
        let text = unsafe { CStr::from_ptr(text) };
        OsStr::from_bytes(text.to_bytes()).to_owned()
    };
    Some(AccountEntry {
        user: copied(entry.pw_name),
        home: copied(entry.pw_dir),
        shell: copied(entry.pw_shell),
    })
}
