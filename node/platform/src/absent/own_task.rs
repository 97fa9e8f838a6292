//! Tasks of the system's own for which this program is started again: none here.

use std::ffi::OsStr;
use std::process::ExitCode;

/// Does nothing.
pub(crate) fn do_own_task(_task: &OsStr) -> Option<ExitCode> {
    None
}
