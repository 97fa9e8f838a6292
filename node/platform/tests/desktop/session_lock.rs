//! Locks that are no windows: what services say of them on a bus of our own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use beistand_platform::ScreenKeeper as _;
use beistand_platform::session_lock::{LockBuses, SessionLock};
use beistand_platform::x11::{X11ScreenKeeper, screen_cover};
use beistand_session::ScreenCover;
use futures::executor::block_on;

use crate::support::{PATIENCE, Xvfb};

/// A message bus with nobody on it.
pub(crate) struct Bus {
    daemon: Child,
    pub(crate) address: String,
}

impl Bus {
    pub(crate) fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon is installed");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { daemon, address: address.trim().to_owned() }
    }

    fn buses(&self) -> LockBuses {
        // One that is not there stands for a computer without logind, or without a desktop.
        let nowhere = Some("unix:path=/nonexistent/bus".to_owned());
        LockBuses { session: Some(self.address.clone()), system: nowhere }
    }

    fn lock(&self) -> SessionLock {
        SessionLock::watch(self.buses())
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// A desktop's screen saver, or its lock.
struct FakeSaver(Arc<AtomicBool>);

#[zbus::interface(name = "org.gnome.ScreenSaver")]
impl FakeSaver {
    fn get_active(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A session of logind's.
struct FakeSession(Arc<AtomicBool>);

#[zbus::interface(name = "org.freedesktop.login1.Session")]
impl FakeSession {
    #[zbus(property)]
    fn locked_hint(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[test]
fn a_desktops_own_lock_is_known_and_its_end_too() {
    let (bus, xvfb) = (Bus::start(), Xvfb::start());
    let mut keeper = X11ScreenKeeper::open_with(xvfb.name(), bus.lock()).unwrap();
    assert_eq!(keeper.keep(), Ok(ScreenCover::None), "nobody says anything");
    let active = Arc::new(AtomicBool::new(true));
    let serving = zbus::connection::Builder::address(bus.address.as_str())
        .unwrap()
        .name("org.gnome.ScreenSaver")
        .unwrap()
        .serve_at("/org/gnome/ScreenSaver", FakeSaver(active.clone()))
        .unwrap();
    let _serving = block_on(serving.build()).unwrap();
    until("the lock is told", || keeper.keep() == Ok(ScreenCover::Lock));
    active.store(false, Ordering::Relaxed);
    until("its end is told", || keeper.keep() == Ok(ScreenCover::None));
}

#[test]
fn a_look_finds_the_lock_at_once_and_leaves_the_screen_as_it_is() {
    let (bus, xvfb) = (Bus::start(), Xvfb::start());
    let cover = || screen_cover(xvfb.name(), &bus.buses());
    assert_eq!(cover(), Ok(ScreenCover::None));
    let saver = |word| {
        let set = Command::new("xset").args(["-display", xvfb.name(), "s", word]).status();
        assert!(set.is_ok_and(|status| status.success()), "xset is installed");
    };
    saver("activate");
    assert_eq!((cover(), cover()), (Ok(ScreenCover::Saver), Ok(ScreenCover::Saver)), "it lights up nothing");
    let serving = zbus::connection::Builder::address(bus.address.as_str())
        .unwrap()
        .name("org.gnome.ScreenSaver")
        .unwrap()
        .serve_at("/org/gnome/ScreenSaver", FakeSaver(Arc::new(true.into())))
        .unwrap();
    let serving = block_on(serving.build()).unwrap();
    assert_eq!(cover(), Ok(ScreenCover::Lock));
    drop(serving);
    saver("reset");
}

#[test]
fn a_lock_of_which_logind_alone_knows_is_known() {
    let bus = Bus::start();
    let locked = Arc::new(AtomicBool::new(false));
    let serving = zbus::connection::Builder::address(bus.address.as_str())
        .unwrap()
        .name("org.freedesktop.login1")
        .unwrap()
        .serve_at("/org/freedesktop/login1/session/auto", FakeSession(locked.clone()))
        .unwrap();
    let _serving = block_on(serving.build()).unwrap();
    let nowhere = Some("unix:path=/nonexistent/bus".to_owned());
    let lock = SessionLock::watch(LockBuses { session: nowhere, system: Some(bus.address.clone()) });
    assert!(!lock.is_locked());
    locked.store(true, Ordering::Relaxed);
    until("it is locked", || lock.is_locked());
    locked.store(false, Ordering::Relaxed);
    until("it is open again", || !lock.is_locked());
}

#[test]
fn without_a_bus_nothing_is_locked() {
    let nowhere = || Some("unix:path=/nonexistent/bus".to_owned());
    let lock = SessionLock::watch(LockBuses { session: nowhere(), system: nowhere() });
    assert!(!lock.is_locked());
}
