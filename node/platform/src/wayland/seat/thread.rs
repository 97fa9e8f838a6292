//! The thread that has the portal's session: from the question, through all that is needed later, to its end.
//!
//! It decides nothing about who may see or control: parts are there only while that is granted.

use std::sync::Arc;
use std::time::Duration;

use async_io::Timer;
use futures::channel::mpsc::Receiver;
use futures::executor::block_on;
use futures::future::{Either, select};
use futures::{StreamExt as _, pin_mut};

use super::{PortalSeat, SeatOpening, SeatPortal, SeatSession};
use crate::wayland::bus;
use crate::wayland::frame_slot::FrameSlot;
use crate::wayland::portal::{PortalFault, PortalScreen, PortalWish};

/// How long the first part waits for others before anybody is asked: a yes starts all of them in the same
/// moment, and each question of the desktop's is one more for the user.
const GATHERING: Duration = Duration::from_millis(150);

/// How long monitors are given to come to rest before the portal is asked where they are: a change of one is
/// several events.
const SETTLING: Duration = Duration::from_millis(300);

pub(super) struct SeatThread {
    pub(super) seat: PortalSeat,
    pub(super) portal: Arc<dyn SeatPortal>,
    pub(super) slot: FrameSlot,
    pub(super) generation: u64,
}

/// How a session with the portal ends.
#[derive(Debug)]
enum SessionOutcome {
    /// Another one follows, for something more.
    Again,
    /// Another one follows, since the monitors are others.
    Rearranged,
    /// The desktop gives none.
    Refused(PortalFault),
    /// It has ended one that was open.
    Stopped(String),
    /// Nobody needs it any more.
    Left,
}

impl SeatThread {
    pub(super) fn run(self, mut wakes: Receiver<()>) {
        block_on(self.serve_all(&mut wakes));
        tracing::debug!("nobody needs the portal any more");
    }

    async fn serve_all(&self, wakes: &mut Receiver<()>) {
        Timer::after(GATHERING).await;
        // What there was before more was wanted.
        let mut had = None;
        while let Some((wish, token)) = self.take_wish() {
            match self.serve(wish, token, wakes).await {
                SessionOutcome::Left => return,
                SessionOutcome::Again => had = Some(wish),
                SessionOutcome::Rearranged => {
                    had = None;
                    if bus::within(SETTLING, self.left(wakes)).await.is_some() {
                        return;
                    }
                }
                SessionOutcome::Refused(PortalFault::Declined)
                    if had.is_some_and(|had| self.refuse(wish, had)) =>
                {
                    tracing::info!(?wish, ?had, "the desktop was told to give no more than before");
                    had = None;
                }
                SessionOutcome::Refused(fault) => return self.give_up(fault, false),
                SessionOutcome::Stopped(why) => return self.give_up(PortalFault::Failed(why), true),
            }
        }
    }

    /// A session of the portal, from the question to its end.
    async fn serve(
        &self,
        wish: PortalWish,
        token: Option<String>,
        wakes: &mut Receiver<()>,
    ) -> SessionOutcome {
        let opened = {
            let opening = self.portal.open(wish, token);
            pin_mut!(opening);
            // More that is needed meanwhile is seen below.
            match select(opening, Box::pin(self.left(wakes))).await {
                Either::Left((opened, _)) => opened,
                Either::Right(_) => return SessionOutcome::Left,
            }
        };
        let mut session = match opened {
            Ok(session) => session,
            Err(fault) => return SessionOutcome::Refused(fault),
        };
        let seen = self.shows_slot(&session.given().screens);
        if let Err(fault) = session.start(self.slot.clone()).await {
            return SessionOutcome::Refused(fault);
        }
        if !self.publish(wish, session.as_ref()) {
            return SessionOutcome::Left;
        }
        let outcome = self.hold(session.as_mut(), (wish, seen), wakes).await;
        // What ends it shows no sign any more, and takes nothing.
        self.set(SeatOpening::Asking);
        drop(session);
        self.slot.clear();
        outcome
    }

    /// Resolves when all have left. Cancel safe.
    async fn left(&self, wakes: &mut Receiver<()>) {
        while self.is_current() && wakes.next().await.is_some() {}
    }

    fn is_current(&self) -> bool {
        self.seat.lock().generation == self.generation
    }

    /// What to ask for, and by which token; `None` where nobody needs anything.
    fn take_wish(&self) -> Option<(PortalWish, Option<String>)> {
        let mut state = self.seat.lock();
        if state.generation != self.generation {
            return None;
        }
        if !state.is_needed() {
            state.opened = SeatOpening::Closed;
            return None;
        }
        state.rearranged = false;
        let wish = state.wish();
        // Used once, whether or not anything comes of it.
        let token = state.take_token(wish);
        Some((wish, token))
    }

    /// Whether somebody may see these screens; pictures are kept only then.
    fn shows_slot(&self, screens: &[PortalScreen]) -> bool {
        let mut state = self.seat.lock();
        self.slot.begin(screens.iter().map(|screen| state.names.place(screen)).collect());
        let seen = state.screens > 0;
        self.slot.show(seen);
        seen
    }

    /// Says that it is open; whether somebody still waits for that.
    fn publish(&self, wish: PortalWish, session: &dyn SeatSession) -> bool {
        let mut state = self.seat.lock();
        if state.generation != self.generation {
            return false;
        }
        state.take_token(wish);
        state.tokens.extend(session.token().map(|token| (wish, token)));
        state.opened = SeatOpening::Open(session.given());
        true
    }

    fn set(&self, opened: SeatOpening) {
        let mut state = self.seat.lock();
        if state.generation == self.generation {
            state.opened = opened;
        }
    }

    /// What was wanted beyond `had` is not asked for again; whether anything was, and the rest is of use.
    fn refuse(&self, wish: PortalWish, had: PortalWish) -> bool {
        let more =
            PortalWish { input: wish.input && !had.input, clipboard: wish.clipboard && !had.clipboard };
        let mut state = self.seat.lock();
        let is_of_use = more != PortalWish::default() && (state.screens > 0 || had != PortalWish::default());
        if is_of_use && state.generation == self.generation {
            state.refused.input |= more.input;
            state.refused.clipboard |= more.clipboard;
        }
        is_of_use
    }

    fn give_up(&self, fault: PortalFault, was_open: bool) {
        tracing::info!(%fault, "the desktop's portal");
        let mut state = self.seat.lock();
        if state.generation == self.generation {
            state.opened = SeatOpening::Over(fault.clone());
            state.ended_unseen |= was_open && state.screens == 0;
        }
        drop(state);
        // Whoever hears of it looks why, so this comes last.
        self.slot.lose(fault.to_string());
    }

    async fn hold(
        &self,
        session: &mut dyn SeatSession,
        (wish, seen): (PortalWish, bool),
        wakes: &mut Receiver<()>,
    ) -> SessionOutcome {
        let token = session.token();
        loop {
            if let Some(outcome) = self.look(wish, seen, token.is_some()) {
                return outcome;
            }
            match select(session.ended(), wakes.next()).await {
                Either::Left((why, _)) => return SessionOutcome::Stopped(why),
                Either::Right((None, _)) => return SessionOutcome::Left,
                Either::Right((Some(()), _)) => {}
            }
        }
    }

    /// Whether the session that is open is no longer the one that is needed.
    fn look(&self, wish: PortalWish, seen: bool, has_token: bool) -> Option<SessionOutcome> {
        let (lost, resized, lacks_picture) = {
            let slot = self.slot.lock();
            (slot.lost.clone(), slot.is_resized(), slot.lacks_picture)
        };
        let mut state = self.seat.lock();
        if state.generation != self.generation {
            return Some(SessionOutcome::Left);
        }
        if let Some(why) = lost {
            return Some(SessionOutcome::Stopped(why));
        }
        let rearranged = std::mem::take(&mut state.rearranged) || resized;
        // Pictures come when something changes: of a stream that nobody saw the first one would be late.
        let wanted = state.wish();
        let wants_more = (wanted.input && !wish.input) || (wanted.clipboard && !wish.clipboard);
        if wants_more || (state.screens > 0 && !seen) || lacks_picture || !state.is_needed() {
            return Some(SessionOutcome::Again);
        }
        // Without a token it would be asked again, and positions are right as long as the scale is the same.
        (rearranged && has_token).then_some(SessionOutcome::Rearranged)
    }
}
