//! The two large choices of the question: to let the helper help, or to let them look only.
//!
//! Each allows what it names out of screen, mouse and keyboard, as far as that is asked for, and nothing
//! beside it. A press on one is a yes and passes [`crate::hand_check`] like any other. All else is ticked one
//! by one, elsewhere.

use beistand_node::words::args;
use egui::{Margin, ScrollArea, Sense, Ui, UiBuilder, Vec2};

use super::PageContext;
use super::acquaintance::recognition_badge_ui;
use super::choice_card::{CardMark, ChoiceCard};
use super::consent::{GAP_PT, REASON_ROWS, compare_ui, shares_ui, title};
use super::share::share_height;
use super::widgets::{
    SasShape, TextScale, bounded_ui, page_margin, quote_ui, small_ui, title_ui, two_columns_ui, warning_ui,
};
use crate::hand_check::{Sight, WideningAct};
use crate::panels::{PanelContext, PanelName, PanelSide, SessionStage, permission_words};
use crate::state::{ConsentState, PageAction, SessionFacts};
use crate::theme::{self, ACCENT, palette};
use beistand_node::{Permission, PermissionSet, PermissionWeight};

/// The height of a card that has room, in points.
const CARD_PT: f32 = 124.0;
/// The height in points below which a card has no room for a long warning.
const SHORT_PT: f32 = 96.0;
/// The space between two cards, in points.
const CARD_GAP_PT: f32 = 6.0;
/// The height in points below which the page's head is set closer, and how many rows a reason has there.
const ROOMY_PT: f32 = 460.0;
const LOW_REASON_ROWS: usize = 2;
/// The height in points below which who asks has one row.
const LOWEST_PT: f32 = 196.0;
/// The size of who asks in a low window, in points.
const LOW_HEAD_PT: f32 = 12.5;
/// The least part of their height that the large choices get beside what can be shared in parts.
const CARDS_SHARE: f32 = 0.7;

/// One of the large choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LargeChoice {
    /// What it allows.
    pub permissions: PermissionSet,
    /// What it is called: the key of a text.
    pub title: &'static str,
    /// What that means: the key of a text.
    line: &'static str,
}

impl LargeChoice {
    /// The choices where this is asked for: none where it is nothing of the screen, mouse and keyboard.
    pub fn of(wants: PermissionSet) -> Vec<Self> {
        let all = wants.intersection(PermissionSet::DESKTOP);
        let look = wants.intersection(PermissionSet::NONE.with(Permission::View));
        let mut sets = vec![all, look];
        sets.dedup();
        sets.retain(|set| !set.is_empty());
        sets.into_iter().map(Self::named).collect()
    }

    fn named(permissions: PermissionSet) -> Self {
        let has = |permission| permissions.contains(permission);
        let (title, line) = match (has(Permission::View), has(Permission::Pointer), has(Permission::Keyboard))
        {
            (true, true, true) => ("page-large-help", "page-large-help-line"),
            (true, true, false) => ("page-large-click", "page-large-click-line"),
            (true, false, true) => ("page-large-type", "page-large-type-line"),
            (true, false, false) => ("page-large-look", "page-large-look-line"),
            (false, true, true) => ("page-large-blind", "page-large-blind-line"),
            (false, true, false) => ("page-large-blind-click", "page-large-blind-line"),
            (false, false, _) => ("page-large-blind-type", "page-large-blind-line"),
        };
        Self { permissions, title, line }
    }

    fn mark(&self) -> CardMark {
        let look = PermissionSet::NONE.with(Permission::View);
        if self.permissions == look { CardMark::Eyes } else { CardMark::Hands }
    }

    /// What gives the helper the most power says so.
    fn warning(&self, short: bool, cx: &PageContext<'_>) -> Option<String> {
        let heavy = |one: &Permission| one.weight() == PermissionWeight::Everything;
        let heavy = self.permissions.iter().find(heavy)?;
        let key = if short { "page-choice-everything" } else { permission_words(heavy).line };
        Some(format!("⚠ {}", cx.text(key)))
    }
}

/// Who asks at the top, the pictures on the left, the two large choices on the right.
pub fn large_page_ui(
    ui: &mut Ui,
    consent: &mut ConsentState,
    scale: TextScale,
    sight: &mut Sight,
    cx: &mut PageContext<'_>,
) {
    let (margin, left_share, shape) = match scale {
        TextScale::Normal => (Margin::symmetric(20, 14), 0.43, SasShape::Row),
        TextScale::Small => (Margin::symmetric(12, 4), 0.39, SasShape::Square),
    };
    let page = |ui: &mut Ui| {
        match scale {
            TextScale::Normal => head_ui(ui, consent, cx),
            TextScale::Small => low_head_ui(ui, consent, cx),
        }
        let place = ui.available_rect_before_wrap();
        let middle = place.left() + (place.width() - GAP_PT) * left_share;
        let (left, right) = (place.with_max_x(middle), place.with_min_x(middle + GAP_PT));
        ui.scope_builder(UiBuilder::new().max_rect(left), |ui| {
            compare_ui(ui, consent, shape, scale, sight, cx);
            let rest = ScrollArea::vertical().id_salt("said").auto_shrink(false);
            rest.show(ui, |ui| {
                small_ui(ui, cx.text("page-consent-differ"));
                said_ui(ui, consent, cx);
            });
        });
        ui.scope_builder(UiBuilder::new().max_rect(right), |ui| {
            // Parts of a point are rounded up, and nothing of the lower one may be cut off.
            let room = right.size() - Vec2::new(0.0, CARD_GAP_PT);
            let shares = consent.panels.shares();
            let cards = Vec2::new(room.x, (room.y - share_height(&shares)).max(room.y * CARDS_SHARE));
            large_choices_ui(ui, consent, cards, sight, cx);
            let rest = ScrollArea::vertical().id_salt("shares").auto_shrink(false);
            rest.show(ui, |ui| shares_ui(ui, consent, &shares, cx));
        });
    };
    egui::CentralPanel::default().frame(page_margin(margin)).show(ui, |ui| two_columns_ui(ui, page));
}

/// Who asks and why, where there is room for it across the window.
fn head_ui(ui: &mut Ui, consent: &mut ConsentState, cx: &mut PageContext<'_>) {
    let rows = if ui.available_height() < ROOMY_PT { LOW_REASON_ROWS } else { REASON_ROWS };
    title_ui(ui, title(ui, consent, theme::TITLE_PT, cx));
    ui.spacing_mut().interact_size.y = 0.0;
    ui.horizontal(|ui| {
        recognition_badge_ui(ui, consent, cx);
        small_ui(ui, cx.text("page-consent-name"));
    });
    if let Some(warning) = &consent.request.warning {
        warning_ui(ui, cx.say(warning));
    }
    if !consent.request.reason.is_empty() {
        quote_ui(ui, &cx.text("page-consent-theirs"), |ui| {
            let reason = cx.with("page-consent-reason", args![reason = &consent.request.reason]);
            bounded_ui(ui, &reason, theme::BODY_PT, palette(ui).text, rows);
        });
    }
    ui.add_space(4.0);
}

/// The same where the window is low; the warning then stands above the buttons.
fn low_head_ui(ui: &mut Ui, consent: &ConsentState, cx: &PageContext<'_>) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let rows = if ui.available_height() < LOWEST_PT { 1 } else { 2 };
    let colours = palette(ui);
    ui.horizontal_top(|ui| {
        recognition_badge_ui(ui, consent, cx);
        let title = title(ui, consent, LOW_HEAD_PT, cx);
        let text = match consent.request.reason.as_str() {
            "" => title,
            reason => cx.with("page-consent-low", args![title = title, reason = reason]),
        };
        bounded_ui(ui, &text, LOW_HEAD_PT, colours.text, rows);
    });
}

/// What the helper has written, if anything.
fn said_ui(ui: &mut Ui, consent: &mut ConsentState, cx: &mut PageContext<'_>) {
    if PanelName::on(PanelSide::Host).all(|name| consent.panels.unseen(name) == 0) {
        return;
    }
    quote_ui(ui, &cx.text("page-consent-theirs"), |ui| {
        let facts = SessionFacts::default();
        let context = PanelContext::new(PanelSide::Host, SessionStage::Asking, &facts, cx);
        consent.panels.question_ui(ui, &mut context.with_peer(&consent.request.name));
    });
}

/// Draws the choices, one below the other in `room`.
pub fn large_choices_ui(
    ui: &mut Ui,
    consent: &mut ConsentState,
    room: Vec2,
    sight: &mut Sight,
    cx: &mut PageContext<'_>,
) {
    let (choices, armed) = (LargeChoice::of(consent.request.wants), consent.check.armed());
    let count = choices.len().max(1) as f32;
    let height = ((room.y - CARD_GAP_PT * (count - 1.0)) / count).min(CARD_PT);
    ui.spacing_mut().item_spacing.y = CARD_GAP_PT;
    let size = Vec2::new(room.x, height);
    let card = |choice: &LargeChoice| ChoiceCard {
        title: cx.text(choice.title),
        line: cx.text(choice.line),
        warning: choice.warning(height < SHORT_PT, cx),
        mark: choice.mark(),
    };
    let cards: Vec<_> = choices.iter().map(card).collect();
    // One is not larger than the other.
    let scale = cards.iter().map(|card| card.scale(ui, size)).max().unwrap_or_default();
    for (choice, card) in choices.iter().zip(cards) {
        let drawn = ui.add_enabled_ui(armed, |ui| card.card_ui(ui, size, scale, Sense::CLICK)).inner;
        sight.add(ui, drawn.rect);
        let progress = consent.check.progress();
        if progress < 1.0 {
            let track = drawn.rect.with_min_y(drawn.rect.bottom() - 4.0).shrink2(Vec2::new(12.0, 0.0));
            let done = track.with_max_x(egui::lerp(track.left()..=track.right(), progress));
            ui.painter().rect_filled(done, 2.0, ACCENT);
        }
        let yes = WideningAct::Allow { request: consent.request.id, permissions: choice.permissions };
        consent.check.place(&drawn, &yes);
        if armed && let Some(act) = consent.check.pass(ui, &drawn, yes) {
            cx.act(PageAction::Widen(act));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_choice_allows_what_it_names_and_nothing_beside_it() {
        let mut titles = Vec::new();
        let others: PermissionSet = Permission::ALL.into_iter().collect();
        let others = others.difference(PermissionSet::DESKTOP);
        let sets = (0..8_u32).map(PermissionSet::from);
        for wants in sets.flat_map(|set| [set, set.iter().chain(others.iter()).collect()]) {
            let choices = LargeChoice::of(wants);
            for choice in &choices {
                let within = choice.permissions.intersection(wants).intersection(PermissionSet::DESKTOP);
                assert_eq!(within, choice.permissions, "{}", wants.words());
                titles.push((choice.title, choice.permissions.words()));
            }
            assert_eq!(choices.is_empty(), wants.intersection(PermissionSet::DESKTOP).is_empty());
            titles.sort_unstable();
            titles.dedup();
        }
        let named: std::collections::BTreeSet<_> = titles.iter().map(|(title, _)| title).collect();
        assert_eq!((titles.len(), named.len()), (7, 7), "each title is of one set: {titles:?}");
    }
}
