//! What a report's lines are called, for whoever reads them.

use beistand_inspect::{Change, ChangeKind, Finding, FindingKind, Part, Verdict};

use crate::words::{Phrase, PhraseArg, PhraseArgs, args};

/// What to do about what should not be so, and nothing more is known.
const GENERAL: &str = "report-advice-general";

/// The keys of what a kind says, and of why it matters and what to do.
const fn keys(kind: FindingKind) -> (&'static str, &'static str) {
    match kind {
        FindingKind::NotReadable => ("report-not-readable", GENERAL),
        FindingKind::NotInTime => ("report-not-in-time", "report-not-in-time-advice"),
        FindingKind::OperatingSystem => ("report-operating-system", GENERAL),
        FindingKind::Uptime => ("report-uptime", GENERAL),
        FindingKind::Load => ("report-load", "report-load-advice"),
        FindingKind::Computer => ("report-computer", GENERAL),
        FindingKind::Processor => ("report-processor", GENERAL),
        FindingKind::Memory => ("report-memory", "report-memory-advice"),
        FindingKind::Swap => ("report-swap", "report-swap-advice"),
        FindingKind::OutOfMemory => ("report-out-of-memory", "report-out-of-memory-advice"),
        FindingKind::DiskSpace => ("report-disk-space", "report-disk-space-advice"),
        FindingKind::DiskInodes => ("report-disk-inodes", "report-disk-inodes-advice"),
        FindingKind::DiskReadOnly => ("report-disk-read-only", "report-disk-read-only-advice"),
        FindingKind::DiskHealth => ("report-disk-health", "report-disk-health-advice"),
        FindingKind::DiskElsewhere => ("report-disk-elsewhere", GENERAL),
        FindingKind::LogsLarge => ("report-logs-large", "report-logs-large-advice"),
        FindingKind::Interface => ("report-interface", "report-interface-advice"),
        FindingKind::Gateway => ("report-gateway", GENERAL),
        FindingKind::NoGateway => ("report-no-gateway", "report-no-gateway-advice"),
        FindingKind::NameServer => ("report-name-server", "report-name-server-advice"),
        FindingKind::NameServerSilent => ("report-name-server-silent", "report-name-server-silent-advice"),
        FindingKind::NoNameServer => ("report-no-name-server", "report-no-name-server-advice"),
        FindingKind::HostsEntry => ("report-hosts-entry", "report-hosts-entry-advice"),
        FindingKind::Proxy => ("report-proxy", "report-proxy-advice"),
        FindingKind::Ipv6Gateway => ("report-ipv6-gateway", GENERAL),
        FindingKind::Ipv6None => ("report-ipv6-none", GENERAL),
        FindingKind::NetworkManager => ("report-network-manager", "report-network-manager-advice"),
        FindingKind::CaptivePortal => ("report-captive-portal", "report-captive-portal-advice"),
        FindingKind::WifiSignal => ("report-wifi-signal", "report-wifi-signal-advice"),
        FindingKind::WifiChannel => ("report-wifi-channel", GENERAL),
        FindingKind::WifiName => ("report-wifi-name", GENERAL),
        FindingKind::GatewaySilent => ("report-gateway-silent", "report-gateway-silent-advice"),
        FindingKind::NameServerLies => ("report-name-server-lies", "report-name-server-lies-advice"),
        FindingKind::BusyProcess => ("report-busy-process", "report-busy-process-advice"),
        FindingKind::LargeProcess => ("report-large-process", "report-large-process-advice"),
        FindingKind::DiskProcess => ("report-disk-process", "report-disk-process-advice"),
        FindingKind::ZombieProcesses => ("report-zombie-processes", "report-zombie-processes-advice"),
        FindingKind::FailedService => ("report-failed-service", "report-failed-service-advice"),
        FindingKind::FailedUserService => ("report-failed-user-service", "report-failed-user-service-advice"),
        FindingKind::NoFailedService => ("report-no-failed-service", GENERAL),
        FindingKind::Autostart => ("report-autostart", "report-autostart-advice"),
        FindingKind::PackageHeld => ("report-package-held", "report-package-held-advice"),
        FindingKind::PackageBroken => ("report-package-broken", "report-package-broken-advice"),
        FindingKind::PackageFileChanged => {
            ("report-package-file-changed", "report-package-file-changed-advice")
        }
        FindingKind::PackagesWhole => ("report-packages-whole", GENERAL),
        FindingKind::UpdatesPending => ("report-updates-pending", "report-updates-pending-advice"),
        FindingKind::RebootNeeded => ("report-reboot-needed", "report-reboot-needed-advice"),
        FindingKind::LastInstalled => ("report-last-installed", GENERAL),
        FindingKind::PackagesInterrupted => {
            ("report-packages-interrupted", "report-packages-interrupted-advice")
        }
        FindingKind::PackageUnmet => ("report-package-unmet", "report-package-unmet-advice"),
        FindingKind::PackagesRefused => ("report-packages-refused", "report-packages-refused-advice"),
        FindingKind::JournalError => ("report-journal-error", "report-journal-error-advice"),
        FindingKind::JournalQuiet => ("report-journal-quiet", GENERAL),
        FindingKind::Temperature => ("report-temperature", "report-temperature-advice"),
        FindingKind::Battery => ("report-battery", "report-battery-advice"),
        FindingKind::PrinterReady => ("report-printer-ready", GENERAL),
        FindingKind::PrinterStopped => ("report-printer-stopped", "report-printer-stopped-advice"),
        FindingKind::PrintJobs => ("report-print-jobs", "report-print-jobs-advice"),
        FindingKind::PrintServiceDown => ("report-print-service-down", "report-print-service-down-advice"),
        FindingKind::Display => ("report-display", GENERAL),
        FindingKind::SoundCard => ("report-sound-card", GENERAL),
        FindingKind::NoSound => ("report-no-sound", GENERAL),
        FindingKind::ClockNow => ("report-clock-now", GENERAL),
        FindingKind::ClockWrong => ("report-clock-wrong", "report-clock-wrong-advice"),
        FindingKind::ClockSynchronised => ("report-clock-synchronised", GENERAL),
        FindingKind::ClockAlone => ("report-clock-alone", "report-clock-alone-advice"),
        FindingKind::CertificatesMissing => {
            ("report-certificates-missing", "report-certificates-missing-advice")
        }
        FindingKind::CertificatesThere => ("report-certificates-there", GENERAL),
        FindingKind::CertificatesExpired => {
            ("report-certificates-expired", "report-certificates-expired-advice")
        }
        FindingKind::FirewallOn => ("report-firewall-on", GENERAL),
        FindingKind::VirusGuardOn => ("report-virus-guard-on", GENERAL),
        FindingKind::VirusGuardOff => ("report-virus-guard-off", "report-virus-guard-off-advice"),
        FindingKind::ServiceEnded => ("report-service-ended", "report-service-ended-advice"),
        FindingKind::SystemFirewallOff => ("report-system-firewall-off", "report-system-firewall-off-advice"),
        FindingKind::FirewallOff => ("report-firewall-off", "report-firewall-off-advice"),
        FindingKind::ListeningPort => ("report-listening-port", "report-listening-port-advice"),
        FindingKind::RemoteTool => ("report-remote-tool", "report-remote-tool-advice"),
        FindingKind::FailedLogins => ("report-failed-logins", "report-failed-logins-advice"),
    }
}

/// What a part is called.
pub fn part_phrase(part: Part) -> Phrase {
    Phrase::new(match part {
        Part::System => "report-part-system",
        Part::Hardware => "report-part-hardware",
        Part::Memory => "report-part-memory",
        Part::Disks => "report-part-disks",
        Part::Network => "report-part-network",
        Part::Processes => "report-part-processes",
        Part::Services => "report-part-services",
        Part::Autostart => "report-part-autostart",
        Part::Packages => "report-part-packages",
        Part::Journal => "report-part-journal",
        Part::Power => "report-part-power",
        Part::Printers => "report-part-printers",
        Part::Media => "report-part-media",
        Part::Clock => "report-part-clock",
        Part::Security => "report-part-security",
        Part::WifiNames => "report-part-wifi-names",
    })
}

pub(super) fn verdict_phrase(verdict: Verdict) -> Phrase {
    Phrase::new(match verdict {
        Verdict::Fine => "report-verdict-fine",
        Verdict::Look => "report-verdict-look",
        Verdict::Broken => "report-verdict-broken",
    })
}

/// What was found.
pub fn finding_phrase(finding: &Finding) -> Phrase {
    let values = finding.named_values().map(|(name, value)| (name, argument(value)));
    Phrase::with(keys(finding.kind()).0, PhraseArgs::from_iter(values))
}

/// Whole numbers as such, so that a language can count them.
fn argument(value: &str) -> PhraseArg {
    let digits = value.len() < 10 && !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse::<i64>() {
        Ok(number) if digits => PhraseArg::Whole(number),
        Ok(_) | Err(_) => PhraseArg::from(value),
    }
}

/// Why it matters and what to do; nothing of what is fine.
pub fn finding_advice(finding: &Finding) -> Option<Phrase> {
    (finding.verdict() > Verdict::Fine).then(|| Phrase::new(keys(finding.kind()).1))
}

/// A line with all of it.
pub(super) fn line_phrase(finding: &Finding) -> Phrase {
    let text = finding_phrase(finding);
    match finding_advice(finding) {
        None => Phrase::with("report-line-fine", args![text = text]),
        Some(advice) => {
            let verdict = verdict_phrase(finding.verdict());
            Phrase::with("report-line-other", args![verdict = verdict, text = text, advice = advice])
        }
    }
}

/// What changed.
pub fn change_phrase(change: &Change) -> Phrase {
    let key = match change.kind {
        ChangeKind::Worse => "report-change-worse",
        ChangeKind::Better => "report-change-better",
        ChangeKind::Other => "report-change-other",
        ChangeKind::Added => "report-change-added",
        ChangeKind::Gone => "report-change-gone",
    };
    let text = match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            let (before, after) = (finding_phrase(before), finding_phrase(after));
            Phrase::with("report-change-from", args![before = before, after = after])
        }
        (Some(one), None) | (None, Some(one)) => finding_phrase(one),
        // A change has a side.
        (None, None) => Phrase::new("report-same"),
    };
    Phrase::with(key, args![text = text])
}
