//! What the desktop asks by a bus of our own: calls arrive, and the next window has the name when the first
//! one is gone.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, channel};

use beistand_platform::desktop_door::{APP_ID, DesktopCall, DesktopDoor};
use futures::executor::block_on;
use zbus::zvariant::OwnedValue;

use crate::session_lock::{Bus, until};
use crate::support::PATIENCE;

const PATH: &str = "/org/beistand/Beistand";
const INTERFACE: Option<&str> = Some("org.freedesktop.Application");

/// As `gio open` and the launcher of a desktop do it.
struct Caller(zbus::Connection);

impl Caller {
    fn on(bus: &Bus) -> Self {
        let builder = zbus::connection::Builder::address(bus.address.as_str()).unwrap();
        Self(block_on(builder.build()).unwrap())
    }

    fn has_owner(&self) -> bool {
        let bus = block_on(zbus::fdo::DBusProxy::new(&self.0)).unwrap();
        block_on(bus.name_has_owner(APP_ID.try_into().unwrap())).unwrap()
    }

    fn open(&self, uris: &[&str]) -> zbus::Result<()> {
        let body = (uris, HashMap::<String, OwnedValue>::new());
        block_on(self.0.call_method(Some(APP_ID), PATH, INTERFACE, "Open", &body)).map(drop)
    }

    fn show(&self) -> zbus::Result<()> {
        let body = (HashMap::<String, OwnedValue>::new(),);
        block_on(self.0.call_method(Some(APP_ID), PATH, INTERFACE, "Activate", &body)).map(drop)
    }
}

fn door(bus: &Bus) -> (DesktopDoor, Receiver<DesktopCall>) {
    let (sink, calls) = channel();
    (DesktopDoor::open(Some(bus.address.clone()), move |call| sink.send(call).is_ok()), calls)
}

#[test]
fn the_desktop_shows_the_window_and_opens_links_and_the_next_window_follows() {
    let bus = Bus::start();
    let caller = Caller::on(&bus);
    let (first, calls) = door(&bus);
    until("the name is taken", || caller.has_owner());
    caller.show().unwrap();
    assert_eq!(calls.recv_timeout(PATIENCE), Ok(DesktopCall::Show));
    caller.open(&["beistand:abc"]).unwrap();
    assert_eq!(calls.recv_timeout(PATIENCE), Ok(DesktopCall::Open("beistand:abc".to_owned())));
    assert!(caller.open(&["https://example.org"]).is_err(), "no link of ours");
    let huge = format!("beistand:{}", "a".repeat(1 << 20));
    caller.open(&[&huge]).unwrap();
    let Ok(DesktopCall::Open(text)) = calls.recv_timeout(PATIENCE) else { panic!("a link") };
    assert!(text.len() < huge.len() / 4, "{}", text.len());

    let (_second, next) = door(&bus);
    drop(first);
    until("the second window has the name", || {
        caller.open(&["beistand:next"]).is_ok() && next.try_recv().is_ok()
    });
    drop(calls);
}

#[test]
fn without_a_bus_nobody_calls_and_nothing_fails() {
    let (sink, calls) = channel();
    let door =
        DesktopDoor::open(Some("unix:path=/nonexistent/bus".to_owned()), move |call| sink.send(call).is_ok());
    // The thread gives up, and what it would have handed calls to is gone.
    assert!(calls.recv_timeout(PATIENCE).is_err());
    drop(door);
}
