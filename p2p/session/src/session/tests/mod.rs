//! Two sessions, connected in virtual time.

mod ends;
mod hostile;
mod input;
mod media;
mod opening;
mod permissions;
mod random;
mod renewal;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::{
    Binding, By, Channel, Command, CommandError, End, EndReason, Event, HostSetup, InputEvent, InviteKeys,
    InviteStanding, KeyText, Output, Permission, PermissionSet, PhysicalKey, Picture, PictureUnit, Request,
    Role, Session, StaticKey, TechnicianSetup,
};

pub(super) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(super) fn invite(secret: u8) -> InviteKeys {
    InviteKeys { psk: Zeroizing::new([secret; 32]), invite_id: [secret; 16] }
}

pub(super) fn binding() -> Binding {
    Binding { technician_peer: vec![1; 38], host_peer: vec![2; 38] }
}

pub(super) fn technician_setup() -> TechnicianSetup {
    TechnicianSetup {
        keys: invite(7),
        binding: binding(),
        static_key: StaticKey::from_bytes([3; 32]),
        name: "Anna".to_owned(),
        reason: "the printer".to_owned(),
        wants: PermissionSet::DESKTOP,
        card: None,
    }
}

pub(super) fn host_setup() -> HostSetup {
    HostSetup {
        invites: vec![(invite(7), InviteStanding::Open)],
        binding: binding(),
        static_key: StaticKey::from_bytes([4; 32]),
    }
}

pub(super) fn ended(reason: EndReason, by: By) -> Event {
    Event::Ended(End { reason, by })
}

pub(super) fn pointer(x: u16) -> InputEvent {
    InputEvent::PointerMove { x, y: 1 }
}

pub(super) fn key(pressed: bool) -> InputEvent {
    let key = PhysicalKey::from_name("KeyA").unwrap();
    InputEvent::Key { key, pressed, text: KeyText::split("a").pop() }
}

pub(super) fn picture(id: u64, bytes: usize, captured_at: Instant) -> Picture {
    let data = (0..bytes).map(|index| (index % 251) as u8).collect();
    let unit = PictureUnit { stream: 0, x: 0, y: 0, width: 640, height: 480, key: true, data };
    Picture { id, captured_at, screen: (640, 480), units: vec![unit] }
}

/// Bytes on their way to one side.
struct Packet {
    arrives: Instant,
    channel: Channel,
    bytes: Vec<u8>,
}

/// What is done to the bytes that one side sends: `false` loses them.
type Tamper = Box<dyn FnMut(Role, Channel, &mut Vec<u8>) -> bool>;

/// Two sessions, and between them one stream a channel, each with its own delay.
pub(super) struct Pair {
    pub(super) now: Instant,
    pub(super) technician: Session,
    pub(super) host: Session,
    /// By receiver.
    packets: [VecDeque<Packet>; 2],
    /// One way, by channel.
    pub(super) delays: [Duration; 5],
    pub(super) tamper: Option<Tamper>,
    events: [Vec<Event>; 2],
    /// Everything that was ever sent.
    pub(super) sent: Vec<(Role, Channel, usize)>,
}

impl Pair {
    pub(super) fn new() -> Self {
        Self::with(technician_setup(), host_setup())
    }

    pub(super) fn with(technician: TechnicianSetup, host: HostSetup) -> Self {
        let now = Instant::now();
        Self {
            now,
            technician: Session::technician(technician, now),
            host: Session::host(host, now),
            packets: Default::default(),
            delays: [millis(10); 5],
            tamper: None,
            events: Default::default(),
            sent: Vec::new(),
        }
    }

    /// A pair whose user has said yes to these; all events until then are taken.
    pub(super) fn allowed(permissions: PermissionSet) -> Self {
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

    pub(super) fn session(&mut self, role: Role) -> &mut Session {
        match role {
            Role::Technician => &mut self.technician,
            Role::Host => &mut self.host,
        }
    }

    pub(super) fn command(&mut self, role: Role, command: Command) -> Result<(), CommandError> {
        let now = self.now;
        let result = self.session(role).command(now, command);
        self.drain(role);
        result
    }

    pub(super) fn host(&mut self, command: Command) -> Result<(), CommandError> {
        self.command(Role::Host, command)
    }

    pub(super) fn technician(&mut self, command: Command) -> Result<(), CommandError> {
        self.command(Role::Technician, command)
    }

    /// Takes all output of one side; its next deadline.
    pub(super) fn drain(&mut self, role: Role) -> Option<Instant> {
        loop {
            match self.session(role).poll_output() {
                Output::Event(event) => self.events[Self::index(role)].push(event),
                Output::Transmit { channel, bytes } => self.transmit(role, channel, bytes),
                Output::Wait(deadline) => return deadline,
            }
        }
    }

    fn transmit(&mut self, from: Role, channel: Channel, mut bytes: Vec<u8>) {
        self.sent.push((from, channel, bytes.len()));
        if self.tamper.as_mut().is_some_and(|tamper| !tamper(from, channel, &mut bytes)) {
            return;
        }
        self.inject(from.other(), channel, bytes);
    }

    /// Lets bytes arrive at one side, after the channel's delay.
    pub(super) fn inject(&mut self, to: Role, channel: Channel, bytes: Vec<u8>) {
        let arrives = self.now + self.delays[channel as usize];
        let queue = &mut self.packets[Self::index(to)];
        let place = queue.partition_point(|packet| packet.arrives <= arrives);
        queue.insert(place, Packet { arrives, channel, bytes });
    }

    /// Lets this much time pass.
    pub(super) fn run(&mut self, time: Duration) {
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
                self.session(role).receive(now, packet.channel, &packet.bytes);
                self.drain(role);
            }
            self.session(role).handle_timeout(now);
            self.drain(role);
        }
    }

    /// Takes the events of one side so far.
    pub(super) fn take(&mut self, role: Role) -> Vec<Event> {
        self.drain(role);
        std::mem::take(&mut self.events[Self::index(role)])
    }

    /// As [`Self::take`], without those that only tell of time.
    pub(super) fn news(&mut self, role: Role) -> Vec<Event> {
        let mut events = self.take(role);
        events.retain(|event| !matches!(event, Event::Rtt(_)));
        events
    }

    pub(super) fn request(&mut self, role: Role) -> Request {
        let mut requests = self.take(role).into_iter().filter_map(|event| match event {
            Event::Request(request) => Some(request),
            _ => None,
        });
        requests.next_back().expect("there was a request")
    }

    /// Bytes that one side has sent on a channel.
    pub(super) fn bytes_sent(&self, from: Role, channel: Channel) -> usize {
        self.sent.iter().filter(|sent| (sent.0, sent.1) == (from, channel)).map(|sent| sent.2).sum()
    }
}

pub(super) fn inputs(events: &[Event]) -> Vec<InputEvent> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Input(input) => Some(input.clone()),
            _ => None,
        })
        .collect()
}

pub(super) fn pictures(events: &[Event]) -> Vec<u64> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Picture(picture) => Some(picture.id),
            _ => None,
        })
        .collect()
}

pub(super) const VIEW: PermissionSet = PermissionSet::NONE.with(Permission::View);
