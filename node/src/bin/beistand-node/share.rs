//! `beistand-node share`: the user's side on a terminal.

use std::process::ExitCode;

use beistand_node::{Command, Config, Event, InviteText, NodeHandle, PermissionSet, RequestInfo, start_host};
use clap::Args;

use crate::command::{HOST_HELP, HostLine, host_line};
use crate::{lines, report};

/// Flags of `share`.
#[derive(Debug, Args)]
pub(crate) struct ShareArgs {
    /// How long the invite lives, in seconds.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=3600))]
    life_seconds: Option<u32>,
}

/// Runs until the session is over.
pub(crate) fn run(args: &ShareArgs, mut config: Config, json: bool) -> ExitCode {
    if let Some(seconds) = args.life_seconds {
        config.invite_life = std::time::Duration::from_secs(u64::from(seconds));
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return report::usage(&format!("This computer is out of resources: {error}.")),
    };
    runtime.block_on(Share { node: start_host(config), json, request: None }.run())
}

struct Share {
    node: NodeHandle,
    json: bool,
    /// The request that waits for an answer.
    request: Option<u64>,
}

impl Share {
    async fn run(mut self) -> ExitCode {
        let mut lines = lines::start();
        let mut lines_open = true;
        loop {
            tokio::select! {
                event = self.node.events.recv() => match event {
                    Some(event) => {
                        self.tell(&event);
                        if let Event::Ended(cause) = event {
                            return report::end(&cause);
                        }
                    }
                    None => return report::usage("The program's inner part stopped."),
                },
                line = lines.recv(), if lines_open => match line {
                    Some(Ok(line)) => self.on_line(&line).await,
                    Some(Err(error)) => report::say_error(error),
                    // Without a terminal nobody can consent; what is running goes on until the other side ends it.
                    None => lines_open = false,
                },
                _ = tokio::signal::ctrl_c() => self.send(Command::End).await,
            }
        }
    }

    async fn on_line(&mut self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        match host_line(line) {
            Ok(line) => match self.command(line) {
                Some(command) => self.send(command).await,
                None => report::say_error("Nobody is asking for anything."),
            },
            Err(error) => report::say_error(&error),
        }
    }

    fn command(&mut self, line: HostLine) -> Option<Command> {
        Some(match line {
            HostLine::Allow(permissions) => Command::Allow { request: self.request.take()?, permissions },
            HostLine::Deny => Command::Deny { request: self.request.take()? },
            HostLine::Grant(permission) => Command::Grant(permission),
            HostLine::Revoke(permission) => Command::Revoke(permission),
            HostLine::Pause => Command::Pause,
            HostLine::Resume => Command::Resume,
            HostLine::Say(text) => Command::Chat(text),
            HostLine::NewInvite => Command::NewInvite,
            HostLine::End => Command::End,
        })
    }

    async fn send(&self, command: Command) {
        // A node that has ended says so by its last event.
        let _ = self.node.commands.send(command).await;
    }

    fn tell(&mut self, event: &Event) {
        if let Event::Request(request) = event {
            self.request = Some(request.id);
        }
        if self.json {
            return report::say_json(event);
        }
        match event {
            Event::Invite(invite) => say_invite(invite),
            Event::InviteReplaced { failed } => {
                report::say(&format!(
                    "{failed} tries with a wrong invite: it was replaced. Use the new one."
                ));
            }
            Event::Request(request) => ask(request),
            Event::Permissions { granted, revoked: None } => {
                report::say(&format!("Allowed now: {}.", list(*granted)))
            }
            Event::Permissions { granted, revoked: Some(revoked) } => {
                report::say(&format!(
                    "No longer allowed: {}. Still allowed: {}.",
                    revoked.word(),
                    list(*granted)
                ));
            }
            Event::Paused(true) => {
                report::say("Paused: nothing is shown and nothing can be done. `resume` goes on.")
            }
            Event::Paused(false) => report::say("Going on."),
            Event::Chat(text) => report::say(&format!("Helper: {text}")),
            Event::Notice(text) => report::say(text),
            _ => {}
        }
    }
}

fn say_invite(invite: &InviteText) {
    let minutes = invite.expires_in.as_secs().div_ceil(60);
    report::say(&format!(
        "Tell these words to whoever helps you:\n\n    {}\n\nor this code: {}\nor send this link:\n\n    {}\n\nGood for {minutes} \
         min and for one helper. Nobody sees anything until you say yes here.",
        invite.words, invite.code, invite.link
    ));
}

fn ask(request: &RequestInfo) {
    let verified = if request.verified { "" } else { " (not verified: anyone can use this name)" };
    let warning =
        request.warning.as_ref().map_or_else(String::new, |warning| format!("\nTake care: {warning}"));
    let reason =
        if request.reason.is_empty() { String::new() } else { format!("\nTheir reason: {}", request.reason) };
    let pictures = request.sas.0.map(|(emoji, name)| format!("{emoji} {name}")).join("   ");
    report::say(&format!(
        "\n{}{verified} asks to help you.{warning}{reason}\nThey ask for: {}.\nAsk them to read these out; they must match:\n\n    \
         {pictures}\n\nType `allow` to allow what they ask for, `allow view` for looking only, or `deny`.\n({HOST_HELP})",
        request.name,
        list(request.wants),
    ));
}

fn list(permissions: PermissionSet) -> String {
    if permissions.is_empty() { "nothing".to_owned() } else { permissions.words().replace(',', ", ") }
}
