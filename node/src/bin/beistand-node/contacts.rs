//! `beistand-node contacts`: who is known on this computer since the four pictures were compared, and
//! forgetting one. It needs no session.

use std::process::ExitCode;

use beistand_node::words::{Phrase, args};
use beistand_node::{Acquaintance, AcquaintanceBook, Config};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::report::{self, TerminalReport};

/// What `contacts` is asked to do.
#[derive(Debug, Args)]
pub(crate) struct ContactsArgs {
    #[command(subcommand)]
    wish: Option<ContactsWish>,
}

#[derive(Debug, Subcommand)]
enum ContactsWish {
    #[command(about = "terminal-contacts-forget")]
    Forget {
        #[arg(value_name = "terminal-value-number", help = "terminal-contacts-number")]
        number: usize,
    },
}

/// Lists all, or forgets one; exit code 1 where that can't be done.
pub(crate) fn run(args: &ContactsArgs, config: &Config, report: &TerminalReport) -> ExitCode {
    let book = match AcquaintanceBook::open(config) {
        Ok(book) => book,
        Err(error) => return report.refuse(&Phrase::from(&error)),
    };
    let known = match book.all() {
        Ok(known) => known,
        Err(unreadable) => return report.refuse(&unreadable.phrase()),
    };
    match args.wish {
        Some(ContactsWish::Forget { number }) => {
            let meant = number.checked_sub(1).and_then(|index| known.get(index));
            if !meant.is_some_and(|one| book.forget(one.mark())) {
                report.print_fault(&Phrase::new("terminal-contacts-no-such"));
                return ExitCode::FAILURE;
            }
        }
        None if known.is_empty() && !report.json => report.print(&Phrase::new("terminal-contacts-none")),
        None => {
            for (index, one) in known.iter().enumerate() {
                print_one(index + 1, one, report);
            }
        }
    }
    ExitCode::SUCCESS
}

fn print_one(number: usize, one: &Acquaintance, report: &TerminalReport) {
    let (since, seen) = (one.since(), one.seen());
    if report.json {
        let (since, seen) = (report.words.say(&since), report.words.say(&seen));
        let line = json!({
            "event": "contact", "number": number, "name": one.name(), "since": since, "seen": seen,
        });
        report::print(&line.to_string());
    } else {
        let values = args![number = number.to_string(), name = one.name(), since = since, seen = seen];
        report.print(&Phrase::with("terminal-contacts-line", values));
    }
}
