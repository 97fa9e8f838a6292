//! What was changed on this computer: read when its page, or the home page, opens, and taken back on a thread
//! of its own, since the system may ask the user for a password meanwhile. So is what was on trial when an
//! earlier program died.

use beistand_node::TrialEnd;

use super::App;
use super::awaited::AwaitedNews;
use crate::state::OpenPage;

impl App {
    /// Takes back what was on trial in a program that died.
    pub(super) fn end_trials(&mut self) {
        let Some(book) = self.starter.changes() else { return };
        if !self.trials.is_under_way() {
            self.trials.start("trials", &self.wake, move || book.end_trials());
        }
    }

    /// Takes in what came of it.
    pub(super) fn take_ended_trials(&mut self) {
        if let AwaitedNews::Ready(ended) = self.trials.take()
            // The one that was told last stays until another is.
            && !ended.is_empty()
        {
            self.state.home.taken_back = ended.iter().map(TrialEnd::phrase).collect();
        }
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
        let (Some(book), false) = (self.starter.changes(), self.undoing.is_under_way()) else { return };
        if self.undoing.start("undo", &self.wake, move || book.undo(number)) {
            changes.undoing = Some(number);
            changes.note = None;
        }
    }

    /// Takes in what came of it.
    pub(super) fn take_undone(&mut self) {
        let undone = match self.undoing.take() {
            AwaitedNews::None => return,
            AwaitedNews::Lost => None,
            AwaitedNews::Ready(undone) => Some(undone),
        };
        if let OpenPage::Changes(changes) = &mut self.state.page {
            changes.undoing = None;
            changes.note = undone.and_then(Result::err);
        }
        self.look_at_changes();
    }
}
