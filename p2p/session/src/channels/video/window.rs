//! Which pictures are not known to be shown, so that none is made that would wait for the other side's
//! decoder and window.
//!
//! How much the path carries is not its concern (`session/media.rs`): a picture on the path says nothing about
//! how fast pictures are shown.

use std::collections::VecDeque;
use std::time::Instant;

/// Pictures that have arrived and are not shown, at most: one that waits, and one that is decoded or painted.
/// With more of them the decoder would be no busier, and what is shown a picture older.
pub(super) const MAX_UNSHOWN: usize = 2;

/// Pictures that are not known to be shown, oldest first.
#[derive(Debug, Default)]
pub(crate) struct PictureWindow {
    sent: VecDeque<SentPicture>,
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
    pub(crate) fn shown(&mut self, id: u64) -> Option<Instant> {
        let index = self.sent.iter().position(|sent| sent.id == id)?;
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
        self.sent.len().saturating_sub(on_path) < MAX_UNSHOWN
    }

    /// How many pictures are not known to be shown.
    pub(crate) fn unshown(&self) -> usize {
        self.sent.len()
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
        assert!(window.is_open(4) && !window.is_open(3));
        assert_eq!(window.shown(9), None);
        assert_eq!(window.shown(1), Some(now));
        assert_eq!(window.unshown(), 3);
        assert!(!window.is_open(1) && window.is_open(2));
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
}
