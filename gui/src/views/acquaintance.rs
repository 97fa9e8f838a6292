//! What the question says of somebody who was here before: since when they are known, or that they have the
//! name of somebody else who is.
//!
//! In the second case nothing can be allowed before the user has said by a hand that it is them. A badge is
//! shown where it says something: of a stranger's name everybody knows that they chose it themselves.

use beistand_node::Recognition;
use beistand_node::words::args;
use egui::{Sense, Ui, Vec2};

use super::PageContext;
use super::widgets::{ButtonLook, badge_ui, bounded_ui, sized_button_ui, warning_ui};
use crate::hand_check::WideningAct;
use crate::state::{ConsentState, PageAction};
use crate::theme::{self, palette};

/// Draws what is known of the name, where that says something.
pub fn recognition_badge_ui(ui: &mut Ui, consent: &ConsentState, cx: &PageContext<'_>) {
    let colours = palette(ui);
    let request = &consent.request;
    let badge = match &request.recognition {
        known @ Recognition::Known(_) if request.warning.is_none() && known.is_plain(&request.name) => {
            known.phrase().map(|since| (cx.say(&since), colours.good))
        }
        // By an organisation's word alone, so it is no sign of a check.
        Recognition::Carded(card) if request.warning.is_none() && card.is_of(&request.name) => {
            let words = cx.with("page-consent-carded", args![organisation = card.organisation()]);
            Some((words, colours.weak))
        }
        Recognition::Known(_) | Recognition::Carded(_) => {
            Some((cx.text("page-unverified"), colours.warning_text))
        }
        Recognition::Other(_) | Recognition::OtherThanCard(_) => {
            Some((cx.text("page-unverified"), colours.warning_text))
        }
        Recognition::Stranger if request.warning.is_some() => {
            Some((cx.text("page-unverified"), colours.warning_text))
        }
        Recognition::Stranger => None,
    };
    if let Some((badge, colour)) = badge {
        badge_ui(ui, &badge, colour);
    }
}

/// Draws the name, with what is known of it.
pub fn asker_ui(ui: &mut Ui, consent: &ConsentState, cx: &PageContext<'_>) {
    ui.horizontal_top(|ui| {
        recognition_badge_ui(ui, consent, cx);
        bounded_ui(ui, &consent.request.name, theme::LEAD_PT, palette(ui).text, 1);
    });
}

/// Draws what stands against a yes, and the button by which the user vouches for whoever asks.
pub fn vouch_ui(ui: &mut Ui, consent: &mut ConsentState, cx: &mut PageContext<'_>) {
    let known = match &consent.request.recognition {
        // Who is known by another name than the one they give now.
        Recognition::Known(one) if one.name() != consent.request.name => {
            return warning_ui(ui, cx.with("page-consent-renamed", args![name = one.name()]));
        }
        Recognition::Carded(card) if !card.is_of(&consent.request.name) => Some(card.phrase()),
        Recognition::Known(_) | Recognition::Carded(_) | Recognition::Stranger => return,
        other @ (Recognition::Other(_) | Recognition::OtherThanCard(_)) => other.phrase(),
    };
    if let Some(known) = known {
        warning_ui(ui, cx.say(&known));
    }
    if consent.blocked() {
        let label = cx.text("page-consent-vouch");
        let size = Vec2::new(ui.available_width(), 40.0);
        let button = sized_button_ui(ui, ButtonLook::Plain, &label, size, Sense::CLICK);
        let act = WideningAct::Vouch { request: consent.request.id };
        consent.check.place(&button, &act);
        if let Some(act) = consent.check.pass(ui, &button, act) {
            cx.act(PageAction::Widen(act));
        }
    }
}
