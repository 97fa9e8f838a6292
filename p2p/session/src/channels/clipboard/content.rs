//! What can be copied, within its bounds.

use serde::{Deserialize, Serialize};

use super::super::bounded::{Bytes, Text};

/// The longest text in bytes: a book's chapter; longer ones are files.
pub const MAX_CLIPBOARD_TEXT_BYTES: usize = 1 << 20;

/// The largest picture in bytes, as PNG: a screenshot of a large screen with photographs on it.
pub const MAX_CLIPBOARD_PNG_BYTES: usize = 8 << 20;

/// What every PNG file begins with (PNG specification, 5.2).
const PNG_SIGNATURE: [u8; 8] = [137, 80, 78, 71, 13, 10, 26, 10];

/// What was copied.
#[derive(Clone, PartialEq, Eq)]
pub enum ClipboardContent {
    /// Text of at most [`MAX_CLIPBOARD_TEXT_BYTES`], as it was copied: it is for other programs, not to be
    /// shown.
    Text(String),
    /// A picture as a PNG file of at most [`MAX_CLIPBOARD_PNG_BYTES`].
    Png(Vec<u8>),
}

impl ClipboardContent {
    /// How many bytes it has.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Png(png) => png.len(),
        }
    }
}

impl std::fmt::Debug for ClipboardContent {
    /// What was copied may be a password: it is in no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self {
            Self::Text(_) => "Text",
            Self::Png(_) => "Png",
        };
        write!(f, "{kind}({} bytes)", self.bytes())
    }
}

/// The same as it travels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawContent", into = "RawContent")]
pub(crate) struct WireContent(ClipboardContent);

#[derive(Serialize, Deserialize)]
enum RawContent {
    Text(Text<MAX_CLIPBOARD_TEXT_BYTES>),
    Png(Bytes<MAX_CLIPBOARD_PNG_BYTES>),
}

impl WireContent {
    /// The content, or `None` where it is too long or not what it is said to be.
    pub(crate) fn new(content: ClipboardContent) -> Option<Self> {
        let fits = match &content {
            ClipboardContent::Text(text) => text.len() <= MAX_CLIPBOARD_TEXT_BYTES,
            ClipboardContent::Png(png) => {
                png.len() <= MAX_CLIPBOARD_PNG_BYTES && png.starts_with(&PNG_SIGNATURE)
            }
        };
        fits.then_some(Self(content))
    }

    pub(crate) fn into_content(self) -> ClipboardContent {
        self.0
    }
}

impl TryFrom<RawContent> for WireContent {
    type Error = &'static str;

    fn try_from(raw: RawContent) -> Result<Self, Self::Error> {
        let content = match raw {
            RawContent::Text(text) => ClipboardContent::Text(text.into_string()),
            RawContent::Png(png) => ClipboardContent::Png(png.into_vec()),
        };
        Self::new(content).ok_or("a copy that is not what it is said to be")
    }
}

impl From<WireContent> for RawContent {
    fn from(content: WireContent) -> Self {
        match content.0 {
            ClipboardContent::Text(text) => {
                Self::Text(Text::from_string(text).expect("a content that exists is within its bounds"))
            }
            ClipboardContent::Png(png) => {
                Self::Png(Bytes::new(png).expect("a content that exists is within its bounds"))
            }
        }
    }
}
