//! Keeps the screen from going dark by the desktop's own service (`org.freedesktop.ScreenSaver`), which
//! lets go when the connection ends; and says whether the session is locked. It wakes no screen that is dark.

use std::time::Duration;

use beistand_session::ScreenCover;
use futures::executor::block_on;
use zbus::{Connection, Proxy};

use super::bus;
use crate::session_lock::{LockBuses, SessionLock};
use crate::{DesktopFault, DesktopObstacle, DesktopPart, ScreenKeeper};

const SERVICE: &str = "org.freedesktop.ScreenSaver";
const PATH: &str = "/org/freedesktop/ScreenSaver";

/// How long the service may take for an answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// The screen is kept on while this lives.
pub(super) struct PortalKeeper {
    _inhibiting: Connection,
    lock: SessionLock,
}

impl PortalKeeper {
    /// Asks the desktop to keep it on.
    ///
    /// # Errors
    /// [`DesktopFault::Unavailable`]: nobody there does.
    pub(super) fn open() -> Result<Self, DesktopFault> {
        let inhibit = async {
            let connection = bus::connect(PATIENCE).await?;
            let service = Proxy::new(&connection, SERVICE, PATH, SERVICE).await?;
            let _cookie: u32 = service.call("Inhibit", &("Beistand", "somebody helps here")).await?;
            Ok::<_, zbus::Error>(connection)
        };
        let inhibiting = block_on(inhibit).map_err(|error| DesktopFault::Unavailable {
            part: DesktopPart::ScreenSaver,
            obstacle: DesktopObstacle::System(error.to_string()),
        })?;
        Ok(Self { _inhibiting: inhibiting, lock: SessionLock::watch(LockBuses::default()) })
    }
}

impl ScreenKeeper for PortalKeeper {
    fn keep(&mut self) -> Result<ScreenCover, DesktopFault> {
        Ok(if self.lock.is_locked() { ScreenCover::Lock } else { ScreenCover::None })
    }
}
