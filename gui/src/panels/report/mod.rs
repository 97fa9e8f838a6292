//! Reports of the user's machine: in the user's window what was found, with a tick for each part and a button
//! that sends it; in the helper's what came, the worst first.
//!
//! It sends nothing by itself: the button passes the window's hand check.

mod lines;
#[cfg(test)]
mod tests;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;
use std::time::Instant;

use beistand_node::words::Phrase;
use egui::{Sense, Ui, Vec2};

use crate::panels::{
    Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords, ToolGroup,
};
use crate::views::tick::{TickReadiness, chip_ui};
use crate::views::widgets::{ButtonLook, lead_ui, sized_button_ui, small_ui, weak_ui};
use beistand_node::{
    MachineReport, Permission, ReportChange, ReportCommand, ReportEvent, ReportPart, ReportPartSet,
    change_phrase, part_phrase,
};

const DIAGNOSTICS: PermissionWords = PermissionWords {
    title: "gui-report-title",
    line: "gui-report-line",
    short: "gui-report-short",
    helper: "gui-report-helper",
};

/// In which formats a helper keeps a report: how the file's name ends, and what the button says.
const FORMATS: [(&str, &str); 3] = [("md", "Markdown"), ("html", "HTML"), ("json", "JSON")];

/// A report, and what a person does with it.
#[derive(Debug, Default)]
pub struct ReportPanel {
    /// One was asked for, or is being made.
    awaited: bool,
    /// User: what waits to be sent, by its number.
    draft: Option<(u32, MachineReport)>,
    /// Helper: the newest that came. It stays while another is awaited.
    received: Option<MachineReport>,
    /// User: what stays here.
    left_out: ReportPartSet,
    /// Helper: whether there is an earlier one to compare with, and what changed since.
    earlier: bool,
    changes: Vec<ReportChange>,
    /// What came of the last wish.
    note: Option<Phrase>,
}

impl Panel for ReportPanel {
    type Event = ReportEvent;
    type Command = ReportCommand;

    const WORDS: PanelWords =
        PanelWords { button: "gui-report-button", permissions: &[(Permission::Diagnostics, DIAGNOSTICS)] };

    const GROUP: ToolGroup = ToolGroup::Look;

    fn place(_side: PanelSide) -> PanelPlace {
        PanelPlace::Beside
    }

    fn apply(&mut self, event: ReportEvent, _now: Instant) -> Attention {
        let toast = match &event {
            ReportEvent::Draft { .. } => Some(Phrase::new("gui-report-read")),
            ReportEvent::Received(_) => Some(Phrase::new("gui-report-here")),
            ReportEvent::Asked
            | ReportEvent::Sent(_)
            | ReportEvent::Dropped
            | ReportEvent::Saved(_)
            | ReportEvent::Compared(_)
            | ReportEvent::Refused(_) => None,
        };
        self.note = None;
        match event {
            ReportEvent::Asked => {
                self.awaited = true;
                self.draft = None;
            }
            ReportEvent::Draft { number, report } => {
                self.left_out = ReportPartSet::USUALLY_OUT;
                self.awaited = false;
                self.draft = Some((number, report));
            }
            ReportEvent::Received(report) => {
                self.awaited = false;
                self.changes.clear();
                self.earlier |= self.received.replace(report).is_some();
            }
            ReportEvent::Sent(_) => self.rest("gui-report-sent"),
            ReportEvent::Dropped => self.rest("gui-report-none"),
            ReportEvent::Saved(path) => {
                let file = path.display().to_string();
                self.note = Some(Phrase::with("report-was-saved", beistand_node::words::args![file = file]));
            }
            ReportEvent::Compared(changes) => {
                self.note = changes.is_empty().then(|| Phrase::new("report-same"));
                self.changes = changes;
            }
            ReportEvent::Refused(why) => self.note = Some(why.phrase()),
        }
        toast.map_or(Attention::Quiet, Attention::Toast)
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, ReportCommand>) {
        lead_ui(ui, cx.text("gui-report-button"));
        match cx.side {
            PanelSide::Host => self.user_ui(ui, cx),
            PanelSide::Technician => {
                egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| self.helper_ui(ui, cx));
            }
        }
    }

    fn offered(&self) -> u64 {
        let Some((number, report)) = &self.draft else { return 0 };
        let mut hasher = DefaultHasher::new();
        (number, report.taken_secs, self.left_out.bits()).hash(&mut hasher);
        for finding in report.findings() {
            let what = (finding.part() as u8, finding.kind() as u16, finding.verdict() as u8);
            (what, finding.values()).hash(&mut hasher);
        }
        hasher.finish().max(1)
    }

    fn sample() -> Vec<ReportEvent> {
        let report = lines::sample();
        vec![ReportEvent::Received(report.clone()), ReportEvent::Draft { number: 1, report }]
    }
}

impl ReportPanel {
    fn rest(&mut self, note: &'static str) {
        (self.awaited, self.draft) = (false, None);
        self.note = Some(Phrase::new(note));
    }

    fn note_ui(&self, ui: &mut Ui, cx: &PanelContext<'_, ReportCommand>) {
        if let Some(note) = &self.note {
            small_ui(ui, cx.words.say(note));
        }
    }

    fn user_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, ReportCommand>) {
        self.note_ui(ui, cx);
        let Some((number, report)) = &self.draft else { return self.no_draft_ui(ui, cx) };
        weak_ui(ui, cx.text("gui-report-choose"));
        lines::summary_ui(ui, report, cx.words);
        for part in ReportPart::ALL.iter().copied() {
            if report.of_part(part).next().is_none() {
                continue;
            }
            let shared = !self.left_out.contains(part);
            let chip = chip_ui(ui, shared, cx.words.say(&part_phrase(part)), TickReadiness::Ready);
            if chip.clicked() {
                self.left_out = if shared { self.left_out.with(part) } else { self.left_out.without(part) };
            }
            if shared {
                report.of_part(part).for_each(|finding| lines::line_ui(ui, finding, cx.words));
            }
        }
        let (number, left_out) = (*number, self.left_out);
        ui.horizontal_wrapped(|ui| {
            let send = cx.text("gui-report-send");
            let button = sized_button_ui(ui, ButtonLook::Plain, &send, Vec2::new(0.0, 40.0), Sense::CLICK);
            cx.widen(ui, &button, ReportCommand::Send { number, left_out });
            if plain_ui(ui, &cx.text("gui-report-drop")) {
                cx.send(ReportCommand::Drop);
            }
        });
    }

    fn no_draft_ui(&self, ui: &mut Ui, cx: &mut PanelContext<'_, ReportCommand>) {
        if self.awaited {
            weak_ui(ui, cx.text("gui-report-making"));
            if plain_ui(ui, &cx.text("gui-report-drop")) {
                cx.send(ReportCommand::Drop);
            }
        } else if cx.facts.granted.contains(Permission::Diagnostics) {
            weak_ui(ui, cx.text("gui-report-make-line"));
            if plain_ui(ui, &cx.text("gui-report-make")) {
                cx.send(ReportCommand::Ask);
            }
        } else {
            weak_ui(ui, cx.text("gui-report-off"));
        }
    }

    fn helper_ui(&self, ui: &mut Ui, cx: &mut PanelContext<'_, ReportCommand>) {
        self.note_ui(ui, cx);
        if !cx.facts.granted.contains(Permission::Diagnostics) {
            weak_ui(ui, cx.text("gui-report-not-allowed"));
        } else {
            if self.awaited {
                weak_ui(ui, cx.text("gui-report-awaited"));
            }
            // Also then: a pause over there drops the wish without a word.
            if plain_ui(ui, &cx.text("gui-report-ask")) {
                cx.send(ReportCommand::Ask);
            }
        }
        let Some(report) = &self.received else { return };
        ui.horizontal_wrapped(|ui| {
            small_ui(ui, cx.text("gui-report-save"));
            for (extension, name) in FORMATS {
                if let (true, Some(path)) = (ui.button(name).clicked(), file(report, extension)) {
                    cx.send(ReportCommand::Save(path));
                }
            }
        });
        if self.earlier && plain_ui(ui, &cx.text("gui-report-compare")) {
            cx.send(ReportCommand::Compare(None));
        }
        for change in &self.changes {
            small_ui(ui, cx.words.say(&change_phrase(change)));
        }
        lines::summary_ui(ui, report, cx.words);
        for part in ReportPart::ALL.iter().copied().filter(|part| report.of_part(*part).next().is_some()) {
            weak_ui(ui, cx.words.say(&part_phrase(part)));
            report.of_part(part).for_each(|finding| lines::line_ui(ui, finding, cx.words));
        }
    }
}

fn plain_ui(ui: &mut Ui, text: &str) -> bool {
    sized_button_ui(ui, ButtonLook::Plain, text, Vec2::new(0.0, 40.0), Sense::click()).clicked()
}

/// Where a report is kept: in the home folder, named after its time.
fn file(report: &MachineReport, extension: &str) -> Option<PathBuf> {
    let home = std::env::home_dir()?;
    Some(home.join(format!("beistand-report-{}.{extension}", report.taken_secs)))
}
