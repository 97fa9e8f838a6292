//! Which part of the desktop is in the picture, and which pixel of the one is which of the other.
//!
//! Pure geometry: it asks no server which monitors there are, and captures nothing. The desktop may be larger
//! than any picture; it is then shown smaller, by a whole number.

use std::collections::BTreeSet;

use beistand_codec::{MAX_SCREEN_PX, Rect, Size};

/// Most monitors that are told apart: a wall of four by four. Any program of the desktop can make some up.
pub const MAX_MONITORS: usize = 16;

/// Longest name of a monitor, in bytes: RandR's have about ten.
pub const MAX_MONITOR_NAME_BYTES: usize = 64;

/// A rectangle of the desktop, in pixels from its top left corner; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DesktopArea {
    x: u16,
    y: u16,
    width: u16,
    height: u16,
}

/// A monitor of the user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesktopMonitor {
    /// What the desktop calls it.
    pub name: String,
    /// Where it is.
    pub area: DesktopArea,
}

/// What is to be in the picture.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MonitorChoice {
    /// What the user shares.
    pub shared: SharedMonitors,
    /// The one of those that the helper wants to see; all of them where it is none of them.
    pub wanted: Option<String>,
}

/// What the user shares.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SharedMonitors {
    /// The whole desktop.
    #[default]
    All,
    /// The monitors of these names, and of none of them where there is none any more.
    Only(BTreeSet<String>),
}

impl SharedMonitors {
    /// Whether the monitor of this name is shared.
    pub fn contains(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.contains(name),
        }
    }
}

/// The picture's place on the desktop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScreenLayout {
    monitors: Vec<DesktopMonitor>,
    shared: SharedMonitors,
    /// What all of the picture shows.
    whole: DesktopArea,
    /// What of it is shown; the rest is black. They don't overlap.
    parts: Vec<DesktopArea>,
    /// How many pixels of the desktop, across and down, are one of the picture.
    shrink: u16,
    size: Size,
}

impl DesktopArea {
    /// A rectangle; `None` where it is empty or ends beyond what 16 bits count.
    pub fn new(x: u16, y: u16, width: u16, height: u16) -> Option<Self> {
        let fits = x.checked_add(width).is_some() && y.checked_add(height).is_some();
        (fits && width > 0 && height > 0).then_some(Self { x, y, width, height })
    }

    fn of_edges([left, top, right, bottom]: [u16; 4]) -> Option<Self> {
        Self::new(left, top, right.checked_sub(left)?, bottom.checked_sub(top)?)
    }

    /// The left edge.
    pub const fn x(self) -> u16 {
        self.x
    }

    /// The top edge.
    pub const fn y(self) -> u16 {
        self.y
    }

    /// Pixels from left to right.
    pub const fn width(self) -> u16 {
        self.width
    }

    /// Pixels from top to bottom.
    pub const fn height(self) -> u16 {
        self.height
    }

    /// The first column right of it.
    pub const fn right(self) -> u16 {
        self.x + self.width
    }

    /// The first row below it.
    pub const fn bottom(self) -> u16 {
        self.y + self.height
    }

    /// What both have in common, if anything.
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::of_edges([
            self.x.max(other.x),
            self.y.max(other.y),
            self.right().min(other.right()),
            self.bottom().min(other.bottom()),
        ])
    }

    fn union(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let (right, bottom) = (self.right().max(other.right()), self.bottom().max(other.bottom()));
        Self { x, y, width: right - x, height: bottom - y }
    }

    /// What of this is not in `other`.
    fn without(self, other: Self) -> Vec<Self> {
        let Some(common) = self.intersection(other) else { return vec![self] };
        let (left, top, right, bottom) = (self.x, self.y, self.right(), self.bottom());
        let pieces = [
            [left, top, right, common.y],
            [left, common.bottom(), right, bottom],
            [left, common.y, common.x, common.bottom()],
            [common.right(), common.y, right, common.bottom()],
        ];
        pieces.into_iter().filter_map(Self::of_edges).collect()
    }

    /// The pixel of it that is nearest.
    fn nearest(self, (x, y): (u16, u16)) -> (u16, u16) {
        (x.clamp(self.x, self.right() - 1), y.clamp(self.y, self.bottom() - 1))
    }

    const fn contains(self, (x, y): (u16, u16)) -> bool {
        self.x <= x && x < self.right() && self.y <= y && y < self.bottom()
    }
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
        let whole = areas.iter().copied().reduce(DesktopArea::union).unwrap_or(desktop);
        let (shrink, size) = to_fit(whole);
        Self { whole, parts: apart(areas), shrink, size, shared: choice.shared.clone(), monitors }
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
            side(self.whole.x, rect.x(), right),
            side(self.whole.y, rect.y(), bottom),
            side(self.whole.x, rect.right(), right),
            side(self.whole.y, rect.bottom(), bottom),
        ]);
        let pieces = self.parts.iter().filter_map(|part| part.intersection(area?));
        pieces.filter_map(|piece| Some((piece, self.rect(piece)?))).collect()
    }

    /// Where in the picture a pixel of the desktop is; `None` where it isn't shown.
    pub fn picture_position(&self, position: (u16, u16)) -> Option<(u16, u16)> {
        let shown = self.parts.iter().any(|part| part.contains(position));
        let (x, y) = (position.0.checked_sub(self.whole.x)?, position.1.checked_sub(self.whole.y)?);
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
        let position = (side(self.whole.x, x), side(self.whole.y, y));
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
        let (left, top) = (first(area.x, self.whole.x), first(area.y, self.whole.y));
        let (right, bottom) = (end(area.right(), self.whole.x), end(area.bottom(), self.whole.y));
        Rect::new(left, top, right - left, bottom - top)
    }
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
        let size = Size::new(area.width.div_ceil(shrink), area.height.div_ceil(shrink));
        size.filter(|size| size.area() <= MAX_SCREEN_PX).map(|size| (shrink, size))
    };
    (1..=u16::MAX).find_map(size).expect("the largest area is a picture at a twelfth of its size")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(x: u16, y: u16, width: u16, height: u16) -> DesktopArea {
        DesktopArea::new(x, y, width, height).unwrap()
    }

    fn rect(x: u16, y: u16, width: u16, height: u16) -> Rect {
        Rect::new(x, y, width, height).unwrap()
    }

    fn monitor(name: &str, area: DesktopArea) -> DesktopMonitor {
        DesktopMonitor { name: name.to_owned(), area }
    }

    /// One of 1920x1080, and right of it, lower, one of 1280x1024.
    fn two() -> (DesktopArea, Vec<DesktopMonitor>) {
        let monitors =
            vec![monitor("left", area(0, 0, 1920, 1080)), monitor("right", area(1920, 200, 1280, 1024))];
        (area(0, 0, 3200, 1224), monitors)
    }

    fn choice(shared: &[&str], wanted: Option<&str>) -> MonitorChoice {
        let names = shared.iter().map(|name| (*name).to_owned()).collect();
        let shared = if shared.is_empty() { SharedMonitors::All } else { SharedMonitors::Only(names) };
        MonitorChoice { shared, wanted: wanted.map(str::to_owned) }
    }

    fn layout(shared: &[&str], wanted: Option<&str>) -> ScreenLayout {
        let (desktop, monitors) = two();
        ScreenLayout::new(desktop, monitors, &choice(shared, wanted))
    }

    #[test]
    fn without_a_choice_the_picture_is_the_desktop() {
        let layout = layout(&[], None);
        assert!(layout.is_plain());
        assert_eq!(layout.size(), Size::new(3200, 1224).unwrap());
        assert_eq!(layout.sources(layout.size().rect()), [(area(0, 0, 3200, 1224), rect(0, 0, 3200, 1224))]);
        assert_eq!(layout.desktop_position((3000, 7)), Some((3000, 7)));
        assert!(layout.monitors().all(|(monitor, shared)| shared && layout.shows(monitor)));
    }

    #[test]
    fn one_monitor_is_a_picture_of_its_size_and_positions_are_its_own() {
        let layout = layout(&[], Some("right"));
        assert!(layout.is_plain());
        assert_eq!(layout.size(), Size::new(1280, 1024).unwrap());
        assert_eq!(layout.desktop_position((0, 0)), Some((1920, 200)));
        assert_eq!(layout.desktop_position((9999, 9999)), Some((3199, 1223)));
        assert_eq!(layout.picture_position((1919, 300)), None, "the pointer is on the other one");
        assert_eq!(layout.picture_position((1921, 300)), Some((1, 100)));
        assert_eq!(layout.in_picture(area(1900, 190, 40, 20)), [rect(0, 0, 20, 10)]);
        assert_eq!(layout.in_picture(area(0, 0, 100, 100)), []);
        let shown: Vec<_> = layout.monitors().map(|(monitor, _)| layout.shows(monitor)).collect();
        assert_eq!(shown, [false, true]);
    }

    #[test]
    fn what_the_user_does_not_share_is_never_a_source_whatever_is_wanted() {
        for wanted in [None, Some("left"), Some("right"), Some("none of them")] {
            let layout = layout(&["right"], wanted);
            assert_eq!(layout.size(), Size::new(1280, 1024).unwrap(), "{wanted:?}");
            for (source, _) in layout.sources(layout.size().rect()) {
                assert_eq!(source.intersection(area(0, 0, 1920, 1080)), None);
            }
            assert_eq!(layout.monitors().filter(|(_, shared)| *shared).count(), 1);
        }
    }

    #[test]
    fn between_monitors_that_are_shared_the_picture_is_black_and_clicks_go_to_the_nearest() {
        let layout = layout(&["left", "right"], None);
        assert!(!layout.is_plain());
        let sources: Vec<_> =
            layout.sources(layout.size().rect()).into_iter().map(|(source, _)| source).collect();
        assert_eq!(sources, [area(0, 0, 1920, 1080), area(1920, 200, 1280, 1024)]);
        assert_eq!(layout.desktop_position((2500, 10)), Some((2500, 200)));
        assert_eq!(layout.picture_position((2500, 10)), None);
    }

    #[test]
    fn where_the_shared_monitor_is_gone_nothing_is_shown() {
        let layout = layout(&["unplugged"], Some("left"));
        assert_eq!(layout.sources(layout.size().rect()), []);
        assert_eq!(layout.in_picture(area(0, 0, 3200, 1224)), []);
        assert_eq!((layout.desktop_position((5, 5)), layout.picture_position((5, 5))), (None, None));
    }

    #[test]
    fn monitors_that_show_the_same_are_fetched_once() {
        let monitors = vec![monitor("wall", area(0, 0, 1024, 768)), monitor("desk", area(0, 0, 1920, 1080))];
        let names = choice(&["wall", "desk"], None);
        let layout = ScreenLayout::new(area(0, 0, 1920, 1080), monitors, &names);
        let fetched: usize = layout
            .sources(layout.size().rect())
            .iter()
            .map(|(source, _)| usize::from(source.width()) * usize::from(source.height()))
            .sum();
        assert_eq!(fetched, 1920 * 1080);
    }

    #[test]
    fn three_4k_monitors_are_one_picture_at_half_size_or_each_one_at_its_own() {
        let third = |name, x| monitor(name, area(x, 0, 3840, 2160));
        let monitors = vec![third("a", 0), third("b", 3840), third("c", 7680)];
        let desktop = area(0, 0, 11_520, 2160);
        let all = ScreenLayout::new(desktop, monitors.clone(), &MonitorChoice::default());
        assert_eq!((all.shrink(), all.size()), (2, Size::new(5760, 1080).unwrap()));
        assert_eq!(all.in_picture(area(11_519, 2159, 1, 1)), [rect(5759, 1079, 1, 1)]);
        assert_eq!(all.desktop_position((5759, 1079)), Some((11_519, 2159)));
        assert_eq!(all.picture_position((11_519, 2159)), Some((5759, 1079)));
        let source = all.sources(rect(5700, 1000, 60, 80));
        assert_eq!(source, [(area(11_400, 2000, 120, 160), rect(5700, 1000, 60, 80))]);
        let one = ScreenLayout::new(desktop, monitors, &choice(&[], Some("c")));
        assert_eq!((one.shrink(), one.size()), (1, Size::new(3840, 2160).unwrap()));
        assert_eq!(one.desktop_position((10, 10)), Some((7690, 10)));
    }

    #[test]
    fn an_odd_edge_of_a_smaller_picture_is_covered() {
        let layout = ScreenLayout::new(area(0, 0, 8193, 101), Vec::new(), &MonitorChoice::default());
        assert_eq!(layout.size(), Size::new(4097, 51).unwrap());
        let whole = layout.sources(layout.size().rect());
        assert_eq!(whole, [(area(0, 0, 8193, 101), layout.size().rect())]);
        assert_eq!(layout.desktop_position((4096, 50)), Some((8192, 100)));
    }

    #[test]
    fn a_monitor_beyond_the_desktop_and_more_than_anybody_has_are_left_out() {
        let mut monitors = vec![monitor("beyond", area(5000, 0, 100, 100))];
        monitors.extend((0..40).map(|index| monitor(&index.to_string(), area(0, 0, 10, 10))));
        let layout = ScreenLayout::new(area(0, 0, 100, 100), monitors, &MonitorChoice::default());
        assert_eq!(layout.monitors().count(), MAX_MONITORS);
        assert!(layout.monitors().all(|(monitor, _)| monitor.name != "beyond"));
    }
}
