//! What a press and a release on the bar come to.
//!
//! End and Pause take something away, so anybody may press them: the user's assistive programs too, and a
//! helper who could end the session anyway. Going on gives something back: it takes a press and a release by
//! one physical device, on a button that had already said so for a while, so that nobody hits it who was
//! about to press Pause. Only a physical device moves the bar.

use std::time::{Duration, Instant};

use x11rb::protocol::xinput::DeviceId;

use super::drawing::BarButton;
use crate::{IndicatorFlow, IndicatorPress};

/// How long the button must have said "Go on": as long as a hand needs to stop on its way to Pause.
const ARMED_AFTER: Duration = Duration::from_secs(1);

/// What was hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BarTarget {
    Button(BarButton),
    /// Anything else: the bar can be moved by it.
    Handle,
}

/// The device behind an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PressingDevice {
    pub(super) id: DeviceId,
    pub(super) physical: bool,
}

/// What the bar shows, and since when.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShownFlow {
    pub(super) flow: IndicatorFlow,
    pub(super) since: Instant,
}

/// Remembers a press until its release.
#[derive(Debug, Default)]
pub(super) struct ClickJudge {
    pressed: Option<BarPress>,
}

#[derive(Debug, Clone, Copy)]
struct BarPress {
    target: BarTarget,
    device: PressingDevice,
    /// What the click comes to where it is released on the same button.
    meaning: Option<IndicatorPress>,
}

impl ClickJudge {
    /// The main button went down; whether the bar is moved now.
    pub(super) fn press(
        &mut self,
        target: BarTarget,
        device: PressingDevice,
        shown: ShownFlow,
        now: Instant,
    ) -> bool {
        let armed = now.saturating_duration_since(shown.since) >= ARMED_AFTER;
        let meaning = match (target, shown.flow) {
            (BarTarget::Button(BarButton::End), _) => Some(IndicatorPress::End),
            (BarTarget::Button(BarButton::Flow), IndicatorFlow::Running) => Some(IndicatorPress::Pause),
            (BarTarget::Button(BarButton::Flow), IndicatorFlow::Paused) => {
                (armed && device.physical).then_some(IndicatorPress::GoOn)
            }
            (BarTarget::Handle, _) => None,
        };
        self.pressed = Some(BarPress { target, device, meaning });
        target == BarTarget::Handle && device.physical
    }

    /// It went up; what that comes to.
    pub(super) fn release(
        &mut self,
        target: BarTarget,
        device: PressingDevice,
        shown: ShownFlow,
    ) -> Option<IndicatorPress> {
        let press = self.pressed.take()?;
        let meaning = press.meaning.filter(|_| press.target == target)?;
        let same_hand = press.device == device && device.physical && shown.flow == IndicatorFlow::Paused;
        match meaning {
            IndicatorPress::End | IndicatorPress::Pause => Some(meaning),
            IndicatorPress::GoOn => same_hand.then_some(meaning),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HAND: PressingDevice = PressingDevice { id: 6, physical: true };
    const OTHER_HAND: PressingDevice = PressingDevice { id: 9, physical: true };
    const PROGRAM: PressingDevice = PressingDevice { id: 4, physical: false };
    const FLOW: BarTarget = BarTarget::Button(BarButton::Flow);
    const END: BarTarget = BarTarget::Button(BarButton::End);

    fn click(
        (press, down): (BarTarget, PressingDevice),
        (release, up): (BarTarget, PressingDevice),
        flow: IndicatorFlow,
        shown_for: Duration,
    ) -> Option<IndicatorPress> {
        let since = Instant::now();
        let shown = ShownFlow { flow, since };
        let mut clicks = ClickJudge::default();
        clicks.press(press, down, shown, since + shown_for);
        clicks.release(release, up, shown)
    }

    #[test]
    fn going_on_takes_one_hand_on_a_button_that_said_so() {
        let paused = IndicatorFlow::Paused;
        let go_on = |down, up, shown_for| click((FLOW, down), (FLOW, up), paused, shown_for);
        assert_eq!(go_on(HAND, HAND, ARMED_AFTER), Some(IndicatorPress::GoOn));
        for (down, up) in [(PROGRAM, PROGRAM), (HAND, PROGRAM), (PROGRAM, HAND), (HAND, OTHER_HAND)] {
            assert_eq!(go_on(down, up, ARMED_AFTER), None, "{down:?} {up:?}");
        }
        // It was Pause a moment ago.
        assert_eq!(go_on(HAND, HAND, ARMED_AFTER / 2), None);
    }

    #[test]
    fn what_takes_something_away_anybody_may_press() {
        for device in [HAND, PROGRAM] {
            for flow in [IndicatorFlow::Running, IndicatorFlow::Paused] {
                let end = click((END, device), (END, device), flow, Duration::ZERO);
                assert_eq!(end, Some(IndicatorPress::End));
            }
            let pause = click((FLOW, device), (FLOW, device), IndicatorFlow::Running, Duration::ZERO);
            assert_eq!(pause, Some(IndicatorPress::Pause));
        }
    }

    #[test]
    fn a_press_that_is_released_elsewhere_is_no_click() {
        for target in [FLOW, BarTarget::Handle] {
            assert_eq!(click((END, HAND), (target, HAND), IndicatorFlow::Running, ARMED_AFTER), None);
        }
        assert_eq!(click((BarTarget::Handle, HAND), (END, HAND), IndicatorFlow::Running, ARMED_AFTER), None);
        let shown = ShownFlow { flow: IndicatorFlow::Paused, since: Instant::now() };
        assert_eq!(ClickJudge::default().release(FLOW, HAND, shown), None, "a release alone");
    }

    #[test]
    fn a_pause_that_came_between_press_and_release_is_not_undone_by_it() {
        let since = Instant::now();
        let running = ShownFlow { flow: IndicatorFlow::Running, since };
        let paused = ShownFlow { flow: IndicatorFlow::Paused, since };
        let mut clicks = ClickJudge::default();
        clicks.press(FLOW, HAND, running, since + ARMED_AFTER);
        assert_eq!(clicks.release(FLOW, HAND, paused), Some(IndicatorPress::Pause));
    }

    #[test]
    fn only_a_hand_moves_the_bar() {
        let shown = ShownFlow { flow: IndicatorFlow::Running, since: Instant::now() };
        let mut clicks = ClickJudge::default();
        assert!(clicks.press(BarTarget::Handle, HAND, shown, shown.since));
        assert!(!clicks.press(BarTarget::Handle, PROGRAM, shown, shown.since));
        assert!(!clicks.press(END, HAND, shown, shown.since));
    }
}
