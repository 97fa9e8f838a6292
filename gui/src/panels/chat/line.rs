//! One line of the chat, or one bubble among the lines, as it is drawn.

use std::time::SystemTime;

use beistand_node::words::args;
use egui::{Button, CornerRadius, Frame, Label, Margin, RichText, Stroke, Ui};
use jiff::tz::TimeZone;

use crate::panels::{BubbleFrom, ConversationBubble, PanelContext, PanelName, PanelSide, SessionStage};
use crate::theme::{BODY_PT, SMALL_PT, palette};
use crate::views::consent::REASON_ROWS;
use crate::views::widgets::bounded_ui;
use beistand_node::{ChatCommand, ChatLine, LineFrom};

/// Draws a line: who wrote it and when, a button that copies it, and what it says.
pub(super) fn line_ui(ui: &mut Ui, line: &ChatLine, delivered: bool, cx: &mut PanelContext<'_, ChatCommand>) {
    let colours = palette(ui);
    let head = head(line, delivered, cx);
    let dialog = (cx.side, cx.stage) == (PanelSide::Host, SessionStage::Asking);
    ui.spacing_mut().item_spacing.y = 2.0;
    if dialog {
        // The question's own text must not be pushed away by theirs.
        bounded_ui(ui, &head, SMALL_PT, colours.weak, 1);
    } else {
        let head = RichText::new(head).small().color(colours.weak);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().interact_size.y = 20.0;
            ui.spacing_mut().button_padding.x = 4.0;
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.label(head);
            let copy = RichText::new("📋").small().color(colours.weak);
            let button = ui.add(Button::new(copy).small().frame_when_inactive(false));
            button.widget_info(|| {
                egui::WidgetInfo::labeled(egui::Role::Button, true, cx.text("gui-chat-copy"))
            });
            if button.on_hover_text(cx.text("gui-chat-copy")).clicked() {
                cx.copy(line.text.clone());
            }
        });
    }
    if dialog {
        bounded_ui(ui, &line.text, BODY_PT, colours.text, REASON_ROWS);
    } else {
        ui.add(Label::new(RichText::new(&line.text).color(colours.text)).wrap());
    }
    ui.add_space(8.0);
}

/// Draws a bubble: whose it is and since when, and a frame round what its panel draws.
pub(super) fn bubble_ui(
    ui: &mut Ui,
    name: PanelName,
    bubble: &ConversationBubble,
    cx: &mut PanelContext<'_, ChatCommand>,
) {
    let colours = palette(ui);
    let at = SystemTime::now().checked_sub(cx.now.saturating_duration_since(bubble.at));
    let time = clock(at.unwrap_or(SystemTime::UNIX_EPOCH), &TimeZone::system());
    let head = match bubble.from {
        BubbleFrom::Us => cx.with("gui-chat-bubble", args![time = time]),
        BubbleFrom::Peer => theirs(time, cx),
    };
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.label(RichText::new(head).small().color(colours.weak));
    let frame = Frame::new()
        .fill(colours.page)
        .stroke(Stroke::new(1.0, colours.line))
        .corner_radius(CornerRadius::same(10))
        .inner_margin(Margin::symmetric(10, 8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 6.0;
        cx.bubble_ui(ui, name, bubble.id);
    });
    ui.add_space(8.0);
}

/// Who wrote the line, when, and whether it arrived.
fn head(line: &ChatLine, delivered: bool, cx: &PanelContext<'_, ChatCommand>) -> String {
    let time = clock(line.at, &TimeZone::system());
    match line.from {
        LineFrom::Us if delivered => cx.with("gui-chat-ours-delivered", args![time = time]),
        LineFrom::Us => cx.with("gui-chat-ours", args![time = time]),
        LineFrom::Peer => theirs(time, cx),
    }
}

/// That it is the other person's, of this time.
fn theirs(time: String, cx: &PanelContext<'_, ChatCommand>) -> String {
    let name = cx.peer.map_or_else(|| cx.text("gui-chat-them"), ToOwned::to_owned);
    cx.with("gui-chat-theirs", args![name = name, time = time])
}

/// The time of day in `zone`, to the minute.
fn clock(at: SystemTime, zone: &TimeZone) -> String {
    // Beyond what a calendar holds only a broken clock is.
    let moment = jiff::Timestamp::try_from(at).unwrap_or_default();
    moment.to_zoned_datetime(zone.clone()).strftime("%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn times_are_those_of_the_place() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        assert_eq!(clock(at, &TimeZone::UTC), "22:13");
        assert_eq!(clock(at, &TimeZone::fixed(jiff::tz::offset(1))), "23:13");
    }
}
