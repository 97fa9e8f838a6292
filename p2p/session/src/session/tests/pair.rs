//! Two sessions with paths between them, in virtual time: what one sends arrives at the other after a delay,
//! unless the test loses it, changes it or holds it back.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use super::{TestLine, host_setup, millis, technician_setup};
use crate::{
    ByChannel, Channel, Command, CommandError, Event, HostSetup, Leg, Output, PathId, PathKind,
    PermissionSet, Request, Role, Session, TechnicianSetup,
};

/// Something on its way to one side, on a stream of a leg.
struct Packet {
    arrives: Instant,
    path: PathId,
    leg: Leg,
    channel: Channel,
    what: What,
}

enum What {
    Bytes(Vec<u8>),
    /// The stream's first bytes, where it begins a leg.
    Resume(Vec<u8>),
    /// The stream was closed without a word.
    Closed,
}

/// What is done to the bytes that one side sends: `false` loses them.
type Tamper = Box<dyn FnMut(Role, Channel, &mut Vec<u8>) -> bool>;

/// Two sessions, and between them paths with one stream per leg and channel, each with its own delay.
pub(crate) struct Pair {
    pub(crate) now: Instant,
    pub(crate) technician: Session,
    pub(crate) host: Session,
    /// By receiver.
    packets: [VecDeque<Packet>; 2],
    /// One way, by channel.
    pub(crate) delays: ByChannel<Duration>,
    /// What all of them share, if anything.
    pub(crate) line: Option<TestLine>,
    /// More of it, by path.
    pub(crate) path_delays: HashMap<PathId, Duration>,
    /// Paths that lose all that is on them.
    pub(crate) dead: HashSet<PathId>,
    /// Paths on which nothing arrives until then; it is late, but comes.
    pub(crate) stalled: HashMap<PathId, Instant>,
    /// By which path each leg goes.
    pub(super) legs: HashMap<Leg, PathId>,
    /// At the technician: what came for a leg that is not yet used.
    parked: VecDeque<Packet>,
    pub(crate) tamper: Option<Tamper>,
    /// What resumes were sent: leg, path, bytes.
    pub(crate) resumes: Vec<(Leg, PathId, Vec<u8>)>,
    events: [Vec<Event>; 2],
    /// Everything that was ever sent.
    pub(crate) sent: Vec<(Role, Channel, usize)>,
}

impl Pair {
    pub(crate) fn new() -> Self {
        Self::with(technician_setup(), host_setup())
    }

    pub(crate) fn with(technician: TechnicianSetup, host: HostSetup) -> Self {
        let now = Instant::now();
        let mut pair = Self {
            now,
            technician: Session::technician(technician, now),
            host: Session::host(host, now),
            packets: Default::default(),
            delays: ByChannel::new(|_| millis(10)),
            line: None,
            path_delays: HashMap::new(),
            dead: HashSet::new(),
            stalled: HashMap::new(),
            legs: HashMap::from([(Leg::FIRST, PathId::FIRST)]),
            parked: VecDeque::new(),
            tamper: None,
            resumes: Vec::new(),
            events: Default::default(),
            sent: Vec::new(),
        };
        for role in Role::ALL {
            pair.session(role).path_added(now, PathId::FIRST, PathKind::Lan);
        }
        pair
    }

    /// Both sides have this path from now on.
    pub(crate) fn add_path(&mut self, id: u64, kind: PathKind) {
        for role in Role::ALL {
            let now = self.now;
            self.session(role).path_added(now, PathId(id), kind);
            self.drain(role);
        }
    }

    /// A path loses everything on it, and nobody is notified.
    pub(crate) fn kill_path(&mut self, id: u64) {
        self.dead.insert(PathId(id));
    }

    /// One side is notified that a path is gone.
    pub(crate) fn remove_path(&mut self, role: Role, id: u64) {
        let now = self.now;
        self.dead.insert(PathId(id));
        self.session(role).path_removed(now, PathId(id));
        self.drain(role);
    }

    /// A pair whose user has said yes to these; all events until then are taken.
    pub(crate) fn allowed(permissions: PermissionSet) -> Self {
        let mut pair = Self::new();
        pair.run(millis(100));
        pair.host(Command::Allow(permissions)).unwrap();
        pair.run(millis(100));
        pair.take(Role::Host);
        pair.take(Role::Technician);
        pair
    }

    pub(super) fn index(role: Role) -> usize {
        usize::from(role == Role::Host)
    }

    pub(crate) fn session(&mut self, role: Role) -> &mut Session {
        match role {
            Role::Technician => &mut self.technician,
            Role::Host => &mut self.host,
        }
    }

    pub(crate) fn command(&mut self, role: Role, command: Command) -> Result<(), CommandError> {
        let now = self.now;
        let result = self.session(role).command(now, command);
        self.drain(role);
        result
    }

    pub(crate) fn host(&mut self, command: Command) -> Result<(), CommandError> {
        self.command(Role::Host, command)
    }

    pub(crate) fn technician(&mut self, command: Command) -> Result<(), CommandError> {
        self.command(Role::Technician, command)
    }

    /// Takes all output of one side; its next deadline.
    pub(crate) fn drain(&mut self, role: Role) -> Option<Instant> {
        loop {
            match self.session(role).poll_output() {
                Output::Event { event, .. } => self.events[Self::index(role)].push(event),
                Output::Transmit { leg, channel, bytes } => self.transmit(role, leg, channel, bytes),
                Output::Resume { leg, path, bytes } => {
                    self.legs.insert(leg, path);
                    self.resumes.push((leg, path, bytes.clone()));
                    self.post(role.other(), leg, Channel::Control, What::Resume(bytes));
                }
                Output::Wait(deadline) => return deadline,
            }
        }
    }

    fn transmit(&mut self, from: Role, leg: Leg, channel: Channel, mut bytes: Vec<u8>) {
        self.sent.push((from, channel, bytes.len()));
        if self.tamper.as_mut().is_some_and(|tamper| !tamper(from, channel, &mut bytes)) {
            return;
        }
        self.post(from.other(), leg, channel, What::Bytes(bytes));
    }

    /// Lets bytes arrive at one side on the leg that it uses, after the channel's delay.
    pub(crate) fn inject(&mut self, to: Role, channel: Channel, bytes: Vec<u8>) {
        let leg = self.session(to).leg();
        self.post(to, leg, channel, What::Bytes(bytes));
    }

    fn post(&mut self, to: Role, leg: Leg, channel: Channel, what: What) {
        let path = self.legs.get(&leg).copied().unwrap_or(PathId::FIRST);
        if self.dead.contains(&path) {
            return;
        }
        let more = self.path_delays.get(&path).copied().unwrap_or_default();
        let through = match (&mut self.line, &what) {
            (Some(line), What::Bytes(bytes)) => line.through(self.now, to, bytes.len()),
            (Some(_) | None, _) => self.now,
        };
        let arrives = through + self.delays[channel] + more;
        self.enqueue(to, Packet { arrives, path, leg, channel, what });
    }

    /// On one stream nothing overtakes.
    fn enqueue(&mut self, to: Role, mut packet: Packet) {
        let queue = &mut self.packets[Self::index(to)];
        let same = |other: &&Packet| (other.leg, other.channel) == (packet.leg, packet.channel);
        let last = queue.iter().filter(same).map(|packet| packet.arrives).max();
        packet.arrives = last.map_or(packet.arrives, |last| last.max(packet.arrives));
        let place = queue.partition_point(|other| other.arrives <= packet.arrives);
        queue.insert(place, packet);
    }

    /// Lets this much time pass.
    pub(crate) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            let deadlines = [self.drain(Role::Technician), self.drain(Role::Host)];
            let arrivals = self.packets.iter().filter_map(|queue| queue.front().map(|packet| packet.arrives));
            let next = arrivals.chain(deadlines.into_iter().flatten()).min();
            let Some(next) = next.filter(|next| *next <= end) else { break };
            self.now = self.now.max(next);
            self.step();
        }
        self.now = end;
    }

    /// Does everything that is due now.
    fn step(&mut self) {
        let now = self.now;
        for role in Role::ALL {
            while let Some(packet) =
                self.packets[Self::index(role)].pop_front_if(|packet| packet.arrives <= now)
            {
                self.arrive(role, packet);
            }
            self.session(role).handle_timeout(now);
            self.drain(role);
        }
    }

    fn arrive(&mut self, to: Role, packet: Packet) {
        if self.dead.contains(&packet.path) {
            return;
        }
        if let Some(until) = self.stalled.get(&packet.path).copied().filter(|until| *until > self.now) {
            return self.postpone(to, packet, until);
        }
        let now = self.now;
        let Packet { leg, channel, path, what, .. } = packet;
        match (to, what) {
            (Role::Technician, what)
                if leg > self.technician.leg()
                    && (channel != Channel::Control || self.technician.tried_leg() != Some(leg)) =>
            {
                self.parked.push_back(Packet { arrives: now, path, leg, channel, what });
            }
            (_, What::Bytes(bytes)) => self.session(to).receive(now, leg, channel, &bytes),
            (_, What::Closed) => self.session(to).stream_closed(now, leg, channel),
            (_, What::Resume(bytes)) => {
                if !self.session(to).resume(now, path, leg, &bytes) {
                    self.post(to.other(), leg, channel, What::Closed);
                }
            }
        }
        self.drain(to);
        let used = self.technician.leg();
        for packet in std::mem::take(&mut self.parked) {
            match packet.leg.cmp(&used) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => self.arrive(Role::Technician, packet),
                std::cmp::Ordering::Greater => self.parked.push_back(packet),
            }
        }
    }

    /// All that is on a stalled path arrives at its end, in the order in which it would have.
    fn postpone(&mut self, to: Role, packet: Packet, until: Instant) {
        let queue = &mut self.packets[Self::index(to)];
        let path = packet.path;
        queue.push_front(packet);
        for packet in queue.iter_mut().filter(|packet| packet.path == path) {
            packet.arrives = packet.arrives.max(until);
        }
        queue.make_contiguous().sort_by_key(|packet| packet.arrives);
    }

    /// Takes the events of one side so far.
    pub(crate) fn take(&mut self, role: Role) -> Vec<Event> {
        self.drain(role);
        std::mem::take(&mut self.events[Self::index(role)])
    }

    /// As [`Self::take`], without those that only tell of time, and of pictures that must not be shown.
    pub(crate) fn news(&mut self, role: Role) -> Vec<Event> {
        let mut events = self.take(role);
        events.retain(|event| match event {
            Event::Rtt(_) => false,
            Event::Void(channel) => *channel == Channel::Input,
            _ => true,
        });
        events
    }

    pub(crate) fn request(&mut self, role: Role) -> Request {
        let mut requests = self.take(role).into_iter().filter_map(|event| match event {
            Event::Request(request) => Some(request),
            _ => None,
        });
        requests.next_back().expect("there was a request")
    }

    /// Bytes that one side has sent on a channel.
    pub(crate) fn bytes_sent(&self, from: Role, channel: Channel) -> usize {
        self.sent.iter().filter(|sent| (sent.0, sent.1) == (from, channel)).map(|sent| sent.2).sum()
    }
}
