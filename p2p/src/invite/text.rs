//! Undoes what mail programs, messengers and keyboards do to a text, and finds letters that only look right.

use beistand_session::is_ignorable;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// What a Turkish program leaves behind the small letter of a dotted capital.
const DOT_ABOVE: char = '\u{307}';

/// The text in lower case (ASCII only), without the marks that messengers add and nobody sees, and with the
/// ordinary letter for each full-width, circled, joined or Turkish one.
pub(super) fn normalise(text: &str) -> Zeroizing<String> {
    let ordinary = || {
        let letters = text.chars().filter(|c| !is_ignorable(*c)).nfkc();
        letters.filter(|c| *c != DOT_ABOVE).map(|c| match c {
            'İ' | 'ı' => 'i',
            other => other.to_ascii_lowercase(),
        })
    };
    // Measured first: a string that grows leaves copies behind that nobody erases.
    let mut out = Zeroizing::new(String::with_capacity(ordinary().map(char::len_utf8).sum()));
    out.extend(ordinary());
    out
}

/// The text in a file: UTF-8, or UTF-16 with the mark that Windows programs begin it with. What is neither is
/// replaced, so that one letter of an old encoding does not hide an invite beside it.
pub fn text_of_bytes(bytes: &[u8]) -> Zeroizing<String> {
    let units = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (units, _) = bytes.as_chunks::<2>();
        Zeroizing::new(units.iter().map(|pair| unit(*pair)).collect::<Vec<u16>>())
    };
    Zeroizing::new(match bytes {
        [0xff, 0xfe, rest @ ..] => String::from_utf16_lossy(&units(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => String::from_utf16_lossy(&units(rest, u16::from_be_bytes)),
        _ => String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).into_owned(),
    })
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
    fn letters_that_are_only_written_differently_become_ordinary() {
        assert_eq!(normalise("Ｆｕｌｌ\u{3000}１２：").as_str(), "full 12:");
        assert_eq!(normalise("MARRİAGE marrıage marri\u{307}age").as_str(), "marriage marriage marriage");
        assert_eq!(normalise("ﬁnd ① \u{1d41a}").as_str(), "find 1 a");
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
