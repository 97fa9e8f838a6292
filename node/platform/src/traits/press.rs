//! Where a press of a button came from.

/// Who pressed the mouse button last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A device that is plugged into this machine.
    Physical,
    /// A program: XTEST, or what else the platform marks as injected.
    Injected,
    /// The platform can't tell, or nothing was pressed yet.
    Unknown,
}

/// Tells a hand at this machine from an injected event, for the dialogs in which the user consents.
pub trait PressOrigin: Send {
    /// Where the newest button press came from. Includes every press that happened before the call.
    fn last_button_press(&mut self) -> Origin;
}

/// A desktop that can't tell.
#[derive(Debug, Clone, Copy)]
pub struct UnknownOrigin;

impl PressOrigin for UnknownOrigin {
    fn last_button_press(&mut self) -> Origin {
        Origin::Unknown
    }
}
