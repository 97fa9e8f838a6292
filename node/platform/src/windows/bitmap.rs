//! Memory that GDI draws into and this program reads.

use std::ptr::{NonNull, null_mut};

use beistand_codec::{BYTES_PER_PIXEL, Size};
use windows_sys::Win32::Graphics::Gdi::{
    BI_RGB, BITMAPINFO, BITMAPINFOHEADER, CreateCompatibleDC, CreateDIBSection, DIB_RGB_COLORS, DeleteDC,
    DeleteObject, GdiFlush, HBITMAP, HDC, HGDIOBJ, SelectObject,
};

/// A picture of 32 bits per pixel, rows top to bottom.
pub(super) struct MemoryBitmap {
    context: HDC,
    bitmap: HBITMAP,
    /// What the context had selected before, which is given back.
    before: HGDIOBJ,
    bits: NonNull<u8>,
    size: Size,
}

impl MemoryBitmap {
    /// A black one of this size; `None` where Windows has no room for it.
    pub(super) fn new(size: Size) -> Option<Self> {
        // SAFETY: all zeros is a valid header; what is needed of it is set below.
        let mut info: BITMAPINFO = unsafe { std::mem::zeroed() };
        info.bmiHeader = BITMAPINFOHEADER {
            biSize: size_of::<BITMAPINFOHEADER>() as u32,
            biWidth: i32::from(size.width()),
            // Negative: from the top.
            biHeight: -i32::from(size.height()),
            biPlanes: 1,
            biBitCount: 32,
            biCompression: BI_RGB,
            ..info.bmiHeader
        };
        let mut bits = null_mut();
        // SAFETY: a context that draws nowhere yet, and a bitmap of the header above, whose memory Windows
        // owns.
        let (context, bitmap) = unsafe {
            let context = CreateCompatibleDC(null_mut());
            (
                context,
                CreateDIBSection(context, &raw const info, DIB_RGB_COLORS, &raw mut bits, null_mut(), 0),
            )
        };
        let Some(bits) = NonNull::new(bits.cast::<u8>()).filter(|_| !bitmap.is_null()) else {
            // SAFETY: it is ours and nothing is selected into it.
            unsafe { DeleteDC(context) };
            return None;
        };
        // SAFETY: both are ours and alive.
        let before = unsafe { SelectObject(context, bitmap) };
        Some(Self { context, bitmap, before, bits, size })
    }

    pub(super) fn context(&self) -> HDC {
        self.context
    }

    pub(super) fn size(&self) -> Size {
        self.size
    }

    /// B G R and a byte that GDI leaves alone, rows top to bottom.
    pub(super) fn pixels(&mut self) -> &mut [u8] {
        // SAFETY: Windows has this many bytes there for as long as the bitmap lives; what was drawn is
        // waited for, and nobody draws while the borrow lasts.
        unsafe {
            GdiFlush();
            std::slice::from_raw_parts_mut(self.bits.as_ptr(), self.size.area() * BYTES_PER_PIXEL)
        }
    }
}

impl Drop for MemoryBitmap {
    fn drop(&mut self) {
        // SAFETY: all three are ours; the bitmap is taken out of the context before either goes.
        unsafe {
            SelectObject(self.context, self.before);
            DeleteObject(self.bitmap);
            DeleteDC(self.context);
        }
    }
}
