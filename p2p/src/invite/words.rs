//! The rendering for speaking: 8 words of the BIP-39 English list, 11 bits each, for the secret and its check
//! byte.
//!
//! The first four letters distinguish the words of the list
//! ([BIP-39](https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki)), so a word may be cut after
//! them.

use bip39::Language;
use zeroize::Zeroizing;

use super::error::InviteError;
use super::secret::{CHECKED_BYTES, InviteSecret};

/// Words per invite.
pub(super) const WORDS: usize = 8;

/// Bits per word: the list has 2,048.
const BITS: usize = 11;

/// Letters of the longest words of the list.
const LONGEST_WORD: usize = 8;

/// Letters that distinguish the words of the list.
const TELLING_LETTERS: usize = 4;

/// Mistakes that a suggestion forgives: with more, a short word would resemble many others.
const MAX_MISTAKES: usize = 2;

/// Characters of a wrong word that are repeated to the person: longer than any word of the list.
const SHOWN_CHARS: usize = 16;

/// The words, in lower case, with single spaces between them.
pub(super) fn render(secret: &InviteSecret) -> Zeroizing<String> {
    let checked = secret.checked();
    let mut out = Zeroizing::new(String::with_capacity(WORDS * 9));
    for word in 0..WORDS {
        if word > 0 {
            out.push(' ');
        }
        let index =
            (0..BITS).fold(0, |index, bit| index << 1 | usize::from(bit_at(&*checked, word * BITS + bit)));
        out.push_str(list()[index]);
    }
    out
}

/// The secret of eight words by their indices in the list, if its check byte fits.
pub(super) fn secret_of(indices: &[usize]) -> Option<InviteSecret> {
    let mut checked = Zeroizing::new([0; CHECKED_BYTES]);
    for (position, index) in indices.iter().take(WORDS).enumerate() {
        for bit in 0..BITS {
            let at = position * BITS + bit;
            checked[at / 8] |= u8::from(index >> (BITS - 1 - bit) & 1 == 1) << (7 - at % 8);
        }
    }
    InviteSecret::from_checked(&checked)
}

/// The index of a word: the word itself, at least its first four letters, the word with 0 for O, 1 for I or
/// L, or the word with its number before it.
pub(super) fn lookup(word: &str) -> Option<usize> {
    let spelled = |word: &str| {
        let index = list().partition_point(|known| *known < word);
        let known = list().get(index)?;
        (*known == word || word.len() >= TELLING_LETTERS && known.starts_with(word)).then_some(index)
    };
    let mistyped = |word: &str| {
        if word.len() > LONGEST_WORD || !word.contains(['0', '1']) {
            return None;
        }
        let word = Zeroizing::new(word.replace('0', "o"));
        ["i", "l"].into_iter().find_map(|letter| spelled(&Zeroizing::new(word.replace('1', letter))))
    };
    let numbered = |word: &str| {
        let bare = word.trim_start_matches(|c: char| c.is_ascii_digit());
        (bare.len() < word.len()).then(|| spelled(bare)).flatten()
    };
    spelled(word).or_else(|| mistyped(word)).or_else(|| numbered(word))
}

/// The error that names a word which isn't in the list; `position` is from 1.
pub(super) fn wrong_word(position: usize, word: &str) -> InviteError {
    InviteError::WrongWord {
        position,
        word: word.chars().take(SHOWN_CHARS).collect(),
        suggestion: suggestion(word),
    }
}

/// The most similar word of the list: the fewest mistakes, then the longest common beginning.
fn suggestion(word: &str) -> Option<&'static str> {
    let typed: Vec<char> = word.chars().take(SHOWN_CHARS).collect();
    let shared = |known: &str| known.chars().zip(&typed).take_while(|(a, b)| a == *b).count();
    list()
        .iter()
        .map(|known| (mistakes(&typed, known.as_bytes()), *known))
        .filter(|(mistakes, known)| *mistakes <= MAX_MISTAKES && *mistakes < known.len())
        .min_by_key(|(mistakes, known)| (*mistakes, usize::MAX - shared(known)))
        .map(|(_, known)| known)
}

/// The optimal string alignment distance: letters inserted, left out, replaced, or swapped with the next.
fn mistakes(typed: &[char], known: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=known.len()).collect();
    for (row, letter) in typed.iter().enumerate() {
        let mut here = vec![row + 1];
        for (column, other) in known.iter().map(|b| char::from(*b)).enumerate() {
            let replaced = above[column] + usize::from(*letter != other);
            let mut best = replaced.min(above[column + 1] + 1).min(here[column] + 1);
            if row > 0 && column > 0 && *letter == char::from(known[column - 1]) && typed[row - 1] == other {
                best = best.min(before[column - 1] + 1);
            }
            here.push(best);
        }
        before = std::mem::replace(&mut above, here);
    }
    above[known.len()]
}

fn bit_at(bytes: &[u8], at: usize) -> bool {
    bytes[at / 8] >> (7 - at % 8) & 1 == 1
}

fn list() -> &'static [&'static str; 2048] {
    Language::English.word_list()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_what_the_reader_relies_on() {
        assert!(list().windows(2).all(|pair| pair[0] < pair[1]), "sorted");
        let telling: std::collections::HashSet<&str> =
            list().iter().map(|word| &word[..word.len().min(TELLING_LETTERS)]).collect();
        assert_eq!(telling.len(), list().len());
        assert!(list().iter().all(|word| (3..=8).contains(&word.len())));
    }

    #[test]
    fn every_word_is_found_whole_and_cut() {
        for (index, word) in list().iter().enumerate() {
            assert_eq!(lookup(word), Some(index));
            assert_eq!(lookup(&word[..word.len().min(TELLING_LETTERS)]), Some(index));
            assert_eq!(lookup(&word.replace('o', "0")), Some(index));
        }
        assert_eq!(lookup("ac1d"), lookup("acid"));
        assert_eq!(lookup("ab1e"), lookup("able"));
        assert_eq!(lookup("3able"), lookup("able"));
        assert_eq!(lookup("ab"), None);
        assert_eq!(lookup("abandonx"), None);
        assert_eq!(lookup(""), None);
    }

    #[test]
    fn suggestions_are_near() {
        assert_eq!(suggestion("abandn"), Some("abandon"));
        assert_eq!(suggestion("zeor"), Some("zero"));
        assert_eq!(suggestion("oragne"), Some("orange"));
        assert_eq!(suggestion("qqqqqqq"), None);
        assert_eq!(suggestion("élite"), Some("elite"));
    }
}
