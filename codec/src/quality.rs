//! How close one picture is to another.
//!
//! It compares what the eye is shown (red, green, blue), not what was coded.

use crate::{BYTES_PER_PIXEL, Frame};

/// The peak signal-to-noise ratio over red, green and blue in dB; infinite where the pictures are equal. The
/// ignored fourth byte of a pixel doesn't count.
///
/// # Panics
/// Where the pictures differ in size.
pub fn psnr_rgb(a: &Frame, b: &Frame) -> f64 {
    assert_eq!(a.size(), b.size(), "pictures of one size");
    let error: u64 = a
        .pixels()
        .chunks_exact(BYTES_PER_PIXEL)
        .zip(b.pixels().chunks_exact(BYTES_PER_PIXEL))
        .map(|(a, b)| (0..3).map(|channel| u64::from(a[channel].abs_diff(b[channel])).pow(2)).sum::<u64>())
        .sum();
    if error == 0 {
        return f64::INFINITY;
    }
    let mean = error as f64 / (a.size().area() * 3) as f64;
    10.0 * (255.0 * 255.0 / mean).log10()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Size;

    #[test]
    fn equal_is_infinite_and_black_on_white_is_zero() {
        let size = Size::new(3, 2).expect("valid");
        let black = Frame::new(size);
        let white = Frame::from_pixels(size, vec![255; 24]).expect("fits");
        assert!(psnr_rgb(&black, &black).is_infinite());
        assert_eq!(psnr_rgb(&black, &white), 0.0);
    }

    #[test]
    fn the_fourth_byte_is_ignored() {
        let size = Size::new(1, 1).expect("valid");
        let a = Frame::from_pixels(size, vec![1, 2, 3, 0]).expect("fits");
        let b = Frame::from_pixels(size, vec![1, 2, 3, 255]).expect("fits");
        assert!(psnr_rgb(&a, &b).is_infinite());
    }
}
