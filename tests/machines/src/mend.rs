//! How a machine is mended: by a deed of the rooms for repairs and settings, which is then taken back.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use beistand_adjust::AdjustDeed;
use beistand_mend::{Deed, DeedEntry, DeedFault, DeedJournal, Machine};
use beistand_session::{
    AdjustKind, AutostartEntry, DeedName, DeedPath, DeedSwitch, RepairDeed, ServiceChange, SpaceKind,
    SpaceKinds,
};

use crate::inside::DATA;
use crate::recipe_named;

/// How often it is looked whether a service has stopped.
const STEPS: u32 = 40;

/// How long after each other.
const STEP: Duration = Duration::from_millis(50);

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
    /// A file of a package's is put back.
    Restore(&'static str),
    /// Installations that were broken off are finished.
    Packages,
    /// This package is no longer held back.
    Unhold(&'static str),
    /// This printer prints again.
    Resume(&'static str),
    /// A service of the system's no longer begins by itself.
    Disable(&'static str),
    /// A setting is given this value.
    Adjust(AdjustKind, &'static str),
}

/// A mend that was done.
pub(crate) enum DoneMend {
    /// By this process, as it stands in the journal.
    Here(Machine, DeedJournal, Box<DeedEntry>),
    /// By a process of the user's: the entry's number.
    User(String),
}

/// As whom the user's processes run.
const AS_USER: [&str; 6] = ["--reuid", "1000", "--regid", "1000", "--clear-groups", "--"];

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
            Self::Restore(path) => format!("restore {path}"),
            Self::Packages => "finish installations".to_owned(),
            Self::Unhold(name) => format!("unhold {name}"),
            Self::Resume(printer) => format!("resume {printer}"),
            Self::Disable(name) => format!("disable {name}"),
            Self::Adjust(kind, value) => format!("set {} to {value}", kind.word()),
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
            Self::Restore(path) => RepairDeed::RestoreFile { path: DeedPath::new(path)? },
            Self::Packages => RepairDeed::FinishPackages,
            Self::Unhold(name) => RepairDeed::ReleasePackage { name: DeedName::new(name)? },
            Self::Resume(printer) => RepairDeed::ResumePrinter { printer: DeedName::new(printer)? },
            Self::Disable(name) => {
                RepairDeed::SystemService { name: DeedName::new(name)?, change: ServiceChange::Disable }
            }
            Self::Adjust(..) => return None,
        })
    }

    /// The file that is as it was, in all, once it was taken back.
    pub(crate) fn file(&self) -> Option<&'static str> {
        match *self {
            Self::Quarantine(path) | Self::Restore(path) => Some(path),
            // It is written over, so that it has another time.
            Self::Hosts
            | Self::Proxy
            | Self::Desktop(_)
            | Self::Cron(_)
            | Self::Restart(_)
            | Self::End(_)
            | Self::Free(_)
            | Self::Jobs(_)
            | Self::Packages
            | Self::Unhold(_)
            | Self::Resume(_)
            | Self::Disable(_)
            | Self::Adjust(..) => None,
        }
    }

    /// Mends something small, so that the journal is that of a computer on which something was mended before:
    /// it keeps room for itself.
    pub(crate) fn prepare(data_dir: &Path) -> Result<(), String> {
        let path = "/home/anna/before.txt";
        fs::write(path, "before").map_err(|error| error.to_string())?;
        MachineMend::Quarantine(path).run(data_dir).map(drop)
    }

    /// Whether it is as before after it was taken back, where that isn't seen from outside: a service that
    /// failed does not fail again by being stopped, and a clock that is right does not go wrong again.
    pub(crate) fn is_back(&self) -> Option<bool> {
        let runs = |service: &str| {
            let active = Command::new("systemctl").args(["is-active", "--quiet", service]).status();
            active.is_ok_and(|status| status.success())
        };
        if let Self::Restart(name) = self {
            return Some(!runs(name));
        }
        matches!(self, Self::Adjust(AdjustKind::NetworkTime, _)).then(|| {
            // It is told to stop, and does so a little later.
            let stopped = || {
                thread::sleep(STEP);
                !runs("systemd-timesyncd")
            };
            (0..STEPS).any(|_| stopped())
        })
    }

    /// Does it on the machine that this runs on, which is one of ours, with its journal in this folder.
    pub(crate) fn run(&self, data_dir: &Path) -> Result<DoneMend, String> {
        let machine = Machine::here(data_dir).map_err(|fault| words(&fault))?;
        let journal = DeedJournal::open(data_dir);
        let entry = if let Self::Adjust(kind, value) = self {
            let deed = AdjustDeed { kind: *kind, value: (*value).to_owned() };
            carry_out(&deed, &journal, &machine)?
        } else {
            let deed = self.deed().ok_or("what is to be mended is not there")?;
            carry_out(&deed, &journal, &machine)?
        };
        match &entry.fault {
            Some(fault) => Err(words(fault)),
            None => Ok(DoneMend::Here(machine, journal, Box::new(entry))),
        }
    }
}

fn carry_out<D: Deed>(deed: &D, journal: &DeedJournal, machine: &Machine) -> Result<DeedEntry, String> {
    let before = deed.before(machine).map_err(|fault| words(&fault))?;
    journal.carry_out(deed, &before, machine, "the lab", now_secs()).map_err(|fault| format!("{fault:?}"))
}

impl DoneMend {
    /// Has the user mend the machine of this name, who is no administrator.
    pub(crate) fn by_user(name: &str) -> Result<Self, String> {
        as_user(&["mend", name]).map(Self::User)
    }

    /// Whether it can be taken back.
    pub(crate) fn can_undo(&self) -> bool {
        match self {
            Self::Here(_, _, entry) => entry.can_undo(),
            Self::User(_) => true,
        }
    }

    /// Takes it back.
    pub(crate) fn undo(&self) -> Result<(), String> {
        let (machine, journal, entry) = match self {
            Self::Here(machine, journal, entry) => (machine, journal, entry),
            Self::User(number) => return as_user(&["undo", number]).map(drop),
        };
        let undone = if entry.feature == AdjustDeed::FEATURE {
            journal.undo::<AdjustDeed>(entry.number, machine, now_secs())
        } else {
            journal.undo::<RepairDeed>(entry.number, machine, now_secs())
        };
        undone.map(drop).map_err(|fault| format!("{fault:?}"))
    }
}

/// Runs this program as the user; what it printed.
fn as_user(arguments: &[&str]) -> Result<String, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("setpriv").args(AS_USER).arg(program).args(arguments).output();
    let output = output.map_err(|error| error.to_string())?;
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() { Ok(said(&output.stdout)) } else { Err(said(&output.stderr)) }
}

/// Mends the machine of this name as whoever runs this; the entry's number.
///
/// # Errors
/// In words, where that can't be done.
pub fn mend_as_user(name: &str) -> Result<u32, String> {
    let mend = recipe_named(name).and_then(|recipe| recipe.mend).ok_or("nothing mends it")?;
    match mend.run(Path::new(DATA))? {
        DoneMend::Here(_, _, entry) => Ok(entry.number),
        DoneMend::User(_) => Err("that was somebody else".to_owned()),
    }
}

/// Takes a repair back as whoever runs this.
///
/// # Errors
/// In words, where that can't be done.
pub fn undo_as_user(number: u32) -> Result<(), String> {
    let data_dir = Path::new(DATA);
    let machine = Machine::here(data_dir).map_err(|fault| words(&fault))?;
    let undone = DeedJournal::open(data_dir).undo::<RepairDeed>(number, &machine, now_secs());
    undone.map(drop).map_err(|fault| format!("{fault:?}"))
}

/// A file's content, mode, owner and time; `None` where there is none.
pub(crate) fn file_state(path: &str) -> Option<impl PartialEq> {
    let about = fs::symlink_metadata(path).ok()?;
    let bytes = fs::read(path).ok()?;
    Some((bytes, about.mode(), about.uid(), about.gid(), about.mtime(), about.mtime_nsec()))
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
