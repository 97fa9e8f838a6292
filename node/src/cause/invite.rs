//! What is wrong with a text that should have been an invite, and what to do.

use std::time::Duration;

use beistand_p2p::invite::{InviteError, InviteRendering};

use crate::words::{Phrase, args};

impl From<&InviteError> for Phrase {
    /// It repeats no more of the text than one wrong word, which is escaped.
    fn from(error: &InviteError) -> Self {
        match error {
            InviteError::Empty => Self::new("cause-invite-empty"),
            InviteError::TooLong => Self::new("cause-invite-too-long"),
            InviteError::NotAnInvite => Self::new("cause-invite-unlike"),
            InviteError::WrongWord { position, word, proposals } => wrong_word(*position, word, proposals),
            InviteError::WordCount { found } => Self::with("cause-invite-word-count", args![found = *found]),
            InviteError::WrongCharacter { rendering, position, character } => {
                wrong_character(*rendering, *position, *character)
            }
            InviteError::CodeLength { found } => {
                Self::with("cause-invite-code-length", args![found = *found])
            }
            InviteError::LookAlike { position, character, latin } => {
                look_alike(*position, *character, *latin)
            }
            InviteError::CheckFailed { rendering: InviteRendering::Words } => {
                Self::new("cause-invite-words-mixed")
            }
            InviteError::CheckFailed { rendering: InviteRendering::Code } => {
                Self::new("cause-invite-code-mixed")
            }
            InviteError::CheckFailed { rendering: InviteRendering::Link } => {
                Self::new("cause-invite-link-damaged")
            }
            InviteError::LinkCutOff => Self::new("cause-invite-link-cut"),
            InviteError::LinkInvalid => Self::new("cause-invite-link-wrong"),
            InviteError::Ambiguous => Self::new("cause-invite-several"),
            InviteError::NewerVersion { version } => {
                Self::with("cause-invite-newer", args![version = *version])
            }
        }
    }
}

fn wrong_word(position: usize, word: &str, proposals: &[&str]) -> Phrase {
    let word = word.escape_debug().to_string();
    if proposals.is_empty() {
        return Phrase::with("cause-invite-word-unknown", args![position = position, word = word]);
    }
    let proposals = proposals.join(", ");
    Phrase::with("cause-invite-word", args![position = position, word = word, proposals = proposals])
}

fn wrong_character(rendering: InviteRendering, position: usize, character: char) -> Phrase {
    let character = character.escape_debug().to_string();
    match rendering {
        InviteRendering::Link => {
            Phrase::with("cause-invite-link-character", args![position = position, character = character])
        }
        InviteRendering::Words | InviteRendering::Code => {
            Phrase::with("cause-invite-code-character", args![position = position, character = character])
        }
    }
}

fn look_alike(position: usize, character: char, latin: Option<char>) -> Phrase {
    let character = character.escape_debug().to_string();
    match latin {
        Some(latin) => Phrase::with(
            "cause-invite-look-alike",
            args![position = position, character = character, latin = latin.to_string()],
        ),
        None => Phrase::with("cause-invite-letter", args![position = position, character = character]),
    }
}

/// A rough length of time since then.
pub(crate) fn since(ago: Duration) -> Phrase {
    match ago.as_secs() {
        0..60 => Phrase::new("cause-ago-moments"),
        secs @ 60..3_600 => Phrase::with("cause-ago-minutes", args![count = secs / 60]),
        secs @ 3_600..172_800 => Phrase::with("cause-ago-hours", args![count = secs / 3_600]),
        secs => Phrase::with("cause-ago-days", args![count = secs / 86_400]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, Words};

    fn say(language: Language, error: &InviteError) -> String {
        Words::of_node(language).say(&error.into())
    }

    #[test]
    fn numbers_and_words_stand_where_they_belong() {
        let words = InviteError::WordCount { found: 1 };
        assert_eq!(
            say(Language::English, &words),
            "An invite has six words, but there is only one here. Compare them with the other person."
        );
        let wrong = InviteError::WrongWord {
            position: 3,
            word: "abil\u{202e}ty".to_owned(),
            proposals: vec!["ability", "abolish"],
        };
        let said = say(Language::German, &wrong);
        assert!(said.contains("Wort 3, „abil\\u{202e}ty“") && said.contains("ability, abolish?"), "{said}");
    }
}
