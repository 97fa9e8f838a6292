//! The commands that are typed. Parsing only.

use std::path::PathBuf;

use beistand_node::words::command_line::ArgumentFault;
use beistand_node::words::{Phrase, args};
use beistand_node::{
    FeatureCommand, FeatureWidening, NodeCommand, Permission, PermissionSet, Role, split_verb,
};

use crate::lines::TERMINAL_GONE;

/// A line of the host's.
#[derive(Debug)]
pub(crate) enum HostLine {
    /// Yes to the question that has this answer, as far as these permissions go, and of them no more than
    /// these parts.
    Allow {
        answer: String,
        permissions: PermissionSet,
        parts: Vec<FeatureCommand>,
    },
    /// Whoever asks in the question that has this answer is whom they say they are.
    Vouch {
        answer: String,
    },
    /// No to the question, which may be named.
    Deny {
        answer: Option<String>,
    },
    /// One thing more is to be allowed.
    Grant(Permission),
    /// A feature is to let the technician do more.
    More(FeatureCommand, FeatureWidening),
    Resume,
    /// What takes back, ends or talks.
    Other(Vec<NodeCommand>),
}

impl HostLine {
    /// Its verb, where the technician could do more after it than before.
    pub(crate) fn widens(&self) -> Option<&'static str> {
        match self {
            Self::Allow { .. } => Some("allow"),
            Self::Vouch { .. } => Some("vouch"),
            Self::Grant(_) => Some("grant"),
            Self::More(_, widening) => Some(widening.verb),
            Self::Resume => Some("resume"),
            Self::Deny { .. } | Self::Other(_) => None,
        }
    }
}

/// A line of the technician's.
#[derive(Debug)]
pub(crate) enum TechnicianLine {
    Screenshot(PathBuf),
    Other(Vec<NodeCommand>),
}

/// What the host can type beside the features' verbs.
const HOST_VERBS: [&str; 9] = [
    "allow ANSWER [view[=MONITOR+…],pointer,keyboard]",
    "vouch ANSWER",
    "deny",
    "grant NAME",
    "revoke NAME",
    "pause",
    "resume",
    "new",
    "end",
];

/// What the technician can type beside the features' verbs.
const TECHNICIAN_VERBS: [&str; 2] = ["screenshot FILE.png", "end"];

/// What the host can type.
fn host_help() -> Phrase {
    help(HOST_VERBS.into_iter().chain(FeatureCommand::usages(Role::Host)))
}

/// What the technician can type.
fn technician_help() -> Phrase {
    help(FeatureCommand::usages(Role::Technician).chain(TECHNICIAN_VERBS))
}

/// A line each.
fn help(usages: impl Iterator<Item = &'static str>) -> Phrase {
    let commands: String = usages.map(|usage| format!("\n  {usage}")).collect();
    Phrase::with("terminal-commands", args![commands = commands])
}

/// Reads a line of the host's.
pub(crate) fn host_line(line: &str) -> Result<HostLine, Phrase> {
    let (word, rest) = split_verb(line);
    let command = match word {
        "allow" => return allow_line(rest.trim()),
        "vouch" if !rest.trim().is_empty() => return Ok(HostLine::Vouch { answer: rest.trim().to_owned() }),
        "vouch" => return Err(Phrase::new("terminal-allow-what")),
        "help" => return Err(host_help()),
        "deny" => {
            let answer = Some(rest.trim()).filter(|answer| !answer.is_empty()).map(str::to_owned);
            return Ok(HostLine::Deny { answer });
        }
        "grant" => return permission(rest).map(HostLine::Grant),
        "resume" => return Ok(HostLine::Resume),
        "revoke" => NodeCommand::Revoke(permission(rest)?),
        "pause" => NodeCommand::Pause,
        "new" => NodeCommand::NewInvite,
        "end" => NodeCommand::End,
        // Nobody said so: it may be that the computer is restarted.
        TERMINAL_GONE => NodeCommand::Finish,
        _ => return host_feature_line(line, word),
    };
    Ok(HostLine::Other(vec![command]))
}

fn host_feature_line(line: &str, word: &str) -> Result<HostLine, Phrase> {
    let commands = feature_line(Role::Host, line, word)?;
    let widening = commands.iter().find_map(|command| Some((command.clone(), command.widening()?)));
    Ok(match widening {
        Some((command, widening)) => HostLine::More(command, widening),
        None => HostLine::Other(commands.into_iter().map(NodeCommand::Feature).collect()),
    })
}

fn allow_line(rest: &str) -> Result<HostLine, Phrase> {
    let (answer, names) = rest.split_once(' ').unwrap_or((rest, ""));
    if answer.is_empty() {
        return Err(Phrase::new("terminal-allow-what"));
    }
    let answer = answer.to_owned();
    if names.trim().is_empty() {
        return Ok(HostLine::Allow { answer, permissions: beistand_node::offers(), parts: Vec::new() });
    }
    let (mut permissions, mut parts) = (PermissionSet::NONE, Vec::new());
    for word in names.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let (name, part) = word.split_once('=').map_or((word, None), |(name, part)| (name, Some(part)));
        let permission = permission(name)?;
        permissions = permissions.with(permission);
        if let Some(part) = part {
            let no_parts = || Err(Phrase::with("terminal-no-parts", args![permission = permission.word()]));
            parts.push(FeatureCommand::part_of(permission, part).unwrap_or_else(no_parts)?);
        }
    }
    Ok(HostLine::Allow { answer, permissions, parts })
}

/// Reads a line of the technician's.
pub(crate) fn technician_line(line: &str) -> Result<TechnicianLine, Phrase> {
    let (word, rest) = split_verb(line);
    match word {
        "screenshot" if !rest.is_empty() => Ok(TechnicianLine::Screenshot(PathBuf::from(rest))),
        "screenshot" => Err(Phrase::new("terminal-screenshot-name")),
        "help" => Err(technician_help()),
        "end" => Ok(TechnicianLine::Other(vec![NodeCommand::Finish])),
        _ => {
            let commands = feature_line(Role::Technician, line, word)?;
            Ok(TechnicianLine::Other(commands.into_iter().map(NodeCommand::Feature).collect()))
        }
    }
}

/// Whether it is a command of the helper's side, right or not in what follows its verb.
pub(crate) fn is_technician_line(line: &str) -> bool {
    let (word, _) = split_verb(line);
    ["screenshot", "end"].contains(&word) || FeatureCommand::parse(Role::Technician, line).is_some()
}

fn feature_line(role: Role, line: &str, word: &str) -> Result<Vec<FeatureCommand>, Phrase> {
    let unknown = || {
        let word = word.escape_debug().to_string();
        Err(Phrase::with("terminal-unknown", args![word = word]))
    };
    FeatureCommand::parse(role, line).unwrap_or_else(unknown)
}

/// Permissions, joined with commas, as an argument.
pub(crate) fn permissions_argument(text: &str) -> Result<PermissionSet, ArgumentFault> {
    permissions(text).map_err(ArgumentFault)
}

/// Permissions, joined with commas.
fn permissions(text: &str) -> Result<PermissionSet, Phrase> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(permission).collect()
}

fn permission(word: &str) -> Result<Permission, Phrase> {
    Permission::from_word(word).ok_or_else(|| {
        let known = Permission::ALL.map(Permission::word).join(", ");
        let word = word.escape_debug().to_string();
        Phrase::with("terminal-no-permission", args![word = word, known = known])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_command_is_explained() {
        for line in ["", "key KeyÄ", "move 1", "format c:", "screenshot", "allow"] {
            assert!(technician_line(line).is_err(), "{line:?}");
        }
        for line in ["allow", "allow 1234 root", "revoke", "grant everything", "yes", "key KeyA"] {
            assert!(host_line(line).is_err(), "{line:?}");
        }
    }

    #[test]
    fn of_what_the_user_can_type_five_lines_widen() {
        let verbs = HOST_VERBS.into_iter().chain(FeatureCommand::usages(Role::Host)).map(|usage| {
            let (verb, _) = split_verb(usage);
            let line = usage
                .replace("NAME", "pointer")
                .replace("PART", "disks")
                .replace(['[', ']', '…'], "")
                .replace("+,", ",");
            (usage, verb, host_line(&line).ok().and_then(|line| line.widens()))
        });
        for (usage, verb, widens) in verbs {
            let expected = ["allow", "vouch", "grant", "resume", "show", "matched"].contains(&verb);
            // Of these verbs' lines these alone: what is sent leaves the computer, what is changed stays so.
            let lines = [
                "report send",
                "repair yes",
                "adjust yes",
                "adjust keep",
                "files yes",
                "files pick",
                "talk on",
                "talk push",
            ];
            let expected = expected || lines.iter().any(|line| usage.starts_with(line));
            assert_eq!(widens, expected.then_some(verb), "{usage}");
        }
    }

    #[test]
    fn a_yes_can_name_what_of_a_permission_it_is_for() {
        let HostLine::Allow { answer, permissions, parts } =
            host_line("allow 1234 view=left+HDMI-1, pointer").expect("valid")
        else {
            panic!("no yes")
        };
        let wants = PermissionSet::NONE.with(Permission::View).with(Permission::Pointer);
        assert_eq!((answer.as_str(), permissions), ("1234", wants));
        let [part] = parts.as_slice() else { panic!("{parts:?}") };
        assert!(part.widening().is_some(), "of a permission that the yes gives: {part:?}");
        for line in ["allow 1234 view=", "allow 1234 view=left+", "allow 1234 pointer=left"] {
            assert!(host_line(line).is_err(), "{line:?}");
        }
    }

    #[test]
    fn what_help_names_is_known() {
        for usage in HOST_VERBS.into_iter().chain(FeatureCommand::usages(Role::Host)) {
            let fault = host_line(usage).err();
            assert!(fault.is_none_or(|fault| fault.key() != "terminal-unknown"), "{usage}");
        }
        for usage in TECHNICIAN_VERBS.into_iter().chain(FeatureCommand::usages(Role::Technician)) {
            let fault = technician_line(usage).err();
            assert!(fault.is_none_or(|fault| fault.key() != "terminal-unknown"), "{usage}");
        }
    }
}
