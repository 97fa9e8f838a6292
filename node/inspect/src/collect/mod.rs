//! The collectors: one for each part of a report, and each a function from a look at the machine to findings.
//!
//! A collector says nothing of what is not there, and names what it may not read.

mod clock;
mod journal;
mod machine;
mod media;
mod memory;
mod network;
mod packages;
mod power;
mod printers;
mod processes;
mod security;
mod services;
mod startup;
mod storage;

pub use memory::memory_verdict;
pub use network::hosts_verdict;
pub use startup::{command_is_strange, cron_commands};
pub use storage::space_verdict;

use crate::linux::MachineLook;
use crate::{Finding, Part};

/// Looks at one part.
pub(crate) type Collect = fn(&MachineLook) -> Vec<Finding>;

/// All that is looked at.
pub(crate) const COLLECTORS: &[(Part, Collect)] = &[
    (Part::System, machine::system),
    (Part::Hardware, machine::hardware),
    (Part::Memory, memory::collect),
    (Part::Disks, storage::collect),
    (Part::Network, network::collect),
    (Part::Processes, processes::collect),
    (Part::Services, services::collect),
    (Part::Autostart, startup::collect),
    (Part::Packages, packages::collect),
    (Part::Journal, journal::collect),
    (Part::Power, power::collect),
    (Part::Printers, printers::collect),
    (Part::Media, media::collect),
    (Part::Clock, clock::collect),
    (Part::Security, security::collect),
    (Part::WifiNames, network::wifi_name),
];

/// The value of `name=value` lines, without quotation marks.
pub fn setting_of<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let value =
        text.lines().find_map(|line| line.trim().strip_prefix(name)?.trim_start().strip_prefix('='))?;
    Some(value.trim().trim_matches('"')).filter(|value| !value.is_empty())
}
