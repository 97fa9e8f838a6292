//! The window's hold on the shortcuts of this computer's desktop: opened when it is first wanted, kept for
//! the session.
//!
//! It does not say when they are wanted; how they are had is the platform's.

use super::ShortcutObstacle;
use beistand_node::words::Phrase;
use beistand_node::{GrabState, ShortcutGrab};

/// Opens the hold, or says why there is none.
pub type OpenedShortcuts = Result<Box<dyn ShortcutGrab>, Phrase>;

/// The hold.
#[derive(Default)]
pub struct ShortcutHold {
    grab: GrabSlot,
    /// What was last in the way, also while they are not wanted.
    obstacle: ShortcutObstacle,
}

#[derive(Default)]
enum GrabSlot {
    #[default]
    Unopened,
    Open(Box<dyn ShortcutGrab>),
    /// Not on this desktop.
    Nowhere,
}

impl std::fmt::Debug for ShortcutHold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ShortcutHold").field("state", &self.state()).finish_non_exhaustive()
    }
}

impl ShortcutHold {
    /// They are wanted, or no longer are.
    pub fn want(&mut self, wanted: bool, open: impl FnOnce() -> OpenedShortcuts) {
        if wanted && matches!(self.grab, GrabSlot::Unopened) {
            self.grab = match open() {
                Ok(grab) => GrabSlot::Open(grab),
                Err(_) => GrabSlot::Nowhere,
            };
        }
        if let GrabSlot::Open(grab) = &self.grab {
            grab.want(wanted);
        }
        self.obstacle = match (&self.grab, self.state()) {
            (GrabSlot::Unopened, _) | (_, GrabState::Held) => ShortcutObstacle::None,
            (GrabSlot::Nowhere, _) | (_, GrabState::Lost) => ShortcutObstacle::NotHere,
            (GrabSlot::Open(_), GrabState::Taken) => ShortcutObstacle::Taken,
            (GrabSlot::Open(_), GrabState::Free) => self.obstacle,
        };
    }

    /// They are no longer wanted, until somebody says so again.
    pub fn let_go(&self) {
        if let GrabSlot::Open(grab) = &self.grab {
            grab.want(false);
        }
    }

    /// The window has come round to its events.
    pub fn answered(&self) {
        if let GrabSlot::Open(grab) = &self.grab {
            grab.answered();
        }
    }

    /// Who has the keyboard.
    pub fn state(&self) -> GrabState {
        match &self.grab {
            GrabSlot::Open(grab) => grab.state(),
            GrabSlot::Unopened | GrabSlot::Nowhere => GrabState::Free,
        }
    }

    /// What is in the way.
    pub fn obstacle(&self) -> ShortcutObstacle {
        self.obstacle
    }
}
