//! What each command does, once it is authorised.

use super::active::ActiveSession;
use super::core::SessionCore;
use super::established::{ConsentStage, Established};
use crate::channels::LiveChannels;
use crate::channels::control::{ChannelSet, ControlMessage};
use crate::{
    Channel, Command, CommandError, Message, Permission, PermissionSet, Phase, Role, Row, Situation, Verdict,
    authorize,
};

impl Established {
    /// Does what the program wants. `End` and `Deny` are the session's own.
    pub(super) fn command(&mut self, core: &mut SessionCore, command: Command) -> Result<(), CommandError> {
        match command {
            Command::Allow(permissions) => self.allow(core, permissions),
            Command::Grant(permission) => self.grant(core, permission),
            Command::Revoke(permission) => {
                self.change(core, |grants, paused| (grants.without(permission), paused))
            }
            Command::Pause => self.change(core, |grants, _| (grants, true)),
            Command::Resume => self.change(core, |grants, _| (grants, false)),
            Command::Say(message) => self.say(core, message),
            Command::Withdraw(channel) => self.withdraw(channel),
            Command::Deny | Command::End(_) => Err(CommandError::NotNow),
        }
    }

    /// Queues a message if the table lets us say it.
    fn say(&mut self, core: &mut SessionCore, message: Message) -> Result<(), CommandError> {
        let channel = message.channel();
        let moment = self.moment(core);
        let mut message = message.pack(&moment)?;
        self.check(core, message.row())?;
        if !self.peer_channels.contains(channel) {
            return Err(CommandError::NotKnown);
        }
        if self.legs.told() && LiveChannels::void_without_path(channel) {
            return Err(CommandError::NoPath);
        }
        self.live.say(&moment, &mut message)?;
        if !self.queues.has_place_for(&message) {
            return Err(CommandError::Full);
        }
        self.live.queued(&moment, &message);
        self.queue(message);
        core.worked_at = core.now;
        Ok(())
    }

    /// Takes out what was said on a channel, also what has begun to leave.
    fn withdraw(&mut self, channel: Channel) -> Result<(), CommandError> {
        if channel == Channel::Control {
            return Err(CommandError::Invalid("channel"));
        }
        self.queues.give_up(channel);
        self.live.withdrawn(channel);
        Ok(())
    }

    /// Asks the table.
    fn check(&self, core: &SessionCore, row: &Row) -> Result<(), CommandError> {
        let situation = self.situation();
        match authorize(row, core.role, situation) {
            Verdict::Act => Ok(()),
            Verdict::Paused => Err(CommandError::Paused),
            Verdict::NotGranted(permission) => Err(CommandError::NotGranted(permission)),
            Verdict::OutOfPlace => {
                let ever = Phase::ALL.into_iter().any(|phase| {
                    authorize(row, core.role, Situation { phase, ..situation }) != Verdict::OutOfPlace
                });
                Err(if ever { CommandError::NotNow } else { CommandError::WrongRole })
            }
        }
    }

    fn allow(&mut self, core: &mut SessionCore, permissions: PermissionSet) -> Result<(), CommandError> {
        self.check_answer(core)?;
        let ConsentStage::Consent(wants) = self.stage else { return Err(CommandError::NotNow) };
        let active = ActiveSession::new(permissions.intersection(wants), false, 1);
        self.activate(core, active);
        self.announce();
        Ok(())
    }

    fn grant(&mut self, core: &mut SessionCore, permission: Permission) -> Result<(), CommandError> {
        if core.role == Role::Host && !self.offers.contains(permission) {
            return Err(CommandError::Invalid("permission"));
        }
        self.change(core, |grants, paused| (grants.with(permission), paused))
    }

    /// Host: changes what is allowed.
    fn change(
        &mut self,
        core: &mut SessionCore,
        change: impl FnOnce(PermissionSet, bool) -> (PermissionSet, bool),
    ) -> Result<(), CommandError> {
        if core.role == Role::Technician {
            return Err(CommandError::WrongRole);
        }
        let ConsentStage::Active(active) = &mut self.stage else { return Err(CommandError::NotNow) };
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
        let ConsentStage::Active(active) = &self.stage else { return };
        let (serial, granted, paused) = (active.serial, active.grants, active.paused);
        let channels = ChannelSet::known();
        self.queue(ControlMessage::Permissions { serial, granted, paused, channels });
    }
}
