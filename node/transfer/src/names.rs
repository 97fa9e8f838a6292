//! What a file of somebody else's may be called here, and what it is called where that name is taken.
//!
//! A name that can't be a file's on every system, or that hides what it is, is refused rather than changed:
//! whoever sends it can give it another. Names in any script are fine.

use beistand_session::{MAX_ENTRY_PATH_BYTES, is_hidden};
use unicode_normalization::UnicodeNormalization as _;

/// The longest name in bytes: what file systems hold.
const MAX_NAME_BYTES: usize = 255;

/// How deep folders may lie in each other: deeper than people make them.
const MAX_DEPTH: usize = 32;

/// Characters that no name on Windows may have; `:` opens a stream of a file, or names a drive.
const FOREIGN: &[char] = &['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

/// Names of devices on Windows, whatever ending they have.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "clock$", "conin$", "conout$"];

/// Devices with a digit.
const NUMBERED_DEVICES: &[&str] = &["com", "lpt"];

/// Why a name is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameFault {
    /// It is empty, or `.` or `..`, or leads elsewhere.
    Leads,
    /// It has control, bidi or invisible characters.
    Hides,
    /// It can't be a file's name on every system.
    Foreign,
    /// It is too long, or lies too deep.
    Long,
}

/// Checks the name of one file or folder.
///
/// # Errors
/// Why it is refused.
pub fn check_name(name: &str) -> Result<(), NameFault> {
    if name.is_empty() || name == "." || name == ".." {
        return Err(NameFault::Leads);
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(NameFault::Long);
    }
    if name.chars().any(|character| is_hidden(character) && !joins(character)) || joins_nothing(name) {
        return Err(NameFault::Hides);
    }
    let ends_badly = name.ends_with(['.', ' ']) || name.starts_with(' ');
    if name.contains(FOREIGN) || ends_badly || is_device(name) || is_ours(name) {
        return Err(NameFault::Foreign);
    }
    Ok(())
}

/// Checks a path within a transfer: names with `/` between them.
///
/// # Errors
/// Why it is refused.
pub fn check_path(path: &str) -> Result<(), NameFault> {
    if path.len() > MAX_ENTRY_PATH_BYTES || path.split('/').count() > MAX_DEPTH {
        return Err(NameFault::Long);
    }
    path.split('/').try_for_each(check_name)
}

/// What joins letters in names of some scripts, and pictures to one.
fn joins(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// Whether something that joins has nothing to join: it is at an end, or beside a letter of English, and then
/// it only makes two names look like one.
fn joins_nothing(name: &str) -> bool {
    let letters: Vec<char> = name.chars().collect();
    let joinable = |index: Option<usize>| {
        let letter = index.and_then(|index| letters.get(index));
        letter.is_some_and(|letter| !letter.is_ascii() && !joins(*letter))
    };
    let joiners = letters.iter().enumerate().filter(|(_, letter)| joins(**letter));
    joiners.into_iter().any(|(index, _)| !joinable(index.checked_sub(1)) || !joinable(Some(index + 1)))
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let with_digit = |device: &str| {
        let rest = stem.strip_prefix(device).unwrap_or_default();
        let mut digits = rest.chars();
        matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    };
    DEVICES.contains(&stem.as_str()) || NUMBERED_DEVICES.iter().any(|device| with_digit(device))
}

/// What this program calls files of its own while they arrive.
fn is_ours(name: &str) -> bool {
    folded(name).starts_with(crate::partial::PARTIAL_PREFIX)
}

/// The same for all names that some file system takes for one: without case and what joins, in one normal
/// form.
pub fn folded(name: &str) -> String {
    let name = name.chars().filter(|letter| !joins(*letter));
    // Twice: a letter in lower case can have a form of its own again.
    let lower: String = name.nfkc().flat_map(char::to_lowercase).collect();
    lower.nfkc().flat_map(char::to_lowercase).collect()
}

/// A name for the `count`-th file that would be called `name`: "a (2).txt".
pub fn numbered(name: &str, count: u32) -> String {
    let (stem, ending) = match name.rfind('.') {
        // ".bashrc" has no ending, and what follows a dot far from the end is none.
        Some(dot) if name.len() - dot <= 16 && name[..dot].contains(|letter: char| letter != '.') => {
            name.split_at(dot)
        }
        Some(_) | None => (name, ""),
    };
    let mark = format!(" ({count})");
    let room = MAX_NAME_BYTES.saturating_sub(mark.len() + ending.len());
    let stem = &stem[..stem.floor_char_boundary(room)];
    format!("{}{mark}{ending}", stem.trim_end_matches(['.', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        let paths = ["", "..", ".", "../x", "a/../x", "a/..", "/etc/passwd", "a//b", "a/", "./a"];
        for path in paths {
            assert_eq!(check_path(path), Err(NameFault::Leads), "{path}");
        }
        for path in ["C:\\x", "C:x", "\\\\server\\share\\x", "..\\x", "a\\..\\b"] {
            assert_eq!(check_path(path), Err(NameFault::Foreign), "{path}");
        }
    }

    #[test]
    fn names_that_hide_something_are_refused() {
        let names = ["a\0b", "a\nb", "a\u{1b}[2J", "gnp\u{202e}exe.scr", "a\u{2066}b", "a\u{200b}", "\u{7f}"];
        for name in names.into_iter().chain(["a\u{200d}", "a\u{200c}b", "\u{200d}报", "می\u{200c}\u{200d}خ"])
        {
            assert_eq!(check_name(name), Err(NameFault::Hides), "{name:?}");
        }
    }

    #[test]
    fn names_that_are_no_files_elsewhere_are_refused() {
        let names =
            ["CON", "con.txt", "Nul", "com1", "LPT9.log", "COM¹", "a:stream", "trailing.", "trailing "];
        for name in names.into_iter().chain([
            " a",
            "a?",
            "a*",
            "a|b",
            "a<b",
            ".beistand-1.part",
            ".Beistand-1.list",
            ".ｂeistand-1.list",
        ]) {
            assert_eq!(check_name(name), Err(NameFault::Foreign), "{name:?}");
        }
        assert_eq!(check_name(&"x".repeat(256)), Err(NameFault::Long));
        assert_eq!(check_path(&["x"; 33].join("/")), Err(NameFault::Long));
    }

    #[test]
    fn names_in_any_script_are_fine() {
        let names =
            ["Größe.txt", "Смета.doc", "报告.pdf", "レポート", "تقرير.pdf", "רשימה", "ประวัติ", "हिन्दी"];
        for name in names.into_iter().chain([
            "می\u{200c}خواهم",
            "👩\u{200d}🔬.png",
            "a b",
            ".bashrc",
            "con1",
            "com10",
        ]) {
            assert_eq!(check_name(name), Ok(()), "{name:?}");
        }
    }

    #[test]
    fn names_that_some_system_takes_for_one_are_folded_to_one() {
        for (one, other) in [
            ("A.TXT", "a.txt"),
            ("é", "e\u{301}"),
            ("ﬁ", "fi"),
            ("Straße", "straße"),
            ("Ω", "ω"),
            ("می\u{200c}خ", "میخ"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("a"), folded("b"));
    }

    #[test]
    fn a_taken_name_gets_a_number_before_its_ending() {
        assert_eq!(numbered("a.txt", 2), "a (2).txt");
        assert_eq!(numbered(".bashrc", 2), ".bashrc (2)");
        assert_eq!(numbered("folder", 3), "folder (3)");
        let long = numbered(&format!("{}.txt", "ü".repeat(125)), 17);
        assert!(long.len() <= MAX_NAME_BYTES && long.ends_with(" (17).txt"), "{long}");
    }

    proptest! {
        #[test]
        fn a_good_name_stays_good_with_a_number(name in "[a-zäß报0-9][a-zäß报0-9. ]{0,40}[a-z0-9]", count in 2_u32..1000) {
            prop_assume!(check_name(&name).is_ok());
            prop_assert_eq!(check_name(&numbered(&name, count)), Ok(()));
        }
    }
}
