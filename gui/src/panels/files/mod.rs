//! Files between the two: what is under way, with its speed and the time that is left; what the person here
//! is asked; and what they send, which they drop into the window, choose, or name by its path. Each offer is
//! a bubble in the conversation as well.
//!
//! The user's yes, and what they send, pass the window's hand check. It opens nothing that has arrived but
//! pictures, for a small view ([`crate::picture_file`]).

mod list;
mod offer;
mod picture;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use beistand_node::words::{Phrase, args};
use beistand_node::{
    FeatureEvent, FilesCommand, FilesEnd, FilesEvent, FilesProgress, FilesQuestion, FilesWay, Permission,
    Role,
};
use egui::{ScrollArea, Sense, TextEdit, Ui, Vec2};

use crate::panels::{
    Attention, ConversationBubble, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords,
};
use crate::views::chooser::{ChooserAim, ChooserAnswer, PathChooser};
use crate::views::widgets::{ButtonLook, button_ui, lead_ui, sized_button_ui, small_ui, weak_ui};
use list::OfferList;
use offer::{FilesOffer, OfferPlace, OfferStage, OfferWish};
use picture::PictureEntry;

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

/// Wishes that are kept: as many as can be open.
const MAX_WISHES: usize = 16;

/// The longest path in characters that can be typed.
const MAX_PATH_CHARS: usize = 1000;

/// The height of the lines in the user's window, in points: the page goes on below.
const CARD_PT: f32 = 140.0;

/// What is asked, under way and over.
#[derive(Debug, Default)]
pub struct FilesPanel {
    offers: OfferList,
    /// User: what the helper wishes for, by number.
    wishes: VecDeque<(u32, String)>,
    lines: VecDeque<FilesEvent>,
    /// User: what they would send.
    chosen: Vec<PathBuf>,
    /// What is typed.
    path: String,
    entry: PictureEntry,
    chooser: Option<(ChooserUse, PathChooser)>,
    /// The drawing of the window in which the chooser was drawn last: several places can, and one does.
    chooser_drawn: u64,
}

/// What something is chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ChooserUse {
    /// To be sent.
    Send,
    /// For this offer to go there.
    Receive(u32),
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

    fn apply(&mut self, event: FilesEvent, now: Instant) -> Attention {
        self.offers.apply(&event, now);
        let attention = match &event {
            FilesEvent::Question(_) => return Attention::Toast(Phrase::new("gui-files-asks")),
            FilesEvent::Advance(_) | FilesEvent::Listed(_) => return Attention::Quiet,
            FilesEvent::Wished { number, name, .. } => {
                self.wishes.push_back((*number, name.clone()));
                self.wishes.truncate(MAX_WISHES);
                Attention::Toast(Phrase::new("gui-files-wishes"))
            }
            FilesEvent::Unwished { number, .. } => {
                self.wishes.retain(|(one, _)| one != number);
                Attention::Quiet
            }
            FilesEvent::Ended { .. } | FilesEvent::BadFolder { .. } => Attention::Count,
            FilesEvent::Offered { id, title, .. } => {
                self.chosen.clear();
                let view = self.entry.take_offered(title);
                if let Some(offer) = self.offers.of_mut(*id) {
                    offer.show(view);
                }
                Attention::Quiet
            }
            FilesEvent::Refused { why } => {
                self.entry.refuse(*why);
                Attention::Quiet
            }
            FilesEvent::Begun { .. } | FilesEvent::Skipped { .. } => Attention::Quiet,
        };
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
                self.asked_ui(ui, cx);
                self.wishes_ui(ui, cx);
                self.pick_ui(ui, cx);
            }
            PanelSide::Technician => {
                self.send_ui(ui, cx);
                self.asked_ui(ui, cx);
            }
        }
        self.under_way_ui(ui, cx);
        self.lines_ui(ui, cx);
        self.chooser_ui(ui, cx);
    }

    fn toolbar_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, FilesCommand>) {
        self.take_dropped(ui, cx);
        self.chooser_ui(ui, cx);
    }

    fn entry_ui(&mut self, ui: &mut Ui, is_aimed: bool, cx: &mut PanelContext<'_, FilesCommand>) {
        self.entry.entry_ui(ui, is_aimed, cx);
        self.chooser_ui(ui, cx);
    }

    fn offered(&self) -> u64 {
        let questions: Vec<_> =
            self.offers.iter().filter_map(|one| Some((one.question()?, one.folder()))).collect();
        let pasted = self.entry.offered();
        if questions.is_empty() && self.chosen.is_empty() && pasted.is_none() {
            return 0;
        }
        let mut hasher = DefaultHasher::new();
        (questions, &self.chosen, pasted).hash(&mut hasher);
        hasher.finish().max(1)
    }

    fn lost_by_end(&self) -> Option<Phrase> {
        let under_way = self.offers.iter().any(|offer| matches!(offer.stage, OfferStage::UnderWay(_)));
        under_way.then_some(Phrase::new("gui-files-lost"))
    }

    fn bubbles(&self) -> Vec<ConversationBubble> {
        self.offers.iter().map(FilesOffer::bubble).collect()
    }

    fn bubble_ui(&mut self, ui: &mut Ui, id: u32, cx: &mut PanelContext<'_, FilesCommand>) {
        let Some(offer) = self.offers.of_mut(id) else { return };
        let wish = offer.offer_ui(ui, OfferPlace::Bubble, cx);
        self.fulfil(id, wish);
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
        let begun =
            |id, way, title: &str, folder| FilesEvent::Begun { id, way, title: title.to_owned(), folder };
        let ended = |id, way, end, kept| {
            let title = "Rechnung-2024.pdf".to_owned();
            FilesEvent::Ended { id, way, title, end, kept, skipped: 0, found: 0, path: None }
        };
        let folder = Some(PathBuf::from("/home/anna/Downloads"));
        vec![
            begun(9, FilesWay::Receiving, "Rechnung-2024.pdf", folder),
            ended(9, FilesWay::Receiving, FilesEnd::Done, 1),
            begun(11, FilesWay::Sending, "Rechnung-2024.pdf", None),
            ended(11, FilesWay::Sending, FilesEnd::CancelledThere, 0),
            begun(3, FilesWay::Sending, "a.pdf", None),
            FilesEvent::Advance(progress),
            FilesEvent::Question(question),
        ]
    }
}

impl FilesPanel {
    /// What a person has dropped into the window.
    fn take_dropped(&mut self, ui: &Ui, cx: &mut PanelContext<'_, FilesCommand>) {
        let dropped: Vec<PathBuf> = ui.ctx().input_mut(|input| {
            let files = std::mem::take(&mut input.raw.dropped_files);
            files.iter().map(|file| file.path().to_owned()).collect()
        });
        if dropped.is_empty() {
            return;
        }
        self.take_chosen(dropped, cx);
    }

    /// What the person here is asked first.
    fn asked_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, FilesCommand>) {
        let Some(offer) = self.offers.first_asked_mut() else { return };
        let (id, wish) = (offer.id, offer.offer_ui(ui, OfferPlace::Panel, cx));
        self.fulfil(id, wish);
    }

    fn fulfil(&mut self, id: u32, wish: Option<OfferWish>) {
        match wish {
            None => {}
            Some(OfferWish::Folder) => {
                let asked = self.offers.of_mut(id).and_then(|offer| Some(offer.question()?.folder.clone()));
                let begin =
                    asked.and_then(|folder| folder.ancestors().find(|one| one.is_dir()).map(Path::to_owned));
                let chooser = match begin {
                    Some(folder) => PathChooser::new(ChooserAim::Folder, folder),
                    None => PathChooser::at_home(ChooserAim::Folder),
                };
                self.chooser = Some((ChooserUse::Receive(id), chooser));
            }
        }
    }

    /// Draws the window in which something is chosen, once.
    fn chooser_ui(&mut self, ui: &Ui, cx: &mut PanelContext<'_, FilesCommand>) {
        let drawing = ui.ctx().cumulative_pass_nr();
        let Some((used, chooser)) = &mut self.chooser else { return };
        if std::mem::replace(&mut self.chooser_drawn, drawing) == drawing {
            return;
        }
        let used = *used;
        match (chooser.chooser_ui(ui.ctx(), cx.words), used) {
            (ChooserAnswer::Open, _) => return,
            (ChooserAnswer::Closed, _) => {}
            (ChooserAnswer::Chosen(paths), ChooserUse::Send) => self.take_chosen(paths, cx),
            (ChooserAnswer::Chosen(paths), ChooserUse::Receive(id)) => {
                if let Some(offer) = self.offers.of_mut(id) {
                    offer.typed.clear();
                    offer.chosen = paths.into_iter().next();
                }
            }
        }
        self.chooser = None;
    }

    /// What was dropped or chosen: the helper offers it, the user may.
    fn take_chosen(&mut self, paths: Vec<PathBuf>, cx: &mut PanelContext<'_, FilesCommand>) {
        match cx.side {
            PanelSide::Host => self.chosen = paths,
            PanelSide::Technician => cx.send(FilesCommand::Send(paths)),
        }
    }

    fn browse_ui(&mut self, ui: &mut Ui, cx: &PanelContext<'_, FilesCommand>) {
        if ui.button(cx.text("gui-files-browse")).clicked() {
            self.chooser = Some((ChooserUse::Send, PathChooser::at_home(ChooserAim::Several)));
        }
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
        ui.horizontal_wrapped(|ui| {
            if ui.button(cx.text("gui-files-choose")).clicked() && !self.path.trim().is_empty() {
                self.chosen.push(PathBuf::from(self.path.trim()));
                self.path.clear();
            }
            self.browse_ui(ui, cx);
        });
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
            self.browse_ui(ui, cx);
        });
    }

    fn under_way_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, FilesCommand>) {
        for offer in self.offers.under_way_mut() {
            offer.offer_ui(ui, OfferPlace::Panel, cx);
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
