//! What each message of the other side does, once it is authorised.

use super::active::Active;
use super::core::Core;
use super::open::{Open, Stage, Stop};
use crate::wire::{Control, CursorMessage, Echo, Message, WirePicture, WireRequest};
use crate::{Channel, Event, PermissionSet, Picture, Role, Violation, escape};

/// Lines that a technician may say before consent: they are shown in the dialog.
pub(super) const MAX_REASONS: u8 = 8;

impl Open {
    /// Lets an authorised message act.
    pub(super) fn act(&mut self, core: &mut Core, message: Message) -> Result<(), Stop> {
        match message {
            Message::Control(message) => self.act_on_control(core, message)?,
            Message::Input(event) => {
                core.worked_at = core.now;
                core.events.push_back(Event::Input(event));
            }
            Message::Picture(picture) => self.take_picture(core, picture)?,
            Message::Cursor(CursorMessage::Shape(shape)) => {
                core.events.push_back(Event::CursorShape(shape.into_shape()));
            }
            Message::Cursor(CursorMessage::Position(position)) => {
                core.events.push_back(Event::CursorPosition(position));
            }
            Message::Chat(line) => core.events.push_back(Event::Chat(escape(line.as_str()))),
        }
        Ok(())
    }

    fn act_on_control(&mut self, core: &mut Core, message: Control) -> Result<(), Stop> {
        match message {
            Control::Request(request) => self.take_request(core, &request)?,
            Control::Reason(line) => {
                self.reasons += 1;
                if self.reasons > MAX_REASONS {
                    return Err(Violation::Rate.into());
                }
                core.events.push_back(Event::Chat(escape(line.as_str())));
            }
            Control::Goodbye(goodbye) => return Err(Stop::Left(goodbye.reason(core.role.other()))),
            Control::Heartbeat { sent, echo } => self.take_heartbeat(core, sent, echo),
            Control::Permissions { serial, granted, paused } => {
                self.take_permissions(core, serial, granted, paused)?;
            }
            Control::PermissionsSeen { serial } => {
                let active = self.active()?;
                if serial > active.serial {
                    return Err(Violation::OutOfPlace.into());
                }
                active.seen = active.seen.max(serial);
            }
            Control::Received { control, input, chat } => {
                for (channel, number) in
                    [(Channel::Control, control), (Channel::Input, input), (Channel::Chat, chat)]
                {
                    self.queues.arrived(channel, number);
                }
            }
            Control::KeyRequest { received } => {
                let now = core.now;
                let active = self.active()?;
                active.flow.received(received);
                let asked = active.key_request(now);
                self.queues.arrived(Channel::Video, received);
                if asked {
                    core.events.push_back(Event::KeyRequested);
                }
            }
            Control::Shown { picture } => {
                let (now, round_trip) = (core.now, core.clock.round_trip().unwrap_or_default());
                self.queues.arrived(Channel::Video, picture);
                if let Some(captured_at) = self.active()?.flow.shown(now, picture) {
                    // The acknowledgement itself took half a round trip.
                    let latency = now.saturating_duration_since(captured_at).saturating_sub(round_trip / 2);
                    core.events.push_back(Event::Shown { picture, latency });
                }
            }
        }
        Ok(())
    }

    fn take_request(&mut self, core: &mut Core, request: &WireRequest) -> Result<(), Stop> {
        let request = self.request_event(request, core.role);
        self.await_consent(core, request);
        Ok(())
    }

    fn take_heartbeat(&mut self, core: &mut Core, sent: u64, echo: Option<Echo>) {
        let met = core.clock.met();
        if let Some(round_trip) = core.clock.heartbeat(core.now, sent, echo) {
            core.events.push_back(Event::Rtt(round_trip));
        }
        // The first one is answered at once, so that both know the round trip after one and a half of them.
        match &mut self.stage {
            Stage::Request(asked) if core.role == Role::Technician => {
                if let Some(request) = asked.take() {
                    self.await_consent(core, *request);
                }
            }
            // The host answers each one, so that the two of them share packets and acknowledgements; by itself it
            // speaks only where none comes.
            _ if !met || core.role == Role::Host => self.beat(core),
            _ => {}
        }
    }

    fn take_permissions(
        &mut self,
        core: &mut Core,
        serial: u32,
        granted: PermissionSet,
        paused: bool,
    ) -> Result<(), Stop> {
        match &mut self.stage {
            Stage::Request(_) => return Err(Violation::OutOfPlace.into()),
            Stage::Consent(_) => {
                self.activate(core, Active::new(granted, false, serial));
                // Only the host is gated.
                self.active()?.seen = serial;
                self.set_permissions(core, granted, paused);
            }
            Stage::Active(active) if serial <= active.serial => return Err(Violation::OutOfPlace.into()),
            Stage::Active(active) => {
                (active.serial, active.gate, active.seen) = (serial, serial, serial);
                self.set_permissions(core, granted, paused);
            }
        }
        self.send(Channel::Control, Message::Control(Control::PermissionsSeen { serial }));
        Ok(())
    }

    fn take_picture(&mut self, core: &mut Core, picture: WirePicture) -> Result<(), Stop> {
        let active = self.active()?;
        if active.repeated.is_some_and(|last| picture.id <= last) {
            return Ok(());
        }
        if active.last_picture.is_some_and(|last| picture.id <= last) {
            return Err(Violation::Malformed.into());
        }
        active.last_picture = Some(picture.id);
        core.worked_at = core.now;
        let captured_at = core.clock.moment(core.now, picture.captured);
        let (id, screen) = (picture.id, picture.screen);
        core.events.push_back(Event::Picture(Picture {
            id,
            captured_at,
            screen,
            units: picture.into_units(),
        }));
        Ok(())
    }

    /// What is known since consent; the table lets nothing pass before that needs it.
    fn active(&mut self) -> Result<&mut Active, Violation> {
        match &mut self.stage {
            Stage::Active(active) => Ok(active),
            Stage::Request(_) | Stage::Consent(_) => Err(Violation::OutOfPlace),
        }
    }
}
