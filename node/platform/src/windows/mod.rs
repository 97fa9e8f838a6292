//! The desktop of Windows, and what else of this crate Windows has in its own way.
//!
//! The screen comes by desktop duplication, or by GDI and compared tile by tile; input goes by `SendInput`;
//! the user's own hand is told from programs by the mark that Windows puts on injected events. What this
//! backend doesn't have yet says [`DesktopFault::NotHere`]: drawings over the screen, the desktop's
//! shortcuts, panes in a window. The secure desktop, on which Windows asks for an administrator, can't be
//! captured or typed on by anybody.

mod bar;
mod bitmap;
mod clipboard;
mod cursor;
mod duplication;
mod facts;
pub mod harden;
mod hook;
mod indicator;
mod input;
mod keeper;
mod monitors;
#[path = "../absent/own_task.rs"]
mod own_task;
#[path = "../absent/path.rs"]
mod path;
#[path = "../absent/private_file.rs"]
pub mod private_file;
mod scan_code;
mod screen;
#[path = "../absent/seat.rs"]
mod seat;
#[path = "../absent/settings_page.rs"]
pub mod settings_page;
#[path = "../absent/terminal.rs"]
pub mod terminal;
pub(crate) mod tty;

use std::sync::Arc;

pub(crate) use self::own_task::do_own_task;
pub(crate) use self::path::path_of_bytes;
pub use self::seat::DesktopSeat;

use beistand_session::{Permission, PermissionSet, SystemKind};
use windows_sys::Win32::UI::HiDpi::{
    DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2, SetProcessDpiAwarenessContext,
};

use crate::desktop::{InputMethod, SystemDesktop};
use crate::facts::MachineFacts;
use crate::{
    Capturer, Desktop, DesktopFault, DesktopMonitor, DesktopObstacle, DesktopPart, InputInjector,
    PressOrigin, ScreenKeeper, SystemClipboard, UserSignReceiver, UserWatch,
};
use crate::{IndicatorFace, IndicatorPressReceiver, SessionIndicator};

/// What tells what this machine is, where nothing is read for that.
pub const MACHINE_FACTS: Option<fn() -> MachineFacts> = Some(facts::machine_facts);

/// What features may be offered on this system, by the permissions that they need. What works on programs or
/// sound is not there yet.
pub fn offered() -> PermissionSet {
    let exchanged = [
        Permission::ClipboardToUser,
        Permission::ClipboardFromUser,
        Permission::FilesToUser,
        Permission::FilesFromUser,
        Permission::Diagnostics,
    ];
    exchanged.into_iter().fold(PermissionSet::DESKTOP, PermissionSet::with).with(Permission::Reconnect)
}

/// Opens the desktop that this program was started from.
///
/// # Errors
/// [`DesktopFault::NotHere`] for a desktop of another system.
pub(crate) fn open_desktop(
    desktop: SystemDesktop,
    _input: InputMethod,
    _seat: &DesktopSeat,
) -> Result<Arc<dyn Desktop>, DesktopFault> {
    match desktop {
        SystemDesktop::Auto => Ok(Arc::new(WindowsDesktop::open())),
        SystemDesktop::Wayland | SystemDesktop::X11 | SystemDesktop::Scrap => {
            Err(DesktopFault::NotHere(DesktopPart::Whole))
        }
    }
}

/// The desktop of the session in which this program runs.
#[derive(Debug, Clone, Copy)]
struct WindowsDesktop;

impl WindowsDesktop {
    fn open() -> Self {
        // Otherwise Windows makes pixels up where a monitor is scaled. It fails where it was said before, as
        // by the window's toolkit. SAFETY: it takes a constant and changes only how this process is shown.
        unsafe { SetProcessDpiAwarenessContext(DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2) };
        Self
    }
}

impl Desktop for WindowsDesktop {
    fn name(&self) -> &'static str {
        "windows"
    }

    fn system(&self) -> SystemKind {
        SystemKind::Windows
    }

    fn capturer(&self) -> Result<Box<dyn Capturer>, DesktopFault> {
        Ok(Box::new(screen::DesktopCapturer::open()?))
    }

    fn monitors(&self) -> Result<Vec<DesktopMonitor>, DesktopFault> {
        Ok(monitors::SeenMonitors::look().named())
    }

    fn injector(&self) -> Result<Box<dyn InputInjector>, DesktopFault> {
        Ok(Box::new(input::SendInputInjector::new()))
    }

    fn press_origin(&self) -> Box<dyn PressOrigin> {
        match hook::HookedPresses::open() {
            Ok(presses) => Box::new(presses),
            Err(fault) => {
                tracing::warn!(%fault, "where a press came from is unknown");
                Box::new(crate::LostOrigin)
            }
        }
    }

    fn watch_user(&self, tell: UserSignReceiver) -> Result<Box<dyn UserWatch>, DesktopFault> {
        Ok(Box::new(hook::HookedHand::start(tell)?))
    }

    fn indicator(
        &self,
        face: IndicatorFace,
        pressed: IndicatorPressReceiver,
    ) -> Result<Box<dyn SessionIndicator>, DesktopFault> {
        Ok(Box::new(indicator::WindowsIndicator::open(face, pressed)?))
    }

    fn keeper(&self) -> Result<Box<dyn ScreenKeeper>, DesktopFault> {
        Ok(Box::new(keeper::WakefulScreen))
    }

    fn is_covered(&self) -> Result<bool, DesktopFault> {
        Ok(keeper::is_covered())
    }

    fn clipboard(&self) -> Result<Box<dyn SystemClipboard>, DesktopFault> {
        Ok(Box::new(clipboard::WindowsClipboard::open()))
    }
}

/// The fault of a part, in the words of the last error of this thread.
fn last_fault(part: DesktopPart) -> DesktopFault {
    let error = std::io::Error::last_os_error().to_string();
    DesktopFault::Unavailable { part, obstacle: DesktopObstacle::System(error) }
}

/// A text as Windows takes it.
fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}
