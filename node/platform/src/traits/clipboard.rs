//! The clipboard: what is copied here, and what is put here from elsewhere.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use beistand_session::{MAX_CLIPBOARD_PNG_BYTES, MAX_CLIPBOARD_TEXT_BYTES};
use thiserror::Error;

/// The clipboard of the desktop, from the moment at which this was opened. Used by a thread of its own, which
/// must come back to [`SystemClipboard::next_change`] soon: programs that paste are served while it waits
/// there.
///
/// What was put stays on the clipboard until something else is copied, but no longer than this value lives.
pub trait SystemClipboard {
    /// Waits until something is copied by any other program, at most for `timeout`. `None`: nothing was, or
    /// [`ClipboardWaker::wake`] was called.
    ///
    /// What was on the clipboard before this was opened is never reported, nor is what was
    /// [put](SystemClipboard::put), even where another program puts it back. What nobody can use here, such
    /// as a list of files without a text, is not reported either.
    ///
    /// # Errors
    /// [`ClipboardError::Lost`], [`ClipboardError::Withheld`]; this is of no use any more then.
    fn next_change(&mut self, timeout: Duration) -> Result<Option<ClipboardChange>, ClipboardError>;

    /// Puts something on the clipboard. It is there when this returns.
    ///
    /// # Errors
    /// [`ClipboardError::Invalid`], [`ClipboardError::Taken`], [`ClipboardError::Lost`],
    /// [`ClipboardError::Withheld`].
    fn put(&mut self, content: ClipboardContent) -> Result<(), ClipboardError>;

    /// What makes [`SystemClipboard::next_change`] return at once, from any thread.
    fn waker(&self) -> ClipboardWaker;
}

/// Something to be pasted.
#[derive(Clone, PartialEq, Eq)]
pub enum ClipboardContent {
    /// Plain text, at most [`ContentKind::Text`]'s [`max_bytes`](ContentKind::max_bytes), never empty.
    Text(String),
    /// A picture as a PNG file, at most [`ContentKind::Picture`]'s [`max_bytes`](ContentKind::max_bytes).
    Png(Vec<u8>),
}

impl ClipboardContent {
    /// What kind of thing it is.
    pub fn kind(&self) -> ContentKind {
        match self {
            Self::Text(_) => ContentKind::Text,
            Self::Png(_) => ContentKind::Picture,
        }
    }

    /// What is pasted.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Png(file) => file,
        }
    }

    /// Whether it is what it says, within its bounds.
    pub(crate) fn check(&self) -> Result<(), CopyRefusal> {
        let (kind, bytes) = (self.kind(), self.as_bytes());
        if bytes.len() > kind.max_bytes() {
            return Err(CopyRefusal::TooLarge(kind));
        }
        let plausible = match self {
            Self::Text(text) => !text.is_empty(),
            Self::Png(file) => file.starts_with(PNG_SIGNATURE),
        };
        if plausible { Ok(()) } else { Err(CopyRefusal::Invalid) }
    }
}

/// Without the content: that may be a secret, and logs are kept.
impl fmt::Debug for ClipboardContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} of {} bytes", self.kind(), self.as_bytes().len())
    }
}

/// What every PNG file begins with.
const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What kind of thing is on the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentKind {
    /// Plain text.
    Text,
    /// A picture.
    Picture,
}

impl ContentKind {
    /// The most bytes that are taken from the clipboard or put on it: what a session carries.
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::Text => MAX_CLIPBOARD_TEXT_BYTES,
            Self::Picture => MAX_CLIPBOARD_PNG_BYTES,
        }
    }
}

/// Something happened to the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClipboardChange {
    /// Somebody copied this.
    Copied(ClipboardContent),
    /// Somebody copied something that can't be had, so that whoever waits for it can be told why.
    Refused(CopyRefusal),
}

/// Why something that was copied can't be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CopyRefusal {
    /// It has more than [`ContentKind::max_bytes`]; the rest of it was not even read.
    #[error("it is too large")]
    TooLarge(ContentKind),
    /// It is a password, says the program from which it was copied.
    #[error("it is a password")]
    Secret,
    /// The program from which it was copied does not answer, stopped in the middle, or has ended.
    #[error("the program from which it was copied does not hand it over")]
    NoAnswer,
    /// It is not what the program from which it was copied says it is: text that is no text, a picture that
    /// is none.
    #[error("it is damaged")]
    Invalid,
}

/// Why the clipboard did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ClipboardError {
    /// The content is not fit for the clipboard.
    #[error("this can't be put on the clipboard: {0}")]
    Invalid(CopyRefusal),
    /// Something else was copied in the same moment.
    #[error("something else was copied in the same moment")]
    Taken,
    /// The desktop's own question was answered without it; this is of no use then.
    #[error("the desktop does not share its clipboard")]
    Withheld,
    /// The connection to the desktop broke.
    #[error("the clipboard went away: {0}")]
    Lost(String),
}

/// Ends the wait of a [`SystemClipboard`] on another thread. Clones wake the same one.
#[derive(Clone)]
pub struct ClipboardWaker {
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl ClipboardWaker {
    /// A waker that does this.
    pub(crate) fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self { wake: Arc::new(wake) }
    }

    /// Makes [`SystemClipboard::next_change`] return at once: the call that waits, otherwise the next one.
    pub fn wake(&self) {
        (self.wake)();
    }
}

impl fmt::Debug for ClipboardWaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClipboardWaker")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_keeps_within_its_bounds_and_out_of_logs() {
        let text = |bytes| ClipboardContent::Text("x".repeat(bytes));
        assert_eq!(text(1 << 20).check(), Ok(()));
        assert_eq!(text((1 << 20) + 1).check(), Err(CopyRefusal::TooLarge(ContentKind::Text)));
        assert_eq!(text(0).check(), Err(CopyRefusal::Invalid));
        assert_eq!(ClipboardContent::Png(b"GIF89a".to_vec()).check(), Err(CopyRefusal::Invalid));
        assert_eq!(ClipboardContent::Png(PNG_SIGNATURE.to_vec()).check(), Ok(()));
        let secret = ClipboardContent::Text("hunter2".to_owned());
        assert_eq!(format!("{:?}", ClipboardChange::Copied(secret)), "Copied(Text of 7 bytes)");
    }
}
