//! What the server is asked to report about the screen and the pointer, and what it has reported.
//!
//! DAMAGE at level `NonEmpty`: one event however much is drawn, until the region is fetched. So a storm of
//! drawing can't fill a queue, and everything that was drawn up to the fetch is one update.

use x11rb::connection::{Connection, RequestConnection};
use x11rb::protocol::Event;
use x11rb::protocol::damage::{self, ConnectionExt as _, ReportLevel};
use x11rb::protocol::randr::{self, ConnectionExt as _, NotifyMask};
use x11rb::protocol::shm::ConnectionExt as _;
use x11rb::protocol::xfixes::{self, ConnectionExt as _, CursorNotifyMask};
use x11rb::protocol::xinput::{self, ConnectionExt as _, Device, XIEventMask};
use x11rb::protocol::xproto::{ChangeWindowAttributesAux, ConnectionExt as _, EventMask, Rectangle};

use crate::DesktopObstacle;
use crate::x11::{X11Display, X11Failure};

/// What has happened since it was last dealt with.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PendingChanges {
    pub(super) damaged: bool,
    pub(super) cursor_shape: bool,
    pub(super) moved: bool,
    /// The screen has another size, or other monitors.
    pub(super) resized: bool,
}

impl PendingChanges {
    /// At the start everything is unknown.
    pub(super) const EVERYTHING: Self =
        Self { damaged: true, cursor_shape: true, moved: true, resized: false };

    pub(super) fn any(self) -> bool {
        self.damaged || self.cursor_shape || self.moved || self.resized
    }
}

/// The subscriptions of one connection.
pub(super) struct ScreenWatch {
    damage: damage::Damage,
    region: xfixes::Region,
}

impl ScreenWatch {
    /// Checks that the server has what is needed, and subscribes.
    pub(super) fn start(display: &X11Display) -> Result<Self, X11Failure> {
        let (conn, root) = (&display.conn, display.root());
        for name in ["MIT-SHM", "DAMAGE", "XFIXES", "XInputExtension"] {
            if conn.extension_information(name)?.is_none() {
                return Err(X11Failure(DesktopObstacle::NoExtension(name)));
            }
        }
        let shm = conn.shm_query_version()?.reply()?;
        if (shm.major_version, shm.minor_version) < (1, 2) {
            return Err(X11Failure(DesktopObstacle::NoSharedMemory));
        }
        conn.damage_query_version(1, 1)?.reply()?;
        conn.xfixes_query_version(5, 0)?.reply()?;
        conn.xinput_xi_query_version(2, 2)?.reply()?;

        let watch = Self { damage: conn.generate_id()?, region: conn.generate_id()? };
        conn.xfixes_create_region(watch.region, &[])?;
        conn.damage_create(watch.damage, root, ReportLevel::NON_EMPTY)?.check()?;
        conn.xfixes_select_cursor_input(root, CursorNotifyMask::DISPLAY_CURSOR)?.check()?;
        // The root window's ConfigureNotify is what tells of RandR's changes of the screen's size, RandR's
        // own events of monitors that move on a screen of the same size.
        let structure = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
        conn.change_window_attributes(root, &structure)?.check()?;
        if conn.extension_information(randr::X11_EXTENSION_NAME)?.is_some() {
            conn.randr_query_version(1, 5)?.reply()?;
            let changes = NotifyMask::SCREEN_CHANGE | NotifyMask::CRTC_CHANGE | NotifyMask::OUTPUT_CHANGE;
            conn.randr_select_input(root, changes)?.check()?;
        }
        // Raw motion arrives whoever has grabbed the pointer and whichever window it is over.
        let motion =
            xinput::EventMask { deviceid: Device::ALL_MASTER.into(), mask: vec![XIEventMask::RAW_MOTION] };
        conn.xinput_xi_select_events(root, &[motion])?.check()?;
        Ok(watch)
    }

    /// Takes in what the server has sent.
    pub(super) fn drain(&self, display: &X11Display, pending: &mut PendingChanges) -> Result<(), X11Failure> {
        while let Some(event) = display.conn.poll_for_event()? {
            match event {
                Event::DamageNotify(_) => pending.damaged = true,
                Event::XfixesCursorNotify(_) => pending.cursor_shape = true,
                Event::XinputRawMotion(_) => pending.moved = true,
                Event::RandrScreenChangeNotify(_) | Event::RandrNotify(_) => pending.resized = true,
                Event::ConfigureNotify(event) if event.window == display.root() => pending.resized = true,
                _ => {}
            }
        }
        Ok(())
    }

    /// Fetches what was damaged and starts anew: what is drawn from now on raises a new event.
    pub(super) fn take_damage(&self, display: &X11Display) -> Result<Vec<Rectangle>, X11Failure> {
        display.conn.damage_subtract(self.damage, x11rb::NONE, self.region)?;
        Ok(display.conn.xfixes_fetch_region(self.region)?.reply()?.rectangles)
    }
}
