//! The screen as a thing that goes dark.

use beistand_session::ScreenCover;
use windows_sys::Win32::System::Power::{
    ES_CONTINUOUS, ES_DISPLAY_REQUIRED, ES_SYSTEM_REQUIRED, SetThreadExecutionState,
};
use windows_sys::Win32::System::StationsAndDesktops::{CloseDesktop, DESKTOP_READOBJECTS, OpenInputDesktop};

use crate::{DesktopFault, ScreenKeeper};

/// Keeps the screen on; used by one thread, with which Windows ends it.
pub(super) struct WakefulScreen;

impl ScreenKeeper for WakefulScreen {
    fn keep(&mut self) -> Result<ScreenCover, DesktopFault> {
        // SAFETY: it takes flags and says so for this thread.
        unsafe { SetThreadExecutionState(ES_DISPLAY_REQUIRED | ES_SYSTEM_REQUIRED) };
        Ok(if is_covered() { ScreenCover::Lock } else { ScreenCover::None })
    }
}

impl Drop for WakefulScreen {
    fn drop(&mut self) {
        // SAFETY: as above.
        unsafe { SetThreadExecutionState(ES_CONTINUOUS) };
    }
}

/// Whether the screen shows a desktop that is none of the user's programs': the lock, or the question for an
/// administrator.
pub(super) fn is_covered() -> bool {
    // SAFETY: what is opened is closed again.
    unsafe {
        let desktop = OpenInputDesktop(0, 0, DESKTOP_READOBJECTS);
        if desktop.is_null() {
            return true;
        }
        CloseDesktop(desktop);
    }
    false
}
