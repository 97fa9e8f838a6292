//! A machine whose system says what it is, instead of being read off files and tools: Windows.
//!
//! What it does: it judges what was said. What it does not do: it asks no system; that is the platform's.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use beistand_inspect::{
    DiskSpace, Finding, FindingKind, InspectLimit, InspectedSystem, LookUp, MachineProbes as _,
    MachineReport, Part, PartSet, SystemProbes, Verdict, hide_in_command, memory_verdict, size_text,
    space_verdict,
};
use beistand_platform::facts::{InterfaceFact, MachineFacts, ServiceState};

/// Services in whose place another guard may be, which is why one that is off is only to be looked at.
const GUARD: (&str, &str) = ("WinDefend", "Microsoft Defender");

/// The system's own firewall, as people know it.
const FIREWALL: &str = "Windows";

/// The longest wait for one name server: two of them, and what else there is, fit into a report's time.
const SERVER_TIME: Duration = Duration::from_millis(800);

/// Name servers that are asked.
const MAX_SERVERS: usize = 3;

/// A machine that says what it is.
pub(super) struct ToldMachine {
    facts: fn() -> MachineFacts,
}

impl ToldMachine {
    pub(super) fn new(facts: fn() -> MachineFacts) -> Self {
        Self { facts }
    }
}

impl InspectedSystem for ToldMachine {
    fn inspect(self: Arc<Self>, limit: &InspectLimit) -> MachineReport {
        let taken = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let (outbox, inbox) = sync_channel(1);
        // One that hangs in the system goes on alone; what it finds then nobody hears.
        let started = thread::Builder::new().name("inspect".to_owned()).spawn(move || {
            let facts = (self.facts)();
            let answers = ask(&facts);
            let _ = outbox.send(findings(&facts, &answers));
        });
        let found = started.ok().and_then(|_| inbox.recv_timeout(limit.left()).ok());
        let late = |part: &Part| Finding::new(*part, FindingKind::NotInTime, Verdict::Look, [part.word()]);
        let found = found.unwrap_or_else(|| Part::ALL.iter().map(late).collect());
        MachineReport::new(taken, PartSet::default(), found)
    }
}

/// Each name server, and what it answers.
fn ask(facts: &MachineFacts) -> Vec<(IpAddr, LookUp)> {
    let mut servers: Vec<IpAddr> = Vec::new();
    for server in facts.interfaces.iter().filter(|one| one.is_up).flat_map(|one| &one.name_servers) {
        if !servers.contains(server) && servers.len() < MAX_SERVERS {
            servers.push(*server);
        }
    }
    servers.into_iter().map(|server| (server, SystemProbes.look_up(server, SERVER_TIME))).collect()
}

fn findings(facts: &MachineFacts, answers: &[(IpAddr, LookUp)]) -> Vec<Finding> {
    let mut found = system(facts);
    found.extend(disks(facts));
    found.extend(network(facts));
    found.extend(name_servers(answers));
    found.extend(services(facts));
    found.extend(facts.startup.iter().map(|one| {
        let command = hide_in_command(one.command.split_whitespace());
        let values = [&one.place[..], &one.name, &command];
        Finding::new(Part::Autostart, FindingKind::Autostart, Verdict::Fine, values)
    }));
    found
}

fn system(facts: &MachineFacts) -> Vec<Finding> {
    let mut found = Vec::new();
    let fine = |part, kind, values: [&str; 2]| Finding::new(part, kind, Verdict::Fine, values);
    let hours = (facts.uptime.as_secs() / 3600).to_string();
    if !facts.system.is_empty() {
        found.push(fine(Part::System, FindingKind::OperatingSystem, [&facts.system, &facts.build]));
    }
    found.push(Finding::new(Part::System, FindingKind::Uptime, Verdict::Fine, [&hours]));
    if !facts.model.is_empty() {
        found.push(fine(Part::Hardware, FindingKind::Computer, [&facts.maker, &facts.model]));
    }
    let processors = thread::available_parallelism().map_or(1, |count| count.get()).to_string();
    if !facts.processor.is_empty() {
        found.push(fine(Part::Hardware, FindingKind::Processor, [&facts.processor, &processors]));
    }
    let (free, size) = (facts.memory_free, facts.memory_size);
    if size > 0 {
        let values = [&size_text(free)[..], &size_text(size)];
        let verdict = memory_verdict(free, size);
        found.push(Finding::new(Part::Memory, FindingKind::Memory, verdict, values));
    }
    found
}

fn disks(facts: &MachineFacts) -> impl Iterator<Item = Finding> {
    facts.disks.iter().map(|disk| match disk.space {
        None => Finding::new(Part::Disks, FindingKind::DiskElsewhere, Verdict::Fine, [&disk.folder]),
        Some((free, size)) => {
            let verdict = space_verdict(DiskSpace { size, free, ..DiskSpace::default() });
            let values = [&disk.folder[..], &size_text(free), &size_text(size)];
            Finding::new(Part::Disks, FindingKind::DiskSpace, verdict, values)
        }
    })
}

fn network(facts: &MachineFacts) -> Vec<Finding> {
    let line = |kind, verdict, values: [&str; 2]| Finding::new(Part::Network, kind, verdict, values);
    let of_interface = |one: &InterfaceFact| {
        let addresses: Vec<String> = one.addresses.iter().map(ToString::to_string).collect();
        let state = if one.is_up { "up" } else { "down" };
        let values = [&one.name[..], state, &addresses.join(" "), &one.mtu.to_string()];
        Finding::new(Part::Network, FindingKind::Interface, Verdict::Fine, values)
    };
    let mut found: Vec<Finding> = facts.interfaces.iter().map(of_interface).collect();
    let up = || facts.interfaces.iter().filter(|one| one.is_up);
    let gateways = up().flat_map(|one| one.gateways.iter().map(move |gateway| (gateway, &one.name)));
    let before = found.len();
    found.extend(
        gateways
            .map(|(gateway, name)| line(FindingKind::Gateway, Verdict::Fine, [&gateway.to_string(), name])),
    );
    if found.len() == before {
        found.push(Finding::new(Part::Network, FindingKind::NoGateway, Verdict::Broken, []));
    }
    found
}

fn name_servers(answers: &[(IpAddr, LookUp)]) -> Vec<Finding> {
    if answers.is_empty() {
        return vec![Finding::new(Part::Network, FindingKind::NoNameServer, Verdict::Broken, [])];
    }
    let any = answers.iter().any(|(_, answer)| *answer != LookUp::Silent);
    let of_server = |(server, answer): &(IpAddr, LookUp)| {
        let server = server.to_string();
        match answer {
            LookUp::Answered(time) => {
                let values = [&server[..], &time.as_millis().to_string()];
                Finding::new(Part::Network, FindingKind::NameServer, Verdict::Fine, values)
            }
            LookUp::Astray(address) => {
                let values = [&server[..], &address.to_string()];
                Finding::new(Part::Network, FindingKind::NameServerLies, Verdict::Broken, values)
            }
            LookUp::Silent => {
                let verdict = if any { Verdict::Look } else { Verdict::Broken };
                Finding::new(Part::Network, FindingKind::NameServerSilent, verdict, [&server])
            }
        }
    };
    answers.iter().map(of_server).collect()
}

fn services(facts: &MachineFacts) -> Vec<Finding> {
    let failed = facts.services.iter().filter(|one| one.state == ServiceState::Failed);
    let failed =
        failed.map(|one| Finding::new(Part::Services, FindingKind::ServiceEnded, Verdict::Look, [&one.name]));
    let mut found: Vec<Finding> = failed.collect();
    if found.is_empty() && !facts.services.is_empty() {
        found.push(Finding::new(Part::Services, FindingKind::NoFailedService, Verdict::Fine, []));
    }
    let (service, name) = GUARD;
    let guard = facts.services.iter().find(|one| one.name.eq_ignore_ascii_case(service));
    found.extend(guard.map(|guard| match guard.state {
        ServiceState::Running => {
            Finding::new(Part::Security, FindingKind::VirusGuardOn, Verdict::Fine, [name])
        }
        ServiceState::Stopped | ServiceState::Failed => {
            Finding::new(Part::Security, FindingKind::VirusGuardOff, Verdict::Look, [name])
        }
    }));
    found.extend(facts.is_firewall_on.map(|is_on| {
        let (kind, verdict) = match is_on {
            true => (FindingKind::FirewallOn, Verdict::Fine),
            false => (FindingKind::SystemFirewallOff, Verdict::Look),
        };
        Finding::new(Part::Security, kind, verdict, [FIREWALL])
    }));
    found
}

#[cfg(test)]
mod tests {
    use beistand_platform::facts::{DiskFact, ServiceFact, StartupFact};

    use super::*;

    fn service(name: &str, state: ServiceState) -> ServiceFact {
        ServiceFact { name: name.to_owned(), state }
    }

    fn facts() -> MachineFacts {
        let gateway: IpAddr = [192, 168, 1, 1].into();
        MachineFacts {
            system: "Windows 11 Pro 24H2".to_owned(),
            build: "26100.1".to_owned(),
            uptime: Duration::from_secs(7_300),
            processor: "A processor".to_owned(),
            memory_free: 1 << 30,
            memory_size: 16 << 30,
            disks: vec![
                DiskFact { folder: "C:\\".to_owned(), space: Some((1 << 20, 100 << 30)) },
                DiskFact { folder: "N:\\".to_owned(), space: None },
            ],
            interfaces: vec![InterfaceFact {
                name: "Ethernet".to_owned(),
                is_up: true,
                mtu: 1500,
                addresses: vec![[192, 168, 1, 5].into()],
                gateways: vec![gateway],
                name_servers: vec![gateway],
            }],
            startup: vec![StartupFact {
                place: "HKCU".to_owned(),
                name: "Player".to_owned(),
                command: "C:\\player.exe --token=abcdefgh".to_owned(),
            }],
            services: vec![
                service("Spooler", ServiceState::Failed),
                service("WinDefend", ServiceState::Stopped),
            ],
            is_firewall_on: Some(false),
            ..MachineFacts::default()
        }
    }

    /// The findings as text: kind, verdict, values.
    fn lines(found: &[Finding]) -> Vec<String> {
        let line = |one: &Finding| {
            format!("{} {} {}", one.kind().word(), one.verdict().word(), one.values().join("|"))
        };
        found.iter().map(line).collect()
    }

    #[test]
    fn what_windows_says_is_judged_as_what_linux_says() {
        let answers = [([192, 168, 1, 1].into(), LookUp::Silent)];
        let found = lines(&findings(&facts(), &answers));
        for expected in [
            "operating-system fine Windows 11 Pro 24H2|26100.1",
            "uptime fine 2",
            "memory look 1024 MiB|16 GiB",
            "disk-space broken C:\\|1 MiB|100 GiB",
            "disk-elsewhere fine N:\\",
            "interface fine Ethernet|up|192.168.1.5|1500",
            "gateway fine 192.168.1.1|Ethernet",
            "name-server-silent broken 192.168.1.1",
            "service-ended look Spooler",
            "virus-guard-off look Microsoft Defender",
            "system-firewall-off look Windows",
        ] {
            assert!(found.iter().any(|line| line == expected), "{expected} is not in {found:#?}");
        }
        assert!(!found.iter().any(|line| line.contains("abcdefgh")), "a secret is masked: {found:#?}");
    }

    #[test]
    fn a_machine_that_says_nothing_has_neither_router_nor_name_server() {
        let found = lines(&findings(&MachineFacts::default(), &[]));
        assert_eq!(found, ["uptime fine 0", "no-gateway broken ", "no-name-server broken "]);
    }

    #[test]
    fn a_system_that_hangs_is_said_to_be_late() {
        let (limit, machine) = (InspectLimit::new(Duration::ZERO), Arc::new(ToldMachine::new(facts)));
        let report = machine.inspect(&limit);
        assert!(report.findings().iter().all(|one| one.kind() == FindingKind::NotInTime));
    }
}
