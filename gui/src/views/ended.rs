//! The page after a session, or after a try to get one: what happened, said to whoever is on this side of it,
//! and what to do next.

use std::time::Duration;

use beistand_node::words::args;
use egui::{RichText, Ui};

use super::PageContext;
use super::widgets::{ButtonLook, button_ui, card_ui, page_ui, small_ui, title_ui};
use crate::panels::PanelSide;
use crate::phrases;
use crate::state::PageAction;
use crate::theme::palette;
use beistand_node::{EndCause, EndWord, EndedBy};

/// What the page offers as the next step.
#[derive(Debug, Clone)]
pub struct NextStep {
    /// What the button says: the key of a text.
    pub label: &'static str,
    /// What it does.
    pub action: PageAction,
    /// Another way, quieter.
    pub other: Option<(&'static str, PageAction)>,
}

/// The end of this side's session, or of its try to get one.
#[derive(Debug, Clone, Copy)]
pub struct EndedPage<'a> {
    /// Why.
    pub cause: &'a EndCause,
    /// Whose page it is.
    pub side: PanelSide,
    /// How long it took; nothing where none began.
    pub lasted: Option<Duration>,
}

/// The user's next step. After a session they are done; where it did not come to one, or was lost, an invite
/// leads on.
pub fn users_next_step(cause: &EndCause) -> NextStep {
    let done = ("page-end-done", PageAction::Home);
    let invite = ("page-end-new-invite", PageAction::GetHelp);
    let ([label, other], [action, quiet]) = match cause.reason {
        EndWord::Ended | EndWord::Denied => ([done.0, invite.0], [done.1, invite.1]),
        EndWord::Unanswered
        | EndWord::InviteWrong
        | EndWord::InviteExpired
        | EndWord::InviteUsed
        | EndWord::Busy
        | EndWord::TooManyTries
        | EndWord::NotFound
        | EndWord::Lost
        | EndWord::Failed => ([invite.0, done.0], [invite.1, done.1]),
    };
    NextStep { label, action, other: Some((other, quiet)) }
}

/// The helper's: after a session they are done; after a failed try the same text may do, or has to be
/// another one.
pub fn helpers_next_step(cause: &EndCause, returning: bool, lasted: Option<Duration>) -> NextStep {
    let another = ("page-end-other-invite", PageAction::EditInvite);
    let done = ("page-end-done", PageAction::Home);
    let again = ("page-end-again", PageAction::Connect);
    let decided = match cause.by {
        EndedBy::Us | EndedBy::Peer => true,
        EndedBy::Nobody => false,
    };
    if returning && cause.reason != EndWord::Ended {
        return NextStep { label: another.0, action: another.1, other: Some(done) };
    }
    let (first, other) = match cause.reason {
        EndWord::Ended => (done, another),
        // The yes has used the invite up.
        EndWord::Lost | EndWord::Failed if lasted.is_some() => (another, done),
        EndWord::InviteWrong | EndWord::InviteExpired | EndWord::InviteUsed | EndWord::Denied if decided => {
            (another, done)
        }
        EndWord::InviteWrong
        | EndWord::InviteExpired
        | EndWord::InviteUsed
        | EndWord::Denied
        | EndWord::Unanswered
        | EndWord::Busy
        | EndWord::TooManyTries
        | EndWord::NotFound
        | EndWord::Lost
        | EndWord::Failed => (again, ("page-end-change-invite", PageAction::EditInvite)),
    };
    NextStep { label: first.0, action: first.1, other: Some(other) }
}

/// Draws the page after the end.
pub fn ended_ui(ui: &mut Ui, ended: EndedPage<'_>, next: &NextStep, cx: &mut PageContext<'_>) {
    let EndedPage { cause, side, lasted } = ended;
    page_ui(ui, |ui| {
        ui.add_space(40.0);
        title_ui(ui, cx.say(&cause.headline));
        ui.add_space(8.0);
        card_ui(ui, |ui| {
            ui.add(egui::Label::new(RichText::new(cx.say(&cause.phrase)).color(palette(ui).text)).wrap());
            if side == PanelSide::Host {
                ui.add_space(2.0);
                small_ui(ui, cx.text("page-end-unseen"));
            }
            if let Some(lasted) = lasted {
                small_ui(ui, cx.with("page-end-lasted", args![time = phrases::lasted(lasted)]));
            }
        });
        ui.add_space(12.0);
        ui.horizontal_wrapped(|ui| {
            let missing = cause.missing_permission;
            if let Some(permission) = missing
                && button_ui(ui, ButtonLook::Primary, &cx.text("page-end-settings")).clicked()
            {
                cx.act(PageAction::OpenSettingsPage(permission));
            }
            let look = if missing.is_some() { ButtonLook::Plain } else { ButtonLook::Primary };
            if button_ui(ui, look, &cx.text(next.label)).clicked() {
                cx.act(next.action.clone());
            }
            if let Some((label, action)) = &next.other
                && button_ui(ui, ButtonLook::Plain, &cx.text(label)).clicked()
            {
                cx.act(action.clone());
            }
            let leads_home = |label| label == "page-end-done";
            let home =
                leads_home(next.label) || next.other.as_ref().is_some_and(|(label, _)| leads_home(label));
            if !home && button_ui(ui, ButtonLook::Plain, &cx.text("page-end-home")).clicked() {
                cx.act(PageAction::Home);
            }
        });
    });
}
