//! A Wayland desktop, by its portal: everything that this crate does with one.
//!
//! One session with the portal has all that it gives ([`PortalSeat`]); the bar is a window of its own. What
//! such desktops let no program do is said as [`DesktopFault::NotHere`].

mod arrangement;
mod bus;
mod capture;
mod clipboard;
mod ei;
mod frame_slot;
mod indicator;
mod input;
mod keeper;
mod panic_key;
mod pipewire;
mod portal;
mod seat;
mod shortcuts;
mod turn;
mod user_watch;

use self::capture::PortalCapturer;
use self::clipboard::PortalClipboard;
use self::indicator::PortalIndicator;
use self::input::PortalInjector;
use self::keeper::PortalKeeper;
use self::panic_key::PortalPanicKey;
use self::seat::{PortalSeat, SeatPart};
use self::shortcuts::ShortcutInhibition;
use self::user_watch::PortalUserWatch;
use crate::session_lock::{LockBuses, is_locked_now};
use crate::{
    Capturer, Desktop, DesktopFault, DesktopPart, GrabNotice, IndicatorFace, IndicatorPressReceiver,
    InputInjector, KeyCombination, PanicKeyReceiver, PanicKeyWatch, PressOrigin, ScreenKeeper,
    SessionIndicator, ShortcutGrab, SystemClipboard, UnknownOrigin, UserSignReceiver, UserWatch,
    WindowNumber,
};

/// What all parts of one session share: the desktop's yes to it. Clones are the same one; a new one has
/// to be asked for.
#[derive(Clone, Default)]
pub struct DesktopSeat {
    portal: PortalSeat,
}

impl std::fmt::Debug for DesktopSeat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DesktopSeat")
    }
}

/// The desktop on which this program was started.
#[derive(Debug, Clone)]
pub(crate) struct WaylandDesktop {
    seat: DesktopSeat,
}

impl WaylandDesktop {
    /// The one whose yes `seat` has, or is to get.
    pub(crate) fn at(seat: &DesktopSeat) -> Self {
        Self { seat: seat.clone() }
    }
}

impl Desktop for WaylandDesktop {
    fn name(&self) -> &'static str {
        "wayland"
    }

    fn asks_itself(&self) -> bool {
        true
    }

    fn capturer(&self) -> Result<Box<dyn Capturer>, DesktopFault> {
        Ok(Box::new(PortalCapturer::new(self.seat.portal.join(SeatPart::Screen)?)))
    }

    fn injector(&self) -> Result<Box<dyn InputInjector>, DesktopFault> {
        let place = self.seat.portal.join(SeatPart::Input)?;
        Ok(Box::new(PortalInjector::new(place, KeyCombination::PANIC)))
    }

    fn press_origin(&self) -> Box<dyn PressOrigin> {
        Box::new(UnknownOrigin)
    }

    fn tells_hands(&self) -> bool {
        false
    }

    fn watch_user(&self, tell: UserSignReceiver) -> Result<Box<dyn UserWatch>, DesktopFault> {
        Ok(Box::new(PortalUserWatch::start(self.seat.portal.clone(), tell)?))
    }

    fn hears_panic_key(&self) -> bool {
        false
    }

    fn listen_for_panic_key(
        &self,
        title: String,
        tell: PanicKeyReceiver,
    ) -> Result<Box<dyn PanicKeyWatch>, DesktopFault> {
        Ok(Box::new(PortalPanicKey::start(title, tell)?))
    }

    fn indicator(
        &self,
        face: IndicatorFace,
        pressed: IndicatorPressReceiver,
    ) -> Result<Box<dyn SessionIndicator>, DesktopFault> {
        Ok(Box::new(PortalIndicator::open(face, pressed, self.seat.portal.clone())?))
    }

    fn keeper(&self) -> Result<Box<dyn ScreenKeeper>, DesktopFault> {
        Ok(Box::new(PortalKeeper::open()?))
    }

    fn clipboard(&self) -> Result<Box<dyn SystemClipboard>, DesktopFault> {
        Ok(Box::new(PortalClipboard::open(self.seat.portal.join(SeatPart::Clipboard)?)?))
    }

    fn shortcuts(
        &self,
        window: WindowNumber,
        notice: GrabNotice,
    ) -> Result<Box<dyn ShortcutGrab>, DesktopFault> {
        match window {
            WindowNumber::Wayland(window) => Ok(Box::new(ShortcutInhibition::open(window, notice)?)),
            WindowNumber::X11(_) | WindowNumber::Foreign => {
                Err(DesktopFault::NotHere(DesktopPart::Shortcuts))
            }
        }
    }

    fn is_covered(&self) -> Result<bool, DesktopFault> {
        Ok(is_locked_now(&LockBuses::default()))
    }
}
