//! The loop of both subcommands: what the node says is told, typed lines become commands, until the session
//! is over.
//!
//! It never waits for one of them alone: a node that is behind holds back the lines, not the events or the
//! end.

use std::collections::VecDeque;
use std::process::ExitCode;
use std::time::Instant;

use beistand_node::words::{Phrase, PhraseArg, Words, args};
use beistand_node::{
    NodeCommand, NodeEvent, NodeHandle, Permission, PermissionSet, Sas, SignalSender, Signals, json,
    out_of_resources, permission_phrase,
};

use crate::lines::{LineOrigin, TypedLine, TypedLines};
use crate::progress::{ProgressLine, RENEWAL, StepNews};
use crate::report::{self, TerminalReport};

/// What differs between the two sides of a session.
pub(crate) trait TerminalSide {
    /// Notes what later lines depend on, and asks the person what only they can answer.
    fn note(&mut self, _event: &NodeEvent) {}

    /// Which step of the way to the other computer it is now.
    fn step(&self, event: &NodeEvent) -> StepNews;

    /// What the node is told where the program is asked to end.
    fn closing(&self, _sender: SignalSender) -> NodeCommand {
        NodeCommand::End
    }

    /// The event as JSON.
    fn event_line(&self, event: &NodeEvent, words: &Words) -> String {
        json::event_line(event, words)
    }

    /// Prints for a person what has happened.
    fn print(&self, event: &NodeEvent, report: &TerminalReport);

    /// Does what a typed line asks for; what of it is the node's to do is handed back.
    ///
    /// # Errors
    /// Why it can't be done, for whoever typed it.
    fn on_line(&mut self, line: &str, origin: LineOrigin) -> Result<Vec<NodeCommand>, Phrase>;
}

/// Runs a subcommand.
pub(crate) fn block_on(report: &TerminalReport, program: impl Future<Output = ExitCode>) -> ExitCode {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(program),
        Err(error) => report.refuse(&out_of_resources(&error)),
    }
}

/// Says what is allowed now, and what no longer is.
pub(crate) fn print_permissions(granted: PermissionSet, revoked: PermissionSet, report: &TerminalReport) {
    report.print(&if revoked.is_empty() {
        Phrase::with("terminal-allowed", args![permissions = permissions(granted)])
    } else {
        Phrase::with(
            "terminal-still-allowed",
            args![revoked = permissions(revoked), permissions = permissions(granted)],
        )
    });
}

/// Permissions, each with the word with which it is typed.
pub(crate) fn permissions(permissions: PermissionSet) -> PhraseArg {
    if permissions.is_empty() {
        Phrase::new("terminal-nothing").into()
    } else {
        let named = |permission: Permission| {
            let what = permission_phrase(permission)?;
            Some(Phrase::with("terminal-permission", args![what = what, name = permission.word()]))
        };
        permissions.iter().filter_map(named).collect::<Vec<_>>().into()
    }
}

/// The pictures that both people must see alike, with their names.
pub(crate) fn pictures(sas: &Sas, words: &Words) -> String {
    sas.spoken(words).map(|(picture, name)| format!("{picture} {name}")).join("   ")
}

fn print_progress(progress: &mut ProgressLine, side: &impl TerminalSide, event: &NodeEvent) {
    if let NodeEvent::Feature(event) = event
        && let Some(advance) = event.advance()
    {
        report::print_part(&progress.on_advance(&advance));
    }
    report::print_part(&progress.on_news(side.step(event), Instant::now()));
}

/// Runs until the session is over.
pub(crate) async fn run(
    node: NodeHandle,
    mut lines: TypedLines,
    mut side: impl TerminalSide,
    report: &TerminalReport,
) -> ExitCode {
    let NodeHandle { commands, mut events, .. } = node;
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return report.refuse(&out_of_resources(&error)),
    };
    let mut progress = ProgressLine::new(report.progress_shape(), report.words.clone());
    let mut renewal = tokio::time::interval(RENEWAL);
    renewal.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut lines_open = true;
    // What one line asked for and the node has not taken yet.
    let mut waiting = VecDeque::new();
    loop {
        tokio::select! {
            event = events.recv() => {
                let Some(event) = event else { return report.refuse(&Phrase::new("fault-session-stopped")) };
                report::print_part(progress.make_room());
                side.note(&event);
                if report.json {
                    report::print(&side.event_line(&event, &report.words));
                } else {
                    side.print(&event, report);
                    print_progress(&mut progress, &side, &event);
                }
                if let NodeEvent::Ended(cause) = event {
                    return report.end(&cause);
                }
            }
            _ = renewal.tick(), if progress.counts() => report::print_part(&progress.renewed(Instant::now())),
            line = lines.recv(), if lines_open && waiting.is_empty() => match line {
                Some(TypedLine { text: Ok(line), .. }) if line.trim().is_empty() => {}
                Some(TypedLine { text, origin }) => match text.and_then(|line| side.on_line(&line, origin)) {
                    Ok(asked) => waiting.extend(asked),
                    Err(fault) => {
                        report::print_part(progress.make_room());
                        report.print_fault(&fault);
                    }
                },
                // A script has said all it wanted; what is running goes on until the other side ends it.
                None => lines_open = false,
            },
            permit = commands.reserve(), if !waiting.is_empty() => match permit {
                Ok(permit) => waiting.pop_front().map_or((), |command| permit.send(command)),
                // A node that has ended says so by its last event.
                Err(_) => waiting.clear(),
            },
            // What is still to be typed is given up: the other side shall hear a goodbye before the system
            // loses patience.
            sender = signals.next() => {
                waiting = VecDeque::new();
                if commands.try_send(side.closing(sender)).is_err() {
                    // Fails only where the node has ended, which its last event says.
                    let _ = commands.try_send(NodeCommand::End);
                }
            }
        }
    }
}
