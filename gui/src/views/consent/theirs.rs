//! What the helper says, and what stands against it.

use beistand_node::words::args;
use egui::Ui;

use crate::panels::{PanelContext, PanelSide, SessionStage};
use crate::state::{ConsentState, SessionFacts};
use crate::theme::{self, palette};
use crate::views::PageContext;
use crate::views::acquaintance::{asker_ui, vouch_ui};
use crate::views::consent::REASON_ROWS;
use crate::views::widgets::{TextScale, bounded_ui, quote_ui, small_ui, warning_ui};

/// Where the warning of a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WarningPlace {
    /// With what the helper says.
    Here,
    /// At the head of the page.
    Head,
}

/// Everything that the helper says, in a frame that says so.
pub(super) fn theirs_ui(
    ui: &mut Ui,
    consent: &mut ConsentState,
    scale: TextScale,
    place: WarningPlace,
    cx: &mut PageContext<'_>,
) {
    // Above what they write, which can be long; in a low window it stands above the buttons.
    if scale == TextScale::Normal {
        doubts_ui(ui, consent, place, cx);
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
        doubts_ui(ui, consent, place, cx);
    }
    small_ui(ui, cx.text("page-consent-name"));
    small_ui(ui, cx.text("page-consent-differ"));
}

/// What stands against the name that they give.
fn doubts_ui(ui: &mut Ui, consent: &mut ConsentState, place: WarningPlace, cx: &mut PageContext<'_>) {
    vouch_ui(ui, consent, cx);
    if let (WarningPlace::Here, Some(warning)) = (place, &consent.request.warning) {
        warning_ui(ui, cx.say(warning));
    }
}
