//! What each command does, once it is authorised.

use super::active::Active;
use super::core::Core;
use super::messages::MAX_REASONS;
use super::open::{Open, Stage};
use crate::wire::{
    ChatLine, Control, CursorMessage, Message, ReasonText, WirePicture, WireShape, input_kind,
};
use crate::{
    Channel, Command, CommandError, CursorShape, MAX_PICTURE_BYTES, MAX_REASON_CHARS, MessageKind,
    PermissionSet, Phase, Picture, Role, Verdict, authorize,
};

/// Bytes of a unit's head at most, and of a picture's: numbers of 16 bits take 3 bytes, of 64 bits 10.
const UNIT_HEAD_BYTES: usize = 24;
const PICTURE_HEAD_BYTES: usize = 32;

impl Open {
    /// Does what the program wants. `End` and `Deny` are the session's own.
    pub(super) fn command(&mut self, core: &mut Core, command: Command) -> Result<(), CommandError> {
        match command {
            Command::Allow(permissions) => self.allow(core, permissions),
            Command::Grant(permission) => {
                if !self.offers.contains(permission) && core.role == Role::Host {
                    return Err(CommandError::Invalid("permission"));
                }
                self.change(core, |grants, paused| (grants.with(permission), paused))
            }
            Command::Revoke(permission) => {
                self.change(core, |grants, paused| (grants.without(permission), paused))
            }
            Command::Pause => self.change(core, |grants, _| (grants, true)),
            Command::Resume => self.change(core, |grants, _| (grants, false)),
            Command::Picture(picture) => self.send_picture(core, picture),
            Command::CursorShape(shape) => self.send_shape(core, shape),
            Command::CursorPosition(position) => {
                let message = Message::Cursor(CursorMessage::Position(position));
                self.say(core, Channel::Cursor, MessageKind::CursorPosition, message)
            }
            Command::Input(event) => {
                core.worked_at = core.now;
                self.say(core, Channel::Input, input_kind(&event), Message::Input(event))
            }
            Command::RequestKey => self.request_key(core),
            Command::Shown { picture } => {
                let message = Message::Control(Control::Shown { picture });
                self.say(core, Channel::Control, MessageKind::Shown, message)
            }
            Command::Chat(line) => self.chat(core, line),
            Command::Deny | Command::End(_) => Err(CommandError::NotNow),
        }
    }

    /// Queues a message if the table lets us say it.
    fn say(
        &mut self,
        core: &Core,
        channel: Channel,
        kind: MessageKind,
        message: Message,
    ) -> Result<(), CommandError> {
        self.check(core, kind)?;
        if self.queues.push(channel, message) { Ok(()) } else { Err(CommandError::Full) }
    }

    /// Asks the table.
    fn check(&self, core: &Core, kind: MessageKind) -> Result<(), CommandError> {
        let situation = self.situation();
        match authorize(kind, core.role, situation) {
            Verdict::Act => Ok(()),
            Verdict::Paused => Err(CommandError::Paused),
            Verdict::NotGranted(permission) => Err(CommandError::NotGranted(permission)),
            Verdict::OutOfPlace => {
                let ever = Phase::ALL.into_iter().any(|phase| {
                    let situation = crate::Situation { phase, ..situation };
                    authorize(kind, core.role, situation) != Verdict::OutOfPlace
                });
                Err(if ever { CommandError::NotNow } else { CommandError::WrongRole })
            }
        }
    }

    fn allow(&mut self, core: &mut Core, permissions: PermissionSet) -> Result<(), CommandError> {
        self.check_answer(core)?;
        let Stage::Consent(wants) = self.stage else { return Err(CommandError::NotNow) };
        let active = Active::new(permissions.intersection(wants), false, 1);
        self.activate(core, active);
        self.announce();
        Ok(())
    }

    /// Host: changes what is allowed.
    fn change(
        &mut self,
        core: &mut Core,
        change: impl FnOnce(PermissionSet, bool) -> (PermissionSet, bool),
    ) -> Result<(), CommandError> {
        if core.role == Role::Technician {
            return Err(CommandError::WrongRole);
        }
        let Stage::Active(active) = &mut self.stage else { return Err(CommandError::NotNow) };
        let before = (active.grants, active.paused);
        let (grants, paused) = change(active.grants, active.paused);
        if (grants, paused) == before {
            return Ok(());
        }
        active.serial += 1;
        let resumes = active.paused && !paused;
        if resumes || !grants.difference(active.grants).is_empty() {
            active.gate = active.serial;
        }
        self.set_permissions(core, grants, paused);
        self.announce();
        Ok(())
    }

    /// Tells the technician what is allowed now.
    fn announce(&mut self) {
        let Stage::Active(active) = &self.stage else { return };
        let (serial, granted, paused) = (active.serial, active.grants, active.paused);
        self.send(Channel::Control, Message::Control(Control::Permissions { serial, granted, paused }));
    }

    fn send_picture(&mut self, core: &mut Core, picture: Picture) -> Result<(), CommandError> {
        self.check(core, MessageKind::Picture)?;
        let Stage::Active(active) = &mut self.stage else { return Err(CommandError::NotNow) };
        let Picture { id, captured_at, screen, units } = picture;
        let bytes =
            PICTURE_HEAD_BYTES + units.iter().map(|unit| UNIT_HEAD_BYTES + unit.data.len()).sum::<usize>();
        if bytes > MAX_PICTURE_BYTES || active.last_picture.is_some_and(|last| id <= last) {
            return Err(CommandError::Invalid("picture"));
        }
        core.worked_at = core.now;
        let picture = WirePicture::new(id, core.clock.stamp(captured_at), screen, units)
            .ok_or(CommandError::Invalid("picture"))?;
        if !self.queues.push(Channel::Video, Message::Picture(picture)) {
            return Err(CommandError::Full);
        }
        active.last_picture = Some(id);
        active.flow.sent(core.now, id, bytes as u64, captured_at);
        Ok(())
    }

    fn send_shape(&mut self, core: &Core, shape: CursorShape) -> Result<(), CommandError> {
        self.check(core, MessageKind::CursorShape)?;
        let shape = WireShape::new(shape).ok_or(CommandError::Invalid("pointer shape"))?;
        let message = Message::Cursor(CursorMessage::Shape(shape));
        self.say(core, Channel::Cursor, MessageKind::CursorShape, message)
    }

    fn request_key(&mut self, core: &Core) -> Result<(), CommandError> {
        self.check(core, MessageKind::KeyRequest)?;
        let received = match &self.stage {
            Stage::Active(active) => active.last_picture.unwrap_or(0),
            Stage::Request(_) | Stage::Consent(_) => 0,
        };
        let message = Message::Control(Control::KeyRequest { received });
        self.say(core, Channel::Control, MessageKind::KeyRequest, message)
    }

    fn chat(&mut self, core: &Core, line: String) -> Result<(), CommandError> {
        let before_consent = !matches!(self.stage, Stage::Active(_));
        if !(before_consent && core.role == Role::Technician) {
            self.check(core, MessageKind::Chat)?;
            let line = ChatLine::new(line).ok_or(CommandError::Invalid("line"))?;
            return self.say(core, Channel::Chat, MessageKind::Chat, Message::Chat(line));
        }
        let short = line.chars().count() <= MAX_REASON_CHARS;
        let line = ReasonText::new(&line).filter(|_| short).ok_or(CommandError::Invalid("line"))?;
        if self.reasons >= MAX_REASONS {
            return Err(CommandError::Full);
        }
        self.say(core, Channel::Control, MessageKind::Reason, Message::Control(Control::Reason(line)))?;
        self.reasons += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PictureUnit;

    #[test]
    fn heads_are_no_longer_than_assumed() {
        let unit = |data| PictureUnit {
            stream: u16::MAX,
            x: u16::MAX,
            y: u16::MAX,
            width: u16::MAX,
            height: u16::MAX,
            key: true,
            data,
        };
        let size = |units: Vec<PictureUnit>| {
            let picture = WirePicture::new(u64::MAX, u64::MAX, (u16::MAX, u16::MAX), units).unwrap();
            Message::Picture(picture).encode().len()
        };
        assert!(size(vec![]) <= PICTURE_HEAD_BYTES);
        let data = vec![0; MAX_PICTURE_BYTES];
        assert!(size(vec![unit(data)]) <= PICTURE_HEAD_BYTES + UNIT_HEAD_BYTES + MAX_PICTURE_BYTES);
    }
}
