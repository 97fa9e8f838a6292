//! A picture in memory.

use crate::{ChangedBands, DecodeError, Plane, Rect, Size, colour};

/// Bytes of a pixel: blue, green, red, and one that is ignored (X11's and most desktops' native order).
pub const BYTES_PER_PIXEL: usize = 4;

/// A picture as the screen has it: 8 bits per channel, B G R X, rows top to bottom without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    size: Size,
    pixels: Vec<u8>,
}

impl Frame {
    /// A black picture.
    pub fn new(size: Size) -> Self {
        Self { size, pixels: vec![0; size.area() * BYTES_PER_PIXEL] }
    }

    /// A picture from its pixels, or `None` where their number does not fit the size.
    pub fn from_pixels(size: Size, pixels: Vec<u8>) -> Option<Self> {
        (pixels.len() == size.area() * BYTES_PER_PIXEL).then_some(Self { size, pixels })
    }

    /// Width and height.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Bytes from the start of one row to the next.
    pub fn stride(&self) -> usize {
        self.size.width() as usize * BYTES_PER_PIXEL
    }

    /// All pixels, row after row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// All pixels, row after row, to be written.
    pub fn pixels_mut(&mut self) -> &mut [u8] {
        &mut self.pixels
    }

    /// The bytes of row `y` within `rect`'s columns.
    ///
    /// # Panics
    /// Where `rect` or `y` lie outside the picture.
    pub fn row(&self, rect: Rect, y: u16) -> &[u8] {
        let start = y as usize * self.stride() + rect.x() as usize * BYTES_PER_PIXEL;
        &self.pixels[start..start + rect.width() as usize * BYTES_PER_PIXEL]
    }

    /// The bytes of row `y` within `rect`'s columns, to be written.
    ///
    /// # Panics
    /// Where `rect` or `y` lie outside the picture.
    pub fn row_mut(&mut self, rect: Rect, y: u16) -> &mut [u8] {
        let start = y as usize * self.stride() + rect.x() as usize * BYTES_PER_PIXEL;
        &mut self.pixels[start..start + rect.width() as usize * BYTES_PER_PIXEL]
    }

    /// The picture as something that others may draw on.
    pub fn canvas(&mut self) -> Canvas<'_> {
        Canvas { size: self.size, pixels: &mut self.pixels, changes: None }
    }

    /// Copies `rect` from `source`; both pictures must be of one size.
    ///
    /// # Panics
    /// Where the sizes differ or `rect` lies outside.
    pub fn copy_rect(&mut self, source: &Self, rect: Rect) {
        assert_eq!(self.size, source.size, "pictures of one size");
        for y in rect.y()..rect.bottom() {
            self.row_mut(rect, y).copy_from_slice(source.row(rect, y));
        }
    }
}

/// Pixels in anybody's memory, laid out as a [`Frame`]'s: what a decoder draws on.
pub struct Canvas<'a> {
    size: Size,
    pixels: &'a mut [u8],
    changes: Option<CanvasChanges<'a>>,
}

/// What a canvas notes of the rows that a drawing changes.
struct CanvasChanges<'a> {
    bands: &'a mut ChangedBands,
    /// Some rows on their way to the canvas.
    rows: &'a mut Vec<u8>,
}

/// Bytes of rows that are compared at once: what a processor's nearest caches hold.
const COMPARED_BYTES: usize = 128 << 10;

impl<'a> Canvas<'a> {
    /// A canvas on `pixels`, or `None` where their number does not fit the size.
    pub fn new(size: Size, pixels: &'a mut [u8]) -> Option<Self> {
        (pixels.len() == size.area() * BYTES_PER_PIXEL).then_some(Self { size, pixels, changes: None })
    }

    /// The same, which touches only rows that are another than before, and adds them to `bands`. `rows` is
    /// room for it to work in.
    #[must_use]
    pub fn noting(self, bands: &'a mut ChangedBands, rows: &'a mut Vec<u8>) -> Self {
        Self { changes: Some(CanvasChanges { bands, rows }), ..self }
    }

    /// Width and height.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The bytes of `rect` in runs without a gap, each with its distance from the first pixel's byte.
    ///
    /// # Panics
    /// Where `rect` lies outside.
    pub fn runs(&mut self, rect: Rect) -> impl Iterator<Item = (usize, &mut [u8])> {
        let stride = self.stride();
        let whole = rect.width() == self.size.width();
        let (run, step) = if whole {
            (rect.area() * BYTES_PER_PIXEL, rect.area() * BYTES_PER_PIXEL)
        } else {
            (rect.width() as usize * BYTES_PER_PIXEL, stride)
        };
        let start = rect.y() as usize * stride + rect.x() as usize * BYTES_PER_PIXEL;
        let count = if whole { 1 } else { rect.height().into() };
        let rows = self.pixels[start..].chunks_mut(step).take(count).enumerate();
        rows.map(move |(index, row)| (start + index * step, &mut row[..run]))
    }

    /// Draws the planes Y, U and V into `rect`.
    ///
    /// # Errors
    /// [`DecodeError::OutsideScreen`] where `rect` is outside, and [`DecodeError::Bitstream`] where a plane
    /// is smaller; nothing is drawn then, or not all.
    pub fn draw(&mut self, planes: [Plane<'_>; 3], rect: Rect) -> Result<(), DecodeError> {
        if !rect.fits(self.size) {
            return Err(DecodeError::OutsideScreen);
        }
        let drawn = match self.changes.take() {
            None => colour::from_planes(planes, self, rect),
            Some(mut changes) => {
                let drawn = self.draw_changes(planes, rect, &mut changes);
                self.changes = Some(changes);
                drawn
            }
        };
        drawn.map_err(|error| DecodeError::Bitstream(error.to_string()))
    }

    fn draw_changes(
        &mut self,
        planes: [Plane<'_>; 3],
        rect: Rect,
        CanvasChanges { bands, rows }: &mut CanvasChanges<'_>,
    ) -> Result<(), yuv::YuvError> {
        let (stride, row_bytes) = (self.stride(), usize::from(rect.width()) * BYTES_PER_PIXEL);
        let at_once = (COMPARED_BYTES / row_bytes).clamp(1, rect.height().into()) as u16;
        rows.resize(row_bytes * usize::from(at_once), 0);
        let mut below = self.pixels_from(rect).chunks_mut(stride);
        for first in (0..rect.height()).step_by(at_once.into()) {
            let count = at_once.min(rect.height() - first);
            let planes = planes.map(|Plane { samples, stride }| Plane {
                samples: samples.get(usize::from(first) * stride..).unwrap_or_default(),
                stride,
            });
            colour::to_pixels(planes, rows, row_bytes, (rect.width(), count))?;
            for (y, (new, old)) in
                (rect.y() + first..).zip(rows.chunks(row_bytes).zip(&mut below)).take(count.into())
            {
                if old[..row_bytes] != *new {
                    old[..row_bytes].copy_from_slice(new);
                    bands.add_row(y);
                }
            }
        }
        Ok(())
    }

    /// Bytes from the start of one row to the next.
    pub(crate) fn stride(&self) -> usize {
        self.size.width() as usize * BYTES_PER_PIXEL
    }

    /// The bytes from the first pixel of `rect` on.
    pub(crate) fn pixels_from(&mut self, rect: Rect) -> &mut [u8] {
        let start = rect.y() as usize * self.stride() + rect.x() as usize * BYTES_PER_PIXEL;
        &mut self.pixels[start..]
    }
}

impl std::fmt::Debug for Canvas<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Canvas({}x{})", self.size.width(), self.size.height())
    }
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({}x{})", self.size.width(), self.size.height())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runs_of_a_rectangle_are_its_rows_or_one() {
        let mut frame = Frame::new(Size::new(5, 4).expect("valid"));
        let rect = |x, y, width, height| Rect::new(x, y, width, height).expect("valid");
        let mut runs = |rect| frame.canvas().runs(rect).map(|(at, run)| (at, run.len())).collect::<Vec<_>>();
        assert_eq!(runs(rect(0, 1, 5, 3)), [(20, 60)]);
        assert_eq!(runs(rect(3, 2, 2, 2)), [(52, 8), (72, 8)]);
        assert_eq!(runs(rect(4, 3, 1, 1)), [(76, 4)]);
    }
}
