//! What each message of the other side does, once it is authorised.

use super::active::ActiveSession;
use super::core::SessionCore;
use super::established::{ConsentStage, Established, StopCause};
use crate::channels::control::{ChannelSet, ControlMessage, HeartbeatEcho, WireRequest};
use crate::channels::{Hearing, WireMessage};
use crate::{Channel, Event, PermissionSet, Role, Violation};

impl Established {
    /// Lets an authorised message act.
    pub(super) fn act(
        &mut self,
        core: &mut SessionCore,
        message: WireMessage,
        number: Option<u64>,
    ) -> Result<(), StopCause> {
        if let WireMessage::Control(message) = message {
            return self.act_on_control(core, message);
        }
        core.worked_at = core.now;
        let (channel, row, moment) = (message.channel(), message.row(), self.moment(core));
        let Hearing { plain, arrived, too_late } = self.live.hear(&moment, message, number)?;
        if let Some(number) = arrived {
            self.queues.arrived(channel, number);
        }
        if too_late {
            core.counts.dropped += 1;
            core.void(channel);
        }
        if let Some(message) = plain {
            core.pass_on(message, row);
        }
        Ok(())
    }

    fn act_on_control(&mut self, core: &mut SessionCore, message: ControlMessage) -> Result<(), StopCause> {
        match message {
            ControlMessage::Request(request) => self.take_request(core, &request),
            ControlMessage::Goodbye(goodbye) => {
                return Err(StopCause::Left(goodbye.reason(core.role.other())));
            }
            ControlMessage::Heartbeat { sent, echo } => self.take_heartbeat(core, sent, echo),
            ControlMessage::Permissions { serial, granted, paused, channels } => {
                self.take_permissions(core, serial, granted, paused, channels)?;
            }
            ControlMessage::PermissionsSeen { serial } => {
                let active = self.active()?;
                if serial > active.serial {
                    return Err(Violation::OutOfPlace.into());
                }
                active.seen = active.seen.max(serial);
            }
            ControlMessage::Received(numbers) => {
                let received = super::numbers::ReceivedNumbers::from_array(*numbers);
                for channel in Channel::ALL {
                    self.queues.arrived(channel, received.of(channel));
                }
            }
            ControlMessage::Progress { channel, counter, arrived } => {
                if let Some(channel) = Channel::from_number(channel) {
                    self.bulk.acknowledged(core.now, channel, counter, arrived);
                    self.media.acknowledged(core.now, &core.clock, (channel, counter), arrived);
                }
            }
        }
        Ok(())
    }

    fn take_request(&mut self, core: &mut SessionCore, request: &WireRequest) {
        self.peer_channels = request.channels;
        let request = self.request_event(request, core.role);
        self.await_consent(core, request);
    }

    fn take_heartbeat(&mut self, core: &mut SessionCore, sent: u64, echo: Option<HeartbeatEcho>) {
        let met = core.clock.met();
        if let Some(round_trip) = core.clock.heartbeat(core.now, sent, echo) {
            core.emit(Event::Rtt(round_trip));
        }
        // The first one is answered at once, so that both know the round trip after one and a half of them.
        if let (ConsentStage::Request(asked), Role::Technician) = (&mut self.stage, core.role) {
            if let Some(request) = asked.take() {
                self.await_consent(core, *request);
            }
        } else if !met || core.role == Role::Host {
            // The host answers each one, so that the two of them share packets and acknowledgements; by
            // itself it speaks only where none comes.
            self.beat(core);
        }
    }

    fn take_permissions(
        &mut self,
        core: &mut SessionCore,
        serial: u32,
        granted: PermissionSet,
        paused: bool,
        channels: ChannelSet,
    ) -> Result<(), StopCause> {
        self.peer_channels = channels;
        match &mut self.stage {
            ConsentStage::Request(_) => return Err(Violation::OutOfPlace.into()),
            ConsentStage::Consent(_) => {
                self.activate(core, ActiveSession::new(granted, false, serial));
                // Only the host is gated.
                self.active()?.seen = serial;
                self.set_permissions(core, granted, paused);
            }
            ConsentStage::Active(active) if serial <= active.serial => {
                return Err(Violation::OutOfPlace.into());
            }
            ConsentStage::Active(active) => {
                (active.serial, active.gate, active.seen) = (serial, serial, serial);
                self.set_permissions(core, granted, paused);
            }
        }
        self.queue(ControlMessage::PermissionsSeen { serial });
        Ok(())
    }

    /// What is known since consent; the table lets nothing pass before that needs it.
    fn active(&mut self) -> Result<&mut ActiveSession, Violation> {
        match &mut self.stage {
            ConsentStage::Active(active) => Ok(active),
            ConsentStage::Request(_) | ConsentStage::Consent(_) => Err(Violation::OutOfPlace),
        }
    }
}
