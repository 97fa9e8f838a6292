//! A desktop that exists only in memory: for tests of everything above, and where there is none.

mod clipboard;
mod indicator;
mod input;
mod keeper;
mod overlay;
mod presses;
mod screen;
mod shortcuts;

pub use clipboard::{FakeClipboard, FakeClipboardUser};
pub use indicator::{FakeIndication, FakeIndicator};
pub use input::{FakeInjector, FakeInput};
pub use keeper::{FakeScreenKeeper, FakeWakefulness};
pub use overlay::{FakeOverlay, FakeOverlayScreen};
pub use presses::{FakePresses, FakeUserWatch};
pub use screen::{FakeCapturer, FakeScreen};
pub use shortcuts::{FakeShortcutGrab, FakeShortcuts};

use crate::{
    Capturer, Desktop, DesktopFault, DesktopMonitor, InputInjector, PressOrigin, ScreenKeeper,
    SystemClipboard, UserSignReceiver, UserWatch,
};
use crate::{GrabNotice, ShortcutGrab, WindowNumber};
use crate::{IndicatorFace, IndicatorPressReceiver, SessionIndicator};
use crate::{OverlayNewsReceiver, ScreenOverlay};
use crate::{PanicKeyReceiver, PanicKeyWatch};

/// The desktop; cheap to clone, all clones are one desktop.
#[derive(Debug, Clone, Default)]
pub struct FakeDesktop {
    /// What is to be seen.
    pub screen: FakeScreen,
    /// What was done with mouse and keyboard.
    pub input: FakeInput,
    /// The user's own hand.
    pub presses: FakePresses,
    /// What was copied.
    pub clipboard: FakeClipboard,
    /// What the user is shown of a session.
    pub indication: FakeIndication,
    /// Whether the screen stays on.
    pub wakefulness: FakeWakefulness,
    /// The keyboard's shortcuts.
    pub shortcuts: FakeShortcuts,
    /// What is drawn over the screen.
    pub overlay: FakeOverlayScreen,
}

impl Desktop for FakeDesktop {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn capturer(&self) -> Result<Box<dyn Capturer>, DesktopFault> {
        Ok(Box::new(self.screen.capturer()))
    }

    fn monitors(&self) -> Result<Vec<DesktopMonitor>, DesktopFault> {
        Ok(self.screen.monitors())
    }

    fn injector(&self) -> Result<Box<dyn InputInjector>, DesktopFault> {
        Ok(Box::new(self.input.injector()))
    }

    fn press_origin(&self) -> Box<dyn PressOrigin> {
        Box::new(self.presses.clone())
    }

    fn tells_hands(&self) -> bool {
        self.presses.tells_hands()
    }

    fn watch_user(&self, tell: UserSignReceiver) -> Result<Box<dyn UserWatch>, DesktopFault> {
        Ok(Box::new(self.presses.watch(tell)))
    }

    fn hears_panic_key(&self) -> bool {
        self.presses.hears_key()
    }

    fn listen_for_panic_key(
        &self,
        _title: String,
        tell: PanicKeyReceiver,
    ) -> Result<Box<dyn PanicKeyWatch>, DesktopFault> {
        Ok(Box::new(self.presses.listen(tell)))
    }

    fn indicator(
        &self,
        face: IndicatorFace,
        pressed: IndicatorPressReceiver,
    ) -> Result<Box<dyn SessionIndicator>, DesktopFault> {
        Ok(Box::new(self.indication.open(face, pressed)?))
    }

    fn overlay(&self, news: OverlayNewsReceiver) -> Result<Box<dyn ScreenOverlay>, DesktopFault> {
        Ok(Box::new(self.overlay.open(news)?))
    }

    fn keeper(&self) -> Result<Box<dyn ScreenKeeper>, DesktopFault> {
        Ok(Box::new(self.wakefulness.open()))
    }

    fn is_covered(&self) -> Result<bool, DesktopFault> {
        Ok(self.wakefulness.is_covered())
    }

    fn shortcuts(
        &self,
        _window: WindowNumber,
        notice: GrabNotice,
    ) -> Result<Box<dyn ShortcutGrab>, DesktopFault> {
        Ok(Box::new(self.shortcuts.open(notice)))
    }

    fn clipboard(&self) -> Result<Box<dyn SystemClipboard>, DesktopFault> {
        Ok(Box::new(self.clipboard.open()))
    }
}
