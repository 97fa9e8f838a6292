//! What was changed on this computer: read when its page, or the home page, opens, and taken back on a thread
//! of its own, since the system may ask the user for a password meanwhile. So is what was on trial when an
//! earlier program died.

use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

use beistand_node::words::Phrase;
use beistand_node::{ChangeLine, TrialEnd};

use super::App;
use crate::state::OpenPage;

/// Where it is heard what came of taking a change back.
pub(super) type UndoneInbox = Receiver<Result<ChangeLine, Phrase>>;

/// Where it is heard what was taken back by itself.
pub(super) type TrialInbox = Receiver<Vec<TrialEnd>>;

impl App {
    /// Takes back what was on trial in a program that died.
    pub(super) fn end_trials(&mut self) {
        let (Some(book), None) = (self.starter.changes(), &self.trials) else { return };
        let (outbox, inbox) = sync_channel(1);
        let wake = self.wake.clone();
        let started = std::thread::Builder::new().name("trials".to_owned()).spawn(move || {
            let _ = outbox.send(book.end_trials());
            wake.wake();
        });
        self.trials = started.is_ok().then_some(inbox);
    }

    /// Takes in what came of it.
    pub(super) fn take_ended_trials(&mut self) {
        let Some(inbox) = &self.trials else { return };
        match inbox.try_recv() {
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => {}
            // The one that was told last stays until another is.
            Ok(ended) if ended.is_empty() => {}
            Ok(ended) => self.state.home.taken_back = ended.iter().map(TrialEnd::phrase).collect(),
        }
        self.trials = None;
    }

    pub(super) fn look_for_changes(&mut self) {
        // A list that can't be read is worth a look too.
        let lines = self.starter.changes().map(|book| book.lines());
        self.state.any_changes = lines.is_some_and(|lines| lines.is_err() || lines != Ok(Vec::new()));
    }

    /// Reads the list anew, where its page is open.
    pub(super) fn look_at_changes(&mut self) {
        let OpenPage::Changes(changes) = &mut self.state.page else { return };
        match self.starter.changes().map(|book| book.lines()) {
            Some(Ok(lines)) => changes.lines = lines,
            Some(Err(why)) => changes.note = Some(why),
            None => {}
        }
    }

    pub(super) fn undo(&mut self, number: u32) {
        let OpenPage::Changes(changes) = &mut self.state.page else { return };
        let (Some(book), None) = (self.starter.changes(), &self.undoing) else { return };
        let (outbox, inbox) = sync_channel(1);
        let wake = self.wake.clone();
        let started = std::thread::Builder::new().name("undo".to_owned()).spawn(move || {
            let _ = outbox.send(book.undo(number));
            wake.wake();
        });
        if started.is_ok() {
            self.undoing = Some(inbox);
            changes.undoing = Some(number);
            changes.note = None;
        }
    }

    /// Takes in what came of it.
    pub(super) fn take_undone(&mut self) {
        let Some(inbox) = &self.undoing else { return };
        let undone = match inbox.try_recv() {
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => None,
            Ok(undone) => Some(undone),
        };
        self.undoing = None;
        if let OpenPage::Changes(changes) = &mut self.state.page {
            changes.undoing = None;
            changes.note = undone.and_then(Result::err);
        }
        self.look_at_changes();
    }
}
