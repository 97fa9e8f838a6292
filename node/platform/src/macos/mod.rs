//! macOS: it is checked that this program would compile there, and no more. Its desktop isn't shared yet.

#[path = "../absent/harden.rs"]
pub mod harden;
#[path = "../absent/path.rs"]
mod path;
#[path = "../absent/private_file.rs"]
pub mod private_file;
#[path = "../absent/seat.rs"]
mod seat;
#[path = "../absent/terminal.rs"]
pub mod terminal;
#[path = "../absent/tty.rs"]
pub(crate) mod tty;

use std::sync::Arc;

pub(crate) use self::path::path_of_bytes;
pub use self::seat::DesktopSeat;

use beistand_session::PermissionSet;

use crate::desktop::{InputMethod, SystemDesktop};
use crate::facts::MachineFacts;
use crate::{Desktop, DesktopFault, DesktopPart};

/// What tells what this machine is, where nothing is read for that.
pub const MACHINE_FACTS: Option<fn() -> MachineFacts> = None;

/// What features may be offered on this system, by the permissions that they need. Nothing is there yet.
pub fn offered() -> PermissionSet {
    PermissionSet::NONE
}

/// Opens the desktop that this program was started from.
///
/// # Errors
/// [`DesktopFault::NotHere`].
pub(crate) fn open_desktop(
    desktop: SystemDesktop,
    _input: InputMethod,
    _seat: &DesktopSeat,
) -> Result<Arc<dyn Desktop>, DesktopFault> {
    match desktop {
        SystemDesktop::Auto | SystemDesktop::Wayland | SystemDesktop::X11 | SystemDesktop::Scrap => {
            Err(DesktopFault::NotHere(DesktopPart::Whole))
        }
    }
}
