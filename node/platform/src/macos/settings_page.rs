//! The pages of System Settings on which a person gives a program a permission, opened by their addresses.
//!
//! What it does not do: it changes nothing there.

use std::process::{Command, Stdio};

use crate::SystemPermission;

/// What opens an address in the program that it belongs to.
const OPENER: &str = "/usr/bin/open";

/// Shows the page of this permission.
pub fn open(permission: SystemPermission) {
    let page = match permission {
        SystemPermission::ScreenRecording => {
            "x-apple.systempreferences:com.apple.preference.security?Privacy_ScreenCapture"
        }
        SystemPermission::Accessibility => {
            "x-apple.systempreferences:com.apple.preference.security?Privacy_Accessibility"
        }
    };
    let mut opener = Command::new(OPENER);
    opener.arg(page).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // It hands the address over and ends.
    match opener.status() {
        Ok(status) if status.success() => {}
        Ok(status) => tracing::warn!(%status, "System Settings was not opened"),
        Err(error) => tracing::warn!(%error, "System Settings was not opened"),
    }
}
