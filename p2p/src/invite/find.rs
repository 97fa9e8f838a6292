//! Finds all that is an invite in a text, whatever stands around it.
//!
//! A link is recognised anywhere by its checksum. Six words of one list in a row count if their check bits
//! fit, which one in 64 of any others does, and 14 characters in equal groups, of which the last may be
//! shorter, of which one in 1,024 does; so what fits by chance is told apart from what is meant (`parse`), or
//! refused together with it.
//!
//! The time grows with the length of the text alone: each part is looked at a bounded number of times.

use zeroize::Zeroizing;

use super::secret::InviteSecret;
use super::tokens::{PastedText, TextPart};
use super::{Invite, InviteLanguage, InviteRendering, code, link, words};

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
    let prefixed = text.parts().iter().any(|part| part.in_prefix);
    for language in InviteLanguage::ALL {
        wordings(text, language, &mut found, &taken, |_| true);
        if prefixed {
            wordings(text, language, &mut found, &taken, |part| !part.in_prefix);
        }
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
        let Some(last) = last_group(&parts[first..]).map(|count| first + count) else { continue };
        if taken[first..=last].contains(&true) {
            continue;
        }
        let stretch = text.stretch(first, last);
        if !looks_like_a_code(stretch, last - first + 1) {
            continue;
        }
        if let Ok(secret) = code::read(stretch) {
            found.push(FoundInvite::spoken(secret, InviteRendering::Code, (first..=last).collect()));
        }
    }
}

/// The last of the groups that the first parts make together, if they are as many characters as a code has:
/// all of the same length, or the last one shorter.
fn last_group(parts: &[TextPart<'_>]) -> Option<usize> {
    let group = parts.first()?.text.len();
    let mut left = code::CHARS;
    for (at, part) in parts.iter().enumerate() {
        let length = part.text.len();
        left = left.checked_sub(length)?;
        match (left, length) {
            (0, ..) if length <= group => return Some(at),
            (1.., _) if length == group => {}
            (..) => return None,
        }
    }
    None
}

/// Whether it has what words of a sentence don't have: a digit, or dashes between its groups.
fn looks_like_a_code(stretch: &str, groups: usize) -> bool {
    let dashes = stretch.matches(['-', '‐', '–', '—', '−']).count();
    let dashed = groups > 1 && groups < code::CHARS && dashes + 1 == groups;
    stretch.contains(|c: char| c.is_ascii_digit()) || dashed
}

/// Six words of one list in a row among the parts that count, with nothing but their numbers between them.
fn wordings(
    text: &PastedText<'_>,
    language: InviteLanguage,
    found: &mut Vec<FoundInvite>,
    taken: &[bool],
    counts: impl Fn(&TextPart<'_>) -> bool,
) {
    let mut indices = Zeroizing::new(Vec::with_capacity(words::WORDS + 1));
    let mut places = Vec::with_capacity(words::WORDS + 1);
    for (at, part) in text.parts().iter().enumerate().filter(|(_, part)| counts(part)) {
        let index = if taken[at] { None } else { words::lookup(part.text, language) };
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
