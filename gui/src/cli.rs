//! The command line of `beistand`.
//!
//! An invite is never an argument: every program of this computer can read arguments.

use std::ffi::OsString;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::state::MAX_INVITE_BYTES;
use beistand_node::{CommonArgs, Permission, PermissionSet};

/// Help between two people's computers: someone you trust sees your screen and helps you, once you said yes.
#[derive(Debug, Parser)]
#[command(name = "beistand", version, arg_required_else_help = false)]
#[command(after_help = "Without a command the home window opens: get help, or give help.\n\n\
    Exit codes: 0 ended as asked, 2 bad usage or input, 3 denied, 4 not found or unreachable, 5 lost, 1 anything else.")]
pub struct Cli {
    /// What to open.
    #[command(subcommand)]
    pub command: Option<OpenCommand>,
    /// Flags that every command takes.
    #[command(flatten)]
    pub common: CommonArgs,
    /// What is no flag and no command; refused.
    #[arg(hide = true, global = false)]
    pub extra: Vec<String>,
}

/// What to open.
#[derive(Debug, Subcommand)]
pub enum OpenCommand {
    /// Give help: open the viewer.
    View(ViewArgs),
    /// Show both sides on this computer: get help in this window, give help in a second one.
    Demo,
}

/// `common` again as arguments, for another process of this program on this machine. It listens elsewhere, and
/// only one of both prints events.
pub fn args_for_second(common: &CommonArgs) -> Vec<OsString> {
    let mut args = Vec::new();
    let mut flag = |name: &str, value: Option<OsString>| {
        args.push(OsString::from(name));
        args.extend(value);
    };
    for (name, value) in [("--config", &common.config), ("--data-dir", &common.data_dir)] {
        if let Some(value) = value {
            flag(name, Some(value.into()));
        }
    }
    if let Some(network) = &common.network {
        flag("--network", Some(network.into()));
    }
    for address in &common.bootstrap {
        flag("--bootstrap", Some(address.into()));
    }
    if common.no_mdns {
        flag("--no-mdns", None);
    }
    args
}

/// Give help.
#[derive(Debug, Args)]
pub struct ViewArgs {
    /// Read the invite from this file, or from standard input for `-`. Without it the window asks.
    #[arg(long, value_name = "FILE")]
    pub invite_file: Option<PathBuf>,
    /// Your name, as the other person knows you.
    #[arg(long)]
    pub name: Option<String>,
    /// Why you ask; they will read this.
    #[arg(long, default_value = "")]
    pub reason: String,
    /// What you ask to be allowed, joined with commas, for example view,pointer.
    #[arg(long, default_value = "view,pointer,keyboard", value_parser = wants)]
    pub wants: PermissionSet,
    /// What is no flag; refused.
    #[arg(hide = true)]
    pub extra: Vec<String>,
}

/// Why an argument that is no flag is refused.
pub const NO_INVITE_HERE: &str = "an invite does not belong on the command line, where every program of this \
    computer could read it. Paste it into the window, or put it into a file: beistand view --invite-file FILE \
    (- reads standard input).";

impl Cli {
    /// Why this can't be done, where something stands on the command line that must not.
    pub fn refusal(&self) -> Option<&'static str> {
        let extra = match &self.command {
            Some(OpenCommand::View(view)) => &view.extra,
            _ => &self.extra,
        };
        (!extra.is_empty() || !self.extra.is_empty()).then_some(NO_INVITE_HERE)
    }
}

fn wants(text: &str) -> Result<PermissionSet, String> {
    text.split(',')
        .map(str::trim)
        .map(|word| {
            Permission::from_word(word).ok_or_else(|| {
                let known = PermissionSet::from_iter(Permission::ALL).words();
                format!("`{word}` can't be asked for; known are {known}")
            })
        })
        .collect()
}

/// Reads an invite from `file`, or from standard input for `-`: at most [`MAX_INVITE_BYTES`].
///
/// # Errors
/// Where it can't be read, is no text or is too long to be an invite; in words for a person.
pub fn read_invite(file: &Path) -> Result<String, String> {
    let limit = MAX_INVITE_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| format!("the invite can't be read from {}: {error}", file.display()))?;
    if bytes.len() > MAX_INVITE_BYTES {
        return Err(format!("that is too long to be an invite: at most {MAX_INVITE_BYTES} bytes are read"));
    }
    String::from_utf8(bytes).map_err(|_| "the invite is no text".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }

    #[test]
    fn an_invite_as_an_argument_is_refused_everywhere() {
        for line in [
            &["beistand", "beistand:AEB7"][..],
            &["beistand", "view", "beistand:AEB7"],
            &["beistand", "view", "canyon", "elder", "ripple"],
            &["beistand", "canyon", "elder"],
        ] {
            assert!(Cli::try_parse_from(line).unwrap().refusal().is_some(), "{line:?}");
        }
        assert!(Cli::try_parse_from(["beistand", "view", "--json"]).unwrap().refusal().is_none());
    }

    #[test]
    fn what_is_asked_for_is_named() {
        let cli = Cli::try_parse_from(["beistand", "view", "--wants", "view, voice"]).unwrap();
        let Some(OpenCommand::View(view)) = cli.command else { panic!("view") };
        assert_eq!(view.wants.words(), "view,voice");
        assert!(Cli::try_parse_from(["beistand", "view", "--wants", "everything"]).is_err());
    }

    #[test]
    fn an_invite_file_is_read_up_to_a_limit() {
        let file = std::env::temp_dir().join(format!("beistand-invite-{}", std::process::id()));
        std::fs::write(&file, vec![b'x'; MAX_INVITE_BYTES]).unwrap();
        assert_eq!(read_invite(&file).unwrap().len(), MAX_INVITE_BYTES);
        std::fs::write(&file, vec![b'x'; MAX_INVITE_BYTES + 1]).unwrap();
        assert!(read_invite(&file).unwrap_err().contains("too long"));
        std::fs::remove_file(&file).unwrap();
        assert!(read_invite(&file).unwrap_err().contains("can't be read"));
    }
}
