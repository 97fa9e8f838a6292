//! The project's programs, run as a script runs them: lines in, JSON events out. `beistand-node share` also
//! has a terminal of its own, on which its user answers.

mod log;
mod start;

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ChildStdin;
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use self::log::{ProgramLines, ProgramLog};
pub use self::start::{Start, programs_dir};
use crate::Process;
use crate::terminal::Terminal;

/// How long after a question `beistand-node share` takes the first yes.
const READING_TIME: Duration = Duration::from_millis(1500);

/// One JSON object that a program wrote.
#[derive(Debug, Clone)]
pub struct Event {
    /// When it arrived here.
    pub at: Instant,
    /// All of it.
    pub value: Value,
}

impl Event {
    /// Its kind, from the field `event`.
    pub fn kind(&self) -> &str {
        self.value["event"].as_str().unwrap_or_default()
    }

    /// A field as text; lists are joined with commas, and a missing field is empty.
    pub fn text(&self, field: &str) -> String {
        match &self.value[field] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            Value::Array(items) => {
                items.iter().map(|item| item.as_str().unwrap_or_default()).collect::<Vec<_>>().join(",")
            }
            other => other.to_string(),
        }
    }

    /// A field as a number; NaN if it is missing.
    pub fn number(&self, field: &str) -> f64 {
        self.value[field].as_f64().unwrap_or(f64::NAN)
    }
}

/// A running program of the project. Killed when dropped; what it wrote is printed when the test fails.
#[derive(Debug)]
pub struct Program {
    name: String,
    process: Process,
    stdin: Option<ChildStdin>,
    terminal: Option<Terminal>,
    /// What its terminal sends for Enter.
    enter: &'static str,
    log: Arc<ProgramLog>,
    /// The first event that [`Self::expect`] has not looked at.
    next: usize,
    _data: tempfile::TempDir,
}

impl Program {
    /// Its process number.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Writes a line to it. Where it has ended, nothing happens: what follows will tell.
    pub fn say(&mut self, line: &str) {
        self.write(format!("{line}\n").as_bytes());
    }

    /// Writes bytes to it, as [`Self::say`] does.
    pub fn write(&mut self, bytes: &[u8]) {
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(bytes).and_then(|()| stdin.flush());
        }
    }

    /// Types a line on its terminal.
    ///
    /// # Panics
    /// Where it has none.
    #[track_caller]
    pub fn type_line(&mut self, line: &str) {
        self.type_bytes(format!("{line}{}", self.enter).as_bytes());
    }

    /// Types on its terminal, as [`Self::type_line`] does. A 4 is Ctrl+D.
    #[track_caller]
    pub fn type_bytes(&mut self, bytes: &[u8]) {
        self.terminal.as_mut().expect("it was started at a terminal").type_bytes(bytes);
    }

    /// Says yes to the newest request on its terminal, as soon as that counts; the permissions are joined
    /// with commas.
    ///
    /// # Panics
    /// Where nobody has asked, or it has no terminal.
    #[track_caller]
    pub fn allow(&mut self, permissions: &str) {
        let request = self.newest("request").expect("somebody asks");
        self.answer(&request, permissions);
    }

    /// Says yes to this question on its terminal, as soon as that counts.
    ///
    /// # Panics
    /// Where it has no terminal.
    #[track_caller]
    pub fn answer(&mut self, question: &Event, permissions: &str) {
        // The event came after the question was on the terminal.
        thread::sleep((question.at + READING_TIME).saturating_duration_since(Instant::now()));
        self.type_line(&format!("allow {} {permissions}", question.text("answer")));
    }

    /// Everything on its terminal so far, including what was typed there.
    pub fn on_terminal(&self) -> String {
        self.log.lock().terminal.join("\n")
    }

    /// Closes its standard input.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Waits for the next event of a kind; those before it are passed over.
    ///
    /// # Panics
    /// Where none comes in time, or the program ends without.
    #[track_caller]
    pub fn expect(&mut self, kind: &str, timeout: Duration) -> Event {
        self.expect_that(kind, timeout, |_| true)
    }

    /// Waits for the next event of a kind for which `holds` is true; those before it are passed over.
    ///
    /// # Panics
    /// As [`Self::expect`].
    #[track_caller]
    pub fn expect_that(&mut self, kind: &str, timeout: Duration, holds: impl Fn(&Event) -> bool) -> Event {
        self.find(kind, timeout, holds).unwrap_or_else(|why| {
            panic!("{}: no event `{kind}` {why} ({timeout:?})", self.name);
        })
    }

    /// Waits for the next event of a kind as [`Self::expect`] does; `None` where none comes.
    pub fn wait_for(&mut self, kind: &str, timeout: Duration) -> Option<Event> {
        self.find(kind, timeout, |_| true).ok()
    }

    /// The next event of a kind for which `holds` is true, or why there is none.
    fn find(
        &mut self,
        kind: &str,
        timeout: Duration,
        holds: impl Fn(&Event) -> bool,
    ) -> Result<Event, &'static str> {
        let deadline = Instant::now() + timeout;
        let log = Arc::clone(&self.log);
        let mut lines = log.lock();
        loop {
            while let Some(event) = lines.events.get(self.next).cloned() {
                self.next += 1;
                if event.kind() == kind && holds(&event) {
                    return Ok(event);
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if lines.closed == 2 {
                return Err("before it ended");
            }
            if left.is_zero() {
                return Err("in time");
            }
            lines = log.more.wait_timeout(lines, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// All events so far.
    pub fn events(&self) -> Vec<Event> {
        self.log.lock().events.clone()
    }

    /// The newest event of a kind so far.
    pub fn newest(&self, kind: &str) -> Option<Event> {
        self.log.lock().events.iter().rev().find(|event| event.kind() == kind).cloned()
    }

    /// All that it wrote on standard error so far.
    pub fn errors(&self) -> String {
        self.log.lock().errors.join("\n")
    }

    /// Whether it runs.
    pub fn running(&mut self) -> bool {
        self.process.ended().is_none()
    }

    /// Waits until it has ended and all that it wrote is read; its exit code, or `None` where a signal ended
    /// it.
    ///
    /// # Panics
    /// Where it does not end in time.
    #[track_caller]
    pub fn exit(&mut self, timeout: Duration) -> Option<i32> {
        let Some(status) = self.process.wait(timeout) else {
            panic!("{} did not end within {timeout:?}", self.name);
        };
        let log = Arc::clone(&self.log);
        let lines = log.lock();
        // Its children could hold the pipes open; it has none that should.
        let all_read = |lines: &mut ProgramLines| lines.closed < 2;
        drop(log.more.wait_timeout_while(lines, Duration::from_secs(1), all_read));
        status.code()
    }

    /// Ends it as `kill -9` does.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Asks it to end, as a shutdown does.
    pub fn terminate(&mut self) {
        self.process.terminate();
    }

    /// Does what Ctrl+C on its terminal does.
    pub fn interrupt(&mut self) {
        self.process.interrupt();
    }

    /// Does what closing its terminal does.
    pub fn hang_up(&mut self) {
        self.process.hang_up();
    }

    /// Stops it where it is, as a computer that goes to sleep does.
    pub fn suspend(&mut self) {
        self.process.suspend();
    }

    /// Lets it go on after [`Self::suspend`].
    pub fn wake(&mut self) {
        self.process.wake();
    }

    fn report(&self) -> String {
        /// Enough to see what led to the end.
        const LAST_EVENTS: usize = 40;
        let lines = self.log.lock();
        let mut text = format!("---- {} ----\n", self.name);
        // Figures come all the time.
        let told = |event: &&Event| !["path", "picture"].contains(&event.kind());
        let events: Vec<&Event> = lines.events.iter().filter(told).collect();
        let skipped = events.len().saturating_sub(LAST_EVENTS);
        if skipped > 0 {
            let _ = writeln!(text, "({skipped} events before)");
        }
        for event in &events[skipped..] {
            let _ = writeln!(text, "event: {}", shortened(&event.value));
        }
        for line in &lines.other {
            let _ = writeln!(text, "stdout: {line}");
        }
        for line in &lines.errors {
            let _ = writeln!(text, "stderr: {line}");
        }
        for line in &lines.terminal {
            let _ = writeln!(text, "terminal: {line}");
        }
        text
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if thread::panicking() {
            let _ = std::io::stderr().write_all(self.report().as_bytes());
        }
        self.process.kill();
    }
}

/// Long texts cut: a log is for reading.
fn shortened(value: &Value) -> String {
    const LONGEST: usize = 600;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
