//! What the technician is doing now: what was injected last, and when.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use beistand_platform::{InjectError, InputInjector, Interrupt};
use beistand_session::{InputEvent, PointerButton};

/// How long after the last key or movement it counts as going on: a person who types pauses between words.
const GOES_ON: Duration = Duration::from_secs(2);

/// What the technician does with the user's mouse and keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InputActivity {
    Resting,
    Pointing,
    Typing,
}

/// What was injected last. Clones are one record.
#[derive(Debug, Clone, Default)]
pub(crate) struct ActivityRecord {
    last: Arc<Mutex<LastInput>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct LastInput {
    typed: Option<Instant>,
    pointed: Option<Instant>,
}

impl ActivityRecord {
    /// What goes on at `now`. Who types moves the mouse as well, now and then.
    pub(crate) fn at(&self, now: Instant) -> InputActivity {
        let LastInput { typed, pointed } = *self.lock();
        let goes_on =
            |last: Option<Instant>| last.is_some_and(|last| now.saturating_duration_since(last) < GOES_ON);
        if goes_on(typed) {
            InputActivity::Typing
        } else if goes_on(pointed) {
            InputActivity::Pointing
        } else {
            InputActivity::Resting
        }
    }

    /// `injector`, with a note of each event that it has injected.
    pub(crate) fn noting(&self, injector: Box<dyn InputInjector>) -> Box<dyn InputInjector> {
        Box::new(NotingInjector { injector, activity: self.clone() })
    }

    fn note(&self, event: &InputEvent, now: Instant) {
        match event {
            InputEvent::Key { .. } | InputEvent::Text(_) => self.lock().typed = Some(now),
            InputEvent::PointerMove { .. } | InputEvent::Button { .. } | InputEvent::Wheel { .. } => {
                self.lock().pointed = Some(now);
            }
            // They press nothing; what they renew was noted when it was pressed.
            InputEvent::ButtonsHeld | InputEvent::KeysHeld => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, LastInput> {
        // Nothing panics while it is held.
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An injector that notes what it has injected.
struct NotingInjector {
    injector: Box<dyn InputInjector>,
    activity: ActivityRecord,
}

impl InputInjector for NotingInjector {
    fn inject(&mut self, event: &InputEvent) -> Result<(), InjectError> {
        self.injector.inject(event)?;
        self.activity.note(event, Instant::now());
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

#[cfg(test)]
mod tests {
    use super::*;
    use beistand_platform::fake::FakeInput;

    #[test]
    fn typing_is_shown_before_moving_and_both_for_a_while() {
        let activity = ActivityRecord::default();
        let start = Instant::now();
        assert_eq!(activity.at(start), InputActivity::Resting);
        activity.note(&InputEvent::PointerMove { x: 1, y: 1 }, start);
        assert_eq!(activity.at(start), InputActivity::Pointing);
        let text = beistand_session::KeyText::try_from("a".to_owned()).expect("typable");
        activity.note(&InputEvent::Text(text), start);
        assert_eq!(activity.at(start + GOES_ON / 2), InputActivity::Typing);
        assert_eq!(activity.at(start + GOES_ON), InputActivity::Resting);
    }

    #[test]
    fn what_was_refused_is_no_activity() {
        let (activity, input) = (ActivityRecord::default(), FakeInput::default());
        let mut injector = activity.noting(Box::new(input.injector()));
        input.refuse(Some("not here"));
        let event = InputEvent::PointerMove { x: 1, y: 1 };
        assert!(injector.inject(&event).is_err());
        assert_eq!(activity.at(Instant::now()), InputActivity::Resting);
        input.refuse(None);
        injector.inject(&event).expect("not refused");
        assert_eq!(activity.at(Instant::now()), InputActivity::Pointing);
    }
}
