//! What of this crate Linux alone has, beside the desktops of [`crate::x11`] and [`crate::wayland`].

mod display_kind;
pub mod harden;
#[path = "../absent/own_task.rs"]
mod own_task;
pub mod private_file;
#[path = "../absent/settings_page.rs"]
pub mod settings_page;
pub mod terminal;
pub(crate) mod tty;

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use beistand_session::{Permission, PermissionSet};

use self::display_kind::DisplayKind;
pub(crate) use self::own_task::do_own_task;
use crate::desktop::{InputMethod, SystemDesktop};
use crate::facts::MachineFacts;
pub use crate::wayland::DesktopSeat;
use crate::wayland::WaylandDesktop;
use crate::x11::{ScreenMethod, X11Desktop};
use crate::{Desktop, DesktopFault};

/// What tells what this machine is, where nothing is read for that.
pub const MACHINE_FACTS: Option<fn() -> MachineFacts> = None;

/// What features may be offered on this system, by the permissions that they need. Nothing is missing.
pub fn offered() -> PermissionSet {
    Permission::ALL.into_iter().fold(PermissionSet::NONE, PermissionSet::with)
}

/// The path of these bytes, as the system has it.
pub(crate) fn path_of_bytes(bytes: Vec<u8>) -> PathBuf {
    OsString::from_vec(bytes).into()
}

/// Opens the desktop that this program was started from.
///
/// # Errors
/// [`DesktopFault::Unavailable`] where there is none.
pub(crate) fn open_desktop(
    desktop: SystemDesktop,
    input: InputMethod,
    seat: &DesktopSeat,
) -> Result<Arc<dyn Desktop>, DesktopFault> {
    let wayland = || Ok(Arc::new(WaylandDesktop::at(seat)) as Arc<dyn Desktop>);
    let method = match desktop {
        SystemDesktop::Auto if DisplayKind::of_this_program() == DisplayKind::Wayland => return wayland(),
        SystemDesktop::Wayland => return wayland(),
        SystemDesktop::Auto | SystemDesktop::X11 => ScreenMethod::Damage,
        SystemDesktop::Scrap => ScreenMethod::Scrap,
    };
    Ok(Arc::new(X11Desktop::open(method)?.with_input(input)))
}
