//! The cards on the home page by which a helper comes back: the user lets them, the helper goes.
//!
//! The user's yes passes the window's hand check, and what is allowed by it stands beside it.

use std::time::Duration;

use beistand_node::words::args;
use beistand_node::{Permission, PressOrigin, ReturnTicket, Role};
use egui::{Sense, Ui, Vec2};

use super::PageContext;
use super::widgets::{
    ButtonLook, button_ui, card_ui, lead_ui, quiet_button_ui, sized_button_ui, small_ui, trouble_ui,
    warning_ui,
};
use crate::hand_check::{GrantOffer, HandCheck, Sight, WideningAct};
use crate::panels::permission_words;
use crate::state::{HomeState, PageAction};

/// How often the minutes that are left are looked at.
const REDRAW_INTERVAL: Duration = Duration::from_secs(10);

/// Draws the cards.
pub fn returns_ui(ui: &mut Ui, home: &mut HomeState, origin: &mut dyn PressOrigin, cx: &mut PageContext<'_>) {
    home.check.begin(ui, origin);
    let mut sight = Sight::default();
    for refused in &home.refused {
        warning_ui(ui, cx.say(refused));
    }
    let HomeState { returns, check, .. } = home;
    returns.retain(|open| open.left(cx.now).is_some());
    for open in returns.iter() {
        let minutes = open.left(cx.now).unwrap_or_default().as_secs().div_ceil(60);
        let card = card_ui(ui, |ui| match open.ticket.role() {
            Role::Host => user_ui(ui, &open.ticket, minutes, check, cx),
            Role::Technician => helper_ui(ui, &open.ticket, minutes, cx),
        });
        if open.ticket.role() == Role::Host {
            sight.add(ui, card.response.rect);
        }
    }
    if !returns.is_empty() {
        ui.add_space(12.0);
        ui.request_repaint_after(REDRAW_INTERVAL);
    }
    let parts = home.offered();
    home.check.end(ui, sight, GrantOffer { parts, ..GrantOffer::default() });
}

/// A helper may come back here.
fn user_ui(
    ui: &mut Ui,
    ticket: &ReturnTicket,
    minutes: u64,
    check: &mut HandCheck,
    cx: &mut PageContext<'_>,
) {
    lead_ui(ui, cx.with("page-return-user", args![name = ticket.name(), minutes = minutes]));
    if let Some(warning) = ticket.warning() {
        warning_ui(ui, cx.say(&warning));
    }
    small_ui(ui, cx.text("page-return-may"));
    for permission in ticket.permissions().iter() {
        small_ui(ui, format!("✔ {}", cx.text(permission_words(permission).title)));
    }
    if ticket.permissions().contains(Permission::View) {
        small_ui(ui, cx.text("page-return-whole"));
    }
    ui.horizontal_wrapped(|ui| {
        let (label, size) = (cx.text("page-return-let"), Vec2::new(0.0, 40.0));
        let let_back = ui.add_enabled_ui(check.armed(), |ui| {
            sized_button_ui(ui, ButtonLook::Primary, &label, size, Sense::CLICK)
        });
        let act = WideningAct::Return(Box::new(ticket.clone()));
        check.place(&let_back.inner, &act);
        if let Some(act) = check.pass(ui, &let_back.inner, act) {
            cx.act(PageAction::Widen(act));
        }
        if button_ui(ui, ButtonLook::Plain, &cx.text("page-return-no")).clicked() {
            cx.act(PageAction::ForgetReturn(ticket.clone()));
        }
    });
    if let Some(refusal) = check.refusal() {
        trouble_ui(ui, cx.text(refusal.text()));
    }
}

/// A user has allowed to come back.
fn helper_ui(ui: &mut Ui, ticket: &ReturnTicket, minutes: u64, cx: &mut PageContext<'_>) {
    lead_ui(ui, cx.with("page-return-helper", args![name = ticket.name(), minutes = minutes]));
    small_ui(ui, ticket.number());
    ui.horizontal_wrapped(|ui| {
        if button_ui(ui, ButtonLook::Primary, &cx.text("page-return-go")).clicked() {
            cx.act(PageAction::ComeBack(ticket.clone()));
        }
        if quiet_button_ui(ui, &cx.text("page-return-forget")).clicked() {
            cx.act(PageAction::ForgetReturn(ticket.clone()));
        }
    });
}
