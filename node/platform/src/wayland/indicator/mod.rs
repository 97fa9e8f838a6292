//! The indicator on a Wayland desktop: a window like any other, since no program may put one above all others
//! there, with the same bar in it as on X11. The desktop's own sign, which no program can cover, is there
//! beside it for as long as the screen is shared.
//!
//! A thread keeps the window. [`PortalIndicatorWatch`] looks whether it is there, and, while no sign of the
//! desktop's own is known to be, whether the desktop draws it: one that is minimised, wholly covered or on
//! another workspace is not drawn, or held back. What it can't see is a window that covers it in part.

mod keeper;
mod outputs;
mod surface;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, eventfd};
use rustix::fd::OwnedFd;

use self::keeper::SurfaceKeeper;
use super::seat::PortalSeat;
use crate::{
    DesktopFault, DesktopObstacle, DesktopPart, IndicatorFace, IndicatorFlaw, IndicatorFlow,
    IndicatorPressReceiver, IndicatorSight, IndicatorWatch, SessionIndicator,
};

/// The time in which the desktop must have drawn the window [`DRAWS`] times, or it is taken for hidden: it is
/// asked to ten times, and a desktop that draws without a graphics card takes a tenth of it for one.
const DRAWN_WITHIN: Duration = Duration::from_millis(2500);

/// How often it must have drawn it in that time: one that holds a covered window back draws it each second.
const DRAWS: usize = 5;

/// How long the thread may be silent before it is taken for stuck.
const ALIVE_WITHIN: Duration = Duration::from_secs(2);

/// The indicator; dropping it takes it away.
pub(super) struct PortalIndicator {
    shared: Arc<SharedBar>,
    seat: PortalSeat,
}

/// What the keeper's thread, its owner and the watch have in common.
struct SharedBar {
    began: Instant,
    wake: OwnedFd,
    stopped: AtomicBool,
    face: Mutex<Option<IndicatorFace>>,
    /// Whether the helper sees and does nothing.
    paused: AtomicBool,
    /// Whether it is to be put back.
    restore: AtomicBool,
    /// When the thread was last well, and when the desktop last drew the window, in milliseconds since
    /// `began`.
    alive: AtomicU64,
    drawn: AtomicU64,
    /// When it had drawn it [`DRAWS`] times ago.
    drawn_before: AtomicU64,
    /// Whether the window is there.
    gone: AtomicBool,
}

impl SharedBar {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            began: Instant::now(),
            wake: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
            stopped: AtomicBool::new(false),
            face: Mutex::default(),
            paused: AtomicBool::new(false),
            restore: AtomicBool::new(false),
            alive: AtomicU64::new(0),
            drawn: AtomicU64::new(0),
            drawn_before: AtomicU64::new(0),
            gone: AtomicBool::new(false),
        })
    }

    fn face(&self) -> MutexGuard<'_, Option<IndicatorFace>> {
        // Nothing panics while it is held.
        self.face.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn raise(&self) {
        // Fails only where so many wait that the thread is awake anyway.
        let _ = rustix::io::write(&self.wake, &1_u64.to_ne_bytes());
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn within(&self, at: &AtomicU64, time: Duration) -> bool {
        u128::from(self.now().saturating_sub(at.load(Ordering::Acquire))) <= time.as_millis()
    }
}

impl PortalIndicator {
    /// Shows `face`; it is on the screen when this returns.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`]: no compositor answers, or it has no windows.
    pub(super) fn open(
        face: IndicatorFace,
        pressed: IndicatorPressReceiver,
        seat: PortalSeat,
    ) -> Result<Self, DesktopFault> {
        let unavailable = |error: String| DesktopFault::Unavailable {
            part: DesktopPart::Indicator,
            obstacle: DesktopObstacle::System(error),
        };
        let shared = Arc::new(SharedBar::new().map_err(|error| unavailable(error.to_string()))?);
        let keeper = SurfaceKeeper::open(face, pressed, Arc::clone(&shared), seat.clone());
        let keeper = keeper.map_err(unavailable)?;
        std::thread::Builder::new()
            .name("indicator".to_owned())
            .spawn(move || keeper.run())
            .map_err(|error| unavailable(error.to_string()))?;
        Ok(Self { shared, seat })
    }
}

impl SessionIndicator for PortalIndicator {
    fn show(&self, face: &IndicatorFace) {
        self.shared.paused.store(face.flow == IndicatorFlow::Paused, Ordering::Release);
        *self.shared.face() = Some(face.clone());
        self.shared.raise();
    }

    fn restore(&self) {
        self.shared.restore.store(true, Ordering::Release);
        self.shared.raise();
    }

    fn step_aside(&self) {
        // Where a window is, is the desktop's to say: the user moves it.
    }

    fn watch(&self) -> Result<Box<dyn IndicatorWatch>, DesktopFault> {
        let (shared, seat) = (Arc::clone(&self.shared), self.seat.clone());
        Ok(Box::new(PortalIndicatorWatch { shared, seat, signed_at: Instant::now() }))
    }
}

impl Drop for PortalIndicator {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Release);
        self.shared.raise();
    }
}

/// When the window was drawn last.
#[derive(Debug, Default)]
struct DrawTimes([u64; DRAWS]);

impl DrawTimes {
    /// It is drawn now; the time at which it was [`DRAWS`] times ago, counting this one, or 0.
    fn add(&mut self, now: u64) -> u64 {
        self.0.rotate_left(1);
        self.0[DRAWS - 1] = now;
        self.0[0]
    }
}

/// Looks by what the desktop has said.
struct PortalIndicatorWatch {
    shared: Arc<SharedBar>,
    seat: PortalSeat,
    /// When the desktop's own sign was last there, or nothing was shown to anybody.
    signed_at: Instant,
}

impl IndicatorWatch for PortalIndicatorWatch {
    fn look(&mut self) -> IndicatorSight {
        let shared = &self.shared;
        let paused = shared.paused.load(Ordering::Acquire);
        if paused || self.seat.is_signed() {
            self.signed_at = Instant::now();
        }
        let signed = !paused && self.signed_at.elapsed() <= DRAWN_WITHIN;
        if shared.gone.load(Ordering::Acquire) {
            IndicatorSight::Hidden(IndicatorFlaw::Gone)
        } else if !shared.within(&shared.alive, ALIVE_WITHIN) {
            IndicatorSight::Hidden(IndicatorFlaw::Stuck)
        } else if signed || shared.within(&shared.drawn_before, DRAWN_WITHIN) {
            IndicatorSight::Seen
        } else {
            IndicatorSight::Hidden(IndicatorFlaw::Unmapped)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a window that is drawn so often counts as seen in the end.
    fn is_seen(interval_millis: u64) -> bool {
        let mut draws = DrawTimes::default();
        let before = (0..100).map(|count| draws.add(count * interval_millis)).last().unwrap_or_default();
        u128::from(99 * interval_millis - before) <= DRAWN_WITHIN.as_millis()
    }

    #[test]
    fn a_window_that_is_drawn_once_a_second_is_held_back_and_one_that_is_asked_for_is_not() {
        assert!(is_seen(250) && is_seen(500));
        assert!(!is_seen(1000), "a covered window of some desktops");
    }
}
