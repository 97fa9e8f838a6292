//! What searches, what they find, the reasons and their ends are called.

use beistand_session::{
    SweepCategory, SweepEnd, SweepFinding, SweepKind, SweepReason, SweepStanding, SweepThing,
};
use serde_json::{Value, json};

use crate::words::{Phrase, PhraseArg, Words, args};

/// What a search is called.
pub fn sweep_title(kind: SweepKind) -> Phrase {
    match kind {
        SweepKind::Everything => Phrase::new("sweep-everything"),
        SweepKind::Only(category) => sweep_category_phrase(category),
    }
}

/// What a category is called.
pub fn sweep_category_phrase(category: SweepCategory) -> Phrase {
    Phrase::new(match category {
        SweepCategory::Autostart => "sweep-category-autostart",
        SweepCategory::Cron => "sweep-category-cron",
        SweepCategory::Remote => "sweep-category-remote",
        SweepCategory::Listening => "sweep-category-listening",
        SweepCategory::Extensions => "sweep-category-extensions",
        SweepCategory::Policies => "sweep-category-policies",
        SweepCategory::Hosts => "sweep-category-hosts",
        SweepCategory::Proxy => "sweep-category-proxy",
        SweepCategory::Programs => "sweep-category-programs",
        SweepCategory::Packages => "sweep-category-packages",
        SweepCategory::Virus => "sweep-category-virus",
    })
}

/// What a kind of thing is called.
pub fn sweep_thing_phrase(thing: SweepThing) -> Phrase {
    Phrase::new(match thing {
        SweepThing::StartupEntry => "sweep-thing-autostart-entry",
        SweepThing::UserUnit => "sweep-thing-user-unit",
        SweepThing::SystemUnit => "sweep-thing-system-unit",
        SweepThing::ShellLine => "sweep-thing-shell-line",
        SweepThing::PreloadedLibrary => "sweep-thing-preloaded-library",
        SweepThing::CronLine => "sweep-thing-cron-line",
        SweepThing::CronScript => "sweep-thing-cron-script",
        SweepThing::RemoteRunning => "sweep-thing-remote-running",
        SweepThing::RemoteStarting => "sweep-thing-remote-starting",
        SweepThing::ListeningPort => "sweep-thing-listening-port",
        SweepThing::BrowserExtension => "sweep-thing-browser-extension",
        SweepThing::BrowserPolicy => "sweep-thing-browser-policy",
        SweepThing::HostsEntry => "sweep-thing-hosts-entry",
        SweepThing::ProxySetting => "sweep-thing-proxy-setting",
        SweepThing::StrayProgram => "sweep-thing-stray-program",
        SweepThing::ChangedFile => "sweep-thing-changed-file",
        SweepThing::MissingFile => "sweep-thing-missing-file",
        SweepThing::Infected => "sweep-thing-infected",
        SweepThing::NotSeen => "sweep-thing-not-seen",
    })
}

/// What is thought of something, in a word.
pub fn sweep_standing_phrase(standing: SweepStanding) -> Phrase {
    Phrase::new(match standing {
        SweepStanding::Known => "sweep-standing-known",
        SweepStanding::Unknown => "sweep-standing-unknown",
        SweepStanding::Suspicious => "sweep-standing-suspicious",
    })
}

/// Why something is named.
pub fn sweep_reason_phrase(reason: SweepReason) -> Phrase {
    Phrase::new(match reason {
        SweepReason::OfPackage => "sweep-reason-of-package",
        SweepReason::ChangedFromPackage => "sweep-reason-changed-from-package",
        SweepReason::NoPackage => "sweep-reason-no-package",
        SweepReason::Recent => "sweep-reason-recent",
        SweepReason::AnybodysPlace => "sweep-reason-anybodys-place",
        SweepReason::FetchesAndRuns => "sweep-reason-fetches-and-runs",
        SweepReason::RemoteTool => "sweep-reason-remote-tool",
        SweepReason::OwnProgram => "sweep-reason-own-program",
        SweepReason::StartsWithComputer => "sweep-reason-starts-with-computer",
        SweepReason::StartsAtLogin => "sweep-reason-starts-at-login",
        SweepReason::StartsByTime => "sweep-reason-starts-by-time",
        SweepReason::RunsNow => "sweep-reason-runs-now",
        SweepReason::Reachable => "sweep-reason-reachable",
        SweepReason::ProgramDeleted => "sweep-reason-program-deleted",
        SweepReason::NotFromShop => "sweep-reason-not-from-shop",
        SweepReason::AllPages => "sweep-reason-all-pages",
        SweepReason::ByPolicy => "sweep-reason-by-policy",
        SweepReason::SwitchedOff => "sweep-reason-switched-off",
        SweepReason::ProtectedName => "sweep-reason-protected-name",
        SweepReason::LeadsElsewhere => "sweep-reason-leads-elsewhere",
        SweepReason::Redirects => "sweep-reason-redirects",
        SweepReason::HiddenName => "sweep-reason-hidden-name",
        SweepReason::SettingsFile => "sweep-reason-settings-file",
        SweepReason::SignatureMatched => "sweep-reason-signature-matched",
        SweepReason::AdministratorsOnly => "sweep-reason-administrators-only",
        SweepReason::NotInTime => "sweep-reason-not-in-time",
        SweepReason::Unreadable => "sweep-reason-unreadable",
    })
}

/// How a search ended.
pub(super) fn end_phrase(end: SweepEnd) -> Phrase {
    Phrase::new(match end {
        SweepEnd::Done => "sweep-end-done",
        SweepEnd::Stopped => "sweep-end-stopped",
        SweepEnd::StoppedByUser => "sweep-end-stopped-by-user",
        SweepEnd::Busy => "sweep-end-busy",
        SweepEnd::Invalid => "sweep-end-invalid",
        SweepEnd::NoScanner => "sweep-end-no-scanner",
        SweepEnd::NoSignatures => "sweep-end-no-signatures",
        SweepEnd::TimedOut => "sweep-end-timed-out",
        SweepEnd::DiskFull => "sweep-end-disk-full",
        SweepEnd::NotPermitted => "sweep-end-not-permitted",
        SweepEnd::Gone => "sweep-end-gone",
        SweepEnd::Broken => "sweep-end-broken",
        SweepEnd::TakenBack => "sweep-end-taken-back",
        SweepEnd::PathLost => "sweep-end-path-lost",
    })
}

/// A finding in one line: what is thought of it, what it is, and the first reason.
pub(super) fn finding_phrase(finding: &SweepFinding) -> Phrase {
    let (standing, thing) = (sweep_standing_phrase(finding.standing), sweep_thing_phrase(finding.thing));
    let name = if finding.name.is_empty() { &finding.path } else { &finding.name };
    let place = if finding.line.is_empty() { &finding.path } else { &finding.line };
    match most_telling(&finding.reasons) {
        Some(reason) => {
            let why = sweep_reason_phrase(reason);
            let values = args![standing = standing, thing = thing, name = name, place = place, why = why];
            Phrase::with("sweep-found-why", values)
        }
        None => {
            Phrase::with("sweep-found", args![standing = standing, thing = thing, name = name, place = place])
        }
    }
}

/// Of the reasons the one for a single line: why it stands as it does rather than what starts it.
fn most_telling(reasons: &[SweepReason]) -> Option<SweepReason> {
    let says_when = |reason: &SweepReason| {
        matches!(
            reason,
            SweepReason::StartsWithComputer
                | SweepReason::StartsAtLogin
                | SweepReason::StartsByTime
                | SweepReason::RunsNow
                | SweepReason::Recent
        )
    };
    reasons.iter().copied().find(|reason| !says_when(reason)).or(reasons.first().copied())
}

/// All that is known of a finding, one thing per line, as it is copied and unfolded.
pub fn sweep_finding_text(finding: &SweepFinding, words: &Words) -> String {
    let mut lines = vec![words.say(&finding_phrase(finding))];
    lines.extend(
        finding.reasons.iter().map(|reason| format!("– {}", words.say(&sweep_reason_phrase(*reason)))),
    );
    let mut add = |key: &'static str, value: PhraseArg| lines.push(words.with(key, args![value = value]));
    for (key, text) in [
        ("sweep-detail-path", &finding.path),
        ("sweep-detail-line", &finding.line),
        ("sweep-detail-package", &finding.package),
    ] {
        if !text.is_empty() {
            add(key, PhraseArg::from(text.as_str()));
        }
    }
    let numbers = [
        ("sweep-detail-pid", finding.pid.map(PhraseArg::from)),
        ("sweep-detail-age", finding.age_days.map(PhraseArg::from)),
        ("sweep-detail-size", finding.size_bytes.map(|bytes| PhraseArg::from(bytes as f32 / 1e3))),
    ];
    for (key, number) in numbers {
        if let Some(number) = number {
            add(key, number);
        }
    }
    let hash = finding.sha256_text();
    if !hash.is_empty() {
        lines.push(format!("SHA-256 {hash}"));
    }
    lines.join("\n")
}

/// A finding for scripts. What is not known is `null` or empty.
pub(super) fn finding_json(finding: &SweepFinding) -> Value {
    let sha256 = Some(finding.sha256_text()).filter(|text| !text.is_empty());
    json!({
        "key": finding.key(),
        "category": finding.category.word(),
        "kind": finding.thing.word(),
        "standing": finding.standing.word(),
        "reasons": finding.reasons.iter().map(|reason| reason.word()).collect::<Vec<_>>(),
        "name": finding.name,
        "path": finding.path,
        "line": finding.line,
        "pid": finding.pid,
        "package": finding.package,
        "sha256": sha256,
        "age_days": finding.age_days,
        "size_bytes": finding.size_bytes,
    })
}
