//! Between the screen's B G R X and AV1's planes: BT.709 matrix, full range, 4:4:4.
//!
//! Full range 4:4:4 loses nothing but rounding (over 50 dB in RGB). The identity matrix would lose nothing,
//! but text and user interfaces are mostly grey, which costs one plane here and three there. The sequence
//! header says what is used, so any player shows the right colours.

use yuv::{
    BufferStoreMut, YuvConversionMode, YuvError, YuvPlanarImage, YuvPlanarImageMut, YuvRange,
    YuvStandardMatrix, bgra_to_yuv444, yuv444_to_bgra,
};

use crate::{BYTES_PER_PIXEL, Frame, Rect};

/// What chroma adds to luma, each share in parts of [`ChromaShares::ONE`]: for whoever makes pixels of planes
/// elsewhere, and wants the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChromaShares {
    /// Of V, to red.
    pub red_of_v: i32,
    /// Of V, from green.
    pub green_of_v: i32,
    /// Of U, from green.
    pub green_of_u: i32,
    /// Of U, to blue.
    pub blue_of_u: i32,
}

impl ChromaShares {
    /// How many parts a share has, as a power of two.
    pub const BITS: u32 = 13;

    /// A whole share.
    pub const ONE: i32 = 1 << Self::BITS;

    /// The sample that stands for no colour.
    pub const GREY: i32 = 128;

    /// BT.709, full range, 8 bits.
    pub const BT709: Self = Self { red_of_v: 12901, green_of_v: 3835, green_of_u: 1535, blue_of_u: 15201 };

    /// Red, green and blue of a pixel with these samples Y, U and V: what `yuv` makes of it, whose
    /// instructions round each share by itself. (Without AVX2 it makes the last pixels of a row with one
    /// rounding, so that their green may differ by one.)
    pub fn rgb(self, [y, u, v]: [u8; 3]) -> [u8; 3] {
        let share = |of: i32, sample: u8| {
            let product = of * (i32::from(sample) - Self::GREY);
            (product + Self::ONE / 2) >> Self::BITS
        };
        let y = i32::from(y);
        [
            y + share(self.red_of_v, v),
            y - share(self.green_of_v, v) - share(self.green_of_u, u),
            y + share(self.blue_of_u, u),
        ]
        .map(|colour| colour.clamp(0, 255) as u8)
    }
}

/// One plane to be written: its samples and the distance between rows.
pub(crate) struct PlaneMut<'a> {
    pub(crate) samples: &'a mut [u8],
    pub(crate) stride: usize,
}

/// One plane to be read.
#[derive(Debug, Clone, Copy)]
pub struct Plane<'a> {
    /// Row after row; the last may end with its last sample.
    pub samples: &'a [u8],
    /// From the start of one row to the next.
    pub stride: usize,
}

impl<'a> Plane<'a> {
    /// The first `width` samples of a row; `None` where there aren't as many.
    pub(crate) fn row(self, y: usize, width: usize) -> Option<&'a [u8]> {
        self.samples.get(y.checked_mul(self.stride)?..)?.get(..width)
    }
}

/// Writes `rect` of `picture` into the planes Y, U, V, from their first sample on.
///
/// # Errors
/// Where a plane is smaller than `rect`.
pub(crate) fn to_planes(picture: &Frame, rect: Rect, planes: [PlaneMut<'_>; 3]) -> Result<(), YuvError> {
    let split = planes.map(|PlaneMut { samples, stride }| {
        let (rows, last) = samples.split_at_mut_checked(full_rows(rect, stride)).unwrap_or_default();
        (PlaneMut { samples: rows, stride }, PlaneMut { samples: last, stride: rect.width().into() })
    });
    let [(y, y_last), (u, u_last), (v, v_last)] = split;
    let (rows, last) = picture.pixels()[start(picture, rect)..].split_at(full_rows(rect, picture.stride()));
    let (width, height) = (rect.width().into(), u32::from(rect.height()));
    if height > 1 {
        encode_rows(rows, picture.stride(), [y, u, v], (width, height - 1))?;
    }
    let row_bytes = usize::from(rect.width()) * BYTES_PER_PIXEL;
    encode_rows(&last[..row_bytes], row_bytes, [y_last, u_last, v_last], (width, 1))
}

/// Writes `width` x `height` samples of the planes Y, U, V to pixels, whose rows begin `stride` bytes apart.
///
/// # Errors
/// Where a plane is smaller; the pixels are untouched then.
pub(crate) fn to_pixels(
    planes: [Plane<'_>; 3],
    pixels: &mut [u8],
    stride: usize,
    (width, height): (u16, u16),
) -> Result<(), YuvError> {
    let rows_above = usize::from(height - 1);
    let split = planes.map(|Plane { samples, stride }| {
        let (rows, last) = samples.split_at_checked(rows_above * stride).unwrap_or_default();
        (Plane { samples: rows, stride }, Plane { samples: last, stride: width.into() })
    });
    let [(y, y_last), (u, u_last), (v, v_last)] = split;
    let (rows, last) = pixels.split_at_mut(rows_above * stride);
    let row_bytes = usize::from(width) * BYTES_PER_PIXEL;
    decode_rows([y_last, u_last, v_last], &mut last[..row_bytes], row_bytes, (width.into(), 1))?;
    if height > 1 {
        decode_rows([y, u, v], rows, stride, (width.into(), u32::from(height) - 1))?;
    }
    Ok(())
}

fn start(picture: &Frame, rect: Rect) -> usize {
    usize::from(rect.y()) * picture.stride() + usize::from(rect.x()) * BYTES_PER_PIXEL
}

/// What all rows of `rect` but the last take. The last is converted on its own: in a picture's corner it is
/// shorter than a stride, and `yuv` leaves such a row out.
fn full_rows(rect: Rect, stride: usize) -> usize {
    usize::from(rect.height() - 1) * stride
}

fn encode_rows(
    pixels: &[u8],
    stride: usize,
    [y, u, v]: [PlaneMut<'_>; 3],
    (width, height): (u32, u32),
) -> Result<(), YuvError> {
    let mut planes = YuvPlanarImageMut {
        y_plane: BufferStoreMut::Borrowed(y.samples),
        y_stride: y.stride as u32,
        u_plane: BufferStoreMut::Borrowed(u.samples),
        u_stride: u.stride as u32,
        v_plane: BufferStoreMut::Borrowed(v.samples),
        v_stride: v.stride as u32,
        width,
        height,
    };
    let (range, matrix) = (YuvRange::Full, YuvStandardMatrix::Bt709);
    bgra_to_yuv444(&mut planes, pixels, stride as u32, range, matrix, YuvConversionMode::Balanced)
}

fn decode_rows(
    [y, u, v]: [Plane<'_>; 3],
    pixels: &mut [u8],
    stride: usize,
    (width, height): (u32, u32),
) -> Result<(), YuvError> {
    let planes = YuvPlanarImage {
        y_plane: y.samples,
        y_stride: y.stride as u32,
        u_plane: u.samples,
        u_stride: u.stride as u32,
        v_plane: v.samples,
        v_stride: v.stride as u32,
        width,
        height,
    };
    yuv444_to_bgra(&planes, pixels, stride as u32, YuvRange::Full, YuvStandardMatrix::Bt709)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Size, psnr_rgb};

    fn there_and_back(picture: &Frame, rect: Rect) -> Frame {
        let mut planes = [0, 1, 2].map(|_| vec![0; rect.area()]);
        let stride = rect.width() as usize;
        to_planes(picture, rect, planes.each_mut().map(|samples| PlaneMut { samples, stride }))
            .expect("fits");
        let mut back = picture.clone();
        back.canvas().draw(planes.each_ref().map(|samples| Plane { samples, stride }), rect).expect("fits");
        back
    }

    /// Every combination of 64 levels per channel, as a picture of 512x512.
    fn all_colours() -> Frame {
        let pixels = (0..512u32 * 512).flat_map(|n| {
            let level = |n: u32| ((n & 63) * 255 / 63) as u8;
            [level(n), level(n >> 6), level(n >> 12), 255]
        });
        Frame::from_pixels(Size::new(512, 512).expect("valid"), pixels.collect()).expect("fits")
    }

    #[test]
    fn round_trip_of_all_colours_is_above_50_db() {
        let picture = all_colours();
        let psnr = psnr_rgb(&picture, &there_and_back(&picture, picture.size().rect()));
        assert!(psnr > 50.0, "{psnr}");
    }

    #[test]
    fn grey_is_off_by_one_at_most_and_black_and_white_are_exact() {
        let pixels = (0..=255u8).flat_map(|level| [level, level, level, 255]).collect();
        let picture = Frame::from_pixels(Size::new(16, 16).expect("valid"), pixels).expect("fits");
        let back = there_and_back(&picture, picture.size().rect());
        let most = picture.pixels().iter().zip(back.pixels()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(most <= Some(1), "{most:?}");
        assert_eq!(back.pixels()[..4], picture.pixels()[..4]);
        assert_eq!(back.pixels()[255 * 4..], picture.pixels()[255 * 4..]);
    }

    #[test]
    fn only_the_rectangle_is_touched() {
        let mut picture = Frame::new(Size::new(7, 5).expect("valid"));
        picture.pixels_mut().fill(9);
        let rect = Rect::new(6, 4, 1, 1).expect("valid");
        let back = there_and_back(&picture, rect);
        for y in 0..5 {
            let all = picture.size().rect();
            let outside = if y == 4 { 24 } else { 28 };
            assert_eq!(back.row(all, y)[..outside], picture.row(all, y)[..outside]);
        }
    }

    #[test]
    fn every_row_and_column_of_a_corner() {
        let size = Size::new(37, 23).expect("valid");
        let pixels = (0..size.area() as u32).flat_map(|n| [(n * 7) as u8, (n * 5) as u8, (n / 3) as u8, 255]);
        let picture = Frame::from_pixels(size, pixels.collect()).expect("fits");
        for (x, y) in [(0, 0), (1, 1), (16, 9), (36, 22), (36, 0), (0, 22)] {
            let rect = Rect::new(x, y, 37 - x, 23 - y).expect("valid");
            let stride = usize::from(rect.width()) + 3;
            // The last row ends with its last sample.
            let mut planes = [0, 1, 2].map(|_| vec![0; rect.area() + 3 * usize::from(rect.height() - 1)]);
            let parts = planes.each_mut().map(|samples| PlaneMut { samples, stride });
            to_planes(&picture, rect, parts).expect("fits");
            let mut back = picture.clone();
            for row in rect.y()..rect.bottom() {
                back.row_mut(rect, row).fill(99);
            }
            let parts = planes.each_ref().map(|samples| Plane { samples, stride });
            back.canvas().draw(parts, rect).expect("fits");
            for (a, b) in picture.pixels().iter().zip(back.pixels()) {
                assert!(a.abs_diff(*b) <= 2, "{rect:?}: {a} became {b}");
            }
        }
    }

    #[test]
    fn planes_that_are_too_small_are_refused() {
        let mut picture = Frame::new(Size::new(8, 8).expect("valid"));
        picture.pixels_mut().fill(9);
        let before = picture.clone();
        let planes = [64, 64, 40].map(|length| vec![200; length]);
        let parts = planes.each_ref().map(|samples| Plane { samples, stride: 8 });
        let rect = picture.size().rect();
        assert!(picture.canvas().draw(parts, rect).is_err());
        assert_eq!(before, picture);
    }

    #[test]
    fn the_shares_are_those_of_the_conversion_for_every_sample_there_is() {
        /// Pixels of a row that aren't compared: see [`ChromaShares::rgb`].
        const END: u16 = 32;
        let width = 256 + END;
        let [mut y, mut u, mut v] = [0, 1, 2].map(|_| vec![0_u8; usize::from(width) * 256]);
        y.chunks_exact_mut(width.into()).for_each(|row| (0..=255).zip(row).for_each(|(at, y)| *y = at));
        u.chunks_exact_mut(width.into()).zip(0..=255).for_each(|(row, at)| row.fill(at));
        let mut pixels = vec![0; y.len() * BYTES_PER_PIXEL];
        let stride = usize::from(width);
        for red in 0..=255 {
            v.fill(red);
            let planes = [&y, &u, &v].map(|samples| Plane { samples, stride });
            to_pixels(planes, &mut pixels, stride * BYTES_PER_PIXEL, (width, 256)).expect("fits");
            for (at, pixel) in pixels.as_chunks::<BYTES_PER_PIXEL>().0.iter().enumerate() {
                if at % stride < 256 {
                    let [r, g, b] = ChromaShares::BT709.rgb([y[at], u[at], v[at]]);
                    assert_eq!(pixel[..3], [b, g, r], "Y {}, U {}, V {}", y[at], u[at], v[at]);
                }
            }
        }
    }
}
