//! The home page: get help, or give help?

use beistand_node::words::{Language, args};
use beistand_node::{Appearance, PressOrigin, ThemeChoice, ZoomPercent};
use egui::{Button, Response, RichText, Sense, Ui, Vec2};

use super::PageContext;
use super::choice_card::{CardMark, ChoiceCard};
use super::preset::{refused_preset_ui, used_preset_ui};
use super::returns::returns_ui;
use super::widgets::{page_ui, small_ui, title_ui, warning_ui, weak_ui};
use crate::state::{AppearanceWish, HomeState, PageAction};
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
        ui.add_space(4.0);
        title_ui(ui, "Beistand");
        ui.add_space(2.0);
        weak_ui(ui, cx.text("page-home-what"));
        ui.add_space(16.0);
        for told in &home.taken_back {
            warning_ui(ui, cx.say(told));
        }
        refused_preset_ui(ui, &home.preset, cx);
        returns_ui(ui, home, origin, cx);
        let (title, line) = (cx.text("page-home-get"), cx.text("page-home-get-line"));
        if choice_ui(ui, title, line, CardMark::Asking).clicked() {
            cx.act(PageAction::GetHelp);
        }
        ui.add_space(10.0);
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
        if home.knows_somebody && ui.link(cx.text("page-home-known")).clicked() {
            cx.act(PageAction::Acquaintances);
        }
        ui.add_space(if any_changes || home.knows_somebody { 10.0 } else { 16.0 });
        used_preset_ui(ui, &home.preset, cx);
        trust_ui(ui, cx);
        ui.add_space(8.0);
        language_ui(ui, home.appearance.zoom, cx);
        appearance_ui(ui, home.appearance, cx);
    });
}

/// The languages, each by what its speakers call it, and how large everything is.
fn language_ui(ui: &mut Ui, zoom: ZoomPercent, cx: &mut PageContext<'_>) {
    let now = cx.words.language();
    ui.horizontal_wrapped(|ui| {
        for language in Language::ALL {
            if ui.selectable_label(language == now, language.own_name()).clicked() && language != now {
                cx.act(PageAction::Speak(language));
            }
        }
        ui.add_space(16.0);
        zoom_ui(ui, zoom, cx);
    });
}

/// Light or dark.
fn appearance_ui(ui: &mut Ui, now: Appearance, cx: &mut PageContext<'_>) {
    ui.horizontal_wrapped(|ui| {
        for theme in ThemeChoice::ALL {
            let label = cx.text(match theme {
                ThemeChoice::Auto => "page-home-theme-auto",
                ThemeChoice::Light => "page-home-theme-light",
                ThemeChoice::Dark => "page-home-theme-dark",
            });
            if ui.selectable_label(theme == now.theme, label).clicked() && theme != now.theme {
                cx.act(PageAction::Wear(AppearanceWish::Theme(theme)));
            }
        }
    });
}

/// How large everything is.
fn zoom_ui(ui: &mut Ui, now: ZoomPercent, cx: &mut PageContext<'_>) {
    ui.label(cx.with("page-home-zoom", args![percent = u32::from(now.percent())]));
    for (sign, name, zoom) in
        [("−", "page-home-zoom-out", now.smaller()), ("+", "page-home-zoom-in", now.larger())]
    {
        let name = cx.text(name);
        let button = ui.add(Button::new(sign).min_size(Vec2::splat(34.0)));
        button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
        if button.on_hover_text(name).clicked() {
            cx.act(PageAction::Wear(AppearanceWish::Zoom(zoom)));
        }
    }
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
    let size = Vec2::new(ui.available_width(), 108.0);
    let card = ChoiceCard { title, line, warning: None, mark };
    let scale = card.scale(ui, size);
    card.card_ui(ui, size, scale, Sense::click())
}
