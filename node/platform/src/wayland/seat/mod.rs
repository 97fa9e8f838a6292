//! The one session with the desktop's portal that all parts of a session of ours share: a portal's session
//! gives screen, mouse and keyboard, and clipboard together, and each asks the user.
//!
//! A part joins with what it needs, which asks nobody. The first that really needs it begins the portal's
//! session, for all that have joined by then; it ends when the last part has left, and with a pause all
//! leave. What the user chose is had again after that by the portal's tokens, which are in memory alone and
//! go with this value, at the end of our session.
//!
//! What it does not do: it talks to nobody. A thread of its own ([`SeatThread`]) does, over whatever is a
//! [`SeatPortal`].

mod access;
mod names;
#[cfg(test)]
mod tests;
mod thread;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;
use std::time::{Duration, Instant};

use futures::channel::mpsc::{Sender, channel};

pub(super) use self::access::{DesktopPortal, SeatPortal, SeatSession};
use self::names::ScreenNames;
use self::thread::SeatThread;
use super::frame_slot::FrameSlot;
use super::portal::{PortalFault, PortalInput, PortalScreen, PortalSelection, PortalWish, SelectionSignals};
use crate::{DesktopFault, DesktopPart};

/// What a part needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SeatPart {
    Screen,
    Input,
    Clipboard,
}

impl SeatPart {
    fn name(self) -> DesktopPart {
        match self {
            Self::Screen => DesktopPart::Screen,
            Self::Input => DesktopPart::Input,
            Self::Clipboard => DesktopPart::Clipboard,
        }
    }
}

/// The seat; clones are the same one.
#[derive(Clone, Default)]
pub(super) struct PortalSeat {
    shared: Arc<Mutex<SeatState>>,
    /// There once a part has joined.
    portal: Arc<Mutex<Option<Arc<dyn SeatPortal>>>>,
}

#[derive(Default)]
struct SeatState {
    screens: usize,
    inputs: usize,
    clipboards: usize,
    /// What wakes the thread that has the portal's session, while there is one.
    wake: Option<Sender<()>>,
    /// Counts the threads, so that one that has been given up says nothing more.
    generation: u64,
    opened: SeatOpening,
    /// Where the pictures of this generation arrive.
    slot: FrameSlot,
    /// The last injected event, by which the user's own is told from it.
    injected: Option<Instant>,
    /// By which the same is had again without a question, one for each thing that was asked for. Each is good
    /// once.
    tokens: Vec<(PortalWish, String)>,
    /// What the screens are called in this session of ours.
    names: ScreenNames,
    /// What the desktop was told not to give beside the rest, since all parts were last gone.
    refused: PortalWish,
    /// Whether the monitors have been rearranged since the portal's session began.
    rearranged: bool,
    /// Whether the desktop has ended it while nobody looked at the screen, who would have noticed.
    ended_unseen: bool,
}

/// How far the portal's session is.
#[derive(Clone, Default)]
pub(super) enum SeatOpening {
    /// Nobody needs it yet.
    #[default]
    Closed,
    /// The desktop asks the user.
    Asking,
    Open(OpenSeat),
    /// It has none, or has it no longer.
    Over(PortalFault),
}

/// What an open session has.
#[derive(Clone, Default)]
pub(super) struct OpenSeat {
    /// In the order of the slot's screens.
    pub(super) screens: Vec<PortalScreen>,
    /// `None` where the desktop gave none.
    pub(super) input: Option<PortalInput>,
    pub(super) clipboard: SeatClipboard,
}

/// The clipboard of an open session.
#[derive(Clone, Default)]
pub(super) enum SeatClipboard {
    /// It was not asked for.
    #[default]
    Unasked,
    /// The desktop gave none.
    Withheld,
    Given(PortalSelection),
}

impl PortalSeat {
    /// Joins; what is returned leaves when it is dropped.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`]: there is no portal, or no PipeWire; [`DesktopFault::NotHere`]: the
    /// portal has no such part.
    pub(super) fn join(&self, part: SeatPart) -> Result<SeatPlace, DesktopFault> {
        let portal = self.portal(part.name())?;
        if part == SeatPart::Input && !portal.has_input() {
            return Err(DesktopFault::NotHere(part.name()));
        }
        if part == SeatPart::Clipboard && !portal.has_clipboard() {
            return Err(DesktopFault::NotHere(part.name()));
        }
        let mut state = self.lock();
        *state.count(part) += 1;
        // A session that is open without what is needed is had again.
        state.wake();
        drop(state);
        Ok(SeatPlace { seat: self.clone(), part, portal })
    }

    fn portal(&self, part: DesktopPart) -> Result<Arc<dyn SeatPortal>, DesktopFault> {
        let mut portal = self.portal.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(portal) = &*portal {
            return Ok(portal.clone());
        }
        let opened =
            DesktopPortal::open().map_err(|obstacle| DesktopFault::Unavailable { part, obstacle })?;
        Ok(portal.insert(Arc::new(opened)).clone())
    }

    /// Whether the desktop shows above all windows that the screen is shared.
    pub(super) fn is_signed(&self) -> bool {
        let portal = self.portal.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let has_sign = portal.is_some_and(|portal| portal.has_sign());
        has_sign && matches!(self.lock().opened, SeatOpening::Open(_))
    }

    /// Whether the desktop has ended it, by its user's press or otherwise, where nobody looks at the screen.
    pub(super) fn is_ended_unseen(&self) -> bool {
        self.lock().ended_unseen
    }

    /// The monitors were rearranged, or have another scale: where a position is may have changed, which
    /// nothing but another session of the portal says.
    pub(super) fn note_rearranged(&self) {
        let mut state = self.lock();
        state.rearranged = true;
        state.wake();
    }

    /// Whether the pointer was moved by somebody else since it was last asked.
    pub(super) fn take_strange_move(&self) -> bool {
        let slot = self.lock().slot.clone();
        std::mem::take(&mut slot.lock().moved_strangely)
    }

    /// How long ago something was injected last, if anything was.
    pub(super) fn since_injected(&self) -> Option<Duration> {
        self.lock().injected.map(|at| at.elapsed())
    }

    fn lock(&self) -> MutexGuard<'_, SeatState> {
        // Nothing panics while it is held.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SeatState {
    fn count(&mut self, part: SeatPart) -> &mut usize {
        match part {
            SeatPart::Screen => &mut self.screens,
            SeatPart::Input => &mut self.inputs,
            SeatPart::Clipboard => &mut self.clipboards,
        }
    }

    fn wish(&self) -> PortalWish {
        PortalWish {
            input: self.inputs > 0 && !self.refused.input,
            clipboard: self.clipboards > 0 && !self.refused.clipboard,
        }
    }

    /// Whether a part that is there has any use for a session of the portal.
    fn is_needed(&self) -> bool {
        self.screens > 0 || self.wish() != PortalWish::default()
    }

    /// By which this is had again, where it was had before; it is gone with that.
    fn take_token(&mut self, wish: PortalWish) -> Option<String> {
        let at = self.tokens.iter().position(|(of, _)| *of == wish)?;
        Some(self.tokens.swap_remove(at).1)
    }

    fn wake(&mut self) {
        if let Some(wake) = &mut self.wake {
            // Where one waits already it is enough.
            let _ = wake.try_send(());
        }
    }
}

/// A part's place at the seat.
pub(super) struct SeatPlace {
    seat: PortalSeat,
    part: SeatPart,
    portal: Arc<dyn SeatPortal>,
}

impl SeatPlace {
    /// How far it is, and where pictures arrive; begins the portal's session where there is none. Does not
    /// wait.
    pub(super) fn need(&self) -> (SeatOpening, FrameSlot) {
        let mut state = self.seat.lock();
        let is_refused = match self.part {
            SeatPart::Screen => false,
            SeatPart::Input => state.refused.input && state.screens == 0,
            SeatPart::Clipboard => state.refused.clipboard,
        };
        if is_refused {
            return (SeatOpening::Over(PortalFault::Declined), state.slot.clone());
        }
        if matches!(state.opened, SeatOpening::Closed) {
            let (wake, wakes) = channel(1);
            state.generation += 1;
            state.slot = FrameSlot::waking(wake.clone());
            (state.wake, state.opened) = (Some(wake), SeatOpening::Asking);
            let thread = SeatThread {
                seat: self.seat.clone(),
                portal: self.portal.clone(),
                slot: state.slot.clone(),
                generation: state.generation,
            };
            let started = Builder::new().name("portal".to_owned()).spawn(move || thread.run(wakes));
            if let Err(error) = started {
                state.opened = SeatOpening::Over(PortalFault::Failed(error.to_string()));
            }
        }
        (state.opened.clone(), state.slot.clone())
    }

    /// What the portal says of the clipboard.
    ///
    /// # Errors
    /// The portal is gone.
    pub(super) fn selection_signals(&self) -> Result<SelectionSignals, PortalFault> {
        self.portal.selection_signals()
    }

    /// Something is injected now.
    pub(super) fn note_injected(&self) {
        self.seat.lock().injected = Some(Instant::now());
    }
}

impl Drop for SeatPlace {
    fn drop(&mut self) {
        let mut state = self.seat.lock();
        *state.count(self.part) -= 1;
        if state.screens == 0 {
            state.slot.show(false);
        }
        if state.screens + state.inputs + state.clipboards == 0 {
            // The thread ends by itself; the next one to need something begins another.
            state.generation += 1;
            state.opened = SeatOpening::Closed;
            state.refused = PortalWish::default();
        }
        state.wake();
    }
}
