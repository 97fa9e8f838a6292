//! `beistand`: the desktop application.

#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::io::Write as _;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

use beistand_gui::WORD_ROOMS;
use beistand_gui::app::{App, OnLink, StartPage};
use beistand_gui::backend::{self, EventLine};
use beistand_gui::cli::{Cli, OpenCommand, args_for_second, read_invite};
use beistand_gui::shell::{self, LaunchOptions};
use beistand_gui::state::ConnectForm;
use beistand_node::words::{self, Phrase, Words, command_line};
use beistand_node::{CommonArgs, Config, Entry, NodeEvent, OwnProgram, enter};

/// Bad usage or input.
const BAD_USAGE: u8 = 2;

fn main() -> ExitCode {
    let own_program = match enter() {
        Entry::Done(code) => return code,
        Entry::Program(own_program) => own_program,
    };
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let words = Words::new(CommonArgs::language_of(&arguments), &[words::ROOMS, WORD_ROOMS]);
    let cli = match command_line::parse::<Cli>(arguments, &words) {
        Ok(cli) => cli,
        Err(end) if end.is_fault => {
            let _ = writeln!(std::io::stderr(), "{}", end.text.trim_end());
            return ExitCode::from(BAD_USAGE);
        }
        Err(end) => {
            let _ = writeln!(std::io::stdout(), "{}", end.text.trim_end());
            return ExitCode::SUCCESS;
        }
    };
    cli.common.start_log();
    match run(cli, words, own_program) {
        Ok(code) => ExitCode::from(code),
        Err(CliFailure { code, message }) => {
            let _ = writeln!(std::io::stderr(), "beistand: {message}");
            ExitCode::from(code)
        }
    }
}

struct CliFailure {
    code: u8,
    message: String,
}

fn run(cli: Cli, words: Words, own_program: OwnProgram) -> Result<u8, CliFailure> {
    let failure = |code, phrase: &Phrase| CliFailure { code, message: words.say(phrase) };
    let bad_usage = |phrase: Phrase| failure(BAD_USAGE, &phrase);
    if let Some(refusal) = cli.refusal() {
        return Err(bad_usage(refusal));
    }
    let config = cli.common.load_config().map_err(|error| bad_usage(Phrase::from(&error)))?;
    let config = Config { own_program: Some(own_program), ..config };
    if let Err(error) = beistand_node::harden_process() {
        tracing::warn!(%error, "core dumps could not be turned off");
    }
    let mut on_link: Option<OnLink> = None;
    let start = match &cli.command {
        None => StartPage::Home,
        Some(OpenCommand::Demo) => {
            on_link = Some(second_window(cli.common.clone(), words.text("cli-demo-reason")));
            StartPage::Host
        }
        Some(OpenCommand::View(view)) => {
            let mut form = ConnectForm {
                name: view.name.clone().or_else(|| config.name.clone()).unwrap_or_default(),
                reason: view.reason.clone(),
                wants: view.wants.unwrap_or_else(|| ConnectForm::default().wants),
                ..ConnectForm::default()
            };
            if let Some(file) = &view.invite_file {
                form.invite.set(read_invite(file).map_err(bad_usage)?);
            }
            StartPage::Technician(form)
        }
    };
    let event_line: Option<EventLine> = cli.common.json.then(|| {
        let words = words.clone();
        Arc::new(move |event: &NodeEvent| beistand_node::json::event_line(event, &words)) as EventLine
    });
    let painting =
        beistand_node::picture_painting(&config).map_err(|error| bad_usage(Phrase::from(&error)))?;
    let launch = LaunchOptions { painting, start, on_link, event_line };
    let language = config.language;
    let make = |ctx: &_, starter, keys| App::new(ctx, starter, keys, language);
    shell::run(launch, backend::open(config), make).map_err(|phrase| failure(1, &phrase))
}

/// Opens the helper's window of the demonstration, and hands it the link through a pipe.
fn second_window(common: CommonArgs, reason: String) -> OnLink {
    Box::new(move |link| {
        let open = || -> std::io::Result<()> {
            let mut child = Command::new(std::env::current_exe()?)
                .args(["view", "--invite-file", "-", "--name", "Demo", "--reason", &reason])
                .args(args_for_second(&common))
                .stdin(Stdio::piped())
                .spawn()?;
            let mut pipe = child.stdin.take().expect("stdin was asked for");
            pipe.write_all(link.as_bytes())
        };
        if let Err(error) = open() {
            tracing::error!(%error, "the second window of the demonstration could not be opened");
        }
    })
}
