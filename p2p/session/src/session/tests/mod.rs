//! Two sessions, connected by paths in virtual time.

mod bulk;
mod ends;
mod hostile;
mod opening;
mod pacing;
mod paths;
mod permissions;
mod random;
mod resume;

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::channels::WireMessage;
use crate::{
    Binding, By, ByChannel, Channel, ChatMessage, Command, CommandError, CursorMessage, CursorShape, End,
    EndReason, Event, HostSetup, InputEvent, InviteKeys, InviteStanding, KeyText, Leg, Message, Output,
    PathId, PathKind, Permission, PermissionSet, PhysicalKey, Picture, PictureUnit, Request, Role, Session,
    StaticKey, TechnicianSetup, VideoMessage,
};

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) fn invite(secret: u8) -> InviteKeys {
    InviteKeys { psk: Zeroizing::new([secret; 32]), invite_id: [secret; 16] }
}

pub(crate) fn binding() -> Binding {
    Binding { technician_peer: vec![1; 38], host_peer: vec![2; 38] }
}

pub(crate) fn technician_setup() -> TechnicianSetup {
    TechnicianSetup {
        keys: invite(7),
        binding: binding(),
        static_key: StaticKey::from_bytes([3; 32]),
        name: "Anna".to_owned(),
        reason: "the printer".to_owned(),
        wants: PermissionSet::DESKTOP,
    }
}

pub(crate) fn host_setup() -> HostSetup {
    HostSetup {
        invites: vec![(invite(7), InviteStanding::Open)],
        binding: binding(),
        static_key: StaticKey::from_bytes([4; 32]),
        offers: Permission::ALL.into_iter().collect(),
    }
}

pub(crate) fn ended(reason: EndReason, by: By) -> Event {
    Event::Ended(End { reason, by })
}

pub(crate) fn pointer(x: u16) -> InputEvent {
    InputEvent::PointerMove { x, y: 1 }
}

pub(crate) fn key(pressed: bool) -> InputEvent {
    let key = PhysicalKey::from_name("KeyA").unwrap();
    InputEvent::Key { key, pressed, text: KeyText::split("a").pop() }
}

pub(crate) fn picture(id: u64, bytes: usize, captured_at: Instant) -> Picture {
    let data = (0..bytes).map(|index| (index % 251) as u8).collect();
    let unit = PictureUnit { stream: 0, x: 0, y: 0, width: 640, height: 480, key: true, data };
    Picture { id, captured_at, screen: (640, 480), units: vec![unit] }
}

/// The host's program lets go of keys and buttons.
pub(crate) const LET_GO: Event = Event::Void(Channel::Input);

/// The next picture must be a whole one.
pub(crate) const KEY_REQUESTED: Event = Event::Heard(Message::Video(VideoMessage::KeyRequest));

pub(crate) fn say(message: impl Into<Message>) -> Command {
    Command::Say(message.into())
}

pub(crate) fn heard(message: impl Into<Message>) -> Event {
    Event::Heard(message.into())
}

pub(crate) fn say_input(event: InputEvent) -> Command {
    say(event)
}

/// One as it travels, of just now.
pub(crate) fn wire_input(event: InputEvent) -> WireMessage {
    crate::channels::input::tests::just_now(event).into()
}

pub(crate) fn heard_input(event: InputEvent) -> Event {
    heard(event)
}

pub(crate) fn say_picture(picture: Picture) -> Command {
    say(VideoMessage::Picture(picture))
}

pub(crate) fn say_key_request() -> Command {
    say(VideoMessage::KeyRequest)
}

pub(crate) fn say_shown(picture: u64) -> Command {
    say(VideoMessage::shown(picture, Duration::ZERO))
}

pub(crate) fn say_shape(shape: CursorShape) -> Command {
    say(CursorMessage::Shape(shape))
}

pub(crate) fn say_position(position: Option<(u16, u16)>) -> Command {
    say(CursorMessage::Position(position))
}

pub(crate) fn heard_shape(shape: CursorShape) -> Event {
    heard(CursorMessage::Shape(shape))
}

pub(crate) fn heard_position(position: Option<(u16, u16)>) -> Event {
    heard(CursorMessage::Position(position))
}

pub(crate) fn say_line(text: String) -> Command {
    say(ChatMessage::Line { number: 1, text })
}

pub(crate) fn heard_line(text: String) -> Event {
    heard(ChatMessage::Line { number: 1, text })
}

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

/// A line that all channels of a direction share, first in, first out, with a buffer without end in front of
/// it.
pub(crate) struct TestLine {
    pub(crate) bytes_per_sec: u64,
    /// When it is free again, by receiver.
    free: [Option<Instant>; 2],
    pub(crate) losses: Option<LineLosses>,
    /// Somebody else's packets to the technician.
    pub(crate) others: Option<GreedyFlow>,
}

/// Bytes of a packet on a line.
const PACKET_BYTES: u64 = 1200;

/// Packets that a line loses, and that its transport sends again.
pub(crate) struct LineLosses {
    pub(crate) percent: u64,
    /// How much later a packet arrives that was lost once.
    pub(crate) repair: Duration,
    /// The state of a linear congruential generator.
    pub(crate) seed: u64,
}

impl LineLosses {
    /// How much later the last of so many packets arrives.
    fn late(&mut self, packets: u64) -> Duration {
        (0..packets).map(|_| self.repair * self.times_lost()).max().unwrap_or_default()
    }

    fn times_lost(&mut self) -> u32 {
        let mut times = 0;
        loop {
            self.seed =
                self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if (self.seed >> 33) % 100 >= self.percent {
                return times;
            }
            times += 1;
        }
    }
}

/// A transfer that always has so many packets on its way.
pub(crate) struct GreedyFlow {
    /// When they enter the line, in order.
    packets: VecDeque<Instant>,
    round_trip: Duration,
    pub(crate) carried_bytes: u64,
}

impl GreedyFlow {
    pub(crate) fn new(now: Instant, window_bytes: u64, round_trip: Duration) -> Self {
        let packets = (0..window_bytes / PACKET_BYTES).map(|_| now).collect();
        Self { packets, round_trip, carried_bytes: 0 }
    }
}

impl TestLine {
    pub(crate) fn new(bytes_per_sec: u64) -> Self {
        Self { bytes_per_sec, free: [None; 2], losses: None, others: None }
    }

    /// When the last of these bytes arrives at the line's other end.
    fn through(&mut self, now: Instant, to: Role, bytes: usize) -> Instant {
        self.pass_others(now, to);
        let through = self.pass(now, to, bytes as u64);
        let packets = (bytes as u64).div_ceil(PACKET_BYTES);
        through + self.losses.as_mut().map_or(Duration::ZERO, |losses| losses.late(packets))
    }

    /// How long a byte that comes now waits.
    pub(crate) fn queue(&mut self, now: Instant, to: Role) -> Duration {
        self.pass_others(now, to);
        self.free[Pair::index(to)].map_or(Duration::ZERO, |free| free.saturating_duration_since(now))
    }

    fn pass(&mut self, now: Instant, to: Role, bytes: u64) -> Instant {
        let free = &mut self.free[Pair::index(to)];
        let through = free.map_or(now, |free| free.max(now))
            + Duration::from_micros(bytes * 1_000_000 / self.bytes_per_sec);
        *free = Some(through);
        through
    }

    fn pass_others(&mut self, now: Instant, to: Role) {
        while let Some(others) = self.others.as_mut().filter(|_| to == Role::Technician)
            && let Some(enters) = others.packets.pop_front_if(|enters| *enters <= now)
        {
            let round_trip = others.round_trip;
            let through = self.pass(enters, to, PACKET_BYTES);
            if let Some(others) = &mut self.others {
                others.packets.push_back(through + round_trip);
                others.carried_bytes += PACKET_BYTES;
            }
        }
    }
}

/// Two sessions, and between them paths with one stream a leg and channel, each with its own delay.
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
    legs: HashMap<Leg, PathId>,
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

    /// A path loses all that is on it, and nobody is told.
    pub(crate) fn kill_path(&mut self, id: u64) {
        self.dead.insert(PathId(id));
    }

    /// One side is told that a path is gone.
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

    fn index(role: Role) -> usize {
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
                Output::Event(event) => self.events[Self::index(role)].push(event),
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

    /// Lets what is due now happen.
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

pub(crate) fn inputs(events: &[Event]) -> Vec<InputEvent> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Heard(Message::Input(input)) => Some(input.clone()),
            _ => None,
        })
        .collect()
}

pub(crate) fn pictures(events: &[Event]) -> Vec<u64> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Heard(Message::Video(VideoMessage::Picture(picture))) => Some(picture.id),
            _ => None,
        })
        .collect()
}

pub(crate) const VIEW: PermissionSet = PermissionSet::NONE.with(Permission::View);
