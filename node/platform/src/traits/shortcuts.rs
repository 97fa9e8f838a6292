//! The shortcuts that the technician's own desktop keeps for itself.

/// Which window of this program, as its window system numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowNumber {
    /// A window of an X11 server.
    X11(u32),
    /// A window of any other system, such as Wayland.
    Foreign,
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
/// [`UNTOUCHED_TIME`], and from the moment on at which this is dropped or its program dies.
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
