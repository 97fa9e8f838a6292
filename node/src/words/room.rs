//! A room's texts, and the list of a crate's rooms.

use super::Language;

/// The texts of one folder of code.
#[derive(Debug, Clone, Copy)]
pub struct WordRoom {
    /// What its keys begin with, before a dash.
    pub prefix: &'static str,
    /// Its Fluent file in English.
    pub english: &'static str,
    /// Its Fluent file in German.
    pub german: &'static str,
}

impl WordRoom {
    /// Its Fluent file in this language.
    pub const fn text(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::German => self.german,
        }
    }
}

/// The list of a crate's rooms: each with the prefix of its keys, and the folder that has its folder `words`,
/// from the crate's own on.
///
/// ```ignore
/// rooms! {
///     /// The texts of this crate.
///     pub const ROOMS =
///         "home" in "src/home",
///         "sample" in "src/panels/sample",
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __rooms {
    ($(#[$doc:meta])* $visibility:vis const $name:ident = $($prefix:literal in $folder:literal),* $(,)?) => {
        $(#[$doc])*
        $visibility const $name: &[$crate::words::WordRoom] = &[$($crate::words::WordRoom {
            prefix: $prefix,
            english: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $folder, "/words/en.ftl")),
            german: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $folder, "/words/de.ftl")),
        }),*];
    };
}

/// The rooms of two lists together.
///
/// # Panics
/// Where `N` is not their number; in a constant that is an error of the build.
pub const fn joined<const N: usize>(one: &[WordRoom], other: &[WordRoom]) -> [WordRoom; N] {
    assert!(one.len() + other.len() == N, "as many as both have");
    let mut all = [WordRoom { prefix: "", english: "", german: "" }; N];
    let mut index = 0;
    while index < N {
        all[index] = if index < one.len() { one[index] } else { other[index - one.len()] };
        index += 1;
    }
    all
}

pub use crate::__rooms as rooms;
