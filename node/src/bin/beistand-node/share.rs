//! `beistand-node share`: the user's side on a terminal.

use std::process::ExitCode;

use beistand_node::words::command_line::ArgumentFault;
use beistand_node::words::{Phrase, args};
use beistand_node::{
    Config, InviteText, NodeCommand, NodeEvent, ReplaceCause, RequestInfo, Role, start_host,
};
use clap::Args;

use crate::command::{HostLine, host_help, host_line};
use crate::lines;
use crate::report::{self, TerminalReport};
use crate::terminal::{self, TerminalSide};

/// Flags of `share`.
#[derive(Debug, Args)]
pub(crate) struct ShareArgs {
    #[arg(
        long,
        value_name = "terminal-value-seconds",
        value_parser = life_argument,
        help = "terminal-life-seconds"
    )]
    life_seconds: Option<u32>,
}

/// The longest life of an invite in seconds: an hour, as in the settings.
const MAX_LIFE_SECONDS: u32 = 3600;

fn life_argument(text: &str) -> Result<u32, ArgumentFault> {
    let seconds = text.parse().ok().filter(|seconds| (1..=MAX_LIFE_SECONDS).contains(seconds));
    seconds.ok_or(ArgumentFault(Phrase::new("terminal-life-range")))
}

/// Runs until the session is over.
pub(crate) fn run(args: &ShareArgs, mut config: Config, report: TerminalReport) -> ExitCode {
    if let Some(seconds) = args.life_seconds {
        config.invite_life = std::time::Duration::from_secs(u64::from(seconds));
    }
    let side = ShareSide { request: None };
    terminal::block_on(&report, terminal::run(start_host(config), lines::start(), side, &report))
}

struct ShareSide {
    /// The request that waits for an answer.
    request: Option<u64>,
}

impl ShareSide {
    /// The request that is answered now.
    fn answer(&mut self) -> Result<u64, Phrase> {
        self.request.take().ok_or(Phrase::new("terminal-nobody-asks"))
    }
}

impl TerminalSide for ShareSide {
    fn note(&mut self, event: &NodeEvent) {
        match event {
            NodeEvent::Request(request) => self.request = Some(request.id),
            NodeEvent::Withdrawn { .. } => self.request = None,
            NodeEvent::Ready { .. }
            | NodeEvent::Invite(_)
            | NodeEvent::InviteReplaced(_)
            | NodeEvent::Progress(_)
            | NodeEvent::Permissions { .. }
            | NodeEvent::Paused(_)
            | NodeEvent::Path(_)
            | NodeEvent::Reconnecting
            | NodeEvent::Feature(_)
            | NodeEvent::Notice(_)
            | NodeEvent::Ended(_) => {}
        }
    }

    fn on_line(&mut self, line: &str) -> Result<Vec<NodeCommand>, Phrase> {
        Ok(match host_line(line)? {
            HostLine::Allow(permissions) => vec![NodeCommand::Allow { request: self.answer()?, permissions }],
            HostLine::Deny => vec![NodeCommand::Deny { request: self.answer()? }],
            HostLine::Other(commands) => commands,
        })
    }

    fn print(&self, event: &NodeEvent, report: &TerminalReport) {
        match event {
            NodeEvent::Invite(invite) => print_invite(invite, report),
            NodeEvent::InviteReplaced(cause) => {
                let (key, times) = match cause {
                    ReplaceCause::BrokenOff { times } => ("terminal-replaced-broken-off", *times),
                    ReplaceCause::AskedAgain { times } => ("terminal-replaced-asked-again", *times),
                };
                report.print(&Phrase::with(key, args![times = times]));
            }
            NodeEvent::Request(request) => print_request(request, report),
            NodeEvent::Withdrawn { .. } => report.print(&Phrase::new("terminal-withdrawn")),
            NodeEvent::Permissions { granted, revoked } => {
                terminal::print_permissions(*granted, *revoked, report);
            }
            NodeEvent::Paused(true) => report.print(&Phrase::new("terminal-you-paused")),
            NodeEvent::Paused(false) => report.print(&Phrase::new("terminal-you-resumed")),
            NodeEvent::Reconnecting => report.print(&Phrase::new("terminal-reconnecting")),
            NodeEvent::Feature(event) => {
                if let Some(phrase) = event.phrase(Role::Host) {
                    report.print(&phrase);
                }
            }
            NodeEvent::Notice(notice) => report.print(&notice.phrase()),
            // Its message is the program's last word.
            NodeEvent::Ended(_) => {}
            NodeEvent::Ready { .. } | NodeEvent::Path(_) => {}
            // The technician's side alone has these.
            NodeEvent::Progress(_) => {}
        }
    }
}

fn print_invite(invite: &InviteText, report: &TerminalReport) {
    let minutes = invite.expires_in.as_secs().div_ceil(60);
    report.print(&Phrase::with(
        "terminal-invite",
        args![words = &invite.words, code = &invite.code, link = &invite.link, minutes = minutes],
    ));
}

fn print_request(request: &RequestInfo, report: &TerminalReport) {
    let words = &report.words;
    let mut lines = vec![String::new(), words.with("terminal-asks", args![name = &request.name])];
    if let Some(warning) = &request.warning {
        lines.push(words.with("terminal-take-care", args![warning = warning.clone()]));
    }
    if !request.reason.is_empty() {
        lines.push(words.with("terminal-their-reason", args![reason = &request.reason]));
    }
    let wants = terminal::permissions(request.wants);
    lines.push(words.with("terminal-they-want", args![permissions = wants]));
    lines.push(words.text("terminal-compare"));
    lines.push(format!("\n    {}\n", terminal::pictures(&request.sas, words)));
    lines.push(words.text("terminal-answer"));
    lines.push(format!("({})", host_help()));
    report::print(&lines.join("\n"));
}
