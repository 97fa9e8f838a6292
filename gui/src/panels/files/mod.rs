//! Files between the two: what is under way, with its speed and the time that is left; what the person here
//! is asked; and what they send, which they drop into the window or name by its path.
//!
//! The user's yes, and what they send, pass the window's hand check. It opens no file.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;
use std::time::Instant;

use beistand_node::words::{Phrase, args};
use beistand_node::{
    FeatureEvent, FilesCommand, FilesEvent, FilesProgress, FilesQuestion, FilesWay, Permission, Role,
    files_question_phrase, files_size_phrase,
};
use egui::{ProgressBar, ScrollArea, Sense, TextEdit, Ui, Vec2};

use crate::panels::{Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords};
use crate::views::widgets::{ButtonLook, button_ui, lead_ui, sized_button_ui, small_ui, weak_ui};

const TO_USER: PermissionWords = PermissionWords {
    title: "gui-files-to-user-title",
    line: "gui-files-to-user-line",
    short: "gui-files-to-user-short",
    helper: "gui-files-to-user-helper",
};

const FROM_USER: PermissionWords = PermissionWords {
    title: "gui-files-from-user-title",
    line: "gui-files-from-user-line",
    short: "gui-files-from-user-short",
    helper: "gui-files-from-user-helper",
};

/// Lines that are kept: what a session's transfers come to.
const MAX_LINES: usize = 100;

/// Questions that are kept: as many as can be open.
const MAX_QUESTIONS: usize = 16;

/// The longest path in characters that can be typed.
const MAX_PATH_CHARS: usize = 1000;

/// The height of the lines in the user's window, in points: the page goes on below.
const CARD_PT: f32 = 140.0;

/// What is asked, under way and over.
#[derive(Debug, Default)]
pub struct FilesPanel {
    questions: VecDeque<FilesQuestion>,
    /// User: what the helper wishes for, by number.
    wishes: VecDeque<(u32, String)>,
    under_way: Vec<FilesProgress>,
    lines: VecDeque<FilesEvent>,
    /// User: what they would send.
    chosen: Vec<PathBuf>,
    /// What is typed.
    path: String,
    /// User: the folder that is typed instead of the one in the question.
    folder: String,
}

impl Panel for FilesPanel {
    type Event = FilesEvent;
    type Command = FilesCommand;

    const WORDS: PanelWords = PanelWords {
        button: "gui-files-button",
        permissions: &[(Permission::FilesToUser, TO_USER), (Permission::FilesFromUser, FROM_USER)],
    };

    fn place(_side: PanelSide) -> PanelPlace {
        PanelPlace::Beside
    }

    fn apply(&mut self, event: FilesEvent, _now: Instant) -> Attention {
        let mut attention = Attention::Quiet;
        match &event {
            FilesEvent::Question(question) => {
                self.questions.retain(|one| one.number != question.number);
                self.questions.push_back(question.clone());
                self.questions.truncate(MAX_QUESTIONS);
                return Attention::Toast(Phrase::new("gui-files-asks"));
            }
            FilesEvent::Wished { number, name, .. } => {
                self.wishes.push_back((*number, name.clone()));
                self.wishes.truncate(MAX_QUESTIONS);
                attention = Attention::Toast(Phrase::new("gui-files-wishes"));
            }
            FilesEvent::Unwished { number, .. } => self.wishes.retain(|(one, _)| one != number),
            FilesEvent::Begun { id, .. } => self.close(*id),
            FilesEvent::Advance(progress) => {
                match self.under_way.iter_mut().find(|one| one.id == progress.id) {
                    Some(one) => one.clone_from(progress),
                    None => self.under_way.push(progress.clone()),
                }
                return attention;
            }
            FilesEvent::Ended { id, .. } => {
                self.close(*id);
                self.under_way.retain(|one| one.id != *id);
                attention = Attention::Count;
            }
            FilesEvent::Listed(all) => {
                self.under_way.clone_from(all);
                return attention;
            }
            FilesEvent::BadFolder { .. } => attention = Attention::Count,
            FilesEvent::Offered { .. } => self.chosen.clear(),
            FilesEvent::Skipped { .. } | FilesEvent::Refused { .. } => {}
        }
        self.lines.push_back(event);
        if self.lines.len() > MAX_LINES {
            self.lines.pop_front();
        }
        attention
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, FilesCommand>) {
        self.take_dropped(ui, cx);
        match cx.side {
            PanelSide::Host => {
                lead_ui(ui, cx.text("gui-files-button"));
                self.question_ui_here(ui, cx);
                self.wishes_ui(ui, cx);
                self.pick_ui(ui, cx);
            }
            PanelSide::Technician => {
                self.send_ui(ui, cx);
                self.question_ui_here(ui, cx);
            }
        }
        self.under_way_ui(ui, cx);
        self.lines_ui(ui, cx);
    }

    fn toolbar_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, FilesCommand>) {
        self.take_dropped(ui, cx);
    }

    fn offered(&self) -> u64 {
        if self.questions.is_empty() && self.chosen.is_empty() {
            return 0;
        }
        let mut hasher = DefaultHasher::new();
        (&self.questions, &self.chosen, &self.folder).hash(&mut hasher);
        hasher.finish().max(1)
    }

    fn sample() -> Vec<FilesEvent> {
        let progress = FilesProgress {
            id: 3,
            way: FilesWay::Sending,
            title: "Donaudampfschifffahrtsgesellschaft.pdf".to_owned(),
            bytes: 420_000_000,
            total: 1_000_000_000,
            bytes_per_sec: 11_000_000,
            secs_left: Some(53),
            is_paused_here: false,
            is_paused_there: true,
        };
        let question = FilesQuestion {
            number: 5,
            names: vec!["update.zip".to_owned(), "Größe.txt".to_owned()],
            files: 12,
            folders: 1,
            bytes: 123_456_789,
            folder: PathBuf::from("/home/anna/Downloads"),
        };
        let (title, way, folder) = ("a.pdf".to_owned(), FilesWay::Sending, None);
        vec![
            FilesEvent::Begun { id: 3, way, title, folder },
            FilesEvent::Advance(progress),
            FilesEvent::Question(question),
        ]
    }
}

impl FilesPanel {
    /// A question is answered, or over.
    fn close(&mut self, number: u32) {
        self.questions.retain(|one| one.number != number);
    }

    /// What a person has dropped into the window: the helper offers it, the user may.
    fn take_dropped(&mut self, ui: &Ui, cx: &mut PanelContext<'_, FilesCommand>) {
        let dropped: Vec<PathBuf> = ui.ctx().input_mut(|input| {
            let files = std::mem::take(&mut input.raw.dropped_files);
            files.iter().map(|file| file.path().to_owned()).collect()
        });
        if dropped.is_empty() {
            return;
        }
        match cx.side {
            PanelSide::Host => self.chosen = dropped,
            PanelSide::Technician => cx.send(FilesCommand::Send(dropped)),
        }
    }

    /// What the person here is asked, as a whole, and the two answers.
    fn question_ui_here(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, FilesCommand>) {
        let Some(question) = self.questions.front() else { return };
        weak_ui(ui, cx.words.say(&files_question_phrase(question)));
        let number = question.number;
        if cx.side == PanelSide::Host {
            let label = cx.text("gui-files-other-folder");
            path_field_ui(ui, "files folder", &mut self.folder, &label);
        }
        ui.horizontal_wrapped(|ui| {
            let (yes, size) = (cx.text("gui-files-yes"), Vec2::new(0.0, 40.0));
            let button = sized_button_ui(ui, ButtonLook::Plain, &yes, size, Sense::CLICK);
            match cx.side {
                PanelSide::Host => {
                    let folder =
                        Some(self.folder.trim()).filter(|folder| !folder.is_empty()).map(PathBuf::from);
                    cx.widen(ui, &button, FilesCommand::Yes { number, folder });
                }
                PanelSide::Technician if button.clicked() => cx.send(FilesCommand::Accept { number }),
                PanelSide::Technician => {}
            }
            let no = cx.text("gui-files-no");
            if sized_button_ui(ui, ButtonLook::Plain, &no, size, Sense::click()).clicked() {
                cx.send(FilesCommand::No { number });
            }
        });
    }

    /// What the helper wishes for.
    fn wishes_ui(&self, ui: &mut Ui, cx: &mut PanelContext<'_, FilesCommand>) {
        let Some((number, name)) = self.wishes.front() else { return };
        weak_ui(
            ui,
            match name.is_empty() {
                true => cx.text("gui-files-wish-any"),
                false => cx.with("gui-files-wish", args![name = name]),
            },
        );
        if ui.button(cx.text("gui-files-decline")).clicked() {
            cx.send(FilesCommand::No { number: *number });
        }
    }

    /// What the user would send: nothing leaves before they press.
    fn pick_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, FilesCommand>) {
        let label = cx.text("gui-files-pick-what");
        path_field_ui(ui, "files pick", &mut self.path, &label);
        if ui.button(cx.text("gui-files-choose")).clicked() && !self.path.trim().is_empty() {
            self.chosen.push(PathBuf::from(self.path.trim()));
            self.path.clear();
        }
        if self.chosen.is_empty() {
            return;
        }
        for path in &self.chosen {
            small_ui(ui, beistand_node::shown_path(path));
        }
        ui.horizontal_wrapped(|ui| {
            let text = cx.text("gui-files-pick");
            let button = sized_button_ui(ui, ButtonLook::Plain, &text, Vec2::new(0.0, 40.0), Sense::CLICK);
            cx.widen(ui, &button, FilesCommand::Pick(self.chosen.clone()));
            if ui.button(cx.text("gui-files-forget")).clicked() {
                self.chosen.clear();
            }
        });
    }

    /// What the helper sends and fetches.
    fn send_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, FilesCommand>) {
        small_ui(ui, cx.text("gui-files-drop"));
        let label = cx.text("gui-files-what");
        path_field_ui(ui, "files path", &mut self.path, &label);
        ui.horizontal_wrapped(|ui| {
            let path = self.path.trim().to_owned();
            if button_ui(ui, ButtonLook::Plain, &cx.text("gui-files-send")).clicked() && !path.is_empty() {
                cx.send(FilesCommand::Send(vec![PathBuf::from(&path)]));
            }
            if button_ui(ui, ButtonLook::Plain, &cx.text("gui-files-fetch")).clicked() {
                cx.send(FilesCommand::Fetch(path));
            }
        });
    }

    fn under_way_ui(&self, ui: &mut Ui, cx: &mut PanelContext<'_, FilesCommand>) {
        for one in &self.under_way {
            let number = one.id;
            weak_ui(ui, &one.title);
            ui.add(ProgressBar::new(one.bytes as f32 / one.total.max(1) as f32));
            small_ui(ui, cx.words.say(&progress_phrase(one)));
            ui.horizontal_wrapped(|ui| {
                let (key, command) = match one.is_paused_here {
                    true => ("gui-files-resume", FilesCommand::Resume { number }),
                    false => ("gui-files-pause", FilesCommand::Pause { number }),
                };
                if ui.button(cx.text(key)).clicked() {
                    cx.send(command);
                }
                if ui.button(cx.text("gui-files-cancel")).clicked() {
                    cx.send(FilesCommand::Cancel { number });
                }
            });
        }
    }

    fn lines_ui(&self, ui: &mut Ui, cx: &PanelContext<'_, FilesCommand>) {
        let (role, scroll) = match cx.side {
            PanelSide::Host => {
                (Role::Host, ScrollArea::vertical().auto_shrink([false, true]).max_height(CARD_PT))
            }
            PanelSide::Technician => (Role::Technician, ScrollArea::vertical().auto_shrink(false)),
        };
        scroll.id_salt("files lines").stick_to_bottom(true).show(ui, |ui| {
            for event in &self.lines {
                if let Some(phrase) = FeatureEvent::from(event.clone()).phrase(role) {
                    small_ui(ui, cx.words.say(&phrase));
                }
            }
        });
    }
}

fn path_field_ui(ui: &mut Ui, salt: &str, path: &mut String, label: &str) {
    let field = TextEdit::singleline(path)
        .id_salt(salt)
        .char_limit(MAX_PATH_CHARS)
        .desired_width(f32::INFINITY)
        .hint_text(label);
    let field = ui.add(field);
    field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, label));
}

/// How far it is, how fast, and how long it will take.
fn progress_phrase(one: &FilesProgress) -> Phrase {
    let (bytes, total) = (files_size_phrase(one.bytes), files_size_phrase(one.total));
    if one.is_paused_here || one.is_paused_there {
        return Phrase::with("gui-files-paused", args![bytes = bytes, total = total]);
    }
    let speed = files_size_phrase(one.bytes_per_sec);
    match one.secs_left {
        Some(secs) if secs < 90 => Phrase::with(
            "gui-files-progress-secs",
            args![bytes = bytes, total = total, speed = speed, secs = secs.to_string()],
        ),
        Some(secs) => Phrase::with(
            "gui-files-progress-minutes",
            args![bytes = bytes, total = total, speed = speed, minutes = secs.div_ceil(60).to_string()],
        ),
        None => Phrase::with("gui-files-progress", args![bytes = bytes, total = total]),
    }
}
