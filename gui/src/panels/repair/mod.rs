//! Mending: the helper chooses what to propose, the user reads the whole of it and says yes or no, and both
//! see what became of it.
//!
//! It does nothing by itself: the user's yes passes the window's hand check.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Instant;

use beistand_node::words::{Phrase, args};
use beistand_node::{
    DeedSight, FeatureEvent, Permission, RepairCommand, RepairDeed, RepairEntry, RepairEvent, RepairKind,
    RepairQuestion, RepairWish, Role, SightKind, SpaceKind, SpaceKinds, entry_phrase,
};
use egui::{ComboBox, ProgressBar, ScrollArea, Sense, TextEdit, Ui, Vec2};

use crate::panels::{
    Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords, ToolGroup, UnderWay,
};
use crate::views::widgets::{ButtonLook, button_ui, lead_ui, sized_button_ui, small_ui, trouble_ui, weak_ui};

const REPAIRS: PermissionWords = PermissionWords {
    title: "gui-repair-title",
    line: "gui-repair-line",
    short: "gui-repair-short",
    helper: "gui-repair-helper",
};

/// Lines that are kept: what a session's mending comes to, and a few lists.
const MAX_LINES: usize = 100;

/// The longest thing to mend in characters: a path.
const MAX_ARGS_CHARS: usize = 500;

/// The height of the lines in the user's window, in points: the page goes on below.
const CARD_PT: f32 = 140.0;

/// What is proposed, asked and done.
#[derive(Debug, Default)]
pub struct RepairPanel {
    /// User: what waits for their yes.
    question: Option<RepairQuestion>,
    running: Option<RunningRepair>,
    lines: VecDeque<RepairEvent>,
    /// Helper: what can be taken back, as the other side listed it last.
    entries: Vec<RepairEntry>,
    /// Helper: what is chosen, and what belongs to it.
    chosen: Option<RepairKind>,
    args: String,
    wrong: bool,
}

/// What is being done.
#[derive(Debug)]
struct RunningRepair {
    id: u32,
    wish: RepairWish,
    permille: u16,
}

impl Panel for RepairPanel {
    type Event = RepairEvent;
    type Command = RepairCommand;

    const WORDS: PanelWords =
        PanelWords { button: "gui-repair-button", permissions: &[(Permission::Repair, REPAIRS)] };

    const GROUP: ToolGroup = ToolGroup::Mend;

    fn place(_side: PanelSide) -> PanelPlace {
        PanelPlace::Beside
    }

    fn apply(&mut self, event: RepairEvent, _now: Instant) -> Attention {
        let mut attention = Attention::Quiet;
        match &event {
            RepairEvent::Question(question) => {
                self.question = Some(question.clone());
                return Attention::Toast(Phrase::new("gui-repair-asks"));
            }
            RepairEvent::Begun { id, wish } => {
                self.question = None;
                self.running = Some(RunningRepair { id: *id, wish: wish.clone(), permille: 0 });
            }
            RepairEvent::Advance { id, permille, .. } => {
                if let Some(running) = self.running.as_mut().filter(|running| running.id == *id) {
                    running.permille = *permille;
                }
                return attention;
            }
            RepairEvent::Ended { id, .. } => {
                self.question.take_if(|question| question.id == *id);
                self.running.take_if(|running| running.id == *id);
                // It may have taken back one of them: who wants the list asks again.
                self.entries.clear();
                attention = Attention::Count;
            }
            RepairEvent::Entries(entries) => self.entries.clone_from(entries),
            RepairEvent::Interrupted(_) => attention = Attention::Count,
            RepairEvent::Proposed { .. }
            | RepairEvent::Asked { .. }
            | RepairEvent::Space(_)
            | RepairEvent::Refused { .. } => {}
        }
        self.lines.push_back(event);
        if self.lines.len() > MAX_LINES {
            self.lines.pop_front();
        }
        attention
    }

    fn under_way(&self) -> Option<UnderWay<RepairCommand>> {
        let what = self.running.as_ref()?.wish.phrase();
        Some(UnderWay { what, stop: RepairCommand::Stop })
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, RepairCommand>) {
        match cx.side {
            PanelSide::Host => {
                lead_ui(ui, cx.text("gui-repair-button"));
                self.question_card_ui(ui, cx);
                self.running_ui(ui, cx);
                if ui.button(cx.text("gui-repair-list")).clicked() {
                    cx.send(RepairCommand::List);
                }
                self.entries_ui(ui, cx, "gui-repair-take-back");
                self.lines_ui(ui, cx, Role::Host);
            }
            PanelSide::Technician => {
                self.choice_ui(ui, cx);
                self.running_ui(ui, cx);
                self.lines_ui(ui, cx, Role::Technician);
            }
        }
    }

    fn offered(&self) -> u64 {
        let Some(question) = &self.question else { return 0 };
        let mut hasher = DefaultHasher::new();
        question.number.hash(&mut hasher);
        format!("{question:?}").hash(&mut hasher);
        hasher.finish().max(1)
    }

    fn sample() -> Vec<RepairEvent> {
        let kinds = SpaceKinds::of([SpaceKind::Trash, SpaceKind::Caches]).expect("two kinds");
        let wish = RepairWish::Deed(RepairDeed::FreeSpace { kinds });
        let before = DeedSight { kind: SightKind::Bytes, number: 1_234_567_890, text: String::new() };
        let question =
            RepairQuestion { number: 2, id: 2, who: "Anna".to_owned(), wish, before, can_undo: false };
        vec![
            RepairEvent::Space(vec![(SpaceKind::Trash, 1_000_000_000), (SpaceKind::Caches, 234_567_890)]),
            RepairEvent::Proposed { id: 1, wish: RepairWish::Deed(RepairDeed::ResetHosts) },
            RepairEvent::Question(question),
        ]
    }
}

impl RepairPanel {
    /// What the user is asked, as a whole, and the two answers.
    fn question_card_ui(&self, ui: &mut Ui, cx: &mut PanelContext<'_, RepairCommand>) {
        let Some(question) = &self.question else {
            if self.running.is_none() {
                weak_ui(ui, cx.text("gui-repair-none"));
            }
            return;
        };
        weak_ui(ui, cx.words.say(&question.phrase()));
        ui.horizontal_wrapped(|ui| {
            let yes = cx.text("gui-repair-yes");
            let button = sized_button_ui(ui, ButtonLook::Plain, &yes, Vec2::new(0.0, 40.0), Sense::CLICK);
            cx.widen(ui, &button, RepairCommand::Yes { number: question.number });
            let no = cx.text("gui-repair-no");
            if sized_button_ui(ui, ButtonLook::Plain, &no, Vec2::new(0.0, 40.0), Sense::click()).clicked() {
                cx.send(RepairCommand::No { number: Some(question.number) });
            }
        });
    }

    fn running_ui(&self, ui: &mut Ui, cx: &mut PanelContext<'_, RepairCommand>) {
        let Some(running) = &self.running else { return };
        weak_ui(ui, cx.words.say(&Phrase::with("repair-begun", args![what = running.wish.phrase()])));
        if running.permille > 0 {
            ui.add(ProgressBar::new(f32::from(running.permille) / 1000.0));
        }
        if cx.side == PanelSide::Host
            && button_ui(ui, ButtonLook::Danger, &cx.text("gui-repair-stop")).clicked()
        {
            cx.send(RepairCommand::Stop);
        }
    }

    /// What the helper can propose.
    fn choice_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, RepairCommand>) {
        let meaning = cx.text("gui-repair-choose");
        let label = self.chosen.map_or_else(|| meaning.clone(), |kind| cx.words.say(&kind.phrase()));
        let width = ui.available_width();
        let list = ComboBox::from_id_salt("repair kind").selected_text(label).width(width).truncate();
        let list = list.show_ui(ui, |ui| {
            for kind in RepairKind::ALL {
                ui.selectable_value(&mut self.chosen, Some(kind), cx.words.say(&kind.phrase()));
            }
        });
        list.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &meaning));
        if let Some(kind) = self.chosen {
            self.proposal_ui(ui, kind, cx);
        }
        ui.horizontal_wrapped(|ui| {
            for (key, command) in [
                ("gui-repair-space", RepairCommand::Space),
                ("gui-repair-list", RepairCommand::List),
                ("gui-repair-withdraw", RepairCommand::Withdraw),
            ] {
                if ui.button(cx.text(key)).clicked() {
                    cx.send(command);
                }
            }
        });
        self.entries_ui(ui, cx, "gui-repair-undo");
    }

    /// What can be taken back, as it was listed last: by the user at once, by the helper as a proposal.
    fn entries_ui(&self, ui: &mut Ui, cx: &mut PanelContext<'_, RepairCommand>, button: &str) {
        for entry in self.entries.iter().filter(|entry| entry.can_undo) {
            ui.horizontal_wrapped(|ui| {
                small_ui(ui, cx.words.say(&entry_phrase(entry)));
                if ui.button(cx.text(button)).clicked() {
                    cx.send(RepairCommand::TakeBack(entry.number));
                }
            });
        }
    }

    fn proposal_ui(&mut self, ui: &mut Ui, kind: RepairKind, cx: &mut PanelContext<'_, RepairCommand>) {
        let (_, example) = kind.usage();
        if !example.is_empty() {
            let label = cx.text("gui-repair-what");
            let field = TextEdit::singleline(&mut self.args)
                .id_salt("repair args")
                .char_limit(MAX_ARGS_CHARS)
                .desired_width(f32::INFINITY)
                .hint_text(example);
            let field = ui.add(field);
            field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &label));
        }
        if button_ui(ui, ButtonLook::Plain, &cx.text("gui-repair-propose")).clicked() {
            let args = if example.is_empty() { "" } else { self.args.as_str() };
            match kind.proposal(args) {
                Some(command) => {
                    self.wrong = false;
                    cx.send(command);
                }
                None => self.wrong = true,
            }
        }
        if self.wrong {
            trouble_ui(ui, cx.with("gui-repair-wrong", args![example = example]));
        }
    }

    fn lines_ui(&self, ui: &mut Ui, cx: &PanelContext<'_, RepairCommand>, role: Role) {
        let scroll = match cx.side {
            PanelSide::Host => ScrollArea::vertical().auto_shrink([false, true]).max_height(CARD_PT),
            PanelSide::Technician => ScrollArea::vertical().auto_shrink(false),
        };
        scroll.id_salt("repair lines").stick_to_bottom(true).show(ui, |ui| {
            for event in &self.lines {
                if let Some(phrase) = FeatureEvent::from(event.clone()).phrase(role) {
                    small_ui(ui, cx.words.say(&phrase));
                }
            }
        });
    }
}
