//! Which desktop a run uses: the one place that chooses.

use std::sync::Arc;

use crate::fake::FakeDesktop;
use crate::x11::{InputMethod, ScreenMethod, X11Desktop};
use crate::{Desktop, DesktopFault};

/// Which desktop to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DesktopChoice {
    /// The one that this program was started from, captured in its own way.
    #[default]
    Auto,
    /// An X11 server, captured with MIT-SHM and DAMAGE or not at all.
    X11,
    /// An X11 server, captured with the crate `scrap`: MIT-SHM alone; whole pictures, no pointer.
    Scrap,
    /// A desktop that exists only in memory, for tests and demonstrations without one.
    Fake,
}

/// Opens the desktop, with input injected as said where it has a choice; its parts are opened when they are
/// needed.
///
/// # Errors
/// [`DesktopFault::Unavailable`] where the program was started outside of any desktop.
pub fn open(choice: DesktopChoice, input: InputMethod) -> Result<Arc<dyn Desktop>, DesktopFault> {
    Ok(match choice {
        DesktopChoice::Auto | DesktopChoice::X11 => {
            Arc::new(X11Desktop::open(ScreenMethod::Damage)?.with_input(input))
        }
        DesktopChoice::Scrap => Arc::new(X11Desktop::open(ScreenMethod::Scrap)?.with_input(input)),
        DesktopChoice::Fake => Arc::new(FakeDesktop::default()),
    })
}
