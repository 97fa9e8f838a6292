//! The main window while somebody helps: the controls of both bars, with room for words.

use beistand_node::words::args;
use egui::{Response, RichText, Sense, Ui, Vec2};

use super::PageContext;
use super::end_button::end_button_ui;
use super::share::keep_ui;
use super::widgets::{
    ButtonLook, bounded_ui, card_ui, dot_ui, lead_ui, page_ui, sized_button_ui, small_ui, title_ui,
    trouble_ui, weak_ui,
};
use crate::hand_check::{FocusNeed, GrantOffer, HandCheck, Sight, WideningAct};
use crate::panels::{PanelContext, PanelName, PanelSide, SessionStage, permission_words};
use crate::phrases;
use crate::state::{HostSession, PageAction, SessionWay};
use crate::theme::palette;
use beistand_node::{NodeCommand, PressOrigin};

/// Draws what the main window shows during a session.
pub fn host_session_ui(
    ui: &mut Ui,
    session: &mut HostSession,
    origin: &mut dyn PressOrigin,
    cx: &mut PageContext<'_>,
) {
    // What is asked in the middle of a session comes up by itself.
    let asked = session.panels.urgent().is_some();
    session.check.need_focus(if asked { FocusNeed::Needed } else { FocusNeed::Indifferent });
    session.check.begin(ui, origin);
    let mut sight = Sight::default();
    page_ui(ui, |ui| {
        let title = if session.facts.paused() { "page-session-paused" } else { "page-session-title" };
        title_ui(ui, cx.text(title));
        who_ui(ui, session, cx);
        controls_ui(ui, session, &mut sight, cx);
        if let Some(notice) = &session.notice {
            weak_ui(ui, cx.say(notice));
        }
        let mut names: Vec<_> = PanelName::on(PanelSide::Host).collect();
        names.sort_by_key(|name| !session.panels.is_urgent(*name));
        for name in names {
            let HostSession { facts, panels, name: helper, check, .. } = session;
            let context =
                PanelContext::new(PanelSide::Host, SessionStage::Running, facts, cx).with_hand(check);
            card_ui(ui, |ui| panels.panel_ui(name, ui, &mut context.with_peer(helper)));
            if super::is_attended(ui) {
                panels.see(name);
            }
        }
        may_ui(ui, session, cx);
        for command in keep_ui(ui, &session.panels.shares(), cx.words) {
            cx.send(NodeCommand::Feature(command));
        }
        small_ui(ui, cx.text("page-session-bar"));
        if let Some(key) = session.emergency_key.phrase() {
            small_ui(ui, cx.say(&key));
        }
    });
    let parts = session.panels.offered();
    let offer = GrantOffer { resume: session.facts.paused(), parts, ..GrantOffer::default() };
    session.check.end(ui, sight, offer);
    let running = cx.now.saturating_duration_since(session.since);
    ui.request_repaint_after(phrases::until_next_minute(running));
}

fn who_ui(ui: &mut Ui, session: &HostSession, cx: &PageContext<'_>) {
    let elapsed = phrases::elapsed(cx.now.saturating_duration_since(session.since));
    card_ui(ui, |ui| {
        ui.horizontal(|ui| {
            let (colour, meaning) = if session.facts.paused() {
                (palette(ui).warning_text, "page-paused")
            } else {
                (palette(ui).good, "page-running")
            };
            dot_ui(ui, colour, &cx.text(meaning));
            bounded_ui(ui, &session.name, 22.0, palette(ui).text, 1);
        });
        let way = match &session.facts.way {
            SessionWay::Unknown => None,
            SessionWay::Known(path) => Some(phrases::path(path.kind)),
            SessionWay::Lost => Some("page-reconnecting"),
        };
        match way {
            Some(way) => {
                let way = cx.text(way);
                small_ui(ui, cx.with("page-session-since", args![elapsed = elapsed, way = way]));
            }
            None => small_ui(ui, cx.say(&elapsed)),
        }
        if let Some(path) = session.facts.way.path() {
            small_ui(ui, cx.text(phrases::path_hint(path.kind)));
        }
    });
}

fn controls_ui(ui: &mut Ui, session: &mut HostSession, sight: &mut Sight, cx: &mut PageContext<'_>) {
    ui.horizontal_wrapped(|ui| {
        let lost = session.panels.lost_by_end();
        let look = ("page-session-end-now", Vec2::new(0.0, 40.0));
        if end_button_ui(ui, &mut session.end_question, lost.as_ref(), look, (cx.words, cx.now)) {
            cx.send(NodeCommand::End);
        }
        let size = Vec2::new(0.0, 40.0);
        if session.facts.paused() {
            let resume = resume_ui(ui, &cx.text("page-session-resume"), size, &session.check);
            sight.add(ui, resume.rect);
            if let Some(act) = session.check.pass(ui, &resume, WideningAct::Resume) {
                cx.act(PageAction::Widen(act));
            }
        } else if sized_button_ui(ui, ButtonLook::Plain, &cx.text("page-session-pause"), size, Sense::click())
            .clicked()
        {
            cx.send(NodeCommand::Pause);
        }
    });
    if let Some(lost) = session.panels.lost_by_end().filter(|_| session.end_question.is_open(cx.now)) {
        trouble_ui(ui, cx.with("page-end-lost-by", args![what = lost]));
    }
    if let Some(refusal) = session.check.refusal() {
        trouble_ui(ui, cx.text(refusal.text()));
    }
}

/// The button that undoes a pause: for a hand alone, and only after a while.
pub(super) fn resume_ui(ui: &mut Ui, label: &str, size: Vec2, check: &HandCheck) -> Response {
    let armed = check.armed();
    ui.add_enabled_ui(armed, |ui| sized_button_ui(ui, ButtonLook::Plain, label, size, Sense::CLICK)).inner
}

fn may_ui(ui: &mut Ui, session: &HostSession, cx: &PageContext<'_>) {
    card_ui(ui, |ui| {
        lead_ui(ui, cx.text("page-session-may"));
        if session.facts.granted.is_empty() {
            weak_ui(ui, cx.text("page-session-may-nothing"));
        }
        for permission in session.facts.granted.iter() {
            ui.horizontal(|ui| {
                ui.label(RichText::new("✔").color(palette(ui).good));
                let what = cx.text(permission_words(permission).title);
                ui.label(RichText::new(what).color(palette(ui).text));
            });
        }
        small_ui(ui, cx.text("page-session-change"));
    });
}
