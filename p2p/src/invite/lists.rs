//! The two lists of words, one a line, in the order of the alphabet.
//!
//! What they promise is tested below: 2,048 words of 3 to 8 letters from a to z, told apart by their first
//! four, no two of one list that sound alike, and none that stands in both.

/// Words in a list: each stands for 11 bits.
pub(super) const LIST_WORDS: usize = 2048;

/// The language of an invite's words: that of the one who reads them out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InviteLanguage {
    /// English.
    English,
    /// German.
    German,
}

impl InviteLanguage {
    /// Both.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its words, sorted.
    pub(super) fn list(self) -> &'static [&'static str; LIST_WORDS] {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }
}

static ENGLISH: [&str; LIST_WORDS] = lines(include_str!("lists/english.txt"));
static GERMAN: [&str; LIST_WORDS] = lines(include_str!("lists/german.txt"));

const fn lines(text: &'static str) -> [&'static str; LIST_WORDS] {
    let mut words = [""; LIST_WORDS];
    let mut rest = text;
    let mut at = 0;
    while at < LIST_WORDS {
        let mut end = 0;
        while rest.as_bytes()[end] != b'\n' {
            end += 1;
        }
        let (word, tail) = rest.split_at(end);
        words[at] = word;
        (_, rest) = tail.split_at(1);
        at += 1;
    }
    assert!(rest.is_empty(), "a list has as many words as it should");
    words
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::sound::{cologne, metaphone};
    use super::*;

    /// What no word begins with: insults, sex and violence, in both languages.
    const UNFIT: &[&str] = &[
        "arsch", "ficke", "fotze", "hure", "kack", "mord", "nazi", "neger", "penis", "scheis", "sexu",
        "toete", "anus", "bitch", "cunt", "death", "fuck", "kill", "murder", "nigg", "porn", "rape", "shit",
        "slut", "suicid", "whore", "blacks", "erect", "fistul",
    ];

    fn each(check: impl Fn(InviteLanguage, &'static [&'static str; LIST_WORDS])) {
        InviteLanguage::ALL.into_iter().for_each(|language| check(language, language.list()));
    }

    /// The words that share a key with another of their list.
    fn shared(list: &[&'static str], key: impl Fn(&str) -> String) -> Vec<(&'static str, &'static str)> {
        let mut seen = HashMap::new();
        list.iter().filter_map(|word| seen.insert(key(word), *word).map(|other| (other, *word))).collect()
    }

    #[test]
    fn the_lists_are_sorted_words_of_three_to_eight_letters() {
        each(|language, list| {
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{language:?}");
            let fits = |word: &&str| {
                (3..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase())
            };
            assert_eq!(list.iter().find(|word| !fits(word)), None, "{language:?}");
        });
    }

    #[test]
    fn four_letters_tell_the_words_of_a_list_apart() {
        each(|language, list| {
            let first = |word: &str| word[..word.len().min(4)].to_owned();
            assert_eq!(shared(list, first), [], "{language:?}");
        });
    }

    /// Two words sound alike if their whole codes are the same: by Cologne phonetics in the German list, and
    /// by Double Metaphone's first code, not cut to four letters, in the English one.
    #[test]
    fn no_two_words_of_a_list_sound_alike() {
        assert_eq!(shared(InviteLanguage::English.list(), metaphone), []);
        assert_eq!(shared(InviteLanguage::German.list(), cologne), []);
    }

    #[test]
    fn no_word_stands_in_both_lists_and_none_offends() {
        let [english, german] = InviteLanguage::ALL.map(InviteLanguage::list);
        assert_eq!(english.iter().find(|word| german.contains(word)), None);
        each(|language, list| {
            let unfit = |word: &&&str| UNFIT.iter().any(|part| word.starts_with(part));
            assert_eq!(list.iter().find(unfit), None, "{language:?}");
        });
    }
}
