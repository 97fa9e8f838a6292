//! What was found, as it is drawn: by category, the worst first, each with a sign, a word and a colour, and
//! with all that is known of it where it is unfolded.

use std::collections::BTreeSet;

use beistand_node::words::{Words, args};
use beistand_node::{
    SweepCategory, SweepFinding, SweepStanding, sweep_category_phrase, sweep_finding_text,
    sweep_standing_phrase, sweep_thing_phrase,
};
use egui::{Color32, Label, RichText, Sense, Ui, WidgetInfo};

use crate::theme::palette;
use crate::views::widgets::{quiet_button_ui, small_ui, weak_ui, wrapped_ui};

/// Findings that are kept: those of a search of everything and of some more.
const MAX_FINDINGS: usize = 1024;

/// The size of a finding's line in points.
const LINE_PT: f32 = 13.5;

/// What was found.
#[derive(Debug)]
pub(super) struct FindingList {
    findings: Vec<SweepFinding>,
    /// Those that are unfolded, by their keys.
    unfolded: BTreeSet<String>,
    /// Whether what is known is left out.
    without_known: bool,
    /// How many were not kept.
    surplus: usize,
}

impl Default for FindingList {
    fn default() -> Self {
        Self { findings: Vec::new(), unfolded: BTreeSet::new(), without_known: true, surplus: 0 }
    }
}

impl FindingList {
    pub(super) fn add(&mut self, finding: SweepFinding) {
        if self.findings.len() >= MAX_FINDINGS {
            self.surplus += 1;
        } else {
            let worse = |other: &SweepFinding| {
                (other.category, std::cmp::Reverse(other.standing))
                    <= (finding.category, std::cmp::Reverse(finding.standing))
            };
            let at = self.findings.partition_point(worse);
            self.findings.insert(at, finding);
        }
    }

    /// Forgets what was found of these.
    pub(super) fn forget(&mut self, categories: &[SweepCategory]) {
        self.findings.retain(|finding| !categories.contains(&finding.category));
        self.unfolded.clear();
        self.surplus = 0;
    }

    pub(super) fn shown(&self) -> impl Iterator<Item = &SweepFinding> {
        let without_known = self.without_known;
        let is_shown =
            move |finding: &&SweepFinding| !without_known || finding.standing != SweepStanding::Known;
        self.findings.iter().filter(is_shown)
    }

    /// What is shown, as text.
    pub(super) fn text(&self, words: &Words) -> String {
        self.shown().map(|finding| sweep_finding_text(finding, words)).collect::<Vec<_>>().join("\n\n")
    }

    /// How many there are of which standing, what is left out, and the button that copies what is shown.
    pub(super) fn head_ui(&mut self, ui: &mut Ui, words: &Words) {
        if self.findings.is_empty() {
            return;
        }
        let count = |standing| self.findings.iter().filter(|finding| finding.standing == standing).count();
        let [known, unknown, suspicious] =
            [SweepStanding::Known, SweepStanding::Unknown, SweepStanding::Suspicious].map(count);
        let counts = args![known = known, unknown = unknown, suspicious = suspicious];
        small_ui(ui, words.with("gui-sweep-counts", counts));
        if self.surplus > 0 {
            small_ui(ui, words.with("gui-sweep-more", args![count = self.surplus]));
        }
        ui.checkbox(&mut self.without_known, words.text("gui-sweep-without-known"));
        if quiet_button_ui(ui, &words.text("gui-sweep-copy")).clicked() {
            ui.ctx().copy_text(self.text(words));
        }
    }

    pub(super) fn list_ui(&mut self, ui: &mut Ui, words: &Words) {
        let (mut category, mut pressed) = (None, None);
        for finding in self.shown() {
            if category.replace(finding.category) != Some(finding.category) {
                ui.add_space(6.0);
                weak_ui(ui, words.say(&sweep_category_phrase(finding.category)));
            }
            let key = finding.key();
            let is_unfolded = self.unfolded.contains(&key);
            if line_ui(ui, finding, is_unfolded, words) {
                pressed = Some(key);
            }
            if is_unfolded {
                details_ui(ui, finding, words);
            }
        }
        if let Some(key) = pressed
            && !self.unfolded.remove(&key)
        {
            self.unfolded.insert(key);
        }
    }
}

/// A sign that can be told from the others without its colour, and the colour.
fn mark(ui: &Ui, standing: SweepStanding) -> (&'static str, Color32) {
    let colours = palette(ui);
    match standing {
        SweepStanding::Known => ("✔", colours.text),
        SweepStanding::Unknown => ("?", colours.warning_text),
        SweepStanding::Suspicious => ("⚠", colours.danger_text),
    }
}

/// The line of a finding; whether it was pressed.
fn line_ui(ui: &mut Ui, finding: &SweepFinding, is_unfolded: bool, words: &Words) -> bool {
    let (mark, colour) = mark(ui, finding.standing);
    let name = if finding.name.is_empty() { &finding.path } else { &finding.name };
    let (standing, thing) = (sweep_standing_phrase(finding.standing), sweep_thing_phrase(finding.thing));
    let line = words.with("gui-sweep-line-of", args![standing = standing, thing = thing, name = name]);
    let text = RichText::new(format!("{mark} {line}")).size(LINE_PT).color(colour);
    let response = ui.add(Label::new(text).wrap().sense(Sense::click()));
    response.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, is_unfolded, &line));
    response.clicked()
}

fn details_ui(ui: &mut Ui, finding: &SweepFinding, words: &Words) {
    let text = sweep_finding_text(finding, words);
    let colour = palette(ui).text;
    ui.indent(("sweep details", finding.key()), |ui| {
        // Its first line stands above.
        for line in text.lines().skip(1) {
            wrapped_ui(ui, line, 12.0, colour);
        }
        if quiet_button_ui(ui, &words.text("gui-sweep-copy-one")).clicked() {
            ui.ctx().copy_text(text.clone());
        }
    });
}
