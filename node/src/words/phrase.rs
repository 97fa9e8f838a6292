//! What is to be said, before it is known in which language: a key and its values.

/// Something to be said: a text's key and the values in it. [`Words::say`](super::Words::say) says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    key: &'static str,
    args: PhraseArgs,
}

/// The values in a text, by name. Made by [`args!`](super::args).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PhraseArgs(Vec<(&'static str, PhraseArg)>);

/// A value in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhraseArg {
    /// Shown as it is. What a peer wrote must be escaped.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number with one decimal, in tenths.
    Tenths(i64),
    /// Said in the same language.
    Phrase(Box<Phrase>),
    /// Said in the same language, with commas between them.
    List(Vec<Phrase>),
}

impl Phrase {
    /// A text without values.
    pub const fn new(key: &'static str) -> Self {
        Self { key, args: PhraseArgs(Vec::new()) }
    }

    /// A text with values.
    pub const fn with(key: &'static str, args: PhraseArgs) -> Self {
        Self { key, args }
    }

    /// Which text it is.
    pub fn key(&self) -> &'static str {
        self.key
    }

    /// The values in it.
    pub fn args(&self) -> &PhraseArgs {
        &self.args
    }
}

impl PhraseArgs {
    pub(super) fn iter(&self) -> impl Iterator<Item = &(&'static str, PhraseArg)> {
        self.0.iter()
    }
}

impl<const N: usize> From<[(&'static str, PhraseArg); N]> for PhraseArgs {
    fn from(values: [(&'static str, PhraseArg); N]) -> Self {
        Self(values.into())
    }
}

impl FromIterator<(&'static str, PhraseArg)> for PhraseArgs {
    fn from_iter<I: IntoIterator<Item = (&'static str, PhraseArg)>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl From<Phrase> for PhraseArg {
    fn from(phrase: Phrase) -> Self {
        Self::Phrase(Box::new(phrase))
    }
}

impl From<Vec<Phrase>> for PhraseArg {
    fn from(phrases: Vec<Phrase>) -> Self {
        Self::List(phrases)
    }
}

impl From<&str> for PhraseArg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for PhraseArg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for PhraseArg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<f32> for PhraseArg {
    /// Rounded to a tenth: more digits say nothing to a person.
    fn from(number: f32) -> Self {
        Self::Tenths((f64::from(number) * 10.0).round() as i64)
    }
}

macro_rules! whole {
    ($($number:ty),*) => {
        $(impl From<$number> for PhraseArg {
            fn from(number: $number) -> Self {
                // Beyond it no count of ours goes.
                Self::Whole(i64::try_from(number).unwrap_or(i64::MAX))
            }
        })*
    };
}

whole!(u8, u16, u32, u64, usize, i32, i64);

/// The values of a text: `args![name = "Anna", count = 3]`. See [`PhraseArg`] for what a value can be.
#[doc(hidden)]
#[macro_export]
macro_rules! __args {
    ($($name:ident = $value:expr),* $(,)?) => {
        $crate::words::PhraseArgs::from([$((stringify!($name), $crate::words::PhraseArg::from($value))),*])
    };
}

pub use crate::__args as args;
