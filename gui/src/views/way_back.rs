//! Above the page after a session: who it was with, and for half a minute the way back into it.
//!
//! The user's press passes the window's hand check, and what it allows stands beside it; the helper's goes to
//! look for them, and lets nobody do anything.

use std::time::Duration;

use beistand_node::PressOrigin;
use beistand_node::words::{Phrase, args};
use egui::{Frame, Margin, Response, Sense, Ui, Vec2};

use super::PageContext;
use super::widgets::{ButtonLook, sized_button_ui, small_ui, trouble_ui, weak_ui};
use crate::hand_check::{GrantOffer, Sight, WideningAct};
use crate::panels::permission_words;
use crate::state::{EndedSession, PageAction};
use crate::theme::palette;

/// How often the seconds that are left are looked at.
const REDRAW_INTERVAL: Duration = Duration::from_secs(1);

/// Draws it at the user's.
pub fn user_way_back_ui(
    ui: &mut Ui,
    ended: &mut EndedSession,
    origin: &mut dyn PressOrigin,
    cx: &mut PageContext<'_>,
) {
    forget_late(ui, ended, cx);
    let EndedSession { peer, way_back } = ended;
    strip_ui(ui, peer.as_ref(), cx, |ui, cx| {
        let Some(offer) = way_back else { return };
        offer.check.begin(ui, origin);
        let mut sight = Sight::default();
        let may = offer.ticket.permissions().iter().map(|one| Phrase::new(permission_words(one).title));
        let may: Vec<_> = may.collect();
        let said = ui.scope(|ui| small_ui(ui, cx.with("page-way-back-user", args![what = may])));
        sight.add(ui, said.response.rect);
        let armed = offer.check.armed();
        let button = ui.add_enabled_ui(armed, |ui| back_button_ui(ui, offer.left(cx.now), cx)).inner;
        sight.add(ui, button.rect);
        let act = WideningAct::WayBack(Box::new(offer.ticket.clone()));
        offer.check.place(&button, &act);
        if let Some(act) = offer.check.pass(ui, &button, act) {
            cx.act(PageAction::Widen(act));
        }
        if let Some(refusal) = offer.check.refusal() {
            trouble_ui(ui, cx.text(refusal.text()));
        }
        offer.check.end(ui, sight, GrantOffer { parts: 1, ..GrantOffer::default() });
    });
}

/// Draws it at the helper's.
pub fn helper_way_back_ui(ui: &mut Ui, ended: &mut EndedSession, cx: &mut PageContext<'_>) {
    forget_late(ui, ended, cx);
    let EndedSession { peer, way_back } = ended;
    strip_ui(ui, peer.as_ref(), cx, |ui, cx| {
        let Some(offer) = way_back else { return };
        small_ui(ui, cx.text("page-way-back-helper"));
        if back_button_ui(ui, offer.left(cx.now), cx).clicked() {
            cx.act(PageAction::ComeBack(offer.ticket.clone()));
        }
    });
}

/// What is no longer offered is gone.
fn forget_late(ui: &Ui, ended: &mut EndedSession, cx: &PageContext<'_>) {
    ended.way_back.take_if(|offer| offer.left(cx.now).is_none());
    if ended.way_back.is_some() {
        ui.request_repaint_after(REDRAW_INTERVAL);
    }
}

/// Draws nothing where the session never began.
fn strip_ui(
    ui: &mut Ui,
    peer: Option<&Phrase>,
    cx: &mut PageContext<'_>,
    content: impl FnOnce(&mut Ui, &mut PageContext<'_>),
) {
    let Some(peer) = peer else { return };
    let frame = Frame::new().fill(palette(ui).card).inner_margin(Margin::symmetric(28, 14));
    egui::Panel::top("way back").frame(frame).resizable(false).show(ui, |ui| {
        weak_ui(ui, cx.with("page-way-back-with", args![who = peer.clone()]));
        content(ui, cx);
    });
}

fn back_button_ui(ui: &mut Ui, left: Option<Duration>, cx: &PageContext<'_>) -> Response {
    let secs = left.unwrap_or_default().as_secs_f32().ceil() as u64;
    let label = cx.with("page-way-back-go", args![secs = secs]);
    sized_button_ui(ui, ButtonLook::Plain, &label, Vec2::new(0.0, 40.0), Sense::CLICK)
}
