//! The question to the user: may they?
//!
//! A grant comes from a mouse button or a key that a hand pressed: nothing here takes an assistive program's
//! click, nothing is preselected but seeing, and yes and ticks pass [`crate::hand_check`]. The four
//! pictures, the choices and the buttons are on the screen together, or nothing counts; where there is room
//! for no more, it is the titles of what is ticked. What the helper says is in a frame of its own, and
//! nothing moves when it grows. Saying no works always. The usual answers are two large choices, and a tick
//! for each thing is one press away.

mod answer;
mod theirs;
mod ticks;

use std::time::Duration;

use beistand_node::PressOrigin;
use beistand_node::words::args;
use egui::{Margin, ScrollArea, Ui, UiBuilder, Vec2};

use super::PageContext;
use super::choices::ChoicePlan;
use super::large_choices::{large_choices_ui, large_page_ui};
use super::widgets::{
    SasShape, TextScale, lead_ui, page_margin, page_ui, sas_ui, title_ui, two_columns_ui, warning_ui,
    wrapped_ui,
};
use crate::hand_check::{GrantOffer, Sight, keep_answer_keys};
use crate::panels::share_fingerprint;
use crate::state::{ConsentState, PageAction, QuestionShape};
use crate::theme::{self, palette};
use answer::{answer_ui, low_warning_ui, status_ui};
use theirs::{WarningPlace, theirs_ui};
pub(super) use ticks::shares_ui;
use ticks::{choices_ui, part_ui};

/// Rows that a helper's reason may have as it is drawn: what is cut off they can say on the phone.
pub const REASON_ROWS: usize = 3;
/// The least width in points at which pictures and choices are side by side.
const WIDE_PT: f32 = 600.0;
/// The height in points below which everything is set closer.
const DENSE_PT: f32 = 430.0;
/// The space between both sides in points.
pub(super) const GAP_PT: f32 = 14.0;
/// How much of a name stands in the title, in characters: the first of these that has room.
const TITLE_NAME_CHARS: [usize; 6] = [40, 32, 24, 16, 12, 8];
/// The space above and below a page that scrolls, in points.
const PAGE_MARGIN_PT: f32 = 36.0;

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    /// Side by side.
    Wide(TextScale),
    /// One below the other, and scrolled. Nothing counts where not all is in sight.
    Narrow,
}

impl Room {
    fn of(ui: &Ui) -> Self {
        let size = ui.available_size();
        match (size.x >= WIDE_PT, size.y >= DENSE_PT) {
            (true, true) => Self::Wide(TextScale::Normal),
            (true, false) => Self::Wide(TextScale::Small),
            (false, _) => Self::Narrow,
        }
    }

    fn scale(self) -> TextScale {
        match self {
            Self::Wide(scale) => scale,
            Self::Narrow => TextScale::Normal,
        }
    }
}

/// Draws the question.
pub fn consent_ui(
    ui: &mut Ui,
    consent: &mut ConsentState,
    origin: &mut dyn PressOrigin,
    cx: &mut PageContext<'_>,
) {
    let denied_by_key = keep_answer_keys(ui);
    consent.check.begin(ui, origin);
    let room = Room::of(ui);
    let mut sight = Sight::default();
    let margin = match room.scale() {
        TextScale::Normal => Margin::symmetric(20, 12),
        TextScale::Small => Margin::symmetric(12, 6),
    };
    let bar = page_margin(margin);
    // What it was as high as in a larger window is not what it needs here.
    let name = egui::Id::unique("answer").with(room.scale() == TextScale::Small);
    egui::Panel::bottom(name).frame(bar).resizable(false).show(ui, |ui| {
        two_columns_ui(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            low_warning_ui(ui, consent, room, &mut sight, cx);
            status_ui(ui, consent, room, cx);
            answer_ui(ui, consent, room, &mut sight, cx);
        });
    });
    if denied_by_key {
        cx.act(PageAction::Deny);
    }
    let page_height = ui.available_height() - PAGE_MARGIN_PT;
    let scrolled = match (room, consent.shape) {
        (Room::Wide(scale), QuestionShape::Large) => {
            large_page_ui(ui, consent, scale, &mut sight, cx);
            0
        }
        (Room::Wide(scale), QuestionShape::Ticks) => wide_ui(ui, consent, scale, &mut sight, cx),
        (Room::Narrow, shape) => page_ui(ui, |ui| {
            let top = ui.cursor().top();
            title_ui(ui, title(ui, consent, theme::TITLE_PT, cx));
            if let (Some(warning), QuestionShape::Large) = (&consent.request.warning, shape) {
                let warning = ui.scope(|ui| warning_ui(ui, cx.say(warning)));
                sight.add(ui, warning.response.rect);
            }
            compare_ui(ui, consent, SasShape::Row, TextScale::Normal, &mut sight, cx);
            lead_ui(ui, cx.text("page-consent-may"));
            let room = Vec2::new(ui.available_width(), page_height - (ui.cursor().top() - top));
            match shape {
                QuestionShape::Large => {
                    large_choices_ui(ui, consent, room, &mut sight, cx);
                    let shares = consent.panels.shares();
                    shares_ui(ui, consent, &shares, cx);
                }
                QuestionShape::Ticks => {
                    let whole = ChoicePlan::fit(ui, consent.request.wants, room, cx.words);
                    choices_ui(ui, consent, whole, room, &mut sight, cx);
                }
            }
            let warning = match shape {
                QuestionShape::Large => WarningPlace::Head,
                QuestionShape::Ticks => WarningPlace::Here,
            };
            theirs_ui(ui, consent, TextScale::Normal, warning, cx);
            0
        }),
    };
    let parts = share_fingerprint(&consent.panels.shares());
    consent.check.end(ui, sight, GrantOffer { permissions: true, resume: false, parts, scrolled });
    let left = consent.time_left(cx.now);
    if !left.is_zero() {
        ui.request_repaint_after(Duration::from_nanos(u64::from(left.subsec_nanos()) + 1));
    }
}

/// Who asks, in a row of text of this size: a name that is too long for it is cut off.
pub(super) fn title(ui: &Ui, consent: &ConsentState, size: f32, cx: &PageContext<'_>) -> String {
    let name = consent.request.name.as_str();
    let with = |name: String| cx.with("page-consent-title", args![name = name]);
    let fits = |text: &String| {
        let font = egui::FontId::proportional(size);
        let text = ui.painter().layout_no_wrap(text.clone(), font, palette(ui).text);
        text.size().x <= ui.available_width()
    };
    let whole = with(name.to_owned());
    if name.chars().count() <= TITLE_NAME_CHARS[0] && fits(&whole) {
        return whole;
    }
    let cut = |count: usize| with(name.chars().take(count).chain(['…']).collect());
    TITLE_NAME_CHARS.into_iter().map(cut).find(fits).unwrap_or_else(|| cut(0))
}

/// The pictures and the helper's words on the left, the choices on the right.
fn wide_ui(
    ui: &mut Ui,
    consent: &mut ConsentState,
    scale: TextScale,
    sight: &mut Sight,
    cx: &mut PageContext<'_>,
) -> i32 {
    let (margin, left_share, shape) = match scale {
        TextScale::Normal => (Margin::symmetric(20, 14), 0.43, SasShape::Row),
        TextScale::Small => (Margin::symmetric(12, 4), 0.39, SasShape::Square),
    };
    let page = |ui: &mut Ui| {
        if scale == TextScale::Normal {
            title_ui(ui, title(ui, consent, theme::TITLE_PT, cx));
        } else {
            ui.spacing_mut().item_spacing.y = 2.0;
        }
        let place = ui.available_rect_before_wrap();
        let middle = place.left() + (place.width() - GAP_PT) * left_share;
        let (left, right) = (place.with_max_x(middle), place.with_min_x(middle + GAP_PT));
        ui.scope_builder(UiBuilder::new().max_rect(left), |ui| {
            compare_ui(ui, consent, shape, scale, sight, cx);
            ScrollArea::vertical()
                .id_salt("theirs")
                .auto_shrink(false)
                .show(ui, |ui| theirs_ui(ui, consent, scale, WarningPlace::Here, cx));
        });
        let choices = |ui: &mut Ui| {
            if scale == TextScale::Normal {
                lead_ui(ui, cx.text("page-consent-may"));
            }
            let room = Vec2::new(ui.available_width(), right.bottom() - ui.cursor().top());
            let whole = ChoicePlan::fit(ui, consent.request.wants, room, cx.words);
            if whole.is_none() {
                return part_ui(ui, consent, room, sight, cx);
            }
            let area = ScrollArea::vertical().id_salt("choices").auto_shrink(false);
            area.show(ui, |ui| choices_ui(ui, consent, whole, room, sight, cx));
            0
        };
        ui.scope_builder(UiBuilder::new().max_rect(right), choices).inner
    };
    egui::CentralPanel::default().frame(page_margin(margin)).show(ui, |ui| two_columns_ui(ui, page)).inner
}

/// The four pictures: ours, first, and never scrolled away unseen.
pub(super) fn compare_ui(
    ui: &mut Ui,
    consent: &ConsentState,
    shape: SasShape,
    scale: TextScale,
    sight: &mut Sight,
    cx: &PageContext<'_>,
) {
    let drawn = ui.scope(|ui| {
        match scale {
            TextScale::Normal => lead_ui(ui, cx.text("page-consent-compare")),
            TextScale::Small => wrapped_ui(ui, cx.text("page-consent-compare"), 13.5, palette(ui).text),
        }
        sas_ui(ui, consent.request.sas, shape, cx.words);
    });
    sight.add(ui, drawn.response.rect);
    ui.add_space(4.0);
}
