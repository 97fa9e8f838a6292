//! How what mends a machine is done and taken back: a module for each thing, and this joins them.

mod autostart;
mod cron;
mod names;
mod package;
mod printing;
mod process;
mod quarantine;
mod service;
mod space;
mod swap;
#[cfg(test)]
mod tests;
mod updates;

use beistand_session::{
    AutostartEntry, DeedSight, DeedSwitch, MAX_SIGHT_BYTES, RepairDeed, ServiceChange, SightKind,
};
use serde::{Deserialize, Serialize};

use self::cron::CronBefore;
use self::names::ProxyBefore;
use self::package::{PackagedBefore, UnfinishedBefore};
use self::printing::StoppedBefore;
use self::process::ProcessBefore;
use self::quarantine::QuarantineBefore;
use self::service::{RestartBefore, UnitBefore, UnitOwner};
use self::space::SpaceBefore;
use self::swap::FileSwap;
use self::updates::UpdatesBefore;
use crate::{Deed, DeedFault, Machine};

pub use self::space::free_space;

/// How it was, and what it takes to go back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RepairBefore(Kept);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Kept {
    Process(ProcessBefore),
    Desktop(FileSwap),
    Cron(CronBefore),
    Unit(UnitBefore),
    Restart(RestartBefore),
    File(QuarantineBefore),
    Hosts(FileSwap),
    Proxy(ProxyBefore),
    Jobs(u32),
    Space(SpaceBefore),
    Updates(UpdatesBefore),
    Packaged(PackagedBefore),
    Unfinished(UnfinishedBefore),
    Held,
    Stopped(StoppedBefore),
}

/// How it is since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairAfter {
    kind: SightKind,
    number: u64,
    text: String,
}

impl From<DeedSight> for RepairAfter {
    fn from(DeedSight { kind, number, text }: DeedSight) -> Self {
        Self { kind, number, text }
    }
}

impl RepairAfter {
    /// For whoever reads it. Not escaped.
    pub fn sight(&self) -> DeedSight {
        DeedSight { kind: self.kind, number: self.number, text: self.text.clone() }
    }
}

impl RepairBefore {
    /// For whoever reads it. Not escaped.
    pub fn sight(&self) -> DeedSight {
        match &self.0 {
            Kept::Process(before) => sight(SightKind::Running, 0, &before.name),
            Kept::Desktop(swap) => autostart::sight(swap),
            Kept::Cron(before) => before.sight(),
            Kept::Unit(before) => before.sight(),
            Kept::Restart(before) => sight(SightKind::State, 0, &before.active),
            Kept::File(before) => before.sight(),
            Kept::Hosts(swap) => names::hosts_sight(swap),
            Kept::Proxy(before) => before.sight(),
            Kept::Jobs(jobs) => sight(SightKind::Jobs, (*jobs).into(), ""),
            Kept::Space(before) => sight(SightKind::Bytes, before.bytes, ""),
            Kept::Updates(before) => before.sight(),
            Kept::Packaged(before) => before.sight(),
            Kept::Unfinished(before) => before.sight(),
            Kept::Held => sight(SightKind::Held, 0, ""),
            Kept::Stopped(before) => before.sight(),
        }
    }
}

/// How something is, with as much of the text as there is room for.
fn sight(kind: SightKind, number: u64, text: &str) -> DeedSight {
    let cut = if text.len() <= MAX_SIGHT_BYTES {
        text.to_owned()
    } else {
        // Whoever reads it sees that there is more.
        format!("{}…", &text[..text.floor_char_boundary(MAX_SIGHT_BYTES - '…'.len_utf8())])
    };
    DeedSight { kind, number, text: cut }
}

impl Deed for RepairDeed {
    const FEATURE: &'static str = "repair";

    type Before = RepairBefore;
    type After = RepairAfter;

    fn before(&self, machine: &Machine) -> Result<RepairBefore, DeedFault> {
        Ok(RepairBefore(match self {
            Self::EndProcess { pid, started } => Kept::Process(process::before(*pid, *started)?),
            Self::Autostart { entry, to } => match entry {
                AutostartEntry::Desktop(name) => Kept::Desktop(autostart::before(name, *to, machine)?),
                AutostartEntry::Cron(line) => Kept::Cron(cron::before(*line, *to, machine)?),
                AutostartEntry::Unit(name) => {
                    Kept::Unit(service::before(name, change(*to), UnitOwner::User, machine)?)
                }
            },
            Self::UserService { name, change } => {
                Kept::Unit(service::before(name, *change, UnitOwner::User, machine)?)
            }
            Self::SystemService { name, change } => {
                Kept::Unit(service::before(name, *change, UnitOwner::System, machine)?)
            }
            Self::RestartService { name } => Kept::Restart(service::before_restart(name, machine)?),
            Self::Quarantine { path } => Kept::File(quarantine::before(path, machine)?),
            Self::ResetHosts => Kept::Hosts(names::hosts_before(machine)?),
            Self::ResetProxy => Kept::Proxy(names::proxy_before(machine)?),
            Self::ClearPrintQueue { printer } => Kept::Jobs(printing::before(printer, machine)?),
            Self::FreeSpace { kinds } => Kept::Space(space::before(*kinds, machine)?),
            Self::ApplyUpdates => Kept::Updates(updates::before(machine)?),
            Self::RestoreFile { path } => Kept::Packaged(package::before_restore(path, machine)?),
            Self::FinishPackages => Kept::Unfinished(package::before_finish(machine)?),
            Self::ReleasePackage { name } => package::before_release(name, machine).map(|()| Kept::Held)?,
            Self::ResumePrinter { printer } => Kept::Stopped(printing::before_resume(printer, machine)?),
        }))
    }

    fn can_undo(&self, before: &RepairBefore) -> bool {
        match &before.0 {
            Kept::Process(before) => before.can_begin_again(),
            Kept::Restart(before) => before.can_undo(),
            Kept::Desktop(_)
            | Kept::Cron(_)
            | Kept::Unit(_)
            | Kept::File(_)
            | Kept::Hosts(_)
            | Kept::Proxy(_)
            | Kept::Packaged(_)
            | Kept::Held
            | Kept::Stopped(_) => true,
            // What is thrown away is gone, and what is installed stays.
            Kept::Jobs(_) | Kept::Space(_) | Kept::Updates(_) | Kept::Unfinished(_) => false,
        }
    }

    fn run(&self, before: &RepairBefore, machine: &Machine) -> Result<RepairAfter, DeedFault> {
        let after = match (self, &before.0) {
            (Self::EndProcess { pid, .. }, Kept::Process(before)) => process::run(*pid, before, machine),
            (Self::Autostart { to, .. }, Kept::Desktop(swap)) => {
                swap.apply(machine).map(|()| sight(switched(*to), 0, ""))
            }
            (Self::Autostart { to, .. }, Kept::Cron(before)) => {
                before.run(machine).map(|()| sight(switched(*to), 0, ""))
            }
            (Self::Autostart { entry: AutostartEntry::Unit(name), to }, Kept::Unit(before)) => {
                before.run(name, change(*to), UnitOwner::User, machine)
            }
            (Self::UserService { name, change }, Kept::Unit(before)) => {
                before.run(name, *change, UnitOwner::User, machine)
            }
            (Self::SystemService { name, change }, Kept::Unit(before)) => {
                before.run(name, *change, UnitOwner::System, machine)
            }
            (Self::RestartService { name }, Kept::Restart(before)) => before.run(name, machine),
            (Self::Quarantine { .. }, Kept::File(before)) => before.run(machine),
            (Self::ResetHosts, Kept::Hosts(swap)) => {
                swap.apply(machine).map(|()| sight(SightKind::Entries, 0, ""))
            }
            (Self::ResetProxy, Kept::Proxy(before)) => before.run(machine),
            (Self::ClearPrintQueue { printer }, Kept::Jobs(jobs)) => printing::run(printer, *jobs, machine),
            (Self::FreeSpace { kinds }, Kept::Space(before)) => space::run(*kinds, before, machine),
            (Self::ApplyUpdates, Kept::Updates(before)) => updates::run(before, machine),
            (Self::RestoreFile { path }, Kept::Packaged(before)) => before.run(path, machine),
            (Self::FinishPackages, Kept::Unfinished(before)) => before.run(machine),
            (Self::ReleasePackage { name }, Kept::Held) => package::release(name, machine),
            (Self::ResumePrinter { printer }, Kept::Stopped(before)) => before.run(printer, machine),
            // Kept for another deed: nothing of ours.
            (_, _) => Err(DeedFault::Changed),
        };
        after.map(RepairAfter::from)
    }

    fn undo(&self, before: &RepairBefore, machine: &Machine) -> Result<(), DeedFault> {
        match (self, &before.0) {
            (Self::EndProcess { pid, .. }, Kept::Process(before)) => before.begin_again(*pid, machine),
            (Self::Autostart { entry: AutostartEntry::Unit(name), to }, Kept::Unit(before)) => {
                before.undo(name, change(*to), UnitOwner::User, machine)
            }
            (Self::UserService { name, change }, Kept::Unit(before)) => {
                before.undo(name, *change, UnitOwner::User, machine)
            }
            (Self::SystemService { name, change }, Kept::Unit(before)) => {
                before.undo(name, *change, UnitOwner::System, machine)
            }
            (Self::RestoreFile { path }, Kept::Packaged(before)) => before.undo(path, machine),
            (Self::ReleasePackage { name }, Kept::Held) => package::hold_again(name, machine),
            (Self::ResumePrinter { printer }, Kept::Stopped(before)) => before.undo(printer, machine),
            (Self::RestartService { name }, Kept::Restart(before)) => before.undo(name, machine),
            (_, Kept::Desktop(swap) | Kept::Hosts(swap)) => swap.revert(machine),
            (_, Kept::Cron(before)) => before.undo(machine),
            (_, Kept::File(before)) => before.undo(machine),
            (_, Kept::Proxy(before)) => before.undo(machine),
            (_, _) => Err(DeedFault::NoUndo),
        }
    }
}

/// What is done to a unit that shall begin by itself, or not.
fn change(to: DeedSwitch) -> ServiceChange {
    match to {
        DeedSwitch::On => ServiceChange::Enable,
        DeedSwitch::Off => ServiceChange::Disable,
    }
}

fn switched(to: DeedSwitch) -> SightKind {
    match to {
        DeedSwitch::On => SightKind::On,
        DeedSwitch::Off => SightKind::Off,
    }
}
