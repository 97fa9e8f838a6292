//! Tests on demand: the helper chooses and starts them, the user sees which one runs and stops it, and both
//! read what was found.

use std::collections::VecDeque;
use std::time::Instant;

use beistand_node::words::{Phrase, args};
use beistand_node::{
    CheckupCommand, CheckupEnd, CheckupEvent, CheckupKind, FeatureEvent, Permission, Role, test_title,
};
use egui::{ComboBox, ProgressBar, ScrollArea, TextEdit, Ui};

use crate::panels::{
    Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords, ToolGroup, UnderWay,
};
use crate::views::widgets::{ButtonLook, button_ui, lead_ui, small_ui, trouble_ui, weak_ui};

const TESTS: PermissionWords = PermissionWords {
    title: "gui-checkup-title",
    line: "gui-checkup-line",
    short: "gui-checkup-short",
    helper: "gui-checkup-helper",
};

/// Lines that are kept: some tests' findings.
const MAX_LINES: usize = 300;

/// The longest thing to test in characters: a path.
const MAX_ARGS_CHARS: usize = 250;

/// The height of the lines in the user's window, in points: the page goes on below.
const CARD_PT: f32 = 140.0;

/// The tests, and what they found.
#[derive(Debug, Default)]
pub struct CheckupPanel {
    running: Option<ShownTest>,
    lines: VecDeque<ShownLine>,
    /// What the helper chooses.
    chosen: Option<CheckupKind>,
    args: String,
    /// What is wrong with it.
    wrong: Option<Phrase>,
}

/// The test that runs.
#[derive(Debug)]
struct ShownTest {
    id: u32,
    kind: CheckupKind,
    subject: String,
    permille: u16,
}

/// What was told, for each side in its own words.
#[derive(Debug)]
struct ShownLine(FeatureEvent);

impl Panel for CheckupPanel {
    type Event = CheckupEvent;
    type Command = CheckupCommand;

    const WORDS: PanelWords =
        PanelWords { button: "gui-checkup-button", permissions: &[(Permission::Checkup, TESTS)] };

    const GROUP: ToolGroup = ToolGroup::Look;

    fn place(_side: PanelSide) -> PanelPlace {
        PanelPlace::Beside
    }

    fn apply(&mut self, event: CheckupEvent, _now: Instant) -> Attention {
        let mut attention = Attention::Quiet;
        match &event {
            CheckupEvent::Begun { id, kind, subject } => {
                self.running =
                    Some(ShownTest { id: *id, kind: *kind, subject: subject.clone(), permille: 0 });
                attention =
                    Attention::Toast(Phrase::with("gui-checkup-begun", args![test = test_title(*kind)]));
            }
            CheckupEvent::Advance { id, permille, .. } => {
                if let Some(running) = self.running.as_mut().filter(|running| running.id == *id) {
                    running.permille = *permille;
                }
                return attention;
            }
            CheckupEvent::Ended { id, .. } => {
                // One that never ran ends as well.
                self.running.take_if(|running| running.id == *id);
                attention = Attention::Count;
            }
            CheckupEvent::Waiting { .. } => return attention,
            CheckupEvent::Finding { .. } | CheckupEvent::Refused { .. } => {}
        }
        self.lines.push_back(ShownLine(event.into()));
        self.lines.truncate_front_to(MAX_LINES);
        attention
    }

    fn under_way(&self) -> Option<UnderWay<CheckupCommand>> {
        let what = test_title(self.running.as_ref()?.kind);
        Some(UnderWay { what, stop: CheckupCommand::Stop })
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, CheckupCommand>) {
        if cx.side == PanelSide::Technician {
            self.choice_ui(ui, cx);
        }
        self.running_ui(ui, cx);
        let role = match cx.side {
            PanelSide::Host => Role::Host,
            PanelSide::Technician => Role::Technician,
        };
        let scroll = match cx.side {
            PanelSide::Host => ScrollArea::vertical().auto_shrink([false, true]).max_height(CARD_PT),
            PanelSide::Technician => ScrollArea::vertical().auto_shrink(false),
        };
        scroll.stick_to_bottom(true).show(ui, |ui| {
            for ShownLine(event) in &self.lines {
                if let Some(phrase) = event.phrase(role) {
                    small_ui(ui, cx.words.say(&phrase));
                }
            }
        });
    }

    fn sample() -> Vec<CheckupEvent> {
        let (id, kind, subject) = (1, CheckupKind::Scan, "/home/anna/Bilder/2024/Sommer".to_owned());
        vec![
            CheckupEvent::Ended { id, kind: CheckupKind::Printer, end: CheckupEnd::NotHere },
            CheckupEvent::Begun { id, kind, subject },
            CheckupEvent::Advance { id, kind, permille: 420 },
        ]
    }
}

/// A list of which the oldest go.
trait OldestGo {
    fn truncate_front_to(&mut self, length: usize);
}

impl<T> OldestGo for VecDeque<T> {
    fn truncate_front_to(&mut self, length: usize) {
        while self.len() > length {
            self.pop_front();
        }
    }
}

impl CheckupPanel {
    /// What the helper can start.
    fn choice_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, CheckupCommand>) {
        let label = match self.chosen {
            Some(kind) => cx.words.say(&test_title(kind)),
            None => cx.text("gui-checkup-choose"),
        };
        let width = ui.available_width();
        let list = ComboBox::from_id_salt("checkup kind").selected_text(label).width(width).truncate();
        let list = list.show_ui(ui, |ui| {
            for kind in CheckupKind::ALL {
                ui.selectable_value(&mut self.chosen, Some(*kind), cx.words.say(&test_title(*kind)));
            }
        });
        let meaning = cx.text("gui-checkup-choose");
        list.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &meaning));
        let Some(kind) = self.chosen else { return };
        let usage = CheckupCommand::usage(kind);
        if !usage.is_empty() {
            let label = cx.text("gui-checkup-what");
            let field = TextEdit::singleline(&mut self.args)
                .id_salt("checkup args")
                .char_limit(MAX_ARGS_CHARS)
                .desired_width(f32::INFINITY)
                .hint_text(usage);
            let field = ui.add(field);
            field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &label));
        }
        if button_ui(ui, ButtonLook::Plain, &cx.text("gui-checkup-start")).clicked() {
            let args = if usage.is_empty() { "" } else { self.args.as_str() };
            self.wrong = match CheckupCommand::start(kind, args) {
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
    fn running_ui(&self, ui: &mut Ui, cx: &mut PanelContext<'_, CheckupCommand>) {
        let Some(ShownTest { kind, subject, permille, .. }) = &self.running else {
            if cx.side == PanelSide::Host {
                lead_ui(ui, cx.text("gui-checkup-none"));
            }
            return;
        };
        lead_ui(ui, cx.words.say(&test_title(*kind)));
        if !subject.is_empty() {
            weak_ui(ui, subject.as_str());
        }
        ui.add(ProgressBar::new(f32::from(*permille) / 1000.0));
        if button_ui(ui, ButtonLook::Danger, &cx.text("gui-checkup-stop")).clicked() {
            cx.send(CheckupCommand::Stop);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_is_shown_until_it_is_over_and_the_oldest_lines_go() {
        let mut panel = CheckupPanel::default();
        let mut apply = |event| panel.apply(event, Instant::now());
        let (id, kind) = (1, CheckupKind::Cpu);
        let begun = apply(CheckupEvent::Begun { id, kind, subject: String::new() });
        assert!(matches!(begun, Attention::Toast(_)));
        assert_eq!(apply(CheckupEvent::Advance { id, kind, permille: 500 }), Attention::Quiet);
        let other = CheckupEvent::Ended { id: 2, kind, end: CheckupEnd::Stopped };
        assert_eq!(apply(other), Attention::Count);
        assert!(panel.under_way().is_some(), "another one that waited has ended");
        let mut apply = |event| panel.apply(event, Instant::now());
        for _ in 0..2 * MAX_LINES {
            assert_eq!(apply(CheckupEvent::Ended { id, kind, end: CheckupEnd::Done }), Attention::Count);
        }
        assert!(panel.running.is_none());
        assert_eq!(panel.lines.len(), MAX_LINES);
    }
}
