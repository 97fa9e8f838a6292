//! Resumes: the two messages that begin the next leg, on both sides, and what happens where no leg comes
//! about. When and on which path one is tried is decided in the module above.

use std::time::Duration;

use super::{LegAttempt, LegSecrets, RESUME_BYTES, SessionGone};
use crate::noise::{NextLeg, ResumeAnswer, ResumeOffer, Secret, message_bytes};
use crate::session::core::SessionCore;
use crate::session::established::Established;
use crate::session::numbers::{ReceivedNumbers, ResumeText};
use crate::session::refusals::RefusalRun;
use crate::session::timer::{self, SessionTimer};
use crate::{Channel, Leg, Output, PathId, Phase, Role, Row, authorize};

/// Bytes of the reply.
const REPLY_BYTES: usize = message_bytes(ReceivedNumbers::BYTES);

/// How long a path that did not carry a resume rests where the session works without it, and where it does
/// not.
const REST: Duration = Duration::from_secs(15);
const REST_IN_NEED: Duration = Duration::from_millis(500);

impl Established {
    pub(super) fn attempt(&mut self, core: &mut SessionCore, path: PathId) {
        let Some((leg, bytes, offer)) = self.resume(false) else {
            core.timers.set(SessionTimer::Consider, core.now + timer::RESUME);
            return;
        };
        self.legs.attempt = Some(LegAttempt { leg, path, offer, reply: Vec::new(), overdue: false });
        let patience =
            if self.legs.down() { self.legs.paths.patience(path, timer::RESUME) } else { timer::RESUME };
        core.timers.set(SessionTimer::Resume, core.now + patience);
        core.transmits.push_back(Output::Resume { leg, path, bytes });
    }

    /// A resume of the next leg; `None` where this machine can't make keys.
    fn resume(&mut self, leaves: bool) -> Option<(Leg, Vec<u8>, ResumeOffer)> {
        let text = ResumeText { leaves, received: self.received() };
        let LegSecrets { session_key, static_key, .. } = &self.legs.secrets;
        let leg = self.legs.highest.next()?;
        let (bytes, offer) =
            ResumeOffer::new(session_key, static_key, &self.peer_key, leg, &text.to_bytes())?;
        self.legs.highest = leg;
        Some((leg, bytes, offer))
    }

    fn received(&self) -> ReceivedNumbers {
        self.numbers.received()
    }

    /// Technician: a last word where the leg can't be trusted to carry it.
    pub(in crate::session) fn parting_resume(&mut self, core: &SessionCore) -> Option<Output> {
        let tried = self.legs.attempt.as_ref().map(|attempt| attempt.path);
        if core.role == Role::Host || (tried.is_none() && !self.legs.down()) {
            return None;
        }
        let path = tried.or_else(|| self.legs.paths.way_out(core.now, self.legs.path))?;
        let (leg, bytes, _) = self.resume(true)?;
        Some(Output::Resume { leg, path, bytes })
    }

    /// Technician: bytes of the tried leg's control stream; what came after the reply, where it is there.
    pub(in crate::session) fn take_reply(
        &mut self,
        core: &mut SessionCore,
        bytes: &[u8],
    ) -> Result<Option<Vec<u8>>, SessionGone> {
        let Some(attempt) = &mut self.legs.attempt else { return Ok(None) };
        attempt.reply.extend_from_slice(bytes);
        if attempt.reply.len() < REPLY_BYTES {
            return Ok(None);
        }
        let Some(LegAttempt { leg, path, offer, mut reply, .. }) = self.legs.attempt.take() else {
            return Ok(None);
        };
        let rest = reply.split_off(REPLY_BYTES);
        let next = offer.finish(&reply, &self.legs.secrets.session_key);
        let next = next.and_then(|(payload, next)| Some((payload.try_into().ok()?, next)));
        let Some((payload, next)) = next else {
            self.attempt_failed(core, path, true)?;
            return Ok(None);
        };
        self.legs.renew = false;
        self.begin(core, leg, path, next, &ReceivedNumbers::from_bytes(&payload));
        // The first record tells the host that its reply arrived.
        self.beat(core);
        Ok(Some(rest))
    }

    /// Host: somebody wants to begin a leg. Whether it is the technician of this session, under keys that no
    /// resume has used before; `Some(true)` where it only leaves.
    pub(in crate::session) fn take_resume(
        &mut self,
        core: &mut SessionCore,
        path: PathId,
        leg: Leg,
        message: &[u8],
    ) -> Option<bool> {
        if core.role == Role::Technician || self.situation().phase < Phase::AwaitingConsent {
            return None;
        }
        if leg <= self.legs.highest || message.len() != RESUME_BYTES {
            return None;
        }
        let LegSecrets { session_key, key_before, static_key } = &self.legs.secrets;
        let read = |key: &Secret| {
            let (payload, answer) = ResumeAnswer::read(message, key, static_key, &self.peer_key, leg)?;
            Some((ResumeText::from_bytes(&payload)?, answer, key.clone()))
        };
        // Where our last reply was lost the technician has the key before it.
        let (text, answer, key) = read(session_key).or_else(|| key_before.as_ref().and_then(read))?;
        if text.leaves {
            return Some(true);
        }
        let (reply, next) = answer.reply(&self.received().to_bytes(), &key)?;
        self.legs.highest = leg;
        self.begin(core, leg, path, next, &text.received);
        self.legs.secrets.key_before = Some(key);
        core.transmits.push_back(Output::Transmit { leg, channel: Channel::Control, bytes: reply });
        Some(false)
    }

    /// The leg is used from now on, and no other.
    fn begin(
        &mut self,
        core: &mut SessionCore,
        leg: Leg,
        path: PathId,
        next: NextLeg,
        received: &ReceivedNumbers,
    ) {
        self.records.resume(leg, next.keys);
        self.legs.secrets.session_key = next.session_key;
        self.legs.secrets.key_before = None;
        let moved = self.legs.path != path;
        (self.legs.leg, self.legs.path) = (leg, path);
        (self.legs.broken, self.legs.silent, self.legs.refusals) = (false, false, RefusalRun::default());
        (self.legs.expired, self.legs.changed_at) = (false, core.now);
        self.keys_begin(core);
        // Nothing of an earlier leg is of use to anybody.
        core.transmits.clear();
        core.timers.stop(SessionTimer::Farewell);
        core.timers.stop(SessionTimer::Resume);
        core.timers.set(SessionTimer::Silence, core.now + core.silence());
        self.legs.told |= moved;
        self.found(core);
        let lost = self.queues.resume(received);
        self.bulk.reset();
        self.media.reset();
        let (situation, moment) = (self.situation(), self.moment(core));
        let verdict = |row: &Row, sender: Role| authorize(row, sender, situation);
        for (message, row) in self.live.resumed(&moment, &verdict, &received.by_channel(), &lost) {
            core.pass_on(message, row);
        }
    }

    /// Technician: the leg that is tried will not come about.
    pub(super) fn attempt_failed(
        &mut self,
        core: &mut SessionCore,
        path: PathId,
        refused: bool,
    ) -> Result<(), SessionGone> {
        self.legs.attempt = None;
        self.rest(core, path);
        let down = self.legs.down();
        if refused && self.legs.paths.contains(path) && down && self.legs.refusals.add(core.now) {
            return Err(SessionGone);
        }
        self.consider(core);
        Ok(())
    }

    /// Technician: a path did not carry a resume, and is left alone for a while.
    fn rest(&mut self, core: &mut SessionCore, path: PathId) {
        core.timers.stop(SessionTimer::Resume);
        let down = self.legs.down();
        self.legs.paths.failed(path, core.now + if down { REST_IN_NEED } else { REST });
        if self.legs.renew && !down {
            self.legs.renew = false;
            core.timers.set(SessionTimer::Keys, core.now + timer::KEYS_RETRY);
        }
    }

    /// Technician: the reply has not come in time.
    pub(super) fn on_resume_timeout(&mut self, core: &mut SessionCore) {
        let Some(attempt) = &mut self.legs.attempt else { return };
        attempt.overdue = true;
        let path = attempt.path;
        self.rest(core, path);
        self.consider(core);
    }
}
