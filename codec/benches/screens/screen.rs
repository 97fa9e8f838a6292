//! The project's encoders, as the program calls them.

use beistand_codec::{ByteBudget, Damage, ScreenEncoder};

use crate::clock::timed;
use crate::contender::{Coded, Contender, Role};
use crate::quality::Source;

pub(crate) struct Screen<E> {
    encoder: E,
    budget: ByteBudget,
}

impl<E: ScreenEncoder> Screen<E> {
    pub(crate) fn new(encoder: E, budget: ByteBudget) -> Self {
        Self { encoder, budget }
    }
}

impl<E: ScreenEncoder> Contender for Screen<E> {
    fn name(&self) -> String {
        self.encoder.name().to_owned()
    }

    fn role(&self) -> Role {
        Role::Shown
    }

    fn encode(&mut self, source: &Source, damage: &Damage) -> Coded {
        let (coded, time) = timed(|| self.encoder.encode(&source.picture, damage, self.budget));
        Coded { units: coded.expect("the encoder takes its picture").units, time }
    }

    fn refine(&mut self, source: &Source) -> Option<Coded> {
        let nothing = Damage::none(source.picture.size());
        self.encoder.refinable().then(|| self.encode(source, &nothing))
    }
}
