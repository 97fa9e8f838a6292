//! How a desktop looks: what a portal says of it on a bus of our own.

use std::collections::HashMap;
use std::sync::mpsc::channel;

use beistand_platform::system_appearance::{AppearanceWatch, SystemAppearance, SystemMotion, SystemTheme};
use futures::executor::block_on;
use zbus::zvariant::{OwnedValue, Value};

use crate::session_lock::Bus;
use crate::support::PATIENCE;

/// The portal for settings, with what it answers to each key.
struct FakePortal(HashMap<&'static str, Value<'static>>);

#[zbus::interface(name = "org.freedesktop.portal.Settings")]
impl FakePortal {
    /// As old portals do: in a variant within the answer's own.
    fn read(&self, _namespace: &str, key: &str) -> zbus::fdo::Result<OwnedValue> {
        let value = self.0.get(key).ok_or_else(|| zbus::fdo::Error::Failed("unknown".to_owned()))?;
        let nested = Value::Value(Box::new(value.try_clone().map_err(zbus::Error::from)?));
        OwnedValue::try_from(nested).map_err(|error| zbus::fdo::Error::Failed(error.to_string()))
    }

    #[zbus(signal)]
    async fn setting_changed(
        emitter: &zbus::object_server::SignalEmitter<'_>,
        namespace: &str,
        key: &str,
        value: Value<'_>,
    ) -> zbus::Result<()>;
}

const PATH: &str = "/org/freedesktop/portal/desktop";

#[test]
fn a_desktop_that_is_dark_and_still_is_followed_and_a_change_too() {
    let bus = Bus::start();
    let portal = FakePortal(HashMap::from([
        ("color-scheme", Value::U32(1)),
        ("enable-animations", Value::Bool(false)),
    ]));
    let serving = zbus::connection::Builder::address(bus.address.as_str())
        .unwrap()
        .name("org.freedesktop.portal.Desktop")
        .unwrap()
        .serve_at(PATH, portal)
        .unwrap();
    let serving = block_on(serving.build()).unwrap();
    let (said, heard) = channel();
    let watch = AppearanceWatch::start(
        Some(bus.address.clone()),
        Box::new(move |appearance| {
            let _ = said.send(appearance);
        }),
    );
    let dark = SystemAppearance { theme: SystemTheme::Dark, motion: SystemMotion::Reduced };
    assert_eq!(heard.recv_timeout(PATIENCE), Ok(dark));
    block_on(async {
        let portal = serving.object_server().interface::<_, FakePortal>(PATH).await.unwrap();
        portal.get_mut().await.0 = HashMap::from([("color-scheme", Value::U32(2))]);
        let emitter = portal.signal_emitter();
        FakePortal::setting_changed(emitter, "org.freedesktop.appearance", "color-scheme", Value::U32(2))
            .await
            .unwrap();
    });
    let light = SystemAppearance { theme: SystemTheme::Light, motion: SystemMotion::Full };
    assert_eq!(heard.recv_timeout(PATIENCE), Ok(light));
    drop(watch);
    assert!(heard.recv_timeout(PATIENCE).is_err(), "the watch has ended and let go");
}

#[test]
fn where_no_portal_is_nothing_is_said() {
    let (said, heard) = channel::<SystemAppearance>();
    let tell = Box::new(move |appearance| {
        let _ = said.send(appearance);
    });
    let watch = AppearanceWatch::start(Some("unix:path=/nonexistent/bus".to_owned()), tell);
    assert!(heard.recv_timeout(PATIENCE).is_err());
    drop(watch);
}
