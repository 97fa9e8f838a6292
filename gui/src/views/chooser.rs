//! A window in which files, or a folder, are chosen on this computer.
//!
//! It only looks: folders are read on a thread, since one may be on a computer that does not answer, and what
//! was chosen is for whoever opened it. Names are shown with what hides in them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::time::Duration;

use beistand_node::shown_path;
use beistand_node::words::{Phrase, Words, args};
use egui::{Button, Checkbox, Context, Id, Modal, RichText, ScrollArea, TextWrapMode, Ui, Vec2};

use super::widgets::{ButtonLook, lead_ui, sized_button_ui, small_ui, trouble_ui, weak_ui};
use crate::theme::palette;

/// Names of a folder that are shown: more than anybody scrolls through.
const MAX_NAMES: usize = 2_000;

/// How large the window is in points, where there is room.
const SIZE_PT: Vec2 = Vec2::new(460.0, 400.0);

/// How often it is looked whether a folder has been read.
const LOOK: Duration = Duration::from_millis(50);

/// What is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChooserAim {
    /// Files and folders, any number of them.
    Several,
    /// One folder.
    Folder,
}

/// What came of a chooser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChooserAnswer {
    /// Nothing yet.
    Open,
    /// These were chosen.
    Chosen(Vec<PathBuf>),
    /// Nothing is chosen.
    Closed,
}

/// A window in which something is chosen.
#[derive(Debug)]
pub struct PathChooser {
    aim: ChooserAim,
    folder: PathBuf,
    names: FolderNames,
    picked: BTreeSet<PathBuf>,
    /// Whether names that begin with a dot are shown.
    shows_hidden: bool,
}

#[derive(Debug)]
enum FolderNames {
    Reading(Receiver<std::io::Result<NameList>>),
    Read(NameList),
    Unreadable(Phrase),
}

#[derive(Debug, Default)]
struct NameList {
    /// Folders first; whether it is one, and its name.
    names: Vec<(bool, PathBuf)>,
    has_more: bool,
}

impl PathChooser {
    /// A chooser that begins in `folder`.
    pub fn new(aim: ChooserAim, folder: PathBuf) -> Self {
        let names = read(&folder);
        Self { aim, folder, names, picked: BTreeSet::new(), shows_hidden: false }
    }

    /// A chooser that begins in the person's own folder.
    pub fn at_home(aim: ChooserAim) -> Self {
        Self::new(aim, home())
    }

    fn enter(&mut self, folder: PathBuf) {
        self.names = read(&folder);
        self.folder = folder;
        self.picked.clear();
    }

    /// Draws it over everything else.
    pub fn chooser_ui(&mut self, ctx: &Context, words: &Words) -> ChooserAnswer {
        self.take_names(ctx);
        let room = ctx.content_rect().size() - Vec2::new(60.0, 120.0);
        let modal = Modal::new(Id::unique("path chooser")).show(ctx, |ui| {
            ui.set_width(SIZE_PT.x.min(room.x));
            let title = match self.aim {
                ChooserAim::Several => "page-choose-files",
                ChooserAim::Folder => "page-choose-folder",
            };
            lead_ui(ui, words.text(title));
            self.way_ui(ui, words);
            self.names_ui(ui, SIZE_PT.y.min(room.y - 100.0).max(60.0), words);
            self.answer_ui(ui, words)
        });
        if modal.should_close() { ChooserAnswer::Closed } else { modal.inner }
    }

    fn take_names(&mut self, ctx: &Context) {
        let FolderNames::Reading(inbox) = &self.names else { return };
        self.names = match inbox.try_recv() {
            Ok(Ok(names)) => FolderNames::Read(names),
            Ok(Err(error)) => FolderNames::Unreadable(Phrase::from(&error)),
            Err(TryRecvError::Disconnected) => FolderNames::Unreadable(Phrase::new("page-choose-gone")),
            Err(TryRecvError::Empty) => return ctx.request_repaint_after(LOOK),
        };
    }

    /// Where it is, and the way up and home.
    fn way_ui(&mut self, ui: &mut Ui, words: &Words) {
        small_ui(ui, shown_path(&self.folder));
        ui.horizontal_wrapped(|ui| {
            let up = self.folder.parent().map(Path::to_owned);
            let button = ui.add_enabled(up.is_some(), Button::new(words.text("page-choose-up")));
            if let Some(up) = up.filter(|_| button.clicked()) {
                self.enter(up);
            }
            if ui.button(words.text("page-choose-home")).clicked() {
                self.enter(home());
            }
            ui.checkbox(&mut self.shows_hidden, words.text("page-choose-hidden"));
        });
    }

    fn names_ui(&mut self, ui: &mut Ui, height: f32, words: &Words) {
        let list = match &self.names {
            FolderNames::Read(list) => list,
            FolderNames::Reading(_) => return weak_ui(ui, words.text("page-choose-reading")),
            FolderNames::Unreadable(why) => {
                return trouble_ui(ui, words.with("page-choose-unreadable", args![reason = why.clone()]));
            }
        };
        let is_shown = |(is_folder, name): &&(bool, PathBuf)| {
            let is_hidden = name.as_os_str().as_encoded_bytes().starts_with(b".");
            (*is_folder || self.aim == ChooserAim::Several) && (self.shows_hidden || !is_hidden)
        };
        let shown: Vec<_> = list.names.iter().filter(is_shown).collect();
        if shown.is_empty() {
            weak_ui(ui, words.text("page-choose-empty"));
        }
        let mut entered = None;
        let row = ui.spacing().interact_size.y;
        let scroll = ScrollArea::vertical().auto_shrink([false, true]).max_height(height);
        scroll.id_salt(&self.folder).show_rows(ui, row, shown.len(), |ui, rows| {
            for (is_folder, name) in shown.get(rows).unwrap_or_default() {
                let path = self.folder.join(name);
                ui.horizontal(|ui| {
                    if self.aim == ChooserAim::Several {
                        let label = words.with("page-choose-one", args![name = shown_path(name)]);
                        pick_ui(ui, &mut self.picked, &path, &label);
                    }
                    let label =
                        if *is_folder { format!("🗀 {}", shown_path(name)) } else { shown_path(name) };
                    let label = RichText::new(label).color(palette(ui).text);
                    let button =
                        Button::new(label).frame_when_inactive(false).wrap_mode(TextWrapMode::Truncate);
                    if ui.add(button).clicked() {
                        match is_folder {
                            true => entered = Some(path),
                            false => toggle(&mut self.picked, path),
                        }
                    }
                });
            }
        });
        if list.has_more {
            small_ui(ui, words.text("page-choose-more"));
        }
        if let Some(folder) = entered {
            self.enter(folder);
        }
    }

    fn answer_ui(&mut self, ui: &mut Ui, words: &Words) -> ChooserAnswer {
        let mut answer = ChooserAnswer::Open;
        ui.horizontal_wrapped(|ui| {
            let (label, chosen) = match self.aim {
                ChooserAim::Folder => (words.text("page-choose-this"), vec![self.folder.clone()]),
                ChooserAim::Several => {
                    let count = self.picked.len();
                    (
                        words.with("page-choose-these", args![count = count]),
                        self.picked.iter().cloned().collect(),
                    )
                }
            };
            let size = Vec2::new(0.0, 36.0);
            let choose =
                |ui: &mut Ui| sized_button_ui(ui, ButtonLook::Plain, &label, size, egui::Sense::click());
            if ui.add_enabled_ui(!chosen.is_empty(), choose).inner.clicked() {
                answer = ChooserAnswer::Chosen(chosen);
            }
            let cancel = words.text("page-choose-cancel");
            if sized_button_ui(ui, ButtonLook::Plain, &cancel, size, egui::Sense::click()).clicked() {
                answer = ChooserAnswer::Closed;
            }
        });
        answer
    }
}

/// A box that picks one of the names.
fn pick_ui(ui: &mut Ui, picked: &mut BTreeSet<PathBuf>, path: &Path, label: &str) {
    let mut is_picked = picked.contains(path);
    let pick = ui.add(Checkbox::without_text(&mut is_picked));
    pick.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, true, is_picked, label));
    if pick.changed() {
        toggle(picked, path.to_owned());
    }
}

fn toggle(picked: &mut BTreeSet<PathBuf>, path: PathBuf) {
    if !picked.remove(&path) {
        picked.insert(path);
    }
}

fn home() -> PathBuf {
    std::env::home_dir().filter(|home| home.is_absolute()).unwrap_or_else(|| PathBuf::from("/"))
}

/// Reads a folder, on a thread.
fn read(folder: &Path) -> FolderNames {
    let (outbox, inbox) = sync_channel(1);
    let folder = folder.to_owned();
    let run = move || {
        let _ = outbox.send(names_of(&folder));
    };
    match std::thread::Builder::new().name("folder".to_owned()).spawn(run) {
        Ok(_) => FolderNames::Reading(inbox),
        Err(error) => FolderNames::Unreadable(Phrase::from(&error)),
    }
}

fn names_of(folder: &Path) -> std::io::Result<NameList> {
    let mut list = NameList::default();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if list.names.len() == MAX_NAMES {
            list.has_more = true;
            break;
        }
        list.names.push((entry.path().is_dir(), PathBuf::from(entry.file_name())));
    }
    list.names.sort_by_cached_key(|(is_folder, name)| (!is_folder, name.to_string_lossy().to_lowercase()));
    Ok(list)
}

#[cfg(test)]
mod tests {
    use beistand_node::words::Language;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    type ChooserTest = Harness<'static, (PathChooser, ChooserAnswer)>;

    fn shown(aim: ChooserAim, folder: &Path) -> ChooserTest {
        let words = crate::app::words(Language::English);
        let state = (PathChooser::new(aim, folder.to_owned()), ChooserAnswer::Open);
        let draw = move |ui: &mut Ui, (chooser, answer): &mut (PathChooser, ChooserAnswer)| {
            crate::theme::apply(ui.ctx());
            match chooser.chooser_ui(ui.ctx(), &words) {
                ChooserAnswer::Open => {}
                other @ (ChooserAnswer::Chosen(_) | ChooserAnswer::Closed) => *answer = other,
            }
        };
        let mut test = Harness::builder().with_size([560.0, 560.0]).build_ui_state(draw, state);
        settle(&mut test);
        test
    }

    fn settle(test: &mut ChooserTest) {
        test.run_steps(2);
        while matches!(test.state().0.names, FolderNames::Reading(_)) {
            std::thread::yield_now();
            test.step();
        }
        test.run_steps(2);
        test.check_accessibility();
    }

    fn click(test: &mut ChooserTest, label: &str) {
        test.get_by_label(label).click();
        settle(test);
    }

    #[test]
    fn files_and_folders_are_picked_with_boxes_and_a_folder_is_entered_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("inside")).unwrap();
        for name in ["b.txt", "A.txt", ".secret", "inside/c\u{202e}.txt"] {
            std::fs::write(path(name), "").unwrap();
        }
        let mut test = shown(ChooserAim::Several, folder.path());
        assert!(test.query_by_label(".secret").is_none());
        click(&mut test, "Show hidden");
        test.get_by_label(".secret");
        click(&mut test, "A.txt");
        click(&mut test, "Choose b.txt");
        click(&mut test, "b.txt");
        click(&mut test, "Choose 1");
        assert_eq!(test.state().1, ChooserAnswer::Chosen(vec![path("A.txt")]));
        click(&mut test, "🗀 inside");
        test.get_by_label("c\\u{202e}.txt");
        assert!(test.state().0.picked.is_empty(), "what is no longer seen is not picked");
        click(&mut test, "Up");
        test.get_by_label("b.txt");
    }

    #[test]
    fn a_folder_is_chosen_where_one_is_and_one_that_cant_be_read_says_so() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.txt"), "").unwrap();
        let mut test = shown(ChooserAim::Folder, folder.path());
        assert!(test.query_by_label("a.txt").is_none());
        click(&mut test, "Choose this folder");
        assert_eq!(test.state().1, ChooserAnswer::Chosen(vec![folder.path().to_owned()]));
        let mut test = shown(ChooserAim::Folder, &folder.path().join("none"));
        assert!(test.query_by_label_contains("can't be read").is_some());
        click(&mut test, "Cancel");
        assert_eq!(test.state().1, ChooserAnswer::Closed);
    }
}
