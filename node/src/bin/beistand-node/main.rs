//! `beistand-node`: both sides of a session without a window.

mod command;
mod connect;
mod doctor;
mod lines;
mod report;
mod serve;
mod share;
mod terminal;

use std::process::ExitCode;

use beistand_node::CommonArgs;
use clap::{Parser, Subcommand};

/// Remote support between two people's computers, peer to peer, without a window.
#[derive(Debug, Parser)]
#[command(name = "beistand-node", version, about, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Program,
    #[command(flatten)]
    common: CommonArgs,
}

const AFTER_HELP: &str = "\
Exit codes: 0 ended as asked, 2 bad usage, input or key file, 3 denied, 4 not found or unreachable, 5 lost, 1 anything else.
An invite is never given on the command line, where other users of the machine could read it.";

#[derive(Debug, Subcommand)]
enum Program {
    /// Get help: print an invite, ask for consent on the terminal, show this screen.
    Share(share::ShareArgs),
    /// Give help: read an invite, ask to see the other screen, act by commands on standard input.
    Connect(connect::ConnectArgs),
    /// Be a public node: let others find each other, and relay for those who can't connect directly. Carries ciphertext
    /// alone. Runs until it is told to end; where it listens, on UDP and TCP port 4001 unless set, others must reach it.
    Serve,
    /// Say what works on this machine and what its network allows, and what to do about the rest.
    Doctor,
}

fn main() -> ExitCode {
    if let Some(refusal) = refuse_invite_in_arguments() {
        return report::usage(&refusal);
    }
    let cli = Cli::parse();
    cli.common.start_log();
    let config = match cli.common.load_config() {
        Ok(config) => config,
        Err(error) => return report::usage(&error.to_string()),
    };
    if let Err(error) = beistand_node::harden_process() {
        tracing::warn!(%error, "core dumps could not be turned off");
    }
    match cli.command {
        Program::Share(args) => share::run(&args, config, cli.common.json),
        Program::Connect(args) => connect::run(&args, config, cli.common.json),
        Program::Serve => serve::run(config, cli.common.json),
        Program::Doctor => doctor::run(&config, cli.common.json),
    }
}

/// Arguments can be read by every user of the machine, so an invite among them is no longer a secret.
fn refuse_invite_in_arguments() -> Option<String> {
    let found = std::env::args()
        .skip(1)
        .any(|argument| argument.trim_start().to_lowercase().starts_with("beistand:"));
    found.then(|| {
        "An invite must not be given on the command line, where other users of this machine can read it. Put it into \
         a file and use --invite-file FILE, or give it on standard input. Ask for a new invite: this one may have been \
         seen."
            .to_owned()
    })
}
