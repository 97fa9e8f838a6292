//! The search in what was said: the lines that have it stay in sight, the others don't.

use beistand_node::words::args;
use egui::{TextEdit, Ui, Vec2};

use super::list::LineList;
use crate::panels::PanelContext;
use crate::views::widgets::weak_ui;
use beistand_node::ChatCommand;

/// Lines from which on there is a search: fewer are in sight at once.
const SEARCHED_LINES: usize = 6;

/// The characters that are searched for: more than anybody remembers of a line.
const MAX_CHARS: usize = 100;

/// What is searched for.
#[derive(Debug, Default)]
pub(super) struct ChatSearch {
    entered: String,
    /// The same in small letters.
    wanted: String,
}

impl ChatSearch {
    /// Whether a text is one of those that are searched for. Large and small letters are the same.
    pub(super) fn finds(&self, text: &str) -> bool {
        self.wanted.is_empty() || text.to_lowercase().contains(&self.wanted)
    }

    /// Draws the field, where there is something to search in, and how many lines it finds.
    pub(super) fn field_ui(&mut self, ui: &mut Ui, lines: &LineList, cx: &PanelContext<'_, ChatCommand>) {
        let bubbles = cx.bubbles();
        if lines.iter().len() + bubbles.len() < SEARCHED_LINES {
            return;
        }
        let label = cx.text("gui-chat-search");
        let field = TextEdit::singleline(&mut self.entered)
            .id_salt("chat search")
            .char_limit(MAX_CHARS)
            .desired_width(f32::INFINITY)
            .margin(Vec2::new(10.0, 6.0))
            .hint_text(&label);
        let field = ui.add(field);
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &label));
        if field.changed() {
            self.wanted = self.entered.trim().to_lowercase();
        }
        if !self.wanted.is_empty() {
            let texts =
                lines.iter().map(|line| &line.text).chain(bubbles.iter().map(|(_, bubble)| &bubble.text));
            let found = texts.filter(|text| self.finds(text)).count();
            weak_ui(ui, cx.with("gui-chat-found", args![count = found]));
        }
        ui.add_space(6.0);
    }
}
