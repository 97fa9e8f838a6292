//! Terminals on the user's computer: the same panel at the user's, who sees all that the helper does, and at
//! the helper's.
//!
//! It draws what the node keeps and sends what is typed. Nothing that a program prints acts here: a link is
//! text, and nothing is copied but by hand.

mod canvas;
mod keys;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::time::Instant;

use beistand_node::words::{Phrase, args};
use beistand_node::{
    LeftoverAnswer, Permission, Role, TerminalCommand, TerminalEvent, TerminalRefusal, TerminalScreen,
    TerminalSize,
};
use egui::{TextEdit, Ui, Vec2};

use crate::panels::{
    Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords, ToolGroup,
};
use crate::views::widgets::{
    ButtonLook, button_ui, lead_ui, sized_button_ui, small_ui, trouble_ui, warning_ui, weak_ui,
};
use canvas::TerminalCanvas;

const LOOK: PermissionWords = PermissionWords {
    title: "gui-terminal-look-title",
    line: "gui-terminal-look-line",
    short: "gui-terminal-look-short",
    helper: "gui-terminal-look-helper",
};

const TYPE: PermissionWords = PermissionWords {
    title: "gui-terminal-type-title",
    line: "gui-terminal-type-line",
    short: "gui-terminal-type-short",
    helper: "gui-terminal-type-helper",
};

/// The height of a terminal in the user's window, in points: some 16 rows, and the page goes on below.
const CARD_PT: f32 = 260.0;

/// What is below the helper's terminal, in points: the search, and two rows of help.
const BELOW_PT: f32 = 90.0;

/// The characters that are searched for: a line of a terminal.
const MAX_SEARCH_CHARS: usize = 200;

/// The terminals of a session.
#[derive(Debug, Default)]
pub struct TerminalPanel {
    /// The oldest first.
    tabs: Vec<TerminalCanvas>,
    /// The number of the one that is drawn.
    chosen: Option<u32>,
    search: String,
    /// Whether the last search found nothing.
    missed: bool,
    refused: Option<TerminalRefusal>,
    recording: bool,
    /// The terminals in which a program runs: at most what there can be of them.
    busy: BTreeSet<u32>,
    /// Host: what still runs, and where: at most what there can be of terminals.
    leftovers: Vec<(u32, String)>,
}

impl Panel for TerminalPanel {
    type Event = TerminalEvent;
    type Command = TerminalCommand;

    const WORDS: PanelWords = PanelWords {
        button: "gui-terminal-button",
        permissions: &[(Permission::Terminal, LOOK), (Permission::TerminalType, TYPE)],
    };

    const GROUP: ToolGroup = ToolGroup::Look;

    /// Room for 80 columns.
    const WIDTH_PT: f32 = 620.0;

    fn place(_side: PanelSide) -> PanelPlace {
        PanelPlace::Beside
    }

    fn apply(&mut self, event: TerminalEvent, _now: Instant) -> Attention {
        match event {
            TerminalEvent::Opened { terminal, by, screen } => {
                self.refused = None;
                self.chosen = Some(terminal);
                self.tabs.push(TerminalCanvas::new(terminal, by, screen));
                return Attention::Toast(Phrase::new("gui-terminal-opened"));
            }
            // It is drawn with the next frame, for which the event itself asks.
            TerminalEvent::Changed { .. }
            | TerminalEvent::Shown { .. }
            | TerminalEvent::Typed { .. }
            | TerminalEvent::Unrecorded { .. } => {}
            TerminalEvent::Closed { terminal, .. } => {
                self.tabs.retain(|tab| tab.number != terminal);
                self.leftovers.retain(|(number, _)| *number != terminal);
                self.busy.remove(&terminal);
                if self.chosen == Some(terminal) {
                    self.chosen = self.tabs.last().map(|tab| tab.number);
                }
            }
            TerminalEvent::Busy { terminal, busy: true } => _ = self.busy.insert(terminal),
            TerminalEvent::Busy { terminal, busy: false } => _ = self.busy.remove(&terminal),
            TerminalEvent::Refused { why } => self.refused = Some(why),
            TerminalEvent::Recording(on) => self.recording = on,
            TerminalEvent::Leftover { terminal, program, .. } => {
                let notice = Phrase::with("gui-terminal-leftover", args![program = &program]);
                self.leftovers.retain(|(number, _)| *number != terminal);
                self.leftovers.push((terminal, program));
                return Attention::Toast(notice);
            }
        }
        Attention::Quiet
    }

    fn panel_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, TerminalCommand>) {
        if cx.side == PanelSide::Host {
            lead_ui(ui, cx.text("gui-terminal-title"));
            self.leftover_ui(ui, cx);
        }
        self.tabs_ui(ui, cx);
        if let Some(why) = self.refused {
            trouble_ui(ui, cx.words.say(&why.phrase()));
        }
        let chosen = self.chosen;
        match self.tabs.iter_mut().find(|tab| Some(tab.number) == chosen) {
            None => weak_ui(
                ui,
                cx.text(match cx.side {
                    PanelSide::Host => "gui-terminal-none",
                    PanelSide::Technician => "gui-terminal-empty",
                }),
            ),
            Some(tab) => {
                let height = match cx.side {
                    PanelSide::Host => CARD_PT,
                    PanelSide::Technician => (ui.available_height() - BELOW_PT).max(60.0),
                };
                tab.canvas_ui(ui, height, cx);
                self.search_ui(ui, cx);
            }
        }
        if cx.side == PanelSide::Host {
            self.record_ui(ui, cx);
        }
    }

    fn lost_by_end(&self) -> Option<Phrase> {
        (!self.busy.is_empty()).then_some(Phrase::new("gui-terminal-lost"))
    }

    fn sample() -> Vec<TerminalEvent> {
        let screen = TerminalScreen::new(TerminalSize::nearest(40, 8));
        screen.print(b"$ \x1b[1mls\x1b[0m\r\n\x1b[34mDocuments\x1b[0m  \x1b[32mrun.sh\x1b[0m  notes.txt\r\n");
        screen.print("$ cat notes.txt\r\nGrüße ☂ \x1b[38;5;208morange\x1b[0m\r\n$ ".as_bytes());
        let opened =
            |terminal| TerminalEvent::Opened { terminal, by: Role::Technician, screen: screen.clone() };
        vec![
            opened(1),
            opened(2),
            TerminalEvent::Refused { why: TerminalRefusal::Behind },
            TerminalEvent::Leftover { terminal: 1, program: "apt-get".to_owned(), seconds: 30 },
        ]
    }
}

impl TerminalPanel {
    /// The terminals by number, and what opens and closes them.
    fn tabs_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, TerminalCommand>) {
        let (granted, side) = (cx.facts.granted, cx.side);
        let types = granted.contains(Permission::Terminal) && granted.contains(Permission::TerminalType);
        ui.horizontal_wrapped(|ui| {
            for tab in &self.tabs {
                let name = cx.with("gui-terminal-tab", args![number = tab.number]);
                if ui.selectable_label(self.chosen == Some(tab.number), name).clicked() {
                    self.chosen = Some(tab.number);
                    self.refused = None;
                }
            }
            let may_act = side == PanelSide::Host || types;
            if may_act && ui.button(cx.text("gui-terminal-open")).clicked() {
                cx.send(TerminalCommand::Open(TerminalSize::USUAL));
            }
            let tab = self.tabs.iter().find(|tab| self.chosen == Some(tab.number));
            let may_close =
                |tab: &&TerminalCanvas| side == PanelSide::Host || types && tab.by == Role::Technician;
            if let Some(tab) = tab.filter(may_close)
                && ui.button(cx.text("gui-terminal-close")).clicked()
            {
                cx.send(TerminalCommand::Close(Some(tab.number)));
            }
        });
    }

    fn search_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, TerminalCommand>) {
        let Some(tab) = self.tabs.iter().find(|tab| self.chosen == Some(tab.number)) else { return };
        let label = cx.text("gui-terminal-search");
        let field = TextEdit::singleline(&mut self.search)
            .id_salt("terminal search")
            .char_limit(MAX_SEARCH_CHARS)
            .desired_width(f32::INFINITY)
            .hint_text(&label);
        let field = ui.add(field);
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &label));
        if field.changed() {
            self.missed = false;
        }
        if field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) {
            self.missed = !self.search.is_empty() && !tab.screen.find(&self.search);
            field.request_focus();
        }
        small_ui(ui, cx.text(if self.missed { "gui-terminal-missed" } else { "gui-terminal-help" }));
    }

    /// What the user is asked about a program that still runs.
    fn leftover_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, TerminalCommand>) {
        let mut answered = None;
        for (terminal, program) in &self.leftovers {
            // The buttons of several are told apart by where they stand.
            ui.push_id(*terminal, |ui| {
                if self.leftovers.len() > 1 {
                    weak_ui(ui, cx.with("gui-terminal-tab", args![number = *terminal]));
                }
                warning_ui(ui, cx.with("gui-terminal-leftover", args![program = program]));
                let end = button_ui(ui, ButtonLook::Plain, &cx.text("gui-terminal-end")).clicked();
                let keep = button_ui(ui, ButtonLook::Plain, &cx.text("gui-terminal-keep")).clicked();
                for (pressed, answer) in [(end, LeftoverAnswer::End), (keep, LeftoverAnswer::Keep)] {
                    if pressed {
                        cx.send(TerminalCommand::Leftover { terminal: Some(*terminal), answer });
                        answered = Some(*terminal);
                    }
                }
            });
        }
        self.leftovers.retain(|(terminal, _)| Some(*terminal) != answered);
    }

    fn record_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, TerminalCommand>) {
        let key = if self.recording { "gui-terminal-recording" } else { "gui-terminal-not-recording" };
        small_ui(ui, cx.text(key));
        let act = if self.recording { "gui-terminal-record-off" } else { "gui-terminal-record-on" };
        let size = Vec2::ZERO;
        if sized_button_ui(ui, ButtonLook::Plain, &cx.text(act), size, egui::Sense::click()).clicked() {
            cx.send(TerminalCommand::Record(!self.recording));
        }
    }
}
