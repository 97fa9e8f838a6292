//! Runs the system's own tools: by name, in English, with a bound for what they print and for how long.
//!
//! A tool is started without a shell, with the input that it is given and only the environment that it needs.
//! At its limit, where whoever waits no longer wants it, and where this program dies, it is ended, and so is
//! what it has started. What its output means is for the caller to know.

#![forbid(unsafe_code)]

mod group;
mod runner;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use runner::ToolRunner;

/// What is kept of what a tool prints, in bytes, unless it is told otherwise: the longest list that makes
/// sense has a few thousand lines.
const MAX_OUTPUT_BYTES: u64 = 512 << 10;

/// How long a tool may take, unless it is told otherwise: whoever waits thinks that it hangs.
const DEFAULT_LIMIT: Duration = Duration::from_secs(10);

/// A tool and what it is started with.
#[derive(Debug, Clone, Copy)]
pub struct ToolCall<'a> {
    /// The file's name, without a folder.
    pub name: &'a str,
    /// What stands after it.
    pub arguments: &'a [&'a str],
    /// What it reads.
    pub input: &'a [u8],
    /// More than this is neither read nor kept.
    pub max_output_bytes: u64,
    /// Whether what it prints is there at the end. Where it isn't, all that it prints is read.
    pub output: ToolOutput,
    /// After this it is ended.
    pub limit: Duration,
}

/// Where what a tool prints goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolOutput {
    /// Kept, and said as it comes.
    Kept,
    /// Only said as it comes, without a bound.
    Said,
}

impl<'a> ToolCall<'a> {
    /// A call without input, whose output of up to 512 KiB is kept, and which may take 10 s.
    pub const fn new(name: &'a str, arguments: &'a [&'a str]) -> Self {
        Self {
            name,
            arguments,
            input: &[],
            max_output_bytes: MAX_OUTPUT_BYTES,
            output: ToolOutput::Kept,
            limit: DEFAULT_LIMIT,
        }
    }

    /// The same, with this time to do it.
    #[must_use]
    pub const fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// The same, with this to read.
    #[must_use]
    pub const fn reading(self, input: &'a [u8]) -> Self {
        Self { input, ..self }
    }
}

/// What a tool does while somebody waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolStep<'a> {
    /// It has run for this long.
    Waiting(Duration),
    /// It has printed this.
    Said(&'a [u8]),
}

/// Whether a tool is still wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolGo {
    /// It is.
    On,
    /// It is not.
    Stop,
}

/// What came of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolOutcome {
    /// There is no such tool here, or it can't be started.
    Absent,
    /// It was not done in time.
    Late,
    /// It was no longer wanted.
    Stopped,
    /// It ended.
    Done {
        /// Whether it says that all went well.
        success: bool,
        /// What it printed.
        bytes: Vec<u8>,
    },
}

impl ToolOutcome {
    /// What it printed, where it ended well.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Done { success: true, bytes } => Some(String::from_utf8_lossy(bytes).into_owned()),
            Self::Done { success: false, .. } | Self::Absent | Self::Late | Self::Stopped => None,
        }
    }

    /// What it printed, where it ended.
    pub fn any_text(&self) -> Option<String> {
        match self {
            Self::Done { bytes, .. } => Some(String::from_utf8_lossy(bytes).into_owned()),
            Self::Absent | Self::Late | Self::Stopped => None,
        }
    }
}
