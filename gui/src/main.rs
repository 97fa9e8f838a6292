//! `beistand`: the desktop application.

#![forbid(unsafe_code)]

use std::io::Write as _;
use std::process::{Command, ExitCode, Stdio};

use beistand_gui::app::{App, OnLink, Start};
use beistand_gui::backend;
use beistand_gui::cli::{Cli, Common, Open, read_invite};
use beistand_gui::shell::{self, Launch};
use beistand_gui::state::{ConnectForm, InviteField};
use clap::Parser as _;

/// Bad usage or input.
const BAD_USAGE: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log_to_stderr(cli.common.verbose);
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
    let mut on_link: Option<OnLink> = None;
    let start = match &cli.command {
        None => Start::Home,
        Some(Open::Demo) => {
            on_link = Some(second_window(cli.common.clone()));
            Start::Host
        }
        Some(Open::View(view)) => {
            let mut form = ConnectForm {
                name: view.name.clone(),
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
    let backend = backend::open(&cli.common).map_err(bad_usage)?;
    let event_line = cli.common.json.then_some(backend::event_line as backend::EventLine);
    let launch = Launch { start, on_link, event_line };
    shell::run(launch, backend, App::new).map_err(|message| Failure { code: 1, message })
}

/// Opens the helper's window of the demonstration, and hands it the link through a pipe.
fn second_window(common: Common) -> OnLink {
    Box::new(move |link| {
        let open = || -> std::io::Result<()> {
            let mut child = Command::new(std::env::current_exe()?)
                .args(["view", "--invite-file", "-", "--name", "Demo", "--reason", "A look at both sides"])
                .args(common.to_args())
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

fn log_to_stderr(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "info,beistand_gui=debug,beistand_node=debug,beistand_p2p=debug",
        _ => "debug",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| level.into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
