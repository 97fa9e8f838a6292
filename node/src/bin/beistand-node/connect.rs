//! `beistand-node connect`: a technician without a window, for scripts and tests.

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use beistand_node::words::{Phrase, args};
use beistand_node::{
    Config, MAX_INVITE_TEXT_BYTES, NodeCommand, NodeEvent, PermissionSet, PictureSlot, Role,
    TechnicianRequest, invite_text_of_bytes, reach_phrase, save_png, start_technician,
    start_technician_for_return, usual_wants,
};
use clap::Args;
use zeroize::Zeroizing;

use crate::command::{self, TechnicianLine, technician_line};
use crate::lines::{self, LineOrigin};
use crate::pasted::{self, InviteGiver};
use crate::progress::StepNews;
use crate::report::{self, TerminalReport};
use crate::returns;
use crate::terminal::{self, TerminalSide};

/// Flags of `connect`.
#[derive(Debug, Args)]
pub(crate) struct ConnectArgs {
    #[arg(
        long,
        value_name = "terminal-value-computer",
        num_args = 0..=1,
        default_missing_value = "",
        conflicts_with_all = ["invite_file", "wants"],
        help = "terminal-back"
    )]
    back: Option<String>,
    #[arg(
        long,
        value_name = "args-value-file",
        default_value = "-",
        hide_default_value = true,
        help = "terminal-invite-file"
    )]
    invite_file: PathBuf,
    #[arg(long, value_name = "args-value-name", help = "terminal-name")]
    name: Option<String>,
    #[arg(
        long,
        value_name = "terminal-value-text",
        default_value = "",
        hide_default_value = true,
        help = "terminal-reason"
    )]
    reason: String,
    #[arg(
        long,
        value_name = "terminal-value-list",
        value_parser = command::permissions_argument,
        help = "terminal-wants"
    )]
    wants: Option<PermissionSet>,
}

/// Runs until the session is over.
pub(crate) fn run(args: &ConnectArgs, config: Config, report: TerminalReport) -> ExitCode {
    terminal::block_on(&report, async {
        let mut lines = lines::of_stdin();
        if let Some(name) = &args.back {
            let ticket = match returns::choose(&config, name, &report) {
                Ok(ticket) => ticket,
                Err(code) => return code,
            };
            let request = request(args, &config, ticket.permissions(), &report);
            let node = start_technician_for_return(config, ticket, request);
            let side = ConnectSide { picture: node.picture.clone(), json: report.json };
            return terminal::run(node, lines, side, &report).await;
        }
        let invite = if args.invite_file == Path::new("-") {
            let print = |fault: &_| report.print_fault(fault);
            let person = std::io::stdin().is_terminal();
            if person && !report.json {
                report.print(&Phrase::new("terminal-invite-prompt"));
            }
            let giver = if person { InviteGiver::Person(&print) } else { InviteGiver::Program };
            pasted::read_invite(&mut lines, giver, command::is_technician_line).await
        } else {
            read_file(&args.invite_file)
        };
        let invite = match invite {
            Ok(mut invite) => std::mem::take(&mut *invite),
            Err(fault) => return report.refuse(&fault),
        };
        let request = request(args, &config, args.wants.unwrap_or_else(usual_wants), &report);
        let node = start_technician(config, invite, request);
        let side = ConnectSide { picture: node.picture.clone(), json: report.json };
        terminal::run(node, lines, side, &report).await
    })
}

/// What the user is told of whoever asks.
fn request(
    args: &ConnectArgs,
    config: &Config,
    wants: PermissionSet,
    report: &TerminalReport,
) -> TechnicianRequest {
    let name = args.name.clone().or_else(|| config.name.clone());
    let name = name.unwrap_or_else(|| report.words.text("terminal-helper"));
    TechnicianRequest { name, reason: args.reason.clone(), wants }
}

/// A file's text, up to what is read of one; the node refuses what is longer.
fn read_file(file: &Path) -> Result<Zeroizing<String>, Phrase> {
    let unreadable = |error: std::io::Error| {
        let (file, reason) = (file.display().to_string(), Phrase::from(&error));
        Phrase::with("terminal-invite-unreadable", args![file = file, reason = reason])
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_INVITE_TEXT_BYTES + 1));
    let open = std::fs::File::open(file).map_err(unreadable)?;
    open.take(MAX_INVITE_TEXT_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(invite_text_of_bytes(&bytes))
}

struct ConnectSide {
    picture: PictureSlot,
    json: bool,
}

impl TerminalSide for ConnectSide {
    fn on_line(&mut self, line: &str, _origin: LineOrigin) -> Result<Vec<NodeCommand>, Phrase> {
        Ok(match technician_line(line)? {
            TechnicianLine::Screenshot(file) => {
                screenshot(&self.picture, &file, self.json)?;
                Vec::new()
            }
            TechnicianLine::Other(commands) => commands,
        })
    }

    fn step(&self, event: &NodeEvent) -> StepNews {
        match event {
            NodeEvent::Progress(step) => StepNews::Step(step.phrase()),
            NodeEvent::Permissions { .. } | NodeEvent::Ended(_) => StepNews::Over,
            NodeEvent::Ready { .. }
            | NodeEvent::Invite(_)
            | NodeEvent::InviteReplaced(_)
            | NodeEvent::Request(_)
            | NodeEvent::Withdrawn { .. }
            | NodeEvent::EmergencyKey { .. }
            | NodeEvent::Paused(_)
            | NodeEvent::Path(_)
            | NodeEvent::Reconnecting
            | NodeEvent::Feature(_)
            | NodeEvent::Notice(_)
            | NodeEvent::Reach(_)
            | NodeEvent::WayBack(_) => StepNews::Same,
        }
    }

    fn print(&self, event: &NodeEvent, report: &TerminalReport) {
        match event {
            NodeEvent::Request(request) => {
                report.print(&Phrase::new("terminal-read-out"));
                report::print(&format!("\n    {}\n", terminal::pictures(&request.sas, &report.words)));
            }
            NodeEvent::Permissions { granted, revoked } => {
                terminal::print_permissions(*granted, *revoked, report);
                if revoked.is_empty() {
                    report.print(&Phrase::new("terminal-help"));
                }
            }
            NodeEvent::Paused(true) => report.print(&Phrase::new("terminal-user-paused")),
            NodeEvent::Paused(false) => report.print(&Phrase::new("terminal-user-resumed")),
            NodeEvent::Reconnecting => report.print(&Phrase::new("terminal-reconnecting")),
            NodeEvent::Feature(event) => {
                if let Some(phrase) = event.phrase(Role::Technician) {
                    report.print(&phrase);
                }
            }
            NodeEvent::Notice(notice) => report.print(&notice.phrase()),
            NodeEvent::Reach(reach) => {
                if let Some(phrase) = reach_phrase(*reach, Role::Technician) {
                    report.print(&phrase);
                }
            }
            // It is offered in a window alone.
            NodeEvent::WayBack(_) => {}
            // Its message is the program's last word.
            NodeEvent::Ended(_) => {}
            // A step is shown for itself.
            NodeEvent::Ready { .. } | NodeEvent::Path(_) | NodeEvent::Progress(_) => {}
            // The user's side alone has these.
            NodeEvent::Invite(_)
            | NodeEvent::InviteReplaced(_)
            | NodeEvent::Withdrawn { .. }
            | NodeEvent::EmergencyKey { .. } => {}
        }
    }
}

fn screenshot(picture: &PictureSlot, file: &Path, json: bool) -> Result<(), Phrase> {
    let (width, height) = save_png(picture, file).map_err(|error| Phrase::from(&error))?;
    report::print(&if json {
        serde_json::json!({ "event": "screenshot", "file": file, "width": width, "height": height })
            .to_string()
    } else {
        format!("{}: {width}x{height}", file.display())
    });
    Ok(())
}
