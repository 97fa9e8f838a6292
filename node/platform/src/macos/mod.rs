//! The desktop of macOS, and what else of this crate macOS has in its own way.
//!
//! The screen comes by ScreenCaptureKit; input goes by Core Graphics' events; the user's own hand is told
//! from programs by what macOS says of an event's maker. macOS asks the person once whether this program may
//! see the screen and control the mouse: see `permission`. What this backend doesn't have says
//! [`DesktopFault::NotHere`]: drawings over the screen, the desktop's shortcuts, panes in a window.
//!
//! It was compiled and run nowhere yet: see `docs/PLATFORMS.md`.

mod bar;
mod clipboard;
mod displays;
mod hand;
pub mod harden;
mod indicator;
mod input;
mod keeper;
mod mouse;
#[path = "../absent/path.rs"]
mod path;
mod permission;
mod picture_board;
mod pointer;
// As on every Unix.
#[path = "../linux/private_file.rs"]
pub mod private_file;
mod screen;
mod seat;
pub mod settings_page;
mod shown_windows;
mod stream;
mod tap;
#[path = "../absent/terminal.rs"]
pub mod terminal;
#[path = "../linux/tty.rs"]
pub(crate) mod tty;

use std::sync::Arc;

pub(crate) use self::bar::do_own_task;
pub(crate) use self::path::path_of_bytes;
pub use self::seat::DesktopSeat;

use beistand_session::{Permission, PermissionSet, SystemKind};

use crate::desktop::{InputMethod, SystemDesktop};
use crate::facts::MachineFacts;
use crate::{
    Capturer, Desktop, DesktopFault, DesktopMonitor, DesktopPart, InputInjector, PressOrigin, ScreenKeeper,
    SystemClipboard, SystemPermission, UnknownOrigin, UserSignReceiver, UserWatch,
};
use crate::{IndicatorFace, IndicatorPressReceiver, SessionIndicator};

/// What tells what this machine is, where nothing is read for that.
pub const MACHINE_FACTS: Option<fn() -> MachineFacts> = None;

/// What features may be offered on this system, by the permissions that they need. What works on files,
/// programs or sound is not there yet.
pub fn offered() -> PermissionSet {
    let clipboard = [Permission::ClipboardToUser, Permission::ClipboardFromUser];
    clipboard.into_iter().fold(PermissionSet::DESKTOP, PermissionSet::with).with(Permission::Reconnect)
}

/// Opens the desktop that this program was started from.
///
/// # Errors
/// [`DesktopFault::NotHere`] for a desktop of another system.
pub(crate) fn open_desktop(
    desktop: SystemDesktop,
    _input: InputMethod,
    seat: &DesktopSeat,
) -> Result<Arc<dyn Desktop>, DesktopFault> {
    match desktop {
        SystemDesktop::Auto => Ok(Arc::new(MacDesktop { seat: seat.clone() })),
        SystemDesktop::Wayland | SystemDesktop::X11 | SystemDesktop::Scrap => {
            Err(DesktopFault::NotHere(DesktopPart::Whole))
        }
    }
}

/// The desktop of the session in which this program runs.
#[derive(Debug, Clone)]
struct MacDesktop {
    seat: DesktopSeat,
}

impl Desktop for MacDesktop {
    fn name(&self) -> &'static str {
        "macos"
    }

    fn system(&self) -> SystemKind {
        SystemKind::MacOs
    }

    fn capturer(&self) -> Result<Box<dyn Capturer>, DesktopFault> {
        Ok(Box::new(screen::StreamCapturer::open()?))
    }

    fn monitors(&self) -> Result<Vec<DesktopMonitor>, DesktopFault> {
        Ok(displays::look().named())
    }

    fn injector(&self) -> Result<Box<dyn InputInjector>, DesktopFault> {
        Ok(Box::new(input::EventInjector::open(self.seat.clone())?))
    }

    fn press_origin(&self) -> Box<dyn PressOrigin> {
        // Whoever only helps others needs no permission, and isn't asked for one.
        if !self.tells_hands() {
            return Box::new(UnknownOrigin);
        }
        match hand::TappedOrigin::open() {
            Ok(presses) => Box::new(presses),
            Err(fault) => {
                tracing::warn!(%fault, "where a press came from is unknown");
                Box::new(crate::LostOrigin)
            }
        }
    }

    fn tells_hands(&self) -> bool {
        permission::is_permitted(SystemPermission::Accessibility)
    }

    fn watch_user(&self, tell: UserSignReceiver) -> Result<Box<dyn UserWatch>, DesktopFault> {
        Ok(Box::new(hand::TappedHand::start(tell)?))
    }

    fn indicator(
        &self,
        face: IndicatorFace,
        pressed: IndicatorPressReceiver,
    ) -> Result<Box<dyn SessionIndicator>, DesktopFault> {
        Ok(Box::new(indicator::BarProcess::open(face, pressed, self.seat.clone())?))
    }

    fn keeper(&self) -> Result<Box<dyn ScreenKeeper>, DesktopFault> {
        Ok(Box::new(keeper::WakefulDisplay::open()?))
    }

    fn is_covered(&self) -> Result<bool, DesktopFault> {
        Ok(keeper::is_covered())
    }

    fn clipboard(&self) -> Result<Box<dyn SystemClipboard>, DesktopFault> {
        Ok(Box::new(clipboard::MacClipboard::open()))
    }
}
