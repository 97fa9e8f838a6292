//! The home page: get help, or give help?

use beistand_node::PressOrigin;
use beistand_node::words::Language;
use egui::{Response, RichText, Sense, Ui, Vec2};

use super::PageContext;
use super::choice_card::{CardMark, ChoiceCard};
use super::returns::returns_ui;
use super::widgets::{page_ui, small_ui, title_ui, warning_ui, weak_ui};
use crate::state::{HomeState, PageAction};
use crate::theme::palette;

/// Draws the home page.
pub fn home_ui(
    ui: &mut Ui,
    home: &mut HomeState,
    any_changes: bool,
    origin: &mut dyn PressOrigin,
    cx: &mut PageContext<'_>,
) {
    page_ui(ui, |ui| {
        ui.add_space(28.0);
        title_ui(ui, "Beistand");
        ui.add_space(2.0);
        weak_ui(ui, cx.text("page-home-what"));
        ui.add_space(30.0);
        for told in &home.taken_back {
            warning_ui(ui, cx.say(told));
        }
        returns_ui(ui, home, origin, cx);
        let (title, line) = (cx.text("page-home-get"), cx.text("page-home-get-line"));
        if choice_ui(ui, title, line, CardMark::Asking).clicked() {
            cx.act(PageAction::GetHelp);
        }
        ui.add_space(16.0);
        let (title, line) = (cx.text("page-home-give"), cx.text("page-home-give-line"));
        if choice_ui(ui, title, line, CardMark::Giving).clicked() {
            cx.act(PageAction::GiveHelp);
        }
        if any_changes {
            ui.add_space(10.0);
            if ui.link(cx.text("page-home-changes")).clicked() {
                cx.act(PageAction::Changes);
            }
        }
        ui.add_space(if any_changes { 10.0 } else { 34.0 });
        trust_ui(ui, cx);
        ui.add_space(12.0);
        language_ui(ui, cx);
    });
}

/// The languages, each by what its speakers call it.
fn language_ui(ui: &mut Ui, cx: &mut PageContext<'_>) {
    let now = cx.words.language();
    ui.horizontal(|ui| {
        for language in Language::ALL {
            if ui.selectable_label(language == now, language.own_name()).clicked() && language != now {
                cx.act(PageAction::Speak(language));
            }
        }
    });
}

fn trust_ui(ui: &mut Ui, cx: &PageContext<'_>) {
    let good = palette(ui).good;
    for line in ["page-home-consent", "page-home-encrypted", "page-home-never"] {
        ui.horizontal_top(|ui| {
            ui.label(RichText::new("✔").small().color(good));
            small_ui(ui, cx.text(line));
        });
    }
}

fn choice_ui(ui: &mut Ui, title: String, line: String, mark: CardMark) -> Response {
    let size = Vec2::new(ui.available_width(), 116.0);
    let card = ChoiceCard { title, line, warning: None, mark };
    let scale = card.scale(ui, size);
    card.card_ui(ui, size, scale, Sense::click())
}
