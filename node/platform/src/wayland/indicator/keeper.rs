//! The thread that keeps the indicator's window: draws it, takes presses, and asks whether it is drawn.
//! Whether it is drawn often enough is its watch's to say.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use wayland_client::backend::WaylandError;
use wayland_client::globals::registry_queue_init;
use wayland_client::{Connection, EventQueue};

use super::surface::BarSurface;
use super::{DrawTimes, SharedBar};
use crate::wayland::seat::PortalSeat;
use crate::x11::{BarButton, PaintedBar, paint_bar};
use crate::{IndicatorFace, IndicatorFlow, IndicatorPress, IndicatorPressReceiver};

/// How often it is asked whether the window is drawn.
const ASK_INTERVAL: Duration = Duration::from_millis(250);

/// How long a compositor may take to show the window.
const SHOW_TIMEOUT: Duration = Duration::from_secs(4);

pub(super) struct SurfaceKeeper {
    connection: Connection,
    queue: EventQueue<BarSurface>,
    bar: BarSurface,
    face: IndicatorFace,
    /// As it is shown.
    painted: Option<PaintedBar>,
    /// The button on which the main button went down.
    pressed_on: Option<BarButton>,
    pressed: IndicatorPressReceiver,
    shared: Arc<SharedBar>,
    /// Who is to know that monitors have changed.
    seat: PortalSeat,
    /// When it was last asked whether the window is drawn.
    asked_at: Instant,
    /// The last times at which it was.
    draws: DrawTimes,
}

impl SurfaceKeeper {
    /// Connects to the compositor and shows the window.
    pub(super) fn open(
        face: IndicatorFace,
        pressed: IndicatorPressReceiver,
        shared: Arc<SharedBar>,
        seat: PortalSeat,
    ) -> Result<Self, String> {
        let connection = Connection::connect_to_env().map_err(|error| error.to_string())?;
        let (globals, queue) =
            registry_queue_init::<BarSurface>(&connection).map_err(|error| error.to_string())?;
        let bar = BarSurface::make(&globals, &queue.handle(), &face.name)?;
        let (painted, pressed_on) = (None, None);
        let (asked_at, draws) = (Instant::now(), DrawTimes::default());
        let mut keeper = Self {
            connection,
            queue,
            bar,
            face,
            painted,
            pressed_on,
            pressed,
            shared,
            seat,
            asked_at,
            draws,
        };
        let deadline = Instant::now() + SHOW_TIMEOUT;
        while keeper.shared.drawn.load(Ordering::Acquire) == 0 {
            keeper.turn(ASK_INTERVAL)?;
            if Instant::now() >= deadline {
                return Err("the compositor does not show the window".to_owned());
            }
        }
        Ok(keeper)
    }

    pub(super) fn run(mut self) {
        while !self.shared.stopped.load(Ordering::Acquire) {
            if let Err(error) = self.turn(ASK_INTERVAL) {
                tracing::warn!(error, "the bar's window is lost");
                break;
            }
            if self.bar.closed {
                tracing::info!("the desktop closes the bar's window");
                break;
            }
        }
        // A new one is made where it is still wanted.
        self.shared.gone.store(true, Ordering::Release);
        drop(self.bar);
        let _ = self.connection.flush();
    }

    /// Waits for what there is, at most for `time`, and deals with it.
    fn turn(&mut self, time: Duration) -> Result<(), String> {
        self.shared.alive.store(self.shared.now(), Ordering::Release);
        self.read(time)?;
        self.queue.dispatch_pending(&mut self.bar).map_err(|error| error.to_string())?;
        if std::mem::take(&mut self.bar.drawn) && self.painted.is_some() {
            let now = self.shared.now().max(1);
            self.shared.drawn.store(now, Ordering::Release);
            self.shared.drawn_before.store(self.draws.add(now), Ordering::Release);
        }
        if self.bar.outputs.take_change() {
            self.seat.note_rearranged();
        }
        self.take_clicks();
        let news = self.shared.face().take();
        let is_new = news.is_some();
        if let Some(face) = news {
            self.face = face;
        }
        let restore = self.shared.restore.swap(false, Ordering::AcqRel);
        let scale = self.bar.scale();
        let stale = self.painted.as_ref().is_none_or(|painted| painted.scale != scale);
        if !self.bar.configured {
            return Ok(());
        }
        if stale || is_new || restore {
            let painted = paint_bar(&self.face, scale);
            self.bar.show(&self.queue.handle(), painted.size, &painted.pixels)?;
            self.painted = Some(painted);
        } else if !self.bar.asked && self.asked_at.elapsed() >= ASK_INTERVAL {
            self.asked_at = Instant::now();
            self.bar.ask(&self.queue.handle());
        }
        Ok(())
    }

    fn read(&mut self, time: Duration) -> Result<(), String> {
        self.connection.flush().map_err(|error| error.to_string())?;
        let Some(guard) = self.connection.prepare_read() else { return Ok(()) };
        let timeout = Timespec { tv_sec: 0, tv_nsec: time.subsec_nanos().into() };
        let readable = {
            let compositor = guard.connection_fd();
            let mut fds = [
                PollFd::from_borrowed_fd(compositor, PollFlags::IN),
                PollFd::new(&self.shared.wake, PollFlags::IN),
            ];
            match poll(&mut fds, Some(&timeout)) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.to_string()),
            }
            !fds[0].revents().is_empty()
        };
        let mut raised = [0; 8];
        let _ = rustix::io::read(&self.shared.wake, &mut raised);
        if !readable {
            return Ok(());
        }
        match guard.read() {
            Ok(_) => Ok(()),
            Err(WaylandError::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// A button counts where it was pressed and let go of.
    fn take_clicks(&mut self) {
        for (down, at) in std::mem::take(&mut self.bar.clicks) {
            let button = self.painted.as_ref().and_then(|painted| painted.button_at(at));
            if down {
                self.pressed_on = button;
            } else if let Some(button) = self.pressed_on.take().filter(|pressed| Some(*pressed) == button) {
                (self.pressed)(match (button, self.face.flow) {
                    (BarButton::End, _) => IndicatorPress::End,
                    (BarButton::Flow, IndicatorFlow::Running) => IndicatorPress::Pause,
                    (BarButton::Flow, IndicatorFlow::Paused) => IndicatorPress::GoOn,
                });
            }
        }
    }
}
