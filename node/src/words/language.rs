//! The languages that there are, and which one somebody wants.

use beistand_p2p::invite::InviteLanguage;
use unic_langid::LanguageIdentifier;

/// A language that all texts are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, also for those whose language there is not.
    English,
    /// German.
    German,
}

impl Language {
    /// All of them, in the order in which a person is offered them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its tag, which is also its name in the settings and on the command line.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// What its speakers call it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The language of a tag such as `de`, `de-AT` or `de_DE.UTF-8`, where there is one.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_', '.', '@']).next().unwrap_or_default().to_ascii_lowercase();
        match primary.as_str() {
            // What a system without a language says.
            "c" | "posix" => Some(Self::English),
            primary => Self::ALL.into_iter().find(|language| language.tag() == primary),
        }
    }

    /// The first that the person's system names and that there is, otherwise English.
    pub fn of_system() -> Self {
        Self::first_of(sys_locale::get_locales())
    }

    fn first_of(tags: impl IntoIterator<Item = String>) -> Self {
        tags.into_iter().find_map(|tag| Self::from_tag(&tag)).unwrap_or(Self::English)
    }

    pub(super) fn identifier(self) -> LanguageIdentifier {
        self.tag().parse().expect("the tags are well-formed")
    }
}

/// The words of an invite are of the list of this language.
impl From<Language> for InviteLanguage {
    fn from(language: Language) -> Self {
        match language {
            Language::English => Self::English,
            Language::German => Self::German,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_language_whatever_the_country() {
        for tag in ["de", "de-AT", "de_DE.UTF-8", "DE-ch", "de@euro"] {
            assert_eq!(Language::from_tag(tag), Some(Language::German), "{tag}");
        }
        for tag in ["en", "en-GB", "C", "C.UTF-8", "POSIX"] {
            assert_eq!(Language::from_tag(tag), Some(Language::English), "{tag}");
        }
        for tag in ["", "fr", "den", "-de", "deutsch"] {
            assert_eq!(Language::from_tag(tag), None, "{tag}");
        }
    }

    #[test]
    fn the_first_language_that_there_is_wins() {
        let first = |tags: &[&str]| Language::first_of(tags.iter().map(|tag| (*tag).to_owned()));
        assert_eq!(first(&["C", "de-DE"]), Language::English);
        assert_eq!(first(&["fr-CH", "de-CH", "en"]), Language::German);
        assert_eq!(first(&["fr"]), Language::English);
        assert_eq!(first(&[]), Language::English);
    }
}
