//! Sessions of the real programs across the lab. Those that are ignored are for `cargo xtask lab`: they take
//! long and print tables.

use std::io::Write;
use std::time::Duration;

use beistand_tests::lab::{
    Conditions, Failure, InviteForm, Nat, Ports, Router, Running, Scenario, Side, Table, serve_available,
};

use crate::support::{NOTICE, SOON, exit, expect_end};

/// Each side's line: 10 Mbit/s, and 20 ms each way from one side to the other.
pub(crate) fn household_line() -> Conditions {
    Conditions::delay_millis(10).rate_kbps(10_000)
}

/// Public helpers of a scenario that needs some: a host reserves at two relays.
pub(crate) const SERVERS: usize = 2;

/// How long a hole may take to be punched: three tries of 5 s each, and some rest.
pub(crate) const PUNCHED: Duration = Duration::from_secs(20);

pub(crate) fn end(session: &mut Running) {
    session.technician.say("end");
    expect_end(&mut session.host, NOTICE, exit::AS_ASKED, &[]);
}

#[test]
fn a_session_over_two_lines() {
    let scenario = Scenario::new(Side::public(), Side::public()).line(household_line());
    let Some(result) = scenario.run() else { return };
    let mut session = result.expect("a session");
    assert_eq!(session.path().0, scenario.promised_path());
    assert!(
        session.times.picture > Duration::from_millis(200),
        "not faster than the lines: {:?}",
        session.times
    );
    assert!(session.times.picture < SOON, "{:?}", session.times);
    end(&mut session);
}

#[test]
fn a_technician_without_udp_reaches_a_public_host() {
    let office = Side::behind(Router::without_udp(Nat::Symmetric));
    let Some(result) = Scenario::new(Side::public(), office).run() else { return };
    let mut session = result.expect("a session");
    assert_eq!(session.path(), ("direct".to_owned(), "tcp".to_owned()));
    end(&mut session);
}

/// All that can stand before a side, from the friendliest to the worst.
fn sides() -> Vec<Side> {
    vec![
        Side::public(),
        Side::behind(Nat::FullCone(Ports::Preserved)),
        Side::behind(Nat::AddressRestricted(Ports::Changed)),
        Side::behind(Nat::PortRestricted(Ports::Preserved)),
        Side::behind(Nat::PortRestricted(Ports::Changed)),
        Side::behind(Nat::Symmetric),
        Side::behind(Router::without_udp(Nat::PortRestricted(Ports::Preserved))),
        Side::behind_two(Nat::Symmetric, Nat::PortRestricted(Ports::Preserved)),
    ]
}

fn millis(time: Duration) -> String {
    time.as_millis().to_string()
}

/// Runs scenarios and prints how each came up; those that need helpers which the programs don't have yet are
/// counted.
///
/// # Panics
/// After the table, where one did not come up as promised.
#[track_caller]
fn print_table(scenarios: &[Scenario]) {
    let head = ["host", "technician", "invite", "path", "transport", "asked ms", "granted ms", "picture ms"];
    let (mut table, mut waiting, mut broken) = (Table::new(&head), 0, Vec::new());
    for scenario in scenarios {
        let Some(result) = scenario.run() else { return };
        let invite = if scenario.invite == InviteForm::Link { "link" } else { "words" };
        let names = [scenario.host.to_string(), scenario.technician.to_string(), invite.to_owned()];
        let cells = match result {
            Ok(mut session) => {
                let (first, _) = session.path();
                let (kind, transport) = session.settled_path(scenario.promised_path(), PUNCHED);
                if kind != scenario.promised_path() && kind != "direct" {
                    broken.push(format!("{}: {kind}, not {}", names.join(" / "), scenario.promised_path()));
                }
                let times = session.times;
                end(&mut session);
                let path = if first == kind { kind } else { format!("{first}, then {kind}") };
                [path, transport, millis(times.request), millis(times.granted), millis(times.picture)]
            }
            Err(Failure::NoServe) => {
                waiting += 1;
                continue;
            }
            Err(failure) => {
                broken.push(format!("{}: {failure}", names.join(" / ")));
                [failure.to_string(), String::new(), String::new(), String::new(), String::new()]
            }
        };
        table.row(names.into_iter().chain(cells));
    }
    let mut text = format!("\n{table}");
    if waiting > 0 {
        text += &format!(
            "\nSKIPPED: {waiting} that need `beistand-node serve`, which this program does not have\n"
        );
    }
    // Not `print!`, which the test runner would swallow.
    let _ = std::io::stdout().write_all(text.as_bytes());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
#[ignore = "for `cargo xtask lab`"]
fn lab_matrix() {
    let mut scenarios = Vec::new();
    for host in sides() {
        for technician in sides() {
            let scenario = Scenario::new(host.clone(), technician).line(household_line());
            let needs = scenario.needs_servers();
            // A public host needs no help with a link, whatever is before the technician.
            scenarios.push(if needs { scenario.servers(SERVERS) } else { scenario });
        }
    }
    print_table(&scenarios);
}

#[test]
#[ignore = "for `cargo xtask lab`"]
fn lab_words() {
    let words = |host, technician| Scenario {
        invite: InviteForm::Words,
        ..Scenario::new(host, technician).line(household_line()).servers(SERVERS)
    };
    let home = || Side::behind(Nat::PortRestricted(Ports::Changed));
    print_table(&[
        words(Side::public(), Side::public()),
        words(home(), home()),
        words(home(), Side::behind(Nat::Symmetric)),
    ]);
}

#[test]
#[ignore = "for `cargo xtask lab`"]
fn lab_lines() {
    let lines = [
        ("cable", Conditions::default()),
        ("20 ms each way", household_line()),
        ("1 % loss", household_line().loss_percent(1.0)),
        ("5 % loss", household_line().loss_percent(5.0)),
        ("1 Mbit/s", household_line().rate_kbps(1_000)),
        (
            "150 ms each way, 10 % loss a line",
            Conditions::delay_millis(75).rate_kbps(10_000).loss_percent(10.0),
        ),
    ];
    let mut table = Table::new(&["line", "transport", "round trip ms", "asked ms", "picture ms"]);
    for (name, line) in lines {
        let Some(result) = Scenario::new(Side::public(), Side::public()).line(line).run() else { return };
        match result {
            Ok(mut session) => {
                let round_trip =
                    session.round_trip_millis().map_or_else(String::new, |rtt| format!("{rtt:.0}"));
                let times = session.times;
                let transport = session.path().1;
                table.row([
                    name.to_owned(),
                    transport,
                    round_trip,
                    millis(times.request),
                    millis(times.picture),
                ]);
                session.technician.say("end");
                let _ = session.host.exit(SOON);
            }
            Err(failure) => table.row([name, &failure.to_string(), "", "", ""]),
        }
    }
    let _ = std::io::stdout().write_all(format!("\n{table}").as_bytes());
}

#[test]
#[ignore = "for `cargo xtask lab`"]
fn lab_first_picture() {
    const RUNS: usize = 10;
    let mut table = Table::new(&["host", "technician", "runs", "p50 ms", "worst ms"]);
    let home = || Side::behind(Nat::PortRestricted(Ports::Changed));
    let scenarios = [
        Scenario::new(Side::public(), Side::public()),
        Scenario::new(Side::public(), home()),
        Scenario::new(home(), home()).servers(SERVERS),
        Scenario::new(home(), Side::behind(Nat::Symmetric)).servers(SERVERS),
    ];
    for scenario in scenarios.map(|scenario| scenario.line(household_line())) {
        if scenario.servers > 0 && !serve_available() {
            continue;
        }
        let mut times = Vec::new();
        for _ in 0..RUNS {
            let Some(result) = scenario.run() else { return };
            let mut session = result.unwrap_or_else(|failure| panic!("{}: {failure}", scenario.host));
            times.push(session.times.picture);
            end(&mut session);
        }
        times.sort();
        let (median, worst) = (times[RUNS / 2], times[RUNS - 1]);
        let names = [scenario.host.to_string(), scenario.technician.to_string(), RUNS.to_string()];
        table.row(names.into_iter().chain([millis(median), millis(worst)]));
    }
    let _ = std::io::stdout().write_all(format!("\n{table}").as_bytes());
}
