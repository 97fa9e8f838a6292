//! The technician's side: it asks, keeps the two newest reports, writes them to files and compares them.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use beistand_inspect::{MachineReport, compare};
use beistand_session::{Permission, ReportMessage};

use super::carry::from_content;
use super::{ReportCommand, ReportEvent, ReportRefusal, export};
use crate::fault;
use crate::features::TechnicianWorld;
use crate::features::side::{Side, SideContext, SideExistence, SideFault, Standing};
use crate::words::{Language, Phrase, Words};

/// What is read of a file that should be a report, in bytes: the longest of ours has a third of it.
const MAX_FILE: u64 = 1 << 20;

/// Names that are tried for a file: who has so many of one report has enough.
const MAX_NAMES: u32 = 99;

/// The technician's side.
pub(in crate::features) struct ReportTechnician {
    cx: SideContext<Self>,
    /// Whether the user allows it at the moment.
    allowed: bool,
    newest: Option<MachineReport>,
    before: Option<MachineReport>,
}

/// In which language reports are written to files.
#[derive(Debug, Clone, Copy)]
pub(in crate::features) struct ReportLanguage(pub(super) Language);

impl From<&TechnicianWorld> for ReportLanguage {
    fn from(world: &TechnicianWorld) -> Self {
        Self(world.language)
    }
}

impl Side for ReportTechnician {
    type Message = ReportMessage;
    type Command = ReportCommand;
    type Event = ReportEvent;
    type World = ReportLanguage;

    // What has come can be saved and compared also when no other may be asked for.
    const EXISTENCE: SideExistence = SideExistence::WholeSession;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        let allowed = now.allowed().contains(Permission::Diagnostics);
        Ok(Self { cx, allowed, newest: None, before: None })
    }

    async fn command(&mut self, command: ReportCommand) {
        let done = match command {
            ReportCommand::Ask if self.allowed => {
                self.cx.outbox.send(ReportMessage::Ask).await;
                Ok(ReportEvent::Asked)
            }
            ReportCommand::Ask => Err(ReportRefusal::NotAllowed),
            ReportCommand::Save(path) => self.save(path).await,
            ReportCommand::Compare(file) => self.compare(file).await,
            ReportCommand::Send { .. } | ReportCommand::Drop => Err(ReportRefusal::OtherSide),
        };
        self.cx.events.emit(done.unwrap_or_else(ReportEvent::Refused)).await;
    }

    async fn heard(&mut self, message: ReportMessage) -> Result<(), SideFault> {
        match message {
            ReportMessage::Made(content) => {
                let report = from_content(content);
                self.before = self.newest.replace(report.clone());
                self.cx.events.emit(ReportEvent::Received(report)).await;
            }
            ReportMessage::Refused => self.cx.events.emit(ReportEvent::Dropped).await,
            // The session lets only a technician say it.
            ReportMessage::Ask => {}
        }
        Ok(())
    }

    async fn changed(&mut self, now: &Standing) {
        self.allowed = now.allowed().contains(Permission::Diagnostics);
    }
}

impl ReportTechnician {
    async fn save(&self, path: PathBuf) -> Result<ReportEvent, ReportRefusal> {
        let report = self.newest.clone().ok_or(ReportRefusal::NoReport)?;
        let words = Words::of_node(self.cx.world.0);
        away(move || {
            let text = match path.extension().and_then(|extension| extension.to_str()) {
                Some("html") => export::html(&report, &words),
                Some("json") => format!("{:#}\n", export::json_value(&report, &words)),
                Some(_) | None => export::markdown(&report, &words),
            };
            let saved = write_new(&path, text.as_bytes());
            saved.map(ReportEvent::Saved).map_err(|error| ReportRefusal::File(Phrase::from(&error)))
        })
        .await
    }

    async fn compare(&self, file: Option<PathBuf>) -> Result<ReportEvent, ReportRefusal> {
        let newest = self.newest.clone().ok_or(ReportRefusal::NoReport)?;
        let before = match file {
            Some(path) => away(move || load(&path)).await?,
            None => self.before.clone().ok_or(ReportRefusal::NoReport)?,
        };
        Ok(ReportEvent::Compared(compare(&before, &newest)))
    }
}

/// Does what may wait for a disk on a thread of its own.
async fn away<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ReportRefusal> + Send + 'static,
) -> Result<T, ReportRefusal> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(ReportRefusal::File(fault::other(error))))
}

/// Writes a file where there is none yet, and says where: part of its name may be the other machine's, which
/// has no say in what here is overwritten.
fn write_new(path: &Path, text: &[u8]) -> io::Result<PathBuf> {
    let mut place = path.to_owned();
    for number in 2.. {
        match File::create_new(&place) {
            Ok(mut file) => return file.write_all(text).map(|()| place),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number <= MAX_NAMES => {
                place = numbered(path, number);
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// `a.md` as `a-2.md`.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

fn load(path: &Path) -> Result<MachineReport, ReportRefusal> {
    let fault = |error: std::io::Error| ReportRefusal::File(Phrase::from(&error));
    let mut text = String::new();
    File::open(path).map_err(fault)?.take(MAX_FILE).read_to_string(&mut text).map_err(fault)?;
    export::from_json(&text).ok_or(ReportRefusal::NotOurs)
}
