//! Which part of the desktop is in the picture, and which pixel of the one is which of the other.
//!
//! Pure geometry: it asks no server which monitors there are, and captures nothing. The desktop may be larger
//! than any picture; it is then shown smaller, by a whole number.

mod area;
mod choice;

use beistand_codec::{MAX_SCREEN_PX, Rect, Size};

pub use area::DesktopArea;
pub use choice::{DesktopMonitor, MAX_MONITOR_NAME_BYTES, MAX_MONITORS, MonitorChoice, SharedMonitors};

/// The picture's place on the desktop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScreenLayout {
    monitors: Vec<DesktopMonitor>,
    shared: SharedMonitors,
    /// Where the user hides something.
    hidden: Vec<DesktopArea>,
    /// What all of the picture shows.
    whole: DesktopArea,
    /// What of it is shown; the rest is black. They don't overlap.
    parts: Vec<DesktopArea>,
    /// How many pixels of the desktop, across and down, are one of the picture.
    shrink: u16,
    size: Size,
}

impl ScreenLayout {
    /// What is in the picture of a desktop of this size with these monitors.
    pub fn new(desktop: DesktopArea, monitors: Vec<DesktopMonitor>, choice: &MonitorChoice) -> Self {
        let on_desktop = |monitor: DesktopMonitor| {
            Some(DesktopMonitor { area: monitor.area.intersection(desktop)?, ..monitor })
        };
        let monitors: Vec<_> = monitors.into_iter().filter_map(on_desktop).take(MAX_MONITORS).collect();
        let shared = || monitors.iter().filter(|monitor| choice.shared.contains(&monitor.name));
        let wanted = shared().find(|monitor| Some(&monitor.name) == choice.wanted.as_ref());
        let areas: Vec<DesktopArea> = match (wanted, &choice.shared) {
            (Some(monitor), _) => vec![monitor.area],
            (None, SharedMonitors::All) => vec![desktop],
            (None, SharedMonitors::Only(_)) => shared().map(|monitor| monitor.area).collect(),
        };
        let hidden = monitors.iter().filter(|monitor| choice.hidden.contains(&monitor.name));
        let hidden: Vec<DesktopArea> = hidden.map(|monitor| monitor.area).collect();
        let whole = areas.iter().copied().reduce(DesktopArea::union).unwrap_or(desktop);
        let (shrink, size) = to_fit(whole);
        Self {
            whole,
            parts: without(apart(areas), &hidden),
            shrink,
            size,
            shared: choice.shared.clone(),
            hidden,
            monitors,
        }
    }

    /// The same before anything is captured: the desktop is what the monitors cover, as far as they are
    /// known.
    pub fn uncaptured(monitors: Vec<DesktopMonitor>, choice: &MonitorChoice) -> Self {
        let areas = monitors.iter().map(|monitor| monitor.area);
        let desktop = areas.reduce(DesktopArea::union).unwrap_or(DesktopArea::SMALLEST);
        Self::new(desktop, monitors, choice)
    }

    /// The picture's size.
    pub fn size(&self) -> Size {
        self.size
    }

    /// How many pixels of the desktop, across and down, are one of the picture.
    pub fn shrink(&self) -> u16 {
        self.shrink
    }

    /// The rectangle of the desktop that the picture covers.
    pub fn whole(&self) -> DesktopArea {
        self.whole
    }

    /// All monitors of the desktop, and whether the user shares them.
    pub fn monitors(&self) -> impl Iterator<Item = (&DesktopMonitor, bool)> {
        self.monitors.iter().map(|monitor| (monitor, self.shared.contains(&monitor.name)))
    }

    /// Whether the user shares what is there on the desktop, also where the helper looks at something else.
    pub fn is_shared(&self, position: (u16, u16)) -> bool {
        let is_there = |monitor: &DesktopMonitor| monitor.area.contains(position);
        let shared = match &self.shared {
            SharedMonitors::All => true,
            SharedMonitors::Only(_) => self.monitors().any(|(monitor, shared)| shared && is_there(monitor)),
        };
        shared && !self.hidden.iter().any(|area| area.contains(position))
    }

    /// Where on the desktop something is that the user doesn't share.
    pub fn unshared(&self) -> Vec<DesktopArea> {
        let (shared, kept): (Vec<_>, Vec<_>) = self.monitors().partition(|(_, shared)| *shared);
        let shared: Vec<_> = shared.into_iter().map(|(monitor, _)| monitor.area).collect();
        let kept = kept.into_iter().map(|(monitor, _)| monitor.area).collect();
        without(kept, &shared).into_iter().chain(self.hidden.iter().copied()).collect()
    }

    /// Whether the monitor is wholly in the picture.
    pub fn shows(&self, monitor: &DesktopMonitor) -> bool {
        let hidden = self.parts.iter().fold(vec![monitor.area], |left, part| {
            left.into_iter().flat_map(|area| area.without(*part)).collect()
        });
        hidden.is_empty()
    }

    /// Whether all of the desktop that the picture covers is in it, at its full size.
    pub fn is_plain(&self) -> bool {
        self.shrink == 1 && self.parts == [self.whole]
    }

    /// Whether the same is in the picture at the same place.
    pub fn looks_like(&self, other: &Self) -> bool {
        (self.whole, &self.parts, self.shrink) == (other.whole, &other.parts, other.shrink)
    }

    /// Where in the picture something is that is there on the desktop.
    pub fn in_picture(&self, area: DesktopArea) -> Vec<Rect> {
        let seen = self.parts.iter().filter_map(|part| part.intersection(area));
        seen.filter_map(|area| self.rect(area)).collect()
    }

    /// What of the desktop is in this part of the picture, and where exactly each piece is.
    pub fn sources(&self, rect: Rect) -> Vec<(DesktopArea, Rect)> {
        let side = |from: u16, at: u16, end: u16| {
            let at = u32::from(from) + u32::from(at) * u32::from(self.shrink);
            u16::try_from(at).unwrap_or(u16::MAX).min(end)
        };
        let (right, bottom) = (self.whole.right(), self.whole.bottom());
        let area = DesktopArea::of_edges([
            side(self.whole.x(), rect.x(), right),
            side(self.whole.y(), rect.y(), bottom),
            side(self.whole.x(), rect.right(), right),
            side(self.whole.y(), rect.bottom(), bottom),
        ]);
        let pieces = self.parts.iter().filter_map(|part| part.intersection(area?));
        pieces.filter_map(|piece| Some((piece, self.rect(piece)?))).collect()
    }

    /// Where in the picture a pixel of the desktop is; `None` where it isn't shown.
    pub fn picture_position(&self, position: (u16, u16)) -> Option<(u16, u16)> {
        let shown = self.parts.iter().any(|part| part.contains(position));
        let (x, y) = (position.0.checked_sub(self.whole.x())?, position.1.checked_sub(self.whole.y())?);
        shown.then_some((x / self.shrink, y / self.shrink))
    }

    /// Which pixel of the desktop a pixel of the picture stands for: the nearest that is shown. `None` where
    /// nothing is.
    pub fn desktop_position(&self, (x, y): (u16, u16)) -> Option<(u16, u16)> {
        let side = |from: u16, at: u16| {
            let middle =
                u32::from(from) + u32::from(at) * u32::from(self.shrink) + u32::from(self.shrink / 2);
            u16::try_from(middle).unwrap_or(u16::MAX)
        };
        let position = (side(self.whole.x(), x), side(self.whole.y(), y));
        let away = |at: &(u16, u16)| {
            let (right, down) = (at.0.abs_diff(position.0), at.1.abs_diff(position.1));
            u64::from(right).pow(2) + u64::from(down).pow(2)
        };
        self.parts.iter().map(|part| part.nearest(position)).min_by_key(away)
    }

    /// The picture's pixels in which something of this area is, which lies in `whole`.
    fn rect(&self, area: DesktopArea) -> Option<Rect> {
        let first = |at: u16, from: u16| (at - from) / self.shrink;
        let end = |at: u16, from: u16| (at - from).div_ceil(self.shrink);
        let (left, top) = (first(area.x(), self.whole.x()), first(area.y(), self.whole.y()));
        let (right, bottom) = (end(area.right(), self.whole.x()), end(area.bottom(), self.whole.y()));
        Rect::new(left, top, right - left, bottom - top)
    }
}

/// The areas without what lies in one of `hidden`.
fn without(areas: Vec<DesktopArea>, hidden: &[DesktopArea]) -> Vec<DesktopArea> {
    hidden
        .iter()
        .fold(areas, |left, hidden| left.into_iter().flat_map(|area| area.without(*hidden)).collect())
}

/// The same areas without what lies in two of them.
fn apart(areas: Vec<DesktopArea>) -> Vec<DesktopArea> {
    let mut parts: Vec<DesktopArea> = Vec::new();
    for area in areas {
        let rest = parts
            .iter()
            .fold(vec![area], |left, part| left.into_iter().flat_map(|area| area.without(*part)).collect());
        parts.extend(rest);
    }
    parts
}

/// The least number by which an area must be made smaller to be a picture, and its size then.
fn to_fit(area: DesktopArea) -> (u16, Size) {
    let size = |shrink: u16| {
        let size = Size::new(area.width().div_ceil(shrink), area.height().div_ceil(shrink));
        size.filter(|size| size.area() <= MAX_SCREEN_PX).map(|size| (shrink, size))
    };
    (1..=u16::MAX).find_map(size).expect("the largest area is a picture at a twelfth of its size")
}

#[cfg(test)]
mod tests;
