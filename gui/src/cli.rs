//! The command line of `beistand`.
//!
//! An invite is never an argument: every program of this computer can read arguments.

use std::ffi::OsString;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::state::MAX_INVITE_BYTES;
use beistand_node::words::command_line::ArgumentFault;
use beistand_node::words::{Phrase, args};
use beistand_node::{CommonArgs, Permission, PermissionSet};

/// Help between two people's computers: someone you trust sees your screen and helps you, once you said yes.
#[derive(Debug, Parser)]
#[command(name = "beistand", version, arg_required_else_help = false)]
#[command(about = "cli-about", after_help = "cli-after-help")]
pub struct Cli {
    /// What to open.
    #[command(subcommand)]
    pub command: Option<OpenCommand>,
    /// Flags that every command takes.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Words that are neither flags nor commands; refused.
    #[arg(hide = true, global = false)]
    pub extra: Vec<String>,
}

/// What to open.
#[derive(Debug, Subcommand)]
pub enum OpenCommand {
    /// Give help: open the viewer.
    #[command(about = "cli-view")]
    View(ViewArgs),
    /// Show both sides on this computer: get help in this window, give help in a second one.
    #[command(about = "cli-demo")]
    Demo,
}

/// `common` again as arguments, for another process of this program on this machine. It listens elsewhere,
/// and only one of both prints events.
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
    if let Some(decoder) = &common.decoder {
        flag("--decoder", Some(decoder.into()));
    }
    for address in &common.bootstrap {
        flag("--bootstrap", Some(address.into()));
    }
    for address in &common.relay {
        flag("--relay", Some(address.into()));
    }
    if let Some(language) = common.language {
        flag("--language", Some(language.tag().into()));
    }
    for (name, given) in
        [("--no-mdns", common.no_mdns), ("--no-upnp", common.no_upnp), ("--no-preset", common.no_preset)]
    {
        if given {
            flag(name, None);
        }
    }
    args
}

/// Give help.
#[derive(Debug, Args)]
pub struct ViewArgs {
    /// Read the invite from this file, or from standard input for `-`. Without it the window asks.
    #[arg(long, value_name = "args-value-file", help = "cli-invite-file")]
    pub invite_file: Option<PathBuf>,
    /// Your name, as the other person knows you.
    #[arg(long, value_name = "args-value-name", help = "terminal-name")]
    pub name: Option<String>,
    /// Why you ask; they will read this.
    #[arg(long, value_name = "terminal-value-text", help = "terminal-reason")]
    #[arg(default_value = "", hide_default_value = true)]
    pub reason: String,
    /// What you ask to be allowed, joined with commas, for example view,pointer. Without it what the page
    /// asks for.
    #[arg(long, value_name = "terminal-value-list", value_parser = wants, help = "cli-wants")]
    pub wants: Option<PermissionSet>,
    /// Words that aren't flags; refused.
    #[arg(hide = true)]
    pub extra: Vec<String>,
}

impl Cli {
    /// Why this can't be done, where something stands on the command line that must not.
    pub fn refusal(&self) -> Option<Phrase> {
        let extra = match &self.command {
            Some(OpenCommand::View(view)) => &view.extra,
            Some(OpenCommand::Demo) | None => &self.extra,
        };
        let word = extra.iter().chain(&self.extra).next()?;
        // An invite is a link, a code or several words.
        let is_alone = extra.len() + self.extra.len() == 1;
        let is_command = is_alone && word.chars().all(|sign| sign.is_ascii_lowercase());
        Some(match is_command {
            true => Phrase::with("cli-no-such-command", args![word = word]),
            false => Phrase::new("cli-no-invite-here"),
        })
    }
}

fn wants(text: &str) -> Result<PermissionSet, ArgumentFault> {
    text.split(',')
        .map(str::trim)
        .map(|word| {
            Permission::from_word(word).ok_or_else(|| {
                let known = PermissionSet::from_iter(Permission::ALL).words();
                let word = word.escape_debug().to_string();
                ArgumentFault(Phrase::with("terminal-no-permission", args![word = word, known = known]))
            })
        })
        .collect()
}

/// Reads an invite from `file`, or from standard input for `-`: at most [`MAX_INVITE_BYTES`].
///
/// # Errors
/// Where it can't be read or is too long.
pub fn read_invite(file: &Path) -> Result<String, Phrase> {
    let limit = MAX_INVITE_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| {
        let (file, reason) = (file.display().to_string(), Phrase::from(&error));
        Phrase::with("terminal-invite-unreadable", args![file = file, reason = reason])
    })?;
    if bytes.len() > MAX_INVITE_BYTES {
        return Err(Phrase::new("cause-invite-too-long"));
    }
    Ok(std::mem::take(&mut *beistand_node::invite_text_of_bytes(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }

    /// Besides those of both programs. None lets anybody in, hides a session or begins one: whoever adds one
    /// has to look at that.
    #[test]
    fn no_flag_of_the_window_lets_anybody_in() {
        use clap::CommandFactory as _;
        let program = Cli::command();
        let own = CommonArgs::flags_beside;
        assert!(own(&program).is_empty());
        let commands: Vec<_> =
            program.get_subcommands().map(|command| (command.get_name(), own(command).join(" "))).collect();
        let known = [("view", "invite-file name reason wants"), ("demo", "")];
        assert_eq!(commands, known.map(|(name, flags)| (name, flags.to_owned())));
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
        assert_eq!(view.wants.map(PermissionSet::words).as_deref(), Some("view,voice"));
        let cli = Cli::try_parse_from(["beistand", "view"]).unwrap();
        let Some(OpenCommand::View(view)) = cli.command else { panic!("view") };
        assert_eq!(view.wants, None);
        assert!(Cli::try_parse_from(["beistand", "view", "--wants", "everything"]).is_err());
    }

    #[test]
    fn an_invite_file_is_read_up_to_a_limit() {
        let file = std::env::temp_dir().join(format!("beistand-invite-{}", std::process::id()));
        std::fs::write(&file, vec![b'x'; MAX_INVITE_BYTES]).unwrap();
        assert_eq!(read_invite(&file).unwrap().len(), MAX_INVITE_BYTES);
        std::fs::write(&file, vec![b'x'; MAX_INVITE_BYTES + 1]).unwrap();
        assert_eq!(read_invite(&file).unwrap_err().key(), "cause-invite-too-long");
        std::fs::remove_file(&file).unwrap();
        assert_eq!(read_invite(&file).unwrap_err().key(), "terminal-invite-unreadable");
    }

    #[test]
    fn the_help_is_in_the_readers_language() {
        let words = crate::app::words(beistand_node::words::Language::German);
        for line in [&["beistand", "--help"][..], &["beistand", "view", "--help"]] {
            let line = line.iter().map(OsString::from);
            let end = beistand_node::words::command_line::parse::<Cli>(line, &words).unwrap_err();
            let text = end.text.replace(Permission::TerminalType.word(), "");
            for english in ["Usage", "Options", "FILE", "Give help", "[default", "cli-", "args-", "terminal-"]
            {
                assert!(!text.contains(english), "{english} in {text}");
            }
        }
    }

    #[test]
    fn a_second_process_gets_the_language_and_leaves_the_router_alone() {
        let cli = Cli::try_parse_from(["beistand", "demo", "--language", "de", "--no-upnp"]).unwrap();
        assert_eq!(args_for_second(&cli.common), ["--language", "de", "--no-upnp"]);
    }
}
