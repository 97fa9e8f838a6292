//! The lower end of the question, always in sight: what keeps a click from counting, the time that is left,
//! no, and the way on.

use beistand_node::words::args;
use egui::{Align, Layout, Sense, TextStyle, Ui, Vec2};

use super::Room;
use crate::hand_check::{Sight, WideningAct};
use crate::panels::permission_words;
use crate::phrases;
use crate::state::{ConsentState, PageAction, QuestionShape};
use crate::theme::{self, ACCENT, palette};
use crate::views::PageContext;
use crate::views::large_choices::LargeChoice;
use crate::views::tick::TickDetail;
use crate::views::widgets::{ButtonLook, TextScale, bounded_ui, sized_button_ui, small_ui, wrapped_ui};

/// The width of the time that is left, in points.
const CLOCK_PT: f32 = 84.0;
/// The width of the button for the two large choices, in points.
const FEWER_PT: f32 = 150.0;

/// The warning of a name where the window is low: above the buttons, whatever else is said there. Beside
/// ticks there is no room for a row of its own: it takes turns in [`status_ui`].
pub(super) fn low_warning_ui(
    ui: &mut Ui,
    consent: &ConsentState,
    room: Room,
    sight: &mut Sight,
    cx: &PageContext<'_>,
) {
    if consent.shape == QuestionShape::Ticks {
        return;
    }
    let (TextScale::Small, Some(warning)) = (room.scale(), &consent.request.warning) else { return };
    let (warning, colour) = (format!("⚠ {}", cx.say(warning)), palette(ui).warning_text);
    let width = |size| {
        let font = egui::FontId::proportional(size);
        ui.painter().layout_no_wrap(warning.clone(), font, colour).size().x
    };
    let small = TickDetail::Titles.measures().line;
    let size = if width(theme::SMALL_PT) > ui.available_width() { small } else { theme::SMALL_PT };
    let drawn = bounded_ui(ui, &warning, size, colour, 1);
    sight.add(ui, drawn.rect);
}

/// A line for what keeps a click from counting, or for what the choice under the pointer means where there is
/// no room for that beside it. It is always there and one row high, so that nothing moves.
pub(super) fn status_ui(ui: &mut Ui, consent: &mut ConsentState, room: Room, cx: &PageContext<'_>) {
    let colours = palette(ui);
    let check = &consent.check;
    let mut size = theme::SMALL_PT;
    let (text, colour) = if let Some(refusal) = check.refusal() {
        (cx.text(refusal.text()), colours.danger_text)
    } else if !check.arming() {
        (cx.text("page-consent-unseen"), colours.warning_text)
    } else if !check.told() {
        (cx.text("page-consent-untold"), colours.warning_text)
    } else if consent.blocked() {
        (cx.text("page-consent-blocked"), colours.danger_text)
    } else if let Some(permission) = consent.explained {
        // Small, so that the longest has room in its row.
        size = TickDetail::Titles.measures().line;
        (cx.text(permission_words(permission).line), colours.text)
    } else if let (TextScale::Small, QuestionShape::Ticks, Some(warning)) =
        (room.scale(), consent.shape, &consent.request.warning)
    {
        // Where it stands otherwise is scrolled away here.
        size = TickDetail::Titles.measures().line;
        (format!("⚠ {}", cx.say(warning)), colours.warning_text)
    } else {
        let key = match consent.shape {
            QuestionShape::Large => "page-consent-change-large",
            QuestionShape::Ticks => "page-consent-change",
        };
        (cx.text(key), colours.weak)
    };
    let fewer = consent.shape == QuestionShape::Ticks
        && !consent.blocked()
        && !LargeChoice::of(consent.request.wants).is_empty();
    match room {
        Room::Wide(_) => {
            let row = Vec2::new(ui.available_width(), ui.text_style_height(&TextStyle::Small));
            ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_size(row);
                let beside = if fewer { FEWER_PT } else { 0.0 };
                ui.scope(|ui| {
                    ui.set_max_width(row.x - beside);
                    ui.set_min_width(row.x - beside);
                    bounded_ui(ui, &text, size, colour, 1)
                });
                if fewer {
                    fewer_ui(ui, consent, cx);
                }
            });
        }
        Room::Narrow => {
            wrapped_ui(ui, text, theme::SMALL_PT, colour);
            if fewer {
                fewer_ui(ui, consent, cx);
            }
        }
    }
}

/// The way back to the two large choices, in small letters.
fn fewer_ui(ui: &mut Ui, consent: &mut ConsentState, cx: &PageContext<'_>) {
    let text = egui::RichText::new(cx.text("page-consent-fewer")).size(theme::SMALL_PT);
    let link = ui.add(egui::Link::new(text)).on_hover_cursor(egui::CursorIcon::PointingHand);
    if link.clicked() {
        consent.ask_by(QuestionShape::Large);
        ui.request_repaint();
    }
}

pub(super) fn answer_ui(
    ui: &mut Ui,
    consent: &mut ConsentState,
    room: Room,
    sight: &mut Sight,
    cx: &mut PageContext<'_>,
) {
    let height = match room.scale() {
        TextScale::Normal => 48.0,
        TextScale::Small => 42.0,
    };
    let clock = phrases::clock(consent.time_left(cx.now));
    let clock = cx.with("page-consent-time", args![clock = clock]);
    let gap = ui.spacing().item_spacing.x;
    let beside = match room {
        Room::Wide(_) => CLOCK_PT + gap,
        Room::Narrow => {
            small_ui(ui, clock.as_str());
            0.0
        }
    };
    let size = Vec2::new((ui.available_width() - beside - gap) / 2.0, height);
    let row = Vec2::new(ui.available_width(), height);
    ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
        if beside > 0.0 {
            let place = Vec2::new(CLOCK_PT, height);
            ui.allocate_ui_with_layout(place, Layout::left_to_right(Align::Center), |ui| {
                ui.set_width(CLOCK_PT);
                small_ui(ui, clock);
            });
        }
        if sized_button_ui(ui, ButtonLook::Plain, &cx.text("page-consent-no"), size, Sense::CLICK).clicked() {
            cx.act(PageAction::Deny);
        }
        match consent.shape {
            QuestionShape::Large => {
                let more = cx.text("page-consent-more");
                let pressed = sized_button_ui(ui, ButtonLook::Plain, &more, size, Sense::CLICK);
                sight.add(ui, pressed.rect);
                if pressed.clicked() {
                    consent.ask_by(QuestionShape::Ticks);
                    ui.request_repaint();
                }
            }
            QuestionShape::Ticks => allow_ui(ui, consent, size, sight, cx),
        }
    });
}

/// The yes to what is ticked.
fn allow_ui(
    ui: &mut Ui,
    consent: &mut ConsentState,
    size: Vec2,
    sight: &mut Sight,
    cx: &mut PageContext<'_>,
) {
    let ready = consent.check.armed() && !consent.chosen.is_empty() && !consent.blocked();
    let label = cx.text(if consent.chosen.is_empty() { "page-consent-tick" } else { "page-consent-allow" });
    let allow = ui
        .add_enabled_ui(ready, |ui| sized_button_ui(ui, ButtonLook::Primary, &label, size, Sense::CLICK))
        .inner;
    sight.add(ui, allow.rect);
    let progress = consent.check.progress();
    if progress < 1.0 {
        let track = allow.rect.with_min_y(allow.rect.bottom() - 4.0);
        let done = track.with_max_x(egui::lerp(track.left()..=track.right(), progress));
        ui.painter().rect_filled(done, 2.0, ACCENT);
    }
    let yes = WideningAct::Allow { request: consent.request.id, permissions: consent.chosen };
    if ready && let Some(act) = consent.check.pass(ui, &allow, yes) {
        cx.act(PageAction::Widen(act));
    }
}
