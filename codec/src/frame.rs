//! A picture in memory.

use crate::{DecodeError, Plane, Rect, Size, colour};

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
        Canvas { size: self.size, target: CanvasTarget::Pixels(&mut self.pixels) }
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

/// A [`Frame`] or a [`PlanarFrame`](crate::PlanarFrame) that a decoder draws on.
pub struct Canvas<'a> {
    size: Size,
    target: CanvasTarget<'a>,
}

/// What is drawn on: all of a picture, row after row.
enum CanvasTarget<'a> {
    /// Pixels are made of the planes.
    Pixels(&'a mut [u8]),
    /// The planes are kept.
    Planes([&'a mut [u8]; 3]),
}

impl<'a> Canvas<'a> {
    /// A picture that is kept in planes of this size.
    pub(crate) fn of_planes(size: Size, planes: [&'a mut [u8]; 3]) -> Self {
        Self { size, target: CanvasTarget::Planes(planes) }
    }

    /// Width and height.
    pub fn size(&self) -> Size {
        self.size
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
        let row = usize::from(self.size.width());
        let start = usize::from(rect.y()) * row + usize::from(rect.x());
        match &mut self.target {
            CanvasTarget::Pixels(pixels) => {
                let pixels = &mut pixels[start * BYTES_PER_PIXEL..];
                let sides = (rect.width(), rect.height());
                colour::to_pixels(planes, pixels, row * BYTES_PER_PIXEL, sides)
                    .map_err(|error| DecodeError::Bitstream(error.to_string()))
            }
            CanvasTarget::Planes(targets) => {
                let width = usize::from(rect.width());
                for (plane, target) in planes.into_iter().zip(targets) {
                    let rows = target[start..].chunks_mut(row).take(rect.height().into());
                    for (index, kept) in rows.enumerate() {
                        let samples = plane.row(index, width).ok_or_else(too_small)?;
                        kept[..width].copy_from_slice(samples);
                    }
                }
                Ok(())
            }
        }
    }
}

fn too_small() -> DecodeError {
    DecodeError::Bitstream("a plane that is smaller than its picture".to_owned())
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
