//! The operating system behind small traits: capture, input, where a press came from, process hardening.
//!
//! What it does: [`Capturer`] hands out the screen and what changed, [`InputInjector`] acts for the technician,
//! [`PressOrigin`] tells a hand at this machine from an injected event. The backend is chosen at run time.
//!
//! What it does not do: it knows no peer and no consent; who may capture or inject, and when, is decided above.

pub mod capture;
pub mod fake;
pub mod harden;
pub mod hotkey;
pub mod input;
pub mod origin;

mod tiles;
mod traits;
pub mod x11;

pub use traits::{
    CaptureError, Capturer, CursorShape, InjectError, InputInjector, Interrupt, Origin, PressOrigin,
    ScreenUpdate,
};
