//! Whether the host's pointer is where the technician pointed last: a click lands where they see it land, or
//! nowhere.
//!
//! A move can be kept out while the press that follows it is not: a question closes between both. It moves
//! nothing itself and knows no place.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use beistand_session::InputEvent;

/// How the aim stands. Clones are one: moves are kept out in front of the thread that injects, and in it.
#[derive(Debug, Clone, Default)]
pub(super) struct PointerAim {
    missed: Arc<AtomicBool>,
}

impl PointerAim {
    /// The event had its effect, or had none.
    pub(super) fn note(&self, event: &InputEvent, is_done: bool) {
        if matches!(event, InputEvent::PointerMove { .. }) {
            self.missed.store(!is_done, Ordering::Release);
        }
    }

    /// Nobody knows what had an effect: moves may have been among it.
    pub(super) fn miss(&self) {
        self.missed.store(true, Ordering::Release);
    }

    /// Whether the event would act at another place than was pointed at. What goes up does so anywhere.
    pub(super) fn spoils(&self, event: &InputEvent) -> bool {
        let acts_at_pointer =
            matches!(event, InputEvent::Button { pressed: true, .. } | InputEvent::Wheel { .. });
        acts_at_pointer && self.missed.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beistand_session::PointerButton;

    #[test]
    fn what_acts_at_the_pointer_waits_for_a_move_that_arrived_and_a_release_does_not() {
        let aim = PointerAim::default();
        let place = InputEvent::PointerMove { x: 1, y: 2 };
        let [press, release] =
            [true, false].map(|pressed| InputEvent::Button { button: PointerButton::Left, pressed });
        let wheel = InputEvent::Wheel { dx: 0, dy: 120 };
        assert!(!aim.spoils(&press), "who never moved it presses where it is");
        aim.note(&place, false);
        aim.note(&press, true);
        assert!(aim.spoils(&press) && aim.spoils(&wheel) && !aim.spoils(&release));
        aim.note(&place, true);
        assert!(!aim.spoils(&press));
        aim.miss();
        assert!(aim.spoils(&wheel));
    }
}
