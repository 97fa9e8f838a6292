//! What the application calls what the node speaks of: the keys of texts, in plain words for a person who has
//! never heard the technical one.

use std::time::Duration;

use beistand_node::words::{Phrase, args};

use beistand_node::{ConnectStep, PathKind};

/// The steps of the connection in their order.
pub const STEPS: [ConnectStep; 6] = [
    ConnectStep::ReadingInvite,
    ConnectStep::Searching,
    ConnectStep::Connecting,
    ConnectStep::Securing,
    ConnectStep::WaitingForConsent,
    ConnectStep::Starting,
];

/// What happens in a step of the connection, as the helper reads it.
pub const fn step(step: ConnectStep) -> &'static str {
    match step {
        ConnectStep::ReadingInvite => "page-step-reading-invite",
        ConnectStep::Searching => "page-step-searching",
        ConnectStep::Connecting => "page-step-connecting",
        ConnectStep::Securing => "page-step-securing",
        ConnectStep::WaitingForConsent => "page-step-waiting",
        ConnectStep::Starting => "page-step-starting",
    }
}

/// How direct the way is.
pub const fn path(kind: PathKind) -> &'static str {
    match kind {
        PathKind::Lan => "page-path-lan",
        PathKind::Direct => "page-path-direct",
        PathKind::Relay => "page-path-relay",
    }
}

/// What the way means for a person who asks.
pub const fn path_hint(kind: PathKind) -> &'static str {
    match kind {
        PathKind::Lan => "page-path-lan-hint",
        PathKind::Direct => "page-path-direct-hint",
        PathKind::Relay => "page-path-relay-hint",
    }
}

/// How long something has gone on already, to the minute: a screen on which seconds count never comes to
/// rest, and each of its pictures travels to the helper.
pub fn elapsed(duration: Duration) -> Phrase {
    let minutes = duration.as_secs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => Phrase::new("page-elapsed-nothing"),
        (0, minutes) => Phrase::with("page-elapsed-minutes", args![minutes = minutes]),
        (hours, 0) => Phrase::with("page-elapsed-hours", args![hours = hours]),
        (hours, minutes) => Phrase::with("page-elapsed-both", args![hours = hours, minutes = minutes]),
    }
}

/// How long something took that is over.
pub fn lasted(duration: Duration) -> Phrase {
    if duration < Duration::from_secs(60) { Phrase::new("page-elapsed-under") } else { elapsed(duration) }
}

/// How long [`elapsed`] says the same from `duration` on.
pub fn until_next_minute(duration: Duration) -> Duration {
    Duration::from_secs(60) - Duration::new(duration.as_secs() % 60, duration.subsec_nanos())
}

/// `mm:ss`, or `h:mm:ss` from an hour on; parts of a second count as one more where it is a countdown.
pub fn clock(duration: Duration) -> String {
    let secs = duration.as_secs();
    let (hours, minutes, secs) = (secs / 3600, secs / 60 % 60, secs % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{secs:02}") } else { format!("{minutes:02}:{secs:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::WORD_ROOMS;
    use beistand_node::words::{Language, Words};

    #[test]
    fn clocks_show_hours_only_where_there_are_some() {
        assert_eq!(clock(Duration::from_secs(899)), "14:59");
        assert_eq!(clock(Duration::from_secs(3_600 + 61)), "1:01:01");
    }

    #[test]
    fn elapsed_time_changes_once_a_minute() {
        let words = Words::new(Language::English, &[WORD_ROOMS]);
        let elapsed = |duration| words.say(&elapsed(duration));
        for (secs, text) in
            [(0, "just started"), (59, "just started"), (60, "1 min"), (3_600, "1 h"), (3_661, "1 h 1 min")]
        {
            assert_eq!(elapsed(Duration::from_secs(secs)), text);
        }
        let moment = Duration::from_millis(61_250);
        let next = moment + until_next_minute(moment);
        assert_eq!((next, elapsed(next).as_str()), (Duration::from_secs(120), "2 min"));
    }
}
