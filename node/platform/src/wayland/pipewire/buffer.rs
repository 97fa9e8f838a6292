//! A buffer of a stream: its picture, what changed in it, and the pointer.
//!
//! All of it lies in memory that another process writes to, so each length is checked against the size that
//! PipeWire itself gave, and that against the file; each value is read once. What can't be right is nothing:
//! it isn't put right.

use std::os::fd::BorrowedFd;

use beistand_codec::{Rect, Size};
use rustix::fs::fstat;

use super::abi::{DATA_MEM_FD, DATA_MEM_PTR, PwBuffer, SpaBuffer, SpaData, SpaMeta};
use super::pod::{
    BITMAP_BYTES, CURSOR_BYTES, META_CURSOR, META_DAMAGE, META_TURN, PixelOrder, REGION_BYTES, TURN_BYTES,
    VideoFormat, word,
};
use crate::CursorShape;
use crate::wayland::frame_slot::{CursorNews, ForeignPicture};
use crate::wayland::turn::PictureTurn;

/// `SPA_CHUNK_FLAG_CORRUPTED`.
const CORRUPTED: i32 = 1;

/// Where a pointer says where its picture is; 0 where there is no new one.
const BITMAP_AT: usize = 24;

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
        if data.data.is_null() || length == 0 || chunk.flags & CORRUPTED != 0 || !is_there(data) {
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
        let (turn, order, changed) = (self.turn(), format.order, self.changed(size));
        Some(ForeignPicture { size, turn, order, pixels, stride, changed })
    }

    /// How large its screen is as it is seen.
    pub(super) fn screen_size(&self, format: VideoFormat) -> Option<Size> {
        format.screen_size().map(|size| self.turn().size(size))
    }

    /// How its picture is turned; not at all where nobody says.
    fn turn(&self) -> PictureTurn {
        let turn = self.meta(META_TURN, TURN_BYTES).and_then(|turn| PictureTurn::of(word(&turn, 0)?));
        turn.unwrap_or_default()
    }

    /// Whether it says that something has changed.
    pub(super) fn names_change(&self, format: VideoFormat) -> bool {
        format.screen_size().is_some_and(|size| self.changed(size).is_some())
    }

    /// What has changed; `None` where nobody says.
    fn changed(&self, size: Size) -> Option<Vec<Rect>> {
        let regions = self.meta(META_DAMAGE, usize::MAX)?;
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
        let meta = self.meta(META_CURSOR, CURSOR_BYTES)?;
        if word(&meta, 0)? == 0 {
            // No pointer on this screen.
            return Some(CursorNews { shape: None, position: Some(None) });
        }
        let meta = match word(&meta, BITMAP_AT)? {
            // Only then is there a picture beside it.
            0 => meta,
            _ => self.meta(META_CURSOR, usize::MAX)?,
        };
        let position = |at: usize, end: u32| {
            let at = word(&meta, at)?.cast_signed();
            u16::try_from(at).ok().filter(|at| u32::from(*at) < end)
        };
        let position = position(8, format.size.0).zip(position(12, format.size.1));
        Some(CursorNews { shape: cursor_shape(&meta), position: Some(position) })
    }

    /// A copy of what there is of this kind, or of so much of it.
    fn meta(&self, kind: u32, limit: usize) -> Option<Vec<u8>> {
        if self.buffer.metas.is_null() {
            return None;
        }
        // SAFETY: there are that many, and they stay where they are.
        let metas: &[SpaMeta] =
            unsafe { std::slice::from_raw_parts(self.buffer.metas, self.buffer.meta_count as usize) };
        let meta = metas.iter().find(|meta| meta.kind == kind && !meta.data.is_null())?;
        // SAFETY: the library has mapped that many bytes there.
        Some(unsafe { std::slice::from_raw_parts(meta.data, limit.min(meta.size as usize)) }.to_vec())
    }
}

/// Whether what is mapped has anything behind it: reading beyond a file's end would end the program.
fn is_there(data: &SpaData) -> bool {
    match data.kind {
        DATA_MEM_PTR => true,
        DATA_MEM_FD => {
            let Ok(fd) = i32::try_from(data.fd) else { return false };
            if fd < 0 {
                return false;
            }
            // SAFETY: the library keeps it open for as long as the buffer is there.
            let size = fstat(unsafe { BorrowedFd::borrow_raw(fd) }).map(|about| about.st_size);
            let end = u64::from(data.map_offset) + u64::from(data.max_size);
            size.is_ok_and(|size| u64::try_from(size).is_ok_and(|size| size >= end))
        }
        _ => false,
    }
}

/// The pointer's picture, cut to the size that a shape may have; `None` where there is no new one.
fn cursor_shape(meta: &[u8]) -> Option<CursorShape> {
    let offset = word(meta, BITMAP_AT)? as usize;
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
    use std::os::fd::AsRawFd as _;

    use rustix::fs::{MemfdFlags, ftruncate, memfd_create};

    use super::super::abi::SpaChunk;
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

    const BGRX: VideoFormat = VideoFormat { order: PixelOrder::Bgr, size: (4, 2) };

    /// What a buffer of 4 x 2 pixels says; a change of it makes no sense.
    struct Described {
        chunk: SpaChunk,
        data: SpaData,
        damage: Vec<u8>,
        _pixels: Vec<u8>,
    }

    impl Described {
        /// With so many bytes of pixels.
        fn new(length: u32) -> Self {
            let mut pixels = vec![7; length as usize];
            let data = SpaData {
                kind: DATA_MEM_PTR,
                flags: 0,
                fd: -1,
                map_offset: 0,
                max_size: length,
                data: pixels.as_mut_ptr(),
                chunk: std::ptr::null_mut(),
            };
            let chunk = SpaChunk { offset: 0, size: 32, stride: 16, flags: 0 };
            Self { chunk, data, damage: Vec::new(), _pixels: pixels }
        }

        /// Looks at it as at a buffer of the stream.
        fn look<T>(&mut self, look: impl FnOnce(&TakenBuffer<'_>) -> T) -> T {
            self.data.chunk = &raw mut self.chunk;
            let size = u32::try_from(self.damage.len()).expect("small");
            let mut meta = SpaMeta { kind: META_DAMAGE, size, data: self.damage.as_mut_ptr() };
            let mut buffer = SpaBuffer {
                meta_count: u32::from(size > 0),
                data_count: 1,
                metas: &raw mut meta,
                datas: &raw mut self.data,
            };
            let mut taken = PwBuffer { buffer: &raw mut buffer };
            // SAFETY: all of it outlives this.
            look(&unsafe { TakenBuffer::of(&raw mut taken) }.expect("a buffer"))
        }

        fn has_picture(&mut self) -> bool {
            self.look(|taken| taken.picture(BGRX).is_some())
        }
    }

    #[test]
    fn a_picture_that_does_not_fit_its_memory_is_none() {
        assert!(Described::new(32).has_picture());
        let check = |change: fn(&mut Described), fits: bool| {
            let mut described = Described::new(36);
            change(&mut described);
            assert_eq!(described.has_picture(), fits, "{:?}", described.chunk);
        };
        check(|of| of.chunk.offset = 4, true);
        check(|of| of.chunk.offset = 5, false);
        check(|of| of.chunk.offset = u32::MAX, false);
        check(|of| of.chunk.stride = 20, true);
        check(|of| of.chunk.stride = 21, false);
        check(|of| of.chunk.stride = 15, false);
        check(|of| of.chunk.stride = -16, false);
        check(|of| of.chunk.stride = i32::MAX, false);
        check(|of| of.chunk.size = 0, false);
        check(|of| of.chunk.flags = CORRUPTED, false);
        check(|of| of.data.max_size = 31, false);
        check(|of| of.data.kind = 3, false);
        check(|of| of.data.kind = DATA_MEM_FD, false);
    }

    #[test]
    fn a_picture_in_a_file_that_is_shorter_than_what_is_mapped_is_none() {
        let file = memfd_create("test", MemfdFlags::CLOEXEC).expect("memory");
        let mut described = Described::new(32);
        (described.data.kind, described.data.fd) = (DATA_MEM_FD, file.as_raw_fd().into());
        for (length, offset, fits) in [(32, 0, true), (31, 0, false), (32, 4, false), (36, 4, true)] {
            ftruncate(&file, length).expect("ours");
            described.data.map_offset = offset;
            assert_eq!(described.has_picture(), fits, "{length} {offset}");
        }
    }

    #[test]
    fn what_has_changed_is_cut_to_the_picture_and_a_list_that_names_nothing_is_none() {
        let of = |regions: &[[i32; 4]]| {
            let mut described = Described::new(32);
            described.damage = regions.iter().flatten().flat_map(|word| word.to_ne_bytes()).collect();
            described.look(|taken| taken.changed(Size::new(4, 2).expect("not empty")))
        };
        let rect = |x, y, width, height| Rect::new(x, y, width, height).expect("not empty");
        assert_eq!(of(&[]), None, "nobody says");
        assert_eq!(of(&[[0, 0, 0, 0]]), None);
        assert_eq!(of(&[[1, 1, 2, 1], [0, 0, 0, 0], [0, 0, 1, 1]]), Some(vec![rect(1, 1, 2, 1)]));
        assert_eq!(of(&[[-3, -1, 5, 2]]), Some(vec![rect(0, 0, 2, 1)]));
        assert_eq!(of(&[[3, 1, i32::MAX, i32::MAX]]), Some(vec![rect(3, 1, 1, 1)]));
        assert_eq!(of(&[[40, 0, 5, 5]]), None, "outside");
        assert_eq!(of(&[[i32::MIN, 0, -1, 1]]), Some(vec![rect(0, 0, 4, 1)]), "read without a sign");
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
