//! The two permissions that a person gives a program in macOS's settings, and macOS's way there.
//!
//! macOS asks by a dialog of its own whose button opens the page of its settings; it does so once for each
//! program, not for a session. What it does not do: it waits for no answer, and gives nothing. A program that
//! got a permission has it from its next start on.

use objc2_core_foundation::{CFBoolean, CFDictionary, CFString};
use objc2_core_graphics::{CGPreflightScreenCaptureAccess, CGRequestScreenCaptureAccess};

use crate::{DesktopFault, DesktopObstacle, DesktopPart, SystemPermission};

#[link(name = "ApplicationServices", kind = "framework")]
unsafe extern "C" {
    static kAXTrustedCheckOptionPrompt: &'static CFString;
    fn AXIsProcessTrusted() -> u8;
    fn AXIsProcessTrustedWithOptions(options: Option<&CFDictionary<CFString, CFBoolean>>) -> u8;
}

#[link(name = "Carbon", kind = "framework")]
unsafe extern "C" {
    fn IsSecureEventInputEnabled() -> u8;
}

/// Whether a program in front reads a password, which macOS then keeps from all others: neither the user's
/// keys nor the emergency key can be noticed meanwhile.
pub(super) fn is_password_read() -> bool {
    // SAFETY: it takes nothing and only asks.
    unsafe { IsSecureEventInputEnabled() != 0 }
}

/// Whether this program may do that.
pub(super) fn is_permitted(permission: SystemPermission) -> bool {
    match permission {
        SystemPermission::ScreenRecording => CGPreflightScreenCaptureAccess(),
        // SAFETY: it takes nothing and only asks.
        SystemPermission::Accessibility => unsafe { AXIsProcessTrusted() != 0 },
    }
}

/// That this program may do it, which `part` needs. The person isn't asked.
///
/// # Errors
/// [`DesktopObstacle::NotPermitted`].
pub(super) fn require(permission: SystemPermission, part: DesktopPart) -> Result<(), DesktopFault> {
    if is_permitted(permission) {
        return Ok(());
    }
    Err(DesktopFault::Unavailable { part, obstacle: DesktopObstacle::NotPermitted(permission) })
}

/// Has macOS ask for what this program may not do yet, and list it in its settings. It returns at once.
pub(super) fn request(permission: SystemPermission) {
    if is_permitted(permission) {
        return;
    }
    match permission {
        SystemPermission::ScreenRecording => {
            CGRequestScreenCaptureAccess();
        }
        SystemPermission::Accessibility => {
            // SAFETY: the constant is a string that lives as long as the program, and the options are a
            // dictionary of what is said there: that key and a boolean.
            unsafe {
                let options =
                    CFDictionary::from_slices(&[kAXTrustedCheckOptionPrompt], &[CFBoolean::new(true)]);
                AXIsProcessTrustedWithOptions(Some(&options));
            }
        }
    }
}
