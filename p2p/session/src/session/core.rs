//! What all states of a session share: events that wait for the program, deadlines, the clock, counts.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::clock::PeerClock;
use super::timer::{self, Deadlines};
use crate::{Channel, End, Event, Message, Output, Role, Row, Stats};

/// What all states share.
pub(super) struct SessionCore {
    pub(super) role: Role,
    /// The latest time that was passed in.
    pub(super) now: Instant,
    pub(super) clock: PeerClock,
    pub(super) timers: Deadlines,
    /// What waits for the program. Bounded by what one call can cause: the driver drains it after each.
    events: VecDeque<WaitingEvent>,
    /// Records, handshake messages and resumes that are ready: three at most.
    pub(super) transmits: VecDeque<Output>,
    /// When somebody last worked: a message on any channel but control, in either direction.
    pub(super) worked_at: Instant,
    pub(super) counts: TrafficCounts,
}

/// An event, and the row of the table that lets it act, where it passes a message on.
struct WaitingEvent {
    row: Option<&'static Row>,
    event: Event,
}

#[derive(Default)]
pub(super) struct TrafficCounts {
    pub(super) bytes_in: u64,
    pub(super) bytes_out: u64,
    pub(super) dropped: u64,
}

impl SessionCore {
    pub(super) fn new(role: Role, now: Instant) -> Self {
        Self {
            role,
            now,
            clock: PeerClock::new(now),
            timers: Deadlines::default(),
            events: VecDeque::new(),
            transmits: VecDeque::new(),
            worked_at: now,
            counts: TrafficCounts::default(),
        }
    }

    /// Time never goes backwards.
    pub(super) fn advance(&mut self, now: Instant) {
        self.now = self.now.max(now);
    }

    fn at_rest(&self) -> bool {
        self.now.saturating_duration_since(self.worked_at) >= timer::REST
    }

    /// How often the technician says that it is still there.
    pub(super) fn pace(&self) -> Duration {
        if self.at_rest() { timer::HEARTBEAT_AT_REST } else { timer::HEARTBEAT }
    }

    /// After how long without a word from the other side a path is taken for lost.
    pub(super) fn silence(&self) -> Duration {
        if self.at_rest() { timer::SILENCE_AT_REST } else { timer::SILENCE }
    }

    /// An event for the program.
    pub(super) fn emit(&mut self, event: Event) {
        self.events.push_back(WaitingEvent { row: None, event });
    }

    /// What the other side says on a channel, for the program; `row` let it act.
    pub(super) fn pass_on(&mut self, message: Message, row: &'static Row) {
        self.events.push_back(WaitingEvent { row: Some(row), event: Event::Heard(message) });
    }

    /// The next event for the program.
    pub(super) fn next_event(&mut self) -> Option<Output> {
        self.events.pop_front().map(|WaitingEvent { row, event }| {
            let needs = row.and_then(|row| row.needs);
            Output::Event { event, needs }
        })
    }

    /// Takes out messages that wait for the program and must not act any more.
    pub(super) fn retain_heard(&mut self, allowed: impl Fn(&Row) -> bool) {
        self.events.retain(|waiting| waiting.row.is_none_or(&allowed));
    }

    /// Tells the program that nothing that it has heard on a channel may act any more, before anything else.
    pub(super) fn void(&mut self, channel: Channel) {
        self.events.push_front(WaitingEvent { row: None, event: Event::Void(channel) });
    }

    /// The end: nothing acts any more. `acted`: the user had consented.
    pub(super) fn end(&mut self, end: End, acted: bool) {
        self.timers.stop_all();
        self.retain_heard(|row| row.needs.is_none());
        if acted {
            let role = self.role;
            for channel in Channel::ALL.into_iter().filter(|channel| may_act_here(*channel, role)) {
                self.void(channel);
            }
        }
        self.emit(Event::Ended(end));
    }

    pub(super) fn stats(&self) -> Stats {
        Stats {
            rtt: self.clock.round_trip(),
            bytes_out: self.counts.bytes_out,
            bytes_in: self.counts.bytes_in,
            dropped: self.counts.dropped,
            ..Stats::default()
        }
    }
}

/// Whether there is a message on this channel that acts on this side's screen or machine.
fn may_act_here(channel: Channel, role: Role) -> bool {
    channel.spec().rows.iter().any(|row| row.needs.is_some() && row.from.is(role.other()))
}
