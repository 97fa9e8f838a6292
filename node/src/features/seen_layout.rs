//! Which part of the desktop the helper sees at the moment, so that a place in their picture can be found on
//! the desktop.
//!
//! What is captured is not what is seen: pictures are on their way meanwhile. A place is one of the last
//! picture that the helper's program said it has shown. That program may say whatever it likes, or nothing:
//! it finds no place that the user does not share any more.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beistand_platform::{DesktopArea, ScreenLayout};
use tokio::sync::watch;

/// Layouts that were captured and not shown yet: as many pictures are on their way, and one that is made. Of
/// more the oldest are passed over.
const MAX_WAITING: usize = 4;

/// What was captured and shown of the desktop. Clones are one record.
#[derive(Debug, Clone, Default)]
pub(crate) struct SeenLayout {
    state: Arc<Mutex<SeenState>>,
    /// Rises when the user may share something else.
    changes: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct SeenState {
    /// The last picture that was shown.
    shown: Option<u64>,
    now: Option<ScreenLayout>,
    /// What the user shares, whether or not a picture of it has been shown.
    newest: Option<ScreenLayout>,
    /// From which picture on which layout is seen.
    waiting: VecDeque<(u64, ScreenLayout)>,
}

impl SeenState {
    fn advance(&mut self) {
        while self.waiting.front().is_some_and(|(from, _)| Some(*from) <= self.shown) {
            self.now = self.waiting.pop_front().map(|(_, layout)| layout);
        }
    }
}

impl SeenLayout {
    /// The desktop was laid out like this in the picture of this number and is from there on; `None` where
    /// there has been no picture yet.
    pub(crate) fn captured(&self, picture: Option<u64>, layout: ScreenLayout) {
        let mut state = self.lock();
        self.note(&mut state, &layout);
        match picture {
            Some(picture) => state.waiting.push_back((picture, layout)),
            None => state.now = Some(layout),
        }
        if state.waiting.len() > MAX_WAITING {
            state.waiting.pop_front();
        }
        state.advance();
    }

    /// The user shares what this layout shares, though nothing has been captured like that.
    pub(crate) fn choose(&self, layout: ScreenLayout) {
        self.note(&mut self.lock(), &layout);
    }

    /// The helper sees the picture of this number.
    pub(crate) fn shown(&self, picture: u64) {
        let mut state = self.lock();
        state.shown = state.shown.max(Some(picture));
        state.advance();
    }

    /// The place on the desktop of this pixel of the picture; `None` where nothing is shown, or nothing that
    /// the user still shares, and so nothing can be pointed at.
    pub(crate) fn on_desktop(&self, pixel: (u16, u16)) -> Option<(u16, u16)> {
        let state = self.lock();
        let place = match &state.now {
            Some(layout) => layout.desktop_position(pixel)?,
            None => pixel,
        };
        state.newest.as_ref().is_none_or(|newest| newest.is_shared(place)).then_some(place)
    }

    fn note(&self, state: &mut SeenState, layout: &ScreenLayout) {
        if state.newest.as_ref() != Some(layout) {
            state.newest = Some(layout.clone());
            self.changes.send_modify(|count| *count += 1);
        }
    }

    /// Where on the desktop something is that the user doesn't share.
    pub(crate) fn unshared(&self) -> Vec<DesktopArea> {
        self.lock().newest.as_ref().map(ScreenLayout::unshared).unwrap_or_default()
    }

    /// Hears when the user may share something else.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// The pixel of the picture in which this place of the desktop is seen; `None` where it isn't, or is not
    /// shared any more.
    pub(crate) fn in_picture(&self, place: (u16, u16)) -> Option<(u16, u16)> {
        let state = self.lock();
        let shared = state.newest.as_ref().is_none_or(|newest| newest.is_shared(place));
        match &state.now {
            Some(layout) => layout.picture_position(place),
            None => Some(place),
        }
        .filter(|_| shared)
    }

    fn lock(&self) -> MutexGuard<'_, SeenState> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beistand_platform::{DesktopArea, DesktopMonitor, MonitorChoice, SharedMonitors};

    /// Two monitors, side by side.
    fn monitors() -> Vec<DesktopMonitor> {
        let area = |x| DesktopArea::new(x, 0, 1000, 800).expect("not empty");
        [0, 1000].map(|x: u16| DesktopMonitor { name: x.to_string(), area: area(x) }).into()
    }

    fn laid_out(choice: &MonitorChoice) -> ScreenLayout {
        let desktop = DesktopArea::new(0, 0, 2000, 800).expect("not empty");
        ScreenLayout::new(desktop, monitors(), choice)
    }

    /// A desktop of two monitors, of which the picture shows the one that begins at `x`.
    fn layout(x: u16) -> ScreenLayout {
        laid_out(&MonitorChoice { wanted: Some(x.to_string()), ..MonitorChoice::default() })
    }

    /// The user shares the right one and hides the left one.
    fn right_alone() -> MonitorChoice {
        let shared = SharedMonitors::Only(["1000".to_owned()].into());
        MonitorChoice { shared, hidden: ["0".to_owned()].into(), wanted: None }
    }

    fn moved(x: u16) -> (u16, u16) {
        (x, 7)
    }

    #[test]
    fn a_place_is_one_of_the_picture_that_is_seen_not_of_the_one_on_its_way() {
        let seen = SeenLayout::default();
        assert_eq!(seen.on_desktop(moved(5)), Some(moved(5)), "without monitors it is the desktop's");
        seen.captured(Some(1), layout(0));
        seen.captured(Some(4), layout(1000));
        seen.shown(3);
        assert_eq!(seen.on_desktop(moved(5)), Some(moved(5)));
        seen.shown(5);
        assert_eq!(seen.on_desktop(moved(5)), Some(moved(1005)));
        assert_eq!(seen.in_picture(moved(1005)), Some(moved(5)));
        assert_eq!(seen.in_picture(moved(5)), None, "that monitor is no longer seen");
        seen.shown(2);
        assert_eq!(seen.on_desktop(moved(5)), Some(moved(1005)), "an old word changes nothing");
        seen.captured(Some(5), layout(0));
        assert_eq!(seen.on_desktop(moved(5)), Some(moved(5)), "that picture has been shown");
    }

    #[test]
    fn where_nothing_is_shared_any_more_nothing_is_pointed_at() {
        let seen = SeenLayout::default();
        let desktop = DesktopArea::new(0, 0, 2000, 800).expect("not empty");
        let choice = MonitorChoice { shared: SharedMonitors::Only([].into()), ..MonitorChoice::default() };
        seen.captured(None, ScreenLayout::new(desktop, Vec::new(), &choice));
        assert_eq!(seen.on_desktop(moved(5)), None);
    }

    #[test]
    fn what_is_hidden_is_not_pointed_at_though_no_later_picture_is_said_to_be_shown() {
        let hiding: [fn(&SeenLayout); 2] = [
            |seen| seen.choose(ScreenLayout::uncaptured(monitors(), &right_alone())),
            |seen| seen.captured(Some(2), laid_out(&right_alone())),
        ];
        for hide in hiding {
            let seen = SeenLayout::default();
            seen.captured(Some(1), laid_out(&MonitorChoice::default()));
            seen.shown(1);
            assert_eq!(seen.on_desktop(moved(5)), Some(moved(5)));
            hide(&seen);
            assert_eq!(seen.on_desktop(moved(5)), None);
            assert_eq!(seen.on_desktop(moved(1005)), Some(moved(1005)), "that one is still shared");
        }
    }

    #[test]
    fn what_the_user_chose_in_the_question_is_all_that_is_pointed_at_before_anything_is_shown() {
        let seen = SeenLayout::default();
        seen.choose(ScreenLayout::uncaptured(monitors(), &right_alone()));
        assert_eq!(seen.on_desktop(moved(5)), None);
        assert_eq!(seen.on_desktop(moved(1005)), Some(moved(1005)));
        seen.captured(Some(1), laid_out(&right_alone()));
        assert_eq!(seen.on_desktop(moved(5)), None, "captured is not shown");
        seen.shown(1);
        assert_eq!(seen.on_desktop(moved(5)), Some(moved(1005)));
    }

    #[test]
    fn a_screen_that_changes_all_the_while_fills_no_memory() {
        let seen = SeenLayout::default();
        for picture in 0..100 {
            seen.captured(Some(picture), layout(0));
        }
        assert_eq!(seen.lock().waiting.len(), MAX_WAITING);
    }
}
