//! The newest picture of each screen, between PipeWire's threads, which put it there, and the one that
//! captures.
//!
//! It has room for one picture of each: a newer one takes the place of an older one, and what had changed in
//! that is added to what has changed in this one. So nothing queues, however slowly it is fetched. It does
//! not compare pixels, and makes no picture of several.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use beistand_codec::{BYTES_PER_PIXEL, Damage, Rect, Size};
use futures::channel::mpsc::Sender;

use super::arrangement::{ScreenPlace, arrange};
use super::pipewire::PixelOrder;
use super::turn::PictureTurn;
use crate::layout::DesktopArea;
use crate::{CursorShape, MonitorChoice};

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
    /// The screens that the user has chosen, in the portal's order.
    pub(super) screens: Vec<SlotScreen>,
    /// Which of them the pointer is on.
    pointer_on: Option<usize>,
    /// What wakes whoever has the streams, where one is lost or has another size.
    wake: Option<Sender<()>>,
    /// Whether nobody may see a screen: of pictures nothing but their size is kept then.
    unseen: bool,
    /// What of it the user shares: of other screens nothing but the size is kept either.
    choice: MonitorChoice,
    /// Whether a screen is shared of which nothing was kept: pictures come when something changes, so its
    /// streams have to begin again.
    pub(super) lacks_picture: bool,
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

/// A screen.
#[derive(Default)]
pub(super) struct SlotScreen {
    pub(super) place: ScreenPlace,
    /// Its pixels on the desktop; `None` before all screens have a size.
    pub(super) area: Option<DesktopArea>,
    /// `None` before the first picture, after the stream has another size, and where nobody may see it.
    pub(super) picture: Option<SlotPicture>,
    /// How large the newest one was, whether or not it was kept.
    size: Option<Size>,
    /// How large the first one was: the desktop's units are said for that.
    first_size: Option<Size>,
    /// Whether a picture with a change was left out.
    stale: bool,
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
    /// In pixels of the screen's picture, and in the slot in pixels of the desktop; `None` inside: nowhere.
    pub(super) position: Option<Option<(u16, u16)>>,
}

/// A picture in memory that belongs to somebody else.
pub(super) struct ForeignPicture<'a> {
    /// As it lies there.
    pub(super) size: Size,
    /// What was done to the upright one.
    pub(super) turn: PictureTurn,
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
        let (wake, choice) = (state.wake.take(), std::mem::take(&mut state.choice));
        *state = SlotState { wake, choice, ..SlotState::default() };
    }

    /// These screens' pictures follow.
    pub(super) fn begin(&self, places: Vec<ScreenPlace>) {
        let screen = |place| SlotScreen { place, ..SlotScreen::default() };
        let mut state = self.lock();
        state.screens = places.into_iter().map(screen).collect();
        state.pointer_on = None;
    }

    /// Where those of the screen of this number arrive.
    pub(super) fn feed(&self, screen: usize) -> SlotFeed {
        SlotFeed { slot: self.clone(), screen }
    }

    /// Whether somebody may see a screen from now on.
    pub(super) fn show(&self, seen: bool) {
        let mut state = self.lock();
        state.unseen = !seen;
        state.forget_unseen();
    }

    /// What the user shares from now on.
    pub(super) fn choose(&self, choice: &MonitorChoice) {
        let mut state = self.lock();
        if state.choice != *choice {
            let kept = state.kept();
            state.choice.clone_from(choice);
            state.forget_unseen();
            if kept.into_iter().zip(state.kept()).any(|(before, now)| now && !before) {
                state.lacks_picture = true;
                state.raise();
            }
            // The picture is another one, also of a screen at rest.
            state.changed_at.get_or_insert_with(Instant::now);
        }
    }

    /// We put the pointer there, in pixels of the desktop.
    pub(super) fn note_pointed(&self, at: (u16, u16)) {
        let mut state = self.lock();
        if state.trail.len() >= MAX_TRAIL {
            state.trail.pop_front();
        }
        state.trail.push_back((at, Instant::now()));
    }

    fn change(&self, change: impl FnOnce(&mut SlotState)) {
        let mut state = self.lock();
        change(&mut state);
        state.changed_at.get_or_insert_with(Instant::now);
        self.shared.1.notify_all();
    }
}

/// Where the pictures of one screen arrive.
#[derive(Clone)]
pub(super) struct SlotFeed {
    slot: FrameSlot,
    screen: usize,
}

impl SlotFeed {
    /// Nothing more comes, for this reason.
    pub(super) fn lose(&self, why: impl Into<String>) {
        self.slot.lose(why);
    }

    /// Its pictures are this large.
    pub(super) fn take_size(&self, size: Size) {
        self.slot.change(|state| state.take_size(self.screen, size));
    }

    /// A picture that could not be taken has changed something.
    pub(super) fn note_skipped(&self) {
        if let Some(screen) = self.slot.lock().screens.get_mut(self.screen) {
            screen.stale = true;
        }
    }

    /// Takes what is new of the pointer over, as far as it is on this screen.
    pub(super) fn put_cursor(&self, news: CursorNews) {
        self.slot.change(|state| {
            let was_here = state.pointer_on == Some(self.screen);
            let Some(screen) = state.screens.get(self.screen) else { return };
            let (is_kept, area) = (state.keeps(screen), screen.area);
            let position = match (news.position, area) {
                (Some(Some((x, y))), Some(area)) => {
                    let at = (area.x().saturating_add(x), area.y().saturating_add(y));
                    state.pointer_on = Some(self.screen);
                    state.follow_pointer(at);
                    Some(is_kept.then_some(at))
                }
                (Some(None), _) if was_here => {
                    state.pointer_on = None;
                    Some(None)
                }
                // It is on another one, or nobody knows where that is.
                (Some(_), _) | (None, _) => None,
            };
            if state.unseen {
                return;
            }
            if is_kept {
                state.cursor.shape = news.shape.or(state.cursor.shape.take());
            }
            state.cursor.position = position.or(state.cursor.position);
        });
    }

    /// Takes a picture over. What it says has changed is added to what has not been fetched.
    pub(super) fn put_picture(&self, foreign: &ForeignPicture<'_>) {
        self.slot.change(|state| {
            state.take_size(self.screen, foreign.turn.size(foreign.size));
            let is_kept = state.screens.get(self.screen).is_some_and(|screen| state.keeps(screen));
            if let Some(screen) = state.screens.get_mut(self.screen).filter(|_| is_kept) {
                screen.put_picture(foreign);
            }
        });
    }
}

impl SlotScreen {
    fn put_picture(&mut self, foreign: &ForeignPicture<'_>) {
        let size = foreign.turn.size(foreign.size);
        let known = self.picture.take().filter(|picture| picture.size == size);
        let is_new = std::mem::take(&mut self.stale) || known.is_none();
        let mut picture = known.unwrap_or_else(|| SlotPicture {
            size,
            pixels: vec![0; size.area() * BYTES_PER_PIXEL],
            damage: Damage::all(size),
        });
        let whole = [foreign.size.rect()];
        let changed = match &foreign.changed {
            Some(changed) if !is_new => &changed[..],
            Some(_) | None => &whole,
        };
        for rect in changed.iter().filter_map(|rect| rect.intersection(foreign.size.rect())) {
            let Some(rect) = foreign.turn.upright(rect, size) else { continue };
            if foreign.turn.is_none() {
                copy(&mut picture, foreign, rect);
            } else {
                copy_upright(&mut picture, foreign, rect);
            }
            picture.damage.add(rect);
        }
        self.picture = Some(picture);
    }
}

impl SlotState {
    /// Whether a screen has become another one since the streams began.
    pub(super) fn is_resized(&self) -> bool {
        self.screens.iter().any(|screen| screen.size != screen.first_size)
    }

    /// Which screen a pixel of the desktop is on, and where there in the desktop's units.
    pub(super) fn locate(&self, at: (u16, u16)) -> Option<(usize, (f64, f64))> {
        let is_there = |screen: &SlotScreen| screen.area.is_some_and(|area| area.contains(at));
        let number = self.screens.iter().position(is_there)?;
        let screen = &self.screens[number];
        let area = screen.area?;
        Some((number, screen.place.units((at.0 - area.x(), at.1 - area.y()), screen.first_size?)))
    }

    /// Whether anybody may see it.
    fn keeps(&self, screen: &SlotScreen) -> bool {
        let name = &screen.place.name;
        !self.unseen && self.choice.shared.contains(name) && !self.choice.hidden.contains(name)
    }

    /// The same of each.
    fn kept(&self) -> Vec<bool> {
        self.screens.iter().map(|screen| self.keeps(screen)).collect()
    }

    fn forget_unseen(&mut self) {
        let kept = self.kept();
        for (screen, kept) in self.screens.iter_mut().zip(kept) {
            if !kept {
                screen.picture = None;
            }
        }
        if self.unseen || self.pointer_on.is_some_and(|on| !self.keeps(&self.screens[on])) {
            self.cursor = CursorNews::default();
        }
    }

    fn take_size(&mut self, screen: usize, size: Size) {
        let Some(screen) = self.screens.get_mut(screen) else { return };
        let known = screen.size.replace(size);
        screen.first_size.get_or_insert(size);
        if known == Some(size) {
            return;
        }
        if known.is_some() {
            self.raise();
        }
        let sizes: Option<Vec<_>> =
            self.screens.iter().map(|screen| screen.first_size.zip(screen.size)).collect();
        let Some(sizes) = sizes else { return };
        let screens =
            self.screens.iter().zip(sizes).map(|(screen, (first, now))| (&screen.place, first, now));
        let areas = arrange(&screens.collect::<Vec<_>>());
        for (screen, area) in self.screens.iter_mut().zip(areas) {
            screen.area = area;
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

/// The same pixel by pixel, where the picture is turned.
fn copy_upright(picture: &mut SlotPicture, foreign: &ForeignPicture<'_>, rect: Rect) {
    let width = usize::from(picture.size.width());
    for y in rect.y()..rect.bottom() {
        for x in rect.x()..rect.right() {
            let (column, row) = foreign.turn.source((x, y), picture.size);
            let from = usize::from(row) * foreign.stride + usize::from(column) * BYTES_PER_PIXEL;
            let to = (usize::from(y) * width + usize::from(x)) * BYTES_PER_PIXEL;
            let Some(source) = foreign.pixels.get(from..from + BYTES_PER_PIXEL) else { return };
            copy_pixels(foreign.order, source, &mut picture.pixels[to..to + BYTES_PER_PIXEL]);
        }
    }
}

fn copy_pixels(order: PixelOrder, source: &[u8], target: &mut [u8]) {
    match order {
        PixelOrder::Bgr => target.copy_from_slice(source),
        PixelOrder::Rgb => {
            for (to, from) in target.chunks_exact_mut(4).zip(source.chunks_exact(4)) {
                to.copy_from_slice(&[from[2], from[1], from[0], from[3]]);
            }
        }
    }
}

fn copy(picture: &mut SlotPicture, foreign: &ForeignPicture<'_>, rect: Rect) {
    let width = usize::from(picture.size.width());
    let (left, length) =
        (usize::from(rect.x()) * BYTES_PER_PIXEL, usize::from(rect.width()) * BYTES_PER_PIXEL);
    for y in usize::from(rect.y())..usize::from(rect.bottom()) {
        let (to, from) = (y * width * BYTES_PER_PIXEL + left, y * foreign.stride + left);
        let Some(source) = foreign.pixels.get(from..from + length) else { return };
        copy_pixels(foreign.order, source, &mut picture.pixels[to..to + length]);
    }
}

#[cfg(test)]
mod tests;
