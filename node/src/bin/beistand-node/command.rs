//! The commands that are typed on standard input. Parsing only.

use std::path::PathBuf;

use beistand_node::words::command_line::ArgumentFault;
use beistand_node::words::{Phrase, args};
use beistand_node::{FeatureCommand, NodeCommand, Permission, PermissionSet, Role, split_verb};

/// A line of the host's that depends on who asks.
#[derive(Debug)]
pub(crate) enum HostLine {
    Allow(PermissionSet),
    Deny,
    Other(Vec<NodeCommand>),
}

/// A line of the technician's.
#[derive(Debug)]
pub(crate) enum TechnicianLine {
    Screenshot(PathBuf),
    Other(Vec<NodeCommand>),
}

/// What the host can type beside the features' verbs.
const HOST_VERBS: [&str; 8] =
    ["allow [view,pointer,keyboard]", "deny", "grant NAME", "revoke NAME", "pause", "resume", "new", "end"];

/// What the technician can type beside the features' verbs.
const TECHNICIAN_VERBS: [&str; 2] = ["screenshot FILE.png", "end"];

/// What the host can type.
pub(crate) fn host_help() -> String {
    HOST_VERBS.into_iter().chain(FeatureCommand::usages(Role::Host)).collect::<Vec<_>>().join(" · ")
}

/// What the technician can type.
pub(crate) fn technician_help() -> String {
    FeatureCommand::usages(Role::Technician).chain(TECHNICIAN_VERBS).collect::<Vec<_>>().join(" · ")
}

/// Reads a line of the host's.
pub(crate) fn host_line(line: &str) -> Result<HostLine, Phrase> {
    let (word, rest) = split_verb(line);
    let command = match word {
        "allow" if rest.is_empty() => return Ok(HostLine::Allow(beistand_node::offers())),
        "allow" => return Ok(HostLine::Allow(permissions(rest)?)),
        "deny" => return Ok(HostLine::Deny),
        "grant" => NodeCommand::Grant(permission(rest)?),
        "revoke" => NodeCommand::Revoke(permission(rest)?),
        "pause" => NodeCommand::Pause,
        "resume" => NodeCommand::Resume,
        "new" => NodeCommand::NewInvite,
        "end" => NodeCommand::End,
        _ => return Ok(HostLine::Other(feature_line(Role::Host, line, word, host_help)?)),
    };
    Ok(HostLine::Other(vec![command]))
}

/// Reads a line of the technician's.
pub(crate) fn technician_line(line: &str) -> Result<TechnicianLine, Phrase> {
    let (word, rest) = split_verb(line);
    match word {
        "screenshot" if !rest.is_empty() => Ok(TechnicianLine::Screenshot(PathBuf::from(rest))),
        "screenshot" => Err(Phrase::new("terminal-screenshot-name")),
        "end" => Ok(TechnicianLine::Other(vec![NodeCommand::End])),
        _ => feature_line(Role::Technician, line, word, technician_help).map(TechnicianLine::Other),
    }
}

fn feature_line(
    role: Role,
    line: &str,
    word: &str,
    help: fn() -> String,
) -> Result<Vec<NodeCommand>, Phrase> {
    let unknown = || {
        let word = word.escape_debug().to_string();
        Err(Phrase::with("terminal-unknown", args![word = word, commands = help()]))
    };
    let commands = FeatureCommand::parse(role, line).unwrap_or_else(unknown)?;
    Ok(commands.into_iter().map(NodeCommand::Feature).collect())
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
        for line in ["allow root", "revoke", "grant everything", "yes", "key KeyA"] {
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
