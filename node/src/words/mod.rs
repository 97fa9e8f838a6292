//! What the programs say, in the language of whoever reads it.
//!
//! What it does: holds the texts of all rooms in one language ([`Words`]), and what is to be said before that
//! language is known ([`Phrase`]). The texts are Fluent files: each room (a folder of code) has
//! `words/en.ftl` and `words/de.ftl` beside its code, and one line in its crate's list of [`rooms!`](rooms);
//! those of a feature follow from the list of features.
//!
//! What it does not do: it keeps no global state, so whoever speaks is handed its `Words`. Keys and the words
//! of `--json` are for machines and are never translated. What a peer wrote is a value, never a text, and is
//! escaped before it gets here.
//!
//! In a text of several lines Fluent drops the blanks before a value: write `{"    "}{ $value }` where they
//! matter. No line of it begins with `[`, `*` or `.`.
//!
//! # A room
//! 1. `src/features/sample/words/en.ftl` has messages whose keys begin with the room's prefix; `de.ftl` has
//!    the same.
//!    ```text
//!    sample-full = { $name } can't be reached, so your line was not sent.
//!    sample-unread = { $count ->
//!        [one] One new line
//!       *[other] { $count } new lines
//!    }
//!    ```
//! 2. One line in the crate's list: `"sample" in "src/features/sample",`.
//! 3. The code names the whole key as a literal, in an enum's `fn key(self) -> &'static str` too: the crate's
//!    test looks for them, and finds what is missing, unused, or lacks a value (see [`testing`]).
//!    ```ignore
//!    words.text("sample-button")                             // a text without values
//!    words.with("sample-unread", args![count = 3])           // one with values
//!    Phrase::with("sample-full", args![name = peer])         // one to be said later, where the language is
//!    known: words.say(&phrase) ```

pub mod command_line;
mod language;
mod phrase;
mod program_pages;
mod room;
pub mod testing;

use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};

pub use language::Language;
pub use phrase::{Phrase, PhraseArg, PhraseArgs, args};
pub use room::{WordRoom, joined, rooms};

use crate::features::FEATURE_ROOMS;

rooms! {
    /// The texts of this crate but for those of features, its program's too.
    const OWN_ROOMS =
        "args" in "src/args",
        "bench" in "src/bench",
        "cause" in "src/cause",
        "changes" in "src/changes",
        "config" in "src/config",
        "doctor" in "src/doctor",
        "fault" in "src/fault",
        "identity" in "src/identity",
        "indicator" in "src/host/indicator",
        "known" in "src/acquaintances",
        "node" in "src",
        "past" in "src/history",
        "preset" in "src/preset",
        "released" in "src/release_list",
        "return" in "src/returns",
        "sas" in "src/sas",
        "stage" in "src/stages",
        "terminal" in "src/bin/beistand-node",
}

const ALL_ROOMS: [WordRoom; OWN_ROOMS.len() + FEATURE_ROOMS.len()] = joined(OWN_ROOMS, FEATURE_ROOMS);

/// The texts of this crate, its program's too.
pub const ROOMS: &[WordRoom] = &ALL_ROOMS;

/// All texts in one language. Cheap to clone.
#[derive(Clone)]
pub struct Words(Arc<Catalogue>);

struct Catalogue {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// The texts of the rooms of each crate in the list.
    pub fn new(language: Language, crates: &[&[WordRoom]]) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
        // The marks that keep a value's direction apart show as boxes in a terminal and in egui, and what a
        // peer wrote has lost its own marks before.
        bundle.set_use_isolating(false);
        match language {
            Language::English => {}
            Language::German => bundle.set_formatter(Some(decimal_comma)),
        }
        for room in crates.iter().copied().flatten() {
            // A text that can't be read is left out; the rest of the room can be used.
            let (resource, faults) = match FluentResource::try_new(room.text(language).to_owned()) {
                Ok(resource) => (resource, Vec::new()),
                Err((resource, faults)) => (resource, faults),
            };
            for fault in faults {
                tracing::error!(room = room.prefix, %fault, "a text can't be read");
            }
            for fault in bundle.add_resource(resource).err().into_iter().flatten() {
                tracing::error!(room = room.prefix, %fault, "a text can't be taken");
            }
        }
        Self(Arc::new(Catalogue { language, bundle }))
    }

    /// The texts of this crate alone.
    pub fn of_node(language: Language) -> Self {
        Self::new(language, &[ROOMS])
    }

    /// Which language they are in.
    pub fn language(&self) -> Language {
        self.0.language
    }

    /// Whether there is such a text.
    pub fn has(&self, key: &str) -> bool {
        self.0.bundle.has_message(key)
    }

    /// The text of `key`, or the key itself where there is none.
    pub fn text(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// The text of `key` with its values in place.
    pub fn with(&self, key: &str, args: PhraseArgs) -> String {
        self.with_args(key, &args)
    }

    /// What the phrase says.
    pub fn say(&self, phrase: &Phrase) -> String {
        self.with_args(phrase.key(), phrase.args())
    }

    fn with_args(&self, key: &str, args: &PhraseArgs) -> String {
        let mut values = FluentArgs::new();
        for (name, value) in args.iter() {
            values.set(*name, self.value(value));
        }
        self.format(key, Some(&values))
    }

    fn value(&self, value: &PhraseArg) -> FluentValue<'static> {
        match value {
            PhraseArg::Text(text) => FluentValue::from(text.clone()),
            PhraseArg::Whole(number) => FluentValue::from(*number),
            PhraseArg::Tenths(tenths) => FluentValue::from(*tenths as f64 / 10.0),
            PhraseArg::Phrase(phrase) => FluentValue::from(self.say(phrase)),
            PhraseArg::List(phrases) => self.joined(phrases, ", "),
            PhraseArg::Lines(phrases) => self.joined(phrases, "\n"),
        }
    }

    fn joined(&self, phrases: &[Phrase], between: &str) -> FluentValue<'static> {
        let texts: Vec<String> = phrases.iter().map(|phrase| self.say(phrase)).collect();
        FluentValue::from(texts.join(between))
    }

    fn format(&self, key: &str, values: Option<&FluentArgs<'_>>) -> String {
        let bundle = &self.0.bundle;
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, "there is no such text");
            return key.to_owned();
        };
        let mut faults: Vec<FluentError> = Vec::new();
        let text = bundle.format_pattern(pattern, values, &mut faults).into_owned();
        for fault in faults {
            tracing::error!(key, %fault, "a text lacks a value");
        }
        text
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Words({})", self.0.language.tag())
    }
}

/// A number with decimals as Germans write it; `None` for what needs no change.
fn decimal_comma<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(number.as_string().replace('.', ",")),
        FluentValue::String(_) | FluentValue::Custom(_) | FluentValue::None | FluentValue::Error => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &[WordRoom] = &[WordRoom {
        prefix: "try",
        english: "try-plain = Plain\n\
                  try-lines = { $count ->\n    [one] One line\n   *[other] { $count } lines\n }\n\
                  try-nested = { $name } says: { $what }\n\
                  try-time = { $seconds } s\n",
        german: "try-plain = Schlicht\n\
                 try-lines = { $count ->\n    [one] Eine Zeile\n   *[other] { $count } Zeilen\n }\n\
                 try-nested = { $name } sagt: { $what }\n\
                 try-time = { $seconds } s\n",
    }];

    fn words(language: Language) -> Words {
        Words::new(language, &[EXAMPLE])
    }

    #[test]
    fn a_text_is_said_in_the_language() {
        assert_eq!(words(Language::English).text("try-plain"), "Plain");
        assert_eq!(words(Language::German).text("try-plain"), "Schlicht");
    }

    #[test]
    fn numbers_choose_the_form() {
        let say = |language, count: usize| words(language).with("try-lines", args![count = count]);
        assert_eq!(say(Language::English, 1), "One line");
        assert_eq!(say(Language::English, 0), "0 lines");
        assert_eq!(say(Language::German, 1), "Eine Zeile");
        assert_eq!(say(Language::German, 12), "12 Zeilen");
    }

    #[test]
    fn a_phrase_is_said_with_what_is_in_it_and_without_marks() {
        let phrase = Phrase::with("try-nested", args![name = "Anna", what = Phrase::new("try-plain")]);
        assert_eq!(words(Language::German).say(&phrase), "Anna sagt: Schlicht");
        assert_eq!(words(Language::English).say(&phrase), "Anna says: Plain");
    }

    #[test]
    fn a_value_is_never_read_as_a_text() {
        let phrase = Phrase::with("try-nested", args![name = "{ $what }", what = "{ try-plain }"]);
        assert_eq!(words(Language::English).say(&phrase), "{ $what } says: { try-plain }");
    }

    #[test]
    fn germans_write_a_decimal_comma() {
        let phrase = Phrase::with("try-time", args![seconds = 1.52_f32]);
        assert_eq!(words(Language::German).say(&phrase), "1,5 s");
        assert_eq!(words(Language::English).say(&phrase), "1.5 s");
        assert_eq!(words(Language::German).say(&Phrase::with("try-time", args![seconds = 2])), "2 s");
    }

    #[test]
    fn a_missing_text_shows_its_key() {
        assert_eq!(words(Language::German).text("try-nothing"), "try-nothing");
        assert!(!words(Language::German).has("try-nothing"));
    }
}
