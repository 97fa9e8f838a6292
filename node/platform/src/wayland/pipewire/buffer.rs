//! A buffer of a stream: its picture, what changed in it, and the pointer.
//!
//! All of it lies in memory that another process writes to, so each length is checked against the size that
//! PipeWire itself gave, and each value is read once.

use beistand_codec::{Rect, Size};

use super::abi::{PwBuffer, SpaBuffer, SpaMeta};
use super::pod::{
    BITMAP_BYTES, CURSOR_BYTES, META_CURSOR, META_DAMAGE, PixelOrder, REGION_BYTES, VideoFormat, word,
};
use crate::CursorShape;
use crate::wayland::frame_slot::{CursorNews, ForeignPicture};

/// `SPA_CHUNK_FLAG_CORRUPTED`.
const CORRUPTED: i32 = 1;

/// A buffer that was taken out of the stream and not given back yet.
pub(super) struct TakenBuffer<'a> {
    buffer: &'a SpaBuffer,
}

impl TakenBuffer<'_> {
    /// # Safety
    /// It was dequeued, and is given back only after this is gone.
    pub(super) unsafe fn of(buffer: *mut PwBuffer) -> Option<Self> {
        // SAFETY: a dequeued buffer's description stays where it is until it is given back.
        unsafe { buffer.as_ref()?.buffer.as_ref().map(|buffer| Self { buffer }) }
    }

    /// The picture. `None` for a buffer that only brings a pointer, or one that makes no sense.
    pub(super) fn picture(&self, format: VideoFormat) -> Option<ForeignPicture<'_>> {
        // SAFETY: there are that many, and they stay where they are.
        let data = unsafe { self.buffer.datas.as_ref() }.filter(|_| self.buffer.data_count > 0)?;
        // SAFETY: each has a chunk. The other side may write to it meanwhile, so it is read once.
        let chunk = unsafe { (!data.chunk.is_null()).then(|| data.chunk.read_volatile())? };
        let (offset, length, stride) = (chunk.offset as usize, chunk.size as usize, chunk.stride);
        let max = data.max_size as usize;
        if data.data.is_null() || length == 0 || chunk.flags & CORRUPTED != 0 {
            return None;
        }
        let size = format.screen_size()?;
        let stride = usize::try_from(stride).ok()?;
        let row = usize::from(size.width()) * 4;
        let end = usize::from(size.height() - 1).checked_mul(stride)?.checked_add(row)?;
        if stride < row || offset.checked_add(end)? > max {
            return None;
        }
        // SAFETY: the library has mapped `max` bytes there. The other side does not write to a buffer that is
        // with us; where it does, wrong pixels are read.
        let pixels = unsafe { std::slice::from_raw_parts(data.data.add(offset), end) };
        Some(ForeignPicture { size, order: format.order, pixels, stride, changed: self.changed(size) })
    }

    /// Whether it says that something has changed.
    pub(super) fn names_change(&self, format: VideoFormat) -> bool {
        format.screen_size().is_some_and(|size| self.changed(size).is_some())
    }

    /// What has changed; `None` where nobody says.
    fn changed(&self, size: Size) -> Option<Vec<Rect>> {
        let regions = self.meta(META_DAMAGE)?;
        let edge = |at: u32, end: u16| u16::try_from(at).unwrap_or(u16::MAX).min(end);
        let mut rects = Vec::new();
        for region in regions.chunks_exact(REGION_BYTES) {
            let [x, y, width, height] = [0, 4, 8, 12].map(|at| word(region, at).unwrap_or(0));
            if width == 0 || height == 0 {
                break;
            }
            // A position may be negative.
            let far =
                |at: u32, side: u32| (at.cast_signed().saturating_add_unsigned(side)).max(0).cast_unsigned();
            let near = |at: u32| at.cast_signed().max(0).cast_unsigned();
            let (left, top) = (edge(near(x), size.width()), edge(near(y), size.height()));
            let (right, bottom) = (edge(far(x, width), size.width()), edge(far(y, height), size.height()));
            let (width, height) = (right.saturating_sub(left), bottom.saturating_sub(top));
            rects.extend(Rect::new(left, top, width, height));
        }
        // A picture in which nobody names a change is taken for all new.
        (!rects.is_empty()).then_some(rects)
    }

    /// What is new of the pointer, if anything is.
    pub(super) fn cursor(&self, format: VideoFormat) -> Option<CursorNews> {
        let meta = self.meta(META_CURSOR)?;
        if word(&meta, 0)? == 0 {
            // No pointer on this screen.
            return Some(CursorNews { shape: None, position: Some(None) });
        }
        let position = |at: usize, end: u32| {
            let at = word(&meta, at)?.cast_signed();
            u16::try_from(at).ok().filter(|at| u32::from(*at) < end)
        };
        let position = position(8, format.size.0).zip(position(12, format.size.1));
        Some(CursorNews { shape: cursor_shape(&meta), position: Some(position) })
    }

    /// A copy of what there is of this kind.
    fn meta(&self, kind: u32) -> Option<Vec<u8>> {
        if self.buffer.metas.is_null() {
            return None;
        }
        // SAFETY: there are that many, and they stay where they are.
        let metas: &[SpaMeta] =
            unsafe { std::slice::from_raw_parts(self.buffer.metas, self.buffer.meta_count as usize) };
        let meta = metas.iter().find(|meta| meta.kind == kind && !meta.data.is_null())?;
        // SAFETY: the library has mapped that many bytes there.
        Some(unsafe { std::slice::from_raw_parts(meta.data, meta.size as usize) }.to_vec())
    }
}

/// The pointer's picture, cut to the size that a shape may have; `None` where there is no new one.
fn cursor_shape(meta: &[u8]) -> Option<CursorShape> {
    let offset = word(meta, 24)? as usize;
    if offset < CURSOR_BYTES {
        return None;
    }
    let bitmap = meta.get(offset..)?;
    let order = PixelOrder::of_format(word(bitmap, 0)?)?;
    let [width, height, stride, pixels_at] = [4, 8, 12, 16].map(|at| word(bitmap, at));
    let (width, height, stride) = (width?, height?, usize::try_from(stride?.cast_signed()).ok()?);
    let side = |side: u32| u16::try_from(side.min(u32::from(CursorShape::MAX_SIDE_PX))).ok();
    let size = Size::new(side(width)?, side(height)?)?;
    let pixels_at = pixels_at? as usize;
    if pixels_at < BITMAP_BYTES {
        return None;
    }
    let row_bytes = usize::from(size.width()) * 4;
    let mut pixels = Vec::with_capacity(size.area() * 4);
    for row in 0..usize::from(size.height()) {
        let at = pixels_at.checked_add(row.checked_mul(stride)?)?;
        let row = bitmap.get(at..at.checked_add(row_bytes)?)?;
        match order {
            PixelOrder::Bgr => pixels.extend_from_slice(row),
            PixelOrder::Rgb => {
                pixels.extend(row.chunks_exact(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0], pixel[3]]));
            }
        }
    }
    let spot = |at: usize, end: u16| u16::try_from(word(meta, at)?).ok().map(|at| at.min(end - 1));
    let hotspot = (spot(16, size.width()).unwrap_or(0), spot(20, size.height()).unwrap_or(0));
    Some(CursorShape { size, hotspot, pixels })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pointer of 2x1 pixels of R G B A, as a compositor describes it.
    fn pointer() -> Vec<u8> {
        let mut meta: Vec<u8> = Vec::new();
        for word in [1_u32, 0, 10, 20, 1, 0, 28, 11, 2, 1, 8, 20] {
            meta.extend(word.to_ne_bytes());
        }
        meta.extend([1, 2, 3, 4, 5, 6, 7, 8]);
        meta
    }

    #[test]
    fn a_pointers_picture_is_read_in_our_order() {
        let shape = cursor_shape(&pointer()).expect("a shape");
        assert_eq!((shape.size.width(), shape.size.height(), shape.hotspot), (2, 1, (1, 0)));
        assert_eq!(shape.pixels, [3, 2, 1, 4, 7, 6, 5, 8]);
    }

    #[test]
    fn a_pointer_that_is_cut_off_or_lies_is_none() {
        let whole = pointer();
        for length in 0..whole.len() {
            assert_eq!(cursor_shape(&whole[..length]), None, "{length}");
        }
        for at in (0..whole.len()).step_by(4) {
            let mut broken = whole.clone();
            broken[at..at + 4].fill(0xff);
            let _ = cursor_shape(&broken);
        }
    }
}
