//! What all states of a session share: events that wait for the program, deadlines, the clock, counts.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::clock::Clock;
use super::timer::{self, Timers};
use crate::wire::input_kind;
use crate::{End, Event, MessageKind, Output, Role, Stats};

/// What all states share.
pub(super) struct Core {
    pub(super) role: Role,
    /// The latest time that was passed in.
    pub(super) now: Instant,
    pub(super) clock: Clock,
    pub(super) timers: Timers,
    /// What waits for the program. Bounded by what one call can cause: the driver drains it after each.
    pub(super) events: VecDeque<Event>,
    /// Records, handshake messages and resumes that are ready: three at most.
    pub(super) transmits: VecDeque<Output>,
    /// When somebody last worked: input or a picture, in either direction.
    pub(super) worked_at: Instant,
    pub(super) counts: Counts,
}

#[derive(Default)]
pub(super) struct Counts {
    pub(super) bytes_in: u64,
    pub(super) bytes_out: u64,
    pub(super) dropped: u64,
}

impl Core {
    pub(super) fn new(role: Role, now: Instant) -> Self {
        Self {
            role,
            now,
            clock: Clock::new(now),
            timers: Timers::default(),
            events: VecDeque::new(),
            transmits: VecDeque::new(),
            worked_at: now,
            counts: Counts::default(),
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

    /// Takes out events that wait for the program and must not act any more.
    pub(super) fn retain_events(&mut self, allowed: impl Fn(MessageKind) -> bool) {
        self.events.retain(|event| acts_as(event).is_none_or(&allowed));
    }

    /// Tells the program to let go of keys and buttons, before anything else.
    pub(super) fn release_input(&mut self) {
        self.events.push_front(Event::ReleaseInput);
    }

    /// The end: nothing acts any more. `acted`: the user had consented.
    pub(super) fn end(&mut self, end: End, acted: bool) {
        self.timers.stop_all();
        self.retain_events(|_| false);
        if acted && self.role == Role::Host {
            self.release_input();
        }
        self.events.push_back(Event::Ended(end));
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

/// The message that an event passes on, where it acts on somebody's screen or machine.
fn acts_as(event: &Event) -> Option<MessageKind> {
    match event {
        Event::Input(event) => Some(input_kind(event)),
        Event::Picture(_) => Some(MessageKind::Picture),
        Event::CursorShape(_) => Some(MessageKind::CursorShape),
        Event::CursorPosition(_) => Some(MessageKind::CursorPosition),
        Event::KeyRequested => Some(MessageKind::KeyRequest),
        _ => None,
    }
}
