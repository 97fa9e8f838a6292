//! A tick for each thing that is asked for, as many beside each other as there is room for, and what can be
//! shared in parts.

use beistand_node::words::{Phrase, args};
use beistand_node::{NodeCommand, Permission};
use egui::{Response, ScrollArea, Ui, Vec2};

use crate::hand_check::{Sight, WideningAct};
use crate::panels::{ShareGroup, permission_words};
use crate::state::{ConsentState, PageAction};
use crate::theme::palette;
use crate::views::PageContext;
use crate::views::choices::{ChoicePlan, explained, readiness_of};
use crate::views::share::{ShareWish, share_height, share_ui};
use crate::views::tick::TickDetail;

/// All of what is asked for, by the plan for this room if there is one, and what can be shared in parts.
pub(super) fn choices_ui(
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
pub(in crate::views) fn shares_ui(
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
pub(super) fn part_ui(
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
