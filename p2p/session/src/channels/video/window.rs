//! Which pictures are not known to be shown, so that none is made that would wait for the other side's
//! decoder and window.
//!
//! How much the path carries is not its concern (`session/media.rs`): a picture on the path says nothing
//! about how fast pictures are shown.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Pictures that have arrived and are not shown, at most: one waiting, one being decoded, one being painted.
pub(super) const MAX_UNSHOWN: usize = 3;

/// The same where fewer are shown than are made: what waits would only be older than it need be.
const MAX_UNSHOWN_SLOW: usize = 2;

/// The time from one picture's being shown to the next's from which that is so, twice in a row: a fifth more
/// than the 33 ms between pictures.
const SLOW: Duration = Duration::from_millis(40);

/// Pictures that are not known to be shown, oldest first.
#[derive(Debug, Default)]
pub(crate) struct PictureWindow {
    sent: VecDeque<SentPicture>,
    /// When the last three were shown, the newest first.
    shown_at: [Option<Instant>; 3],
}

#[derive(Debug)]
struct SentPicture {
    id: u64,
    captured_at: Instant,
}

impl PictureWindow {
    /// A picture leaves.
    pub(crate) fn sent(&mut self, id: u64, captured_at: Instant) {
        self.sent.push_back(SentPicture { id, captured_at });
    }

    /// A picture is shown, and with it all before it. When it was captured; `None` where it is not on its
    /// way.
    pub(crate) fn shown(&mut self, now: Instant, id: u64) -> Option<Instant> {
        let index = self.sent.iter().position(|sent| sent.id == id)?;
        self.shown_at = [Some(now), self.shown_at[0], self.shown_at[1]];
        self.sent.drain(..=index).next_back().map(|sent| sent.captured_at)
    }

    /// All pictures up to this one have arrived and will not be shown.
    pub(crate) fn received(&mut self, id: u64) {
        self.sent.retain(|sent| sent.id > id);
    }

    /// The path is another one: what had not arrived, of which `received` is the last that did, leaves again;
    /// or is lost.
    pub(crate) fn resume(&mut self, received: Option<u64>, lost: bool) {
        self.sent.retain(|sent| !lost && received.is_none_or(|id| sent.id > id));
    }

    /// Nothing that is on its way will be acknowledged.
    pub(crate) fn clear(&mut self) {
        self.sent.clear();
    }

    /// Whether another picture may be made, where this many are still on the path.
    pub(crate) fn is_open(&self, on_path: usize) -> bool {
        let most = if self.is_slow() { MAX_UNSHOWN_SLOW } else { MAX_UNSHOWN };
        self.sent.len().saturating_sub(on_path) < most
    }

    /// How many pictures are not known to be shown.
    pub(crate) fn unshown(&self) -> usize {
        self.sent.len()
    }

    fn is_slow(&self) -> bool {
        let apart = |pair: &[Option<Instant>]| match pair {
            [Some(later), Some(earlier)] => later.saturating_duration_since(*earlier) >= SLOW,
            _ => false,
        };
        self.shown_at.windows(2).all(apart)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_that_wait_to_be_shown_are_bounded_and_those_on_the_path_do_not_count() {
        let (mut window, now) = (PictureWindow::default(), Instant::now());
        for id in 0..5 {
            assert!(window.is_open(id as usize));
            window.sent(id, now);
        }
        assert!(window.is_open(3) && !window.is_open(2));
        assert_eq!(window.shown(now, 9), None);
        assert_eq!(window.shown(now, 1), Some(now));
        assert_eq!(window.unshown(), 3);
        assert!(!window.is_open(0) && window.is_open(1));
        window.received(3);
        assert_eq!(window.unshown(), 1);
        window.resume(Some(3), false);
        assert_eq!(window.unshown(), 1);
        window.resume(None, true);
        assert_eq!(window.unshown(), 0);
        window.sent(5, now);
        window.clear();
        assert!(window.is_open(0));
    }

    #[test]
    fn where_pictures_are_shown_slowly_fewer_wait() {
        let (mut window, start) = (PictureWindow::default(), Instant::now());
        let shown = |window: &mut PictureWindow, id, millis| {
            window.shown(start + Duration::from_millis(millis), id);
        };
        (0..9).for_each(|id| window.sent(id, start));
        shown(&mut window, 0, 0);
        shown(&mut window, 1, 60);
        assert!(window.is_open(5), "once is chance");
        shown(&mut window, 2, 120);
        assert!(!window.is_open(4) && window.is_open(5));
        shown(&mut window, 3, 150);
        assert!(window.is_open(3));
    }
}
