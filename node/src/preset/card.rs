//! A technician's key and the name that an organisation gives it.
//!
//! A card says whose key it is as far as the organisation goes, and allows nothing: whoever has one asks as
//! everybody does. Whoever has the name on a card and another key is stopped, as with acquaintances.

use std::sync::Arc;

use beistand_session::name_shape;

use crate::acquaintances::Recognition;
use crate::words::{Phrase, args};

/// A technician of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TechnicianCard {
    pub(super) name: String,
    pub(super) organisation: String,
    pub(super) key: [u8; 32],
}

/// All cards of a preset. Cheap to clone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CardShelf(Arc<[TechnicianCard]>);

impl TechnicianCard {
    /// One for tests and for looking at pages.
    pub fn sample(name: &str, organisation: &str) -> Self {
        Self { name: name.to_owned(), organisation: organisation.to_owned(), key: [1; 32] }
    }

    /// What the organisation calls them.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// By whose word they are called so.
    pub fn organisation(&self) -> &str {
        &self.organisation
    }

    /// Whether somebody who calls themselves `name` means the name on the card.
    pub fn is_of(&self, name: &str) -> bool {
        name_shape(&self.name) == name_shape(name)
    }

    /// Whose card it is, in a line.
    pub fn phrase(&self) -> Phrase {
        Phrase::with("preset-card", args![name = &self.name, organisation = &self.organisation])
    }

    /// That somebody else uses the name on it.
    pub fn other_phrase(&self) -> Phrase {
        Phrase::with("preset-card-other", args![name = &self.name, organisation = &self.organisation])
    }
}

impl CardShelf {
    pub(super) fn new(cards: Vec<TechnicianCard>) -> Self {
        Self(cards.into())
    }

    pub(super) fn all(&self) -> &[TechnicianCard] {
        &self.0
    }

    /// What the cards say of whoever has this key and calls themselves `name`.
    pub(crate) fn recognise(&self, peer_key: &[u8; 32], name: &str) -> Recognition {
        if let Some(card) = self.0.iter().find(|card| card.key == *peer_key) {
            return Recognition::Carded(card.clone());
        }
        let namesake = self.0.iter().find(|card| card.is_of(name));
        namesake.map_or(Recognition::Stranger, |card| Recognition::OtherThanCard(card.clone()))
    }
}
