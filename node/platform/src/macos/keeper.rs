//! The screen as a thing that goes dark, and as one that may be locked.

use beistand_session::ScreenCover;
use objc2_core_foundation::{CFBoolean, CFDictionary, CFString, CFType};
use objc2_core_graphics::CGSessionCopyCurrentDictionary;
use objc2_io_kit::{IOPMAssertionCreateWithName, IOPMAssertionRelease, kIOPMAssertionLevelOn};

use crate::{DesktopFault, DesktopObstacle, DesktopPart, ScreenKeeper};

/// As `IOPMLib.h` calls it.
const KEEP_ON: &str = "PreventUserIdleDisplaySleep";

/// What macOS says of a session whose screen is locked.
const LOCKED: &str = "CGSSessionScreenIsLocked";

/// What it says of one that is on the screen, rather than another user's.
const ON_CONSOLE: &str = "kCGSSessionOnConsoleKey";

/// Keeps the screen on for as long as it lives, or its process.
pub(super) struct WakefulDisplay {
    assertion: u32,
}

impl WakefulDisplay {
    /// # Errors
    /// [`DesktopFault::Unavailable`] where macOS doesn't.
    pub(super) fn open() -> Result<Self, DesktopFault> {
        let mut assertion = 0;
        let (kind, name) = (CFString::from_static_str(KEEP_ON), CFString::from_static_str("Beistand"));
        // SAFETY: the texts live until it returns, and the number is filled in.
        let result = unsafe {
            let number = &raw mut assertion;
            IOPMAssertionCreateWithName(Some(&kind), kIOPMAssertionLevelOn, Some(&name), number)
        };
        if result == 0 {
            return Ok(Self { assertion });
        }
        let obstacle = DesktopObstacle::System(format!("IOPMAssertionCreateWithName: {result:#x}"));
        Err(DesktopFault::Unavailable { part: DesktopPart::ScreenSaver, obstacle })
    }
}

impl ScreenKeeper for WakefulDisplay {
    fn keep(&mut self) -> Result<ScreenCover, DesktopFault> {
        Ok(if is_covered() { ScreenCover::Lock } else { ScreenCover::None })
    }
}

impl Drop for WakefulDisplay {
    fn drop(&mut self) {
        IOPMAssertionRelease(self.assertion);
    }
}

/// Whether the screen is locked, or another user's.
pub(super) fn is_covered() -> bool {
    // Without a session of its own a program sees no screen at all.
    let Some(session) = CGSessionCopyCurrentDictionary() else { return true };
    // SAFETY: it is, as its documentation says, a dictionary with strings as keys.
    let session = unsafe { &*(&raw const *session).cast::<CFDictionary<CFString, CFType>>() };
    let flag = |key: &'static str| {
        let value = session.get(&CFString::from_static_str(key))?;
        value.downcast::<CFBoolean>().ok().map(|value| value.as_bool())
    };
    flag(LOCKED) == Some(true) || flag(ON_CONSOLE) == Some(false)
}
