//! An injector that notes for the bar on the user's screen what it has injected.

use std::time::Instant;

use beistand_platform::{InjectError, InputInjector, Interrupt};
use beistand_session::{InputEvent, PointerButton};

use crate::features::MovedPointer;
use crate::features::activity::{ActivityRecord, Doing};

/// Who types moves the mouse as well, now and then.
const TYPING: Doing = Doing { word: "control-typing", weight: 3 };
const POINTING: Doing = Doing { word: "control-pointing", weight: 2 };
/// The helper's program has a say in it, so it hides nothing that acts.
pub(super) const NO_EFFECT: Doing = Doing { word: "control-no-effect", weight: 0 };

/// An injector, and where it notes each event that was injected.
pub(super) struct NotingInjector {
    injector: Box<dyn InputInjector>,
    activity: ActivityRecord,
    moved: MovedPointer,
}

impl NotingInjector {
    pub(super) fn new(
        injector: Box<dyn InputInjector>,
        activity: ActivityRecord,
        moved: MovedPointer,
    ) -> Self {
        Self { injector, activity, moved }
    }
}

impl InputInjector for NotingInjector {
    fn inject(&mut self, event: &InputEvent) -> Result<(), InjectError> {
        self.injector.inject(event)?;
        if let InputEvent::PointerMove { x, y } = event {
            self.moved.note((*x, *y));
        }
        if let Some(doing) = doing(event) {
            self.activity.note(doing, Instant::now());
        }
        Ok(())
    }

    fn release_all(&mut self) -> Result<(), InjectError> {
        self.injector.release_all()
    }

    fn interrupt(&self) -> Interrupt {
        self.injector.interrupt()
    }

    fn held_buttons(&self) -> Vec<PointerButton> {
        self.injector.held_buttons()
    }
}

/// What an event is to somebody who looks on.
fn doing(event: &InputEvent) -> Option<Doing> {
    match event {
        InputEvent::Key { .. } | InputEvent::Text(_) => Some(TYPING),
        InputEvent::PointerMove { .. } | InputEvent::Button { .. } | InputEvent::Wheel { .. } => {
            Some(POINTING)
        }
        // They press nothing; what they renew was noted when it was pressed.
        InputEvent::ButtonsHeld | InputEvent::KeysHeld | InputEvent::Mark(_) | InputEvent::GivenUp(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beistand_platform::fake::FakeInput;

    #[test]
    fn what_was_injected_is_noted_and_what_was_refused_is_not() {
        let (activity, input) = (ActivityRecord::default(), FakeInput::default());
        let moved = MovedPointer::default();
        let seen = moved.subscribe();
        let mut injector = NotingInjector::new(Box::new(input.injector()), activity.clone(), moved.clone());
        input.refuse(Some("not here"));
        let event = InputEvent::PointerMove { x: 1, y: 1 };
        assert!(injector.inject(&event).is_err());
        assert_eq!(activity.at(Instant::now()), None);
        assert_eq!(*seen.borrow(), None);
        input.refuse(None);
        injector.inject(&event).expect("not refused");
        assert_eq!(activity.at(Instant::now()), Some(POINTING.word));
        assert_eq!(*seen.borrow(), Some((1, 1)));
        let text = beistand_session::KeyText::try_from("a".to_owned()).expect("typable");
        injector.inject(&InputEvent::Text(text)).expect("not refused");
        assert_eq!(activity.at(Instant::now()), Some(TYPING.word));
    }
}
