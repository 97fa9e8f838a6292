//! What the indicator says, in the user's language.

use std::time::Duration;

use beistand_platform::{IndicatorFace, IndicatorFlow};
use beistand_session::{Permission, PermissionSet, escaped_name_warning};

use crate::acquaintances::Recognition;
use crate::features::permission_word;
use crate::words::{Phrase, Words, args};

/// What the indicator is to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShownSession {
    /// Who helps, as they call themselves, escaped.
    pub(crate) name: String,
    /// What is to be thought of that name.
    pub(crate) mark: NameMark,
    /// What is granted.
    pub(crate) granted: PermissionSet,
    /// Whether the session is paused.
    pub(crate) paused: bool,
    /// Whether the emergency key works.
    pub(crate) key: EmergencyKeyState,
}

/// What stands beside a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NameMark {
    /// Nothing: everybody knows that a stranger has chosen their name themselves.
    None,
    /// They are known since then.
    Since(Phrase),
    /// The name is a company's, or somebody's who is known with another key or by another name.
    Unverified,
}

impl NameMark {
    /// The mark of whoever calls themselves `name` and of whom this is known.
    pub(crate) fn of(name: &str, recognition: &Recognition) -> Self {
        match recognition {
            _ if escaped_name_warning(name).is_some() => Self::Unverified,
            Recognition::Stranger => Self::None,
            // Whose word it is has been said with the question.
            Recognition::Carded(card) if card.is_of(name) => Self::None,
            Recognition::Known(one) if one.name() == name => Self::Since(one.since()),
            // Nobody has compared anything with whoever has this name.
            Recognition::Known(_)
            | Recognition::Other(_)
            | Recognition::Carded(_)
            | Recognition::OtherThanCard(_) => Self::Unverified,
        }
    }
}

/// Whether the emergency key works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EmergencyKeyState {
    Works,
    Broken,
}

/// The face for `session`, which has been going on for `elapsed`.
pub(super) fn face(
    session: &ShownSession,
    activity: Option<&'static str>,
    elapsed: Duration,
    words: &Words,
) -> IndicatorFace {
    let doing = args![doing = doing(session, activity), time = time(elapsed)];
    IndicatorFace {
        flow: if session.paused { IndicatorFlow::Paused } else { IndicatorFlow::Running },
        name: words.with("indicator-name", args![name = &session.name]),
        mark: match &session.mark {
            NameMark::None => String::new(),
            NameMark::Since(since) => words.with("indicator-known", args![since = since.clone()]),
            NameMark::Unverified => words.text("indicator-mark"),
        },
        doing: words.with("indicator-doing", doing),
        may: words.say(&may(session.granted)),
        key: words.text(match session.key {
            EmergencyKeyState::Works => "indicator-key",
            EmergencyKeyState::Broken => "indicator-no-key",
        }),
        pause: words.text("indicator-pause"),
        go_on: words.text("indicator-go-on"),
        end: words.text("indicator-end"),
    }
}

fn doing(session: &ShownSession, activity: Option<&'static str>) -> Phrase {
    Phrase::new(match activity {
        _ if session.paused => "indicator-paused",
        Some(word) => word,
        None if session.granted.contains(Permission::View) => "indicator-looking",
        None => "indicator-nothing",
    })
}

fn time(elapsed: Duration) -> Phrase {
    let minutes = elapsed.as_secs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => Phrase::new("indicator-just-now"),
        (0, minutes) => Phrase::with("indicator-minutes", args![minutes = minutes]),
        (hours, minutes) => Phrase::with("indicator-hours", args![hours = hours, minutes = minutes]),
    }
}

fn may(granted: PermissionSet) -> Phrase {
    let what: Vec<Phrase> = granted.iter().filter_map(permission_word).map(Phrase::new).collect();
    if what.is_empty() {
        Phrase::new("indicator-may-nothing")
    } else {
        Phrase::with("indicator-may", args![what = what])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acquaintances::Acquaintance;
    use crate::features::offers;
    use crate::words::Language;

    fn shown(granted: PermissionSet, paused: bool) -> ShownSession {
        ShownSession {
            name: "Anna".to_owned(),
            mark: NameMark::Unverified,
            granted,
            paused,
            key: EmergencyKeyState::Works,
        }
    }

    #[test]
    fn it_says_who_what_they_may_and_what_they_are_doing() {
        let words = Words::of_node(Language::English);
        let view = PermissionSet::NONE.with(Permission::View);
        let say = |session: &ShownSession, activity, minutes: u64| {
            let face = face(session, activity, Duration::from_secs(minutes * 60), &words);
            [face.name, face.mark, face.doing, face.may]
        };
        let session = shown(view.with(Permission::Keyboard), false);
        assert_eq!(
            say(&session, Some("indicator-looking"), 12),
            [
                "“Anna”",
                "(name not verified)",
                "Looking at your screen · helping for 12 min",
                "May: see, keyboard"
            ]
        );
        assert_eq!(say(&shown(view, false), None, 0)[2], "Looking at your screen · just started");
        assert_eq!(
            say(&shown(PermissionSet::NONE, false), None, 61)[2..],
            ["Sees nothing, does nothing · helping for 1 h 1 min", "May do nothing",]
        );
        let paused = say(&shown(view, true), Some("indicator-looking"), 1);
        assert!(paused[2].starts_with("Paused"), "{paused:?}");
    }

    #[test]
    fn a_name_is_marked_where_that_says_something() {
        let tess = || Acquaintance::sample("Tess", 0);
        for (name, recognition, marked) in [
            ("Tess", Recognition::Stranger, NameMark::None),
            ("Tess", Recognition::Known(tess()), NameMark::Since(tess().since())),
            ("Theresa", Recognition::Known(tess()), NameMark::Unverified),
            ("Tess", Recognition::Other(tess()), NameMark::Unverified),
            ("Microsoft Support", Recognition::Stranger, NameMark::Unverified),
        ] {
            assert_eq!(NameMark::of(name, &recognition), marked, "{name}, {recognition:?}");
        }
        let plain = ShownSession { mark: NameMark::None, ..shown(PermissionSet::NONE, false) };
        let words = Words::of_node(Language::English);
        assert_eq!(face(&plain, None, Duration::ZERO, &words).mark, "");
    }

    #[test]
    fn all_that_can_be_granted_has_a_word() {
        assert!(offers().iter().all(|permission| permission_word(permission).is_some()));
    }
}
