//! Saves a picture or notes where the helper says, and asks for the place by the desktop's own dialog. Both
//! on threads of their own: a dialog waits for a person.
//!
//! Nothing is replaced but what the person has named for that in the dialog.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use beistand_node::words::{Phrase, args};
use beistand_node::{PictureSlot, SaveAnswer, SaveQuestion, save_png};

use super::App;
use super::awaited::AwaitedNews;
use super::keeping::stamp;
use crate::state::{OpenPage, SaveDraft, SavedThing, TechnicianPhase};

/// How long a dialog may be open: somebody looks through their folders, or has gone away.
const DIALOG_TIME: Duration = Duration::from_secs(10 * 60);

/// What is written.
enum SavedContent {
    Picture(PictureSlot),
    Notes(String),
}

/// What came of a thread.
pub(super) enum SaveNews {
    /// Of the dialog.
    Asked(SaveAnswer),
    /// It is saved here.
    Saved(PathBuf),
    /// It is not, and why.
    NotSaved(Phrase),
}

impl App {
    /// Opens the form in which the helper says where.
    pub(super) fn save_as(&mut self, what: SavedThing) {
        let folder = self.starter.save_folder();
        let path = folder.join(format!("Beistand {}.{}", stamp(), what.ending()));
        if let OpenPage::Technician(technician) = &mut self.state.page {
            technician.saving = Some(SaveDraft::new(what, path.display().to_string()));
        }
    }

    /// Asks by the desktop's own dialog.
    pub(super) fn ask_where_to_save(&mut self) {
        if self.saving.is_under_way() {
            return;
        }
        let words = self.words.clone();
        let Some(draft) = self.save_draft() else { return };
        let path = Path::new(&draft.path);
        let question = SaveQuestion {
            title: words.text(draft.what.title()),
            folder: path.parent().map(Path::to_owned).unwrap_or_default(),
            name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        };
        draft.is_asking = true;
        draft.note = None;
        let ask = self.starter.where_to_save(question, DIALOG_TIME);
        self.saving.start("asking", &self.wake, move || SaveNews::Asked(ask()));
    }

    /// Saves it where the person has said.
    pub(super) fn save_there(&mut self) {
        let shows = self.state.viewing().is_some_and(|viewing| !viewing.is_hidden());
        let picture = self.link.as_ref().map(|link| link.picture.clone()).filter(|_| shows);
        let Some(draft) = self.save_draft() else { return };
        let content = match (&draft.what, picture) {
            (SavedThing::Notes(notes), _) => SavedContent::Notes(notes.clone()),
            (SavedThing::Picture, Some(picture)) => SavedContent::Picture(picture),
            (SavedThing::Picture, None) => {
                draft.note = Some(Phrase::new("page-shot-nothing"));
                return;
            }
        };
        let (path, may_replace) = (PathBuf::from(draft.path.trim()), draft.may_replace.clone());
        if self.saving.is_under_way() {
            return;
        }
        self.saving.start("saving", &self.wake, move || {
            match save(&content, &path, may_replace.as_deref()) {
                Ok(()) => SaveNews::Saved(path),
                Err(why) => SaveNews::NotSaved(why),
            }
        });
    }

    /// Takes in what came of either. Where the helper has given it up meanwhile, or shows another tab, what
    /// was saved is there all the same.
    pub(super) fn take_saved(&mut self) {
        let news = match self.saving.take() {
            AwaitedNews::None => return,
            AwaitedNews::Lost => SaveNews::Asked(SaveAnswer::NotHere),
            AwaitedNews::Ready(news) => news,
        };
        if let SaveNews::Saved(path) = &news
            && let Some(folder) = path.parent()
        {
            self.starter.remember_save_folder(folder);
        }
        let Some(draft) = self.save_draft() else { return };
        draft.is_asking = false;
        match news {
            SaveNews::Asked(SaveAnswer::Chosen(path)) => {
                draft.path = path.display().to_string();
                draft.may_replace = Some(path);
            }
            SaveNews::Asked(SaveAnswer::Closed) => {}
            SaveNews::Asked(SaveAnswer::NotHere) => draft.note = Some(Phrase::new("page-save-no-dialog")),
            SaveNews::NotSaved(why) => draft.note = Some(why),
            SaveNews::Saved(path) => {
                let said = Phrase::with("page-shot-saved", args![file = path.display().to_string()]);
                let OpenPage::Technician(technician) = &mut self.state.page else { return };
                technician.saving = None;
                match &mut technician.phase {
                    TechnicianPhase::Viewing(viewing) => viewing.tell(said, Instant::now()),
                    TechnicianPhase::Ended(_) => technician.kept = Some(said),
                    TechnicianPhase::Form | TechnicianPhase::Connecting(_) => {}
                }
            }
        }
        self.ctx.request_repaint();
    }

    fn save_draft(&mut self) -> Option<&mut SaveDraft> {
        let OpenPage::Technician(technician) = &mut self.state.page else { return None };
        technician.saving.as_mut()
    }
}

/// Writes it as a whole or not at all; what was there is replaced only where that was said of this path.
fn save(content: &SavedContent, path: &Path, may_replace: Option<&Path>) -> Result<(), Phrase> {
    if !path.is_absolute() {
        return Err(Phrase::new("page-save-no-path"));
    }
    if !path.parent().is_some_and(Path::is_dir) {
        return Err(Phrase::new("page-save-no-folder"));
    }
    let replaces = may_replace == Some(path);
    if !replaces && path.symlink_metadata().is_ok() {
        return Err(Phrase::new("page-save-exists"));
    }
    let written = match content {
        SavedContent::Picture(picture) => {
            save_png(picture, path).map(drop).map_err(|error| format!("{error:?}"))
        }
        SavedContent::Notes(notes) => write_text(notes, path).map_err(|error| error.to_string()),
    };
    written.map_err(|reason| {
        tracing::warn!(reason, "nothing was saved");
        let folder = path.parent().map(|folder| folder.display().to_string());
        Phrase::with("page-shot-failed", args![folder = folder.unwrap_or_default()])
    })
}

fn write_text(text: &str, path: &Path) -> std::io::Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let written = std::fs::File::create_new(&part)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| std::fs::rename(&part, path));
    if written.as_ref().is_err_and(|error| error.kind() != std::io::ErrorKind::AlreadyExists) {
        // What is left of it is in nobody's way.
        let _ = std::fs::remove_file(&part);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_replaced_but_what_a_person_has_named_for_that() {
        let folder = tempfile::tempdir().unwrap();
        let notes = |text: &str| SavedContent::Notes(text.to_owned());
        let (path, other) = (folder.path().join("a.txt"), folder.path().join("b.txt"));
        assert_eq!(save(&notes("one"), &path, None), Ok(()));
        let said = |saved: Result<(), Phrase>| saved.unwrap_err().key().to_owned();
        assert_eq!(said(save(&notes("two"), &path, None)), "page-save-exists");
        assert_eq!(said(save(&notes("two"), &path, Some(&other))), "page-save-exists");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
        assert_eq!(save(&notes("two"), &path, Some(&path)), Ok(()));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn a_path_that_leads_nowhere_is_said_before_anything_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let notes = SavedContent::Notes(String::new());
        let said = |path: &Path| save(&notes, path, None).unwrap_err().key().to_owned();
        assert_eq!(said(Path::new("a.txt")), "page-save-no-path");
        assert_eq!(said(Path::new("")), "page-save-no-path");
        assert_eq!(said(&folder.path().join("missing/a.txt")), "page-save-no-folder");
        assert_eq!(said(Path::new("/")), "page-save-no-folder");
        assert_eq!(said(folder.path()), "page-save-exists");
        let nothing = SavedContent::Picture(PictureSlot::default());
        let failed = save(&nothing, &folder.path().join("a.png"), None).unwrap_err();
        assert_eq!(failed.key(), "page-shot-failed");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
