//! `beistand`: the desktop application.

#![forbid(unsafe_code)]

use std::io::Write as _;
use std::process::{Command, ExitCode, Stdio};

use beistand_gui::app::{App, OnLink, Start};
use beistand_gui::backend;
use beistand_gui::cli::{Cli, Open, args_for_second, read_invite};
use beistand_gui::shell::{self, Launch};
use beistand_gui::state::{ConnectForm, InviteField};
use beistand_node::CommonArgs;
use clap::Parser as _;

/// Bad usage or input.
const BAD_USAGE: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    cli.common.start_log();
    match run(cli) {
        Ok(code) => ExitCode::from(code),
        Err(Failure { code, message }) => {
            let _ = writeln!(std::io::stderr(), "beistand: {message}");
            ExitCode::from(code)
        }
    }
}

struct Failure {
    code: u8,
    message: String,
}

fn run(cli: Cli) -> Result<u8, Failure> {
    let bad_usage = |message: String| Failure { code: BAD_USAGE, message };
    if let Some(refusal) = cli.refusal() {
        return Err(bad_usage(refusal.to_owned()));
    }
    let config = cli.common.load_config().map_err(|error| bad_usage(error.to_string()))?;
    if let Err(error) = beistand_node::harden_process() {
        tracing::warn!(%error, "core dumps could not be turned off");
    }
    let mut on_link: Option<OnLink> = None;
    let start = match &cli.command {
        None => Start::Home,
        Some(Open::Demo) => {
            on_link = Some(second_window(cli.common.clone()));
            Start::Host
        }
        Some(Open::View(view)) => {
            let mut form = ConnectForm {
                name: view.name.clone().or_else(|| config.name.clone()).unwrap_or_default(),
                reason: view.reason.clone(),
                wants: view.wants,
                invite: InviteField::default(),
            };
            if let Some(file) = &view.invite_file {
                form.invite.set(read_invite(file).map_err(bad_usage)?);
            }
            Start::Technician(form)
        }
    };
    let event_line = cli.common.json.then_some(beistand_node::json::event_line as backend::EventLine);
    let launch = Launch { start, on_link, event_line };
    shell::run(launch, backend::open(config), App::new).map_err(|message| Failure { code: 1, message })
}

/// Opens the helper's window of the demonstration, and hands it the link through a pipe.
fn second_window(common: CommonArgs) -> OnLink {
    Box::new(move |link| {
        let open = || -> std::io::Result<()> {
            let mut child = Command::new(std::env::current_exe()?)
                .args(["view", "--invite-file", "-", "--name", "Demo", "--reason", "A look at both sides"])
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
