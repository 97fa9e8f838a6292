//! Whoever is locked in is killed for anything but decoding. What is tried, and dies of it, is this test's
//! own program, started again.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use beistand_codec::Size;

use super::confine::AlmostConfined;

const DEED: &str = "BEISTAND_TEST_DEED";

/// Starts [`prisoner`] as a process of its own; the signal that killed it, if one did.
fn killed_by(deed: &str) -> Option<i32> {
    let test = concat!(module_path!(), "::prisoner");
    let test = test.split_once("::").expect("the crate's name comes first").1;
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(DEED, deed)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.signal().is_some() || status.code() == Some(7), "{deed}: {status:?}");
    status.signal()
}

#[test]
fn who_is_locked_in_is_killed_for_opening_a_file_or_a_socket_and_for_all_else() {
    for deed in ["open", "socket", "thread", "run", "signal", "executable", "file-memory", "directory"] {
        assert_eq!(killed_by(deed), Some(libc::SIGSYS), "{deed}");
    }
    assert_eq!(killed_by("nothing"), None, "and may do what decoding needs");
    for deed in ["early-open", "early-socket", "early-thread", "early-run"] {
        assert_eq!(killed_by(deed), Some(libc::SIGSYS), "{deed}, on a thread that was there before");
    }
    assert_eq!(killed_by("early-nothing"), None);
    assert!(killed_by("memory").is_some(), "but not with all of the machine's memory");
}

#[test]
#[ignore = "is started by the test above"]
fn prisoner() {
    let Ok(deed) = std::env::var(DEED) else { return };
    let cage = AlmostConfined::begin().unwrap();
    // Started before the filter is there, as the decoder's are, and locked in all the same.
    let (deeds, told) = std::sync::mpsc::channel::<String>();
    let early = std::thread::spawn(move || told.iter().for_each(|deed| act(&deed)));
    cage.confine(Size::new(64, 64).unwrap()).unwrap();
    match deed.strip_prefix("early-") {
        Some(deed) => deeds.send(deed.to_owned()).unwrap(),
        None => act(&deed),
    }
    drop(deeds);
    early.join().unwrap();
    std::process::exit(7);
}

fn act(deed: &str) {
    match deed {
        "open" => drop(std::fs::File::open("/etc/hostname")),
        "directory" => drop(std::fs::read_dir("/")),
        "socket" => drop(std::net::UdpSocket::bind("127.0.0.1:0")),
        "thread" => drop(std::thread::Builder::new().spawn(|| {})),
        "run" => drop(Command::new("/bin/true").status()),
        "signal" => {
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TERM);
        }
        "executable" => map(libc::PROT_READ | libc::PROT_EXEC, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS),
        "file-memory" => map(libc::PROT_READ, libc::MAP_PRIVATE),
        "memory" => drop(std::hint::black_box(vec![1u8; 1 << 30])),
        _ => drop(std::hint::black_box(vec![1u8; 20 << 20])),
    }
}

fn map(access: libc::c_int, flags: libc::c_int) {
    // SAFETY: a mapping at an address that the kernel picks, which nothing uses.
    let _ = unsafe { libc::mmap(std::ptr::null_mut(), 4096, access, flags, 0, 0) };
}
