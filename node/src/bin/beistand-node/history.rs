//! `beistand-node history`: who was helped from this computer lately, and forgetting one or all. It needs no
//! session.

use std::process::ExitCode;
use std::time::SystemTime;

use beistand_node::words::{Phrase, args};
use beistand_node::{
    AcquaintanceBook, Config, HistoryBook, PastPeer, PastSession, ReturnShelf, Role, past_sessions,
};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::report::{self, TerminalReport};

/// What `history` is asked to do.
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    #[command(subcommand)]
    wish: Option<HistoryWish>,
}

#[derive(Debug, Subcommand)]
enum HistoryWish {
    #[command(about = "terminal-history-forget")]
    Forget {
        #[arg(value_name = "terminal-value-number-or-all", help = "terminal-history-number")]
        which: String,
    },
}

/// Lists all, or forgets one or all; exit code 1 where that can't be done.
pub(crate) fn run(args: &HistoryArgs, config: &Config, report: &TerminalReport) -> ExitCode {
    let books = HistoryBook::open(config).and_then(|book| Ok((book, AcquaintanceBook::open(config)?)));
    let (book, known) = match books {
        Ok(books) => books,
        Err(error) => return report.refuse(&Phrase::from(&error)),
    };
    match &args.wish {
        Some(HistoryWish::Forget { which }) if which == "all" => {
            if !book.forget_all() {
                report.print_fault(&Phrase::new("terminal-history-not-written"));
                return ExitCode::FAILURE;
            }
        }
        Some(HistoryWish::Forget { which }) => {
            let all = book.all();
            let meant = which.parse().ok().and_then(|number: usize| all.get(number.checked_sub(1)?));
            if !meant.is_some_and(|one| book.remove(one)) {
                report.print_fault(&Phrase::new("terminal-history-no-such"));
                return ExitCode::FAILURE;
            }
        }
        None => list(&book, &known, config, report),
    }
    ExitCode::SUCCESS
}

fn list(book: &HistoryBook, known: &AcquaintanceBook, config: &Config, report: &TerminalReport) {
    let look = ReturnShelf::open(config).map(|shelf| shelf.look(Role::Technician, SystemTime::now()));
    let tickets = look.map(|look| look.tickets).unwrap_or_default();
    let tickets: Vec<_> = tickets.into_iter().map(|(ticket, _)| ticket).collect();
    let all = past_sessions(book, known, &tickets);
    if all.is_empty() && !report.json {
        let key = if book.keeps() { "terminal-history-none" } else { "terminal-history-off" };
        report.print(&Phrase::new(key));
    }
    for (index, (session, peer)) in all.iter().enumerate() {
        print_one(index + 1, session, peer, report);
    }
}

fn print_one(number: usize, session: &PastSession, peer: &PastPeer, report: &TerminalReport) {
    let since = peer.known.as_ref().map(|one| one.since());
    let seconds = session.lasted().as_secs();
    if report.json {
        let line = json!({
            "event": "past-session", "number": number, "name": session.name(), "system": session.system(),
            "when": session.when(), "seconds": seconds,
            "known": since.map(|since| report.words.say(&since)), "may_return": peer.may_return,
        });
        return report::print(&line.to_string());
    }
    let values = args![
        number = number.to_string(),
        who = session.who(),
        when = session.when(),
        minutes = seconds.div_ceil(60)
    ];
    report.print(&Phrase::with("terminal-history-line", values));
    if let Some(since) = since {
        report.print(&Phrase::with("terminal-history-known", args![since = since]));
    }
    if peer.may_return {
        report.print(&Phrase::new("terminal-history-return"));
    }
}
