//! One offer, from its question to its end: in the panel, and as a bubble in the conversation.
//!
//! What was answered, and where it is shown, changes nothing of what a yes belongs to: that is its number.

use std::path::{Path, PathBuf};
use std::time::Instant;

use beistand_node::words::{Phrase, args};
use beistand_node::{
    FilesCommand, FilesEnd, FilesProgress, FilesQuestion, FilesWay, files_end_phrase, files_question_phrase,
    files_size_phrase,
};
use egui::{ProgressBar, Sense, Ui, Vec2};

use super::path_field_ui;
use super::picture::OfferView;
use crate::panels::{BubbleFrom, ConversationBubble, PanelContext, PanelSide};
use crate::theme::{BODY_PT, palette};
use crate::views::widgets::{ButtonLook, sized_button_ui, small_ui, trouble_ui, wrapped_ui};

/// The height of an offer's buttons in points: they are pressed with care.
const BUTTON_PT: f32 = 36.0;

/// The height of the bar that fills in points.
const BAR_PT: f32 = 12.0;

/// An offer.
#[derive(Debug)]
pub(super) struct FilesOffer {
    pub(super) id: u32,
    way: FilesWay,
    at: Instant,
    title: String,
    pub(super) stage: OfferStage,
    /// Where it is to go, as it was typed or else chosen.
    pub(super) typed: String,
    pub(super) chosen: Option<PathBuf>,
    /// Why it can't go where it was to go.
    trouble: Option<FilesEnd>,
    /// Where it goes.
    target: Option<PathBuf>,
    /// What it looks like, where it is a picture.
    view: OfferView,
}

#[derive(Debug)]
pub(super) enum OfferStage {
    /// The person here is asked.
    Asked(FilesQuestion),
    /// The other person is asked.
    Offered { files: u32, bytes: u64 },
    /// It has begun.
    UnderWay(Option<FilesProgress>),
    /// It is over.
    Over { end: FilesEnd, kept: u32 },
}

/// Where an offer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OfferPlace {
    /// In its panel, where a folder can be typed.
    Panel,
    /// In the conversation.
    Bubble,
}

/// What a person wants of an offer beside what the node can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OfferWish {
    /// To choose a folder for it.
    Folder,
}

impl FilesOffer {
    pub(super) fn new(id: u32, way: FilesWay, title: String, stage: OfferStage, at: Instant) -> Self {
        let (typed, chosen, trouble, target) = (String::new(), None, None, None);
        Self { id, way, at, title, stage, typed, chosen, trouble, target, view: OfferView::Nothing }
    }

    /// It has begun, and goes there where it comes here.
    pub(super) fn begin(&mut self, title: &str, folder: Option<PathBuf>) {
        title.clone_into(&mut self.title);
        (self.target, self.trouble) = (folder, None);
    }

    /// It is over. A picture is shown when it has arrived whole, and not before.
    pub(super) fn end(&mut self, end: FilesEnd, kept: u32, path: Option<&Path>) {
        self.stage = OfferStage::Over { end, kept };
        if let (FilesWay::Receiving, FilesEnd::Done, 1, Some(path)) = (self.way, end, kept, path) {
            self.view = OfferView::of_file(path);
        }
    }

    /// It looks so.
    pub(super) fn show(&mut self, view: OfferView) {
        self.view = view;
    }

    /// It can't go where it was to go.
    pub(super) fn refuse_folder(&mut self, why: FilesEnd) {
        self.trouble = Some(why);
        self.typed.clear();
        self.chosen = None;
    }

    /// The folder that was typed or chosen for it.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        let typed = self.typed.trim();
        if typed.is_empty() { self.chosen.clone() } else { Some(PathBuf::from(typed)) }
    }

    pub(super) fn question(&self) -> Option<&FilesQuestion> {
        match &self.stage {
            OfferStage::Asked(question) => Some(question),
            OfferStage::Offered { .. } | OfferStage::UnderWay(_) | OfferStage::Over { .. } => None,
        }
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.stage, OfferStage::Over { .. })
    }

    pub(super) fn bubble(&self) -> ConversationBubble {
        let from = match self.way {
            FilesWay::Sending => BubbleFrom::Us,
            FilesWay::Receiving => BubbleFrom::Peer,
        };
        ConversationBubble { id: self.id, from, at: self.at, text: self.title.clone() }
    }

    /// Draws it, and says what the person wants of it.
    pub(super) fn offer_ui(
        &mut self,
        ui: &mut Ui,
        place: OfferPlace,
        cx: &mut PanelContext<'_, FilesCommand>,
    ) -> Option<OfferWish> {
        if place == OfferPlace::Bubble {
            self.view.view_ui(ui, &self.title);
        }
        match &self.stage {
            OfferStage::Asked(question) => {
                let question = question.clone();
                return self.asked_ui(ui, question, place, cx);
            }
            OfferStage::Offered { files, bytes } => {
                let size = files_size_phrase(*bytes);
                let text = args![title = &self.title, files = *files, size = size];
                text_ui(ui, cx.words.say(&Phrase::with("gui-files-offered", text)));
                small_ui(ui, cx.text("gui-files-offered-waits"));
                self.cancel_ui(ui, cx);
            }
            OfferStage::UnderWay(progress) => {
                text_ui(ui, &self.title);
                self.progress_ui(ui, progress.as_ref(), cx);
            }
            OfferStage::Over { end, kept } => self.over_ui(ui, *end, *kept, cx),
        }
        None
    }

    /// What the person here is asked, as a whole, and the answers. The user says yes to what they see all of.
    fn asked_ui(
        &mut self,
        ui: &mut Ui,
        mut question: FilesQuestion,
        place: OfferPlace,
        cx: &mut PanelContext<'_, FilesCommand>,
    ) -> Option<OfferWish> {
        let (number, folder) = (question.number, self.folder());
        if let Some(folder) = &folder {
            question.folder.clone_from(folder);
        }
        let read = ui.scope(|ui| text_ui(ui, cx.words.say(&files_question_phrase(&question)))).response.rect;
        // Parts of a point are rounding.
        let is_in_sight = ui.clip_rect().expand(1.0).contains_rect(read);
        if let Some(why) = self.trouble {
            let text = Phrase::with("gui-files-bad-folder", args![why = files_end_phrase(why)]);
            trouble_ui(ui, cx.words.say(&text));
        }
        if place == OfferPlace::Panel {
            let label = cx.text("gui-files-typed-folder");
            path_field_ui(ui, "files folder", &mut self.typed, &label);
        }
        let mut wish = None;
        ui.horizontal_wrapped(|ui| {
            let size = Vec2::new(0.0, BUTTON_PT);
            let yes = cx.text("gui-files-yes");
            let button = |ui: &mut Ui| sized_button_ui(ui, ButtonLook::Plain, &yes, size, Sense::CLICK);
            let is_usable = is_in_sight || cx.side == PanelSide::Technician;
            let button = ui.add_enabled_ui(is_usable, button).inner;
            match cx.side {
                PanelSide::Host => cx.widen(ui, &button, FilesCommand::Yes { number, folder }),
                PanelSide::Technician if button.clicked() => {
                    cx.send(FilesCommand::Accept { number, folder });
                }
                PanelSide::Technician => {}
            }
            let no = cx.text("gui-files-no");
            if sized_button_ui(ui, ButtonLook::Plain, &no, size, Sense::click()).clicked() {
                cx.send(FilesCommand::No { number });
            }
            let other = cx.text("gui-files-other-folder");
            if sized_button_ui(ui, ButtonLook::Plain, &other, size, Sense::click()).clicked() {
                wish = Some(OfferWish::Folder);
            }
        });
        wish
    }

    /// How far it is, and what stops it.
    fn progress_ui(
        &self,
        ui: &mut Ui,
        progress: Option<&FilesProgress>,
        cx: &mut PanelContext<'_, FilesCommand>,
    ) {
        let Some(one) = progress else { return self.cancel_ui(ui, cx) };
        let done = one.bytes as f32 / one.total.max(1) as f32;
        ui.add(ProgressBar::new(done).desired_height(BAR_PT));
        small_ui(ui, cx.words.say(&progress_phrase(one)));
        let number = self.id;
        ui.horizontal_wrapped(|ui| {
            let (key, command) = match one.is_paused_here {
                true => ("gui-files-resume", FilesCommand::Resume { number }),
                false => ("gui-files-pause", FilesCommand::Pause { number }),
            };
            if ui.button(cx.text(key)).clicked() {
                cx.send(command);
            }
            self.cancel_ui(ui, cx);
        });
    }

    fn cancel_ui(&self, ui: &mut Ui, cx: &mut PanelContext<'_, FilesCommand>) {
        if ui.button(cx.text("gui-files-cancel")).clicked() {
            cx.send(FilesCommand::Cancel { number: self.id });
        }
    }

    /// How it ended. Nothing that has arrived is opened but the folder, and that by a press alone.
    fn over_ui(&self, ui: &mut Ui, end: FilesEnd, kept: u32, cx: &mut PanelContext<'_, FilesCommand>) {
        let title = &self.title;
        let text = match (end, &self.target) {
            (FilesEnd::Done, Some(folder)) => {
                let folder = beistand_node::shown_path(folder);
                Phrase::with("gui-files-is-here", args![title = title, folder = folder])
            }
            (FilesEnd::Done, None) => Phrase::with("gui-files-arrived", args![title = title]),
            (_, _) => {
                let how = files_end_phrase(end);
                Phrase::with("gui-files-over", args![title = title, how = how, kept = kept])
            }
        };
        let colour = if end == FilesEnd::Done { palette(ui).text } else { palette(ui).danger_text };
        wrapped_ui(ui, cx.words.say(&text), BODY_PT, colour);
        if let Some(folder) = self.target.as_ref().filter(|_| kept > 0)
            && ui.button(cx.text("gui-files-open-folder")).clicked()
        {
            cx.open_folder(folder.clone());
        }
    }
}

fn text_ui(ui: &mut Ui, text: impl Into<String>) {
    let colour = palette(ui).text;
    wrapped_ui(ui, text, BODY_PT, colour);
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
