//! What this program knows of macOS without asking it: places, key codes, presses, the bar's messages.
//!
//! Nothing here calls the system, so that the tests of this folder run on every other one, too.

pub(crate) mod bar_wire;
pub(crate) mod display_places;
pub(crate) mod tapped_event;
pub(crate) mod virtual_key;
