//! The change from one leg to the next: to another path, after a path died, or to new keys on the same one.
//!
//! ```text
//! technician                                      host
//! Resume { what arrived }, under the session key
//!   on a new control stream of another path ->    takes the next leg's keys into use, drops the
//!                                                 streams before,
//!                                           <-    ResumeReply { what arrived }, and sends on
//! takes them into use, drops the streams
//! before, and sends on                      ->    the key before them is of no use any more
//! ```
//!
//! Each message that had not arrived is sent again. Until the reply comes the technician goes on as before,
//! so that a path that turns out to be none costs nothing. Only the technician begins a leg and tries one at
//! a time; the number of each is higher than all before, and the host takes no number twice: there is nothing
//! to agree on.

mod resume;

use std::time::{Duration, Instant};

use super::core::SessionCore;
use super::established::{ConsentStage, Established};
use super::numbers::ResumeText;
use super::refusals::RefusalRun;
use super::timer::{self, SessionTimer};
use crate::noise::{ResumeOffer, Secret, message_bytes};
use crate::path::PathTable;
use crate::{Channel, Event, Leg, PathId, PathKind, Role, StaticKey};

/// Bytes of a resume on its stream, after the head.
pub const RESUME_BYTES: usize = message_bytes(ResumeText::BYTES);

/// How long after a change the next one must wait that is only for the better.
const SETTLE: Duration = Duration::from_secs(5);

/// The secrets that outlive a leg.
pub(super) struct LegSecrets {
    session_key: Secret,
    /// Host: the key before it, until the technician is known to have the newer one.
    key_before: Option<Secret>,
    static_key: StaticKey,
}

/// Which leg is used, on which path, and which one is being tried.
pub(super) struct LegState {
    role: Role,
    pub(super) leg: Leg,
    pub(super) path: PathId,
    pub(super) paths: PathTable,
    secrets: LegSecrets,
    /// The highest number so far.
    highest: Leg,
    /// The leg's control stream or its path is gone: nothing more comes or goes on it.
    broken: bool,
    /// Host: the leg's keys are too old: nothing more is taken on it.
    expired: bool,
    /// The other side has been silent for too long.
    silent: bool,
    /// The program knows that there is no path.
    told: bool,
    /// Technician: new keys are due.
    renew: bool,
    /// Technician: the leg that is being tried.
    attempt: Option<LegAttempt>,
    refusals: RefusalRun,
    changed_at: Instant,
}

struct LegAttempt {
    leg: Leg,
    path: PathId,
    offer: ResumeOffer,
    /// What arrived of the reply.
    reply: Vec<u8>,
    /// It takes too long: another may be tried; until then the reply is still welcome.
    overdue: bool,
}

/// The other side has no such session any more.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SessionGone;

impl LegState {
    pub(super) fn new(
        core: &SessionCore,
        session_key: Secret,
        static_key: StaticKey,
        paths: PathTable,
    ) -> Self {
        Self {
            role: core.role,
            leg: Leg::FIRST,
            path: PathId::FIRST,
            paths,
            secrets: LegSecrets { session_key, key_before: None, static_key },
            highest: Leg::FIRST,
            broken: false,
            expired: false,
            silent: false,
            told: false,
            renew: false,
            attempt: None,
            refusals: RefusalRun::default(),
            changed_at: core.now,
        }
    }

    /// Our own static key's public half.
    pub(super) fn public_key(&self) -> [u8; 32] {
        self.secrets.static_key.public()
    }

    /// Whether records are to leave. A host that hears nothing says nothing, so that a technician whose words
    /// are lost does not go on to take the path for a good one.
    pub(super) fn usable(&self) -> bool {
        !(self.broken || self.silent && self.role == Role::Host)
    }

    /// Whether nothing more is taken on the leg.
    pub(super) fn expired(&self) -> bool {
        self.expired
    }

    /// Whether nothing is heard of the other side.
    pub(super) fn down(&self) -> bool {
        self.broken || self.silent
    }

    /// Whether the program was notified that there is no path.
    pub(super) fn told(&self) -> bool {
        self.told
    }

    /// The leg that is being tried.
    pub(super) fn tried(&self) -> Option<Leg> {
        self.attempt.as_ref().map(|attempt| attempt.leg)
    }
}

impl Established {
    /// An authentic record came on the leg.
    pub(super) fn heard(&mut self, core: &mut SessionCore) {
        self.legs.secrets.key_before = None;
        if !core.timers.running(SessionTimer::Silence) && !self.legs.silent {
            return;
        }
        core.timers.set(SessionTimer::Silence, core.now + core.silence());
        self.legs.silent = false;
        if !self.legs.broken {
            self.found(core);
        }
    }

    /// There is a path again.
    fn found(&mut self, core: &mut SessionCore) {
        core.timers.stop(SessionTimer::Missing);
        core.timers.stop(SessionTimer::Reconnect);
        if std::mem::take(&mut self.legs.told) {
            core.emit(Event::Path(self.legs.path));
        }
    }

    /// The other side has been silent for too long.
    fn on_silence(&mut self, core: &mut SessionCore) {
        self.legs.silent = true;
        self.miss(core);
        self.consider(core);
    }

    /// The leg is of no use any more: its control stream or its path is gone.
    fn leg_lost(&mut self, core: &mut SessionCore) {
        if !std::mem::replace(&mut self.legs.broken, true) && !self.legs.told {
            // A change to a path that stands takes less, and nobody needs to notice.
            core.timers.set(SessionTimer::Missing, core.now + timer::MISSING);
        }
        core.timers.stop(SessionTimer::Farewell);
        self.consider(core);
    }

    /// There is no path: the program is notified, and lets go of all keys and buttons.
    fn miss(&mut self, core: &mut SessionCore) {
        core.timers.stop(SessionTimer::Missing);
        if std::mem::replace(&mut self.legs.told, true) {
            return;
        }
        let active = matches!(self.stage, ConsentStage::Active(_));
        self.void_without_path(core);
        core.emit(Event::Reconnecting);
        let wait = if active { timer::RECONNECT } else { timer::RECONNECT_BEFORE_CONSENT };
        core.timers.set(SessionTimer::Reconnect, core.now + wait);
    }

    /// Does what is due, except for the session's end.
    pub(super) fn on_timer(&mut self, core: &mut SessionCore, timer: SessionTimer) {
        match timer {
            SessionTimer::Heartbeat => self.beat(core),
            SessionTimer::Keys => self.on_keys_old(core),
            SessionTimer::Silence => self.on_silence(core),
            SessionTimer::Farewell => self.leg_lost(core),
            SessionTimer::Missing => self.miss(core),
            SessionTimer::Resume => self.on_resume_timeout(core),
            SessionTimer::Consider => self.consider(core),
            SessionTimer::Progress => self.report_progress(core),
            SessionTimer::Handshake | SessionTimer::Consent | SessionTimer::Reconnect => {}
        }
    }

    /// The keys are new.
    pub(super) fn keys_begin(&mut self, core: &mut SessionCore) {
        let life = match core.role {
            Role::Technician => timer::KEYS,
            Role::Host => timer::KEYS_AT_HOST,
        };
        core.timers.set(SessionTimer::Keys, core.now + life);
    }

    /// The keys have been used for long enough: the technician renews them. A host whose technician does not
    /// falls silent, upon which any would.
    fn on_keys_old(&mut self, core: &mut SessionCore) {
        match core.role {
            Role::Technician => self.renew_keys(core),
            Role::Host if matches!(self.stage, ConsentStage::Active(_)) => {
                self.legs.expired = true;
                self.leg_lost(core);
            }
            Role::Host => {}
        }
    }

    /// Technician: begins a leg with new keys, on the path that is used now.
    pub(super) fn renew_keys(&mut self, core: &mut SessionCore) {
        if core.role == Role::Technician && matches!(self.stage, ConsentStage::Active(_)) {
            self.legs.renew = true;
            self.consider(core);
        }
    }

    /// Technician: tries the next leg where there is a reason to and a path for it.
    pub(super) fn consider(&mut self, core: &mut SessionCore) {
        let legs = &self.legs;
        let early = matches!(self.stage, ConsentStage::Request(_));
        if core.role == Role::Host || early || legs.attempt.as_ref().is_some_and(|attempt| !attempt.overdue) {
            return;
        }
        let settled = core.now.saturating_duration_since(legs.changed_at) >= SETTLE;
        let path = if legs.down() {
            legs.paths.way_out(core.now, legs.path)
        } else if legs.renew {
            Some(legs.path)
        } else if settled {
            legs.paths.better(core.now, legs.path)
        } else {
            core.timers.set(SessionTimer::Consider, legs.changed_at + SETTLE);
            return;
        };
        match path {
            Some(path) => self.attempt(core, path),
            None => {
                if let Some(at) = legs.paths.next_try(core.now) {
                    core.timers.set(SessionTimer::Consider, at);
                }
            }
        }
    }

    /// A path came.
    pub(super) fn path_added(&mut self, core: &mut SessionCore, id: PathId, kind: PathKind) {
        self.legs.paths.add(core.now, id, kind);
        let tried = self.legs.attempt.as_ref().map(|attempt| attempt.path);
        let early = matches!(self.stage, ConsentStage::Request(_));
        if core.role == Role::Technician
            && !early
            && self.legs.down()
            && self.legs.paths.contains(id)
            && !tried.is_some_and(|path| self.legs.paths.new_within(core.now, path, timer::RESUME))
        {
            // It was made a moment ago, which none of the others was: the best way out of all.
            self.attempt(core, id);
        } else {
            self.consider(core);
        }
    }

    /// A path was measured.
    pub(super) fn path_measured(&mut self, core: &mut SessionCore, id: PathId, round_trip: Duration) {
        self.legs.paths.measured(id, round_trip);
        self.consider(core);
    }

    /// A stream was closed by the other side.
    pub(super) fn stream_closed(
        &mut self,
        core: &mut SessionCore,
        leg: Leg,
        channel: Channel,
    ) -> Result<(), SessionGone> {
        if let Some(attempt) = self.legs.attempt.as_ref().filter(|attempt| attempt.leg == leg) {
            let path = attempt.path;
            return if channel == Channel::Control { self.attempt_failed(core, path, true) } else { Ok(()) };
        }
        if leg != self.legs.leg {
            return Ok(());
        }
        if channel == Channel::Control {
            self.leg_lost(core);
        } else if !core.timers.running(SessionTimer::Farewell) {
            // The streams of a connection close in any order: a goodbye may still come.
            core.timers.set(SessionTimer::Farewell, core.now + timer::FAREWELL);
        }
        Ok(())
    }

    /// A path is gone.
    pub(super) fn path_removed(&mut self, core: &mut SessionCore, id: PathId) {
        self.legs.paths.remove(id);
        if self.legs.path == id {
            self.leg_lost(core);
        }
        if self.legs.attempt.as_ref().is_some_and(|attempt| attempt.path == id) {
            // A path that is not there refuses nothing.
            let _ = self.attempt_failed(core, id, false);
        }
    }
}
