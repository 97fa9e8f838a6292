//! The newest picture of the other side's screen, between the decoder's thread and whoever shows it.
//!
//! One slot, the newest wins: the decoder writes into it and says what changed, the program takes what
//! changed since it last looked. Nobody waits longer than a copy takes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beistand_codec::{Damage, Frame, Rect};

/// The slot; cheap to clone, all clones are one slot.
#[derive(Clone, Default)]
pub struct PictureSlot {
    inner: Arc<Mutex<SlotContents>>,
}

#[derive(Default)]
struct SlotContents {
    view: Option<PictureView>,
    /// The pointer's shape and place, where they came before the first picture.
    early_cursor: Option<CursorImage>,
    early_position: Option<(u16, u16)>,
    /// Called after each change, so that a window draws again.
    wake: Option<Arc<dyn Fn() + Send + Sync>>,
}

/// What the slot holds.
#[derive(Debug, Clone)]
pub struct PictureView {
    /// The whole screen.
    pub frame: Frame,
    /// What changed since [`PictureSlot::take`] was last called.
    pub damage: Damage,
    /// The pointer's shape, where the host sent one.
    pub cursor: Option<CursorImage>,
    /// The pointer's hot spot in pixels of the screen; `None` where it is hidden.
    pub cursor_position: Option<(u16, u16)>,
    /// Counts pictures: rises with each one that is shown.
    pub serial: u64,
    /// Whether the picture is known to be behind: the stream broke and a whole one was asked for.
    pub stale: bool,
}

/// A pointer's picture: B G R A, premultiplied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorImage {
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// The pixel that points.
    pub hotspot: (u16, u16),
    /// Rows top to bottom.
    pub pixels: Arc<[u8]>,
    /// Rises with each new shape.
    pub serial: u64,
}

impl PictureSlot {
    /// Calls `wake` after each change from now on.
    pub fn on_change(&self, wake: impl Fn() + Send + Sync + 'static) {
        self.lock().wake = Some(Arc::new(wake));
    }

    /// Lets `update` change the picture in place; makes it black and of `size` first where it was of another
    /// size.
    pub fn update(&self, size: beistand_codec::Size, update: impl FnOnce(&mut PictureView) -> Option<Rect>) {
        self.change(|inner| {
            if inner.view.as_ref().is_none_or(|view| view.frame.size() != size) {
                let (cursor, cursor_position, serial) = match inner.view.take() {
                    Some(view) => (view.cursor, view.cursor_position, view.serial),
                    None => (inner.early_cursor.take(), inner.early_position.take(), 0),
                };
                inner.view = Some(PictureView {
                    frame: Frame::new(size),
                    damage: Damage::all(size),
                    cursor,
                    cursor_position,
                    serial,
                    stale: true,
                });
            }
            let view = inner.view.as_mut().expect("made above");
            if let Some(rect) = update(view) {
                view.damage.add(rect);
            }
        });
    }

    /// What is shown is known to be behind; where nothing is, that stays so.
    pub(crate) fn mark_stale(&self) {
        self.change(|inner| {
            if let Some(view) = &mut inner.view {
                view.stale = true;
            }
        });
    }

    /// The pointer looks like this from now on. Kept for the first picture where there is none yet.
    pub(crate) fn set_cursor(&self, cursor: CursorImage) {
        self.change(|inner| match &mut inner.view {
            Some(view) => view.cursor = Some(cursor),
            None => inner.early_cursor = Some(cursor),
        });
    }

    /// The pointer is there from now on.
    pub(crate) fn set_cursor_position(&self, position: Option<(u16, u16)>) {
        self.change(|inner| match &mut inner.view {
            Some(view) => view.cursor_position = position,
            None => inner.early_position = position,
        });
    }

    /// Lets `look` see what changed since the last call, and marks it as seen. `None` where there is no
    /// picture yet.
    pub fn take<T>(&self, look: impl FnOnce(&PictureView) -> T) -> Option<T> {
        let mut inner = self.lock();
        let view = inner.view.as_mut()?;
        let seen = look(view);
        view.damage.clear();
        Some(seen)
    }

    /// Lets `look` see the picture without marking anything as seen.
    pub fn peek<T>(&self, look: impl FnOnce(&PictureView) -> T) -> Option<T> {
        self.lock().view.as_ref().map(look)
    }

    /// Changes what is inside, then wakes whoever shows it, outside the lock.
    fn change(&self, change: impl FnOnce(&mut SlotContents)) {
        let wake = {
            let mut inner = self.lock();
            change(&mut inner);
            inner.wake.clone()
        };
        if let Some(wake) = wake {
            wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, SlotContents> {
        // A panic in `look` or `update` leaves a picture that is at worst half drawn: better shown than lost.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for PictureSlot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PictureSlot")
    }
}
