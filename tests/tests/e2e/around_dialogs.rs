//! Input of all kinds at every moment around everything in which the user can let the helper do more: the
//! question, the opened bar, Go on after a pause. A changed technician's program sends it, and a program on
//! the user's own screen, by XTEST's own device. Nothing is granted.

use std::future::pending;
use std::time::{Duration, Instant};

use beistand_p2p::invite::Invite;
use beistand_p2p::technician::{TechnicianProfile, connect};
use beistand_p2p::{NetworkConfig, Node, SessionHandle};
use beistand_session::{
    Command, InputEvent, Permission, PermissionSet, PhysicalKey, PointerButton, StaticKey,
};
use beistand_tests::desktop::{User, granted};
use beistand_tests::{Area, Device, Hand, Program, Screen, Start, button};
use tokio::runtime::Runtime;

use crate::support::{NOTICE, PATIENCE};

/// Events in all, over all moments, unless `EVENTS` says otherwise: `EVENTS=100000 cargo test -p
/// beistand-tests --test e2e around_dialogs`.
const EVENTS: usize = 8_000;

/// The technician's events per second: a host ends the session of whoever sends more than 2,000.
const EVENTS_PER_SEC: u32 = 1_800;

/// Moments at which they come: several openings of the bar and pauses.
const ROUNDS: usize = 4;

/// How long the technician's input is kept out after the user's hand, and a moment more.
const HAND_RESTS: Duration = Duration::from_millis(2500);

/// How long the screen's last press must be ago for one of a hand to count, and a moment more.
const PRESSES_REST: Duration = Duration::from_secs(3);

/// How long what was sent may be on its way.
const ON_ITS_WAY: Duration = Duration::from_millis(500);

/// The height of the session bar while it is closed.
const BAR_ROW_PX: u32 = 56;

fn events_in_all() -> usize {
    std::env::var("EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(EVENTS)
}

/// What is asked for; the user ticks the first three.
const WANTED: &str = "view,pointer,keyboard";

/// The user's window program, with the invite's link.
struct DialogStage {
    // Dropped first: programs before their screens.
    host: Program,
    user: User,
    link: String,
    screen: Screen,
}

impl DialogStage {
    fn new() -> Self {
        let screen = Screen::with_window_manager(1280, 960);
        screen.paint_background([70, 100, 150]);
        let host = Start::desktop(&[]).on(&screen).start();
        let user = User::at(&screen, Device::Physical);
        let link = user.get_help(&screen);
        Self { host, user, link, screen }
    }

    /// How often the helper was let do more since the program runs.
    fn widened(&self) -> usize {
        self.host.events().iter().filter(|event| matches!(event.kind(), "granted" | "resumed")).count()
    }
}

/// Numbers that look random and are the same in each run (a linear congruence).
struct PlaceDice(u64);

impl PlaceDice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn place(&mut self, areas: &[Area]) -> (u16, u16) {
        let area = areas[self.below(areas.len() as u64) as usize];
        let x = area.x + self.below(area.width.max(1).into()) as u32;
        let y = area.y + self.below(area.height.max(1).into()) as u32;
        (x as u16, y as u16)
    }
}

/// A technician's program that sends whatever it likes.
struct ChangedTechnician {
    runtime: Runtime,
    session: SessionHandle,
    sent: usize,
    dice: PlaceDice,
    _node: Node,
}

impl ChangedTechnician {
    fn connect(link: &str) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let network = NetworkConfig {
            listen: vec!["/ip4/127.0.0.1/tcp/0".parse().expect("a multiaddr")],
            mdns: false,
            upnp: false,
            ..NetworkConfig::default()
        };
        let wants = Permission::ALL.into_iter().fold(PermissionSet::NONE, PermissionSet::with);
        let profile = TechnicianProfile {
            static_key: StaticKey::generate().expect("randomness"),
            name: "Mallory".to_owned(),
            reason: String::new(),
            wants,
        };
        let invite = Invite::parse(link).expect("an invite");
        let (steps, _) = tokio::sync::mpsc::channel(1);
        let connected = runtime.block_on(connect(network, invite, profile, steps, pending()));
        let (node, session, _) = connected.expect("a session");
        Self { runtime, session, sent: 0, dice: PlaceDice(1), _node: node }
    }

    /// One event, somewhere in this place or of the keyboard.
    fn send_one(&mut self, place: Area) {
        const KEYS: [&str; 8] =
            ["Enter", "Space", "Tab", "ArrowDown", "ArrowUp", "KeyA", "AltLeft", "NumpadEnter"];
        let pressed = self.sent.is_multiple_of(2);
        let event = match self.dice.below(8) {
            0..4 => {
                let (x, y) = self.dice.place(&[place]);
                InputEvent::PointerMove { x, y }
            }
            4..6 => InputEvent::Button { button: PointerButton::Left, pressed },
            _ => {
                let name = KEYS[self.dice.below(KEYS.len() as u64) as usize];
                let key = PhysicalKey::from_name(name).expect("in the table");
                InputEvent::Key { key, pressed, text: None }
            }
        };
        let sending = self.session.commands.send(Command::Say(event.into()));
        self.runtime.block_on(sending).expect("the session runs");
        self.sent += 1;
    }

    /// Events without a break for at least this long, and until so many were sent in all.
    fn send(&mut self, place: Area, time: Duration, in_all: usize) {
        let started = Instant::now();
        let mut here = 0;
        while started.elapsed() < time || self.sent < in_all {
            self.send_one(place);
            while self.session.events.try_recv().is_ok() {}
            here += 1;
            std::thread::sleep(
                (Duration::from_secs(1) / EVENTS_PER_SEC * here).saturating_sub(started.elapsed()),
            );
        }
        // The last of it moves the pointer under the user's next click otherwise.
        std::thread::sleep(ON_ITS_WAY);
    }
}

#[test]
fn a_changed_technician_gets_nothing_more_by_input_around_any_dialog() {
    let mut stage = DialogStage::new();
    let mut technician = ChangedTechnician::connect(&stage.link);
    stage.host.expect("request", PATIENCE);
    stage.user.tick(&stage.screen, 2);
    stage.user.press_allow(&stage.screen);
    assert_eq!(granted(&mut stage.host), WANTED);
    let events = events_in_all();
    let share = events.div_ceil(ROUNDS * 2);
    for round in 0..ROUNDS {
        let opened = stage.user.press_more(&stage.screen);
        technician.send(opened, HAND_RESTS, (2 * round + 1) * share);
        let closed = stage.user.press_more(&stage.screen);
        technician.send(closed, HAND_RESTS, (2 * round + 2) * share);
        stage.user.press_pause(&stage.screen);
        stage.host.expect("paused", NOTICE);
        // Its own session holds this back. A host ends a session in which it comes three times.
        technician.send(closed, HAND_RESTS, 0);
        assert_eq!(stage.widened(), 1 + round, "granted once, and gone on by hand alone");
        stage.user.go_on(&stage.screen, &mut stage.host);
    }
    assert!(technician.sent >= events, "{}", technician.sent);
    assert!(stage.host.running());
    assert_eq!(stage.widened(), 1 + ROUNDS);
}

/// X11's numbers of keys.
const ENTER: u8 = 36;
const SPACE: u8 = 65;
const UP: u8 = 111;
const DOWN: u8 = 116;

/// Clicks and keys of a program, as fast as the server takes them.
struct ClickingProgram {
    hand: Hand,
    sent: usize,
    dice: PlaceDice,
}

impl ClickingProgram {
    fn send(&mut self, places: &[Area], keys: &[u8], count: usize) {
        for _ in 0..count.div_ceil(4) {
            let (x, y) = self.dice.place(places);
            self.hand.move_to(x as i16, y as i16);
            self.hand.press(button::LEFT);
            self.hand.release(button::LEFT);
            let key = keys[self.dice.below(keys.len() as u64) as usize];
            self.hand.key(key, self.sent.is_multiple_of(8));
            self.sent += 4;
        }
    }
}

#[test]
fn a_program_on_the_users_screen_gets_nothing_more_by_input_around_any_dialog() {
    let mut stage = DialogStage::new();
    let _technician = ChangedTechnician::connect(&stage.link);
    let events = events_in_all();
    let hand = Hand::new(&stage.screen, Device::Injected);
    let mut program = ClickingProgram { hand, sent: 0, dice: PlaceDice(2) };
    stage.host.expect("request", PATIENCE);
    // A program may say no, end and pause, by Tab and Space as well: what it must not press is what lets the
    // helper do more.
    let keys = [ENTER, SPACE];
    program.send(&stage.user.choices(&stage.screen), &keys, events / 6);
    stage.user.tick_one_by_one(&stage.screen);
    program.send(&stage.user.widening_places(&stage.screen), &keys, events / 6);
    assert_eq!(stage.widened(), 0);
    // A press of a hand counts where it is the only one within a second.
    std::thread::sleep(PRESSES_REST);
    stage.user.press_allow(&stage.screen);
    granted(&mut stage.host);
    let opened = stage.user.press_more(&stage.screen);
    // Below the bar's own row, whose buttons anybody may press.
    let rows = Area::new(opened.x, opened.y + BAR_ROW_PX, opened.width, opened.height - BAR_ROW_PX);
    // By Tab and Enter anybody may end.
    let keys = [ENTER, SPACE, DOWN, UP];
    program.send(&[rows], &keys, events / 3);
    assert_eq!(stage.widened(), 1);
    std::thread::sleep(PRESSES_REST);
    stage.user.press_more(&stage.screen);
    stage.user.press_pause(&stage.screen);
    stage.host.expect("paused", NOTICE);
    let (x, y) = stage.user.go_on_place(&stage.screen);
    program.send(&[Area::new(x as u32, y as u32, 1, 1)], &keys, events / 3 + 8);
    assert!(program.sent >= events, "{}", program.sent);
    assert_eq!(stage.widened(), 1);
    std::thread::sleep(PRESSES_REST);
    stage.user.go_on(&stage.screen, &mut stage.host);
}
