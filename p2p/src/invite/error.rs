//! What is wrong with a text that should have been an invite. In each case the text is at fault; nothing was
//! sent.

use std::fmt;

/// The ways to write an invite down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InviteRendering {
    /// Six words.
    Words,
    /// 14 characters.
    Code,
    /// `beistand:` and what follows.
    Link,
}

/// Why a text is not a usable invite. The message says what happened and what to do; it repeats at most one
/// wrong word of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InviteError {
    /// There is nothing to read.
    Empty,
    /// The text is longer than [`MAX_TEXT_BYTES`](super::MAX_TEXT_BYTES); it was not read.
    TooLong,
    /// It resembles no rendering.
    NotAnInvite,
    /// A word that is not in the list of the language that the others are of.
    WrongWord {
        /// The word's position, from 1.
        position: usize,
        /// The word, cut to 16 characters.
        word: String,
        /// The most similar words of the list, at most
        /// [`MAX_PROPOSALS`](super::MAX_PROPOSALS).
        proposals: Vec<&'static str>,
    },
    /// There are some words, but not six.
    WordCount {
        /// How many there are.
        found: usize,
    },
    /// A character that this rendering does not use.
    WrongCharacter {
        /// The rendering.
        rendering: InviteRendering,
        /// Its position from 1, without counting dashes and spaces; in a link, from after `beistand:`.
        position: usize,
        /// The character.
        character: char,
    },
    /// A code that is too short or too long.
    CodeLength {
        /// How many characters there are, without dashes and spaces.
        found: usize,
    },
    /// A Cyrillic or Greek letter that may look like a Latin one.
    LookAlike {
        /// The position of its word, from 1.
        position: usize,
        /// The letter.
        character: char,
        /// The Latin letter that it looks like.
        latin: Option<char>,
    },
    /// Each part is valid, but they don't belong together.
    CheckFailed {
        /// The rendering.
        rendering: InviteRendering,
    },
    /// The end of the link is missing.
    LinkCutOff,
    /// The link is undamaged but invalid: the program that made it is at fault.
    LinkInvalid,
    /// There are two or more invites that differ.
    Ambiguous,
    /// The link was made by a newer version of this program.
    NewerVersion {
        /// The link's version.
        version: u8,
    },
}

impl InviteError {
    /// Whether what is still to come of the text may make an invite of it.
    pub const fn more_may_mend_it(&self) -> bool {
        match self {
            Self::Empty | Self::NotAnInvite | Self::LinkCutOff => true,
            Self::WordCount { found } => *found < super::words::WORDS,
            Self::CodeLength { found } => *found < super::code::CHARS,
            Self::TooLong
            | Self::WrongWord { .. }
            | Self::WrongCharacter { .. }
            | Self::LookAlike { .. }
            | Self::CheckFailed { .. }
            | Self::LinkInvalid
            | Self::Ambiguous
            | Self::NewerVersion { .. } => false,
        }
    }
}

impl std::error::Error for InviteError {}

impl fmt::Display for InviteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str(
                "There is no invite here. Paste the link, or type the six words that the other side tells you.",
            ),
            Self::TooLong => f.write_str(
                "This text is too long to be an invite, so it was not read. Paste only the link or the six words.",
            ),
            Self::NotAnInvite => f.write_str(
                "There is no invite in this text. An invite is six English or German words, a code of 14 characters, or a \
                 link that starts with \"beistand:\".",
            ),
            Self::WrongWord { position, word, proposals } => wrong_word(f, *position, word, proposals),
            Self::WordCount { found } => write!(
                f,
                "An invite has six words, and {} here. Compare them with the other side.",
                if *found == 1 { "there is 1".to_owned() } else { format!("there are {found}") }
            ),
            Self::WrongCharacter { rendering, position, character } => {
                wrong_character(f, *rendering, *position, *character)
            }
            Self::CodeLength { found } => write!(
                f,
                "The code has 14 characters, and there are {found} here. Compare it with the other side."
            ),
            Self::LookAlike { position, character, latin } => look_alike(f, *position, *character, *latin),
            Self::CheckFailed { rendering } => f.write_str(match rendering {
                InviteRendering::Words => {
                    "These six words don't belong together: one of them is probably wrong, or two have changed \
                     places. Compare them with the other side, one by one."
                }
                InviteRendering::Code => {
                    "These characters don't belong together: one of them is probably wrong. Compare them with the \
                     other side, one by one."
                }
                InviteRendering::Link => {
                    "The link was damaged on its way. Ask for it again, or use the six words instead."
                }
            }),
            Self::LinkCutOff => f.write_str(
                "The end of the link is missing. Copy all of it, or use the six words instead.",
            ),
            Self::LinkInvalid => f.write_str(
                "The link can't be used because the program that made it made a mistake. Use the six words instead.",
            ),
            Self::Ambiguous => f.write_str(
                "There is more than one invite in this text. Paste only the newest one.",
            ),
            Self::NewerVersion { version } => write!(
                f,
                "This invite was made by a newer version of Beistand (link version {version}). Update Beistand, then \
                 paste it again."
            ),
        }
    }
}

fn wrong_word(
    f: &mut fmt::Formatter<'_>,
    position: usize,
    word: &str,
    proposals: &[&'static str],
) -> fmt::Result {
    write!(f, "Word {position}, \"{}\", is not a word of an invite. ", word.escape_debug())?;
    if proposals.is_empty() {
        return f.write_str("Ask the other side to spell it.");
    }
    write!(f, "Did you mean \"{}\"?", proposals.join("\" or \""))
}

fn wrong_character(
    f: &mut fmt::Formatter<'_>,
    rendering: InviteRendering,
    position: usize,
    character: char,
) -> fmt::Result {
    let character = character.escape_debug();
    match rendering {
        InviteRendering::Link => write!(
            f,
            "Character {position} of the link, \"{character}\", can't be part of a link, so the link was damaged \
             on its way. Ask for it again, or use the six words instead."
        ),
        InviteRendering::Words | InviteRendering::Code => write!(
            f,
            "Character {position}, \"{character}\", can't be part of a code. Compare it with the other side."
        ),
    }
}

fn look_alike(
    f: &mut fmt::Formatter<'_>,
    position: usize,
    character: char,
    latin: Option<char>,
) -> fmt::Result {
    write!(f, "Part {position} of this has the letter \"{}\"", character.escape_debug())?;
    if let Some(latin) = latin {
        write!(f, ", which looks like \"{latin}\" but is a different letter")?;
    }
    f.write_str(". An invite has Latin letters only: switch the keyboard and type it again.")
}
