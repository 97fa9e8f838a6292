//! How fast output is drawn: `cargo bench --workspace --bench terminal [-- MEGABYTES]`.
//!
//! A real `cat` in a real pseudo-terminal prints a log with colours, and a screen takes it in, as at the
//! host. Beside it the same bytes without the pseudo-terminal, as at the technician's.

#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

use beistand_node::{SCROLLBACK_LINES, TerminalScreen, TerminalSize};
use beistand_platform::terminal::{ShellInterest, ShellProgram, ShellRead, UserShell};

/// What is printed where nothing else is asked for.
const MEGABYTES: usize = 100;

/// Bytes that are read at a time: what travels in a message.
const CHUNK_BYTES: usize = 16 << 10;

fn log(bytes: usize) -> Vec<u8> {
    let mut log = Vec::with_capacity(bytes + 200);
    for number in 0.. {
        if log.len() >= bytes {
            break;
        }
        let line = format!(
            "\x1b[32m{number:08}\x1b[0m kernel: eth{}: link \x1b[1mup\x1b[0m, 1000 Mbit/s, größte Länge {}\n",
            number % 4,
            number * 7919 % 9000
        );
        log.extend(line.as_bytes());
    }
    log
}

fn report(what: &str, bytes: usize, time: Duration) {
    let megabytes = bytes as f64 / 1e6;
    println!(
        "{what:<24} {megabytes:>6.0} MB in {:>5.2} s: {:>5.0} MB/s",
        time.as_secs_f64(),
        megabytes / time.as_secs_f64()
    );
}

/// The most memory this process ever held, in MB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_ascii_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).unwrap_or_default() / 1e3
}

fn main() {
    let megabytes = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(MEGABYTES);
    let log = log(megabytes * 1_000_000);
    let path = std::env::temp_dir().join(format!("beistand-bench-{}", std::process::id()));
    std::fs::write(&path, &log).expect("a temporary file");
    let screen = TerminalScreen::new(TerminalSize::USUAL);
    let before = peak();
    let since = Instant::now();
    for chunk in log.chunks(CHUNK_BYTES) {
        screen.print(chunk);
    }
    report("emulation alone", log.len(), since.elapsed());

    let screen = TerminalScreen::new(TerminalSize::USUAL);
    let program = ShellProgram::plain("/bin/cat", &[&path.display().to_string()]);
    let since = Instant::now();
    let mut shell = UserShell::start(&program, TerminalSize::USUAL).expect("a terminal");
    let (mut buffer, mut printed) = (vec![0; CHUNK_BYTES], 0);
    loop {
        shell.wait(ShellInterest { printed: true, typing: false }).expect("it can be waited for");
        match shell.read(&mut buffer) {
            ShellRead::Bytes(bytes) => {
                screen.print(&buffer[..bytes]);
                printed += bytes;
            }
            ShellRead::Over => break,
        }
    }
    report("cat in a terminal", printed, since.elapsed());
    let _ = std::fs::remove_file(&path);
    println!("{SCROLLBACK_LINES} lines kept; memory grew by {:.0} MB at most", peak() - before);
}
