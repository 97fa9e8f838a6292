//! The desktop of an X11 server: one folder for all that this crate does with it.

pub(crate) mod capture;
mod display;
mod hand;
pub(crate) mod hotkey;
pub(crate) mod input;
pub(crate) mod origin;

pub use capture::{ScrapCapturer, X11Capturer};
pub use hand::PhysicalMouse;
pub use hotkey::PanicHotkey;
pub use input::X11Injector;
pub use origin::X11PressOrigin;

pub(crate) use display::{X11Display, X11Failure};
