//! Time zone, and whether the network sets the clock: by `org.freedesktop.timedate1`, which systemd and
//! others provide.

use beistand_session::AdjustFault;

use crate::bus::{BusObject, SystemBus};
use crate::{AdjustMachine, AdjustPresent, SWITCH, is_on, switch};

const TIMEDATE: BusObject<'static> = BusObject {
    service: "org.freedesktop.timedate1",
    path: "/org/freedesktop/timedate1",
    interface: "org.freedesktop.timedate1",
};

/// Whether the service may ask the user for a password.
const INTERACTIVE: bool = true;

pub(crate) fn read_zone(machine: &AdjustMachine) -> Result<AdjustPresent, AdjustFault> {
    let bus = SystemBus::to_read(machine)?;
    let zone: String = bus.get(TIMEDATE, "Timezone")?;
    let zones: Vec<String> = bus.call(TIMEDATE, "ListTimezones", &())?;
    Ok(AdjustPresent::of_choices(zone, zones))
}

pub(crate) fn set_zone(machine: &AdjustMachine, zone: &str) -> Result<(), AdjustFault> {
    SystemBus::to_write(machine)?.call(TIMEDATE, "SetTimezone", &(zone, INTERACTIVE))
}

pub(crate) fn read_network_time(machine: &AdjustMachine) -> Result<AdjustPresent, AdjustFault> {
    let bus = SystemBus::to_read(machine)?;
    if !bus.get::<bool>(TIMEDATE, "CanNTP")? {
        return Err(AdjustFault::NoService);
    }
    Ok(AdjustPresent::of_words(switch(bus.get(TIMEDATE, "NTP")?), &SWITCH))
}

pub(crate) fn set_network_time(machine: &AdjustMachine, value: &str) -> Result<(), AdjustFault> {
    SystemBus::to_write(machine)?.call(TIMEDATE, "SetNTP", &(is_on(value), INTERACTIVE))
}
