//! The operating system behind small traits: capture, input, where a press came from, process hardening.
//!
//! What it does: [`Capturer`] hands out the screen and what changed, [`InputInjector`] acts for the technician,
//! [`PressOrigin`] tells a hand at this machine from an injected event. The backend is chosen at run time.
//!
//! What it does not do: it knows no peer and no consent; who may capture or inject, and when, is decided above.

pub mod capture;
pub mod harden;
pub mod hotkey;
pub mod input;
mod interrupt;
pub mod origin;
pub mod testing;
mod traits;
mod x11;

pub use interrupt::Interrupt;
pub use traits::{
    CaptureError, Capturer, CursorShape, InjectError, InputInjector, Origin, PressOrigin, ScreenUpdate,
};
