//! Shows a folder in the desktop's own window for folders, where a person has asked for it. It opens no file.

use std::path::Path;
use std::process::{Command, Stdio};

/// The desktop's own way to open something.
const OPENER: &str = "xdg-open";

/// Shows `folder`. What isn't a folder by now is not opened: a file would be handed to the program for its
/// kind.
pub fn open_folder(folder: &Path) {
    if !folder.is_absolute() || !folder.is_dir() {
        return tracing::warn!("what was to be shown is no folder any more");
    }
    let mut opener = Command::new(OPENER);
    opener.arg(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // It may wait for as long as the window is open.
    let started =
        std::thread::Builder::new().name("folder".to_owned()).spawn(move || match opener.status() {
            Ok(status) if status.success() => {}
            Ok(status) => tracing::warn!(%status, "the desktop shows no folder"),
            Err(error) => tracing::warn!(%error, "the desktop shows no folder"),
        });
    if let Err(error) = started {
        tracing::warn!(%error, "no thread to show a folder");
    }
}
