//! Keeps what the process has in its memory out of reports of crashes: it holds keys and pictures of the
//! user's screen. And whose process it is.

use windows_sys::Win32::System::Diagnostics::Debug::{
    SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SetErrorMode,
};

/// Has a crash end the process without a report. That this user's other processes can't read this one's
/// memory Windows has no word for.
///
/// # Errors
/// Never here.
pub fn process() -> std::io::Result<()> {
    // SAFETY: it changes only what happens when this process crashes.
    unsafe { SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX) };
    Ok(())
}
