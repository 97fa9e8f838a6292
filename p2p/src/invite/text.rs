//! Undoes what mail programs, messengers and keyboards do to a text, and finds letters that only look right.

use beistand_session::is_ignorable;
use zeroize::Zeroizing;

/// The text in lower case (ASCII only), without the marks that messengers add and nobody sees. Never longer
/// than it was.
pub(super) fn normalise(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    out.extend(text.chars().filter(|c| !is_ignorable(*c)).map(|c| c.to_ascii_lowercase()));
    out
}

/// The parts between spaces, quotes, dashes and other signs.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty())
}

/// The text with its look-alikes replaced, or `None` if it has none. Only for finding out what was meant,
/// never for accepting it.
pub(super) fn without_look_alikes(text: &str) -> Option<Zeroizing<String>> {
    if !text.chars().any(other_script) {
        return None;
    }
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    out.extend(text.chars().map(|c| latin(c).unwrap_or(c)));
    Some(out)
}

/// Whether it is a Cyrillic or Greek letter.
pub(super) fn other_script(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' | '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}')
        && c.is_alphabetic()
}

/// The Latin letter that a Cyrillic or Greek one looks like.
pub(super) fn latin(c: char) -> Option<char> {
    let lower = c.to_lowercase().next()?;
    LOOK_ALIKES.iter().find(|(other, _)| *other == lower || *other == c).map(|(_, latin)| *latin)
}

/// Letters that a person can't tell from a Latin one in some case or typeface. A capital is listed if only
/// the capital resembles one (`Н` looks like `H`, its small letter like nothing).
const LOOK_ALIKES: &[(char, char)] = &[
    ('а', 'a'),
    ('в', 'b'),
    ('е', 'e'),
    ('ё', 'e'),
    ('і', 'i'),
    ('ј', 'j'),
    ('к', 'k'),
    ('м', 'm'),
    ('н', 'h'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('т', 't'),
    ('у', 'y'),
    ('х', 'x'),
    ('ѕ', 's'),
    ('ԁ', 'd'),
    ('ԛ', 'q'),
    ('ԝ', 'w'),
    ('һ', 'h'),
    ('ӏ', 'l'),
    ('α', 'a'),
    ('β', 'b'),
    ('ε', 'e'),
    ('ζ', 'z'),
    ('η', 'n'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('μ', 'm'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('τ', 't'),
    ('υ', 'u'),
    ('χ', 'x'),
    ('ϲ', 'c'),
    ('ϳ', 'j'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_marks_go_and_the_rest_stays() {
        assert_eq!(normalise("\u{feff}Ab\u{200b}C\u{200e} ñ").as_str(), "abc ñ");
    }

    #[test]
    fn look_alikes_are_found_in_both_cases() {
        assert_eq!(latin('А'), Some('a'));
        assert_eq!(latin('Ο'), Some('o'));
        assert_eq!(latin('а'), Some('a'));
        assert_eq!(latin('a'), None);
        assert!(other_script('ж') && !other_script('é'));
        assert_eq!(without_look_alikes("cafe"), None);
        assert_eq!(without_look_alikes("саfе").expect("has some").as_str(), "cafe");
    }
}
