//! What is typed after the verb. Parsing only.

use beistand_session::{
    AutostartEntry, DeedName, DeedPath, DeedSwitch, RepairDeed, ServiceChange, SpaceKind, SpaceKinds,
};

use super::RepairCommand;
use crate::words::Phrase;

/// What kind of thing can be proposed, for whoever chooses it from a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepairKind {
    /// A process is ended.
    End,
    /// Something begins by itself, or no longer.
    Autostart,
    /// A service of the user's own.
    Service,
    /// A service of the system's is started again.
    Restart,
    /// A file goes to quarantine.
    Quarantine,
    /// The hosts file is put right.
    Hosts,
    /// Proxies are switched off.
    Proxy,
    /// A printer's queue is emptied.
    Printer,
    /// Disk space is freed.
    Free,
    /// Updates are installed.
    Updates,
    /// A file of a package is put back.
    Restore,
    /// Installations that were broken off are finished.
    Packages,
    /// A package is no longer held back.
    Unhold,
    /// A printer that is stopped prints again.
    Resume,
    /// A service of the system's.
    System,
}

impl RepairKind {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::End,
        Self::Autostart,
        Self::Service,
        Self::Restart,
        Self::Quarantine,
        Self::Hosts,
        Self::Proxy,
        Self::Printer,
        Self::Free,
        Self::Updates,
        Self::Restore,
        Self::Packages,
        Self::Unhold,
        Self::Resume,
        Self::System,
    ];

    /// The word with which it is typed, and what has to follow it, as an example.
    pub const fn usage(self) -> (&'static str, &'static str) {
        match self {
            Self::End => ("end", "1234"),
            Self::Autostart => ("autostart", "off desktop example.desktop"),
            Self::Service => ("service", "stop example.service"),
            Self::Restart => ("restart", "cups.service"),
            Self::Quarantine => ("quarantine", "/home/…"),
            Self::Hosts => ("hosts", ""),
            Self::Proxy => ("proxy", ""),
            Self::Printer => ("printer", "Printer-1"),
            Self::Free => ("free", "trash,thumbnails,caches"),
            Self::Updates => ("updates", ""),
            Self::Restore => ("restore", "/usr/bin/…"),
            Self::Packages => ("packages", ""),
            Self::Unhold => ("unhold", "bash"),
            Self::Resume => ("resume", "Printer-1"),
            Self::System => ("system", "disable example.service"),
        }
    }

    /// What it is called.
    pub fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::End => "repair-kind-end",
            Self::Autostart => "repair-kind-autostart",
            Self::Service => "repair-kind-service",
            Self::Restart => "repair-kind-restart",
            Self::Quarantine => "repair-kind-quarantine",
            Self::Hosts => "repair-kind-hosts",
            Self::Proxy => "repair-kind-proxy",
            Self::Printer => "repair-kind-printer",
            Self::Free => "repair-kind-free",
            Self::Updates => "repair-kind-updates",
            Self::Restore => "repair-kind-restore",
            Self::Packages => "repair-kind-packages",
            Self::Unhold => "repair-kind-unhold",
            Self::Resume => "repair-kind-resume",
            Self::System => "repair-kind-system",
        })
    }

    /// The proposal of one with what belongs to it; `None` where that makes no sense.
    pub fn proposal(self, args: &str) -> Option<RepairCommand> {
        deed(self.usage().0, args.trim()).map(RepairCommand::Propose)
    }
}

/// The command; `None` where the line makes no sense.
pub(super) fn command(rest: &str) -> Option<RepairCommand> {
    let (what, rest) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
    let rest = rest.trim();
    let alone = |command: RepairCommand| rest.is_empty().then_some(command);
    match what {
        "withdraw" => return alone(RepairCommand::Withdraw),
        "space" => return alone(RepairCommand::Space),
        "list" => return alone(RepairCommand::List),
        "stop" => return alone(RepairCommand::Stop),
        "no" if rest.is_empty() => return Some(RepairCommand::No { number: None }),
        "no" => return rest.parse().ok().map(|number| RepairCommand::No { number: Some(number) }),
        "yes" => return rest.parse().ok().map(|number| RepairCommand::Yes { number }),
        "undo" => return rest.parse().ok().map(RepairCommand::TakeBack),
        _ => {}
    }
    deed(what, rest).map(RepairCommand::Propose)
}

fn deed(what: &str, rest: &str) -> Option<RepairDeed> {
    let name = || DeedName::new(rest);
    Some(match what {
        "end" => {
            let (pid, started) = rest.split_once('@').unwrap_or((rest, "0"));
            RepairDeed::EndProcess { pid: pid.parse().ok()?, started: started.parse().ok()? }
        }
        "autostart" => autostart(rest)?,
        "service" => {
            let (change, name) = service(rest)?;
            RepairDeed::UserService { name, change }
        }
        "system" => {
            let (change, name) = service(rest)?;
            RepairDeed::SystemService { name, change }
        }
        "restart" => RepairDeed::RestartService { name: name()? },
        "quarantine" => RepairDeed::Quarantine { path: DeedPath::parse(rest)? },
        "hosts" if rest.is_empty() => RepairDeed::ResetHosts,
        "proxy" if rest.is_empty() => RepairDeed::ResetProxy,
        "printer" => RepairDeed::ClearPrintQueue { printer: name()? },
        "free" => {
            let kinds: Option<Vec<_>> =
                rest.split(',').map(|word| SpaceKind::from_word(word.trim())).collect();
            RepairDeed::FreeSpace { kinds: SpaceKinds::of(kinds?)? }
        }
        "updates" if rest.is_empty() => RepairDeed::ApplyUpdates,
        "restore" => RepairDeed::RestoreFile { path: DeedPath::parse(rest)? },
        "packages" if rest.is_empty() => RepairDeed::FinishPackages,
        "unhold" => RepairDeed::ReleasePackage { name: name()? },
        "resume" => RepairDeed::ResumePrinter { printer: name()? },
        _ => return None,
    })
}

fn service(rest: &str) -> Option<(ServiceChange, DeedName)> {
    let (change, name) = rest.split_once(' ')?;
    Some((ServiceChange::from_word(change)?, DeedName::new(name.trim())?))
}

fn autostart(rest: &str) -> Option<RepairDeed> {
    let mut words = rest.split_whitespace();
    let (to, kind, which) = (words.next()?, words.next()?, words.next()?);
    let to = DeedSwitch::from_word(to)?;
    let entry = match kind {
        "desktop" => AutostartEntry::Desktop(DeedName::new(which)?),
        "service" => AutostartEntry::Unit(DeedName::new(which)?),
        "cron" => AutostartEntry::Cron(which.parse().ok()?),
        _ => return None,
    };
    words.next().is_none().then_some(RepairDeed::Autostart { entry, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_deed_can_be_typed() {
        let name = |name: &str| DeedName::new(name).unwrap();
        let known = [
            ("end 12", RepairDeed::EndProcess { pid: 12, started: 0 }),
            ("end 12@345", RepairDeed::EndProcess { pid: 12, started: 345 }),
            (
                "autostart off desktop x.desktop",
                RepairDeed::Autostart {
                    entry: AutostartEntry::Desktop(name("x.desktop")),
                    to: DeedSwitch::Off,
                },
            ),
            (
                "autostart on cron 3",
                RepairDeed::Autostart { entry: AutostartEntry::Cron(3), to: DeedSwitch::On },
            ),
            (
                "service stop a@1.service",
                RepairDeed::UserService { name: name("a@1.service"), change: ServiceChange::Stop },
            ),
            ("restart cups", RepairDeed::RestartService { name: name("cups") }),
            (
                "quarantine /home/anna/a b\\xff",
                RepairDeed::Quarantine { path: DeedPath::new(b"/home/anna/a b\xff".to_vec()).unwrap() },
            ),
            ("hosts", RepairDeed::ResetHosts),
            ("proxy", RepairDeed::ResetProxy),
            ("printer Brother-1", RepairDeed::ClearPrintQueue { printer: name("Brother-1") }),
            (
                "free trash,journal",
                RepairDeed::FreeSpace {
                    kinds: SpaceKinds::of([SpaceKind::Trash, SpaceKind::Journal]).unwrap(),
                },
            ),
            ("updates", RepairDeed::ApplyUpdates),
            (
                "restore /usr/bin/passwd",
                RepairDeed::RestoreFile { path: DeedPath::new("/usr/bin/passwd").unwrap() },
            ),
            ("packages", RepairDeed::FinishPackages),
            ("unhold libstdc++6:amd64", RepairDeed::ReleasePackage { name: name("libstdc++6:amd64") }),
            ("resume Brother-1", RepairDeed::ResumePrinter { printer: name("Brother-1") }),
            (
                "system disable anydesk.service",
                RepairDeed::SystemService { name: name("anydesk.service"), change: ServiceChange::Disable },
            ),
        ];
        for (line, deed) in known {
            assert_eq!(command(line), Some(RepairCommand::Propose(deed)), "{line}");
        }
        assert_eq!(command(" yes 3 "), Some(RepairCommand::Yes { number: 3 }));
        assert_eq!(command("undo 4"), Some(RepairCommand::TakeBack(4)));
    }

    #[test]
    fn what_makes_no_sense_is_no_command() {
        let lines = [
            "",
            "end",
            "end x",
            "end -1",
            "autostart off",
            "autostart off desktop a b",
            "service wipe x",
            "system mask x",
            "restore passwd",
            "packages x",
            "unhold",
            "resume -x",
            "restart --now",
            "restart *",
            "quarantine a",
            "quarantine /a/../b",
            "hosts x",
            "free",
            "free all",
            "free trash,,",
            "yes",
            "yes x",
            "undo -1",
            "stop 1",
            "dance",
        ];
        for line in lines {
            assert_eq!(command(line), None, "{line:?}");
        }
    }
}
