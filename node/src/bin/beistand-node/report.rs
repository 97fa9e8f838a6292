//! What the program prints, and how it ends.

use std::io::Write;
use std::process::ExitCode;

use beistand_node::{EndCause, Event, json};

/// Exit code 2, with the reason on standard error.
pub(crate) fn usage(message: &str) -> ExitCode {
    say_error(message);
    ExitCode::from(2)
}

/// The session's end: its message on standard error, its exit code.
pub(crate) fn end(cause: &EndCause) -> ExitCode {
    say_error(&cause.message);
    ExitCode::from(cause.exit_code)
}

/// A line on standard error.
pub(crate) fn say_error(message: &str) {
    // Where standard error is closed there is nobody to be told.
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// A line on standard output.
pub(crate) fn say(message: &str) {
    let mut out = std::io::stdout().lock();
    // A reader that has gone away ends the program by its standard input, not here.
    let _ = writeln!(out, "{message}").and_then(|()| out.flush());
}

/// The event as JSON.
pub(crate) fn say_json(event: &Event) {
    say(&json::event_line(event));
}
