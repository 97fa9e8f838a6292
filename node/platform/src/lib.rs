//! The operating system behind small traits: screen, input, where a press came from, clipboard, process
//! hardening.
//!
//! What it does: [`desktop::open`] chooses a [`Desktop`] at run time. [`Capturer`] hands out the screen and
//! what changed, [`InputInjector`] acts for the technician, [`UserWatch`] tells what the user's own hand
//! does, [`PressOrigin`] tells a hand at this machine from an injected event, [`SystemClipboard`] reports
//! what is copied and puts things on the clipboard, [`SessionIndicator`] shows the user that somebody helps,
//! [`ScreenOverlay`] draws over their screen,
//! [`ScreenKeeper`] keeps the screen from going dark, [`ShortcutGrab`] gets the
//! desktop's own shortcuts for a window, [`PicturePane`] paints a picture into a part of one,
//! [`ControllingTerminal`] is where a program without a
//! window asks a person.
//!
//! [`desktop_door`] is where the desktop asks for the program's window or opens a link with it.
//!
//! [`system_appearance`] is how the desktop looks, and [`save_dialog`] where a person wants a file.
//!
//! [`cage`] decodes pictures in a process without rights; [`own_program`] is how it, too, is this program.
//!
//! What it does not do: it knows no peer and no consent; who may capture, inject or read, and when, is
//! decided above.
//!
//! Each backend is one folder (`x11`, `wayland`, `fake`, `windows`, `macos`); the traits are in `traits`.
//! What a system has beside its desktop is in `linux`, `windows` and `macos`, of which one is compiled: this
//! file chooses. `absent` is what the others have where they have nothing of their own. `macos_facts` is the
//! part of `macos` that asks no system anything; it is compiled for tests, too, wherever they run.

pub mod cage;
pub mod desktop;
pub mod desktop_door;
#[cfg(target_os = "linux")]
pub mod enigo;
pub mod facts;
pub mod fake;
pub mod gl;
#[cfg(target_os = "linux")]
mod known_content;
mod layout;
#[cfg(any(target_os = "macos", test))]
#[path = "macos/facts/mod.rs"]
mod macos_facts;
pub mod own_program;
pub mod save_dialog;
pub mod session_lock;
#[cfg_attr(target_os = "linux", path = "linux/mod.rs")]
#[cfg_attr(windows, path = "windows/mod.rs")]
#[cfg_attr(not(any(target_os = "linux", windows)), path = "macos/mod.rs")]
mod system;
pub mod system_appearance;
mod tiles;
mod traits;
pub mod typeface;
#[cfg(target_os = "linux")]
mod wayland;
mod wheel;
#[cfg(target_os = "linux")]
pub mod x11;

pub use layout::{
    DesktopArea, DesktopMonitor, MAX_MONITOR_NAME_BYTES, MAX_MONITORS, MonitorChoice, ScreenLayout,
    SharedMonitors,
};
pub use system::tty::ControllingTerminal;
pub use system::{MACHINE_FACTS, harden, offered, private_file, settings_page, terminal};
pub use traits::NoTerminal;
pub use traits::{
    AnswerKey, CaptureError, Capturer, ClipboardChange, ClipboardContent, ClipboardError, ClipboardWaker,
    ContentKind, CopyRefusal, CursorShape, Desktop, DesktopFault, DesktopObstacle, DesktopPart, InjectError,
    InputGate, InputInjector, Interrupt, KEEP_INTERVAL, KeyCombination, LostOrigin, Origin, PressOrigin,
    ScreenKeeper, ScreenUpdate, SeenKey, SeenPress, SystemClipboard, SystemPermission, UnknownOrigin,
    UserSign, UserSignReceiver, UserWatch,
};
pub use traits::{
    FADE_STEPS, MAX_CAUGHT_POINTS, OverlayDrawing, OverlayLabel, OverlayMark, OverlayNews,
    OverlayNewsReceiver, OverlayPoint, OverlayShape, ScreenOverlay,
};
pub use traits::{GRAB_ANSWER_TIME, GrabNotice, GrabState, ShortcutGrab, UNTOUCHED_TIME};
pub use traits::{
    IndicatorFace, IndicatorFlaw, IndicatorFlow, IndicatorPress, IndicatorPressReceiver, IndicatorSight,
    IndicatorWatch, SessionIndicator,
};
pub use traits::{PaneCanvas, PanePlace, PaneWaker, PicturePane};
pub use traits::{PanicKeyReceiver, PanicKeySign, PanicKeyWatch};
pub use traits::{WaylandWindow, WindowNumber};
