//! The clipboard: looked at by its number, which rises with each change; text, and pictures as PNG.
//!
//! A password manager says by a type of this name that what it copies is nobody's to read
//! (<https://nspasteboard.org>). What this program puts is marked as its own by no type: its number is known.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use objc2::rc::{Retained, autoreleasepool};
use objc2_app_kit::{NSPasteboard, NSPasteboardTypePNG, NSPasteboardTypeString};
use objc2_foundation::{NSArray, NSData, NSString};

use crate::{
    ClipboardChange, ClipboardContent, ClipboardError, ClipboardWaker, ContentKind, CopyRefusal,
    SystemClipboard,
};

/// How often its number is looked at: nobody pastes sooner than they have changed windows.
const LOOK_INTERVAL: Duration = Duration::from_millis(200);

/// What a program says that has copied a secret, or something that is there for a moment only.
const SECRET_TYPES: [&str; 2] = ["org.nspasteboard.ConcealedType", "org.nspasteboard.TransientType"];

/// The clipboard from the moment at which this was opened.
pub(super) struct MacClipboard {
    seen: isize,
    woken: Arc<(Mutex<bool>, Condvar)>,
}

impl MacClipboard {
    pub(super) fn open() -> Self {
        Self { seen: number(), woken: Arc::default() }
    }

    /// Waits for so long, or until it is woken; whether it was.
    fn is_woken_within(&self, time: Duration) -> bool {
        let (woken, condvar) = &*self.woken;
        let guard = woken.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = condvar.wait_timeout_while(guard, time, |woken| !*woken);
        std::mem::take(&mut *waited.unwrap_or_else(PoisonError::into_inner).0)
    }
}

impl SystemClipboard for MacClipboard {
    fn next_change(&mut self, timeout: Duration) -> Result<Option<ClipboardChange>, ClipboardError> {
        let deadline = Instant::now() + timeout;
        loop {
            let number = number();
            if number != self.seen {
                self.seen = number;
                if let Some(change) = autoreleasepool(|_| read()) {
                    return Ok(Some(change));
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if self.is_woken_within(LOOK_INTERVAL.min(left)) || left.is_zero() {
                return Ok(None);
            }
        }
    }

    fn put(&mut self, content: ClipboardContent) -> Result<(), ClipboardError> {
        content.check().map_err(ClipboardError::Invalid)?;
        let put = autoreleasepool(|_| {
            let pasteboard = NSPasteboard::generalPasteboard();
            pasteboard.clearContents();
            // SAFETY: the constants are strings that live as long as the program.
            let (text_type, png_type) = unsafe { (NSPasteboardTypeString, NSPasteboardTypePNG) };
            match &content {
                ClipboardContent::Text(text) => {
                    pasteboard.setString_forType(&NSString::from_str(text), text_type)
                }
                ClipboardContent::Png(file) => {
                    pasteboard.setData_forType(Some(&NSData::with_bytes(file)), png_type)
                }
            }
        });
        if !put {
            return Err(ClipboardError::Taken);
        }
        self.seen = number();
        Ok(())
    }

    fn waker(&self) -> ClipboardWaker {
        let woken = Arc::clone(&self.woken);
        ClipboardWaker::new(move || {
            *woken.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
            woken.1.notify_all();
        })
    }
}

fn number() -> isize {
    autoreleasepool(|_| NSPasteboard::generalPasteboard().changeCount())
}

fn read() -> Option<ClipboardChange> {
    let pasteboard = NSPasteboard::generalPasteboard();
    let types: Retained<NSArray<NSString>> = pasteboard.types()?;
    let has = |kind: &NSString| types.iter().any(|other| *other == *kind);
    // SAFETY: the constants are strings that live as long as the program.
    let (text_type, png_type) = unsafe { (NSPasteboardTypeString, NSPasteboardTypePNG) };
    if !has(text_type) && !has(png_type) {
        return None;
    }
    if SECRET_TYPES.iter().any(|secret| has(&NSString::from_str(secret))) {
        return Some(ClipboardChange::Refused(CopyRefusal::Secret));
    }
    let kind = if has(text_type) { ContentKind::Text } else { ContentKind::Picture };
    let data = pasteboard.dataForType(if kind == ContentKind::Text { text_type } else { png_type });
    let read = match data {
        None => Err(CopyRefusal::NoAnswer),
        Some(data) if data.len() > kind.max_bytes() => Err(CopyRefusal::TooLarge(kind)),
        Some(data) => content(kind, data.to_vec()),
    };
    let checked = read.and_then(|content| content.check().map(|()| content));
    Some(checked.map_or_else(ClipboardChange::Refused, ClipboardChange::Copied))
}

fn content(kind: ContentKind, bytes: Vec<u8>) -> Result<ClipboardContent, CopyRefusal> {
    match kind {
        // By its type it is UTF-8.
        ContentKind::Text => {
            String::from_utf8(bytes).map(ClipboardContent::Text).map_err(|_| CopyRefusal::Invalid)
        }
        ContentKind::Picture => Ok(ClipboardContent::Png(bytes)),
    }
}
