//! Keeps the process's memory to itself: it holds keys and pictures of the user's screen. And whose process
//! it is.
//!
//! macOS lets no other program of the user's read it that wasn't made for that, or the person is asked.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Turns core dumps off.
///
/// # Errors
/// Where the system refuses; the program may go on, but should say so in its log.
pub fn process() -> std::io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    Ok(())
}

/// The number of the user with whose rights the process runs.
pub fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}
