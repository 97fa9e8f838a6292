//! What deeds, their ends and how something is are called, for whoever reads it.

use beistand_session::{
    AutostartEntry, DeedSight, DeedSwitch, EntryState, RepairDeed, RepairEnd, RepairEntry, ServiceChange,
    SightKind, SpaceKind, escape,
};
use serde_json::{Value, json};

use super::{RepairQuestion, RepairWish};
use crate::changes::deed_fault_phrase;
use crate::words::{Phrase, args};
use beistand_mend::DeedFault;

/// The word for a deed in JSON.
pub(super) fn kind_word(wish: &RepairWish) -> &'static str {
    match wish {
        RepairWish::TakeBack { .. } => "undo",
        RepairWish::Deed(deed) => match deed {
            RepairDeed::EndProcess { .. } => "end-process",
            RepairDeed::Autostart { .. } => "autostart",
            RepairDeed::UserService { .. } => "user-service",
            RepairDeed::RestartService { .. } => "restart-service",
            RepairDeed::Quarantine { .. } => "quarantine",
            RepairDeed::ResetHosts => "hosts",
            RepairDeed::ResetProxy => "proxy",
            RepairDeed::ClearPrintQueue { .. } => "print-queue",
            RepairDeed::FreeSpace { .. } => "free-space",
            RepairDeed::ApplyUpdates => "updates",
            RepairDeed::RestoreFile { .. } => "restore-file",
            RepairDeed::FinishPackages => "finish-packages",
            RepairDeed::ReleasePackage { .. } => "release-package",
            RepairDeed::ResumePrinter { .. } => "resume-printer",
            RepairDeed::SystemService { .. } => "system-service",
        },
    }
}

/// A deed by its full name.
pub fn deed_phrase(deed: &RepairDeed) -> Phrase {
    match deed {
        RepairDeed::EndProcess { pid, .. } => Phrase::with("repair-deed-end", args![pid = pid.to_string()]),
        RepairDeed::Autostart { entry, to } => autostart_phrase(entry, *to),
        RepairDeed::UserService { name, change } => {
            let key = match change {
                ServiceChange::Start => "repair-deed-service-start",
                ServiceChange::Stop => "repair-deed-service-stop",
                ServiceChange::Enable => "repair-deed-service-enable",
                ServiceChange::Disable => "repair-deed-service-disable",
            };
            Phrase::with(key, args![name = name.as_str()])
        }
        RepairDeed::RestartService { name } => {
            Phrase::with("repair-deed-restart", args![name = name.as_str()])
        }
        RepairDeed::Quarantine { path } => {
            Phrase::with("repair-deed-quarantine", args![path = escape(&path.text())])
        }
        RepairDeed::ResetHosts => Phrase::new("repair-deed-hosts"),
        RepairDeed::ResetProxy => Phrase::new("repair-deed-proxy"),
        RepairDeed::ClearPrintQueue { printer } => {
            Phrase::with("repair-deed-printer", args![name = printer.as_str()])
        }
        RepairDeed::FreeSpace { kinds } => {
            let kinds: Vec<Phrase> = kinds.iter().map(|kind| Phrase::new(space_key(kind))).collect();
            Phrase::with("repair-deed-free", args![kinds = kinds])
        }
        RepairDeed::ApplyUpdates => Phrase::new("repair-deed-updates"),
        RepairDeed::RestoreFile { path } => {
            Phrase::with("repair-deed-restore", args![path = escape(&path.text())])
        }
        RepairDeed::FinishPackages => Phrase::new("repair-deed-packages"),
        RepairDeed::ReleasePackage { name } => {
            Phrase::with("repair-deed-unhold", args![name = name.as_str()])
        }
        RepairDeed::ResumePrinter { printer } => {
            Phrase::with("repair-deed-resume", args![name = printer.as_str()])
        }
        RepairDeed::SystemService { name, change } => {
            let key = match change {
                ServiceChange::Start => "repair-deed-system-start",
                ServiceChange::Stop => "repair-deed-system-stop",
                ServiceChange::Enable => "repair-deed-system-enable",
                ServiceChange::Disable => "repair-deed-system-disable",
            };
            Phrase::with(key, args![name = name.as_str()])
        }
    }
}

fn autostart_phrase(entry: &AutostartEntry, to: DeedSwitch) -> Phrase {
    match (entry, to) {
        (AutostartEntry::Desktop(name), DeedSwitch::Off) => {
            Phrase::with("repair-deed-desktop-off", args![name = name.as_str()])
        }
        (AutostartEntry::Desktop(name), DeedSwitch::On) => {
            Phrase::with("repair-deed-desktop-on", args![name = name.as_str()])
        }
        (AutostartEntry::Unit(name), DeedSwitch::Off) => {
            Phrase::with("repair-deed-service-disable", args![name = name.as_str()])
        }
        (AutostartEntry::Unit(name), DeedSwitch::On) => {
            Phrase::with("repair-deed-service-enable", args![name = name.as_str()])
        }
        (AutostartEntry::Cron(line), DeedSwitch::Off) => {
            Phrase::with("repair-deed-cron-off", args![line = line.to_string()])
        }
        (AutostartEntry::Cron(line), DeedSwitch::On) => {
            Phrase::with("repair-deed-cron-on", args![line = line.to_string()])
        }
    }
}

pub(super) fn wish_phrase(wish: &RepairWish) -> Phrase {
    match wish {
        RepairWish::Deed(deed) => deed_phrase(deed),
        RepairWish::TakeBack { entry, deed: Some(deed) } => {
            Phrase::with("repair-take-back-of", args![number = entry.to_string(), what = deed_phrase(deed)])
        }
        RepairWish::TakeBack { entry, deed: None } => {
            Phrase::with("repair-take-back", args![number = entry.to_string()])
        }
    }
}

/// The whole question: who wants what, how it is, whether it can be taken back.
pub(super) fn question_phrase(question: &RepairQuestion) -> Phrase {
    let (who, what) = (&question.who, question.wish.phrase());
    let undo = Phrase::new(match (&question.wish, question.can_undo) {
        (RepairWish::TakeBack { .. }, _) => "repair-back-to-before",
        (RepairWish::Deed(deed), false) => no_undo_key(deed),
        (RepairWish::Deed(_), true) => "repair-can-undo",
    });
    match sight_phrase(&question.before) {
        Some(before) if matches!(question.wish, RepairWish::TakeBack { .. }) => {
            Phrase::with("repair-asks-back", args![who = who, what = what, before = before, undo = undo])
        }
        Some(before) => {
            Phrase::with("repair-asks-with", args![who = who, what = what, before = before, undo = undo])
        }
        None => Phrase::with("repair-asks", args![who = who, what = what, undo = undo]),
    }
}

/// Why it can't be taken back.
fn no_undo_key(deed: &RepairDeed) -> &'static str {
    match deed {
        RepairDeed::EndProcess { .. } => "repair-no-undo-end",
        RepairDeed::RestartService { .. } => "repair-no-undo-restart",
        RepairDeed::ClearPrintQueue { .. } => "repair-no-undo-printer",
        RepairDeed::FreeSpace { .. } => "repair-no-undo-free",
        RepairDeed::ApplyUpdates => "repair-no-undo-updates",
        RepairDeed::FinishPackages => "repair-no-undo-packages",
        RepairDeed::Autostart { .. }
        | RepairDeed::UserService { .. }
        | RepairDeed::Quarantine { .. }
        | RepairDeed::ResetHosts
        | RepairDeed::ResetProxy
        | RepairDeed::RestoreFile { .. }
        | RepairDeed::ReleasePackage { .. }
        | RepairDeed::ResumePrinter { .. }
        | RepairDeed::SystemService { .. } => "repair-no-undo",
    }
}

/// How something is; `None` where there is nothing to say.
pub(super) fn sight_phrase(sight: &DeedSight) -> Option<Phrase> {
    let DeedSight { kind, number, text } = sight;
    Some(match kind {
        SightKind::Nothing => return None,
        SightKind::Running => Phrase::with("repair-sight-running", args![name = text]),
        SightKind::Ended => Phrase::new("repair-sight-ended"),
        SightKind::On if text.is_empty() => Phrase::new("repair-sight-on"),
        SightKind::On => Phrase::with("repair-sight-on-with", args![text = text]),
        SightKind::Off if text.is_empty() => Phrase::new("repair-sight-off"),
        SightKind::Off => Phrase::with("repair-sight-off-with", args![text = text]),
        SightKind::State => Phrase::with("repair-sight-state", args![text = text]),
        SightKind::File => Phrase::with("repair-sight-file", args![path = text, size = megabytes(*number)]),
        SightKind::Away => Phrase::new("repair-sight-away"),
        SightKind::Entries if *number == 0 => Phrase::new("repair-sight-no-entries"),
        SightKind::Entries if text.is_empty() => {
            Phrase::with("repair-sight-entries-count", args![count = *number])
        }
        SightKind::Entries => Phrase::with("repair-sight-entries", args![count = *number, text = text]),
        SightKind::Jobs => Phrase::with("repair-sight-jobs", args![count = *number]),
        SightKind::Bytes => Phrase::with("repair-sight-bytes", args![size = megabytes(*number)]),
        SightKind::Freed => Phrase::with("repair-sight-freed", args![size = megabytes(*number)]),
        SightKind::Updates if text.is_empty() => Phrase::with("repair-sight-updates", args![count = *number]),
        SightKind::Updates => {
            Phrase::with("repair-sight-updates-first", args![count = *number, first = text])
        }
        SightKind::Differs => Phrase::with("repair-sight-differs", args![package = text]),
        SightKind::Packaged => Phrase::new("repair-sight-packaged"),
        SightKind::Unfinished if *number == 0 && text.is_empty() => Phrase::new("repair-sight-finished"),
        SightKind::Unfinished => {
            Phrase::with("repair-sight-unfinished", args![count = *number, first = text])
        }
        SightKind::Held => Phrase::new("repair-sight-held"),
        SightKind::Released => Phrase::new("repair-sight-released"),
        SightKind::Stopped => Phrase::with("repair-sight-stopped", args![reason = text]),
        SightKind::Printing => Phrase::new("repair-sight-printing"),
    })
}

pub(super) fn sight_json(sight: &DeedSight) -> Value {
    json!({ "kind": sight.kind.word(), "number": sight.number, "text": sight.text })
}

/// How a deed ended.
pub fn end_phrase(end: RepairEnd, detail: &str) -> Phrase {
    let of_fault = |fault: DeedFault| deed_fault_phrase(&fault);
    let detail = detail.to_owned();
    match end {
        RepairEnd::Done => Phrase::new("repair-end-done"),
        RepairEnd::Undone => Phrase::new("repair-end-undone"),
        RepairEnd::Denied => Phrase::new("repair-end-denied"),
        RepairEnd::Withdrawn => Phrase::new("repair-end-withdrawn"),
        RepairEnd::Busy => Phrase::new("repair-end-busy"),
        RepairEnd::NoJournal => Phrase::new("repair-no-journal"),
        RepairEnd::TakenBack => Phrase::new("repair-end-taken-back"),
        RepairEnd::Unheard => Phrase::new("repair-end-unheard"),
        RepairEnd::Unwritten => Phrase::new("repair-end-unwritten"),
        RepairEnd::NotHere => of_fault(DeedFault::NotHere(detail)),
        RepairEnd::NotPermitted => of_fault(DeedFault::NotPermitted),
        RepairEnd::Gone => of_fault(DeedFault::Gone),
        RepairEnd::Changed => of_fault(DeedFault::Changed),
        RepairEnd::Unfit => of_fault(DeedFault::Unfit),
        RepairEnd::TooLarge => of_fault(DeedFault::TooLarge),
        RepairEnd::Already => of_fault(DeedFault::Already),
        RepairEnd::NoUndo => of_fault(DeedFault::NoUndo),
        RepairEnd::DiskFull => of_fault(DeedFault::DiskFull),
        RepairEnd::Stopped => of_fault(DeedFault::Stopped),
        RepairEnd::Late => of_fault(DeedFault::Late),
        RepairEnd::Refused => of_fault(DeedFault::Refused(detail)),
        RepairEnd::Broken => of_fault(DeedFault::System(detail)),
    }
}

/// How a deed that failed ended.
pub(super) fn end_of(fault: &DeedFault) -> RepairEnd {
    match fault {
        DeedFault::NotHere(_) => RepairEnd::NotHere,
        DeedFault::NotPermitted => RepairEnd::NotPermitted,
        DeedFault::Gone => RepairEnd::Gone,
        DeedFault::Changed => RepairEnd::Changed,
        DeedFault::Unfit => RepairEnd::Unfit,
        DeedFault::TooLarge => RepairEnd::TooLarge,
        DeedFault::Already => RepairEnd::Already,
        DeedFault::NoUndo => RepairEnd::NoUndo,
        DeedFault::DiskFull => RepairEnd::DiskFull,
        DeedFault::Stopped => RepairEnd::Stopped,
        DeedFault::Late => RepairEnd::Late,
        DeedFault::Refused(_) => RepairEnd::Refused,
        DeedFault::System(_) => RepairEnd::Broken,
    }
}

/// An entry of the journal in a line.
pub fn entry_phrase(entry: &RepairEntry) -> Phrase {
    let state = Phrase::new(match entry.state {
        EntryState::UnderWay => "repair-state-under-way",
        EntryState::Done => "repair-state-done",
        EntryState::Failed => "repair-state-failed",
        EntryState::Undone => "repair-state-undone",
        EntryState::Interrupted => "repair-state-interrupted",
    });
    let (number, what) = (entry.number.to_string(), deed_phrase(&entry.deed));
    let key = if entry.can_undo { "repair-entry-undoable" } else { "repair-entry" };
    Phrase::with(key, args![number = number, what = what, state = state])
}

/// How much of a kind can be freed.
pub fn space_phrase(kind: SpaceKind, bytes: u64) -> Phrase {
    Phrase::with("repair-space-line", args![kind = Phrase::new(space_key(kind)), size = megabytes(bytes)])
}

fn space_key(kind: SpaceKind) -> &'static str {
    match kind {
        SpaceKind::Trash => "repair-space-trash",
        SpaceKind::Thumbnails => "repair-space-thumbnails",
        SpaceKind::Caches => "repair-space-caches",
        SpaceKind::Dumps => "repair-space-dumps",
        SpaceKind::Packages => "repair-space-packages",
        SpaceKind::Journal => "repair-space-journal",
    }
}

/// In MB, as disks are sold.
fn megabytes(bytes: u64) -> f32 {
    bytes as f32 / 1e6
}
