//! Lines of what a tool prints, as it prints.

use crate::run::SweepResult;

/// The longest line in bytes: a path, and what is said of it.
const MAX_LINE_BYTES: usize = 8192;

/// Puts lines together from what comes.
#[derive(Debug, Default)]
pub(crate) struct LineSplitter(Vec<u8>);

impl LineSplitter {
    /// Takes what came, and hands out each line that is whole.
    pub(crate) fn take(&mut self, bytes: &[u8], mut line: impl FnMut(&str) -> SweepResult) -> SweepResult {
        for byte in bytes {
            if *byte == b'\n' {
                let whole = std::mem::take(&mut self.0);
                line(&String::from_utf8_lossy(&whole))?;
            } else if self.0.len() < MAX_LINE_BYTES {
                self.0.push(*byte);
            }
        }
        Ok(())
    }
}
