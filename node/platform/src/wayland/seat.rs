//! The one session with the desktop's portal that all parts of a session of ours share: a portal's session
//! gives screen, mouse and keyboard together, and each asks the user.
//!
//! A part joins with what it needs, which asks nobody. The first that really needs it begins the portal's
//! session, for all that have joined by then; it ends when the last part has left, and with a pause all
//! leave. What the user chose is had again after that by the portal's token, which is in memory alone and
//! goes with this value, at the end of our session.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use futures::channel::mpsc::{Receiver, Sender, channel};
use futures::executor::block_on;
use futures::future::{Either, select};
use futures::{StreamExt as _, pin_mut};

use super::frame_slot::FrameSlot;
use super::pipewire::{PipeWireLibrary, ScreenStream};
use super::portal::{PortalClient, PortalFault, PortalInput, PortalSelection, PortalSession, PortalWish};
use crate::{DesktopFault, DesktopObstacle, DesktopPart};

/// How long the first part waits for others before anybody is asked: a yes starts all of them in the same
/// moment, and each question of the desktop's is one more for the user.
const GATHERING: Duration = Duration::from_millis(150);

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
    access: Arc<Mutex<Option<SeatAccess>>>,
}

/// By what the portal's session is had: one connection, since each session belongs to the one that has asked
/// for it.
#[derive(Clone)]
struct SeatAccess {
    client: PortalClient,
    library: PipeWireLibrary,
}

#[derive(Default)]
struct SeatState {
    screens: usize,
    inputs: usize,
    clipboards: usize,
    /// What wakes the thread that has the portal's session, while there is one.
    wake: Option<Sender<()>>,
    /// Counts the threads, so that one that has been given up says nothing more.
    turn: u64,
    opened: SeatOpening,
    /// Where the pictures of this turn arrive.
    slot: FrameSlot,
    /// The last injected event, by which the user's own is told from it.
    injected: Option<Instant>,
    /// By which the same is had again without a question, and what that was.
    token: Option<(PortalWish, String)>,
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
    /// Width and height of the screen in the desktop's units; `None`: pixels.
    pub(super) logical: Option<(i32, i32)>,
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
        let access = self.access(part.name())?;
        if part == SeatPart::Input && !access.client.has_input() {
            return Err(DesktopFault::NotHere(part.name()));
        }
        if part == SeatPart::Clipboard && !access.client.has_clipboard() {
            return Err(DesktopFault::NotHere(part.name()));
        }
        let mut state = self.lock();
        *state.count(part) += 1;
        // Pictures come when something changes: of a stream that nobody saw the first one would be late.
        let unseen = part == SeatPart::Screen && state.screens == 1;
        // One that is open without what is needed is opened again.
        let lacks = match (&state.opened, part) {
            (SeatOpening::Open(open), SeatPart::Input) => open.input.is_none(),
            (SeatOpening::Open(open), SeatPart::Clipboard) => {
                !matches!(open.clipboard, SeatClipboard::Given(_))
            }
            (SeatOpening::Open(_), SeatPart::Screen)
            | (SeatOpening::Closed | SeatOpening::Asking | SeatOpening::Over(_), _) => false,
        };
        if unseen || lacks {
            state.wake();
        }
        drop(state);
        Ok(SeatPlace { seat: self.clone(), part, access })
    }

    fn access(&self, part: DesktopPart) -> Result<SeatAccess, DesktopFault> {
        let mut access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(access) = &*access {
            return Ok(access.clone());
        }
        let unavailable = |obstacle| DesktopFault::Unavailable { part, obstacle };
        let client = PortalClient::connect().map_err(|fault| {
            tracing::info!(%fault, "no portal");
            unavailable(DesktopObstacle::NoPortal)
        })?;
        let library = PipeWireLibrary::load().map_err(|error| {
            tracing::info!(error, "no PipeWire");
            unavailable(DesktopObstacle::NoPipeWire)
        })?;
        Ok(access.insert(SeatAccess { client, library }).clone())
    }

    /// Whether the desktop asks the user, or shows that the screen is shared, or is about to.
    pub(super) fn is_taken(&self) -> bool {
        let state = self.lock();
        !state.is_empty() && !matches!(state.opened, SeatOpening::Over(_))
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

    fn set(&self, turn: u64, opened: SeatOpening) {
        let mut state = self.lock();
        if state.turn == turn {
            state.opened = opened;
        }
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
        PortalWish { input: self.inputs > 0, clipboard: self.clipboards > 0 }
    }

    fn is_empty(&self) -> bool {
        self.screens + self.inputs + self.clipboards == 0
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
    access: SeatAccess,
}

impl SeatPlace {
    /// How far it is, and where pictures arrive; begins the portal's session where there is none. Does not
    /// wait.
    pub(super) fn need(&self) -> (SeatOpening, FrameSlot) {
        let mut state = self.seat.lock();
        if matches!(state.opened, SeatOpening::Closed) {
            let (wake, wakes) = channel(1);
            state.turn += 1;
            (state.wake, state.opened, state.slot) = (Some(wake), SeatOpening::Asking, FrameSlot::default());
            let thread = SeatThread {
                seat: self.seat.clone(),
                access: self.access.clone(),
                slot: state.slot.clone(),
                turn: state.turn,
            };
            let started = thread::Builder::new().name("portal".to_owned()).spawn(move || thread.run(wakes));
            if let Err(error) = started {
                state.opened = SeatOpening::Over(PortalFault::Failed(error.to_string()));
            }
        }
        (state.opened.clone(), state.slot.clone())
    }

    /// By what the portal's session is had.
    pub(super) fn client(&self) -> &PortalClient {
        &self.access.client
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
        if state.is_empty() {
            // The thread ends by itself; the next one to need something begins another.
            state.turn += 1;
            state.opened = SeatOpening::Closed;
            state.wake = None;
        }
    }
}

/// The thread that has the portal's session.
struct SeatThread {
    seat: PortalSeat,
    access: SeatAccess,
    slot: FrameSlot,
    turn: u64,
}

/// Why the thread goes on.
enum SeatTurn {
    /// With another session, for something more.
    Again,
    Over(PortalFault),
    /// Nobody needs it any more.
    Left,
}

impl SeatThread {
    fn run(self, mut wakes: Receiver<()>) {
        thread::sleep(GATHERING);
        loop {
            let (wish, token) = {
                let state = self.seat.lock();
                if state.turn != self.turn {
                    return;
                }
                let wish = state.wish();
                let token = state.token.as_ref().filter(|(of, _)| *of == wish);
                (wish, token.map(|(_, token)| token.clone()))
            };
            match block_on(self.serve(wish, token, &mut wakes)) {
                SeatTurn::Again => self.seat.set(self.turn, SeatOpening::Asking),
                SeatTurn::Left => return,
                SeatTurn::Over(fault) => {
                    tracing::info!(%fault, "the desktop's portal");
                    self.slot.lose(fault.to_string());
                    return self.seat.set(self.turn, SeatOpening::Over(fault));
                }
            }
        }
    }

    /// A session of the portal, from the question to its end.
    async fn serve(&self, wish: PortalWish, token: Option<String>, wakes: &mut Receiver<()>) -> SeatTurn {
        let opened = {
            let opening = PortalSession::open(&self.access.client, wish, token);
            pin_mut!(opening);
            // More that is needed meanwhile is seen below.
            loop {
                match select(&mut opening, wakes.next()).await {
                    Either::Left((opened, _)) => break opened,
                    Either::Right((None, _)) => return SeatTurn::Left,
                    Either::Right((Some(()), _)) => {}
                }
            }
        };
        let mut session = match opened {
            Ok(session) => session,
            Err(fault) => return SeatTurn::Over(fault),
        };
        let (slot, seen) = (self.slot.clone(), self.shows_slot());
        let remote = match session.pipewire().await {
            Ok(remote) => remote,
            Err(fault) => return SeatTurn::Over(fault),
        };
        let stream = match ScreenStream::start(self.access.library, remote, session.node, slot.clone()) {
            Ok(stream) => stream,
            Err(why) => return SeatTurn::Over(PortalFault::Failed(why)),
        };
        if !self.publish(wish, &session) {
            return SeatTurn::Left;
        }
        let turn = self.hold(&mut session, (wish, seen), wakes).await;
        drop(stream);
        slot.clear();
        turn
    }

    /// Whether somebody may see the screen; pictures are kept only then.
    fn shows_slot(&self) -> bool {
        let state = self.seat.lock();
        let seen = state.screens > 0;
        self.slot.show(seen);
        seen
    }

    /// Says that it is open; whether somebody still waits for that.
    fn publish(&self, wish: PortalWish, session: &PortalSession) -> bool {
        let clipboard = match session.clipboard() {
            Some(clipboard) => SeatClipboard::Given(clipboard),
            None if wish.clipboard => SeatClipboard::Withheld,
            None => SeatClipboard::Unasked,
        };
        let open = OpenSeat { logical: session.logical, input: session.input(), clipboard };
        let mut state = self.seat.lock();
        if state.turn != self.turn {
            return false;
        }
        let token = session.token.clone().map(|token| (wish, token));
        state.token = token.or(state.token.take());
        state.opened = SeatOpening::Open(open);
        true
    }

    async fn hold(
        &self,
        session: &mut PortalSession,
        (wish, seen): (PortalWish, bool),
        wakes: &mut Receiver<()>,
    ) -> SeatTurn {
        loop {
            let (wanted, wants_screen) = {
                let state = self.seat.lock();
                (state.wish(), state.screens > 0)
            };
            let wants_more = (wanted.input && !wish.input) || (wanted.clipboard && !wish.clipboard);
            if wants_more || (wants_screen && !seen) {
                return SeatTurn::Again;
            }
            let closed = session.closed();
            pin_mut!(closed);
            match select(closed, wakes.next()).await {
                Either::Left(_) => {
                    return SeatTurn::Over(PortalFault::Failed("the desktop has ended it".to_owned()));
                }
                Either::Right((None, _)) => return SeatTurn::Left,
                Either::Right((Some(()), _)) => {}
            }
        }
    }
}
