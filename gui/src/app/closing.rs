//! The end of the program: sessions are ended before the window goes, and who helps somebody is asked first.

use std::time::{Duration, Instant};

use beistand_node::NodeCommand;
use beistand_node::words::args;
use egui::{Modal, Ui, ViewportCommand, ViewportId};

use super::App;
use crate::signals::{closed_by_signal, closed_by_system};
use crate::state::OpenPage;
use crate::views::PageContext;
use crate::views::widgets::{ButtonLook, button_ui, lead_ui};

/// How long a closing window waits for the node to say goodbye.
const CLOSE_WAIT: Duration = Duration::from_secs(1);

/// What the technician has said to ending several sessions at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum CloseAnswer {
    /// Nobody has asked them.
    #[default]
    Unasked,
    /// The question is open.
    Asked,
    /// All are to end.
    EndAll,
}

impl CloseAnswer {
    /// A window with so many sessions was asked to close. Whether it waits for an answer.
    fn asks(&mut self, sessions: usize) -> bool {
        if *self == Self::EndAll || sessions == 0 {
            return false;
        }
        *self = Self::Asked;
        true
    }
}

impl App {
    /// How many people are helped.
    fn sessions(&self) -> usize {
        self.tabs.sessions() + usize::from(self.state.viewing().is_some())
    }

    /// Asks whether all sessions are to end, where the window was asked to close.
    pub(super) fn close_question_ui(&mut self, ui: &Ui, cx: &PageContext<'_>) {
        if self.close_answer != CloseAnswer::Asked {
            return;
        }
        let sessions = self.sessions();
        let modal = Modal::new(egui::Id::unique("close question")).show(ui.ctx(), |ui| {
            ui.set_max_width(360.0);
            lead_ui(ui, cx.with("page-close-question", args![count = sessions]));
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                let stay = button_ui(ui, ButtonLook::Primary, &cx.text("page-close-stay"));
                if ui.memory(|memory| memory.focused().is_none()) {
                    stay.request_focus();
                }
                if stay.clicked() {
                    self.close_answer = CloseAnswer::Unasked;
                }
                if button_ui(ui, ButtonLook::Danger, &cx.text("page-close-all")).clicked() {
                    self.close_answer = CloseAnswer::EndAll;
                    ui.ctx().send_viewport_cmd_to(ViewportId::ROOT, ViewportCommand::Close);
                }
            });
        });
        if modal.should_close() || sessions == 0 {
            self.close_answer = CloseAnswer::Unasked;
        }
    }

    /// A window that was asked to close while a session runs ends that first, and closes soon whatever comes.
    pub(super) fn keep_closing(&mut self, now: Instant) {
        if self.ctx.input_for(ViewportId::ROOT, |input| input.viewport().close_requested())
            && self.closing.is_none()
        {
            let by_system = closed_by_system(&self.ctx);
            if !closed_by_signal(&self.ctx) && self.close_answer.asks(self.sessions()) {
                self.ctx.send_viewport_cmd_to(ViewportId::ROOT, ViewportCommand::CancelClose);
                return;
            }
            if self.state.asks_for_consent() && !by_system {
                self.deny();
            }
            if self.link.is_none() && !self.tabs.under_way() {
                return;
            }
            // On the user's side what they allowed for later stands then.
            let stands = by_system && matches!(self.state.page, OpenPage::Host(_));
            self.send(if stands { NodeCommand::Finish } else { NodeCommand::End });
            self.tabs.send(&NodeCommand::End);
            self.closing = Some(now + CLOSE_WAIT);
            let wake = self.wake.clone();
            let remind = move || {
                std::thread::sleep(CLOSE_WAIT);
                wake.wake();
            };
            if let Err(error) = std::thread::Builder::new().name("closing".to_owned()).spawn(remind) {
                tracing::error!(%error, "the window is closed without a goodbye");
                self.closing = Some(now);
            }
        }
        let Some(deadline) = self.closing else { return };
        if (self.link.is_none() && !self.tabs.under_way()) || now >= deadline {
            self.link = None;
            self.tabs.forget();
            self.ctx.send_viewport_cmd_to(ViewportId::ROOT, ViewportCommand::Close);
            // The command is heeded when the window is drawn the next time.
            self.wake.wake();
        } else {
            self.ctx.send_viewport_cmd_to(ViewportId::ROOT, ViewportCommand::CancelClose);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_helps_somebody_is_asked_before_the_window_closes_and_who_helps_nobody_is_not() {
        let mut answer = CloseAnswer::default();
        assert!(!answer.asks(0));
        assert!(answer.asks(1) && answer == CloseAnswer::Asked);
        answer = CloseAnswer::EndAll;
        assert!(!answer.asks(2), "they have said so");
    }
}
