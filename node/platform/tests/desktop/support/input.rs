//! Input as a session hands it to an injector, and what became of it.

use beistand_platform::InjectError;
use beistand_session::{InputEvent, PhysicalKey, PointerButton};

/// A key goes down or up, by its W3C name.
pub fn key(name: &str, pressed: bool) -> InputEvent {
    InputEvent::Key { key: PhysicalKey::from_name(name).expect("in the table"), pressed, text: None }
}

/// A mouse button goes down or up.
pub fn button(button: PointerButton, pressed: bool) -> InputEvent {
    InputEvent::Button { button, pressed }
}

/// Whether the injector would not do it.
pub fn refused(injected: Result<(), InjectError>) -> bool {
    matches!(injected, Err(InjectError::Refused(_) | InjectError::OwnWindow))
}
