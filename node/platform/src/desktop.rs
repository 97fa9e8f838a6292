//! Which desktop a run uses: the one place that chooses.

use std::sync::Arc;

use crate::fake::FakeDesktop;
use crate::{Desktop, DesktopFault, system};

pub use crate::system::DesktopSeat;

/// Which desktop to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DesktopChoice {
    /// The one that this program was started from, captured in its own way.
    #[default]
    Auto,
    /// A Wayland desktop, by its portal.
    Wayland,
    /// An X11 server, captured with MIT-SHM and DAMAGE or not at all.
    X11,
    /// An X11 server, captured with the crate `scrap`: MIT-SHM alone; whole pictures, no pointer.
    Scrap,
    /// A desktop that exists only in memory, for tests and demonstrations without one.
    Fake,
}

/// The same without what needs no system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SystemDesktop {
    /// As [`DesktopChoice::Auto`].
    Auto,
    /// As [`DesktopChoice::Wayland`].
    Wayland,
    /// As [`DesktopChoice::X11`].
    X11,
    /// As [`DesktopChoice::Scrap`].
    Scrap,
}

/// How input is injected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InputMethod {
    /// By our own injector, where the system has one.
    #[default]
    Own,
    /// By the crate `enigo`.
    Enigo,
}

/// Opens the desktop, with input injected as said where it has a choice; its parts are opened when they are
/// needed. Where the desktop itself asks the user, what it allows belongs to `seat`.
///
/// # Errors
/// [`DesktopFault::Unavailable`] where the program was started outside of any desktop,
/// [`DesktopFault::NotHere`] where this system has none of that kind.
pub fn open(
    choice: DesktopChoice,
    input: InputMethod,
    seat: &DesktopSeat,
) -> Result<Arc<dyn Desktop>, DesktopFault> {
    match choice {
        DesktopChoice::Wayland => system::open_desktop(SystemDesktop::Wayland, input, seat),
        DesktopChoice::Auto => system::open_desktop(SystemDesktop::Auto, input, seat),
        DesktopChoice::X11 => system::open_desktop(SystemDesktop::X11, input, seat),
        DesktopChoice::Scrap => system::open_desktop(SystemDesktop::Scrap, input, seat),
        DesktopChoice::Fake => Ok(Arc::new(FakeDesktop::default())),
    }
}
