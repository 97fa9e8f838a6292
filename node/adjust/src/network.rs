//! NetworkManager: whether there is any connection, and which servers the present one asks for names.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use beistand_session::AdjustFault;
use zbus::zvariant::{Array, OwnedObjectPath, OwnedValue, Value};

use crate::bus::{BusObject, SystemBus};
use crate::{AUTOMATIC, AdjustMachine, AdjustPresent, SWITCH, is_on, switch};

const MANAGER: BusObject<'static> = BusObject {
    service: "org.freedesktop.NetworkManager",
    path: "/org/freedesktop/NetworkManager",
    interface: "org.freedesktop.NetworkManager",
};

/// Servers that a computer asks: the system's resolver uses no more.
const MAX_SERVERS: usize = 3;

/// Servers for names that anybody may ask: Cloudflare's, Google's and Quad9's.
const PUBLIC: [&str; 3] = ["1.1.1.1 1.0.0.1", "8.8.8.8 8.8.4.4", "9.9.9.9 149.112.112.112"];

pub(crate) fn read(machine: &AdjustMachine) -> Result<AdjustPresent, AdjustFault> {
    let on = SystemBus::to_read(machine)?.get(MANAGER, "NetworkingEnabled")?;
    Ok(AdjustPresent::of_words(switch(on), &SWITCH))
}

pub(crate) fn set(machine: &AdjustMachine, value: &str) -> Result<(), AdjustFault> {
    SystemBus::to_write(machine)?.call(MANAGER, "Enable", &is_on(value))
}

pub(crate) fn read_dns(machine: &AdjustMachine) -> Result<AdjustPresent, AdjustFault> {
    let bus = SystemBus::to_read(machine)?;
    let connection = PresentConnection::find(&bus)?;
    let now = connection.servers();
    let choices = std::iter::once(AUTOMATIC).chain(PUBLIC).map(str::to_owned);
    let present = AdjustPresent::of_choices(now.value(), choices);
    let raw = format!("{} {}", connection.uuid(), now.raw());
    Ok(AdjustPresent { raw, free: true, ..present })
}

pub(crate) fn raw_after(value: &str, before: &str) -> String {
    let uuid = before.split(' ').next().unwrap_or_default();
    let servers = NameServers::parse(value).map(|servers| servers.raw());
    format!("{uuid} {}", servers.unwrap_or_default())
}

pub(crate) fn set_dns(machine: &AdjustMachine, value: &str) -> Result<(), AdjustFault> {
    let servers = NameServers::parse(value).ok_or(AdjustFault::NotAChoice)?;
    let bus = SystemBus::to_write(machine)?;
    let mut connection = PresentConnection::find(&bus)?;
    connection.change(&servers);
    connection.save(&bus)
}

/// Only where the computer is in the network through the same connection.
pub(crate) fn restore_dns(machine: &AdjustMachine, raw: &str) -> Result<(), AdjustFault> {
    let (uuid, servers) = raw.split_once(' ').ok_or(AdjustFault::Unreadable)?;
    let servers = NameServers::parse(servers).ok_or(AdjustFault::Unreadable)?;
    let bus = SystemBus::to_write(machine)?;
    let mut connection = PresentConnection::find(&bus)?;
    if connection.uuid() != uuid {
        return Err(AdjustFault::MovedOn);
    }
    connection.change(&servers);
    connection.save(&bus)
}

/// What was typed, as it is compared; `None` where it makes no sense.
pub(crate) fn parse_dns(text: &str) -> Option<String> {
    NameServers::parse(text).map(|servers| servers.value())
}

/// The servers for names that a connection has of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
struct NameServers {
    addresses: Vec<IpAddr>,
    /// Whether those that the network names are asked too, for IPv4 and IPv6.
    automatic: (bool, bool),
}

impl NameServers {
    fn value(&self) -> String {
        if self.addresses.is_empty() {
            return AUTOMATIC.to_owned();
        }
        let addresses = self.addresses.iter().take(MAX_SERVERS);
        addresses.map(IpAddr::to_string).collect::<Vec<_>>().join(" ")
    }

    fn raw(&self) -> String {
        let word = |automatic: bool| if automatic { "+" } else { "-" };
        let all = self.addresses.iter().map(IpAddr::to_string);
        let flags = format!("{}{}", word(self.automatic.0), word(self.automatic.1));
        std::iter::once(flags).chain(all).collect::<Vec<_>>().join(" ")
    }

    fn parse(text: &str) -> Option<Self> {
        let mut words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        if words == [AUTOMATIC] {
            return Some(Self { addresses: Vec::new(), automatic: (true, true) });
        }
        let automatic = match *words.first()? {
            "++" => (true, true),
            "+-" => (true, false),
            "-+" => (false, true),
            "--" => (false, false),
            _ if words.len() > MAX_SERVERS => return None,
            _ => {
                words.insert(0, "");
                (false, false)
            }
        };
        let addresses: Option<Vec<IpAddr>> = words.iter().skip(1).map(|word| word.parse().ok()).collect();
        addresses.map(|addresses| Self { addresses, automatic })
    }
}

/// A connection's settings, as NetworkManager has them.
type ConnectionSettings = HashMap<String, HashMap<String, OwnedValue>>;

/// The connection through which the computer is in the network.
struct PresentConnection {
    path: OwnedObjectPath,
    device: OwnedObjectPath,
    settings: ConnectionSettings,
}

const CONNECTION: &str = "org.freedesktop.NetworkManager.Settings.Connection";

impl PresentConnection {
    fn find(bus: &SystemBus) -> Result<Self, AdjustFault> {
        let service = MANAGER.service;
        let active: OwnedObjectPath = bus.get(MANAGER, "PrimaryConnection")?;
        if active.as_str() == "/" {
            return Err(AdjustFault::NoDevice);
        }
        let interface = "org.freedesktop.NetworkManager.Connection.Active";
        let active = BusObject { service, path: active.as_str(), interface };
        let path: OwnedObjectPath = bus.get(active, "Connection")?;
        let devices: Vec<OwnedObjectPath> = bus.get(active, "Devices")?;
        let device = devices.into_iter().next().ok_or(AdjustFault::NoDevice)?;
        let object = BusObject { service, path: path.as_str(), interface: CONNECTION };
        let settings = bus.call(object, "GetSettings", &())?;
        Ok(Self { path, device, settings })
    }

    /// What names it for good; a dash where nothing does.
    fn uuid(&self) -> &str {
        match self.value("connection", "uuid") {
            Some(Value::Str(uuid)) => uuid.as_str(),
            _ => "-",
        }
    }

    fn servers(&self) -> NameServers {
        let automatic = |part: &str| {
            let ignored =
                self.value(part, "ignore-auto-dns").is_some_and(|value| *value == Value::Bool(true));
            !ignored
        };
        let mut addresses = Vec::new();
        if let Some(Value::Array(list)) = self.value("ipv4", "dns") {
            addresses.extend(list.iter().filter_map(|one| match one {
                // In the network's order, whatever the machine's is.
                Value::U32(bits) => Some(IpAddr::from(Ipv4Addr::from(bits.to_ne_bytes()))),
                _ => None,
            }));
        }
        if let Some(Value::Array(list)) = self.value("ipv6", "dns") {
            addresses.extend(list.iter().filter_map(|one| match one {
                Value::Array(bytes) => ipv6(bytes),
                _ => None,
            }));
        }
        NameServers { addresses, automatic: (automatic("ipv4"), automatic("ipv6")) }
    }

    fn value(&self, part: &str, name: &str) -> Option<&Value<'static>> {
        self.settings.get(part)?.get(name).map(|value| &**value)
    }

    fn change(&mut self, servers: &NameServers) {
        let four: Vec<u32> = servers
            .addresses
            .iter()
            .filter_map(|address| match address {
                IpAddr::V4(address) => Some(u32::from_ne_bytes(address.octets())),
                IpAddr::V6(_) => None,
            })
            .collect();
        let six: Vec<Vec<u8>> = servers
            .addresses
            .iter()
            .filter_map(|address| match address {
                IpAddr::V4(_) => None,
                IpAddr::V6(address) => Some(address.octets().to_vec()),
            })
            .collect();
        self.put("ipv4", Value::from(four), servers.automatic.0);
        self.put("ipv6", Value::from(six), servers.automatic.1);
    }

    fn put(&mut self, part: &str, list: Value<'static>, automatic: bool) {
        let part = self.settings.entry(part.to_owned()).or_default();
        // The newer way to write the same, which would win.
        part.remove("dns-data");
        for (name, value) in [("dns", list), ("ignore-auto-dns", Value::from(!automatic))] {
            if let Ok(value) = value.try_into() {
                part.insert(name.to_owned(), value);
            }
        }
    }

    /// Keeps them, and has the device use them. What is secret among them stays: NetworkManager keeps what it
    /// isn't given.
    fn save(&self, bus: &SystemBus) -> Result<(), AdjustFault> {
        let service = MANAGER.service;
        let object = BusObject { service, path: self.path.as_str(), interface: CONNECTION };
        let () = bus.call(object, "Update", &(&self.settings,))?;
        let interface = "org.freedesktop.NetworkManager.Device";
        let device = BusObject { service, path: self.device.as_str(), interface };
        // None of its own, of any version, without flags: those that were just kept.
        bus.call(device, "Reapply", &(ConnectionSettings::new(), 0_u64, 0_u32))
    }
}

fn ipv6(bytes: &Array<'_>) -> Option<IpAddr> {
    let octets: Vec<u8> = bytes
        .iter()
        .filter_map(|one| match one {
            Value::U8(byte) => Some(*byte),
            _ => None,
        })
        .collect();
    Some(IpAddr::from(Ipv6Addr::from(<[u8; 16]>::try_from(octets).ok()?)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn servers_are_read_as_they_are_typed() {
        for (typed, value) in [
            ("automatic", Some("automatic")),
            ("1.1.1.1,1.0.0.1", Some("1.1.1.1 1.0.0.1")),
            ("2606:4700:4700::1111", Some("2606:4700:4700::1111")),
            ("1.1.1.1 1.0.0.1 9.9.9.9 8.8.8.8", None),
            ("example.org", None),
            ("", None),
        ] {
            assert_eq!(parse_dns(typed).as_deref(), value, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn servers_come_back_from_what_is_kept(
            addresses in proptest::collection::vec(any::<IpAddr>(), 0..6),
            automatic in any::<(bool, bool)>(),
        ) {
            let servers = NameServers { addresses, automatic };
            prop_assert_eq!(NameServers::parse(&servers.raw()), Some(servers));
        }

        #[test]
        fn junk_names_no_server(junk in "\\PC{0,40}") {
            let _ = NameServers::parse(&junk);
        }
    }
}
