//! What leads the computer's requests elsewhere: lines of the hosts file, and proxies.

use std::net::IpAddr;
use std::path::PathBuf;

use beistand_session::{DeedSight, SightKind};
use beistand_tool::ToolCall;
use serde::{Deserialize, Serialize};

use super::sight;
use super::swap::FileSwap;
use crate::{DeedFault, Machine};

pub(super) const HOSTS: &str = "/etc/hosts";

/// Names that every machine's hosts file has for itself.
const OWN_NAMES: [&str; 8] = [
    "localhost",
    "ip6-localhost",
    "ip6-loopback",
    "ip6-localnet",
    "ip6-mcastprefix",
    "ip6-allnodes",
    "ip6-allrouters",
    "ip6-allhosts",
];

/// Files in the user's home that set proxies.
const HOME_FILES: [&str; 5] = [".profile", ".bash_profile", ".bashrc", ".zshrc", ".pam_environment"];

/// The folder of the user's own settings of this kind, and how its files' names end.
const ENVIRONMENT_FOLDER: &str = ".config/environment.d";

/// The same of the system's.
pub(super) const ENVIRONMENT: &str = "/etc/environment";

/// Files that are looked at in a folder.
const MAX_FILES: usize = 64;

/// What stands before a line that no longer counts.
const MARK: &str = "# beistand: ";

const SCHEMA: &str = "org.gnome.system.proxy";
const NO_PROXY_MODE: &str = "'none'";

/// The proxies that are set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ProxyBefore {
    /// The desktop's, where it isn't none.
    mode: Option<String>,
    files: Vec<FileSwap>,
}

pub(super) fn hosts_before(machine: &Machine) -> Result<FileSwap, DeedFault> {
    let own = std::fs::read_to_string(machine.at("/etc/hostname")).unwrap_or_default();
    let own = own.trim().to_lowercase();
    let swap = FileSwap::of(&machine.at(HOSTS), true, |old| {
        let text = old?;
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        Some(lines.filter(|line| !redirects(line, &own)).collect::<Vec<_>>().concat())
    })?;
    swap.ok_or(DeedFault::Already)
}

/// What was in the hosts file and is to go.
pub(super) fn hosts_sight(swap: &FileSwap) -> DeedSight {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let old = text(swap.old.as_ref().map(|old| old.0.as_slice()).unwrap_or_default());
    let new = text(&swap.new.0);
    let kept: Vec<&str> = new.lines().collect();
    let gone: Vec<&str> = old.lines().filter(|line| !kept.contains(line)).collect();
    entries_sight(&gone)
}

/// How many lines, and the first of them.
fn entries_sight(lines: &[&str]) -> DeedSight {
    let joined = lines.iter().take(5).map(|line| line.trim()).collect::<Vec<_>>().join(" · ");
    sight(SightKind::Entries, lines.len() as u64, &joined)
}

/// Whether a line gives a name that isn't this machine's own an address.
fn redirects(line: &[u8], own: &str) -> bool {
    let line = String::from_utf8_lossy(line);
    let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
    let Some(Ok(_)) = words.next().map(str::parse::<IpAddr>) else { return false };
    let is_own = |name: &str| {
        let name = name.to_lowercase();
        let first = name.split('.').next().unwrap_or_default();
        OWN_NAMES.contains(&name.as_str())
            || name.starts_with("localhost.")
            || (!own.is_empty() && first == own.split('.').next().unwrap_or_default())
    };
    words.any(|name| !is_own(name))
}

pub(super) fn proxy_before(machine: &Machine) -> Result<ProxyBefore, DeedFault> {
    let mut files = Vec::new();
    let mut places: Vec<(PathBuf, bool)> = HOME_FILES.map(|file| (machine.in_home(file), false)).to_vec();
    if let Ok(entries) = std::fs::read_dir(machine.in_home(ENVIRONMENT_FOLDER)) {
        let paths = entries.take(MAX_FILES).flatten().map(|entry| entry.path());
        places.extend(
            paths.filter(|path| path.extension().is_some_and(|end| end == "conf")).map(|path| (path, false)),
        );
    }
    places.push((machine.at(ENVIRONMENT), true));
    for (path, system) in places {
        match FileSwap::of(&path, system, |old| Some(without_proxies(old?))) {
            Ok(swap) => files.extend(swap),
            // What can't be read sets nothing for this user.
            Err(DeedFault::NotPermitted | DeedFault::Unfit | DeedFault::TooLarge) => {}
            Err(fault) => return Err(fault),
        }
    }
    let mode = mode(machine)?.filter(|mode| mode != NO_PROXY_MODE);
    if mode.is_none() && files.is_empty() {
        return Err(DeedFault::Already);
    }
    Ok(ProxyBefore { mode, files })
}

/// The file with each line that sets a proxy behind a mark.
fn without_proxies(old: &[u8]) -> Vec<u8> {
    let marked = |line: &[u8]| {
        let mark: &[u8] = if sets_proxy(line) { MARK.as_bytes() } else { b"" };
        [mark, line].concat()
    };
    old.split_inclusive(|byte| *byte == b'\n').flat_map(marked).collect()
}

fn sets_proxy(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line);
    let line = line.trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let name = line.split(['=', ' ', '\t']).next().unwrap_or_default().to_lowercase();
    line.contains('=') && matches!(name.as_str(), "http_proxy" | "https_proxy" | "ftp_proxy" | "all_proxy")
}

impl ProxyBefore {
    pub(super) fn sight(&self) -> DeedSight {
        let lines: Vec<String> = self
            .files
            .iter()
            .flat_map(|swap| {
                let old = swap.old.as_ref().map(|old| old.0.clone()).unwrap_or_default();
                let lines = old.split(|byte| *byte == b'\n').filter(|line| sets_proxy(line));
                lines.map(|line| String::from_utf8_lossy(line).into_owned()).collect::<Vec<_>>()
            })
            .chain(self.mode.clone())
            .collect();
        entries_sight(&lines.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// All of them, or none: what was taken out before one that fails is put back.
    pub(super) fn run(&self, machine: &Machine) -> Result<DeedSight, DeedFault> {
        for (index, swap) in self.files.iter().enumerate() {
            if let Err(fault) = swap.apply(machine) {
                self.files[..index].iter().for_each(|swap| drop(swap.revert(machine)));
                return Err(fault);
            }
        }
        if let Some(before) = &self.mode {
            let set = match mode(machine)? {
                Some(now) if now == *before => set_mode(NO_PROXY_MODE, machine),
                Some(_) | None => Err(DeedFault::Changed),
            };
            if let Err(fault) = set {
                self.files.iter().for_each(|swap| drop(swap.revert(machine)));
                return Err(fault);
            }
        }
        Ok(sight(SightKind::Entries, 0, ""))
    }

    pub(super) fn undo(&self, machine: &Machine) -> Result<(), DeedFault> {
        // All of it or nothing: it is looked at before anything is written.
        if !self.files.iter().try_fold(true, |all, swap| Ok::<_, DeedFault>(all && swap.can_revert()?))? {
            return Err(DeedFault::Changed);
        }
        if let Some(before) = &self.mode {
            match mode(machine)? {
                Some(now) if now == NO_PROXY_MODE => set_mode(before, machine)?,
                Some(now) if now == *before => {}
                Some(_) | None => return Err(DeedFault::Changed),
            }
        }
        self.files.iter().try_for_each(|swap| swap.revert(machine))
    }
}

/// The desktop's; `None` where it has no such setting.
fn mode(machine: &Machine) -> Result<Option<String>, DeedFault> {
    match machine.try_tool(&ToolCall::new("gsettings", &["get", SCHEMA, "mode"])) {
        Ok((true, text)) => Ok(Some(text.trim().to_owned())),
        Ok((false, _)) | Err(DeedFault::NotHere(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn set_mode(mode: &str, machine: &Machine) -> Result<(), DeedFault> {
    machine.run_tool(&ToolCall::new("gsettings", &["set", SCHEMA, "mode", mode])).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_redirects_where_it_names_somebody_else() {
        for line in
            ["203.0.113.9 bank.example.com", "127.0.0.1 localhost deb.debian.org", "::1\tupdate.example"]
        {
            assert!(redirects(line.as_bytes(), "desk"), "{line}");
        }
        for line in
            ["127.0.0.1 localhost", "127.0.1.1 desk.home desk", "# 1.2.3.4 x", "", "::1 ip6-localhost", "x y"]
        {
            assert!(!redirects(line.as_bytes(), "desk"), "{line}");
        }
    }

    #[test]
    fn only_lines_that_set_a_proxy_are_marked() {
        let old = b"export http_proxy=http://x:1\nHTTPS_PROXY=\"y\"\nno_proxy=z\n# http_proxy=a\nPATH=\xff\n";
        let new = without_proxies(old);
        assert_eq!(
            new,
            b"# beistand: export http_proxy=http://x:1\n# beistand: HTTPS_PROXY=\"y\"\nno_proxy=z\n# http_proxy=a\nPATH=\xff\n"
        );
        assert_eq!(without_proxies(&new), new);
    }
}
