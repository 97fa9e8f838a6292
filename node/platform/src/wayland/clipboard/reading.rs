//! Asking the program at which something was copied for it: whether it is a password, and the content.
//!
//! What it offers in several forms is had in the best one that is any good.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::time::Duration;

use async_io::Async;
use futures::AsyncReadExt as _;

use crate::wayland::bus;
use crate::wayland::portal::PortalSelection;
use crate::{ClipboardContent, ContentKind, CopyRefusal};

/// How long a program may take for one answer or one part: busy ones were seen to take a second; nobody waits
/// longer for a paste.
const STEP_PATIENCE: Duration = Duration::from_secs(3);

/// How long everything may take, so that parts that never end do end: 8 MiB arrive in a tenth of a second.
const WHOLE_PATIENCE: Duration = Duration::from_secs(20);

/// What is read of a pipe at once: what fits into one.
const PART_BYTES: usize = 64 << 10;

/// By which password managers say that what they copy is one.
const PASSWORD_HINT: &str = "x-kde-passwordManagerHint";

/// The hint is the one word `secret`, or another one.
const MAX_HINT_BYTES: usize = 64;

/// What is asked for first where a program offers several: text before a picture of it, as office programs
/// offer both and people paste text.
const PREFERRED: [(&str, ContentKind); 4] = [
    ("text/plain;charset=utf-8", ContentKind::Text),
    ("UTF8_STRING", ContentKind::Text),
    ("text/plain", ContentKind::Text),
    ("image/png", ContentKind::Picture),
];

/// What became of something that was copied.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CopyRead {
    /// There is nothing that anybody could use here.
    Nothing,
    Done(ClipboardContent),
    Refused(CopyRefusal),
}

/// Where what was copied is had; the portal, but in tests.
pub(super) trait CopySource {
    /// A pipe with the content in this form.
    async fn pipe(&self, kind: &str) -> Option<OwnedFd>;
}

impl CopySource for PortalSelection {
    async fn pipe(&self, kind: &str) -> Option<OwnedFd> {
        let pipe = self.read(kind).await;
        pipe.map_err(|fault| tracing::debug!(%fault, "what was copied is not handed over")).ok()
    }
}

/// Reads what was copied there, which can be had in these forms.
pub(super) async fn read_copy(source: impl CopySource, kinds: Vec<String>) -> CopyRead {
    let reading = read_best(&source, &kinds);
    let late = CopyRead::Refused(CopyRefusal::NoAnswer);
    bus::within(WHOLE_PATIENCE, reading).await.unwrap_or(late)
}

async fn read_best(source: &impl CopySource, kinds: &[String]) -> CopyRead {
    let offers = |kind: &str| kinds.iter().any(|offered| offered == kind);
    if offers(PASSWORD_HINT) {
        // A hint that can't be read is a secret: whoever gives one has something to say.
        let hint = read_form(source, PASSWORD_HINT, MAX_HINT_BYTES).await.ok().flatten();
        if hint.is_none_or(|hint| hint.is_empty() || hint.starts_with(b"secret")) {
            return CopyRead::Refused(CopyRefusal::Secret);
        }
    }
    for (form, kind) in PREFERRED.into_iter().filter(|(form, _)| offers(form)) {
        let read = match read_form(source, form, kind.max_bytes()).await {
            Ok(Some(bytes)) => content(kind, bytes),
            Ok(None) => Err(CopyRefusal::TooLarge(kind)),
            Err(refusal) => Err(refusal),
        };
        match read {
            Ok(Some(content)) => return CopyRead::Done(content),
            // An empty text beside a picture, for example.
            Ok(None) => {}
            Err(refusal) => return CopyRead::Refused(refusal),
        }
    }
    CopyRead::Nothing
}

/// All that comes in this form; `None` where it is more than `most` bytes, of which the rest is not read.
async fn read_form(
    source: &impl CopySource,
    form: &str,
    most: usize,
) -> Result<Option<Vec<u8>>, CopyRefusal> {
    let pipe = bus::within(STEP_PATIENCE, source.pipe(form)).await.flatten();
    let mut pipe = pipe.and_then(|pipe| Async::new(File::from(pipe)).ok()).ok_or(CopyRefusal::NoAnswer)?;
    let (mut bytes, mut part) = (Vec::new(), vec![0; PART_BYTES]);
    loop {
        let read = bus::within(STEP_PATIENCE, pipe.read(&mut part)).await;
        let count = read.and_then(Result::ok).ok_or(CopyRefusal::NoAnswer)?;
        if count == 0 {
            return Ok(Some(bytes));
        }
        bytes.extend_from_slice(&part[..count]);
        if bytes.len() > most {
            return Ok(None);
        }
    }
}

/// What these bytes are; `None` where they are nothing.
fn content(kind: ContentKind, bytes: Vec<u8>) -> Result<Option<ClipboardContent>, CopyRefusal> {
    let content = match kind {
        ContentKind::Picture => ClipboardContent::Png(bytes),
        ContentKind::Text => {
            let mut text = String::from_utf8(bytes).map_err(|_| CopyRefusal::Invalid)?;
            // Some programs count the zero byte that ends a string in C.
            if text.ends_with('\0') {
                text.pop();
            }
            ClipboardContent::Text(text)
        }
    };
    if content.as_bytes().is_empty() {
        return Ok(None);
    }
    content.check()?;
    Ok(Some(content))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use futures::executor::block_on;

    use super::*;

    /// A program that hands out these forms.
    struct CopiedForms(Vec<(&'static str, Vec<u8>)>);

    impl CopySource for CopiedForms {
        async fn pipe(&self, kind: &str) -> Option<OwnedFd> {
            let bytes = self.0.iter().find(|(form, _)| *form == kind)?.1.clone();
            let (reader, mut writer) = std::io::pipe().expect("pipes");
            // More than fits into a pipe waits for its reader.
            std::thread::spawn(move || writer.write_all(&bytes));
            Some(reader.into())
        }
    }

    fn read(forms: &[(&'static str, &[u8])]) -> CopyRead {
        let kinds = forms.iter().map(|(form, _)| (*form).to_owned()).collect();
        let forms = forms.iter().map(|(form, bytes)| (*form, bytes.to_vec())).collect();
        block_on(read_copy(CopiedForms(forms), kinds))
    }

    fn text(text: &str) -> CopyRead {
        CopyRead::Done(ClipboardContent::Text(text.to_owned()))
    }

    #[test]
    fn the_best_form_is_had_and_none_of_others() {
        let png = b"\x89PNG\r\n\x1a\nrest";
        assert_eq!(read(&[("image/png", png), ("text/plain", b"Gr\xc3\xbc\xc3\x9fe\0")]), text("Grüße"));
        let picture = CopyRead::Done(ClipboardContent::Png(png.to_vec()));
        assert_eq!(read(&[("text/plain", b""), ("image/png", png)]), picture);
        assert_eq!(read(&[("text/uri-list", b"file:///etc/passwd")]), CopyRead::Nothing);
        assert_eq!(read(&[("text/plain", b"\xff")]), CopyRead::Refused(CopyRefusal::Invalid));
        assert_eq!(read(&[("image/png", b"GIF89a")]), CopyRead::Refused(CopyRefusal::Invalid));
    }

    #[test]
    fn a_password_is_not_read_and_a_hint_without_a_word_is_one() {
        let password: (&str, &[u8]) = ("text/plain", b"hunter2");
        for hint in
            [&b"secret"[..], b"", b"secret and more than sixty-four bytes of it, which nobody reads at all"]
        {
            let read = read(&[(PASSWORD_HINT, hint), password]);
            assert_eq!(read, CopyRead::Refused(CopyRefusal::Secret));
        }
        assert_eq!(read(&[(PASSWORD_HINT, b"public"), password]), text("hunter2"));
        let unread = block_on(read_copy(CopiedForms(Vec::new()), vec![PASSWORD_HINT.to_owned()]));
        assert_eq!(unread, CopyRead::Refused(CopyRefusal::Secret));
    }

    #[test]
    fn what_is_too_large_is_not_read_to_its_end_and_who_hands_nothing_over_is_named() {
        let kind = ContentKind::Text;
        let large = vec![b'x'; kind.max_bytes() + 1];
        let refused = CopyRead::Refused(CopyRefusal::TooLarge(kind));
        assert_eq!(read(&[("text/plain", &large)]), refused);
        assert_eq!(read(&[("text/plain", &large[1..])]), text(&"x".repeat(kind.max_bytes())));
        let silent = block_on(read_copy(CopiedForms(Vec::new()), vec!["text/plain".to_owned()]));
        assert_eq!(silent, CopyRead::Refused(CopyRefusal::NoAnswer));
    }
}
