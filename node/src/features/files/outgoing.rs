//! A transfer that goes from here: a thread looks up, reads and hashes, and the desk carries its parts, as
//! many as the other side has room for.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use beistand_session::{AnswerPart, FilesEnd, SentPart};
use beistand_transfer::{OutgoingList, OutgoingPort};
use tokio::sync::mpsc;

use super::pace::SpeedMeter;
use super::wishes::FileWish;
use super::{FilesFound, FilesProgress, FilesWay};

/// Parts that are read ahead: they go in one turn of the desk.
const READ_AHEAD: usize = 16;

/// Words of the other side that wait for the thread: it asks for one at a time.
const ANSWERS: usize = 4;

/// A transfer that goes from here, as the desk has it.
pub(super) struct Sending {
    pub(super) id: u32,
    pub(super) paths: Vec<PathBuf>,
    /// What it answers, until its offer has left.
    pub(super) ask: Option<FileWish>,
    pub(super) title: String,
    pub(super) files: u32,
    pub(super) total: u64,
    pub(super) news: mpsc::Receiver<SendingNews>,
    answers: SyncSender<SendingAnswer>,
    stop: Arc<AtomicBool>,
    /// Counted parts that were said, and that the other side has taken.
    pub(super) sent: u64,
    taken: u64,
    /// Bytes that are there.
    bytes: u64,
    pub(super) meter: SpeedMeter,
    pub(super) is_accepted: bool,
    pub(super) is_paused_here: bool,
    pub(super) is_paused_there: bool,
    /// Whether its thread has said all.
    pub(super) is_said: bool,
    /// Whether all of that has left.
    is_sent: bool,
    pub(super) skipped: u32,
}

/// What the thread says.
pub(super) enum SendingNews {
    /// This is to be sent.
    Gathered { title: String, files: u32, bytes: u64 },
    /// A part for the other side.
    Part(SentPart),
    /// A file is not sent.
    Skipped { name: String, why: FilesEnd },
    /// Nothing is sent.
    Failed(FilesEnd),
}

enum SendingAnswer {
    Accepted,
    Want { file: u32, from: u64 },
}

impl Sending {
    /// Starts the thread, which sends no more than was shown; `None` where this computer has no room for it.
    pub(super) fn start(id: u32, ask: u32, paths: Vec<PathBuf>, shown: Option<FilesFound>) -> Option<Self> {
        let (news_outbox, news) = mpsc::channel(READ_AHEAD);
        let (answers, answer_inbox) = sync_channel(ANSWERS);
        let stop = Arc::new(AtomicBool::new(false));
        let port = ThreadPort { news: news_outbox, answers: answer_inbox, stop: stop.clone() };
        let looked_up = paths.clone();
        let thread = std::thread::Builder::new().name("sending".to_owned());
        thread.spawn(move || port.run(&looked_up, ask, shown.as_ref())).ok()?;
        Some(Self {
            id,
            paths,
            ask: None,
            title: String::new(),
            files: 0,
            total: 0,
            news,
            answers,
            stop,
            sent: 0,
            taken: 0,
            bytes: 0,
            meter: SpeedMeter::default(),
            is_accepted: false,
            is_paused_here: false,
            is_paused_there: false,
            is_said: false,
            is_sent: false,
            skipped: 0,
        })
    }

    /// Parts that are on their way.
    pub(super) fn under_way(&self) -> u64 {
        self.sent - self.taken
    }

    /// Whether its thread is to be heard.
    pub(super) fn is_heard(&self) -> bool {
        !self.is_said && !self.is_paused_here && !self.is_paused_there
    }

    /// This leaves.
    pub(super) fn note_sent(&mut self, part: &SentPart) {
        self.sent += u64::from(part.is_counted());
        self.is_sent |= *part == SentPart::Over;
        if matches!(part, SentPart::Offer { .. }) {
            self.ask = None;
        }
    }

    /// How the other side says that it ended, as far as that can be true.
    pub(super) fn heard_end(&self, end: FilesEnd, kept: u32) -> (FilesEnd, u32) {
        let end = match end {
            FilesEnd::Done if !self.is_accepted || !self.is_sent => FilesEnd::Invalid,
            FilesEnd::Cancelled | FilesEnd::Interrupted => FilesEnd::CancelledThere,
            FilesEnd::Done
            | FilesEnd::Refused
            | FilesEnd::CancelledThere
            | FilesEnd::Busy
            | FilesEnd::TooMuch
            | FilesEnd::BadName
            | FilesEnd::NotAFile
            | FilesEnd::Gone
            | FilesEnd::NotPermitted
            | FilesEnd::DiskFull
            | FilesEnd::Changed
            | FilesEnd::Damaged
            | FilesEnd::Invalid
            | FilesEnd::Broken => end,
        };
        (end, if self.is_accepted { kept.min(self.files) } else { 0 })
    }

    /// The other side said so. Nobody can have taken what was not sent.
    pub(super) fn take_answer(&mut self, part: &AnswerPart) {
        match part {
            AnswerPart::Accept => {
                self.is_accepted = true;
                let _ = self.answers.try_send(SendingAnswer::Accepted);
            }
            AnswerPart::Want { file, from } => {
                let _ = self.answers.try_send(SendingAnswer::Want { file: *file, from: *from });
            }
            AnswerPart::Taken { messages, bytes } => {
                self.taken = self.taken.max((*messages).min(self.sent));
                self.bytes = self.bytes.max((*bytes).min(self.total));
            }
            // Before it has begun there is nothing to stop.
            AnswerPart::Pause(paused) => self.is_paused_there = *paused && self.is_accepted,
            AnswerPart::Ended { .. } => {}
        }
    }

    pub(super) fn progress(&self) -> FilesProgress {
        FilesProgress {
            id: self.id,
            way: FilesWay::Sending,
            title: self.title.clone(),
            bytes: self.bytes,
            total: self.total,
            bytes_per_sec: self.meter.speed(),
            secs_left: self.meter.secs_for(self.total - self.bytes),
            is_paused_here: self.is_paused_here,
            is_paused_there: self.is_paused_there,
        }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        // The thread reads no more; it ends as soon as it says something.
        self.stop.store(true, Ordering::Relaxed);
    }
}

struct ThreadPort {
    news: mpsc::Sender<SendingNews>,
    answers: Receiver<SendingAnswer>,
    stop: Arc<AtomicBool>,
}

impl ThreadPort {
    fn run(mut self, paths: &[PathBuf], ask: u32, shown: Option<&FilesFound>) {
        let stop = self.stop.clone();
        let list = OutgoingList::gather(paths, &|| !stop.load(Ordering::Relaxed));
        let is_shown = |list: &OutgoingList| shown.is_none_or(|shown| shown.covers(list));
        let list = list.and_then(|list| is_shown(&list).then_some(list).ok_or(FilesEnd::Changed));
        let list = match list {
            Ok(list) => list,
            Err(why) => {
                let _ = self.news.blocking_send(SendingNews::Failed(why));
                return;
            }
        };
        let (title, files, bytes) = (list.title().to_owned(), list.files(), list.bytes());
        if self.news.blocking_send(SendingNews::Gathered { title, files, bytes }).is_err() {
            return;
        }
        for (name, why) in list.skipped() {
            let (name, why) = (name.clone(), *why);
            if self.news.blocking_send(SendingNews::Skipped { name, why }).is_err() {
                return;
            }
        }
        if !list.offer(ask, &mut self) {
            return;
        }
        while let Ok(answer) = self.answers.recv() {
            match answer {
                SendingAnswer::Accepted => return list.send(&mut self),
                SendingAnswer::Want { .. } => {}
            }
        }
    }
}

impl OutgoingPort for ThreadPort {
    fn say(&mut self, part: SentPart) -> bool {
        self.goes_on() && self.news.blocking_send(SendingNews::Part(part)).is_ok()
    }

    fn wanted(&mut self, wanted: u32) -> Option<u64> {
        loop {
            match self.answers.recv().ok()? {
                SendingAnswer::Want { file, from } if file == wanted => return Some(from),
                SendingAnswer::Want { .. } | SendingAnswer::Accepted => {}
            }
        }
    }

    fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    fn skipped(&mut self, path: &str, why: FilesEnd) {
        let name = beistand_session::escape(path);
        let _ = self.news.blocking_send(SendingNews::Skipped { name, why });
    }
}
