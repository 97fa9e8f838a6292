//! What is said of files, for people and for scripts.

use std::path::Path;

use beistand_session::{FilesEnd, Role, escape};
use serde_json::{Value, json};

use super::super::tell::TaskAdvance;
use super::{FilesEvent, FilesFound, FilesProgress, FilesQuestion, FilesWay};
use crate::words::{Phrase, args};

/// How Windows's paths begin that are taken as they are. No path of another system does.
const VERBATIM: &str = r"\\?\";

/// A path as a person reads it.
pub fn shown_path(path: &Path) -> String {
    let path = path.to_string_lossy();
    // What follows is a drive, or else all of it is needed.
    let from_drive = path.strip_prefix(VERBATIM).filter(|rest| rest.get(1..2) == Some(":"));
    escape(from_drive.unwrap_or(&path))
}

/// How a transfer, or a file of it, ended.
pub fn files_end_phrase(end: FilesEnd) -> Phrase {
    Phrase::new(match end {
        FilesEnd::Done => "files-end-done",
        FilesEnd::Refused => "files-end-refused",
        FilesEnd::Cancelled => "files-end-cancelled",
        FilesEnd::CancelledThere => "files-end-cancelled-by-receiver",
        FilesEnd::Busy => "files-end-busy",
        FilesEnd::TooMuch => "files-end-too-much",
        FilesEnd::BadName => "files-end-bad-name",
        FilesEnd::NotAFile => "files-end-not-a-file",
        FilesEnd::Gone => "files-end-gone",
        FilesEnd::NotPermitted => "files-end-not-permitted",
        FilesEnd::DiskFull => "files-end-disk-full",
        FilesEnd::Changed => "files-end-changed",
        FilesEnd::Damaged => "files-end-damaged",
        FilesEnd::Invalid => "files-end-invalid",
        FilesEnd::Interrupted => "files-end-interrupted",
        FilesEnd::Broken => "files-end-broken",
    })
}

/// How much that is.
pub fn files_size_phrase(bytes: u64) -> Phrase {
    match bytes {
        0..1_000_000 => Phrase::with("files-size-kb", args![size = bytes as f32 / 1e3]),
        1_000_000..1_000_000_000 => Phrase::with("files-size-mb", args![size = bytes as f32 / 1e6]),
        _ => Phrase::with("files-size-gb", args![size = bytes as f32 / 1e9]),
    }
}

/// What the person who is to receive something is asked.
pub fn files_question_phrase(question: &FilesQuestion) -> Phrase {
    let names = question.names.join(", ");
    let (files, size) = (question.files, files_size_phrase(question.bytes));
    let folder = shown_path(&question.folder);
    Phrase::with("files-question", args![files = files, size = size, names = names, folder = folder])
}

/// A transfer for scripts.
pub(super) fn progress_json(progress: &FilesProgress) -> Value {
    json!({
        "event": "files-progress", "id": progress.id, "way": progress.way.word(), "title": progress.title, "bytes": progress.bytes,
        "total": progress.total, "bytes_per_sec": progress.bytes_per_sec, "secs_left": progress.secs_left,
        "paused_here": progress.is_paused_here, "paused_there": progress.is_paused_there,
    })
}

pub(super) fn event_phrase(event: &FilesEvent, role: Role) -> Option<Phrase> {
    Some(match event {
        FilesEvent::Advance(_) => return None,
        FilesEvent::Offered { title, files, bytes, id } => {
            let (size, number) = (files_size_phrase(*bytes), id.to_string());
            Phrase::with("files-offered", args![title = title, files = *files, size = size, number = number])
        }
        FilesEvent::Question(question) => {
            let (text, number) = (files_question_phrase(question), question.number.to_string());
            Phrase::with("files-question-how", args![question = text, number = number])
        }
        FilesEvent::Wished { .. } if role == Role::Technician => Phrase::new("files-wish-sent"),
        FilesEvent::Wished { number, name, found } => wish_phrase(*number, name, found.as_ref()),
        FilesEvent::Begun { title, way: FilesWay::Sending, .. } => {
            Phrase::with("files-begun-sending", args![title = title])
        }
        FilesEvent::Begun { title, way: FilesWay::Receiving, folder, .. } => {
            let folder = folder.as_deref().map(shown_path).unwrap_or_default();
            Phrase::with("files-begun-receiving", args![title = title, folder = folder])
        }
        FilesEvent::Skipped { name, why, .. } => {
            Phrase::with("files-skipped", args![name = name, why = files_end_phrase(*why)])
        }
        FilesEvent::Ended { id, way, title, end: FilesEnd::Interrupted, .. } => {
            let key = match (role, way) {
                (Role::Host, FilesWay::Sending) => "files-interrupted-pick",
                (Role::Host, FilesWay::Receiving) | (Role::Technician, _) => "files-interrupted",
            };
            Phrase::with(key, args![title = title, number = id.to_string()])
        }
        FilesEvent::Ended { title, end, kept, path, .. } => {
            let how = files_end_phrase(*end);
            match path.as_deref().filter(|_| *end == FilesEnd::Done && *kept == 1) {
                Some(path) => Phrase::with("files-kept", args![title = title, path = shown_path(path)]),
                None => Phrase::with("files-ended", args![title = title, how = how, kept = *kept]),
            }
        }
        FilesEvent::Unwished { is_declined: true, .. } => Phrase::new("files-declined"),
        FilesEvent::Unwished { is_declined: false, .. } => Phrase::new("files-unwished"),
        FilesEvent::BadFolder { why, .. } => {
            Phrase::with("files-bad-folder", args![why = files_end_phrase(*why)])
        }
        FilesEvent::Listed(all) if all.is_empty() => Phrase::new("files-none"),
        FilesEvent::Listed(all) => {
            let lines: Vec<Phrase> = all.iter().map(progress_phrase).collect();
            Phrase::with("files-listed", args![lines = crate::words::PhraseArg::Lines(lines)])
        }
        FilesEvent::Refused { why } => why.phrase(),
    })
}

/// What the user is asked for, and what a yes would send.
fn wish_phrase(number: u32, name: &str, found: Option<&FilesFound>) -> Phrase {
    let number = number.to_string();
    match found {
        Some(FilesFound { path, files, folders, bytes }) => {
            let (path, size) = (shown_path(path), files_size_phrase(*bytes));
            let key = if *folders > 0 { "files-wished-folder" } else { "files-wished-path" };
            Phrase::with(key, args![name = name, number = number, path = path, files = *files, size = size])
        }
        None if name.is_empty() => Phrase::with("files-wished-any", args![number = number]),
        None => Phrase::with("files-wished", args![name = name, number = number]),
    }
}

/// What is at a path, for scripts.
pub(super) fn found_json(found: &FilesFound) -> Value {
    let FilesFound { path, files, folders, bytes } = found;
    json!({ "path": shown_path(path), "files": files, "folders": folders, "bytes": bytes })
}

/// How far a transfer is.
pub(super) fn advance_of(progress: &FilesProgress) -> TaskAdvance {
    let FilesProgress { id, bytes, total, .. } = progress;
    let permille = (u128::from(*bytes) * 1000).checked_div(u128::from(*total)).unwrap_or(1000);
    let name = format!("{} {id}", progress.way.word());
    TaskAdvance { name, phrase: progress_phrase(progress), permille: permille.min(1000) as u16 }
}

fn progress_phrase(progress: &FilesProgress) -> Phrase {
    let (bytes, total) = (files_size_phrase(progress.bytes), files_size_phrase(progress.total));
    let (number, title) = (progress.id.to_string(), &progress.title);
    Phrase::with("files-line", args![number = number, title = title, bytes = bytes, total = total])
}
