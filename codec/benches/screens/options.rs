//! What is asked for on the command line.

use beistand_codec::{ByteBudget, Size};
use beistand_sequences::Kind;

pub(crate) struct Options {
    pub(crate) size: Size,
    pub(crate) seed: u64,
    /// Pictures after the first.
    pub(crate) pictures: usize,
    pub(crate) budget: ByteBudget,
    /// Whether all of the reference's quality points are printed.
    pub(crate) points: bool,
    sequences: Vec<String>,
    encoders: Vec<String>,
}

impl Options {
    /// # Errors
    /// In words, where an option or its value is not known.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            size: Size::new(1920, 1080).expect("valid"),
            seed: 7,
            pictures: 40,
            budget: ByteBudget::UNLIMITED,
            points: false,
            sequences: Vec::new(),
            encoders: Vec::new(),
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value"));
            match word.as_str() {
                // Cargo's own word for a bench.
                "--bench" => {}
                "--points" => options.points = true,
                "--pictures" => options.pictures = number::<usize>(&value()?)?.max(1),
                "--seed" => options.seed = number(&value()?)?,
                "--budget" => options.budget = ByteBudget(number(&value()?)?),
                "--size" => options.size = size(&value()?)?,
                unknown if unknown.starts_with('-') => return Err(format!("{unknown} is no option")),
                filter if Kind::ALL.iter().any(|kind| filter.starts_with(kind.name())) => {
                    options.sequences.push(word);
                }
                _ => options.encoders.push(word),
            }
        }
        Ok(options)
    }

    pub(crate) fn wants_sequence(&self, name: &str) -> bool {
        self.sequences.is_empty() || self.sequences.iter().any(|wanted| wanted == name)
    }

    pub(crate) fn wants_encoder(&self, name: &str) -> bool {
        self.encoders.is_empty() || self.encoders.iter().any(|wanted| name.starts_with(wanted))
    }
}

fn number<N: std::str::FromStr>(word: &str) -> Result<N, String> {
    word.parse().map_err(|_| format!("{word} is no number"))
}

fn size(word: &str) -> Result<Size, String> {
    let problem = || format!("{word} is no size, as 1920x1080 is one");
    let (width, height) = word.split_once('x').ok_or_else(problem)?;
    Size::new(number(width)?, number(height)?).ok_or_else(problem)
}
