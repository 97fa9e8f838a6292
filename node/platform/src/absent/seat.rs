//! Desktops that ask the user nothing by themselves.

/// What all parts of one session share where the desktop is asked for each; nothing here.
#[derive(Debug, Clone, Default)]
pub struct DesktopSeat;
