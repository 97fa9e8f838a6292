//! Which rows of a screen a picture has changed, so that only those are drawn.

use crate::{Plane, Rect, Size};

/// Bands that a screen is cut into: their bits are 32 bytes.
const BANDS: usize = 256;

/// A screen's rows in 256 bands of one height, each changed or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangedBands {
    height: u16,
    bits: [u8; BANDS / 8],
}

impl ChangedBands {
    /// Bytes of [`Self::to_bytes`].
    pub const BYTES: usize = BANDS / 8;

    /// Nothing of a screen of this size.
    pub fn none(size: Size) -> Self {
        Self { height: size.height(), bits: [0; BANDS / 8] }
    }

    /// What [`Self::to_bytes`] said of a screen of this size.
    pub fn from_bytes(size: Size, bits: [u8; Self::BYTES]) -> Self {
        Self { height: size.height(), bits }
    }

    /// A bit for each band, from the first band's lowest on.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        self.bits
    }

    /// The row `y` has changed.
    pub fn add_row(&mut self, y: u16) {
        let band = usize::from(y / self.band_rows());
        self.bits[band / 8] |= 1 << (band % 8);
    }

    /// All rows of `rect` have changed.
    pub fn add_all(&mut self, rect: Rect) {
        (rect.y()..rect.bottom()).for_each(|y| self.add_row(y));
    }

    /// The rows of `rect` have changed in which it shows something else `now` than `before`; both are planes
    /// of its size.
    pub fn add_differences(&mut self, rect: Rect, before: [Plane<'_>; 3], now: [Plane<'_>; 3]) {
        let width = rect.width().into();
        // Plane after plane: where one has changed, nobody has to look at the others.
        for (before, now) in before.into_iter().zip(now) {
            for (index, y) in (rect.y()..rect.bottom()).enumerate() {
                // One row is as good as all of its band.
                if !self.has(y) && before.row(index, width) != now.row(index, width) {
                    self.add_row(y);
                }
            }
        }
    }

    /// The parts of `rect` that have changed, from the top: each is as wide as that.
    pub fn parts(self, rect: Rect) -> impl Iterator<Item = Rect> {
        let rows = self.band_rows();
        let (mut y, end) = (rect.y(), rect.y() + rect.height());
        std::iter::from_fn(move || {
            while y < end {
                let (top, changed) = (y, self.has(y));
                while y < end && self.has(y) == changed {
                    y = (y / rows + 1).saturating_mul(rows).min(end);
                }
                if changed {
                    return Rect::new(rect.x(), top, rect.width(), y - top);
                }
            }
            None
        })
    }

    fn has(self, y: u16) -> bool {
        let band = usize::from(y / self.band_rows());
        self.bits[band / 8] & (1 << (band % 8)) != 0
    }

    fn band_rows(self) -> u16 {
        self.height.div_ceil(BANDS as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_changed_row_is_in_one_part_and_no_part_is_far_from_one(
            height in 1_u16..8192, rows in proptest::collection::vec(any::<u16>(), 0..20),
            top in any::<u16>(), tall in any::<u16>(),
        ) {
            let size = Size::new(3, height).unwrap();
            let top = top % height;
            let rect = Rect::new(1, top, 2, 1 + tall % (height - top)).unwrap();
            let rows: Vec<u16> = rows.into_iter().map(|row| row % height).collect();
            let mut bands = ChangedBands::none(size);
            rows.iter().for_each(|row| bands.add_row(*row));
            let parts: Vec<Rect> = ChangedBands::from_bytes(size, bands.to_bytes()).parts(rect).collect();
            for y in rect.y()..rect.y() + rect.height() {
                let count = parts.iter().filter(|part| (part.y()..part.y() + part.height()).contains(&y)).count();
                let near = rows.iter().any(|row| row / bands.band_rows() == y / bands.band_rows());
                prop_assert_eq!(count, usize::from(near));
            }
            prop_assert!(parts.iter().all(|part| part.x() == 1 && part.width() == 2));
        }
    }

    #[test]
    fn rows_that_differ_in_any_plane_have_changed() {
        let (size, rect) = (Size::new(9, 20).unwrap(), Rect::new(2, 3, 5, 10).unwrap());
        fn planes(samples: &[Vec<u8>; 3]) -> [Plane<'_>; 3] {
            samples.each_ref().map(|samples| Plane { samples, stride: 7 })
        }
        let before = [0, 1, 2].map(|level| vec![level; 7 * 10]);
        for plane in 0..3 {
            for (at, changed) in [(0, Some(3)), (4, Some(3)), (5, None), (9 * 7 + 4, Some(12))] {
                let mut now = before.clone();
                now[plane][at] = 9;
                let mut bands = ChangedBands::none(size);
                bands.add_differences(rect, planes(&before), planes(&now));
                let mut expected = ChangedBands::none(size);
                changed.into_iter().for_each(|y| expected.add_row(y));
                assert_eq!(bands, expected, "plane {plane}, sample {at}");
            }
        }
    }
}
