//! What the program prints, in which language, and how it ends.

use std::io::{IsTerminal as _, Write};
use std::process::ExitCode;

use beistand_node::words::{Phrase, Words};
use beistand_node::{EndCause, NodeEvent, json};

use crate::progress::ProgressShape;

/// Prints for whoever started the program: a person, or a script that wants JSON.
#[derive(Debug, Clone)]
pub(crate) struct TerminalReport {
    /// The person's language.
    pub(crate) words: Words,
    /// Whether events are printed as JSON.
    pub(crate) json: bool,
    /// Whether nothing is said of what takes a while.
    pub(crate) quiet: bool,
}

impl TerminalReport {
    /// How steps are shown on standard error.
    pub(crate) fn progress_shape(&self) -> ProgressShape {
        if self.json || self.quiet {
            ProgressShape::Hidden
        } else if std::io::stderr().is_terminal() {
            ProgressShape::Renewed
        } else {
            ProgressShape::Lines
        }
    }

    /// Exit code 2, with the reason on standard error.
    pub(crate) fn refuse(&self, reason: &Phrase) -> ExitCode {
        self.print_fault(reason);
        ExitCode::from(2)
    }

    /// The session's end: its message on standard error, its exit code.
    pub(crate) fn end(&self, cause: &EndCause) -> ExitCode {
        self.print_fault(&cause.whole());
        ExitCode::from(cause.exit_code)
    }

    /// The event as JSON.
    pub(crate) fn print_event(&self, event: &NodeEvent) {
        print(&json::event_line(event, &self.words));
    }

    /// A phrase on standard output.
    pub(crate) fn print(&self, phrase: &Phrase) {
        print(&self.words.say(phrase));
    }

    /// A phrase on standard error.
    pub(crate) fn print_fault(&self, phrase: &Phrase) {
        print_error(&self.words.say(phrase));
    }
}

/// A line on standard error.
pub(crate) fn print_error(message: &str) {
    // Where standard error is closed there is nobody to be told.
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// A text on standard error that is no line of its own.
pub(crate) fn print_part(text: &str) {
    if !text.is_empty() {
        let mut err = std::io::stderr().lock();
        // Where standard error is closed there is nobody to be told.
        let _ = write!(err, "{text}").and_then(|()| err.flush());
    }
}

/// A line on standard output.
pub(crate) fn print(message: &str) {
    let mut out = std::io::stdout().lock();
    // A reader that has gone away ends the program by its standard input, not here.
    let _ = writeln!(out, "{message}").and_then(|()| out.flush());
}
