//! The connection to the portal, and what it can do. It asks for nothing yet.

use std::collections::HashMap;
use std::time::Duration;

use futures::executor::block_on;
use zbus::proxy::CacheProperties;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, Proxy};

use super::PortalFault;
use crate::desktop_door::APP_ID;
use crate::wayland::bus;

/// The portal's name and the path of all that it offers.
pub(super) const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";

const SCREEN_CAST: &str = "org.freedesktop.portal.ScreenCast";
const REMOTE_DESKTOP: &str = "org.freedesktop.portal.RemoteDesktop";
pub(super) const SHORTCUTS: &str = "org.freedesktop.portal.GlobalShortcuts";
pub(super) const CLIPBOARD: &str = "org.freedesktop.portal.Clipboard";

/// A shell that is known to show a sign of its own for as long as a screen is shared.
const SIGNING_SHELL: &str = "org.gnome.Shell";

/// How long the portal may take for an answer that needs no person: it is started by the first question, and
/// so is what it asks itself.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Devices of RemoteDesktop: a keyboard and a pointer.
const INPUT_DEVICES: u32 = 1 | 2;

/// What the portal can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::wayland) struct PortalAbility {
    /// Ways to show the pointer: 1 hidden, 2 in the picture, 4 beside it.
    pub(in crate::wayland) cursor_modes: u32,
    /// Version of ScreenCast: with the fourth what the user chose can be asked for again.
    pub(in crate::wayland) screen_version: u32,
    /// Version of RemoteDesktop where it has keyboard and pointer: with the second the same.
    pub(in crate::wayland) input_version: Option<u32>,
    /// Whether sessions with keyboard and pointer can have the clipboard, too.
    pub(in crate::wayland) clipboard: bool,
}

/// A connection to the portal; cheap to clone.
#[derive(Debug, Clone)]
pub(in crate::wayland) struct PortalClient {
    pub(super) connection: Connection,
    pub(super) ability: PortalAbility,
    has_sign: bool,
}

impl PortalClient {
    /// Connects, and asks what the portal can do. No person is asked.
    pub(in crate::wayland) fn connect() -> Result<Self, PortalFault> {
        let late = || Err(PortalFault::Failed("the portal does not answer".to_owned()));
        block_on(bus::within(PATIENCE, async {
            let connection = bus::connect(PATIENCE).await?;
            Self::register(&connection).await;
            let screen_version = property(&connection, SCREEN_CAST, "version").await?;
            let cursor_modes = property(&connection, SCREEN_CAST, "AvailableCursorModes").await.unwrap_or(2);
            let devices = property(&connection, REMOTE_DESKTOP, "AvailableDeviceTypes").await.unwrap_or(0);
            let has_input = devices & INPUT_DEVICES == INPUT_DEVICES;
            let input_version = match property(&connection, REMOTE_DESKTOP, "version").await {
                Ok(version) if has_input => Some(version),
                Ok(_) | Err(_) => None,
            };
            let clipboard =
                input_version.is_some() && property(&connection, CLIPBOARD, "version").await.is_ok();
            let ability = PortalAbility { cursor_modes, screen_version, input_version, clipboard };
            tracing::debug!(?ability, "the desktop portal");
            let names = zbus::fdo::DBusProxy::new(&connection).await?;
            let has_sign = names.name_has_owner(SIGNING_SHELL.try_into().map_err(zbus::Error::from)?).await?;
            Ok(Self { connection, ability, has_sign })
        }))
        .unwrap_or_else(late)
    }

    /// Whether it lets mouse and keyboard be controlled.
    pub(in crate::wayland) fn has_input(&self) -> bool {
        self.ability.input_version.is_some()
    }

    /// Whether it lets the clipboard be used.
    pub(in crate::wayland) fn has_clipboard(&self) -> bool {
        self.ability.clipboard
    }

    /// Whether the desktop shows above all windows that a screen is shared.
    pub(in crate::wayland) fn has_sign(&self) -> bool {
        self.has_sign
    }

    /// Does this on the connection's own thread: something is over, and nobody waits for its end.
    pub(super) fn finish(&self, act: impl Future<Output = Result<(), PortalFault>> + Send + 'static) {
        let finish = async move {
            if let Err(fault) = act.await {
                tracing::debug!(%fault, "what the portal has open ends with the connection");
            }
        };
        self.connection.executor().spawn(finish, "finish").detach();
    }

    pub(super) async fn screen_cast(&self) -> Result<Proxy<'static>, PortalFault> {
        proxy(&self.connection, PATH, SCREEN_CAST).await
    }

    pub(super) async fn remote_desktop(&self) -> Result<Proxy<'static>, PortalFault> {
        proxy(&self.connection, PATH, REMOTE_DESKTOP).await
    }

    pub(super) async fn clipboard(&self) -> Result<Proxy<'static>, PortalFault> {
        proxy(&self.connection, PATH, CLIPBOARD).await
    }

    pub(super) async fn shortcuts(&self) -> Result<Proxy<'static>, PortalFault> {
        proxy(&self.connection, PATH, SHORTCUTS).await
    }

    /// Says which program this is, as the menus have it: some parts are for programs with a name alone. It
    /// must be the first thing that is asked over the connection; older portals don't know it.
    async fn register(connection: &Connection) {
        let register = async {
            let registry = proxy(connection, PATH, "org.freedesktop.host.portal.Registry").await?;
            let options: HashMap<&str, Value<'_>> = HashMap::new();
            Ok::<(), PortalFault>(registry.call("Register", &(APP_ID, options)).await?)
        };
        if let Err(fault) = register.await {
            tracing::debug!(%fault, "the portal does not take this program's name");
        }
    }

    /// Something that belongs to one request or session.
    pub(super) async fn at(
        &self,
        path: &str,
        interface: &'static str,
    ) -> Result<Proxy<'static>, PortalFault> {
        proxy(&self.connection, path, interface).await
    }
}

async fn proxy(
    connection: &Connection,
    path: &str,
    interface: &'static str,
) -> Result<Proxy<'static>, PortalFault> {
    let builder = zbus::proxy::Builder::new(connection).destination(PORTAL)?;
    let builder = builder.path(path.to_owned())?.interface(interface)?;
    Ok(builder.cache_properties(CacheProperties::No).build().await?)
}

async fn property(connection: &Connection, interface: &'static str, name: &str) -> Result<u32, PortalFault> {
    let properties = proxy(connection, PATH, "org.freedesktop.DBus.Properties").await?;
    let value: OwnedValue = properties.call("Get", &(interface, name)).await?;
    Ok(u32::try_from(value)?)
}
