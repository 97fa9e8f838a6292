//! What a text that was pasted, typed or read from a file says so far.
//!
//! What it does not do: it reads nothing itself, and it keeps nothing of the text.

use beistand_p2p::invite::{DraftWord, Invite, InviteError, draft_words};

use crate::words::{Language, Phrase};

/// What [`look_for_invite`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InviteSearch {
    /// An invite.
    Found,
    /// Nothing at all.
    Empty,
    /// Nothing that is whole; what follows may make it so. Otherwise this is what to say.
    Unfinished(Phrase),
    /// Something that nothing after it can mend.
    Wrong(Phrase),
}

/// Whether there is an invite in `text`, whatever stands around it.
pub fn look_for_invite(text: &str) -> InviteSearch {
    match Invite::parse(text) {
        Ok(_) => InviteSearch::Found,
        Err(InviteError::Empty) => InviteSearch::Empty,
        Err(error) if error.more_may_mend_it() => InviteSearch::Unfinished(Phrase::from(&error)),
        Err(error) => InviteSearch::Wrong(Phrase::from(&error)),
    }
}

/// The words in `text` while they are typed, if it is nothing else. Where it can't be told of which list they
/// are, those of `language` come first.
pub fn draft_invite(text: &str, language: Language) -> Option<Vec<DraftWord>> {
    draft_words(text, language.into())
}
