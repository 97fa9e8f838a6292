//! The firewall, on and off: firewalld's service by systemd, which asks for an administrator itself, or `ufw`
//! by `pkexec`, which does so too.
//!
//! It opens no port and knows no rule.

use std::time::Duration;

use beistand_session::AdjustFault;
use beistand_tool::ToolCall;
use zbus::zvariant::OwnedObjectPath;

use crate::bus::{BusObject, SystemBus};
use crate::files::read_file;
use crate::tools::outcome;
use crate::{AdjustMachine, AdjustPresent, SWITCH, is_on, switch};

const SYSTEMD: BusObject<'static> = BusObject {
    service: "org.freedesktop.systemd1",
    path: "/org/freedesktop/systemd1",
    interface: "org.freedesktop.systemd1.Manager",
};

const UNIT: &str = "firewalld.service";

/// How long the user may take to type a password.
const PASSWORD_TIME: Duration = Duration::from_secs(600);

pub(crate) fn read(machine: &AdjustMachine) -> Result<AdjustPresent, AdjustFault> {
    match firewalld(machine) {
        Ok(on) => Ok(AdjustPresent::of_words(switch(on), &SWITCH)),
        Err(fault) => match ufw(machine) {
            Some(on) if machine.tools.find("pkexec").is_some() => {
                Ok(AdjustPresent::of_words(switch(on), &SWITCH))
            }
            Some(_) => Err(AdjustFault::NeedsAdministrator),
            None => Err(fault),
        },
    }
}

pub(crate) fn set(machine: &AdjustMachine, value: &str) -> Result<(), AdjustFault> {
    if firewalld(machine).is_ok() {
        let method = if is_on(value) { "StartUnit" } else { "StopUnit" };
        let bus = SystemBus::to_write(machine)?;
        let _job: OwnedObjectPath = bus.call(SYSTEMD, method, &(UNIT, "replace"))?;
        return Ok(());
    }
    let word = if is_on(value) { "enable" } else { "disable" };
    let arguments = ["ufw", "--force", word];
    let call = ToolCall::new("pkexec", &arguments).within(PASSWORD_TIME);
    match outcome(machine, &call) {
        // It says no more where nobody gave a password.
        Err(AdjustFault::Broken) => Err(AdjustFault::NeedsAdministrator),
        other => other.map(drop),
    }
}

/// Whether firewalld runs, where it is installed.
fn firewalld(machine: &AdjustMachine) -> Result<bool, AdjustFault> {
    let bus = SystemBus::to_read(machine)?;
    let path: OwnedObjectPath = bus.call(SYSTEMD, "LoadUnit", &UNIT)?;
    let interface = "org.freedesktop.systemd1.Unit";
    let unit = BusObject { service: SYSTEMD.service, path: path.as_str(), interface };
    if bus.get::<String>(unit, "LoadState")? != "loaded" {
        return Err(AdjustFault::NoService);
    }
    Ok(["active", "activating", "reloading"].contains(&bus.get::<String>(unit, "ActiveState")?.as_str()))
}

/// Whether ufw is on, where it is installed: its settings are for everybody to read.
fn ufw(machine: &AdjustMachine) -> Option<bool> {
    machine.tools.find("ufw")?;
    let settings = read_file(&machine.root.join("etc/ufw/ufw.conf")).ok()?;
    Some(settings.lines().any(|line| line.trim().eq_ignore_ascii_case("ENABLED=yes")))
}
