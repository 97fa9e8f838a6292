//! Looking at the screens that the user has chosen in the desktop's own question: frames from PipeWire, of
//! which the tiles that differ are taken.
//!
//! It asks for nothing that the user does not share, and scales nothing but a desktop that is too large.

use std::time::{Duration, Instant};

use beistand_codec::{BYTES_PER_PIXEL, Damage, Frame, Rect, Size};

use super::frame_slot::{SlotPicture, SlotScreen, SlotState};
use super::portal::PortalFault;
use super::seat::{SeatOpening, SeatPlace};
use crate::layout::{MonitorChoice, ScreenLayout, SharedMonitors};
use crate::tiles::{self, ScreenPart};
use crate::{CaptureError, Capturer, DesktopArea, DesktopMonitor, ScreenUpdate};

/// Captures by the portal. Nobody is asked before the first capture.
pub(super) struct PortalCapturer {
    place: SeatPlace,
    choice: MonitorChoice,
    /// `None` before the first picture.
    layout: Option<ScreenLayout>,
    /// Where the pointer is on the desktop, once that is known; `None` inside: nowhere.
    pointer: Option<Option<(u16, u16)>>,
    /// Where in the picture it was last said to be.
    position: Option<Option<(u16, u16)>>,
}

impl PortalCapturer {
    pub(super) fn new(place: SeatPlace) -> Self {
        Self { place, choice: MonitorChoice::default(), layout: None, pointer: None, position: None }
    }

    /// Takes what is new. `None` before the first picture, or where nothing of it makes a difference.
    fn update(&mut self, frame: &mut Frame, state: &mut SlotState) -> Option<ScreenUpdate> {
        let waited = state.take_wait()?;
        let began = Instant::now();
        let layout = layout(&state.screens, &self.choice)?;
        // Where the user hides all that there is, black is what there is to see.
        let is_any = state.screens.iter().any(|screen| screen.picture.is_some());
        if !is_any && self.choice.shared == SharedMonitors::All {
            return None;
        }
        let is_other = self.layout.as_ref().is_none_or(|known| !known.looks_like(&layout));
        let is_told = self.layout.as_ref() == Some(&layout);
        let is_whole = is_other || frame.size() != layout.size();
        let mut damage = Damage::none(layout.size());
        if is_whole {
            *frame = Frame::new(layout.size());
        }
        for screen in &mut state.screens {
            draw(frame, &layout, screen, is_whole, &mut damage);
        }
        if is_whole {
            damage = Damage::all(layout.size());
        }
        let cursor_shape = state.cursor.shape.take();
        self.pointer = state.cursor.position.take().or(self.pointer);
        let position = self.pointer.map(|at| at.and_then(|at| layout.picture_position(at)));
        let position = position.filter(|position| self.position != Some(*position));
        self.position = position.or(self.position);
        let layout = (!is_told).then(|| self.layout.insert(layout).clone());
        let is_new = !damage.is_empty() || layout.is_some() || cursor_shape.is_some() || position.is_some();
        let took = waited + began.elapsed();
        is_new.then_some(ScreenUpdate { damage, layout, cursor_shape, cursor_position: position, took })
    }

    /// Why there is no picture.
    fn fault(&self, why: String) -> CaptureError {
        match self.place.need().0 {
            SeatOpening::Over(PortalFault::Declined) => CaptureError::Declined,
            SeatOpening::Closed
            | SeatOpening::Asking
            | SeatOpening::Open(_)
            | SeatOpening::Over(PortalFault::Failed(_) | PortalFault::Refused(_)) => CaptureError::Lost(why),
        }
    }
}

/// What of the desktop is in the picture. `None` before the screens' sizes are known.
fn layout(screens: &[SlotScreen], choice: &MonitorChoice) -> Option<ScreenLayout> {
    let placed = || screens.iter().filter_map(|screen| Some((screen.place.name.clone(), screen.area?)));
    let right = placed().map(|(_, area)| area.right()).max()?;
    let bottom = placed().map(|(_, area)| area.bottom()).max()?;
    let mut monitors: Vec<_> = placed().map(|(name, area)| DesktopMonitor { name, area }).collect();
    monitors.sort_by_key(|monitor| (monitor.area.x(), monitor.area.y()));
    // Of a single one that is shared there is nothing to choose.
    if monitors.len() == 1 && choice.shared == SharedMonitors::All {
        monitors.clear();
    }
    Some(ScreenLayout::new(DesktopArea::new(0, 0, right, bottom)?, monitors, choice))
}

/// Draws what has changed of a screen, or all of it, and adds the tiles that differ to `damage`.
fn draw(frame: &mut Frame, layout: &ScreenLayout, screen: &mut SlotScreen, all: bool, damage: &mut Damage) {
    let Some((area, picture)) = screen.area.zip(screen.picture.as_mut()) else { return };
    let changed = std::mem::replace(&mut picture.damage, Damage::none(picture.size));
    let changed = if all { Damage::all(picture.size) } else { changed };
    for rect in tiles::parts(&changed) {
        let part = DesktopArea::new(area.x() + rect.x(), area.y() + rect.y(), rect.width(), rect.height());
        let targets = part.map(|part| layout.in_picture(part)).unwrap_or_default();
        for (piece, to) in targets.into_iter().flat_map(|target| layout.sources(target)) {
            if layout.shrink() == 1 {
                let stride = usize::from(picture.size.width()) * BYTES_PER_PIXEL;
                let (x, y) = (usize::from(piece.x() - area.x()), usize::from(piece.y() - area.y()));
                let pixels = &picture.pixels[y * stride + x * BYTES_PER_PIXEL..];
                tiles::update(frame, ScreenPart { rect: to, pixels, stride }, damage);
            } else {
                draw_smaller(frame, layout, (area, &*picture), (piece, to), damage);
            }
        }
    }
}

/// The same where the picture is smaller than the desktop: of the pixels that one stands for, the middle one
/// is taken. What has its middle on another screen is that one's to draw.
fn draw_smaller(
    frame: &mut Frame,
    layout: &ScreenLayout,
    (area, picture): (DesktopArea, &SlotPicture),
    (piece, to): (DesktopArea, Rect),
    damage: &mut Damage,
) {
    let whole = layout.whole();
    let middle = |from: u16, at: u16, end: u16| {
        let at =
            u32::from(from) + u32::from(at) * u32::from(layout.shrink()) + u32::from(layout.shrink() / 2);
        u16::try_from(at).unwrap_or(u16::MAX).min(end - 1)
    };
    let column = |x: u16| middle(whole.x(), x, piece.right());
    let row = |y: u16| middle(whole.y(), y, piece.bottom());
    let columns: Vec<u16> = (to.x()..to.right()).filter(|x| area.contains((column(*x), area.y()))).collect();
    let rows: Vec<u16> = (to.y()..to.bottom()).filter(|y| area.contains((area.x(), row(*y)))).collect();
    let (Some(left), Some(top)) = (columns.first(), rows.first()) else { return };
    let Some(rect) = Rect::new(*left, *top, columns.len() as u16, rows.len() as u16) else { return };
    let mut pixels = Vec::with_capacity(rect.area() * BYTES_PER_PIXEL);
    for y in &rows {
        let start = usize::from(row(*y) - area.y()) * usize::from(picture.size.width());
        for x in &columns {
            let at = (start + usize::from(column(*x) - area.x())) * BYTES_PER_PIXEL;
            pixels.extend_from_slice(&picture.pixels[at..at + BYTES_PER_PIXEL]);
        }
    }
    let stride = usize::from(rect.width()) * BYTES_PER_PIXEL;
    tiles::update(frame, ScreenPart { rect, pixels: &pixels, stride }, damage);
}

impl Capturer for PortalCapturer {
    fn size(&self) -> Size {
        let unknown = ScreenLayout::uncaptured(Vec::new(), &self.choice);
        self.layout.as_ref().unwrap_or(&unknown).size()
    }

    fn choose(&mut self, choice: &MonitorChoice) -> Result<(), CaptureError> {
        // What this hides of what the user has chosen in the desktop's own question is not even kept.
        self.choice.clone_from(choice);
        Ok(())
    }

    fn capture(
        &mut self,
        frame: &mut Frame,
        timeout: Duration,
    ) -> Result<Option<ScreenUpdate>, CaptureError> {
        let deadline = Instant::now() + timeout;
        let (_, slot) = self.place.need();
        slot.choose(&self.choice);
        let mut state = slot.wait(deadline);
        if let Some(why) = state.lost.clone() {
            drop(state);
            return Err(self.fault(why));
        }
        Ok(self.update(frame, &mut state))
    }

    fn name(&self) -> &'static str {
        "portal"
    }
}

#[cfg(test)]
mod tests {
    use super::super::arrangement::ScreenPlace;
    use super::super::frame_slot::{ForeignPicture, FrameSlot};
    use super::super::pipewire::PixelOrder;
    use super::super::turn::PictureTurn;
    use super::*;

    /// A slot with two screens of this size, the left one of ones and the right one of twos.
    fn two_screens(width: u16, height: u16) -> FrameSlot {
        let slot = FrameSlot::default();
        let size = Size::new(width, height).expect("not empty");
        let place = |name: &str, x| ScreenPlace { name: name.to_owned(), at: (x, 0), logical: None };
        slot.begin(vec![place("1", 0), place("2", width.into())]);
        for (number, byte) in [(0, 1), (1, 2)] {
            let pixels = vec![byte; size.area() * BYTES_PER_PIXEL];
            let stride = usize::from(width) * BYTES_PER_PIXEL;
            let (turn, order, changed) = (PictureTurn::default(), PixelOrder::Bgr, None);
            let picture = ForeignPicture { size, turn, order, pixels: &pixels, stride, changed };
            slot.feed(number).put_picture(&picture);
        }
        slot
    }

    /// The picture of a slot, as this is chosen of it.
    fn drawn(slot: &FrameSlot, choice: &MonitorChoice) -> (ScreenLayout, Frame) {
        slot.choose(choice);
        let mut state = slot.lock();
        let layout = layout(&state.screens, choice).expect("sizes are known");
        let mut frame = Frame::new(layout.size());
        for screen in &mut state.screens {
            draw(&mut frame, &layout, screen, true, &mut Damage::none(layout.size()));
        }
        (layout, frame)
    }

    fn pixel(frame: &Frame, x: usize, y: usize) -> u8 {
        frame.pixels()[(y * usize::from(frame.size().width()) + x) * BYTES_PER_PIXEL]
    }

    #[test]
    fn two_screens_are_one_picture_and_of_what_is_hidden_nothing_is_in_it() {
        let slot = two_screens(100, 70);
        let (layout, frame) = drawn(&slot, &MonitorChoice::default());
        assert_eq!((layout.size().width(), layout.size().height()), (200, 70));
        assert_eq!([pixel(&frame, 99, 69), pixel(&frame, 100, 0), pixel(&frame, 199, 69)], [1, 2, 2]);
        assert!(layout.monitors().map(|(monitor, _)| monitor.name.as_str()).eq(["1", "2"]));
        let wanted = MonitorChoice { wanted: Some("2".to_owned()), ..MonitorChoice::default() };
        let (layout, frame) = drawn(&slot, &wanted);
        assert_eq!((layout.size().width(), pixel(&frame, 0, 0)), (100, 2));
        let shared = SharedMonitors::Only(["1".to_owned()].into());
        let hides = MonitorChoice { shared, hidden: ["2".to_owned()].into(), wanted: None };
        let (layout, frame) = drawn(&slot, &hides);
        assert_eq!((layout.size().width(), pixel(&frame, 99, 0)), (100, 1));
        assert!(frame.pixels().iter().all(|byte| *byte < 2));
    }

    #[test]
    fn a_desktop_that_is_too_large_is_smaller_with_each_screen_where_it_belongs() {
        let layout = ScreenLayout::new(
            DesktopArea::new(0, 0, 60000, 600).expect("not empty"),
            Vec::new(),
            &MonitorChoice::default(),
        );
        let (shrink, size) = (layout.shrink(), Size::new(300, 300).expect("not empty"));
        assert!(shrink > 1);
        let mut frame = Frame::new(layout.size());
        let area = DesktopArea::new(1001, 201, 300, 300);
        let pixels = vec![9; size.area() * BYTES_PER_PIXEL];
        let picture = Some(SlotPicture { size, pixels, damage: Damage::all(size) });
        let mut screen = SlotScreen::default();
        (screen.area, screen.picture) = (area, picture);
        draw(&mut frame, &layout, &mut screen, true, &mut Damage::none(layout.size()));
        let of = |x: u16, y: u16| pixel(&frame, usize::from(x / shrink), usize::from(y / shrink));
        assert_eq!([of(1150, 350), of(1020, 220), of(1280, 480)], [9; 3]);
        assert_eq!([of(990, 350), of(1320, 350), of(1150, 190), of(1150, 520)], [0; 4]);
        let drawn = frame.pixels().iter().filter(|byte| **byte == 9).count() / BYTES_PER_PIXEL;
        let side = usize::from(300 / shrink);
        assert!(drawn >= side * side && drawn <= (side + 1) * (side + 1), "{drawn}");
    }
}
