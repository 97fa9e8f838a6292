//! The user's monitors, and which of them are to be in the picture.

use std::collections::BTreeSet;

use super::DesktopArea;

/// Most monitors that are told apart: a wall of four by four. Any program of the desktop can make some up.
pub const MAX_MONITORS: usize = 16;

/// Longest name of a monitor, in bytes: RandR's have about ten.
pub const MAX_MONITOR_NAME_BYTES: usize = 64;

/// A monitor of the user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesktopMonitor {
    /// What the desktop calls it.
    pub name: String,
    /// Where it is.
    pub area: DesktopArea,
}

/// What is to be in the picture.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MonitorChoice {
    /// What the user shares.
    pub shared: SharedMonitors,
    /// What the user hides: also where it lies on something that they share.
    pub hidden: BTreeSet<String>,
    /// The one of those that are shared that the helper wants to see; all of them where it is none of them.
    pub wanted: Option<String>,
}

/// What the user shares.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SharedMonitors {
    /// The whole desktop.
    #[default]
    All,
    /// The monitors of these names, and of none of them where there is none any more.
    Only(BTreeSet<String>),
}

impl SharedMonitors {
    /// Whether the monitor of this name is shared.
    pub fn contains(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.contains(name),
        }
    }
}
