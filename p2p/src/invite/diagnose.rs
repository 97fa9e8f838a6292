//! What is wrong with a text in which there is no invite: what was most probably meant as one, and its first
//! mistake.
//!
//! What it does not do: it never takes a text for an invite.

use super::error::InviteError;
use super::find::find;
use super::tokens::{PastedText, TextPart};
use super::{InviteLanguage, InviteRendering, code, link, text, words};

/// Characters of a text that may be a code with some forgotten or typed twice. Shorter texts could be
/// anything; six words have at least 18 characters.
const CODE_LIKE_CHARS: std::ops::RangeInclusive<usize> = 10..=17;

/// Letters and digits after `beistand:` from which it is taken for a link rather than for the program's name.
const LINK_LIKE_CHARS: usize = 16;

/// Words of a list among six from which they are taken for an invite with mistakes, where they stand
/// alone on a line, and where they don't: ordinary sentences have some of them too.
const WORD_LIKE_ALONE: usize = 4;
const WORD_LIKE_AMONG_OTHERS: usize = 5;

/// Words in a row that are taken for an invite of which some are missing, or which has some too many.
const ROW_LIKE: std::ops::RangeInclusive<usize> = 3..=10;

/// A text of so few words is nothing but an attempt, if half of them are of a list.
const SHORT_TEXT_WORDS: usize = 7;

/// A mistake, and the parts of what was meant as an invite.
struct Mistake {
    error: InviteError,
    parts: Vec<usize>,
}

/// The first mistake of what was most probably meant as an invite.
pub(super) fn diagnose(pasted: &PastedText<'_>) -> InviteError {
    let Some(folded) = text::without_look_alikes(pasted.text()) else {
        return mistake(pasted).map_or(InviteError::NotAnInvite, |mistake| mistake.error);
    };
    // Each letter was replaced by one letter, so the parts are the same.
    let meant = PastedText::new(&folded);
    let parts = match find(&meant).into_iter().next() {
        // A link is one part to a person, however it is wrapped.
        Some(found) if found.rendering == InviteRendering::Link => {
            let first = first_look_alike(pasted, &found.parts);
            return first.map_or(InviteError::NotAnInvite, |error| match error {
                InviteError::LookAlike { character, latin, .. } => {
                    InviteError::LookAlike { position: 1, character, latin }
                }
                other => other,
            });
        }
        Some(found) => found.parts,
        None => match mistake(&meant) {
            Some(mistake) if first_look_alike(pasted, &mistake.parts).is_none() => return mistake.error,
            Some(mistake) => mistake.parts,
            None => return InviteError::NotAnInvite,
        },
    };
    first_look_alike(pasted, &parts).unwrap_or(InviteError::NotAnInvite)
}

fn first_look_alike(pasted: &PastedText<'_>, parts: &[usize]) -> Option<InviteError> {
    parts.iter().enumerate().find_map(|(at, part)| {
        let character = pasted.parts()[*part].text.chars().find(|c| text::other_script(*c))?;
        Some(InviteError::LookAlike { position: at + 1, character, latin: text::latin(character) })
    })
}

fn mistake(pasted: &PastedText<'_>) -> Option<Mistake> {
    let link = link_mistake(pasted);
    let sure = |mistake: &Mistake| mistake.parts.len() > 1 || pasted.parts().len() == 1;
    match link {
        Some(link) if sure(&link) => Some(link),
        link => word_mistake(pasted).or_else(|| code_mistake(pasted)).or(link),
    }
}

/// What is wrong with the first link. It has no part but its scheme if hardly anything follows.
fn link_mistake(pasted: &PastedText<'_>) -> Option<Mistake> {
    let at = pasted.text().find(link::SCHEME)?;
    let rest = &pasted.text()[at + link::SCHEME.len()..];
    let error = link::read(rest).err()?;
    let before = code::characters(&pasted.text()[..at]).map(char::len_utf8).sum::<usize>();
    let first = pasted.parts().iter().position(|part| part.joined_at + part.text.len() > before)?;
    let next = pasted.parts().get(first + 1);
    let long = next.is_some_and(|part| part.text.len() >= LINK_LIKE_CHARS);
    let last = if long { first + 1 } else { first };
    Some(Mistake { error, parts: (first..=last).collect() })
}

/// What is wrong with the words that are most like an invite, by the list that has the most of them.
fn word_mistake(pasted: &PastedText<'_>) -> Option<Mistake> {
    let rows = InviteLanguage::ALL.map(|language| (language, row_in(pasted, language)));
    let (language, row) =
        rows.into_iter().max_by_key(|(_, row)| row.iter().filter(|word| word.listed).count())?;
    let hits = row.iter().filter(|word| word.listed).count();
    let whole = row.len() <= SHORT_TEXT_WORDS && hits >= 2 && hits * 2 >= row.len();
    let six = row.windows(words::WORDS).map(|row| (likeness(row), row));
    let six = six
        .filter(|(_, row)| {
            let hits = row.iter().filter(|word| word.listed).count();
            hits >= WORD_LIKE_AMONG_OTHERS || alone(row) && (hits >= WORD_LIKE_ALONE || whole)
        })
        .rev()
        .max_by_key(|(likeness, _)| *likeness);
    let other_count = row
        .chunk_by(|a, b| a.listed && b.listed)
        .filter(|row| {
            row[0].listed && row.len() != words::WORDS && ROW_LIKE.contains(&row.len()) && alone(row)
        })
        .map(|row| (likeness(row).min(LIKE_MORE), row))
        .rev()
        .max_by_key(|(likeness, _)| *likeness);
    match (six, other_count) {
        (Some((six, _)), Some((other, row))) if other > six => Some(miscounted(row)),
        (Some((_, row)), _) => Some(misspelt(row, language)),
        (None, Some((_, row))) => Some(miscounted(row)),
        (None, None) => whole.then(|| miscounted(&row)),
    }
}

/// The parts that may be words, and whether this language's list has them.
fn row_in<'a>(pasted: &'a PastedText<'_>, language: InviteLanguage) -> Vec<WordLike<'a>> {
    let parts = pasted.parts().iter().enumerate().filter(|(_, part)| !part.is_numbering());
    let listed = |part: &TextPart<'_>| words::lookup(part.text, language).is_some();
    parts.map(|(at, part)| WordLike { at, part, listed: listed(part) }).collect()
}

/// A part that may be a word.
struct WordLike<'a> {
    at: usize,
    part: &'a TextPart<'a>,
    listed: bool,
}

/// The likeness of any more words of the list than six, alone on a line: more than that of six among them.
const LIKE_MORE: usize = 2 * words::WORDS + 5;

/// How much some words resemble an invite: by how many are of the list, and by whether they stand alone.
fn likeness(row: &[WordLike<'_>]) -> usize {
    let hits = row.iter().filter(|word| word.listed).count();
    let starts = usize::from(row.first().is_some_and(|word| word.part.starts));
    let ends = usize::from(row.last().is_some_and(|word| word.part.ends));
    2 * hits + starts + ends + 2 * starts * ends
}

fn alone(row: &[WordLike<'_>]) -> bool {
    row.first().is_some_and(|word| word.part.starts) && row.last().is_some_and(|word| word.part.ends)
}

fn misspelt(row: &[WordLike<'_>], language: InviteLanguage) -> Mistake {
    let wrong = row.iter().position(|word| !word.listed);
    let error = match wrong {
        Some(position) => words::wrong_word(position + 1, row[position].part.text, language),
        None => InviteError::CheckFailed { rendering: InviteRendering::Words },
    };
    Mistake { error, parts: row.iter().map(|word| word.at).collect() }
}

fn miscounted(row: &[WordLike<'_>]) -> Mistake {
    let error = InviteError::WordCount { found: row.len() };
    Mistake { error, parts: row.iter().map(|word| word.at).collect() }
}

/// What is wrong with the code that is all of the text, or stands in it without spaces.
fn code_mistake(pasted: &PastedText<'_>) -> Option<Mistake> {
    let parts = pasted.parts();
    let like = |text: &str| CODE_LIKE_CHARS.contains(&code::characters(text).count());
    if like(pasted.text()) && parts.iter().all(|part| in_code(part.text)) {
        let error = code::read(pasted.text()).err()?;
        return Some(Mistake { error, parts: (0..parts.len()).collect() });
    }
    let chunk = pasted.text().split_whitespace().find(|chunk| {
        let has_digit = chunk.contains(|c: char| c.is_ascii_digit());
        has_digit && like(chunk) && chunk.contains('-')
    })?;
    let error = code::read(chunk).err()?;
    let offset = chunk.as_ptr() as usize - pasted.text().as_ptr() as usize;
    let inside = |part: &TextPart<'_>| {
        let at = part.text.as_ptr() as usize - pasted.text().as_ptr() as usize;
        (offset..offset + chunk.len()).contains(&at)
    };
    Some(Mistake { error, parts: (0..parts.len()).filter(|at| inside(&parts[*at])).collect() })
}

/// Whether it can be part of a code: it has a digit, or is no longer than a group.
fn in_code(token: &str) -> bool {
    token.len() <= 7 || token.contains(|c: char| c.is_ascii_digit())
}
