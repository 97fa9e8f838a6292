//! Pictures that wait for the decoder's thread, bounded in bytes.
//!
//! What finds no room is dropped, and a gap stands in its place: whoever decodes must know that the chain of
//! pictures is broken there.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use beistand_session::Picture;

use super::budget::{QUEUED_BYTES, QUEUED_PICTURES};

/// What one picture and one unit take beside their bytes.
const HEAD_BYTES: usize = 64;

/// Something that waits.
#[derive(Debug, PartialEq)]
pub(super) enum Queued {
    Picture(Picture),
    /// Pictures were dropped here, up to the one of this number.
    Gap {
        last: u64,
    },
}

/// What came of waiting.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    Queued(Queued),
    /// The moment has come, and nothing else.
    Due,
    /// Nothing more will come.
    Closed,
}

#[derive(Default)]
struct Waiting {
    queued: VecDeque<Queued>,
    bytes: usize,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where pictures come in. Dropping it closes the queue.
pub(super) struct PictureFeed(Arc<Shared>);

/// Where they come out.
pub(super) struct PictureQueue(Arc<Shared>);

pub(super) fn picture_queue() -> (PictureFeed, PictureQueue) {
    let shared = Arc::new(Shared::default());
    (PictureFeed(shared.clone()), PictureQueue(shared))
}

fn cost(picture: &Picture) -> usize {
    let unit = |unit: &beistand_session::PictureUnit| HEAD_BYTES + unit.data.capacity();
    HEAD_BYTES + picture.units.iter().map(unit).sum::<usize>()
}

impl PictureFeed {
    /// Whether there was room for it.
    pub(super) fn push(&self, picture: Picture) -> bool {
        let mut waiting = self.0.lock();
        let bytes = waiting.bytes + cost(&picture);
        let room =
            bytes <= QUEUED_BYTES + QUEUED_PICTURES * HEAD_BYTES && waiting.queued.len() < QUEUED_PICTURES;
        if room {
            waiting.bytes = bytes;
            waiting.queued.push_back(Queued::Picture(picture));
        } else if let Some(Queued::Gap { last }) = waiting.queued.back_mut() {
            *last = picture.id;
        } else {
            waiting.queued.push_back(Queued::Gap { last: picture.id });
        }
        self.0.changed.notify_one();
        room
    }
}

impl Drop for PictureFeed {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.changed.notify_one();
    }
}

impl PictureQueue {
    /// Waits for what comes next, at most until `due`.
    pub(super) fn next(&self, due: Option<Instant>) -> Next {
        let mut waiting = self.0.lock();
        loop {
            if let Some(queued) = waiting.queued.pop_front() {
                if let Queued::Picture(picture) = &queued {
                    waiting.bytes -= cost(picture);
                }
                return Next::Queued(queued);
            }
            if waiting.closed {
                return Next::Closed;
            }
            let changed = &self.0.changed;
            waiting = match due.map(|due| due.saturating_duration_since(Instant::now())) {
                None => changed.wait(waiting).unwrap_or_else(PoisonError::into_inner),
                Some(left) if left.is_zero() => return Next::Due,
                Some(left) => changed
                    .wait_timeout(waiting, left)
                    .map_or_else(|error| error.into_inner().0, |woken| woken.0),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beistand_session::{MAX_PICTURE_BYTES, PictureUnit};

    fn picture(id: u64, bytes: usize) -> Picture {
        let unit =
            PictureUnit { stream: 0, x: 0, y: 0, width: 8, height: 8, key: true, data: vec![0; bytes] };
        Picture { id, captured_at: Instant::now(), screen: (8, 8), units: vec![unit] }
    }

    #[test]
    fn ninety_seven_pictures_that_nobody_has_seen_take_24_mib_and_leave_a_gap() {
        let (feed, queue) = picture_queue();
        let kept = (0..97).filter(|id| feed.push(picture(*id, MAX_PICTURE_BYTES))).count();
        assert_eq!(kept, 3);
        assert!(queue.0.lock().bytes <= QUEUED_BYTES + 64 * 64);
        for id in 0..3 {
            let Next::Queued(Queued::Picture(next)) = queue.next(None) else { panic!("{id}") };
            assert_eq!(next.id, id);
        }
        assert_eq!(queue.next(None), Next::Queued(Queued::Gap { last: 96 }));
        assert_eq!(queue.0.lock().bytes, 0);
        assert!(feed.push(picture(97, 10)), "there is room again");
    }

    #[test]
    fn small_pictures_are_bounded_too_and_the_end_comes_after_them() {
        let (feed, queue) = picture_queue();
        assert_eq!((0..1000).filter(|id| feed.push(picture(*id, 1))).count(), QUEUED_PICTURES);
        drop(feed);
        let mut handed_out = 0;
        while queue.next(None) != Next::Closed {
            handed_out += 1;
        }
        assert_eq!(handed_out, QUEUED_PICTURES + 1);
    }

    #[test]
    fn waiting_ends_when_it_is_due() {
        let (_feed, queue) = picture_queue();
        assert_eq!(queue.next(Some(Instant::now())), Next::Due);
    }
}
