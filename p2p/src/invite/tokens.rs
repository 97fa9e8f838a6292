//! A pasted text as its parts: what stands between spaces, quotes, dashes and other signs, and what a line of
//! a conversation has before it.
//!
//! What it does not do: it knows no rendering of an invite.

use zeroize::Zeroizing;

/// Characters of a number that counts words: a year or a telephone number is longer.
const MAX_NUMBERING_CHARS: usize = 3;

/// A normalised text and its parts.
pub(super) struct PastedText<'a> {
    text: &'a str,
    parts: Vec<TextPart<'a>>,
    joined: Zeroizing<String>,
}

/// Letters and digits without a sign between them.
#[derive(Clone, Copy)]
pub(super) struct TextPart<'a> {
    /// The letters.
    pub(super) text: &'a str,
    /// Where it begins in [`PastedText::joined`].
    pub(super) joined_at: usize,
    /// It stands before the last sign of its line that ends a name or a time in conversations and lists.
    pub(super) in_prefix: bool,
    /// It is the first of its line, or of what follows a colon or a bracket.
    pub(super) starts: bool,
    /// It is the last of its line, or of what a colon or a bracket ends.
    pub(super) ends: bool,
}

impl TextPart<'_> {
    /// Whether it may count the word beside it, as in `3.` or `c)`, or be the bullet of a list.
    pub(super) fn is_numbering(&self) -> bool {
        self.text.len() <= MAX_NUMBERING_CHARS && self.text.bytes().all(|byte| byte.is_ascii_digit())
            || self.text.chars().nth(1).is_none()
    }
}

impl<'a> PastedText<'a> {
    /// Takes normalised text apart.
    pub(super) fn new(text: &'a str) -> Self {
        let letters = text.chars().filter(|c| c.is_alphanumeric()).map(char::len_utf8).sum();
        let mut pasted =
            Self { text, parts: Vec::new(), joined: Zeroizing::new(String::with_capacity(letters)) };
        for line in text.split(['\n', '\r']) {
            pasted.add_line(line);
        }
        pasted
    }

    /// The text.
    pub(super) const fn text(&self) -> &'a str {
        self.text
    }

    /// The parts, in order.
    pub(super) fn parts(&self) -> &[TextPart<'a>] {
        &self.parts
    }

    /// All letters and digits, without what stands between them.
    pub(super) fn joined(&self) -> &str {
        &self.joined
    }

    /// The stretch of the text from the beginning of one part to the end of another.
    pub(super) fn stretch(&self, first: usize, last: usize) -> &'a str {
        let at = |part: &str| part.as_ptr() as usize - self.text.as_ptr() as usize;
        let end = self.parts[last].text;
        &self.text[at(self.parts[first].text)..at(end) + end.len()]
    }

    fn add_line(&mut self, line: &'a str) {
        let body_at = prefix_length(line);
        let first = self.parts.len();
        let mut gap_at = 0;
        for (at, text) in runs(line) {
            let gap = &line[gap_at..at];
            let parted = gap.contains(PARTING);
            if let Some(before) = self.parts[first..].last_mut() {
                before.ends |= parted;
            }
            let starts = parted || self.parts.len() == first;
            let in_prefix = at < body_at;
            let joined_at = self.joined.len();
            self.joined.push_str(text);
            self.parts.push(TextPart { text, joined_at, in_prefix, starts, ends: false });
            gap_at = at + text.len();
        }
        if let Some(last) = self.parts[first..].last_mut() {
            last.ends = true;
        }
    }
}

/// Signs that part what they stand between.
const PARTING: [char; 12] = [':', ';', '<', '>', '(', ')', '[', ']', '{', '}', '"', '|'];

/// Bytes up to the last sign with which a name, a time or a label ends: `[10:31, 3/5/2024] Gran: `.
fn prefix_length(line: &str) -> usize {
    let mut length = 0;
    let mut before = None;
    for (at, character) in line.char_indices().chain([(line.len(), ' ')]) {
        if character.is_whitespace() && matches!(before, Some(':' | ']' | '>')) {
            length = at;
        }
        before = Some(character);
    }
    length
}

/// The stretches of letters and digits, with where they begin.
fn runs(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let start = rest.find(char::is_alphanumeric)?;
        let tail = &rest[start..];
        let length = tail.find(|c: char| !c.is_alphanumeric()).unwrap_or(tail.len());
        let at = line.len() - tail.len();
        rest = &tail[length..];
        Some((at, &tail[..length]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart() {
        let text = "[10:31] gran: one, two\n> c) three";
        let pasted = PastedText::new(text);
        let parts: Vec<_> = pasted.parts().iter().map(|part| (part.text, part.in_prefix)).collect();
        assert_eq!(
            parts,
            [
                ("10", true),
                ("31", true),
                ("gran", true),
                ("one", false),
                ("two", false),
                ("c", false),
                ("three", false)
            ]
        );
        assert_eq!(pasted.joined(), "1031granonetwocthree");
        assert_eq!(pasted.stretch(3, 4), "one, two");
        let bounds: Vec<_> = pasted.parts().iter().map(|part| (part.starts, part.ends)).collect();
        assert_eq!(bounds[2..5], [(true, true), (true, false), (false, true)]);
        assert!(pasted.parts()[0].is_numbering() && pasted.parts()[5].is_numbering());
        assert!(!pasted.parts()[3].is_numbering());
    }

    #[test]
    fn only_a_sign_before_a_space_ends_a_prefix() {
        for (line, body) in [
            ("gran: one", " one"),
            ("10:31 one", "10:31 one"),
            ("gran:", ""),
            ("a: b] c", " c"),
            ("<gran> one", " one"),
            ("", ""),
        ] {
            assert_eq!(&line[prefix_length(line)..], body, "{line}");
        }
    }
}
