//! Which desktop a run uses: the one place that chooses.

use std::sync::Arc;

use crate::fake::FakeDesktop;
pub use crate::wayland::DesktopSeat;
use crate::x11::{InputMethod, ScreenMethod, X11Desktop};
use crate::{Desktop, DesktopFault};

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

/// Opens the desktop, with input injected as said where it has a choice; its parts are opened when they are
/// needed. Where the desktop itself asks the user, what it allows belongs to `seat`.
///
/// # Errors
/// [`DesktopFault::Unavailable`] where the program was started outside of any desktop.
pub fn open(
    choice: DesktopChoice,
    input: InputMethod,
    seat: &DesktopSeat,
) -> Result<Arc<dyn Desktop>, DesktopFault> {
    Ok(match choice {
        DesktopChoice::Auto if DisplayKind::of_this_program() == DisplayKind::Wayland => wayland(seat)?,
        DesktopChoice::Wayland => wayland(seat)?,
        DesktopChoice::Auto | DesktopChoice::X11 => {
            Arc::new(X11Desktop::open(ScreenMethod::Damage)?.with_input(input))
        }
        DesktopChoice::Scrap => Arc::new(X11Desktop::open(ScreenMethod::Scrap)?.with_input(input)),
        DesktopChoice::Fake => Arc::new(FakeDesktop::default()),
    })
}

#[cfg(target_os = "linux")]
fn wayland(seat: &DesktopSeat) -> Result<Arc<dyn Desktop>, DesktopFault> {
    Ok(Arc::new(crate::wayland::WaylandDesktop::at(seat)))
}

#[cfg(not(target_os = "linux"))]
fn wayland(_seat: &DesktopSeat) -> Result<Arc<dyn Desktop>, DesktopFault> {
    Err(DesktopFault::NotHere(crate::DesktopPart::Whole))
}

/// On what kind of desktop a program was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DisplayKind {
    /// Windows are Wayland's; there may be an X server for those of old programs.
    Wayland,
    /// An X server, or nothing.
    X11,
}

impl DisplayKind {
    fn of_this_program() -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let session = std::env::var("XDG_SESSION_TYPE").unwrap_or_default();
        Self::of(set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET"), set("DISPLAY"), &session)
    }

    /// The kind of session alone says nothing where a display is named: within a session of either kind a
    /// program can be started on a screen of the other.
    fn of(wayland: bool, x11: bool, session: &str) -> Self {
        if wayland || (!x11 && session == "wayland") { Self::Wayland } else { Self::X11 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wayland_desktop_is_known_by_its_display_and_else_by_the_kind_of_session() {
        for (wayland, x11, session, expected) in [
            (true, true, "wayland", DisplayKind::Wayland),
            (true, false, "", DisplayKind::Wayland),
            (false, false, "wayland", DisplayKind::Wayland),
            (false, true, "wayland", DisplayKind::X11),
            (false, true, "x11", DisplayKind::X11),
            (false, false, "tty", DisplayKind::X11),
        ] {
            assert_eq!(DisplayKind::of(wayland, x11, session), expected, "{wayland} {x11} {session}");
        }
    }
}
