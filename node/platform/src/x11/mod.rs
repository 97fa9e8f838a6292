//! The desktop of an X11 server: everything that this crate does with one.
//!
//! Each part has a connection of its own, so that none waits for another.

mod capture;
mod clipboard;
mod devices;
mod display;
mod indicator;
mod input;
mod keeper;
mod origin;
mod overlay;
mod pane;
mod pixel_format;
mod segment;
mod shortcuts;
mod user_watch;

use capture::list_monitors;
pub use capture::{ScrapCapturer, X11Capturer};
pub use clipboard::X11Clipboard;
pub use indicator::X11Indicator;
pub(crate) use indicator::{BarButton, PaintedBar, paint_bar};
pub use input::{X11Injector, X11InputGate};
pub use keeper::{X11ScreenKeeper, screen_cover};
pub use origin::X11PressOrigin;
pub use overlay::X11Overlay;
pub use pane::X11PicturePane;
pub use shortcuts::X11ShortcutGrab;
pub use user_watch::X11UserWatch;

pub use crate::desktop::InputMethod;

use beistand_session::SystemKind;
use display::{X11Display, X11Failure};

use crate::enigo::EnigoInjector;
use crate::{
    Capturer, Desktop, DesktopFault, DesktopMonitor, DesktopObstacle, DesktopPart, InputInjector,
    KeyCombination, PressOrigin, ScreenKeeper, SystemClipboard, UserSignReceiver, UserWatch,
};
use crate::{GrabNotice, PicturePane, ShortcutGrab, WindowNumber};
use crate::{IndicatorFace, IndicatorPressReceiver, SessionIndicator};
use crate::{OverlayNewsReceiver, ScreenOverlay};

/// X11 counts keys from 8: its keycode is Linux's code plus 8.
const KEYCODE_OFFSET: u8 = 8;

/// How the screen is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ScreenMethod {
    /// MIT-SHM and DAMAGE.
    #[default]
    Damage,
    /// The crate `scrap`: MIT-SHM alone; whole pictures, no pointer.
    Scrap,
}

/// One X11 display.
#[derive(Debug, Clone)]
pub struct X11Desktop {
    display: String,
    screen_method: ScreenMethod,
    input_method: InputMethod,
}

impl X11Desktop {
    /// The display that `$DISPLAY` names.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`] where it names none.
    pub fn open(screen_method: ScreenMethod) -> Result<Self, DesktopFault> {
        match std::env::var("DISPLAY") {
            Ok(name) if !name.is_empty() => Ok(Self::of(&name, screen_method)),
            _ => Err(DesktopFault::Unavailable {
                part: DesktopPart::Whole,
                obstacle: DesktopObstacle::NoDisplay,
            }),
        }
    }

    /// The display of this name (`:0`).
    pub fn of(display: &str, screen_method: ScreenMethod) -> Self {
        Self { display: display.to_owned(), screen_method, input_method: InputMethod::Own }
    }

    /// The same with input injected in this way.
    pub fn with_input(self, input_method: InputMethod) -> Self {
        Self { input_method, ..self }
    }
}

impl Desktop for X11Desktop {
    fn name(&self) -> &'static str {
        "x11"
    }

    fn system(&self) -> SystemKind {
        SystemKind::X11
    }

    fn capturer(&self) -> Result<Box<dyn Capturer>, DesktopFault> {
        match self.screen_method {
            ScreenMethod::Damage => Ok(Box::new(X11Capturer::open(&self.display)?)),
            ScreenMethod::Scrap => {
                let capturer = ScrapCapturer::open(&self.display)?;
                tracing::warn!(
                    "capturing with scrap: no pointer, 30 looks a second, and for a moment other users of this \
                     computer can take hold of the memory that the screen is copied to"
                );
                Ok(Box::new(capturer))
            }
        }
    }

    fn monitors(&self) -> Result<Vec<DesktopMonitor>, DesktopFault> {
        match self.screen_method {
            ScreenMethod::Damage => list_monitors(&self.display),
            ScreenMethod::Scrap => Ok(Vec::new()),
        }
    }

    fn injector(&self) -> Result<Box<dyn InputInjector>, DesktopFault> {
        let panic = KeyCombination::PANIC;
        Ok(match self.input_method {
            InputMethod::Own => Box::new(X11Injector::open(&self.display, panic)?),
            InputMethod::Enigo => {
                let gate = Box::new(X11InputGate::open(&self.display, panic)?);
                Box::new(EnigoInjector::on_x11(&self.display, gate, X11InputGate::keycode)?)
            }
        })
    }

    fn press_origin(&self) -> Box<dyn PressOrigin> {
        match X11PressOrigin::open(&self.display) {
            Ok(origin) => Box::new(origin),
            Err(fault) => {
                tracing::warn!(%fault, "where a press came from is unknown");
                // Not a desktop that never can: whoever took the last connection would let programs consent.
                Box::new(crate::LostOrigin)
            }
        }
    }

    fn watch_user(&self, tell: UserSignReceiver) -> Result<Box<dyn UserWatch>, DesktopFault> {
        Ok(Box::new(X11UserWatch::start(&self.display, KeyCombination::PANIC, tell)?))
    }

    fn indicator(
        &self,
        face: IndicatorFace,
        pressed: IndicatorPressReceiver,
    ) -> Result<Box<dyn SessionIndicator>, DesktopFault> {
        Ok(Box::new(X11Indicator::open(&self.display, face, pressed)?))
    }

    fn overlay(&self, news: OverlayNewsReceiver) -> Result<Box<dyn ScreenOverlay>, DesktopFault> {
        Ok(Box::new(X11Overlay::open(&self.display, news)?))
    }

    fn keeper(&self) -> Result<Box<dyn ScreenKeeper>, DesktopFault> {
        Ok(Box::new(X11ScreenKeeper::open(&self.display)?))
    }

    fn is_covered(&self) -> Result<bool, DesktopFault> {
        keeper::is_covered(&self.display)
    }

    fn shortcuts(
        &self,
        window: WindowNumber,
        notice: GrabNotice,
    ) -> Result<Box<dyn ShortcutGrab>, DesktopFault> {
        match window {
            WindowNumber::X11(window) => Ok(Box::new(X11ShortcutGrab::open(&self.display, window, notice)?)),
            WindowNumber::Wayland(_) | WindowNumber::Foreign => Err(DesktopFault::Unavailable {
                part: DesktopPart::Shortcuts,
                obstacle: DesktopObstacle::Wayland,
            }),
        }
    }

    fn picture_pane(&self, window: WindowNumber) -> Result<Box<dyn PicturePane>, DesktopFault> {
        match window {
            WindowNumber::X11(window) => Ok(Box::new(X11PicturePane::open(&self.display, window)?)),
            WindowNumber::Wayland(_) | WindowNumber::Foreign => {
                Err(DesktopFault::NotHere(DesktopPart::PicturePane))
            }
        }
    }

    fn clipboard(&self) -> Result<Box<dyn SystemClipboard>, DesktopFault> {
        Ok(Box::new(X11Clipboard::open(&self.display)?))
    }
}
