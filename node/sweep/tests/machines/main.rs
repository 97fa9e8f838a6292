//! Computers with something on them that does not belong there: for each a search names it; and a clean one,
//! on which nothing is suspicious.
//!
//! A computer is a made-up root with a few files, and tools that are shell scripts.

mod leftovers;
mod made_up;
mod viruses;

use beistand_session::{
    SweepCategory, SweepEnd, SweepFinding, SweepKind, SweepReason as R, SweepStanding,
    SweepStanding::Suspicious, SweepStanding::Unknown, SweepThing as T,
};
use leftovers::{LEFTOVERS, Leftover};
use made_up::{ListSink, MadeUpComputer};

fn names(finding: &SweepFinding, text: &str) -> bool {
    [&finding.name, &finding.path, &finding.line].iter().any(|value| value.contains(text))
}

#[test]
fn each_thing_that_does_not_belong_there_is_named() {
    let mut unnamed = Vec::new();
    for Leftover { name, leaves, thing, standing, reason, names: text } in LEFTOVERS {
        let mut computer = MadeUpComputer::clean();
        leaves(&mut computer);
        let found = computer.everything();
        let named = |finding: &&SweepFinding| {
            finding.thing == *thing && finding.standing == *standing && finding.reasons.contains(reason)
        };
        if !found.iter().filter(named).any(|finding| names(finding, text)) {
            unnamed.push((name, found.clone()));
        }
        assert!(!format!("{found:?}").contains("geheim"), "{name}: a password is in it");
    }
    assert!(unnamed.is_empty(), "{unnamed:#?}");
}

#[test]
fn on_a_clean_computer_all_is_known_by_its_package() {
    let found = MadeUpComputer::clean().everything();
    let other: Vec<_> = found.iter().filter(|finding| finding.standing != SweepStanding::Known).collect();
    assert!(other.is_empty(), "{other:#?}");
    for (thing, package) in [
        (T::AutostartEntry, "applet"),
        (T::CronScript, "cron"),
        (T::CronLine, "cron"),
        (T::ListeningPort, "cups"),
    ] {
        let one = found.iter().find(|finding| finding.thing == thing).unwrap_or_else(|| panic!("{found:#?}"));
        assert_eq!((one.package.as_str(), one.reasons.contains(&R::OfPackage)), (package, true), "{one:?}");
        assert!(one.sha256.is_some() && one.age_days == Some(0) && one.size_bytes.is_some(), "{one:?}");
    }
}

#[test]
fn this_program_is_nothing_to_be_alarmed_at() {
    let mut computer = MadeUpComputer::clean();
    computer.process(80, "beistand", "/opt/beistand/beistand", "beistand\0");
    computer.listening(80, "00000000:170C");
    let found = computer.everything();
    let own = found.iter().filter(|finding| finding.pid == Some(80));
    let own: Vec<_> = own.map(|finding| (finding.thing, finding.standing)).collect();
    assert_eq!(own, [(T::RemoteRunning, SweepStanding::Known), (T::ListeningPort, SweepStanding::Known)]);
    // Whoever only calls itself so is judged as anybody.
    computer.process(81, "beistand-node", "/home/anna/.cache/.x/beistand-node", "beistand-node\0");
    computer.listening(81, "00000000:170D");
    let found = computer.everything();
    let other: Vec<_> = found.iter().filter(|finding| finding.pid == Some(81)).collect();
    assert_eq!(other.len(), 1);
    assert_eq!((other[0].standing, other[0].reasons.contains(&R::AnybodysPlace)), (Suspicious, true));
}

#[test]
fn an_old_program_is_not_recent_and_a_settings_file_may_be_changed() {
    let mut computer = MadeUpComputer::clean();
    computer.program("/usr/local/bin/tool", "#!/bin/sh\n");
    computer.age("/usr/local/bin/tool", 400);
    computer.file("/etc/crontab", "17 * * * * root sh /etc/cron.daily/tidy\n# mine\n");
    let found = computer.everything();
    let tool = found.iter().find(|finding| finding.thing == T::StrayProgram).expect("it is named");
    assert_eq!((tool.age_days, tool.standing), (Some(400), Unknown));
    assert!(!tool.reasons.contains(&R::Recent));
    let line = found.iter().find(|finding| finding.thing == T::CronLine).expect("it is named");
    assert_eq!(line.standing, Unknown);
    assert!(line.reasons.contains(&R::SettingsFile), "{line:?}");
}

#[test]
fn pipes_and_links_in_files_places_hide_nothing_and_are_not_waited_for() {
    let mut computer = MadeUpComputer::clean();
    computer.pipe("/home/anna/.bashrc");
    computer.pipe("/home/anna/.config/autostart/a.desktop");
    computer.pipe("/tmp/pipe");
    computer.pipe("/etc/hosts");
    computer.link("/tmp/to-root", "/");
    computer.link("/home/anna/Downloads/program", "/usr/bin/true");
    computer.link("/home/anna/bin/loop", "loop");
    computer.program("/tmp/x", "#!/bin/sh\n");
    let found = computer.everything();
    let stray: Vec<_> = found.iter().filter(|finding| finding.thing == T::StrayProgram).collect();
    assert_eq!(stray.len(), 1, "{stray:#?}");
}

#[test]
fn what_only_an_administrator_can_see_is_named_as_such() {
    let mut computer = MadeUpComputer::clean();
    computer.file("/proc/net/tcp", "head\n   0: 0100007F:0277 00000000:0000 0A 0:0 0:0 0 0 0 99\n");
    let found = computer.everything();
    let not_seen = found.iter().filter(|finding| finding.thing == T::NotSeen);
    let not_seen: Vec<_> = not_seen.map(|finding| (finding.name.as_str(), finding.reasons[0])).collect();
    assert_eq!(not_seen, [("/proc/*/fd", R::AdministratorsOnly)]);
}

#[test]
fn dpkg_is_asked_where_it_can_be_run_and_rpm_where_there_is_no_dpkg() {
    let mut computer = MadeUpComputer::clean();
    computer.tool("dpkg", "echo '??5??????   /usr/bin/nm-applet'; echo '??5?????? c /etc/crontab'; exit 1");
    let found = computer.everything();
    let changed = |found: &[SweepFinding]| -> Vec<(String, String, SweepStanding)> {
        let changed = found.iter().filter(|finding| finding.thing == T::ChangedFile);
        changed.map(|one| (one.path.clone(), one.package.clone(), one.standing)).collect()
    };
    let own = |path: &str, package: &str, standing| (path.to_owned(), package.to_owned(), standing);
    let expected = [own("/usr/bin/nm-applet", "applet", Suspicious), own("/etc/crontab", "cron", Unknown)];
    assert_eq!(changed(&found), expected);
    std::fs::remove_dir_all(computer.at("/var/lib/dpkg")).expect("ours");
    let lists = "-qa) echo cups /usr/sbin/cupsd; echo applet /usr/bin/nm-applet; echo dash /usr/bin/sh;;";
    computer.tool("rpm", &format!("case $1 in -Va) echo 'S.5....T.    /usr/sbin/cupsd';; {lists} esac"));
    let found = computer.everything();
    assert_eq!(changed(&found), [own("/usr/sbin/cupsd", "cups", Suspicious)]);
    let port = found.iter().find(|finding| finding.thing == T::ListeningPort).expect("it is named");
    assert_eq!((port.package.as_str(), port.standing), ("cups", SweepStanding::Known));
    assert!(!found.iter().any(|finding| finding.thing == T::StrayProgram), "{found:#?}");
}

#[test]
fn a_search_stops_as_soon_as_it_is_not_wanted() {
    let computer = MadeUpComputer::clean();
    for enough in [0, 1] {
        let mut sink = ListSink { enough: Some(enough), ..ListSink::default() };
        let outcome = computer.sweep(SweepKind::Everything, "", &mut sink);
        assert_eq!((outcome.end, sink.findings.len()), (SweepEnd::Stopped, enough));
    }
}

#[test]
fn lists_without_end_are_cut_off() {
    let mut computer = MadeUpComputer::clean();
    computer.file("/etc/hosts", &format!("203.0.113.9 {}\n", "bank.example.com ".repeat(5000)));
    computer.file("/home/anna/.bashrc", &"a_proxy=b\n".repeat(5000));
    let mut sink = ListSink::default();
    let outcome = computer.sweep(SweepKind::Only(SweepCategory::Hosts), "", &mut sink);
    assert_eq!((sink.findings.len(), outcome.left_off), (512, 4488));
    let mut sink = ListSink::default();
    computer.sweep(SweepKind::Only(SweepCategory::Proxy), "", &mut sink);
    assert_eq!(sink.findings.len(), 32);
}

#[test]
fn no_search_tells_more_than_can_be_read_and_says_how_much_is_left_off() {
    let mut computer = MadeUpComputer::clean();
    for number in 0..700 {
        computer.program(&format!("/tmp/p{number}"), "#!/bin/sh\n");
    }
    computer.file("/etc/hosts", "203.0.113.9 security.debian.org\n");
    let mut sink = ListSink::default();
    let outcome = computer.sweep(SweepKind::Only(SweepCategory::Programs), "", &mut sink);
    assert_eq!((outcome.end, sink.findings.len(), outcome.left_off), (SweepEnd::Done, 512, 188));
    // Of everything no category hides another.
    let found = computer.everything();
    assert!(found.len() <= 512 && found.iter().any(|finding| finding.thing == T::HostsEntry));
}
