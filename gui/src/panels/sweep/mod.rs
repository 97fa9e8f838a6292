//! Searches for what does not belong on the user's computer: the helper chooses and starts them, the user
//! sees which one runs and stops it, and both read what was found, by category.
//!
//! It judges nothing and mends nothing.

mod list;
#[cfg(test)]
mod tests;

use std::time::Instant;

use beistand_node::words::{Phrase, args};
use beistand_node::{
    FeatureEvent, Permission, Role, SweepCategory, SweepCommand, SweepEvent, SweepFinding, SweepKind,
    SweepReason, SweepStanding, SweepThing, sweep_category_phrase, sweep_title,
};
use egui::{ComboBox, ProgressBar, ScrollArea, TextEdit, Ui};

use crate::panels::{
    Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords, ToolGroup, UnderWay,
};
use crate::views::widgets::{ButtonLook, button_ui, lead_ui, small_ui, trouble_ui, weak_ui};
use list::FindingList;

const SEARCHES: PermissionWords = PermissionWords {
    title: "gui-sweep-title",
    line: "gui-sweep-line",
    short: "gui-sweep-short",
    helper: "gui-sweep-helper",
};

/// The longest path in characters.
const MAX_PATH_CHARS: usize = 250;

/// The height of the findings in the user's window, in points: the page goes on below.
const CARD_PT: f32 = 180.0;

/// The searches, and what they found.
#[derive(Debug, Default)]
pub struct SweepPanel {
    running: Option<ShownSearch>,
    found: FindingList,
    /// What came of the last wish, or how the last search ended.
    note: Option<FeatureEvent>,
    /// What the helper chooses.
    chosen: Option<SweepKind>,
    path: String,
    /// What is wrong with it.
    wrong: Option<Phrase>,
}

/// The search that runs.
#[derive(Debug)]
struct ShownSearch {
    id: u32,
    kind: SweepKind,
    subject: String,
    permille: u16,
    category: Option<SweepCategory>,
    seen: u32,
}

impl Panel for SweepPanel {
    type Event = SweepEvent;
    type Command = SweepCommand;

    const WORDS: PanelWords =
        PanelWords { button: "gui-sweep-button", permissions: &[(Permission::Sweep, SEARCHES)] };

    const GROUP: ToolGroup = ToolGroup::Look;

    const WIDTH_PT: f32 = 360.0;

    fn place(_side: PanelSide) -> PanelPlace {
        PanelPlace::Beside
    }

    fn apply(&mut self, event: SweepEvent, _now: Instant) -> Attention {
        match event {
            SweepEvent::Waiting { .. } => Attention::Quiet,
            SweepEvent::Begun { id, kind, subject } => {
                // What was found of it before is out of date.
                self.found.forget(&kind.categories());
                self.note = None;
                self.running = Some(ShownSearch { id, kind, subject, permille: 0, category: None, seen: 0 });
                Attention::Toast(Phrase::with("gui-sweep-begun", args![search = sweep_title(kind)]))
            }
            SweepEvent::Advance { id, permille, category, seen, .. } => {
                if let Some(running) = self.running.as_mut().filter(|running| running.id == id) {
                    (running.permille, running.category, running.seen) = (permille, Some(category), seen);
                }
                Attention::Quiet
            }
            SweepEvent::Finding { finding, .. } => {
                self.found.add(finding);
                Attention::Quiet
            }
            SweepEvent::Ended { id, .. } => {
                // One that never ran ends as well.
                self.running.take_if(|running| running.id == id);
                self.note = Some(event.into());
                Attention::Count
            }
            SweepEvent::Refused { .. } => {
                self.note = Some(event.into());
                Attention::Quiet
            }
        }
    }

    fn under_way(&self) -> Option<UnderWay<SweepCommand>> {
        let what = sweep_title(self.running.as_ref()?.kind);
        Some(UnderWay { what, stop: SweepCommand::Stop })
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, SweepCommand>) {
        let (role, scroll) = match cx.side {
            PanelSide::Host => {
                (Role::Host, ScrollArea::vertical().auto_shrink([false, true]).max_height(CARD_PT))
            }
            PanelSide::Technician => {
                self.choice_ui(ui, cx);
                (Role::Technician, ScrollArea::vertical().auto_shrink(false))
            }
        };
        self.running_ui(ui, cx);
        if let Some(phrase) = self.note.as_ref().and_then(|event| event.phrase(role)) {
            weak_ui(ui, cx.words.say(&phrase));
        }
        self.found.head_ui(ui, cx.words);
        scroll.id_salt("sweep findings").show(ui, |ui| self.found.list_ui(ui, cx.words));
    }

    fn sample() -> Vec<SweepEvent> {
        let (id, kind) = (1, SweepKind::Everything);
        let begun = SweepEvent::Begun { id, kind, subject: String::new() };
        let finding = |finding| SweepEvent::Finding { id, kind, finding };
        let found = samples().map(finding);
        let category = SweepCategory::Programs;
        let advance = SweepEvent::Advance { id, kind, permille: 420, category, seen: 17_042 };
        [begun].into_iter().chain(found).chain([advance]).collect()
    }
}

/// What fills the panel well.
fn samples() -> [SweepFinding; 3] {
    let find = |category, thing, standing, name: &str, path: &str, reasons| SweepFinding {
        name: name.to_owned(),
        path: path.to_owned(),
        reasons,
        ..SweepFinding::new(category, thing, standing)
    };
    let long = "/home/anna/.config/autostart/a-program-for-remote-access-with-a-long-name.desktop";
    [
        find(
            SweepCategory::Autostart,
            SweepThing::StartupEntry,
            SweepStanding::Suspicious,
            "a-program-for-remote-access-with-a-long-name.desktop",
            long,
            vec![SweepReason::StartsAtLogin, SweepReason::RemoteTool, SweepReason::NoPackage],
        ),
        find(
            SweepCategory::Extensions,
            SweepThing::BrowserExtension,
            SweepStanding::Unknown,
            "Donaudampfschifffahrtserweiterung",
            "/home/anna/.mozilla/firefox/x.default/extensions/a@example.xpi",
            vec![SweepReason::AllPages],
        ),
        find(
            SweepCategory::Listening,
            SweepThing::ListeningPort,
            SweepStanding::Known,
            "cupsd",
            "/usr/sbin/cupsd",
            vec![SweepReason::OfPackage],
        ),
    ]
}

impl SweepPanel {
    /// What the helper can start.
    fn choice_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, SweepCommand>) {
        let label = match self.chosen {
            Some(kind) => cx.words.say(&sweep_title(kind)),
            None => cx.text("gui-sweep-choose"),
        };
        let width = ui.available_width();
        let list = ComboBox::from_id_salt("sweep kind").selected_text(label).width(width).truncate();
        let list = list.show_ui(ui, |ui| {
            for kind in SweepKind::all() {
                ui.selectable_value(&mut self.chosen, Some(kind), cx.words.say(&sweep_title(kind)));
            }
        });
        let meaning = cx.text("gui-sweep-choose");
        list.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &meaning));
        let Some(kind) = self.chosen else { return };
        let usage = SweepCommand::usage(kind);
        if !usage.is_empty() {
            let label = cx.text("gui-sweep-where");
            let field = TextEdit::singleline(&mut self.path)
                .id_salt("sweep path")
                .char_limit(MAX_PATH_CHARS)
                .desired_width(f32::INFINITY)
                .hint_text(usage);
            let field = ui.add(field);
            field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &label));
        }
        if button_ui(ui, ButtonLook::Plain, &cx.text("gui-sweep-start")).clicked() {
            let args = if usage.is_empty() { "" } else { self.path.as_str() };
            self.wrong = match SweepCommand::start(kind, args) {
                Ok(command) => {
                    cx.send(command);
                    None
                }
                Err(wrong) => Some(wrong),
            };
        }
        if let Some(wrong) = &self.wrong {
            trouble_ui(ui, cx.words.say(wrong));
        }
    }

    /// What runs, and the button that stops it.
    fn running_ui(&self, ui: &mut Ui, cx: &mut PanelContext<'_, SweepCommand>) {
        let Some(ShownSearch { kind, subject, permille, category, seen, .. }) = &self.running else {
            if cx.side == PanelSide::Host {
                lead_ui(ui, cx.text("gui-sweep-none"));
            }
            return;
        };
        lead_ui(ui, cx.words.say(&sweep_title(*kind)));
        if !subject.is_empty() {
            weak_ui(ui, subject.as_str());
        }
        ui.add(ProgressBar::new(f32::from(*permille) / 1000.0));
        if let Some(category) = category {
            let now = sweep_category_phrase(*category);
            small_ui(ui, cx.with("gui-sweep-now", args![category = now, seen = *seen]));
        }
        if button_ui(ui, ButtonLook::Danger, &cx.text("gui-sweep-stop")).clicked() {
            cx.send(SweepCommand::Stop);
        }
    }
}
