//! The technician's side of control: what they do with mouse and keyboard goes to the host.

use beistand_session::InputEvent;

use super::{ControlCommand, ControlEvent};
use crate::features::side::{NoWorld, Side, SideContext, SideExistence, SideFault, Standing};

/// The technician's side.
pub(in crate::features) struct ControlTechnician {
    cx: SideContext<Self>,
}

impl Side for ControlTechnician {
    type Message = InputEvent;
    type Command = ControlCommand;
    type Event = ControlEvent;
    type World = NoWorld;

    const EXISTENCE: SideExistence = SideExistence::WhileAllowed;

    fn start(cx: SideContext<Self>, _now: &Standing) -> Result<Self, SideFault> {
        Ok(Self { cx })
    }

    async fn command(&mut self, command: ControlCommand) {
        let ControlCommand::Input(event) = command;
        self.cx.outbox.send(event).await;
    }

    /// The session lets no input through to the technician.
    async fn heard(&mut self, event: InputEvent) -> Result<(), SideFault> {
        tracing::debug!(?event, "input for the technician was dropped");
        Ok(())
    }
}
