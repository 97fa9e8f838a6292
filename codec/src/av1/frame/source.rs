//! From the screen's pixels to the planes that are coded: only where the caller's damage says so.
//!
//! The planes' padding repeats the picture's last column and row, which costs the fewest bits.

use yuv::YuvError;

use crate::av1::reconstruct::planes::PictureBand;
use crate::colour::{self, PlaneMut};
use crate::{Frame, Rect, Size};

/// The most pixels that are converted at once: a superblock, or a stripe of eight rows of eight.
pub(crate) const MAX_AREA: usize = 64 * 64;

/// Converts a part of the picture, with even places and up to [`MAX_AREA`] pixels, into the band that it lies
/// in.
///
/// # Errors
/// Where the planes are smaller than the picture, which would be a fault of this module's user.
pub(crate) fn convert(band: &mut PictureBand<'_>, picture: &Frame, rect: Rect) -> Result<(), YuvError> {
    if band.shift == 0 {
        let (x, y) = (usize::from(rect.x()), usize::from(rect.y()) - band.top);
        let targets = band.planes.each_mut().map(|plane| {
            let stride = plane.stride;
            PlaneMut { samples: plane.at_mut(x, y), stride }
        });
        colour::to_planes(picture, rect, targets)?;
    } else {
        convert_half(band, picture, rect)?;
    }
    pad(band, picture.size(), rect);
    Ok(())
}

/// 4:2:0: chroma is the mean of its four pixels.
fn convert_half(band: &mut PictureBand<'_>, picture: &Frame, rect: Rect) -> Result<(), YuvError> {
    let (x, y) = (usize::from(rect.x()), usize::from(rect.y()) - band.top);
    let (width, height) = (usize::from(rect.width()), usize::from(rect.height()));
    let [luma, chroma @ ..] = &mut band.planes;
    let mut full = [[0; MAX_AREA]; 2];
    let [u, v] = &mut full;
    let stride = luma.stride;
    let targets = [
        PlaneMut { samples: luma.at_mut(x, y), stride },
        PlaneMut { samples: u, stride: width },
        PlaneMut { samples: v, stride: width },
    ];
    colour::to_planes(picture, rect, targets)?;
    for (plane, full) in chroma.iter_mut().zip(&full) {
        for row in 0..height.div_ceil(2) {
            let (top, bottom) = (2 * row, (2 * row + 1).min(height - 1));
            let to = plane.at_mut(x / 2, y / 2 + row);
            for (column, sample) in to[..width.div_ceil(2)].iter_mut().enumerate() {
                let (left, right) = (2 * column, (2 * column + 1).min(width - 1));
                let sum: u16 = [(top, left), (top, right), (bottom, left), (bottom, right)]
                    .iter()
                    .map(|(y, x)| u16::from(full[y * width + x]))
                    .sum();
                *sample = ((sum + 2) / 4) as u8;
            }
        }
    }
    Ok(())
}

/// Repeats the last column and row of a rectangle that ends at the picture's edge into the padding.
fn pad(band: &mut PictureBand<'_>, size: Size, rect: Rect) {
    let (right, bottom) = (usize::from(rect.right()), usize::from(rect.bottom()) - band.top);
    for index in 0..3 {
        let shift = band.shift(index);
        let plane = &mut band.planes[index];
        let (stride, rows) = (plane.stride, plane.samples.len() / plane.stride);
        let (top, left) = ((usize::from(rect.y()) - band.top) >> shift, usize::from(rect.x()) >> shift);
        let (end_x, end_y) = (right.div_ceil(1 << shift), bottom.div_ceil(1 << shift));
        if rect.right() == size.width() {
            for row in plane.samples.chunks_exact_mut(stride).take(end_y).skip(top) {
                let last = row[end_x - 1];
                row[end_x..].fill(last);
            }
        }
        if rect.bottom() == size.height() {
            let end_x = if rect.right() == size.width() { stride } else { end_x };
            for row in end_y..rows {
                let last = (end_y - 1) * stride;
                plane.samples.copy_within(last + left..last + end_x, row * stride + left);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::av1::reconstruct::planes::PicturePlanes;
    use crate::av1::types::Chroma;
    use crate::{BYTES_PER_PIXEL, Damage};

    fn noise(size: Size) -> Frame {
        let mut frame = Frame::new(size);
        let mut state = 1u32;
        for pixel in frame.pixels_mut().chunks_exact_mut(BYTES_PER_PIXEL) {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            pixel[..3].copy_from_slice(&state.to_le_bytes()[1..]);
        }
        frame
    }

    #[test]
    fn every_pixel_is_converted() {
        for (width, height) in [(128, 64), (130, 128), (64, 192), (71, 67)] {
            let size = Size::new(width, height).expect("a size");
            let picture = noise(size);
            let mut planes = PicturePlanes::new(width.into(), height.into(), Chroma::Full);
            for rect in Damage::all(size).tiles() {
                convert(&mut planes.band_mut(), &picture, rect).expect("fits");
            }
            for (index, pixel) in picture.pixels().chunks_exact(BYTES_PER_PIXEL).enumerate() {
                let (x, y) = (index % usize::from(width), index / usize::from(width));
                let [b, g, r] = [0, 1, 2].map(|channel| f32::from(pixel[channel]));
                let luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
                let wanted = [luma, 128.0 + (b - luma) / 1.8556, 128.0 + (r - luma) / 1.5748];
                for (plane, wanted) in planes.planes.iter().zip(wanted) {
                    let sample = f32::from(plane.row(x, y, 1)[0]);
                    assert!((sample - wanted).abs() <= 1.5, "{sample} for {wanted} at {x}, {y} of {size:?}");
                }
            }
        }
    }

    #[test]
    fn the_padding_repeats_the_edge() {
        for chroma in [Chroma::Full, Chroma::Half] {
            let size = Size::new(71, 67).expect("a size");
            let picture = noise(size);
            let mut planes = PicturePlanes::new(71, 67, chroma);
            for rect in Damage::all(size).tiles() {
                convert(&mut planes.band_mut(), &picture, rect).expect("fits");
            }
            for plane in &planes.planes {
                let shift = usize::from(plane.stride() == 64);
                let (right, bottom) = (71usize.div_ceil(1 << shift), 67usize.div_ceil(1 << shift));
                for y in 0..plane.rows() {
                    for x in 0..plane.stride() {
                        let edge = plane.row(x.min(right - 1), y.min(bottom - 1), 1)[0];
                        assert_eq!(plane.row(x, y, 1)[0], edge, "at {x}, {y}");
                    }
                }
            }
        }
    }
}
