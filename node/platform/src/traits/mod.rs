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
mod keeper;
mod no_terminal;
mod overlay;
mod pane;
mod press;
mod screen;
mod shortcuts;
mod user_watch;

pub use clipboard::{
    ClipboardChange, ClipboardContent, ClipboardError, ClipboardWaker, ContentKind, CopyRefusal,
    SystemClipboard,
};
pub use desktop::Desktop;
pub use fault::{DesktopFault, DesktopObstacle, DesktopPart, SystemPermission};
pub use hotkey::{KeyCombination, PanicKeyReceiver, PanicKeySign, PanicKeyWatch};
pub use indicator::{
    IndicatorFace, IndicatorFlaw, IndicatorFlow, IndicatorPress, IndicatorPressReceiver, IndicatorSight,
    IndicatorWatch, SessionIndicator,
};
pub use input::{InjectError, InputGate, InputInjector};
pub use interrupt::Interrupt;
pub use keeper::{KEEP_INTERVAL, ScreenKeeper};
pub use no_terminal::NoTerminal;
pub use overlay::{
    FADE_STEPS, MAX_CAUGHT_POINTS, OverlayDrawing, OverlayLabel, OverlayMark, OverlayNews,
    OverlayNewsReceiver, OverlayPoint, OverlayShape, ScreenOverlay,
};
pub use pane::{PaneCanvas, PanePlace, PaneWaker, PicturePane};
pub use press::{AnswerKey, LostOrigin, Origin, PressOrigin, SeenKey, SeenPress, UnknownOrigin};
pub use screen::{CaptureError, Capturer, CursorShape, ScreenUpdate};
pub use shortcuts::{
    GRAB_ANSWER_TIME, GrabNotice, GrabState, ShortcutGrab, UNTOUCHED_TIME, WaylandWindow, WindowNumber,
};
pub use user_watch::{UserSign, UserSignReceiver, UserWatch};
