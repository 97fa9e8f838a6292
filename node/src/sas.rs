//! The pictures by which two people know that nobody stands between them, and their names in the reader's
//! language.

use beistand_session::emoji;

use crate::words::Words;

/// The short authentication string: four pictures, each with its name in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sas(pub [(&'static str, &'static str); 4]);

impl Sas {
    /// The pictures with these indices.
    pub fn of_indices(indices: [u8; 4]) -> Self {
        Self(indices.map(emoji))
    }

    /// The pictures, each with its name as the person who reads it out calls it.
    pub fn spoken(&self, words: &Words) -> [(&'static str, String); 4] {
        self.0.map(|(picture, name)| {
            (picture, key(name).map_or_else(|| name.to_owned(), |key| words.text(key)))
        })
    }
}

fn key(name: &str) -> Option<&'static str> {
    KEYS.iter().find(|(english, _)| *english == name).map(|(_, key)| *key)
}

/// The text for each English name.
const KEYS: [(&str, &str); 64] = [
    ("dog", "sas-dog"),
    ("cat", "sas-cat"),
    ("monkey", "sas-monkey"),
    ("horse", "sas-horse"),
    ("pig", "sas-pig"),
    ("elephant", "sas-elephant"),
    ("rabbit", "sas-rabbit"),
    ("panda", "sas-panda"),
    ("rooster", "sas-rooster"),
    ("penguin", "sas-penguin"),
    ("turtle", "sas-turtle"),
    ("fish", "sas-fish"),
    ("octopus", "sas-octopus"),
    ("ladybird", "sas-ladybird"),
    ("bee", "sas-bee"),
    ("snail", "sas-snail"),
    ("tulip", "sas-tulip"),
    ("tree", "sas-tree"),
    ("cactus", "sas-cactus"),
    ("mushroom", "sas-mushroom"),
    ("globe", "sas-globe"),
    ("moon", "sas-moon"),
    ("sun", "sas-sun"),
    ("cloud", "sas-cloud"),
    ("fire", "sas-fire"),
    ("rainbow", "sas-rainbow"),
    ("snowflake", "sas-snowflake"),
    ("banana", "sas-banana"),
    ("apple", "sas-apple"),
    ("strawberry", "sas-strawberry"),
    ("corn", "sas-corn"),
    ("pizza", "sas-pizza"),
    ("cake", "sas-cake"),
    ("ice cream", "sas-ice-cream"),
    ("coffee", "sas-coffee"),
    ("bread", "sas-bread"),
    ("heart", "sas-heart"),
    ("star", "sas-star"),
    ("ghost", "sas-ghost"),
    ("hat", "sas-hat"),
    ("glasses", "sas-glasses"),
    ("wrench", "sas-wrench"),
    ("umbrella", "sas-umbrella"),
    ("hourglass", "sas-hourglass"),
    ("clock", "sas-clock"),
    ("gift", "sas-gift"),
    ("light bulb", "sas-light-bulb"),
    ("book", "sas-book"),
    ("pencil", "sas-pencil"),
    ("paper clip", "sas-paper-clip"),
    ("scissors", "sas-scissors"),
    ("padlock", "sas-padlock"),
    ("key", "sas-key"),
    ("hammer", "sas-hammer"),
    ("telephone", "sas-telephone"),
    ("flag", "sas-flag"),
    ("train", "sas-train"),
    ("bicycle", "sas-bicycle"),
    ("airplane", "sas-airplane"),
    ("rocket", "sas-rocket"),
    ("trophy", "sas-trophy"),
    ("football", "sas-football"),
    ("guitar", "sas-guitar"),
    ("bell", "sas-bell"),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::words::Language;

    #[test]
    fn every_picture_has_a_name_of_its_own_in_every_language() {
        for language in Language::ALL {
            let words = Words::of_node(language);
            let names: HashSet<String> = (0..64)
                .map(|index| {
                    let (_, english) = emoji(index);
                    let name = words.text(key(english).expect("there is a text for it"));
                    assert!(language != Language::English || name == english, "{name}");
                    name
                })
                .collect();
            assert_eq!(names.len(), 64, "{language:?}");
        }
    }
}
