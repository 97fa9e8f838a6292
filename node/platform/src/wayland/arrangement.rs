//! Where the screens that the user has chosen are on one desktop of pixels, out of what the portal says of
//! them in the desktop's own units.
//!
//! Pure geometry: it knows no picture, and who may see which screen is decided elsewhere. Where scales differ
//! the sharpest one counts for all places, and each screen has its own pixels there; what is between them is
//! black.

use beistand_codec::Size;

use crate::layout::DesktopArea;

/// What is known of a screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ScreenPlace {
    /// By which the user and the helper know it.
    pub(super) name: String,
    /// Its top left corner in the desktop's units.
    pub(super) at: (i32, i32),
    /// Width and height in those; `None`: pixels.
    pub(super) logical: Option<(i32, i32)>,
}

impl ScreenPlace {
    /// Pixels of one of the desktop's units, for a screen of this size.
    fn scale(&self, size: Size) -> f64 {
        let side = |pixels: u16, units: i32| f64::from(pixels) / f64::from(units.max(1));
        let (wide, high) = self.logical.unwrap_or((size.width().into(), size.height().into()));
        side(size.width(), wide).max(side(size.height(), high))
    }

    /// Where a pixel is in the desktop's units, from the screen's own corner. `first` is the size that it had
    /// when those were said: with another resolution the scale is taken to be the same.
    pub(super) fn units(&self, (x, y): (u16, u16), first: Size) -> (f64, f64) {
        let (wide, high) = self.logical.unwrap_or((first.width().into(), first.height().into()));
        let side = |at: u16, of: u16, units: i32| f64::from(at) * f64::from(units) / f64::from(of);
        (side(x, first.width(), wide), side(y, first.height(), high))
    }
}

/// The pixels of each screen, which had the first size when its place was said, and has the second one now.
/// `None`: it is farther away than any desktop is wide.
pub(super) fn arrange(screens: &[(&ScreenPlace, Size, Size)]) -> Vec<Option<DesktopArea>> {
    let scale = screens.iter().map(|(place, first, _)| place.scale(*first)).fold(0.0, f64::max);
    let origin = |side: fn(&ScreenPlace) -> i32| screens.iter().map(|(place, ..)| side(place)).min();
    let (left, top) = (origin(|place| place.at.0).unwrap_or(0), origin(|place| place.at.1).unwrap_or(0));
    // A place that is whole but for the rounding is that one.
    let pixels = |at: i32, from: i32| (f64::from(at) - f64::from(from)) * scale + 1e-6;
    let side = |at: i32, from: i32| {
        let at = pixels(at, from);
        (at < f64::from(u16::MAX)).then_some(at as u16)
    };
    let area = |place: &ScreenPlace, now: Size| {
        DesktopArea::new(side(place.at.0, left)?, side(place.at.1, top)?, now.width(), now.height())
    };
    screens.iter().map(|(place, _, now)| area(place, *now)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(at: (i32, i32), logical: Option<(i32, i32)>) -> ScreenPlace {
        ScreenPlace { name: String::new(), at, logical }
    }

    fn size(width: u16, height: u16) -> Size {
        Size::new(width, height).expect("not empty")
    }

    fn area(x: u16, y: u16, width: u16, height: u16) -> Option<DesktopArea> {
        DesktopArea::new(x, y, width, height)
    }

    #[test]
    fn screens_of_one_scale_lie_side_by_side_wherever_the_desktop_begins() {
        let (full, small) = (size(1920, 1080), size(1280, 1024));
        let left = place((-1920, 56), Some((1920, 1080)));
        let right = place((0, 0), Some((1280, 1024)));
        let areas = arrange(&[(&left, full, full), (&right, small, small)]);
        assert_eq!(areas, [area(0, 56, 1920, 1080), area(1920, 0, 1280, 1024)]);
        let alone = place((700, 300), None);
        assert_eq!(arrange(&[(&alone, full, full)]), [area(0, 0, 1920, 1080)]);
        assert_eq!(arrange(&[]), []);
    }

    #[test]
    fn with_a_scale_of_its_own_no_screen_covers_another() {
        let (sharp, plain) = (size(3840, 2160), size(1920, 1080));
        let left = place((0, 0), Some((1920, 1080)));
        let right = place((1920, 0), Some((1920, 1080)));
        let areas = arrange(&[(&left, sharp, sharp), (&right, plain, plain)]);
        assert_eq!(areas, [area(0, 0, 3840, 2160), area(3840, 0, 1920, 1080)]);
        // 150 percent, of which the units are rounded.
        let (half, left) = (size(2560, 1440), place((0, 0), Some((1707, 960))));
        let right = place((1707, 0), Some((1707, 960)));
        let areas = arrange(&[(&left, half, half), (&right, half, half)]);
        assert_eq!(areas, [area(0, 0, 2560, 1440), area(2560, 0, 2560, 1440)]);
    }

    #[test]
    fn a_screen_beyond_all_desktops_is_none() {
        let (one, far) = (place((0, 0), None), place((i32::MAX, 0), None));
        let small = size(10, 10);
        assert_eq!(arrange(&[(&one, small, small), (&far, small, small)]), [area(0, 0, 10, 10), None]);
        let empty = place((i32::MIN, 0), Some((0, -5)));
        assert_eq!(arrange(&[(&one, small, small), (&empty, small, small)])[0], None);
    }

    #[test]
    fn a_pixel_is_one_of_the_desktops_units() {
        let scaled = place((1920, 0), Some((960, 540)));
        assert_eq!(scaled.units((1000, 1000), size(1920, 1080)), (500.0, 500.0));
        assert_eq!(place((0, 0), None).units((7, 9), size(1920, 1080)), (7.0, 9.0));
    }
}
