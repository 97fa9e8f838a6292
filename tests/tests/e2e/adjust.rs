//! Settings between both programs: asked for by the helper, allowed by name, undone by both, also by a
//! session of tomorrow's, and back by themselves where nobody keeps them. The X server, its tools and the
//! user's files are real; NetworkManager is a stand-in on a bus of its own.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use beistand_tests::{Event, Program, Screen, Start, poll};
use futures::executor::block_on;

use crate::support::{Host, MessageBus, PATIENCE, SOON, exit};

const WANTS: &str = "view,adjust";

/// Longer than the network is off before it comes back by itself.
const TRIAL: Duration = Duration::from_secs(60);

/// Two people, of whom the user allows that they are asked.
struct AdjustPair {
    host: Program,
    technician: Program,
}

/// The user's home, with two browsers, and the program's data.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    let entries = home.path().join(".local/share/applications");
    fs::create_dir_all(&entries).expect("a folder of ours");
    for name in ["one", "two"] {
        let entry = "[Desktop Entry]\nMimeType=x-scheme-handler/https;\n";
        fs::write(entries.join(format!("{name}.desktop")), entry).expect("a folder of ours");
    }
    home
}

/// The host's program with a home and data that outlive it.
fn share<'a>(screen: &'a Screen, home: &Path) -> Start<'a> {
    let data = home.join("data").display().to_string();
    let start = Start::bare("beistand-node").arguments(["share", "--json", "--data-dir", &data]);
    let start = start.arguments(["--listen", "/ip4/127.0.0.1/udp/0/quic-v1", "--no-mdns"]).at_a_terminal();
    let start = start.on(screen).variable("HOME", &home.display().to_string());
    let config = home.join(".config").display().to_string();
    let entries = home.join(".local/share").display().to_string();
    let start = start.variable("XDG_CONFIG_HOME", &config).variable("XDG_DATA_HOME", &entries);
    start.variable("XDG_CURRENT_DESKTOP", "").variable("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent")
}

impl AdjustPair {
    fn start(share: Start<'_>) -> Self {
        let Host { program: mut host, link, .. } = Host::of(share);
        let technician = Start::node("connect").arguments(["--wants", WANTS, "--name", "Max"]);
        let mut technician = technician.invite(link).start();
        host.expect("request", PATIENCE);
        host.allow(WANTS);
        technician.expect("granted", SOON);
        host.expect("granted", SOON);
        Self { host, technician }
    }

    /// The user's yes on their terminal to what the line says.
    #[track_caller]
    fn say_yes(&mut self, line: &str) {
        self.host.type_line(line);
        let question = self.host.expect("confirm", SOON);
        self.host.answer(&question, "");
    }

    /// The technician's wish, with the user's yes: the change.
    #[track_caller]
    fn change(&mut self, setting: &str, value: &str) -> Event {
        self.technician.say(&format!("adjust set {setting} {value}"));
        let asked = self.host.expect("adjust-question", SOON);
        assert_eq!((asked.text("setting"), asked.text("who")), (setting.to_owned(), "Max".to_owned()));
        self.say_yes(&format!("adjust yes {}", asked.text("number")));
        let changed = self.technician.expect("adjust-changed", SOON);
        assert_eq!(self.host.expect("adjust-changed", SOON).text("change"), changed.text("change"));
        assert_eq!(self.technician.expect("adjust-ended", SOON).text("fault"), "");
        changed
    }

    #[track_caller]
    fn undone(&mut self, by: &str, within: Duration) {
        for program in [&mut self.host, &mut self.technician] {
            assert_eq!(program.expect("adjust-undone", within).text("by"), by);
        }
    }
}

fn layout(screen: &Screen) -> String {
    let output = screen.command("setxkbmap").arg("-query").stdout(Stdio::piped()).output();
    let text = String::from_utf8(output.expect("setxkbmap is installed").stdout).expect("text");
    let line = text.lines().find_map(|line| line.strip_prefix("layout:"));
    line.unwrap_or_default().trim().to_owned()
}

#[test]
fn a_setting_is_changed_with_the_users_yes_and_undone_by_either() {
    let (screen, home) = (Screen::new(640, 480), home());
    let mut pair = AdjustPair::start(share(&screen, home.path()));
    pair.technician.say("adjust list");
    pair.technician.expect("adjust-listed", PATIENCE);
    let of =
        |event: &Event, setting: &str| event.kind() == "adjust-setting" && event.text("setting") == setting;
    let events = pair.technician.events();
    let keyboard = events.iter().find(|event| of(event, "keyboard")).expect("it was told");
    assert_eq!((keyboard.text("value"), layout(&screen)), ("us".to_owned(), "us".to_owned()));
    let zone = events.iter().find(|event| of(event, "time-zone")).expect("it was told");
    assert_eq!(zone.text("unavailable"), "no-service");
    // Not by the wish, not by standard input, not by the line alone.
    pair.technician.say("adjust set keyboard de");
    let asked = pair.host.expect("adjust-question", SOON);
    assert!(asked.text("text").contains("Max wants to change"), "{asked:?}");
    let yes = format!("adjust yes {}", asked.text("number"));
    pair.host.say(&yes);
    pair.host.type_line(&yes);
    let question = pair.host.expect("confirm", SOON);
    assert_eq!(layout(&screen), "us");
    pair.host.answer(&question, "");
    let changed = pair.technician.expect("adjust-changed", SOON);
    assert_eq!((changed.text("from"), changed.text("to")), ("us".to_owned(), "de".to_owned()));
    assert_eq!(layout(&screen), "de");
    pair.technician.say(&format!("adjust undo {}", changed.text("change")));
    let back = pair.host.expect("adjust-question", SOON);
    assert_eq!(back.text("undoes"), changed.text("change"));
    assert_eq!(layout(&screen), "de");
    pair.say_yes(&format!("adjust yes {}", back.text("number")));
    pair.undone("helper", SOON);
    assert_eq!(layout(&screen), "us");
    // The user's own word needs no question, and no changes no setting.
    let changed = pair.change("keyboard", "fr");
    pair.host.say(&format!("adjust undo {}", changed.text("change")));
    pair.undone("user", SOON);
    assert_eq!(layout(&screen), "us");
    pair.technician.say("adjust set keyboard de");
    let asked = pair.host.expect("adjust-question", SOON);
    pair.host.say(&format!("adjust no {}", asked.text("number")));
    pair.technician.expect_that("adjust-ended", SOON, |event| event.text("fault") == "denied");
    pair.technician.say("adjust set keyboard de");
    let asked = pair.host.expect("adjust-question", SOON);
    pair.host.say("revoke adjust");
    let dropped = pair.host.expect("adjust-dropped", SOON);
    assert_eq!(dropped.text("number"), asked.text("number"));
    pair.technician.expect_that("adjust-ended", SOON, |event| event.text("fault") == "taken-back");
    pair.technician.say("adjust list");
    assert_eq!(pair.technician.expect("adjust-refused", SOON).text("why"), "not-allowed");
    assert_eq!(layout(&screen), "us");
}

#[test]
fn a_session_of_tomorrow_undoes_what_a_program_that_was_killed_has_changed() {
    let (screen, home) = (Screen::new(640, 480), home());
    let chosen = || fs::read_to_string(home.path().join(".config/mimeapps.list")).unwrap_or_default();
    let mut pair = AdjustPair::start(share(&screen, home.path()));
    let changed = pair.change("browser", "two.desktop");
    assert!(chosen().contains("x-scheme-handler/https=two.desktop"), "{}", chosen());
    pair.host.kill();
    let mut pair = AdjustPair::start(share(&screen, home.path()));
    pair.technician.say("adjust list");
    let earlier = pair.technician.expect("adjust-earlier", PATIENCE);
    assert_eq!(earlier.text("change"), changed.text("change"));
    pair.technician.say(&format!("adjust undo {}", earlier.text("change")));
    let asked = pair.host.expect("adjust-question", SOON);
    pair.say_yes(&format!("adjust yes {}", asked.text("number")));
    pair.undone("helper", SOON);
    assert!(!chosen().contains("two.desktop"), "{}", chosen());
}

/// Stands in for NetworkManager, which only notes whether the network is on.
struct FakeNetworkManager(Arc<AtomicBool>);

#[zbus::interface(name = "org.freedesktop.NetworkManager")]
impl FakeNetworkManager {
    #[zbus(property)]
    fn networking_enabled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn enable(&self, on: bool) {
        self.0.store(on, Ordering::Relaxed);
    }
}

/// A computer's network, as its bus has it.
struct FakeNetwork {
    on: Arc<AtomicBool>,
    // Dropped before its bus.
    _serving: zbus::Connection,
    bus: MessageBus,
}

impl FakeNetwork {
    fn start() -> Self {
        let (bus, on) = (MessageBus::start(), Arc::new(AtomicBool::new(true)));
        let serving = zbus::connection::Builder::address(bus.address.as_str())
            .and_then(|builder| builder.name("org.freedesktop.NetworkManager"))
            .and_then(|builder| {
                builder.serve_at("/org/freedesktop/NetworkManager", FakeNetworkManager(on.clone()))
            });
        let serving = block_on(serving.expect("names of ours").build()).expect("the bus is there");
        Self { on, _serving: serving, bus }
    }

    fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    fn seen_by<'a>(&self, start: Start<'a>) -> Start<'a> {
        start.variable("DBUS_SYSTEM_BUS_ADDRESS", &self.bus.address)
    }
}

#[test]
fn a_program_that_is_killed_during_a_trial_takes_it_back_at_the_next_start() {
    let network = FakeNetwork::start();
    let (screen, home) = (Screen::new(640, 480), home());
    let data = home.path().join("data").display().to_string();
    let changes = || {
        let list = Start::bare("beistand-node").arguments(["changes", "--json", "--data-dir", &data]);
        network.seen_by(list.on(&screen).variable("HOME", &home.path().display().to_string())).start()
    };
    let mut pair = AdjustPair::start(network.seen_by(share(&screen, home.path())));
    let changed = pair.change("network", "off");
    assert!(!network.is_on());
    // Whoever looks meanwhile leaves it alone: its program lives.
    let mut list = changes();
    assert_eq!(list.expect("change", SOON).text("state"), "done");
    assert_eq!(list.exit(SOON), exit::AS_ASKED);
    assert!(!network.is_on() && list.newest("trial-ended").is_none());
    pair.host.kill();
    drop(pair);
    let mut list = changes();
    assert_eq!(list.expect("trial-ended", SOON).text("number"), changed.text("change"));
    assert_eq!(list.expect("change", SOON).text("state"), "undone");
    assert!(network.is_on());
    // So does the host's program.
    let mut pair = AdjustPair::start(network.seen_by(share(&screen, home.path())));
    pair.change("network", "off");
    pair.host.kill();
    drop(pair);
    let Host { program: mut host, .. } = Host::of(network.seen_by(share(&screen, home.path())));
    let ended = |event: &Event| event.text("what") == "trial-ended";
    let told = poll(SOON, || host.events().into_iter().find(ended)).expect("it says so");
    assert!(told.text("text").contains("Network connection") && network.is_on(), "{told:?}");
    // What the user keeps stays, whatever becomes of the program.
    host.kill();
    let mut pair = AdjustPair::start(network.seen_by(share(&screen, home.path())));
    let changed = pair.change("network", "off");
    pair.say_yes(&format!("adjust keep {}", changed.text("change")));
    pair.host.expect("adjust-kept", SOON);
    pair.host.kill();
    drop(pair);
    let mut list = changes();
    assert_eq!(list.exit(SOON), exit::AS_ASKED);
    assert!(!network.is_on() && list.newest("trial-ended").is_none());
}

#[test]
fn a_network_that_is_off_comes_back_by_itself_unless_the_user_keeps_it_off() {
    let network = FakeNetwork::start();
    let is_on = || network.is_on();
    let (screen, home) = (Screen::new(640, 480), home());
    let start = || AdjustPair::start(network.seen_by(share(&screen, home.path())));
    let mut pair = start();
    // Nobody keeps it.
    let changed = pair.change("network", "off");
    assert_eq!((changed.number("trial_secs"), is_on()), (30.0, false));
    pair.undone("itself", TRIAL);
    assert!(is_on());
    // The user keeps it, and takes it back later.
    let changed = pair.change("network", "off");
    pair.technician.say("adjust set network on");
    pair.technician.expect_that("adjust-ended", SOON, |event| event.text("fault") == "busy");
    pair.say_yes(&format!("adjust keep {}", changed.text("change")));
    pair.technician.expect("adjust-kept", SOON);
    pair.host.expect("adjust-kept", SOON);
    assert!(!is_on());
    pair.host.say(&format!("adjust undo {}", changed.text("change")));
    pair.undone("user", SOON);
    assert!(is_on());
    // A pause takes back at once what is on trial.
    pair.change("network", "off");
    assert!(!is_on());
    pair.host.say("pause");
    assert!(poll(SOON, || is_on().then_some(())).is_some(), "the network is on again");
    pair.host.expect("adjust-undone", SOON);
    // So does the end, and the program waits for it.
    drop(pair);
    let mut pair = start();
    pair.change("network", "off");
    assert!(!is_on());
    pair.host.say("end");
    pair.host.exit(PATIENCE);
    assert!(is_on());
}
