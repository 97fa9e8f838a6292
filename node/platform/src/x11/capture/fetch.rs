//! Pixels of the root window on their way into a frame: fetched through shared memory, brought to the frame's
//! format, made smaller where the picture is, and compared tile by tile.
//!
//! It does not decide what is fetched: pieces come from the layout, which knows what may be seen.

use beistand_codec::{BYTES_PER_PIXEL, Damage, Frame, Rect};
use x11rb::protocol::shm::ConnectionExt as _;
use x11rb::protocol::xproto::ImageFormat;

use crate::ScreenLayout;
use crate::layout::DesktopArea;
use crate::tiles::{self, ScreenPart};
use crate::x11::pixel_format::PixelFormat;
use crate::x11::segment::{SegmentWriter, SharedSegment};
use crate::x11::{X11Display, X11Failure};

/// A piece of the desktop, and where in the picture it belongs.
pub(super) type ScreenPiece = (DesktopArea, Rect);

/// Memory for the largest picture of a layout, and how to read it.
pub(super) struct PieceFetcher {
    segment: SharedSegment,
    format: PixelFormat,
    /// A piece in the frame's format, where the server's is another or the picture is smaller.
    converted: Vec<u8>,
}

impl PieceFetcher {
    /// Memory for all that the layout shows.
    pub(super) fn attach(display: &X11Display, layout: &ScreenLayout) -> Result<Self, X11Failure> {
        let format = PixelFormat::of_root(display)?;
        let segment = SharedSegment::attach(&display.conn, bytes(layout), SegmentWriter::Server)?;
        Ok(Self { segment, format, converted: Vec::new() })
    }

    /// Takes the memory for another layout.
    pub(super) fn follow(&mut self, display: &X11Display, layout: &ScreenLayout) -> Result<(), X11Failure> {
        if bytes(layout) == self.segment.len() {
            return Ok(());
        }
        let segment = SharedSegment::attach(&display.conn, bytes(layout), SegmentWriter::Server)?;
        std::mem::replace(&mut self.segment, segment).detach(&display.conn)
    }

    /// Lets the server write the pieces into the segment, one after the other without gaps, and waits for all
    /// of them.
    pub(super) fn fetch(&self, display: &X11Display, pieces: &[ScreenPiece]) -> Result<(), X11Failure> {
        let mut offset = 0;
        let mut cookies = Vec::with_capacity(pieces.len());
        for (area, _) in pieces {
            let bytes = self.piece_bytes(*area);
            assert!(
                offset + bytes <= self.segment.len(),
                "pieces don't overlap, so they fit the layout's segment"
            );
            cookies.push(display.conn.shm_get_image(
                display.root(),
                area.x() as i16,
                area.y() as i16,
                area.width(),
                area.height(),
                !0,
                ImageFormat::Z_PIXMAP.into(),
                self.segment.seg(),
                offset as u32,
            )?);
            offset += bytes;
        }
        // Every reply is waited for, also after a failure: nothing may be on its way into the segment
        // afterwards.
        let replies: Vec<_> = cookies.into_iter().map(|cookie| cookie.reply()).collect();
        for reply in replies {
            reply?;
        }
        Ok(())
    }

    /// Draws pieces that were just fetched into the frame, and adds the tiles that differ to `damage`.
    pub(super) fn draw(
        &mut self,
        layout: &ScreenLayout,
        pieces: &[ScreenPiece],
        frame: &mut Frame,
        damage: &mut Damage,
    ) {
        let as_it_is = self.format.is_bgrx() && layout.shrink() == 1;
        let mut offset = 0;
        for (area, rect) in pieces {
            let bytes = self.piece_bytes(*area);
            // SAFETY: `fetch` has returned, so no image is on its way into the segment.
            let fetched = &unsafe { self.segment.bytes() }[offset..offset + bytes];
            let stride = self.format.stride(area.width());
            let part = if as_it_is {
                ScreenPart { rect: *rect, pixels: fetched, stride }
            } else {
                let source = ShrinkSource { format: self.format, fetched, stride, area: *area };
                source.shrink(layout, *rect, &mut self.converted);
                let stride = usize::from(rect.width()) * BYTES_PER_PIXEL;
                ScreenPart { rect: *rect, pixels: &self.converted, stride }
            };
            tiles::update(frame, part, damage);
            offset += bytes;
        }
    }

    fn piece_bytes(&self, area: DesktopArea) -> usize {
        self.format.stride(area.width()) * usize::from(area.height())
    }
}

/// Four bytes for each pixel are enough for every format, the ends of rows included.
fn bytes(layout: &ScreenLayout) -> usize {
    let whole = layout.whole();
    usize::from(whole.width()) * usize::from(whole.height()) * BYTES_PER_PIXEL
}

/// A piece as the server has written it.
struct ShrinkSource<'a> {
    format: PixelFormat,
    fetched: &'a [u8],
    stride: usize,
    area: DesktopArea,
}

impl ShrinkSource<'_> {
    /// The piece as the frame has it at `rect`: each pixel the mean of those that it stands for.
    fn shrink(&self, layout: &ScreenLayout, rect: Rect, pixels: &mut Vec<u8>) {
        pixels.clear();
        let (whole, step) = (layout.whole(), layout.shrink());
        let columns: Vec<_> = (rect.x()..rect.right())
            .map(|x| covered(whole.x(), x, step, self.area.x(), self.area.right()))
            .collect();
        for y in rect.y()..rect.bottom() {
            let rows = covered(whole.y(), y, step, self.area.y(), self.area.bottom());
            for columns in &columns {
                let (mut sums, mut count) = ([0u32; 3], 0);
                for row in rows.clone() {
                    let row = &self.fetched[row * self.stride..];
                    for column in columns.clone() {
                        let bgr = self.format.bgr(row, column);
                        sums = std::array::from_fn(|colour| sums[colour] + u32::from(bgr[colour]));
                        count += 1;
                    }
                }
                let [blue, green, red] = sums.map(|sum| (sum / count.max(1)) as u8);
                pixels.extend([blue, green, red, 0]);
            }
        }
    }
}

/// Which rows or columns of an area, from its first one, the picture's pixel at `at` stands for.
fn covered(from: u16, at: u16, step: u16, first: u16, end: u16) -> std::ops::Range<usize> {
    let start = u32::from(from) + u32::from(at) * u32::from(step);
    let cut = |position: u32| position.clamp(first.into(), end.into()) as usize - usize::from(first);
    cut(start)..cut(start + u32::from(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_stands_for_what_of_it_is_in_the_piece() {
        assert_eq!(covered(100, 3, 1, 100, 200), 3..4);
        assert_eq!(covered(100, 3, 2, 100, 200), 6..8);
        // The piece begins in the middle of the pixel, and ends there.
        assert_eq!(covered(100, 3, 4, 114, 200), 0..2);
        assert_eq!(covered(100, 3, 4, 100, 113), 12..13);
    }
}
