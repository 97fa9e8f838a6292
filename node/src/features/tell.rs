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

    /// How far something is that takes a while; `None` for everything else.
    fn advance(&self) -> Option<TaskAdvance> {
        None
    }

    /// Host: what it means for whoever reads a question; `None` where it has nothing to do with one.
    fn asked(&self) -> Option<AskedUser> {
        None
    }
}

/// How far something is that takes a while and goes on beside the conversation.
#[derive(Debug, Clone)]
pub struct TaskAdvance {
    /// Tells it from others of this session.
    pub name: String,
    /// What and how much, for a person.
    pub phrase: Phrase,
    /// The part that is done, in thousandths.
    pub permille: u16,
}
