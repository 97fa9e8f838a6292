//! Recognises the rendering of a text, and reads it.

use std::time::SystemTime;

use super::error::InviteError;
use super::secret::InviteSecret;
use super::{Invite, MAX_TEXT_BYTES, code, link, text, words};

/// Characters of a text that may be a code with some forgotten or typed twice. Shorter texts could be
/// anything; eight words have at least 24 characters.
const CODE_LIKE_CHARS: std::ops::RangeInclusive<usize> = 12..=23;

/// Words of the list from which a text is taken for words: one alone may occur in any text.
const WORD_LIKE: usize = 2;

pub(super) fn parse(pasted: &str, now: SystemTime) -> Result<Invite, InviteError> {
    if pasted.len() > MAX_TEXT_BYTES {
        return Err(InviteError::TooLong);
    }
    let text = text::normalise(pasted);
    if !text.contains(char::is_alphanumeric) {
        return Err(InviteError::Empty);
    }
    let mut after_scheme = text.match_indices(link::SCHEME).map(|(at, scheme)| &text[at + scheme.len()..]);
    let Some(first) = after_scheme.next() else {
        return spoken(&text).map(|secret| Invite { secret, host: None });
    };
    link::read(first, now).or_else(|error| {
        // The program's name may stand before the link or the words, and looks like the scheme.
        after_scheme
            .find_map(|rest| link::read(rest, now).ok())
            .or_else(|| spoken(first).ok().map(|secret| Invite { secret, host: None }))
            .ok_or(error)
    })
}

/// Reads the secret from normalised words or code.
fn spoken(text: &str) -> Result<InviteSecret, InviteError> {
    if let Some(folded) = text::without_look_alikes(text) {
        return Err(match recognise(&folded) {
            Some(_) => first_look_alike(text),
            None => InviteError::NotAnInvite,
        });
    }
    match recognise(text) {
        Some(SpokenForm::Words) => words::read(text),
        Some(SpokenForm::Code) => code::read(text),
        None => Err(InviteError::NotAnInvite),
    }
}

enum SpokenForm {
    Words,
    Code,
}

/// What a text most probably is, however wrong its details are.
fn recognise(text: &str) -> Option<SpokenForm> {
    let characters = code::characters(text).count();
    if characters == code::CHARS && code::read(text).is_ok() {
        return Some(SpokenForm::Code);
    }
    if words::count(text) >= WORD_LIKE {
        return Some(SpokenForm::Words);
    }
    (CODE_LIKE_CHARS.contains(&characters) && text::tokens(text).all(in_code)).then_some(SpokenForm::Code)
}

/// Whether it can be part of a code: it has a digit, or is no longer than a group.
fn in_code(token: &str) -> bool {
    token.len() <= 6 || token.contains(|c: char| c.is_ascii_digit())
}

fn first_look_alike(text: &str) -> InviteError {
    let found = text::tokens(text)
        .enumerate()
        .find_map(|(at, token)| token.chars().find(|c| text::other_script(*c)).map(|c| (at + 1, c)));
    match found {
        Some((position, character)) => {
            InviteError::LookAlike { position, character, latin: text::latin(character) }
        }
        None => InviteError::NotAnInvite,
    }
}
