//! Taking in a property that another program has written: its size first, then no more than is wanted, and
//! what its bytes mean.

use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _, GetPropertyReply, Window};

use super::known_atoms::{ClipboardAtoms, ContentTarget};
use crate::x11::{X11Display, X11Failure};
use crate::{ClipboardContent, ContentKind, CopyRefusal};

/// What the server says of a property; that is true, whatever its writer says.
pub(super) struct PropertyHead {
    /// [`x11rb::NONE`] where there is no such property.
    pub(super) kind: Atom,
    pub(super) bytes: usize,
}

impl PropertyHead {
    pub(super) fn of(display: &X11Display, window: Window, property: Atom) -> Result<Self, X11Failure> {
        let reply = display.conn.get_property(false, window, property, AtomEnum::ANY, 0, 0)?.reply()?;
        Ok(Self { kind: reply.type_, bytes: usize::try_from(reply.bytes_after).unwrap_or(usize::MAX) })
    }
}

/// Reads a property, little more than `most` bytes of it, and deletes it where that was all.
pub(super) fn take(
    display: &X11Display,
    window: Window,
    property: Atom,
    most: usize,
) -> Result<GetPropertyReply, X11Failure> {
    let words = u32::try_from(most / 4 + 1).unwrap_or(u32::MAX);
    Ok(display.conn.get_property(true, window, property, AtomEnum::ANY, 0, words)?.reply()?)
}

/// What the bytes of a property of this type and format are, asked for in this form; `None` where they are
/// nothing.
pub(super) fn content(
    atoms: &ClipboardAtoms,
    target: ContentTarget,
    kind: Atom,
    bytes: Vec<u8>,
) -> Result<Option<ClipboardContent>, CopyRefusal> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let content = match target.kind() {
        ContentKind::Picture if kind == atoms.PNG => ClipboardContent::Png(bytes),
        ContentKind::Picture => return Err(CopyRefusal::Invalid),
        ContentKind::Text => {
            // Some programs count the zero byte that ends a string in C.
            let text = text(atoms, kind, bytes)?;
            let text = text.strip_suffix('\0').map(str::to_owned).unwrap_or(text);
            if text.is_empty() {
                return Ok(None);
            }
            ClipboardContent::Text(text)
        }
    };
    content.check()?;
    Ok(Some(content))
}

fn text(atoms: &ClipboardAtoms, kind: Atom, bytes: Vec<u8>) -> Result<String, CopyRefusal> {
    if kind == u32::from(AtomEnum::STRING) {
        return Ok(bytes.into_iter().map(char::from).collect());
    }
    if [atoms.UTF8_STRING, atoms.TEXT_UTF8, atoms.TEXT_PLAIN].contains(&kind) {
        return String::from_utf8(bytes).map_err(|_| CopyRefusal::Invalid);
    }
    Err(CopyRefusal::Invalid)
}
