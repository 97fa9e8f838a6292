//! Names and lines that a peer wrote, made safe to be shown, and names that pretend to be somebody's.
//!
//! What is escaped stays visible: a person sees that something was hidden there. It judges characters, not fonts:
//! whether a name looks like another one is only looked at for a short list of names.

/// What is suspicious about a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NameWarning {
    /// It has a well-known company's name in it, as the callers of support fraud have.
    Company,
    /// It looks like the system's own words, not like a person's name.
    System,
    /// It has characters in it that are hidden, or that turn the direction of text.
    Hidden,
    /// It mixes alphabets within a word, as look-alikes do.
    MixedAlphabets,
}

/// `text` with control, bidi and invisible characters shown as `\u{…}`.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if hidden(character) {
            escaped.extend(character.escape_unicode());
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// What is suspicious about `name` as the peer sent it.
pub(crate) fn name_warning(name: &str) -> Option<NameWarning> {
    if name.chars().any(hidden) {
        return Some(NameWarning::Hidden);
    }
    if name.split(|character: char| !character.is_alphabetic()).any(mixed_alphabets) {
        return Some(NameWarning::MixedAlphabets);
    }
    let folded = fold(name);
    let joined: String = folded.split(' ').collect();
    let has = |words: &[&str]| {
        words.iter().map(|word| fold(word)).any(|word| {
            if word.len() <= SHORT_WORD_BYTES {
                folded.split(' ').any(|part| part == word)
            } else {
                joined.contains(&word)
            }
        })
    };
    if has(COMPANIES) {
        Some(NameWarning::Company)
    } else if has(SYSTEM_WORDS) {
        Some(NameWarning::System)
    } else {
        None
    }
}

/// `text` cut off after `max` characters.
pub(crate) fn truncate(text: &str, max: usize) -> &str {
    text.char_indices().nth(max).map_or(text, |(end, _)| &text[..end])
}

/// Characters that a person does not see, or that change how others are seen (Unicode 16: general categories Cc, Cf,
/// Zl, Zp, the fillers and the tag and variation characters of no use in names).
fn hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{115f}'
            | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0e}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Lower case, look-alikes as one letter, everything else as single spaces.
fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for character in name.chars().flat_map(char::to_lowercase) {
        let character = match character {
            '0' => 'o',
            '1' | '!' | '|' | 'i' => 'l',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        };
        if character.is_alphanumeric() {
            folded.push(character);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Whether a word has Latin letters and Greek or Cyrillic ones.
fn mixed_alphabets(word: &str) -> bool {
    let latin = word.chars().any(|c| c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}'));
    let other = word.chars().any(|c| matches!(c, '\u{370}'..='\u{52f}'));
    latin && other
}

/// Words up to this length must stand alone: "it" is in too many names.
const SHORT_WORD_BYTES: usize = 5;

/// Whom support fraud pretends to be.
const COMPANIES: &[&str] = &[
    "microsoft",
    "windows",
    "apple",
    "google",
    "amazon",
    "facebook",
    "meta",
    "paypal",
    "netflix",
    "norton",
    "mcafee",
    "kaspersky",
    "avast",
    "dell",
    "lenovo",
    "hewlett",
    "samsung",
    "ebay",
    "visa",
    "mastercard",
    "telekom",
    "vodafone",
    "comcast",
    "xfinity",
    "verizon",
    "interpol",
    "europol",
    "geeksquad",
    "adobe",
    "oracle",
    "intel",
    "sparkasse",
    "postbank",
    "coinbase",
    "binance",
    "whatsapp",
    "instagram",
];

/// Words by which a name pretends not to be a person's.
const SYSTEM_WORDS: &[&str] = &[
    "system",
    "admin",
    "administrator",
    "root",
    "beistand",
    "security",
    "sicherheit",
    "support",
    "helpdesk",
    "service",
    "technicalsupport",
    "police",
    "polizei",
    "bank",
    "official",
    "verified",
    "antivirus",
    "firewall",
    "update",
    "virus",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_shown_escaped() {
        assert_eq!(escape("a\u{202e}b\u{200b}c\u{7}"), "a\\u{202e}b\\u{200b}c\\u{7}");
        assert_eq!(escape("Jürgen 李 🐶"), "Jürgen 李 🐶");
    }

    #[test]
    fn names_of_companies_and_of_the_system_are_flagged() {
        for name in ["Microsoft", "M1CROSOFT", "micro soft support", "Apple Care", "PayPa1 desk"] {
            assert_eq!(name_warning(name), Some(NameWarning::Company), "{name}");
        }
        for name in ["SYSTEM", "IT-Support", "Administrator", "beistand", "Die Polizei"] {
            assert_eq!(name_warning(name), Some(NameWarning::System), "{name}");
        }
        assert_eq!(name_warning("Micr\u{43e}s\u{43e}ft"), Some(NameWarning::MixedAlphabets));
        assert_eq!(name_warning("Anna\u{200b}"), Some(NameWarning::Hidden));
        for name in ["Anna Müller", "Rudi Rooter", "Иван Петров", "Metaxas", "Dr. Banks-Wendell", ""]
        {
            assert_eq!(name_warning(name), None, "{name}");
        }
    }

    #[test]
    fn truncation_counts_characters() {
        assert_eq!(truncate("äöü", 2), "äö");
        assert_eq!(truncate("äöü", 3), "äöü");
    }
}
