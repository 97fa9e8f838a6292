//! Security: the firewall, what listens and whose it is, failed logins.
//!
//! What only an administrator can read (another user's sockets, nftables) is named as such.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::setting_of;
use super::startup::STRANGE_FOLDERS;
use crate::linux::{FileText, MachineLook};
use crate::{Finding, FindingKind, Verdict};
use beistand_tool::ToolOutcome;

/// Programs by which somebody else can use this computer, as their processes are called.
const REMOTE_TOOLS: [&str; 16] = [
    "anydesk",
    "teamviewer",
    "teamviewerd",
    "rustdesk",
    "x11vnc",
    "Xvnc",
    "vncserver",
    "x0vncserver",
    "wayvnc",
    "xrdp",
    "nxserver",
    "dwagent",
    "dwagsvc",
    "splashtop",
    "meshagent",
    "ngrok",
];

/// The state of a socket that listens (include/net/tcp_states.h).
const LISTENS: &str = "0A";

/// Failed logins since the start that are nobody's mistyping.
const MANY_LOGINS: usize = 20;

pub(super) fn collect(look: &MachineLook) -> Vec<Finding> {
    let mut found = firewall(look);
    let owners = SocketOwners::read(look);
    found.extend(ports(look, &owners));
    let running = owners.programs.iter().filter(|name| is_remote_tool(name));
    found.extend(running.map(|name| look.line(FindingKind::RemoteTool, Verdict::Look, [name])));
    found.extend(logins(look));
    found
}

fn is_remote_tool(name: &str) -> bool {
    // The system cuts names to 15 characters.
    REMOTE_TOOLS.iter().any(|tool| name == *tool || name.strip_prefix(tool) == Some("-service"))
}

fn firewall(look: &MachineLook) -> Vec<Finding> {
    let ufw = look.text("/etc/ufw/ufw.conf");
    match setting_of(&ufw, "ENABLED") {
        Some("yes") => return vec![look.line(FindingKind::FirewallOn, Verdict::Fine, ["ufw"])],
        // It comes with a desktop, and is off; whoever has made rules wants it on.
        Some(_) if look.text("/etc/ufw/user.rules").contains("### tuple ###") => {
            return vec![look.line(FindingKind::FirewallOff, Verdict::Look, ["ufw"])];
        }
        Some(_) | None => {}
    }
    if look.tool("systemctl", &["is-active", "firewalld"]).text().is_some_and(|text| text.trim() == "active")
    {
        return vec![look.line(FindingKind::FirewallOn, Verdict::Fine, ["firewalld"])];
    }
    let rules = look.tool("nft", &["list", "ruleset"]);
    match &rules {
        ToolOutcome::Done { success: true, .. }
            if rules.text().is_some_and(|text| text.contains("hook input")) =>
        {
            vec![look.line(FindingKind::FirewallOn, Verdict::Fine, ["nftables"])]
        }
        // None is what a system comes with.
        ToolOutcome::Done { success: true, .. } => {
            vec![look.line(FindingKind::FirewallOff, Verdict::Fine, ["nftables"])]
        }
        ToolOutcome::Done { success: false, .. } => vec![look.not_readable("nftables")],
        ToolOutcome::Absent | ToolOutcome::Late | ToolOutcome::Stopped => Vec::new(),
    }
}

fn is_elsewhere(path: &str) -> bool {
    STRANGE_FOLDERS.iter().any(|folder| path.starts_with(folder))
}

/// Which program has which socket, as far as the user may know.
#[derive(Debug, Default)]
struct SocketOwners {
    by_inode: HashMap<String, String>,
    programs: BTreeSet<String>,
}

impl SocketOwners {
    fn read(look: &MachineLook) -> Self {
        let mut owners = Self::default();
        for id in
            look.names("/proc").into_iter().filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        {
            let Some(name) = look.word(&format!("/proc/{id}/comm")) else { continue };
            // One that has ended and is not collected runs no more.
            if look
                .text(&format!("/proc/{id}/stat"))
                .rsplit_once(')')
                .is_some_and(|(_, rest)| rest.starts_with(" Z"))
            {
                continue;
            }
            owners.programs.insert(name.clone());
            // A program in a folder in which anybody can put one is named by where it is.
            let program = look.link(&format!("/proc/{id}/exe")).filter(|path| is_elsewhere(path));
            let name = program.unwrap_or(name);
            let folder = format!("/proc/{id}/fd");
            for file in look.names(&folder) {
                let target = look.link(&format!("{folder}/{file}"));
                let inode =
                    target.as_deref().and_then(|link| link.strip_prefix("socket:[")?.strip_suffix(']'));
                if let Some(inode) = inode {
                    owners.by_inode.insert(inode.to_owned(), name.clone());
                }
            }
            if look.limit.left().is_zero() {
                break;
            }
        }
        owners
    }
}

/// Ports that other computers can reach.
fn ports(look: &MachineLook, owners: &SocketOwners) -> Vec<Finding> {
    let mut ports: BTreeMap<u16, String> = BTreeMap::new();
    let mut unknown = false;
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        for line in look.text(table).lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (Some(local), Some(state), Some(inode)) = (fields.get(1), fields.get(3), fields.get(9))
            else {
                continue;
            };
            let Some((address, port)) = local.split_once(':') else { continue };
            let Ok(port) = u16::from_str_radix(port, 16) else { continue };
            if *state != LISTENS || is_loopback(address) {
                continue;
            }
            let owner = owners.by_inode.get(*inode);
            unknown |= owner.is_none();
            ports.entry(port).or_insert_with(|| owner.cloned().unwrap_or_else(|| "?".to_owned()));
        }
    }
    let of_port = |(port, program): (u16, String)| {
        let verdict =
            if is_remote_tool(&program) || is_elsewhere(&program) { Verdict::Look } else { Verdict::Fine };
        look.line(FindingKind::ListeningPort, verdict, [&port.to_string(), "TCP", &program])
    };
    let mut found: Vec<Finding> = ports.into_iter().map(of_port).collect();
    if unknown {
        found.push(look.not_readable("/proc/*/fd"));
    }
    found
}

/// Addresses are in hexadecimal digits, as the processor has them in memory.
fn is_loopback(address: &str) -> bool {
    let mapped = address.len() == 32 && address.starts_with("0000000000000000FFFF0000");
    let four = if mapped { &address[24..] } else { address };
    (four.len() == 8 && four.ends_with("7F")) || address == "00000000000000000000000001000000"
}

fn logins(look: &MachineLook) -> Vec<Finding> {
    let text = match look.file("/var/log/auth.log") {
        FileText::There(text) => text,
        FileText::Forbidden => return vec![look.not_readable("/var/log/auth.log")],
        FileText::Absent => {
            let arguments = ["-q", "-b", "-n", "2000", "-o", "cat", "--no-pager", "--facility=auth,authpriv"];
            match look.tool("journalctl", &arguments).text() {
                Some(text) => text,
                None => return Vec::new(),
            }
        }
    };
    let failed = ["Failed password", "authentication failure", "Invalid user"];
    let count = text.lines().filter(|line| failed.iter().any(|words| line.contains(words))).count();
    let verdict = if count >= MANY_LOGINS { Verdict::Look } else { Verdict::Fine };
    vec![look.line(FindingKind::FailedLogins, verdict, [&count.to_string()])]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_this_computer_reaches_is_no_open_port() {
        for address in
            ["0100007F", "3500007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"]
        {
            assert!(is_loopback(address), "{address}");
        }
        for address in ["00000000", "0A00000A", "00000000000000000000000000000000"] {
            assert!(!is_loopback(address), "{address}");
        }
    }
}
