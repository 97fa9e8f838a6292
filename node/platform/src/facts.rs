//! What a system says of itself where it isn't read off files and tools, as Linux is.
//!
//! What it does not do: it judges nothing, and asks for no rights. What can't be had is left out.

use std::net::IpAddr;
use std::time::Duration;

/// Things of one kind that are named: what starts by itself, services, disks, interfaces.
pub const MAX_FACTS: usize = 64;

/// What is known of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MachineFacts {
    /// What the system is called.
    pub system: String,
    /// Its build.
    pub build: String,
    /// How long it has been running.
    pub uptime: Duration,
    /// Who made the computer.
    pub maker: String,
    /// What they call it.
    pub model: String,
    /// What its processor is called.
    pub processor: String,
    /// Memory that is free, in bytes.
    pub memory_free: u64,
    /// All memory, in bytes.
    pub memory_size: u64,
    /// Its disks.
    pub disks: Vec<DiskFact>,
    /// Its network interfaces.
    pub interfaces: Vec<InterfaceFact>,
    /// What starts with it or with its user.
    pub startup: Vec<StartupFact>,
    /// Its services; empty where it doesn't say.
    pub services: Vec<ServiceFact>,
    /// Whether the system's own firewall is on; `None` where that isn't known.
    pub is_firewall_on: Option<bool>,
}

/// A disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskFact {
    /// Where it is.
    pub folder: String,
    /// For users, in bytes; `None` where it is another computer's.
    pub space: Option<(u64, u64)>,
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InterfaceFact {
    /// What people call it.
    pub name: String,
    /// Whether it works.
    pub is_up: bool,
    /// The largest packet in bytes.
    pub mtu: u32,
    /// Its own addresses.
    pub addresses: Vec<IpAddr>,
    /// The routers behind it.
    pub gateways: Vec<IpAddr>,
    /// Who is asked for names there.
    pub name_servers: Vec<IpAddr>,
}

/// Something that starts by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartupFact {
    /// Where that is said.
    pub place: String,
    /// What it is called there.
    pub name: String,
    /// What is started.
    pub command: String,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceFact {
    /// The system's name of it.
    pub name: String,
    /// How it is.
    pub state: ServiceState,
}

/// How a service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceState {
    /// It runs.
    Running,
    /// It doesn't, and nobody says that it should.
    Stopped,
    /// It ended with an error.
    Failed,
}
