//! `beistand-node changes`: what was changed on this computer in sessions, and taking it back, without one.

use std::process::ExitCode;

use beistand_node::words::{Phrase, PhraseArg, Words, args};
use beistand_node::{ChangeBook, ChangeLine, Config, TrialEnd};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::report::{self, TerminalReport};

/// What `changes` is asked to do.
#[derive(Debug, Args)]
pub(crate) struct ChangesArgs {
    #[command(subcommand)]
    wish: Option<ChangesWish>,
}

#[derive(Debug, Subcommand)]
enum ChangesWish {
    #[command(about = "terminal-changes-undo")]
    Undo {
        #[arg(value_name = "terminal-value-number", help = "terminal-changes-number")]
        number: u32,
    },
}

/// Lists all, or takes one back; exit code 1 where that can't be done.
pub(crate) fn run(args: &ChangesArgs, config: &Config, report: &TerminalReport) -> ExitCode {
    let book = ChangeBook::of(&config.data_dir);
    let (done, taken_back) = match args.wish {
        None => {
            book.end_trials().iter().for_each(|end| print_end(end, report));
            (book.lines(), false)
        }
        Some(ChangesWish::Undo { number }) => (book.undo(number).map(|line| vec![line]), true),
    };
    let lines = match done {
        Ok(lines) => lines,
        Err(why) => {
            report.print_fault(&why);
            return ExitCode::FAILURE;
        }
    };
    if report.json {
        lines.iter().for_each(|line| report::print(&json_line(line, &report.words)));
    } else if lines.is_empty() {
        report.print(&Phrase::new("terminal-changes-none"));
    } else {
        lines.iter().for_each(|line| report.print(&phrase(line)));
        if !taken_back && lines.iter().any(|line| line.can_undo) {
            report.print(&Phrase::new("terminal-changes-how"));
        }
    }
    ExitCode::SUCCESS
}

/// What was taken back by itself.
fn print_end(end: &TrialEnd, report: &TerminalReport) {
    if !report.json {
        return report.print(&end.phrase());
    }
    let TrialEnd { number, title, fault } = end;
    let (title, fault) = (report.words.say(title), fault.as_ref().map(|why| report.words.say(why)));
    let text = report.words.say(&end.phrase());
    report::print(
        &json!({ "event": "trial-ended", "number": number, "title": title, "fault": fault, "text": text })
            .to_string(),
    );
}

fn json_line(line: &ChangeLine, words: &Words) -> String {
    let said = |phrase: &Option<Phrase>| phrase.as_ref().map(|phrase| words.say(phrase));
    json!({
        "event": "change", "number": line.number, "title": words.say(&line.title), "who": line.who,
        "secs": line.begun_secs, "state": line.state.word(), "before": said(&line.before),
        "after": said(&line.after), "fault": said(&line.fault), "undoable": line.can_undo,
    })
    .to_string()
}

/// A heading, and what is known of it, one a line.
fn phrase(line: &ChangeLine) -> Phrase {
    let about = |key: &'static str, phrase: &Phrase| Phrase::with(key, args![text = phrase.clone()]);
    let before = line.before.iter().map(|before| about("terminal-changes-before", before));
    let after = line.after.iter().map(|after| about("terminal-changes-later", after));
    let fault = line.fault.iter().cloned();
    let undo = line.can_undo.then(|| Phrase::new("terminal-changes-undoable"));
    let more: Vec<Phrase> = before.chain(after).chain(fault).chain(undo).collect();
    Phrase::with(
        "terminal-changes-line",
        args![
            number = line.number.to_string(),
            title = line.title.clone(),
            who = &line.who,
            state = line.state.phrase(),
            more = PhraseArg::Lines(more)
        ],
    )
}
