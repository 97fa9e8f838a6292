//! The button that ends a session. Where that costs something it asks once, by another label, and the same
//! button's next press ends it: nobody has to find another one.
//!
//! It knows no panel: what would be lost is passed in. The emergency key and the bar that shows the session
//! end at once.

use std::time::{Duration, Instant};

use beistand_node::words::{Phrase, Words};
use egui::{Response, Sense, Ui, Vec2};

use super::widgets::{ButtonLook, sized_button_ui};

/// How long the question waits for its second press.
const ASK_TIME: Duration = Duration::from_secs(8);

/// How soon a press can be the second one: a double click is one wish.
const SECOND_PRESS: Duration = Duration::from_millis(500);

/// Whether the end was wished for, and costs something.
#[derive(Debug, Clone, Copy, Default)]
pub struct EndQuestion {
    asked: Option<Instant>,
}

impl EndQuestion {
    /// Whether it is being asked at `now`.
    pub fn is_open(&self, now: Instant) -> bool {
        self.asked.is_some_and(|asked| now.saturating_duration_since(asked) < ASK_TIME)
    }

    /// A press at `now`, where the end costs something or not. Whether it ends the session.
    pub fn press(&mut self, costs: bool, now: Instant) -> bool {
        let asked = self.asked.filter(|_| self.is_open(now));
        let confirmed = asked.is_some_and(|asked| now.saturating_duration_since(asked) >= SECOND_PRESS);
        if costs && asked.is_none() {
            self.asked = Some(now);
        }
        !costs || confirmed
    }
}

/// Draws the button. Whether the session is to end.
pub fn end_button_ui(
    ui: &mut Ui,
    question: &mut EndQuestion,
    lost: Option<&Phrase>,
    (label, size): (&str, Vec2),
    (words, now): (&Words, Instant),
) -> bool {
    let asking = lost.filter(|_| question.is_open(now));
    let label = if asking.is_some() { words.text("page-end-anyway") } else { words.text(label) };
    let mut button: Response = sized_button_ui(ui, ButtonLook::Danger, &label, size, Sense::click());
    if let Some(lost) = asking {
        button = button.on_hover_text(words.say(lost));
        ui.request_repaint_after(ASK_TIME);
    }
    button.clicked() && question.press(lost.is_some(), now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_that_costs_nothing_is_one_at_once() {
        let mut question = EndQuestion::default();
        assert!(question.press(false, Instant::now()));
        assert!(!question.is_open(Instant::now()));
    }

    #[test]
    fn an_end_that_costs_something_takes_a_second_press_that_is_no_double_click() {
        let (mut question, now) = (EndQuestion::default(), Instant::now());
        assert!(!question.press(true, now));
        assert!(question.is_open(now));
        assert!(!question.press(true, now + SECOND_PRESS / 2), "a double click");
        assert!(question.press(true, now + SECOND_PRESS));
        let mut late = EndQuestion::default();
        assert!(!late.press(true, now));
        assert!(!late.press(true, now + ASK_TIME), "it is asked again");
        assert!(late.press(true, now + ASK_TIME + SECOND_PRESS));
    }
}
