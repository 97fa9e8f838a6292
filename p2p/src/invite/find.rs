//! Finds all that is an invite in a text, whatever stands around it.
//!
//! A link is recognised anywhere by its checksum. Eight words of the list in a row, or 18 characters in equal
//! groups, count if their check bits fit, which one in 256 of any others does; so what fits by chance is told
//! apart from what is meant (`parse`), or refused together with it.
//!
//! The time grows with the length of the text alone: each part is looked at a bounded number of times.

use zeroize::Zeroizing;

use super::secret::InviteSecret;
use super::tokens::{PastedText, TextPart};
use super::{Invite, InviteRendering, code, link, words};

/// Characters from which a part that follows `beistand:` is taken for a piece of a wrapped link: longer than
/// a group of a code, and shorter than the shortest line that a mail program makes.
const LINK_PIECE_CHARS: usize = 16;

/// An invite and where it stands.
pub(super) struct FoundInvite {
    /// What it says.
    pub(super) invite: Invite,
    /// How it is written.
    pub(super) rendering: InviteRendering,
    /// The parts that it consists of, in order.
    pub(super) parts: Vec<usize>,
}

impl FoundInvite {
    fn spoken(secret: InviteSecret, rendering: InviteRendering, parts: Vec<usize>) -> Self {
        Self { invite: Invite { secret, host: None }, rendering, parts }
    }
}

/// Everything that is an invite, in the order link, code, words.
pub(super) fn find(text: &PastedText<'_>) -> Vec<FoundInvite> {
    let mut found = Vec::new();
    let mut taken = vec![false; text.parts().len()];
    links(text, &mut found, &mut taken);
    codes(text, &mut found, &taken);
    wordings(text, &mut found, &taken, |_| true);
    if text.parts().iter().any(|part| part.in_prefix) {
        wordings(text, &mut found, &taken, |part| !part.in_prefix);
    }
    found
}

/// Links, also wrapped, quoted or with their colon escaped: after the scheme only letters and digits count.
fn links(text: &PastedText<'_>, found: &mut Vec<FoundInvite>, taken: &mut [bool]) {
    let parts = text.parts();
    for (at, scheme) in text.joined().match_indices(link::SCHEME_NAME) {
        let after = at + scheme.len();
        let rest = &text.joined()[after..];
        // Where a program has escaped the colon.
        let escaped = rest.strip_prefix("3a");
        let read = link::read(rest).map(|invite| (rest, invite));
        let read = read.or_else(|error| match escaped {
            Some(rest) => link::read(rest).map(|invite| (rest, invite)),
            None => Err(error),
        });
        let first = parts.partition_point(|part| part.joined_at + part.text.len() <= at);
        match read {
            Ok((rest, invite)) => {
                let end = text.joined().len() - rest.len() + link::length(rest).unwrap_or(0);
                let last = parts.partition_point(|part| part.joined_at < end);
                taken[first..last].fill(true);
                let (rendering, parts) = (InviteRendering::Link, (first..last).collect());
                found.push(FoundInvite { invite, rendering, parts });
            }
            // A piece of a damaged link must not become a code.
            Err(_) => {
                let next = parts.partition_point(|part| part.joined_at < after);
                let pieces = parts[next..].iter().take_while(|part| part.text.len() >= LINK_PIECE_CHARS);
                let count = pieces.count();
                taken[next..next + count].fill(true);
            }
        }
    }
}

fn codes(text: &PastedText<'_>, found: &mut Vec<FoundInvite>, taken: &[bool]) {
    let parts = text.parts();
    // Nothing but a code may be written in any groups.
    if code::characters(text.text()).count() == code::CHARS
        && let Ok(secret) = code::read(text.text())
    {
        let all = (0..parts.len()).collect();
        found.push(FoundInvite::spoken(secret, InviteRendering::Code, all));
    }
    for first in 0..parts.len() {
        let group = parts[first].text.len();
        if !code::CHARS.is_multiple_of(group) {
            continue;
        }
        let last = first + code::CHARS / group - 1;
        let Some(groups) = parts.get(first..=last) else { continue };
        let equal = groups.iter().all(|part| part.text.len() == group);
        if !equal || taken[first..=last].contains(&true) {
            continue;
        }
        let stretch = text.stretch(first, last);
        if !looks_like_a_code(stretch, group) {
            continue;
        }
        if let Ok(secret) = code::read(stretch) {
            found.push(FoundInvite::spoken(secret, InviteRendering::Code, (first..=last).collect()));
        }
    }
}

/// Whether it has what words of a sentence don't have: a digit, or dashes between its groups.
fn looks_like_a_code(stretch: &str, group: usize) -> bool {
    let dashed =
        || stretch.matches(['-', '‐', '–', '—', '−']).count() + 1 == code::CHARS / group && group > 1;
    stretch.contains(|c: char| c.is_ascii_digit()) || (group < code::CHARS && dashed())
}

/// Eight words in a row among the parts that count, with nothing but their numbers between them.
fn wordings(
    text: &PastedText<'_>,
    found: &mut Vec<FoundInvite>,
    taken: &[bool],
    counts: impl Fn(&TextPart<'_>) -> bool,
) {
    let mut indices = Zeroizing::new(Vec::with_capacity(words::WORDS + 1));
    let mut places = Vec::with_capacity(words::WORDS + 1);
    for (at, part) in text.parts().iter().enumerate().filter(|(_, part)| counts(part)) {
        let index = if taken[at] { None } else { words::lookup(part.text) };
        let Some(index) = index else {
            if taken[at] || !part.is_numbering() {
                indices.clear();
                places.clear();
            }
            continue;
        };
        indices.push(index);
        places.push(at);
        if places.len() > words::WORDS {
            indices.remove(0);
            places.remove(0);
        }
        if places.len() == words::WORDS
            && let Some(secret) = words::secret_of(&indices)
        {
            found.push(FoundInvite::spoken(secret, InviteRendering::Words, places.clone()));
        }
    }
}
