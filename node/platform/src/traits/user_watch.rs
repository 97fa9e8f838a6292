//! The user at this machine, seen from below all windows: their own hand, the key combination with which they
//! stop everything, and whether they see this screen at all.

/// A watch over the user; it ends when this is dropped, and tells nothing after that.
pub trait UserWatch: Send {}

/// What a watch tells, on a thread of its own. What hears it must not wait.
pub type UserSignReceiver = Box<dyn FnMut(UserSign) + Send>;

/// What the user does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserSign {
    /// Their hand uses a device that is plugged into this machine. Told at least once per 100 ms for as long
    /// as it does, and at once where it has rested for longer.
    Hand,
    /// Their hand has pressed [`KeyCombination::PANIC`](super::KeyCombination::PANIC), whatever else is held
    /// and whichever program has grabbed the keyboard.
    Panic,
    /// They have ended all by the desktop's own sign, or it has ended for them.
    Stopped,
    /// Their monitor shows something else than this screen: another console, another user's session.
    Away,
    /// They can't be watched any more; the last sign of all.
    Unwatched,
}
