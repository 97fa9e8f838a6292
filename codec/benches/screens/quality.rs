//! What is coded, in the forms that encoders want, and how close to it comes what is seen.
//!
//! Full range BT.709 as everywhere in the project. "Equal" is counted twice: in the planes, which is what an
//! encoder can keep exactly, and in the pixels, where the rounding of colours adds its share.

use beistand_codec::{BYTES_PER_PIXEL, Frame, Size};
use yuv::{
    BufferStoreMut, YuvConversionMode, YuvPlanarImage, YuvPlanarImageMut, YuvRange, YuvStandardMatrix,
    bgra_to_yuv444, yuv444_to_bgra,
};

/// Planes Y, U, V without padding.
pub(crate) type Planes = [Vec<u8>; 3];

/// A picture to be coded.
pub(crate) struct Source {
    pub(crate) picture: Frame,
    pub(crate) yuv444: Planes,
    #[cfg_attr(not(feature = "libaom"), allow(dead_code, reason = "only libaom is given 4:2:0"))]
    pub(crate) yuv420: Planes,
}

impl Source {
    pub(crate) fn new(picture: &Frame) -> Self {
        let size = picture.size();
        let yuv444 = to_planes(picture);
        let [y, u, v] = &yuv444;
        let yuv420 = [y.clone(), halved(u, size), halved(v, size)];
        Self { picture: picture.clone(), yuv444, yuv420 }
    }
}

/// How close one picture came to its source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Closeness {
    /// Mean squared error of luma.
    pub(crate) luma_error: f64,
    /// The same of the squares of 8x8 that are not exact alone; none where all are.
    pub(crate) inexact_luma_error: Option<f64>,
    /// Mean squared error over red, green and blue.
    pub(crate) rgb_error: f64,
    /// Share of pixels with equal red, green and blue, 0 to 1.
    pub(crate) pixels_equal: f64,
    /// Share of equal samples of Y, U and V, 0 to 1.
    pub(crate) samples_equal: f64,
}

/// The ratio of the highest possible signal to an error in dB; infinite for none.
pub(crate) fn psnr(mean_squared_error: f64) -> f64 {
    10.0 * (255.0 * 255.0 / mean_squared_error).log10()
}

/// Compares what a decoder shows, as planes in 4:4:4, with its source.
pub(crate) fn compare(source: &Source, seen: &Planes) -> Closeness {
    let shown = to_pixels(seen, source.picture.size());
    let (mut rgb_error, mut equal) = (0, 0);
    let pixels = source.picture.pixels().chunks_exact(BYTES_PER_PIXEL);
    for (a, b) in pixels.zip(shown.chunks_exact(BYTES_PER_PIXEL)) {
        rgb_error += squared(&a[..3], &b[..3]);
        equal += usize::from(a[..3] == b[..3]);
    }
    let count = source.picture.size().area() as f64;
    let same = |plane: usize| source.yuv444[plane].iter().zip(&seen[plane]).filter(|(a, b)| a == b).count();
    Closeness {
        luma_error: squared(&source.yuv444[0], &seen[0]) as f64 / count,
        inexact_luma_error: inexact_error(&source.yuv444[0], &seen[0], source.picture.size()),
        rgb_error: rgb_error as f64 / (3.0 * count),
        pixels_equal: equal as f64 / count,
        samples_equal: (0..3).map(same).sum::<usize>() as f64 / (3.0 * count),
    }
}

fn inexact_error(a: &[u8], b: &[u8], size: Size) -> Option<f64> {
    const SIDE: usize = 8;
    let width = usize::from(size.width());
    let (mut error, mut count) = (0, 0);
    for (a, b) in a.chunks(SIDE * width).zip(b.chunks(SIDE * width)) {
        for left in (0..width).step_by(SIDE) {
            let side = SIDE.min(width - left);
            let row = |row: usize| row * width + left..row * width + left + side;
            let of_cell: u64 = (0..a.len() / width).map(|y| squared(&a[row(y)], &b[row(y)])).sum();
            if of_cell > 0 {
                error += of_cell;
                count += side * (a.len() / width);
            }
        }
    }
    (count > 0).then(|| error as f64 / count as f64)
}

fn squared(a: &[u8], b: &[u8]) -> u64 {
    a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum()
}

fn to_planes(picture: &Frame) -> Planes {
    let mut planes = [0, 1, 2].map(|_| vec![0; picture.size().area()]);
    convert(picture, &mut planes);
    planes
}

/// Writes a picture's colours into planes of its size, on one thread.
pub(crate) fn convert(picture: &Frame, [y, u, v]: &mut Planes) {
    let size = picture.size();
    let (width, height) = (u32::from(size.width()), u32::from(size.height()));
    let mut image = YuvPlanarImageMut {
        y_plane: BufferStoreMut::Borrowed(y),
        y_stride: width,
        u_plane: BufferStoreMut::Borrowed(u),
        u_stride: width,
        v_plane: BufferStoreMut::Borrowed(v),
        v_stride: width,
        width,
        height,
    };
    let (range, matrix) = (YuvRange::Full, YuvStandardMatrix::Bt709);
    let stride = picture.stride() as u32;
    bgra_to_yuv444(&mut image, picture.pixels(), stride, range, matrix, YuvConversionMode::Balanced)
        .expect("planes of the picture's size");
}

fn to_pixels([y, u, v]: &Planes, size: Size) -> Vec<u8> {
    let (width, height) = (u32::from(size.width()), u32::from(size.height()));
    let image = YuvPlanarImage {
        y_plane: y,
        y_stride: width,
        u_plane: u,
        u_stride: width,
        v_plane: v,
        v_stride: width,
        width,
        height,
    };
    let mut pixels = vec![0; size.area() * BYTES_PER_PIXEL];
    yuv444_to_bgra(&image, &mut pixels, width * 4, YuvRange::Full, YuvStandardMatrix::Bt709)
        .expect("pixels of the planes' size");
    pixels
}

/// Each sample the mean of two by two; at an odd edge the last counts twice.
fn halved(plane: &[u8], size: Size) -> Vec<u8> {
    let (width, height) = (usize::from(size.width()), usize::from(size.height()));
    let at = |x: usize, y: usize| u32::from(plane[y.min(height - 1) * width + x.min(width - 1)]);
    let mean =
        |x: usize, y: usize| ((at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1) + 2) / 4) as u8;
    (0..height).step_by(2).flat_map(|y| (0..width).step_by(2).map(move |x| mean(x, y))).collect()
}
