//! The words of an invite while they are typed: which are right, which is begun, which is wrong, and what
//! they may become.
//!
//! What it does not do: it doesn't read an invite, and looks at nothing but a few words. Whatever else is
//! typed or pasted has no draft.

use std::ops::Range;

use super::lists::InviteLanguage;
use super::words::{self, WORDS};
use super::{similar, text};

/// Bytes of a text that may be words being typed: six of the longest with their numbers and signs between
/// them, and room for mistakes.
pub const MAX_DRAFT_BYTES: usize = 160;

/// Words that are looked at: one or two too many are still an attempt.
const MAX_WORDS: usize = WORDS + 2;

/// Letters from which a beginning has completions: after one, hundreds would do.
const BEGUN_LETTERS: usize = 2;

/// A word of a text that is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftWord {
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// What it is.
    pub verdict: DraftVerdict,
}

/// What is to be said of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftVerdict {
    /// It is in the list, whole or cut after four letters.
    Listed,
    /// It is the last one, and these begin like it: at most [`MAX_PROPOSALS`](super::MAX_PROPOSALS).
    Begun(Vec<&'static str>),
    /// It isn't in the list, and these are like it: as many, or none.
    Wrong(Vec<&'static str>),
}

/// The words in `text`, if it is nothing but a few words that may become an invite. The list is the one that
/// has the most of them, and `own` if it can't be told.
pub fn draft_words(text: &str, own: InviteLanguage) -> Option<Vec<DraftWord>> {
    if text.len() > MAX_DRAFT_BYTES {
        return None;
    }
    let ranges: Vec<_> =
        ranges(text).filter(|range| !is_number(&text[range.clone()])).take(MAX_WORDS + 1).collect();
    let is_words = ranges.len() <= MAX_WORDS && ranges.iter().all(|range| is_word(&text[range.clone()]));
    if !is_words {
        return None;
    }
    let spelled: Vec<_> = ranges.iter().map(|range| text::normalise(&text[range.clone()])).collect();
    let open = ranges.last().is_some_and(|last| last.end == text.len());
    let languages = languages(&spelled, own);
    let verdict = |at: usize, word: &str| {
        if words::lookup(word, languages[0]).is_some() {
            return DraftVerdict::Listed;
        }
        let begun = similar::completions(word, languages);
        match open && at + 1 == spelled.len() && (word.len() < BEGUN_LETTERS || !begun.is_empty()) {
            true if word.len() < BEGUN_LETTERS => DraftVerdict::Begun(Vec::new()),
            true => DraftVerdict::Begun(begun),
            false => DraftVerdict::Wrong(similar::proposals(word, languages)),
        }
    };
    let verdicts: Vec<_> = spelled.iter().enumerate().map(|(at, word)| verdict(at, word)).collect();
    let of_an_invite = verdicts.iter().any(|verdict| !matches!(verdict, DraftVerdict::Wrong(_)));
    of_an_invite.then(|| {
        ranges.into_iter().zip(verdicts).map(|(range, verdict)| DraftWord { range, verdict }).collect()
    })
}

/// The list that has the most of these words; where that is as many, `own` and then the other.
fn languages(spelled: &[zeroize::Zeroizing<String>], own: InviteLanguage) -> &'static [InviteLanguage] {
    use InviteLanguage::{English, German};
    let hits = |language| spelled.iter().filter(|word| words::lookup(word, language).is_some()).count();
    match (hits(English), hits(German), own) {
        (english, german, _) if english > german => &[English],
        (english, german, _) if german > english => &[German],
        (_, _, English) => &[English, German],
        (_, _, German) => &[German, English],
    }
}

/// The stretches of letters and digits.
fn ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(|word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    })
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether somebody may mean a word by it: a code has digits among its letters.
fn is_word(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let digits = word.chars().filter(char::is_ascii_digit).count();
    letters > digits && word.chars().count() <= words::SHOWN_CHARS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn verdicts(text: &str) -> Vec<(String, DraftVerdict)> {
        let words = draft_words(text, InviteLanguage::German).expect("words");
        words.into_iter().map(|word| (text[word.range].to_owned(), word.verdict)).collect()
    }

    fn wrong(text: &str) -> Vec<(String, Vec<&'static str>)> {
        let wrong = verdicts(text).into_iter().filter_map(|(word, verdict)| match verdict {
            DraftVerdict::Wrong(proposals) => Some((word, proposals)),
            DraftVerdict::Listed | DraftVerdict::Begun(_) => None,
        });
        wrong.collect()
    }

    #[test]
    fn the_last_word_is_completed_and_a_wrong_one_has_proposals() {
        let last = verdicts("elefant birnb").pop().unwrap();
        assert_eq!(last, ("birnb".to_owned(), DraftVerdict::Listed), "four letters are enough");
        let last = verdicts("1. Elefant, 2. bir").pop().unwrap();
        assert_eq!(last, ("bir".to_owned(), DraftVerdict::Begun(vec!["birnbaum"])));
        assert_eq!(verdicts("elefant b").pop().unwrap().1, DraftVerdict::Begun(Vec::new()));
        let (word, proposals) = wrong("Elefannt birnbaum").pop().unwrap();
        assert_eq!((word.as_str(), proposals.first()), ("Elefannt", Some(&"elefant")));
        assert_eq!(wrong("elefant bir ")[0].0, "bir", "it is no longer being typed");
        assert_eq!(wrong("elephant bürnbaum elefant")[0].0, "elephant", "German has more of them");
        assert_eq!(wrong("elephant orbit elefant")[0].0, "elefant");
        assert!(wrong("Fluß").is_empty());
    }

    #[test]
    fn what_is_no_words_has_no_draft() {
        for text in [
            "20G3-0G2G-C1R8-QX",
            "beistand:aiaecaicamcakbqhbdve",
            "Hallo Tess, hier ist die Einladung, von der wir vorhin sprachen",
            "qqqqqq",
            &"elefant ".repeat(30),
        ] {
            assert_eq!(draft_words(text, InviteLanguage::German), None, "{text}");
        }
        assert_eq!(draft_words("", InviteLanguage::English), None);
    }

    proptest! {
        #[test]
        fn a_draft_fits_any_text(text in "(\\PC| |elefant |elep|bir|ß|1\\. ){0,40}", german: bool) {
            let own = if german { InviteLanguage::German } else { InviteLanguage::English };
            for word in draft_words(&text, own).unwrap_or_default() {
                prop_assert!(text.get(word.range).is_some_and(|word| !word.is_empty()));
            }
        }
    }
}
