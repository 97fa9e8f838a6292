//! Where a press came from.
//!
//! What it does: picks a [`PressOrigin`] for this machine. What it does not do: decide what a press may do.

pub use crate::x11::X11PressOrigin;

use std::time::Duration;

use crate::{Origin, PressOrigin};

/// Opens what this platform offers; where it offers nothing, everything is [`Origin::Unknown`].
pub fn open() -> Box<dyn PressOrigin> {
    match X11PressOrigin::open() {
        Ok(origin) => Box::new(origin),
        Err(reason) => {
            tracing::warn!(reason, "injected presses can't be told from those of a hand");
            Box::new(UnknownOrigin)
        }
    }
}

/// A platform that can't tell.
struct UnknownOrigin;

impl PressOrigin for UnknownOrigin {
    fn last_button_press(&mut self) -> Origin {
        Origin::Unknown
    }

    fn since_physical_input(&mut self) -> Option<Duration> {
        None
    }
}
