//! What a running decoder may still do, as the kernel tells it. That it is killed for anything else is tested
//! beside the filter.

use std::path::Path;
use std::process::{Command, Stdio};

use beistand_codec::{Frame, ScreenDecoder};
use beistand_platform::cage::DecoderLibrary;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use crate::{caged, key_unit, size};

fn proc_text(pid: u32, file: &str) -> String {
    std::fs::read_to_string(format!("/proc/{pid}/{file}")).expect("it runs")
}

fn field<'a>(text: &'a str, name: &str) -> &'a str {
    let line = text.lines().find(|line| line.starts_with(name)).expect("a line");
    line[name.len()..].trim_start_matches(':').trim()
}

#[test]
fn a_running_decoder_has_a_filter_no_privileges_no_files_and_no_environment() {
    let size = size(64, 64);
    let mut decoder = caged(DecoderLibrary::default());
    decoder.decode(&key_unit(size, 3), &mut Frame::new(size)).expect("decodes");
    let pid = decoder.process_id().expect("it runs");
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).expect("it runs");
    let threads: Vec<_> = threads.map(|thread| thread.expect("an entry").file_name()).collect();
    assert!(threads.len() <= 3, "its own and two that were there before: {threads:?}");
    for thread in threads {
        let status = proc_text(pid, &format!("task/{}/status", thread.display()));
        assert_eq!(field(&status, "Seccomp"), "2");
        assert_eq!(field(&status, "NoNewPrivs"), "1");
    }
    let limits = proc_text(pid, "limits");
    for limit in ["Max open files", "Max processes", "Max file size", "Max core file size"] {
        assert!(field(&limits, limit).starts_with("0 "), "{limits}");
    }
    assert!(!field(&limits, "Max address space").starts_with("unlimited"), "{limits}");
    // Its own memory and descriptors are hidden from all but root.
    if let Ok(open) = std::fs::read_dir(format!("/proc/{pid}/fd")) {
        let mut names: Vec<_> = open.map(|entry| entry.expect("an entry").file_name()).collect();
        names.sort();
        assert_eq!(names, ["0", "1", "2"]);
        assert_eq!(proc_text(pid, "environ"), "");
    }
}

#[test]
fn a_decoder_ends_with_the_thread_that_uses_it() {
    let started = std::thread::spawn(|| {
        let size = size(64, 64);
        let mut decoder = caged(DecoderLibrary::default());
        decoder.decode(&key_unit(size, 3), &mut Frame::new(size)).expect("decodes");
        let pid = decoder.process_id().expect("it runs");
        // As if this program had been killed: nothing is dropped.
        std::mem::forget(decoder);
        pid
    });
    let pid = started.join().expect("no panic");
    let pid = Pid::from_raw(pid as i32).expect("an id");
    let ended = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED).expect("a child");
    assert!(ended.is_some_and(|status| status.killed()));
}

#[test]
fn a_program_started_as_a_decoder_by_hand_ends_at_once() {
    let program = Path::new(env!("CARGO_BIN_EXE_beistand-node"));
    for arguments in [&["decode-in-cage"][..], &["decode-in-cage", "rav1d", "64", "64"]] {
        let status = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .expect("it starts");
        assert!(!status.success());
    }
}
