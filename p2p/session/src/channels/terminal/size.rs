//! How large a terminal is.

use serde::{Deserialize, Serialize};

/// The most columns: a wide screen full of small letters. What is kept of a terminal grows with it.
pub const MAX_TERMINAL_COLUMNS: u16 = 300;

/// The most rows: as above.
pub const MAX_TERMINAL_ROWS: u16 = 120;

/// Fewer leave no room for a character that is two columns wide.
const MIN_COLUMNS: u16 = 2;

/// A terminal's size, of 2 to [`MAX_TERMINAL_COLUMNS`] columns and 1 to [`MAX_TERMINAL_ROWS`] rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "(u16, u16)", into = "(u16, u16)")]
pub struct TerminalSize {
    columns: u16,
    rows: u16,
}

impl TerminalSize {
    /// What a terminal has where nobody says anything else.
    pub const USUAL: Self = Self { columns: 80, rows: 24 };

    /// The size, or `None` where it is too large or too small.
    pub fn new(columns: u16, rows: u16) -> Option<Self> {
        let fits = (MIN_COLUMNS..=MAX_TERMINAL_COLUMNS).contains(&columns)
            && (1..=MAX_TERMINAL_ROWS).contains(&rows);
        fits.then_some(Self { columns, rows })
    }

    /// The nearest size that a terminal can have.
    pub fn nearest(columns: usize, rows: usize) -> Self {
        let within = |count: usize, least: u16, most: u16| {
            u16::try_from(count).unwrap_or(u16::MAX).clamp(least, most)
        };
        Self {
            columns: within(columns, MIN_COLUMNS, MAX_TERMINAL_COLUMNS),
            rows: within(rows, 1, MAX_TERMINAL_ROWS),
        }
    }

    /// Its columns.
    pub fn columns(self) -> u16 {
        self.columns
    }

    /// Its rows.
    pub fn rows(self) -> u16 {
        self.rows
    }
}

impl TryFrom<(u16, u16)> for TerminalSize {
    type Error = &'static str;

    fn try_from((columns, rows): (u16, u16)) -> Result<Self, Self::Error> {
        Self::new(columns, rows).ok_or("a terminal that is too large or too small")
    }
}

impl From<TerminalSize> for (u16, u16) {
    fn from(size: TerminalSize) -> Self {
        (size.columns, size.rows)
    }
}
