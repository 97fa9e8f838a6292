//! `beistand-node connect`: a technician without a window, for scripts and tests.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use beistand_node::{
    Command, Config, Event, PermissionSet, PictureSlot, TechnicianRequest, save_png, start_technician,
};
use clap::Args;

use crate::command::{self, TechnicianLine, technician_line};
use crate::terminal::{self, Lines, Side};
use crate::{lines, report};

/// The longest invite that is read, in bytes. The parser refuses a text of this length too.
const MAX_INVITE_BYTES: u64 = 1025;

/// Flags of `connect`.
#[derive(Debug, Args)]
pub(crate) struct ConnectArgs {
    /// Where the invite is: a file, or `-` for the first line of standard input (the default).
    #[arg(long, value_name = "FILE", default_value = "-")]
    invite_file: PathBuf,
    /// Your name, as the user will see it.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Why you ask.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// What you ask for.
    #[arg(long, value_name = "LIST", value_parser = command::permissions, default_value = "view,pointer,keyboard")]
    wants: PermissionSet,
}

/// Runs until the session is over.
pub(crate) fn run(args: &ConnectArgs, config: Config, json: bool) -> ExitCode {
    terminal::block_on(async {
        let mut lines = lines::start();
        let invite = match read_invite(&args.invite_file, &mut lines).await {
            Ok(invite) => invite,
            Err(error) => return report::usage(&error),
        };
        let name = args.name.clone().or_else(|| config.name.clone()).unwrap_or_else(|| "Helper".to_owned());
        let request = TechnicianRequest { name, reason: args.reason.clone(), wants: args.wants };
        let node = start_technician(config, invite, request);
        let side = Connect { picture: node.picture.clone(), json };
        terminal::run(node, lines, side, json).await
    })
}

async fn read_invite(file: &Path, lines: &mut Lines) -> Result<String, String> {
    if file != Path::new("-") {
        let mut text = String::new();
        let unreadable =
            |error: std::io::Error| format!("The invite can't be read from {}: {error}.", file.display());
        let open = std::fs::File::open(file).map_err(unreadable)?;
        open.take(MAX_INVITE_BYTES).read_to_string(&mut text).map_err(unreadable)?;
        return Ok(text);
    }
    match lines.recv().await {
        Some(Ok(line)) => Ok(line),
        Some(Err(error)) => Err(format!("{error} An invite is one line: 8 words, a code or a link.")),
        None => {
            Err("There is no invite on standard input. Paste the words, the code or the link.".to_owned())
        }
    }
}

struct Connect {
    picture: PictureSlot,
    json: bool,
}

impl Side for Connect {
    fn on_line(&mut self, line: &str) -> Result<Vec<Command>, String> {
        Ok(match technician_line(line)? {
            TechnicianLine::Input(events) => events.into_iter().map(Command::Input).collect(),
            TechnicianLine::Screenshot(file) => {
                screenshot(&self.picture, &file, self.json)?;
                Vec::new()
            }
            TechnicianLine::Say(text) => vec![Command::Chat(text)],
            TechnicianLine::Refresh => vec![Command::Refresh],
            TechnicianLine::End => vec![Command::End],
        })
    }

    fn tell(&self, event: &Event) {
        match event {
            Event::Progress(step) => report::say(&format!("… {}", step.word().replace('-', " "))),
            Event::Request(request) => {
                let pictures = request.sas.0.map(|(emoji, name)| format!("{emoji} {name}")).join("   ");
                report::say(&format!("The user is being asked. Read these out to them:\n\n    {pictures}\n"));
            }
            Event::Permissions { granted, revoked } => {
                let now = if granted.is_empty() { "nothing".to_owned() } else { granted.words() };
                match revoked {
                    Some(revoked) => {
                        report::say(&format!("No longer allowed: {}. Allowed now: {now}.", revoked.word()))
                    }
                    None => report::say(&format!("Allowed now: {now}.\n({})", command::TECHNICIAN_HELP)),
                }
            }
            Event::Paused(true) => report::say("The user has paused the session."),
            Event::Paused(false) => report::say("The user goes on."),
            Event::Chat(text) => report::say(&format!("User: {text}")),
            Event::Notice(text) => report::say(text),
            _ => {}
        }
    }
}

fn screenshot(picture: &PictureSlot, file: &Path, json: bool) -> Result<(), String> {
    let (width, height) = save_png(picture, file).map_err(|error| format!("No screenshot: {error}."))?;
    report::say(&if json {
        serde_json::json!({ "event": "screenshot", "file": file, "width": width, "height": height })
            .to_string()
    } else {
        format!("{}: {width}x{height}", file.display())
    });
    Ok(())
}
