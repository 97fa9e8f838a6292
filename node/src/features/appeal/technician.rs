//! The technician's side: it passes the appeal on, and tells what became of it.

use beistand_session::{AppealAnswer, AppealMessage, Permission};

use super::{AppealCommand, AppealEvent};
use crate::features::side::{NoWorld, Side, SideContext, SideExistence, SideFault, Standing};

/// The technician's side.
pub(in crate::features) struct AppealTechnician {
    cx: SideContext<Self>,
    consented: bool,
    /// What was asked for and isn't answered, with what was said of it so far.
    asked: Option<(Permission, Option<AppealAnswer>)>,
}

impl Side for AppealTechnician {
    type Message = AppealMessage;
    type Command = AppealCommand;
    type Event = AppealEvent;
    type World = NoWorld;

    const EXISTENCE: SideExistence = SideExistence::WholeSession;

    fn start(cx: SideContext<Self>, now: &Standing) -> Result<Self, SideFault> {
        Ok(Self { cx, consented: now.consented(), asked: None })
    }

    async fn command(&mut self, command: AppealCommand) {
        match command {
            AppealCommand::Ask { permission, reason } if self.consented => {
                self.asked = Some((permission, None));
                self.cx.outbox.send(AppealMessage::Ask { permission, reason }).await;
            }
            AppealCommand::Ask { .. } | AppealCommand::Decline => {
                self.cx.events.emit(AppealEvent::Refused).await;
            }
        }
    }

    async fn heard(&mut self, message: AppealMessage) -> Result<(), SideFault> {
        match message {
            AppealMessage::Answer { permission, answer } => {
                // A host that says things again and again, or to nothing, is not passed on.
                if !self.asked.is_some_and(|(asked, said)| asked == permission && said != Some(answer)) {
                    return Ok(());
                }
                self.asked = (answer == AppealAnswer::Asked).then_some((permission, Some(answer)));
                self.cx.events.emit(AppealEvent::Answered { permission, answer }).await;
            }
            // The session lets none through from a host.
            AppealMessage::Ask { .. } => {}
        }
        Ok(())
    }

    async fn changed(&mut self, now: &Standing) {
        self.consented = now.consented();
    }
}
