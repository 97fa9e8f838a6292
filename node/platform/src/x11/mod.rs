//! The desktop of an X11 server: everything that this crate does with one.
//!
//! Each part has a connection of its own, so that none waits for another.

mod capture;
mod clipboard;
mod display;
mod hand;
mod hotkey;
mod indicator;
mod input;
mod origin;

pub use capture::{ScrapCapturer, X11Capturer};
pub use clipboard::X11Clipboard;
pub use hand::PhysicalMouse;
pub use hotkey::X11PanicHotkey;
pub use indicator::X11Indicator;
pub use input::X11Injector;
pub use origin::X11PressOrigin;

use display::{X11Display, X11Failure};

use crate::{
    Capturer, Desktop, DesktopFault, DesktopObstacle, DesktopPart, HeldHotkey, InputInjector, KeyCombination,
    PressOrigin, SystemClipboard,
};
use crate::{IndicatorFace, IndicatorPressReceiver, SessionIndicator};

/// How the screen is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ScreenMethod {
    /// By damage where the server has what that needs, otherwise by scrap.
    #[default]
    Best,
    /// MIT-SHM and DAMAGE.
    Damage,
    /// The crate `scrap`: MIT-SHM alone; whole pictures, no pointer.
    Scrap,
}

/// One X11 display.
#[derive(Debug, Clone)]
pub struct X11Desktop {
    display: String,
    screen_method: ScreenMethod,
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
        Self { display: display.to_owned(), screen_method }
    }

    fn scrap(&self, reason: &str) -> Result<Box<dyn Capturer>, DesktopFault> {
        let capturer = ScrapCapturer::open(&self.display)?;
        tracing::warn!(
            reason,
            "capturing with scrap: without the pointer, and the screen is looked at 30 times a second"
        );
        Ok(Box::new(capturer))
    }
}

impl Desktop for X11Desktop {
    fn name(&self) -> &'static str {
        "x11"
    }

    fn capturer(&self) -> Result<Box<dyn Capturer>, DesktopFault> {
        match self.screen_method {
            ScreenMethod::Damage => Ok(Box::new(X11Capturer::open(&self.display)?)),
            ScreenMethod::Scrap => self.scrap("it was asked for"),
            ScreenMethod::Best => match X11Capturer::open(&self.display) {
                Ok(capturer) => Ok(Box::new(capturer)),
                // The first fault says more: what scrap needs, the other needs too.
                Err(fault) => self.scrap(&fault.to_string()).or(Err(fault)),
            },
        }
    }

    fn injector(&self) -> Result<Box<dyn InputInjector>, DesktopFault> {
        Ok(Box::new(X11Injector::open(&self.display, KeyCombination::PANIC)?))
    }

    fn press_origin(&self) -> Box<dyn PressOrigin> {
        match X11PressOrigin::open(&self.display) {
            Ok(origin) => Box::new(origin),
            Err(fault) => {
                tracing::warn!(%fault, "where a press came from is unknown");
                Box::new(crate::UnknownOrigin)
            }
        }
    }

    fn panic_hotkey(&self, pressed: Box<dyn FnMut() + Send>) -> Result<Box<dyn HeldHotkey>, DesktopFault> {
        Ok(Box::new(X11PanicHotkey::grab(&self.display, KeyCombination::PANIC, pressed)?))
    }

    fn indicator(
        &self,
        face: IndicatorFace,
        pressed: IndicatorPressReceiver,
    ) -> Result<Box<dyn SessionIndicator>, DesktopFault> {
        Ok(Box::new(X11Indicator::open(&self.display, face, pressed)?))
    }

    fn clipboard(&self) -> Result<Box<dyn SystemClipboard>, DesktopFault> {
        Ok(Box::new(X11Clipboard::open(&self.display)?))
    }
}
