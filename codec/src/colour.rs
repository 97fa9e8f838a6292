//! Between the screen's B G R X and AV1's planes: BT.709 matrix, full range, 4:4:4.
//!
//! Full range 4:4:4 loses nothing but rounding (over 50 dB in RGB). The identity matrix would lose nothing, but
//! text and user interfaces are mostly grey, which costs one plane here and three there. The sequence header says
//! what is used, so any player shows the right colours.

use yuv::{
    BufferStoreMut, YuvConversionMode, YuvError, YuvPlanarImage, YuvPlanarImageMut, YuvRange,
    YuvStandardMatrix, bgra_to_yuv444, yuv444_to_bgra,
};

use crate::{BYTES_PER_PIXEL, Frame, Rect};

/// One plane to be written: its samples and the distance between rows.
pub(crate) struct PlaneMut<'a> {
    pub(crate) samples: &'a mut [u8],
    pub(crate) stride: usize,
}

/// One plane to be read.
pub(crate) struct PlaneRef<'a> {
    pub(crate) samples: &'a [u8],
    pub(crate) stride: usize,
}

/// Writes `rect` of `picture` into the planes Y, U, V, from their first sample on.
///
/// # Errors
/// Where a plane is smaller than `rect`.
pub(crate) fn to_planes(picture: &Frame, rect: Rect, [y, u, v]: [PlaneMut<'_>; 3]) -> Result<(), YuvError> {
    let start = rect.y() as usize * picture.stride() + rect.x() as usize * BYTES_PER_PIXEL;
    let mut planes = YuvPlanarImageMut {
        y_plane: BufferStoreMut::Borrowed(y.samples),
        y_stride: y.stride as u32,
        u_plane: BufferStoreMut::Borrowed(u.samples),
        u_stride: u.stride as u32,
        v_plane: BufferStoreMut::Borrowed(v.samples),
        v_stride: v.stride as u32,
        width: rect.width().into(),
        height: rect.height().into(),
    };
    bgra_to_yuv444(
        &mut planes,
        &picture.pixels()[start..],
        picture.stride() as u32,
        YuvRange::Full,
        YuvStandardMatrix::Bt709,
        YuvConversionMode::Balanced,
    )
}

/// Writes the planes Y, U, V into `rect` of `picture`. `picture` is untouched on error.
///
/// # Errors
/// Where a plane is smaller than `rect`.
pub(crate) fn from_planes(
    [y, u, v]: [PlaneRef<'_>; 3],
    picture: &mut Frame,
    rect: Rect,
) -> Result<(), YuvError> {
    let stride = picture.stride();
    let start = rect.y() as usize * stride + rect.x() as usize * BYTES_PER_PIXEL;
    let planes = YuvPlanarImage {
        y_plane: y.samples,
        y_stride: y.stride as u32,
        u_plane: u.samples,
        u_stride: u.stride as u32,
        v_plane: v.samples,
        v_stride: v.stride as u32,
        width: rect.width().into(),
        height: rect.height().into(),
    };
    let pixels = &mut picture.pixels_mut()[start..];
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
        from_planes(planes.each_ref().map(|samples| PlaneRef { samples, stride }), &mut back, rect)
            .expect("fits");
        back
    }

    /// Every combination of 64 levels a channel, as a picture of 512x512.
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
}
