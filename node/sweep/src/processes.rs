//! What runs: programs that wait for connections, and those for remote access, which may also start by
//! themselves.
//!
//! What belongs to other users, such as their programs' open files, only an administrator can see.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use beistand_inspect::hide_in_command;
use beistand_session::{SweepCategory, SweepEnd, SweepFinding, SweepReason, SweepStanding, SweepThing};

use crate::commands::{is_anybodys_place, what_runs};
use crate::drafts::{DraftBias, SweepDraft};
use crate::machine::{LinuxSweep, not_seen};
use crate::remote::{RemoteProduct, is_own, product_at, remote_product};
use crate::run::{SweepProgress, SweepResult};

/// Open files of one process that are looked at: a server's with many connections.
const MAX_OPEN: usize = 8192;

/// What is read of a command line in characters: more than is told.
const MAX_COMMAND_CHARS: usize = 4096;

/// Ports that are told.
const MAX_PORTS: usize = 512;

/// The states of a socket that listens, and of one without a connection, of UDP (include/net/tcp_states.h).
const TABLES: [(&str, &str, &str); 4] = [
    ("/proc/net/tcp", "TCP", "0A"),
    ("/proc/net/tcp6", "TCP", "0A"),
    ("/proc/net/udp", "UDP", "07"),
    ("/proc/net/udp6", "UDP", "07"),
];

/// A program that runs.
#[derive(Debug, Clone)]
struct RunningProgram {
    pid: u32,
    name: String,
    /// Its file, as far as the user may know.
    file: Option<String>,
    is_deleted: bool,
    /// Without secrets.
    command: String,
    is_own: bool,
}

impl RunningProgram {
    fn product(&self) -> Option<&'static RemoteProduct> {
        let file = self.file.as_deref().unwrap_or_default();
        if self.is_own { None } else { remote_product(&[&self.name, file, &what_runs(&self.command)]) }
    }

    fn draft(&self, category: SweepCategory, thing: SweepThing) -> SweepDraft {
        let plain = SweepFinding::new(category, thing, SweepStanding::Unknown);
        let finding = SweepFinding {
            name: self.name.clone(),
            path: self.file.clone().unwrap_or_default(),
            line: self.command.clone(),
            pid: Some(self.pid),
            ..plain
        };
        let mut draft = SweepDraft::new(finding, self.file.clone().into_iter().collect());
        if self.is_own {
            draft.finding.reasons.push(SweepReason::OwnProgram);
            draft.bias = DraftBias::Known;
            return draft;
        }
        let is_anywhere = self.file.as_deref().is_some_and(is_anybodys_place);
        draft
            .suspicious_where(is_anywhere, SweepReason::AnybodysPlace)
            .suspicious_where(self.is_deleted && is_anywhere, SweepReason::ProgramDeleted)
    }
}

/// A port at which somebody waits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct OpenPort {
    protocol: &'static str,
    address: IpAddr,
    port: u16,
}

impl LinuxSweep {
    pub(crate) fn search_listening(
        &self,
        progress: &mut SweepProgress<'_>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let ports = self.open_ports();
        let mut owners: BTreeMap<u64, RunningProgram> = BTreeMap::new();
        for program in self.running(progress)? {
            for inode in self.sockets(program.pid) {
                owners.entry(inode).or_insert_with(|| program.clone());
            }
        }
        progress.leave_off(ports.len().saturating_sub(MAX_PORTS) as u32);
        let mut any_unknown = false;
        let mut drafts = Vec::new();
        for (OpenPort { protocol, address, port }, inode) in ports.into_iter().take(MAX_PORTS) {
            progress.look()?;
            let owner = owners.get(&inode);
            any_unknown |= owner.is_none();
            let mut draft = match owner {
                Some(program) => program.draft(SweepCategory::Listening, SweepThing::ListeningPort),
                None => unknown_owner(),
            };
            let product = owner.and_then(RunningProgram::product);
            let usual = product_at(port).filter(|_| owner.is_none_or(|program| !program.is_own));
            draft.finding.line = format!("{protocol} {}", shown(address, port));
            if !address.is_loopback() {
                draft.finding.reasons.push(SweepReason::Reachable);
            }
            let is_reachable_product = product.is_some() || usual.is_some() && owner.is_none();
            drafts.push(draft.suspicious_where(is_reachable_product, SweepReason::RemoteTool));
        }
        if any_unknown {
            found.push(not_seen(SweepCategory::Listening, "/proc/*/fd", SweepReason::AdministratorsOnly));
        }
        self.judge(drafts, progress, found)
    }

    pub(crate) fn search_remote(
        &self,
        progress: &mut SweepProgress<'_>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let mut drafts = Vec::new();
        for program in self.running(progress)? {
            let product = program.product();
            if product.is_none() && !program.is_own {
                continue;
            }
            let mut draft = program.draft(SweepCategory::Remote, SweepThing::RemoteRunning);
            draft.finding.reasons.push(SweepReason::RunsNow);
            if let Some(product) = product {
                draft.finding.name = product.name.to_owned();
            }
            drafts.push(draft.suspicious_where(product.is_some(), SweepReason::RemoteTool));
        }
        for mut draft in self.desktop_entries(progress)?.into_iter().chain(self.units(progress)?) {
            if let Some(product) = remote_product(&[&draft.finding.name, &what_runs(&draft.finding.line)]) {
                let name = std::mem::replace(&mut draft.finding.name, product.name.to_owned());
                draft.finding.line = format!("{name}: {}", draft.finding.line);
                draft.finding.category = SweepCategory::Remote;
                draft.finding.thing = SweepThing::RemoteStarting;
                drafts.push(draft);
            }
        }
        drafts.extend(self.enabled_units(progress)?);
        self.judge(drafts, progress, found)
    }

    /// Packages' own services for remote access that are switched on.
    fn enabled_units(&self, progress: &mut SweepProgress<'_>) -> Result<Vec<SweepDraft>, SweepEnd> {
        let own = self.in_home(".config/systemd/user");
        let mut drafts = Vec::new();
        for folder in own.into_iter().chain(["/etc/systemd/system", "/etc/systemd/user"].map(str::to_owned)) {
            let wanting = self.names(&folder).into_iter().filter(|name| name.ends_with(".wants"));
            for wants in wanting {
                for name in self.names(format!("{folder}/{wants}")) {
                    progress.look()?;
                    let Some(product) = remote_product(&[&name]) else { continue };
                    let path = format!("{folder}/{wants}/{name}");
                    let plain = SweepFinding::new(
                        SweepCategory::Remote,
                        SweepThing::RemoteStarting,
                        SweepStanding::Unknown,
                    );
                    let reasons = vec![SweepReason::StartsWithComputer];
                    let name_of_product = product.name.to_owned();
                    let finding = SweepFinding {
                        name: name_of_product,
                        path: path.clone(),
                        line: name,
                        reasons,
                        ..plain
                    };
                    let draft = SweepDraft::new(finding, vec![path]);
                    drafts.push(draft.suspicious_where(true, SweepReason::RemoteTool));
                }
            }
        }
        Ok(drafts)
    }

    /// All programs that run, by their number.
    fn running(&self, progress: &mut SweepProgress<'_>) -> Result<Vec<RunningProgram>, SweepEnd> {
        let mut programs = Vec::new();
        for pid in self.names("/proc").into_iter().filter_map(|name| name.parse::<u32>().ok()) {
            progress.look()?;
            let folder = format!("/proc/{pid}");
            let name = self.text(format!("{folder}/comm")).trim().to_owned();
            if name.is_empty() {
                continue;
            }
            let file = fs::read_link(self.at(format!("{folder}/exe"))).ok();
            let file = file.and_then(|file| file.to_str().map(str::to_owned));
            let is_deleted = file.as_deref().is_some_and(|file| file.ends_with(" (deleted)"));
            let file = file.map(|file| file.trim_end_matches(" (deleted)").to_owned());
            let command: String =
                self.text(format!("{folder}/cmdline")).chars().take(MAX_COMMAND_CHARS).collect();
            let command = hide_in_command(command.split('\0').filter(|argument| !argument.is_empty()));
            let own = file.as_deref().filter(|_| !is_deleted);
            let is_own = own.is_some_and(|file| is_own(file, &self.own_folder));
            programs.push(RunningProgram { pid, name, file, is_deleted, command, is_own });
        }
        Ok(programs)
    }

    /// The sockets that a process has open, as far as the user may know.
    fn sockets(&self, pid: u32) -> BTreeSet<u64> {
        let Ok(entries) = fs::read_dir(self.at(format!("/proc/{pid}/fd"))) else { return BTreeSet::new() };
        let targets = entries.take(MAX_OPEN).flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
        let inode = |target: std::path::PathBuf| {
            target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
        };
        targets.filter_map(inode).collect()
    }

    /// Ports at which somebody waits, each with its socket.
    fn open_ports(&self) -> BTreeMap<OpenPort, u64> {
        let mut ports = BTreeMap::new();
        for (table, protocol, waits) in TABLES {
            for line in self.text(table).lines().skip(1) {
                let fields: Vec<&str> = line.split_whitespace().collect();
                let (Some(local), Some(state), Some(inode)) = (fields.get(1), fields.get(3), fields.get(9))
                else {
                    continue;
                };
                if let (true, Some((address, port)), Ok(inode)) =
                    (*state == waits, socket_address(local), inode.parse())
                {
                    ports.entry(OpenPort { protocol, address, port }).or_insert(inode);
                }
            }
        }
        ports
    }
}

fn unknown_owner() -> SweepDraft {
    let finding =
        SweepFinding::new(SweepCategory::Listening, SweepThing::ListeningPort, SweepStanding::Unknown);
    let reasons = vec![SweepReason::AdministratorsOnly];
    SweepDraft::new(SweepFinding { name: "?".to_owned(), reasons, ..finding }, Vec::new())
}

fn shown(address: IpAddr, port: u16) -> String {
    std::net::SocketAddr::new(address, port).to_string()
}

/// Address and port in hexadecimal digits, as the processor has the address in memory.
fn socket_address(text: &str) -> Option<(IpAddr, u16)> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    if !matches!(address.len(), 8 | 32) {
        return None;
    }
    let words = address
        .as_bytes()
        .chunks(8)
        .map(|word| u32::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok());
    let words: Vec<[u8; 4]> = words.map(|word| word.map(u32::to_le_bytes)).collect::<Option<_>>()?;
    let address = match words[..] {
        [four] => IpAddr::V4(Ipv4Addr::from(four)),
        [_, _, _, _] => {
            let bytes: [u8; 16] = words.concat().try_into().ok()?;
            Ipv6Addr::from(bytes).to_canonical()
        }
        _ => return None,
    };
    Some((address, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_the_system_writes_them() {
        for (text, address) in [
            ("0100007F:0277", "127.0.0.1:631"),
            ("00000000:0016", "0.0.0.0:22"),
            ("00000000000000000000000001000000:1F90", "[::1]:8080"),
            ("0000000000000000FFFF00000100007F:0050", "127.0.0.1:80"),
        ] {
            let read = socket_address(text).map(|(address, port)| shown(address, port));
            assert_eq!(read.as_deref(), Some(address), "{text}");
        }
        for wrong in ["", "00:1", "0100007F", "zz:1", "0100007F:10000"] {
            assert_eq!(socket_address(wrong), None, "{wrong}");
        }
    }
}
