//! The user's desktop as a whole.

use beistand_session::SystemKind;

use super::{
    Capturer, DesktopFault, DesktopPart, InputInjector, PressOrigin, ScreenKeeper, SystemClipboard,
    UserSignReceiver, UserWatch,
};
use super::{GrabNotice, PicturePane, ShortcutGrab, WindowNumber};
use super::{IndicatorFace, IndicatorPressReceiver, SessionIndicator};
use super::{OverlayNewsReceiver, ScreenOverlay};
use super::{PanicKeyReceiver, PanicKeyWatch};
use crate::layout::DesktopMonitor;

/// The desktop at which the user sits, behind which one backend stands. It hands out the desktop's parts,
/// each of which lives as long as its holder wants and ends when it is dropped.
///
/// Opening a part does nothing to the desktop yet, and asks nobody: who may have it is decided above. A part
/// is opened on the thread that uses it.
pub trait Desktop: Send + Sync {
    /// A name for the log: `x11`, `fake`.
    fn name(&self) -> &'static str;

    /// Which kind of system it is, so that only keys are offered which mean something there.
    fn system(&self) -> SystemKind {
        SystemKind::Unknown
    }

    /// Whether the desktop has a question of its own for the user, after our own, before it shows anything.
    fn asks_itself(&self) -> bool {
        false
    }

    /// The screen, to be looked at.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`], [`DesktopFault::NotHere`].
    fn capturer(&self) -> Result<Box<dyn Capturer>, DesktopFault>;

    /// The monitors that are on, where single ones of them can be captured. What they show is not looked at.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`].
    fn monitors(&self) -> Result<Vec<DesktopMonitor>, DesktopFault> {
        Ok(Vec::new())
    }

    /// The mouse and the keyboard. It never presses [`KeyCombination::PANIC`](super::KeyCombination::PANIC).
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`], [`DesktopFault::NotHere`].
    fn injector(&self) -> Result<Box<dyn InputInjector>, DesktopFault>;

    /// What tells a hand at this machine from a program. Where the desktop can't, it says so.
    fn press_origin(&self) -> Box<dyn PressOrigin>;

    /// Whether [`Self::press_origin`] can tell, and [`Self::injector`] keeps off this program's own windows.
    /// Where not, nothing must be injected while the user could be made to say yes.
    fn tells_hands(&self) -> bool {
        true
    }

    /// Watches the user's own hand, for as long as what is returned lives.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`], [`DesktopFault::NotHere`].
    fn watch_user(&self, tell: UserSignReceiver) -> Result<Box<dyn UserWatch>, DesktopFault>;

    /// Whether [`Self::watch_user`] hears of [`KeyCombination::PANIC`](super::KeyCombination::PANIC).
    fn hears_panic_key(&self) -> bool {
        true
    }

    /// Asks the desktop, which may ask its user, to listen for
    /// [`KeyCombination::PANIC`](super::KeyCombination::PANIC), where [`Self::watch_user`] doesn't hear it,
    /// for as long as what is returned lives. `title` is what the key does, in its user's language. It does
    /// not wait for the answer.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`], [`DesktopFault::NotHere`].
    fn listen_for_panic_key(
        &self,
        _title: String,
        _tell: PanicKeyReceiver,
    ) -> Result<Box<dyn PanicKeyWatch>, DesktopFault> {
        Err(DesktopFault::NotHere(DesktopPart::EmergencyKey))
    }

    /// Shows the user on every monitor that somebody helps, above all windows, until what is returned is
    /// dropped; it is on the screen when this returns. `pressed` is called from a thread of its own.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`], [`DesktopFault::NotHere`].
    fn indicator(
        &self,
        _face: IndicatorFace,
        _pressed: IndicatorPressReceiver,
    ) -> Result<Box<dyn SessionIndicator>, DesktopFault> {
        Err(DesktopFault::NotHere(DesktopPart::Indicator))
    }

    /// What draws over the user's screen, where a mouse still reaches what lies below. Nothing is drawn
    /// before it is asked to; `news` is called from a thread of its own, also where it can't be opened after
    /// all.
    ///
    /// # Errors
    /// [`DesktopFault::NotHere`].
    fn overlay(&self, _news: OverlayNewsReceiver) -> Result<Box<dyn ScreenOverlay>, DesktopFault> {
        Err(DesktopFault::NotHere(DesktopPart::Overlay))
    }

    /// What keeps the screen from going dark.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`], [`DesktopFault::NotHere`].
    fn keeper(&self) -> Result<Box<dyn ScreenKeeper>, DesktopFault> {
        Err(DesktopFault::NotHere(DesktopPart::ScreenSaver))
    }

    /// Whether a lock or a saver covers the screen now, as far as the desktop says. It looks once, which may
    /// take a second, and changes nothing: not even a screen that is dark lights up.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`].
    fn is_covered(&self) -> Result<bool, DesktopFault> {
        Ok(false)
    }

    /// What gets the desktop's own shortcuts for a window of this program. `notice` is called from a thread
    /// of its own.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`], [`DesktopFault::NotHere`].
    fn shortcuts(
        &self,
        _window: WindowNumber,
        _notice: GrabNotice,
    ) -> Result<Box<dyn ShortcutGrab>, DesktopFault> {
        Err(DesktopFault::NotHere(DesktopPart::Shortcuts))
    }

    /// A place in a window of this program where a picture is painted beside whatever draws the rest of it.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`], [`DesktopFault::NotHere`].
    fn picture_pane(&self, _window: WindowNumber) -> Result<Box<dyn PicturePane>, DesktopFault> {
        Err(DesktopFault::NotHere(DesktopPart::PicturePane))
    }

    /// The clipboard. What was on it before is never reported.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`], [`DesktopFault::NotHere`].
    fn clipboard(&self) -> Result<Box<dyn SystemClipboard>, DesktopFault> {
        Err(DesktopFault::NotHere(DesktopPart::Clipboard))
    }
}
