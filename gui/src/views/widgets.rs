//! What the pages are made of: columns, cards, buttons, badges, the four pictures.

use std::time::Duration;

use egui::text::LayoutJob;
use egui::{
    Align, Button, Color32, CornerRadius, FontId, Frame, InnerResponse, Layout, Margin, Response, RichText,
    ScrollArea, Sense, Stroke, TextWrapMode, Ui, UiBuilder, Vec2,
};

use crate::theme::{self, ACCENT, ACCENT_HOVER, DANGER, DANGER_HOVER, ON_FILL, palette};
use beistand_node::{Sas, words::Words};

/// The widest column of text, in points: about 70 characters.
const COLUMN_PT: f32 = 520.0;

/// The margin round a whole page, which has no fill of its own: the window is cleared to the page's colour
/// before each frame, and painting that once more takes most of a frame where the processor paints.
pub fn page_margin(margin: Margin) -> Frame {
    Frame::new().inner_margin(margin)
}

/// A page: a column in the middle of the window that scrolls where it does not fit.
pub fn page_ui<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    egui::CentralPanel::default()
        .frame(page_margin(Margin { left: 0, right: 0, top: 24, bottom: 12 }))
        .show(ui, |ui| ScrollArea::vertical().auto_shrink(false).show(ui, |ui| column_ui(ui, content)).inner)
        .inner
}

/// The widest question with its pictures on one side and its choices on the other, in points: a choice that
/// goes on to the edge of a large screen is no easier to hit, and its words are far from the pictures.
const TWO_COLUMNS_PT: f32 = 1160.0;

/// Room for two columns, in the middle of a window that is wider.
pub fn two_columns_ui<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let room = ui.available_rect_before_wrap();
    let side = ((room.width() - TWO_COLUMNS_PT) / 2.0).max(0.0);
    ui.scope_builder(UiBuilder::new().max_rect(room.shrink2(Vec2::new(side, 0.0))), content).inner
}

/// A column in the middle of whatever `ui` is.
pub fn column_ui<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let room = ui.available_rect_before_wrap();
    let side = ((room.width() - COLUMN_PT) / 2.0).max(28.0);
    let column = room.shrink2(Vec2::new(side, 0.0));
    ui.scope_builder(UiBuilder::new().max_rect(column), content).inner
}

/// The title of a page.
pub fn title_ui(ui: &mut Ui, text: impl Into<String>) {
    ui.add(egui::Label::new(RichText::new(text).size(theme::TITLE_PT).color(palette(ui).text)).wrap());
}

/// The first line of a card.
pub fn lead_ui(ui: &mut Ui, text: impl Into<String>) {
    ui.add(egui::Label::new(RichText::new(text).size(theme::LEAD_PT).color(palette(ui).text)).wrap());
}

/// Text that explains.
pub fn weak_ui(ui: &mut Ui, text: impl Into<String>) {
    ui.add(egui::Label::new(RichText::new(text).color(palette(ui).weak)).wrap());
}

/// Small text that explains.
pub fn small_ui(ui: &mut Ui, text: impl Into<String>) {
    ui.add(egui::Label::new(RichText::new(text).small().color(palette(ui).weak)).wrap());
}

/// Text of this size and colour that goes on in the next row.
pub fn wrapped_ui(ui: &mut Ui, text: impl Into<String>, size: f32, colour: Color32) {
    ui.add(egui::Label::new(RichText::new(text).size(size).color(colour)).wrap());
}

/// What somebody else wrote: at most `rows` rows as they are drawn. What is beyond is cut off, with an
/// ellipsis.
pub fn bounded_ui(ui: &mut Ui, text: &str, size: f32, colour: Color32, rows: usize) -> Response {
    let mut job =
        LayoutJob::simple(text.to_owned(), FontId::proportional(size), colour, ui.available_width());
    job.wrap.max_rows = rows;
    job.wrap.break_anywhere = rows == 1;
    let galley = ui.painter().layout_job(job);
    ui.add(egui::Label::new(galley))
}

/// A frame round what somebody else says, with a caption of ours.
pub fn quote_ui<R>(ui: &mut Ui, caption: &str, content: impl FnOnce(&mut Ui) -> R) -> R {
    let colours = palette(ui);
    let frame = Frame::new()
        .fill(colours.card)
        .stroke(Stroke::new(1.0, colours.weak))
        .inner_margin(Margin::symmetric(10, 6));
    let quote = |ui: &mut Ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 4.0;
        small_ui(ui, caption);
        content(ui)
    };
    frame.show(ui, quote).inner
}

/// A card.
pub fn card_ui<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    card_frame(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        content(ui)
    })
}

fn card_frame(ui: &Ui) -> Frame {
    Frame::new()
        .fill(palette(ui).card)
        .stroke(Stroke::new(1.0, palette(ui).line))
        .corner_radius(CornerRadius::same(12))
        .inner_margin(Margin::symmetric(18, 14))
}

/// Something to be careful about.
pub fn warning_ui(ui: &mut Ui, text: impl std::fmt::Display) {
    let colours = palette(ui);
    Frame::new()
        .fill(colours.warning_fill)
        .corner_radius(CornerRadius::same(8))
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.add(egui::Label::new(RichText::new(format!("⚠  {text}")).color(colours.warning_text)).wrap());
        });
}

/// Trouble, in a line.
pub fn trouble_ui(ui: &mut Ui, text: impl Into<String>) {
    ui.add(egui::Label::new(RichText::new(text).color(palette(ui).danger_text)).wrap());
}

/// A small label with a line round it.
pub fn badge_ui(ui: &mut Ui, text: &str, colour: Color32) {
    Frame::new()
        .stroke(Stroke::new(1.0, colour))
        .corner_radius(CornerRadius::same(9))
        .inner_margin(Margin::symmetric(8, 2))
        .show(ui, |ui| {
            ui.spacing_mut().interact_size.y = 0.0;
            ui.label(RichText::new(text).small().color(colour))
        });
}

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ButtonLook {
    /// What a person is meant to press next.
    Primary,
    /// Anything else.
    Plain,
    /// What ends or refuses something.
    Danger,
}

/// A button that the mouse, the keyboard and assistive programs press.
pub fn button_ui(ui: &mut Ui, look: ButtonLook, text: &str) -> Response {
    sized_button_ui(ui, look, text, Vec2::new(0.0, 40.0), Sense::click())
}

/// A button of at least `size` points that senses `sense`, and that the keyboard reaches. Its text is never
/// broken.
pub fn sized_button_ui(ui: &mut Ui, look: ButtonLook, text: &str, size: Vec2, sense: Sense) -> Response {
    let (text, sense) = (RichText::new(text), sense | Sense::FOCUSABLE);
    let button = |text| Button::new(text).min_size(size).sense(sense).wrap_mode(TextWrapMode::Extend);
    let (fill, hover) = match look {
        ButtonLook::Primary => (ACCENT, ACCENT_HOVER),
        ButtonLook::Danger => (DANGER, DANGER_HOVER),
        ButtonLook::Plain => return ui.add(button(text)),
    };
    // Not in a scope, which would not go on in the next row.
    let before = ui.style().clone();
    fill_buttons(ui, fill, hover);
    let text = if ui.is_enabled() { text.color(ON_FILL) } else { text };
    let response = ui.add(button(text));
    ui.set_style(before);
    response
}

fn fill_buttons(ui: &mut Ui, fill: Color32, hover: Color32) {
    let widgets = &mut ui.visuals_mut().widgets;
    for (look, fill) in [
        (&mut widgets.inactive, fill),
        (&mut widgets.hovered, hover),
        (&mut widgets.active, hover),
        (&mut widgets.open, fill),
    ] {
        look.weak_bg_fill = fill;
        look.bg_stroke = Stroke::NONE;
        look.fg_stroke.color = ON_FILL;
    }
}

/// A link-like button for what is seldom needed.
pub fn quiet_button_ui(ui: &mut Ui, text: &str) -> Response {
    let text = RichText::new(text).color(palette(ui).accent_text);
    ui.scope(|ui| {
        ui.spacing_mut().button_padding.x = 0.0;
        ui.add(Button::new(text).frame_when_inactive(false))
    })
    .inner
}

/// How large the text of a dialog is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextScale {
    /// As everywhere.
    Normal,
    /// Where the screen is low.
    Small,
}

/// How the four pictures are arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SasShape {
    /// Side by side.
    Row,
    /// Smaller, two above two.
    Square,
}

/// The four pictures that both sides must see alike, with their names in the reader's language.
pub fn sas_ui(ui: &mut Ui, sas: Sas, shape: SasShape, words: &Words) {
    let spoken = sas.spoken(words);
    let (columns, picture_pt, name_pt) = match shape {
        SasShape::Row => (4, 40.0, theme::BODY_PT),
        SasShape::Square => (2, 27.0, theme::SMALL_PT),
    };
    let (text, weak) = (palette(ui).text, palette(ui).weak);
    let room = (ui.available_width() - ui.spacing().item_spacing.x * (columns - 1) as f32) / columns as f32;
    let names = spoken.iter().map(|(_, name)| name.as_str());
    let name_pt = size_of_names(ui, names, name_pt, room);
    for row in spoken.chunks(columns) {
        ui.columns(columns, |columns| {
            for (column, (picture, name)) in columns.iter_mut().zip(row) {
                column.vertical_centered(|ui| {
                    ui.spacing_mut().item_spacing.y = 1.0;
                    ui.label(RichText::new(*picture).font(FontId::proportional(picture_pt)).color(text));
                    wrapped_ui(ui, name.as_str(), name_pt, weak);
                });
            }
        });
    }
}

/// The size in points, of at most `most`, at which each word of these names has room in a row: a name that
/// goes on in the middle of a word can't be read aloud.
fn size_of_names<'a>(ui: &Ui, names: impl Iterator<Item = &'a str>, most: f32, room: f32) -> f32 {
    let width = |word: &str| {
        let font = FontId::proportional(most);
        ui.painter().layout_no_wrap(word.to_owned(), font, Color32::PLACEHOLDER).size().x
    };
    let longest = names.flat_map(str::split_whitespace).map(width).fold(0.0, f32::max);
    if longest <= room { most } else { (most * room / longest).floor().max(theme::SMALLEST_NAME_PT) }
}

/// A row that is filled from its right end.
pub fn row_ui<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let size = Vec2::new(ui.available_width(), ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), content).inner
}

/// How long [`busy_ui`] rests on each of its dots: slow, because every step draws the whole window, and where
/// the processor does that it is needed for what is waited for.
const BUSY_STEP: Duration = Duration::from_millis(500);

/// Something goes on: three dots in a square of `side` points, one after the other lit, or all of them where
/// nothing is to move.
pub fn busy_ui(ui: &mut Ui, side: f32, meaning: &str) {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    let still = theme::is_still(ui);
    let lit = (ui.input(|input| input.time) / BUSY_STEP.as_secs_f64()) as usize % 3;
    let colours = palette(ui);
    for dot in 0..3 {
        let centre = rect.center() + Vec2::new((dot as f32 - 1.0) * side * 0.35, 0.0);
        let colour = if dot == lit || still { colours.accent_text } else { colours.line };
        ui.painter().circle_filled(centre, side * 0.12, colour);
    }
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, meaning));
    if !still {
        ui.request_repaint_after(BUSY_STEP);
    }
}

/// A round mark of `colour`.
pub fn dot_ui(ui: &mut Ui, colour: Color32, meaning: &str) {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(14.0), Sense::hover());
    ui.painter().circle_filled(rect.center(), 6.0, colour);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, meaning));
}
