//! The shortcuts that the technician's own desktop keeps for itself.

use std::num::NonZeroUsize;

use raw_window_handle::{HasDisplayHandle, HasWindowHandle, RawDisplayHandle, RawWindowHandle};

/// Which window of this program, as its window system numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowNumber {
    /// A window of an X11 server.
    X11(u32),
    /// A window of a Wayland desktop.
    Wayland(WaylandWindow),
    /// A window of any other system.
    Foreign,
}

/// A window of a Wayland desktop, which numbers none: where in memory its surface is, and the connection to
/// which that belongs. It can't be made but from a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaylandWindow {
    /// `wl_display`.
    pub(crate) display: NonZeroUsize,
    /// `wl_surface`.
    pub(crate) surface: NonZeroUsize,
}

impl WindowNumber {
    /// That of this window. Whatever is opened with it has to be dropped before the window's event loop.
    pub fn of(window: &(impl HasWindowHandle + HasDisplayHandle)) -> Self {
        let display = window.display_handle().map(|handle| handle.as_raw());
        match (window.window_handle().map(|handle| handle.as_raw()), display) {
            (Ok(RawWindowHandle::Xlib(handle)), _) => {
                u32::try_from(handle.window).map_or(Self::Foreign, Self::X11)
            }
            (Ok(RawWindowHandle::Xcb(handle)), _) => Self::X11(handle.window.get()),
            (Ok(RawWindowHandle::Wayland(window)), Ok(RawDisplayHandle::Wayland(display))) => {
                let (display, surface) =
                    (display.display.expose_provenance(), window.surface.expose_provenance());
                Self::Wayland(WaylandWindow { display, surface })
            }
            (Ok(_) | Err(_), _) => Self::Foreign,
        }
    }
}

/// Who has the keyboard with all its shortcuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GrabState {
    /// The desktop, as always.
    #[default]
    Free,
    /// The window.
    Held,
    /// It is wanted, but another program has it.
    Taken,
    /// The desktop is gone.
    Lost,
}

/// Is called, from a thread of its own, when the state changes.
pub type GrabNotice = Box<dyn Fn(GrabState) + Send>;

/// Gets the keyboard with all its shortcuts for one window, and gives it back. The window still gets its
/// keys as from the desktop, those for which the desktop would do something itself as well.
///
/// Whatever is wanted, the desktop has its keyboard while another window has the focus, when the window does
/// not come to what it got within [`GRAB_ANSWER_TIME`], when nobody has touched mouse and keyboard for
/// [`UNTOUCHED_TIME`], and from the moment on at which this is dropped or its program dies. A Wayland desktop
/// keeps its keyboard and only leaves its shortcuts out, so that neither time is needed there: it locks its
/// screen at any time, and has a way of its own to get them back.
pub trait ShortcutGrab: Send {
    /// The window wants it from now on, or no longer does. Does not wait.
    fn want(&self, wanted: bool);

    /// The window has come round to what it got. To be called often; it costs nothing.
    fn answered(&self);

    /// How it stands.
    fn state(&self) -> GrabState;
}

/// The longest wait for a window to come to a key that it got: a keyboard that does nothing for a second
/// seems broken, and drawing a large picture takes less.
pub const GRAB_ANSWER_TIME: std::time::Duration = std::time::Duration::from_secs(1);

/// For how long nobody may have touched anything: programs that lock the screen can't while another one has
/// the keyboard, and the shortest time that they can be set to is a minute.
pub const UNTOUCHED_TIME: std::time::Duration = std::time::Duration::from_secs(50);
