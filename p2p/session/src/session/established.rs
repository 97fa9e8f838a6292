//! A session whose handshake is done: records in and out, and the change of what is allowed.

use std::time::Instant;

use super::active::{ActiveSession, Strike};
use super::bulk::BulkWindow;
use super::core::SessionCore;
use super::legs::LegState;
use super::media::MediaWindow;
use super::numbers::MessageNumbers;
use super::opening::FinishedHandshake;
use super::progress::{ProgressDue, ProgressReports};
use super::queue::{NextRecord, SealedRecord, SendLimits, SendQueues};
use super::timer::{self, SessionTimer};
use crate::channels::control::{ChannelSet, ControlMessage, Goodbye, WireRequest};
use crate::channels::{LiveChannels, MAX_BYTES_BEFORE_CONSENT, Moment, WireMessage};
use crate::noise::Secured;
use crate::path::PathTable;
use crate::record::{ArrivedMessage, Records};
use crate::{
    ANSWER_TIME, Channel, CommandError, Delivery, EndReason, Event, Output, PermissionSet, Phase, Request,
    Role, Row, Situation, Stats, TrafficClass, Verdict, Violation, authorize, escape_quoted, text,
};

/// A session whose handshake is done.
pub(super) struct Established {
    pub(super) records: Records,
    pub(super) queues: SendQueues,
    pub(super) stage: ConsentStage,
    pub(super) legs: LegState,
    pub(super) numbers: MessageNumbers,
    /// What each channel does by itself.
    pub(super) live: LiveChannels,
    /// Bulk on its way, and media.
    pub(super) bulk: BulkWindow,
    pub(super) media: MediaWindow,
    progress: ProgressReports,
    pub(super) peer_key: [u8; 32],
    /// What the other side knows. All of ours until it says so: no version has fewer.
    pub(super) peer_channels: ChannelSet,
    sas: [u8; 4],
    invite: usize,
    /// Host: what can be allowed. Technician: what it asked for.
    pub(super) offers: PermissionSet,
}

/// Named for what is expected next.
pub(super) enum ConsentStage {
    /// Host: the request. Technician: a sign that it arrived; then the program hears of it.
    Request(Option<Box<Request>>),
    /// The user's answer to this.
    Consent(PermissionSet),
    /// Anything that is allowed.
    Active(Box<ActiveSession>),
}

/// Why a session stops on what the other side said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StopCause {
    /// It broke the protocol.
    Violation(Violation),
    /// It said goodbye.
    Left(EndReason),
}

impl From<Violation> for StopCause {
    fn from(violation: Violation) -> Self {
        Self::Violation(violation)
    }
}

impl Established {
    /// A session whose handshake is just done, and bytes that arrived after it.
    pub(super) fn new(
        finished: FinishedHandshake,
        paths: PathTable,
        core: &mut SessionCore,
    ) -> (Self, Vec<u8>) {
        let FinishedHandshake { secured, request, offers, rest } = finished;
        let Secured { keys, session_key, sas, static_key, peer_key, invite, .. } = secured;
        let mut session = Self {
            records: Records::new(keys),
            queues: SendQueues::default(),
            stage: ConsentStage::Request(None),
            legs: LegState::new(core, session_key, static_key, paths),
            numbers: MessageNumbers::default(),
            live: LiveChannels::default(),
            bulk: BulkWindow::default(),
            media: MediaWindow::default(),
            progress: ProgressReports::default(),
            peer_key,
            peer_channels: ChannelSet::known(),
            sas,
            invite,
            offers,
        };
        if let Some(request) = request {
            let shown = session.request_event(&request, core.role);
            session.stage = ConsentStage::Request(Some(Box::new(shown)));
            session.queue(ControlMessage::Request(request));
        }
        (session, rest)
    }

    pub(super) fn situation(&self) -> Situation {
        let before = |phase| Situation { phase, paused: false, grants: PermissionSet::NONE };
        match &self.stage {
            ConsentStage::Request(_) => before(Phase::AwaitingRequest),
            ConsentStage::Consent(_) => before(Phase::AwaitingConsent),
            ConsentStage::Active(active) => active.situation(),
        }
    }

    /// This moment, as the channels see it.
    pub(super) fn moment<'a>(&self, core: &'a SessionCore) -> Moment<'a> {
        Moment { now: core.now, clock: &core.clock, role: core.role, phase: self.situation().phase }
    }

    /// Takes bytes that arrived on a channel's stream.
    pub(super) fn receive(
        &mut self,
        core: &mut SessionCore,
        channel: Channel,
        bytes: &[u8],
    ) -> Result<(), StopCause> {
        if self.legs.expired() {
            return Ok(());
        }
        self.records.push(channel, bytes);
        let result = self.receive_messages(core, channel);
        if channel.spec().class.is_reported() {
            self.report_progress(core);
        }
        result
    }

    fn receive_messages(&mut self, core: &mut SessionCore, channel: Channel) -> Result<(), StopCause> {
        loop {
            let most = channel.spec().max_message_bytes;
            let most = match self.stage {
                ConsentStage::Active(_) => most,
                ConsentStage::Request(_) | ConsentStage::Consent(_) => most.min(MAX_BYTES_BEFORE_CONSENT),
            };
            let message = self.records.next_message(core.now, channel, most)?;
            if self.records.heard() {
                self.heard(core);
            }
            let Some(ArrivedMessage { number, bytes }) = message else { return Ok(()) };
            let message = WireMessage::decode(channel, &bytes)?;
            if number.is_some_and(|number| !self.numbers.take(channel, number)) {
                // It came on an earlier leg already.
                continue;
            }
            self.handle(core, message, number)?;
            if let Some(received) = self.numbers.urgent_news() {
                self.queue(ControlMessage::Received(Box::new(received.to_array())));
            }
        }
    }

    /// Says how far media and bulk have arrived, where that is due.
    pub(super) fn report_progress(&mut self, core: &mut SessionCore) {
        match self.progress.due(core.now, &self.records, &core.clock) {
            ProgressDue::Nothing => {}
            ProgressDue::At(at) => core.timers.set(SessionTimer::Progress, at),
            ProgressDue::Now(reports) => reports.into_iter().for_each(|report| self.queue(report)),
        }
    }

    /// Decides about a message that arrived, and lets it act.
    fn handle(
        &mut self,
        core: &mut SessionCore,
        message: WireMessage,
        number: Option<u64>,
    ) -> Result<(), StopCause> {
        let row = message.row();
        match authorize(row, core.role.other(), self.situation()) {
            Verdict::Act if number.is_some() != row.delivery.numbered() => Err(Violation::Malformed.into()),
            Verdict::Act => self.act(core, message, number),
            Verdict::OutOfPlace => Err(Violation::OutOfPlace.into()),
            Verdict::Paused => {
                core.counts.dropped += 1;
                Ok(())
            }
            Verdict::NotGranted(permission) => {
                core.counts.dropped += 1;
                let ConsentStage::Active(active) = &mut self.stage else {
                    return Err(Violation::OutOfPlace.into());
                };
                match active.strike(core.now, permission) {
                    Strike::OnItsWay => {}
                    Strike::Counted => core.emit(Event::Dropped { what: row.words }),
                    Strike::OneTooMany => return Err(Violation::NotAuthorised.into()),
                }
                Ok(())
            }
        }
    }

    /// The next record to leave.
    pub(super) fn next_record(&mut self, core: &SessionCore) -> Option<(Channel, Vec<u8>)> {
        if !self.legs.usable() {
            return None;
        }
        let gated = matches!(&self.stage, ConsentStage::Active(active) if active.gated());
        let limits =
            SendLimits { gated, bulk: &self.bulk, bulk_room: self.bulk.room(core.now, self.media.load()) };
        let NextRecord { channel, sealed } = self.queues.next_record(&mut self.records, &limits)?;
        let SealedRecord { bytes, place, completes } = sealed;
        let (counter, length) = (self.records.sent(channel), bytes.len() as u64);
        match channel.spec().class {
            TrafficClass::Bulk => self.bulk.sent(core.now, &core.clock, channel, counter, length),
            TrafficClass::Media => {
                self.bulk.sent_beside(core.now);
                self.media.sent(core.now, &core.clock, (channel, counter), length, place);
                if let Some(number) = completes {
                    let moment = self.moment(core);
                    self.live.left(&moment, channel, number);
                }
            }
            TrafficClass::Timely | TrafficClass::Interactive => self.bulk.sent_beside(core.now),
            TrafficClass::Control => {}
        }
        Some((channel, bytes))
    }

    /// Queues one of our own control messages: there is always room for those.
    pub(super) fn queue(&mut self, message: impl Into<WireMessage>) {
        let queued = self.queues.push(message.into());
        debug_assert!(queued, "each kind of control message waits once at most, others were asked about");
    }

    /// Says that we are still there.
    pub(super) fn beat(&mut self, core: &mut SessionCore) {
        let (sent, echo) = (core.clock.stamp(core.now), core.clock.echo(core.now));
        self.queue(ControlMessage::Heartbeat { sent, echo });
        if let Some(received) = self.numbers.news() {
            self.queue(ControlMessage::Received(Box::new(received.to_array())));
        }
        let pace = match core.role {
            Role::Technician => core.pace(),
            Role::Host => core.pace() + timer::HEARTBEAT_GRACE,
        };
        core.timers.set(SessionTimer::Heartbeat, core.now + pace);
    }

    /// The user is being asked, and both sides know: from here on each expects to hear the other.
    pub(super) fn await_consent(&mut self, core: &mut SessionCore, request: Request) {
        self.stage = ConsentStage::Consent(request.wants);
        core.emit(Event::Request(request));
        core.timers.stop(SessionTimer::Handshake);
        core.timers.set(SessionTimer::Silence, core.now + core.silence());
        let wait = match core.role {
            Role::Host => ANSWER_TIME,
            Role::Technician => timer::ANSWER_AT_TECHNICIAN,
        };
        core.timers.set(SessionTimer::Consent, core.now + wait);
        self.beat(core);
    }

    /// The user consented.
    pub(super) fn activate(&mut self, core: &mut SessionCore, active: ActiveSession) {
        core.timers.stop(SessionTimer::Consent);
        let granted = active.grants;
        self.stage = ConsentStage::Active(Box::new(active));
        core.emit(Event::Permissions { granted, revoked: PermissionSet::NONE });
        self.keys_begin(core);
    }

    /// Takes new grants and pause, and empties everything that is no longer allowed.
    pub(super) fn set_permissions(&mut self, core: &mut SessionCore, grants: PermissionSet, paused: bool) {
        let before = self.situation();
        let ConsentStage::Active(active) = &mut self.stage else { return };
        let (granted_before, paused_before) = (active.grants, active.paused);
        let revoked = active.set_grants(core.now, grants);
        active.paused = paused;
        let situation = active.situation();
        let verdict = |row: &Row, sender: Role| authorize(row, sender, situation);
        let (us, peer) = (core.role, core.role.other());

        let lost = self.queues.retain(|row| verdict(row, us) == Verdict::Act);
        core.retain_heard(|row| verdict(row, peer) == Verdict::Act);
        let moment = self.moment(core);
        let heard = self.live.allowed(&moment, &verdict, &lost);
        let stopped =
            |row: &Row| authorize(row, peer, before) == Verdict::Act && verdict(row, peer) != Verdict::Act;
        for channel in
            Channel::ALL.into_iter().filter(|channel| channel.spec().rows.iter().any(|row| stopped(row)))
        {
            core.void(channel);
        }
        if grants != granted_before {
            core.emit(Event::Permissions { granted: grants, revoked });
        }
        if paused != paused_before {
            core.emit(Event::Paused(paused));
        }
        for (message, row) in heard {
            core.pass_on(message, row);
        }
    }

    /// There is no path: what acts for somebody who sees nothing any more is void, here and on its way.
    pub(super) fn void_without_path(&mut self, core: &mut SessionCore) {
        if !matches!(self.stage, ConsentStage::Active(_)) {
            return;
        }
        let peer = core.role.other();
        let acts_here = |row: &Row| row.from.is(peer) && row.needs.is_some();
        for channel in Channel::ALL {
            if LiveChannels::void_without_path(channel)
                && channel.spec().rows.iter().any(|row| acts_here(row))
            {
                core.void(channel);
            }
            if LiveChannels::void_without_path(channel) && self.queues.give_up(channel) {
                core.void(channel);
            }
        }
    }

    /// What the program hears of a request.
    pub(super) fn request_event(&self, request: &WireRequest, role: Role) -> Request {
        let own = self.legs.public_key();
        let (technician_key, host_key) = match role {
            Role::Technician => (own, self.peer_key),
            Role::Host => (self.peer_key, own),
        };
        let name = text::truncate(request.name.as_str(), crate::MAX_NAME_CHARS);
        Request {
            name: escape_quoted(name),
            warning: text::name_warning(name),
            reason: escape_quoted(text::truncate(request.reason.as_str(), crate::MAX_REASON_CHARS)),
            wants: request.wants.intersection(self.offers),
            sas: self.sas,
            technician_key,
            host_key,
            invite: self.invite,
        }
    }

    /// Whether the user's answer is awaited here.
    pub(super) fn check_answer(&self, core: &SessionCore) -> Result<(), CommandError> {
        match (core.role, &self.stage) {
            (Role::Technician, _) => Err(CommandError::WrongRole),
            (Role::Host, ConsentStage::Consent(_)) => Ok(()),
            (Role::Host, ConsentStage::Request(_) | ConsentStage::Active(_)) => Err(CommandError::NotNow),
        }
    }

    /// Bytes that the next message of a channel may have.
    pub(super) fn room(&self, core: &SessionCore, channel: Channel) -> Option<u32> {
        let spec = channel.spec();
        let sends = |row: &Row| {
            row.delivery != Delivery::Once && authorize(row, core.role, self.situation()) == Verdict::Act
        };
        if self.legs.down() || !spec.rows.iter().any(|row| sends(row)) {
            return None;
        }
        match spec.class {
            TrafficClass::Media if self.queues.waits(channel) => None,
            TrafficClass::Media => {
                let room = self.media.room(core.now, &core.clock, &self.bulk)?;
                self.live.room(channel, room, self.media.messages())
            }
            TrafficClass::Control | TrafficClass::Timely | TrafficClass::Interactive | TrafficClass::Bulk => {
                self.queues.has_room(channel).then_some(spec.max_message_bytes as u32)
            }
        }
    }

    /// When [`Self::room`] is another one, if nothing happens until then.
    pub(super) fn room_changes_at(&self, core: &SessionCore) -> Option<Instant> {
        self.media.room_changes_at(core.now, &core.clock, &self.bulk)
    }

    /// The last record of the leg, and a last word on another path where the leg may not carry it.
    pub(super) fn into_goodbye(mut self, core: &SessionCore, goodbye: Goodbye) -> [Option<Output>; 2] {
        let flags = self.queues.clear();
        let goodbye = WireMessage::from(ControlMessage::Goodbye(goodbye)).encode();
        let bytes = self.records.seal(Channel::Control, flags, None, &goodbye);
        let (leg, channel) = (self.legs.leg, Channel::Control);
        [Some(Output::Transmit { leg, channel, bytes }), self.parting_resume(core)]
    }

    pub(super) fn add_stats(&self, stats: &mut Stats) {
        stats.leg = self.legs.leg.number();
        let load = self.media.load();
        stats.pictures_in_flight = self.live.unshown() as u32;
        stats.picture_bytes_in_flight = load.bytes;
        stats.bandwidth_bytes_per_sec = load.bytes_per_sec;
    }
}
