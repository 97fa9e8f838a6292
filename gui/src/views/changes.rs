//! The list of what was changed on this computer in sessions, each with a button that takes it back.

use beistand_node::words::args;
use beistand_node::{ChangeLine, ChangeState};
use egui::{ScrollArea, Ui};
use jiff::tz::TimeZone;

use super::PageContext;
use super::widgets::{ButtonLook, button_ui, card_ui, page_ui, small_ui, title_ui, trouble_ui, weak_ui};
use crate::state::{ChangesState, PageAction};

/// Draws the list.
pub fn changes_ui(ui: &mut Ui, state: &ChangesState, cx: &mut PageContext<'_>) {
    page_ui(ui, |ui| {
        ui.add_space(20.0);
        title_ui(ui, cx.text("page-changes-title"));
        weak_ui(ui, cx.text("page-changes-what"));
        ui.add_space(8.0);
        if button_ui(ui, ButtonLook::Plain, &cx.text("page-end-home")).clicked() {
            cx.act(PageAction::Home);
        }
        if let Some(note) = &state.note {
            trouble_ui(ui, cx.say(note));
        }
        ScrollArea::vertical().auto_shrink([false, true]).show(ui, |ui| {
            for line in &state.lines {
                card_ui(ui, |ui| line_ui(ui, line, state.undoing, cx));
            }
        });
    });
}

fn line_ui(ui: &mut Ui, line: &ChangeLine, undoing: Option<u32>, cx: &mut PageContext<'_>) {
    weak_ui(ui, cx.say(&line.title));
    let day = day(line.begun_secs, &TimeZone::system());
    small_ui(ui, cx.with("page-changes-by", args![day = day, who = &line.who, state = line.state.phrase()]));
    if let Some(before) = &line.before {
        small_ui(ui, cx.with("page-changes-before", args![before = before.clone()]));
    }
    if let (Some(after), ChangeState::Done) = (&line.after, line.state) {
        small_ui(ui, cx.with("page-changes-after", args![after = after.clone()]));
    }
    if let Some(fault) = &line.fault {
        small_ui(ui, cx.say(fault));
    }
    if undoing == Some(line.number) {
        small_ui(ui, cx.text("page-changes-undoing"));
    } else if line.can_undo && undoing.is_none() {
        let name = cx.with("page-changes-undo-of", args![what = line.title.clone()]);
        let button = button_ui(ui, ButtonLook::Plain, &cx.text("page-changes-undo"));
        button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
        if button.clicked() {
            cx.act(PageAction::Undo(line.number));
        }
    }
}

/// The day and the time of day in `zone`.
fn day(secs: u64, zone: &TimeZone) -> String {
    let moment = i64::try_from(secs).ok().and_then(|secs| jiff::Timestamp::from_second(secs).ok());
    // Beyond what a calendar holds only a broken clock is.
    moment.unwrap_or_default().to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_that_of_the_place() {
        assert_eq!(day(1_700_000_000, &TimeZone::UTC), "2023-11-14 22:13");
        assert_eq!(day(u64::MAX, &TimeZone::UTC), "1970-01-01 00:00");
    }
}
