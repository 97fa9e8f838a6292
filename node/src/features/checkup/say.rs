//! What tests, their ends and their findings are called.

use beistand_session::{CheckupEnd, CheckupFinding, CheckupKind, FindingKind, FindingUnit, FindingValue};
use serde_json::{Map, Value};

use crate::words::{Phrase, PhraseArg, PhraseArgs};

/// What a test is called.
pub fn test_title(kind: CheckupKind) -> Phrase {
    Phrase::new(match kind {
        CheckupKind::Ping => "checkup-test-ping",
        CheckupKind::Trace => "checkup-test-trace",
        CheckupKind::Dns => "checkup-test-dns",
        CheckupKind::Http => "checkup-test-http",
        CheckupKind::Ports => "checkup-test-ports",
        CheckupKind::Throughput => "checkup-test-throughput",
        CheckupKind::Disk => "checkup-test-disk",
        CheckupKind::Scan => "checkup-test-scan",
        CheckupKind::Memory => "checkup-test-memory",
        CheckupKind::Cpu => "checkup-test-cpu",
        CheckupKind::Printer => "checkup-test-printer",
        CheckupKind::Microphone => "checkup-test-microphone",
        CheckupKind::Speaker => "checkup-test-speaker",
    })
}

/// The text for how a test ended.
pub(super) fn end_key(end: CheckupEnd) -> &'static str {
    match end {
        CheckupEnd::Done => "checkup-end-done",
        CheckupEnd::Stopped => "checkup-end-stopped",
        CheckupEnd::StoppedByUser => "checkup-end-stopped-by-user",
        CheckupEnd::Busy => "checkup-end-busy",
        CheckupEnd::Invalid => "checkup-end-invalid",
        CheckupEnd::NotHere => "checkup-end-not-here",
        CheckupEnd::Unreachable => "checkup-end-unreachable",
        CheckupEnd::UnknownName => "checkup-end-unknown-name",
        CheckupEnd::TimedOut => "checkup-end-timed-out",
        CheckupEnd::DiskFull => "checkup-end-disk-full",
        CheckupEnd::NotPermitted => "checkup-end-not-permitted",
        CheckupEnd::Gone => "checkup-end-gone",
        CheckupEnd::Broken => "checkup-end-broken",
        CheckupEnd::TakenBack => "checkup-end-taken-back",
        CheckupEnd::PathLost => "checkup-end-path-lost",
    }
}

/// A finding as a person reads it.
pub(super) fn finding_phrase(finding: &CheckupFinding) -> Phrase {
    let value = |(name, unit, value): (&'static str, FindingUnit, &FindingValue)| {
        let shown = match value {
            FindingValue::Text(text) => PhraseArg::from(text),
            FindingValue::Number(number) => shown(*number, unit),
        };
        (name, shown)
    };
    let values: PhraseArgs = finding.values().map(value).collect();
    Phrase::with(finding_key(finding.kind()), values)
}

/// Times in milliseconds, sizes in MB, rates in MB per second.
fn shown(number: u64, unit: FindingUnit) -> PhraseArg {
    match unit {
        FindingUnit::Count | FindingUnit::Text => PhraseArg::from(number),
        FindingUnit::Micros => PhraseArg::from(number as f32 / 1e3),
        FindingUnit::Bytes | FindingUnit::Rate => PhraseArg::from(number as f32 / 1e6),
    }
}

/// The values for scripts, each named with its unit.
pub(super) fn values_json(finding: &CheckupFinding) -> Value {
    let value = |(name, unit, value): (&str, FindingUnit, &FindingValue)| {
        let suffix = match unit {
            FindingUnit::Count | FindingUnit::Text => "",
            FindingUnit::Micros => "_micros",
            FindingUnit::Bytes => "_bytes",
            FindingUnit::Rate => "_bytes_per_sec",
        };
        let value = match value {
            FindingValue::Number(number) => Value::from(*number),
            FindingValue::Text(text) => Value::from(text.as_str()),
        };
        (format!("{name}{suffix}"), value)
    };
    Value::Object(finding.values().map(value).collect::<Map<_, _>>())
}

/// The text for a kind of finding.
fn finding_key(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Address => "checkup-found-address",
        FindingKind::PingWay => "checkup-found-ping-way",
        FindingKind::PingReply => "checkup-found-ping-reply",
        FindingKind::PingLost => "checkup-found-ping-lost",
        FindingKind::PingSummary => "checkup-found-ping-summary",
        FindingKind::TraceHop => "checkup-found-trace-hop",
        FindingKind::TraceSilent => "checkup-found-trace-silent",
        FindingKind::DnsAnswer => "checkup-found-dns-answer",
        FindingKind::DnsNone => "checkup-found-dns-none",
        FindingKind::DnsSilent => "checkup-found-dns-silent",
        FindingKind::HttpTimes => "checkup-found-http-times",
        FindingKind::HttpStatus => "checkup-found-http-status",
        FindingKind::Certificate => "checkup-found-certificate",
        FindingKind::CertificateTrusted => "checkup-found-certificate-trusted",
        FindingKind::CertificateExpired => "checkup-found-certificate-expired",
        FindingKind::CertificateUnknown => "checkup-found-certificate-unknown",
        FindingKind::CertificateOther => "checkup-found-certificate-other",
        FindingKind::CertificateBad => "checkup-found-certificate-bad",
        FindingKind::PortOpen => "checkup-found-port-open",
        FindingKind::PortClosed => "checkup-found-port-closed",
        FindingKind::PortSilent => "checkup-found-port-silent",
        FindingKind::FromUser => "checkup-found-from-user",
        FindingKind::ToUser => "checkup-found-to-user",
        FindingKind::DiskWrite => "checkup-found-disk-write",
        FindingKind::DiskRead => "checkup-found-disk-read",
        FindingKind::DiskWrong => "checkup-found-disk-wrong",
        FindingKind::ScanTotal => "checkup-found-scan-total",
        FindingKind::ScanDenied => "checkup-found-scan-denied",
        FindingKind::ScanBroken => "checkup-found-scan-broken",
        FindingKind::ScanCut => "checkup-found-scan-cut",
        FindingKind::MemoryTested => "checkup-found-memory",
        FindingKind::CpuResult => "checkup-found-cpu",
        FindingKind::PrinterFound => "checkup-found-printer",
        FindingKind::PrinterJob => "checkup-found-printer-job",
        FindingKind::MicrophoneLevel => "checkup-found-microphone",
        FindingKind::MicrophoneSilent => "checkup-found-microphone-silent",
        FindingKind::SpeakerPlayed => "checkup-found-speaker",
        FindingKind::More => "checkup-found-more",
    }
}
