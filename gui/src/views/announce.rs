//! What an assistive program reads aloud by itself when it changes: that somebody asks, that it pauses, that
//! it is over, and notices that pass. It shows nothing that is not on the page as well.

use egui::accesskit::{Live, Role};
use egui::{Id, Rect, Sense, Ui, Vec2, WidgetInfo};

use super::PageContext;
use crate::state::{AppState, HostPhase, OpenPage, SessionFacts, SessionWay, TechnicianPhase, ViewerState};
use beistand_node::Permission;
use beistand_node::words::{Phrase, args};

/// Something to be read aloud.
#[derive(Debug)]
struct Announcement {
    text: Phrase,
    /// Whether it interrupts what is being read.
    live: Live,
}

/// Says what there is to be said of this state.
pub fn announcement_ui(ui: &mut Ui, state: &AppState, cx: &PageContext<'_>) {
    let Some(Announcement { text, live }) = announcement(state) else { return };
    let text = cx.say(&text);
    let place = Rect::from_min_size(ui.max_rect().min, Vec2::ZERO);
    let id = Id::unique("announcement");
    let response = ui.interact(place, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &text));
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_live(live);
        node.set_live_atomic();
    });
}

fn announcement(state: &AppState) -> Option<Announcement> {
    let loud = |text| Some(Announcement { text, live: Live::Assertive });
    let polite = |text| Some(Announcement { text, live: Live::Polite });
    match &state.page {
        OpenPage::Home | OpenPage::Changes(_) | OpenPage::Acquaintances(_) => None,
        OpenPage::Host(host) => match &host.phase {
            HostPhase::Starting | HostPhase::Waiting | HostPhase::Answered => None,
            HostPhase::Asked(consent) => {
                loud(Phrase::with("page-announce-asked", args![name = consent.request.name.clone()]))
            }
            HostPhase::Running(session) if session.facts.paused() => {
                loud(Phrase::new("page-announce-paused"))
            }
            HostPhase::Running(session) => {
                let helped = || Phrase::with("page-announce-helped", args![name = session.name.clone()]);
                loud(session.panels.urgent().unwrap_or_else(helped))
            }
            HostPhase::Ended(cause) => loud(cause.phrase.clone()),
        },
        OpenPage::Technician(technician) => match &technician.phase {
            TechnicianPhase::Form | TechnicianPhase::Connecting(_) => None,
            TechnicianPhase::Viewing(viewing) => of_viewer(viewing).and_then(polite),
            TechnicianPhase::Ended(cause) => loud(cause.phrase.clone()),
        },
    }
}

/// The newest notice, or why the picture does not move.
fn of_viewer(viewing: &ViewerState) -> Option<Phrase> {
    let newest = viewing.toasts.iter().last().map(|toast| toast.text.clone());
    newest.or_else(|| of_facts(&viewing.facts))
}

fn of_facts(facts: &SessionFacts) -> Option<Phrase> {
    match facts.way {
        SessionWay::Lost => return Some(Phrase::new("page-viewer-lost")),
        SessionWay::Unknown | SessionWay::Known(_) => {}
    }
    if facts.paused() {
        return Some(Phrase::new("page-viewer-paused"));
    }
    let hidden = !facts.granted.contains(Permission::View);
    hidden.then(|| Phrase::new("page-viewer-hidden"))
}
