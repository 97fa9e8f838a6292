//! How words sound, for the tests of the lists: Cologne phonetics and the first code of Double Metaphone, as
//! far as words of the letters from a to z need them, and never cut.

mod metaphone;

pub(super) use metaphone::metaphone;

/// The Cologne phonetics of a German word
/// ([Postel 1969](https://de.wikipedia.org/wiki/K%C3%B6lner_Phonetik)).
pub(super) fn cologne(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut digits: Vec<char> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1).copied();
        digits.extend(cologne_digits(*letter, before, after).chars());
    }
    digits.dedup();
    let first = digits.first().copied();
    digits
        .into_iter()
        .enumerate()
        .filter(|(at, digit)| *digit != '0' || *at == 0 && first == Some('0'))
        .map(|(_, digit)| digit)
        .collect()
}

fn cologne_digits(letter: char, before: Option<char>, after: Option<char>) -> &'static str {
    let followed = |by: &str| after.is_some_and(|after| by.contains(after));
    let preceded = |by: &str| before.is_some_and(|before| by.contains(before));
    match letter {
        'a' | 'e' | 'i' | 'j' | 'o' | 'u' | 'y' => "0",
        'b' => "1",
        'p' if followed("h") => "3",
        'p' => "1",
        'd' | 't' if followed("csz") => "8",
        'd' | 't' => "2",
        'f' | 'v' | 'w' => "3",
        'g' | 'k' | 'q' => "4",
        'c' if before.is_none() && followed("ahkloqrux") => "4",
        'c' if before.is_some() && followed("ahkoqux") && !preceded("sz") => "4",
        'c' => "8",
        'x' if preceded("ckq") => "8",
        'x' => "48",
        'l' => "5",
        'm' | 'n' => "6",
        'r' => "7",
        's' | 'z' => "8",
        _ => "",
    }
}
