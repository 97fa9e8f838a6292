//! Which words a beginning may become, and which a wrong word may have been meant as.
//!
//! What it does not do: it never takes a word for another; a person chooses.

use super::lists::InviteLanguage;
use super::words::{MAX_PROPOSALS, SHOWN_CHARS, transcribed};

/// The cost of one letter that sounds like the right one, and of any other mistake.
const SOUNDS_LIKE: usize = 1;
const OTHER_LETTER: usize = 2;

/// Mistakes that a proposal forgives: with more, a short word would resemble many others.
const MAX_COST: usize = 2 * OTHER_LETTER;

/// Letters that are taken for each other on the phone.
const ALIKE: &[&str] = &["bpw", "dt", "gkcqx", "fvw", "szcx", "mn", "ijy", "aeiouy", "lr"];

/// Words of these lists that begin like this, those of the first list first; at most [`MAX_PROPOSALS`].
pub(super) fn completions(beginning: &str, languages: &[InviteLanguage]) -> Vec<&'static str> {
    let begun = languages.iter().flat_map(|language| {
        let list = language.list();
        let first = list.partition_point(|known| *known < beginning);
        list[first..].iter().copied().take_while(|known| known.starts_with(beginning)).take(MAX_PROPOSALS)
    });
    begun.take(MAX_PROPOSALS).collect()
}

/// The most similar words of these lists, the most similar one first; at most [`MAX_PROPOSALS`].
pub(super) fn proposals(word: &str, languages: &[InviteLanguage]) -> Vec<&'static str> {
    let typed: Vec<char> = transcribed(word).chars().take(SHOWN_CHARS).collect();
    let shared = |known: &str| known.chars().zip(&typed).take_while(|(a, b)| a == *b).count();
    let mut near: Vec<_> = languages
        .iter()
        .flat_map(|language| language.list())
        .map(|known| (cost(&typed, known.as_bytes()), known.len() - shared(known), *known))
        .filter(|(cost, _, known)| *cost <= MAX_COST && *cost < OTHER_LETTER * known.len())
        .collect();
    near.sort_unstable();
    near.into_iter().take(MAX_PROPOSALS).map(|(.., known)| known).collect()
}

/// The optimal string alignment distance (letters inserted, left out, replaced, or swapped with the next),
/// where a letter that sounds alike costs less.
fn cost(typed: &[char], known: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=known.len()).map(|length| OTHER_LETTER * length).collect();
    for (row, letter) in typed.iter().enumerate() {
        let mut here = vec![OTHER_LETTER * (row + 1)];
        for (column, other) in known.iter().map(|b| char::from(*b)).enumerate() {
            let replaced = above[column] + replacing(*letter, other);
            let mut best = replaced.min(above[column + 1] + OTHER_LETTER).min(here[column] + OTHER_LETTER);
            if row > 0 && column > 0 && *letter == char::from(known[column - 1]) && typed[row - 1] == other {
                best = best.min(before[column - 1] + OTHER_LETTER);
            }
            here.push(best);
        }
        before = std::mem::replace(&mut above, here);
    }
    above[known.len()]
}

fn replacing(letter: char, other: char) -> usize {
    if letter == other {
        0
    } else if ALIKE.iter().any(|group| group.contains(letter) && group.contains(other)) {
        SOUNDS_LIKE
    } else {
        OTHER_LETTER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(word: &str, language: InviteLanguage) -> Option<&'static str> {
        proposals(word, &[language]).first().copied()
    }

    #[test]
    fn proposals_are_near_and_few() {
        use InviteLanguage::{English, German};
        assert_eq!(first("elehpant", English), Some("elephant"));
        assert_eq!(first("orbid", English), Some("orbit"));
        assert_eq!(first("abvahrt", German), Some("abfahrt"));
        assert_eq!(first("bürnbaum", German), Some("birnbaum"));
        assert_eq!(first("qqqqqqqq", German), None);
        for word in ["a", "ab", "haus", "wort", "ring", "e", "ss"] {
            assert!(proposals(word, &InviteLanguage::ALL).len() <= MAX_PROPOSALS, "{word}");
        }
    }

    #[test]
    fn a_beginning_becomes_words_of_the_first_list_first() {
        use InviteLanguage::{English, German};
        assert_eq!(completions("eleph", &[German, English]), ["elephant"]);
        let begun = completions("el", &[German, English]);
        assert_eq!(begun, completions("el", &[German]));
        assert!(begun.len() == MAX_PROPOSALS && begun.iter().all(|word| word.starts_with("el")));
        assert!(completions("qqq", &InviteLanguage::ALL).is_empty());
    }
}
