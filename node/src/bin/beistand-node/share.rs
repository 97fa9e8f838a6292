//! `beistand-node share`: the user's side on a terminal.

use std::process::ExitCode;

use beistand_node::{Command, Config, Event, InviteText, PermissionSet, RequestInfo, start_host};
use clap::Args;

use crate::command::{HOST_HELP, HostLine, host_line};
use crate::terminal::{self, Side};
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
    terminal::block_on(terminal::run(start_host(config), lines::start(), Share { request: None }, json))
}

struct Share {
    /// The request that waits for an answer.
    request: Option<u64>,
}

impl Share {
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
}

impl Side for Share {
    fn note(&mut self, event: &Event) {
        match event {
            Event::Request(request) => self.request = Some(request.id),
            Event::Withdrawn { .. } => self.request = None,
            _ => {}
        }
    }

    fn on_line(&mut self, line: &str) -> Result<Vec<Command>, String> {
        let command = self.command(host_line(line)?).ok_or("Nobody is asking for anything.")?;
        Ok(vec![command])
    }

    fn tell(&self, event: &Event) {
        match event {
            Event::Invite(invite) => say_invite(invite),
            Event::InviteReplaced { failed } => {
                report::say(&format!(
                    "{failed} tries with a wrong invite: it was replaced. Use the new one."
                ));
            }
            Event::Request(request) => ask(request),
            Event::Withdrawn { .. } => report::say(
                "The helper went away before you answered. Nothing was shown; the invite is still good.",
            ),
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
    let warning =
        request.warning.as_ref().map_or_else(String::new, |warning| format!("\nTake care: {warning}"));
    let reason =
        if request.reason.is_empty() { String::new() } else { format!("\nTheir reason: {}", request.reason) };
    let pictures = request.sas.0.map(|(emoji, name)| format!("{emoji} {name}")).join("   ");
    report::say(&format!(
        "\n{} (not verified: anyone can use this name) asks to help you.{warning}{reason}\nThey ask for: {}.\nAsk them to read these out; they must match:\n\n    \
         {pictures}\n\nType `allow` to allow what they ask for, `allow view` for looking only, or `deny`.\n({HOST_HELP})",
        request.name,
        list(request.wants),
    ));
}

fn list(permissions: PermissionSet) -> String {
    if permissions.is_empty() { "nothing".to_owned() } else { permissions.words().replace(',', ", ") }
}
