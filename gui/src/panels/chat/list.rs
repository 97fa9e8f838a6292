//! The lines of the chat, the oldest first, and between them what other panels put there. Only those in sight
//! are laid out: the other side may have sent as many as are kept, each as long as a line can be.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use egui::{Rect, ScrollArea, TextStyle, Ui};

use super::line::{bubble_ui, line_ui};
use super::search::ChatSearch;
use crate::panels::{ConversationBubble, PanelContext, PanelName};
use beistand_node::{ChatCommand, ChatLine};

/// Lines that are kept: more than two people write while one helps the other.
pub(super) const LINES: usize = 200;

/// A character's width as a part of the line's height, to guess how high a line is that was never in sight.
const CHAR_ASPECT: f32 = 0.4;

/// A bubble's height in points, as long as it was never in sight.
const BUBBLE_GUESS_PT: f32 = 120.0;

/// What both people said.
#[derive(Debug, Default)]
pub(super) struct LineList {
    lines: VecDeque<ListedLine>,
    /// How high bubbles are in points, as far as they were in sight.
    bubble_heights: BTreeMap<(PanelName, u32), f32>,
}

#[derive(Debug)]
struct ListedLine {
    line: ChatLine,
    at: Instant,
    /// In points, when it was last in sight.
    height: Option<f32>,
}

impl LineList {
    /// Adds the newest; the oldest makes room.
    pub(super) fn add(&mut self, line: ChatLine, at: Instant) {
        if self.lines.len() == LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(ListedLine { line, at, height: None });
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &ChatLine> + ExactSizeIterator {
        self.lines.iter().map(|listed| &listed.line)
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
        let bubbles = cx.bubbles();
        self.bubble_heights.retain(|key, _| bubbles.iter().any(|(name, bubble)| (*name, bubble.id) == *key));
        scroll.id_salt("chat lines").stick_to_bottom(true).show_viewport(ui, |ui, sight| {
            if self.lines.is_empty() && bubbles.is_empty() {
                crate::views::widgets::weak_ui(ui, cx.text("gui-chat-empty"));
            }
            ui.spacing_mut().item_spacing.y = 0.0;
            let place = ListPlace { top: ui.cursor().top(), sight };
            let mut bubbles = bubbles.iter().filter(|(_, bubble)| search.finds(&bubble.text)).peekable();
            let heights = &mut self.bubble_heights;
            let mut put = |ui: &mut Ui, (name, bubble): &(PanelName, ConversationBubble), cx: &mut _| {
                let height = heights.entry((*name, bubble.id)).or_insert(BUBBLE_GUESS_PT);
                *height = place.item_ui(ui, *height, |ui| bubble_ui(ui, *name, bubble, cx));
            };
            for listed in self.lines.iter_mut().filter(|listed| search.finds(&listed.line.text)) {
                while let Some(bubble) = bubbles.next_if(|(_, bubble)| bubble.at < listed.at) {
                    put(ui, bubble, cx);
                }
                let line = &listed.line;
                let height = listed.height.unwrap_or_else(|| guess(ui, line));
                let draw = |ui: &mut Ui| line_ui(ui, line, line.number <= delivered, cx);
                listed.height = Some(place.item_ui(ui, height, draw));
            }
            bubbles.for_each(|bubble| put(ui, bubble, cx));
        });
    }
}

/// Where the list begins, and what of it is in sight.
struct ListPlace {
    top: f32,
    sight: Rect,
}

impl ListPlace {
    /// Draws the next item, which is about this high, or leaves room for it where it is out of sight; returns
    /// how high it is.
    fn item_ui(&self, ui: &mut Ui, height: f32, draw: impl FnOnce(&mut Ui)) -> f32 {
        let top = ui.cursor().top() - self.top;
        if top + height < self.sight.top() || top > self.sight.bottom() {
            ui.add_space(height);
            return height;
        }
        ui.scope(draw).response.rect.height()
    }
}

/// About how high a line will be.
fn guess(ui: &Ui, line: &ChatLine) -> f32 {
    let row = ui.text_style_height(&TextStyle::Body);
    let columns = (ui.available_width() / (row * CHAR_ASPECT)).max(1.0);
    // Its head is another row.
    row * (2.0 + (line.text.chars().count() as f32 / columns).floor())
}
