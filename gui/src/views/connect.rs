//! The technician's paste page, and the way to the host step by step.

use egui::{Event, Key, RichText, TextEdit, Ui, Vec2};

use super::PageContext;
use super::invite_field::invite_field_ui;
use super::past::past_sessions_ui;
use super::wants::wants_ui;
use super::widgets::{
    ButtonLook, SasShape, busy_ui, button_ui, card_ui, lead_ui, page_ui, sas_ui, small_ui, title_ui,
    trouble_ui, warning_ui, weak_ui,
};
use crate::panels::{PanelContext, PanelSide, SessionStage};
use crate::phrases::{self, STEPS};
use crate::state::{ConnectForm, ConnectingState, MAX_INVITE_BYTES, PageAction};
use crate::theme::palette;
use beistand_node::words::args;
use beistand_node::{ConnectStep, InviteSearch, NodeCommand, PastPeer, PastSession, Role, reach_phrase};

/// The longest name in characters: what fits the user's dialog in a line.
pub const MAX_NAME_CHARS: usize = 60;
/// The longest reason in characters: three lines in the user's dialog.
pub const MAX_REASON_CHARS: usize = 200;

/// Draws the paste page.
pub fn form_ui(
    ui: &mut Ui,
    form: &mut ConnectForm,
    past: &[(PastSession, PastPeer)],
    cx: &mut PageContext<'_>,
) {
    refuse_long_pastes(ui, form);
    page_ui(ui, |ui| {
        title_ui(ui, cx.text("page-give-title"));
        weak_ui(ui, cx.text("page-give-what"));
        ui.add_space(6.0);
        let invite = label_ui(ui, cx.text("page-give-invite"));
        let first_time = form.invite.text().is_empty() && ui.memory(|memory| memory.focused().is_none());
        let mut connect = invite_field_ui(ui, &mut form.invite, invite, first_time, cx);
        ui.add_space(4.0);
        let (label, hint) = (cx.text("page-give-name"), cx.text("page-give-name-hint"));
        connect |= line_ui(ui, label, &mut form.name, MAX_NAME_CHARS, hint);
        ui.add_space(4.0);
        let (label, hint) = (cx.text("page-give-reason"), cx.text("page-give-reason-hint"));
        connect |= line_ui(ui, label, &mut form.reason, MAX_REASON_CHARS, hint);
        ui.add_space(10.0);
        let complete =
            !form.invite.text().trim().is_empty() && !form.name.trim().is_empty() && !form.wants.is_empty();
        ui.horizontal(|ui| {
            let label = cx.text("page-give-connect");
            let button = ui.add_enabled_ui(complete, |ui| button_ui(ui, ButtonLook::Primary, &label));
            connect |= button.inner.clicked();
            if button_ui(ui, ButtonLook::Plain, &cx.text("page-give-back")).clicked() {
                cx.act(PageAction::Home);
            }
        });
        connect |= ui.input(|input| input.modifiers.command && input.key_pressed(Key::Enter));
        if connect && *form.invite.search() != InviteSearch::Found {
            form.invite.complain();
        } else if connect && complete {
            cx.act(PageAction::Connect);
        } else if connect {
            form.is_hasty = true;
        }
        form.is_hasty &= !complete;
        if form.is_hasty {
            let missing =
                if form.name.trim().is_empty() { "page-give-no-name" } else { "page-give-no-wants" };
            trouble_ui(ui, cx.text(missing));
        }
        ui.add_space(6.0);
        small_ui(ui, cx.text("page-give-asked"));
        wants_ui(ui, &mut form.wants, cx);
        past_sessions_ui(ui, past, cx);
    });
}

/// Takes pastes that are too long out of the input before a field lays them out.
fn refuse_long_pastes(ui: &Ui, form: &mut ConnectForm) {
    let refused = ui.input_mut(|input| {
        let before = input.events.len();
        input.events.retain(|event| {
            !matches!(event, Event::Paste(text) | Event::Text(text) | Event::MiddleClickPaste { text, .. }
                if text.len() > MAX_INVITE_BYTES)
        });
        before != input.events.len()
    });
    if refused {
        form.invite.refuse();
    }
}

fn label_ui(ui: &mut Ui, text: String) -> egui::Id {
    ui.label(RichText::new(text).color(palette(ui).text)).id
}

/// Returns whether Enter was pressed in it.
fn line_ui(ui: &mut Ui, label: String, text: &mut String, limit: usize, hint: String) -> bool {
    let salt = label.clone();
    let id = label_ui(ui, label);
    let field = TextEdit::singleline(text)
        .id_salt(salt)
        .char_limit(limit)
        .desired_width(f32::INFINITY)
        .margin(Vec2::new(12.0, 9.0))
        .hint_text(hint);
    let response = ui.add(field).labelled_by(id);
    response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
}

/// Draws the way to the host.
pub fn connecting_ui(ui: &mut Ui, connecting: &mut ConnectingState, cx: &mut PageContext<'_>) {
    page_ui(ui, |ui| {
        title_ui(ui, cx.text("page-connecting-title"));
        ui.add_space(6.0);
        card_ui(ui, |ui| {
            for step in STEPS {
                step_ui(ui, step, connecting.step, cx);
            }
            let since = *connecting.since.get_or_insert(cx.now);
            let waited = phrases::clock(cx.now.saturating_duration_since(since));
            let key = match (&connecting.request, &connecting.notice) {
                (Some(_), _) => "page-connecting-asked",
                (None, None) => "page-connecting-takes",
                // It says itself what is waited for, and that may take longer.
                (None, Some(_)) => "page-connecting-waited",
            };
            small_ui(ui, cx.with(key, args![time = waited]));
        });
        let reach = connecting.reach.and_then(|reach| reach_phrase(reach, Role::Technician));
        if let Some(trouble) = reach.filter(|_| connecting.request.is_none()) {
            warning_ui(ui, cx.say(&trouble));
        }
        if let Some(request) = &connecting.request {
            card_ui(ui, |ui| {
                lead_ui(ui, cx.text("page-connecting-read"));
                ui.add_space(2.0);
                sas_ui(ui, request.sas, SasShape::Row, cx.words);
                small_ui(ui, cx.text("page-connecting-same"));
            });
        }
        if let Some(notice) = &connecting.notice {
            weak_ui(ui, cx.say(&notice.phrase()));
        }
        ui.add_space(8.0);
        if button_ui(ui, ButtonLook::Plain, &cx.text("page-connecting-cancel")).clicked() {
            cx.send(NodeCommand::End);
            cx.act(PageAction::EditInvite);
        }
        if connecting.request.is_some() {
            ui.add_space(8.0);
            let ConnectingState { panels, facts, .. } = connecting;
            let mut context = PanelContext::new(PanelSide::Technician, SessionStage::Asking, facts, cx);
            card_ui(ui, |ui| panels.question_ui(ui, &mut context));
        }
    });
}

fn step_ui(ui: &mut Ui, step: ConnectStep, now: Option<ConnectStep>, cx: &PageContext<'_>) {
    let place = |step: ConnectStep| STEPS.iter().position(|one| *one == step);
    let (place, now) = (place(step), now.and_then(place).or(Some(0)));
    let colours = palette(ui);
    ui.horizontal(|ui| {
        let size = Vec2::splat(20.0);
        let colour = if place < now {
            let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
            ui.painter().text(
                rect.center(),
                egui::Align2::CENTER_CENTER,
                "✔",
                egui::FontId::proportional(16.0),
                colours.good,
            );
            colours.weak
        } else if place == now {
            busy_ui(ui, size.x, &cx.text("page-busy"));
            colours.text
        } else {
            let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
            ui.painter().circle_stroke(rect.center(), 5.0, egui::Stroke::new(1.5, colours.line));
            colours.weak
        };
        ui.add(egui::Label::new(RichText::new(cx.text(phrases::step(step))).color(colour)).wrap());
    });
}
