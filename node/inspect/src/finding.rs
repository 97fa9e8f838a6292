//! A line of a report: what was found, in which part, and whether it is as it should be.

use crate::hide::hide_in_text;

/// Findings in a report: what a person can look through. The worst are kept.
pub const MAX_FINDINGS: usize = 240;

/// Values in a finding: no kind has more.
pub const MAX_VALUES: usize = 4;

/// The longest value in characters: a command that can still be recognised.
pub const MAX_VALUE_CHARS: usize = 100;

/// Findings of one kind in a report: beyond that more of the same says nothing.
const MAX_OF_KIND: usize = 24;

/// Whether something is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is.
    Fine,
    /// Perhaps not.
    Look,
    /// It isn't.
    Broken,
}

impl Verdict {
    /// All, from the best on.
    pub const ALL: [Self; 3] = [Self::Fine, Self::Look, Self::Broken];

    /// The word for it in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Look => "look",
            Self::Broken => "broken",
        }
    }

    /// The verdict of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }
}

macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $word:literal;)+) => {
        /// A part of a report, which can be left out. Its number is part of the protocol.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Part { $($(#[$doc])* $name = $number,)+ }

        impl Part {
            /// All parts, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word for it on the command line and in JSON.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }
        }
    };
}

parts! {
    /// The operating system and how busy it is.
    System = 0, "system";
    /// The computer itself.
    Hardware = 1, "hardware";
    /// Memory and swap.
    Memory = 2, "memory";
    /// Disks and what is mounted from them.
    Disks = 3, "disks";
    /// The network.
    Network = 4, "network";
    /// What runs.
    Processes = 5, "processes";
    /// Services that have failed.
    Services = 6, "services";
    /// What starts by itself.
    Autostart = 7, "autostart";
    /// Installed software.
    Packages = 8, "packages";
    /// What the system's journal says.
    Journal = 9, "journal";
    /// Temperatures and batteries.
    Power = 10, "power";
    /// Printers and their queues.
    Printers = 11, "printers";
    /// Screens and sound.
    Media = 12, "media";
    /// The clock and certificates.
    Clock = 13, "clock";
    /// Firewall, open ports, logins.
    Security = 14, "security";
    /// What wireless networks are called, which says where somebody is.
    WifiNames = 15, "wifi-names";
}

impl Part {
    /// The part of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|part| part.word() == word)
    }

    /// The part of this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|part| *part as u8 == number)
    }
}

/// A set of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PartSet(u32);

impl PartSet {
    /// What is left out unless the user says otherwise.
    pub const USUALLY_OUT: Self = Self(1 << Part::WifiNames as u8);

    /// The set of these bits, as [`Self::bits`] gives them. Bits that no part has are dropped.
    pub fn from_bits(bits: u32) -> Self {
        Part::ALL
            .iter()
            .filter(|part| bits & 1 << **part as u8 != 0)
            .fold(Self(0), |set, part| set.with(*part))
    }

    /// A bit for each part, by its number.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// This set and the part.
    #[must_use]
    pub const fn with(self, part: Part) -> Self {
        Self(self.0 | 1 << part as u8)
    }

    /// This set without the part.
    #[must_use]
    pub const fn without(self, part: Part) -> Self {
        Self(self.0 & !(1 << part as u8))
    }

    /// Whether the part is in it.
    pub const fn contains(self, part: Part) -> bool {
        self.0 & 1 << part as u8 != 0
    }

    /// What is in it, in the order of [`Part::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Part> {
        Part::ALL.iter().copied().filter(move |part| self.contains(*part))
    }
}

macro_rules! kinds {
    ($($name:ident = $number:literal, $word:literal, $same:literal, [$($value:literal),*];)+) => {
        /// What was found. Its number is part of the protocol: the text is the reader's own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        #[allow(missing_docs, reason = "the word beside each is what it is called, and its text says what it means")]
        pub enum FindingKind { $($name = $number,)+ }

        impl FindingKind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word for it in JSON.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// What its values are called.
            pub const fn value_names(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($value),*],)+ }
            }

            /// How many of its values, from the first on, say which thing it is about.
            pub const fn same(self) -> usize {
                match self { $(Self::$name => $same,)+ }
            }
        }
    };
}

kinds! {
    NotReadable = 1, "not-readable", 1, ["what"];
    NotInTime = 2, "not-in-time", 1, ["what"];
    OperatingSystem = 10, "operating-system", 0, ["name", "kernel"];
    Uptime = 11, "uptime", 0, ["hours"];
    Load = 12, "load", 0, ["load", "processors"];
    Computer = 20, "computer", 0, ["maker", "model"];
    Processor = 21, "processor", 0, ["model", "count"];
    Memory = 30, "memory", 0, ["free", "size"];
    Swap = 31, "swap", 0, ["used", "size"];
    OutOfMemory = 32, "out-of-memory", 0, ["times"];
    DiskSpace = 40, "disk-space", 1, ["folder", "free", "size"];
    DiskInodes = 41, "disk-inodes", 1, ["folder", "percent"];
    DiskReadOnly = 42, "disk-read-only", 1, ["folder"];
    DiskHealth = 43, "disk-health", 1, ["disk", "state"];
    DiskElsewhere = 44, "disk-elsewhere", 1, ["folder"];
    LogsLarge = 45, "logs-large", 0, ["size"];
    Interface = 50, "interface", 1, ["name", "state", "addresses", "mtu"];
    Gateway = 51, "gateway", 0, ["address", "interface"];
    NoGateway = 52, "no-gateway", 0, [];
    NameServer = 53, "name-server", 1, ["address", "milliseconds"];
    NameServerSilent = 54, "name-server-silent", 1, ["address"];
    NoNameServer = 55, "no-name-server", 0, [];
    HostsEntry = 56, "hosts-entry", 2, ["name", "address"];
    Proxy = 57, "proxy", 1, ["place", "proxy"];
    Ipv6Gateway = 58, "ipv6-gateway", 0, ["interface"];
    Ipv6None = 59, "ipv6-none", 0, [];
    NetworkManager = 60, "network-manager", 0, ["state", "reach"];
    CaptivePortal = 61, "captive-portal", 0, [];
    WifiSignal = 62, "wifi-signal", 1, ["interface", "percent"];
    WifiChannel = 63, "wifi-channel", 0, ["channel"];
    WifiName = 64, "wifi-name", 0, ["name"];
    GatewaySilent = 65, "gateway-silent", 1, ["address"];
    NameServerLies = 66, "name-server-lies", 1, ["address", "answer"];
    BusyProcess = 70, "busy-process", 1, ["name", "percent", "command"];
    LargeProcess = 71, "large-process", 1, ["name", "size"];
    DiskProcess = 72, "disk-process", 1, ["name", "rate"];
    ZombieProcesses = 73, "zombie-processes", 1, ["name", "count"];
    FailedService = 80, "failed-service", 1, ["name"];
    FailedUserService = 81, "failed-user-service", 1, ["name"];
    NoFailedService = 82, "no-failed-service", 0, [];
    Autostart = 90, "autostart", 2, ["place", "name", "command"];
    PackageHeld = 100, "package-held", 1, ["name"];
    PackageBroken = 101, "package-broken", 1, ["name", "state"];
    PackageFileChanged = 102, "package-file-changed", 1, ["file"];
    PackagesWhole = 103, "packages-whole", 0, ["count"];
    UpdatesPending = 104, "updates-pending", 0, ["count", "security"];
    RebootNeeded = 105, "reboot-needed", 0, ["packages"];
    LastInstalled = 106, "last-installed", 0, ["names"];
    PackagesInterrupted = 107, "packages-interrupted", 0, [];
    PackageUnmet = 108, "package-unmet", 1, ["what"];
    PackagesRefused = 109, "packages-refused", 0, [];
    JournalError = 110, "journal-error", 2, ["source", "message", "count"];
    JournalQuiet = 111, "journal-quiet", 0, [];
    Temperature = 120, "temperature", 1, ["sensor", "degrees"];
    Battery = 121, "battery", 1, ["name", "percent"];
    PrinterReady = 130, "printer-ready", 1, ["name"];
    PrinterStopped = 131, "printer-stopped", 1, ["name", "reason"];
    PrintJobs = 132, "print-jobs", 1, ["name", "count"];
    PrintServiceDown = 133, "print-service-down", 0, [];
    Display = 140, "display", 1, ["name", "mode"];
    SoundCard = 141, "sound-card", 1, ["name"];
    NoSound = 142, "no-sound", 0, [];
    ClockNow = 150, "clock-now", 0, ["time", "zone"];
    ClockWrong = 151, "clock-wrong", 0, ["time", "newest"];
    ClockSynchronised = 152, "clock-synchronised", 0, [];
    ClockAlone = 153, "clock-alone", 0, [];
    CertificatesMissing = 154, "certificates-missing", 0, [];
    CertificatesThere = 155, "certificates-there", 0, ["count"];
    CertificatesExpired = 156, "certificates-expired", 0, ["expired", "count"];
    FirewallOn = 160, "firewall-on", 0, ["name"];
    FirewallOff = 161, "firewall-off", 0, ["name"];
    ListeningPort = 162, "listening-port", 2, ["port", "protocol", "program"];
    RemoteTool = 163, "remote-tool", 1, ["program"];
    FailedLogins = 164, "failed-logins", 0, ["count"];
    VirusGuardOn = 165, "virus-guard-on", 0, ["name"];
    VirusGuardOff = 166, "virus-guard-off", 0, ["name"];
    SystemFirewallOff = 167, "system-firewall-off", 0, ["name"];
    ServiceEnded = 168, "service-ended", 1, ["name"];
}

impl FindingKind {
    /// The kind of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// The kind of this number.
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| *kind as u16 == number)
    }
}

/// A line of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    part: Part,
    kind: FindingKind,
    verdict: Verdict,
    values: Vec<String>,
}

impl Finding {
    /// A line about this machine: secrets in the values are masked, and they are cut to their length.
    pub fn new<const N: usize>(part: Part, kind: FindingKind, verdict: Verdict, values: [&str; N]) -> Self {
        debug_assert_eq!(kind.value_names().len(), N, "{kind:?}");
        let values = values.iter().map(|value| cut(&hide_in_text(&clean(value)))).collect();
        Self { part, kind, verdict, values }
    }

    /// A line that was made elsewhere; `None` where its values are not those of its kind.
    pub fn from_elsewhere(
        part: Part,
        kind: FindingKind,
        verdict: Verdict,
        values: Vec<String>,
    ) -> Option<Self> {
        (values.len() == kind.value_names().len()).then(|| {
            let values = values.iter().map(|value| cut(value)).collect();
            Self { part, kind, verdict, values }
        })
    }

    /// In which part of the report it is.
    pub fn part(&self) -> Part {
        self.part
    }

    /// What it is about.
    pub fn kind(&self) -> FindingKind {
        self.kind
    }

    /// Whether that is as it should be.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Its values, as many as its kind has names for.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// The values by name.
    pub fn named_values(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.kind.value_names().iter().copied().zip(self.values.iter().map(String::as_str))
    }

    /// Whether another line is about the same thing.
    pub(crate) fn is_about(&self, other: &Self) -> bool {
        let same = self.kind.same();
        self.part == other.part && self.kind == other.kind && self.values[..same] == other.values[..same]
    }
}

/// Without control characters, which could act on a terminal, and without those that change how others are
/// seen.
fn clean(text: &str) -> String {
    let hides = |character: char| {
        character.is_control()
            || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(character, '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars().map(|character| if hides(character) { ' ' } else { character }).collect()
}

fn cut(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= MAX_VALUE_CHARS {
        return text.to_owned();
    }
    text.chars().take(MAX_VALUE_CHARS - 1).chain(['…']).collect()
}

/// What was found on a machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MachineReport {
    /// When, in seconds since 1970 by the machine's own clock.
    pub taken_secs: u64,
    /// Which parts were left out.
    pub left_out: PartSet,
    findings: Vec<Finding>,
}

impl MachineReport {
    /// A report of these findings, sorted by part, the worst of each first. Beyond [`MAX_FINDINGS`] the best
    /// are dropped.
    pub fn new(taken_secs: u64, left_out: PartSet, mut findings: Vec<Finding>) -> Self {
        findings.sort_by_key(|finding| (std::cmp::Reverse(finding.verdict), finding.kind));
        let mut of_kind = std::collections::BTreeMap::new();
        findings.retain(|finding| {
            let count = of_kind.entry((finding.part, finding.kind)).or_insert(0_usize);
            *count += 1;
            *count <= MAX_OF_KIND
        });
        findings.truncate(MAX_FINDINGS);
        findings.sort_by_key(|finding| finding.part);
        Self { taken_secs, left_out, findings }
    }

    /// The lines, by part.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The lines of a part.
    pub fn of_part(&self, part: Part) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.part == part)
    }

    /// How many lines have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.findings.iter().filter(|finding| finding.verdict == verdict).count()
    }

    /// The report without these parts.
    #[must_use]
    pub fn without(&self, parts: PartSet) -> Self {
        let findings =
            self.findings.iter().filter(|finding| !parts.contains(finding.part)).cloned().collect();
        let left_out = PartSet::from_bits(self.left_out.bits() | parts.bits());
        Self { taken_secs: self.taken_secs, left_out, findings }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_are_told_apart() {
        for kind in FindingKind::ALL {
            assert_eq!(FindingKind::from_number(*kind as u16), Some(*kind));
            assert_eq!(FindingKind::from_word(kind.word()), Some(*kind));
            assert!(kind.value_names().len() <= MAX_VALUES && kind.same() <= kind.value_names().len());
        }
        for part in Part::ALL {
            assert_eq!(
                (Part::from_number(*part as u8), Part::from_word(part.word())),
                (Some(*part), Some(*part))
            );
        }
    }

    #[test]
    fn of_too_much_the_worst_is_kept() {
        let line = |number: usize, verdict| {
            Finding::new(Part::Services, FindingKind::FailedService, verdict, [&number.to_string()])
        };
        let mut many: Vec<_> = (0..500).map(|number| line(number, Verdict::Fine)).collect();
        many.push(line(500, Verdict::Broken));
        let report = MachineReport::new(0, PartSet::default(), many);
        assert_eq!(report.findings().len(), MAX_OF_KIND);
        assert_eq!(report.findings()[0].verdict(), Verdict::Broken);
    }

    #[test]
    fn a_part_that_is_left_out_is_gone_and_named() {
        let line = Finding::new(Part::Disks, FindingKind::DiskReadOnly, Verdict::Broken, ["/"]);
        let report = MachineReport::new(0, PartSet::default(), vec![line]);
        let cut = report.without(PartSet::default().with(Part::Disks));
        assert!(cut.findings().is_empty() && cut.left_out.contains(Part::Disks));
    }
}
