//! A changed host against the technician's window: screens of the largest size and beyond, sizes that change
//! all the time, and broken pictures without end. The window stays small and answers.

use std::time::{Duration, Instant};

use beistand_codec::{Av1ScreenEncoder, ByteBudget, Damage, Frame, ScreenEncoder, Size};
use beistand_p2p::host::{Host, HostEvent, InvitedSession};
use beistand_p2p::invite::InviteLifetime;
use beistand_p2p::{NetworkConfig, SessionHandle};
use beistand_session::{Command, PermissionSet, Picture, PictureUnit, StaticKey, VideoMessage};
use beistand_tests::desktop::granted;
use beistand_tests::{Program, Screen, Start, WindowPing, cost};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use crate::support::NOTICE;

/// How long it goes on, unless `SECONDS` says otherwise.
const FLOOD: Duration = Duration::from_secs(10);

/// What the technician's program may hold, in bytes.
const MAX_BYTES: u64 = 600_000_000;

/// After so long window managers offer to end a program that does not answer (mutter).
const ANSWER: Duration = Duration::from_secs(5);

/// How long the technician may keep the host waiting before the window is asked again.
const ROOM_PATIENCE: Duration = Duration::from_millis(200);

/// The largest screen that is decoded, one that is not, and a usual one.
const LARGEST: (u16, u16) = (7680, 4320);
const BEYOND: (u16, u16) = (8192, 8192);
const USUAL: (u16, u16) = (1920, 1080);

fn flood_time() -> Duration {
    let seconds = std::env::var("SECONDS").ok().and_then(|text| text.parse().ok());
    seconds.map_or(FLOOD, Duration::from_secs)
}

/// Numbers that look random and are the same in each run (xorshift).
struct FloodDice(u64);

impl FloodDice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

/// A key unit that fills a screen.
fn key_unit(screen: (u16, u16), dice: &mut FloodDice) -> PictureUnit {
    let size = Size::new(screen.0, screen.1).expect("a size");
    let mut frame = Frame::new(size);
    // Something to draw here and there, and not so much that encoding takes the whole test.
    for _ in 0..2000 {
        let at = dice.below(frame.pixels().len() - 400);
        frame.pixels_mut()[at..at + 400].fill(dice.below(256) as u8);
    }
    let coded = Av1ScreenEncoder::new().encode(&frame, &Damage::all(size), ByteBudget::UNLIMITED);
    let unit = coded.expect("it encodes").units.remove(0);
    let (rect, data) = (unit.rect, unit.data);
    let (x, y, width, height) = (rect.x(), rect.y(), rect.width(), rect.height());
    PictureUnit { stream: unit.stream.0, x, y, width, height, key: unit.key, data }
}

/// A host's program that sends whatever it likes.
struct ChangedHost {
    runtime: Runtime,
    host: Host,
    link: String,
    dice: FloodDice,
    sent: u64,
}

impl ChangedHost {
    fn start() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let network = NetworkConfig {
            listen: vec!["/ip4/127.0.0.1/tcp/0".parse().expect("a multiaddr")],
            mdns: false,
            upnp: false,
            ..NetworkConfig::default()
        };
        let key = StaticKey::generate().expect("randomness");
        let life = InviteLifetime::default();
        let started = runtime.block_on(Host::start(network, key, life, PermissionSet::DESKTOP));
        let mut host = started.expect("a host");
        let Some(HostEvent::Invite(text)) = runtime.block_on(host.events.recv()) else { panic!("no invite") };
        let link = text.link.to_string();
        Self { runtime, host, link, dice: FloodDice(0x9E37_79B9_7F4A_7C15), sent: 0 }
    }

    fn allow(&mut self) -> SessionHandle {
        let session = loop {
            match self.runtime.block_on(self.host.events.recv()) {
                Some(HostEvent::Session(InvitedSession { session, .. })) => break session,
                Some(_) => {}
                None => panic!("the host has ended"),
            }
        };
        let allow = session.commands.send(Command::Allow(PermissionSet::DESKTOP));
        self.runtime.block_on(allow).expect("the session runs");
        session
    }

    /// One picture that an honest host would never send, or one that it might.
    fn picture(&mut self, keys: &[((u16, u16), PictureUnit)]) -> Picture {
        let (screen, key) = &keys[self.dice.below(keys.len())];
        let (mut screen, mut unit) = (*screen, key.clone());
        match self.dice.below(8) {
            0 => {}
            1 => screen = BEYOND,
            2 => (screen, unit.width, unit.height) = (BEYOND, BEYOND.0, BEYOND.1),
            3 => unit.data.truncate(1 + self.dice.below(unit.data.len())),
            4 => {
                (unit.width, unit.height) =
                    (1 + self.dice.below(8192) as u16, 1 + self.dice.below(8192) as u16)
            }
            _ => {
                for _ in 0..1 + self.dice.below(8) {
                    let at = self.dice.below(unit.data.len());
                    unit.data[at] = self.dice.below(256) as u8;
                }
            }
        }
        let copies = if self.dice.below(8) == 0 { 8 } else { 1 };
        self.sent += 1;
        Picture { id: self.sent, captured_at: Instant::now(), screen, units: vec![unit; copies] }
    }
}

#[test]
fn a_host_with_huge_and_broken_pictures_leaves_the_window_below_600_mb_and_answering() {
    let mut host = ChangedHost::start();
    let keys = [LARGEST, USUAL].map(|screen| (screen, key_unit(screen, &mut host.dice)));
    let screen = Screen::with_window_manager(1280, 960);
    let mut technician: Program = Start::desktop(&["view"]).invite(&host.link).on(&screen).start();
    let mut session = host.allow();
    granted(&mut technician);
    let window = screen.window("Beistand");
    let mut ping = WindowPing::new(&screen);
    let (start, mut slowest, mut asked_at) = (Instant::now(), Duration::ZERO, Instant::now());
    while start.elapsed() < flood_time() {
        let room = session.picture_room.wait_for(Option::is_some);
        let room = host.runtime.block_on(async { timeout(ROOM_PATIENCE, room).await.is_ok() });
        if room {
            let picture = host.picture(&keys);
            let say = session.commands.send(Command::Say(VideoMessage::Picture(picture).into()));
            host.runtime.block_on(say).expect("the session runs");
        }
        while session.events.try_recv().is_ok() {}
        if asked_at.elapsed() > Duration::from_millis(500) {
            asked_at = Instant::now();
            let answer = ping.answer_time(&window, ANSWER).expect("the window answers");
            slowest = slowest.max(answer);
        }
        assert!(technician.running());
    }
    let peak = cost::peak_memory(technician.pid());
    eprintln!("{} pictures, {} MB at most, slowest answer {slowest:?}", host.sent, peak / 1_000_000);
    assert!(peak < MAX_BYTES, "{} MB", peak / 1_000_000);
    technician.interrupt();
    assert!(technician.exit(NOTICE).is_some(), "it ends when it is told to");
}
