//! What a desktop says of looks, by the portal for settings on D-Bus: light or dark, and whether anything
//! moves by itself.
//!
//! It asks once and hears of changes, on a thread of its own. It starts no service and changes no setting;
//! where nobody answers nothing is said.

use std::time::Duration;

use futures::channel::oneshot;
use futures::executor::block_on;
use futures::future::{Either, select};
use futures::stream::StreamExt as _;
use zbus::connection::Builder;
use zbus::proxy::MethodFlags;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, Proxy};

/// How long the portal may take for its answer: the window is shown before it comes.
const PATIENCE: Duration = Duration::from_secs(2);

const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PORTAL_PATH: &str = "/org/freedesktop/portal/desktop";
const SETTINGS: &str = "org.freedesktop.portal.Settings";
/// What all desktops have in common, and what GNOME's and those of its family have for themselves.
const COMMON: &str = "org.freedesktop.appearance";
const GNOME: &str = "org.gnome.desktop.interface";

/// Light or dark, as a desktop says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SystemTheme {
    /// It says nothing of it.
    #[default]
    Unsaid,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Whether anything is to move by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SystemMotion {
    /// It may, or nothing is said of it.
    #[default]
    Full,
    /// Nothing is to.
    Reduced,
}

/// What a desktop says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SystemAppearance {
    /// Light or dark.
    pub theme: SystemTheme,
    /// Whether anything moves.
    pub motion: SystemMotion,
}

/// Hears of it, at once and after each change.
pub type AppearanceReceiver = Box<dyn FnMut(SystemAppearance) + Send>;

/// The running watch; it ends when this is dropped.
#[derive(Debug)]
pub struct AppearanceWatch {
    /// Nothing is ever sent: its end is the word.
    _alive: oneshot::Sender<()>,
}

impl AppearanceWatch {
    /// Begins to listen on the session's bus: the one with this address, or the usual one.
    pub fn start(bus: Option<String>, mut tell: AppearanceReceiver) -> Self {
        let (alive, over) = oneshot::channel();
        let watch = async move {
            if let Err(error) = listen(bus, &mut tell).await {
                tracing::debug!(%error, "no portal says how the desktop looks");
            }
        };
        let run = move || match block_on(select(Box::pin(watch), over)) {
            Either::Left(_) | Either::Right(_) => {}
        };
        if let Err(error) = std::thread::Builder::new().name("appearance".to_owned()).spawn(run) {
            tracing::warn!(%error, "no thread for the desktop's looks");
        }
        Self { _alive: alive }
    }
}

async fn listen(bus: Option<String>, tell: &mut AppearanceReceiver) -> zbus::Result<()> {
    let builder = match &bus {
        Some(address) => Builder::address(address.as_str())?,
        None => Builder::session()?,
    };
    let connection: Connection = builder.method_timeout(PATIENCE).build().await?;
    let settings = Proxy::new(&connection, PORTAL, PORTAL_PATH, SETTINGS).await?;
    let mut changes = settings.receive_signal("SettingChanged").await?;
    let mut said = ask(&settings).await;
    tell(said);
    while changes.next().await.is_some() {
        let now = ask(&settings).await;
        if std::mem::replace(&mut said, now) != now {
            tell(now);
        }
    }
    Ok(())
}

async fn ask(settings: &Proxy<'_>) -> SystemAppearance {
    let theme = match read(settings, COMMON, "color-scheme").await.as_deref() {
        Some(Value::U32(1)) => SystemTheme::Dark,
        Some(Value::U32(2)) => SystemTheme::Light,
        Some(_) | None => SystemTheme::Unsaid,
    };
    let reduced = matches!(read(settings, COMMON, "reduced-motion").await.as_deref(), Some(Value::U32(1)))
        || matches!(read(settings, GNOME, "enable-animations").await.as_deref(), Some(Value::Bool(false)));
    SystemAppearance { theme, motion: if reduced { SystemMotion::Reduced } else { SystemMotion::Full } }
}

/// A setting's value, out of the variants that portals of different ages wrap it in.
async fn read(settings: &Proxy<'_>, space: &str, key: &str) -> Option<OwnedValue> {
    let flags = MethodFlags::NoAutoStart.into();
    let answer: Option<OwnedValue> = settings.call_with_flags("Read", flags, &(space, key)).await.ok()?;
    let mut value: Value<'static> = answer?.into();
    // Two are known.
    for _ in 0..3 {
        let Value::Value(inner) = value else { break };
        value = *inner;
    }
    OwnedValue::try_from(value).ok()
}
