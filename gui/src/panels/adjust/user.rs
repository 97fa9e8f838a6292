//! The user's part of it: what they are asked, and what was changed.

use std::time::Duration;

use beistand_node::words::args;
use beistand_node::{AdjustCommand, Permission, adjust_change_phrase, adjust_question_phrase};
use egui::{Sense, Ui, Vec2};

use super::{AdjustPanel, ShownChange, UserQuestion, plain_ui};
use crate::panels::PanelContext;
use crate::views::widgets::{ButtonLook, sized_button_ui, small_ui, weak_ui};

/// How often the seconds of a trial are drawn.
const TICK: Duration = Duration::from_millis(500);

impl AdjustPanel {
    pub(super) fn user_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, AdjustCommand>) {
        self.question_of_ui(ui, cx);
        if self.question.is_none() && self.changes.is_empty() {
            let allowed = cx.facts.granted.contains(Permission::Adjust);
            weak_ui(ui, cx.text(if allowed { "gui-adjust-nothing" } else { "gui-adjust-off" }));
        }
        for shown in self.changes.iter().rev() {
            change_ui(ui, cx, shown);
            let change = shown.change.number;
            ui.horizontal_wrapped(|ui| {
                if shown.until.is_some() {
                    let keep = cx.text("gui-adjust-keep");
                    let size = Vec2::new(0.0, 40.0);
                    let button = sized_button_ui(ui, ButtonLook::Plain, &keep, size, Sense::CLICK);
                    cx.widen(ui, &button, AdjustCommand::Keep { change });
                }
                if plain_ui(ui, &cx.text("gui-adjust-undo")) {
                    cx.send(AdjustCommand::Undo { change });
                }
            });
        }
    }

    fn question_of_ui(&self, ui: &mut Ui, cx: &mut PanelContext<'_, AdjustCommand>) {
        let Some(UserQuestion { number, wish, who }) = &self.question else { return };
        let number = *number;
        weak_ui(ui, cx.words.say(&adjust_question_phrase(wish, who)));
        ui.horizontal_wrapped(|ui| {
            let yes = cx.text("gui-adjust-yes");
            let button = sized_button_ui(ui, ButtonLook::Plain, &yes, Vec2::new(0.0, 40.0), Sense::CLICK);
            cx.widen(ui, &button, AdjustCommand::Yes { number });
            if plain_ui(ui, &cx.text("gui-adjust-no")) {
                cx.send(AdjustCommand::No { number });
            }
        });
    }
}

/// What was changed, and how long it is on trial.
pub(super) fn change_ui(ui: &mut Ui, cx: &PanelContext<'_, AdjustCommand>, shown: &ShownChange) {
    weak_ui(ui, cx.words.say(&adjust_change_phrase(&shown.change)));
    if let Some(until) = shown.until {
        let left = until.saturating_duration_since(cx.now).as_secs_f32().ceil();
        small_ui(ui, cx.with("gui-adjust-trial", args![secs = left as u32]));
        ui.ctx().request_repaint_after(TICK);
    }
}
