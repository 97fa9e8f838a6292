//! What is to be tested, as it is typed.

use beistand_session::CheckupKind;

use crate::cpu::CpuProbe;
use crate::disk::DiskProbe;
use crate::dns::DnsProbe;
use crate::http::HttpProbe;
use crate::memory::MemoryProbe;
use crate::ping::PingProbe;
use crate::ports::PortsProbe;
use crate::printer::PrinterProbe;
use crate::report::{Probe, ProbeReport, ProbeResult};
use crate::scan::ScanProbe;
use crate::sound::{MicrophoneProbe, SpeakerProbe};
use crate::trace::TraceProbe;

/// Makes the request of the modules: a variant each.
macro_rules! probes {
    ($($kind:ident: $probe:ident $usage:literal,)+) => {
        /// A test with what belongs to it, checked.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct ProbeRequest(AnyProbe);

        #[derive(Debug, Clone, PartialEq, Eq)]
        enum AnyProbe {
            $($kind($probe),)+
        }

        impl ProbeRequest {
            /// Reads what belongs to a test. `None` where that makes no sense, and for what only a session
            /// can measure.
            pub fn parse(kind: CheckupKind, args: &str) -> Option<Self> {
                let args = args.trim();
                match kind {
                    $(CheckupKind::$kind => $probe::parse(args).map(AnyProbe::$kind).map(Self),)+
                    CheckupKind::Throughput => None,
                }
            }

            /// What belongs to a test, as it is typed.
            pub const fn usage(kind: CheckupKind) -> &'static str {
                match kind {
                    $(CheckupKind::$kind => $usage,)+
                    CheckupKind::Throughput => "",
                }
            }

            /// What it reaches for: a computer, a folder, a device. Empty where that is the computer itself.
            /// It has no characters that could deceive its reader.
            pub fn subject(&self) -> String {
                let subject = match &self.0 {
                    $(AnyProbe::$kind(probe) => probe.subject(),)+
                };
                beistand_session::escape(&subject)
            }

            pub(crate) async fn run(self, report: ProbeReport) -> ProbeResult {
                match self.0 {
                    $(AnyProbe::$kind(probe) => probe.run(report).await,)+
                }
            }
        }
    };
}

probes! {
    Ping: PingProbe "HOST [PORT]",
    Trace: TraceProbe "HOST",
    Dns: DnsProbe "NAME [SERVER …]",
    Http: HttpProbe "URL",
    Ports: PortsProbe "HOST PORT[,PORT …]",
    Disk: DiskProbe "[FOLDER]",
    Scan: ScanProbe "FOLDER",
    Memory: MemoryProbe "[MIB]",
    Cpu: CpuProbe "[SECONDS]",
    Printer: PrinterProbe "[PRINTER]",
    Microphone: MicrophoneProbe "",
    Speaker: SpeakerProbe "",
}

/// A number within these bounds, or the one that counts where nothing is typed.
pub(crate) fn number_in(args: &str, bounds: std::ops::RangeInclusive<u64>, otherwise: u64) -> Option<u64> {
    if args.is_empty() {
        return Some(otherwise);
    }
    args.parse().ok().filter(|number| bounds.contains(number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_makes_sense_is_read() {
        use CheckupKind as Kind;
        let cases = [
            (Kind::Ping, "example.org", "example.org"),
            (Kind::Ping, "::1 22", "::1 22"),
            (Kind::Trace, "192.0.2.7", "192.0.2.7"),
            (Kind::Dns, "example.org", "example.org"),
            (Kind::Dns, "example.org  192.0.2.1 [::1]:5353 quad9", "example.org 192.0.2.1 [::1]:5353 quad9"),
            (Kind::Http, "https://example.org/a?b=c", "https://example.org/a?b=c"),
            (Kind::Ports, "example.org 22,80", "example.org 22,80"),
            (Kind::Disk, "", ""),
            (Kind::Scan, "/home/a b", "/home/a b"),
            (Kind::Memory, "16", ""),
            (Kind::Cpu, "60", ""),
            (Kind::Printer, "Laser_2", "Laser_2"),
            (Kind::Microphone, "", ""),
            (Kind::Speaker, "", ""),
        ];
        for (kind, args, subject) in cases {
            let request = ProbeRequest::parse(kind, args).unwrap_or_else(|| panic!("{kind:?} {args}"));
            let said = request.subject();
            assert!(said == subject || matches!(kind, Kind::Disk), "{kind:?} {args}: {said}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        use CheckupKind as Kind;
        let cases = [
            (Kind::Ping, ""),
            (Kind::Ping, "-h"),
            (Kind::Ping, "a b c"),
            (Kind::Ping, "example.org 70000"),
            (Kind::Trace, "$(reboot)"),
            (Kind::Dns, "example.org nowhere"),
            (Kind::Dns, "a 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1"),
            (Kind::Http, "ftp://example.org"),
            (Kind::Http, "https://user@example.org"),
            (Kind::Http, "http://example.org/a b"),
            (Kind::Ports, "example.org 0"),
            (Kind::Ports, "example.org"),
            (Kind::Disk, "relative"),
            (Kind::Scan, ""),
            (Kind::Scan, "/a\u{1b}[0m"),
            (Kind::Memory, "0"),
            (Kind::Memory, "2000"),
            (Kind::Cpu, "61"),
            (Kind::Printer, "-d"),
            (Kind::Speaker, "loud"),
            (Kind::Throughput, ""),
        ];
        for (kind, args) in cases {
            assert_eq!(ProbeRequest::parse(kind, args), None, "{kind:?} {args}");
        }
        let many: Vec<String> = (1..=65).map(|port| port.to_string()).collect();
        assert_eq!(ProbeRequest::parse(Kind::Ports, &format!("a {}", many.join(","))), None);
    }

    proptest! {
        #[test]
        fn junk_is_read_without_harm(kind in prop::sample::select(CheckupKind::ALL), args in "\\PC{0,60}") {
            if let Some(request) = ProbeRequest::parse(kind, &args) {
                prop_assert!(!request.subject().chars().any(char::is_control));
            }
        }
    }
}
