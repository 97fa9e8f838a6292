//! The operating system behind small traits: screen, input, where a press came from, clipboard, process
//! hardening.
//!
//! What it does: [`desktop::open`] chooses a [`Desktop`] at run time. [`Capturer`] hands out the screen and
//! what changed, [`InputInjector`] acts for the technician, [`PressOrigin`] tells a hand at this machine from
//! an injected event, [`SystemClipboard`] reports what is copied and puts things on the clipboard.
//!
//! [`cage`] decodes pictures in a process without rights.
//!
//! What it does not do: it knows no peer and no consent; who may capture, inject or read, and when, is
//! decided above.
//!
//! Each backend is one folder (`x11`, `fake`); the traits are in `traits`.

pub mod cage;
pub mod desktop;
pub mod fake;
pub mod harden;
mod tiles;
mod traits;
pub mod x11;

pub use traits::{
    CaptureError, Capturer, ClipboardChange, ClipboardContent, ClipboardError, ClipboardWaker, ContentKind,
    CopyRefusal, CursorShape, Desktop, DesktopFault, DesktopObstacle, DesktopPart, HeldHotkey, InjectError,
    InputInjector, Interrupt, KeyCombination, Origin, PressOrigin, ScreenUpdate, SystemClipboard,
    UnknownOrigin,
};
