//! The clipboard: looked at by its number, which rises with each change; text, and pictures as PNG.
//!
//! A password manager says by a format of this name that what it copies is nobody's to read.

use std::ptr::null_mut;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{GlobalFree, HANDLE, HGLOBAL};
use windows_sys::Win32::System::DataExchange::{
    CloseClipboard, EmptyClipboard, GetClipboardData, GetClipboardSequenceNumber, IsClipboardFormatAvailable,
    OpenClipboard, RegisterClipboardFormatW, SetClipboardData,
};
use windows_sys::Win32::System::Memory::{GMEM_MOVEABLE, GlobalAlloc, GlobalLock, GlobalSize, GlobalUnlock};
use windows_sys::Win32::System::Ole::CF_UNICODETEXT;

use super::wide;
use crate::{
    ClipboardChange, ClipboardContent, ClipboardError, ClipboardWaker, ContentKind, CopyRefusal,
    SystemClipboard,
};

/// How often its number is looked at: nobody pastes sooner than they have changed windows.
const LOOK_INTERVAL: Duration = Duration::from_millis(200);

/// How often it is tried to open while another program has it, and how long that is waited for each time.
const OPEN_TRIES: u32 = 10;
const OPEN_STEP: Duration = Duration::from_millis(20);

/// What a program says that has copied a secret.
const SECRET_FORMAT: &str = "ExcludeClipboardContentFromMonitorProcessing";

/// What a picture is called that is a PNG file.
const PNG_FORMAT: &str = "PNG";

/// The clipboard from the moment at which this was opened.
pub(super) struct WindowsClipboard {
    seen: u32,
    woken: Arc<(Mutex<bool>, Condvar)>,
}

impl WindowsClipboard {
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

impl SystemClipboard for WindowsClipboard {
    fn next_change(&mut self, timeout: Duration) -> Result<Option<ClipboardChange>, ClipboardError> {
        let deadline = Instant::now() + timeout;
        loop {
            let number = number();
            if number != self.seen {
                self.seen = number;
                if let Some(change) = read() {
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
        let open = OpenedClipboard::open().ok_or(ClipboardError::Taken)?;
        let (format, bytes) = match &content {
            ClipboardContent::Text(text) => {
                let units = wide(&text.replace('\n', "\r\n").replace("\r\r\n", "\r\n"));
                (u32::from(CF_UNICODETEXT), units.into_iter().flat_map(u16::to_le_bytes).collect())
            }
            ClipboardContent::Png(file) => (format(PNG_FORMAT), file.clone()),
        };
        open.put(format, &bytes)
            .ok_or_else(|| ClipboardError::Lost(std::io::Error::last_os_error().to_string()))?;
        drop(open);
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

fn number() -> u32 {
    // SAFETY: it only asks.
    unsafe { GetClipboardSequenceNumber() }
}

fn format(name: &str) -> u32 {
    // SAFETY: the name ends with a zero and lives until this returns.
    unsafe { RegisterClipboardFormatW(wide(name).as_ptr()) }
}

fn has(format: u32) -> bool {
    // SAFETY: it only asks.
    unsafe { IsClipboardFormatAvailable(format) != 0 }
}

fn read() -> Option<ClipboardChange> {
    let (text, png) = (u32::from(CF_UNICODETEXT), format(PNG_FORMAT));
    if !has(text) && !has(png) {
        return None;
    }
    if has(format(SECRET_FORMAT)) {
        return Some(ClipboardChange::Refused(CopyRefusal::Secret));
    }
    let Some(open) = OpenedClipboard::open() else {
        return Some(ClipboardChange::Refused(CopyRefusal::NoAnswer));
    };
    let kind = if has(text) { ContentKind::Text } else { ContentKind::Picture };
    // In units of two bytes a text has at most twice the bytes that it has as UTF-8, and its end.
    let most = kind.max_bytes() * 2 + 2;
    let read = match kind {
        ContentKind::Text => open.bytes(text, most).and_then(|bytes| text_of(&bytes)),
        ContentKind::Picture => open.bytes(png, most).map(ClipboardContent::Png),
    };
    let checked = read.and_then(|content| match content {
        ClipboardContent::Text(text) if text.is_empty() => Err(CopyRefusal::Invalid),
        content => content.check().map(|()| content),
    });
    Some(checked.map_or_else(ClipboardChange::Refused, ClipboardChange::Copied))
}

fn text_of(bytes: &[u8]) -> Result<ClipboardContent, CopyRefusal> {
    let units = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
    let units: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
    let text = String::from_utf16(&units).map_err(|_| CopyRefusal::Invalid)?;
    Ok(ClipboardContent::Text(text.replace("\r\n", "\n")))
}

/// The clipboard while this program has it; given back when dropped.
struct OpenedClipboard(());

impl OpenedClipboard {
    fn open() -> Option<Self> {
        for _ in 0..OPEN_TRIES {
            // SAFETY: without a window it is this thread's.
            if unsafe { OpenClipboard(null_mut()) } != 0 {
                return Some(Self(()));
            }
            std::thread::sleep(OPEN_STEP);
        }
        None
    }

    fn bytes(&self, format: u32, most: usize) -> Result<Vec<u8>, CopyRefusal> {
        // SAFETY: what is handed out stays the clipboard's, which is open until this has been copied; it is
        // read no further than it is long.
        unsafe {
            let handle: HGLOBAL = GetClipboardData(format);
            let start = if handle.is_null() { null_mut() } else { GlobalLock(handle) };
            if start.is_null() {
                return Err(CopyRefusal::NoAnswer);
            }
            let length = GlobalSize(handle);
            let kind =
                if format == u32::from(CF_UNICODETEXT) { ContentKind::Text } else { ContentKind::Picture };
            let bytes = match length <= most {
                true => Ok(std::slice::from_raw_parts(start.cast::<u8>(), length).to_vec()),
                false => Err(CopyRefusal::TooLarge(kind)),
            };
            GlobalUnlock(handle);
            bytes
        }
    }

    fn put(&self, format: u32, bytes: &[u8]) -> Option<()> {
        // SAFETY: the memory has room for the bytes, and is the clipboard's once it has been taken.
        unsafe {
            let memory: HGLOBAL = GlobalAlloc(GMEM_MOVEABLE, bytes.len());
            let start = if memory.is_null() { null_mut() } else { GlobalLock(memory) };
            if start.is_null() {
                return None;
            }
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), start.cast::<u8>(), bytes.len());
            GlobalUnlock(memory);
            EmptyClipboard();
            let taken: HANDLE = SetClipboardData(format, memory);
            if taken.is_null() {
                GlobalFree(memory);
                return None;
            }
        }
        Some(())
    }
}

impl Drop for OpenedClipboard {
    fn drop(&mut self) {
        // SAFETY: this thread has it open.
        unsafe { CloseClipboard() };
    }
}
