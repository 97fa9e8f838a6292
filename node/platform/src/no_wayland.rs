//! Systems on which there is no Wayland.

/// What all parts of one session share where the desktop is asked for each; nothing here.
#[derive(Debug, Clone, Default)]
pub struct DesktopSeat;
