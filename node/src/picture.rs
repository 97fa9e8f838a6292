//! The newest picture of the other side's screen, between the decoder's thread and whoever shows it.
//!
//! One slot, the newest wins: the decoder writes into it and says what changed, the program takes what
//! changed since it last looked. Nobody waits longer than a copy takes.
//!
//! It knows when what was taken is on the screen, since the host goes by that: a picture that nobody sees yet
//! makes no room for the next one.
//!
//! While the user shows nothing it is empty, and stays so whatever is still being decoded.

mod samples;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beistand_codec::{Canvas, Damage, Frame, PlanarFrame, Rect, Size};

pub use samples::PictureForm;
use samples::PictureSamples;

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
    /// Whether the user shows anything.
    sight: PictureSight,
    /// What whoever shows it wants.
    form: PictureForm,
    /// Who brings the picture to the screen.
    painter: PictureReader,
    /// Told as soon as the newest picture is on the screen.
    awaited: Option<PaintNotice>,
    /// The same for the picture that is being painted.
    painting: Option<PaintNotice>,
}

/// Is called once what it was left for is on the screen, by the thread that painted it, so it must not wait;
/// with whoever that was, where somebody paints.
type PaintNotice = Box<dyn FnOnce(Option<PictureReader>) + Send>;

/// Who shows the picture. Each is told apart what changed since it last looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PictureReader {
    /// Whoever draws the whole window.
    #[default]
    Window,
    /// Whoever paints the picture alone, beside the rest of the window.
    Pane,
}

/// Whether the user shows their screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum PictureSight {
    #[default]
    Shown,
    Hidden,
}

/// What the slot holds.
#[derive(Debug, Clone)]
pub struct PictureView {
    /// The whole screen.
    samples: PictureSamples,
    /// What changed since each reader last looked.
    unread: [Damage; 2],
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

impl PictureView {
    /// The screen's width and height.
    pub fn size(&self) -> Size {
        self.samples.size()
    }

    /// The screen, where it is kept in pixels.
    pub fn frame(&self) -> Option<&Frame> {
        self.samples.frame()
    }

    /// The same, to be written.
    pub fn frame_mut(&mut self) -> Option<&mut Frame> {
        self.samples.frame_mut()
    }

    /// The screen, where it is kept in planes.
    pub fn planes(&self) -> Option<&PlanarFrame> {
        self.samples.planes()
    }

    /// A copy of the screen in pixels, however it is kept.
    pub fn to_frame(&self) -> Frame {
        self.samples.to_frame()
    }

    /// The screen for a decoder to draw on.
    pub(crate) fn canvas(&mut self) -> Canvas<'_> {
        self.samples.canvas()
    }
}

impl PictureSlot {
    /// Keeps pictures in this form from now on, for whoever shows them; one that is there already stays as it
    /// is until the screen has another size. Without this, in pixels.
    pub fn keep_as(&self, form: PictureForm) {
        self.lock().form = form;
    }

    /// Calls `wake` after each change from now on. Whoever asks for that paints what it takes.
    pub fn on_change(&self, wake: impl Fn() + Send + Sync + 'static) {
        self.lock().wake = Some(Arc::new(wake));
    }

    /// From now on it is this reader who brings the picture to the screen, and says when it is there.
    pub fn painted_by(&self, painter: PictureReader) {
        self.lock().painter = painter;
    }

    /// Lets `update` change the picture in place and say where; makes it black and of `size` first where it
    /// was of another size.
    pub fn update<R: IntoIterator<Item = Rect>>(
        &self,
        size: Size,
        update: impl FnOnce(&mut PictureView) -> R,
    ) {
        self.change(|inner| inner.update(size, update));
    }

    /// The same for a part of a picture: nobody is woken before all of it is there.
    pub(crate) fn update_part<R: IntoIterator<Item = Rect>>(
        &self,
        size: Size,
        update: impl FnOnce(&mut PictureView) -> R,
    ) {
        self.lock().update(size, update);
    }

    /// All parts of a picture are there. Calls `notice` once it is on the screen; one that waited for an
    /// older picture is dropped. Where nobody paints ([`Self::on_change`]), it is called at once.
    pub(crate) fn complete(&self, whole: bool, notice: impl FnOnce(Option<PictureReader>) + Send + 'static) {
        let mut notice: Option<PaintNotice> = Some(Box::new(notice));
        self.change(|inner| {
            if let Some(view) = &mut inner.view {
                view.serial += 1;
                view.stale = !whole;
            }
            if inner.wake.is_some() && inner.sight == PictureSight::Shown {
                inner.awaited = notice.take();
            }
        });
        if let Some(notice) = notice {
            notice(None);
        }
    }

    /// The user no longer shows their screen: the picture and the pointer are gone at once, and nothing takes
    /// their place before [`Self::show`].
    pub(crate) fn hide(&self) {
        self.change(|inner| {
            inner.sight = PictureSight::Hidden;
            (inner.view, inner.early_cursor, inner.early_position) = (None, None, None);
        });
    }

    /// The user shows their screen again: the next picture is the first.
    pub(crate) fn show(&self) {
        self.lock().sight = PictureSight::Shown;
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
            None if inner.sight == PictureSight::Hidden => {}
            None => inner.early_cursor = Some(cursor),
        });
    }

    /// The pointer is there from now on.
    pub(crate) fn set_cursor_position(&self, position: Option<(u16, u16)>) {
        self.change(|inner| match &mut inner.view {
            Some(view) => view.cursor_position = position,
            None if inner.sight == PictureSight::Hidden => {}
            None => inner.early_position = position,
        });
    }

    /// Lets `look` see what changed since this reader's last call, and marks it as seen. `None` where there
    /// is no picture yet. The painter calls [`Self::painted`] once it is on the screen.
    pub fn take<T>(&self, reader: PictureReader, look: impl FnOnce(&PictureView, &Damage) -> T) -> Option<T> {
        let mut inner = self.lock();
        let view = inner.view.as_mut()?;
        let seen = look(view, &view.unread[reader as usize]);
        view.unread[reader as usize].clear();
        if inner.painter == reader {
            // The newest counts: whoever shows it has shown all before it.
            inner.painting = inner.awaited.take().or(inner.painting.take());
        }
        Some(seen)
    }

    /// This reader has shown something else meanwhile: all of the picture is news to it again.
    pub fn forget_taken(&self, reader: PictureReader) {
        if let Some(view) = &mut self.lock().view {
            view.unread[reader as usize] = Damage::all(view.size());
        }
    }

    /// Whether both are one slot.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// What this reader took last is on the screen.
    pub fn painted(&self, reader: PictureReader) {
        let notice = {
            let mut inner = self.lock();
            match inner.sight {
                PictureSight::Shown if inner.painter == reader => inner.painting.take(),
                PictureSight::Shown => None,
                // What was not painted in time never is, and the host must not wait for it.
                PictureSight::Hidden => inner.painting.take().or(inner.awaited.take()),
            }
        };
        if let Some(notice) = notice {
            notice(Some(reader));
        }
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

impl SlotContents {
    /// Lets `update` change the picture, which is black first where it was of another size.
    fn update<R: IntoIterator<Item = Rect>>(
        &mut self,
        size: Size,
        update: impl FnOnce(&mut PictureView) -> R,
    ) {
        if self.view.as_ref().is_none_or(|view| view.size() != size) {
            let (cursor, cursor_position, serial) = match self.view.take() {
                Some(view) => (view.cursor, view.cursor_position, view.serial),
                None => (self.early_cursor.take(), self.early_position.take(), 0),
            };
            self.view = Some(PictureView {
                samples: PictureSamples::new(self.form, size),
                unread: [Damage::all(size), Damage::all(size)],
                cursor,
                cursor_position,
                serial,
                stale: true,
            });
        }
        let view = self.view.as_mut().expect("made above");
        let changed = update(view);
        if self.sight == PictureSight::Hidden {
            // It was on its way. The decoder needs it for what comes later, and nobody else gets it.
            self.view = None;
            return;
        }
        for rect in changed {
            for damage in &mut view.unread {
                damage.add(rect);
            }
        }
    }
}

impl std::fmt::Debug for PictureSlot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PictureSlot")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use beistand_codec::Plane;

    use super::*;

    fn painted_slot() -> PictureSlot {
        let slot = PictureSlot::default();
        slot.on_change(|| ());
        slot.update(Size::new(64, 64).unwrap(), |_| None);
        slot
    }

    /// A picture is complete; hears when it is on the screen.
    fn complete(slot: &PictureSlot) -> Receiver<()> {
        let (tell, told) = channel();
        slot.complete(true, move |_| {
            let _ = tell.send(());
        });
        told
    }

    #[test]
    fn a_picture_is_on_the_screen_when_its_painter_says_so() {
        let slot = painted_slot();
        let told = complete(&slot);
        slot.painted(PictureReader::Window);
        assert!(told.try_recv().is_err(), "nobody has taken it yet");
        slot.take(PictureReader::Window, |_, _| ());
        assert!(told.try_recv().is_err(), "it is not painted yet");
        slot.painted(PictureReader::Window);
        assert!(told.try_recv().is_ok());
    }

    #[test]
    fn what_came_while_another_was_painted_is_not_on_the_screen() {
        let slot = painted_slot();
        let first = complete(&slot);
        slot.take(PictureReader::Window, |_, _| ());
        let second = complete(&slot);
        slot.painted(PictureReader::Window);
        assert!(first.try_recv().is_ok());
        assert!(second.try_recv().is_err());
        slot.take(PictureReader::Window, |_, _| ());
        slot.painted(PictureReader::Window);
        assert!(second.try_recv().is_ok());
    }

    #[test]
    fn only_the_painter_brings_pictures_to_the_screen() {
        let slot = painted_slot();
        slot.painted_by(PictureReader::Pane);
        let told = complete(&slot);
        slot.take(PictureReader::Window, |_, _| ());
        slot.painted(PictureReader::Window);
        assert!(told.try_recv().is_err());
        slot.take(PictureReader::Pane, |_, _| ());
        slot.painted(PictureReader::Pane);
        assert!(told.try_recv().is_ok());
    }

    #[test]
    fn while_the_user_shows_nothing_the_slot_is_empty_and_a_picture_on_its_way_does_not_fill_it() {
        let slot = painted_slot();
        let size = Size::new(64, 64).unwrap();
        let white = |slot: &PictureSlot| {
            slot.update(size, |view| {
                view.frame_mut().unwrap().pixels_mut().fill(255);
                [size.rect()]
            });
        };
        white(&slot);
        slot.set_cursor_position(Some((1, 2)));
        let waiting = complete(&slot);
        slot.hide();
        assert!(slot.peek(|_| ()).is_none() && slot.take(PictureReader::Pane, |_, _| ()).is_none());
        slot.painted(PictureReader::Window);
        assert!(waiting.try_recv().is_ok(), "the host does not wait for what nobody will see");
        white(&slot);
        slot.set_cursor_position(Some((3, 4)));
        let late = complete(&slot);
        assert!(slot.peek(|_| ()).is_none() && late.try_recv().is_ok());
        slot.show();
        assert!(slot.peek(|_| ()).is_none(), "what was there does not come back");
        slot.update(size, |_| None);
        let seen = |view: &PictureView| {
            (view.frame().unwrap().pixels().iter().all(|sample| *sample == 0), view.cursor_position)
        };
        assert_eq!(slot.peek(seen), Some((true, None)));
    }

    #[test]
    fn where_nobody_paints_a_picture_is_seen_as_soon_as_it_is_there() {
        assert!(complete(&PictureSlot::default()).try_recv().is_ok());
    }

    #[test]
    fn each_reader_is_told_of_each_change_once() {
        let slot = painted_slot();
        let tiles = |reader| slot.take(reader, |_, damage| damage.count()).unwrap();
        assert_eq!([tiles(PictureReader::Window), tiles(PictureReader::Window)], [1, 0]);
        assert_eq!([tiles(PictureReader::Pane), tiles(PictureReader::Pane)], [1, 0]);
        slot.update(Size::new(64, 64).unwrap(), |_| Rect::new(0, 0, 1, 1));
        assert_eq!([tiles(PictureReader::Pane), tiles(PictureReader::Window)], [1, 1]);
    }

    #[test]
    fn a_picture_that_is_kept_in_planes_is_drawn_and_read_as_one_in_pixels() {
        let size = Size::new(64, 64).unwrap();
        let samples = [90, 100, 200].map(|sample| vec![sample; size.area()]);
        let [planes, pixels] = [PictureForm::Planes, PictureForm::Pixels].map(|form| {
            let slot = painted_slot();
            slot.keep_as(form);
            // Of another size than the one that is there.
            slot.update(Size::new(32, 64).unwrap(), |_| None);
            slot.update(size, |view| {
                let drawn = samples.each_ref().map(|samples| Plane { samples, stride: 64 });
                view.canvas().draw(drawn, size.rect()).unwrap();
                [size.rect()]
            });
            slot
        });
        let form = |slot: &PictureSlot| slot.peek(|view| (view.frame().is_some(), view.planes().is_some()));
        assert_eq!((form(&planes), form(&pixels)), (Some((false, true)), Some((true, false))));
        let frames = [&planes, &pixels].map(|slot| slot.peek(PictureView::to_frame).unwrap());
        assert!(frames[0] == frames[1]);
    }
}
