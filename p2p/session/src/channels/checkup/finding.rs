//! What a test found: a kind and its values, so that each side says it in its own reader's language.

use serde::{Deserialize, Serialize};

use super::super::bounded::{List, Text};
use super::super::worded::worded;
use crate::escape;

/// The longest text in a finding in characters: a name of a host, or the end of a path.
pub const MAX_FINDING_CHARS: usize = 256;

/// The most values of a finding: as many as the table below has at most, and a few to come.
const MAX_VALUES: usize = 8;

/// A character has at most 4 bytes in UTF-8.
type FindingText = Text<{ 4 * MAX_FINDING_CHARS }>;

/// What a value of a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingUnit {
    /// A number of things.
    Count,
    /// A time in microseconds.
    Micros,
    /// A size in bytes.
    Bytes,
    /// Bytes per second.
    Rate,
    /// A text of the world outside: a name, an address.
    Text,
}

/// A value of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindingValue {
    /// In the unit that the kind says.
    Number(u64),
    /// At most [`MAX_FINDING_CHARS`].
    Text(String),
}

/// Something that a test found: values of the number and units that its kind has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckupFinding {
    kind: FindingKind,
    values: Vec<FindingValue>,
}

/// Makes the kinds of findings with the names and units of their values.
macro_rules! findings {
    ($($(#[$meaning:meta])* $variant:ident = $word:literal [$($field:literal: $unit:ident),*],)+) => {
        worded! {
            /// What kind of thing was found. The order is part of the protocol.
            FindingKind { $($(#[$meaning])* $variant = $word,)+ }
        }

        impl FindingKind {
            /// The names of its values and their units, in their order.
            pub const fn fields(self) -> &'static [(&'static str, FindingUnit)] {
                match self {
                    $(Self::$variant => &[$(($field, FindingUnit::$unit)),*],)+
                }
            }
        }
    };
}

findings! {
    /// A name's address.
    Address = "address" ["name": Text, "address": Text],
    /// By what the other computer is asked.
    PingWay = "ping-way" ["way": Text],
    /// It answered.
    PingReply = "ping-reply" ["number": Count, "time": Micros],
    /// It did not.
    PingLost = "ping-lost" ["number": Count],
    /// All answers.
    PingSummary = "ping-summary" ["sent": Count, "received": Count, "least": Micros, "mean": Micros, "most": Micros],
    /// A computer on the way.
    TraceHop = "trace-hop" ["number": Count, "address": Text, "time": Micros],
    /// One that says nothing.
    TraceSilent = "trace-silent" ["number": Count],
    /// What a server for names says.
    DnsAnswer = "dns-answer" ["server": Text, "addresses": Text, "time": Micros],
    /// It has none to say.
    DnsNone = "dns-none" ["server": Text, "code": Text, "time": Micros],
    /// It says nothing.
    DnsSilent = "dns-silent" ["server": Text],
    /// How long the steps to a web server's answer took.
    HttpTimes = "http-times" ["name": Micros, "connect": Micros, "tls": Micros, "first": Micros],
    /// What the web server answered.
    HttpStatus = "http-status" ["status": Count, "protocol": Text],
    /// A certificate of the chain.
    Certificate = "certificate" ["number": Count, "subject": Text, "issuer": Text, "until": Text],
    /// The chain is trusted here.
    CertificateTrusted = "certificate-trusted" [],
    /// It is expired, or not valid yet.
    CertificateExpired = "certificate-expired" [],
    /// Nobody whom this computer trusts has issued it.
    CertificateUnknown = "certificate-unknown" [],
    /// It is another server's.
    CertificateOther = "certificate-other" [],
    /// It is wrong in another way.
    CertificateBad = "certificate-bad" [],
    /// A port is open.
    PortOpen = "port-open" ["port": Count, "time": Micros],
    /// It refuses.
    PortClosed = "port-closed" ["port": Count],
    /// It says nothing.
    PortSilent = "port-silent" ["port": Count],
    /// How fast data go from the user's computer to the helper's.
    FromUser = "throughput-from-user" ["size": Bytes, "rate": Rate],
    /// And back.
    ToUser = "throughput-to-user" ["size": Bytes, "rate": Rate],
    /// How fast the disk takes data.
    DiskWrite = "disk-write" ["size": Bytes, "rate": Rate],
    /// How fast it hands them out.
    DiskRead = "disk-read" ["size": Bytes, "rate": Rate],
    /// It handed out something else.
    DiskWrong = "disk-wrong" ["blocks": Count],
    /// What was read of a folder.
    ScanTotal = "scan-total" ["files": Count, "size": Bytes, "unreadable": Count],
    /// A file that this account may not read.
    ScanDenied = "scan-denied" ["file": Text],
    /// A file that can't be read.
    ScanBroken = "scan-broken" ["file": Text],
    /// Not all was read: there is too much.
    ScanCut = "scan-cut" [],
    /// How much memory was tested, and how many words of it were wrong.
    MemoryTested = "memory-tested" ["size": Bytes, "wrong": Count],
    /// How the processor computed.
    CpuResult = "cpu-result" ["cores": Count, "rounds": Count, "wrong": Count],
    /// A printer.
    PrinterFound = "printer-found" ["printer": Text],
    /// A page is with the printer's queue.
    PrinterJob = "printer-job" ["job": Text],
    /// How loud it was at the microphone, of the loudest that it can say.
    MicrophoneLevel = "microphone-level" ["peak": Count, "mean": Count],
    /// Nothing at all came from it.
    MicrophoneSilent = "microphone-silent" [],
    /// A tone was played.
    SpeakerPlayed = "speaker-played" ["program": Text],
    /// There is more, which is not told.
    More = "more" [],
}

impl CheckupFinding {
    /// A finding; `None` where the values are not its kind's, or too long.
    pub fn new(kind: FindingKind, values: Vec<FindingValue>) -> Option<Self> {
        let fit = |(value, (_, unit)): (&FindingValue, &(&str, FindingUnit))| match value {
            FindingValue::Text(text) => {
                *unit == FindingUnit::Text && text.chars().count() <= MAX_FINDING_CHARS
            }
            FindingValue::Number(_) => *unit != FindingUnit::Text,
        };
        let fields = kind.fields();
        let valid = values.len() == fields.len() && values.iter().zip(fields).all(fit);
        valid.then_some(Self { kind, values })
    }

    /// What kind of thing it is.
    pub fn kind(&self) -> FindingKind {
        self.kind
    }

    /// Its values, with their names and units.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, FindingUnit, &FindingValue)> {
        self.kind.fields().iter().zip(&self.values).map(|((name, unit), value)| (*name, *unit, value))
    }
}

/// A finding as it travels: it exists only as [`CheckupFinding::new`] lets it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawFinding", into = "RawFinding")]
pub(crate) struct WireFinding(CheckupFinding);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct RawFinding {
    kind: FindingKind,
    values: List<WireValue, MAX_VALUES>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum WireValue {
    Number(u64),
    Text(FindingText),
}

impl WireFinding {
    /// The finding with what could deceive its reader escaped.
    pub(super) fn into_escaped(self) -> CheckupFinding {
        let escaped = |value| match value {
            FindingValue::Text(text) => FindingValue::Text(escape(&text)),
            FindingValue::Number(number) => FindingValue::Number(number),
        };
        let CheckupFinding { kind, values } = self.0;
        CheckupFinding { kind, values: values.into_iter().map(escaped).collect() }
    }
}

impl From<CheckupFinding> for WireFinding {
    fn from(finding: CheckupFinding) -> Self {
        Self(finding)
    }
}

impl From<WireFinding> for RawFinding {
    fn from(WireFinding(CheckupFinding { kind, values }): WireFinding) -> Self {
        let wire = |value| match value {
            FindingValue::Number(number) => WireValue::Number(number),
            FindingValue::Text(text) => {
                WireValue::Text(FindingText::from_string(text).expect("its constructor counts characters"))
            }
        };
        let values = values.into_iter().map(wire).collect();
        Self { kind, values: List::new(values).expect("no kind has more") }
    }
}

impl TryFrom<RawFinding> for WireFinding {
    type Error = &'static str;

    fn try_from(raw: RawFinding) -> Result<Self, Self::Error> {
        let plain = |value| match value {
            WireValue::Number(number) => FindingValue::Number(number),
            WireValue::Text(text) => FindingValue::Text(text.into_string()),
        };
        let values = raw.values.into_vec().into_iter().map(plain).collect();
        CheckupFinding::new(raw.kind, values).map(Self).ok_or("values of another kind of finding")
    }
}
