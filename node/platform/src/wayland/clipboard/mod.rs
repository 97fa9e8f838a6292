//! The clipboard of a Wayland desktop, by its portal.
//!
//! What it does: the portal says that a program has copied something, and it is asked for there
//! ([`reading`]); programs that paste what was put are served ([`pasting`]). All of these are futures of one
//! loop with deadlines, so that no program that hangs delays another. What was put is recognised where a
//! clipboard manager puts it back ([`KnownContent`]).
//!
//! What it does not do: it never asks for a portal's session of its own. It has the one that shows the
//! screen, follows it where another one takes its place, and is told of nothing while there is none.

mod pasting;
mod reading;
mod wake;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use async_io::Timer;
use futures::future::{LocalBoxFuture, poll_fn};
use futures::stream::FuturesUnordered;
use futures::{FutureExt as _, StreamExt as _};

use self::pasting::offered_kinds;
use self::reading::{CopyRead, read_copy};
use self::wake::WakeFlag;
use super::bus;
use super::portal::{PortalFault, PortalSelection, SelectionNews, SelectionSignals};
use super::seat::{OpenSeat, SeatClipboard, SeatOpening, SeatPlace};
use crate::known_content::KnownContent;
use crate::{
    ClipboardChange, ClipboardContent, ClipboardError, ClipboardWaker, DesktopFault, DesktopObstacle,
    DesktopPart, SystemClipboard,
};

/// How often it is looked whether the portal's session is another one: its user has just answered a question,
/// and pastes no sooner than they have changed windows.
const LOOK_INTERVAL: Duration = Duration::from_millis(250);

/// How long after a session's beginning the first word of a copy is on what was there before: desktops give
/// it with the session.
const SETTLING: Duration = Duration::from_secs(1);

/// How long after the end of a program the desktop or a clipboard manager puts back what was copied there:
/// they take up to half a second.
const TAKEOVER: Duration = Duration::from_secs(1);

/// How long the desktop may take to offer something; it takes less than a millisecond unless it is stopped.
const OFFER_PATIENCE: Duration = Duration::from_secs(5);

/// How many programs are served at once that paste: a person pastes into one, managers into two more.
const MAX_PASTING: usize = 16;

/// The clipboard, from the moment at which this was opened.
pub(super) struct PortalClipboard {
    place: SeatPlace,
    signals: SelectionSignals,
    /// Of the portal's session that is open now.
    selection: Option<PortalSelection>,
    /// Whether nothing has been said of it yet.
    is_fresh: bool,
    /// Since when nothing can be pasted.
    ownerless: Option<Instant>,
    /// Whether what is on the clipboard is still from before this was opened.
    is_untouched: bool,
    /// What was copied last.
    reading: Option<LocalBoxFuture<'static, CopyRead>>,
    /// Programs that paste.
    pasting: FuturesUnordered<LocalBoxFuture<'static, Result<(), PortalFault>>>,
    /// What was put last.
    put: Option<Arc<ClipboardContent>>,
    /// Whether nothing else was copied since.
    is_ours: bool,
    known: KnownContent,
    wake: Arc<WakeFlag>,
}

/// Why the loop goes on.
enum ClipboardStep {
    Woken,
    Heard(SelectionNews),
    Read(CopyRead),
    /// The seat is to be looked at.
    Look,
}

impl PortalClipboard {
    /// Listens; the user is asked by the desktop once this is used.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`]: the portal is gone.
    pub(super) fn open(place: SeatPlace) -> Result<Self, DesktopFault> {
        let signals = place.selection_signals().map_err(|fault| DesktopFault::Unavailable {
            part: DesktopPart::Clipboard,
            obstacle: DesktopObstacle::System(fault.to_string()),
        })?;
        Ok(Self {
            place,
            signals,
            selection: None,
            is_fresh: true,
            ownerless: None,
            is_untouched: true,
            reading: None,
            pasting: FuturesUnordered::new(),
            put: None,
            is_ours: false,
            known: KnownContent::default(),
            wake: Arc::default(),
        })
    }

    /// Waits for a change. Cancel safe: what is under way is in `self`.
    async fn change(&mut self) -> Result<Option<ClipboardChange>, ClipboardError> {
        loop {
            self.follow_seat()?;
            match self.step().await? {
                ClipboardStep::Woken => return Ok(None),
                ClipboardStep::Look => {}
                ClipboardStep::Heard(news) => self.hear(news),
                ClipboardStep::Read(read) => {
                    if let Some(change) = self.note_read(read) {
                        return Ok(Some(change));
                    }
                }
            }
        }
    }

    /// Has the clipboard of the portal's session that is open now, if one is.
    fn follow_seat(&mut self) -> Result<(), ClipboardError> {
        let open = match self.place.need().0 {
            SeatOpening::Open(OpenSeat { clipboard, .. }) => clipboard,
            SeatOpening::Closed | SeatOpening::Asking => SeatClipboard::Unasked,
            SeatOpening::Over(PortalFault::Declined) => return Err(ClipboardError::Withheld),
            SeatOpening::Over(fault) => return Err(lost(&fault)),
        };
        let selection = match open {
            SeatClipboard::Given(selection) => selection,
            SeatClipboard::Withheld => return Err(ClipboardError::Withheld),
            // The session without it is about to be followed by one with it.
            SeatClipboard::Unasked => {
                self.leave();
                return Ok(());
            }
        };
        if self.selection.as_ref().is_some_and(|known| known.is_same(&selection)) {
            return Ok(());
        }
        self.leave();
        if let Some(put) = self.put.clone().filter(|_| self.is_ours) {
            let selection = selection.clone();
            let offer = async move { selection.offer(offered_kinds(put.kind())).await };
            self.pasting.push(offer.boxed_local());
        }
        (self.selection, self.is_fresh) = (Some(selection), true);
        Ok(())
    }

    /// The session is over, and all that was going on in it.
    fn leave(&mut self) {
        (self.selection, self.reading) = (None, None);
        self.pasting.clear();
    }

    /// Waits for whatever is next, and serves those who paste meanwhile. Cancel safe.
    async fn step(&mut self) -> Result<ClipboardStep, ClipboardError> {
        let mut look = pin!(Timer::after(LOOK_INTERVAL));
        poll_fn(|context| match self.poll_step(context) {
            Poll::Pending => look.as_mut().poll(context).map(|_| Ok(ClipboardStep::Look)),
            step => step,
        })
        .await
    }

    fn poll_step(&mut self, context: &mut Context<'_>) -> Poll<Result<ClipboardStep, ClipboardError>> {
        if self.wake.poll(context).is_ready() {
            return Poll::Ready(Ok(ClipboardStep::Woken));
        }
        if let Poll::Ready(news) = self.signals.poll(self.selection.as_ref(), context) {
            let heard = news.map(ClipboardStep::Heard).map_err(|fault| lost(&fault));
            return Poll::Ready(heard);
        }
        while let Poll::Ready(Some(pasted)) = self.pasting.poll_next_unpin(context) {
            if let Err(fault) = pasted {
                tracing::debug!(%fault, "a program did not get what it pastes");
            }
        }
        match self.reading.as_mut().map(|reading| reading.poll_unpin(context)) {
            Some(Poll::Ready(read)) => {
                self.reading = None;
                Poll::Ready(Ok(ClipboardStep::Read(read)))
            }
            Some(Poll::Pending) | None => Poll::Pending,
        }
    }

    fn hear(&mut self, news: SelectionNews) {
        let Some(selection) = self.selection.clone() else { return };
        match news {
            SelectionNews::Copied(kinds) => {
                self.is_ours = false;
                let is_fresh = std::mem::take(&mut self.is_fresh) && selection.opened().elapsed() < SETTLING;
                let is_back = self.ownerless.take().is_some_and(|since| since.elapsed() < TAKEOVER);
                if is_fresh || (is_back && self.is_untouched) {
                    tracing::debug!("what was on the clipboard before");
                    return;
                }
                self.is_untouched = false;
                self.reading = Some(read_copy(selection, kinds).boxed_local());
            }
            SelectionNews::Ours => {
                (self.is_ours, self.is_fresh, self.is_untouched) = (true, false, false);
                (self.ownerless, self.reading) = (None, None);
            }
            SelectionNews::Nothing => {
                (self.is_fresh, self.reading) = (false, None);
                self.ownerless = Some(Instant::now());
            }
            SelectionNews::Wanted { kind, serial } => {
                if self.pasting.len() < MAX_PASTING {
                    let put = self.put.clone();
                    let pasting = async move { pasting::paste(&selection, put, &kind, serial).await };
                    self.pasting.push(pasting.boxed_local());
                }
            }
        }
    }

    /// What of something that was copied is to be told.
    fn note_read(&mut self, read: CopyRead) -> Option<ClipboardChange> {
        let content = match read {
            CopyRead::Nothing => return None,
            CopyRead::Refused(refusal) => return Some(ClipboardChange::Refused(refusal)),
            CopyRead::Done(content) => content,
        };
        if self.known.has(&content, Instant::now()) {
            tracing::debug!(?content, "what both sides have was copied again");
            return None;
        }
        self.known.reported(content.clone(), Instant::now());
        Some(ClipboardChange::Copied(content))
    }
}

impl SystemClipboard for PortalClipboard {
    fn next_change(&mut self, timeout: Duration) -> Result<Option<ClipboardChange>, ClipboardError> {
        let change = bus::within(timeout, self.change());
        futures::executor::block_on(change).unwrap_or(Ok(None))
    }

    /// While the desktop asks its user this is offered as soon as they have said yes.
    fn put(&mut self, content: ClipboardContent) -> Result<(), ClipboardError> {
        content.check().map_err(ClipboardError::Invalid)?;
        self.follow_seat()?;
        let kinds = offered_kinds(content.kind());
        self.known.put(content.clone());
        (self.reading, self.put, self.is_ours) = (None, Some(Arc::new(content)), true);
        let Some(selection) = &self.selection else { return Ok(()) };
        let offer = bus::within(OFFER_PATIENCE, selection.offer(kinds));
        let offered = futures::executor::block_on(offer);
        let late = || Err(PortalFault::Failed("the desktop does not answer".to_owned()));
        offered.unwrap_or_else(late).map_err(|fault| lost(&fault))
    }

    fn waker(&self) -> ClipboardWaker {
        let wake = Arc::clone(&self.wake);
        ClipboardWaker::new(move || wake.raise())
    }
}

impl Drop for PortalClipboard {
    fn drop(&mut self) {
        // Nobody would serve it any more.
        if let Some(selection) = self.selection.take().filter(|_| self.is_ours) {
            selection.withdraw();
        }
    }
}

fn lost(fault: &PortalFault) -> ClipboardError {
    ClipboardError::Lost(fault.to_string())
}
