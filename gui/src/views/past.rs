//! Whom the helper has helped from here lately, below the form for an invite: to find their way about among
//! those who call again, and to be forgotten one by one or all at once. Nothing in it connects.

use beistand_node::words::args;
use beistand_node::{PastPeer, PastSession};
use egui::{RichText, Ui};

use super::PageContext;
use super::widgets::{ButtonLook, button_ui, card_ui, lead_ui, small_ui, weak_ui};
use crate::phrases;
use crate::state::PageAction;
use crate::theme::palette;

/// Draws the list, where there is anything in it.
pub fn past_sessions_ui(ui: &mut Ui, past: &[(PastSession, PastPeer)], cx: &mut PageContext<'_>) {
    if past.is_empty() {
        return;
    }
    ui.add_space(12.0);
    card_ui(ui, |ui| {
        lead_ui(ui, cx.text("page-past-title"));
        small_ui(ui, cx.text("page-past-what"));
        for (session, peer) in past {
            ui.separator();
            one_ui(ui, session, peer, cx);
        }
        ui.separator();
        if button_ui(ui, ButtonLook::Plain, &cx.text("page-past-forget")).clicked() {
            cx.act(PageAction::ForgetPast);
        }
    });
}

fn one_ui(ui: &mut Ui, session: &PastSession, peer: &PastPeer, cx: &mut PageContext<'_>) {
    let who = cx.say(&session.who());
    ui.add(egui::Label::new(RichText::new(&who).color(palette(ui).text)).wrap());
    let lasted = phrases::lasted(session.lasted());
    weak_ui(ui, cx.with("page-past-line", args![when = session.when(), lasted = lasted]));
    if let Some(known) = &peer.known {
        small_ui(ui, cx.with("page-past-known", args![since = known.since()]));
    }
    if peer.may_return {
        small_ui(ui, cx.text("page-past-return"));
    }
    let name = cx.with("page-past-remove-of", args![who = &who, when = session.when()]);
    let button = ui.link(cx.text("page-past-remove"));
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Link, true, &name));
    if button.clicked() {
        cx.act(PageAction::RemovePast(session.clone()));
    }
}
