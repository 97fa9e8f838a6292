//! Rectangles of the desktop.

/// A rectangle of the desktop, in pixels from its top left corner; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DesktopArea {
    x: u16,
    y: u16,
    width: u16,
    height: u16,
}

impl DesktopArea {
    /// The smallest that there is: for a desktop of which nothing is known.
    pub(super) const SMALLEST: Self = Self { x: 0, y: 0, width: 1, height: 1 };

    /// A rectangle; `None` where it is empty or ends beyond what 16 bits count.
    pub fn new(x: u16, y: u16, width: u16, height: u16) -> Option<Self> {
        let fits = x.checked_add(width).is_some() && y.checked_add(height).is_some();
        (fits && width > 0 && height > 0).then_some(Self { x, y, width, height })
    }

    pub(super) fn of_edges([left, top, right, bottom]: [u16; 4]) -> Option<Self> {
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

    pub(super) fn union(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let (right, bottom) = (self.right().max(other.right()), self.bottom().max(other.bottom()));
        Self { x, y, width: right - x, height: bottom - y }
    }

    /// What of this is not in `other`.
    pub(super) fn without(self, other: Self) -> Vec<Self> {
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
    pub(super) fn nearest(self, (x, y): (u16, u16)) -> (u16, u16) {
        (x.clamp(self.x, self.right() - 1), y.clamp(self.y, self.bottom() - 1))
    }

    pub(crate) const fn contains(self, (x, y): (u16, u16)) -> bool {
        self.x <= x && x < self.right() && self.y <= y && y < self.bottom()
    }
}
