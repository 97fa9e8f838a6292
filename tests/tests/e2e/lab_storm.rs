//! A session through a hundred random changes of its way while both sides write and the technician types: ten
//! thousand lines, none lost, none twice, all in order, and a thousand keys, none twice and none too late.
//! For `cargo xtask lab`.

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use beistand_tests::lab::{Nat, Ports, Running, Scenario, Side};
use beistand_tests::{Program, poll};

use crate::lab_moves::{SETTLED, digit, expect_in_order, watch_keys};
use crate::lab_session::{PUNCHED, SERVERS, end, household_line};
use crate::support::PATIENCE;

const CHANGES: usize = 100;

/// Lines that each side writes around a change.
const LINES: usize = 50;

/// Keys that the technician types around a change.
const KEYS: usize = 10;

/// Where the row of changes begins.
const SEED: u64 = 4;

/// What happens to the way of a session. A side is 0 for the host's and 1 for the technician's.
#[derive(Debug, Clone, Copy)]
enum WayChange {
    /// Nothing gets through a side's line for so long.
    Outage(usize, Duration),
    /// A side's household gets another address.
    Address(usize),
    /// A public helper stops for so long.
    HelperSleeps(usize, Duration),
    /// A side's computer sleeps for so long.
    Sleep(usize, Duration),
}

impl WayChange {
    fn random(random: &mut impl FnMut(u64) -> u64) -> Self {
        let (kind, side) = (random(4), random(2) as usize);
        let time = Duration::from_millis(300 + random(3700));
        match kind {
            0 => Self::Outage(side, time),
            1 => Self::Address(side),
            2 => Self::HelperSleeps(side, time),
            _ => Self::Sleep(side, time),
        }
    }

    /// Lets it happen, to its end.
    fn happen(self, session: &mut Running) {
        match self {
            Self::Outage(side, time) => {
                let line = session.outermost()[side].to_owned();
                session.lab.link(&line).cut();
                thread::sleep(time);
                session.lab.link(&line).restore();
            }
            Self::Address(side) => {
                let name = session.outermost()[side].to_owned();
                session.lab.change_address(&name);
            }
            Self::HelperSleeps(number, time) => sleep(&mut session.servers[number], time),
            Self::Sleep(0, time) => sleep(&mut session.host, time),
            Self::Sleep(_, time) => sleep(&mut session.technician, time),
        }
    }
}

fn sleep(program: &mut Program, time: Duration) {
    program.suspend();
    thread::sleep(time);
    program.wake();
}

/// Numbers below a bound, the same in each run (SplitMix64, Steele et al. 2014).
fn random(mut state: u64) -> impl FnMut(u64) -> u64 {
    move |bound| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// What is written and typed, counted.
struct Writer {
    lines: usize,
    keys: usize,
}

impl Writer {
    fn write(&mut self, session: &mut Running, lines: usize, keys: usize) {
        for _ in 0..lines {
            session.host.say(&format!("say {}", self.lines));
            session.technician.say(&format!("say {}", self.lines));
            self.lines += 1;
        }
        for _ in 0..keys {
            session.technician.say(&format!("key Digit{}", digit(self.keys).0));
            self.keys += 1;
        }
    }

    /// Waits until at most `missing` lines of each side have not arrived.
    #[track_caller]
    fn await_lines(&self, session: &Running, missing: usize) {
        let all = poll(PATIENCE, || {
            let both = [&session.host, &session.technician].map(heard);
            (both.iter().min()? + missing >= self.lines).then_some(())
        });
        assert!(
            all.is_some(),
            "{} lines written; the host has {}, the technician {}",
            self.lines,
            heard(&session.host),
            heard(&session.technician)
        );
    }
}

/// How many lines a side has, by the number of the last.
fn heard(program: &Program) -> usize {
    program.newest("chat").map_or(0, |chat| chat.text("text").parse::<usize>().expect("a number") + 1)
}

fn expect_lines(program: &Program, lines: usize) {
    let events = program.events();
    let heard = events.iter().filter(|event| event.kind() == "chat").map(|chat| chat.text("text"));
    assert!(heard.eq((0..lines).map(|line| line.to_string())), "lines are lost, doubled or out of order");
}

#[test]
#[ignore = "for `cargo xtask lab`"]
fn lab_storm() {
    let home = || Side::behind(Nat::PortRestricted(Ports::Changed));
    let scenario = Scenario::new(home(), home()).line(household_line()).servers(SERVERS);
    let Some(result) = scenario.run() else { return };
    let mut session = result.expect("a session");
    session.settled_path(scenario.promised_path(), PUNCHED);
    let mut watch = watch_keys(&mut session);
    let (began, mut random) = (Instant::now(), random(SEED));
    let mut writer = Writer { lines: 0, keys: 0 };
    for number in 0..CHANGES {
        let change = WayChange::random(&mut random);
        let since = Instant::now();
        writer.write(&mut session, LINES / 2, KEYS / 2);
        change.happen(&mut session);
        writer.write(&mut session, LINES - LINES / 2, KEYS - KEYS / 2);
        // Half of the next changes come while these lines are on their way.
        let missing = if random(2) == 0 { 0 } else { LINES };
        writer.await_lines(&session, missing);
        let text =
            format!("{number}: {change:?}, {} ms, {:?}\n", since.elapsed().as_millis(), session.path());
        let _ = std::io::stdout().write_all(text.as_bytes());
    }
    writer.await_lines(&session, 0);
    expect_lines(&session.host, writer.lines);
    expect_lines(&session.technician, writer.lines);
    watch.settle(SETTLED);
    let arrived = expect_in_order(&mut watch, writer.keys);
    let paths = session.technician.events().iter().filter(|event| event.kind() == "path").count();
    let text = format!(
        "\n{CHANGES} random changes in {} s: {} lines, none lost or doubled, all in order; {arrived} of {} keys, the others while there was no path; the path was told {paths} times\n",
        began.elapsed().as_secs(),
        2 * writer.lines,
        writer.keys,
    );
    let _ = std::io::stdout().write_all(text.as_bytes());
    end(&mut session);
}
