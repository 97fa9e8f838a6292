//! Updates, with a service of the test's own in the place of PackageKit, on a real bus of the test's own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use futures::executor::block_on;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{ObjectPath, OwnedObjectPath};

use super::*;

const NEWER: [&str; 2] = ["libfoo;1.2;amd64;debian-security", "bar;2.0;all;debian"];

/// A message bus.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon is installed");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { daemon, address: address.trim().to_owned() }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// What the service is to do, and has done.
#[derive(Default)]
struct FakeKitState {
    transactions: AtomicU32,
    /// What is installed by now.
    installed: Mutex<Vec<String>>,
    /// The code of the error with which an installation ends; 0 where it ends well.
    error: AtomicU32,
}

struct FakeKit(Arc<FakeKitState>);

struct FakeTransaction(Arc<FakeKitState>);

#[zbus::interface(name = "org.freedesktop.PackageKit")]
impl FakeKit {
    async fn create_transaction(
        &self,
        #[zbus(object_server)] server: &zbus::ObjectServer,
    ) -> zbus::fdo::Result<OwnedObjectPath> {
        let number = self.0.transactions.fetch_add(1, Ordering::SeqCst);
        let path = ObjectPath::try_from(format!("/{number}_made_up")).unwrap();
        server.at(&path, FakeTransaction(self.0.clone())).await?;
        Ok(path.into())
    }
}

#[zbus::interface(name = "org.freedesktop.PackageKit.Transaction")]
impl FakeTransaction {
    fn set_hints(&self, _hints: Vec<String>) {}

    fn cancel(&self) {}

    #[zbus(property)]
    fn percentage(&self) -> u32 {
        101
    }

    async fn get_updates(
        &self,
        _filter: u64,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        let installed = self.0.installed.lock().unwrap().clone();
        for id in NEWER.iter().filter(|id| !installed.iter().any(|one| one == *id)) {
            Self::package(&emitter, 8, id, "an update").await?;
        }
        Self::finished(&emitter, 1, 5).await?;
        Ok(())
    }

    async fn update_packages(
        &self,
        _flags: u64,
        ids: Vec<String>,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        let error = self.0.error.load(Ordering::SeqCst);
        if error != 0 {
            Self::error_code(&emitter, error, "no\nthe last line").await?;
            Self::finished(&emitter, 2, 5).await?;
            return Ok(());
        }
        self.0.installed.lock().unwrap().extend(ids);
        Self::finished(&emitter, 1, 5).await?;
        Ok(())
    }

    #[zbus(signal)]
    async fn package(emitter: &SignalEmitter<'_>, info: u32, id: &str, summary: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn error_code(emitter: &SignalEmitter<'_>, code: u32, details: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn finished(emitter: &SignalEmitter<'_>, exit: u32, runtime: u32) -> zbus::Result<()>;
}

/// A machine with the service, which runs as long as the connection is kept.
fn with_kit(bus: &Bus) -> (BrokenMachine, Arc<FakeKitState>, zbus::Connection) {
    let state = Arc::<FakeKitState>::default();
    let serving = zbus::connection::Builder::address(bus.address.as_str())
        .unwrap()
        .name("org.freedesktop.PackageKit")
        .unwrap()
        .serve_at("/org/freedesktop/PackageKit", FakeKit(state.clone()))
        .unwrap();
    let serving = block_on(serving.build()).unwrap();
    let mut machine = BrokenMachine::new();
    machine.machine = machine.machine.with_bus(bus.address.clone());
    (machine, state, serving)
}

#[test]
fn updates_that_wait_are_installed() {
    let bus = Bus::start();
    let (machine, state, _serving) = with_kit(&bus);
    let before = RepairDeed::ApplyUpdates.before(&machine.machine).unwrap();
    assert_eq!((before.sight().number, before.sight().text.as_str()), (2, "libfoo"));
    assert!(!RepairDeed::ApplyUpdates.can_undo(&before));
    let done = machine.carry_out(&RepairDeed::ApplyUpdates).unwrap();
    assert_eq!(done.after::<RepairDeed>().unwrap().sight().number, 0);
    assert_eq!(*state.installed.lock().unwrap(), NEWER);
    assert_eq!(machine.carry_out(&RepairDeed::ApplyUpdates), Err(DeedFault::Already));
}

#[test]
fn why_updates_are_not_installed_is_said() {
    let bus = Bus::start();
    let (machine, state, _serving) = with_kit(&bus);
    let known = [
        (48, DeedFault::NotPermitted),
        (46, DeedFault::DiskFull),
        (4, DeedFault::Refused("the last line".to_owned())),
    ];
    for (code, fault) in known {
        state.error.store(code, Ordering::SeqCst);
        assert_eq!(machine.carry_out(&RepairDeed::ApplyUpdates), Err(fault));
    }
    assert!(state.installed.lock().unwrap().is_empty());
}

#[test]
fn where_there_is_no_such_service_that_is_said() {
    let bus = Bus::start();
    let mut machine = BrokenMachine::new();
    let nobody = Err(DeedFault::NotHere("PackageKit".to_owned()));
    assert_eq!(machine.carry_out(&RepairDeed::ApplyUpdates), nobody, "no bus");
    machine.machine = machine.machine.with_bus(bus.address.clone());
    assert_eq!(machine.carry_out(&RepairDeed::ApplyUpdates), nobody, "a bus with nobody on it");
}
