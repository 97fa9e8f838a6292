//! Events of features as a program and a person read them.

use beistand_session::{Permission, Role};
use serde_json::Value;

use super::asked::AskedUser;
use crate::words::{Phrase, Words};

/// A feature's events, for scripts and for a terminal.
pub(crate) trait Tell {
    /// The shortest word for each permission that the feature needs: the key of a text. The bar on the user's
    /// screen says it.
    const MAY: &'static [(Permission, &'static str)] = &[];

    /// The event as a JSON object, its kind in the field `event`. What is for a person in it is said with
    /// `words`.
    fn json(&self, words: &Words) -> Value;

    /// What the person whose side is `role` is told of the event; `None` where there is nothing to tell.
    fn phrase(&self, role: Role) -> Option<Phrase>;

    /// Host: what it means for whoever reads a question; `None` where it has nothing to do with one.
    fn asked(&self) -> Option<AskedUser> {
        None
    }
}
