//! A bus of our own, with stand-ins for the system's services on it: they do what the real ones' interfaces
//! say, and only note what they would do.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use futures::executor::block_on;
use zbus::fdo;
use zbus::message::{Flags, Header};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

/// What the stand-ins know.
#[derive(Debug, Default)]
pub(crate) struct StandInState {
    /// Whether nobody gives an administrator's password.
    pub(crate) denies: bool,
    pub(crate) zone: String,
    pub(crate) network_time: bool,
    pub(crate) locale: Vec<String>,
    pub(crate) keyboard: [String; 4],
    pub(crate) networking: bool,
    pub(crate) connection: HashMap<String, HashMap<String, OwnedValue>>,
    pub(crate) reapplied: u32,
    pub(crate) firewall: bool,
}

type SharedState = Arc<Mutex<StandInState>>;

/// The bus and who is on it.
pub(crate) struct StandIns {
    daemon: Child,
    pub(crate) address: String,
    pub(crate) state: SharedState,
    _serving: zbus::Connection,
}

impl StandIns {
    pub(crate) fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon is installed");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        let text = |text: &str| OwnedValue::try_from(Value::from(text.to_owned())).unwrap();
        let state: SharedState = Arc::new(Mutex::new(StandInState {
            zone: "Europe/Berlin".to_owned(),
            network_time: true,
            locale: vec!["LANG=de_DE.UTF-8".to_owned(), "LC_TIME=en_GB.UTF-8".to_owned()],
            keyboard: ["de", "pc105", "", "terminate:ctrl_alt_bksp"].map(str::to_owned),
            networking: true,
            connection: [("connection".to_owned(), [("id".to_owned(), text("At home"))].into())].into(),
            ..StandInState::default()
        }));
        let serving = serve(&address, &state).unwrap();
        Self { daemon, address, state, _serving: serving }
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut StandInState)) {
        change(&mut self.state.lock().unwrap());
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&StandInState) -> T) -> T {
        look(&self.state.lock().unwrap())
    }
}

impl Drop for StandIns {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

fn serve(address: &str, state: &SharedState) -> zbus::Result<zbus::Connection> {
    let manager = "/org/freedesktop/NetworkManager";
    let builder = zbus::connection::Builder::address(address)?
        .name("org.freedesktop.timedate1")?
        .name("org.freedesktop.locale1")?
        .name("org.freedesktop.NetworkManager")?
        .name("org.freedesktop.systemd1")?
        .serve_at("/org/freedesktop/timedate1", TimeDate(state.clone()))?
        .serve_at("/org/freedesktop/locale1", LocaleService(state.clone()))?
        .serve_at(manager, NetworkManager(state.clone()))?
        .serve_at(format!("{manager}/ActiveConnection/1"), ActiveConnection)?
        .serve_at(format!("{manager}/Settings/1"), ConnectionStore(state.clone()))?
        .serve_at(format!("{manager}/Devices/1"), NetworkDevice(state.clone()))?
        .serve_at("/org/freedesktop/systemd1", UnitManager(state.clone()))?
        .serve_at("/org/freedesktop/systemd1/unit/firewalld", FirewallUnit(state.clone()))?;
    block_on(builder.build())
}

/// Whether a caller may: only who lets the user be asked, where somebody gives a password.
fn authorise(state: &SharedState, header: &Header<'_>) -> fdo::Result<()> {
    let asks = header.primary().flags().contains(Flags::AllowInteractiveAuth);
    if !asks || state.lock().unwrap().denies {
        return Err(fdo::Error::AccessDenied("nobody gave a password".to_owned()));
    }
    Ok(())
}

fn path(path: &str) -> OwnedObjectPath {
    OwnedObjectPath::try_from(path).unwrap()
}

struct TimeDate(SharedState);

#[zbus::interface(name = "org.freedesktop.timedate1")]
impl TimeDate {
    #[zbus(property)]
    fn timezone(&self) -> String {
        self.0.lock().unwrap().zone.clone()
    }

    #[zbus(property, name = "NTP")]
    fn network_time(&self) -> bool {
        self.0.lock().unwrap().network_time
    }

    #[zbus(property, name = "CanNTP")]
    fn can_network_time(&self) -> bool {
        true
    }

    fn list_timezones(&self) -> Vec<String> {
        ["Africa/Abidjan", "Europe/Berlin", "Pacific/Auckland"].map(str::to_owned).to_vec()
    }

    fn set_timezone(&self, zone: String, _ask: bool, #[zbus(header)] header: Header<'_>) -> fdo::Result<()> {
        authorise(&self.0, &header)?;
        self.0.lock().unwrap().zone = zone;
        Ok(())
    }

    #[zbus(name = "SetNTP")]
    fn set_network_time(&self, on: bool, _ask: bool, #[zbus(header)] header: Header<'_>) -> fdo::Result<()> {
        authorise(&self.0, &header)?;
        self.0.lock().unwrap().network_time = on;
        Ok(())
    }
}

struct LocaleService(SharedState);

#[zbus::interface(name = "org.freedesktop.locale1")]
impl LocaleService {
    #[zbus(property)]
    fn locale(&self) -> Vec<String> {
        self.0.lock().unwrap().locale.clone()
    }

    #[zbus(property, name = "X11Layout")]
    fn layout(&self) -> String {
        self.0.lock().unwrap().keyboard[0].clone()
    }

    #[zbus(property, name = "X11Model")]
    fn model(&self) -> String {
        self.0.lock().unwrap().keyboard[1].clone()
    }

    #[zbus(property, name = "X11Variant")]
    fn variant(&self) -> String {
        self.0.lock().unwrap().keyboard[2].clone()
    }

    #[zbus(property, name = "X11Options")]
    fn options(&self) -> String {
        self.0.lock().unwrap().keyboard[3].clone()
    }

    fn set_locale(
        &self,
        lines: Vec<String>,
        _ask: bool,
        #[zbus(header)] header: Header<'_>,
    ) -> fdo::Result<()> {
        authorise(&self.0, &header)?;
        self.0.lock().unwrap().locale = lines;
        Ok(())
    }

    #[zbus(name = "SetX11Keyboard")]
    #[expect(clippy::too_many_arguments, reason = "it is the interface's")]
    fn set_keyboard(
        &self,
        layout: String,
        model: String,
        variant: String,
        options: String,
        _convert: bool,
        _ask: bool,
        #[zbus(header)] header: Header<'_>,
    ) -> fdo::Result<()> {
        authorise(&self.0, &header)?;
        self.0.lock().unwrap().keyboard = [layout, model, variant, options];
        Ok(())
    }
}

struct NetworkManager(SharedState);

#[zbus::interface(name = "org.freedesktop.NetworkManager")]
impl NetworkManager {
    #[zbus(property)]
    fn networking_enabled(&self) -> bool {
        self.0.lock().unwrap().networking
    }

    #[zbus(property)]
    fn primary_connection(&self) -> OwnedObjectPath {
        let on = self.0.lock().unwrap().networking;
        path(if on { "/org/freedesktop/NetworkManager/ActiveConnection/1" } else { "/" })
    }

    fn enable(&self, on: bool) {
        self.0.lock().unwrap().networking = on;
    }
}

struct ActiveConnection;

#[zbus::interface(name = "org.freedesktop.NetworkManager.Connection.Active")]
impl ActiveConnection {
    #[zbus(property)]
    fn connection(&self) -> OwnedObjectPath {
        path("/org/freedesktop/NetworkManager/Settings/1")
    }

    #[zbus(property)]
    fn devices(&self) -> Vec<OwnedObjectPath> {
        vec![path("/org/freedesktop/NetworkManager/Devices/1")]
    }
}

struct ConnectionStore(SharedState);

#[zbus::interface(name = "org.freedesktop.NetworkManager.Settings.Connection")]
impl ConnectionStore {
    fn get_settings(&self) -> HashMap<String, HashMap<String, OwnedValue>> {
        self.0.lock().unwrap().connection.clone()
    }

    fn update(
        &self,
        settings: HashMap<String, HashMap<String, OwnedValue>>,
        #[zbus(header)] header: Header<'_>,
    ) -> fdo::Result<()> {
        authorise(&self.0, &header)?;
        self.0.lock().unwrap().connection = settings;
        Ok(())
    }
}

struct NetworkDevice(SharedState);

#[zbus::interface(name = "org.freedesktop.NetworkManager.Device")]
impl NetworkDevice {
    fn reapply(&self, _settings: HashMap<String, HashMap<String, OwnedValue>>, _version: u64, _flags: u32) {
        self.0.lock().unwrap().reapplied += 1;
    }
}

struct UnitManager(SharedState);

#[zbus::interface(name = "org.freedesktop.systemd1.Manager")]
impl UnitManager {
    fn load_unit(&self, _name: String) -> OwnedObjectPath {
        path("/org/freedesktop/systemd1/unit/firewalld")
    }

    fn start_unit(
        &self,
        _name: String,
        _mode: String,
        #[zbus(header)] header: Header<'_>,
    ) -> fdo::Result<OwnedObjectPath> {
        self.switch(true, &header)
    }

    fn stop_unit(
        &self,
        _name: String,
        _mode: String,
        #[zbus(header)] header: Header<'_>,
    ) -> fdo::Result<OwnedObjectPath> {
        self.switch(false, &header)
    }
}

impl UnitManager {
    fn switch(&self, on: bool, header: &Header<'_>) -> fdo::Result<OwnedObjectPath> {
        authorise(&self.0, header)?;
        self.0.lock().unwrap().firewall = on;
        Ok(path("/org/freedesktop/systemd1/job/1"))
    }
}

struct FirewallUnit(SharedState);

#[zbus::interface(name = "org.freedesktop.systemd1.Unit")]
impl FirewallUnit {
    #[zbus(property)]
    fn load_state(&self) -> String {
        "loaded".to_owned()
    }

    #[zbus(property)]
    fn active_state(&self) -> String {
        let on = self.0.lock().unwrap().firewall;
        if on { "active" } else { "inactive" }.to_owned()
    }
}
