//! The names that programs use between each other for the clipboard, and which contents they stand for.

use x11rb::protocol::xproto::{Atom, AtomEnum};

use crate::ContentKind;

x11rb::atom_manager! {
    /// Atoms, interned once per connection.
    pub(super) ClipboardAtoms: ClipboardAtomsCookie {
        CLIPBOARD,
        TARGETS,
        TIMESTAMP,
        INCR,
        UTF8_STRING,
        TEXT,
        TEXT_UTF8: b"text/plain;charset=utf-8",
        TEXT_PLAIN: b"text/plain",
        PNG: b"image/png",
        PASSWORD_HINT: b"x-kde-passwordManagerHint",
        BEISTAND_COPY,
        BEISTAND_TIME,
    }
}

/// In which form a program is asked for what was copied there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ContentTarget {
    /// UTF8_STRING.
    Utf8String,
    /// `text/plain;charset=utf-8`.
    PlainUtf8,
    /// STRING, which is Latin-1.
    Latin1,
    /// `image/png`.
    Png,
}

impl ContentTarget {
    /// What is asked for first where a program offers several: text before a picture of it, as office
    /// programs offer both and people paste text.
    pub(super) const PREFERRED: [Self; 4] = [Self::Utf8String, Self::PlainUtf8, Self::Latin1, Self::Png];

    pub(super) fn atom(self, atoms: &ClipboardAtoms) -> Atom {
        match self {
            Self::Utf8String => atoms.UTF8_STRING,
            Self::PlainUtf8 => atoms.TEXT_UTF8,
            Self::Latin1 => AtomEnum::STRING.into(),
            Self::Png => atoms.PNG,
        }
    }

    pub(super) fn kind(self) -> ContentKind {
        match self {
            Self::Utf8String | Self::PlainUtf8 | Self::Latin1 => ContentKind::Text,
            Self::Png => ContentKind::Picture,
        }
    }
}
