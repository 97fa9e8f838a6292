//! The rendering for speaking: six words of one list, 11 bits each, for the secret and six check bits.
//!
//! The first four letters tell the words of a list apart, so a word may be cut after them. Some beginnings
//! are in both lists: which one is meant is decided by all six words together, never by a single one.

use zeroize::Zeroizing;

use super::error::InviteError;
use super::lists::InviteLanguage;
use super::secret::{InviteSecret, SECRET_BITS};
use super::similar;

/// Words per invite.
pub(super) const WORDS: usize = 6;

/// Bits per word: a list has 2,048.
const BITS: u32 = 11;

/// Check bits in the words: what six words hold more than the secret.
pub(super) const WORD_CHECK_BITS: u32 = WORDS as u32 * BITS - SECRET_BITS;

/// Letters of the longest words of a list.
const LONGEST_WORD: usize = 8;

/// Letters that tell the words of a list apart.
pub(super) const TELLING_LETTERS: usize = 4;

/// Characters of a wrong word that are repeated to the person: longer than any word of a list.
pub(super) const SHOWN_CHARS: usize = 16;

/// Words that are proposed for a wrong one: a choice that is read at a glance.
pub const MAX_PROPOSALS: usize = 3;

/// The words, in lower case, with single spaces between them.
pub(super) fn render(secret: &InviteSecret, language: InviteLanguage) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(WORDS * (LONGEST_WORD + 1)));
    for word in of_secret(secret, language) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn of_secret(secret: &InviteSecret, language: InviteLanguage) -> impl Iterator<Item = &'static str> {
    let checked = secret.checked(WORD_CHECK_BITS);
    let index = move |at: u32| (checked >> (BITS * (WORDS as u32 - 1 - at)) & ((1 << BITS) - 1)) as usize;
    (0..WORDS as u32).map(move |at| language.list()[index(at)])
}

/// The secret of six words by their indices in their list, if its check bits fit.
pub(super) fn secret_of(indices: &[usize]) -> Option<InviteSecret> {
    let checked = indices.iter().take(WORDS).fold(0, |bits, index| bits << BITS | *index as u128);
    InviteSecret::from_checked(checked, WORD_CHECK_BITS)
}

/// Whether the words of this secret, also cut after four letters, are nobody's in the other language. For
/// two secrets in a million they are.
pub(super) fn is_clear(secret: &InviteSecret) -> bool {
    let cut = |word: &'static str| &word[..word.len().min(TELLING_LETTERS)];
    InviteLanguage::ALL.into_iter().all(|own| {
        InviteLanguage::ALL.into_iter().filter(|other| *other != own).all(|other| {
            let indices: Option<Vec<_>> =
                of_secret(secret, own).map(|word| lookup(cut(word), other)).collect();
            indices.map(Zeroizing::new).is_none_or(|indices| secret_of(&indices).is_none())
        })
    })
}

/// The index of a word in the list of this language: the word itself, at least its first four letters, the
/// word with 0 for O, 1 for I or L, with an umlaut where it has two letters, or with its number before it.
pub(super) fn lookup(word: &str, language: InviteLanguage) -> Option<usize> {
    let list = language.list();
    let spelled = |word: &str| {
        let index = list.partition_point(|known| *known < word);
        let known = list.get(index)?;
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
    let german = |word: &str| {
        (word.len() <= 2 * LONGEST_WORD && !word.is_ascii()).then(|| spelled(&transcribed(word))).flatten()
    };
    spelled(word).or_else(|| mistyped(word)).or_else(|| numbered(word)).or_else(|| german(word))
}

/// The word as it is written where there are no umlauts.
pub(super) fn transcribed(word: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(2 * word.len()));
    for letter in word.chars() {
        match letter {
            'ä' | 'Ä' => out.push_str("ae"),
            'ö' | 'Ö' => out.push_str("oe"),
            'ü' | 'Ü' => out.push_str("ue"),
            'ß' | 'ẞ' => out.push_str("ss"),
            other => out.push(other),
        }
    }
    out
}

/// The error that names a word which isn't in the list of this language; `position` is from 1.
pub(super) fn wrong_word(position: usize, word: &str, language: InviteLanguage) -> InviteError {
    InviteError::WrongWord {
        position,
        word: word.chars().take(SHOWN_CHARS).collect(),
        proposals: similar::proposals(word, &[language]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_whole_and_cut() {
        for language in InviteLanguage::ALL {
            for (index, word) in language.list().iter().enumerate() {
                assert_eq!(lookup(word, language), Some(index));
                assert_eq!(lookup(&word[..word.len().min(TELLING_LETTERS)], language), Some(index));
                assert_eq!(lookup(&word.replace('o', "0"), language), Some(index));
            }
        }
        let german = |word: &str| lookup(word, InviteLanguage::German);
        assert_eq!(german("a1bum"), german("album"));
        assert_eq!(german("3album"), german("album"));
        assert_eq!(german("fluß"), german("fluss"));
        for unknown in ["", "al", "albumx", "ß", "ääääääääääääääääääääääääää"] {
            assert_eq!(german(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn umlauts_and_sharp_s_are_read_as_they_are_written_without() {
        let list = InviteLanguage::German.list();
        let with_s = list.iter().filter(|word| word.contains("ss")).count();
        assert!(with_s > 10, "{with_s}");
        for word in list.iter().filter(|word| word.contains("ss") || word.contains("ae")) {
            let typed = word.replace("ss", "ß").replace("ae", "ä");
            assert_eq!(
                lookup(&typed, InviteLanguage::German),
                lookup(word, InviteLanguage::German),
                "{typed}"
            );
        }
    }

    /// What is made is read in one language alone, whole and cut, whatever the other list has.
    #[test]
    fn words_that_the_other_list_reads_too_are_not_given_out() {
        let both: Vec<_> = InviteLanguage::English
            .list()
            .iter()
            .enumerate()
            .filter_map(|(index, word)| {
                let cut = &word[..word.len().min(TELLING_LETTERS)];
                lookup(cut, InviteLanguage::German).map(|other| (index, other))
            })
            .collect();
        assert!(both.len() > 100, "some beginnings are in both lists: {}", both.len());
        // Some pseudorandom choices of six of them: one in 4,096 has both check bits right.
        let mut state = 1_u64;
        let mut pick = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            both[(state >> 33) as usize % both.len()]
        };
        let unclear = (0..100_000).find_map(|_| {
            let (english, german): (Vec<_>, Vec<_>) = (0..WORDS).map(|_| pick()).unzip();
            secret_of(&english).filter(|_| secret_of(&german).is_some())
        });
        assert!(!is_clear(&unclear.expect("there are some")));
        assert!(is_clear(&InviteSecret::from_bytes(&[1, 2, 3, 4, 5, 6, 7, 8]).unwrap()));
    }
}
