//! `beistand-node`: both sides of a session without a window.

mod bench;
mod changes;
mod command;
mod connect;
mod contacts;
mod doctor;
mod history;
mod lines;
mod pasted;
mod preset;
mod progress;
mod questions;
mod release;
mod report;
mod returns;
mod serve;
mod share;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

use beistand_node::words::{Phrase, Words, command_line};
use beistand_node::{CommonArgs, Config, Entry, enter};
use clap::{Parser, Subcommand};

use crate::report::TerminalReport;

/// The command line. Its texts are keys, which [`command_line::parse`] replaces.
#[derive(Debug, Parser)]
#[command(name = "beistand-node", version, about = "terminal-about", after_help = "terminal-after-help")]
struct Cli {
    #[command(subcommand)]
    command: NodeProgram,
    #[command(flatten)]
    common: CommonArgs,
}

#[derive(Debug, Subcommand)]
enum NodeProgram {
    #[command(about = "terminal-share", after_help = "terminal-share-after")]
    Share(share::ShareArgs),
    #[command(about = "terminal-connect", after_help = "terminal-connect-after")]
    Connect(connect::ConnectArgs),
    #[command(about = "terminal-serve", after_help = "terminal-serve-after")]
    Serve,
    #[command(about = "terminal-doctor", after_help = "terminal-doctor-after")]
    Doctor,
    #[command(about = "terminal-changes", after_help = "terminal-changes-after")]
    Changes(changes::ChangesArgs),
    #[command(about = "terminal-contacts", after_help = "terminal-contacts-after")]
    Contacts(contacts::ContactsArgs),
    #[command(about = "terminal-history", after_help = "terminal-history-after")]
    History(history::HistoryArgs),
    #[command(about = "terminal-preset", after_help = "terminal-preset-after")]
    Preset(preset::PresetArgs),
    #[command(about = "terminal-release", after_help = "terminal-release-after")]
    Release(release::ReleaseArgs),
    #[command(about = "terminal-bench")]
    Bench(bench::BenchArgs),
}

fn main() -> ExitCode {
    let own_program = match enter() {
        Entry::Done(code) => return code,
        Entry::Program(own_program) => own_program,
    };
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let words = Words::of_node(CommonArgs::language_of(&arguments));
    let mut report = TerminalReport { words, json: false, quiet: false };
    if has_invite(&arguments) {
        return report.refuse(&Phrase::new("terminal-invite-in-arguments"));
    }
    let cli = match command_line::parse::<Cli>(arguments, &report.words) {
        Ok(cli) => cli,
        Err(end) if end.is_fault => {
            report::print_error(end.text.trim_end());
            return ExitCode::from(2);
        }
        Err(end) => {
            report::print(end.text.trim_end());
            return ExitCode::SUCCESS;
        }
    };
    cli.common.start_log();
    report.json = cli.common.json;
    report.quiet = cli.common.quiet;
    let config = match cli.common.load_config() {
        Ok(config) => Config { own_program: Some(own_program), ..config },
        Err(error) => return report.refuse(&Phrase::from(&error)),
    };
    if let Err(error) = beistand_node::harden_process() {
        tracing::warn!(%error, "core dumps could not be turned off");
    }
    match cli.command {
        NodeProgram::Share(args) => {
            preset::announce(&config, &report);
            share::run(&args, config, report)
        }
        NodeProgram::Connect(args) => {
            preset::announce(&config, &report);
            connect::run(&args, config, report)
        }
        NodeProgram::Serve => serve::run(config, report),
        NodeProgram::Doctor => doctor::run(&config, &report),
        NodeProgram::Changes(args) => changes::run(&args, &config, &report),
        NodeProgram::Contacts(args) => contacts::run(&args, &config, &report),
        NodeProgram::History(args) => history::run(&args, &config, &report),
        NodeProgram::Preset(args) => preset::run(&args, config, &report),
        NodeProgram::Release(args) => release::run(&args, &report),
        NodeProgram::Bench(args) => bench::run(&args, &config, &report),
    }
}

/// Whether an invite is among the arguments. Every user of the machine can read those, so it is no longer a
/// secret.
fn has_invite(arguments: &[OsString]) -> bool {
    let is_link =
        |argument: &OsString| argument.to_string_lossy().trim_start().to_lowercase().starts_with("beistand:");
    arguments.iter().skip(1).any(is_link)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use beistand_node::words::Language;

    /// Besides those of both programs. None lets anybody in, hides a session or begins one: whoever adds one
    /// has to look at that.
    #[test]
    fn no_flag_without_a_window_lets_anybody_in() {
        let program = Cli::command();
        let own = CommonArgs::flags_beside;
        assert!(own(&program).is_empty());
        let commands: Vec<_> =
            program.get_subcommands().map(|command| (command.get_name(), own(command).join(" "))).collect();
        let known = [
            ("share", "life-seconds about"),
            ("connect", "back invite-file name reason wants"),
            ("serve", ""),
            ("doctor", ""),
            ("changes", ""),
            ("contacts", ""),
            ("history", ""),
            ("preset", ""),
            ("release", ""),
            ("bench", "seconds"),
        ];
        assert_eq!(commands, known.map(|(name, flags)| (name, flags.to_owned())));
    }

    #[test]
    fn help_names_all_that_can_be_asked_for() {
        for language in Language::ALL {
            let help = Words::of_node(language).text("terminal-wants");
            let named: Vec<_> =
                help.split(|letter: char| !letter.is_alphanumeric() && letter != '-').collect();
            for permission in beistand_node::offers().iter() {
                assert!(named.contains(&permission.word()), "{} in {help}", permission.word());
            }
        }
    }
}
