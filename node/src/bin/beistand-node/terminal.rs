//! The loop of both subcommands: what the node says is told, typed lines become commands, until the session is over.
//!
//! It never waits for one of them alone: a node that is behind holds back the lines, not the events or the end.

use std::collections::VecDeque;
use std::process::ExitCode;

use beistand_node::{Command, Event, NodeHandle, Signals};
use tokio::sync::mpsc;

use crate::report;

/// Lines of standard input.
pub(crate) type Lines = mpsc::Receiver<Result<String, &'static str>>;

/// What differs between the two sides of a session.
pub(crate) trait Side {
    /// Notes what later lines depend on.
    fn note(&mut self, _event: &Event) {}

    /// Tells a person what has happened.
    fn tell(&self, event: &Event);

    /// Does what a typed line asks for; what of it is the node's to do is handed back.
    ///
    /// # Errors
    /// Why it can't be done, for whoever typed it.
    fn on_line(&mut self, line: &str) -> Result<Vec<Command>, String>;
}

/// Runs a subcommand.
pub(crate) fn block_on(program: impl Future<Output = ExitCode>) -> ExitCode {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(program),
        Err(error) => report::usage(&format!("This computer is out of resources: {error}.")),
    }
}

/// Runs until the session is over.
pub(crate) async fn run(node: NodeHandle, mut lines: Lines, mut side: impl Side, json: bool) -> ExitCode {
    let NodeHandle { commands, mut events, .. } = node;
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return report::usage(&format!("This computer is out of resources: {error}.")),
    };
    let mut lines_open = true;
    // What one line asked for and the node has not taken yet.
    let mut waiting = VecDeque::new();
    loop {
        tokio::select! {
            event = events.recv() => {
                let Some(event) = event else { return report::usage("The program's inner part stopped.") };
                side.note(&event);
                if json { report::say_json(&event) } else { side.tell(&event) }
                if let Event::Ended(cause) = event {
                    return report::end(&cause);
                }
            }
            line = lines.recv(), if lines_open && waiting.is_empty() => match line {
                Some(Ok(line)) if line.trim().is_empty() => {}
                Some(Ok(line)) => match side.on_line(&line) {
                    Ok(asked) => waiting.extend(asked),
                    Err(error) => report::say_error(&error),
                },
                Some(Err(error)) => report::say_error(error),
                // Without a terminal nobody can consent; what is running goes on until the other side ends it.
                None => lines_open = false,
            },
            permit = commands.reserve(), if !waiting.is_empty() => match permit {
                Ok(permit) => waiting.pop_front().map_or((), |command| permit.send(command)),
                // A node that has ended says so by its last event.
                Err(_) => waiting.clear(),
            },
            // What is still to be typed is given up: the other side shall hear a goodbye before the system loses patience.
            () = signals.next() => waiting = VecDeque::from([Command::End]),
        }
    }
}
