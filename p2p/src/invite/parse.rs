//! Decides what the invite in a text is, or says why there is none.

use super::error::{InviteError, InviteRendering};
use super::find::{FoundInvite, find};
use super::tokens::PastedText;
use super::{Invite, MAX_TEXT_BYTES, diagnose, text};

pub(super) fn parse(pasted: &str) -> Result<Invite, InviteError> {
    if pasted.len() > MAX_TEXT_BYTES {
        return Err(InviteError::TooLong);
    }
    let normal = text::normalise(pasted);
    let text = PastedText::new(&normal);
    if text.parts().is_empty() {
        return Err(InviteError::Empty);
    }
    let found = find(&text);
    if found.is_empty() {
        return Err(diagnose::diagnose(&text));
    }
    decide(found, text.parts().len())
}

/// One invite, however often and in whatever renderings it stands there.
///
/// What two renderings agree on is surely meant: six words that fit by chance and share words with it, such
/// as the last five and the label of the code after them, don't count. Anything else that differs is
/// refused.
fn decide(mut found: Vec<FoundInvite>, parts: usize) -> Result<Invite, InviteError> {
    found.sort_by(|a, b| a.invite.secret.as_bytes().cmp(b.invite.secret.as_bytes()));
    let groups = || found.chunk_by(|a, b| a.invite.secret == b.invite.secret);
    let mut agreed = groups().filter(|group| renderings(group) > 1);
    let meant = match (groups().nth(1), agreed.next(), agreed.next()) {
        (None, ..) => found.as_slice(),
        (Some(_), Some(meant), None) => meant,
        _ => return Err(InviteError::Ambiguous),
    };
    let mut explained = vec![false; parts];
    meant.iter().flat_map(|found| &found.parts).for_each(|part| explained[*part] = true);
    let secret = &meant[0].invite.secret;
    let other = |found: &&FoundInvite| {
        found.invite.secret != *secret && !found.parts.iter().any(|part| explained[*part])
    };
    if found.iter().any(|found| other(&found)) {
        return Err(InviteError::Ambiguous);
    }
    // A link also says where the host is, and of several the newest knows best.
    let newest = meant.iter().max_by_key(|found| found.invite.host().map(|host| host.expires_at()));
    newest.map(|found| found.invite.clone()).ok_or(InviteError::NotAnInvite)
}

/// In how many ways the same invite is written.
fn renderings(group: &[FoundInvite]) -> usize {
    [InviteRendering::Words, InviteRendering::Code, InviteRendering::Link]
        .into_iter()
        .filter(|rendering| group.iter().any(|found| found.rendering == *rendering))
        .count()
}
