//! Files from one computer to the other. Whoever receives them is asked first and chooses the folder; what
//! the helper fetches, the user picks.
//!
//! One desk for both sides: each can send and receive, as far as each direction is allowed. What it does not
//! do: it opens nothing that was received, and knows nothing of names, hashes and disks, which are
//! `beistand-transfer`'s.

mod desk;
mod incoming;
mod offering;
mod outgoing;
mod pace;
mod say;
#[cfg(test)]
mod tests;
mod typed;
mod wishes;
mod world;

use std::path::PathBuf;

pub use beistand_session::FilesEnd;
use beistand_session::{Permission, Role};
use serde_json::{Value, json};

use super::asked::AskedUser;
use super::tell::{TaskAdvance, Tell};
use super::verb::{CommandRefusal, FeatureWidening, Verb, VerbUsage};
use crate::words::{Phrase, Words, args};
pub(super) use desk::FilesDesk;
pub use say::{files_end_phrase, files_question_phrase, files_size_phrase, shown_path};

/// Transfers, or wishes, that are under way at a time in each direction: what a person keeps in mind.
const MAX_TRANSFERS: usize = 8;

/// What a person wants of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesCommand {
    /// Technician: offer these to the user.
    Send(Vec<PathBuf>),
    /// Host: offer these to the technician. Must come from a hand at this machine.
    Pick(Vec<PathBuf>),
    /// Technician: wish for a file by this name; empty where the user is to choose.
    Fetch(String),
    /// Receive this, or send what was wished for. At the user's it must come from a hand at this machine.
    Yes {
        /// The number in the question.
        number: u32,
        /// Where to; `None`: the folder in the question.
        folder: Option<PathBuf>,
    },
    /// Technician: receive this. The same as yes, which nobody has to check there.
    Accept {
        /// The number in the question.
        number: u32,
        /// Where to; `None`: the folder in the question.
        folder: Option<PathBuf>,
    },
    /// Don't.
    No {
        /// The number in the question.
        number: u32,
    },
    /// Stop this for now.
    Pause {
        /// The transfer's number.
        number: u32,
    },
    /// Go on with it.
    Resume {
        /// The transfer's number.
        number: u32,
    },
    /// End it.
    Cancel {
        /// The transfer's number.
        number: u32,
    },
    /// What is under way.
    List,
    /// From now on this folder is meant where none is said.
    Folder(PathBuf),
}

/// Which way a transfer goes, as seen from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilesWay {
    /// From here to the other side.
    Sending,
    /// From there to here.
    Receiving,
}

/// What is to be received, as its receiver is asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FilesQuestion {
    /// The number by which it is answered.
    pub number: u32,
    /// The first names; "…" where there are more.
    pub names: Vec<String>,
    /// How many files there are.
    pub files: u32,
    /// How many folders.
    pub folders: u32,
    /// The bytes of all files.
    pub bytes: u64,
    /// Where they go unless another folder is said.
    pub folder: PathBuf,
}

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilesFound {
    /// Where that is, without links on the way.
    pub path: PathBuf,
    /// How many files are there, one where it is a file.
    pub files: u32,
    /// How many folders.
    pub folders: u32,
    /// The bytes of all files.
    pub bytes: u64,
}

/// How far a transfer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilesProgress {
    /// Its number.
    pub id: u32,
    /// Which way.
    pub way: FilesWay,
    /// What it is called.
    pub title: String,
    /// How many bytes are there.
    pub bytes: u64,
    /// Of so many.
    pub total: u64,
    /// Bytes per second, of late.
    pub bytes_per_sec: u64,
    /// How long it will take at that.
    pub secs_left: Option<u64>,
    /// Whether this side has stopped it for now.
    pub is_paused_here: bool,
    /// Whether the other side has.
    pub is_paused_there: bool,
}

/// What becomes of files. `id` is a transfer's number in this session.
#[derive(Debug, Clone)]
pub enum FilesEvent {
    /// It was offered to the other side.
    Offered {
        /// Its number.
        id: u32,
        /// What it is called.
        title: String,
        /// How many files there are.
        files: u32,
        /// The bytes of all files.
        bytes: u64,
    },
    /// The person here is asked.
    Question(FilesQuestion),
    /// Technician: a file was wished for. Host: the person here is asked for one.
    Wished {
        /// The wish's number.
        number: u32,
        /// What for, escaped; empty where the user is to choose.
        name: String,
        /// Host: what is there, where a whole path was named that a yes can send.
        found: Option<FilesFound>,
    },
    /// It begins.
    Begun {
        /// Its number.
        id: u32,
        /// Which way.
        way: FilesWay,
        /// What it is called.
        title: String,
        /// Where to, where it comes here.
        folder: Option<PathBuf>,
    },
    /// So far it is.
    Advance(FilesProgress),
    /// One file of it does not come.
    Skipped {
        /// The transfer's number.
        id: u32,
        /// Which file; escaped.
        name: String,
        /// Why.
        why: FilesEnd,
    },
    /// It is over, one way or another.
    Ended {
        /// Its number.
        id: u32,
        /// Which way.
        way: FilesWay,
        /// What it is called.
        title: String,
        /// How.
        end: FilesEnd,
        /// How many files are there.
        kept: u32,
        /// How many files are not.
        skipped: u32,
        /// How many bytes were there before, of an earlier try.
        found: u64,
        /// Where the last file is, where it came here.
        path: Option<PathBuf>,
    },
    /// A wish is over without a transfer.
    Unwished {
        /// The wish's number.
        number: u32,
        /// Whether the user said no.
        is_declined: bool,
    },
    /// The folder can't be written to; the question is still open.
    BadFolder {
        /// The question's number.
        number: u32,
        /// Why.
        why: FilesEnd,
    },
    /// This is under way.
    Listed(Vec<FilesProgress>),
    /// A command has no effect.
    Refused {
        /// Why.
        why: FilesRefusal,
    },
}

/// Why a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilesRefusal {
    /// The user does not allow it at the moment.
    NotAllowed,
    /// Too much is under way already.
    Behind,
    /// It is for the other side to do.
    OtherSide,
    /// There is no such question or transfer.
    Nothing,
    /// A folder is an absolute path.
    NoFolder,
}

impl FilesRefusal {
    fn word(self) -> &'static str {
        match self {
            Self::NotAllowed => "not-allowed",
            Self::Behind => "behind",
            Self::OtherSide => "other-side",
            Self::Nothing => "nothing",
            Self::NoFolder => "no-folder",
        }
    }

    fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::NotAllowed => "files-not-allowed",
            Self::Behind => "files-behind",
            Self::OtherSide => "files-other-side",
            Self::Nothing => "files-nothing",
            Self::NoFolder => "files-no-folder",
        })
    }
}

impl FilesWay {
    fn word(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Receiving => "receiving",
        }
    }
}

impl Verb for FilesCommand {
    type Refused = FilesEvent;

    const USAGES: &'static [VerbUsage] = &[
        VerbUsage::technician("send PATH"),
        VerbUsage::technician("fetch [NAME]"),
        VerbUsage::host("files pick PATH"),
        VerbUsage::both("files yes 1 [FOLDER]"),
        VerbUsage::both("files no 1"),
        VerbUsage::both("files pause 1"),
        VerbUsage::both("files resume 1"),
        VerbUsage::both("files cancel 1"),
        VerbUsage::both("files list"),
        VerbUsage::both("files folder /FOLDER"),
    ];

    fn parse(word: &str, rest: &str) -> Option<Result<Vec<Self>, Phrase>> {
        let command = typed::command(word, rest)?;
        Some(command.map(|command| vec![command]).ok_or_else(|| Phrase::new("files-how")))
    }

    fn waits_for_room(&self) -> bool {
        match self {
            Self::Send(_) | Self::Pick(_) | Self::Fetch(_) => true,
            Self::Accept { .. }
            | Self::Yes { .. }
            | Self::No { .. }
            | Self::Pause { .. }
            | Self::Resume { .. }
            | Self::Cancel { .. }
            | Self::List
            | Self::Folder(_) => false,
        }
    }

    fn widening(&self) -> Option<FeatureWidening> {
        match self {
            Self::Yes { number, folder } => {
                let number = number.to_string();
                let question = match folder {
                    None => Phrase::with("files-yes-question", args![number = number]),
                    Some(folder) => {
                        let folder = say::shown_path(folder);
                        Phrase::with("files-yes-into-question", args![number = number, folder = folder])
                    }
                };
                Some(FeatureWidening { verb: "files", question })
            }
            Self::Pick(paths) => {
                let names: Vec<String> = paths.iter().map(|path| say::shown_path(path)).collect();
                let question = Phrase::with("files-pick-question", args![names = names.join(", ")]);
                Some(FeatureWidening { verb: "files", question })
            }
            Self::Send(_)
            | Self::Fetch(_)
            | Self::Accept { .. }
            | Self::No { .. }
            | Self::Pause { .. }
            | Self::Resume { .. }
            | Self::Cancel { .. }
            | Self::List
            | Self::Folder(_) => None,
        }
    }

    fn refuse(self, why: CommandRefusal) -> Option<FilesEvent> {
        let why = match why {
            CommandRefusal::NotAllowed => FilesRefusal::NotAllowed,
            CommandRefusal::Behind => FilesRefusal::Behind,
        };
        Some(FilesEvent::Refused { why })
    }
}

impl Tell for FilesEvent {
    const MAY: &'static [(Permission, &'static str)] =
        &[(Permission::FilesToUser, "files-may-to-user"), (Permission::FilesFromUser, "files-may-from-user")];

    fn advance(&self) -> Option<TaskAdvance> {
        if let Self::Advance(progress) = self { Some(say::advance_of(progress)) } else { None }
    }

    fn asked(&self) -> Option<AskedUser> {
        match self {
            Self::Question(FilesQuestion { number, .. }) => Some(AskedUser::Opens(*number)),
            Self::Begun { id, .. } | Self::Ended { id, .. } => Some(AskedUser::Closes(*id)),
            Self::Offered { .. }
            | Self::Wished { .. }
            | Self::Advance(_)
            | Self::Skipped { .. }
            | Self::Unwished { .. }
            | Self::BadFolder { .. }
            | Self::Listed(_)
            | Self::Refused { .. } => None,
        }
    }

    fn json(&self, words: &Words) -> Value {
        let text = self.phrase(Role::Technician).map(|phrase| words.say(&phrase));
        match self {
            Self::Offered { id, title, files, bytes } => json!({
                "event": "files-offered", "id": id, "title": title, "files": files, "bytes": bytes,
                "text": text,
            }),
            Self::Question(question) => json!({
                "event": "files-question", "number": question.number, "names": question.names,
                "files": question.files, "folders": question.folders, "bytes": question.bytes,
                "folder": say::shown_path(&question.folder), "text": words.say(&files_question_phrase(question)),
            }),
            Self::Wished { number, name, found } => json!({
                "event": "files-wished", "number": number, "name": name,
                "found": found.as_ref().map(say::found_json), "text": text,
            }),
            Self::Begun { id, way, title, folder } => json!({
                "event": "files-begun", "id": id, "way": way.word(), "title": title,
                "folder": folder.as_deref().map(say::shown_path), "text": text,
            }),
            Self::Advance(progress) => say::progress_json(progress),
            Self::Skipped { id, name, why } => json!({
                "event": "files-skipped", "id": id, "name": name, "why": why.word(), "text": text,
            }),
            Self::Ended { id, way, title, end, kept, skipped, found, path } => json!({
                "event": "files-ended", "id": id, "way": way.word(), "title": title, "end": end.word(),
                "kept": kept, "skipped": skipped, "found": found,
                "path": path.as_deref().map(say::shown_path), "text": text,
            }),
            Self::Unwished { number, is_declined } => json!({
                "event": "files-unwished", "number": number, "declined": is_declined, "text": text,
            }),
            Self::BadFolder { number, why } => json!({
                "event": "files-bad-folder", "number": number, "why": why.word(), "text": text,
            }),
            Self::Listed(all) => {
                let all: Vec<Value> = all.iter().map(say::progress_json).collect();
                json!({ "event": "files-list", "transfers": all })
            }
            Self::Refused { why } => json!({ "event": "files-refused", "why": why.word(), "text": text }),
        }
    }

    fn phrase(&self, role: Role) -> Option<Phrase> {
        say::event_phrase(self, role)
    }
}
