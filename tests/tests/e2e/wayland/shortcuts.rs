//! The emergency key where a Wayland desktop listens for it: the stand-in's part, and what follows from it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use beistand_tests::Start;
use futures::executor::block_on;
use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, fdo};

use super::desktop;
use super::portal::{Options, PATH, answer, sender, text};
use crate::support::{Host, PATIENCE, SOON, Session};

const INTERFACE: &str = "org.freedesktop.portal.GlobalShortcuts";

/// What is bound: its session, its name and the keys that were asked for.
type Bound = Arc<Mutex<Option<(String, String, String)>>>;

/// The portal's shortcuts.
struct ShortcutsPortal(Bound);

/// A session of theirs, which nobody sees.
struct ShortcutSession(Bound);

#[zbus::interface(name = "org.freedesktop.portal.Session")]
impl ShortcutSession {
    fn close(&self) {
        self.0.lock().expect("nothing panics while it is held").take();
    }
}

#[zbus::interface(name = "org.freedesktop.portal.GlobalShortcuts")]
impl ShortcutsPortal {
    async fn create_session(
        &self,
        options: Options,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> fdo::Result<OwnedObjectPath> {
        let path = format!("{PATH}/session/{}/{}", sender(&header), text(&options, "session_handle_token"));
        connection.object_server().at(path.as_str(), ShortcutSession(self.0.clone())).await?;
        answer(connection, &header, &options, 0, HashMap::from([("session_handle", Value::from(path))])).await
    }

    async fn bind_shortcuts(
        &self,
        session: OwnedObjectPath,
        shortcuts: Vec<(String, HashMap<String, OwnedValue>)>,
        _window: String,
        options: Options,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> fdo::Result<OwnedObjectPath> {
        let [(name, about)] = &shortcuts[..] else { return Err(fdo::Error::InvalidArgs("one".to_owned())) };
        let keys = text(about, "preferred_trigger");
        let bound = (session.to_string(), name.clone(), keys);
        *self.0.lock().expect("nothing panics while it is held") = Some(bound);
        let about = HashMap::from([("trigger_description", Value::from("Press <Control><Alt>End"))]);
        let results = HashMap::from([("shortcuts", Value::from(vec![(name.as_str(), about)]))]);
        answer(connection, &header, &options, 0, results).await
    }
}

#[test]
fn where_the_desktop_listens_for_the_emergency_key_it_ends_the_session() {
    let (compositor, portal) = desktop();
    let bound = Bound::default();
    let serving = portal.connection();
    let serve = serving.object_server().at(PATH, ShortcutsPortal(bound.clone()));
    assert!(block_on(serve).expect("the bus runs"));
    let host = Host::of(compositor.on(Start::node("share")));
    assert!(bound.lock().expect("a test").is_none(), "the desktop is not asked before the user has said yes");
    let mut session = Session::allowing("view", host, |host| host.technician());
    session.host.expect_that("emergency-key", SOON, |key| key.value["keys"] == "Ctrl+Alt+End");
    let (path, name, keys) = bound.lock().expect("a test").clone().expect("it was asked for");
    assert_eq!(keys, "CTRL+ALT+End");
    let body = (OwnedObjectPath::try_from(path).expect("ours"), name, 1_u64, Options::new());
    block_on(serving.emit_signal(None::<&str>, PATH, INTERFACE, "Activated", &body)).expect("the bus runs");
    assert!(session.host.exit(PATIENCE).is_some(), "the session is over");
    assert!(session.technician.exit(PATIENCE).is_some());
}
