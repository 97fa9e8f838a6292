//! Which kind of system the host's is: enough to know which keys mean something there.

/// A kind of system, and nothing of its version or name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SystemKind {
    /// One that is not of this list, or not known yet.
    #[default]
    Unknown,
    /// A desktop on an X11 server.
    X11,
    /// Windows.
    Windows,
    /// macOS.
    MacOs,
}

impl SystemKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Unknown, Self::X11, Self::Windows, Self::MacOs];

    /// The word for it in `--json`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::X11 => "x11",
            Self::Windows => "windows",
            Self::MacOs => "macos",
        }
    }

    /// Its number in the protocol: its place in the list.
    pub(crate) const fn number(self) -> u8 {
        self as u8
    }

    /// The kind of this number. A newer host may have kinds that are not known here.
    pub(crate) fn of_number(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or_default()
    }
}
