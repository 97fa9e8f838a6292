//! The helper's mouse by Core Graphics' events: where it was put, what it holds, and how often it has been
//! clicked, which macOS leaves to whoever makes a click.

use std::time::{Duration, Instant};

use beistand_session::PointerButton;
use objc2_core_foundation::CGPoint;
use objc2_core_graphics::{CGEvent, CGEventField, CGEventFlags, CGEventSource, CGEventType, CGMouseButton};

use super::displays;
use super::input::{no_event, post};
use crate::InjectError;

/// How soon a second click makes a double one: as macOS has it where nothing else was chosen.
const CLICK_TIME: Duration = Duration::from_millis(500);

/// How far from the first one it may be, in points.
const CLICK_DISTANCE: f64 = 4.0;

/// The helper's mouse.
#[derive(Default)]
pub(super) struct MacMouse {
    held: Vec<PointerButton>,
    /// Where the pointer was put last, which a desktop may show a moment later.
    put: Option<(f64, f64)>,
    clicked: Option<LastClick>,
}

/// A press, to tell a double click by.
#[derive(Clone, Copy)]
struct LastClick {
    button: PointerButton,
    at: (f64, f64),
    when: Instant,
    /// The how manieth in a row.
    count: i64,
}

impl MacMouse {
    pub(super) fn put(&self) -> Option<(f64, f64)> {
        self.put
    }

    pub(super) fn held(&self) -> &[PointerButton] {
        &self.held
    }

    pub(super) fn holds(&self, button: PointerButton) -> bool {
        self.held.contains(&button)
    }

    /// # Errors
    /// [`InjectError::Refused`].
    pub(super) fn move_to(&mut self, source: &CGEventSource, x: f64, y: f64) -> Result<(), InjectError> {
        let (kind, button) = match self.held.last() {
            None => (CGEventType::MouseMoved, CGMouseButton::Left),
            Some(PointerButton::Left) => (CGEventType::LeftMouseDragged, CGMouseButton::Left),
            Some(PointerButton::Right) => (CGEventType::RightMouseDragged, CGMouseButton::Right),
            Some(button @ (PointerButton::Middle | PointerButton::Back | PointerButton::Forward)) => {
                (CGEventType::OtherMouseDragged, number(*button))
            }
        };
        let event = CGEvent::new_mouse_event(Some(source), kind, CGPoint { x, y }, button);
        let event = event.ok_or_else(no_event)?;
        post(&event);
        self.put = Some((x, y));
        Ok(())
    }

    /// # Errors
    /// [`InjectError::Refused`].
    pub(super) fn button(
        &mut self,
        source: &CGEventSource,
        button: PointerButton,
        pressed: bool,
        flags: CGEventFlags,
    ) -> Result<(), InjectError> {
        let at = self.put.or_else(displays::pointer).ok_or_else(no_event)?;
        let kind = match (button, pressed) {
            (PointerButton::Left, true) => CGEventType::LeftMouseDown,
            (PointerButton::Left, false) => CGEventType::LeftMouseUp,
            (PointerButton::Right, true) => CGEventType::RightMouseDown,
            (PointerButton::Right, false) => CGEventType::RightMouseUp,
            (PointerButton::Middle | PointerButton::Back | PointerButton::Forward, true) => {
                CGEventType::OtherMouseDown
            }
            (PointerButton::Middle | PointerButton::Back | PointerButton::Forward, false) => {
                CGEventType::OtherMouseUp
            }
        };
        let count = self.count(button, pressed, at);
        let point = CGPoint { x: at.0, y: at.1 };
        let event =
            CGEvent::new_mouse_event(Some(source), kind, point, number(button)).ok_or_else(no_event)?;
        CGEvent::set_integer_value_field(Some(&event), CGEventField::MouseEventClickState, count);
        CGEvent::set_flags(Some(&event), flags);
        post(&event);
        self.held.retain(|held| *held != button);
        if pressed {
            self.held.push(button);
        }
        Ok(())
    }

    /// How many clicks this press, or the release that belongs to it, makes in a row.
    fn count(&mut self, button: PointerButton, pressed: bool, at: (f64, f64)) -> i64 {
        let last = self.clicked.filter(|last| last.button == button);
        if !pressed {
            return last.map_or(1, |last| last.count);
        }
        let goes_on = |last: &LastClick| {
            last.when.elapsed() < CLICK_TIME
                && (last.at.0 - at.0).abs() <= CLICK_DISTANCE
                && (last.at.1 - at.1).abs() <= CLICK_DISTANCE
        };
        let count = last.filter(goes_on).map_or(1, |last| last.count + 1);
        self.clicked = Some(LastClick { button, at, when: Instant::now(), count });
        count
    }
}

fn number(button: PointerButton) -> CGMouseButton {
    match button {
        PointerButton::Left => CGMouseButton::Left,
        PointerButton::Right => CGMouseButton::Right,
        PointerButton::Middle => CGMouseButton::Center,
        PointerButton::Back => CGMouseButton(3),
        PointerButton::Forward => CGMouseButton(4),
    }
}
