//! Looking at the screen that the user has chosen in the desktop's own question: frames from PipeWire, of
//! which the tiles that differ are taken.

use std::time::{Duration, Instant};

use beistand_codec::{BYTES_PER_PIXEL, Damage, Frame, Size};

use super::frame_slot::SlotState;
use super::portal::PortalFault;
use super::seat::{SeatOpening, SeatPlace};
use crate::layout::{MonitorChoice, ScreenLayout, SharedMonitors};
use crate::tiles::{self, ScreenPart};
use crate::{CaptureError, Capturer, DesktopArea, ScreenUpdate};

/// Captures by the portal. Nobody is asked before the first capture.
pub(super) struct PortalCapturer {
    place: SeatPlace,
    choice: MonitorChoice,
    /// `None` before the first picture.
    layout: Option<ScreenLayout>,
    position: Option<Option<(u16, u16)>>,
}

impl PortalCapturer {
    pub(super) fn new(place: SeatPlace) -> Self {
        Self { place, choice: MonitorChoice::default(), layout: None, position: None }
    }

    /// Takes what is new. `None` before the first picture, or where nothing of it makes a difference.
    fn update(&mut self, frame: &mut Frame, state: &mut SlotState) -> Option<ScreenUpdate> {
        let waited = state.take_wait()?;
        let began = Instant::now();
        let picture = state.picture.as_mut()?;
        let area = DesktopArea::new(0, 0, picture.size.width(), picture.size.height())?;
        let layout = ScreenLayout::new(area, Vec::new(), &self.choice);
        let is_other = self.layout.as_ref().is_none_or(|known| !known.looks_like(&layout));
        let changed = std::mem::replace(&mut picture.damage, Damage::none(picture.size));
        let mut damage = Damage::none(picture.size);
        if is_other || frame.size() != picture.size {
            *frame = Frame::new(picture.size);
            copy(frame, &picture.pixels, &Damage::all(picture.size), &mut Damage::none(picture.size));
            damage = Damage::all(picture.size);
        } else {
            copy(frame, &picture.pixels, &changed, &mut damage);
        }
        let cursor_shape = state.cursor.shape.take();
        let position = state.cursor.position.take().filter(|position| self.position != Some(*position));
        self.position = position.or(self.position);
        let layout = is_other.then(|| self.layout.insert(layout).clone());
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

fn copy(frame: &mut Frame, pixels: &[u8], changed: &Damage, damage: &mut Damage) {
    let stride = usize::from(frame.size().width()) * BYTES_PER_PIXEL;
    for rect in tiles::parts(changed) {
        let start = usize::from(rect.y()) * stride + usize::from(rect.x()) * BYTES_PER_PIXEL;
        tiles::update(frame, ScreenPart { rect, pixels: &pixels[start..], stride }, damage);
    }
}

impl Capturer for PortalCapturer {
    fn size(&self) -> Size {
        let unknown = ScreenLayout::uncaptured(Vec::new(), &self.choice);
        self.layout.as_ref().unwrap_or(&unknown).size()
    }

    fn choose(&mut self, choice: &MonitorChoice) -> Result<(), CaptureError> {
        // The desktop's own question has one screen, and this program can leave nothing of it out.
        match choice.shared {
            SharedMonitors::All => Ok(()),
            SharedMonitors::Only(_) => Err(CaptureError::WholeOnly),
        }
    }

    fn capture(
        &mut self,
        frame: &mut Frame,
        timeout: Duration,
    ) -> Result<Option<ScreenUpdate>, CaptureError> {
        let deadline = Instant::now() + timeout;
        let (_, slot) = self.place.need();
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
