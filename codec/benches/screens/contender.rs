//! What takes part in the comparison.

use beistand_codec::{Damage, EncodedUnit};

use crate::clock::Time;
use crate::options::Options;
use crate::quality::Source;
use crate::screen::Screen;

/// Units of one picture and the time that making them took.
pub(crate) struct Coded {
    pub(crate) units: Vec<EncodedUnit>,
    pub(crate) time: Time,
}

/// What a row of the table is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// To be judged.
    Shown,
    /// What factors are given against, and a point of its curve of bytes and quality.
    Reference,
    /// Another point of that curve.
    Point,
}

/// An encoder on a stage.
pub(crate) trait Contender {
    /// As it stands in the table.
    fn name(&self) -> String;

    /// What it is there for.
    fn role(&self) -> Role;

    /// Codes a picture. Its colours are there as pixels and as planes, so that only the encoder is timed.
    fn encode(&mut self, source: &Source, damage: &Damage) -> Coded;

    /// Improves what was coded too coarsely, or nothing where all is as good as it will be.
    fn refine(&mut self, _: &Source) -> Option<Coded> {
        None
    }
}

/// All that are wanted. A new encoder of ours is one line here.
pub(crate) fn all(options: &Options) -> Vec<Box<dyn Contender>> {
    let mut all: Vec<Box<dyn Contender>> = vec![
        Box::new(Screen::new(beistand_codec::Av1ScreenEncoder::new(), options.budget)),
        Box::new(Screen::new(beistand_codec::Rav1eScreenEncoder::new(), options.budget)),
    ];
    #[cfg(feature = "libaom")]
    all.extend(crate::libaom::contenders(options.size));
    all.retain(|contender| contender.role() == Role::Reference || options.wants_encoder(&contender.name()));
    all
}
