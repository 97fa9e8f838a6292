//! What the application calls things: plain words for a person who has never heard the technical one.

use std::time::Duration;

use beistand_node::{ConnectStep, EndCause, PathKind, Permission};

/// What a permission lets the helper do, as the user is asked: a title and a line that explains.
pub const fn permission(permission: Permission) -> (&'static str, &'static str) {
    match permission {
        Permission::View => ("See your screen", "Everything that is on it, while this runs."),
        Permission::Pointer => ("Use your mouse", "Move the pointer and click."),
        Permission::Keyboard => ("Use your keyboard", "Type and press keys."),
        Permission::ClipboardToUser => ("Give you text to paste", "Put text on your clipboard."),
        Permission::ClipboardFromUser => ("Read what you copy", "See the text on your clipboard."),
        Permission::FilesToUser => ("Send you files", "You approve each file."),
        Permission::FilesFromUser => ("Receive files from you", "You pick each file."),
        Permission::Voice => ("Talk with you", "Use your microphone and loudspeaker."),
        Permission::Diagnostics => ("Read a report about this computer", "You see the report first."),
        Permission::Terminal => ("Work in a command window", "You see every line."),
        Permission::Annotate => ("Draw on your screen", "To point at things."),
        Permission::Record => ("Record this session", "Keep a film of it."),
        Permission::Reconnect => ("Come back within an hour", "Without a new invite."),
        _ => ("Something this version does not know", "Better left out."),
    }
}

/// One or two words for a permission, where there is little room.
pub const fn short_permission(permission: Permission) -> &'static str {
    match permission {
        Permission::View => "Screen",
        Permission::Pointer => "Mouse",
        Permission::Keyboard => "Keyboard",
        Permission::ClipboardToUser => "Paste to you",
        Permission::ClipboardFromUser => "Read copies",
        Permission::FilesToUser => "Send files",
        Permission::FilesFromUser => "Get files",
        Permission::Voice => "Voice",
        Permission::Diagnostics => "Report",
        Permission::Terminal => "Command window",
        Permission::Annotate => "Drawing",
        Permission::Record => "Recording",
        Permission::Reconnect => "Coming back",
        _ => "Other",
    }
}

/// What a permission lets the helper do, as the helper reads it.
pub const fn helper_permission(permission: Permission) -> &'static str {
    match permission {
        Permission::View => "see the screen",
        Permission::Pointer => "use the mouse",
        Permission::Keyboard => "use the keyboard",
        Permission::ClipboardToUser => "put text on their clipboard",
        Permission::ClipboardFromUser => "read their clipboard",
        Permission::FilesToUser => "send files",
        Permission::FilesFromUser => "fetch files",
        Permission::Voice => "talk",
        Permission::Diagnostics => "read a report",
        Permission::Terminal => "work in a terminal",
        Permission::Annotate => "draw on the screen",
        Permission::Record => "record",
        Permission::Reconnect => "come back",
        _ => "something newer",
    }
}

/// What happens in a step of the connection, as the helper reads it.
pub const fn step(step: ConnectStep) -> &'static str {
    match step {
        ConnectStep::ReadingInvite => "Reading the invite",
        ConnectStep::Searching => "Looking for the other computer",
        ConnectStep::Connecting => "Connecting",
        ConnectStep::Securing => "Checking that both sides have the same invite",
        ConnectStep::WaitingForConsent => "Waiting for them to say yes",
        ConnectStep::Starting => "Getting the first picture",
        _ => "Working",
    }
}

/// The steps in their order.
pub const STEPS: [ConnectStep; 6] = [
    ConnectStep::ReadingInvite,
    ConnectStep::Searching,
    ConnectStep::Connecting,
    ConnectStep::Securing,
    ConnectStep::WaitingForConsent,
    ConnectStep::Starting,
];

/// How direct the way is.
pub const fn path(kind: PathKind) -> &'static str {
    match kind {
        PathKind::Lan => "same network",
        PathKind::Direct => "direct",
        PathKind::Relay => "through a relay",
    }
}

/// There is no way, and one is looked for.
pub const RECONNECTING: &str = "reconnecting";

/// What the way means for a person who asks.
pub const fn path_hint(kind: PathKind) -> &'static str {
    match kind {
        PathKind::Lan => "Both computers are in the same network.",
        PathKind::Direct => "The computers talk to each other directly, across the internet.",
        PathKind::Relay => "A third computer passes the data on. It cannot read it.",
    }
}

/// A headline for an end.
pub fn end_title(cause: &EndCause) -> &'static str {
    match cause.reason {
        "ended" => "The session has ended",
        "denied" => "They said no",
        "invite-wrong" => "That invite doesn't work",
        "invite-expired" => "That invite is too old",
        "invite-used" => "That invite was used already",
        "not-found" => "The other computer wasn't found",
        "lost" => "The connection was lost",
        _ => "Something went wrong",
    }
}

/// How long something has gone on already, to the minute: a screen on which seconds count never comes to rest, and each
/// of its pictures travels to the helper.
pub fn elapsed(duration: Duration) -> String {
    let minutes = duration.as_secs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => "just started".to_owned(),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
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

    #[test]
    fn clocks_show_hours_only_where_there_are_some() {
        assert_eq!(clock(Duration::from_secs(899)), "14:59");
        assert_eq!(clock(Duration::from_secs(3_600 + 61)), "1:01:01");
    }

    #[test]
    fn elapsed_time_changes_once_a_minute() {
        for (secs, text) in
            [(0, "just started"), (59, "just started"), (60, "1 min"), (3_600, "1 h"), (3_661, "1 h 1 min")]
        {
            assert_eq!(elapsed(Duration::from_secs(secs)), text);
        }
        let moment = Duration::from_millis(61_250);
        let next = moment + until_next_minute(moment);
        assert_eq!((next, elapsed(next).as_str()), (Duration::from_secs(120), "2 min"));
    }

    #[test]
    fn every_permission_has_words_of_its_own() {
        let mut titles: Vec<_> = Permission::ALL.into_iter().map(|one| permission(one).0).collect();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), Permission::ALL.len());
    }
}
