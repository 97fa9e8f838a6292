//! What a program has written so far, line by line as it comes. It waits for nothing.

use std::io::{BufRead as _, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use serde_json::Value;

use super::Event;

/// What a program wrote so far.
#[derive(Debug, Default)]
pub(super) struct ProgramLog {
    lines: Mutex<ProgramLines>,
    pub(super) more: Condvar,
}

#[derive(Debug, Default)]
pub(super) struct ProgramLines {
    pub(super) events: Vec<Event>,
    pub(super) other: Vec<String>,
    pub(super) errors: Vec<String>,
    pub(super) terminal: Vec<String>,
    /// How many of the two pipes are closed.
    pub(super) closed: u8,
}

impl ProgramLines {
    pub(super) fn out(&mut self, line: String) {
        match serde_json::from_str::<Value>(&line) {
            Ok(value) if value["event"].is_string() => self.events.push(Event { at: Instant::now(), value }),
            _ => self.other.push(line),
        }
    }

    pub(super) fn err(&mut self, line: String) {
        self.errors.push(line);
    }
}

impl ProgramLog {
    pub(super) fn lock(&self) -> MutexGuard<'_, ProgramLines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn read_pipe(
    pipe: impl Read + Send + 'static,
    log: Arc<ProgramLog>,
    put: fn(&mut ProgramLines, String),
) {
    thread::spawn(move || {
        read_lines(pipe, &log, put);
        log.lock().closed += 1;
        log.more.notify_all();
    });
}

pub(super) fn read_lines(pipe: impl Read, log: &ProgramLog, put: fn(&mut ProgramLines, String)) {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    while pipe.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0) {
        put(&mut log.lock(), String::from_utf8_lossy(&line).trim_end().to_owned());
        log.more.notify_all();
        line.clear();
    }
}
