//! Scans for viruses, by a stand-in that speaks as ClamAV does. The real one is part of the end-to-end tests.

use std::fs;

use beistand_session::{SweepEnd, SweepReason, SweepThing};

use crate::made_up::{ListSink, MadeUpComputer};

/// Reads its list as `clamscan` does: the files' paths, one per line.
const STAND_IN: &str = "while read -r file; do
    if grep -q EICAR \"$file\"; then echo \"$file: Eicar-Test FOUND\"; else echo \"$file: OK\"; fi
done";

fn computer() -> MadeUpComputer {
    let mut computer = MadeUpComputer::clean();
    computer.file("/home/anna/Downloads/bad: one.com", "EICAR");
    computer.file("/home/anna/Downloads/good", "hello");
    computer.tool("clamscan", STAND_IN);
    computer
}

#[test]
fn infected_files_are_named_with_their_signature_and_hash() {
    let mut sink = ListSink::default();
    let outcome = computer().viruses("/home/anna", &mut sink);
    assert_eq!((outcome.end, outcome.left_off), (SweepEnd::Done, 0));
    let [finding] = &sink.findings[..] else { panic!("{:#?}", sink.findings) };
    let path = "/home/anna/Downloads/bad: one.com";
    assert_eq!((finding.thing, finding.path.as_str()), (SweepThing::Infected, path));
    assert_eq!((finding.line.as_str(), finding.size_bytes), ("Eicar-Test", Some(5)));
    assert!(finding.sha256.is_some() && finding.reasons == [SweepReason::SignatureMatched]);
    assert_eq!(sink.far.last(), Some(&1000));
}

#[test]
fn the_daemon_is_used_where_it_answers() {
    let mut computer = computer();
    let daemon = format!("[ \"$1\" = --ping ] && exit 0\n{}", STAND_IN.replace("Eicar-Test", "By-Daemon"));
    computer.tool("clamdscan", &daemon);
    let mut sink = ListSink::default();
    computer.viruses("/home/anna", &mut sink);
    assert_eq!(sink.findings[0].line, "By-Daemon");
    computer.tool("clamdscan", "exit 21");
    let mut sink = ListSink::default();
    computer.viruses("/home/anna", &mut sink);
    assert_eq!(sink.findings[0].line, "Eicar-Test", "no daemon answers");
}

#[test]
fn a_scan_follows_no_link_waits_for_no_pipe_and_names_what_it_can_not_read() {
    let mut computer = computer();
    computer.file("/outside/bad", "EICAR");
    computer.link("/home/anna/Downloads/link", computer.at("/outside/bad"));
    computer.link("/home/anna/folder", computer.at("/outside"));
    computer.pipe("/home/anna/Downloads/pipe");
    computer.file("/home/anna/Downloads/two\nlines", "EICAR");
    let mut sink = ListSink::default();
    assert_eq!(computer.viruses("/home/anna/Downloads", &mut sink).end, SweepEnd::Done);
    let mut found: Vec<_> = sink.findings.iter().map(|one| (one.thing, one.name.as_str())).collect();
    found.sort();
    assert_eq!(found, [(SweepThing::Infected, "bad: one.com"), (SweepThing::NotSeen, "two\\u{a}lines")]);
    for (path, end) in [
        ("/home/anna/folder", SweepEnd::Gone),
        ("/home/anna/folder/", SweepEnd::Gone),
        ("/home/anna/Downloads/link", SweepEnd::Gone),
        ("/home/anna/Downloads/pipe", SweepEnd::Gone),
        ("/nowhere", SweepEnd::Gone),
        ("/home/anna/Downloads/good", SweepEnd::Done),
    ] {
        assert_eq!(computer.viruses(path, &mut ListSink::default()).end, end, "{path}");
    }
}

#[test]
fn a_scanner_that_is_missing_knows_nothing_or_hangs_is_told() {
    let mut computer = computer();
    fs::remove_file(computer.tools().join("clamscan")).expect("ours");
    assert_eq!(computer.viruses("/home/anna", &mut ListSink::default()).end, SweepEnd::NoScanner);
    computer.tool("clamscan", "exit 2");
    assert_eq!(computer.viruses("/home/anna", &mut ListSink::default()).end, SweepEnd::NoSignatures);
    // One that is killed in the midst, or may not look, has not found nothing.
    computer.tool("clamscan", "read -r file; echo \"$file: OK\"; kill -9 $$");
    let mut sink = ListSink::default();
    assert_eq!(computer.viruses("/home/anna", &mut sink).end, SweepEnd::Broken);
    assert_eq!((sink.findings[0].thing, sink.findings[0].line.as_str()), (SweepThing::NotSeen, "2"));
    computer.tool("clamscan", "while read -r file; do echo \"$file: Access denied. ERROR\"; done; exit 2");
    let mut sink = ListSink::default();
    assert_eq!(computer.viruses("/home/anna", &mut sink).end, SweepEnd::Done);
    assert_eq!((sink.findings[0].thing, sink.findings[0].line.as_str()), (SweepThing::NotSeen, "3"));
    // What it said before is told, and it is ended.
    let marker = computer.tools().join("unpacked");
    let unpack = format!(
        "for one in \"$@\"; do case $one in --tempdir=*) own=${{one#*=}};; esac; done
        touch \"$own/x\"; echo \"$own\" > '{}'",
        marker.display()
    );
    computer.tool("clamscan", &format!("{unpack}\n{STAND_IN}\nsleep 600"));
    let mut sink = ListSink { enough: Some(1), ..ListSink::default() };
    assert_eq!(computer.viruses("/home/anna", &mut sink).end, SweepEnd::Stopped);
    assert_eq!(sink.findings.len(), 1);
    let unpacked = fs::read_to_string(marker).expect("it was told where");
    assert!(!std::path::Path::new(unpacked.trim()).exists(), "nothing of it is left");
}

#[test]
fn what_is_taken_away_in_the_midst_is_gone() {
    let mut computer = computer();
    let home = computer.at("/home/anna/Downloads").display().to_string();
    computer.tool("clamscan", &format!("cat >/dev/null; rm -r '{home}'"));
    assert_eq!(computer.viruses("/home/anna/Downloads", &mut ListSink::default()).end, SweepEnd::Gone);
}
