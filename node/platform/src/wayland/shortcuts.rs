//! The desktop's shortcuts for one window of this program, by `keyboard-shortcuts-inhibit-unstable-v1`: the
//! compositor leaves its own out while that window has the focus.
//!
//! The requests go over the window's own connection, since its surface belongs to that. Whoever has the
//! window reads from it; what came for us meanwhile is looked at when the window comes round. It never waits
//! but for the first answer, with which the compositor says what it can.

use std::cell::RefCell;
use std::ptr::with_exposed_provenance_mut;

use wayland_backend::client::{Backend, ObjectId};
use wayland_client::globals::{GlobalList, GlobalListContents, registry_queue_init};
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::{self, WlSeat};
use wayland_client::protocol::wl_surface::WlSurface;
use wayland_client::{Connection, Dispatch, EventQueue, Proxy as _, QueueHandle, delegate_noop};
use wayland_protocols::wp::keyboard_shortcuts_inhibit::zv1::client::{
    zwp_keyboard_shortcuts_inhibit_manager_v1::ZwpKeyboardShortcutsInhibitManagerV1,
    zwp_keyboard_shortcuts_inhibitor_v1::{self, ZwpKeyboardShortcutsInhibitorV1},
};

use crate::{DesktopFault, DesktopObstacle, DesktopPart, GrabNotice, GrabState, ShortcutGrab, WaylandWindow};

/// Seats at which shortcuts are left out: there is one wherever nobody has set up a second.
const MAX_SEATS: usize = 8;

/// Gets the shortcuts for a window; on the thread that has the window.
pub(super) struct ShortcutInhibition {
    connection: Connection,
    notice: GrabNotice,
    inner: RefCell<InhibitionQueue>,
}

struct InhibitionQueue {
    queue: EventQueue<SeatAnswers>,
    answers: SeatAnswers,
    manager: ZwpKeyboardShortcutsInhibitManagerV1,
    seats: Vec<WlSeat>,
    surface: WlSurface,
    /// One per seat while they are wanted.
    inhibitors: Vec<ZwpKeyboardShortcutsInhibitorV1>,
    /// As it was told last.
    state: GrabState,
}

/// What the compositor has said.
#[derive(Default)]
struct SeatAnswers {
    /// Whether it leaves its shortcuts out.
    active: bool,
}

impl ShortcutInhibition {
    /// # Errors
    /// [`DesktopFault::NotHere`]: the compositor leaves its shortcuts out for nobody;
    /// [`DesktopFault::Unavailable`]: it does not answer.
    pub(super) fn open(window: WaylandWindow, notice: GrabNotice) -> Result<Self, DesktopFault> {
        let part = DesktopPart::Shortcuts;
        let unavailable =
            |error: String| DesktopFault::Unavailable { part, obstacle: DesktopObstacle::System(error) };
        let (connection, surface) = foreign(window).map_err(unavailable)?;
        let (globals, queue) = registry_queue_init::<SeatAnswers>(&connection)
            .map_err(|error| unavailable(error.to_string()))?;
        let manager = globals.bind(&queue.handle(), 1..=1, ()).map_err(|error| {
            tracing::info!(%error, "the compositor keeps its shortcuts");
            DesktopFault::NotHere(part)
        })?;
        let seats = bind_seats(&globals, &queue.handle());
        let inner = RefCell::new(InhibitionQueue {
            queue,
            answers: SeatAnswers::default(),
            manager,
            seats,
            surface,
            inhibitors: Vec::new(),
            state: GrabState::Free,
        });
        Ok(Self { connection, notice, inner })
    }

    /// Sends what was asked for. It goes with the window's own requests where there is no room now.
    fn flush(&self) {
        if let Err(error) = self.connection.flush() {
            tracing::debug!(%error, "the compositor is busy or gone");
        }
    }
}

impl ShortcutGrab for ShortcutInhibition {
    fn want(&self, wanted: bool) {
        if self.inner.borrow_mut().want(wanted) {
            self.flush();
        }
    }

    fn answered(&self) {
        let changed = self.inner.borrow_mut().look();
        if let Some(state) = changed {
            (self.notice)(state);
        }
    }

    fn state(&self) -> GrabState {
        self.inner.borrow().state
    }
}

impl Drop for ShortcutInhibition {
    fn drop(&mut self) {
        // Where all is given up the connection may be closed already; with it the compositor lets go.
        if !std::thread::panicking() && self.inner.borrow_mut().want(false) {
            self.flush();
        }
    }
}

impl InhibitionQueue {
    /// Whether that is new.
    fn want(&mut self, wanted: bool) -> bool {
        if wanted != self.inhibitors.is_empty() {
            return false;
        }
        self.answers = SeatAnswers::default();
        if wanted {
            let queue = self.queue.handle();
            let inhibit = |seat| self.manager.inhibit_shortcuts(&self.surface, seat, &queue, ());
            self.inhibitors = self.seats.iter().map(inhibit).collect();
            return !self.inhibitors.is_empty();
        }
        for inhibitor in self.inhibitors.drain(..) {
            inhibitor.destroy();
        }
        self.state = GrabState::Free;
        true
    }

    /// Deals with what has come; the state where it has changed.
    fn look(&mut self) -> Option<GrabState> {
        let before = self.state;
        let now = match self.queue.dispatch_pending(&mut self.answers) {
            Ok(_) if self.answers.active && !self.inhibitors.is_empty() => GrabState::Held,
            Ok(_) => GrabState::Free,
            Err(_) => GrabState::Lost,
        };
        self.state = now;
        (before != now).then_some(now)
    }
}

/// The window's own connection and its surface there.
fn foreign(window: WaylandWindow) -> Result<(Connection, WlSurface), String> {
    let display = with_exposed_provenance_mut(window.display.get());
    // SAFETY: a `WaylandWindow` is only made from a living window, whose event loop outlives what is opened
    // with it, as its maker promises.
    let backend = unsafe { Backend::from_foreign_display(display) };
    let connection = Connection::from_backend(backend);
    let surface = with_exposed_provenance_mut(window.surface.get());
    // SAFETY: as above; that it is a surface is checked.
    let id = unsafe { ObjectId::from_ptr(WlSurface::interface(), surface) };
    let id = id.map_err(|error| error.to_string())?;
    let surface = WlSurface::from_id(&connection, id).map_err(|error| error.to_string())?;
    Ok((connection, surface))
}

fn bind_seats(globals: &GlobalList, queue: &QueueHandle<SeatAnswers>) -> Vec<WlSeat> {
    let all = globals.contents().clone_list();
    let seats = all.iter().filter(|global| global.interface == WlSeat::interface().name);
    let bind = |name| globals.registry().bind(name, 1, queue, ());
    seats.take(MAX_SEATS).map(|global| bind(global.name)).collect()
}

impl Dispatch<ZwpKeyboardShortcutsInhibitorV1, ()> for SeatAnswers {
    fn event(
        answers: &mut Self,
        _: &ZwpKeyboardShortcutsInhibitorV1,
        event: zwp_keyboard_shortcuts_inhibitor_v1::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            zwp_keyboard_shortcuts_inhibitor_v1::Event::Active => answers.active = true,
            zwp_keyboard_shortcuts_inhibitor_v1::Event::Inactive => answers.active = false,
            _ => {}
        }
    }
}

impl Dispatch<WlRegistry, GlobalListContents> for SeatAnswers {
    fn event(
        _: &mut Self,
        _: &WlRegistry,
        _: wl_registry::Event,
        _: &GlobalListContents,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }
}

impl Dispatch<WlSeat, ()> for SeatAnswers {
    fn event(_: &mut Self, _: &WlSeat, _: wl_seat::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {}
}

delegate_noop!(SeatAnswers: ZwpKeyboardShortcutsInhibitManagerV1);
