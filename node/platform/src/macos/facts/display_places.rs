//! Where the displays are: macOS counts in points, of which a sharp display has four pixels each.
//!
//! The desktop of this crate is counted in the pixels of the sharpest display. What a display with fewer
//! shows is drawn larger on it, so that a place on the desktop is one point of macOS's wherever it is.

use crate::{DesktopArea, DesktopMonitor};

/// A display, as macOS counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MacDisplay {
    /// Its number, which it keeps while this program runs.
    pub(crate) id: u32,
    /// Its top left corner, in points from that of the first display.
    pub(crate) left: f64,
    pub(crate) top: f64,
    /// Its size in points.
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// Pixels per point.
    pub(crate) scale: f64,
}

/// All displays that are on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MacDisplays {
    displays: Vec<MacDisplay>,
    left: f64,
    top: f64,
    scale: f64,
}

impl MacDisplays {
    pub(crate) fn new(displays: Vec<MacDisplay>) -> Self {
        let least = |side: fn(&MacDisplay) -> f64| displays.iter().map(side).fold(f64::INFINITY, f64::min);
        let (left, top) = (least(|display| display.left), least(|display| display.top));
        let scale = displays.iter().map(|display| display.scale).fold(1.0, f64::max);
        Self { displays, left, top, scale }
    }

    /// The desktop's pixels per point.
    pub(crate) fn scale(&self) -> f64 {
        self.scale
    }

    /// Each display and its place on the desktop.
    pub(crate) fn places(&self) -> impl Iterator<Item = (&MacDisplay, DesktopArea)> {
        self.displays.iter().filter_map(|display| Some((display, self.place(display)?)))
    }

    /// The rectangle around all of them; `None` where there is none.
    pub(crate) fn area(&self) -> Option<DesktopArea> {
        let right = self.places().map(|(_, place)| place.right()).max()?;
        let bottom = self.places().map(|(_, place)| place.bottom()).max()?;
        DesktopArea::new(0, 0, right, bottom)
    }

    /// The displays as areas of the desktop.
    pub(crate) fn named(&self) -> Vec<DesktopMonitor> {
        let named = |(display, area): (&MacDisplay, DesktopArea)| DesktopMonitor {
            name: format!("Display-{}", display.id),
            area,
        };
        self.places().map(named).collect()
    }

    /// The point in the middle of this pixel of the desktop; `None` where no display shows it.
    pub(crate) fn point(&self, x: u16, y: u16) -> Option<(f64, f64)> {
        let at = |from: f64, px: u16| from + (f64::from(px) + 0.5) / self.scale;
        let (x, y) = (at(self.left, x), at(self.top, y));
        self.displays.iter().any(|display| display.contains(x, y)).then_some((x, y))
    }

    /// Which pixel of the desktop has this point.
    pub(crate) fn position(&self, x: f64, y: f64) -> Option<(u16, u16)> {
        Some((pixel((x - self.left) * self.scale)?, pixel((y - self.top) * self.scale)?))
    }

    fn place(&self, display: &MacDisplay) -> Option<DesktopArea> {
        let px = |points: f64| pixel((points * self.scale).round());
        let (x, y) = (px(display.left - self.left)?, px(display.top - self.top)?);
        DesktopArea::new(x, y, px(display.width)?, px(display.height)?)
    }
}

impl MacDisplay {
    fn contains(&self, x: f64, y: f64) -> bool {
        (self.left..self.left + self.width).contains(&x) && (self.top..self.top + self.height).contains(&y)
    }
}

/// The pixel that a distance ends in.
fn pixel(distance: f64) -> Option<u16> {
    let distance = distance.floor();
    (0.0..=f64::from(u16::MAX)).contains(&distance).then_some(distance as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sharp display, and one that isn't to the left of it and a little higher.
    fn two() -> MacDisplays {
        MacDisplays::new(vec![
            MacDisplay { id: 1, left: 0.0, top: 0.0, width: 1440.0, height: 900.0, scale: 2.0 },
            MacDisplay { id: 7, left: -1920.0, top: -100.0, width: 1920.0, height: 1080.0, scale: 1.0 },
        ])
    }

    #[test]
    fn displays_of_two_scales_lie_on_one_desktop_without_a_gap() {
        let area = |x, y, width, height| DesktopArea::new(x, y, width, height).expect("valid");
        let named = two().named();
        assert_eq!((&named[0].name[..], named[0].area), ("Display-1", area(3840, 200, 2880, 1800)));
        assert_eq!((&named[1].name[..], named[1].area), ("Display-7", area(0, 0, 3840, 2160)));
        assert_eq!(two().area(), Some(area(0, 0, 6720, 2160)));
        assert!((two().scale() - 2.0).abs() < f64::EPSILON);
        assert_eq!(MacDisplays::new(Vec::new()).area(), None);
    }

    #[test]
    fn a_pixel_is_pressed_where_it_is_seen() {
        let displays = two();
        for at in [(0, 0), (3839, 2159), (3840, 200), (6719, 1999)] {
            let (x, y) = displays.point(at.0, at.1).expect("on a display");
            assert_eq!(displays.position(x, y), Some(at));
        }
        assert_eq!(displays.point(4000, 100), None, "above the lower display");
        assert_eq!(displays.point(6720, 500), None);
        assert_eq!(displays.position(-1921.0, 0.0), None);
    }
}
