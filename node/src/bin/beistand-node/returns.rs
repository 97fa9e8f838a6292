//! Who may come back: the user is asked before there is an invite, the helper chooses where there are
//! several.
//!
//! It lets nobody in. A yes is typed on the terminal, names its question and comes after the time it takes to
//! read it, as any other.

use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use beistand_node::words::{Phrase, args};
use beistand_node::{
    Config, ControllingTerminal, NodeCommand, PermissionSet, ReturnLook, ReturnRefusal, ReturnShelf,
    ReturnTicket, Role, json,
};

use crate::command::{HostLine, host_line};
use crate::lines::{LineSource, TypedLine, TypedLines};
use crate::questions::Questions;
use crate::report::{self, TerminalReport};
use crate::terminal;

/// How the user's side begins.
pub(crate) enum ShareOpening {
    Invite,
    Return(ReturnTicket),
    /// Not at all.
    End,
}

/// What the user says about a ticket.
enum TicketAnswer {
    /// Its helper may come back, with these permissions.
    Yes(PermissionSet),
    /// They may not, now or later.
    No,
    /// An invite first.
    Invite,
    End,
}

/// Asks the user about each helper who may come back, the newest first.
pub(crate) async fn ask_user(
    config: &Config,
    terminal: &mut ControllingTerminal,
    lines: &mut TypedLines,
    report: &TerminalReport,
) -> ShareOpening {
    // What is wrong with the key is said when the node starts.
    let Ok(shelf) = ReturnShelf::open(config) else { return ShareOpening::Invite };
    let ReturnLook { tickets, refused } = shelf.look(Role::Host, SystemTime::now());
    print_refused(&refused, report);
    for (ticket, left) in tickets {
        match ask_about(&ticket, left, terminal, lines, report).await {
            TicketAnswer::Yes(permissions) => return ShareOpening::Return(ticket.limited_to(permissions)),
            TicketAnswer::No => shelf.remove(&ticket),
            TicketAnswer::Invite => return ShareOpening::Invite,
            TicketAnswer::End => return ShareOpening::End,
        }
    }
    ShareOpening::Invite
}

async fn ask_about(
    ticket: &ReturnTicket,
    left: Duration,
    terminal: &mut ControllingTerminal,
    lines: &mut TypedLines,
    report: &TerminalReport,
) -> TicketAnswer {
    let mut questions = Questions::new();
    let answer = questions.ask_for_request(0, false).to_owned();
    // Where the terminal is gone its end follows as a line.
    let warning =
        ticket.warning().map(|warning| Phrase::with("terminal-take-care", args![warning = warning]));
    for said in warning.into_iter().chain([question(ticket, left, &answer)]) {
        let _ = terminal.print(&report.words.say(&said));
    }
    questions.printed(Instant::now());
    if report.json {
        report::print(&json::return_line(ticket, left, &answer, &report.words));
    }
    loop {
        let Some(line) = lines.recv().await else { return TicketAnswer::End };
        match answer_of(line, &mut questions) {
            Ok(Some(answer)) => return answer,
            Ok(None) => {}
            Err(fault) => report.print_fault(&fault),
        }
    }
}

fn question(ticket: &ReturnTicket, left: Duration, answer: &str) -> Phrase {
    Phrase::with(
        "terminal-return-question",
        args![
            name = ticket.name(),
            minutes = left.as_secs().div_ceil(60),
            permissions = terminal::permissions(ticket.permissions()),
            answer = answer,
        ],
    )
}

/// What a line says about the ticket; `None`: nothing.
fn answer_of(line: TypedLine, questions: &mut Questions) -> Result<Option<TicketAnswer>, Phrase> {
    let TypedLine { text, origin } = line;
    let text = text?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    let line = host_line(&text)?;
    if let (Some(verb), LineSource::Stdin) = (line.widens(), origin.source) {
        return Err(Phrase::with("terminal-only-there", args![verb = verb]));
    }
    Ok(Some(match line {
        HostLine::Allow { parts, .. } if !parts.is_empty() => {
            return Err(Phrase::new("terminal-parts-of-request"));
        }
        HostLine::Allow { answer, permissions, parts } => {
            questions.allow(&answer, permissions, parts, origin.at)?;
            TicketAnswer::Yes(permissions)
        }
        HostLine::Deny { answer } => {
            questions.deny(answer.as_deref())?;
            TicketAnswer::No
        }
        HostLine::Other(commands) => match commands.as_slice() {
            [NodeCommand::End | NodeCommand::Finish] => TicketAnswer::End,
            [NodeCommand::NewInvite] => TicketAnswer::Invite,
            _ => return Err(Phrase::new("terminal-nobody-helps")),
        },
        HostLine::Vouch { .. } | HostLine::Grant(_) | HostLine::More(..) | HostLine::Resume => {
            return Err(Phrase::new("terminal-nobody-helps"));
        }
    }))
}

/// The ticket by which a helper comes back to whoever is called `name`; to the only one where that is empty.
///
/// # Errors
/// What the program exits with, when it was said why there is none.
pub(crate) fn choose(config: &Config, name: &str, report: &TerminalReport) -> Result<ReturnTicket, ExitCode> {
    let shelf = ReturnShelf::open(config).map_err(|error| report.refuse(&Phrase::from(&error)))?;
    let ReturnLook { mut tickets, refused } = shelf.look(Role::Technician, SystemTime::now());
    print_refused(&refused, report);
    let wanted = name.trim().to_lowercase();
    let is_meant = |ticket: &ReturnTicket| [ticket.name().to_lowercase(), ticket.number()].contains(&wanted);
    tickets.retain(|(ticket, _)| wanted.is_empty() || is_meant(ticket));
    match tickets.as_slice() {
        [] => Err(report.refuse(&Phrase::new("terminal-back-nobody"))),
        [(ticket, _)] => Ok(ticket.clone()),
        several => {
            print_list(several, report);
            Err(report.refuse(&Phrase::new("terminal-back-several")))
        }
    }
}

fn print_list(tickets: &[(ReturnTicket, Duration)], report: &TerminalReport) {
    if report.json {
        return report::print(&json::returns_line(tickets));
    }
    for (ticket, left) in tickets {
        let minutes = left.as_secs().div_ceil(60);
        let permissions = terminal::permissions(ticket.permissions());
        let values = args![
            name = ticket.name(),
            number = ticket.number(),
            minutes = minutes,
            permissions = permissions,
        ];
        report.print(&Phrase::with("terminal-back-line", values));
    }
}

fn print_refused(refused: &[ReturnRefusal], report: &TerminalReport) {
    for refusal in refused {
        if report.json {
            report::print(&json::return_refused_line(refusal, &report.words));
        } else {
            report.print_fault(&refusal.phrase());
        }
    }
}

#[cfg(test)]
mod tests {
    use beistand_node::Permission;

    use super::*;
    use crate::lines::LineOrigin;

    /// What a line says about a ticket whose question was read.
    fn said(text: &str, source: LineSource) -> Result<Option<TicketAnswer>, &'static str> {
        let (mut questions, start) = (Questions::new(), Instant::now());
        let answer = questions.ask_for_request(0, false).to_owned();
        questions.printed(start);
        let at = start + Duration::from_secs(5);
        let text = Ok(text.replace("ANSWER", &answer));
        let line = TypedLine { text, origin: LineOrigin { source, at } };
        answer_of(line, &mut questions).map_err(|fault| fault.key())
    }

    #[test]
    fn a_yes_is_typed_on_the_terminal_and_may_be_for_less() {
        let view = PermissionSet::NONE.with(Permission::View);
        let yes = said("allow ANSWER view", LineSource::Terminal);
        assert!(matches!(yes, Ok(Some(TicketAnswer::Yes(permissions))) if permissions == view));
        assert!(matches!(said("allow 1", LineSource::Terminal), Err("terminal-other-question")));
        assert!(matches!(said("allow ANSWER", LineSource::Stdin), Err("terminal-only-there")));
        assert!(matches!(
            said("allow ANSWER view=left", LineSource::Terminal),
            Err("terminal-parts-of-request")
        ));
    }

    #[test]
    fn a_no_another_invite_and_the_end_come_from_anywhere() {
        for source in [LineSource::Terminal, LineSource::Stdin] {
            assert!(matches!(said("deny", source), Ok(Some(TicketAnswer::No))));
            assert!(matches!(said("new", source), Ok(Some(TicketAnswer::Invite))));
            assert!(matches!(said("end", source), Ok(Some(TicketAnswer::End))));
            assert!(matches!(said(" ", source), Ok(None)));
            assert!(matches!(said("pause", source), Err("terminal-nobody-helps")));
        }
    }
}
