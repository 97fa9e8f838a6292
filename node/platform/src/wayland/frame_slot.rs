//! The newest picture of the screen, between PipeWire's thread, which puts it there, and the one that
//! captures.
//!
//! It has room for one picture: a newer one takes the place of an older one, and what had changed in that is
//! added to what has changed in this one. So nothing queues, however slowly it is fetched.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use beistand_codec::{BYTES_PER_PIXEL, Damage, Rect, Size};
use futures::channel::mpsc::Sender;

use super::pipewire::PixelOrder;
use crate::CursorShape;

/// How long it may take until the pointer is seen where it was put.
const TRAIL_LIFE: Duration = Duration::from_secs(1);

/// How far from where it was put it may be seen, in pixels: positions are rounded on the way.
const NEAR_PX: u16 = 3;

/// Places that are kept: more than a fast mouse has in [`TRAIL_LIFE`] after what a session passes on.
const MAX_TRAIL: usize = 256;

/// The slot; clones are the same one.
#[derive(Clone, Default)]
pub(super) struct FrameSlot {
    shared: Arc<(Mutex<SlotState>, Condvar)>,
}

/// What is in it.
#[derive(Default)]
pub(super) struct SlotState {
    /// `None` before the first picture, and after the stream has another size.
    pub(super) picture: Option<SlotPicture>,
    /// How large the newest one was, whether or not it was kept.
    pub(super) size: Option<Size>,
    /// How large the first one was: the desktop's units are said for that.
    pub(super) first_size: Option<Size>,
    /// What wakes whoever has the stream, where it is lost or has another size.
    wake: Option<Sender<()>>,
    /// Whether nobody may see the screen: of its pictures nothing but their size is kept then.
    unseen: bool,
    /// Whether a picture with a change was left out.
    stale: bool,
    /// What of the pointer is new.
    pub(super) cursor: CursorNews,
    /// Why there will be no more.
    pub(super) lost: Option<String>,
    /// Where the pointer was put by us a moment ago, oldest first.
    trail: VecDeque<((u16, u16), Instant)>,
    /// Where it was last seen.
    pub(super) seen_at: Option<(u16, u16)>,
    /// Whether it was seen where nobody has put it.
    pub(super) moved_strangely: bool,
    /// Since when something has been waiting to be fetched.
    pub(super) changed_at: Option<Instant>,
}

/// A picture.
pub(super) struct SlotPicture {
    pub(super) size: Size,
    /// B G R and a byte without meaning, rows top to bottom without padding.
    pub(super) pixels: Vec<u8>,
    /// What may have changed since it was last fetched.
    pub(super) damage: Damage,
}

/// What of the pointer is new.
#[derive(Default)]
pub(super) struct CursorNews {
    pub(super) shape: Option<CursorShape>,
    /// In pixels of the picture; `None` inside: nowhere.
    pub(super) position: Option<Option<(u16, u16)>>,
}

/// A picture in memory that belongs to somebody else.
pub(super) struct ForeignPicture<'a> {
    pub(super) size: Size,
    pub(super) order: PixelOrder,
    pub(super) pixels: &'a [u8],
    /// Bytes from one row to the next; at least a row's.
    pub(super) stride: usize,
    /// What has changed in it; all of it where nobody knows.
    pub(super) changed: Option<Vec<Rect>>,
}

impl FrameSlot {
    /// One whose stream is somebody's who is woken where it is lost, or has another size.
    pub(super) fn waking(wake: Sender<()>) -> Self {
        let slot = Self::default();
        slot.lock().wake = Some(wake);
        slot
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, SlotState> {
        // A panic leaves a picture that is at worst half new.
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something is to be fetched or there will be nothing more, at most until then.
    pub(super) fn wait(&self, deadline: Instant) -> MutexGuard<'_, SlotState> {
        let left = deadline.saturating_duration_since(Instant::now());
        let waited = self.shared.1.wait_timeout_while(self.lock(), left, |state| {
            state.changed_at.is_none() && state.lost.is_none()
        });
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Nothing more comes, for this reason.
    pub(super) fn lose(&self, why: impl Into<String>) {
        self.change(|state| {
            state.lost = Some(why.into());
            state.raise();
        });
    }

    /// Another stream follows, or none: what was there is not shown any more.
    pub(super) fn clear(&self) {
        let mut state = self.lock();
        // Whoever has yet to hear why nothing more comes hears it all the same.
        let lost = state.lost.take();
        *state = SlotState { wake: state.wake.take(), lost, ..SlotState::default() };
    }

    /// Whether somebody may see the screen from now on.
    pub(super) fn show(&self, seen: bool) {
        let mut state = self.lock();
        state.unseen = !seen;
        if state.unseen {
            (state.picture, state.cursor) = (None, CursorNews::default());
        }
    }

    /// A picture that could not be taken has changed something.
    pub(super) fn note_skipped(&self) {
        self.lock().stale = true;
    }

    /// We put the pointer there, in pixels of the picture.
    pub(super) fn note_pointed(&self, at: (u16, u16)) {
        let mut state = self.lock();
        if state.trail.len() >= MAX_TRAIL {
            state.trail.pop_front();
        }
        state.trail.push_back((at, Instant::now()));
    }

    pub(super) fn put_cursor(&self, news: CursorNews) {
        self.change(|state| {
            if let Some(Some(at)) = news.position {
                state.follow_pointer(at);
            }
            if state.unseen {
                return;
            }
            state.cursor.shape = news.shape.or(state.cursor.shape.take());
            state.cursor.position = news.position.or(state.cursor.position);
        });
    }

    /// Takes a picture over. What it says has changed is added to what has not been fetched.
    pub(super) fn put_picture(&self, foreign: &ForeignPicture<'_>) {
        self.change(|state| {
            let size = foreign.size;
            state.take_size(size);
            if state.unseen {
                return;
            }
            let known = state.picture.take().filter(|picture| picture.size == size);
            let is_new = std::mem::take(&mut state.stale) || known.is_none();
            let mut picture = known.unwrap_or_else(|| SlotPicture {
                size,
                pixels: vec![0; size.area() * BYTES_PER_PIXEL],
                damage: Damage::all(size),
            });
            let whole = [size.rect()];
            let changed = match &foreign.changed {
                Some(changed) if !is_new => &changed[..],
                Some(_) | None => &whole,
            };
            for rect in changed.iter().filter_map(|rect| rect.intersection(size.rect())) {
                copy(&mut picture, foreign, rect);
                picture.damage.add(rect);
            }
            state.picture = Some(picture);
        });
    }

    fn change(&self, change: impl FnOnce(&mut SlotState)) {
        let mut state = self.lock();
        change(&mut state);
        state.changed_at.get_or_insert_with(Instant::now);
        self.shared.1.notify_all();
    }
}

impl SlotState {
    /// Whether the screen has become another one since the stream began.
    pub(super) fn is_resized(&self) -> bool {
        self.size != self.first_size
    }

    fn take_size(&mut self, size: Size) {
        let known = self.size.replace(size);
        self.first_size.get_or_insert(size);
        if known.is_some_and(|known| known != size) {
            self.raise();
        }
    }

    fn raise(&mut self) {
        if let Some(wake) = &mut self.wake {
            // Where one waits already it is enough.
            let _ = wake.try_send(());
        }
    }

    /// The pointer is seen there.
    fn follow_pointer(&mut self, at: (u16, u16)) {
        let before = self.seen_at.replace(at);
        self.trail.retain(|(_, when)| when.elapsed() < TRAIL_LIFE);
        let is_near = |put: &(u16, u16)| put.0.abs_diff(at.0).max(put.1.abs_diff(at.1)) <= NEAR_PX;
        let is_ours = self.trail.iter().any(|(put, _)| is_near(put));
        self.moved_strangely |= before.is_some_and(|before| before != at) && !is_ours;
    }

    /// How long the oldest change has waited; nothing waits any more then.
    pub(super) fn take_wait(&mut self) -> Option<Duration> {
        self.changed_at.take().map(|at| at.elapsed())
    }
}

fn copy(picture: &mut SlotPicture, foreign: &ForeignPicture<'_>, rect: Rect) {
    let width = usize::from(picture.size.width());
    let (left, length) =
        (usize::from(rect.x()) * BYTES_PER_PIXEL, usize::from(rect.width()) * BYTES_PER_PIXEL);
    for y in usize::from(rect.y())..usize::from(rect.bottom()) {
        let (to, from) = (y * width * BYTES_PER_PIXEL + left, y * foreign.stride + left);
        let Some(source) = foreign.pixels.get(from..from + length) else { return };
        let target = &mut picture.pixels[to..to + length];
        match foreign.order {
            PixelOrder::Bgr => target.copy_from_slice(source),
            PixelOrder::Rgb => {
                for (to, from) in target.chunks_exact_mut(4).zip(source.chunks_exact(4)) {
                    to.copy_from_slice(&[from[2], from[1], from[0], from[3]]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size() -> Size {
        Size::new(128, 64).expect("not empty")
    }

    fn foreign<'a>(pixels: &'a [u8], changed: Option<Vec<Rect>>) -> ForeignPicture<'a> {
        ForeignPicture { size: size(), order: PixelOrder::Rgb, pixels, stride: 130 * 4, changed }
    }

    #[test]
    fn a_newer_picture_replaces_an_older_one_and_what_changed_in_both_is_to_be_fetched() {
        let slot = FrameSlot::default();
        let pixels = [1, 2, 3, 4].repeat(130 * 64);
        slot.put_picture(&foreign(&pixels, Some(Vec::new())));
        let mut state = slot.lock();
        let picture = state.picture.as_mut().expect("a picture");
        assert_eq!(picture.pixels[..4], [3, 2, 1, 4]);
        assert_eq!(picture.damage.tiles().count(), 2, "the first is all new, whatever is said");
        picture.damage = Damage::none(size());
        assert!(state.take_wait().is_some() && state.take_wait().is_none());
        drop(state);
        let newer = [9, 9, 9, 9].repeat(130 * 64);
        for x in [0, 64] {
            slot.put_picture(&foreign(&newer, Rect::new(x, 0, 8, 8).map(|rect| vec![rect])));
        }
        let state = slot.lock();
        let picture = state.picture.as_ref().expect("a picture");
        assert_eq!(picture.damage.tiles().count(), 2);
        assert_eq!(picture.pixels.iter().filter(|byte| **byte == 9).count(), 2 * 64 * 4);
    }

    #[test]
    fn while_nobody_may_see_the_screen_no_pixel_of_it_is_kept() {
        let slot = FrameSlot::default();
        let pixels = [1, 2, 3, 4].repeat(130 * 64);
        slot.put_picture(&foreign(&pixels, None));
        slot.show(false);
        assert!(slot.lock().picture.is_none(), "what was there is gone");
        slot.put_picture(&foreign(&pixels, None));
        let state = slot.lock();
        assert!(state.picture.is_none() && state.size == Some(size()), "input needs the size");
    }

    #[test]
    fn after_a_picture_that_was_left_out_the_next_one_is_all_new() {
        let slot = FrameSlot::default();
        let pixels = [1, 2, 3, 4].repeat(130 * 64);
        slot.put_picture(&foreign(&pixels, None));
        slot.lock().picture.as_mut().expect("a picture").damage = Damage::none(size());
        slot.note_skipped();
        slot.put_picture(&foreign(&pixels, Rect::new(0, 0, 8, 8).map(|rect| vec![rect])));
        let state = slot.lock();
        assert_eq!(state.picture.as_ref().expect("a picture").damage.tiles().count(), 2);
    }

    #[test]
    fn a_pointer_that_is_where_nobody_put_it_was_moved_by_a_hand() {
        let slot = FrameSlot::default();
        let see = |at| slot.put_cursor(CursorNews { shape: None, position: Some(Some(at)) });
        see((5, 5));
        assert!(!slot.lock().moved_strangely, "it was there before");
        slot.note_pointed((20, 20));
        slot.note_pointed((60, 60));
        see((21, 19));
        see((60, 60));
        assert!(!slot.lock().moved_strangely);
        see((40, 40));
        assert!(slot.lock().moved_strangely);
    }

    #[test]
    fn memory_that_is_too_short_and_a_change_outside_do_no_harm() {
        let slot = FrameSlot::default();
        slot.put_picture(&foreign(&[7; 100], None));
        slot.put_picture(&foreign(&[7; 100], Rect::new(500, 500, 10, 10).map(|rect| vec![rect])));
        assert!(slot.lock().picture.as_ref().expect("black").pixels.iter().all(|byte| *byte == 0));
    }
}
