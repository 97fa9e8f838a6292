//! How a machine is mended: by a deed of the room for repairs, which is then taken back.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use beistand_mend::{Deed as _, DeedEntry, DeedFault, DeedJournal, Machine};
use beistand_session::{AutostartEntry, DeedName, DeedPath, DeedSwitch, RepairDeed, SpaceKind, SpaceKinds};

/// What mends a machine.
#[derive(Debug, Clone, Copy)]
pub enum MachineMend {
    /// What redirects names is taken out of the hosts file.
    Hosts,
    /// The proxies are taken out.
    Proxy,
    /// An entry of the desktop's autostart is switched off.
    Desktop(&'static str),
    /// This line of the user's crontab is switched off.
    Cron(u32),
    /// A service is started again.
    Restart(&'static str),
    /// The process of this name is ended.
    End(&'static str),
    /// A file is moved to quarantine.
    Quarantine(&'static str),
    /// This is emptied.
    Free(SpaceKind),
    /// What waits for this printer is thrown away.
    Jobs(&'static str),
}

/// A mend that was done, as it stands in the journal.
pub(crate) struct DoneMend {
    machine: Machine,
    journal: DeedJournal,
    entry: DeedEntry,
}

impl MachineMend {
    /// The word for it, for people who read the table.
    pub fn text(&self) -> String {
        match self {
            Self::Hosts => "reset the hosts file".to_owned(),
            Self::Proxy => "reset proxies".to_owned(),
            Self::Desktop(name) => format!("switch off {name}"),
            Self::Cron(line) => format!("switch off line {line} of the crontab"),
            Self::Restart(name) => format!("restart {name}"),
            Self::End(name) => format!("end {name}"),
            Self::Quarantine(path) => format!("quarantine {path}"),
            Self::Free(kind) => format!("empty {}", kind.word()),
            Self::Jobs(printer) => format!("clear the queue of {printer}"),
        }
    }

    fn deed(&self) -> Option<RepairDeed> {
        Some(match *self {
            Self::Hosts => RepairDeed::ResetHosts,
            Self::Proxy => RepairDeed::ResetProxy,
            Self::Desktop(name) => RepairDeed::Autostart {
                entry: AutostartEntry::Desktop(DeedName::new(name)?),
                to: DeedSwitch::Off,
            },
            Self::Cron(line) => {
                RepairDeed::Autostart { entry: AutostartEntry::Cron(line), to: DeedSwitch::Off }
            }
            Self::Restart(name) => RepairDeed::RestartService { name: DeedName::new(name)? },
            Self::End(name) => RepairDeed::EndProcess { pid: pid_of(name)?, started: 0 },
            Self::Quarantine(path) => RepairDeed::Quarantine { path: DeedPath::new(path)? },
            Self::Free(kind) => RepairDeed::FreeSpace { kinds: SpaceKinds::of([kind])? },
            Self::Jobs(printer) => RepairDeed::ClearPrintQueue { printer: DeedName::new(printer)? },
        })
    }

    /// Mends something small, so that the journal is that of a computer on which something was mended before:
    /// it keeps room for itself.
    pub(crate) fn prepare(data_dir: &Path) -> Result<(), String> {
        let path = "/home/anna/before.txt";
        fs::write(path, "before").map_err(|error| error.to_string())?;
        MachineMend::Quarantine(path).run(data_dir).map(drop)
    }

    /// Whether it is as before after it was taken back, where that isn't seen from outside: a service that
    /// failed does not fail again by being stopped.
    pub(crate) fn is_back(&self) -> Option<bool> {
        let Self::Restart(name) = self else { return None };
        let active = Command::new("systemctl").args(["is-active", "--quiet", name]).status();
        active.ok().map(|status| !status.success())
    }

    /// Does it on the machine that this runs on, which is one of ours, with its journal in this folder.
    pub(crate) fn run(&self, data_dir: &Path) -> Result<DoneMend, String> {
        let deed = self.deed().ok_or("what is to be mended is not there")?;
        let machine = Machine::here(data_dir).map_err(|fault| words(&fault))?;
        let before = deed.before(&machine).map_err(|fault| words(&fault))?;
        let journal = DeedJournal::open(data_dir);
        let entry = journal.carry_out(&deed, &before, &machine, "the lab", now_secs());
        let entry = entry.map_err(|fault| format!("{fault:?}"))?;
        match &entry.fault {
            Some(fault) => Err(words(fault)),
            None => Ok(DoneMend { machine, journal, entry }),
        }
    }
}

impl DoneMend {
    /// Whether it can be taken back.
    pub(crate) fn can_undo(&self) -> bool {
        self.entry.can_undo()
    }

    /// Takes it back.
    pub(crate) fn undo(&self) -> Result<(), String> {
        let undone = self.journal.undo::<RepairDeed>(self.entry.number, &self.machine, now_secs());
        undone.map(drop).map_err(|fault| format!("{fault:?}"))
    }
}

fn now_secs() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn words(fault: &DeedFault) -> String {
    format!("{} {}", fault.word(), fault.detail()).trim().to_owned()
}

/// The process of this name.
fn pid_of(name: &str) -> Option<u32> {
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_it =
        |pid: &u32| fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|comm| comm.trim_end() == name);
    pids.filter(is_it).min()
}
