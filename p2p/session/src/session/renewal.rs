//! The change of keys, every 15 minutes and when the path changes.
//!
//! ```text
//! technician                                   host
//! RekeyRequest (old keys)        ->            makes the next keys, can receive with them
//!                                <-            RekeyReply (old keys)
//! makes the next keys, sends with them
//! RekeyDone (new keys), marks    ->            sends with them from the first such record on
//!                                <-            RekeyDone (new keys), marks
//! ```
//!
//! A mark is an empty record on each channel that was used before, so that every channel is soon seen in the new
//! epoch and the old keys can go.

use super::core::Core;
use super::open::{Open, Stage, Stop};
use super::timer::{self, Timer};
use crate::noise::{RekeyOffer, Secret, answer_rekey};
use crate::wire::{Control, Message, RekeyBytes};
use crate::{Channel, Role, StaticKey, Violation};

/// What a change of keys needs, and how far one is.
pub(super) struct Renewal {
    session_key: Secret,
    static_key: StaticKey,
    /// Technician: the first message was sent.
    offer: Option<RekeyOffer>,
    /// Host: a first message that came before the last change was through.
    waiting: Option<RekeyBytes>,
}

impl Renewal {
    pub(super) fn new(session_key: Secret, static_key: StaticKey) -> Self {
        Self { session_key, static_key, offer: None, waiting: None }
    }

    /// Our own static key's public half.
    pub(super) fn public_key(&self) -> [u8; 32] {
        self.static_key.public()
    }
}

impl Open {
    /// Technician: begins a change of keys, or tries again soon if the last one is not through.
    pub(super) fn renew_keys(&mut self, core: &mut Core) {
        if core.role == Role::Host || !matches!(self.stage, Stage::Active(_)) {
            return;
        }
        let idle = self.renewal.offer.is_none() && self.records.settled();
        let epoch = self.records.newest_epoch() + 1;
        let Renewal { session_key, static_key, .. } = &self.renewal;
        let offer = if idle { RekeyOffer::new(session_key, static_key, &self.peer_key, epoch) } else { None };
        let Some((message, offer)) = offer else {
            core.timers.set(Timer::Rekey, core.now + timer::REKEY_RETRY);
            return;
        };
        self.renewal.offer = Some(offer);
        let message = RekeyBytes::new(message).expect("a handshake message of 48 bytes");
        self.send(Channel::Control, Message::Control(Control::RekeyRequest { message }));
        core.timers.set(Timer::Rekey, core.now + timer::REKEY);
    }

    /// Host: makes the next keys, at once or when the last change is through.
    pub(super) fn take_rekey_request(&mut self, message: RekeyBytes) -> Result<(), Stop> {
        if !self.records.settled() {
            return match self.renewal.waiting.replace(message) {
                None => Ok(()),
                Some(_) => Err(Violation::Rekey.into()),
            };
        }
        let Renewal { session_key, static_key, .. } = &self.renewal;
        let epoch = self.records.newest_epoch() + 1;
        let (reply, next) = answer_rekey(message.as_slice(), session_key, static_key, &self.peer_key, epoch)
            .ok_or(Violation::Rekey)?;
        self.renewal.session_key = next.session_key;
        self.records.install(next.keys);
        let message = RekeyBytes::new(reply).expect("a handshake message of 48 bytes");
        self.send(Channel::Control, Message::Control(Control::RekeyReply { message }));
        Ok(())
    }

    /// Technician: makes the next keys and uses them.
    pub(super) fn take_rekey_reply(&mut self, core: &mut Core, reply: &RekeyBytes) -> Result<(), Stop> {
        let offer = self.renewal.offer.take().ok_or(Violation::OutOfPlace)?;
        let next = offer.finish(reply.as_slice(), &self.renewal.session_key).ok_or(Violation::Rekey)?;
        self.renewal.session_key = next.session_key;
        self.records.install(next.keys);
        self.switch_epoch();
        core.timers.set(Timer::Rekey, core.now + timer::REKEY);
        Ok(())
    }

    /// Host: uses the next keys once the technician does, and takes a first message that waited.
    pub(super) fn follow_epoch(&mut self) -> Result<(), Stop> {
        if self.records.must_switch() {
            self.switch_epoch();
        }
        if self.records.settled()
            && let Some(message) = self.renewal.waiting.take()
        {
            self.take_rekey_request(message)?;
        }
        Ok(())
    }

    fn switch_epoch(&mut self) {
        let used = self.records.switch();
        self.queues.mark(used & !Channel::Control.bit());
        self.send(Channel::Control, Message::Control(Control::RekeyDone { used }));
    }
}
