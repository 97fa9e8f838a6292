//! What settings and their values are called.

use beistand_adjust::{AUTOMATIC, NONE, trial};

use super::{AdjustChange, AdjustFault, AdjustKind, AdjustSetting, AdjustState, AdjustUndoer, AdjustWish};
use crate::words::{Phrase, args};

/// Choices that a person is told on a terminal: a line or two of them.
const MAX_TOLD_CHOICES: usize = 24;

/// What a setting is called.
pub fn adjust_kind_phrase(kind: AdjustKind) -> Phrase {
    Phrase::new(match kind {
        AdjustKind::Resolution => "adjust-kind-resolution",
        AdjustKind::Scale => "adjust-kind-scale",
        AdjustKind::Keyboard => "adjust-kind-keyboard",
        AdjustKind::Language => "adjust-kind-language",
        AdjustKind::Browser => "adjust-kind-browser",
        AdjustKind::Mail => "adjust-kind-mail",
        AdjustKind::Network => "adjust-kind-network",
        AdjustKind::Dns => "adjust-kind-dns",
        AdjustKind::TimeZone => "adjust-kind-time-zone",
        AdjustKind::NetworkTime => "adjust-kind-network-time",
        AdjustKind::Sleep => "adjust-kind-sleep",
        AdjustKind::Firewall => "adjust-kind-firewall",
        AdjustKind::Printer => "adjust-kind-printer",
    })
}

/// What a value is called.
pub fn adjust_value_phrase(kind: AdjustKind, value: &str) -> Phrase {
    let as_it_is = |value: &str| Phrase::with("adjust-value", args![value = value]);
    match (kind, value) {
        (_, AUTOMATIC) => Phrase::new("adjust-value-automatic"),
        (_, NONE) => Phrase::new("adjust-value-none"),
        (_, "on") => Phrase::new("adjust-value-on"),
        (_, "off") => Phrase::new("adjust-value-off"),
        (AdjustKind::Sleep, "0") => Phrase::new("adjust-value-never"),
        (AdjustKind::Sleep, minutes) => Phrase::with("adjust-value-minutes", args![minutes = minutes]),
        (AdjustKind::Scale, percent) => Phrase::with("adjust-value-percent", args![percent = percent]),
        (AdjustKind::Resolution, size) => as_it_is(&size.replace('x', " × ")),
        (AdjustKind::Browser | AdjustKind::Mail, entry) => {
            as_it_is(entry.strip_suffix(".desktop").unwrap_or(entry))
        }
        (AdjustKind::Keyboard, layout) => layout_key(layout).map_or_else(|| as_it_is(layout), Phrase::new),
        (
            AdjustKind::Language
            | AdjustKind::Network
            | AdjustKind::Dns
            | AdjustKind::TimeZone
            | AdjustKind::NetworkTime
            | AdjustKind::Firewall
            | AdjustKind::Printer,
            value,
        ) => as_it_is(value),
    }
}

/// What a layout of the keyboard is called; none where nobody here knows it.
fn layout_key(layout: &str) -> Option<&'static str> {
    Some(match layout {
        "de" => "adjust-layout-de",
        "us" => "adjust-layout-us",
        "gb" => "adjust-layout-gb",
        "fr" => "adjust-layout-fr",
        "ch" => "adjust-layout-ch",
        "at" => "adjust-layout-at",
        "es" => "adjust-layout-es",
        "it" => "adjust-layout-it",
        "pl" => "adjust-layout-pl",
        "tr" => "adjust-layout-tr",
        "ru" => "adjust-layout-ru",
        "ua" => "adjust-layout-ua",
        _ => return None,
    })
}

/// A change with both its values.
pub fn adjust_change_phrase(change: &AdjustChange) -> Phrase {
    let AdjustChange { kind, from, to, .. } = change;
    let (from, to) = (adjust_value_phrase(*kind, from), adjust_value_phrase(*kind, to));
    Phrase::with("adjust-change", args![setting = adjust_kind_phrase(*kind), from = from, to = to])
}

/// Why a setting can't be changed, or wasn't.
pub fn adjust_fault_phrase(fault: AdjustFault) -> Phrase {
    Phrase::new(match fault {
        AdjustFault::NoService => "adjust-fault-no-service",
        AdjustFault::NoTool => "adjust-fault-no-tool",
        AdjustFault::NoDisplay => "adjust-fault-no-display",
        AdjustFault::NoDevice => "adjust-fault-no-device",
        AdjustFault::NeedsAdministrator => "adjust-fault-needs-administrator",
        AdjustFault::Silent => "adjust-fault-silent",
        AdjustFault::Unreadable => "adjust-fault-unreadable",
        AdjustFault::NotAChoice => "adjust-fault-not-a-choice",
        AdjustFault::AlreadySo => "adjust-fault-already-so",
        AdjustFault::DiskFull => "adjust-fault-disk-full",
        AdjustFault::MovedOn => "adjust-fault-moved-on",
        AdjustFault::NoChange => "adjust-fault-no-change",
        AdjustFault::Denied => "adjust-fault-denied",
        AdjustFault::Busy => "adjust-fault-busy",
        AdjustFault::Broken => "adjust-fault-broken",
        AdjustFault::TakenBack => "adjust-fault-taken-back",
        AdjustFault::Lost => "adjust-fault-lost",
    })
}

/// How a setting is, on a terminal.
pub(super) fn setting_phrase(kind: AdjustKind, state: &AdjustState) -> Phrase {
    let setting = adjust_kind_phrase(kind);
    match state {
        AdjustState::NotHere(fault) => {
            let why = adjust_fault_phrase(*fault);
            Phrase::with("adjust-setting-not-here", args![setting = setting, why = why])
        }
        AdjustState::Here(AdjustSetting { value, choices, .. }) => {
            let value = adjust_value_phrase(kind, value);
            let mut told: Vec<&str> = choices.iter().take(MAX_TOLD_CHOICES).map(String::as_str).collect();
            if choices.len() > MAX_TOLD_CHOICES {
                told.push("…");
            }
            let (word, choices) = (kind.word(), told.join(", "));
            Phrase::with(
                "adjust-setting",
                args![setting = setting, value = value, word = word, choices = choices],
            )
        }
    }
}

/// What the user is asked.
pub fn adjust_question_phrase(wish: &AdjustWish, who: &str) -> Phrase {
    let AdjustWish { kind, from, to, undoes } = wish;
    let setting = adjust_kind_phrase(*kind);
    let (from, to_phrase) = (adjust_value_phrase(*kind, from), adjust_value_phrase(*kind, to));
    let question = args![who = who, setting = setting, from = from, to = to_phrase];
    let question =
        Phrase::with(if undoes.is_some() { "adjust-wants-back" } else { "adjust-wants" }, question);
    let (Some(time), None) = (trial(*kind, to), undoes) else { return question };
    let args = args![question = question, secs = time.as_secs()];
    match kind {
        AdjustKind::Network => Phrase::with("adjust-wants-network-off", args),
        AdjustKind::Resolution
        | AdjustKind::Scale
        | AdjustKind::Keyboard
        | AdjustKind::Language
        | AdjustKind::Browser
        | AdjustKind::Mail
        | AdjustKind::Dns
        | AdjustKind::TimeZone
        | AdjustKind::NetworkTime
        | AdjustKind::Sleep
        | AdjustKind::Firewall
        | AdjustKind::Printer => Phrase::with("adjust-wants-on-trial", args),
    }
}

/// That a change was taken back, and by whom.
pub(super) fn undone_phrase(change: u32, by: AdjustUndoer) -> Phrase {
    let number = args![number = change];
    match by {
        AdjustUndoer::User => Phrase::with("adjust-undone-user", number),
        AdjustUndoer::Helper => Phrase::with("adjust-undone-helper", number),
        AdjustUndoer::Itself => Phrase::with("adjust-undone-itself", number),
    }
}
