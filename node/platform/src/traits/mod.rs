//! What the operating system is to the rest of the program: one [`Desktop`], and a trait for each part of it.
//!
//! No backend is named here.

mod clipboard;
mod desktop;
mod fault;
mod hotkey;
mod indicator;
mod input;
mod interrupt;
mod press;
mod screen;

pub use clipboard::{
    ClipboardChange, ClipboardContent, ClipboardError, ClipboardWaker, ContentKind, CopyRefusal,
    SystemClipboard,
};
pub use desktop::Desktop;
pub use fault::{DesktopFault, DesktopObstacle, DesktopPart};
pub use hotkey::{HeldHotkey, KeyCombination};
pub use indicator::{
    IndicatorFace, IndicatorFlaw, IndicatorFlow, IndicatorPress, IndicatorPressReceiver, IndicatorSight,
    IndicatorWatch, SessionIndicator,
};
pub use input::{InjectError, InputInjector};
pub use interrupt::Interrupt;
pub use press::{Origin, PressOrigin, UnknownOrigin};
pub use screen::{CaptureError, Capturer, CursorShape, ScreenUpdate};
