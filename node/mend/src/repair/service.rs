//! Services are started, stopped, enabled and disabled, and one of the system's is started again. For those
//! of the system's the system itself asks the user (polkit).

use std::time::Duration;

use beistand_session::{DeedName, DeedSight, ServiceChange, SightKind};
use beistand_tool::ToolCall;
use serde::{Deserialize, Serialize};

use super::sight;
use crate::{DeedFault, Machine};

/// How long a service may take to start or stop, and the user to answer the system's question.
const LIMIT: Duration = Duration::from_secs(120);

/// How long a question to the service manager may take.
const LOOK_LIMIT: Duration = Duration::from_secs(5);

const ACTIVE: &str = "active";

/// Services of the system's that are not touched: to stop one of them is to end the session, the desktop or
/// the way to whoever helps.
const NEEDED_UNITS: [&str; 26] = [
    "dbus",
    "dbus-broker",
    "messagebus",
    "polkit",
    "elogind",
    "seatd",
    "NetworkManager",
    "network-manager",
    "networking",
    "connman",
    "iwd",
    "dhcpcd",
    "display-manager",
    "gdm",
    "gdm3",
    "greetd",
    "lightdm",
    "lxdm",
    "nodm",
    "sddm",
    "slim",
    "xdm",
    // A shell without a password.
    "debug-shell",
    "emergency",
    "rescue",
    "initrd-switch-root",
];

/// Beginnings of such names, and of other names of theirs.
const NEEDED_BEGINNINGS: [&str; 5] = ["systemd-", "dbus-org.", "user@", "getty@", "wpa_supplicant"];

/// Whose services: the word for the service manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnitOwner {
    User,
    System,
}

impl UnitOwner {
    const fn option(self) -> &'static str {
        match self {
            Self::User => "--user",
            Self::System => "--system",
        }
    }
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct UnitBefore {
    enabled: String,
    active: String,
}

/// A unit of the system's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct RestartBefore {
    pub(super) active: String,
}

/// Units that are no service: to start or stop one of them is to shut down, log out or take a disk away.
const OTHER_UNITS: [&str; 8] =
    [".target", ".mount", ".automount", ".swap", ".device", ".slice", ".scope", ".snapshot"];

/// Whether a name is of something that is no service.
fn is_other_unit(name: &DeedName) -> bool {
    OTHER_UNITS.iter().any(|ending| name.as_str().ends_with(ending))
}

fn is_needed(name: &DeedName) -> bool {
    let name = name.as_str();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    NEEDED_UNITS.contains(&stem) || NEEDED_BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
}

pub(super) fn before(
    name: &DeedName,
    change: ServiceChange,
    owner: UnitOwner,
    machine: &Machine,
) -> Result<UnitBefore, DeedFault> {
    if is_other_unit(name) || owner == UnitOwner::System && is_needed(name) {
        return Err(DeedFault::Unfit);
    }
    let now = look(name, owner, machine)?;
    if is_so(change, &now) {
        return Err(DeedFault::Already);
    }
    match change {
        // What no one can enable, no one can enable again.
        ServiceChange::Enable if now.enabled != "disabled" => Err(DeedFault::Unfit),
        ServiceChange::Disable if now.enabled != "enabled" => Err(DeedFault::Unfit),
        ServiceChange::Start | ServiceChange::Stop | ServiceChange::Enable | ServiceChange::Disable => {
            Ok(now)
        }
    }
}

pub(super) fn before_restart(name: &DeedName, machine: &Machine) -> Result<RestartBefore, DeedFault> {
    if is_other_unit(name) {
        return Err(DeedFault::Unfit);
    }
    let show = ["show", "--property=LoadState", "--value", "--", name.as_str()];
    if ask(&show, machine)?.trim() == "not-found" {
        return Err(DeedFault::Gone);
    }
    Ok(RestartBefore { active: ask(&["is-active", "--", name.as_str()], machine)? })
}

impl UnitBefore {
    pub(super) fn sight(&self) -> DeedSight {
        sight(SightKind::State, 0, &format!("{}, {}", self.enabled, self.active))
    }

    pub(super) fn run(
        &self,
        name: &DeedName,
        change: ServiceChange,
        owner: UnitOwner,
        machine: &Machine,
    ) -> Result<DeedSight, DeedFault> {
        if look(name, owner, machine)? != *self {
            return Err(DeedFault::Changed);
        }
        tell(name, change, owner, machine)?;
        let after = look(name, owner, machine)?;
        if is_so(change, &after) { Ok(after.sight()) } else { Err(DeedFault::refused(&after.active)) }
    }

    pub(super) fn undo(
        &self,
        name: &DeedName,
        change: ServiceChange,
        owner: UnitOwner,
        machine: &Machine,
    ) -> Result<(), DeedFault> {
        let now = look(name, owner, machine)?;
        if !is_so(change, &now) {
            // Somebody has done so already, or it was never done.
            return Ok(());
        }
        tell(
            name,
            match change {
                ServiceChange::Start => ServiceChange::Stop,
                ServiceChange::Stop => ServiceChange::Start,
                ServiceChange::Enable => ServiceChange::Disable,
                ServiceChange::Disable => ServiceChange::Enable,
            },
            owner,
            machine,
        )
    }
}

impl RestartBefore {
    /// One that ran runs again, and there is nothing to go back to.
    pub(super) fn can_undo(&self) -> bool {
        self.active != ACTIVE
    }

    pub(super) fn run(&self, name: &DeedName, machine: &Machine) -> Result<DeedSight, DeedFault> {
        let call = ["restart", "--", name.as_str()];
        machine.run_tool(&ToolCall::new("systemctl", &call).within(LIMIT))?;
        Ok(sight(SightKind::State, 0, &ask(&["is-active", "--", name.as_str()], machine)?))
    }

    pub(super) fn undo(&self, name: &DeedName, machine: &Machine) -> Result<(), DeedFault> {
        if ask(&["is-active", "--", name.as_str()], machine)? != ACTIVE {
            return Ok(());
        }
        let call = ["stop", "--", name.as_str()];
        machine.run_tool(&ToolCall::new("systemctl", &call).within(LIMIT)).map(drop)
    }
}

/// Whether a unit is as the change would leave it.
fn is_so(change: ServiceChange, now: &UnitBefore) -> bool {
    match change {
        ServiceChange::Start => now.active == ACTIVE,
        ServiceChange::Stop => matches!(now.active.as_str(), "inactive" | "failed"),
        ServiceChange::Enable => now.enabled == "enabled",
        ServiceChange::Disable => now.enabled == "disabled",
    }
}

fn look(name: &DeedName, owner: UnitOwner, machine: &Machine) -> Result<UnitBefore, DeedFault> {
    let enabled = ask(&[owner.option(), "is-enabled", "--", name.as_str()], machine)?;
    if enabled.is_empty() || enabled == "not-found" {
        return Err(DeedFault::Gone);
    }
    Ok(UnitBefore { enabled, active: ask(&[owner.option(), "is-active", "--", name.as_str()], machine)? })
}

/// What the service manager says, in a word; it says so as well where that word is bad news.
fn ask(arguments: &[&str], machine: &Machine) -> Result<String, DeedFault> {
    let (_, text) = machine.try_tool(&ToolCall::new("systemctl", arguments).within(LOOK_LIMIT))?;
    Ok(text.lines().next().unwrap_or_default().trim().chars().take(40).collect())
}

fn tell(
    name: &DeedName,
    change: ServiceChange,
    owner: UnitOwner,
    machine: &Machine,
) -> Result<(), DeedFault> {
    // A journal that somebody has changed stops nothing that is needed either.
    if is_other_unit(name) || owner == UnitOwner::System && is_needed(name) {
        return Err(DeedFault::Unfit);
    }
    let call = [owner.option(), change.word(), "--", name.as_str()];
    machine.run_tool(&ToolCall::new("systemctl", &call).within(LIMIT)).map(drop)
}
