//! A session: one side of it, from the handshake to the end.
//!
//! | file | what |
//! |---|---|
//! | `mod.rs` | the way in and out, the states, the end |
//! | `core.rs` | what all states share: events, deadlines, the clock |
//! | `opening.rs` | the handshake's messages on the control stream |
//! | `established.rs` | a session whose handshake is done |
//! | `active.rs` | what is known once the user has consented |
//! | `commands.rs`, `messages.rs` | what the program wants, what the other side says |
//! | `legs.rs`, `legs/resume.rs`, `numbers.rs` | the change of path and keys, and what it must not lose |
//! | `queue.rs`, `turns.rs` | what waits to be sent, and whose turn it is |
//! | `media.rs`, `bulk.rs`, `progress.rs` | how much of media and bulk may be on its way |
//! | `clock.rs`, `timer.rs`, `recent.rs` | time |

mod active;
mod bulk;
mod clock;
mod commands;
mod core;
mod established;
mod legs;
mod media;
mod messages;
mod numbers;
mod opening;
mod progress;
mod queue;
mod recent;
mod refusals;
#[cfg(test)]
pub(crate) mod tests;
mod timer;
mod turns;

use std::time::{Duration, Instant};

use self::core::SessionCore;
pub(crate) use clock::PeerClock;
use established::{Established, StopCause};
pub use legs::RESUME_BYTES;
use legs::SessionGone;
use opening::{FinishedHandshake, OpeningHandshake};
pub use opening::{OPENING_BYTES, put_off};
use timer::SessionTimer;

#[cfg(test)]
use crate::channels::WireMessage;
use crate::channels::control::Goodbye;
use crate::path::PathTable;
use crate::{
    By, Channel, Command, CommandError, End, EndReason, Event, HandshakeFailure, HostSetup, InviteStanding,
    Leg, Output, PathId, PathKind, Phase, Role, Stats, TechnicianSetup, Violation,
};

/// One side of a session.
///
/// Each call takes the time; the times of successive calls must not go backwards (one that does counts as the
/// latest before it).
pub struct Session {
    core: SessionCore,
    state: SessionState,
}

/// How far it is.
enum SessionState {
    /// And the paths that came meanwhile.
    Opening(Box<OpeningHandshake>, PathTable),
    Established(Box<Established>),
    Ended,
}

impl Session {
    /// The technician's side: starts the handshake.
    pub fn technician(setup: TechnicianSetup, now: Instant) -> Self {
        let mut core = SessionCore::new(Role::Technician, now);
        core.timers.set(SessionTimer::Handshake, now + timer::HANDSHAKE);
        core.emit(Event::Securing);
        match OpeningHandshake::technician(setup, &mut core) {
            Ok(opening) => {
                Self { core, state: SessionState::Opening(Box::new(opening), PathTable::default()) }
            }
            Err(failure) => {
                core.end(End { reason: EndReason::HandshakeFailed(failure), by: By::Us }, false);
                Self { core, state: SessionState::Ended }
            }
        }
    }

    /// The host's side: waits for the handshake.
    pub fn host(setup: HostSetup, now: Instant) -> Self {
        let mut core = SessionCore::new(Role::Host, now);
        core.timers.set(SessionTimer::Handshake, now + timer::HANDSHAKE);
        Self {
            core,
            state: SessionState::Opening(Box::new(OpeningHandshake::host(setup)), PathTable::default()),
        }
    }

    /// Which side this is.
    pub fn role(&self) -> Role {
        self.core.role
    }

    /// How far it is.
    pub fn phase(&self) -> Phase {
        match &self.state {
            SessionState::Opening(..) => Phase::Handshaking,
            SessionState::Established(open) => open.situation().phase,
            SessionState::Ended => Phase::Ended,
        }
    }

    /// Host: which of [`HostSetup::invites`] the technician has proved to know, from message 1 to message 3.
    /// Message 2 leaves only with [`Self::poll_output`].
    pub fn proved_invite(&self) -> Option<usize> {
        match &self.state {
            SessionState::Opening(opening, _) => opening.invite(),
            SessionState::Established(_) | SessionState::Ended => None,
        }
    }

    /// Takes bytes that arrived on a channel's stream of a leg, without the stream's head. The first leg's
    /// control stream is the one on which the handshake runs. What comes on a stream of a leg that is neither
    /// used nor tried is ignored; a stream of a later leg the driver leaves unread until [`Self::leg`] is
    /// that one.
    ///
    /// Bytes of one call may hold thousands of messages: pass on what one read brought, then drain the
    /// output.
    pub fn receive(&mut self, now: Instant, leg: Leg, channel: Channel, bytes: &[u8]) {
        self.core.advance(now);
        self.core.counts.bytes_in += bytes.len() as u64;
        match &mut self.state {
            SessionState::Ended => {}
            SessionState::Opening(..) if channel != Channel::Control => {
                self.fail(HandshakeFailure::Malformed, By::Us)
            }
            SessionState::Opening(opening, _) => {
                opening.push(bytes);
                self.open();
            }
            SessionState::Established(open) if open.legs.leg == leg => {
                if let Err(stop) = open.receive(&mut self.core, channel, bytes) {
                    self.stop(stop);
                }
            }
            SessionState::Established(open)
                if open.legs.tried() == Some(leg) && channel == Channel::Control =>
            {
                match open.take_reply(&mut self.core, bytes) {
                    Ok(None) => {}
                    Ok(Some(rest)) => {
                        if let Err(stop) = open.receive(&mut self.core, channel, &rest) {
                            self.stop(stop);
                        }
                    }
                    Err(SessionGone) => self.lost(),
                }
            }
            SessionState::Established(_) => {}
        }
    }

    /// Host: what began a later leg's control stream, after its head: [`RESUME_BYTES`] bytes. Where they are
    /// the technician's the stream is that leg's control stream, which is used from now on, and no other;
    /// else (`false`) nothing has changed, and the stream is to be dropped.
    pub fn resume(&mut self, now: Instant, path: PathId, leg: Leg, message: &[u8]) -> bool {
        self.core.advance(now);
        let SessionState::Established(open) = &mut self.state else { return false };
        match open.take_resume(&mut self.core, path, leg, message) {
            Some(true) => {
                self.close(End { reason: EndReason::Ended, by: By::Peer }, None);
                false
            }
            Some(false) => true,
            None => false,
        }
    }

    /// The leg whose streams are used now.
    pub fn leg(&self) -> Leg {
        match &self.state {
            SessionState::Established(open) => open.legs.leg,
            SessionState::Opening(..) | SessionState::Ended => Leg::FIRST,
        }
    }

    /// Technician: the leg that is being tried, whose control stream must be kept.
    pub fn tried_leg(&self) -> Option<Leg> {
        match &self.state {
            SessionState::Established(open) => open.legs.tried(),
            SessionState::Opening(..) | SessionState::Ended => None,
        }
    }

    /// Whether nothing is heard of the other side, so that the driver should look for another path to it.
    pub fn needs_path(&self) -> bool {
        matches!(&self.state, SessionState::Established(open) if open.legs.down())
    }

    /// There is a path to the other side. The one on which the handshake runs is [`PathId::FIRST`].
    pub fn path_added(&mut self, now: Instant, id: PathId, kind: PathKind) {
        self.core.advance(now);
        match &mut self.state {
            SessionState::Established(open) => open.path_added(&mut self.core, id, kind),
            SessionState::Opening(_, paths) => paths.add(now, id, kind),
            SessionState::Ended => {}
        }
    }

    /// A path's round trip was measured, while it was at rest or by packets that wait for nothing.
    pub fn path_measured(&mut self, now: Instant, id: PathId, round_trip: Duration) {
        self.core.advance(now);
        match &mut self.state {
            SessionState::Established(open) => open.path_measured(&mut self.core, id, round_trip),
            SessionState::Opening(_, paths) => paths.measured(id, round_trip),
            SessionState::Ended => {}
        }
    }

    /// A path is gone.
    pub fn path_removed(&mut self, now: Instant, id: PathId) {
        self.core.advance(now);
        match &mut self.state {
            SessionState::Established(open) if open.situation().phase >= Phase::AwaitingConsent => {
                open.path_removed(&mut self.core, id);
            }
            SessionState::Established(open) => open.legs.paths.remove(id),
            SessionState::Opening(_, paths) => paths.remove(id),
            SessionState::Ended => {}
        }
        if id == PathId::FIRST && matches!(self.phase(), Phase::Handshaking | Phase::AwaitingRequest) {
            self.stream_closed(now, Leg::FIRST, Channel::Control);
        }
    }

    /// A channel's stream was closed or reset by the other side, or could not be opened.
    pub fn stream_closed(&mut self, now: Instant, leg: Leg, channel: Channel) {
        self.core.advance(now);
        match (self.phase(), self.core.role) {
            (Phase::Ended, _) => {}
            (Phase::Handshaking | Phase::AwaitingRequest, Role::Technician) => {
                self.fail(HandshakeFailure::InviteRefused, By::Peer);
            }
            (Phase::Handshaking | Phase::AwaitingRequest, Role::Host) => {
                self.fail(HandshakeFailure::Closed, By::Peer);
            }
            (Phase::AwaitingConsent | Phase::Active, _) => {
                let SessionState::Established(open) = &mut self.state else { return };
                if let Err(SessionGone) = open.stream_closed(&mut self.core, leg, channel) {
                    self.lost();
                }
            }
        }
    }

    /// Does what is due. Call it at the time that [`Output::Wait`] named; earlier or later does no harm.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.core.advance(now);
        while let Some(timer) = self.core.timers.expired(self.core.now) {
            match (timer, &mut self.state) {
                (SessionTimer::Handshake, _) => self.fail(HandshakeFailure::TimedOut, By::Nobody),
                (SessionTimer::Consent, _) => self.end(End { reason: EndReason::NoAnswer, by: By::Nobody }),
                (SessionTimer::Reconnect, _) => self.lost(),
                (timer, SessionState::Established(open)) => open.on_timer(&mut self.core, timer),
                (_, SessionState::Opening(..) | SessionState::Ended) => {}
            }
        }
    }

    fn lost(&mut self) {
        self.end(End { reason: EndReason::Lost, by: By::Nobody });
    }

    /// Does what the program wants.
    ///
    /// # Errors
    /// [`CommandError`] says why not; nothing was sent then and nothing changed.
    pub fn command(&mut self, now: Instant, command: Command) -> Result<(), CommandError> {
        self.core.advance(now);
        match (&mut self.state, command) {
            (SessionState::Ended, _) => Err(CommandError::Ended),
            (_, Command::End(reason)) => {
                Goodbye::new(reason, self.core.role).ok_or(CommandError::Invalid("reason"))?;
                self.end(End { reason, by: By::Us });
                Ok(())
            }
            (SessionState::Opening(..), _) => Err(CommandError::NotNow),
            (SessionState::Established(open), Command::Deny) => {
                open.check_answer(&self.core)?;
                self.end(End { reason: EndReason::Denied, by: By::Us });
                Ok(())
            }
            (SessionState::Established(open), command) => open.command(&mut self.core, command),
        }
    }

    /// The next thing to do. Drain it until it says [`Output::Wait`], after each other call.
    pub fn poll_output(&mut self) -> Output {
        if let Some(event) = self.core.next_event() {
            return event;
        }
        let output = self.core.transmits.pop_front().or_else(|| match &mut self.state {
            SessionState::Established(open) => open.next_record(&self.core).map(|(channel, bytes)| {
                let leg = open.legs.leg;
                Output::Transmit { leg, channel, bytes }
            }),
            SessionState::Opening(..) | SessionState::Ended => None,
        });
        if let Some(Output::Transmit { bytes, .. } | Output::Resume { bytes, .. }) = &output {
            self.core.counts.bytes_out += bytes.len() as u64;
        }
        output.unwrap_or_else(|| {
            let room = match &self.state {
                SessionState::Established(open) => open.room_changes_at(&self.core),
                SessionState::Opening(..) | SessionState::Ended => None,
            };
            Output::Wait(self.core.timers.next().into_iter().chain(room).min())
        })
    }

    /// How many bytes the next message of a channel should have; `None`: none now. A picture waits for the
    /// path to be free and for an acknowledgement of those before it, others for room in the queue, and all
    /// for the user's permission and a path. Ask again after each other call.
    pub fn room(&self, channel: Channel) -> Option<u32> {
        match &self.state {
            SessionState::Established(open) => open.room(&self.core, channel),
            SessionState::Opening(..) | SessionState::Ended => None,
        }
    }

    /// Holds back a channel's records while its stream can't be written to (`held`), so that what waits is
    /// not yet encrypted and can still be taken back, and lets them go again.
    pub fn hold(&mut self, channel: Channel, held: bool) {
        if let SessionState::Established(open) = &mut self.state {
            open.queues.hold(channel, held);
        }
    }

    /// Technician: begins a leg with new keys now rather than in up to 15 minutes, on the path that is used.
    /// Does nothing at the host, which follows, nor before consent.
    pub fn renew_keys(&mut self, now: Instant) {
        self.core.advance(now);
        if let SessionState::Established(open) = &mut self.state {
            open.renew_keys(&mut self.core);
        }
    }

    /// Figures.
    pub fn stats(&self) -> Stats {
        let mut stats = self.core.stats();
        if let SessionState::Established(open) = &self.state {
            open.add_stats(&mut stats);
        }
        stats
    }

    /// Takes the handshake as far as what arrived allows.
    fn open(&mut self) {
        let SessionState::Opening(opening, _) = &mut self.state else { return };
        match opening.step(&mut self.core) {
            Ok(None) => {}
            Ok(Some(opened)) => self.begin(opened),
            Err(failure) => self.fail(failure, By::Us),
        }
    }

    /// The handshake is done.
    fn begin(&mut self, opened: FinishedHandshake) {
        let standing = opened.secured.standing;
        let paths = match std::mem::replace(&mut self.state, SessionState::Ended) {
            SessionState::Opening(_, paths) => paths,
            SessionState::Established(_) | SessionState::Ended => PathTable::default(),
        };
        let (open, rest) = Established::new(opened, paths, &mut self.core);
        self.state = SessionState::Established(Box::new(open));
        let reason = match standing {
            InviteStanding::Open => {
                if !rest.is_empty()
                    && let SessionState::Established(open) = &mut self.state
                    && let Err(stop) = open.receive(&mut self.core, Channel::Control, &rest)
                {
                    self.stop(stop);
                }
                return;
            }
            InviteStanding::Used => EndReason::InviteUsed,
            InviteStanding::Expired => EndReason::InviteExpired,
        };
        self.end(End { reason, by: By::Us });
    }

    fn fail(&mut self, failure: HandshakeFailure, by: By) {
        // Whoever does not know the invite learns nothing, not even why.
        self.core.transmits.clear();
        self.state = SessionState::Ended;
        self.core.end(End { reason: EndReason::HandshakeFailed(failure), by }, false);
    }

    fn stop(&mut self, stop: StopCause) {
        match stop {
            StopCause::Violation(violation) => self.violated(violation),
            StopCause::Left(reason) => self.close(End { reason, by: By::Peer }, None),
        }
    }

    fn violated(&mut self, violation: Violation) {
        self.end(End { reason: EndReason::Protocol(violation), by: By::Us });
    }

    /// Ends the session and says so to the other side, where there is a word for it.
    fn end(&mut self, end: End) {
        let reason = match (end.reason, self.core.role) {
            // Its waiting is over; the host's answer would come too late.
            (EndReason::NoAnswer, Role::Technician) => EndReason::Ended,
            (reason, _) => reason,
        };
        self.close(end, Goodbye::new(reason, self.core.role));
    }

    fn close(&mut self, end: End, goodbye: Option<Goodbye>) {
        let mut acted = false;
        match std::mem::replace(&mut self.state, SessionState::Ended) {
            SessionState::Ended => return,
            SessionState::Opening(..) => self.core.transmits.clear(),
            SessionState::Established(open) => {
                acted = open.situation().phase == Phase::Active;
                if let Some(goodbye) = goodbye {
                    let words = open.into_goodbye(&self.core, goodbye);
                    self.core.transmits.extend(words.into_iter().flatten());
                }
            }
        }
        self.core.end(end, acted);
    }
}

/// A side that does not keep to the table.
#[cfg(test)]
impl Session {
    pub(crate) fn held_back(&self) -> (usize, usize) {
        if let SessionState::Established(open) = &self.state { open.queues.held_back() } else { (0, 0) }
    }

    pub(crate) fn force(&mut self, message: WireMessage) {
        if let SessionState::Established(open) = &mut self.state {
            let (leg, channel) = (open.legs.leg, message.channel());
            let number = message.row().delivery.numbered().then(|| open.queues.force_number(channel));
            let bytes = open.records.seal(channel, 0, number, &message.encode());
            self.core.transmits.push_back(Output::Transmit { leg, channel, bytes });
        }
    }

    pub(crate) fn force_bytes(&mut self, channel: Channel, bytes: &[u8]) {
        use crate::record::{FRAGMENT_BYTES, MORE};
        let SessionState::Established(open) = &mut self.state else { return };
        let mut parts = bytes.chunks(FRAGMENT_BYTES).peekable();
        while let Some(part) = parts.next() {
            let flags = if parts.peek().is_some() { MORE } else { 0 };
            let bytes = open.records.seal(channel, flags, None, part);
            let leg = open.legs.leg;
            self.core.transmits.push_back(Output::Transmit { leg, channel, bytes });
        }
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("role", &self.core.role)
            .field("phase", &self.phase())
            .finish_non_exhaustive()
    }
}
