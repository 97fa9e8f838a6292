//! Sessions whose ways change under them: a hole is punched, a line goes away and comes back, an address
//! changes, a relay ends. Each is watched by what its user sees and types.
//!
//! Those that are ignored are for `cargo xtask lab`.

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use beistand_tests::lab::{Conditions, Nat, Ports, Running, Scenario, Side, Table};
use beistand_tests::{InputWatch, Picture, Press, poll};

use crate::lab_session::{PUNCHED, SERVERS, end, household_line};
use crate::support::{PATIENCE, SOON};

/// What is typed through a change, again and again: each key follows from the one before.
const DIGITS: &str = "1234567890";

/// X11's key code of the first of them; the others follow it, on every PC keyboard.
const FIRST_DIGIT: u8 = 10;

/// How long after a change the session is watched, for what comes late.
const AFTER: Duration = Duration::from_secs(2);

/// How long after the last key of some nothing more of them comes, by any of the lines here.
pub(crate) const SETTLED: Duration = Duration::from_millis(500);

/// A home that can be punched through with another one like it.
fn home() -> Side {
    Side::behind(Nat::PortRestricted(Ports::Changed))
}

/// The digit that is typed after `typed` others, and X11's code of its key.
pub(crate) fn digit(typed: usize) -> (&'static str, u8) {
    let at = typed % DIGITS.len();
    (&DIGITS[at..][..1], FIRST_DIGIT + at as u8)
}

/// Watches the keys that arrive on the host's screen, from when they do.
#[track_caller]
pub(crate) fn watch_keys(session: &mut Running) -> InputWatch {
    // For a second after the user's answer no key is taken, so that none answers a dialog.
    let mut keys = InputWatch::new(&session.screen);
    let taken = poll(SOON, || {
        session.technician.say("key Space");
        (!keys.presses().is_empty()).then_some(())
    });
    assert!(taken.is_some(), "no key arrives: {}", session.technician.errors());
    keys.settle(SETTLED);
    InputWatch::new(&session.screen)
}

/// Looks at a session's picture and types into it.
struct Watcher {
    keys: InputWatch,
    typed: usize,
    shade: u8,
    file: PathBuf,
    /// The longest time from a change on the host's screen until the technician saw it, and how many were
    /// waited for.
    longest: Duration,
    pictures: usize,
}

impl Watcher {
    #[track_caller]
    fn new(session: &mut Running) -> Self {
        Self {
            keys: watch_keys(session),
            typed: 0,
            shade: 0,
            file: session.screen.folder().join("watched.png"),
            longest: Duration::ZERO,
            pictures: 0,
        }
    }

    /// Changes the host's screen, types a digit, and waits until the technician sees the change; how long
    /// that took.
    #[track_caller]
    fn step(&mut self, session: &mut Running) -> Duration {
        session.technician.say(&format!("key Digit{}", digit(self.typed).0));
        self.typed += 1;
        // Far from the shade before it, for any encoder.
        self.shade = self.shade.wrapping_add(90);
        let colour = [self.shade, 255 - self.shade, 128];
        let since = Instant::now();
        session.screen.paint_background(colour);
        let seen = poll(PATIENCE, || {
            session.technician.say(&format!("screenshot {}", self.file.display()));
            session.technician.wait_for("screenshot", SOON)?;
            let picture = Picture::try_load(&self.file).ok()?;
            let pixel = picture.pixel(picture.width() / 2, picture.height() / 2);
            let near = pixel.iter().zip(colour).all(|(seen, real)| seen.abs_diff(real) < 12);
            near.then(|| since.elapsed())
        });
        let took =
            seen.unwrap_or_else(|| panic!("the picture stands still: {}", session.technician.errors()));
        self.longest = self.longest.max(took);
        self.pictures += 1;
        took
    }

    /// Steps until `done` says so, and for a while after it.
    #[track_caller]
    fn run(&mut self, session: &mut Running, done: impl Fn(&Running) -> bool) {
        let mut until = None;
        let patience = Instant::now() + PUNCHED;
        while until.is_none_or(|until| Instant::now() < until) {
            self.step(session);
            if until.is_none() && (done(session) || Instant::now() > patience) {
                until = Some(Instant::now() + AFTER);
            }
        }
    }

    /// Checks that each digit was typed once and in order; how many they were.
    #[track_caller]
    fn expect_typed(&mut self) -> usize {
        let expected: Vec<_> = (0..self.typed).map(|typed| digit(typed).1).collect();
        let typed = |keys: &mut InputWatch| -> Vec<u8> {
            let key = |press: &Press| if let Press::Key(code) = press { Some(*code) } else { None };
            keys.presses().iter().filter_map(key).collect()
        };
        let all = poll(SOON, || (typed(&mut self.keys).len() >= expected.len()).then_some(()));
        let typed = typed(&mut self.keys);
        assert!(all.is_some() && typed == expected, "typed {expected:?}, arrived {typed:?}");
        typed.len()
    }

    /// Checks that what arrived was typed, in order and once: what is typed while there is no path is not
    /// sent. How many arrived.
    #[track_caller]
    fn expect_some_typed(&mut self) -> usize {
        self.keys.settle(SETTLED);
        expect_in_order(&mut self.keys, self.typed)
    }
}

/// Checks that the keys that arrived are some of the first `typed` ones, in order and once, up to the last;
/// how many they are.
#[track_caller]
pub(crate) fn expect_in_order(keys: &mut InputWatch, typed: usize) -> usize {
    let key = |press: &Press| if let Press::Key(code) = press { Some(*code) } else { None };
    let arrived: Vec<u8> = keys.presses().iter().filter_map(key).collect();
    let mut next = 0;
    for code in &arrived {
        let found = (next..typed).find(|at| digit(*at).1 == *code);
        next = found.unwrap_or_else(|| panic!("{typed} keys typed, arrived {arrived:?}")) + 1;
    }
    assert_eq!(arrived.last().copied(), typed.checked_sub(1).map(|last| digit(last).1), "typing goes on");
    arrived.len()
}

/// A session that runs, steadily, on its promised path.
#[track_caller]
fn settled(scenario: &Scenario) -> Option<(Running, Watcher)> {
    let mut session = scenario.run()?.unwrap_or_else(|failure| panic!("{failure}"));
    let (kind, _) = session.settled_path(scenario.promised_path(), PUNCHED);
    assert_eq!(kind, scenario.promised_path());
    let mut watcher = Watcher::new(&mut session);
    watcher.step(&mut session);
    watcher.longest = Duration::ZERO;
    Some((session, watcher))
}

/// From a session's first moment, which a relay carries, until the hole is punched: the longest gap, and the
/// keys typed.
#[track_caller]
fn through_the_punch() -> Option<(Duration, usize, String)> {
    let scenario = Scenario::new(home(), home()).line(household_line()).servers(SERVERS);
    let scenario = Scenario { invite: beistand_tests::lab::InviteForm::Words, ..scenario };
    let mut session = scenario.run()?.unwrap_or_else(|failure| panic!("{failure}"));
    let first = session.path().0;
    let mut watcher = Watcher::new(&mut session);
    watcher.run(&mut session, |session| session.path().0 == "direct");
    let path = format!("{first}, then {}", session.path().0);
    let typed = watcher.expect_typed();
    end(&mut session);
    Some((watcher.longest, typed, path))
}

/// How long after a change the picture of a session moves again, and how many keys were typed through it.
#[track_caller]
fn after(scenario: &Scenario, change: impl FnOnce(&mut Running, &mut Watcher)) -> Option<(Duration, usize)> {
    let (mut session, mut watcher) = settled(scenario)?;
    change(&mut session, &mut watcher);
    let took = watcher.step(&mut session);
    watcher.run(&mut session, |_| true);
    let typed = watcher.expect_some_typed();
    end(&mut session);
    Some((took, typed))
}

/// From the end of an outage of the host's line of this length.
#[track_caller]
fn after_an_outage(scenario: &Scenario, length: Duration) -> Option<(Duration, usize)> {
    after(scenario, |session, _| {
        let line = session.outermost()[0].to_owned();
        session.lab.link(&line).cut();
        // An outage has a length, and nothing that could be waited for.
        std::thread::sleep(length);
        session.lab.link(&line).restore();
    })
}

/// From the moment at which a side's computer wakes, having slept for this long.
#[track_caller]
fn after_a_sleep(scenario: &Scenario, side: usize, length: Duration) -> Option<(Duration, usize)> {
    after(scenario, |session, _| {
        let program = if side == 0 { &mut session.host } else { &mut session.technician };
        program.suspend();
        // As an outage has.
        std::thread::sleep(length);
        program.wake();
    })
}

/// From the moment at which a side's household has got another address.
#[track_caller]
fn after_an_address_change(scenario: &Scenario, side: usize) -> Option<(Duration, usize)> {
    after(scenario, |session, _| {
        let name = session.outermost()[side].to_owned();
        session.lab.change_address(&name);
    })
}

/// From the end of the relay that carries the session.
#[track_caller]
fn after_the_death_of_the_relay() -> Option<(Duration, usize)> {
    let symmetric = || Side::behind(Nat::Symmetric);
    let scenario = Scenario::new(symmetric(), symmetric()).line(household_line()).servers(SERVERS);
    after(&scenario, |session, watcher| {
        let carried = |session: &Running| {
            [0, 1].map(|server| session.lab.network(&format!("server{server}")).bytes("uplink"))
        };
        // The one that carries the most while the picture moves.
        let before = carried(session);
        watcher.run(session, |_| true);
        let now = carried(session);
        let busiest = usize::from(now[1] - before[1] > now[0] - before[0]);
        session.servers[busiest].kill();
    })
}

#[test]
fn a_punched_hole_takes_a_session_over_without_a_gap_or_a_lost_key() {
    let Some((_, typed, path)) = through_the_punch() else { return };
    assert_eq!(path, "relay, then direct");
    assert!(typed > 0);
}

#[test]
fn a_session_survives_the_death_of_its_relay() {
    let Some((took, _)) = after_the_death_of_the_relay() else { return };
    assert!(took < SOON, "{took:?}");
}

#[test]
fn a_session_survives_an_address_change_of_either_side() {
    let scenario = Scenario::new(home(), home()).line(household_line()).servers(SERVERS);
    for side in [0, 1] {
        let Some((took, _)) = after_an_address_change(&scenario, side) else { return };
        assert!(took < SOON * 2, "{took:?}");
    }
}

#[test]
#[ignore = "for `cargo xtask lab`"]
fn lab_moves() {
    const RUNS: usize = 5;
    let mut table =
        Table::new(&["what happens", "runs", "picture gap p50 ms", "worst ms", "keys, none doubled"]);
    let punchable = || Scenario::new(home(), home()).line(household_line()).servers(SERVERS);
    let relayed = || {
        let symmetric = || Side::behind(Nat::Symmetric);
        Scenario::new(symmetric(), symmetric()).line(household_line()).servers(SERVERS)
    };
    let five = Duration::from_secs(5);
    type Run<'a> = Box<dyn Fn() -> Option<(Duration, usize)> + 'a>;
    let cases: [(&str, Run<'_>); 10] = [
        ("relay to direct, gap", Box::new(|| through_the_punch().map(|(gap, typed, _)| (gap, typed)))),
        ("direct, 5 s outage, from its end", Box::new(|| after_an_outage(&punchable(), five))),
        ("relay, 5 s outage, from its end", Box::new(|| after_an_outage(&relayed(), five))),
        ("direct, 10 s outage, from its end", Box::new(|| after_an_outage(&punchable(), 2 * five))),
        ("direct, the host's address changes", Box::new(|| after_an_address_change(&punchable(), 0))),
        ("direct, the technician's address changes", Box::new(|| after_an_address_change(&punchable(), 1))),
        ("relay, the host's address changes", Box::new(|| after_an_address_change(&relayed(), 0))),
        ("the relay dies", Box::new(after_the_death_of_the_relay)),
        ("direct, the host sleeps for 20 s", Box::new(|| after_a_sleep(&punchable(), 0, 4 * five))),
        ("relay, the technician sleeps for 20 s", Box::new(|| after_a_sleep(&relayed(), 1, 4 * five))),
    ];
    for (name, run) in cases {
        let (mut times, mut typed) = (Vec::new(), 0);
        for _ in 0..RUNS {
            let Some((took, keys)) = run() else { return };
            times.push(took.as_millis());
            typed += keys;
        }
        times.sort_unstable();
        let cells = [RUNS.to_string(), times[RUNS / 2].to_string(), times[RUNS - 1].to_string()];
        table.row(std::iter::once(name.to_owned()).chain(cells).chain([typed.to_string()]));
        // As it comes: the whole takes minutes.
        let _ = writeln!(std::io::stdout(), "{name}: {times:?}");
    }
    let _ = std::io::stdout().write_all(format!("\n{table}").as_bytes());
}

#[test]
#[ignore = "for `cargo xtask lab`"]
fn lab_bad_line() {
    // 10 % on each of two lines both ways: 19 % of what is sent, and as much of what answers it.
    let line = Conditions::delay_millis(75).rate_kbps(10_000).loss_percent(10.0);
    let Some((mut session, mut watcher)) = settled(&Scenario::new(Side::public(), Side::public()).line(line))
    else {
        return;
    };
    let until = Instant::now() + Duration::from_secs(30);
    let mut times = Vec::new();
    while Instant::now() < until {
        times.push(watcher.step(&mut session).as_millis());
    }
    let typed = watcher.expect_typed();
    times.sort_unstable();
    let text = format!(
        "\n19 % loss each way, 300 ms round trip: {typed} keys in 30 s, none lost or doubled; picture p50 {} ms, worst {} ms; {:?}\n",
        times[times.len() / 2],
        times[times.len() - 1],
        session.path(),
    );
    let _ = std::io::stdout().write_all(text.as_bytes());
    end(&mut session);
}
