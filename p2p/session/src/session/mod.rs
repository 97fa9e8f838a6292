//! A session: one side of it, from the handshake to the end.
//!
//! | file | what |
//! |---|---|
//! | `mod.rs` | the way in and out, the states, the end |
//! | `core.rs` | what all states share: events, deadlines, the clock |
//! | `opening.rs` | the handshake's messages on the control stream |
//! | `open.rs` | a session whose handshake is done |
//! | `active.rs` | what is known once the user has consented |
//! | `commands.rs`, `messages.rs` | what the program wants, what the other side says |
//! | `legs.rs`, `numbers.rs` | the change of path and keys, and what it must not lose |
//! | `queue.rs`, `clock.rs`, `timer.rs` | what waits to be sent; time |

mod active;
mod clock;
mod commands;
mod core;
mod legs;
mod messages;
mod numbers;
mod open;
mod opening;
mod queue;
mod refusals;
#[cfg(test)]
mod tests;
mod timer;

use std::time::{Duration, Instant};

use self::core::Core;
pub use legs::RESUME_BYTES;
use legs::Refused;
use open::{Open, Stop};
use opening::{Opened, Opening};
use timer::Timer;

use crate::path::Paths;
use crate::wire::Goodbye;
use crate::{
    By, Channel, Command, CommandError, End, EndReason, Event, HandshakeFailure, HostSetup, InviteStanding,
    Leg, Output, PathId, PathKind, Phase, Role, Stats, TechnicianSetup, Violation,
};

/// One side of a session.
///
/// Each call takes the time; the times of successive calls must not go backwards (one that does counts as the latest
/// before it).
pub struct Session {
    core: Core,
    state: State,
}

/// How far it is.
enum State {
    /// And the paths that came meanwhile.
    Opening(Box<Opening>, Paths),
    Open(Box<Open>),
    Ended,
}

impl Session {
    /// The technician's side: starts the handshake.
    pub fn technician(setup: TechnicianSetup, now: Instant) -> Self {
        let mut core = Core::new(Role::Technician, now);
        core.timers.set(Timer::Handshake, now + timer::HANDSHAKE);
        core.events.push_back(Event::Securing);
        match Opening::technician(setup, &mut core) {
            Ok(opening) => Self { core, state: State::Opening(Box::new(opening), Paths::default()) },
            Err(failure) => {
                core.end(End { reason: EndReason::HandshakeFailed(failure), by: By::Us }, false);
                Self { core, state: State::Ended }
            }
        }
    }

    /// The host's side: waits for the handshake.
    pub fn host(setup: HostSetup, now: Instant) -> Self {
        let mut core = Core::new(Role::Host, now);
        core.timers.set(Timer::Handshake, now + timer::HANDSHAKE);
        Self { core, state: State::Opening(Box::new(Opening::host(setup)), Paths::default()) }
    }

    /// Which side this is.
    pub fn role(&self) -> Role {
        self.core.role
    }

    /// How far it is.
    pub fn phase(&self) -> Phase {
        match &self.state {
            State::Opening(..) => Phase::Handshaking,
            State::Open(open) => open.situation().phase,
            State::Ended => Phase::Ended,
        }
    }

    /// Takes bytes that arrived on a channel's stream of a leg, without the stream's head. The first leg's control
    /// stream is the one on which the handshake runs. What comes on a stream of a leg that is neither used nor tried
    /// is ignored; a stream of a later leg the driver leaves unread until [`Self::leg`] is that one.
    ///
    /// Bytes of one call may hold thousands of messages: pass on what one read brought, then drain the output.
    pub fn receive(&mut self, now: Instant, leg: Leg, channel: Channel, bytes: &[u8]) {
        self.core.advance(now);
        self.core.counts.bytes_in += bytes.len() as u64;
        match &mut self.state {
            State::Ended => {}
            State::Opening(..) if channel != Channel::Control => {
                self.fail(HandshakeFailure::Malformed, By::Us)
            }
            State::Opening(opening, _) => {
                opening.push(bytes);
                self.open();
            }
            State::Open(open) if open.legs.leg == leg => {
                if let Err(stop) = open.receive(&mut self.core, channel, bytes) {
                    self.stop(stop);
                }
            }
            State::Open(open) if open.legs.tried() == Some(leg) && channel == Channel::Control => {
                match open.take_reply(&mut self.core, bytes) {
                    Ok(None) => {}
                    Ok(Some(rest)) => {
                        if let Err(stop) = open.receive(&mut self.core, channel, &rest) {
                            self.stop(stop);
                        }
                    }
                    Err(Refused) => self.lost(),
                }
            }
            State::Open(_) => {}
        }
    }

    /// Host: what began a later leg's control stream, after its head: [`RESUME_BYTES`] bytes. Where they are the
    /// technician's the stream is that leg's control stream, which is used from now on, and no other; else (`false`)
    /// nothing has changed, and the stream is to be dropped.
    pub fn resume(&mut self, now: Instant, path: PathId, leg: Leg, message: &[u8]) -> bool {
        self.core.advance(now);
        let State::Open(open) = &mut self.state else { return false };
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
            State::Open(open) => open.legs.leg,
            State::Opening(..) | State::Ended => Leg::FIRST,
        }
    }

    /// Technician: the leg that is being tried, whose control stream must be kept.
    pub fn tried_leg(&self) -> Option<Leg> {
        match &self.state {
            State::Open(open) => open.legs.tried(),
            State::Opening(..) | State::Ended => None,
        }
    }

    /// Whether nothing is heard of the other side, so that the driver should look for another path to it.
    pub fn needs_path(&self) -> bool {
        matches!(&self.state, State::Open(open) if open.legs.down())
    }

    /// There is a path to the other side. The one on which the handshake runs is [`PathId::FIRST`].
    pub fn path_added(&mut self, now: Instant, id: PathId, kind: PathKind) {
        self.core.advance(now);
        match &mut self.state {
            State::Open(open) => open.path_added(&mut self.core, id, kind),
            State::Opening(_, paths) => paths.add(now, id, kind),
            State::Ended => {}
        }
    }

    /// A path's round trip was measured, while it was at rest or by packets that wait for nothing.
    pub fn path_measured(&mut self, now: Instant, id: PathId, round_trip: Duration) {
        self.core.advance(now);
        match &mut self.state {
            State::Open(open) => open.path_measured(&mut self.core, id, round_trip),
            State::Opening(_, paths) => paths.measured(id, round_trip),
            State::Ended => {}
        }
    }

    /// A path is gone.
    pub fn path_removed(&mut self, now: Instant, id: PathId) {
        self.core.advance(now);
        match &mut self.state {
            State::Open(open) if open.situation().phase >= Phase::AwaitingConsent => {
                open.path_removed(&mut self.core, id);
            }
            State::Open(open) => open.legs.paths.remove(id),
            State::Opening(_, paths) => paths.remove(id),
            State::Ended => {}
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
                let State::Open(open) = &mut self.state else { return };
                if let Err(Refused) = open.stream_closed(&mut self.core, leg, channel) {
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
                (Timer::Handshake, _) => self.fail(HandshakeFailure::TimedOut, By::Nobody),
                (Timer::Consent, _) => self.end(End { reason: EndReason::NoAnswer, by: By::Nobody }),
                (Timer::Reconnect, _) => self.lost(),
                (timer, State::Open(open)) => open.on_timer(&mut self.core, timer),
                (_, State::Opening(..) | State::Ended) => {}
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
            (State::Ended, _) => Err(CommandError::Ended),
            (_, Command::End(reason)) => {
                Goodbye::new(reason, self.core.role).ok_or(CommandError::Invalid("reason"))?;
                self.end(End { reason, by: By::Us });
                Ok(())
            }
            (State::Opening(..), _) => Err(CommandError::NotNow),
            (State::Open(open), Command::Deny) => {
                open.check_answer(&self.core)?;
                self.end(End { reason: EndReason::Denied, by: By::Us });
                Ok(())
            }
            (State::Open(open), command) => open.command(&mut self.core, command),
        }
    }

    /// The next thing to do. Drain it until it says [`Output::Wait`], after each other call.
    pub fn poll_output(&mut self) -> Output {
        if let Some(event) = self.core.events.pop_front() {
            return Output::Event(event);
        }
        let output = self.core.transmits.pop_front().or_else(|| match &mut self.state {
            State::Open(open) => open.next_record().map(|(channel, bytes)| {
                let leg = open.legs.leg;
                Output::Transmit { leg, channel, bytes }
            }),
            State::Opening(..) | State::Ended => None,
        });
        if let Some(Output::Transmit { bytes, .. } | Output::Resume { bytes, .. }) = &output {
            self.core.counts.bytes_out += bytes.len() as u64;
        }
        output.unwrap_or(Output::Wait(self.core.timers.next()))
    }

    /// Host: how many bytes the next picture should have; `None`: none now, an acknowledgement must come first, or
    /// the technician may not see the screen. Ask again after each [`Event::Shown`], [`Event::KeyRequested`] and
    /// [`Event::Permissions`].
    pub fn picture_room(&self, _now: Instant) -> Option<u32> {
        match &self.state {
            State::Open(open) => open.picture_room(self.core.role),
            State::Opening(..) | State::Ended => None,
        }
    }

    /// Holds back a channel's records while its stream can't be written to (`held`), so that what waits is not yet
    /// encrypted and can still be taken back, and lets them go again.
    ///
    /// For a driver whose streams push back at once, such as one over bare sockets, and for tests. The driver in
    /// `beistand-p2p` has no use for it: libp2p's streams take hundreds of kilobytes before they push back, so what it
    /// held back would seldom be more than nothing; pictures are bounded by what is acknowledged, all else by the
    /// silence after which a session ends.
    pub fn hold(&mut self, channel: Channel, held: bool) {
        if let State::Open(open) = &mut self.state {
            open.hold(channel, held);
        }
    }

    /// Technician: begins a leg with new keys now rather than in up to 15 minutes, on the path that is used. Does
    /// nothing at the host, which follows, nor before consent.
    pub fn renew_keys(&mut self, now: Instant) {
        self.core.advance(now);
        if let State::Open(open) = &mut self.state {
            open.renew_keys(&mut self.core);
        }
    }

    /// Figures.
    pub fn stats(&self) -> Stats {
        let mut stats = self.core.stats();
        if let State::Open(open) = &self.state {
            open.add_stats(&mut stats);
        }
        stats
    }

    /// Takes the handshake as far as what arrived allows.
    fn open(&mut self) {
        let State::Opening(opening, _) = &mut self.state else { return };
        match opening.step(&mut self.core) {
            Ok(None) => {}
            Ok(Some(opened)) => self.begin(opened),
            Err(failure) => self.fail(failure, By::Us),
        }
    }

    /// The handshake is done.
    fn begin(&mut self, opened: Opened) {
        let standing = opened.secured.standing;
        let paths = match std::mem::replace(&mut self.state, State::Ended) {
            State::Opening(_, paths) => paths,
            State::Open(_) | State::Ended => Paths::default(),
        };
        let (open, rest) = Open::new(opened, paths, &mut self.core);
        self.state = State::Open(Box::new(open));
        let reason = match standing {
            InviteStanding::Open => {
                if !rest.is_empty()
                    && let State::Open(open) = &mut self.state
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
        self.state = State::Ended;
        self.core.end(End { reason: EndReason::HandshakeFailed(failure), by }, false);
    }

    fn stop(&mut self, stop: Stop) {
        match stop {
            Stop::Violation(violation) => self.violated(violation),
            Stop::Left(reason) => self.close(End { reason, by: By::Peer }, None),
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
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Ended => return,
            State::Opening(..) => self.core.transmits.clear(),
            State::Open(open) => {
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
    fn held_back(&self) -> (usize, usize) {
        if let State::Open(open) = &self.state { open.queues.held_back() } else { (0, 0) }
    }

    fn force_input(&mut self, event: crate::InputEvent) {
        if let State::Open(open) = &mut self.state {
            let number = open.queues.force_number(Channel::Input);
            let event = crate::wire::Message::Input(event).encode();
            let bytes = open.records.seal(Channel::Input, 0, Some(number), &event);
            let (leg, channel) = (open.legs.leg, Channel::Input);
            self.core.transmits.push_back(Output::Transmit { leg, channel, bytes });
        }
    }

    fn force_bytes(&mut self, channel: Channel, bytes: &[u8]) {
        use crate::record::{FRAGMENT_BYTES, MORE};
        let State::Open(open) = &mut self.state else { return };
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
