//! Settings against what keeps them: real X servers, real files, the desktop's tools as scripts that keep
//! what they are given, and the system's services as stand-ins on a bus of their own.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod screens;
mod stand_ins;

use beistand_posix::unix::fs::PermissionsExt as _;
use std::fs;

use beistand_adjust::{AdjustBefore, AdjustDeed, AdjustMachine, read};
use beistand_mend::Machine;
use beistand_session::{AdjustFault, AdjustKind};
use stand_ins::StandIns;

const NOWHERE: &str = "unix:path=/nonexistent/bus";

/// A machine of which nothing is there that a test doesn't put there.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    fn tool(&self, name: &str, script: &str) {
        self.write(&format!("tools/{name}"), &format!("#!/bin/sh\n{script}\n"));
        let path = self.folder.path().join("tools").join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The desktop's settings, each a file.
    fn with_gsettings(self, keys: &[(&str, &str)]) -> Self {
        let script = "f=\"${0%/*}/../keys/$2.$3\"\n[ -r \"$f\" ] || exit 1\n\
            case $1 in\nget) read -r x < \"$f\"; echo \"$x\";;\nset) [ -w \"$f\" ] && printf '%s\\n' \"$4\" > \"$f\";;\nesac";
        self.tool("gsettings", script);
        for (key, value) in keys {
            self.write(&format!("keys/{key}"), &format!("{value}\n"));
        }
        self
    }

    pub(crate) fn machine(
        &self,
        tools: Option<&str>,
        bus: &str,
        desktop: &str,
        display: Option<&str>,
    ) -> AdjustMachine {
        let folder = self.folder.path();
        let own = folder.join("tools").display().to_string();
        let machine =
            Machine::made_up(folder.join("root"), "/home/anna", tools.unwrap_or(&own), &folder.join("data"));
        AdjustMachine::of(&machine).with_desktop(bus, desktop, display)
    }
}

/// Changes a setting as a wish says; the value that it has then, and what it was before.
#[track_caller]
pub(crate) fn changed(machine: &AdjustMachine, kind: AdjustKind, wish: &str) -> (AdjustDeed, AdjustBefore) {
    let (deed, before) = AdjustDeed::wish(kind, wish, machine).unwrap();
    deed.change(&before, machine).unwrap();
    assert_eq!(read(kind, machine).unwrap().value, deed.value);
    assert_eq!(AdjustDeed::wish(kind, wish, machine), Err(AdjustFault::AlreadySo));
    (deed, before)
}

/// The same there and back again.
#[track_caller]
pub(crate) fn there_and_back(machine: &AdjustMachine, kind: AdjustKind, wish: &str) {
    let was = read(kind, machine).unwrap();
    let (deed, before) = changed(machine, kind, wish);
    deed.take_back(&before, machine).unwrap();
    assert_eq!(read(kind, machine).unwrap(), was, "{kind:?}");
}

#[test]
fn time_zone_and_network_time_go_there_and_back() {
    let (place, services) = (Place::new(), StandIns::start());
    let machine = place.machine(None, &services.address, "", None);
    there_and_back(&machine, AdjustKind::TimeZone, "Pacific/Auckland");
    there_and_back(&machine, AdjustKind::NetworkTime, "off");
    changed(&machine, AdjustKind::TimeZone, "Africa/Abidjan");
    assert_eq!(services.look(|state| state.zone.clone()), "Africa/Abidjan");
    let nonsense = AdjustDeed::wish(AdjustKind::TimeZone, "Moon/Crater", &machine);
    assert_eq!(nonsense, Err(AdjustFault::NotAChoice));
}

#[test]
fn without_an_administrators_password_nothing_changes() {
    let (place, services) = (Place::new(), StandIns::start());
    services.change(|state| state.denies = true);
    let machine = place.machine(None, &services.address, "", None);
    for (kind, wish) in
        [(AdjustKind::TimeZone, "Africa/Abidjan"), (AdjustKind::Firewall, "on"), (AdjustKind::Dns, "9.9.9.9")]
    {
        let (deed, before) = AdjustDeed::wish(kind, wish, &machine).unwrap();
        assert_eq!(deed.change(&before, &machine), Err(AdjustFault::NeedsAdministrator), "{kind:?}");
        assert_eq!(read(kind, &machine).unwrap().value, before.value);
    }
}

#[test]
fn the_language_is_the_users_own_or_the_systems() {
    let (place, services) = (Place::new(), StandIns::start());
    place.tool("locale", "printf 'C\\nC.utf8\\nde_DE.utf8\\nen_US.utf8\\n'");
    let machine = place.machine(None, &services.address, "", None);
    there_and_back(&machine, AdjustKind::Language, "en_US.UTF-8");
    changed(&machine, AdjustKind::Language, "en_US.UTF-8");
    let lines = services.look(|state| state.locale.clone());
    assert_eq!(lines, ["LANG=en_US.UTF-8", "LC_TIME=en_GB.UTF-8"], "what else is set stays");
}

#[test]
fn the_network_and_its_servers_for_names_go_there_and_back() {
    let (place, services) = (Place::new(), StandIns::start());
    let machine = place.machine(None, &services.address, "", None);
    there_and_back(&machine, AdjustKind::Dns, "1.1.1.1 1.0.0.1");
    assert_eq!(services.look(|state| state.reapplied), 2);
    changed(&machine, AdjustKind::Dns, "9.9.9.9,2620:fe::fe");
    assert_eq!(read(AdjustKind::Dns, &machine).unwrap().value, "9.9.9.9 2620:fe::fe");
    assert!(
        services.look(|state| state.connection["connection"].contains_key("id")),
        "what else is there stays"
    );
    // Another connection's settings are not the ones that were changed.
    let (deed, before) = changed(&machine, AdjustKind::Dns, "8.8.8.8 8.8.4.4");
    let text = |text: &str| zbus::zvariant::OwnedValue::try_from(zbus::zvariant::Value::from(text)).unwrap();
    services.change(|state| {
        drop(state.connection.get_mut("connection").unwrap().insert("uuid".to_owned(), text("b")))
    });
    assert_eq!(deed.take_back(&before, &machine), Err(AdjustFault::MovedOn));
    assert_eq!(AdjustDeed::wish(AdjustKind::Dns, "example.org", &machine), Err(AdjustFault::NotAChoice));
    there_and_back(&machine, AdjustKind::Network, "off");
    changed(&machine, AdjustKind::Network, "off");
    assert_eq!(read(AdjustKind::Dns, &machine), Err(AdjustFault::NoDevice), "there is no connection");
}

#[test]
fn the_firewall_goes_on_and_off_by_its_service() {
    let (place, services) = (Place::new(), StandIns::start());
    let machine = place.machine(None, &services.address, "", None);
    there_and_back(&machine, AdjustKind::Firewall, "on");
    assert!(!services.look(|state| state.firewall));
}

#[test]
fn a_firewall_that_takes_an_administrator_is_said_to_and_asked_for_by_pkexec() {
    let place = Place::new();
    let machine = place.machine(None, NOWHERE, "", None);
    assert_eq!(read(AdjustKind::Firewall, &machine), Err(AdjustFault::NoService));
    place.tool("ufw", "exit 1");
    place.write("root/etc/ufw/ufw.conf", "# comment\nENABLED=yes\n");
    assert_eq!(read(AdjustKind::Firewall, &machine), Err(AdjustFault::NeedsAdministrator));
    place.tool("pkexec", "exit 126");
    let (deed, before) = AdjustDeed::wish(AdjustKind::Firewall, "off", &machine).unwrap();
    assert_eq!(
        deed.change(&before, &machine),
        Err(AdjustFault::NeedsAdministrator),
        "nobody gave a password"
    );
    let conf = place.folder.path().join("root/etc/ufw/ufw.conf");
    place.tool("pkexec", &format!("[ $3 = disable ] && x=no || x=yes; echo ENABLED=$x > {}", conf.display()));
    there_and_back(&machine, AdjustKind::Firewall, "off");
}

#[test]
fn gnomes_settings_go_there_and_back_to_the_letter() {
    let place = Place::new().with_gsettings(&[
        ("org.gnome.desktop.interface.text-scaling-factor", "1.0"),
        ("org.gnome.desktop.input-sources.sources", "[('xkb', 'de+nodeadkeys'), ('ibus', 'mozc')]"),
        ("org.gnome.settings-daemon.plugins.power.sleep-inactive-ac-type", "'suspend'"),
        ("org.gnome.settings-daemon.plugins.power.sleep-inactive-ac-timeout", "1200"),
        ("org.gnome.settings-daemon.plugins.power.sleep-inactive-battery-type", "'hibernate'"),
        ("org.gnome.settings-daemon.plugins.power.sleep-inactive-battery-timeout", "900"),
    ]);
    place.write("root/usr/share/X11/xkb/rules/evdev.lst", "! layout\n  us  English (US)\n  de  German\n");
    let machine = place.machine(None, NOWHERE, "ubuntu:GNOME", None);
    for (kind, wish) in [(AdjustKind::Scale, "150"), (AdjustKind::Keyboard, "us"), (AdjustKind::Sleep, "0")] {
        there_and_back(&machine, kind, wish);
    }
    changed(&machine, AdjustKind::Keyboard, "us");
    let sources = place.read("keys/org.gnome.desktop.input-sources.sources");
    assert_eq!(sources, "[('xkb', 'us'), ('xkb', 'de+nodeadkeys'), ('ibus', 'mozc')]\n");
    // What the user has added since is not thrown away.
    let (deed, before) = changed(&machine, AdjustKind::Keyboard, "de");
    place.write("keys/org.gnome.desktop.input-sources.sources", "[('xkb', 'de'), ('xkb', 'fr')]\n");
    assert_eq!(deed.take_back(&before, &machine), Err(AdjustFault::MovedOn));
    changed(&machine, AdjustKind::Sleep, "30");
    assert_eq!(
        place.read("keys/org.gnome.settings-daemon.plugins.power.sleep-inactive-battery-timeout"),
        "1800\n"
    );
    let key = place.folder.path().join("keys/org.gnome.desktop.interface.text-scaling-factor");
    fs::remove_file(key).unwrap();
    assert_eq!(read(AdjustKind::Scale, &machine), Err(AdjustFault::NoService));
}

#[test]
fn settings_that_are_kept_nowhere_are_not_said_to_be_changed() {
    let place = Place::new().with_gsettings(&[("org.gnome.desktop.interface.text-scaling-factor", "1.0")]);
    place.tool("gsettings", "[ $1 = get ] && echo 1.0; exit 0");
    let machine = place.machine(None, NOWHERE, "GNOME", None);
    let (deed, before) = AdjustDeed::wish(AdjustKind::Scale, "125", &machine).unwrap();
    assert_eq!(deed.change(&before, &machine), Err(AdjustFault::Broken));
}

#[test]
fn xfces_size_of_text_goes_there_and_back() {
    let place = Place::new();
    place.write("dpi", "96\n");
    let file = place.folder.path().join("dpi");
    place.tool(
        "xfconf-query",
        &format!("if [ \"$5\" = -s ]; then echo $6 > {0}; else read x < {0}; echo $x; fi", file.display()),
    );
    let machine = place.machine(None, NOWHERE, "XFCE", None);
    there_and_back(&machine, AdjustKind::Scale, "125");
}

#[test]
fn the_default_printer_is_the_users_own_choice() {
    let place = Place::new();
    let file = place.folder.path().join("root/home/anna/.cups/lpoptions");
    place.write("root/home/anna/.cups/lpoptions", "Dest Ink a=b\n");
    let list = format!(
        "if [ $1 = -e ]; then printf 'Laser\\nInk\\n'; else while read -r a b c; do [ $a = Default ] && echo default: $b; done < {}; echo none; fi",
        file.display()
    );
    place.tool("lpstat", &list);
    place.tool("lpoptions", &format!("echo Default $2 >> {}", file.display()));
    let machine = place.machine(None, NOWHERE, "", None);
    let (deed, before) = changed(&machine, AdjustKind::Printer, "Laser");
    assert_eq!(before.value, "none");
    deed.take_back(&before, &machine).unwrap();
    assert_eq!(place.read("root/home/anna/.cups/lpoptions"), "Dest Ink a=b\nDest Laser\n");
}

#[test]
fn where_nothing_is_there_each_setting_says_why() {
    let place = Place::new();
    let machine = place.machine(None, NOWHERE, "", None);
    for kind in AdjustKind::ALL {
        let fault = read(*kind, &machine).expect_err("nothing is here");
        let expected = match kind {
            AdjustKind::Resolution => AdjustFault::NoDisplay,
            AdjustKind::Browser | AdjustKind::Mail => AdjustFault::NoDevice,
            AdjustKind::Printer => AdjustFault::NoTool,
            AdjustKind::Scale
            | AdjustKind::Keyboard
            | AdjustKind::Language
            | AdjustKind::Network
            | AdjustKind::Dns
            | AdjustKind::TimeZone
            | AdjustKind::NetworkTime
            | AdjustKind::Sleep
            | AdjustKind::Firewall => AdjustFault::NoService,
        };
        assert_eq!(fault, expected, "{kind:?}");
    }
}
