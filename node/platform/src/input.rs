//! Acting as a mouse and keyboard.
//!
//! What it does: picks an [`InputInjector`] for this machine. What it does not do: decide whether it may act.

pub use crate::fake::{FakeInjector, FakeInput};
pub use crate::x11::X11Injector;

use crate::hotkey::Combination;
use crate::{InjectError, InputInjector};

/// Opens the user's mouse and keyboard, with the default panic hotkey refused.
///
/// # Errors
/// [`InjectError::Unavailable`], which says why and what to do.
pub fn open() -> Result<Box<dyn InputInjector>, InjectError> {
    Ok(Box::new(X11Injector::open(Combination::PANIC)?))
}
