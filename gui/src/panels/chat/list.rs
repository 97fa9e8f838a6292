//! The lines of the chat, the oldest first. Only those in sight are laid out: the other side may have sent as
//! many as are kept, each as long as a line can be.

use std::collections::VecDeque;

use egui::{ScrollArea, TextStyle, Ui};

use super::line::line_ui;
use super::search::ChatSearch;
use crate::panels::PanelContext;
use beistand_node::{ChatCommand, ChatLine};

/// Lines that are kept: more than two people write while one helps the other.
pub(super) const LINES: usize = 200;

/// A character's width as a part of the line's height, to guess how high a line is that was never in sight.
const CHAR_ASPECT: f32 = 0.4;

/// What both people said.
#[derive(Debug, Default)]
pub(super) struct LineList(VecDeque<ListedLine>);

#[derive(Debug)]
struct ListedLine {
    line: ChatLine,
    /// In points, when it was last in sight.
    height: Option<f32>,
}

impl LineList {
    /// Adds the newest; the oldest makes room.
    pub(super) fn add(&mut self, line: ChatLine) {
        if self.0.len() == LINES {
            self.0.pop_front();
        }
        self.0.push_back(ListedLine { line, height: None });
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &ChatLine> + ExactSizeIterator {
        self.0.iter().map(|listed| &listed.line)
    }

    /// Draws those that `search` lets through; those of ours up to the number `delivered` have arrived.
    pub(super) fn list_ui(
        &mut self,
        ui: &mut Ui,
        scroll: ScrollArea,
        search: &ChatSearch,
        delivered: u32,
        cx: &mut PanelContext<'_, ChatCommand>,
    ) {
        scroll.id_salt("chat lines").stick_to_bottom(true).show_viewport(ui, |ui, sight| {
            if self.0.is_empty() {
                crate::views::widgets::weak_ui(ui, cx.text("gui-chat-empty"));
            }
            ui.spacing_mut().item_spacing.y = 0.0;
            let start = ui.cursor().top();
            for listed in self.0.iter_mut().filter(|listed| search.finds(&listed.line)) {
                let top = ui.cursor().top() - start;
                let height = listed.height.unwrap_or_else(|| guess(ui, &listed.line));
                if top + height < sight.top() || top > sight.bottom() {
                    ui.add_space(height);
                    continue;
                }
                let line = &listed.line;
                let drawn = ui.scope(|ui| line_ui(ui, line, line.number <= delivered, cx));
                listed.height = Some(drawn.response.rect.height());
            }
        });
    }
}

/// About how high a line will be.
fn guess(ui: &Ui, line: &ChatLine) -> f32 {
    let row = ui.text_style_height(&TextStyle::Body);
    let columns = (ui.available_width() / (row * CHAR_ASPECT)).max(1.0);
    // Its head is another row.
    row * (2.0 + (line.text.chars().count() as f32 / columns).floor())
}
