//! Whether the user's session is locked, as desktops say it on D-Bus: GNOME, Cinnamon and MATE by their own
//! screen saver, KDE and others by freedesktop.org's, and logind for all that tell it.
//!
//! It asks once, or once a second on a thread of its own, since a service may be slow, and starts none. What
//! it does not do: it locks and opens nothing, and where nobody answers it takes the session for open.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use futures::executor::block_on;
use zbus::connection::Builder;
use zbus::proxy::MethodFlags;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, Proxy};

/// How often it is asked: a person should hear within a moment that the screen was locked.
const INTERVAL: Duration = Duration::from_secs(1);

/// How long a service may take for its answer: all of them together no longer than [`INTERVAL`].
const PATIENCE: Duration = Duration::from_millis(200);

/// Screen savers on the session's bus: name and interface, and path. What is active there hides the screen.
const SAVERS: [(&str, &str); 4] = [
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
    ("org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver"),
    ("org.mate.ScreenSaver", "/org/mate/ScreenSaver"),
];

/// The session of this process at logind, or else its user's on the screen.
const LOGIND: &str = "org.freedesktop.login1";
const SESSION_PATH: &str = "/org/freedesktop/login1/session/auto";
const SESSION: &str = "org.freedesktop.login1.Session";

/// Where the services are.
#[derive(Debug, Clone, Default)]
pub struct LockBuses {
    /// The address of the session's bus; the usual one without.
    pub session: Option<String>,
    /// The same of the system's.
    pub system: Option<String>,
}

/// What is known of the lock; the watch ends when this is dropped.
#[derive(Debug)]
pub struct SessionLock {
    locked: Arc<AtomicBool>,
    /// Nothing is ever sent: its end is the word.
    _alive: Sender<()>,
}

impl SessionLock {
    /// Begins to watch. Where there is no bus, or no room for a thread, nothing is ever locked.
    pub fn watch(buses: LockBuses) -> Self {
        let (alive, over) = channel::<()>();
        let locked = Arc::new(AtomicBool::new(false));
        let shared = locked.clone();
        let watching = std::thread::Builder::new().name("lock".to_owned()).spawn(move || {
            let services = block_on(LockServices::connect(&buses));
            if services.is_nobody() {
                return;
            }
            while over.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                shared.store(block_on(services.is_locked()), Ordering::Relaxed);
            }
        });
        if let Err(error) = watching {
            tracing::warn!(%error, "no thread for the session's lock");
        }
        Self { locked, _alive: alive }
    }

    /// Whether it was locked when it was last asked.
    pub fn is_locked(&self) -> bool {
        self.locked.load(Ordering::Relaxed)
    }
}

/// Whether it is locked now. It asks once, for no longer than all services may take.
pub(crate) fn is_locked_now(buses: &LockBuses) -> bool {
    block_on(async { LockServices::connect(buses).await.is_locked().await })
}

/// The connections.
struct LockServices {
    session: Option<Connection>,
    system: Option<Connection>,
}

impl LockServices {
    async fn connect(buses: &LockBuses) -> Self {
        let session = match &buses.session {
            Some(address) => Builder::address(address.as_str()),
            None => Builder::session(),
        };
        let system = match &buses.system {
            Some(address) => Builder::address(address.as_str()),
            None => Builder::system(),
        };
        Self { session: connection(session).await, system: connection(system).await }
    }

    fn is_nobody(&self) -> bool {
        self.session.is_none() && self.system.is_none()
    }

    async fn is_locked(&self) -> bool {
        self.saver_is_active().await || self.hint_is_set().await
    }

    async fn saver_is_active(&self) -> bool {
        let Some(session) = &self.session else { return false };
        for (name, path) in SAVERS {
            let Ok(saver) = Proxy::new(session, name, path, name).await else { continue };
            let active: zbus::Result<Option<bool>> =
                saver.call_with_flags("GetActive", MethodFlags::NoAutoStart.into(), &()).await;
            if matches!(active, Ok(Some(true))) {
                return true;
            }
        }
        false
    }

    async fn hint_is_set(&self) -> bool {
        let Some(system) = &self.system else { return false };
        let properties = Proxy::new(system, LOGIND, SESSION_PATH, "org.freedesktop.DBus.Properties").await;
        let Ok(properties) = properties else { return false };
        let flags = MethodFlags::NoAutoStart.into();
        let hint: zbus::Result<Option<OwnedValue>> =
            properties.call_with_flags("Get", flags, &(SESSION, "LockedHint")).await;
        hint.ok().flatten().is_some_and(|hint| bool::try_from(hint) == Ok(true))
    }
}

async fn connection(builder: zbus::Result<Builder<'_>>) -> Option<Connection> {
    match builder {
        Ok(builder) => builder.method_timeout(PATIENCE).build().await,
        Err(error) => Err(error),
    }
    .inspect_err(|error| tracing::debug!(%error, "no bus to ask whether the session is locked"))
    .ok()
}
