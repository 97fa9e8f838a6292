//! Makes names and lines from a peer safe to show, and recognises names that pretend to be somebody's.
//!
//! Escaped characters stay visible, so that a person sees that something was hidden. It judges characters,
//! not fonts: it checks for resemblance only with a short list of names, by Unicode's table of look-alikes
//! (UTS 39).
//!
//! It defines for all of Beistand which characters are hidden, and which are pictures, by ICU4X's Unicode
//! tables.

use icu_properties::props::{
    DefaultIgnorableCodePoint, ExtendedPictographic, GeneralCategory, QuotationMark,
};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_normalization::UnicodeNormalization as _;

/// A reason to be suspicious of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameWarning {
    /// It contains a well-known company's name, as names in support fraud do.
    Company,
    /// It looks like a message of the system, not like a person's name.
    System,
    /// It contains hidden characters, characters that change the direction of text, or pictures.
    Hidden,
    /// It mixes alphabets within a word, as look-alikes do.
    MixedAlphabets,
}

/// `text` with control, bidi and invisible characters shown as `\u{…}`.
pub fn escape(text: &str) -> String {
    escape_where(text, is_hidden)
}

/// The same for what stands beside a question to the user: pictures and signs are escaped too, so that
/// nothing there can look like the four pictures, or like a mark of ours.
pub fn escape_pictures(text: &str) -> String {
    escape_where(text, |character| is_hidden(character) || is_picture(character))
}

/// The same for what stands in quotation marks of ours: none of its own can close them.
pub fn escape_quoted(text: &str) -> String {
    let marks = CodePointSetData::new::<QuotationMark>();
    let plain = |character| if marks.contains(character) { '\'' } else { character };
    escape_pictures(text).chars().map(plain).collect()
}

fn escape_where(text: &str, hides: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if hides(character) {
            escaped.extend(character.escape_unicode());
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// Whether a person can't see `character`, or sees others differently because of it. These are control and
/// format characters, line and paragraph separators, what Unicode allows programs to ignore, and blanks other
/// than spaces.
pub fn is_hidden(character: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    ) || (is_ignorable(character) && character != EMOJI_SELECTOR)
        || BLANKS.contains(&character)
}

/// Whether `character` is a picture or a sign rather than writing. These are emoji and what makes others
/// emoji, symbols, what is drawn round another character, and what a font draws as it likes.
pub fn is_picture(character: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    let sign = match category {
        GeneralCategory::OtherSymbol
        | GeneralCategory::EnclosingMark
        | GeneralCategory::PrivateUse
        | GeneralCategory::Unassigned => true,
        GeneralCategory::MathSymbol | GeneralCategory::ModifierSymbol => character > LAST_OF_LATIN_1,
        _ => CodePointSetData::new::<ExtendedPictographic>().contains(character),
    };
    character == EMOJI_SELECTOR || (sign && !WRITTEN_SIGNS.contains(&character))
}

/// Whether Unicode allows programs to ignore `character`, so that it takes no room on the screen.
pub fn is_ignorable(character: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
}

/// The reason to be suspicious of `name`, as the peer sent it.
pub(crate) fn name_warning(name: &str) -> Option<NameWarning> {
    if name.chars().any(|character| is_hidden(character) || is_picture(character)) {
        return Some(NameWarning::Hidden);
    }
    if name.split(|character: char| !character.is_alphabetic()).any(mixed_alphabets) {
        return Some(NameWarning::MixedAlphabets);
    }
    let folded = fold(name);
    let joined: String = folded.split(' ').collect();
    let has = |words: &[&str]| {
        words.iter().any(|word| {
            let folded_word = fold(word);
            if word.len() <= SHORT_WORD_BYTES {
                folded.split(' ').any(|part| part == folded_word)
            } else {
                joined.contains(&folded_word)
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

/// The reason to be suspicious of a name that was escaped: kept from an earlier session.
pub fn escaped_name_warning(name: &str) -> Option<NameWarning> {
    // What was escaped was hidden.
    if name.contains("\\u{") { Some(NameWarning::Hidden) } else { name_warning(name) }
}

/// What a name looks like: the same for all that a person could take for one another, whatever their letters,
/// accents and blanks. It is to be compared, not to be shown.
pub fn name_shape(name: &str) -> String {
    fold(name).split(' ').collect()
}

/// `text` cut off after `max` characters.
pub(crate) fn truncate(text: &str, max: usize) -> &str {
    text.char_indices().nth(max).map_or(text, |(end, _)| &text[..end])
}

/// The name in lower case, with one letter for all its look-alikes in any script, without accents, and with
/// single spaces for everything else.
fn fold(name: &str) -> String {
    let plain: String = name.nfkc().flat_map(char::to_lowercase).collect();
    let mut folded = String::with_capacity(plain.len());
    // The skeleton is decomposed: accents are characters of their own.
    for character in unicode_security::skeleton(&plain).flat_map(char::to_lowercase) {
        if is_mark(character) {
            continue;
        }
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

/// Whether `character` is an accent or the like.
fn is_mark(character: char) -> bool {
    matches!(
        CodePointMapData::<GeneralCategory>::new().get(character),
        GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark | GeneralCategory::EnclosingMark
    )
}

/// Whether a word has Latin letters and Greek or Cyrillic ones.
fn mixed_alphabets(word: &str) -> bool {
    let latin = word.chars().any(|c| c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}'));
    let other = word.chars().any(|c| matches!(c, '\u{370}'..='\u{52f}'));
    latin && other
}

/// Turns the character before it into an emoji: not hidden, since keyboards add it to hearts and hands.
const EMOJI_SELECTOR: char = '\u{fe0f}';

/// The last character of Latin-1: its signs (+, ~, ±, ´) are written, those beyond it are drawn.
const LAST_OF_LATIN_1: char = '\u{ff}';

/// Signs that people write: degrees, numero, arrows between menus, and arithmetic.
const WRITTEN_SIGNS: [char; 8] = ['°', '№', '→', '←', '−', '≤', '≥', '≈'];

/// Blanks that Unicode counts neither as spaces nor as ignorable: the Braille pattern without dots, a Khitan
/// filler, two blanks for hieroglyphs, and the null notehead.
const BLANKS: [char; 5] = ['\u{2800}', '\u{16fe4}', '\u{13441}', '\u{13442}', '\u{1d159}'];

/// Length up to which a word must stand alone, in bytes: short words such as "dell" are part of many names.
const SHORT_WORD_BYTES: usize = 5;

/// Companies that support fraud pretends to be.
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

/// Words of names that pretend to be the system or an authority.
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
    fn what_stands_in_quotation_marks_can_not_close_them() {
        assert_eq!(escape_quoted("Anna” is known. “Anna"), "Anna' is known. 'Anna");
        assert_eq!(escape_quoted("„a“ «b» ‹c› \"d\" ‘e’ 「f」 O’Brien"), "'a' 'b' 'c' 'd' 'e' 'f' O'Brien");
        assert_eq!(escape_quoted("a name, as it is"), "a name, as it is");
    }

    #[test]
    fn names_that_look_alike_have_one_shape_and_others_have_others() {
        for alike in ["Tess", "tess", "T\u{435}ss", "T e s s", "T\u{e9}ss", "TE55", "Tess."] {
            assert_eq!(name_shape(alike), name_shape("Tess"), "{alike}");
        }
        for other in ["Tes", "Tessa", "Jess", ""] {
            assert_ne!(name_shape(other), name_shape("Tess"), "{other}");
        }
    }

    #[test]
    fn hidden_characters_are_shown_escaped() {
        assert_eq!(escape("a\u{202e}b\u{200b}c\u{7}"), "a\\u{202e}b\\u{200b}c\\u{7}");
        assert_eq!(escape("Jürgen 李 🐶"), "Jürgen 李 🐶");
    }

    /// As of Unicode 18; characters of a later version must be added here.
    #[test]
    fn every_hidden_character_is_in_one_of_these_ranges() {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for character in ('\0'..=char::MAX).filter(|character| is_hidden(*character)) {
            let character = u32::from(character);
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == character => *last = character,
                Some(_) | None => ranges.push((character, character)),
            }
        }
        let ranges: Vec<String> = ranges.iter().map(|(first, last)| format!("{first:x}-{last:x}")).collect();
        assert_eq!(
            ranges.join(" "),
            "0-1f 7f-9f ad-ad 34f-34f 600-605 61c-61c 6dd-6dd 70f-70f 890-891 8e2-8e2 115f-1160 17b4-17b5 \
             180b-180f 200b-200f 2028-202e 2060-206f 2800-2800 3164-3164 fe00-fe0e feff-feff ffa0-ffa0 \
             fff0-fffb 110bd-110bd 110cd-110cd 13430-1343f 13441-13442 16fe4-16fe4 1bca0-1bca3 1d159-1d159 \
             1d173-1d17a e0000-e0fff"
        );
    }

    /// Our own tables used to lack them: Arabic currency marks and an end of verse, Kaithi number signs,
    /// hieroglyph joiners, shorthand overlaps.
    #[test]
    fn format_characters_of_rare_scripts_are_hidden() {
        let rare = ['\u{890}', '\u{891}', '\u{8e2}', '\u{110bd}', '\u{110cd}'];
        let rare = rare.into_iter().chain('\u{13430}'..='\u{13438}').chain('\u{1bca0}'..='\u{1bca3}');
        assert_eq!(rare.clone().count(), 18);
        for character in rare {
            assert!(is_hidden(character), "{}", character.escape_unicode());
        }
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
        assert_eq!(escaped_name_warning(&escape("Anna\u{200b}")), Some(NameWarning::Hidden));
        assert_eq!(escaped_name_warning("Micr\u{43e}s\u{43e}ft"), Some(NameWarning::MixedAlphabets));
        assert_eq!(escaped_name_warning("Anna Huber"), None);
        for name in ["Anna Müller", "Rudi Rooter", "Иван Петров", "Metaxas", "Dr. Banks-Wendell", ""]
        {
            assert_eq!(name_warning(name), None, "{name}");
        }
    }

    /// By UTS 39: other scripts, accents, wide and mathematical letters, two letters for one.
    #[test]
    fn look_alikes_of_any_kind_are_recognised() {
        let names = [
            "M\u{ed}crosoft",
            "\u{ff2d}\u{ff49}\u{ff43}\u{ff52}\u{ff4f}\u{ff53}\u{ff4f}\u{ff46}\u{ff54}",
            "\u{1d40c}\u{1d422}\u{1d41c}\u{1d42b}\u{1d428}\u{1d42c}\u{1d428}\u{1d41f}\u{1d42d}",
            "rnicrosoft",
            "\u{430}\u{440}\u{440}\u{4cf}\u{435}",
            "\u{410}\u{420}\u{420}\u{406}\u{415}",
        ];
        for name in names {
            assert_eq!(name_warning(name), Some(NameWarning::Company), "{name}");
        }
        assert_eq!(name_warning("Pol\u{ed}zei"), Some(NameWarning::System));
        for name in
            ["Zoë Ångström", "Łukasz Żak", "Ольга Сорокина", "Σοφία", "Đorđe", "Mme Müller-Öz", "李小龙"]
        {
            assert_eq!(name_warning(name), None, "{name}");
        }
    }

    #[test]
    fn nothing_beside_the_question_can_look_like_the_four_pictures() {
        for index in 0..64 {
            let (picture, name) = crate::emoji(index);
            assert!(picture.chars().all(|character| is_picture(character) || is_hidden(character)), "{name}");
            assert!(escape_pictures(picture).is_ascii(), "{name}");
        }
        for sign in ["✔", "⚠", "✅", "🅰", "1\u{20e3}", "♥\u{fe0f}", "⬤", "▲", "\u{f8ff}", "🇩🇪", "™", "☎"]
        {
            assert!(escape_pictures(sign).contains("\\u{"), "{sign}");
        }
        let written = "Jürgen O’Neill & Søn: 3 + 4 ≈ 7 €, “Menü → Drucker” (20 °C) #1 ½ 李 שלום";
        assert_eq!(escape_pictures(written), written);
    }

    #[test]
    fn truncation_counts_characters() {
        assert_eq!(truncate("äöü", 2), "äö");
        assert_eq!(truncate("äöü", 3), "äöü");
    }
}
