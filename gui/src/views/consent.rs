//! The question to the user: may they?
//!
//! A grant comes from a mouse button or a key that a hand pressed: nothing here takes an assistive program's
//! click, nothing is preselected but seeing, and yes and ticks pass [`crate::hand_check`]. The four
//! pictures, the choices and the buttons are on the screen together, or nothing counts; where there is room
//! for no more, it is the titles of what is ticked. What the helper says is in a frame of its own, and
//! nothing moves when it grows. Saying no works always. The usual answers are two large choices, and a tick
//! for each thing is one press away.

use std::time::Duration;

use beistand_node::words::{Phrase, args};
use egui::{Align, Layout, Margin, Response, ScrollArea, Sense, Ui, UiBuilder, Vec2};

use super::PageContext;
use super::acquaintance::{asker_ui, vouch_ui};
use super::choices::{ChoicePlan, explained, readiness_of};
use super::large_choices::{LargeChoice, large_choices_ui, large_page_ui};
use super::share::{ShareWish, share_height, share_ui};
use super::tick::TickDetail;
use super::widgets::{
    ButtonLook, SasShape, TextScale, bounded_ui, lead_ui, page_margin, page_ui, quote_ui, sas_ui,
    sized_button_ui, small_ui, title_ui, two_columns_ui, warning_ui, wrapped_ui,
};
use crate::hand_check::{GrantOffer, Sight, WideningAct, keep_answer_keys};
use crate::panels::{PanelContext, PanelSide, SessionStage, ShareGroup, permission_words, share_fingerprint};
use crate::phrases;
use crate::state::{ConsentState, PageAction, QuestionShape, SessionFacts};
use crate::theme::{self, ACCENT, palette};
use beistand_node::{NodeCommand, Permission, PressOrigin};

/// Rows that a helper's reason may have as it is drawn: what is cut off they can say on the phone.
pub const REASON_ROWS: usize = 3;
/// The least width in points at which pictures and choices are side by side.
const WIDE_PT: f32 = 600.0;
/// The height in points below which everything is set closer.
const DENSE_PT: f32 = 430.0;
/// The width of the time that is left, in points.
const CLOCK_PT: f32 = 84.0;
/// The space between both sides in points.
pub(super) const GAP_PT: f32 = 14.0;
/// How much of a name stands in the title, in characters: the first of these that has room.
const TITLE_NAME_CHARS: [usize; 6] = [40, 32, 24, 16, 12, 8];
/// The width of the button for the two large choices, in points.
const FEWER_PT: f32 = 150.0;
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
            theirs_ui(ui, consent, TextScale::Normal, cx);
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
                .show(ui, |ui| theirs_ui(ui, consent, scale, cx));
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

/// Everything that the helper says, in a frame that says so.
fn theirs_ui(ui: &mut Ui, consent: &mut ConsentState, scale: TextScale, cx: &mut PageContext<'_>) {
    // Above what they write, which can be long; in a low window it stands above the buttons.
    if scale == TextScale::Normal {
        doubts_ui(ui, consent, cx);
    }
    quote_ui(ui, &cx.text("page-consent-theirs"), |ui| {
        asker_ui(ui, consent, cx);
        if !consent.request.reason.is_empty() {
            let reason = cx.with("page-consent-reason", args![reason = &consent.request.reason]);
            bounded_ui(ui, &reason, theme::BODY_PT, palette(ui).weak, REASON_ROWS);
        }
        let facts = SessionFacts::default();
        let context = PanelContext::new(PanelSide::Host, SessionStage::Asking, &facts, cx);
        consent.panels.question_ui(ui, &mut context.with_peer(&consent.request.name));
    });
    if scale == TextScale::Small {
        doubts_ui(ui, consent, cx);
    }
    small_ui(ui, cx.text("page-consent-name"));
    small_ui(ui, cx.text("page-consent-differ"));
}

/// What stands against the name that they give.
fn doubts_ui(ui: &mut Ui, consent: &mut ConsentState, cx: &mut PageContext<'_>) {
    vouch_ui(ui, consent, cx);
    if let Some(warning) = &consent.request.warning {
        warning_ui(ui, cx.say(warning));
    }
}

/// All of what is asked for, by the plan for this room if there is one, and what can be shared in parts.
fn choices_ui(
    ui: &mut Ui,
    consent: &mut ConsentState,
    whole: Option<ChoicePlan>,
    room: Vec2,
    sight: &mut Sight,
    cx: &mut PageContext<'_>,
) {
    let (wants, shares) = (consent.request.wants, consent.panels.shares());
    let less = room - Vec2::new(0.0, share_height(&shares));
    // What explains them comes before what can be scrolled to.
    let beside = ChoicePlan::fit(ui, wants, less, cx.words)
        .filter(|plan| whole.as_ref().is_some_and(|all| all.has_lines() == plan.has_lines()));
    let plan = beside.or(whole);
    let plan = plan.unwrap_or_else(|| ChoicePlan::list(ui, wants, room.x, TickDetail::Roomy, cx.words));
    for (permission, choice) in listed_ui(ui, consent, plan, cx) {
        sight.add(ui, choice.rect);
        answer_choice(ui, consent, permission, &choice, cx);
    }
    shares_ui(ui, consent, &shares, cx);
}

/// Without a choice all of it is shared, as the permission says: that these are in sight is not needed.
pub(super) fn shares_ui(
    ui: &mut Ui,
    consent: &mut ConsentState,
    shares: &[ShareGroup],
    cx: &mut PageContext<'_>,
) {
    let wishes = share_ui(ui, shares, &mut consent.check, &mut Sight::default(), cx.words);
    for wish in wishes {
        match wish {
            ShareWish::Keep(command) => cx.send(NodeCommand::Feature(command)),
            ShareWish::Give(act) => cx.act(PageAction::Widen(act)),
        }
    }
}

/// Where there is no room for all of it at once: a list that scrolls, of which only what is in sight can be
/// ticked, and below it, always in sight, what a yes would allow. Returns how far it is scrolled, in points.
fn part_ui(
    ui: &mut Ui,
    consent: &mut ConsentState,
    room: Vec2,
    sight: &mut Sight,
    cx: &mut PageContext<'_>,
) -> i32 {
    let colours = palette(ui);
    let mut ticked: Vec<_> =
        consent.chosen.iter().map(|one| Phrase::new(permission_words(one).title)).collect();
    if ticked.is_empty() {
        ticked.push(Phrase::new("page-consent-nothing"));
    }
    let text = cx.with("page-consent-part", args![what = ticked]);
    let font = egui::FontId::proportional(TickDetail::Tight.measures().title);
    let ticked = ui.painter().layout(text, font, colours.text, room.x);
    let gap = ui.spacing().item_spacing.y;
    let list = ScrollArea::vertical().id_salt("part").auto_shrink(false);
    let list = list.max_height((room.y - ticked.size().y - gap).max(0.0)).show(ui, |ui| {
        let plan = ChoicePlan::list(ui, consent.request.wants, room.x, TickDetail::Titles, cx.words);
        for (permission, choice) in listed_ui(ui, consent, plan, cx) {
            let mut seen = Sight::default();
            seen.add(ui, choice.rect);
            if seen == Sight::Whole || consent.chosen.contains(permission) {
                answer_choice(ui, consent, permission, &choice, cx);
            }
        }
    });
    let ticked = ui.label(ticked);
    sight.add(ui, ticked.rect);
    list.state.clamped_offset().y.round() as i32
}

/// Lines to tick, with what was drawn of each.
fn listed_ui(
    ui: &mut Ui,
    consent: &mut ConsentState,
    plan: ChoicePlan,
    cx: &PageContext<'_>,
) -> Vec<(Permission, Response)> {
    let (chosen, armed, has_lines) = (consent.chosen, consent.check.armed(), plan.has_lines());
    let drawn = plan.choices_ui(ui, cx.words, |one| (chosen.contains(one), readiness_of(one, chosen, armed)));
    let explained = explained(&drawn).filter(|_| !has_lines);
    if std::mem::replace(&mut consent.explained, explained) != explained {
        ui.request_repaint();
    }
    drawn
}

/// Ticks a permission. What unticks it may be anybody's click.
fn answer_choice(
    ui: &Ui,
    consent: &mut ConsentState,
    permission: Permission,
    choice: &Response,
    cx: &mut PageContext<'_>,
) {
    if consent.chosen.contains(permission) {
        if choice.clicked() {
            consent.check.forget_refusal();
            consent.untick(permission);
        }
    } else if let Some(act) = consent.check.pass(ui, choice, WideningAct::Tick(permission)) {
        cx.act(PageAction::Widen(act));
    }
}

/// The warning of a name where the window is low: above the buttons, whatever else is said there. Beside
/// ticks there is no room for a row of its own: it takes turns in [`status_ui`].
fn low_warning_ui(ui: &mut Ui, consent: &ConsentState, room: Room, sight: &mut Sight, cx: &PageContext<'_>) {
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
fn status_ui(ui: &mut Ui, consent: &mut ConsentState, room: Room, cx: &PageContext<'_>) {
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
            let row = Vec2::new(ui.available_width(), ui.text_style_height(&egui::TextStyle::Small));
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

fn answer_ui(
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
